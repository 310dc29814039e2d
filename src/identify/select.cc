// The coarse stage: first sums of descriptor likeness for everybody, then geometry for the best fifth.
#include "identify/select.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <numeric>

#include "core/parallel.h"
#include "identify/chunk.h"
#include "identify/consensus.h"
#include "policy/policy.h"

namespace puente::identify {
namespace {

constexpr std::size_t kStreamedFingers = 2;  // of a probe; two tell people apart well enough to prune by
constexpr std::size_t kCheckedMin = 1500;
constexpr std::array<double, kStreamedFingers> kCheckedShare = {0.2, 0.02};  // by how many fingers were streamed
constexpr int kDescriptorsBias = 8;
constexpr std::size_t kSurvivorsMin = 24, kSurvivingPrintsMin = 256;
constexpr double kSurvivingShare = 0.002;

// An encounter's coarse score: 0 not compared; 1 … kScoreMax; kAlways when a sketch is missing.
using Score = std::uint16_t;
constexpr Score kScoreMax = 65534, kAlways = 65535;

struct Scored {
  std::uint32_t score = 0;
  Slot slot;
};

// Of the probe's fingers with a sketch, those with most descriptors, in the order given.
std::vector<const Probe*> fingers_to_stream(std::span<const Probe> probe) {
  std::vector<const Probe*> chosen;
  for (const Probe& each : probe)
    if (each.sketch.count > 0) chosen.push_back(&each);
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const Probe* a, const Probe* b) { return a->sketch.count > b->sketch.count; });
  if (chosen.size() > kStreamedFingers) chosen.resize(kStreamedFingers);
  return chosen;
}

class Streamer {
 public:
  Streamer(std::span<const Probe> probe, const Scope& scope)
      : probe_(probe), streamed_(fingers_to_stream(probe)), scope_(scope) {}

  // Returns how many bytes it read.
  std::size_t stream(const Chunk& chunk, Score* scores) const {
    std::vector<std::uint8_t> compared = comparable_encounters(chunk);
    if (std::find(compared.begin(), compared.end(), 1) == compared.end()) return 0;
    std::size_t bytes = 0;
    std::vector<std::uint32_t> sums(compared.size(), 1);
    std::vector<std::uint16_t> best(compared.size()), lanes;
    std::vector<std::uint8_t> always(compared.size(), streamed_.empty());
    for (const Probe* each : streamed_) {
      std::fill(best.begin(), best.end(), 0);
      for (int code = 0; code < kFingerCount; ++code) {
        const auto finger = static_cast<Finger>(code);
        if (!comparable(each->finger, finger)) continue;
        bytes += stream_column(chunk, finger, each->sketch, lanes, best, always);
      }
      for (std::size_t e = 0; e < sums.size(); ++e) sums[e] += best[e];
    }
    for (std::size_t e = 0; e < sums.size(); ++e) {
      if (compared[e] == 0) continue;
      scores[e] = always[e] != 0 ? kAlways : static_cast<Score>(std::min<std::uint32_t>(sums[e], kScoreMax));
    }
    return bytes;
  }

 private:
  // Who may be compared is settled before anything is: once for each different standing, then looked up.
  std::vector<std::uint8_t> comparable_encounters(const Chunk& chunk) const {
    std::vector<std::uint8_t> out(static_cast<std::size_t>(chunk.encounters()), 0);
    std::vector<std::uint8_t> found;  // by standing
    for (const Standing& standing : chunk.effective().different())
      found.push_back(policy::may_find(standing, scope_).permitted ? 1 : 0);
    if (std::find(found.begin(), found.end(), 1) == found.end()) return out;
    for (int code = 0; code < kFingerCount; ++code) {
      const auto finger = static_cast<Finger>(code);
      if (std::none_of(probe_.begin(), probe_.end(), [&](const Probe& p) { return comparable(p.finger, finger); }))
        continue;
      const Chunk::Range range = chunk.column(finger);
      for (int print = range.begin; print < range.end; ++print) {
        const int encounter = chunk.encounter_of(print);
        out[encounter] = found[chunk.effective().number_of(encounter)];
      }
    }
    return out;
  }

  static std::size_t stream_column(const Chunk& chunk, Finger finger, const finger::Sketch& sketch,
                                   std::vector<std::uint16_t>& lanes, std::vector<std::uint16_t>& best,
                                   std::vector<std::uint8_t>& always) {
    const Chunk::Range range = chunk.column(finger);
    const auto count = static_cast<std::size_t>(range.end - range.begin);
    const std::size_t blocks = (count + kLanes - 1) / kLanes;
    lanes.resize(blocks * kLanes);
    coarse_scores(sketch, chunk.words(finger), blocks, lanes.data());
    for (std::size_t k = 0; k < count; ++k) {
      const int print = range.begin + static_cast<int>(k);
      const int encounter = chunk.encounter_of(print);
      const int descriptors = chunk.descriptors(print);
      if (descriptors == 0) always[encounter] = 1;
      // those with many descriptors would be alike by chance
      const int likeness =
          lanes[k] * (kDescriptorsBias + finger::Sketch::kDescriptors) / (kDescriptorsBias + descriptors);
      best[encounter] = std::max(best[encounter], static_cast<std::uint16_t>(std::min<int>(likeness, kScoreMax)));
    }
    return blocks * kBlockWords * sizeof(std::uint64_t);
  }

