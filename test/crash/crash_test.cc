// Two countries in one process that enrol, ask, answer, view, decide, release and erase are killed with SIGKILL at
// random moments, over and over. Each time, of both: what was acknowledged is there, the log verifies from its first
// entry, the database holds what the log says, fsck finds nothing. PUENTE_KILLS and PUENTE_SEED in the environment:
// `script/crash`.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <random>
#include <set>
#include <sstream>

#include "audit/audit.h"
#include "core/files.h"
#include "flow/world.h"
#include "store/store.h"

namespace puente::flow {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr unsigned kKills = 10;  // the release build does more
constexpr unsigned kHands = 3;
#else
constexpr unsigned kKills = 50;
constexpr unsigned kHands = 60;  // of a hand under many ids all are looked for: a thousand kills would never end
#endif
constexpr const char* kNames[] = {"USA", "COL"};

std::string self;

unsigned setting(const char* name, unsigned otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(value, nullptr, 10));
}

struct Keys {
  SigningKey signing, log;
  SealingKey sealing;
  SecretKey node;
};

std::string home_of(const std::string& directory, const std::string& country) {
  return directory + "/" + country;
}

Keys read_keys(const std::string& home) {
  const Bytes all = must(from_hex(text(must(read_file(home + "/keys.hex", 4096)))));
  const ByteView bytes(all);
  return {must(SigningKey::from_seed(bytes.first(32))), must(SigningKey::from_seed(bytes.subspan(32, 32))),
          must(SealingKey::from_bytes(bytes.subspan(64, 32))), must(SecretKey::from_bytes(bytes.subspan(96, 32)))};
}

class Two;

class Between final : public Transport {
 public:
  Between(Two& two, std::string from) : two_(two), from_(std::move(from)) {}
  Result<Reply> post_when_reached(const std::string& peer, const std::string& path, const Body& body,
                                  std::int64_t) override;

 private:
  Two& two_;
  std::string from_;
};

class Two {  // both countries, as victim and judge open them
 public:
  explicit Two(const std::string& directory) {
    for (const char* name : kNames) {
      Keys keys = read_keys(home_of(directory, name));
      service::Config config;
      config.directory = home_of(directory, name);
      config.country = name;
      config.log_origin = std::string("puente/") + name;
      config.node_key = std::move(keys.node);
      config.signing_key = std::move(keys.signing);
      config.log_key = std::move(keys.log);
      config.sealing_key = std::move(keys.sealing);
      config.snapshot_fingers_min = 1;
      config.agreements = {std::string(text(must(read_file(directory + "/agreement.json", 1u << 20))))};
      lines_[name] = std::make_unique<Between>(*this, name);
      nodes_[name] = must(service::Node::open(std::move(config), {clock_, random_, *lines_[name]}));
    }
  }
  service::Node& node(const std::string& name) { return *nodes_.at(name); }

 private:
  SystemClock clock_;
  SystemRandom random_;
  std::map<std::string, std::unique_ptr<Between>> lines_;
  std::map<std::string, std::unique_ptr<service::Node>> nodes_;
};

Result<Reply> Between::post_when_reached(const std::string& peer, const std::string&, const Body& make, std::int64_t) {
  ASSIGN_OR_RETURN(const Bytes body, make());
  const auto reply = two_.node(peer).receive(from_, body);
  return reply.ok() ? Reply{200, *reply} : Reply{409, {}};
}

std::vector<Sample> read_pool(const std::string& directory, unsigned which) {
  return {
      {FingerCapture::kRightIndex, must(read_file(directory + "/pool" + std::to_string(which) + ".png", 1u << 20)), 0}};
}

void say(const std::string& line) {
  if (::write(STDOUT_FILENO, line.data(), line.size()) != static_cast<ssize_t>(line.size())) _exit(0);
}

