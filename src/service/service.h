// service: the use cases of a node, one function each, and the only writer of its store and log.
//
// A Node owns its data directory's store, its log, its gallery in memory and its agreements. Every function that
// answers somebody first makes its effects and its log entry durable in one transaction, then answers: no entry, no
// answer. Samples are images, or records of any kind that format reads, told by their content. Threads: any thread may
// call any function; writers take turns. The world outside comes in through Seams, so tests run whole countries in one
// process. Errors: those of core/result.h; a refusal by policy is kDenied or kQuotaExceeded with the reasons in its
// message. This header opens nouns alone: whoever calls a use case reaches neither store, nor log, nor gallery.
#pragma once
#include <functional>
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
#include "core/json.h"
#include "core/limits.h"
#include "core/log_line.h"
#include "core/log_storage.h"
#include "core/person.h"
#include "core/practice.h"
#include "core/protection.h"
#include "core/role.h"
#include "core/task.h"
#include "core/transport.h"
#include "core/wait_stats.h"
#include "core/watchlist.h"

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
  std::string log_origin;  // "puente/COL": the log's name in its checkpoints
  SecretKey node_key;      // wraps every other key at rest
  SigningKey signing_key;  // messages and agreements
  SigningKey log_key;      // checkpoints
  SealingKey sealing_key;  // messages to us
  // Made to follow those two: signs under agreements that name it, opens what is sealed to it.
  std::optional<SigningKey> next_signing_key;
  std::optional<SealingKey> next_sealing_key;
  bool fingers_as_wsq = false;            // of who is enrolled, as intake::as_wsq has it
  std::vector<Digest> certificates;       // that this node may show; none: not looked at
  std::int64_t certificate_until_ms = 0;  // of the one it shows; 0: not known
  std::string version;                    // of the program
  std::vector<std::string> agreements;    // signed documents that lie here: taken into force where nothing was decided
  std::vector<VerifierKey> overseers;     // whose cosignatures we ask for; the transport knows them by name
  std::set<std::string> callbacks;        // whom a task may tell; the transport knows them by name
  // A candidate counts when a search of this gallery gives fewer false ones than this.
  double expected_false_max = defaults::kExpectedFalseMax;
  double false_match_rate_max = defaults::kFalseMatchRateMax;  // a verification matches at a score that stands for this
  std::int64_t retention_days = defaults::kRetentionDays;      // of an encounter, unless its enrolment says otherwise
  std::int64_t case_days = defaults::kCaseDays;                // an undecided case expires, its exhibit is destroyed
  std::int64_t question_hours = defaults::kQuestionHours;      // an undelivered question expires
  std::int64_t question_work_ms_max = limits::kQuestionWorkMsMax;  // processor time to look for a partner's probe
  std::int64_t record_days = defaults::kRecordDays;                // cases and questions are kept, after their end
  std::int64_t details_days = defaults::kDetailsDays;              // what stands sealed beside the log is kept
  std::int64_t uncosigned_hours = defaults::kUncosignedHours;      // then partners are not answered; 0: without end
  int cores = 0;                             // that extractions and searches may keep busy; 0: the machine's
  std::size_t snapshot_fingers_min = 5'000;  // in the gallery, before a file of it is kept for the next start

  const SigningKey& signing_key_for(const Agreement& agreement) const;  // the one that it names
};

struct Door {  // a partner's, before its message is read
  Status status;
  std::int64_t wait_ms = 0;  // before its refusal, or before it is read
  bool ok() const { return status.ok(); }
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
  std::optional<ProtectionClass> protection_class;  // why, where somebody is hidden; some hide from every country
  std::string guardian;             // who stood by a child of six to seventeen: of the family, or set to protect it
  std::int64_t retention_days = 0;  // 0: the node's
  bool best_prints = false;         // of this hand, however poor they are
  bool enrol_if_known = false;      // a person already known under another id is refused unless the officer insists
  std::string overrule;             // a supervisor's reasons why these fingers are that person's all the same
};
struct EnrolAnswer {
  std::string person_id, encounter_id;
  std::vector<SampleQuality> quality;
  std::vector<Candidate> known_as;    // other persons that these fingers belong to
  std::vector<std::string> left_out;  // what was in the records sent and is not used, and why
  std::vector<std::string> remarks;   // what is used, though not as the records say it
  bool enrolled = false;
  std::vector<std::string> reasons;     // not enrolled: why, by name (docs/rules.md)
  std::set<std::string> withheld_from;  // from whom the person is hidden now, by whatever id
  std::vector<std::string> warnings;    // what somebody should look at again
  Receipt receipt;
};

