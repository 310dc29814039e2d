#include <gtest/gtest.h>

#include "policy/example_test.h"

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

BiographicData full_record() {
  BiographicData out;
  for (int i = 0; i < kDataElementCount; ++i) out[static_cast<DataElement>(i)] = "value " + std::to_string(i);
  return out;
}

TEST(MayRelease, r7_only_what_an_examiner_confirmed) {
  const AcceptedAgreement terms = in_force();
  const std::int64_t now = at("2026-06-03");
  EXPECT_EQ(may_release(terms, cleared_case(), now).reasons, Reasons{"clause_border_identification"});
  for (const CaseState state : {CaseState::kOpen, CaseState::kRejected, CaseState::kReleased, CaseState::kExpired,
                                CaseState::kWithdrawn, static_cast<CaseState>(0)}) {
    Case other = cleared_case();
    other.state = state;
    EXPECT_EQ(may_release(terms, other, now).reasons, Reasons{"case_not_confirmed"});
    EXPECT_FALSE(redact(terms, other, full_record(), now).ok());
  }
}

TEST(MayRelease, denies_with_the_reason) {
  const auto reasons = [](auto change) {
    AcceptedAgreement terms = in_force();
    Case decided = cleared_case();
    std::int64_t now = at("2026-06-03");
    change(terms, decided, now);
    const Decision decision = may_release(terms, decided, now);
    EXPECT_FALSE(decision.permitted);
    EXPECT_FALSE(redact(terms, decided, full_record(), now).ok());
    return decision.reasons;
  };
  using A = AcceptedAgreement&;
  using C = Case&;
  using T = std::int64_t&;
  EXPECT_EQ(reasons([](A, C c, T) { c.examiner.clear(); }), Reasons{"examiner_missing"});
  EXPECT_EQ(reasons([](A, C c, T) { c.verdict_reasons = "same"; }), Reasons{"verdict_reasons_too_short"});
  EXPECT_EQ(reasons([](A, C c, T) { c.decided_ms = 0; }), (Reasons{"verdict_time_implausible", "retention_over"}));
  EXPECT_EQ(reasons([](A, C c, T now) { c.cleared_ms = c.decided_ms = now = c.expires_ms; }),
            Reasons{"verdict_time_implausible"});
  EXPECT_EQ(reasons([](A, C, T now) { now = at("2026-06-01"); }),
            (Reasons{"verdict_time_implausible", "release_time_implausible"}));
  EXPECT_EQ(reasons([](A, C c, T) { c.agreement_id = "older"; }), Reasons{"agreement_mismatch"});
  EXPECT_EQ(reasons([](A a, C, T) { a.state = AgreementState::kSuspended; }), Reasons{"agreement_suspended"});
  EXPECT_EQ(reasons([](A a, C, T) { a.state = AgreementState::kTerminated; }), Reasons{"agreement_terminated"});
  EXPECT_EQ(reasons([](A a, C, T now) { a.valid_until_ms = now; }), Reasons{"agreement_expired"});
  EXPECT_EQ(reasons([](A a, C, T) { a.purposes.erase(a.purposes.begin()); }), Reasons{"purpose_not_in_agreement"});
  EXPECT_EQ(reasons([](A, C c, T) { c.purpose = Purpose::kTraffickingInvestigation; }),
            (Reasons{"country_may_not_ask", "offence_missing"}));
  EXPECT_EQ(reasons([](A, C, T now) { now = at("2026-07-02"); }), Reasons{"retention_over"});
}

// R39: match and release are two acts of two persons.
TEST(MayRelease, not_without_a_second_person_who_says_why) {
  const auto reasons = [](auto change) {
    Case decided = cleared_case();
    change(decided);
    EXPECT_FALSE(redact(in_force(), decided, full_record(), at("2026-06-03")).ok());
    return may_release(in_force(), decided, at("2026-06-03")).reasons;
  };
  EXPECT_EQ(reasons([](Case& c) { c.state = CaseState::kConfirmed; }), Reasons{"release_not_decided"});
  EXPECT_EQ(reasons([](Case& c) { c.releaser.clear(); }), Reasons{"releaser_missing"});
  EXPECT_EQ(reasons([](Case& c) { c.releaser = c.examiner; }), Reasons{"one_person_twice"});
  EXPECT_EQ(reasons([](Case& c) { c.release_facts = "fine"; }), Reasons{"release_facts_too_short"});
  EXPECT_EQ(reasons([](Case& c) { c.cleared_ms = c.decided_ms - 1; }), Reasons{"release_time_implausible"});
  Case waits = cleared_case();
  waits.state = CaseState::kConfirmed;
  waits.releaser.clear();
  EXPECT_TRUE(could_release(in_force(), waits, at("2026-06-03")).permitted) << "worth a second person's time";
}

