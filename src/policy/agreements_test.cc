#include <gtest/gtest.h>

#include "policy/example_test.h"

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

constexpr auto kBorder = Purpose::kBorderIdentification;
constexpr auto kMissing = Purpose::kMissingPersonSearch;

struct Text {
  const char* id;
  const char* from = "2026-01-01";
  const char* until = "2027-01-01";
  const char* purpose = "border_identification";
  const char* replaces = "";
  std::initializer_list<Json> may_ask = {"USA", "COL"};
};
std::string document(const Text& text) {
  const Json purposes = Json::array({purpose_document(text.purpose, text.may_ask, {"nationality"})});
  return canonical(signed_by_both(*draft_agreement(text.id, text.from, text.until, party("USA", kUsa),
                                                   party("COL", kCol), purposes, text.replaces)));
}
AgreementRecord accepted(const Text& text, const char* day = "2026-01-01") {
  const auto record = accept_agreement(document(text), "USA", {}, {"supervisor-1", "both have signed it", at(day)});
  EXPECT_TRUE(record.ok()) << record.error().message;
  return *record;
}
Step step(const char* day = "2026-06-01") {
  return {"supervisor-1", "as the ministry wrote on Monday", at(day)};
}
std::vector<AcceptedAgreement> read(const std::vector<AgreementRecord>& records) {
  const auto out = read_records(records);
  EXPECT_TRUE(out.ok()) << out.error().message;
  return *out;
}
std::string chosen(const std::vector<AgreementRecord>& records, Purpose purpose, const char* day = "2026-06-01",
                   const char* asking = "USA", const char* answering = "COL") {
  const auto all = read(records);
  const AcceptedAgreement* found = for_question(all, asking, answering, purpose, at(day));
  return found == nullptr ? "" : found->id;
}
Reasons reasons(const std::vector<AgreementRecord>& records, const char* day = "2026-06-01") {
  const auto all = read(records);
  Ask ask = sound_ask();
  ask.now_ms = at(day);
  return may_ask(for_question(all, ask.asking, ask.answering, ask.purpose, ask.now_ms), ask).reasons;
}

// Both in force between the same countries: the newer one does not take the older one's purposes away.
TEST(ForQuestion, of_two_agreements_each_serves_its_own_purpose) {
  const std::vector<AgreementRecord> both{
      accepted({.id = "older"}), accepted({.id = "newer", .from = "2026-03-01", .purpose = "missing_person_search"})};
  EXPECT_EQ(chosen(both, kBorder), "older");
  EXPECT_EQ(chosen(both, kMissing), "newer");
  EXPECT_EQ(reasons(both), Reasons{"clause_border_identification"});
  EXPECT_EQ(chosen({both[1], both[0]}, kBorder), "older") << "in whatever order they are kept";
}

TEST(ForQuestion, of_several_that_fit_the_newest_in_force) {
  const std::vector<AgreementRecord> all{accepted({.id = "a"}), accepted({.id = "b", .from = "2026-03-01"}),
                                         accepted({.id = "c", .from = "2026-09-01"})};
  EXPECT_EQ(chosen(all, kBorder, "2026-02-01"), "a");
  EXPECT_EQ(chosen(all, kBorder, "2026-06-01"), "b");
  EXPECT_EQ(chosen(all, kBorder, "2026-10-01"), "c");
}

TEST(ForQuestion, one_that_lets_us_ask_before_one_that_does_not) {
  const std::vector<AgreementRecord> both{accepted({.id = "mutual"}),
                                          accepted({.id = "theirs", .from = "2026-03-01", .may_ask = {"COL"}})};
  EXPECT_EQ(chosen(both, kBorder), "mutual");
  EXPECT_EQ(chosen(both, kBorder, "2026-06-01", "COL", "USA"), "theirs");
}

