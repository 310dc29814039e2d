// The fingers of a gallery as a search reads them: sketches in columns for the coarse stage, encoded templates for the
// exact one; and the coarse stage itself.
//
// An Index is an immutable list of immutable chunks. A change composes anew the chunk it touches and publishes a new
// list; a search keeps the list that it began with, so neither waits for the other, and what was removed is freed when
// the last search that could see it ends. Any thread may call anything.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/clock.h"
#include "core/crypto.h"
#include "core/place.h"
#include "modality/finger/finger.h"

namespace puente::index {

struct Print {
  Finger position = Finger::kUnknown;
  finger::Sketch sketch;
  Bytes features;  // finger::encode
};

Print make_finger(Finger position, const finger::Template& features);

struct Encounter {
  std::string person_id, encounter_id;  // at most limits::kIdBytesMax each
  std::vector<Print> fingers;
};

class Chunk;  // some hundred fingers

struct View {  // the index as it was at one moment
  std::vector<std::shared_ptr<const Chunk>> chunks;
  std::size_t encounters = 0, fingers = 0;
};

struct Place {  // of an encounter in a view
  std::uint32_t chunk = 0;
  std::uint16_t encounter = 0;
};

enum class Held { kNo, kOtherwise, kAsIs };  // an encounter: not there; with other fingers; with just these features

class Index {
 public:
  Index();
  ~Index();
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  // Fingers of an encounter that is there already are added to it. Many at once cost little more than one: about
  // 0.2 ms a call and 3 microseconds a finger.
  void add(std::vector<Encounter> encounters);
  void remove_person(const std::string& person_id);  // nothing happens when it is not there; likewise below
  void remove_encounter(const std::string& person_id, const std::string& encounter_id);

  std::shared_ptr<const View> view() const;
  std::vector<Encounter> encounters_of(const std::string& person_id) const;  // copies
  std::size_t people() const;
  std::size_t memory_bytes() const;  // all of it; walks the list
  Held holds(const Encounter& encounter) const;
  void clear();

  // A file to start from without making sketches again, sealed by `key`. Only for an empty index: load. kCorrupt,
  // kUnsupported, kNotFound: nothing was loaded, and the store has all that was in it. About 4 s a million fingers on
  // two cores.
  Status save(const std::string& path, const SecretKey& key, Random& random) const;
  Status load(const std::string& path, const SecretKey& key, int threads);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Encounter encounter_at(const View& view, Place place);                      // a copy
std::pair<std::string, std::string> ids_at(const View& view, Place place);  // person, encounter

// ---- the coarse stage -----------------------------------------------------------------------------------------------
// Who is worth an exact comparison? First the sketches of one or two of the probe's fingers are streamed through vector
// units, against everybody's, and added up by encounter; then, for the best part of them, those of all its fingers
// are checked for descriptors that agree on one rotation and shift. What this loses beside comparing everybody:
// docs/accuracy.md.
struct Probe {
  Finger position = Finger::kUnknown;
  const finger::Sketch* sketch = nullptr;  // borrowed for the call
};

using Eligible = std::function<bool(const std::string& person_id, const std::string& encounter_id)>;

struct Selection {
  std::vector<Place> places;  // the likeliest first
  std::size_t compared = 0;   // eligible encounters with a finger of the probe's positions, dropped ones included
  double stream_ms = 0, check_ms = 0;
  std::size_t streamed_bytes = 0;
};

inline constexpr std::size_t kExhaustiveMax = 1000;  // so few encounters are all worth it

// Of more, those survive that have 256 fingers to compare, or one in 500 of all, whichever is more; of people with
// many fingers at least 24. Encounters with a finger that has no sketch (minutiae alone) survive beside them, as do all
// when the probe has none. `eligible` (empty: everybody) is asked first, from several threads; whom it hides is neither
// compared nor counted. The same answer for any number of threads.
Selection select(const View& view, std::span<const Probe> probe, const Eligible& eligible, int threads);

// The vector unit's answers against plain C++'s, on made-up numbers: kInternal when they differ, and nothing may be
// searched. Some microseconds; at the start.
Status self_test();

// Runs work(thread, item) for every item on so many threads, numbered from 0.
void in_parallel(int threads, std::size_t items, const std::function<void(int thread, std::size_t item)>& work);

bool comparable(Finger a, Finger b);  // the same, or either unknown

}  // namespace puente::index
