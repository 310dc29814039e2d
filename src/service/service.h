// service: the use cases of a node, one function each, and the only writer of its store and log.
//
// A Node owns its data directory's store, its log, its gallery in memory and its agreements. Every function that
// answers somebody first makes its effects and its log entry durable in one transaction, then answers: no entry, no
// answer. Samples are images, or records of any kind that format reads, told by their content. Threads: any thread may
// call any function; writers take turns. The world outside comes in through Seams, so tests run whole countries in one
// process. Errors: those of core/result.h; a refusal by policy is kDenied or kQuotaExceeded with the reasons in its
// message. This header opens nouns alone: whoever calls a use case reaches neither store, nor log, nor gallery.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/agreement.h"
#include "core/candidate.h"
#include "core/case.h"
#include "core/clock.h"
#include "core/crypto.h"
#include "core/exhibit.h"
#include "core/limits.h"
#include "core/log_storage.h"
#include "core/person.h"
#include "core/role.h"
#include "core/task.h"
#include "core/transport.h"
#include "core/wait_stats.h"

namespace puente::service {

struct Seams {
  Clock& clock;
  Random& random;
  Transport& transport;
  PartnerGate* gate = nullptr;  // told which partners may connect; may be missing
};

struct Config {
  std::string directory;
  std::string country;
  std::string log_origin;               // "puente/COL": the log's name in its checkpoints
  SecretKey node_key;                   // wraps every other key at rest
  SigningKey signing_key;               // messages and agreements
  SigningKey log_key;                   // checkpoints
  SealingKey sealing_key;               // messages to us
  std::vector<std::string> agreements;  // signed documents that lie here: taken into force where nothing was decided
  std::vector<VerifierKey> overseers;   // whose cosignatures we ask for; the transport knows them by name
  std::set<std::string> callbacks;      // whom a task may tell; the transport knows them by name
  // A candidate counts when a search of this gallery gives fewer false ones than this.
  double expected_false_max = defaults::kExpectedFalseMax;
  double false_match_rate_max = defaults::kFalseMatchRateMax;  // a verification matches at a score that stands for this
  std::int64_t retention_days = defaults::kRetentionDays;      // of an encounter, unless its enrolment says otherwise
  std::int64_t case_days = defaults::kCaseDays;                // an undecided case expires, its exhibit is destroyed
  std::int64_t question_hours = defaults::kQuestionHours;      // an undelivered question expires
  std::size_t snapshot_fingers_min = 5'000;  // in the gallery, before a file of it is kept for the next start
};

struct Receipt {  // the log entry that stands behind an answer
  std::uint64_t index = 0;
  std::uint64_t size = 0;  // of the log whose signed checkpoint covers it
};

struct EnrolRequest {
  std::string person_id;     // empty: the node makes one
  std::string encounter_id;  // empty: the node makes one
  BiographicData biographic;
  std::vector<Sample> samples;
  std::vector<std::string> withheld_from;
  std::int64_t retention_days = 0;  // 0: the node's
  bool enrol_if_known = false;      // a person already known under another id is refused unless the officer insists
};
struct EnrolAnswer {
  std::string person_id, encounter_id;
  std::vector<SampleQuality> quality;
  std::vector<Candidate> known_as;    // other persons that these fingers belong to
  std::vector<std::string> left_out;  // what was in the records sent and is not used, and why
  bool enrolled = false;              // false: known_as is why
  Receipt receipt;
};

struct AskRequest {
  std::string partner;
  Purpose purpose = Purpose::kBorderIdentification;
  std::string case_reference;
  std::string legal_basis;
  std::vector<Sample> samples;
};

struct IdentifyAnswer {
  std::vector<SampleQuality> quality;
  std::vector<Candidate> candidates;
  Receipt receipt;
};

struct TaskView {
  std::string task_id;
  TaskState state = TaskState::kWaiting;
  std::int64_t created_ms = 0, expires_ms = 0;
  std::optional<IdentifyAnswer> answer;  // done
  std::string failure;                   // failed: why
};

struct VerifyAnswer {
  bool match = false;
  double score = 0;
  double false_match_rate = 1;  // what the score stands for
  std::vector<PlaceScore> scores;
  Receipt receipt;
};

struct CaseView {  // what the examiner sees: both sides' fingers, no name, no score
  Case the_case;
  Exhibit exhibit;  // empty when the case is over
};
enum class PictureKind { kClean, kAligned, kMarked };  // of a pair, side by side
const char* to_string(PictureKind kind);               // "clean", …
Result<PictureKind> parse_picture_kind(std::string_view name);

struct Health {
  std::size_t people = 0, fingers = 0, outbox = 0, cases_open = 0;
  std::uint64_t log_size = 0, cosigned_size = 0;
  WaitStats waits;  // of those that change something, for their turn at the store
};

class Node {
 public:
  // Opens the data directory, recomputes the log, fills the gallery. kCorrupt when these do not agree.
  static Result<std::unique_ptr<Node>> open(Config config, Seams seams);
  ~Node();