TEST(ForQuestion, none_with_a_stranger_nor_with_ourselves) {
  const std::vector<AgreementRecord> one{accepted({.id = "a"})};
  EXPECT_EQ(chosen(one, kBorder, "2026-06-01", "USA", "PER"), "");
  EXPECT_EQ(chosen(one, kBorder, "2026-06-01", "USA", "USA"), "");
  EXPECT_EQ(chosen({}, kBorder), "");
}

TEST(ForQuestion, when_none_fits_the_reason_is_the_nearest_one_s) {
  const AgreementRecord a = accepted({.id = "a"});
  const AgreementRecord suspended = *suspend_agreement(a, step("2026-05-01"));
  const AgreementRecord terminated = *terminate_agreement(a, step("2026-05-01"));
  const AgreementRecord other = accepted({.id = "other", .purpose = "missing_person_search"});
  EXPECT_EQ(reasons({suspended}), Reasons{"agreement_suspended"});
  EXPECT_EQ(reasons({suspended, other}), Reasons{"agreement_suspended"});
  EXPECT_EQ(reasons({terminated}), Reasons{"agreement_terminated"});
  EXPECT_EQ(reasons({terminated, suspended, other}), Reasons{"agreement_suspended"});
  EXPECT_EQ(reasons({other}), Reasons{"purpose_not_in_agreement"});
  EXPECT_EQ(reasons({a}, "2027-02-01"), Reasons{"agreement_expired"});
  EXPECT_EQ(reasons({accepted({.id = "b", .from = "2026-09-01"})}), Reasons{"agreement_not_yet_valid"});
  EXPECT_EQ(reasons({}), Reasons{"no_agreement"});
}

TEST(ForQuestion, one_in_force_is_enough_whatever_became_of_the_others) {
  const AgreementRecord terminated = *terminate_agreement(accepted({.id = "z", .from = "2026-05-01"}), step());
  EXPECT_EQ(chosen({terminated, accepted({.id = "a"})}, kBorder), "a");
  EXPECT_EQ(reasons({terminated, accepted({.id = "a"})}), Reasons{"clause_border_identification"});
}

TEST(Replaces, from_the_newer_one_s_first_day_the_older_one_is_not_asked_under) {
  const std::vector<AgreementRecord> both{
      accepted({.id = "older"}),
      accepted({.id = "newer", .from = "2026-06-01", .purpose = "missing_person_search", .replaces = "older"})};
  EXPECT_EQ(chosen(both, kBorder, "2026-05-31"), "older");
  EXPECT_EQ(reasons(both, "2026-05-31"), Reasons{"clause_border_identification"});
  EXPECT_EQ(chosen(both, kBorder, "2026-06-01"), "newer");
  EXPECT_EQ(reasons(both, "2026-06-01"), Reasons{"purpose_not_in_agreement"});
  const auto all = read(both);
  EXPECT_EQ(may_ask(&all[0], sound_ask()).reasons, Reasons{"agreement_replaced"}) << "when a partner still names it";
}

TEST(Replaces, not_before_this_node_has_accepted_the_newer_one) {
  const auto all = read(
      {accepted({.id = "older"}), accepted({.id = "newer", .from = "2026-06-01", .replaces = "older"}, "2026-07-01")});
  EXPECT_EQ(all[0].replaced_ms, at("2026-07-01"));
  EXPECT_EQ(all[1].replaced_ms, AcceptedAgreement::kNever);
}

TEST(Replaces, the_older_one_does_not_come_back_with_the_end_of_the_newer_one) {
  const AgreementRecord older = accepted({.id = "older"});
  const AgreementRecord newer = accepted({.id = "newer", .from = "2026-06-01", .replaces = "older"});
  EXPECT_EQ(reasons({older, *suspend_agreement(newer, step())}), Reasons{"agreement_suspended"});
  EXPECT_EQ(reasons({older, *terminate_agreement(newer, step("2026-06-01"))}), Reasons{"agreement_terminated"});
  EXPECT_EQ(chosen({older, *terminate_agreement(newer, step("2026-05-31"))}, kBorder), "older")
      << "terminated before its first day";
}

