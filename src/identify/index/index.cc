#include "identify/index/index.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <unordered_map>

#include "core/check.h"
#include "core/files.h"
#include "identify/index/chunk.h"
#include "identify/index/snapshot.h"

namespace puente::index {
namespace {

// Among the first `encounters` only, when that is not negative.
bool holds_before(const Chunk& chunk, std::string_view person_id, int encounters) {
  const int end = encounters < 0 ? chunk.encounters() : encounters;
  for (int e = 0; e < end; ++e)
    if (chunk.person_id(e) == person_id) return true;
  return false;
}

std::size_t fingers_in(const std::vector<Encounter>& encounters) {
  std::size_t fingers = 0;
  for (const Encounter& encounter : encounters) fingers += encounter.fingers.size();
  return fingers;
}

std::vector<Encounter> contents(const Chunk& chunk) {
  std::vector<Encounter> out;
  out.reserve(static_cast<std::size_t>(chunk.encounters()));
  for (int e = 0; e < chunk.encounters(); ++e) out.push_back(chunk.encounter(e));
  return out;
}

}  // namespace

// One change at a time, under `changing`; `publishing` is held only for as long as it takes to copy or set one pointer.
struct Index::State {
  mutable std::mutex changing, publishing;
  std::shared_ptr<const View> published = std::make_shared<View>();
  std::unordered_multimap<std::size_t, std::uint32_t> chunks_of;  // by hash of a person's id; one entry a chunk
  std::vector<std::uint32_t> roomy;                               // chunks that are filled before a new one is begun
  std::size_t people = 0;

  using Edits = std::map<std::uint32_t, std::vector<Encounter>>;  // new contents, by chunk

  std::shared_ptr<const View> view() const {
    const std::lock_guard lock(publishing);
    return published;
  }

  // Chunks that may hold the person: most often one, that does.
  std::vector<std::uint32_t> chunks_with(const std::string& person_id) const {
    std::vector<std::uint32_t> found;
    const auto [begin, end] = chunks_of.equal_range(std::hash<std::string>{}(person_id));
    for (auto each = begin; each != end; ++each) found.push_back(each->second);
    std::sort(found.begin(), found.end());
    return found;
  }

  std::vector<Encounter>& edit(Edits& edits, std::uint32_t chunk) const {
    const auto [place, fresh] = edits.try_emplace(chunk);
    if (fresh && chunk < published->chunks.size()) place->second = contents(*published->chunks[chunk]);
    return place->second;
  }

  void link(const std::string& person_id, std::uint32_t chunk) {
    const std::size_t hash = std::hash<std::string>{}(person_id);
    const auto [begin, end] = chunks_of.equal_range(hash);
    const auto same = [chunk](const auto& each) { return each.second == chunk; };
    if (std::none_of(begin, end, same)) chunks_of.emplace(hash, chunk);
  }

  void unlink(const std::string& person_id, std::uint32_t chunk) {
    const auto [begin, end] = chunks_of.equal_range(std::hash<std::string>{}(person_id));
    const auto place = std::find_if(begin, end, [chunk](const auto& each) { return each.second == chunk; });
    if (place != end) chunks_of.erase(place);
  }