struct AskRequest {
  std::string partner;
  Purpose purpose = Purpose::kBorderIdentification;
  std::string case_reference;
  Grounds grounds;  // a legal basis always; what else the clause asks for
  std::vector<Sample> samples;
};

// Why somebody is searched for here (R1): what it says is kept sealed beside the search's entry.
struct Why {
  std::string case_reference;  // the file that the search belongs to: core/case.h; without one it is refused
  std::string reasons{};       // in their own words; may be empty
  // It cannot wait for a file (R28): `reasons` say why, the node gives it a number, and a supervisor looks at it after.
  bool urgent = false;
};

// Whom somebody says to be: the number of a document, or a family name with given names or a day of birth.
struct NameQuery {
  std::string document_number{}, family_name{}, given_names{}, date_of_birth{};
};
// Errors: kInvalidInput: too little to look for; kUnavailable: just after the start.
struct NamesAnswer {
  std::vector<Encounter> encounters;  // each with the facts as they were stated then, and no samples
  bool more = false;                  // than limits::kNamesShownMax: say more of whom you look for
  std::string case_reference;         // that it was logged under
  Receipt receipt;
};
// Of a search that could not wait: whether it was justified, which file it belongs to by now, and why.
struct UrgentReview {
  bool justified = false;
  std::string case_reference{}, reasons{};
};

struct IdentifyAnswer {
  std::vector<SampleQuality> quality;
  std::vector<std::string> left_out;  // what was in the records sent and is not used, and why
  std::vector<std::string> remarks;   // what is used, though not as the records say it
  std::vector<Candidate> candidates;
  std::string case_reference{};  // of one that was urgent: the number that the node gave it
  Receipt receipt;
};

// What a capture is worth, for whoever holds it and before anything is done with it: nobody is looked for, nothing is
// kept, and no entry is written.
struct PrintReport {
  std::size_t sample = 0;  // of those given, as they were opened
  Place place;
  bool second = false;  // the lesser of two on one paper
  int quality = 0;      // 0–100; of minutiae alone 0
  std::vector<std::string> reasons;
  int width = 0, height = 0;  // of the print, pixels at 500 ppi, as the marks'
  std::vector<Mark> marks;
  Bytes png;  // as it was extracted; of minutiae alone empty
};
struct CaptureReport {
  std::vector<PrintReport> prints;     // in the order of the samples, of a slap from left to right
  std::vector<SampleQuality> quality;  // of every finger and slap, unusable ones as well
  std::vector<std::string> left_out, remarks;
};
// Errors: intake::take_in's; kTooLarge: over 64 million pixels together. Any thread.
Result<CaptureReport> assess_capture(const std::vector<Sample>& samples);

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
  std::string case_reference{};  // as IdentifyAnswer's
  Receipt receipt;
};

// Which cases, in pages: open ones first, those with least time left before all others; then what is over, newest
// first.
struct CaseFilter {
  std::optional<CaseState> state{};
  std::string partner{};  // empty: all
  std::string after{};    // `next` of the page before; kInvalidInput: it is none
  std::size_t limit = limits::kPageMax;
};

struct QuestionFilter {
  std::optional<QuestionState> state{};
  std::string partner{};         // empty: all
  std::string case_reference{};  // our file number; empty: of every file
  std::string after{};           // `next` of the page before
  std::size_t limit = limits::kPageMax;
};
struct QuestionPage {
  std::vector<Question> questions;  // newest first, without what was released
  std::string next;                 // where to go on; empty: that was all
};

// Which entries of the log. Ids are turned into their pseudonyms here; nobody else can.
struct LogQuery {
  std::optional<std::int64_t> from_ms{}, until_ms{};  // until: exclusive
  std::string event{}, exchange_id{};
  std::string user{}, partner{};  // who did it; at most one of them
  std::string person_id{};        // whom it is about, or whom its details name
  std::uint64_t first = 0;        // from this entry on
  std::size_t limit = limits::kPageMax;
};
struct LogPage {
  struct Line {
    std::uint64_t index = 0;
    Json leaf;
    Json details;  // null: erased
  };
  std::vector<Line> lines;
  std::optional<std::uint64_t> next;  // where to go on; none: that was all
};