TEST(MayRelease, not_once_the_order_that_the_clause_asks_for_has_ended) {
  AcceptedAgreement terms = in_force_3();
  terms.purposes[0].conditions->needs_order = true;
  Case decided = cleared_case();
  decided.agreement_id = terms.id;
  const auto reasons = [&](std::optional<CourtOrder> order) {
    decided.grounds.order = std::move(order);
    return could_release(terms, decided, at("2026-06-03")).reasons;
  };
  EXPECT_EQ(reasons(CourtOrder{"Juzgado 4", "2026-118", "2026-05-01", "2026-06-02"}), Reasons{"order_expired"});
  EXPECT_EQ(reasons(CourtOrder{"Juzgado 4", "2026-118", "2026-06-04", "2026-06-09"}), Reasons{"order_not_yet_valid"});
  EXPECT_EQ(reasons(CourtOrder{"Juzgado 4", "none", "2026-05-01", "2026-06-03"}), Reasons{"order_malformed"});
  EXPECT_EQ(reasons({}), Reasons{"order_missing"}) << "of a version that knew none";
  EXPECT_EQ(reasons(CourtOrder{"Juzgado 4", "2026-118", "2026-05-01", "2026-06-03"}),
            Reasons{"clause_border_identification"})
      << "its last day";
  terms.purposes[0].conditions->needs_order = false;
  EXPECT_EQ(reasons({}), Reasons{"clause_border_identification"});
}

TEST(MayClear, r39_another_person_with_facts_and_for_an_investigation_the_offence) {
  const Clearance sound{.examiners = {"examiner-7"},
                        .releaser = "supervisor-2",
                        .facts = "met at the border, file read",
                        .card_seen = true};
  EXPECT_TRUE(may_clear(sound).permitted);
  Clearance crime = sound;
  crime.purpose = Purpose::kSeriousCrimeInvestigation;
  EXPECT_EQ(may_clear(crime).reasons, Reasons{"offence_missing"});
  EXPECT_EQ(may_clear(crime).code, Code::kInvalidInput);
  crime.decision = ReleaseDecision::kHoldBack;
  EXPECT_TRUE(may_clear(crime).permitted) << "to hold back needs none";
  crime.decision = ReleaseDecision::kRelease;
  Clearance wordy = sound;
  std::string too_long;
  while (too_long.size() <= limits::kTextBytesMax) too_long += "met at the border, ";
  wordy.facts = too_long;
  EXPECT_EQ(may_clear(wordy).reasons, Reasons{"release_facts_too_long"});
  crime.offence = too_long;
  EXPECT_EQ(may_clear(crime).reasons, Reasons{"offence_too_long"});
  crime.offence = "smuggling";
  EXPECT_TRUE(may_clear(crime).permitted);
  Clearance twice = sound;
  twice.examiners = {"examiner-3", "Supervisor.2"};  // by whatever spelling, and whatever their verdict
  EXPECT_EQ(may_clear(twice).reasons, Reasons{"one_person_twice"});
  EXPECT_EQ(may_clear(twice).code, Code::kDenied);
}

// R8. One verdict of a crime's two is as good as none, whatever the case's state says; a case of before there were two
// is judged as it was then.
TEST(MayRelease, r8_of_a_crime_not_without_two_who_confirm) {
  AcceptedAgreement agreement = in_force();
  Case decided = cleared_case();
  for (PurposeTerms& each : agreement.purposes) each.may_ask.insert("USA");
  decided.purpose = Purpose::kTraffickingInvestigation;
  decided.offence = "trafficking in persons";
  const auto reasons = [&](std::vector<Opinion> verdicts) {
    decided.verdicts = std::move(verdicts);
    return may_release(agreement, decided, at("2026-06-03")).reasons;
  };
  const Opinion yes{"examiner-3", Verdict::kConfirm, "fourteen minutiae agree", decided.decided_ms};
  const Opinion also{"examiner-7", Verdict::kConfirm, "fourteen minutiae agree", decided.decided_ms};
  const Opinion no{"examiner-5", Verdict::kReject, "the cores differ clearly", decided.decided_ms};
  EXPECT_EQ(reasons({yes}), Reasons{"second_examiner_missing"});
  EXPECT_EQ(reasons({yes, no}), Reasons{"second_examiner_missing"});
  EXPECT_EQ(reasons({yes, yes}), Reasons{"second_examiner_missing"}) << "one person twice";
  EXPECT_EQ(reasons({yes, no, also}), Reasons{"clause_trafficking_investigation"});
  EXPECT_EQ(reasons({}), Reasons{"clause_trafficking_investigation"});
  decided.releaser = "examiner-5";
  EXPECT_EQ(reasons({yes, no, also}), Reasons{"one_person_twice"});
  decided.purpose = Purpose::kBorderIdentification;
  decided.releaser = "supervisor-2";
  EXPECT_EQ(reasons({yes}), Reasons{"clause_border_identification"});
}