  bool add_to_existing(Edits& edits, Encounter& added);
  void remove(const std::string& person_id, const std::string* encounter_id);
  void publish(Edits edits);
};

// True when the encounter is there already: the fingers then go to it. Counts the person when new.
bool Index::State::add_to_existing(Edits& edits, Encounter& added) {
  bool known = false;
  for (const std::uint32_t number : chunks_with(added.person_id)) {
    const auto edited = edits.find(number);
    if (edited == edits.end() && !holds_before(*published->chunks[number], added.person_id, -1)) continue;
    for (Encounter& each : edit(edits, number)) {
      if (each.person_id != added.person_id) continue;
      known = true;
      if (each.encounter_id != added.encounter_id) continue;
      std::move(added.fingers.begin(), added.fingers.end(), std::back_inserter(each.fingers));
      return true;
    }
  }
  people += !known;
  return false;
}

void Index::State::publish(Edits edits) {
  auto next = std::make_shared<View>(*published);
  for (const auto& [number, encounters] : edits) {
    if (number >= next->chunks.size()) next->chunks.resize(number + 1);
    std::shared_ptr<const Chunk>& chunk = next->chunks[number];
    if (chunk) {
      next->encounters -= static_cast<std::size_t>(chunk->encounters());
      next->fingers -= static_cast<std::size_t>(chunk->fingers());
    }
    chunk = Chunk::compose(encounters);
    const auto fingers = static_cast<std::size_t>(chunk->fingers());
    next->encounters += static_cast<std::size_t>(chunk->encounters());
    next->fingers += fingers;
    std::erase(roomy, number);
    if (fingers < kFingersPerChunk / 2 || (number + 1 == next->chunks.size() && fingers < kFingersPerChunk))
      roomy.push_back(number);
  }
  const std::lock_guard lock(publishing);
  published = std::move(next);
}

void Index::State::remove(const std::string& person_id, const std::string* encounter_id) {
  const std::lock_guard lock(changing);
  Edits edits;
  std::size_t left = 0, removed = 0;
  for (const std::uint32_t number : chunks_with(person_id)) {
    if (!holds_before(*published->chunks[number], person_id, -1)) continue;  // another person's id with the same hash
    std::vector<Encounter>& encounters = edit(edits, number);
    removed += std::erase_if(encounters, [&](const Encounter& each) {
      return each.person_id == person_id && (!encounter_id || each.encounter_id == *encounter_id);
    });
    const auto stays = [&](const Encounter& each) { return each.person_id == person_id; };
    const auto still = static_cast<std::size_t>(std::count_if(encounters.begin(), encounters.end(), stays));
    if (still == 0) unlink(person_id, number);
    left += still;
  }
  if (removed == 0) return;
  people -= left == 0;
  publish(std::move(edits));
}

Print make_finger(Finger position, const finger::Template& features) {
  return {position, finger::sketch(features), finger::encode(features)};
}

Index::Index() : state_(std::make_unique<State>()) {}
Index::~Index() = default;

void Index::add(std::vector<Encounter> encounters) {
  State& s = *state_;
  const std::lock_guard lock(s.changing);
  State::Edits edits;
  auto chunks = static_cast<std::uint32_t>(s.published->chunks.size());
  std::vector<std::uint32_t> roomy = s.roomy;
  std::vector<Encounter>* open = nullptr;
  std::uint32_t open_number = 0;
  std::size_t open_fingers = 0;
  for (Encounter& encounter : encounters) {
    if (encounter.fingers.empty() || s.add_to_existing(edits, encounter)) continue;
    if (!open || open_fingers >= kFingersPerChunk) {
      open_number = roomy.empty() ? chunks++ : roomy.back();
      if (!roomy.empty()) roomy.pop_back();
      open = &s.edit(edits, open_number);
      open_fingers = fingers_in(*open);
    }
    open_fingers += encounter.fingers.size();
    s.link(encounter.person_id, open_number);
    open->push_back(std::move(encounter));
  }
  if (!edits.empty()) s.publish(std::move(edits));
}

void Index::remove_person(const std::string& person_id) {
  state_->remove(person_id, nullptr);
}

void Index::remove_encounter(const std::string& person_id, const std::string& encounter_id) {
  state_->remove(person_id, &encounter_id);
}

std::shared_ptr<const View> Index::view() const {
  return state_->view();
}

std::vector<Encounter> Index::encounters_of(const std::string& person_id) const {
  const std::lock_guard lock(state_->changing);
  std::vector<Encounter> out;
  for (const std::uint32_t number : state_->chunks_with(person_id)) {
    const Chunk& chunk = *state_->published->chunks[number];
    for (int e = 0; e < chunk.encounters(); ++e)
      if (chunk.person_id(e) == person_id) out.push_back(chunk.encounter(e));
  }
  return out;
}

std::size_t Index::people() const {
  const std::lock_guard lock(state_->changing);
  return state_->people;
}

std::size_t Index::memory_bytes() const {
  // of a hash table's entry: hash, number, link, and its place in the table, as the allocator rounds them
  constexpr std::size_t kEntryBytes = 48;
  const std::lock_guard lock(state_->changing);
  std::size_t bytes = sizeof(State) + state_->chunks_of.size() * kEntryBytes +
                      state_->published->chunks.capacity() * sizeof(std::shared_ptr<const Chunk>);
  for (const auto& chunk : state_->published->chunks) bytes += chunk->memory_bytes();
  return bytes;
}

Held Index::holds(const Encounter& encounter) const {
  const std::lock_guard lock(state_->changing);
  for (const std::uint32_t number : state_->chunks_with(encounter.person_id)) {
    const Chunk& chunk = *state_->published->chunks[number];
    for (int e = 0; e < chunk.encounters(); ++e) {
      if (chunk.person_id(e) != encounter.person_id || chunk.encounter_id(e) != encounter.encounter_id) continue;
      const bool same = std::ranges::equal(chunk.fingers_of(e), encounter.fingers, [&](int there, const Print& finger) {
        return chunk.position_of(there) == finger.position &&
               std::ranges::equal(chunk.features(there), finger.features);
      });
      return same ? Held::kAsIs : Held::kOtherwise;
    }
  }
  return Held::kNo;
}

void Index::clear() {
  State& s = *state_;
  const std::scoped_lock lock(s.changing, s.publishing);
  s.published = std::make_shared<View>();
  s.chunks_of.clear();
  s.roomy.clear();
  s.people = 0;
}

Status Index::save(const std::string& path, const SecretKey& key, Random& random) const {
  return index::save(*view(), path, key, random);
}

Status Index::load(const std::string& path, const SecretKey& key, int threads) {
  ASSIGN_OR_RETURN(const MappedFile file, MappedFile::open(path));
  ASSIGN_OR_RETURN(auto chunks, index::load(file.bytes(), key, threads));
  State& s = *state_;
  const std::lock_guard lock(s.changing);
  CHECK(s.published->chunks.empty());
  auto next = std::make_shared<View>();
  for (std::uint32_t number = 0; number < chunks.size(); ++number) {
    const Chunk& chunk = *chunks[number];
    for (int e = 0; e < chunk.encounters(); ++e) {
      const std::string person_id(chunk.person_id(e));
      const auto known = s.chunks_with(person_id);
      s.people += std::none_of(known.begin(), known.end(), [&](std::uint32_t earlier) {
        return holds_before(*chunks[earlier], person_id, earlier == number ? e : -1);
      });
      s.link(person_id, number);
    }
    next->encounters += static_cast<std::size_t>(chunk.encounters());
    next->fingers += static_cast<std::size_t>(chunk.fingers());
    if (static_cast<std::size_t>(chunk.fingers()) < kFingersPerChunk / 2) s.roomy.push_back(number);
  }
  next->chunks = std::move(chunks);
  const std::lock_guard publishing(s.publishing);
  s.published = std::move(next);
  return {};
}

Encounter encounter_at(const View& view, Place place) {
  return view.chunks[place.chunk]->encounter(place.encounter);
}

std::pair<std::string, std::string> ids_at(const View& view, Place place) {
  const Chunk& chunk = *view.chunks[place.chunk];
  return {std::string(chunk.person_id(place.encounter)), std::string(chunk.encounter_id(place.encounter))};
}

}  // namespace puente::index
