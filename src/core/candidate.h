// Candidate: a person that a search found, and how sure it is. Plain values.
#pragma once
#include <string>
#include <vector>

#include "core/place.h"

namespace puente {

// One place against one place. score is -10 log10 of the false match rate that it stands for; where a place was unknown
// and several were tried, it is already lowered for the tries.
struct PlaceScore {
  Place probe, reference;
  double score = 0;
  bool repeated = false;  // of a finger that another pair of these shows too, and better: it does not count again
};

struct Candidate {
  std::string person_id;
  std::string encounter_id;  // the person's encounter that agrees best
  double score = 0;          // fused over places: -10 log10 of the false match rate, 0 … 3000
  // Expected number of false candidates at or above this score in one search of the gallery as it was: encounters
  // compared (those that the coarse stage dropped too) x fused false match rate. docs/accuracy.md measures it.
  double expected_false = 0;
  std::vector<PlaceScore> scores;  // by reference place
};

}  // namespace puente