TEST(Examiners, are_two_where_the_release_names_an_offence) {
  for (int i = 0; i < kPurposeCount; ++i) {
    const auto purpose = static_cast<Purpose>(i);
    EXPECT_EQ(examiners_needed(purpose), names_an_offence(purpose) ? 2u : 1u) << to_string(purpose);
  }
  EXPECT_EQ(examiners_needed(Purpose::kTraffickingInvestigation), 2u);
  EXPECT_EQ(examiners_needed(Purpose::kSeriousCrimeInvestigation), 2u);
}

TEST(MayClear, who_releases_has_opened_the_card) {
  Clearance blind{.examiners = {"examiner-7"}, .releaser = "supervisor-2", .facts = "met at the border, file read"};
  EXPECT_EQ(may_clear(blind).reasons, Reasons{"card_not_seen"});
  EXPECT_EQ(may_clear(blind).code, Code::kDenied);
  blind.doubts_not_seen = 1;
  EXPECT_EQ(may_clear(blind).reasons, (Reasons{"card_not_seen", "doubts_not_seen"}));
  blind.decision = ReleaseDecision::kHoldBack;
  EXPECT_TRUE(may_clear(blind).permitted) << "to hold back takes no look";
}

TEST(Risks, of_age_nationality_and_protection) {
  const auto risks = [](const char* born, const char* nationality, bool hidden) {
    Circumstances of{{}, "COL", hidden, at("2026-06-03")};
    if (*born != 0) of.person.dates_of_birth.emplace_back(born);
    if (*nationality != 0) of.person.nationalities.emplace_back(nationality);
    return risks_of(of);
  };
  EXPECT_EQ(risks("2008-06-03", "VEN", false), Reasons{}) << "eighteen today";
  EXPECT_EQ(risks("2008-06-04", "VEN", false), Reasons{"under_18"}) << "eighteen tomorrow";
  EXPECT_EQ(risks("2009-01-01", "COL", true), (Reasons{"under_18", "own_national", "protected_from_others"}));
  const Circumstances of_a_child{{{}, {"1990-01-01"}}, "COL", false, at("2026-06-03"), true};
  EXPECT_EQ(risks_of(of_a_child), Reasons{"captured_as_child"}) << "of age by now";
  const Circumstances of_two_records{{{"VEN", "COL"}, {"1990-01-01", "2016-03-03"}}, "COL", false, at("2026-06-03")};
  EXPECT_EQ(risks_of(of_two_records), (Reasons{"under_18", "own_national"})) << "whichever of them says so";
  for (const char* unknown : {"", "about 1990"}) EXPECT_EQ(risks(unknown, "", false), Reasons{"age_unknown"});
  for (const char* each : {"under_18", "captured_as_child", "age_unknown", "own_national", "protected_from_others"})
    EXPECT_NE(explain_risk(each), each);
}

TEST(MayRelease, a_case_of_an_agreement_that_was_replaced_meanwhile_ends_under_it) {
  AcceptedAgreement terms = in_force();
  terms.replaced_ms = at("2026-06-02");
  EXPECT_TRUE(may_release(terms, cleared_case(), at("2026-06-03")).permitted);
}

TEST(Redact, r13_exactly_what_the_agreement_lists_and_the_record_has) {
  const AcceptedAgreement terms = in_force();
  BiographicData record = full_record();
  auto out = redact(terms, cleared_case(), record, at("2026-06-03"));
  ASSERT_TRUE(out.ok());
  EXPECT_EQ(out->elements(), (BiographicData{{DataElement::kFamilyName, record[DataElement::kFamilyName]},
                                             {DataElement::kNationality, record[DataElement::kNationality]}}));
  EXPECT_EQ(out->recipient(), "USA");
  EXPECT_EQ(out->exchange_id(), "exchange-1");
  EXPECT_EQ(out->reference(), "case-1");
  EXPECT_EQ(out->agreement_digest(), terms.digest);
  EXPECT_EQ(out->retention_until_ms(), at("2026-07-02"));
  EXPECT_EQ(out->caveats(), (Reasons{"no_onward_transfer", "purpose_bound"}));
  AcceptedAgreement onward = in_force_3();
  onward.id = terms.id;
  onward.purposes[0].conditions->onward_transfer = OnwardTransfer::kWithConsent;
  out = redact(onward, cleared_case(), record, at("2026-06-03"));
  ASSERT_TRUE(out.ok()) << out.error().message;
  EXPECT_EQ(out->caveats(), (Reasons{"onward_transfer_with_consent", "purpose_bound"}));
  record.erase(DataElement::kFamilyName);
  record[DataElement::kNationality] = "";
  EXPECT_TRUE(redact(terms, cleared_case(), record, at("2026-06-03"))->elements().empty());
}

}  // namespace
}  // namespace puente::policy
