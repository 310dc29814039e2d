#include "service/treaties.h"

namespace puente::service {

Treaties::Treaties(const Config& config, const Clock& clock, const store::Store& store)
    : config_(config), clock_(clock), store_(store) {}

const Agreement* Treaties::with(std::string_view partner) const {
  const Agreement* found = nullptr;  // of those that name both the newest in force, or else the newest
  const std::int64_t now_ms = clock_.now_ms();
  const auto rank = [&](const Agreement& each) {
    const bool in_force = each.valid_from_ms <= now_ms && now_ms < each.valid_until_ms;
    return std::pair(in_force, each.valid_from_ms);
  };
  for (const Agreement& each : config_.agreements) {
    if (each.party(config_.country) == nullptr || each.party(partner) == nullptr || partner == config_.country)
      continue;
    if (found == nullptr || rank(each) > rank(*found)) found = &each;
  }
  return found;
}

const Agreement* Treaties::by_id(std::string_view id) const {
  for (const Agreement& each : config_.agreements) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

store::QuotaKey Treaties::quota_key(const Agreement& agreement, Purpose purpose, const std::string& country) const {
  return {agreement.id, purpose, country, clock_.now_ms() / kDayMs};
}

policy::Decision Treaties::judge(const Agreement* agreement, const std::string& asking, const std::string& answering,
                                 Purpose purpose, const std::string& case_reference) const {
  policy::Ask ask;
  ask.asking = asking;
  ask.answering = answering;
  ask.purpose = purpose;
  ask.modalities = {Modality::kFinger};
  ask.case_reference = case_reference;
  ask.now_ms = clock_.now_ms();
  if (agreement != nullptr) {
    const auto used = store_.quota_used(quota_key(*agreement, purpose, asking));
    if (!used.ok()) return {false, used.error().code, {"quota_not_readable"}, std::nullopt};
    ask.asked_today = *used;
  }
  return policy::may_ask(agreement, ask);
}

}  // namespace puente::service
