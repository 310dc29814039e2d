// What /metrics shows: how often each event was logged since the start. Inside service only.
#pragma once
#include <array>
#include <atomic>

#include "core/entry.h"
#include "service/service.h"

namespace puente::service {

struct Node::Counters {
  std::array<std::atomic<std::uint64_t>, 64> events{};
  std::atomic<std::uint64_t> deliveries_failed{0};
  std::atomic<std::uint64_t> cosignatures_failed{0};

  void count(Event event) { events[static_cast<std::size_t>(event)].fetch_add(1, std::memory_order_relaxed); }
};

}  // namespace puente::service
