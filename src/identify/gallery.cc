// A gallery's changes: which chunks are composed anew, who is hidden with whom, and what a search is told of it.
#include <algorithm>

#include "core/check.h"
#include "core/files.h"
#include "core/parallel.h"
#include "identify/snapshot.h"
#include "identify/state.h"

namespace puente::identify {
namespace {

// Among the first `encounters` only, when that is not negative.
bool holds_before(const Chunk& chunk, std::string_view person_id, int encounters) {
  const int end = encounters < 0 ? chunk.encounters() : encounters;
  for (int e = 0; e < end; ++e)
    if (chunk.person_id(e) == person_id) return true;
  return false;
}

std::size_t prints_in(const std::vector<Entry>& entries) {
  std::size_t prints = 0;
  for (const Entry& entry : entries) prints += entry.enrolled.prints.size();
  return prints;
}

// What a search would notice. Encounters that stay, stay in their order, and new ones come last.
void list_changes(const Chunk* was, const std::vector<Entry>& is, std::uint32_t chunk, std::vector<Change>& out) {
  std::size_t next = 0;
  for (int e = 0; was != nullptr && e < was->encounters(); ++e) {
    const bool stays = next < is.size() && was->is(e, is[next].enrolled.person_id, is[next].enrolled.encounter_id);
    if (stays && is[next].effective == was->effective().of(e) &&
        is[next].enrolled.prints.size() == was->prints_of(e).size()) {
      ++next;
      continue;
    }
    next += stays;
    out.push_back({std::string(was->person_id(e)), std::string(was->encounter_id(e)), chunk,
                   Change::Before{was->effective().of(e), was->fingers(e)}});
  }
  for (; next < is.size(); ++next)
    out.push_back({is[next].enrolled.person_id, is[next].enrolled.encounter_id, chunk, std::nullopt});
}

}  // namespace

std::vector<Entry>& Edits::of(std::uint32_t chunk) {
  const auto [place, fresh] = contents.try_emplace(chunk);
  if (fresh && chunk < base->chunks.size()) {
    const Chunk& held = *base->chunks[chunk];
    place->second.reserve(static_cast<std::size_t>(held.encounters()) + 1);
    for (int e = 0; e < held.encounters(); ++e) place->second.push_back(held.entry(e));
  }
  return place->second;
}

std::shared_ptr<const View> Gallery::State::view() const {
  const MutexLock lock(publishing);
  return published;
}

std::pair<std::shared_ptr<const View>, std::optional<std::vector<Change>>> Gallery::State::since(
    std::uint64_t as_of) const {
  const MutexLock lock(publishing);
  return {published, journal.since(as_of)};
}

std::vector<std::uint32_t> Gallery::State::chunks_with(const std::string& person_id) const {
  std::vector<std::uint32_t> found;
  const auto [begin, end] = chunks_of.equal_range(std::hash<std::string>{}(person_id));
  for (auto each = begin; each != end; ++each) found.push_back(each->second);
  std::sort(found.begin(), found.end());
  return found;
}

void Gallery::State::link(const std::string& person_id, std::uint32_t chunk) {
  const std::size_t hash = std::hash<std::string>{}(person_id);
  const auto [begin, end] = chunks_of.equal_range(hash);
  const auto same = [chunk](const auto& each) { return each.second == chunk; };
  if (std::none_of(begin, end, same)) chunks_of.emplace(hash, chunk);
}

void Gallery::State::unlink(const std::string& person_id, std::uint32_t chunk) {
  const auto [begin, end] = chunks_of.equal_range(std::hash<std::string>{}(person_id));
  const auto place = std::find_if(begin, end, [chunk](const auto& each) { return each.second == chunk; });
  if (place != end) chunks_of.erase(place);
}

template <typename Visit>
void Gallery::State::visit_encounters(const Edits& edits, const std::string& person_id, const Visit& visit) const {
  for (const std::uint32_t number : chunks_with(person_id)) {
    if (const auto edited = edits.contents.find(number); edited != edits.contents.end()) {
      for (std::size_t e = 0; e < edited->second.size(); ++e) {
        const Entry& entry = edited->second[e];
        if (entry.enrolled.person_id == person_id) visit(number, e, entry.enrolled.standing, entry.effective);
      }
    } else {
      const Chunk& chunk = *edits.base->chunks[number];
      for (int e = 0; e < chunk.encounters(); ++e) {
        if (chunk.person_id(e) == person_id)
          visit(number, static_cast<std::size_t>(e), chunk.own().of(e), chunk.effective().of(e));
      }
    }
  }
}

// True when the encounter is there already: the prints then go to it. Counts the person when new.
bool Gallery::State::add_to_existing(Edits& edits, Enrolled& added) {
  bool known = false;
  for (const std::uint32_t number : chunks_with(added.person_id)) {
    const bool edited = edits.contents.contains(number);
    if (!edited && !holds_before(*edits.base->chunks[number], added.person_id, -1)) continue;
    for (Entry& each : edits.of(number)) {
      if (each.enrolled.person_id != added.person_id) continue;
      known = true;
      if (each.enrolled.encounter_id != added.encounter_id) continue;
      std::move(added.prints.begin(), added.prints.end(), std::back_inserter(each.enrolled.prints));
      each.enrolled.standing = std::move(added.standing);
      return true;
    }
  }
  people += !known;
  return false;
}

// What hides one of a person's encounters from partners hides all of them.
void Gallery::State::hide_together(Edits& edits, const std::string& person_id) const {
  std::set<std::string> withheld_from;
  bool disputed = false;
  visit_encounters(edits, person_id, [&](std::uint32_t, std::size_t, const Standing& own, const Standing&) {
    withheld_from.insert(own.withheld_from.begin(), own.withheld_from.end());
    disputed = disputed || own.disputed;
  });
  visit_encounters(edits, person_id,
                   [&](std::uint32_t chunk, std::size_t e, const Standing& own, const Standing& effective) {
                     Standing together = own;
                     together.withheld_from = withheld_from;
                     together.disputed = disputed;
                     if (effective != together) edits.of(chunk)[e].effective = std::move(together);
                   });
}

// A view with the edited chunks in it.
std::shared_ptr<View> Gallery::State::compose(const Edits& edits) {
  auto next = std::make_shared<View>(*edits.base);
  for (const auto& [number, entries] : edits.contents) {
    if (number >= next->chunks.size()) next->chunks.resize(number + 1);
    std::shared_ptr<const Chunk>& chunk = next->chunks[number];
    if (chunk) {
      next->encounters -= static_cast<std::size_t>(chunk->encounters());
      next->prints -= static_cast<std::size_t>(chunk->prints());
    }
    chunk = Chunk::compose(entries);
    const auto prints = static_cast<std::size_t>(chunk->prints());
    next->encounters += static_cast<std::size_t>(chunk->encounters());
    next->prints += prints;
    std::erase(roomy, number);
    if (prints < kPrintsPerChunk / 2 || (number + 1 == next->chunks.size() && prints < kPrintsPerChunk))
      roomy.push_back(number);
  }
  return next;
}

void Gallery::State::publish(const Edits& edits) {
  std::shared_ptr<View> next = compose(edits);
  std::vector<Change> changes;
  for (const auto& [number, entries] : edits.contents) {
    const Chunk* const was = number < edits.base->chunks.size() ? edits.base->chunks[number].get() : nullptr;
    list_changes(was, entries, number, changes);
  }
  const MutexLock lock(publishing);
  journal.note(std::move(changes));
  next->as_of = journal.last();
  published = std::move(next);
}

void Gallery::State::remove(const std::string& person_id, const std::string* encounter_id) {
  const MutexLock lock(changing);
  Edits edits{view(), {}};
  std::size_t left = 0, removed = 0;
  for (const std::uint32_t number : chunks_with(person_id)) {
    if (!holds_before(*edits.base->chunks[number], person_id, -1)) continue;  // another person's id with the same hash
    std::vector<Entry>& entries = edits.of(number);
    removed += std::erase_if(entries, [&](const Entry& each) {
      return each.enrolled.person_id == person_id && (!encounter_id || each.enrolled.encounter_id == *encounter_id);
    });
    const auto stays = [&](const Entry& each) { return each.enrolled.person_id == person_id; };
    const auto still = static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), stays));
    if (still == 0) unlink(person_id, number);
    left += still;
  }
  if (removed == 0) return;
  people -= left == 0;
  hide_together(edits, person_id);
  publish(edits);
}