struct ProtectRequest {
  std::optional<ProtectionClass> protection_class;  // kInvalidInput without one
  std::vector<std::string> withheld_from;           // may be empty where the class hides from every country
  std::string reasons;
};
struct ProtectionView {
  Protection protection;
  std::set<std::string> same_hand;  // all ids that it holds for, the person's own among them
  std::vector<std::string> warnings;
  Receipt receipt;
};

struct Erasure {
  std::optional<std::set<std::string>> other_ids{};  // of the same hand, each still here; none: could not be looked for
  Receipt receipt;
};

struct WatchlistView {
  WatchlistEntry entry;
  Receipt receipt;
};

struct ReleaseCard {  // what the second person sees before deciding
  Case the_case;
  std::vector<DataElement> elements;    // that would leave
  std::int64_t retention_until_ms = 0;  // at the partner; 0: nothing may leave
  std::vector<std::string> against;     // why nothing may leave now, or did, by name (docs/rules.md)
  std::vector<std::string> risks;       // what to weigh, by name (policy::explain_risk)
  std::map<std::string, std::vector<std::string>>
      same_hand;    // by other id of the hand, what is to weigh by its records
  Digest digest{};  // of all that, and of the values that would leave; zeros: nothing may
};

// A case as whoever asks may see it: of an open one no verdict but the caller's own, and to an examiner neither file
// number nor grounds. A seeded one, which examiners alone are shown, has the same members as a hit.
struct ShownCase : Case {
  std::size_t agreeing = 0,
              needed = 0;  // to a supervisor, of an open one: verdicts alike, of how many; a dispute is one
};
struct CasePage {
  std::vector<ShownCase> cases;
  std::string next;  // where to go on, opaque; empty: that was all
};
struct CaseView {  // what the examiner sees: both sides' fingers, no name, no score
  ShownCase the_case;
  // Empty when the case is over. Until the examiner has locked their marks the question's prints alone, as captured.
  Exhibit exhibit;
  bool is_locked = false;  // by this examiner
};
// Of a pair: one print alone, a pixel to a pixel at 500 ppi: the question's, with what the examiner has marked or
// without, and the candidate's; or both side by side.
enum class PictureKind { kProbe, kProbeClean, kReference, kClean, kAligned, kMarked };
const char* to_string(PictureKind kind);  // "probe", …
Result<PictureKind> parse_picture_kind(std::string_view name);

struct ExaminerReport : Examiner {
  ErrorRate rate;
};
struct PracticeReport {
  std::size_t waiting = 0;                // pairs to be seeded; of which kind is not said, or the next would be known
  std::vector<ExaminerReport> examiners;  // by name, who has judged a seeded case
  PracticeOutcomes office{};              // all of them together
  ErrorRate rate;
};

struct AgreementView : AcceptedAgreement {
  struct Quota {
    Purpose purpose = Purpose::kBorderIdentification;
    std::string asking;
    std::int64_t of = 0, used = 0;  // questions, in the clause's day
  };
  std::string standing;           // policy::standing_of, now
  std::vector<Purpose> used_for;  // by which clauses a new question goes now, theirs or ours
  std::vector<Quota> quotas;      // of these, by who asks
  std::string document{};         // the signed text, byte for byte as it was accepted
};

// What went one way under one clause, by the log's leaves: whether both give, and get, alike.
struct Exchanged {
  std::string agreement_id, purpose, asking, answering;
  std::uint64_t asked = 0, refused = 0, released = 0;
};
struct ExchangedView {
  std::int64_t since_ms = 0;  // 30 days ago; later where the newest limits::kLogLookedAtMax entries do not reach as far
  std::vector<Exchanged> ways;
};

struct Health {
  std::string version;
  std::optional<std::int64_t> certificate_days_left;        // none: not known
  std::map<std::string, std::int64_t> agreement_days_left;  // by id, of those that are in force
  std::optional<std::uint64_t> disk_free_bytes;
  std::size_t people = 0, fingers = 0, outbox = 0, cases_open = 0;
  std::uint64_t log_size = 0, cosigned_size = 0;
  std::vector<std::string> attention;  // what a person must look at, by name: "clock_doubted", …
  WaitStats waits;                     // of those that change something, for their turn at the store
};

