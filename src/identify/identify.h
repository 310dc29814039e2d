// Who is this? An in-memory gallery of fingers and the exhaustive search of it on all cores.
//
// A gallery owns its templates. add, remove_*, people, fingers and search may be called from any thread (a
// readers-writer lock: searches run side by side, a change waits for those that run). `eligible` is called from several
// threads at once, under that lock: it must not call the gallery.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/finger_position.h"
#include "modality/finger/finger.h"

namespace puente::identify {

struct ProbeFinger {
  FingerPosition position = FingerPosition::kUnknown;
  const finger::Prepared* features = nullptr;  // borrowed for the call
};

// One finger against one finger. score is -10 log10 of the false match rate it stands for (finger::false_match_rate).
// Where a position was unknown and several fingers were tried, the score is already lowered for the tries.
struct FingerScore {
  FingerPosition probe = FingerPosition::kUnknown, reference = FingerPosition::kUnknown;
  double score = 0;
};

struct Fused {
  double score = 0;             // -10 log10(false_match_rate), 0 … 3000
  double false_match_rate = 1;  // chance that another person's fingers agree as well as these, together
};
// Several different fingers of one person against those of another, as one answer. Fisher's method (R. A. Fisher 1925,
// section 21.1): under the impostor hypothesis each finger's false match rate is uniform and independent of the
// others', so their -ln add up to an Erlang variable. A poor finger adds little and takes little away. No fingers:
// score 0, rate 1.
Fused fuse(std::span<const FingerScore> fingers);

struct Candidate {
  std::string person_id;
  std::string encounter_id;  // the person's encounter that agrees best
  double score = 0;          // fused, as above
  // Expected number of false candidates at or above this score in one search of this gallery as it is now: encounters
  // compared x fused false match rate. Measured beside what happens in docs/accuracy.md.
  double expected_false = 0;
  std::vector<FingerScore> fingers;  // by reference position
};

struct SearchOptions {
  std::size_t candidates_max = 10;
  double expected_false_max = 0.01;  // only candidates at or below it are returned
  int threads = 0;                   // 0: all cores
  // Empty: everybody. Called before matching: a person it hides is not compared at all, nor counted in expected_false.
  std::function<bool(const std::string& person_id, const std::string& encounter_id)> eligible;
};

class Gallery {
 public:
  Gallery();
  ~Gallery();
  Gallery(const Gallery&) = delete;
  Gallery& operator=(const Gallery&) = delete;

  // An encounter may have several templates of one position; they count as one finger.
  void add(std::string person_id, std::string encounter_id, FingerPosition position, finger::Prepared features);
  void remove_person(const std::string& person_id);  // nothing happens when it is not there; likewise below
  void remove_encounter(const std::string& person_id, const std::string& encounter_id);
  std::size_t people() const;
  std::size_t fingers() const;       // templates
  std::size_t memory_bytes() const;  // of the prepared templates; walks the whole gallery

  // Fingers are compared with the same position; an unknown position, on either side, with every one. At most one
  // candidate a person, best first, equal scores by person id: the same answer for any number of threads.
  std::vector<Candidate> search(std::span<const ProbeFinger> probe, const SearchOptions& options = {}) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The same for two given sets of fingers (1:1): the pairs that were compared, at most one a finger, lowered for tries
// as above. Fuse them for one answer.
std::vector<FingerScore> compare_fingers(std::span<const ProbeFinger> probe, std::span<const ProbeFinger> reference,
                                         finger::Scratch& scratch);

}  // namespace puente::identify