  // local
  Result<EnrolAnswer> enrol(const Caller& caller, EnrolRequest request);
  Result<IdentifyAnswer> identify(const Caller& caller, const std::vector<Sample>& samples);
  // The same when there is time: durable when it returns, done by work(), the answer kept for a day, for this caller.
  // `callback`, when not empty, is one of Config's: it is told that the task has ended, never what was found.
  Result<TaskView> identify_later(const Caller& caller, const std::vector<Sample>& samples,
                                  const std::string& callback = {});
  Result<TaskView> task(const Caller& caller, const std::string& task_id);  // kNotFound: none, or another's
  Result<VerifyAnswer> verify(const Caller& caller, const std::string& person_id, const std::vector<Sample>& samples);
  Result<Encounter> read_encounter(const Caller& caller, const std::string& person_id, const std::string& encounter_id);
  Result<Receipt> erase_person(const Caller& caller, const std::string& person_id, const std::string& reasons);

  // asking a partner: the question is durable when ask() returns; work() sends it
  Result<Question> ask(const Caller& caller, AskRequest request);
  Result<Question> question(const Caller& caller, const std::string& exchange_id);
  // What came back as an ANSI/NIST-ITL transaction, for other systems; or, while it waits to be sent, the question
  // itself with its fingers, for who may ask. Logged. kConflict: it has left, and no answer has come.
  Result<Bytes> question_as_transaction(const Caller& caller, const std::string& exchange_id);

  // examining a partner's hit
  Result<std::vector<Case>> cases(const Caller& caller);
  Result<Case> case_facts(const Caller& caller, const std::string& case_id);  // without its fingers: not a look at them
  // The caller has now looked at every pair: no verdict without that.
  Result<CaseView> view_case(const Caller& caller, const std::string& case_id);
  // One pair of the exhibit as a PNG file: a look at that one. kConflict when the case is over. Logged, as a view is.
  Result<Bytes> case_picture(const Caller& caller, const std::string& case_id, std::size_t pair, PictureKind kind);
  // kDenied with pairs_not_seen: the caller has not looked at all of them.
  Result<Case> decide_case(const Caller& caller, const std::string& case_id, Verdict verdict,
                           const std::string& reasons);

  // The law as this node's state: in force at once, for questions, answers, releases and the certificates that partners
  // may show. Each needs reasons and is logged. kNotFound, kConflict (terminated is for ever), kAlreadyExists.
  Result<Receipt> accept_agreement(const Caller& caller, const std::string& document, const std::string& reasons);
  Result<Receipt> suspend_agreement(const Caller& caller, const std::string& id, const std::string& reasons);
  Result<Receipt> resume_agreement(const Caller& caller, const std::string& id, const std::string& reasons);
  Result<Receipt> terminate_agreement(const Caller& caller, const std::string& id, const std::string& reasons);
  Result<std::vector<AcceptedAgreement>> agreements(const Caller& caller);

  // What a partner sent: sealed bytes in, sealed bytes out. `peer` is whom the TLS certificate belongs to.
  Result<Bytes> receive(const std::string& peer, ByteView sealed);

  // The background, one step: due deliveries, checkpoints to overseers, what has passed its date. One thread at a time.
  void work();
  void wait_for_work(std::int64_t wait_ms_max);  // returns early when something was queued or the log grew

  Health health() const;
  std::string metrics() const;                           // Prometheus text
  std::string checkpoint() const;                        // the newest signed one
  Result<std::string> proof(std::uint64_t index) const;  // C2SP tlog-proof
  const Config& config() const;
  Status authorise(const Caller& caller, Action action) const;

  struct Inside;  // service/ alone knows what it is

 private:
  explicit Node(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

// What an overseer runs: cosigns checkpoints of the logs it knows (C2SP tlog-witness), never two that disagree.
struct OverseerConfig {
  std::string directory;
  std::string name;
  SecretKey node_key;
  SigningKey signing_key;
  std::vector<VerifierKey> logs;
};
struct OverseerReply {
  int status = 200;  // as HTTP's
  std::string content_type, body;
};
class Overseer {
 public:
  static Result<std::unique_ptr<Overseer>> open(OverseerConfig config, Clock& clock, Random& random);
  ~Overseer();
  OverseerReply add_checkpoint(std::string_view body);  // any thread

  struct Inside;

 private:
  explicit Overseer(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace puente::service
