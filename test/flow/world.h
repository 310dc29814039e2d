// Two countries and an overseer in one process. Real store, log, policy, exchange and matching; the clock and the
// network are the test's: it can stop the line, hold, repeat, change and delay messages.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <map>

#include "audit/audit.h"
#include "core/entry.h"
#include "format/image/image.h"
#include "intake/intake.h"
#include "lab/synth/synth.h"
#include "modality/finger/finger.h"
#include "policy/policy.h"
#include "service/service.h"
#include "store/store.h"

namespace puente::flow {

class TestClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return now_ms_; }
  std::int64_t steady_ms() const override {
    if (asked) asked();
    return steady_ms_;
  }
  std::function<void()> asked;        // who works and asks for the time: here a test may look round
  void advance_ms(std::int64_t ms) {  // time passes
    now_ms_ += ms;
    steady_ms_ += std::max<std::int64_t>(ms, 0);
  }
  void set_ms(std::int64_t ms) { now_ms_ = ms; }  // somebody sets the clock, or it fails

 private:
  std::int64_t now_ms_ = 1'790'000'000'000;  // 2026-09-21
  std::int64_t steady_ms_ = 0;
};

template <typename T>
T must(Result<T> result) {
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().message);
  return std::move(result).value();
}
inline void must(const Status& status) {
  ASSERT_TRUE(status.ok()) << status.error().message;
}

// Two fingers of a synthetic person on some day; grown once a process.
inline std::vector<Sample> fingers_of(std::uint32_t person, std::uint32_t day) {
  static std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Sample>> grown;
  auto& samples = grown[{person, day}];
  if (samples.empty()) {
    for (const Finger position : {Finger::kRightIndex, Finger::kLeftIndex}) {
      synth::CaptureOptions careful;
      careful.difficulty = 0.5;
      const Image image = synth::capture(synth::grow_finger(77, person, position), day, careful);
      samples.push_back({capture_of(position), must(format::encode_png(image)), 0});
    }
  }
  return samples;
}

// The same as records of minutiae: where a test asks many times, extracting each time would be all that it does.
inline std::vector<Sample> minutiae_of(std::uint32_t person, std::uint32_t day) {
  static std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Sample>> taken;
  auto& samples = taken[{person, day}];
  if (samples.empty()) {
    for (Sample& each : samples = fingers_of(person, day)) {
      const auto extracted = must(finger::extract(must(format::decode_image(each.image))));
      each.image = must(format::write_minutiae_record(
          intake::to_minutiae_record(extracted.features, format::MinutiaeFormat::kIso2011, *finger_of(each.position))));
    }
  }
  return samples;
}

inline service::AskRequest request_to(const std::string& partner, std::vector<Sample> samples,
                                      const std::string& file = "FILE-2026-17") {
  service::AskRequest request;
  request.partner = partner;
  request.case_reference = file;
  request.grounds.legal_basis = "a test";
  request.samples = std::move(samples);
  return request;
}

// An adult's: of children there are tests of their own.
inline BiographicData biography_of(std::uint32_t person) {
  synth::Person out = synth::make_person(77, person);
  while (!out.guardian.empty()) out = synth::make_person(77, person += 100);
  return out.biography;
}

inline const Caller kOfficer{"officer.one", Role::kOfficer};
inline constexpr std::int64_t kCertified = 4'102'444'800'000;  // until 2100: competent in every test
inline Caller examiner(const char* name, bool at_the_keys = false) {
  return {name, Role::kExaminer, at_the_keys, kCertified};
}
inline const Caller kExaminer = examiner("examiner.one");
inline const Caller kSecondExaminer = examiner("examiner.two");
inline constexpr const char* kFacts = "met at the bridge, this file is open";
inline constexpr const char* kOffence = "smuggling of persons";
inline const Caller kSupervisor{"supervisor.one", Role::kSupervisor};
inline const Caller kAuditor{"auditor.one", Role::kAuditor};

inline const service::Why kOurFile{"FILE-2026-17"};

class World;

class Line final : public Transport {
 public:
  Line(World& world, std::string from) : world_(world), from_(std::move(from)) {}
  Result<Reply> post_when_reached(const std::string& peer, const std::string& path, const Body& make,
                                  std::int64_t) override;
  void stop() override { stopped = true; }
  std::atomic<bool> stopped{false};

