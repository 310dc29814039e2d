#include "service/treaties.h"

#include <algorithm>
#include <limits>

namespace puente::service {
namespace {

constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kTreatiesLookedAt = 10'000;  // of a kind; where there are more one of them may be of this text

template <typename Id, typename Read>
Result<bool> any_under(const AcceptedAgreement& agreement, const Result<std::vector<Id>>& ids, Read&& read) {
  TRY(ids);
  const auto is_under = [&](const Id& id) {
    const auto record = read(id);  // whoever cannot be opened cannot be answered either
    return record.ok() && record->agreement_id == agreement.id;
  };
  return ids->size() == kTreatiesLookedAt || std::any_of(ids->begin(), ids->end(), is_under);
}

// Whether under a text that has ended something is still to be said, by us or to us.
Result<bool> is_owed(const store::Store& store, const AcceptedAgreement& ended) {
  const auto question = [&](const std::string& id) { return store.question(id); };
  const auto hit = [&](const std::string& id) { return store.case_record(id); };
  const auto told = [&](const store::OutboxHead& head) { return store.case_record(head.id); };
  for (const QuestionState state : {QuestionState::kQueued, QuestionState::kHit}) {
    ASSIGN_OR_RETURN(const bool waits,
                     any_under(ended, store.questions_past_deadline(state, kEver, kTreatiesLookedAt), question));
    if (waits) return true;
  }
  ASSIGN_OR_RETURN(const bool undecided, any_under(ended, store.undecided_cases_past(kEver, kTreatiesLookedAt), hit));
  if (undecided) return true;
  return any_under(ended, store.outbox_past(kEver, kTreatiesLookedAt), told);
}

}  // namespace

Treaties::Treaties(const Config& config, Seams seams, const Watch& watch, const store::Store& store)
    : config_(config), seams_(seams), watch_(watch), store_(store) {}

Status Treaties::load() {
  ASSIGN_OR_RETURN(const std::vector<AgreementRecord> records, store_.agreements());
  ASSIGN_OR_RETURN(List list, policy::read_records(records));
  std::vector<std::pair<std::string, Digest>> certificates;
  Status done;
  for (const AcceptedAgreement& each : list) {
    const Party* partner = each.partner_of(config_.country);
    if (partner == nullptr || each.state == AgreementState::kTerminated) continue;
    if (seams_.clock.now_ms() >= each.valid_until_ms) {
      const Result<bool> owed = is_owed(store_, each);
      if (!owed.ok()) done = owed.error();
      if (!owed.ok() || !*owed) continue;
    }
    const std::pair pin(partner->country, partner->certificate_sha256);
    if (std::find(certificates.begin(), certificates.end(), pin) == certificates.end()) certificates.push_back(pin);
  }
  {
    const MutexLock lock(mutex_);
    list_ = std::make_shared<const List>(std::move(list));
  }
  if (seams_.gate != nullptr) seams_.gate->admit(certificates);
  return done;
}

std::shared_ptr<const Treaties::List> Treaties::all() const {
  const MutexLock lock(mutex_);
  return list_;
}

Treaties::Held Treaties::for_question(std::string_view partner, Purpose purpose) const {
  const auto list = all();
  return {list, policy::for_question(*list, config_.country, partner, purpose, seams_.clock.now_ms())};
}

bool Treaties::in_force_with(std::string_view partner) const {
  const auto list = all();
  return std::any_of(list->begin(), list->end(), [&](const AcceptedAgreement& each) {
    return each.party(partner) != nullptr && why_not_in_force(each).empty();
  });
}

std::vector<const char*> Treaties::why_not_in_force(const AcceptedAgreement& agreement) const {
  std::vector<const char*> out = policy::why_not_in_force(agreement, watch_.now_ms());
  return out.empty() ? policy::why_not_in_force(agreement, watch_.latest_ms()) : out;
}

Treaties::Held Treaties::by_id(std::string_view id) const {
  const auto list = all();
  const auto found = std::find_if(list->begin(), list->end(), [&](const auto& each) { return each.id == id; });
  return found == list->end() ? nullptr : Held(list, &*found);
}

Treaties::Held Treaties::by_text(std::string_view id, const Digest& digest, std::string_view partner) const {
  const Held found = by_id(id);
  if (found == nullptr || found->party(partner) == nullptr) return nullptr;
  return digest == Digest{} || digest == found->digest ? found : nullptr;  // none kept: of an older version
}

store::QuotaKey Treaties::quota_key(const Agreement& agreement, const policy::Ask& question) {
  // of the two countries, not of one text: two in force beside each other do not add up
  const auto& [one, other] = agreement.parties;
  const std::string pair = std::min(one.country, other.country) + "+" + std::max(one.country, other.country);
  return {pair, question.purpose, question.asking, question.now_ms / kHourMs};
}

Result<std::int64_t> Treaties::asked_today(const Agreement& agreement, Purpose purpose, const std::string& asking,
                                           const std::string& answering) const {
  policy::Ask ask;
  ask.asking = asking;
  ask.answering = answering;
  ask.purpose = purpose;
  ask.now_ms = watch_.now_ms();
  return used_of(agreement, ask);
}

Result<std::int64_t> Treaties::used_of(const Agreement& agreement, const policy::Ask& ask) const {
  return store_.quota_used(quota_key(agreement, ask),
                           policy::quota_hours(agreement, ask.purpose, ask.answering, ask.now_ms));
}

Treaties::Judged Treaties::judge_at(std::int64_t now_ms, const Held& agreement, policy::Ask ask,
                                    std::int64_t deadline_ms) const {
  ask.now_ms = now_ms;
  ask.answer_within_ms = deadline_ms - watch_.now_ms();
  if (agreement != nullptr) {
    const auto used = used_of(*agreement, ask);
    if (!used.ok()) return {{false, used.error().code, {"quota_not_readable"}, std::nullopt}, std::move(ask)};
    ask.asked_today = *used;
  }
  policy::Decision decision = policy::may_ask(agreement.get(), ask);
  return {std::move(decision), std::move(ask)};
}

Treaties::Judged Treaties::judge(const Held& agreement, const std::string& asking, const std::string& answering,
                                 const exchange::QuestionBody& question) const {
  policy::Ask ask;
  ask.asking = asking;
  ask.answering = answering;
  ask.purpose = question.purpose;
  for (const Sample& each : question.probe) ask.modalities.push_back(each.modality);
  ask.case_reference = question.case_reference;
  ask.grounds = question.grounds;
  Judged judged = judge_at(watch_.now_ms(), agreement, ask, question.deadline_ms);
  if (!judged.decision.permitted || !watch_.doubt()) return judged;
  Judged later = judge_at(watch_.latest_ms(), agreement, std::move(ask), question.deadline_ms);
  return later.decision.permitted ? judged : later;
}

}  // namespace puente::service
