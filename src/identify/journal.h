// What changed in a gallery lately, so that a search need not look at everybody again. Private to this module.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "core/standing.h"

namespace puente::identify {

struct Change {  // to one encounter; how it is now, the gallery says
  std::string person_id, encounter_id;
  std::uint32_t chunk = 0;  // where it is or was
  struct Before {
    Standing effective;
    std::uint16_t fingers = 0;  // bit k: it had one of Finger k
  };
  std::optional<Before> before;  // none: it was not there
};

// Changes are numbered from 1. The last kChangesMax are kept: looking at so many anew costs less than at everybody.
class Journal {
 public:
  static constexpr std::size_t kChangesMax = 512;

  std::uint64_t last() const { return forgotten_ + changes_.size(); }

  void note(std::vector<Change> changes) {
    for (Change& change : changes) changes_.push_back(std::move(change));
    for (; changes_.size() > kChangesMax; changes_.pop_front()) ++forgotten_;
  }

  // Everything changed: whoever looked before must look at everybody again.
  void forget() {
    forgotten_ = last() + 1;
    changes_.clear();
  }

  // What changed after the change `as_of`, oldest first; none when that is no longer known.
  std::optional<std::vector<Change>> since(std::uint64_t as_of) const {
    if (as_of < forgotten_ || as_of > last()) return std::nullopt;
    return std::vector<Change>(changes_.begin() + static_cast<std::ptrdiff_t>(as_of - forgotten_), changes_.end());
  }

 private:
  std::deque<Change> changes_;
  std::uint64_t forgotten_ = 0;  // the last change that is not kept
};

}  // namespace puente::identify
