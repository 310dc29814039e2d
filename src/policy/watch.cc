#include "policy/watch.h"

#include <algorithm>

#include "core/biographic.h"
#include "core/clock.h"
#include "core/limits.h"
#include "core/user.h"
#include "policy/use.h"

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

// ---- what an entry must say

bool is_day_until(const std::string& text, std::int64_t now_ms) {
  const auto day = day_of(text);
  return day && *day <= now_ms;
}

bool is_whole(const Fact& fact, std::int64_t now_ms) {
  return written(fact.statement) >= kReasonsMin && !fact.source.empty() && !fact.document.empty() &&
         is_day_until(fact.date, now_ms);
}
bool is_whole(const Assessment& assessment, std::int64_t now_ms) {
  return written(assessment.statement) >= kReasonsMin && !assessment.by.empty() && assessment.grade &&
         assessment.expires_ms > now_ms;
}

std::int64_t unknown_ends_ms(const WatchlistEntry& entry) {
  return entry.entered_ms + limits::kWatchlistUnknownDaysMax * kDayMs;
}

void judge_words(const WatchlistEntry& entry, std::int64_t now_ms, Reasons& against) {
  if (entry.facts.empty()) against.emplace_back("facts_missing");
  if (!std::all_of(entry.facts.begin(), entry.facts.end(), [&](const Fact& each) { return is_whole(each, now_ms); }))
    against.emplace_back("fact_without_source");
  bool whole = true, outlives = false, points = claims_points(entry.file) || claims_points(entry.legal_basis);
  for (const Assessment& each : entry.assessments) {
    whole = whole && is_whole(each, now_ms);
    outlives = outlives || each.expires_ms > entry.expires_ms;
    points = points || claims_points(each.statement);
  }
  for (const Fact& each : entry.facts) points = points || claims_points(each.statement);
  if (!whole) against.emplace_back("assessment_without_grade");
  if (outlives) against.emplace_back("assessment_outlives_entry");
  if (points) against.emplace_back("evidence_of_points");
}

void judge_days(const WatchlistEntry& entry, std::int64_t now_ms, Reasons& against) {
  if (entry.expires_ms <= now_ms) {
    against.emplace_back("expiry_missing");
    return;
  }
  if (entry.expires_ms > now_ms + limits::kWatchlistDaysMax * kDayMs) against.emplace_back("expiry_too_far");
  if (entry.category == WatchCategory::kUnknown &&
      entry.expires_ms > now_ms + limits::kWatchlistUnknownDaysMax * kDayMs)
    against.emplace_back("category_unknown_too_long");
  if (entry.review_ms <= now_ms || entry.review_ms >= entry.expires_ms) against.emplace_back("review_missing");
}

void judge_partners_data(const WatchlistEntry& entry, const Question* released, std::int64_t now_ms, Reasons& against) {
  if (!entry.from_partner) return;
  if (released == nullptr || released->partner != entry.from_partner->country ||
      !may_use(*released, released->purpose, now_ms).permitted) {
    against.emplace_back("source_not_released");
  } else if (entry.expires_ms > released->retention_until_ms) {
    against.emplace_back("outlives_release");
  }
}

}  // namespace

Decision may_list(const WatchlistEntry& proposed, const Listing& listing) {
  Reasons against;
  if (proposed.owner.empty()) against.emplace_back("owner_missing");
  if (!proposed.owner.empty() && !listing.owner_is_told) against.emplace_back("owner_not_told");
  if (!proposed.category) against.emplace_back("category_missing");
  if (proposed.file.empty() || proposed.legal_basis.empty()) against.emplace_back("entry_grounds_missing");
  judge_words(proposed, listing.now_ms, against);
  judge_days(proposed, listing.now_ms, against);
  judge_partners_data(proposed, listing.released, listing.now_ms, against);
  return against.empty() ? Decision::permit("listed_with_facts_and_end") : Decision::deny(std::move(against));
}

Decision may_decide_listing(const SecondLook& look) {
  if (written(look.reasons) < kReasonsMin || look.reasons.size() > limits::kTextBytesMax)
    return Decision::deny({"listing_reasons_missing"}, Code::kInvalidInput);
  if (look.lets_in && claims_points(look.reasons)) return Decision::deny({"evidence_of_points"});
  if (same_user(look.decider, look.proposed_by) || same_user(look.decider, look.owner))
    return Decision::deny({"second_person"});
  return Decision::permit("second_person_decides_listing");
}

Decision may_alert(const WatchlistEntry& entry, bool owner_is_told, std::int64_t now_ms, const Question* released) {
  Reasons against;
  if (entry.owner.empty()) against.emplace_back("owner_missing");
  if (!owner_is_told) against.emplace_back("owner_not_told");
  if (!entry.category) against.emplace_back("category_missing");
  if (!entry.in_force()) against.emplace_back("entry_not_decided");
  if (now_ms >= entry.expires_ms) against.emplace_back("entry_expired");
  if (now_ms >= entry.review_ms) against.emplace_back("review_overdue");
  if (entry.category == WatchCategory::kUnknown && now_ms >= unknown_ends_ms(entry))
    against.emplace_back("category_unknown_too_long");
  judge_partners_data(entry, released, now_ms, against);
  return against.empty() ? Decision::permit("entry_in_force") : Decision::deny(std::move(against));
}

std::int64_t ends_ms(const WatchlistEntry& entry) {
  std::int64_t out = entry.expires_ms;
  if (entry.category == WatchCategory::kUnknown) out = std::min(out, unknown_ends_ms(entry));
  if (!entry.in_force()) out = std::min(out, entry.entered_ms + limits::kWatchlistUndecidedDays * kDayMs);
  return out;
}

std::int64_t next_end_ms(const WatchlistEntry& entry) {
  std::int64_t out = ends_ms(entry);
  for (const Assessment& each : entry.assessments) out = std::min(out, each.expires_ms);
  return out;
}

}  // namespace puente::policy
