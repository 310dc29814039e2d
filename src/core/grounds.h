// Grounds: why a question is put, in the asking side's words. They travel with it, so that the asked side can judge
// (R1), and lie beside the case for the examiner and whoever releases. Plain values; policy/ says which a clause needs.
#pragma once
#include <optional>
#include <string>

#include "core/json.h"

namespace puente {

// What the person is to the file. Names are in agreements, on the wire and in the log.
enum class SubjectCategory { kSuspect, kConvicted, kVictim, kMissing, kRemains, kOther };
inline constexpr int kSubjectCategoryCount = static_cast<int>(SubjectCategory::kOther) + 1;
const char* to_string(SubjectCategory category);  // "suspect", …
Result<SubjectCategory> parse_subject_category(std::string_view name);

enum class Aim { kIdentify, kMoreData };  // who is this; or more about somebody known
inline constexpr int kAimCount = static_cast<int>(Aim::kMoreData) + 1;
const char* to_string(Aim aim);  // "identify", "more_data"
Result<Aim> parse_aim(std::string_view name);

enum class Urgency { kRoutine, kUrgent };
inline constexpr int kUrgencyCount = static_cast<int>(Urgency::kUrgent) + 1;
const char* to_string(Urgency urgency);  // "routine", "urgent"
Result<Urgency> parse_urgency(std::string_view name);

// A court's, as it is written on it. Days such as 2026-03-01; whether they are any is for policy to say, so that a
// malformed order is refused with its reason.
struct CourtOrder {
  std::string court, number, date, expires;
  bool operator==(const CourtOrder&) const = default;
};

struct Grounds {
  std::string legal_basis;
  std::optional<SubjectCategory> subject_category{};
  std::optional<Aim> aim{};
  std::optional<Urgency> urgency{};
  std::optional<std::int64_t> age{};  // of the person, in years, as the officer knows or judges it
  std::optional<CourtOrder> order{};
  bool operator==(const Grounds&) const = default;
};
inline constexpr std::int64_t kAgeMax = 130;

// Members that are not said are left out.
Json to_json(const Grounds& grounds);
// The members of an object that has others too; kInvalidInput by its finish().
Grounds read_grounds(JsonReader& reader);

}  // namespace puente