using Changes = std::map<std::string, std::uint64_t>;  // how often something of a kind has become another

// A call that its caller may make again, not knowing whether the first one arrived: a key of theirs, held until this is
// destroyed. Node::claim() makes it.
// Why it is not taken: kConflict: a call with this key is under way; kReplayed: it came with another request;
// kAlreadyExists: it was made, and its answer is erased, with somebody it named; kQuotaExceeded: kept are as many of
// this caller's as can be; kInvalidInput: the key is not 1 to 64 visible letters of ASCII.
struct Claim {
  std::string name, caller;  // as the store knows them
  Digest request{};
  std::optional<Bytes> answered;  // the call was made before: this is its answer, and nothing is to be done
  std::shared_ptr<const void> held;
};
// What is answered under a claim, made into bytes before the effect is durable, and kept in the same transaction for a
// day. Without a claim nothing is kept. A call that is refused, or changes nothing, leaves its key free.
template <typename Answer>
struct Once {
  const Claim* claim = nullptr;
  std::function<Bytes(const Answer&)> said{};
};

class Node {
 public:
  // Opens the data directory, recomputes the log, fills the gallery. kCorrupt when these do not agree.
  static Result<std::unique_ptr<Node>> open(Config config, Seams seams);
  ~Node();

  Result<Claim> claim(const Caller& caller, const std::string& key, ByteView request);

  // Who is under six, or may be, is not enrolled (kDenied); who is under eighteen only with a guardian who is not the
  // caller. Of whom is hidden it is asked why (kInvalidInput). Fingers that are not those of the id given, or that
  // contradict each other, are not (the answer says so) until a supervisor overrules it. Whoever's hand is hidden under
  // another id is hidden under this one too, before anybody can find it. A date of birth that is learnt now holds for
  // what is held already.
  Result<EnrolAnswer> enrol(const Caller& caller, EnrolRequest request, const Once<EnrolAnswer>& once = {});
  // kDenied: `why` names no file; then nothing is compared. Ten people under one file within 24 hours are told to a
  // supervisor (misuse story 14), and answered all the same.
  Result<IdentifyAnswer> identify(const Caller& caller, const std::vector<Sample>& samples, const Why& why);
  // The same when there is time: durable when it returns, done by work(), the answer kept for a day, for this caller.
  // `callback`, when not empty, is one of Config's: it is told that the task has ended, never what was found.
  Result<TaskView> identify_later(const Caller& caller, const std::vector<Sample>& samples, const Why& why,
                                  const std::string& callback = {}, const Once<TaskView>& once = {});
  Result<TaskView> task(const Caller& caller, const std::string& task_id);  // kNotFound: none, or another's
  // kNoFeatures, nothing_to_compare: no finger of the samples is one that this person has; that is no "no match".
  Result<VerifyAnswer> verify(const Caller& caller, const std::string& person_id, const std::vector<Sample>& samples,
                              const Why& why);
  // Oldest first, their ids and dates alone. A search: whoever tries an id learns whether anybody has it. kNotFound.
  Result<std::vector<Encounter>> encounters(const Caller& caller, const std::string& person_id, const Why& why);
  Result<NamesAnswer> search_names(const Caller& caller, const NameQuery& query, const Why& why);
  Result<Encounter> read_encounter(const Caller& caller, const std::string& person_id, const std::string& encounter_id);
  // kConflict, kDenied: who is hidden is erased by the second of two supervisors, after propose_lift. kInvalidInput:
  // the reasons, which stay, name who is erased. By this id alone: others of the hand are named, and a supervisor told.
  Result<Erasure> erase_person(const Caller& caller, const std::string& person_id, const std::string& reasons,
                               const Once<Erasure>& once = {});