TEST(Steps, accept_suspend_resume_terminate) {
  AgreementRecord record = accepted({.id = "a"});
  EXPECT_EQ(record.id, "a");
  EXPECT_EQ(record.document, document({.id = "a"}));
  EXPECT_EQ(record.state, AgreementState::kAccepted);
  EXPECT_EQ(record.accepted_ms, at("2026-01-01"));
  EXPECT_EQ(record.changed_by, "supervisor-1");
  EXPECT_EQ(record.reasons, "both have signed it");
  record = *suspend_agreement(record, step("2026-02-01"));
  EXPECT_EQ(record.state, AgreementState::kSuspended);
  EXPECT_EQ(record.changed_ms, at("2026-02-01"));
  EXPECT_EQ(record.accepted_ms, at("2026-01-01"));
  EXPECT_EQ(record.reasons, "as the ministry wrote on Monday");
  record = *resume_agreement(record, step());
  EXPECT_EQ(record.state, AgreementState::kAccepted);
  record = *terminate_agreement(*suspend_agreement(record, step()), step());
  EXPECT_EQ(record.state, AgreementState::kTerminated);
}

TEST(Steps, what_the_state_does_not_allow_is_a_conflict_and_terminated_is_for_ever) {
  const AgreementRecord in_force = accepted({.id = "a"});
  const AgreementRecord suspended = *suspend_agreement(in_force, step());
  const AgreementRecord terminated = *terminate_agreement(in_force, step());
  EXPECT_EQ(resume_agreement(in_force, step()).error().code, Code::kConflict);
  EXPECT_EQ(suspend_agreement(suspended, step()).error().code, Code::kConflict);
  EXPECT_EQ(suspend_agreement(terminated, step()).error().code, Code::kConflict);
  EXPECT_EQ(resume_agreement(terminated, step()).error().code, Code::kConflict);
  EXPECT_EQ(terminate_agreement(terminated, step()).error().code, Code::kConflict);
  EXPECT_EQ(accept_agreement(document({.id = "a"}), "USA", std::span(&terminated, 1), step()).error().code,
            Code::kAlreadyExists);
}

TEST(Steps, each_needs_who_and_why) {
  const AgreementRecord record = accepted({.id = "a"});
  for (const Step& bad : {Step{"", "as the ministry wrote", 0}, Step{"supervisor-1", "because", 0},
                          Step{"supervisor-1", "too few       ", 0}, Step{"supervisor-1", std::string(513, 'x'), 0}}) {
    EXPECT_EQ(suspend_agreement(record, bad).error().code, Code::kInvalidInput);
    EXPECT_EQ(terminate_agreement(record, bad).error().code, Code::kInvalidInput);
    EXPECT_EQ(accept_agreement(document({.id = "b"}), "USA", {}, bad).error().code, Code::kInvalidInput);
  }
}

TEST(Steps, what_is_accepted_is_ours_signed_and_new) {
  const auto code = [](const std::string& text, const char* country, const std::vector<AgreementRecord>& kept) {
    return accept_agreement(text, country, kept, step()).error().code;
  };
  const AgreementRecord known = accepted({.id = "a"});
  EXPECT_EQ(code(document({.id = "a"}), "PER", {}), Code::kInvalidInput);
  EXPECT_EQ(code(canonical(draft()), "USA", {}), Code::kUnauthenticated);
  EXPECT_EQ(code(document({.id = "a"}), "USA", {known}), Code::kAlreadyExists);
  EXPECT_EQ(code(document({.id = "a", .from = "2026-02-01"}), "USA", {known}), Code::kConflict);
  EXPECT_TRUE(accept_agreement(document({.id = "b", .replaces = "a"}), "USA", std::span(&known, 1), step()).ok());
  EXPECT_TRUE(accept_agreement(document({.id = "b", .replaces = "never-seen"}), "USA", {}, step()).ok());
}

