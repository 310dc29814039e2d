#include "casework/casework.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

namespace puente::casework {
namespace {

constexpr std::int64_t kOpened = 1000, kExpires = 2000, kKeepUntil = 9000;
constexpr const char* kReasons = "fourteen minutiae agree, none contradicts";

// One print of the question, on which an examiner has found three minutiae.
const std::vector<Mark> kMarks = {{10, 10, 0, 1}, {20, 30, 0, 1}, {40, 10, 0, 2}};
LockedProbe marked() {
  return {kOpened, {kMarks}, {3}};
}

// Whose examiners have all marked its print.
Case new_case() {
  Case hit;
  hit.case_id = "case-1";
  hit.exchange_id = "exchange-1";
  hit.partner = "USA";
  Case open = open_case(hit, kOpened, kExpires);
  for (const char* each : {"examiner-7", "ana.ruiz", "luis.mora", "eva.soto"}) open.locked[each] = marked();
  return open;
}

Question new_question() {
  Question question;
  question.exchange_id = "exchange-1";
  question.partner = "COL";
  question.purpose = Purpose::kBorderIdentification;
  return ask(question, kOpened, kExpires);
}

Release new_release() {
  return {.reference = "case-1",
          .purpose = Purpose::kBorderIdentification,
          .elements = {{DataElement::kFamilyName, "Prueba"}},
          .retention_until_ms = kKeepUntil};
}

TEST(Case, is_opened_undecided_whatever_the_hit_claims) {
  Case hit = new_case();
  hit.state = CaseState::kConfirmed;
  hit.examiner = "nobody";
  hit.verdict_reasons = "claimed before anybody looked";
  hit.decided_ms = 5;
  hit.verdicts = {{"nobody", Verdict::kConfirm, "claimed before anybody looked", 5}};
  const Case opened = open_case(hit, kOpened, kExpires);
  EXPECT_EQ(opened.state, CaseState::kOpen);
  EXPECT_TRUE(opened.examiner.empty());
  EXPECT_TRUE(opened.verdict_reasons.empty());
  EXPECT_TRUE(opened.verdicts.empty());
  EXPECT_EQ(opened.decided_ms, 0);
}

TEST(Case, a_verdict_keeps_who_why_and_when) {
  const auto decided = decide(new_case(), Verdict::kConfirm, "examiner-7", kReasons, 1500);
  ASSERT_TRUE(decided.ok());
  EXPECT_EQ(decided->state, CaseState::kConfirmed);
  EXPECT_EQ(decided->examiner, "examiner-7");
  EXPECT_EQ(decided->verdict_reasons, kReasons);
  EXPECT_EQ(decided->decided_ms, 1500);
  EXPECT_EQ(decide(new_case(), Verdict::kReject, "examiner-7", kReasons, 1500)->state, CaseState::kRejected);
  EXPECT_EQ(decide(new_case(), Verdict::kInconclusive, "examiner-7", kReasons, 1500)->state, CaseState::kOpen);
}

TEST(Case, a_verdict_needs_a_name_and_reasons) {
  const auto code = [](const char* examiner, std::string reasons) {
    return decide(new_case(), Verdict::kConfirm, examiner, reasons, 1500).error().code;
  };
  EXPECT_EQ(code("", kReasons), Code::kInvalidInput);
  EXPECT_EQ(code("examiner-7", ""), Code::kInvalidInput);
  EXPECT_EQ(code("examiner-7", "the same"), Code::kInvalidInput);
  EXPECT_EQ(code("examiner-7", "ok                  "), Code::kInvalidInput);
  EXPECT_EQ(code("examiner-7", "áéíóúñáéí"), Code::kInvalidInput);  // nine characters in eighteen bytes
  EXPECT_EQ(code("examiner-7", std::string(513, 'x')), Code::kInvalidInput);
  EXPECT_TRUE(decide(new_case(), Verdict::kConfirm, "examiner-7", "01234 56789", 1500).ok());
}

TEST(Case, a_verdict_comes_while_the_case_is_open) {
  EXPECT_TRUE(decide(new_case(), Verdict::kConfirm, "examiner-7", kReasons, kOpened).ok());
  EXPECT_TRUE(decide(new_case(), Verdict::kConfirm, "examiner-7", kReasons, kExpires - 1).ok());
  EXPECT_EQ(decide(new_case(), Verdict::kConfirm, "examiner-7", kReasons, kExpires).error().code, Code::kConflict);
  EXPECT_EQ(decide(new_case(), Verdict::kConfirm, "examiner-7", kReasons, kOpened - 1).error().code, Code::kConflict);
}

// ---- two examiners (R8)

using enum Verdict;

Case of_a_crime(const std::vector<Verdict>& verdicts = {}) {
  Case at = new_case();
  at.purpose = Purpose::kTraffickingInvestigation;
  std::int64_t now_ms = 1500;
  for (const Verdict each : verdicts) {
    const std::string examiner = "examiner-" + std::to_string(++now_ms);
    at.locked[examiner] = marked();
    at = decide(at, each, examiner, kReasons, now_ms).value();
  }
  return at;
}

// Every sequence of verdicts up to the one that settles the case.
TEST(TwoExaminers, r8_two_of_a_kind_settle_a_case_and_three_that_differ_confirm_nothing) {
  const std::map<std::vector<Verdict>, CaseState> ends = {
      {{kConfirm, kConfirm}, CaseState::kConfirmed},
      {{kReject, kReject}, CaseState::kRejected},
      {{kInconclusive, kInconclusive}, CaseState::kInconclusive},
  };
  int settled = 0;
  const auto expect = [&](const std::vector<Verdict>& given, CaseState state) {
    const Case at = of_a_crime(given);
    EXPECT_EQ(at.state, state) << given.size();
    EXPECT_EQ(at.verdicts.size(), given.size());
    EXPECT_EQ(at.decided_ms != 0, state != CaseState::kOpen);
    settled += state == CaseState::kOpen ? 0 : 1;
  };
  for (const Verdict a : {kConfirm, kReject, kInconclusive}) {
    expect({a}, CaseState::kOpen);
    for (const Verdict b : {kConfirm, kReject, kInconclusive}) {
      if (a == b) {
        expect({a, b}, ends.at({a, b}));
        continue;
      }
      expect({a, b}, CaseState::kOpen);
      for (const Verdict c : {kConfirm, kReject, kInconclusive}) {
        const bool is_first = c == a, is_second = c == b;
        expect({a, b, c}, is_first || is_second ? ends.at({c, c}) : CaseState::kRejected);
      }
    }
  }
  EXPECT_EQ(settled, 3 + 6 * 3);
}

TEST(Case, r7_who_cannot_tell_asks_another_and_two_who_cannot_end_it) {
  const Case asked = decide(new_case(), kInconclusive, "ana.ruiz", kReasons, 1500).value();
  EXPECT_EQ(asked.state, CaseState::kOpen);
  for (const auto& [second, state] :
       {std::pair(kConfirm, CaseState::kConfirmed), std::pair(kReject, CaseState::kRejected),
        std::pair(kInconclusive, CaseState::kInconclusive)})
    EXPECT_EQ(decide(asked, second, "luis.mora", kReasons, 1600)->state, state);
  EXPECT_EQ(decide(asked, kInconclusive, "ana.ruiz", kReasons, 1600).error().code, Code::kDenied);
  EXPECT_EQ(expire(asked, kExpires)->state, CaseState::kExpired) << "in an office of one";
}

TEST(TwoExaminers, r8_nobody_gives_two_by_whatever_spelling_of_their_name) {
  const Case once = decide(of_a_crime(), kConfirm, "ana.ruiz", kReasons, 1500).value();
  for (const char* same : {"ana.ruiz", "Ana_Ruiz", "anaruiz"}) {
    const auto again = decide(once, kConfirm, same, kReasons, 1600);
    EXPECT_EQ(again.error().code, Code::kDenied) << same;
    EXPECT_NE(again.error().message.find("you have given your verdict"), std::string::npos) << again.error().message;
  }
  EXPECT_EQ(decide(once, kConfirm, "luis.mora", kReasons, 1600)->state, CaseState::kConfirmed);
}

TEST(TwoExaminers, a_case_that_one_has_seen_still_expires_and_of_a_confirmed_one_the_time_is_from_the_last) {
  EXPECT_TRUE(is_due(of_a_crime({kConfirm}), kExpires));
  EXPECT_EQ(expire(of_a_crime({kConfirm}), kExpires)->state, CaseState::kExpired);
  EXPECT_EQ(of_a_crime({kConfirm}).expires_ms, kExpires);
  EXPECT_EQ(of_a_crime({kConfirm, kConfirm}).expires_ms, 1502 + (kExpires - kOpened));
}

using CaseEvent = std::function<Result<Case>(Case)>;
const std::map<std::string, CaseEvent> kCaseEvents = {
    {"confirm", [](Case c) { return decide(std::move(c), Verdict::kConfirm, "examiner-7", kReasons, 1500); }},
    {"reject", [](Case c) { return decide(std::move(c), Verdict::kReject, "examiner-7", kReasons, 1500); }},
    {"confirm late", [](Case c) { return decide(std::move(c), Verdict::kConfirm, "examiner-7", kReasons, 2500); }},
    {"clear", [](Case c) { return clear(std::move(c), ReleaseDecision::kRelease, "ben", kReasons, "", 1600); }},
    {"hold back", [](Case c) { return clear(std::move(c), ReleaseDecision::kHoldBack, "ben", kReasons, "", 1600); }},
    {"withdraw", [](Case c) { return withdraw(std::move(c)); }},
    {"reopen", [](Case c) { return reopen(std::move(c), 1700); }},
    {"release", [](Case c) { return release(std::move(c)); }},
    {"expire early", [](Case c) { return expire(std::move(c), 1500); }},
    {"expire", [](Case c) { return expire(std::move(c), 2500); }},
};

// Every state and every event: what is not listed is refused with kConflict and says so.
Exhibit one_pair() {
  Exhibit out;
  ExhibitPair& pair = out.pairs.emplace_back();
  pair.probe.width = pair.probe.height = 400;
  pair.probe.image = {1};
  pair.probe.marks = std::vector<Mark>(30, Mark{5, 5, 0, 1});  // the machine's
  return out;
}

// Nobody has marked anything; this examiner has looked at the question's print.
Case unmarked_case() {
  Case out = new_case();
  out.locked.clear();
  out.seen["ana.ruiz"] = {probe_of(0)};
  return out;
}

TEST(Case, story_5_no_verdict_before_the_questions_prints_are_marked_and_locked) {
  for (const Verdict each : {kConfirm, kReject, kInconclusive}) {
    const auto before = decide(unmarked_case(), each, "ana.ruiz", kReasons, 1500);
    EXPECT_EQ(before.error().code, Code::kDenied);
    EXPECT_NE(before.error().message.find("after you have marked"), std::string::npos) << before.error().message;
  }
  const auto locked = lock_probe(unmarked_case(), one_pair(), {kMarks}, "ana.ruiz", 1400);
  ASSERT_TRUE(locked.ok()) << locked.error().message;
  EXPECT_EQ(locked->state, CaseState::kOpen);
  EXPECT_EQ(locked->locked.at("ana.ruiz"), (LockedProbe{1400, {kMarks}, {3}}));
  EXPECT_TRUE(decide(*locked, kConfirm, "ana.ruiz", kReasons, 1500).ok());
  EXPECT_EQ(decide(*locked, kConfirm, "luis.mora", kReasons, 1500).error().code, Code::kDenied) << "each their own";
}

TEST(Case, story_5_marks_are_final_and_made_by_whoever_has_looked) {
  const auto code = [](const Result<Case>& result) { return result.error().code; };
  const Case locked = lock_probe(unmarked_case(), one_pair(), {kMarks}, "ana.ruiz", 1400).value();
  EXPECT_EQ(code(lock_probe(locked, one_pair(), {kMarks}, "Ana_Ruiz", 1450)), Code::kDenied) << "by any spelling";
  EXPECT_EQ(code(lock_probe(unmarked_case(), one_pair(), {kMarks}, "luis.mora", 1400)), Code::kDenied) << "not looked";
  EXPECT_EQ(code(lock_probe(unmarked_case(), one_pair(), {}, "ana.ruiz", 1400)), Code::kInvalidInput);
  EXPECT_EQ(code(lock_probe(unmarked_case(), one_pair(), {kMarks}, "ana.ruiz", kExpires)), Code::kConflict);
  Case over = unmarked_case();
  over.state = CaseState::kRejected;
  EXPECT_EQ(code(lock_probe(over, one_pair(), {kMarks}, "ana.ruiz", 1400)), Code::kConflict);
}

TEST(Case, story_5_looks_of_before_the_marks_do_not_count) {
  Case shown_by_an_older_version = unmarked_case();
  shown_by_an_older_version.seen["ana.ruiz"].insert(0);
  const Case locked = lock_probe(shown_by_an_older_version, one_pair(), {kMarks}, "ana.ruiz", 1400).value();
  EXPECT_EQ(locked.seen.at("ana.ruiz"), std::set<std::uint32_t>{probe_of(0)});
}

TEST(Case, r7_of_prints_that_are_of_no_value_nothing_is_confirmed) {
  const Case none = lock_probe(unmarked_case(), one_pair(), {{}}, "ana.ruiz", 1400).value();
  EXPECT_EQ(decide(none, kConfirm, "ana.ruiz", kReasons, 1500).error().code, Code::kDenied);
  EXPECT_TRUE(decide(none, kInconclusive, "ana.ruiz", kReasons, 1500).ok());
  EXPECT_EQ(decide(none, kReject, "ana.ruiz", kReasons, 1500)->state, CaseState::kRejected);
  Exhibit minutiae_alone = one_pair();
  minutiae_alone.pairs[0].probe.image.clear();  // there is nothing to mark but what was sent
  const Case sent = lock_probe(unmarked_case(), minutiae_alone, {{}}, "ana.ruiz", 1400).value();
  EXPECT_EQ(sent.locked.at("ana.ruiz").counts, std::vector<std::uint8_t>{30});
  EXPECT_EQ(decide(sent, kConfirm, "ana.ruiz", kReasons, 1500)->state, CaseState::kConfirmed);
}

TEST(Case, r6_the_marks_go_with_the_probe_and_their_number_stays) {
  const auto expect_gone = [](const Case& over) {
    ASSERT_NE(over.state, CaseState::kOpen);
    for (const auto& [examiner, locked] : over.locked) {
      EXPECT_TRUE(locked.marks.empty()) << examiner;
      EXPECT_EQ(locked.counts, std::vector<std::uint8_t>{3}) << examiner;
    }
  };
  for (const Verdict each : {kConfirm, kReject})
    expect_gone(decide(new_case(), each, "ana.ruiz", kReasons, 1500).value());
  expect_gone(expire(new_case(), kExpires).value());
  const Case waits = of_a_crime({kConfirm});
  EXPECT_EQ(waits.state, CaseState::kOpen);
  EXPECT_FALSE(waits.locked.at("ana.ruiz").marks.empty()) << "the probe is still there";
}

TEST(Case, the_whole_table_of_transitions) {
  using S = CaseState;
  const std::map<std::pair<S, std::string>, S> allowed = {
      {{S::kOpen, "confirm"}, S::kConfirmed},        {{S::kOpen, "reject"}, S::kRejected},
      {{S::kOpen, "expire"}, S::kExpired},           {{S::kConfirmed, "clear"}, S::kCleared},
      {{S::kConfirmed, "hold back"}, S::kWithdrawn}, {{S::kConfirmed, "withdraw"}, S::kWithdrawn},
      {{S::kConfirmed, "expire"}, S::kWithdrawn},    {{S::kCleared, "withdraw"}, S::kWithdrawn},
      {{S::kCleared, "hold back"}, S::kWithdrawn},   {{S::kCleared, "reopen"}, S::kConfirmed},
      {{S::kConfirmed, "reopen"}, S::kConfirmed},    {{S::kWithdrawn, "withdraw"}, S::kWithdrawn},
      {{S::kCleared, "release"}, S::kReleased},      {{S::kReleased, "release"}, S::kReleased},  // acknowledged twice
      {{S::kExpired, "expire"}, S::kExpired},        {{S::kExpired, "expire early"}, S::kExpired}};
  for (const S state : {S::kOpen, S::kConfirmed, S::kRejected, S::kReleased, S::kExpired, S::kWithdrawn, S::kCleared}) {
    for (const auto& [name, event] : kCaseEvents) {
      SCOPED_TRACE(std::string(to_string(state)) + " × " + name);
      Case before = new_case();
      before.state = state;
      const auto after = event(before);
      const auto expected = allowed.find({state, name});
      ASSERT_EQ(after.ok(), expected != allowed.end());
      if (after.ok()) {
        EXPECT_EQ(after->state, expected->second);
      } else {
        EXPECT_EQ(after.error().code, Code::kConflict);
      }
    }
  }
}

TEST(Case, what_is_decided_anew_has_no_second_person_yet_and_as_much_time_as_before) {
  const Case confirmed = *decide(new_case(), Verdict::kConfirm, "examiner-7", kReasons, 1500);
  Case cleared = *clear(confirmed, ReleaseDecision::kRelease, "ben", kReasons, "smuggling", 1600);
  cleared.card[0] = 1;
  const Case again = *reopen(cleared, 9000);
  EXPECT_EQ(again.releaser + again.release_facts + again.offence, "");
  EXPECT_EQ(again.cleared_ms, 0);
  EXPECT_EQ(again.card, Digest{});
  EXPECT_EQ(again.expires_ms - 9000, confirmed.expires_ms - confirmed.decided_ms);
  EXPECT_EQ(again.examiner, "examiner-7");
}

// R7, R39: walks every sequence of events from an opened case; whoever gets to released has been confirmed by somebody
// and cleared by somebody on the way.
TEST(Case, r9_no_path_to_released_without_a_verdict_and_a_second_act) {
  int released = 0, seen = 0;
  const std::function<void(const Case&, bool, int)> walk = [&](const Case& at, bool confirmed, int depth) {
    ++seen;
    if (at.state == CaseState::kReleased) {
      ++released;
      ASSERT_TRUE(confirmed);
      ASSERT_EQ(at.examiner, "examiner-7");
      ASSERT_EQ(at.verdict_reasons, kReasons);
      ASSERT_EQ(at.releaser, "ben");
      ASSERT_EQ(at.release_facts, kReasons);
    }
    if (depth == 0) return;
    for (const auto& [name, event] : kCaseEvents) {
      const auto next = event(at);
      if (next.ok()) walk(*next, confirmed || (name == "confirm" && at.state == CaseState::kOpen), depth - 1);
    }
  };
  walk(new_case(), false, 6);
  EXPECT_GT(released, 0);
  EXPECT_GT(seen, 10);
}

using QuestionEvent = std::function<Result<Question>(Question)>;
const std::map<std::string, QuestionEvent> kQuestionEvents = {
    {"no hit", [](Question q) { return on_no_hit(std::move(q)); }},
    {"reference", [](Question q) { return on_reference(std::move(q), "case-1"); }},
    {"refusal", [](Question q) { return on_refusal(std::move(q), {"quota_used_up"}); }},
    {"release", [](Question q) { return on_release(std::move(q), new_release(), 1500); }},
    {"not confirmed", [](Question q) { return on_not_confirmed(std::move(q), "case-1"); }},
    {"expire early", [](Question q) { return expire(std::move(q), 1500); }},
    {"expire", [](Question q) { return expire(std::move(q), 2500); }},
    {"erase early", [](Question q) { return erase_released(std::move(q), 8999); }},
    {"erase", [](Question q) { return erase_released(std::move(q), kKeepUntil); }},
};

// The states as they are reached, not as they could be written down.
std::map<QuestionState, Question> reached() {
  const Question queued = new_question();
  const Question hit = *on_reference(queued, "case-1");
  std::map<QuestionState, Question> out;
  for (const Question& each :
       {queued, *on_no_hit(queued), hit, *on_release(hit, new_release(), 1500), *on_not_confirmed(hit, "case-1"),
        *on_refusal(queued, {"quota_used_up"}), *expire(queued, kExpires)}) {
    out.emplace(each.state, each);
  }
  return out;
}

TEST(Question, the_whole_table_of_transitions) {
  using S = QuestionState;
  const std::map<std::pair<S, std::string>, S> allowed = {{{S::kQueued, "no hit"}, S::kNoHit},
                                                          {{S::kQueued, "reference"}, S::kHit},
                                                          {{S::kQueued, "refusal"}, S::kRefused},
                                                          {{S::kQueued, "expire"}, S::kExpired},
                                                          {{S::kHit, "release"}, S::kReleased},
                                                          {{S::kHit, "not confirmed"}, S::kNotConfirmed},
                                                          {{S::kReleased, "erase"}, S::kReleased},
                                                          // said again
                                                          {{S::kNoHit, "no hit"}, S::kNoHit},
                                                          {{S::kHit, "reference"}, S::kHit},
                                                          {{S::kReleased, "reference"}, S::kReleased},
                                                          {{S::kReleased, "release"}, S::kReleased},
                                                          {{S::kNotConfirmed, "reference"}, S::kNotConfirmed},
                                                          {{S::kNotConfirmed, "not confirmed"}, S::kNotConfirmed},
                                                          {{S::kRefused, "refusal"}, S::kRefused},
                                                          {{S::kExpired, "expire"}, S::kExpired},
                                                          {{S::kExpired, "expire early"}, S::kExpired}};
  const auto states = reached();
  ASSERT_EQ(states.size(), 7u);
  for (const auto& [state, before] : states) {
    for (const auto& [name, event] : kQuestionEvents) {
      SCOPED_TRACE(std::string(to_string(state)) + " × " + name);
      const auto after = event(before);
      const auto expected = allowed.find({state, name});
      ASSERT_EQ(after.ok(), expected != allowed.end());
      if (after.ok()) {
        EXPECT_EQ(after->state, expected->second);
      } else {
        EXPECT_EQ(after.error().code, Code::kConflict);
      }
    }
  }
}

TEST(Question, released_data_are_there_only_after_a_release_and_until_their_time) {
  const auto states = reached();
  for (const auto& [state, question] : states) {
    EXPECT_EQ(question.released.empty(), state != QuestionState::kReleased) << to_string(state);
  }
  const Question& released = states.at(QuestionState::kReleased);
  EXPECT_EQ(erase_released(released, kKeepUntil - 1).error().code, Code::kConflict);
  const Question erased = *erase_released(released, kKeepUntil);
  EXPECT_TRUE(erased.released.empty());
  // the partner sends it once more: it is known, and does not come back
  EXPECT_TRUE(on_release(erased, new_release(), 9500)->released.empty());
}

TEST(Question, a_release_must_fit_what_was_asked_and_answered) {
  const Question hit = *on_reference(new_question(), "case-1");
  Release other = new_release();
  other.reference = "case-2";
  EXPECT_EQ(on_release(hit, other, 1500).error().code, Code::kConflict);
  other = new_release();
  other.purpose = Purpose::kSeriousCrimeInvestigation;
  EXPECT_EQ(on_release(hit, other, 1500).error().code, Code::kConflict);
  EXPECT_EQ(on_release(hit, new_release(), kKeepUntil).error().code, Code::kConflict);
  const Question released = *on_release(hit, new_release(), 1500);
  other = new_release();
  other.elements[DataElement::kNationality] = "COL";
  EXPECT_EQ(on_release(released, other, 1500).error().code, Code::kConflict);
  other = new_release();
  other.retention_until_ms += 1;
  EXPECT_EQ(on_release(released, other, 1500).error().code, Code::kConflict);
}

TEST(Question, another_reference_for_the_same_question_is_refused) {
  const Question hit = *on_reference(new_question(), "case-1");
  EXPECT_EQ(on_reference(hit, "case-2").error().code, Code::kConflict);
  EXPECT_EQ(on_not_confirmed(hit, "case-2").error().code, Code::kConflict);
  EXPECT_EQ(on_reference(new_question(), "not an id").error().code, Code::kInvalidInput);
}

TEST(Due, only_what_waits_and_only_when_its_time_is_over) {
  EXPECT_FALSE(is_due(new_case(), kExpires - 1));
  EXPECT_TRUE(is_due(new_case(), kExpires));
  const Case confirmed = *decide(new_case(), Verdict::kConfirm, "examiner-7", kReasons, 1500);
  EXPECT_FALSE(is_due(confirmed, 2499)) << "a second person has as long as the first had";
  EXPECT_TRUE(is_due(confirmed, 2500));
  EXPECT_EQ(clear(confirmed, ReleaseDecision::kRelease, "ben", kReasons, "", 2500).error().code, Code::kConflict);
  EXPECT_EQ(clear(confirmed, ReleaseDecision::kRelease, "ben", kReasons, "", 1499).error().code, Code::kConflict);
  EXPECT_FALSE(is_due(*clear(confirmed, ReleaseDecision::kRelease, "ben", kReasons, "", 1600), 2500));
  EXPECT_FALSE(is_due(new_question(), kExpires - 1));
  EXPECT_TRUE(is_due(new_question(), kExpires));
  EXPECT_FALSE(is_due(*on_reference(new_question(), "case-1"), kExpires));
}

}  // namespace
}  // namespace puente::casework
