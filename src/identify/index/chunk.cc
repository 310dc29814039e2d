#include "identify/index/chunk.h"

#include <algorithm>

#include "core/check.h"
#include "core/limits.h"

namespace puente::index {
namespace {

constexpr int kDescriptors = finger::Sketch::kDescriptors;

int blocks_for(int fingers) {
  return (fingers + kLanes - 1) / kLanes;
}

}  // namespace

std::shared_ptr<const Chunk> Chunk::compose(std::span<const Encounter> encounters) {
  auto chunk = std::make_shared<Chunk>();
  std::size_t id_bytes = 0, feature_bytes = 0, fingers = 0;
  for (const Encounter& encounter : encounters) {
    id_bytes += encounter.person_id.size() + encounter.encounter_id.size();
    fingers += encounter.fingers.size();
    for (const Print& finger : encounter.fingers) feature_bytes += finger.features.size();
  }
  CHECK(fingers <= 65535);
  chunk->ids_.reserve(id_bytes);
  chunk->entries_.reserve(encounters.size());
  chunk->features_.reserve(feature_bytes);
  chunk->features_end_.reserve(fingers);
  chunk->fingers_of_.resize(fingers);
  chunk->encounter_of_.resize(fingers);
  chunk->descriptors_.resize(fingers);
  chunk->places_.assign(fingers * kDescriptors, finger::kNoPlace);
  chunk->place_columns(encounters);
  for (int position = 0; position < kPositions; ++position) {
    for (std::size_t e = 0; e < encounters.size(); ++e) {
      std::uint16_t next = chunk->entries_[e].fingers;
      for (const Print& finger : encounters[e].fingers) {
        const std::uint16_t number = chunk->fingers_of_[next++];
        if (static_cast<int>(finger.position) != position) continue;
        chunk->encounter_of_[number] = static_cast<std::uint16_t>(e);
        chunk->put(number, finger);
      }
    }
  }
  return chunk;
}

// Numbers the fingers, position by position and in each by encounter, and makes room for their descriptors.
void Chunk::place_columns(std::span<const Encounter> encounters) {
  std::array<int, kPositions> count{};
  for (const Encounter& encounter : encounters)
    for (const Print& finger : encounter.fingers) {
      CHECK(static_cast<int>(finger.position) < kPositions);
      ++count[static_cast<std::size_t>(finger.position)];
    }
  int fingers = 0;
  std::uint32_t blocks = 0;
  for (int position = 0; position < kPositions; ++position) {
    columns_[position] = {fingers, fingers + count[position]};
    first_block_[position] = blocks;
    fingers += count[position];
    blocks += static_cast<std::uint32_t>(blocks_for(count[position]));
  }
  words_.resize(std::size_t{blocks} * kBlockWords);
  std::array<int, kPositions> next{};
  for (int position = 0; position < kPositions; ++position) next[position] = columns_[position].begin;
  std::uint16_t listed = 0;
  for (const Encounter& encounter : encounters) {
    CHECK(encounter.person_id.size() <= limits::kIdBytesMax && encounter.encounter_id.size() <= limits::kIdBytesMax);
    entries_.push_back({static_cast<std::uint32_t>(ids_.size()), static_cast<std::uint8_t>(encounter.person_id.size()),
                        static_cast<std::uint8_t>(encounter.encounter_id.size()), listed});
    ids_ += encounter.person_id;
    ids_ += encounter.encounter_id;
    for (const Print& finger : encounter.fingers)
      fingers_of_[listed++] = static_cast<std::uint16_t>(next[static_cast<std::size_t>(finger.position)]++);
  }
}

// Called in the order of the numbers, so that the features lie in it too.
void Chunk::put(int number, const Print& made) {
  std::uint64_t* word = words_.data() + first_word(number);
  std::uint32_t* places = places_.data() + static_cast<std::size_t>(number) * kDescriptors;
  for (std::size_t k = 0; k < kDescriptors; ++k) word[k * kLanes] = made.sketch.bits[k];
  std::copy_n(made.sketch.places.begin(), made.sketch.count, places);
  descriptors_[number] = static_cast<std::uint8_t>(made.sketch.count);
  features_.insert(features_.end(), made.features.begin(), made.features.end());
  features_end_.push_back(static_cast<std::uint32_t>(features_.size()));
}

std::string_view Chunk::person_id(int encounter) const {
  const Entry& entry = entries_[encounter];
  return std::string_view(ids_).substr(entry.ids, entry.person_size);
}

std::string_view Chunk::encounter_id(int encounter) const {
  const Entry& entry = entries_[encounter];
  return std::string_view(ids_).substr(entry.ids + entry.person_size, entry.encounter_size);
}

std::span<const std::uint16_t> Chunk::fingers_of(int encounter) const {
  const std::size_t begin = entries_[encounter].fingers;
  const std::size_t end = encounter + 1 < encounters() ? entries_[encounter + 1].fingers : fingers_of_.size();
  return {fingers_of_.data() + begin, end - begin};
}

Finger Chunk::position_of(int finger) const {
  int position = 0;
  while (finger >= columns_[position].end) ++position;
  return static_cast<Finger>(position);
}

ByteView Chunk::features(int finger) const {
  const std::size_t begin = finger == 0 ? 0 : features_end_[finger - 1];
  return {features_.data() + begin, features_end_[finger] - begin};
}

const std::uint64_t* Chunk::words(Finger position) const {
  return words_.data() + std::size_t{first_block_[static_cast<std::size_t>(position)]} * kBlockWords;
}

std::size_t Chunk::first_word(int finger) const {
  const auto position = static_cast<std::size_t>(position_of(finger));
  const auto row = static_cast<std::size_t>(finger - columns_[position].begin);
  return (first_block_[position] + row / kLanes) * kBlockWords + row % kLanes;
}

finger::Sketch Chunk::sketch(int finger) const {
  finger::Sketch out;
  const std::uint64_t* word = words_.data() + first_word(finger);
  const std::span<const std::uint32_t> places = this->places(finger);
  for (std::size_t k = 0; k < kDescriptors; ++k) {
    out.bits[k] = word[k * kLanes];
    out.places[k] = places[k];
  }
  out.count = descriptors_[finger];
  return out;
}

void Chunk::fetch(int finger) const {
  const std::uint64_t* word = words_.data() + first_word(finger);
  for (int k = 0; k < kDescriptors; ++k) __builtin_prefetch(word + k * kLanes);
  const std::uint32_t* places = places_.data() + static_cast<std::size_t>(finger) * kDescriptors;
  __builtin_prefetch(places);
  __builtin_prefetch(places + kDescriptors - 1);
}

Encounter Chunk::encounter(int number) const {
  Encounter out{std::string(person_id(number)), std::string(encounter_id(number)), {}};
  for (const int finger : fingers_of(number)) {
    Print& made = out.fingers.emplace_back();
    made.position = position_of(finger);
    made.sketch = sketch(finger);
    const ByteView features = this->features(finger);
    made.features.assign(features.begin(), features.end());
  }
  return out;
}

std::size_t Chunk::memory_bytes() const {
  return sizeof(Chunk) + ids_.capacity() + entries_.capacity() * sizeof(Entry) +
         (fingers_of_.capacity() + encounter_of_.capacity()) * sizeof(std::uint16_t) +
         words_.capacity() * sizeof(std::uint64_t) +
         (places_.capacity() + features_end_.capacity()) * sizeof(std::uint32_t) + features_.capacity() +
         descriptors_.capacity();
}

}  // namespace puente::index
