// The coarse stage: first sums of descriptor likeness for everybody, then geometry for the best fifth.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <numeric>
#include <thread>

#include "identify/index/chunk.h"
#include "identify/index/consensus.h"
#include "identify/index/index.h"

namespace puente::index {
namespace {

constexpr std::size_t kStreamedFingers = 2;  // of a probe; two tell people apart well enough to prune by
constexpr std::size_t kCheckedMin = 1500;
constexpr std::array<double, kStreamedFingers> kCheckedShare = {0.2, 0.02};  // by how many fingers were streamed
constexpr int kDescriptorsBias = 8;
constexpr std::size_t kSurvivorsMin = 24, kSurvivingFingersMin = 256;
constexpr double kSurvivingShare = 0.002;

// An encounter's coarse score: 0 not compared; 1 … kScoreMax; kAlways when a sketch is missing.
using Score = std::uint16_t;
constexpr Score kScoreMax = 65534, kAlways = 65535;

struct Scored {
  std::uint32_t score = 0;
  Place place;
};

// Of the probe's fingers with a sketch, those with most descriptors, in the order given.
std::vector<Probe> fingers_to_stream(std::span<const Probe> probe) {
  std::vector<Probe> chosen;
  for (const Probe& finger : probe)
    if (finger.sketch->count > 0) chosen.push_back(finger);
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const Probe& a, const Probe& b) { return a.sketch->count > b.sketch->count; });
  if (chosen.size() > kStreamedFingers) chosen.resize(kStreamedFingers);
  return chosen;
}

class Streamer {
 public:
  Streamer(std::span<const Probe> probe, const Eligible& eligible)
      : probe_(probe), streamed_(fingers_to_stream(probe)), eligible_(eligible) {}

