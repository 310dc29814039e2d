// Case and question: what a node keeps of one exchange. The answering side has a Case (only on a hit), the asking side
// a Question. casework/ is the only place that moves them from state to state.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/agreement.h"
#include "core/exhibit.h"

namespace puente {

// The answering side. Numbers are stored.
enum class CaseState {
  kOpen = 1,
  kConfirmed = 2,
  kRejected = 3,
  kReleased = 4,
  kExpired = 5,
  kInconclusive = 6,
  kWithdrawn = 7,  // confirmed, and nothing left any more
  kCleared = 8,    // a second person has decided that what was agreed may go: it is on its way
};
inline constexpr int kCaseStateLast = static_cast<int>(CaseState::kCleared);
const char* to_string(CaseState state);
Result<CaseState> parse_case_state(std::string_view name);

// An examiner's, and final. Numbers are stored.
enum class Verdict { kConfirm, kReject, kInconclusive };
const char* to_string(Verdict verdict);  // "confirm", "reject", "inconclusive"
Result<Verdict> parse_verdict(std::string_view name);
inline constexpr int kVerdictLast = static_cast<int>(Verdict::kInconclusive);

// One examiner's verdict, and nobody else's business until the case is over.
struct Opinion {
  std::string examiner;
  Verdict verdict = Verdict::kInconclusive;
  std::string reasons;
  std::int64_t given_ms = 0;
  bool operator==(const Opinion&) const = default;
};

// A second person's, of a confirmed case, and final: whether the partner is told who it is.
enum class ReleaseDecision { kRelease, kHoldBack };
const char* to_string(ReleaseDecision decision);  // "release", "hold_back"
Result<ReleaseDecision> parse_release_decision(std::string_view name);

// What speaks against taking a hit at its word, beside what its pairs show. Numbers are stored.
enum class Doubt : std::uint8_t {
  kRecordDiffers = 1,    // another encounter of the person's has other fingers under the same positions
  kSeveralPeople = 2,    // the question's fingers are, as others of ours say, of more than one person
  kCapturedAsChild = 3,  // the candidate's prints were taken before their person was eighteen
};
inline constexpr int kDoubtLast = static_cast<int>(Doubt::kCapturedAsChild);
const char* to_string(Doubt doubt);  // "record_differs", "several_people", "captured_as_child"
// Among what somebody has seen of a case, the release card and each doubt have numbers of their own, which no pair has.
inline constexpr std::uint32_t kReleaseCard = 0x8000'0000u;
constexpr std::uint32_t number_of(Doubt doubt) {
  return kReleaseCard + static_cast<std::uint32_t>(doubt);
}
// And the question's print of a pair, seen alone.
constexpr std::uint32_t probe_of(std::uint32_t pair) {
  return 0x4000'0000u + pair;
}

// What an examiner found on the question's prints, each looked at alone, and locked before any print of the candidate's
// was shown to them (R7, misuse story 5): what is seen there cannot be read into these any more.
struct LockedProbe {
  std::int64_t locked_ms = 0;
  std::vector<std::vector<Mark>> marks{};  // by pair; none of a print that is of no value. They go with the probe
  std::vector<std::uint8_t> counts{};      // by pair, how many there were: this stays
  bool operator==(const LockedProbe&) const = default;
};

// What an examiner sees and does of a case, be it a partner's hit or a seeded pair (core/practice.h): to them the two
// are alike.
struct Examination {
  std::string case_id;  // random; of a hit also the reference that the partner is told
  std::string agreement_id;
  std::string partner;  // the asking country
  Purpose purpose = Purpose::kBorderIdentification;
  CaseState state = CaseState::kOpen;
  std::int64_t opened_ms = 0;
  // Open and undecided until then: expired, probe destroyed. Confirmed and no second person until then: withdrawn.
  std::int64_t expires_ms = 0;
  std::string examiner{};  // whose verdict settled it
  std::string verdict_reasons{};
  std::int64_t decided_ms = 0;
  // By user: which pairs of the exhibit, which of its probes alone, which doubts, the release card.
  std::map<std::string, std::set<std::uint32_t>> seen{};
  std::set<Doubt> doubts{};
  std::vector<Opinion> verdicts{};              // all, in their order; none though it is decided: of an older version
  std::map<std::string, LockedProbe> locked{};  // by examiner; none though it is decided: of an older version
};

struct Case : Examination {
  std::string exchange_id;
  Digest agreement_digest{};            // of its text; zeros: of an older version
  std::string partner_case_reference;   // the asking side's own file number
  std::string person_id, encounter_id;  // the local candidate
  double score = 0;                     // of the search; not shown to the examiner before the verdict
  double expected_false = 0;
  std::string releaser{};       // the second person, who decided what becomes of a confirmed case
  std::string release_facts{};  // why, in that person's words
  std::string offence{};        // that the partner looks into, where its purpose is one
  std::int64_t cleared_ms = 0;
  Digest card{};      // of the release card as its releaser was shown it: nothing else leaves; zeros: none, or none yet
  Grounds grounds{};  // as the asking side says them; empty: of an older version
};
// By whatever spelling of the name; nullptr: this examiner has locked nothing.
const LockedProbe* locked_by(const Examination& the_case, std::string_view examiner);
std::set<std::string> examiners_of(const Examination& the_case);          // who gave a verdict, and whose settled it
bool has_judged(const Examination& the_case, std::string_view examiner);  // by whatever spelling of the name
// How many of the verdicts are the one that most have.
std::size_t agreeing(const std::vector<Opinion>& verdicts);

// The asking side. Numbers are stored.
enum class QuestionState {
  kQueued = 1,  // in the outbox: partner not reached yet
  kNoHit = 2,
  kHit = 3,  // the partner named a reference; its examiner has it
  kReleased = 4,
  kNotConfirmed = 5,  // the partner's examiner rejected the hit, or let it expire
  kRefused = 6,       // the partner's policy said no
  kExpired = 7,       // the deadline passed with the partner out of reach
};
const char* to_string(QuestionState state);
Result<QuestionState> parse_question_state(std::string_view name);

struct Question {
  std::string exchange_id;
  std::string agreement_id;
  Digest agreement_digest{};  // of its text; zeros: of an older version
  std::string partner;
  Purpose purpose = Purpose::kBorderIdentification;
  std::string case_reference;  // our file number
  std::string requester;       // who asks, by our own user id; never sent
  QuestionState state = QuestionState::kQueued;
  std::int64_t asked_ms = 0;
  std::int64_t expires_ms = 0;
  std::string reference;             // the partner's, on a hit
  std::vector<std::string> reasons;  // of a refusal
  BiographicData released;
  std::int64_t retention_until_ms = 0;  // of what was released: erased then
  Grounds grounds{};                    // that travel with it; empty: of an older version
};
// A file number: 3 to 64 printable ASCII characters, a digit among them.
bool is_case_reference(std::string_view text);

}  // namespace puente
