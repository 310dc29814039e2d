#include "policy/agreements.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "core/person.h"
#include "policy/document.h"

namespace puente::policy {
namespace {

Status check_step(const Step& step) {
  if (!is_id(step.user)) return Error{Code::kInvalidInput, "who decides about an agreement must be named"};
  return check_reasons(step.reasons);
}

Result<AgreementRecord> step_to(AgreementRecord record, AgreementState to, const Step& step) {
  TRY(check_step(step));
  record.state = to;
  record.changed_ms = step.now_ms;
  record.changed_by = step.user;
  record.reasons = step.reasons;
  return record;
}

Error conflict(const AgreementRecord& record, const char* step) {
  return {Code::kConflict,
          "the agreement " + record.id + " is " + to_string(record.state) + ": it cannot be " + step + " now"};
}

bool same_countries(const Agreement& a, const Agreement& b) {
  return a.party(b.parties[0].country) != nullptr && a.party(b.parties[1].country) != nullptr;
}

// A node that was made anew knows none of before: then there is nothing that could stay in force beside it.
Status knows_what_it_replaces(const Agreement& agreement, std::span<const AgreementRecord> kept) {
  if (agreement.replaces.empty()) return {};
  std::string known;
  for (const AgreementRecord& each : kept) {
    if (each.id == agreement.replaces || each.id == agreement.id) return {};
    const auto other = read_agreement(each.document);
    if (other.ok() && same_countries(agreement, *other)) known += (known.empty() ? "" : ", ") + each.id;
  }
  if (known.empty()) return {};
  return Error{Code::kInvalidInput, "the agreement says that it replaces " + agreement.replaces +
                                        ", which is not known here; between the two are: " + known};
}

// How well an agreement serves a question; more is better. In force and fitting comes before all else; then what fits
// but for its state, so that the refusal says "suspended" rather than "no such purpose". What was replaced has no say.
auto rank(const AcceptedAgreement& each, std::string_view asking, Purpose purpose, std::int64_t now_ms) {
  const PurposeTerms* terms = each.terms(purpose);
  const bool replaced = now_ms >= each.replaced_ms;
  const bool in_force = why_not_in_force(each, now_ms).empty();
  const int fits = terms == nullptr ? 0 : terms->may_ask.contains(std::string(asking)) ? 2 : 1;
  return std::tuple(!replaced, fits, in_force, each.state == AgreementState::kSuspended, each.valid_from_ms,
                    each.accepted_ms);
}

}  // namespace

const AcceptedAgreement* successor_of(std::span<const AcceptedAgreement> all, const Agreement& older,
                                      std::int64_t now_ms) {
  std::set<std::string> line{older.id};
  for (std::size_t before = 0; before != line.size();) {
    before = line.size();
    for (const AcceptedAgreement& each : all) {
      if (!line.contains(each.replaces) || line.contains(each.id) || !same_countries(each, older)) continue;
      if (why_not_in_force(each, now_ms).empty()) return &each;
      line.insert(each.id);
    }
  }
  return nullptr;
}

const char* standing_of(const AcceptedAgreement& agreement, std::int64_t now_ms) {
  if (agreement.state != AgreementState::kAccepted) return to_string(agreement.state);
  if (now_ms >= agreement.valid_until_ms) return "ended";
  if (now_ms < agreement.valid_from_ms) return "begins_later";
  return now_ms >= agreement.replaced_ms ? "replaced" : "in_force";
}

Result<AgreementRecord> accept_agreement(std::string document, std::string_view own_country,
                                         std::span<const AgreementRecord> kept, const Step& step) {
  ASSIGN_OR_RETURN(const Agreement agreement, read_agreement(document));
  if (agreement.party(own_country) == nullptr) {
    return Error{Code::kInvalidInput, std::string(own_country) + " is not a party of this agreement"};
  }
  TRY(knows_what_it_replaces(agreement, kept));
  for (const AgreementRecord& each : kept) {
    if (each.id != agreement.id && each.id != agreement.replaces) continue;
    ASSIGN_OR_RETURN(const Agreement known, read_agreement(each.document));
    if (each.id == agreement.replaces && !same_countries(agreement, known)) {
      return Error{Code::kInvalidInput, "the agreement replaces one between other countries: " + each.id};
    }
    if (each.id != agreement.id) continue;
    if (known.digest != agreement.digest) {
      return Error{Code::kConflict, "the id " + each.id + " stands for another text here: a new text needs a new id"};
    }
    return Error{Code::kAlreadyExists, "the agreement " + each.id + " is known here: it is " + to_string(each.state)};
  }
  AgreementRecord record;
  record.id = agreement.id;
  record.document = std::move(document);
  record.accepted_ms = step.now_ms;
  return step_to(std::move(record), AgreementState::kAccepted, step);
}

std::vector<std::string> not_ours(const Agreement& agreement, std::string_view own_country, const Holdings& own) {
  const Party* party = agreement.party(own_country);
  if (party == nullptr) return {"a party"};
  const auto among = [](const auto& all, const auto& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  std::vector<std::string> out;
  if (!among(own.signing, party->signing_key)) out.push_back("the signing key");
  if (!among(own.sealing, party->sealing_key)) out.push_back("the sealing key");
  if (!own.certificates.empty() && !among(own.certificates, party->certificate_sha256))
    out.push_back("the certificate");
  return out;
}

Result<AgreementRecord> suspend_agreement(AgreementRecord record, const Step& step) {
  if (record.state != AgreementState::kAccepted) return conflict(record, "suspended");
  return step_to(std::move(record), AgreementState::kSuspended, step);
}

Result<AgreementRecord> resume_agreement(AgreementRecord record, const Step& step) {
  if (record.state != AgreementState::kSuspended) return conflict(record, "resumed");
  return step_to(std::move(record), AgreementState::kAccepted, step);
}

Result<AgreementRecord> terminate_agreement(AgreementRecord record, const Step& step) {
  if (record.state == AgreementState::kTerminated) return conflict(record, "terminated");
  return step_to(std::move(record), AgreementState::kTerminated, step);
}

Result<std::vector<AcceptedAgreement>> read_records(std::span<const AgreementRecord> records) {
  std::vector<AcceptedAgreement> out;
  for (const AgreementRecord& each : records) {
    auto agreement = read_agreement(each.document);
    if (!agreement.ok()) return Error{agreement.error().code, each.id + ": " + agreement.error().message};
    out.push_back({*std::move(agreement), each.state, each.accepted_ms});
  }
  for (std::size_t newer = 0; newer < out.size(); ++newer) {
    const AgreementRecord& record = records[newer];
    const Agreement& text = out[newer];
    if (record.state == AgreementState::kTerminated && record.changed_ms < text.valid_from_ms) continue;
    for (AcceptedAgreement& older : out) {
      if (older.id != text.replaces || !same_countries(older, text)) continue;
      older.replaced_ms = std::min(older.replaced_ms, std::max(text.valid_from_ms, record.accepted_ms));
    }
  }
  return out;
}

const AcceptedAgreement* for_question(std::span<const AcceptedAgreement> all, std::string_view asking,
                                      std::string_view answering, Purpose purpose, std::int64_t now_ms) {
  const AcceptedAgreement* best = nullptr;
  for (const AcceptedAgreement& each : all) {
    if (asking == answering || each.party(asking) == nullptr || each.party(answering) == nullptr) {
      continue;
    }
    if (best == nullptr || rank(each, asking, purpose, now_ms) > rank(*best, asking, purpose, now_ms)) best = &each;
  }
  return best;
}

std::vector<const char*> why_not_in_force(const AcceptedAgreement& agreement, std::int64_t now_ms) {
  std::vector<const char*> out;
  if (now_ms < agreement.valid_from_ms) out.push_back("agreement_not_yet_valid");
  if (now_ms >= agreement.valid_until_ms) out.push_back("agreement_expired");
  if (agreement.state == AgreementState::kSuspended) out.push_back("agreement_suspended");
  if (agreement.state == AgreementState::kTerminated) out.push_back("agreement_terminated");
  return out;
}

std::string clause(const PurposeTerms& terms) {
  return std::string("clause_") + to_string(terms.purpose);
}

}  // namespace puente::policy
