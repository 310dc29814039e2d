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

TEST(MayRelease, only_what_an_examiner_confirmed) {
  const AcceptedAgreement terms = in_force();
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
    AcceptedAgreement terms = in_force();
    Case decided = confirmed_case();
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
  EXPECT_EQ(reasons([](A, C c, T now) { c.decided_ms = now = c.expires_ms; }), Reasons{"verdict_time_implausible"});
  EXPECT_EQ(reasons([](A, C, T now) { now = at("2026-06-01"); }), Reasons{"verdict_time_implausible"});
  EXPECT_EQ(reasons([](A, C c, T) { c.agreement_id = "older"; }), Reasons{"agreement_mismatch"});
  EXPECT_EQ(reasons([](A a, C, T) { a.state = AgreementState::kSuspended; }), Reasons{"agreement_suspended"});
  EXPECT_EQ(reasons([](A a, C, T) { a.state = AgreementState::kTerminated; }), Reasons{"agreement_terminated"});
  EXPECT_EQ(reasons([](A a, C, T now) { a.valid_until_ms = now; }), Reasons{"agreement_expired"});
  EXPECT_EQ(reasons([](A a, C, T) { a.purposes.erase(a.purposes.begin()); }), Reasons{"purpose_not_in_agreement"});
  EXPECT_EQ(reasons([](A, C c, T) { c.purpose = Purpose::kTraffickingInvestigation; }), Reasons{"country_may_not_ask"});
  EXPECT_EQ(reasons([](A, C, T now) { now = at("2026-07-02"); }), Reasons{"retention_over"});
}

TEST(MayRelease, a_case_of_an_agreement_that_was_replaced_meanwhile_ends_under_it) {
  AcceptedAgreement terms = in_force();
  terms.replaced_ms = at("2026-06-02");
  EXPECT_TRUE(may_release(terms, confirmed_case(), at("2026-06-03")).permitted);
}

TEST(Redact, exactly_what_the_agreement_lists_and_the_record_has) {
  const AcceptedAgreement terms = in_force();
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

}  // namespace
}  // namespace puente::policy