// What an examiner does: marks the question's prints, looks at every pair, then decides. Then a supervisor, of what was
// confirmed.
Status decide(service::Node& node, const std::string& case_id, Verdict verdict) {
  ASSIGN_OR_RETURN(const service::CaseView view, node.view_case(kExaminer, case_id));
  for (std::size_t pair = 0; pair < view.exhibit.pairs.size(); ++pair)
    TRY(node.case_picture(kExaminer, case_id, pair, service::PictureKind::kProbe));
  if (!view.is_locked) {  // a kill may have come between
    const std::vector<Mark> marks = {{20, 20, 0, 1}, {60, 90, 0, 1}, {90, 40, 0, 2}};
    TRY(node.lock_probe(kExaminer, case_id, {view.exhibit.pairs.size(), marks}));
  }
  for (std::size_t pair = 0; pair < view.exhibit.pairs.size(); ++pair)
    TRY(node.case_picture(kExaminer, case_id, pair, service::PictureKind::kClean));
  ASSIGN_OR_RETURN(const Case decided, node.decide_case(kExaminer, case_id, verdict, "same ridge flow and minutiae"));
  if (decided.state != CaseState::kConfirmed) return {};
  TRY(node.release_card(kSupervisor, case_id));
  TRY(node.decide_release(kSupervisor, case_id, ReleaseDecision::kRelease, "met at the bridge, file read"));
  return {};
}

Result<std::string> enrol(service::Node& node, std::vector<Sample> samples) {
  service::EnrolRequest request;
  request.biographic[DataElement::kFamilyName] = "Ruiz";
  request.samples = std::move(samples);
  request.enrol_if_known = true;
  ASSIGN_OR_RETURN(const service::EnrolAnswer enrolled, node.enrol(kOfficer, std::move(request)));
  if (!enrolled.enrolled) return Error{Code::kInternal, "not enrolled"};
  say("enrolled " + enrolled.person_id + " " + enrolled.encounter_id + "\n");
  return enrolled.person_id;
}

Status one_round(Two& two, const std::string& directory, unsigned round) {
  service::Node &usa = two.node("USA"), &col = two.node("COL");
  ASSIGN_OR_RETURN(const std::string person, enrol(col, read_pool(directory, round % kHands)));
  service::AskRequest request;
  request.partner = "COL";
  request.case_reference = "FILE-2026-17";
  request.grounds.legal_basis = "a test";
  request.samples = read_pool(directory, round % 4 == 3 ? kHands : round % kHands);  // nobody has the last
  ASSIGN_OR_RETURN(const Question asked, usa.ask(kOfficer, std::move(request)));
  say("asked " + asked.exchange_id + " -\n");
  usa.work();
  ASSIGN_OR_RETURN(const Question answered, usa.question(kOfficer, asked.exchange_id));
  if (answered.state == QuestionState::kHit) {
    TRY(decide(col, answered.reference, round % 2 == 0 ? Verdict::kConfirm : Verdict::kReject));
    say("decided " + answered.reference + " -\n");
    col.work();
  }
  if (round % 3 != 0) return {};
  TRY(col.erase_person(kSupervisor, person, "asked for it in writing"));
  say("erased " + person + " -\n");
  return {};
}

// The victim: goes on for ever, and says on standard output what it has acknowledged.
int victim(const std::string& directory) {
  Two two(directory);
  say("up - -\n");
  for (unsigned round = static_cast<unsigned>(::getpid());; ++round) {
    const Status done = one_round(two, directory, round);
    if (!done.ok()) {
      std::fprintf(stderr, "the victim failed: %s\n", done.error().message.c_str());
      return 1;
    }
  }
}

// When: so long after the victim said so many lines. Not by the clock alone, so that a slow machine kills no sooner.
struct Moment {
  unsigned lines, after_ms;
};
Moment any_moment(std::mt19937& chance) {
  const auto lines = static_cast<unsigned>(chance() % 6);  // none: while it starts
  return {lines, static_cast<unsigned>(chance() % (lines == 0 ? 1000 : 200))};
}