 private:
  World& world_;
  std::string from_;
};

struct Country {
  std::string name, directory;
  std::unique_ptr<Line> line;
  SigningKey signing, log;
  SealingKey sealing;
  std::optional<SigningKey> next_signing;  // what follows these, from the next start on
  std::optional<SealingKey> next_sealing;
  SecretKey node_key;
  std::unique_ptr<service::Node> node;
};

// Three minutiae on each print that has a picture.
inline std::vector<std::vector<Mark>> some_marks(const Exhibit& exhibit) {
  std::vector<std::vector<Mark>> out;
  for (const ExhibitPair& pair : exhibit.pairs) {
    std::vector<Mark>& marks = out.emplace_back();
    if (pair.probe.image.empty()) continue;
    const float x = static_cast<float>(pair.probe.width) / 4, y = static_cast<float>(pair.probe.height) / 4;
    marks = {{x, y, 0, 1}, {2 * x, 3 * y, 1, 2}, {3 * x, 2 * y, 2, 0}};
  }
  return out;
}
// An examiner looks at each print of the question alone, marks it and locks the marks; once. False: its time is over.
inline bool mark_probe(Country& country, const std::string& case_id, const Caller& examiner = kExaminer) {
  const service::ShownCase facts = must(country.node->case_facts(examiner, case_id));
  if (!facts.locked.empty() || facts.state != CaseState::kOpen) return true;
  const service::CaseView view = must(country.node->view_case(examiner, case_id));
  for (std::size_t pair = 0; pair < view.exhibit.pairs.size(); ++pair)
    must(country.node->case_picture(examiner, case_id, pair, service::PictureKind::kProbe));
  const auto locked = country.node->lock_probe(examiner, case_id, some_marks(view.exhibit));
  if (!locked.ok()) {
    EXPECT_EQ(locked.error().code, Code::kConflict) << locked.error().message;
  }
  return locked.ok();
}
// Marks it, then opens the case and a picture of every pair.
inline void look(Country& country, const std::string& case_id, const Caller& examiner = kExaminer) {
  if (!mark_probe(country, case_id, examiner)) return;
  const std::size_t pairs = must(country.node->view_case(examiner, case_id)).exhibit.pairs.size();
  for (std::size_t pair = 0; pair < pairs; ++pair)
    must(country.node->case_picture(examiner, case_id, pair, service::PictureKind::kClean));
}
inline Result<service::ShownCase> examine_as(const Caller& examiner, Country& country, const std::string& case_id,
                                             Verdict verdict, const std::string& reasons) {
  look(country, case_id, examiner);
  return country.node->decide_case(examiner, case_id, verdict, reasons);
}

class World {
 public:
  World() {
    std::string pattern = std::filesystem::temp_directory_path() / "puente-flow-XXXXXX";
    CHECK(mkdtemp(pattern.data()) != nullptr);
    root = pattern;
    found(usa, "USA");
    found(col, "COL");
    agreement_text = agreement_document();
    for (Country* country : {&usa, &col}) start(*country);
  }
  ~World() {
    usa.node.reset();
    col.node.reset();
    std::error_code error;
    std::filesystem::remove_all(root, error);
  }

  // Keys and an empty database; it does not run yet.
  void found(Country& country, const std::string& name) {
    country.name = name;
    country.directory = root + "/" + name;
    std::filesystem::create_directories(country.directory);
    country.line = std::make_unique<Line>(*this, name);
    country.signing = SigningKey::generate(random);
    country.log = SigningKey::generate(random);
    country.sealing = SealingKey::generate(random);
    country.node_key = SecretKey::generate(random);
    must(store::open(country.directory, store::Mode::kCreate, copy(country.node_key), random));
  }
  Country& country_of(const std::string& name) {
    return name == "USA" ? usa : third != nullptr && name == third->name ? *third : col;
  }

  static SecretKey copy(const SecretKey& key) { return must(SecretKey::from_bytes(key.bytes())); }
  Party party(const Country& country) const {
    Party out{country.name, country.name, country.signing.public_key(), country.sealing.public_key(), {}, {1, 2, 3}};
    out.certificate_sha256.fill(country.name[0]);
    return out;
  }