TEST(Steps, an_agreement_that_replaces_an_unknown_one_beside_known_ones_is_refused) {
  const AgreementRecord known = accepted({.id = "usa-col-2026"});
  const auto slip =
      accept_agreement(document({.id = "b", .replaces = "usa-col-2025"}), "USA", std::span(&known, 1), step());
  EXPECT_EQ(slip.error().code, Code::kInvalidInput);
  EXPECT_NE(slip.error().message.find("usa-col-2026"), std::string::npos) << slip.error().message;
}

TEST(Steps, how_one_stands_is_one_word) {
  const auto at = [](const char* day) { return *parse_iso8601(day); };
  const auto all = read(
      {accepted({.id = "older"}), accepted({.id = "newer", .from = "2026-06-01", .replaces = "older"}, "2026-05-01")});
  EXPECT_STREQ(standing_of(all[0], at("2026-05-31")), "in_force");
  EXPECT_STREQ(standing_of(all[1], at("2026-05-31")), "begins_later");
  EXPECT_STREQ(standing_of(all[0], at("2026-06-02")), "replaced");
  EXPECT_STREQ(standing_of(all[1], at("2026-06-02")), "in_force");
  EXPECT_STREQ(standing_of(all[1], at("2099-06-02")), "ended");
  AcceptedAgreement suspended = all[1];
  suspended.state = AgreementState::kSuspended;
  EXPECT_STREQ(standing_of(suspended, at("2026-06-02")), "suspended");
}

TEST(Steps, what_was_exchanged_lives_on_by_the_one_in_force_that_took_its_place) {
  const AgreementRecord a = accepted({.id = "a"}), c = accepted({.id = "c", .replaces = "b"});
  AgreementRecord b = accepted({.id = "b", .replaces = "a"});
  const auto successor = [&](std::vector<AgreementRecord> records, const char* now = "2026-07-01") {
    const auto all = read(std::move(records));
    const AcceptedAgreement* found = successor_of(all, all[0], at(now));
    return found == nullptr ? std::string("none") : found->id;
  };
  EXPECT_EQ(successor({a}), "none");
  EXPECT_EQ(successor({a, b}), "b");
  EXPECT_EQ(successor({a, b}, "2099-07-01"), "none") << "it has ended";
  b.state = AgreementState::kTerminated;
  EXPECT_EQ(successor({a, b}), "none");
  EXPECT_EQ(successor({a, b, c}), "c");
  EXPECT_EQ(successor({a, accepted({.id = "d"})}), "none") << "beside it, not in its place";
}

TEST(Steps, an_agreement_replaces_none_between_other_countries) {
  const Json peru = *draft_agreement("usa-per", "2026-01-01", "2027-01-01", party("USA", kUsa), party("PER", kStranger),
                                     Json::array({purpose_document("border_identification", {"USA"}, {})}));
  const Json both = *sign_agreement(*sign_agreement(peru, "USA", signing_key(kUsa)), "PER", signing_key(kStranger));
  const AgreementRecord theirs = *accept_agreement(canonical(both), "USA", {}, step());
  EXPECT_EQ(
      accept_agreement(document({.id = "b", .replaces = "usa-per"}), "USA", std::span(&theirs, 1), step()).error().code,
      Code::kInvalidInput);
  // and where it came in by another way, it replaces nothing
  const auto all = read({theirs, accepted({.id = "b", .replaces = "usa-per"})});
  EXPECT_EQ(all[0].replaced_ms, AcceptedAgreement::kNever);
}

TEST(ReadRecords, names_the_agreement_that_cannot_be_read) {
  AgreementRecord broken = accepted({.id = "a"});
  broken.document.replace(broken.document.find("2027"), 4, "2037");
  const auto read = read_records(std::span(&broken, 1));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, Code::kUnauthenticated);
  EXPECT_TRUE(read.error().message.starts_with("a: "));
}

}  // namespace
}  // namespace puente::policy
