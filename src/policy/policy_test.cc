#include <gtest/gtest.h>

#include <random>

#include "policy/example_test.h"

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

Ask sound_ask() {
  return {.asking = "USA",
          .answering = "COL",
          .purpose = Purpose::kBorderIdentification,
          .modalities = {Modality::kFinger},
          .case_reference = "TX-2026-0001",
          .asked_today = 0,
          .now_ms = at("2026-06-01")};
}

Case confirmed_case() {
  return {.case_id = "case-1",
          .exchange_id = "exchange-1",
          .agreement_id = "usa-col-2026",
          .partner = "USA",
          .purpose = Purpose::kBorderIdentification,
          .partner_case_reference = "TX-2026-0001",
          .state = CaseState::kConfirmed,
          .opened_ms = at("2026-06-01"),
          .expires_ms = at("2026-06-04"),
          .person_id = "person-1",
          .encounter_id = "encounter-1",
          .examiner = "examiner-7",
          .verdict_reasons = "fourteen minutiae agree, none contradicts",
          .decided_ms = at("2026-06-02")};
}

BiographicData full_record() {
  BiographicData out;
  for (int i = 0; i < kDataElementCount; ++i) out[static_cast<DataElement>(i)] = "value " + std::to_string(i);
  return out;
}

TEST(MayAsk, permits_by_the_clause_it_names) {
  const Agreement terms = agreement();
  const Decision decision = may_ask(&terms, sound_ask());
  EXPECT_TRUE(decision.permitted);
  EXPECT_EQ(decision.reasons, Reasons{"clause_border_identification"});
  ASSERT_TRUE(decision.terms.has_value());
  EXPECT_EQ(decision.terms->retention_days, 30);
  EXPECT_TRUE(decision.status().ok());
}

TEST(MayAsk, denies_with_the_reason) {
  const Agreement terms = agreement();
  const auto reasons = [&](auto change) {
    Ask ask = sound_ask();
    change(ask);
    const Decision decision = may_ask(&terms, ask);
    EXPECT_FALSE(decision.permitted);
    EXPECT_FALSE(decision.terms.has_value());
    EXPECT_FALSE(decision.status().ok());
    return decision.reasons;
  };
  EXPECT_EQ(reasons([](Ask& ask) { ask.now_ms = at("2026-01-01") - 1; }), Reasons{"agreement_not_yet_valid"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.now_ms = at("2027-01-01"); }), Reasons{"agreement_expired"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.asking = "PER"; }), (Reasons{"asker_not_a_party", "country_may_not_ask"}));
  EXPECT_EQ(reasons([](Ask& ask) { ask.answering = "PER"; }), Reasons{"answerer_not_a_party"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.answering = "USA"; }), Reasons{"own_country"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.purpose = Purpose::kMissingPersonSearch; }),
            Reasons{"purpose_not_in_agreement"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.purpose = Purpose::kTraffickingInvestigation; }),
            Reasons{"country_may_not_ask"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.modalities.clear(); }), Reasons{"modality_missing"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.modalities = {static_cast<Modality>(9)}; }),
            Reasons{"modality_not_in_agreement"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.case_reference.clear(); }), Reasons{"case_reference_missing"});
  for (const char* reference : {"12", "no number", "with\nline 1", "cédula 1"}) {
    EXPECT_EQ(reasons([&](Ask& ask) { ask.case_reference = reference; }), Reasons{"case_reference_malformed"})
        << reference;
  }
  EXPECT_EQ(reasons([](Ask& ask) { ask.asked_today = 5; }), Reasons{"quota_used_up"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.asked_today = -1; }), Reasons{"quota_used_up"});
}

TEST(MayAsk, the_first_and_last_moment_and_question_count) {
  const Agreement terms = agreement();
  Ask ask = sound_ask();
  ask.now_ms = terms.valid_from_ms;
  EXPECT_TRUE(may_ask(&terms, ask).permitted);
  ask.now_ms = terms.valid_until_ms - 1;
  EXPECT_TRUE(may_ask(&terms, ask).permitted);
  ask.asked_today = 4;
  EXPECT_TRUE(may_ask(&terms, ask).permitted);
}

TEST(MayAsk, a_used_up_quota_has_its_own_code_unless_more_is_wrong) {
  const Agreement terms = agreement();
  Ask ask = sound_ask();
  ask.asked_today = 5;
  EXPECT_EQ(may_ask(&terms, ask).code, Code::kQuotaExceeded);
  ask.case_reference.clear();
  EXPECT_EQ(may_ask(&terms, ask).code, Code::kDenied);
}

