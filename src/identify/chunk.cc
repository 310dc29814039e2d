#include "identify/chunk.h"

#include <algorithm>

#include "core/check.h"
#include "core/limits.h"

namespace puente::identify {
namespace {

constexpr int kDescriptors = finger::Sketch::kDescriptors;

int blocks_for(int prints) {
  return (prints + kLanes - 1) / kLanes;
}

}  // namespace

void Standings::add(const Standing& standing) {
  auto same = different_.end();
  if (!number_of_.empty() && of(static_cast<int>(number_of_.size()) - 1) == standing) {
    same = different_.begin() + number_of_.back();
  } else {
    same = std::find(different_.begin(), different_.end(), standing);
  }
  number_of_.push_back(static_cast<std::uint16_t>(same - different_.begin()));
  if (same == different_.end()) different_.push_back(standing);
}

std::size_t Standings::memory_bytes() const {
  constexpr std::size_t kNodeBytes = 80;  // of a set of short strings, as the allocator rounds them
  std::size_t bytes = number_of_.capacity() * sizeof(std::uint16_t) + different_.capacity() * sizeof(Standing);
  for (const Standing& each : different_) bytes += (each.withheld_from.size() + each.galleries.size()) * kNodeBytes;
  return bytes;
}

std::shared_ptr<const Chunk> Chunk::compose(std::span<const Entry> entries) {
  auto chunk = std::make_shared<Chunk>();
  std::size_t id_bytes = 0, feature_bytes = 0, prints = 0;
  for (const auto& [encounter, effective] : entries) {
    id_bytes += encounter.person_id.size() + encounter.encounter_id.size();
    prints += encounter.prints.size();
    for (const Print& print : encounter.prints) feature_bytes += print.features.size();
    chunk->own_.add(encounter.standing);
    chunk->effective_.add(effective);
  }
  CHECK(prints <= 65535);
  chunk->ids_.reserve(id_bytes);
  chunk->places_of_.reserve(entries.size());
  chunk->features_.reserve(feature_bytes);
  chunk->features_end_.reserve(prints);
  chunk->prints_of_.resize(prints);
  chunk->encounter_of_.resize(prints);
  chunk->descriptors_.resize(prints);
  chunk->places_.assign(prints * kDescriptors, finger::kNoPlace);
  chunk->place_columns(entries);
  for (int finger = 0; finger < kFingerCount; ++finger) {
    for (std::size_t e = 0; e < entries.size(); ++e) {
      std::uint16_t next = chunk->places_of_[e].prints;
      for (const Print& print : entries[e].enrolled.prints) {
        const std::uint16_t number = chunk->prints_of_[next++];
        if (static_cast<int>(print.finger) != finger) continue;
        chunk->encounter_of_[number] = static_cast<std::uint16_t>(e);
        chunk->put(number, print);
      }
    }
  }
  return chunk;
}

// Numbers the prints, finger by finger and in each by encounter, and makes room for their descriptors.
void Chunk::place_columns(std::span<const Entry> entries) {
  std::array<int, kFingerCount> count{};
  for (const Entry& entry : entries)
    for (const Print& print : entry.enrolled.prints) {
      CHECK(static_cast<int>(print.finger) < kFingerCount);
      ++count[static_cast<std::size_t>(print.finger)];
    }
  int prints = 0;
  std::uint32_t blocks = 0;
  for (int finger = 0; finger < kFingerCount; ++finger) {
    columns_[finger] = {prints, prints + count[finger]};
    first_block_[finger] = blocks;
    prints += count[finger];
    blocks += static_cast<std::uint32_t>(blocks_for(count[finger]));
  }
  words_.resize(std::size_t{blocks} * kBlockWords);
  std::array<int, kFingerCount> next{};
  for (int finger = 0; finger < kFingerCount; ++finger) next[finger] = columns_[finger].begin;
  std::uint16_t listed = 0;
  for (const auto& [encounter, effective] : entries) {
    CHECK(encounter.person_id.size() <= limits::kIdBytesMax && encounter.encounter_id.size() <= limits::kIdBytesMax);
    places_of_.push_back({static_cast<std::uint32_t>(ids_.size()),
                          static_cast<std::uint8_t>(encounter.person_id.size()),
                          static_cast<std::uint8_t>(encounter.encounter_id.size()), listed});
    ids_ += encounter.person_id;
    ids_ += encounter.encounter_id;
    for (const Print& print : encounter.prints)
      prints_of_[listed++] = static_cast<std::uint16_t>(next[static_cast<std::size_t>(print.finger)]++);
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
  const Places& places = places_of_[encounter];
  return std::string_view(ids_).substr(places.ids, places.person_size);
}

std::string_view Chunk::encounter_id(int encounter) const {
  const Places& places = places_of_[encounter];
  return std::string_view(ids_).substr(places.ids + places.person_size, places.encounter_size);
}

bool Chunk::is(int encounter, std::string_view person_id, std::string_view encounter_id) const {
  return this->person_id(encounter) == person_id && this->encounter_id(encounter) == encounter_id;
}

std::span<const std::uint16_t> Chunk::prints_of(int encounter) const {
  const std::size_t begin = places_of_[encounter].prints;
  const std::size_t end = encounter + 1 < encounters() ? places_of_[encounter + 1].prints : prints_of_.size();
  return {prints_of_.data() + begin, end - begin};
}

std::uint16_t Chunk::fingers(int encounter) const {
  unsigned fingers = 0;
  for (const int print : prints_of(encounter)) fingers |= 1u << static_cast<int>(finger_of(print));
  return static_cast<std::uint16_t>(fingers);
}

Finger Chunk::finger_of(int print) const {
  int finger = 0;
  while (print >= columns_[finger].end) ++finger;
  return static_cast<Finger>(finger);
}

ByteView Chunk::features(int print) const {
  const std::size_t begin = print == 0 ? 0 : features_end_[print - 1];
  return {features_.data() + begin, features_end_[print] - begin};
}

const std::uint64_t* Chunk::words(Finger finger) const {
  return words_.data() + std::size_t{first_block_[static_cast<std::size_t>(finger)]} * kBlockWords;
}

std::size_t Chunk::first_word(int print) const {
  const auto finger = static_cast<std::size_t>(finger_of(print));
  const auto row = static_cast<std::size_t>(print - columns_[finger].begin);
  return (first_block_[finger] + row / kLanes) * kBlockWords + row % kLanes;
}

finger::Sketch Chunk::sketch(int print) const {
  finger::Sketch out;
  const std::uint64_t* word = words_.data() + first_word(print);
  const std::uint32_t* places = &places_[static_cast<std::size_t>(print) * kDescriptors];
  for (std::size_t k = 0; k < kDescriptors; ++k) {
    out.bits[k] = word[k * kLanes];
    out.places[k] = places[k];
  }
  out.count = descriptors_[print];
  return out;
}

void Chunk::fetch(int print) const {
  const std::uint64_t* word = words_.data() + first_word(print);
  for (int k = 0; k < kDescriptors; ++k) __builtin_prefetch(word + k * kLanes);
  const std::uint32_t* places = places_.data() + static_cast<std::size_t>(print) * kDescriptors;
  __builtin_prefetch(places);
  __builtin_prefetch(places + kDescriptors - 1);
}

Entry Chunk::entry(int encounter) const {
  Entry out{{std::string(person_id(encounter)), std::string(encounter_id(encounter)), own_.of(encounter), {}},
            effective_.of(encounter)};
  for (const int print : prints_of(encounter)) {
    const ByteView features = this->features(print);
    out.enrolled.prints.push_back({finger_of(print), sketch(print), Bytes(features.begin(), features.end())});
  }
  return out;
}

std::size_t Chunk::memory_bytes() const {
  return sizeof(Chunk) + ids_.capacity() + places_of_.capacity() * sizeof(Places) + own_.memory_bytes() +
         effective_.memory_bytes() + (prints_of_.capacity() + encounter_of_.capacity()) * sizeof(std::uint16_t) +
         words_.capacity() * sizeof(std::uint64_t) +
         (places_.capacity() + features_end_.capacity()) * sizeof(std::uint32_t) + features_.capacity() +
         descriptors_.capacity();
}

}  // namespace puente::identify
