#include "policy/policy.h"

#include <algorithm>
#include <iterator>

#include "core/limits.h"

namespace puente::policy {
namespace {

constexpr std::string_view kClause = "clause_";  // + purpose: the reason of a permit
constexpr std::string_view kMay = "_may_";       // role + "_may_" + action; "_may_not_" of a denial

struct Sentence {
  std::string_view reason, text;
};
constexpr Sentence kSentences[] = {
    {"no_agreement", "there is no agreement with that country"},
    {"agreement_not_yet_valid", "the agreement is not yet in force"},
    {"agreement_expired", "the agreement has expired"},
    {"agreement_suspended", "the agreement is suspended"},
    {"agreement_mismatch", "the case was opened under another agreement"},
    {"own_country", "a country does not ask itself: name the partner"},
    {"asker_not_a_party", "the asking country is not a party of the agreement"},
    {"answerer_not_a_party", "the answering country is not a party of the agreement"},
    {"purpose_not_in_agreement", "the agreement does not have this purpose"},
    {"country_may_not_ask", "the agreement does not let this country ask for this purpose"},
    {"modality_missing", "the question carries nothing to compare"},
    {"modality_not_in_agreement", "the agreement does not have this kind of biometrics for this purpose"},
    {"case_reference_missing", "a question needs the number of the file that it belongs to"},
    {"case_reference_malformed", "a file number has 3 to 64 printable ASCII characters, a digit among them"},
    {"quota_used_up", "today's questions for this purpose are used up: the count starts anew at midnight UTC"},
    {"case_not_confirmed", "no examiner has confirmed this case"},
    {"examiner_missing", "the case does not say who decided it"},
    {"verdict_reasons_too_short", "the examiner's reasons are missing or too short"},
    {"retention_over", "the data could not be kept any more: the time that the agreement allows is over"},
    {"verdict_time_implausible", "the verdict's time does not lie in the time the case was open"},
};

Decision permit(std::string reason, std::optional<PurposeTerms> terms = {}) {
  return {.permitted = true, .reasons = {std::move(reason)}, .terms = std::move(terms)};
}

Decision deny(std::vector<std::string> reasons) {
  CHECK(!reasons.empty());
  const bool only_quota = reasons.size() == 1 && reasons.front() == "quota_used_up";
  return {.code = only_quota ? Code::kQuotaExceeded : Code::kDenied, .reasons = std::move(reasons), .terms = {}};
}

std::string clause(const PurposeTerms& terms) {
  return std::string(kClause) + to_string(terms.purpose);
}

void judge_validity(const Agreement& agreement, std::int64_t now_ms, std::vector<std::string>& against) {
  if (now_ms < agreement.valid_from_ms) against.emplace_back("agreement_not_yet_valid");
  if (now_ms >= agreement.valid_until_ms) against.emplace_back("agreement_expired");
  if (agreement.suspended) against.emplace_back("agreement_suspended");
}

// From the verdict on, not from the sending: a release that is sent again says the same.
std::int64_t retention_until_ms(const PurposeTerms& terms, const Case& decided) {
  return decided.decided_ms + terms.retention_days * kDayMs;
}

void judge_case_reference(std::string_view reference, std::vector<std::string>& against) {
  if (reference.empty()) {
    against.emplace_back("case_reference_missing");
    return;
  }
  const auto printable = [](char c) { return c >= 0x20 && c <= 0x7e; };
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (reference.size() < 3 || reference.size() > 64 || !std::all_of(reference.begin(), reference.end(), printable) ||
      std::none_of(reference.begin(), reference.end(), digit)) {
    against.emplace_back("case_reference_malformed");
  }
}

struct Grant {
  Role role;
  std::set<Action> actions;
};
const std::vector<Grant>& grants() {
  using enum Action;
  static const std::vector<Grant> kGrants = {
      {Role::kOfficer, {kEnrol, kIdentify, kVerify, kAsk, kViewQuestion, kReadEncounter, kListAgreements}},
      {Role::kExaminer, {kListCases, kViewCase, kDecideCase}},
      {Role::kSupervisor,
       {kListCases, kErase, kReadLog, kReadMetrics, kReadEncounter, kListAgreements, kAcceptAgreement,
        kSuspendAgreement, kResumeAgreement, kTerminateAgreement}},
      {Role::kAuditor, {kReadLog, kReadMetrics, kListAgreements}},
  };
  return kGrants;
}

}  // namespace

std::string Decision::explanation() const {
  std::string out;
  for (const std::string& reason : reasons) out += (out.empty() ? "" : "; ") + explain(reason);
  return out;
}

Status Decision::status() const {
  if (permitted) return {};
  return Error{code, explanation()};
}

std::string explain(std::string_view reason) {
  const auto found = std::find_if(std::begin(kSentences), std::end(kSentences),
                                  [&](const Sentence& each) { return each.reason == reason; });
  if (found != std::end(kSentences)) return std::string(found->text);
  if (reason.starts_with(kClause)) {
    return "the agreement's clause on " + std::string(reason.substr(kClause.size())) + " permits it";
  }
  if (const auto at = reason.find(kMay); at != std::string_view::npos) {
    std::string out = "the role of " + std::string(reason);
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
  }
  return std::string(reason);
}

Decision may_ask(const Agreement* agreement, const Ask& ask) {
  std::vector<std::string> against;
  if (ask.asking == ask.answering) against.emplace_back("own_country");
  judge_case_reference(ask.case_reference, against);
  if (ask.modalities.empty()) against.emplace_back("modality_missing");
  if (agreement == nullptr) {
    against.emplace_back("no_agreement");
    return deny(std::move(against));
  }
  judge_validity(*agreement, ask.now_ms, against);
  if (agreement->party(ask.asking) == nullptr) against.emplace_back("asker_not_a_party");
  if (agreement->party(ask.answering) == nullptr) against.emplace_back("answerer_not_a_party");
  const PurposeTerms* terms = agreement->terms(ask.purpose);
  if (terms == nullptr) {
    against.emplace_back("purpose_not_in_agreement");
    return deny(std::move(against));
  }
  if (!terms->may_ask.contains(ask.asking)) against.emplace_back("country_may_not_ask");
  if (std::any_of(ask.modalities.begin(), ask.modalities.end(),
                  [&](Modality each) { return !terms->modalities.contains(each); })) {
    against.emplace_back("modality_not_in_agreement");
  }
  if (ask.asked_today < 0 || ask.asked_today >= terms->daily_quota) against.emplace_back("quota_used_up");
  if (!against.empty()) return deny(std::move(against));
  return permit(clause(*terms), *terms);
}

Decision may_release(const Agreement& agreement, const Case& decided, std::int64_t now_ms) {
  std::vector<std::string> against;
  if (decided.state != CaseState::kConfirmed) against.emplace_back("case_not_confirmed");
  if (decided.examiner.empty()) against.emplace_back("examiner_missing");
  if (decided.verdict_reasons.size() < kVerdictReasonsMin) against.emplace_back("verdict_reasons_too_short");
  if (decided.decided_ms < decided.opened_ms || decided.decided_ms >= decided.expires_ms ||
      decided.decided_ms > now_ms) {
    against.emplace_back("verdict_time_implausible");
  }
  if (decided.agreement_id != agreement.id) against.emplace_back("agreement_mismatch");
  judge_validity(agreement, now_ms, against);
  if (agreement.party(decided.partner) == nullptr) against.emplace_back("asker_not_a_party");
  const PurposeTerms* terms = agreement.terms(decided.purpose);
  if (terms == nullptr) {
    against.emplace_back("purpose_not_in_agreement");
    return deny(std::move(against));
  }
  if (!terms->may_ask.contains(decided.partner)) against.emplace_back("country_may_not_ask");
  if (now_ms >= retention_until_ms(*terms, decided)) against.emplace_back("retention_over");
  if (!against.empty()) return deny(std::move(against));
  return permit(clause(*terms), *terms);
}

bool may_be_found(const std::vector<std::string>& withheld_from, std::string_view country) {
  return is_country(country) && std::all_of(withheld_from.begin(), withheld_from.end(), [&](const std::string& each) {
           return is_country(each) && each != country;
         });
}

Decision may_use(Role role, Action action) {
  const bool may = std::any_of(grants().begin(), grants().end(),
                               [&](const Grant& each) { return each.role == role && each.actions.contains(action); });
  const std::string reason = to_string(role) + std::string(kMay) + (may ? "" : "not_") + to_string(action);
  return may ? permit(reason) : deny({reason});
}

Result<Disclosure> redact(const Agreement& agreement, const Case& decided, const BiographicData& record,
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
  for (const auto& [element, value] : record) {
    if (terms.release.contains(element) && !value.empty()) out.elements_.emplace(element, value);
  }
  out.retention_until_ms_ = retention_until_ms(terms, decided);
  out.caveats_ = {kNoOnwardTransfer, kPurposeBound};
  return out;
}

}  // namespace puente::policy