TEST(MayAsk, nothing_without_an_agreement_or_under_a_suspended_one) {
  EXPECT_EQ(may_ask(nullptr, sound_ask()).reasons, Reasons{"no_agreement"});
  Agreement terms = agreement();
  terms.suspended = true;
  EXPECT_EQ(may_ask(&terms, sound_ask()).reasons, Reasons{"agreement_suspended"});
}

// R1 as a property: any question inside the matrix is permitted, any outside is denied, and each with a reason that has
// a sentence. What is inside is said here a second time, from the draft and not from the code that decides.
TEST(MayAsk, random_questions_are_permitted_inside_the_matrix_and_nowhere_else) {
  const unsigned seed_used = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed_used));
  std::mt19937 random(seed_used);
  const auto pick = [&](auto... options) {
    const std::array all{options...};
    return all[random() % all.size()];
  };
  const Agreement terms = agreement();
  int permitted = 0, denied = 0;
  for (int i = 0; i < 20'000; ++i) {
    Ask ask{.asking = pick("USA", "COL", "USA", "COL", "PER", ""),
            .answering = pick("USA", "COL", "USA", "COL", "PER", ""),
            .purpose = static_cast<Purpose>(random() % kPurposeCount),
            .modalities = {},
            .case_reference = pick("A-17", "2026/4", "2026/5", ""),
            .asked_today = pick(0, 1, 4, 5, 6),
            .now_ms = at(pick("2025-12-31", "2026-01-01", "2026-07-01", "2026-12-31", "2027-01-01"))};
    if (random() % 8 != 0) ask.modalities.push_back(Modality::kFinger);
    const bool both =
        (ask.asking == "USA" && ask.answering == "COL") || (ask.asking == "COL" && ask.answering == "USA");
    const bool clause = ask.purpose == Purpose::kBorderIdentification ||
                        (ask.purpose == Purpose::kTraffickingInvestigation && ask.asking == "COL");
    const bool inside = both && clause && !ask.modalities.empty() && !ask.case_reference.empty() &&
                        ask.asked_today < 5 && ask.now_ms >= at("2026-01-01") && ask.now_ms < at("2027-01-01");
    const Decision decision = may_ask(&terms, ask);
    ASSERT_EQ(decision.permitted, inside) << decision.explanation();
    ASSERT_FALSE(decision.reasons.empty());
    for (const std::string& reason : decision.reasons) ASSERT_NE(explain(reason), reason);
    ++(inside ? permitted : denied);
  }
  EXPECT_GT(permitted, 100);
  EXPECT_GT(denied, 1000);
}

TEST(MayRelease, only_what_an_examiner_confirmed) {
  const Agreement terms = agreement();
  const std::int64_t now = at("2026-06-03");
  EXPECT_EQ(may_release(terms, confirmed_case(), now).reasons, Reasons{"clause_border_identification"});
  for (const CaseState state :
       {CaseState::kOpen, CaseState::kRejected, CaseState::kReleased, CaseState::kExpired, static_cast<CaseState>(0)}) {
    Case other = confirmed_case();
    other.state = state;
    EXPECT_EQ(may_release(terms, other, now).reasons, Reasons{"case_not_confirmed"});
    EXPECT_FALSE(redact(terms, other, full_record(), now).ok());
  }
}

TEST(MayRelease, denies_with_the_reason) {
  const auto reasons = [](auto change) {
    Agreement terms = agreement();
    Case decided = confirmed_case();
    std::int64_t now = at("2026-06-03");
    change(terms, decided, now);
    const Decision decision = may_release(terms, decided, now);
    EXPECT_FALSE(decision.permitted);
    EXPECT_FALSE(redact(terms, decided, full_record(), now).ok());
    return decision.reasons;
  };
  using A = Agreement&;
  using C = Case&;
  using T = std::int64_t&;
  EXPECT_EQ(reasons([](A, C c, T) { c.examiner.clear(); }), Reasons{"examiner_missing"});
  EXPECT_EQ(reasons([](A, C c, T) { c.verdict_reasons = "same"; }), Reasons{"verdict_reasons_too_short"});
  EXPECT_EQ(reasons([](A, C c, T) { c.decided_ms = 0; }), (Reasons{"verdict_time_implausible", "retention_over"}));
  EXPECT_EQ(reasons([](A, C c, T now) { c.decided_ms = now = c.expires_ms; }), Reasons{"verdict_time_implausible"});
  EXPECT_EQ(reasons([](A, C, T now) { now = at("2026-06-01"); }), Reasons{"verdict_time_implausible"});
  EXPECT_EQ(reasons([](A, C c, T) { c.agreement_id = "older"; }), Reasons{"agreement_mismatch"});
  EXPECT_EQ(reasons([](A a, C, T) { a.suspended = true; }), Reasons{"agreement_suspended"});
  EXPECT_EQ(reasons([](A a, C, T now) { a.valid_until_ms = now; }), Reasons{"agreement_expired"});
  EXPECT_EQ(reasons([](A a, C, T) { a.purposes.erase(a.purposes.begin()); }), Reasons{"purpose_not_in_agreement"});
  EXPECT_EQ(reasons([](A, C c, T) { c.purpose = Purpose::kTraffickingInvestigation; }), Reasons{"country_may_not_ask"});
  EXPECT_EQ(reasons([](A, C, T now) { now = at("2026-07-02"); }), Reasons{"retention_over"});
}

