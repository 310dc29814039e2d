// service: the use cases of a node, one function each, and the only writer of its store and log.
//
// A Node owns its data directory's store, its log, its gallery in memory and its agreements. Every function that
// answers somebody first makes its effects and its log entry durable in one transaction, then answers: no entry, no
// answer. Samples are images, or records of any kind that format reads, told by their content. Threads: any thread may
// call any function; writers take turns. The world outside comes in through Seams, so tests run whole countries in one
// process. Errors: those of core/result.h; a refusal by policy is kDenied or kQuotaExceeded with the reasons in its
// message.
#pragma once
#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "audit/audit.h"
#include "casework/casework.h"
#include "core/clock.h"
#include "core/entry.h"
#include "core/role.h"
#include "core/transport.h"
#include "exchange/exchange.h"
#include "identify/identify.h"
#include "modality/finger/finger.h"
#include "policy/policy.h"
#include "service/finger_minutiae.h"
#include "service/transactions.h"
#include "store/store.h"

namespace puente::service {

struct Seams {
  Clock& clock;
  Random& random;
  Transport& transport;
};

struct Config {
  std::string directory;
  std::string country;
  std::string log_origin;                     // "puente/COL": the log's name in its checkpoints
  SecretKey node_key;                         // wraps every other key at rest
  SigningKey signing_key;                     // messages and agreements
  SigningKey log_key;                         // checkpoints
  SealingKey sealing_key;                     // messages to us
  std::vector<Agreement> agreements;          // both signatures verified
  std::vector<audit::VerifierKey> overseers;  // whose cosignatures we ask for; the transport knows them by name
  double expected_false_max =
      0.01;  // a candidate counts when a search of this gallery gives fewer false ones than this
  std::int64_t retention_days = 3650;        // of an encounter, unless its enrolment says otherwise
  std::int64_t case_days = 7;                // an undecided case expires, its probe is destroyed
  std::int64_t question_hours = 72;          // an undelivered question expires
  std::size_t snapshot_fingers_min = 5'000;  // in the gallery, before a file of it is kept for the next start
  double false_match_rate_max = 1e-4;        // a verification matches at a score that stands for this or less
};

struct Receipt {  // the log entry that stands behind an answer
  std::uint64_t index = 0;
  std::uint64_t size = 0;  // of the log whose signed checkpoint covers it
};

struct SampleQuality {
  FingerCapture position;
  int score = 0;                     // 0–100; of a slap: how sure it is which finger is which
  std::vector<std::string> reasons;  // what to mend at the next capture
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

struct VerifyAnswer {
  bool match = false;
  double score = 0;
  double false_match_rate = 1;  // what the score stands for
  std::vector<PlaceScore> fingers;
  Receipt receipt;
};

struct CaseView {  // what the examiner sees: both sides' fingers, no name, no score
  Case the_case;
  struct Pair {
    FingerCapture probe, reference;
    Bytes picture_png;  // side by side, matched minutiae drawn
  };
  std::vector<Pair> pairs;
};

struct Health {
  std::size_t people = 0, fingers = 0, outbox = 0, cases_open = 0;
  std::uint64_t log_size = 0, cosigned_size = 0;
};

class Node {
 public:
  // Opens the data directory, recomputes the log, fills the gallery. kCorrupt when these do not agree.
  static Result<std::unique_ptr<Node>> open(Config config, Seams seams);
  ~Node();

  // local
  Result<EnrolAnswer> enrol(const Caller& caller, EnrolRequest request);
  Result<IdentifyAnswer> identify(const Caller& caller, const std::vector<Sample>& samples);
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
  Result<CaseView> view_case(const Caller& caller, const std::string& case_id);
  Result<Case> decide_case(const Caller& caller, const std::string& case_id, Verdict verdict,
                           const std::string& reasons);

  // What a partner sent: sealed bytes in, sealed bytes out. `peer` is whom the TLS certificate belongs to.
  Result<Bytes> receive(const std::string& peer, ByteView sealed);

  // The background, one step: due deliveries, checkpoints to overseers, what has passed its date. One thread at a time.
  void work();
  void wait_for_work(std::int64_t wait_ms_max);  // returns early when something was queued or the log grew

  Health health() const;
  std::string metrics() const;                           // Prometheus text
  std::string checkpoint() const;                        // the newest signed one
  Result<std::string> proof(std::uint64_t index) const;  // C2SP tlog-proof
  const Config& config() const { return config_; }
  Status authorise(const Caller& caller, Action action) const;

 private:
  struct Print {  // of one sample; a slap gives several
    Finger position = Finger::kUnknown;
    std::size_t sample = 0;             // which one
    Finger in_slap = Finger::kUnknown;  // which finger of a slap it lies as; else unknown
    Image image;
    finger::Extraction extraction;
  };
  struct Fingers {
    std::vector<Print> usable;
    std::vector<SampleQuality> quality;  // of every finger and slap, unusable ones as well
    std::string unusable;                // why the last one is
  };
  static std::vector<identify::ProbeFinger> probe_of(const Fingers& fingers);
  struct Written {
    Entry entry;
    Json details;
  };
  Node(Config config, Seams seams, std::unique_ptr<store::Store> store);