  static Json clause(const char* purpose) {  // 3 questions a day, five elements
    return Json::object(
        {{"purpose", purpose},
         {"may_ask", Json::array({"COL", "USA"})},
         {"modalities", Json::array({"finger"})},
         {"release", Json::array({"family_name", "given_names", "date_of_birth", "nationality", "document_number"})},
         {"retention_days", 30},
         {"daily_quota", 3},
         {"review_required", true}});
  }
  // In force since yesterday, signed by both.
  std::string agreement(const std::string& id, const Country& first, const Country& second, Json purposes,
                        const std::string& replaces = "") {
    Json document =
        must(policy::draft_agreement(id, to_iso8601(clock.now_ms() - kDayMs), to_iso8601(clock.now_ms() + 100 * kDayMs),
                                     party(first), party(second), purposes, replaces));
    for (const Country* each : {&first, &second})
      document = must(policy::sign_agreement(document, each->name, each->signing));
    return canonical(document);
  }
  // border_identification. Nothing else may be asked.
  std::string agreement_document() {
    return agreement("test-1", usa, col, Json::array({clause("border_identification")}));
  }

  void start(Country& country) { must(try_start(country)); }
  service::Config config_of(const Country& country) const {
    service::Config config;
    config.directory = country.directory;
    config.country = country.name;
    config.log_origin = "puente/" + country.name;
    config.node_key = copy(country.node_key);
    config.signing_key = must(SigningKey::from_seed(country.signing.seed()));
    config.log_key = must(SigningKey::from_seed(country.log.seed()));
    config.sealing_key = must(SealingKey::from_bytes(country.sealing.bytes()));
    return config;
  }
  Status try_start(Country& country) {
    service::Config config = config_of(country);
    if (country.next_signing) config.next_signing_key = must(SigningKey::from_seed(country.next_signing->seed()));
    if (country.next_sealing) config.next_sealing_key = must(SealingKey::from_bytes(country.next_sealing->bytes()));
    config.snapshot_fingers_min = 1;
    if (!agreement_text.empty()) config.agreements = {agreement_text};
    config.callbacks = {"client"};
    if (change_config) change_config(config);
    country.line->stopped = false;
    country.node.reset();
    ASSIGN_OR_RETURN(country.node, service::Node::open(std::move(config), {clock, random, *country.line, gate}));
    return {};
  }

  service::EnrolAnswer enrol(Country& country, std::uint32_t person, const std::string& id,
                             std::vector<std::string> withheld_from = {}) {
    service::EnrolRequest request;
    request.person_id = id;
    request.biographic = biography_of(person);
    request.samples = fingers_of(person, 1);
    if (!withheld_from.empty()) request.protection_class = ProtectionClass::kAsylum;
    request.withheld_from = std::move(withheld_from);
    return must(country.node->enrol(kOfficer, std::move(request)));
  }

  Result<Question> try_ask(Country& asking, Country& asked, std::uint32_t person,
                           Purpose purpose = Purpose::kBorderIdentification) {
    service::AskRequest request = request_to(asked.name, fingers_of(person, 2));
    request.purpose = purpose;
    return asking.node->ask(kOfficer, std::move(request));
  }
  Question ask(Country& asking, Country& asked, std::uint32_t person) {
    const Question question = must(try_ask(asking, asked, person));
    asking.node->work();
    return state(asking, question);
  }
  // Two acts: an examiner looks at every pair, then decides; a supervisor opens a confirmed case's card, lets it go.
  Result<Case> decide(Country& country, const std::string& case_id, Verdict verdict, const std::string& reasons) {
    ASSIGN_OR_RETURN(Case decided, examine(country, case_id, verdict, reasons));
    if (decided.state != CaseState::kConfirmed) return decided;
    TRY(country.node->release_card(kSupervisor, case_id));
    return country.node->decide_release(kSupervisor, case_id, ReleaseDecision::kRelease, kFacts, kOffence);
  }
  // And a second one where one is not enough.
  Result<service::ShownCase> examine(Country& country, const std::string& case_id, Verdict verdict,
                                     const std::string& reasons) {
    Result<service::ShownCase> decided = examine_as(kExaminer, country, case_id, verdict, reasons);
    const bool another = decided.ok() && decided->state == CaseState::kOpen;
    return another ? examine_as(kSecondExaminer, country, case_id, verdict, reasons) : decided;
  }
  Question state(Country& asking, const Question& question) {
    return must(asking.node->question(kOfficer, question.exchange_id));
  }

