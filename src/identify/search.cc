// A gallery's searches: everybody, what came since, one person.
#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <tuple>

#include "core/check.h"
#include "core/parallel.h"
#include "identify/fusion.h"
#include "identify/state.h"
#include "policy/policy.h"

namespace puente::identify {
namespace {

using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point started) {
  return std::chrono::duration<double, std::milli>(Clock::now() - started).count();
}

template <typename Ranked>  // a Candidate or a Rank
bool better(const Ranked& a, const Ranked& b) {
  if (a.score != b.score) return a.score > b.score;
  return std::tie(a.person_id, a.encounter_id) < std::tie(b.person_id, b.encounter_id);
}

Rank rank_of(const Candidate& candidate) {
  return {candidate.score, candidate.person_id, candidate.encounter_id};
}

int threads_of(const Limits& limits) {
  return limits.threads > 0 ? limits.threads : cores();
}

// No scores: they have no finger in common. Only the prints of fingers that the probe has are made ready.
Candidate compare(std::span<const Probe> probe, const Chunk& chunk, int encounter, finger::Scratch& scratch) {
  std::vector<Reference> references;
  for (const int print : chunk.prints_of(encounter)) {
    const Finger finger = chunk.finger_of(print);
    const auto meets = [&](const Probe& each) { return comparable(each.finger, finger); };
    if (std::none_of(probe.begin(), probe.end(), meets)) continue;
    references.push_back({finger, finger::prepare(finger::decode(chunk.features(print)).value())});
  }
  Candidate out{std::string(chunk.person_id(encounter)), std::string(chunk.encounter_id(encounter)), 0, 0,
                compare_fingers(probe, references, scratch)};
  out.score = fuse(out.scores).score;
  return out;
}

// In the order of `slots`, without those that have no finger in common.
std::vector<Candidate> compare_all(const View& view, std::span<const Slot> slots, std::span<const Probe> probe,
                                   int threads, const Patience* patience = nullptr) {
  std::vector<finger::Scratch> scratch(static_cast<std::size_t>(threads));
  std::vector<Candidate> compared(slots.size());
  constexpr std::size_t kAtATime = 4;  // encounters a thread takes
  in_parallel(threads, (slots.size() + kAtATime - 1) / kAtATime, [&](int thread, std::size_t turn) {
    for (std::size_t i = turn * kAtATime; i < std::min(slots.size(), (turn + 1) * kAtATime); ++i) {
      if (patience != nullptr && patience->is_over()) return;
      compared[i] = compare(probe, *view.chunks[slots[i].chunk], slots[i].encounter, scratch[thread]);
    }
  });
  std::erase_if(compared, [](const Candidate& candidate) { return candidate.scores.empty(); });
  return compared;
}

// Chooses the candidates from `ranked`, which it puts in order and cuts some way behind the last of them. False, and
// nothing chosen, when somebody from beyond an earlier cut could be one.
bool choose(Found& found, const Limits& limits) {
  constexpr std::size_t kReserve = 16;  // encounters; how many may fall away before everybody is searched again
  std::sort(found.ranked.begin(), found.ranked.end(), better<Candidate>);
  found.candidates.clear();
  std::size_t kept = kReserve;
  bool unlikely = false;  // the last one: so is whoever comes behind it
  for (std::size_t k = 0; k < found.ranked.size() && found.candidates.size() < limits.candidates_max; ++k) {
    Candidate& each = found.ranked[k];
    each.expected_false = fuse(each.scores).false_match_rate * static_cast<double>(found.compared);
    unlikely = each.expected_false > limits.expected_false_max;
    if (unlikely) continue;
    kept = k + 1 + kReserve;
    const auto same_person = [&](const Candidate& other) { return other.person_id == each.person_id; };
    if (std::none_of(found.candidates.begin(), found.candidates.end(), same_person)) found.candidates.push_back(each);
  }
  if (found.candidates.size() < limits.candidates_max && !unlikely && found.ranked_to) return false;
  if (found.ranked.size() > kept) {
    found.ranked.resize(kept);
    found.ranked_to = rank_of(found.ranked.back());
  }
  return true;
}

bool in_scope(const Standing& effective, std::uint16_t fingers, std::span<const Probe> probe, const Scope& scope) {
  const auto meets = [&](const Probe& each) {
    for (int code = 0; code < kFingerCount; ++code)
      if ((fingers >> code & 1) != 0 && comparable(each.finger, static_cast<Finger>(code))) return true;
    return false;
  };
  return std::any_of(probe.begin(), probe.end(), meets) && policy::may_find(effective, scope).permitted;
}

std::optional<Slot> slot_of(const Change& changed, const View& view) {
  const Chunk& chunk = *view.chunks[changed.chunk];
  for (int e = 0; e < chunk.encounters(); ++e)
    if (chunk.is(e, changed.person_id, changed.encounter_id)) return Slot{changed.chunk, static_cast<std::uint16_t>(e)};
  return std::nullopt;
}

// An encounter that changed, perhaps more than once: as it was at first, and where it was last.
struct Changed {
  const Change *first, *last;
};
using ChangedByIds = std::map<std::pair<std::string_view, std::string_view>, Changed>;

ChangedByIds by_ids(const std::vector<Change>& changes) {
  ChangedByIds out;
  for (const Change& change : changes)
    out.try_emplace({change.person_id, change.encounter_id}, Changed{&change, &change}).first->second.last = &change;
  return out;
}

}  // namespace