void Gallery::State::restate(const std::string& person_id, const std::function<Standing(const Chunk&, int)>& as) {
  const MutexLock lock(changing);
  Edits edits{view(), {}};
  for (const std::uint32_t number : chunks_with(person_id)) {
    const Chunk& chunk = *edits.base->chunks[number];
    for (int e = 0; e < chunk.encounters(); ++e) {
      if (chunk.person_id(e) != person_id) continue;
      Standing standing = as(chunk, e);
      if (chunk.own().of(e) != standing)
        edits.of(number)[static_cast<std::size_t>(e)].enrolled.standing = std::move(standing);
    }
  }
  if (edits.contents.empty()) return;
  hide_together(edits, person_id);
  publish(edits);
}

Gallery::Gallery() : state_(std::make_unique<State>()) {}
Gallery::~Gallery() = default;

void Gallery::add(std::vector<Enrolled> encounters) {
  State& s = *state_;
  const MutexLock lock(s.changing);
  Edits edits{s.view(), {}};
  auto chunks = static_cast<std::uint32_t>(edits.base->chunks.size());
  std::vector<std::uint32_t> room = s.roomy;
  std::vector<Entry>* open = nullptr;
  std::uint32_t open_number = 0;
  std::size_t open_prints = 0;
  for (Enrolled& encounter : encounters) {
    if (encounter.prints.empty()) continue;
    const std::string person_id = encounter.person_id;
    const std::size_t before = s.people;
    if (!s.add_to_existing(edits, encounter)) {
      if (!open || open_prints >= kPrintsPerChunk) {
        open_number = room.empty() ? chunks++ : room.back();
        if (!room.empty()) room.pop_back();
        open = &edits.of(open_number);
        open_prints = prints_in(*open);
      }
      open_prints += encounter.prints.size();
      s.link(person_id, open_number);
      const Standing standing = encounter.standing;
      open->push_back({std::move(encounter), standing});
    }
    if (s.people == before) s.hide_together(edits, person_id);
  }
  if (!edits.contents.empty()) s.publish(edits);
}