  // Returns how many bytes it read.
  std::size_t stream(const Chunk& chunk, Score* scores) const {
    std::vector<std::uint8_t> compared = comparable_encounters(chunk);
    if (std::find(compared.begin(), compared.end(), 1) == compared.end()) return 0;
    std::size_t bytes = 0;
    std::vector<std::uint32_t> sums(compared.size(), 1);
    std::vector<std::uint16_t> best(compared.size()), lanes;
    std::vector<std::uint8_t> always(compared.size(), streamed_.empty());
    for (const Probe& finger : streamed_) {
      std::fill(best.begin(), best.end(), 0);
      for (int position = 0; position < kPositions; ++position) {
        if (!comparable(finger.position, static_cast<Finger>(position))) continue;
        bytes += stream_column(chunk, static_cast<Finger>(position), *finger.sketch, lanes, best, always);
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
  // Asks who may be compared before anything is.
  std::vector<std::uint8_t> comparable_encounters(const Chunk& chunk) const {
    std::vector<std::uint8_t> out(static_cast<std::size_t>(chunk.encounters()), 0);
    for (int position = 0; position < kPositions; ++position) {
      const auto known = static_cast<Finger>(position);
      if (std::none_of(probe_.begin(), probe_.end(), [&](const Probe& p) { return comparable(p.position, known); }))
        continue;
      const Chunk::Range range = chunk.column(known);
      for (int finger = range.begin; finger < range.end; ++finger) out[chunk.encounter_of(finger)] = 1;
    }
    if (!eligible_) return out;
    for (int e = 0; e < chunk.encounters(); ++e)
      if (out[e] != 0) out[e] = eligible_(std::string(chunk.person_id(e)), std::string(chunk.encounter_id(e)));
    return out;
  }

  static std::size_t stream_column(const Chunk& chunk, Finger position, const finger::Sketch& sketch,
                                   std::vector<std::uint16_t>& lanes, std::vector<std::uint16_t>& best,
                                   std::vector<std::uint8_t>& always) {
    const Chunk::Range range = chunk.column(position);
    const auto count = static_cast<std::size_t>(range.end - range.begin);
    const std::size_t blocks = (count + kLanes - 1) / kLanes;
    lanes.resize(blocks * kLanes);
    coarse_scores(sketch, chunk.words(position), blocks, lanes.data());
    for (std::size_t k = 0; k < count; ++k) {
      const int finger = range.begin + static_cast<int>(k);
      const int encounter = chunk.encounter_of(finger);
      const int descriptors = chunk.descriptors(finger);
      if (descriptors == 0) always[encounter] = 1;
      // those with many descriptors would be alike by chance
      const int likeness =
          lanes[k] * (kDescriptorsBias + finger::Sketch::kDescriptors) / (kDescriptorsBias + descriptors);
      best[encounter] = std::max(best[encounter], static_cast<std::uint16_t>(std::min<int>(likeness, kScoreMax)));
    }
    return blocks * kBlockWords * sizeof(std::uint64_t);
  }

  std::span<const Probe> probe_;
  std::vector<Probe> streamed_;
  const Eligible& eligible_;
};

struct Streamed {
  std::vector<std::size_t> first;  // of each chunk's encounters in scores
  std::vector<Score> scores;
  std::atomic<std::size_t> bytes{0};
};

void stream_all(const View& view, std::span<const Probe> probe, const Eligible& eligible, int threads, Streamed& out) {
  std::size_t encounters = 0;
  for (const auto& chunk : view.chunks) {
    out.first.push_back(encounters);
    encounters += static_cast<std::size_t>(chunk->encounters());
  }
  out.scores.resize(encounters);
  const Streamer streamer(probe, eligible);
  in_parallel(threads, view.chunks.size(), [&](int, std::size_t c) {
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
  for (const int finger : chunk.fingers_of(encounter)) chunk.fetch(finger);
}

// Of each probe finger the best agreement with a finger of the encounter, added up.
std::uint32_t check(const Chunk& chunk, int encounter, std::span<const Probe> probe) {
  std::uint32_t sum = 0;
  for (const Probe& finger : probe) {
    int best = 0;
    for (const int reference : chunk.fingers_of(encounter)) {
      if (!comparable(finger.position, chunk.position_of(reference))) continue;
      best = std::max(best, consensus(*finger.sketch, chunk.sketch(reference)));
    }
    sum += static_cast<std::uint32_t>(best);
  }
  return sum;
}

}  // namespace

bool comparable(Finger a, Finger b) {
  return a == b || a == Finger::kUnknown || b == Finger::kUnknown;
}

void in_parallel(int threads, std::size_t items, const std::function<void(int thread, std::size_t item)>& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&](int thread) {
    for (std::size_t item; (item = next.fetch_add(1)) < items;) work(thread, item);
  };
  std::vector<std::jthread> others;
  for (int thread = 1; thread < threads && static_cast<std::size_t>(thread) < items; ++thread)
    others.emplace_back(run, thread);
  run(0);
}

Status self_test() {
  std::uint64_t state = 1;
  const auto next = [&state] {  // SplitMix64
    std::uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  };
  finger::Sketch probe, reference;
  probe.count = reference.count = finger::Sketch::kDescriptors;
  for (int k = 0; k < finger::Sketch::kDescriptors; ++k) {
    probe.bits[k] = next();
    probe.sure[k] = next();
    reference.bits[k] = probe.bits[k] ^ (next() & next());
  }
  constexpr std::size_t kBlocks = 3;
  std::vector<std::uint64_t> words(kBlocks * kBlockWords);
  for (std::uint64_t& word : words) word = probe.bits[next() % finger::Sketch::kDescriptors] ^ (next() & next());
  std::array<std::uint16_t, kBlocks * kLanes> scores{}, scores_expected{};
  coarse_scores(probe, words.data(), kBlocks, scores.data());
  coarse_scores_scalar(probe, words.data(), kBlocks, scores_expected.data());
  std::array<std::uint32_t, finger::Sketch::kDescriptors> near{}, near_expected{};
  near_descriptors(probe, reference, 12, near.data());
  near_descriptors_scalar(probe, reference, 12, near_expected.data());
  Pairs pairs;
  for (std::size_t k = 0; k < kPairsMax; ++k) {
    pairs.px[k] = static_cast<float>(next() % 64);
    pairs.py[k] = static_cast<float>(next() % 64);
    pairs.qx[k] = static_cast<float>(next() % 64);
    pairs.qy[k] = static_cast<float>(next() % 64);
    pairs.turn[k] = static_cast<std::int32_t>(next() % 40);
  }
  const Movement movement = {30, 30, 30, 30, 0.96f, 0.28f, 20};
  if (scores == scores_expected && near == near_expected &&
      agreeing(pairs, movement) == agreeing_scalar(pairs, movement)) {
    return {};
  }
  return {Code::kInternal, "self-test: " + kernel_target() +
                               " code gives other answers than it must; this build or machine must not search"};
}

Selection select(const View& view, std::span<const Probe> probe, const Eligible& eligible, int threads) {
  using Clock = std::chrono::steady_clock;
  const auto milliseconds = [](Clock::duration took) {
    return std::chrono::duration<double, std::milli>(took).count();
  };
  const auto started = Clock::now();
  Streamed streamed;
  stream_all(view, probe, eligible, threads, streamed);
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
      for (std::size_t k = turn * kAtATime; k < std::min(best.size(), (turn + 1) * kAtATime); ++k) {
        if (k + 1 < best.size()) fetch(*view.chunks[best[k + 1].place.chunk], best[k + 1].place.encounter);
        if (best[k].score == kAlways) continue;
        best[k].score = std::min<std::uint32_t>(
            kScoreMax, check(*view.chunks[best[k].place.chunk], best[k].place.encounter, probe));
      }
    });
  }
  std::stable_sort(best.begin(), best.end(), [](const Scored& a, const Scored& b) { return a.score > b.score; });
  const std::size_t fingers =
      std::max(kSurvivingFingersMin, static_cast<std::size_t>(kSurvivingShare * static_cast<double>(out.compared)));
  const std::size_t kept = std::max(kSurvivorsMin, fingers / std::max<std::size_t>(1, probe.size()));
  std::size_t ranked = 0;
  for (const Scored& scored : best) {
    if (!all && scored.score != kAlways && ranked++ >= kept) break;
    out.places.push_back(scored.place);
  }
  out.check_ms = milliseconds(Clock::now() - streamed_at);
  return out;
}

}  // namespace puente::index
