#include "policy/compare.h"

#include <algorithm>

#include "core/clock.h"

namespace puente::policy {
namespace {

// What a member's growth means.
enum class Growth { kWidens, kNarrows };

Change meaning(bool grew, Growth growth) {
  return grew == (growth == Growth::kWidens) ? Change::kWider : Change::kNarrower;
}

std::string name(const std::string& text) {
  return text;
}
template <typename Enum>
std::string name(Enum value) {
  return to_string(value);
}

class Comparison {
 public:
  explicit Comparison(std::vector<Difference>& out, std::string purpose = "")
      : out_(out), purpose_(std::move(purpose)) {}

  void add(std::string member, Change change, std::string before, std::string after) {
    out_.push_back({purpose_, std::move(member), change, std::move(before), std::move(after)});
  }
  void number(const char* member, std::int64_t before, std::int64_t after, Growth growth) {
    if (before != after) add(member, meaning(after > before, growth), std::to_string(before), std::to_string(after));
  }
  void flag(const char* member, bool before, bool after, Growth growth) {
    const auto word = [](bool value) { return value ? "true" : "false"; };
    if (before != after) add(member, meaning(after, growth), word(before), word(after));
  }
  template <typename T>
  void set(const char* member, const std::set<T>& before, const std::set<T>& after) {
    const std::string gone = without(before, after), come = without(after, before);
    if (!come.empty()) add(member, Change::kWider, "", come);
    if (!gone.empty()) add(member, Change::kNarrower, gone, "");
  }
  void text(const std::string& member, const std::string& before, const std::string& after) {
    if (before != after) add(member, Change::kOther, before, after);
  }

  void conditions(const Conditions& before, const Conditions& after) {
    set("subject_categories", before.subject_categories, after.subject_categories);
    set("aims", before.aims, after.aims);
    number("ages.from", before.age_from, after.age_from, Growth::kNarrows);
    number("ages.to", before.age_to, after.age_to, Growth::kWidens);
    set("galleries", before.galleries, after.galleries);
    for (const auto& [modality, floor] : after.score_floors) {
      const auto old = before.score_floors.find(modality);
      if (old != before.score_floors.end())
        number((std::string("score_floors.") + to_string(modality)).c_str(), old->second, floor, Growth::kNarrows);
    }
    flag("own_nationals", before.own_nationals, after.own_nationals, Growth::kWidens);
    number("person_quota", before.person_quota, after.person_quota, Growth::kWidens);
    number("response_hours", before.response_hours, after.response_hours, Growth::kWidens);
    if (before.onward_transfer != after.onward_transfer) {
      add("onward_transfer", meaning(after.onward_transfer == OnwardTransfer::kWithConsent, Growth::kWidens),
          to_string(before.onward_transfer), to_string(after.onward_transfer));
    }
    flag("needs_order", before.needs_order, after.needs_order, Growth::kNarrows);
    text("impact_assessment_sha256", to_hex(before.impact_assessment), to_hex(after.impact_assessment));
  }

 private:
  template <typename T>
  static std::string without(const std::set<T>& all, const std::set<T>& others) {
    std::string out;
    for (const T& each : all) {
      if (!others.contains(each)) out += (out.empty() ? "" : ", ") + name(each);
    }
    return out;
  }

  std::vector<Difference>& out_;
  std::string purpose_;
};

void compare_clause(const PurposeTerms* before, const PurposeTerms* after, Comparison clause) {
  if (before == nullptr && after == nullptr) return;
  if (before == nullptr) return clause.add("purpose", Change::kWider, "", to_string(after->purpose));
  if (after == nullptr) return clause.add("purpose", Change::kNarrower, to_string(before->purpose), "");
  clause.set("may_ask", before->may_ask, after->may_ask);
  clause.set("modalities", before->modalities, after->modalities);
  clause.set("release", before->release, after->release);
  clause.number("retention_days", before->retention_days, after->retention_days, Growth::kWidens);
  clause.number("daily_quota", before->daily_quota, after->daily_quota, Growth::kWidens);
  if (before->conditions && after->conditions) {
    clause.conditions(*before->conditions, *after->conditions);
  } else if (before->conditions || after->conditions) {
    clause.flag("conditions", before->conditions.has_value(), after->conditions.has_value(), Growth::kNarrows);
  }
}

void compare_parties(const Agreement& older, const Agreement& newer, Comparison& whole) {
  for (const Party& after : newer.parties) {
    const Party* before = older.party(after.country);
    const std::string member = "party " + after.country;
    if (before == nullptr) {
      whole.add(member, Change::kWider, "", after.name);
      continue;
    }
    whole.text(member + " name", before->name, after.name);
    whole.text(member + " signing_key", to_base64(before->signing_key), to_base64(after.signing_key));
    whole.text(member + " sealing_key", to_base64(before->sealing_key), to_base64(after.sealing_key));
    whole.text(member + " certificate_sha256", to_hex(before->certificate_sha256), to_hex(after.certificate_sha256));
    whole.text(member + " utc_offset_minutes", std::to_string(before->utc_offset_minutes),
               std::to_string(after.utc_offset_minutes));
  }
  for (const Party& before : older.parties) {
    if (newer.party(before.country) == nullptr)
      whole.add("party " + before.country, Change::kNarrower, before.name, "");
  }
}

}  // namespace

const char* to_string(Change change) {
  switch (change) {
    case Change::kWider:
      return "wider";
    case Change::kNarrower:
      return "narrower";
    case Change::kOther:
      return "other";
  }
  return "unknown";
}

std::vector<Difference> compare(const Agreement& older, const Agreement& newer) {
  std::vector<Difference> out;
  Comparison whole(out);
  compare_parties(older, newer, whole);
  const auto time = [&](const char* member, std::int64_t before, std::int64_t after, Growth growth) {
    if (before != after) whole.add(member, meaning(after > before, growth), to_iso8601(before), to_iso8601(after));
  };
  time("valid_from", older.valid_from_ms, newer.valid_from_ms, Growth::kNarrows);
  time("valid_until", older.valid_until_ms, newer.valid_until_ms, Growth::kWidens);
  for (int i = 0; i < kPurposeCount; ++i) {
    const auto purpose = static_cast<Purpose>(i);
    compare_clause(older.terms(purpose), newer.terms(purpose), Comparison(out, to_string(purpose)));
  }
  return out;
}

}  // namespace puente::policy