void Gallery::remove_person(const std::string& person_id) {
  state_->remove(person_id, nullptr);
}

void Gallery::remove_encounter(const std::string& person_id, const std::string& encounter_id) {
  state_->remove(person_id, &encounter_id);
}

void Gallery::set_standing(const std::string& person_id, const std::string& encounter_id, Standing standing) {
  state_->restate(person_id, [&](const Chunk& chunk, int e) {
    return chunk.is(e, person_id, encounter_id) ? standing : chunk.own().of(e);
  });
}

void Gallery::withhold(const std::string& person_id, const std::set<std::string>& from) {
  state_->restate(person_id, [&](const Chunk& chunk, int e) {
    Standing standing = chunk.own().of(e);
    standing.withheld_from = from;
    return standing;
  });
}

void Gallery::clear() {
  State& s = *state_;
  const MutexLock lock(s.changing);
  const MutexLock publishing(s.publishing);
  s.journal.forget();
  auto empty = std::make_shared<View>();
  empty->as_of = s.journal.last();
  s.published = std::move(empty);
  s.chunks_of.clear();
  s.roomy.clear();
  s.people = 0;
}

Held Gallery::holds(const Enrolled& encounter) const {
  const MutexLock lock(state_->changing);
  const auto view = state_->view();
  for (const std::uint32_t number : state_->chunks_with(encounter.person_id)) {
    const Chunk& chunk = *view->chunks[number];
    for (int e = 0; e < chunk.encounters(); ++e) {
      if (!chunk.is(e, encounter.person_id, encounter.encounter_id)) continue;
      const bool same = std::ranges::equal(chunk.prints_of(e), encounter.prints, [&](int there, const Print& print) {
        return chunk.finger_of(there) == print.finger && std::ranges::equal(chunk.features(there), print.features);
      });
      return same && chunk.own().of(e) == encounter.standing ? Held::kAsIs : Held::kOtherwise;
    }
  }
  return Held::kNo;
}