Probe make_probe(Finger finger, const finger::Template& features, const finger::Sketch& sketch) {
  return {finger, finger::prepare(features), sketch};
}

Probe make_probe(Finger finger, const finger::Template& features) {
  return make_probe(finger, features, finger::sketch(features));
}

Print make_print(Finger finger, Bytes encoded, const finger::Sketch& sketch) {
  return {finger, sketch, std::move(encoded)};
}

Print make_print(Finger finger, const finger::Template& features) {
  return make_print(finger, finger::encode(features), finger::sketch(features));
}

Found Gallery::search(std::span<const Probe> probe, const Scope& scope, const Limits& limits) const {
  const std::shared_ptr<const View> view = state_->view();
  const Selection selection = select(*view, probe, scope, threads_of(limits), limits.patience);
  const auto started = Clock::now();
  Found found;
  found.as_of = view->as_of;
  found.compared = selection.compared;
  found.ranked = compare_all(*view, selection.slots, probe, threads_of(limits), limits.patience);
  if (limits.patience != nullptr && limits.patience->is_over()) {
    found.ranked.clear();
    found.given_up = true;
    return found;
  }
  CHECK(choose(found, limits));  // nothing was cut off yet
  found.stages = {selection.stream_ms, selection.check_ms, milliseconds_since(started), selection.streamed_bytes,
                  selection.slots.size()};
  return found;
}

Found Gallery::since(const Found& earlier, std::span<const Probe> probe, const Scope& scope,
                     const Limits& limits) const {
  const auto started = Clock::now();
  const auto [view, changes] = state_->since(earlier.as_of);
  if (earlier.given_up) return earlier;
  if (!changes) return search(probe, scope, limits);
  Found found = earlier;
  found.as_of = view->as_of;
  found.stages = {};
  if (changes->empty()) return found;

  const ChangedByIds changed = by_ids(*changes);
  std::erase_if(found.ranked, [&](const Candidate& each) {
    return changed.contains({each.person_id, each.encounter_id});
  });
  std::vector<Slot> slots;
  for (const auto& [ids, each] : changed) {
    const auto& before = each.first->before;
    found.compared -= before && in_scope(before->effective, before->fingers, probe, scope);
    const std::optional<Slot> slot = slot_of(*each.last, *view);
    if (!slot) continue;
    const Chunk& chunk = *view->chunks[slot->chunk];
    if (!in_scope(chunk.effective().of(slot->encounter), chunk.fingers(slot->encounter), probe, scope)) continue;
    ++found.compared;
    slots.push_back(*slot);
  }
  for (Candidate& each : compare_all(*view, slots, probe, threads_of(limits))) {
    const bool behind = found.ranked_to && better(*found.ranked_to, rank_of(each));
    if (!behind) found.ranked.push_back(std::move(each));
  }
  if (!choose(found, limits)) return search(probe, scope, limits);
  found.stages.exact = slots.size();
  found.stages.exact_ms = milliseconds_since(started);
  return found;
}

std::optional<Candidate> Gallery::compare_person(std::span<const Probe> probe, const std::string& person_id,
                                                 const Scope& scope) const {
  std::shared_ptr<const View> view;
  std::vector<Slot> slots;
  {
    const MutexLock lock(state_->changing);
    view = state_->view();
    for (const std::uint32_t number : state_->chunks_with(person_id)) {
      const Chunk& chunk = *view->chunks[number];
      for (int e = 0; e < chunk.encounters(); ++e)
        if (chunk.person_id(e) == person_id && policy::may_find(chunk.effective().of(e), scope).permitted)
          slots.push_back({number, static_cast<std::uint16_t>(e)});
    }
  }
  Found found;
  found.compared = slots.size();
  found.ranked = compare_all(*view, slots, probe, 1);
  CHECK(choose(found, {.candidates_max = 1, .expected_false_max = std::numeric_limits<double>::infinity()}));
  if (found.candidates.empty()) return std::nullopt;
  return std::move(found.candidates.front());
}

}  // namespace puente::identify
