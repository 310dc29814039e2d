// Who is this? A gallery of fingers in memory and the search of it on all cores: a coarse stage that looks at
// everybody, and an exact comparison of those whom it leaves.
//
// Who may be found is data beside each encounter (Standing) and in the question (Scope): whom the scope hides is
// neither compared nor counted. A search sees the gallery as it was when it began; searches and changes do not wait for
// each other. So a caller searches before it takes a lock, and under the lock asks only what came `since`. Everything
// may be called from any thread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/candidate.h"
#include "core/clock.h"
#include "core/crypto.h"
#include "core/patience.h"
#include "core/place.h"
#include "core/standing.h"
#include "modality/finger/finger.h"

namespace puente::identify {

// ---- what is searched for ----

struct Probe {
  Finger finger = Finger::kUnknown;
  finger::Prepared features;
  finger::Sketch sketch;
};
Probe make_probe(Finger finger, const finger::Template& features, const finger::Sketch& sketch);  // made already
Probe make_probe(Finger finger, const finger::Template& features);

struct Limits {
  std::size_t candidates_max = 10;
  double expected_false_max = 0.01;    // only candidates at or below it are returned
  int threads = 0;                     // 0: all cores
  const Patience* patience = nullptr;  // when it is over the search gives up; null: it goes on to its end
};

// Where a search's time went.
struct Stages {
  double stream_ms = 0, check_ms = 0, exact_ms = 0;
  std::size_t streamed_bytes = 0;  // read by the first stage
  std::size_t exact = 0;           // encounters that were compared exactly
};

// An encounter's place in the order of a search: better scores first, equal ones by their ids.
struct Rank {
  double score = 0;
  std::string person_id, encounter_id;
};

struct Found {
  std::vector<Candidate> candidates;  // at most one a person, best first: the same for any number of threads
  std::uint64_t as_of = 0;            // the last change that the search saw
  std::size_t compared = 0;           // encounters, those that the coarse stage dropped included
  bool given_up = false;              // its patience was over: nothing here says who is known
  Stages stages;
  // For `since`: the encounters that the candidates were chosen from, best first, and some behind them; where it was
  // cut off, when it was.
  std::vector<Candidate> ranked;
  std::optional<Rank> ranked_to;
};

class Searcher {
 public:
  virtual ~Searcher() = default;
  // Fingers are compared with the same one; an unknown one, on either side, with every one.
  virtual Found search(std::span<const Probe> probe, const Scope& scope, const Limits& limits) const = 0;
  // What a search with the same probe, scope and limits would find now, looking only at what was added, removed or
  // changed its standing since: microseconds when nothing was, below 0.1 ms for each change. Everybody is searched
  // again when there were more than some hundred changes, or when so many candidates fell away that somebody whom the
  // list had cut off could now be on it. Who came since is compared exactly, which no coarse stage does for a large
  // gallery: that much more may be found.
  virtual Found since(const Found& earlier, std::span<const Probe> probe, const Scope& scope,
                      const Limits& limits) const = 0;
};

// ---- the gallery ----

struct Print {
  Finger finger = Finger::kUnknown;
  finger::Sketch sketch;
  Bytes features;  // finger::encode
};
Print make_print(Finger finger, Bytes encoded, const finger::Sketch& sketch);  // made already
Print make_print(Finger finger, const finger::Template& features);

struct Enrolled {                       // one encounter
  std::string person_id, encounter_id;  // at most limits::kIdBytesMax each
  Standing standing;
  std::vector<Print> prints;  // there may be several of one finger: they count as one
};

enum class Held { kNo, kOtherwise, kAsIs };  // an encounter: not there; other features or standing; just these

// An immutable list of immutable chunks of some hundred prints. A change composes anew the chunks it touches and
// publishes a new list; a search keeps the list that it began with, and what was removed is freed when the last search
// that could see it ends.
//
// A person is hidden from a partner by any one of their encounters: another one, enrolled in ignorance, must not give
// them away. The gallery sees to that, whichever comes first.
class Gallery final : public Searcher {
 public:
  Gallery();
  ~Gallery() override;
  Gallery(const Gallery&) = delete;
  Gallery& operator=(const Gallery&) = delete;

