// A line of a node's log as it is read again, and what came of making its decisions once more (policy/replay.h).
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/json.h"

namespace puente {

struct LogLine {
  std::uint64_t index = 0;
  Json leaf, details;    // details: null where they are erased, or cannot be read
  std::string damage{};  // why they cannot
};

struct Replayed {
  struct Difference {
    std::uint64_t index = 0;
    std::string event, words;  // what the log says, and what comes out now
  };
  std::uint64_t ours = 0, partners = 0;  // decisions made again
  std::uint64_t not_readable = 0;        // details erased, or of a version that kept too little
  std::uint64_t not_counted = 0;         // decisions made again, but for how many were asked that day
  std::uint64_t by_own_rules = 0;        // refused for something that no agreement says
  std::uint64_t quota_unread = 0;        // refused because the node could not read how many were asked
  std::vector<Difference> differences;
};

}  // namespace puente