TEST(Redact, exactly_what_the_agreement_lists_and_the_record_has) {
  const Agreement terms = agreement();
  BiographicData record = full_record();
  auto out = redact(terms, confirmed_case(), record, at("2026-06-03"));
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->elements(), (BiographicData{{DataElement::kFamilyName, record[DataElement::kFamilyName]},
                                             {DataElement::kNationality, record[DataElement::kNationality]}}));
  EXPECT_EQ(out->recipient(), "USA");
  EXPECT_EQ(out->exchange_id(), "exchange-1");
  EXPECT_EQ(out->reference(), "case-1");
  EXPECT_EQ(out->agreement_digest(), terms.digest);
  EXPECT_EQ(out->retention_until_ms(), at("2026-07-02"));
  EXPECT_EQ(out->caveats(), (Reasons{"no_onward_transfer", "purpose_bound"}));
  record.erase(DataElement::kFamilyName);
  record[DataElement::kNationality] = "";
  EXPECT_TRUE(redact(terms, confirmed_case(), record, at("2026-06-03"))->elements().empty());
}

TEST(MayBeFound, never_by_a_country_it_is_withheld_from_and_hidden_in_doubt) {
  EXPECT_TRUE(may_be_found({}, "COL"));
  EXPECT_TRUE(may_be_found({"PER"}, "COL"));
  EXPECT_FALSE(may_be_found({"PER", "COL"}, "COL"));
  for (const char* doubtful : {"", "*", "col", "COLX", "unknown"}) {
    EXPECT_FALSE(may_be_found({doubtful}, "COL")) << doubtful;
    EXPECT_FALSE(may_be_found({}, doubtful)) << doubtful;
  }
}

TEST(MayUse, nobody_who_asks_decides_and_nobody_has_everything) {
  for (int r = 0; r < kRoleCount; ++r) {
    const Role role = static_cast<Role>(r);
    EXPECT_FALSE(may_use(role, Action::kAsk).permitted && may_use(role, Action::kDecideCase).permitted);
    bool all = true;
    for (int a = 0; a < kActionCount; ++a) {
      const Decision decision = may_use(role, static_cast<Action>(a));
      all = all && decision.permitted;
      ASSERT_EQ(decision.reasons.size(), 1u);
      EXPECT_NE(explain(decision.reasons[0]), decision.reasons[0]);
      EXPECT_EQ(decision.reasons[0].find("_may_not_") == std::string::npos, decision.permitted);
    }
    EXPECT_FALSE(all) << to_string(role);
    EXPECT_EQ(*parse_role(to_string(role)), role);
  }
  EXPECT_TRUE(may_use(Role::kOfficer, Action::kAsk).permitted);
  EXPECT_TRUE(may_use(Role::kExaminer, Action::kDecideCase).permitted);
  EXPECT_TRUE(may_use(Role::kSupervisor, Action::kErase).permitted);
  EXPECT_TRUE(may_use(Role::kAuditor, Action::kReadLog).permitted);
  EXPECT_FALSE(may_use(Role::kAuditor, Action::kViewCase).permitted);
  EXPECT_EQ(may_use(Role::kAuditor, Action::kViewCase).reasons, Reasons{"auditor_may_not_view_case"});
  EXPECT_FALSE(parse_role("admin").ok());
}

TEST(MayUse, agreements_are_the_supervisor_s_and_seen_by_all_but_examiners) {
  for (const Action action :
       {Action::kAcceptAgreement, Action::kSuspendAgreement, Action::kResumeAgreement, Action::kTerminateAgreement}) {
    for (int r = 0; r < kRoleCount; ++r) {
      const auto role = static_cast<Role>(r);
      EXPECT_EQ(may_use(role, action).permitted, role == Role::kSupervisor) << to_string(role) << to_string(action);
    }
  }
  EXPECT_TRUE(may_use(Role::kOfficer, Action::kListAgreements).permitted);
  EXPECT_TRUE(may_use(Role::kAuditor, Action::kListAgreements).permitted);
  EXPECT_FALSE(may_use(Role::kExaminer, Action::kListAgreements).permitted);
}

}  // namespace
}  // namespace puente::policy
