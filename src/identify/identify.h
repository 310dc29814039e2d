// Who is this? A gallery of fingers in memory and the search of it on all cores: a coarse stage that looks at everybody
// (identify/index), and an exact comparison of those whom it leaves.
//
// A gallery owns its templates. Everything may be called from any thread. Searches and changes do not wait for each
// other: a search sees the gallery as it was when the search began. `eligible` is called from several threads at once.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/candidate.h"
#include "core/place.h"
#include "identify/index/index.h"
#include "modality/finger/finger.h"

namespace puente::identify {

struct ProbeFinger {
  Finger position = Finger::kUnknown;
  finger::Prepared features;
  finger::Sketch sketch;
};
ProbeFinger make_probe(Finger position, const finger::Template& features);

struct Fused {
  double score = 0;             // -10 log10(false_match_rate), 0 … 3000
  double false_match_rate = 1;  // chance that another person's fingers agree as well as these, together
};
// Several different fingers of one person against those of another, as one answer. Fisher's method (R. A. Fisher 1925,
// section 21.1): under the impostor hypothesis each finger's false match rate is uniform and independent of the
// others', so their -ln add up to an Erlang variable. A poor finger adds little and takes little away. No fingers:
// score 0, rate 1.
Fused fuse(std::span<const PlaceScore> fingers);

// Where a search's time went.
struct SearchStages {
  double stream_ms = 0, check_ms = 0, exact_ms = 0;
  std::size_t streamed_bytes = 0;  // read by the first stage
  std::size_t compared = 0;        // encounters, those that the coarse stage dropped included
  std::size_t exact = 0;           // encounters that were compared exactly
};

struct SearchOptions {
  std::size_t candidates_max = 10;
  double expected_false_max = 0.01;  // only candidates at or below it are returned
  int threads = 0;                   // 0: all cores
  // Empty: everybody. Called before matching: a person it hides is not compared at all, nor counted in expected_false.
  std::function<bool(const std::string& person_id, const std::string& encounter_id)> eligible;
  SearchStages* stages = nullptr;  // filled in when given
};

class Gallery {
 public:
  // An encounter may have several templates of one position; they count as one finger. Many encounters in one call are
  // cheaper than as many calls.
  void add(std::string person_id, std::string encounter_id, Finger position, const finger::Template& features);
  void add(std::vector<index::Encounter> encounters);
  void remove_person(const std::string& person_id);  // nothing happens when it is not there; likewise below
  void remove_encounter(const std::string& person_id, const std::string& encounter_id);
  index::Held holds(const index::Encounter& encounter) const;  // by the encounter's features
  void clear();
  // A file to start from without making sketches again, sealed by `key`: index::Index.
  Status save(const std::string& path, const SecretKey& key, Random& random) const;
  Status load(const std::string& path, const SecretKey& key);
  std::size_t people() const;
  std::size_t fingers() const;       // templates
  std::size_t memory_bytes() const;  // of everything that is kept; walks the whole gallery

  // Fingers are compared with the same position; an unknown position, on either side, with every one. At most one
  // candidate a person, best first, equal scores by person id: the same answer for any number of threads.
  std::vector<Candidate> search(std::span<const ProbeFinger> probe, const SearchOptions& options = {}) const;
  // The best encounter of one person, however unlike; none when the person is not there or has no finger in common.
  // expected_false is as if the gallery held nobody else.
  std::optional<Candidate> compare_person(std::span<const ProbeFinger> probe, const std::string& person_id) const;

 private:
  index::Index index_;
};

// The same for two given sets of fingers (1:1): the pairs that were compared, at most one a finger, lowered for tries
// as above. Fuse them for one answer.
std::vector<PlaceScore> compare_fingers(std::span<const ProbeFinger> probe, std::span<const ProbeFinger> reference,
                                        finger::Scratch& scratch);

}  // namespace puente::identify
