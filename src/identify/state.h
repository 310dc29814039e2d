// What a gallery is made of. Private to this module.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/mutex.h"
#include "identify/chunk.h"
#include "identify/journal.h"
#include "identify/select.h"

namespace puente::identify {

// A change in the making: the gallery that it began with, and the new contents of the chunks that it touches.
struct Edits {
  std::shared_ptr<const View> base;
  std::map<std::uint32_t, std::vector<Entry>> contents;  // by chunk

  std::vector<Entry>& of(std::uint32_t chunk);  // what the chunk held at first
};

// One change at a time, under `changing`; `publishing` is held only for as long as it takes to set or copy a pointer
// and a list of changes.
struct Gallery::State {
  mutable Mutex changing, publishing;
  std::shared_ptr<const View> published GUARDED_BY(publishing) = std::make_shared<View>();
  Journal journal GUARDED_BY(publishing);
  // By hash of a person's id; one entry a chunk.
  std::unordered_multimap<std::size_t, std::uint32_t> chunks_of GUARDED_BY(changing);
  std::vector<std::uint32_t> roomy GUARDED_BY(changing);  // chunks that are filled before a new one is begun
  std::size_t people GUARDED_BY(changing) = 0;

  std::shared_ptr<const View> view() const EXCLUDES(publishing);
  // The gallery now, and what changed after the change `as_of`; none when that is no longer known.
  std::pair<std::shared_ptr<const View>, std::optional<std::vector<Change>>> since(std::uint64_t as_of) const
      EXCLUDES(publishing);

  // Chunks that may hold the person: most often one, that does.
  std::vector<std::uint32_t> chunks_with(const std::string& person_id) const REQUIRES(changing);
  void link(const std::string& person_id, std::uint32_t chunk) REQUIRES(changing);
  void unlink(const std::string& person_id, std::uint32_t chunk) REQUIRES(changing);
  // visit(chunk, number in the chunk, own standing, effective standing) for each encounter of the person.
  template <typename Visit>
  void visit_encounters(const Edits& edits, const std::string& person_id, const Visit& visit) const REQUIRES(changing);

  bool add_to_existing(Edits& edits, Enrolled& added) REQUIRES(changing);
  void hide_together(Edits& edits, const std::string& person_id) const REQUIRES(changing);
  void remove(const std::string& person_id, const std::string* encounter_id) EXCLUDES(changing);
  // What each of a person's encounters is to stand at; those that do already are left alone.
  void restate(const std::string& person_id, const std::function<Standing(const Chunk&, int)>& as) EXCLUDES(changing);
  std::shared_ptr<View> compose(const Edits& edits) REQUIRES(changing);
  void publish(const Edits& edits) REQUIRES(changing);
};

}  // namespace puente::identify