std::optional<Standing> Gallery::standing(const std::string& person_id, const std::string& encounter_id) const {
  const MutexLock lock(state_->changing);
  const auto view = state_->view();
  for (const std::uint32_t number : state_->chunks_with(person_id)) {
    const Chunk& chunk = *view->chunks[number];
    for (int e = 0; e < chunk.encounters(); ++e)
      if (chunk.is(e, person_id, encounter_id)) return chunk.effective().of(e);
  }
  return std::nullopt;
}

std::size_t Gallery::people() const {
  const MutexLock lock(state_->changing);
  return state_->people;
}

std::size_t Gallery::encounters() const {
  return state_->view()->encounters;
}

std::size_t Gallery::prints() const {
  return state_->view()->prints;
}

std::size_t Gallery::memory_bytes() const {
  // of a hash table's entry: hash, number, link, and its place in the table, as the allocator rounds them
  constexpr std::size_t kEntryBytes = 48;
  const MutexLock lock(state_->changing);
  const auto view = state_->view();
  std::size_t bytes = sizeof(State) + state_->chunks_of.size() * kEntryBytes +
                      view->chunks.capacity() * sizeof(std::shared_ptr<const Chunk>);
  for (const auto& chunk : view->chunks) bytes += chunk->memory_bytes();
  return bytes;
}

Status Gallery::save(const std::string& path, const SecretKey& key, Random& random) const {
  return identify::save(*state_->view(), path, key, random);
}

Status Gallery::load(const std::string& path, const SecretKey& key) {
  ASSIGN_OR_RETURN(const MappedFile file, MappedFile::open(path));
  ASSIGN_OR_RETURN(auto chunks, identify::load(file.bytes(), key, cores()));
  State& s = *state_;
  const MutexLock lock(s.changing);
  CHECK(s.view()->chunks.empty());
  auto loaded = std::make_shared<View>();
  std::set<std::string> met_again;
  for (std::uint32_t number = 0; number < chunks.size(); ++number) {
    const Chunk& chunk = *chunks[number];
    for (int e = 0; e < chunk.encounters(); ++e) {
      const std::string person_id(chunk.person_id(e));
      const auto known = s.chunks_with(person_id);
      const bool fresh = std::none_of(known.begin(), known.end(), [&](std::uint32_t earlier) {
        return holds_before(*chunks[earlier], person_id, earlier == number ? e : -1);
      });
      s.people += fresh;
      if (!fresh) met_again.insert(person_id);
      s.link(person_id, number);
    }
    loaded->encounters += static_cast<std::size_t>(chunk.encounters());
    loaded->prints += static_cast<std::size_t>(chunk.prints());
    if (static_cast<std::size_t>(chunk.prints()) < kPrintsPerChunk / 2) s.roomy.push_back(number);
  }
  loaded->chunks = std::move(chunks);
  Edits edits{std::move(loaded), {}};
  for (const std::string& person_id : met_again) s.hide_together(edits, person_id);
  std::shared_ptr<View> next = s.compose(edits);
  const MutexLock publishing(s.publishing);
  s.journal.forget();
  next->as_of = s.journal.last();
  s.published = std::move(next);
  return {};
}

}  // namespace puente::identify