  // Hides a person from countries, under every id of the same hand; until two supervisors have taken it off: one
  // proposes, another lifts. No date, erasure of an encounter or enrolment does. kNotFound: nobody, or not hidden.
  Result<ProtectionView> protect(const Caller& caller, const std::string& person_id, const ProtectRequest& request,
                                 const Once<ProtectionView>& once = {});
  // Hides whoever will be enrolled with this document, or is already; of a file, nothing about it is asked of those
  // countries. The view's person_id is the number's own, under which it is read and lifted.
  Result<ProtectionView> protect_number(const Caller& caller, NumberKind kind, const std::string& number,
                                        const ProtectRequest& request, const Once<ProtectionView>& once = {});
  Result<ProtectionView> protection(const Caller& caller, const std::string& person_id);
  Result<ProtectionView> propose_lift(const Caller& caller, const std::string& person_id, const std::string& reasons,
                                      const Once<ProtectionView>& once = {});
  // kConflict: nobody has proposed it; kDenied: the same supervisor did, or who lifts sits at the keys.
  Result<ProtectionView> lift_protection(const Caller& caller, const std::string& person_id, const std::string& reasons,
                                         const Once<ProtectionView>& once = {});
  // What supervisors must know: oldest first, after that number. Reading is logged; seen by one, an alarm is over, an
  // urgent search's by a review alone (kConflict), which may erase its details. kDenied: it is about the caller's act.
  Result<std::vector<Alarm>> alarms(const Caller& caller, bool unseen_only, std::int64_t after = 0,
                                    std::size_t limit = limits::kPageMax);
  Result<Receipt> alarm_seen(const Caller& caller, std::int64_t number, const Once<Receipt>& once = {},
                             const std::optional<UrgentReview>& review = {});

  // watchlists: whoever owns an entry is told when its person is met, and nobody else
  // A document of docs/formats/watchlist.md, in force by nobody's word alone. kDenied: why policy refuses it, logged;
  Result<WatchlistView> propose_watchlist(const Caller& caller, const Json& document,
                                          const Once<WatchlistView>& once = {});  // kNotFound: nobody has that id
  // A supervisor sees all, others what they own or proposed; of the rest not that it is there (kNotFound). Logged.
  Result<std::vector<WatchlistEntry>> watchlist(const Caller& caller);
  Result<WatchlistView> watchlist_entry(const Caller& caller, const std::string& entry_id);
  // kDenied: who proposed it, who is told by it, who sits at the keys, and what policy says of it by now. `review`: the
  // next day of review, such as 2026-03-01; empty: as it is.
  Result<Receipt> decide_watchlist(const Caller& caller, const std::string& entry_id, ListingDecision wanted,
                                   const std::string& reasons, const std::string& review = {},
                                   const Once<Receipt>& once = {});
  Result<Receipt> remove_watchlist(const Caller& caller, const std::string& entry_id, const std::string& reasons,
                                   const Once<Receipt>& once = {});
  // The caller's own, newest first. kDenied: who sits at the keys.
  Result<std::vector<WatchlistAlert>> watchlist_alerts(const Caller& caller);

  // asking a partner: the question is durable when ask() returns; work() sends it
  Result<Question> ask(const Caller& caller, AskRequest request, const Once<Question>& once = {});
  // Of one's own questions alone, but for a supervisor; of others' nobody learns that they are there (kNotFound).
  Result<Question> question(const Caller& caller, const std::string& exchange_id);
  // One's own, but to a supervisor everybody's. What was released is read of one at a time. Logged.
  Result<QuestionPage> questions(const Caller& caller, const QuestionFilter& filter = {});
  // While it waits to be sent: taken back; or tried now, whatever pause there is. kConflict: it waits no more.
  Result<Question> cancel_question(const Caller& caller, const std::string& exchange_id,
                                   const Once<Question>& once = {});
  Result<Question> retry_question(const Caller& caller, const std::string& exchange_id,
                                  const Once<Question>& once = {});
  // What came back as an ANSI/NIST-ITL transaction, for other systems; or, while it waits to be sent, the question
  // itself with its fingers, for who may ask. Logged. kConflict: it has left, and no answer has come.
  Result<Bytes> question_as_transaction(const Caller& caller, const std::string& exchange_id);

