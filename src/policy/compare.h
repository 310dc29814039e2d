// Two texts of an agreement held against each other: what a newer one lets happen that the older one does not, and what
// no more. Member by member, as docs/formats/agreement.md names them.
#pragma once
#include <string>
#include <vector>

#include "core/agreement.h"

namespace puente::policy {

enum class Change { kWider, kNarrower, kOther };  // more may be asked, found, released, kept; less; neither
const char* to_string(Change change);             // "wider", "narrower", "other"

struct Difference {
  std::string purpose;  // empty: of the whole agreement
  std::string member;   // "release", "party COL", …; "purpose": the clause itself came or went
  Change change = Change::kOther;
  std::string before, after;  // of a set only what went, and what came
};

// By clause, in the order of the purposes. A clause of an older format has no conditions: gaining them is narrower. Of
// one member that lost something and gained something there are two.
std::vector<Difference> compare(const Agreement& older, const Agreement& newer);

}  // namespace puente::policy
