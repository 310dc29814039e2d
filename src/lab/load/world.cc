#include "lab/load/world.h"

#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "core/country.h"
#include "policy/policy.h"

namespace puente::load {
namespace {

Result<SecretKey> copy(const SecretKey& key) {
  return SecretKey::from_bytes(key.bytes());
}

void equip(World& world, Country& country, std::string name) {
  country.name = std::move(name);
  country.directory = world.directory + "/" + country.name;
  std::filesystem::create_directories(country.directory);
  country.signing = SigningKey::generate(world.random);
  country.log = SigningKey::generate(world.random);
  country.sealing = SealingKey::generate(world.random);
  country.node_key = SecretKey::generate(world.random);
}

Party party(const Country& country) {
  Party out{country.name, country.name, country.signing.public_key(), country.sealing.public_key(), {}};
  out.certificate_sha256 = sha256(view(country.name));  // nobody shows one
  return out;
}

Result<std::string> agree(const World& world, const Country& asking) {
  const Json purposes = Json::array({Json::object({{"purpose", to_string(Purpose::kBorderIdentification)},
                                                   {"may_ask", Json::array({asking.name})},
                                                   {"modalities", Json::array({to_string(Modality::kFinger)})},
                                                   {"release", Json::array({"family_name", "date_of_birth"})},
                                                   {"retention_days", 30},
                                                   {"daily_quota", 1'000'000},
                                                   {"review_required", true}})});
  const std::int64_t now_ms = world.clock.now_ms();
  ASSIGN_OR_RETURN(Json document, policy::draft_agreement("load-" + asking.name, to_iso8601(now_ms - kDayMs),
                                                          to_iso8601(now_ms + 10 * kDayMs), party(world.asked),
                                                          party(asking), purposes));
  for (const Country* each : {&world.asked, &asking}) {
    ASSIGN_OR_RETURN(document, policy::sign_agreement(document, each->name, each->signing));
  }
  return canonical(document);
}

Status open_node(World& world, Country& country, std::vector<std::string> agreements) {
  service::Config config;
  config.directory = country.directory;
  config.country = country.name;
  config.log_origin = country.log_origin();
  ASSIGN_OR_RETURN(config.node_key, copy(country.node_key));
  ASSIGN_OR_RETURN(config.signing_key, SigningKey::from_seed(country.signing.seed()));
  ASSIGN_OR_RETURN(config.log_key, SigningKey::from_seed(country.log.seed()));
  ASSIGN_OR_RETURN(config.sealing_key, SealingKey::from_bytes(country.sealing.bytes()));
  config.agreements = std::move(agreements);
  ASSIGN_OR_RETURN(country.node, service::Node::open(std::move(config), {world.clock, world.random, country.line}));
  return {};
}

}  // namespace

Took Stopwatch::took() const {
  return {std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started_).count(),
          worked_ms() - worked_before_ms_};
}
double Stopwatch::worked_ms() {
  timespec worked{};
  CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &worked) == 0);
  return 1e3 * static_cast<double>(worked.tv_sec) + 1e-6 * static_cast<double>(worked.tv_nsec);
}

Result<Reply> Line::post_when_reached(const std::string&, const std::string&, const Body& make, std::int64_t) {
  ASSIGN_OR_RETURN(const Bytes body, make());
  const Stopwatch stopwatch;
  ASSIGN_OR_RETURN(Bytes reply, to_->receive(from_, body));
  received_ = stopwatch.took();
  bytes_ = body.size();
  return Reply{200, std::move(reply)};
}

World::~World() {
  asking.clear();
  asked.node.reset();
  std::error_code failed;  // what is left is in the system's place for such
  if (!directory.empty()) std::filesystem::remove_all(directory, failed);
}

Result<std::unique_ptr<World>> make_world(int asking) {
  auto world = std::make_unique<World>();
  std::string pattern = std::filesystem::temp_directory_path() / "puente-load-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) return Error{Code::kStorageFull, "cannot make a directory like " + pattern};
  world->directory = pattern;
  const auto codes = countries();
  if (asking < 0 || static_cast<std::size_t>(asking) >= codes.size())
    return Error{Code::kInvalidInput, "there are not so many countries"};
  equip(*world, world->asked, std::string(codes[0]));
  for (int i = 0; i < asking; ++i) {
    Country& country = *world->asking.emplace_back(std::make_unique<Country>());
    equip(*world, country, std::string(codes[static_cast<std::size_t>(i) + 1]));
    ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> empty, new_store(*world, country));
  }
  return world;
}

Result<std::unique_ptr<store::Store>> new_store(World& world, const Country& country) {
  ASSIGN_OR_RETURN(SecretKey key, copy(country.node_key));
  return store::open(country.directory, store::Mode::kCreate, std::move(key), world.random);
}

Status open_nodes(World& world) {
  std::vector<std::string> all;
  for (const auto& country : world.asking) {
    ASSIGN_OR_RETURN(const std::string agreement, agree(world, *country));
    all.push_back(agreement);
    TRY(open_node(world, *country, {agreement}));
  }
  TRY(open_node(world, world.asked, std::move(all)));
  for (const auto& country : world.asking) country->line.lead(country->name, *world.asked.node);
  return {};
}

}  // namespace puente::load