  // examining a partner's hit
  Result<CasePage> cases(const Caller& caller, const CaseFilter& filter = {});     // logged
  Result<ShownCase> case_facts(const Caller& caller, const std::string& case_id);  // without its fingers: no look
  // With what speaks against it beside its pairs, as things stand now: no verdict without having been shown that. No
  // look at the pairs, which are all sent at once. Before lock_probe nothing of the candidate, nor any doubt.
  Result<CaseView> view_case(const Caller& caller, const std::string& case_id);
  // What the caller found on the question's prints, by pair, each seen alone (PictureKind::kProbe); none: of no value.
  // Final. kInvalidInput: marks that no look gives; kDenied: probe_not_seen, probe_locked_before.
  Result<ShownCase> lock_probe(const Caller& caller, const std::string& case_id, std::vector<std::vector<Mark>> marks,
                               const Once<ShownCase>& once = {});
  // One pair of the exhibit as a PNG file: a look at that one. kConflict when the case is over; kDenied,
  // probe_not_locked: the candidate's side before lock_probe. Logged, as a view is.
  Result<Bytes> case_picture(const Caller& caller, const std::string& case_id, std::size_t pair, PictureKind kind);
  // Where two examiners are needed, the case is open until two agree or three have looked, to everybody else as if
  // nobody had. kDenied: pairs_not_seen, doubts_not_seen; several_people: they cannot be confirmed as one's;
  // verdict_given_before.
  Result<ShownCase> decide_case(const Caller& caller, const std::string& case_id, Verdict verdict,
                                const std::string& reasons, const Once<ShownCase>& once = {});

  // Whether examiners can tell (docs/decisions/0112). A pair whose truth is known, of people who do not exist: it waits
  // until chance makes a case of it. kNoFeatures: as of a probe; kInvalidInput, logged: our own search contradicts what
  // is said to be true, or finds somebody enrolled here. kAlreadyExists: it waits already.
  Result<Receipt> add_practice_pair(const Caller& caller, Truth truth, const std::vector<Sample>& probe,
                                    const std::vector<Sample>& reference, const Once<Receipt>& once = {});
  Result<PracticeReport> practice(const Caller& caller);  // logged
  // A found examiner may judge again. kNotFound: nobody of that name is suspended; kDenied: who sits at the keys.
  Result<Receipt> renew_certificate(const Caller& caller, const std::string& examiner, const std::string& reasons,
                                    const Once<Receipt>& once = {});

  // releasing what an examiner confirmed: a second act, by a second person. Until it is done nothing leaves; not done
  // in the time that the verdict had, nothing will.
  Result<ReleaseCard> release_card(const Caller& caller, const std::string& case_id);  // logged as a look at the case
  // kDenied: one of its examiners, who sits at the keys, or releases without having opened the card; doubts_not_seen.
  // kConflict: not confirmed, or decided already. Where nothing may leave any more the case is withdrawn, whatever was
  // decided.
  Result<Case> decide_release(const Caller& caller, const std::string& case_id, ReleaseDecision decision,
                              const std::string& facts, const std::string& offence = {}, const Once<Case>& once = {});

  // The law as this node's state: in force at once, for questions, answers, releases and the certificates that partners
  // may show. Each needs reasons and is logged. kNotFound, kConflict (terminated is for ever), kAlreadyExists.
  Result<Receipt> accept_agreement(const Caller& caller, const std::string& document, const std::string& reasons,
                                   const Once<Receipt>& once = {});
  Result<Receipt> suspend_agreement(const Caller& caller, const std::string& id, const std::string& reasons,
                                    const Once<Receipt>& once = {});
  Result<Receipt> resume_agreement(const Caller& caller, const std::string& id, const std::string& reasons,
                                   const Once<Receipt>& once = {});
  Result<Receipt> terminate_agreement(const Caller& caller, const std::string& id, const std::string& reasons,
                                      const Once<Receipt>& once = {});
  Result<std::vector<AgreementView>> agreements(const Caller& caller);
  Result<ExchangedView> exchanged(const Caller& caller);
  // Digests of those that a partner and we have accepted here and not terminated: what it may know of us.
  std::vector<Digest> texts_with(const std::string& partner) const;

  // The clock is right although this node doubts it, or those whose time is over may be erased although they are many.
  // kConflict when nothing waits for it.
  Result<Receipt> confirm_clock(const Caller& caller, const std::string& reasons, const Once<Receipt>& once = {});