  // Puts rows where a running node would have, then starts it again.
  void plant(Country& country, const std::function<void(store::Transaction&)>& put) {
    country.node.reset();
    {
      const auto store = must(store::open(country.directory, store::Mode::kOpen, copy(country.node_key), random));
      const audit::Log log = must(audit::Log::open(*store, "puente/" + country.name, country.log));
      const auto transaction = store->begin();
      put(*transaction);
      Entry planted;
      planted.time_ms = clock.now_ms();
      planted.rows = to_hex(ByteView(transaction->rows_digest()).first(16));
      const Json details = Json::object({{"planted", true}});
      planted.details = sha256(view(canonical(details)));
      must(transaction->append_log(log.next(leaf_of(planted)), details));
      must(transaction->commit());
    }
    start(country);
  }

  std::vector<std::string> events(const Country& country) {  // of its log, in order
    std::vector<std::string> out;
    for (const LogRow& row : must(must(store::open_log(country.directory))->log_rows(0, 1000)))
      out.push_back(*must(parse_json(text(row.leaf)))["event"].as_string());
    return out;
  }
  std::ptrdiff_t count(const Country& country, const char* event) {
    const auto all = events(country);
    return std::count(all.begin(), all.end(), event);
  }
  audit::VerifyReport verify_log(const Country& country) {
    const auto storage = must(store::open_log(country.directory));
    const audit::VerifierKey key{"puente/" + country.name, audit::KeyType::kLog, country.log.public_key()};
    return audit::verify(*storage, key, {});
  }

  std::string root;
  TestClock clock;
  SystemRandom random;
  Country usa, col;
  Country* third = nullptr;                             // a test's own, that it has founded and started
  std::string agreement_text;                           // lies in each data directory; may be empty
  PartnerGate* gate = nullptr;                          // of whoever starts next
  std::function<void(service::Config&)> change_config;  // likewise

  // the line
  bool line_down = false;
  bool lose_replies = false;
  std::map<std::string, std::function<Result<Reply>(Line&)>> others;  // who is none of the two, by name
  std::function<void(Bytes&)> change;                                 // what a man in the middle does to each message
  std::function<std::optional<Bytes>(const Bytes&)> answered;         // who answers in a peer's place, when it likes
  std::function<void()> reached;                    // when a peer is on the line, before anything is said
  std::vector<std::pair<std::string, Bytes>> seen;  // to whom, what: all that was sent
  std::function<void(const Bytes&)> replied;        // who listens to what comes back
  std::vector<Bytes> called_back;                   // what "client" was told
};

inline Result<Reply> Line::post_when_reached(const std::string& peer, const std::string&, const Body& make,
                                             std::int64_t) {
  if (world_.line_down) return Error{Code::kUnavailable, "the line is down"};
  if (const auto other = world_.others.find(peer); other != world_.others.end()) return other->second(*this);
  if (world_.reached) world_.reached();
  ASSIGN_OR_RETURN(Bytes bytes, make());
  if (world_.change) world_.change(bytes);
  world_.seen.emplace_back(peer, bytes);
  if (peer == "client") {
    world_.called_back.push_back(bytes);
    return Reply{204, {}};
  }
  if (world_.answered)
    if (auto reply = world_.answered(bytes)) return Reply{200, *std::move(reply)};
  Country& country = world_.country_of(peer);
  const auto reply = country.node->receive(from_, bytes);
  if (world_.lose_replies) return Error{Code::kDeadlineExceeded, "no reply"};
  if (!reply.ok()) return Reply{409, {}};
  if (world_.replied) world_.replied(*reply);
  return Reply{200, *reply};
}

// A case as the node keeps it.
inline Case record_of(World& world, const Country& country, const std::string& case_id) {
  return must(must(store::open(country.directory, store::Mode::kReadOnly, World::copy(country.node_key), world.random))
                  ->case_record(case_id));
}

}  // namespace puente::flow
