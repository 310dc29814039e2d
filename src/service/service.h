// service: the use cases of a node, one function each, and the only writer of its store and log.
//
// A Node owns its data directory's store, its log, its gallery in memory and its agreements. Every function that answers
// somebody first makes its effects and its log entry durable in one transaction, then answers: no entry, no answer.
// Threads: any thread may call any function; writers take turns. The world outside comes in through Seams, so tests run
// whole countries in one process.
// Errors: those of core/result.h; a refusal by policy is kDenied or kQuotaExceeded with the reasons in its message.
#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "audit/audit.h"
#include "casework/casework.h"
#include "core/clock.h"
#include "core/entry.h"
#include "core/transport.h"
#include "exchange/exchange.h"
#include "identify/identify.h"
#include "policy/policy.h"
#include "store/store.h"

namespace puente::service {

struct Seams {
  Clock& clock;
  Random& random;
  Transport& transport;
};

struct Overseer {
  std::string name;  // the transport's name for it
  std::string vkey;  // its cosignature key
};

struct Config {
  std::string directory;
  std::string country;
  std::string log_origin;              // "puente/COL": the log's name in its checkpoints
  SecretKey node_key;                  // wraps every other key at rest
  SigningKey signing_key;              // messages and agreements
  SigningKey log_key;                  // checkpoints
  SealingKey sealing_key;              // messages to us
  std::vector<Agreement> agreements;   // both signatures verified
  std::vector<Overseer> overseers;
  double expected_false_max = 0.01;    // a candidate counts when a search of this gallery gives fewer false ones than this
  std::int64_t retention_days = 3650;  // of an encounter, unless its enrolment says otherwise
  std::int64_t case_days = 7;          // an undecided case expires, its probe is destroyed
  std::int64_t question_hours = 72;    // an undelivered question expires
  bool synthetic_only = false;         // a training or demonstration node: says so in every answer
};

struct Caller {
  std::string user;
  policy::Role role;
};

struct Receipt {  // the log entry that stands behind an answer
  std::uint64_t index = 0;
  std::uint64_t size = 0;  // of the log whose signed checkpoint covers it
};

struct SampleQuality {
  FingerPosition position;
  int score = 0;                     // 0–100
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
  std::vector<identify::Candidate> known_as;  // other persons that these fingers belong to
  bool enrolled = false;                      // false: known_as is why
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
  std::vector<identify::Candidate> candidates;
  Receipt receipt;
};

struct VerifyAnswer {
  bool match = false;
  double score = 0;
  double false_match_rate = 1;  // what the score stands for
  std::vector<identify::FingerScore> fingers;
  Receipt receipt;
};

struct CaseView {  // what the examiner sees: both sides' fingers, no name, no score
  Case the_case;
  struct Pair {
    FingerPosition probe, reference;
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
  static Result<std::unique_ptr<Node>> open(Config config, Seams seams);
  ~Node();

  // local
  Result<EnrolAnswer> enrol(const Caller& caller, EnrolRequest request);
  Result<IdentifyAnswer> identify(const Caller& caller, const std::vector<Sample>& samples);
  Result<VerifyAnswer> verify(const Caller& caller, const std::string& person_id, const std::vector<Sample>& samples);
  Result<Encounter> read_encounter(const Caller& caller, const std::string& person_id, const std::string& encounter_id);
  Result<Receipt> erase_person(const Caller& caller, const std::string& person_id, const std::string& reasons);

  // asking a partner: the question is durable when ask() returns; deliver() sends it
  Result<Question> ask(const Caller& caller, AskRequest request);
  Result<Question> question(const Caller& caller, const std::string& exchange_id);

  // examining a partner's hit
  Result<std::vector<Case>> cases(const Caller& caller);
  Result<CaseView> view_case(const Caller& caller, const std::string& case_id);
  Result<Case> decide_case(const Caller& caller, const std::string& case_id, casework::Verdict verdict, const std::string& reasons);

  // what a partner sent: sealed bytes in, sealed bytes out. `peer` is whom the TLS certificate belongs to.
  Result<Bytes> receive(const std::string& peer, ByteView sealed);

  // the background, a step at a time: due deliveries, releases, checkpoints to overseers, what has passed its date.
  // Returns when the next step is due (milliseconds from now at most 1,000). One thread.
  std::int64_t work();
  void wait_for_work(std::int64_t wait_ms_max);  // returns early when something was queued
  void wake();

  Health health() const;
  std::string metrics() const;                       // Prometheus text
  std::string checkpoint() const;                    // the newest signed one
  Result<std::string> proof(std::uint64_t index) const;  // C2SP tlog-proof
  const Config& config() const { return config_; }
  Status authorise(const Caller& caller, policy::Action action) const;

 private:
  struct Fingers;  // templates of one request, by finger
  Node(Config config, Seams seams, std::unique_ptr<store::Store> store, audit::Log log);

  Status load_gallery();
  Result<Fingers> extract(const std::vector<Sample>& samples) const;
  std::vector<identify::Candidate> search(const Fingers& fingers, const std::string& partner = {}) const;

  // Appends the entry to the log inside the transaction and commits both: the only way anything is written.
  Result<Receipt> commit(store::Transaction& transaction, Entry entry, const Json& details);
  Entry entry(Event event, std::string_view actor, std::string_view subject = {}) const;
  Entry exchange_entry(Event event, std::string_view actor, const std::string& exchange_id, const std::string& agreement_id,
                       Purpose purpose) const;

  const Agreement* agreement_with(std::string_view partner) const;
  Result<exchange::Header> header_for(const Agreement& agreement, const std::string& exchange_id, std::int64_t expires_ms) const;
  Result<Bytes> answer_question(const Agreement& agreement, const exchange::Message& message);
  Result<Bytes> accept_release(const Agreement& agreement, const exchange::Message& message);
  Status deliver(const store::OutboxItem& item);
  Status deliver_question(const store::OutboxItem& item);
  Status deliver_verdict(const store::OutboxItem& item);
  Status take_reply(const Question& question, const Agreement& agreement, const exchange::Header& sent, ByteView sealed);
  Status release_confirmed(const Case& the_case);
  void cosign();
  void sweep();

  Config config_;
  Seams seams_;
  std::unique_ptr<store::Store> store_;
  mutable std::shared_mutex log_mutex_;  // guards log_; writers also hold the store's transaction
  audit::Log log_;
  identify::Gallery gallery_;
  SecretKey pseudonym_key_;

  std::mutex work_mutex_;
  std::condition_variable work_ready_;
  bool work_queued_ = false;
  std::atomic<std::uint64_t> cosigned_size_{0};
};

}  // namespace puente::service
