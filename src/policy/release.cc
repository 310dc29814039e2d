#include "policy/release.h"

#include <algorithm>

#include "core/biographic.h"
#include "core/limits.h"
#include "core/user.h"
#include "policy/age.h"
#include "policy/agreements.h"
#include "policy/ask.h"
#include "policy/keep.h"
#include "policy/review.h"

namespace puente::policy {

namespace {

constexpr std::ptrdiff_t kOffenceMin = 3;  // bytes that are neither blank nor control; one word may be all of it

struct Risk {
  std::string_view name;
  const char* sentence;
};
constexpr Risk kRisks[] = {
    {"under_18", "a minor: what leaves must serve the child's best interest"},
    {"captured_as_child", "a child's prints: these were taken before the person was eighteen, perhaps for other ends"},
    {"examiner_suspended", "an examiner who confirmed it is suspended: found to confirm what is of two people"},
    {kAgeUnknown, "nobody knows the date of birth: it may be a minor"},
    {"own_national", "a national of this country"},
    {"protected_from_others", "hidden from another country: what leaves may reach it"},
};

std::vector<std::string> against_words(const Clearance& by) {
  std::vector<std::string> against;
  if (written(by.facts) < kReasonsMin) against.emplace_back("release_facts_too_short");
  if (by.facts.size() > limits::kTextBytesMax) against.emplace_back("release_facts_too_long");
  const bool leaves = by.decision == ReleaseDecision::kRelease;
  const auto letters = std::count_if(by.offence.begin(), by.offence.end(),
                                     [](char letter) { return static_cast<unsigned char>(letter) > 0x20; });
  if (leaves && names_an_offence(by.purpose) && letters < kOffenceMin) against.emplace_back("offence_missing");
  if (by.offence.size() > limits::kTextBytesMax) against.emplace_back("offence_too_long");
  return against;
}

std::vector<std::string> against_person(const Clearance& by) {
  std::vector<std::string> against;
  if (!is_id(by.releaser)) against.emplace_back("releaser_missing");
  if (std::ranges::any_of(by.examiners, [&](const auto& each) { return same_user(by.releaser, each); }))
    against.emplace_back("one_person_twice");
  if (by.at_the_keys) against.emplace_back("releaser_at_the_keys");
  return against;
}

std::size_t confirmers_of(const Case& decided) {
  std::set<std::string> out;
  for (const Opinion& each : decided.verdicts)
    if (each.verdict == Verdict::kConfirm) out.insert(each.examiner);
  return out.size();
}

// To hold back takes no look.
std::vector<std::string> against_haste(const Clearance& by) {
  std::vector<std::string> against;
  if (by.decision != ReleaseDecision::kRelease) return against;
  if (!by.card_seen) against.emplace_back("card_not_seen");
  if (by.doubts_not_seen > 0) against.emplace_back("doubts_not_seen");
  return against;
}

}  // namespace

bool names_an_offence(Purpose purpose) {
  return purpose == Purpose::kTraffickingInvestigation || purpose == Purpose::kSeriousCrimeInvestigation;
}

Decision may_clear(const Clearance& clearance) {
  if (std::vector<std::string> against = against_person(clearance); !against.empty())
    return Decision::deny(std::move(against));
  if (std::vector<std::string> against = against_words(clearance); !against.empty())
    return Decision::deny(std::move(against), Code::kInvalidInput);
  if (std::vector<std::string> against = against_haste(clearance); !against.empty())
    return Decision::deny(std::move(against));
  return Decision::permit("second_person_decides");
}

std::vector<std::string> risks_of(const Circumstances& circumstances) {
  std::vector<std::string> out;
  bool is_known = false, is_minor = false;
  for (const std::string& each : circumstances.person.dates_of_birth) {
    const std::optional<std::int64_t> born = day_of(each);
    is_known = is_known || born;
    is_minor = is_minor || (born && !has_turned(kOfAge, *born, circumstances.now_ms));
  }
  if (!is_known) out.emplace_back(kAgeUnknown);
  if (is_minor) out.emplace_back("under_18");
  if (circumstances.captured_as_child) out.emplace_back("captured_as_child");
  if (circumstances.examiner_suspended) out.emplace_back("examiner_suspended");
  if (std::ranges::count(circumstances.person.nationalities, circumstances.own_country) > 0)
    out.emplace_back("own_national");
  if (circumstances.protected_from_others) out.emplace_back("protected_from_others");
  return out;
}

std::string explain_risk(std::string_view risk) {
  for (const Risk& each : kRisks) {
    if (each.name == risk) return each.sentence;
  }
  return std::string(risk);
}

Decision could_release(const AcceptedAgreement& agreement, const Case& decided, std::int64_t now_ms) {
  std::vector<std::string> against;
  if (decided.state != CaseState::kConfirmed && decided.state != CaseState::kCleared)
    against.emplace_back("case_not_confirmed");
  if (decided.examiner.empty()) against.emplace_back("examiner_missing");
  if (written(decided.verdict_reasons) < kReasonsMin) against.emplace_back("verdict_reasons_too_short");
  if (!decided.verdicts.empty() && confirmers_of(decided) < examiners_needed(decided.purpose))
    against.emplace_back("second_examiner_missing");
  if (decided.decided_ms < decided.opened_ms || decided.decided_ms >= decided.expires_ms ||
      decided.decided_ms > now_ms) {
    against.emplace_back("verdict_time_implausible");
  }
  if (decided.agreement_id != agreement.id) against.emplace_back("agreement_mismatch");
  for (const char* reason : why_not_in_force(agreement, now_ms)) against.emplace_back(reason);
  if (agreement.party(decided.partner) == nullptr) against.emplace_back("asker_not_a_party");
  const PurposeTerms* terms = agreement.terms(decided.purpose);
  if (terms == nullptr) {
    against.emplace_back("purpose_not_in_agreement");
  } else {
    if (!terms->may_ask.contains(decided.partner)) against.emplace_back("country_may_not_ask");
    if (!may_keep(kept_until_ms(*terms, decided.decided_ms), now_ms).permitted) against.emplace_back("retention_over");
    if (terms->conditions && terms->conditions->needs_order) judge_order(decided.grounds.order, now_ms, against);
  }
  if (!against.empty()) return Decision::deny(std::move(against));
  return Decision::permit(clause(*terms), *terms);
}

Decision may_release(const AcceptedAgreement& agreement, const Case& decided, std::int64_t now_ms) {
  Decision decision = could_release(agreement, decided, now_ms);
  std::vector<std::string> against = decision.permitted ? std::vector<std::string>() : std::move(decision.reasons);
  if (decided.state == CaseState::kConfirmed) against.emplace_back("release_not_decided");
  if (decided.state == CaseState::kCleared) {
    const Clearance by{examiners_of(decided), decided.releaser,      false,          ReleaseDecision::kRelease,
                       decided.purpose,       decided.release_facts, decided.offence};
    for (std::string& reason : against_person(by)) against.push_back(std::move(reason));
    for (std::string& reason : against_words(by)) against.push_back(std::move(reason));
    if (decided.cleared_ms < decided.decided_ms || decided.cleared_ms > now_ms)
      against.emplace_back("release_time_implausible");
  }
  if (!against.empty()) return Decision::deny(std::move(against));
  return decision;
}

BiographicData agreed_part(const PurposeTerms& terms, const BiographicData& known) {
  BiographicData out = known;
  std::erase_if(out, [&](const auto& each) { return !terms.release.contains(each.first) || each.second.empty(); });
  return out;
}

std::vector<std::string> caveats_of(const PurposeTerms& terms) {
  const bool with_consent = terms.conditions && terms.conditions->onward_transfer == OnwardTransfer::kWithConsent;
  return {with_consent ? kOnwardWithConsent : kNoOnwardTransfer, kPurposeBound};
}

Result<Disclosure> redact(const AcceptedAgreement& agreement, const Case& decided, const BiographicData& record,
                          std::int64_t now_ms) {
  const Decision decision = may_release(agreement, decided, now_ms);
  TRY(decision.status());
  const PurposeTerms& terms = *decision.terms;
  Disclosure out;
  out.exchange_id_ = decided.exchange_id;
  out.reference_ = decided.case_id;
  out.recipient_ = decided.partner;
  out.agreement_digest_ = agreement.digest;
  out.purpose_ = terms.purpose;
  out.elements_ = agreed_part(terms, record);
  out.retention_until_ms_ = kept_until_ms(terms, decided.decided_ms);
  out.caveats_ = caveats_of(terms);
  return out;
}

}  // namespace puente::policy