  Status load();
  Status fill_gallery();  // gallery.cc, and what follows
  Result<bool> add_templates();
  std::string snapshot_path() const;
  SecretKey snapshot_key() const;
  void drop_snapshot();
  void keep_snapshot();
  static Result<Fingers> extract(const std::vector<Sample>& samples,
                                 const std::map<Finger, Missing>& missing = {});  // fingers.cc, with the next
  static Status extract_finger(Print finger, Fingers& out);
  static Status extract_slap(const Sample& slap, const std::map<Finger, Missing>& missing, std::size_t sample,
                             Fingers& out);
  static Status check_order(Fingers& fingers);
  static Status put_side_by_side(const Fingers& probe, const Fingers& reference, CaseView& view);
  static Result<std::vector<Sample>> probe_samples(const std::vector<Sample>& samples, const Fingers& fingers);
  // partner empty: our own search, everybody may be found
  std::vector<Candidate> search(const Fingers& fingers, const std::string& partner, std::size_t candidates_max) const;

  // Appends the entries to the log inside the transaction and commits all: the only way anything is written.
  Result<Receipt> commit(store::Transaction& transaction, std::vector<Written> entries);
  Result<Receipt> commit(store::Transaction& transaction, Entry entry, Json details = {});
  Entry entry(Event event, std::string_view actor, std::string_view person_id = {}) const;
  Entry exchange_entry(Event event, std::string_view actor, const std::string& exchange_id,
                       const std::string& agreement_id, Purpose purpose) const;

  const Agreement* agreement_with(std::string_view partner) const;
  const Agreement* agreement(std::string_view id) const;
  policy::Decision judge(const Agreement* agreement, const std::string& asking, const std::string& answering,
                         Purpose purpose, const std::string& case_reference) const;
  store::QuotaKey quota_key(const Agreement& agreement, Purpose purpose, const std::string& country) const;
  bool may_be_found(const std::string& person_id, const std::string& encounter_id, const std::string& partner) const;
  void hide(const std::string& person_id, const std::string& encounter_id,
            const std::vector<std::string>& withheld_from);

  Result<Bytes> receive_opened(const Agreement& agreement, const exchange::Message& message);
  Result<Bytes> answer_question(const Agreement& agreement, const exchange::Header& header,
                                const exchange::QuestionBody& question);
  Result<store::Answer> search_for_partner(store::Transaction& transaction, const Agreement& agreement,
                                           const exchange::Header& header, const exchange::QuestionBody& question,
                                           const std::vector<Candidate>& candidates);
  Result<store::Answer> refuse_partner(store::Transaction& transaction, const exchange::Header& header, Purpose purpose,
                                       std::vector<std::string> reasons);
  Bytes seal_answer(const Agreement& agreement, const exchange::Header& header, const store::Answer& answer) const;
  Result<Bytes> accept_verdict(const Agreement& agreement, const exchange::Message& message);

  Status deliver(const store::OutboxItem& item);
  Result<format::itl::Transaction> waiting_question(const Caller& caller, const Question& question);
  Status deliver_question(const store::OutboxItem& item);
  Status deliver_verdict(const store::OutboxItem& item);
  Result<exchange::Message> send(const Agreement& agreement, const exchange::Header& sent, ByteView sealed);
  Result<Bytes> seal_verdict(const Agreement& agreement, exchange::Header& header, const Case& decided) const;
  Status enqueue_verdict(store::Transaction& transaction, const Case& decided) const;
  void deliver_due();
  void cosign();
  void sweep();
  void wake();

  Config config_;
  Seams seams_;
  std::unique_ptr<store::Store> store_;
  SecretKey pseudonym_key_;              // derived from the node key
  mutable std::shared_mutex log_mutex_;  // guards log_; its writer also holds the store's transaction
  std::optional<audit::Log> log_;
  identify::Gallery gallery_;
  std::atomic<std::uint64_t> removals_{0};  // from the gallery
  std::int64_t snapshot_ms_ = 0;            // work() only
  mutable std::shared_mutex withheld_mutex_;
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> withheld_;  // by person and encounter

  std::mutex work_mutex_;
  std::condition_variable work_ready_;
  bool work_queued_ = false;
  std::int64_t swept_ms_ = 0;                         // work() only
  std::map<std::string, std::uint64_t> cosigned_by_;  // work() only: by overseer, the size it has seen
  std::atomic<std::uint64_t> cosigned_size_{0};
  struct Counters;
  std::unique_ptr<Counters> counters_;
};

// What an overseer runs: cosigns checkpoints of the logs it knows (C2SP tlog-witness), never two that disagree.
struct OverseerConfig {
  std::string directory;
  std::string name;
  SecretKey node_key;
  SigningKey signing_key;
  std::vector<audit::VerifierKey> logs;
};
class Overseer {
 public:
  static Result<std::unique_ptr<Overseer>> open(OverseerConfig config, Clock& clock, Random& random);
  audit::WitnessReply add_checkpoint(std::string_view body);  // any thread

 private:
  Overseer(OverseerConfig config, std::unique_ptr<store::Store> store, Clock& clock);
  OverseerConfig config_;
  std::unique_ptr<store::Store> store_;
  audit::Witness witness_;
};

}  // namespace puente::service