  // Prints of an encounter that is there already are added to it, and its standing becomes this one. Many in one call
  // cost little more than one: about 0.2 ms a call and 3 microseconds a print.
  void add(std::vector<Enrolled> encounters);
  void remove_person(const std::string& person_id);  // nothing happens when it is not there; likewise below
  void remove_encounter(const std::string& person_id, const std::string& encounter_id);
  void set_standing(const std::string& person_id, const std::string& encounter_id, Standing standing);
  // Whom nothing of a person is found by, from now on: in place of what each encounter's standing says of it.
  void withhold(const std::string& person_id, const std::set<std::string>& from);
  void clear();

  Held holds(const Enrolled& encounter) const;  // by features and standing; sketches follow from features
  // As a search takes it: with what the person's other encounters hide. None: not there.
  std::optional<Standing> standing(const std::string& person_id, const std::string& encounter_id) const;
  std::size_t people() const;
  std::size_t encounters() const;
  std::size_t prints() const;
  std::size_t memory_bytes() const;  // of everything that is kept; walks the whole gallery

  // A file to start from without making sketches again, sealed by `key`: docs/formats/index.md. load only when empty.
  // kCorrupt, kUnsupported, kNotFound: nothing was loaded, and the store has all that was in it. About 4 s a million
  // prints on two cores.
  Status save(const std::string& path, const SecretKey& key, Random& random) const;
  Status load(const std::string& path, const SecretKey& key);

  Found search(std::span<const Probe> probe, const Scope& scope, const Limits& limits) const override;
  Found since(const Found& earlier, std::span<const Probe> probe, const Scope& scope,
              const Limits& limits) const override;
  // The best encounter of one person, however unlike; none when the scope finds none of them or no finger is in common.
  // expected_false is as if the gallery held nobody else.
  std::optional<Candidate> compare_person(std::span<const Probe> probe, const std::string& person_id,
                                          const Scope& scope) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// ---- one to one ----

struct Fused {
  double score = 0;             // -10 log10(false_match_rate), 0 … 3000
  double false_match_rate = 1;  // chance that another person's fingers agree as well as these, together
};
// Several different fingers of one person against those of another, as one answer. Fisher's method (R. A. Fisher 1925,
// section 21.1): under the impostor hypothesis each finger's false match rate is uniform and independent of the
// others', so their -ln add up to an Erlang variable. A poor finger adds little and takes little away. No fingers:
// score 0, rate 1. Repeated ones are no other fingers and do not count.
Fused fuse(std::span<const PlaceScore> fingers);

// ---- whose fingers ----
// What an enrolment under an id that exists is held against, and beside itself. `puente evaluate identity --count 40
// --seed 42`, synthetic people captured as on a usual day, each later capture against the own record and against every
// other's, at a false match rate of 0.0001: of a person's own captures of one, two, four and ten fingers 1, 0, 0 and 1
// of 80 were refused (the one finger out of ten that is so unlike), of others' none of 1,560 each was taken. Of 40
// cards with each finger twice none was said to contradict itself; two fingers exchanged, or one given for another,
// were noticed in 40 of 40.
inline constexpr double kSameFingerDb = 50;   // one finger, whatever two positions it is given under
inline constexpr double kOtherFingerDb = 10;  // so unlike that one in ten strangers' is more like it

// Two different fingers under one position, or one under two.
bool contradict(std::span<const Probe> prints);
// Whether what was compared with a person's is another's: all together no match, or one finger of a position that both
// have so unlike.
bool is_of_another(std::span<const PlaceScore> compared, double false_match_rate_max);

bool comparable(Finger a, Finger b);  // the same, or either unknown

// The vector unit's answers against plain C++'s, on made-up numbers: kInternal when they differ, and nothing may be
// searched. Some microseconds; at the start.
Status self_test();

}  // namespace puente::identify