// Runs the victim until that moment, kills it, and gives what it had acknowledged.
std::string run_and_kill(const std::string& directory, const Moment& moment) {
  int ends[2];
  CHECK(pipe(ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    execl(self.c_str(), self.c_str(), "--victim", directory.c_str(), nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::string acknowledged;
  const auto hear = [&] {
    char chunk[4096];
    const ssize_t got = read(ends[0], chunk, sizeof chunk);
    if (got > 0) acknowledged.append(chunk, static_cast<std::size_t>(got));
    return got > 0;
  };
  while (std::count(acknowledged.begin(), acknowledged.end(), '\n') < moment.lines && hear()) {
  }
  usleep(static_cast<useconds_t>(moment.after_ms) * 1000);  // for the victim to get into the midst of something
  kill(child, SIGKILL);
  while (hear()) {
  }
  close(ends[0]);
  int how = 0;
  waitpid(child, &how, 0);
  EXPECT_TRUE(WIFSIGNALED(how)) << "the victim itself failed";
  return acknowledged.substr(0, acknowledged.rfind('\n') + 1);
}

void make_countries(const std::string& directory) {
  SystemRandom random;
  SystemClock clock;
  std::vector<Party> parties;
  std::map<std::string, SigningKey> signing;
  for (const char* name : kNames) {
    const std::string home = home_of(directory, name);
    std::filesystem::create_directories(home);
    std::string hex;
    for (int i = 0; i < 4; ++i) hex += to_hex(SecretKey::generate(random).bytes());
    must(write_file(home + "/keys.hex", view(hex)));
    Keys keys = read_keys(home);
    Party party{name, name, keys.signing.public_key(), keys.sealing.public_key(), {}, {1, 2}};
    party.certificate_sha256.fill(static_cast<std::uint8_t>(name[0]));
    parties.push_back(party);
    signing[name] = std::move(keys.signing);
    must(store::open(home, store::Mode::kCreate, std::move(keys.node), random));
  }
  Json clause = World::clause("border_identification");
  clause.set("daily_quota", 1'000'000);
  Json document = must(policy::draft_agreement("crash-1", to_iso8601(clock.now_ms() - kDayMs),
                                               to_iso8601(clock.now_ms() + 100 * kDayMs), parties[0], parties[1],
                                               Json::array({clause})));
  for (const char* name : kNames) document = must(policy::sign_agreement(document, name, signing[name]));
  must(write_file(directory + "/agreement.json", view(canonical(document))));
  for (unsigned i = 0; i <= kHands; ++i)
    must(write_file(directory + "/pool" + std::to_string(i) + ".png", fingers_of(i + 1, 1)[0].image));
}

void expect_sound(const std::string& home, const std::string& name, const std::string& when) {
  const auto log = must(store::open_log(home));
  const audit::VerifierKey key{"puente/" + name, audit::KeyType::kLog, read_keys(home).log.public_key()};
  const auto report = audit::verify(*log, key, {});
  EXPECT_TRUE(report.ok) << when << ": " << report.problem;
  SystemRandom random;
  const auto store = must(store::open(home, store::Mode::kReadOnly, read_keys(home).node, random));
  EXPECT_EQ(store->check(), std::vector<std::string>{}) << when;
  if (report.entries == 0) return;  // killed before it had ever begun
  EXPECT_EQ(must(service::differences_from_log(home, read_keys(home).node)), std::vector<std::string>{}) << when;
}

struct Acknowledged {
  std::map<std::string, std::string> enrolled;  // person, encounter
  std::set<std::string> asked, decided, erased;

  void read(const std::string& lines) {
    std::istringstream in(lines);
    for (std::string what, id, more; in >> what >> id >> more;) {
      if (what == "enrolled") enrolled[id] = more;
      if (what == "asked") asked.insert(id);
      if (what == "decided") decided.insert(id);
      if (what == "erased") erased.insert(id);
    }
  }
  void expect_kept(const std::string& directory, const std::string& when) const {
    SystemRandom random;
    const auto open = [&](const char* name) {
      const std::string home = home_of(directory, name);
      return must(store::open(home, store::Mode::kReadOnly, read_keys(home).node, random));
    };
    const auto usa = open("USA"), col = open("COL");
    for (const auto& [person, encounter] : enrolled) {
      const bool there = col->encounter(person, encounter).ok();
      if (erased.contains(person)) {
        EXPECT_FALSE(there) << when << ": " << person << " is back";
      } else if (person != enrolled_last) {  // the last one may be erased, and nobody was told yet
        EXPECT_TRUE(there) << when << ": " << person << " is lost";
      }
    }
    for (const std::string& id : asked) EXPECT_TRUE(usa->question(id).ok()) << when << ": question " << id;
    for (const std::string& id : decided) {
      const auto decided_case = col->case_record(id);
      ASSERT_TRUE(decided_case.ok()) << when << ": case " << id;
      EXPECT_NE(decided_case->state, CaseState::kOpen) << when;
      EXPECT_FALSE(col->case_exhibit(id).ok()) << when;
    }
  }
  std::string enrolled_last;
};

TEST(Crash, killed_at_any_moment_two_nodes_lose_nothing_that_they_acknowledged) {
  const unsigned seed = setting("PUENTE_SEED", std::random_device()()), kills = setting("PUENTE_KILLS", kKills);
  std::printf("%u kills, seed %u\n", kills, seed);
  std::mt19937 chance(seed);
  std::string directory = std::filesystem::temp_directory_path() / "puente-crash-XXXXXX";
  CHECK(mkdtemp(directory.data()) != nullptr);
  make_countries(directory);
  Acknowledged acknowledged;
  for (unsigned kill_count = 0; kill_count < kills; ++kill_count) {
    const std::string when = "kill " + std::to_string(kill_count) + ", seed " + std::to_string(seed);
    const std::string lines = run_and_kill(directory, any_moment(chance));
    acknowledged.read(lines);
    std::string last;
    std::istringstream in(lines);
    for (std::string what, id, more; in >> what >> id >> more;)
      if (what == "enrolled") last = id;
    acknowledged.enrolled_last = last;
    for (const char* name : kNames) expect_sound(home_of(directory, name), name, when);
    acknowledged.expect_kept(directory, when);
    ASSERT_FALSE(testing::Test::HasFailure());
    SystemRandom random;
    const std::string home = home_of(directory, "COL");
    const auto col = must(store::open(home, store::Mode::kReadOnly, read_keys(home).node, random));
    if (!last.empty() && !col->encounter(last, acknowledged.enrolled[last]).ok()) acknowledged.erased.insert(last);
  }
  Two judge(directory);
  // Of a few in a slow build perhaps none falls behind an erasure.
  EXPECT_TRUE(kills < 50 || (!acknowledged.asked.empty() && !acknowledged.erased.empty()));
  // Who is left is found, whichever of the pools they are of. (Found and left by nobody: enrolled, killed, not said.)
  bool found = false;
  for (unsigned which = 0; which < kHands && !found; ++which)
    found =
        !must(judge.node("COL").identify(kOfficer, read_pool(directory, which), {"FILE-2026-17"})).candidates.empty();
  EXPECT_TRUE(found || acknowledged.enrolled.size() == acknowledged.erased.size());
  std::printf("%zu enrolled, %zu erased, %zu asked, %zu decided\n", acknowledged.enrolled.size(),
              acknowledged.erased.size(), acknowledged.asked.size(), acknowledged.decided.size());
  std::error_code error;
  std::filesystem::remove_all(directory, error);
}

}  // namespace
}  // namespace puente::flow

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "--victim") return puente::flow::victim(argv[2]);
  puente::flow::self = "/proc/self/exe";
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
