// The table of reasons: each name that a decision about a case can carry, the moments that give it, which of the rules
// R1 … R46 it serves, and its sentence. Tests walk it; docs/rules.md is made from it.
#pragma once
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace puente::policy {

enum class Moment { kEnrol, kProtect, kSearch, kAsk, kFind, kReview, kRelease, kKeep, kUse, kWatch };
inline constexpr int kMomentCount = static_cast<int>(Moment::kWatch) + 1;
const char* to_string(Moment moment);  // "enrol", …

enum class Effect { kPermits, kDenies };

struct Rule {
  std::string_view reason;  // "clause_" stands for all names that begin so: a purpose follows
  Effect effect = Effect::kDenies;
  std::initializer_list<Moment> moments;
  std::initializer_list<int> serves;  // 2: R2; none: it only holds the others together
  std::string_view sentence;
};
std::span<const Rule> rules();
inline constexpr int kRulesOfLaw = 46;  // R1 … R46

const Rule* find_rule(std::string_view reason);  // null: no decision about a case says so

// Reasons that no rule gives: what a node finds of a case when it is to be told, and by its code why a question's
// samples came to nothing.
struct Finding {
  std::string_view reason;
  std::string_view sentence;
};
std::span<const Finding> findings();
std::string explain(std::string_view reason);  // one sentence; an unknown reason is returned as it is

}  // namespace puente::policy