  // What a partner sent: sealed bytes in, sealed bytes out. `peer`: of the TLS certificate. Whoever has used up their
  // budget is refused before anything is opened (kQuotaExceeded). Refusals are logged once a minute, counted.
  Result<Bytes> receive(const std::string& peer, ByteView sealed);
  // Before any of it is read: whether the partner may send something now (kQuotaExceeded), and after how long: whoever
  // sent only what nothing came of waits. Quick, blocks for nothing.
  Door may_send(const std::string& peer);

  // Before anybody is answered: why an overseer takes this for a copy of the node; empty when none does.
  std::string ask_overseers();
  // An operator has decided that this copy, or what was restored, is the node now. Whom the node hid since the copy was
  // made it does not know: no partner is answered until a supervisor has answered the alarm that says so.
  Result<Receipt> adopt_copy(const Caller& caller, const std::string& reasons);
  Result<bool> is_adopted_copy() const;

  // The background on threads of its own, none of which waits for another. stop() ends what the transport waits for.
  void start();
  void stop();
  void work();  // the same as one step on the caller's thread, for tests; never between start() and stop()

  // What people change beside the database, without secrets; at the start and at each change. Gives the marks of all
  // that was taken away: an older file that is put back lets nobody in by them, and a supervisor is told.
  Result<std::set<std::string>> note_users(const Json& users);
  Status note_keys(const Json& keys);
  Status note_signed_in(const Caller& caller, bool second_factor);
  Status note_password_changed(const Caller& caller);                              // one's own
  void note_sign_in_refused(const std::string& user, const std::string& address);  // written by work(), all together
  Result<Receipt> note_sessions_ended(const Caller& caller, const std::string& user, const std::string& reasons);

  // The log's entries with what stands sealed beside them. Logged itself, with what was looked for.
  Result<LogPage> log_entries(const Caller& caller, const LogQuery& query);
  // Its decisions made once more. Logged likewise. kTooLarge: of more entries than limits::kLogLookedAtMax.
  Result<Replayed> replay(const Caller& caller);
  Changes changes(const Caller& caller) const;  // of "cases", "questions", …; quick, no entry
  Health health() const;
  std::string metrics() const;                           // Prometheus text
  std::string checkpoint() const;                        // the newest signed one
  Result<std::string> proof(std::uint64_t index) const;  // C2SP tlog-proof
  const Config& config() const;
  Status may(const Caller& caller, Action action) const;
  Status authorise(const Caller& caller, Action action);  // kDenied, and an entry of it

  struct Inside;  // service/ alone knows what it is

 private:
  explicit Node(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

// For fsck, beside a running node too: whether the database holds what its log says; if not, a sentence, and whose
// encounters are too many or too few.
Result<std::vector<std::string>> differences_from_log(const std::string& directory, const SecretKey& node_key);

// What an overseer runs: cosigns checkpoints of the logs it knows (C2SP tlog-witness), never two that disagree.
struct OverseerConfig {
  std::string directory;
  std::string name;
  SecretKey node_key;
  SigningKey signing_key;
  std::vector<VerifierKey> logs;
};
// What the clock is held against at a start, when the log's newest entry is of newest_ms: by how much it may be off is
// limits::kClockAheadMsMax and kClockBackMsMax. The node may be running.
Result<std::int64_t> clock_is_held_against(const std::string& directory, const SecretKey& node_key,
                                           std::int64_t newest_ms);

struct OverseerReply {
  int status = 200;  // as HTTP's
  std::string content_type, body;
};
class Overseer {
 public:
  static Result<std::unique_ptr<Overseer>> open(OverseerConfig config, Clock& clock, Random& random);
  ~Overseer();
  OverseerReply add_checkpoint(std::string_view body);  // any thread
  // By what they said last; any thread. They are cosigned all the same: the cosignature has our time.
  std::vector<std::string> logs_whose_clock_differs() const;
  // Checkpoints that logs have signed and that do not follow from what was cosigned, by log; proofs first.
  Result<std::map<std::string, std::vector<Shown>>> shown() const;
  // That log goes on from a restored copy: it may begin anew here. What was cosigned of it is kept with the rest.
  Status restart_log(const std::string& origin);
  Result<std::uint64_t> witnessed_entries() const;  // of all logs together: it never becomes less by itself

  struct Inside;

 private:
  explicit Overseer(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace puente::service
