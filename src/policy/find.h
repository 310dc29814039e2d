// Finding: is somebody enrolled compared at all, in a search on this behalf? Asked before comparing (R2), so that a
// protected "no" is a true one in all that can be seen of it (R3). identify/ applies the same rule to what lies beside
// each encounter; test/flow holds the two together.
#pragma once
#include <span>

#include "core/standing.h"
#include "policy/decision.h"

namespace puente::policy {

// Hidden in doubt: an entry of withheld_from that is no country code hides from every partner, as does a partner that
// is none.
Decision may_find(const Standing& standing, const Scope& scope);
// What a partner's question of this clause is searched in. Null, or of an older format: the main gallery.
Scope scope_of(std::string country, const PurposeTerms* terms);

// What all encounters of somebody say that a clause may ask about.
struct OnRecord {
  std::vector<std::string> nationalities, dates_of_birth;
};
// R4, R10: whom the asked node knows for one of its country's own, where the clause does not let these be found, or for
// somebody of an age that it does not have, is no hit, whatever age the asking side said. A clause of an older format
// asks neither: there whoever releases is told (risks_of).
Decision may_find_of(const PurposeTerms& terms, const OnRecord& person, std::string_view own_country,
                     std::int64_t now_ms);
bool asks_record(const PurposeTerms& terms);  // whether it matters: a record costs a look
inline bool limits_age(const Conditions& clause) {
  return clause.age_from > 0 || clause.age_to < kAgeMax;
}

// The asked side, when somebody was found: the same person under the same file is one question, and under how many
// files a day is in the clause (R23). `files`: of each question by that country in this civil day that found the
// person, for whatever purpose. A denial is an alarm too. kQuotaExceeded.
Decision may_tell_about(const PurposeTerms& terms, const std::vector<std::string>& files, const std::string& file);
inline constexpr int kSameFileMax = 3;  // questions about one person under one file in a day
// The candidate is good enough for the clause (R7): a score as core/candidate.h says.
bool reaches_floor(const PurposeTerms& terms, Modality modality, double score);

// R10: somebody who is under this age, by any date of birth that is known, is not found for the investigation of
// crime: an agreement has no place yet for the further grounds that this would need.
inline constexpr int kCrimeYears = 14;
bool asks_age(Purpose purpose);  // whether it matters: dates of birth cost a look
Decision may_find_for(Purpose purpose, std::span<const std::string> dates_of_birth, std::int64_t now_ms);

}  // namespace puente::policy