  std::span<const Probe> probe_;
  std::vector<const Probe*> streamed_;
  const Scope& scope_;
};

struct Streamed {
  std::vector<std::size_t> first;  // of each chunk's encounters in scores
  std::vector<Score> scores;
  std::atomic<std::size_t> bytes{0};
};

bool is_over(const Patience* patience) {
  return patience != nullptr && patience->is_over();
}

void stream_all(const View& view, std::span<const Probe> probe, const Scope& scope, int threads,
                const Patience* patience, Streamed& out) {
  std::size_t encounters = 0;
  for (const auto& chunk : view.chunks) {
    out.first.push_back(encounters);
    encounters += static_cast<std::size_t>(chunk->encounters());
  }
  out.scores.resize(encounters);
  const Streamer streamer(probe, scope);
  in_parallel(threads, view.chunks.size(), [&](int, std::size_t c) {
    if (is_over(patience)) return;
    out.bytes += streamer.stream(*view.chunks[c], out.scores.data() + out.first[c]);
  });
}

// The `count` best scores and all kAlways, in the order of the chunks; of equal ones the first.
std::vector<Scored> best_of(const Streamed& streamed, std::size_t count) {
  std::vector<std::uint32_t> histogram(65536);
  for (const Score score : streamed.scores) ++histogram[score];
  std::size_t above = 0;
  std::uint32_t limit = kScoreMax;
  while (limit > 1 && above + histogram[limit] <= count) above += histogram[limit--];
  std::size_t at_limit = count > above ? count - above : 0;
  std::vector<Scored> out;
  std::uint32_t chunk = 0;
  for (std::size_t e = 0; e < streamed.scores.size(); ++e) {
    while (chunk + 1 < streamed.first.size() && e >= streamed.first[chunk + 1]) ++chunk;
    const Score score = streamed.scores[e];
    if (score < limit || score == 0) continue;
    if (score == limit && at_limit-- == 0) {
      at_limit = 0;
      continue;
    }
    out.push_back({score, {chunk, static_cast<std::uint16_t>(e - streamed.first[chunk])}});
  }
  return out;
}

void fetch(const Chunk& chunk, int encounter) {
  for (const int print : chunk.prints_of(encounter)) chunk.fetch(print);
}

// Of each probe finger the best agreement with a print of the encounter, added up.
std::uint32_t check(const Chunk& chunk, int encounter, std::span<const Probe> probe) {
  std::uint32_t sum = 0;
  for (const Probe& each : probe) {
    int best = 0;
    for (const int reference : chunk.prints_of(encounter)) {
      if (!comparable(each.finger, chunk.finger_of(reference))) continue;
      best = std::max(best, consensus(each.sketch, chunk.sketch(reference)));
    }
    sum += static_cast<std::uint32_t>(best);
  }
  return sum;
}

}  // namespace

Selection select(const View& view, std::span<const Probe> probe, const Scope& scope, int threads,
                 const Patience* patience) {
  using Clock = std::chrono::steady_clock;
  const auto milliseconds = [](Clock::duration took) {
    return std::chrono::duration<double, std::milli>(took).count();
  };
  const auto started = Clock::now();
  Streamed streamed;
  stream_all(view, probe, scope, threads, patience, streamed);
  const auto streamed_at = Clock::now();
  Selection out;
  out.streamed_bytes = streamed.bytes;
  out.stream_ms = milliseconds(streamed_at - started);
  out.compared = streamed.scores.size() -
                 static_cast<std::size_t>(std::count(streamed.scores.begin(), streamed.scores.end(), Score{0}));
  const bool all = out.compared <= kExhaustiveMax;
  const double share = kCheckedShare[std::max<std::size_t>(1, fingers_to_stream(probe).size()) - 1];
  const std::size_t checked =
      std::max(kCheckedMin, static_cast<std::size_t>(share * static_cast<double>(out.compared)));
  std::vector<Scored> best = best_of(streamed, all ? out.compared : checked);
  constexpr std::size_t kAtATime = 32;
  if (!all) {
    in_parallel(threads, (best.size() + kAtATime - 1) / kAtATime, [&](int, std::size_t turn) {
      if (is_over(patience)) return;
      for (std::size_t k = turn * kAtATime; k < std::min(best.size(), (turn + 1) * kAtATime); ++k) {
        if (k + 1 < best.size()) fetch(*view.chunks[best[k + 1].slot.chunk], best[k + 1].slot.encounter);
        if (best[k].score == kAlways) continue;
        best[k].score =
            std::min<std::uint32_t>(kScoreMax, check(*view.chunks[best[k].slot.chunk], best[k].slot.encounter, probe));
      }
    });
  }
  std::stable_sort(best.begin(), best.end(), [](const Scored& a, const Scored& b) { return a.score > b.score; });
  const std::size_t prints =
      std::max(kSurvivingPrintsMin, static_cast<std::size_t>(kSurvivingShare * static_cast<double>(out.compared)));
  const std::size_t kept = std::max(kSurvivorsMin, prints / std::max<std::size_t>(1, probe.size()));
  std::size_t ranked = 0;
  for (const Scored& scored : best) {
    if (!all && scored.score != kAlways && ranked++ >= kept) break;
    out.slots.push_back(scored.slot);
  }
  out.check_ms = milliseconds(Clock::now() - streamed_at);
  return out;
}

}  // namespace puente::identify
