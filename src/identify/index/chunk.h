// Some hundred fingers, side by side as the search reads them. Private to this module.
//
// A Chunk never changes once composed: any thread may read it. All fingers of an encounter are in one chunk.
#pragma once
#include <array>
#include <string_view>

#include "identify/index/index.h"
#include "identify/index/kernel.h"

namespace puente::index {

inline constexpr std::size_t kFingersPerChunk = 512;  // about; an encounter is not divided
inline constexpr int kPositions = 11;                 // Finger's values

class Chunk {
 public:
  static std::shared_ptr<const Chunk> compose(std::span<const Encounter> encounters);

  int encounters() const { return static_cast<int>(entries_.size()); }
  int fingers() const { return static_cast<int>(encounter_of_.size()); }
  std::string_view person_id(int encounter) const;
  std::string_view encounter_id(int encounter) const;
  Encounter encounter(int number) const;  // a copy

  // Fingers are numbered position by position.
  struct Range {
    int begin = 0, end = 0;
  };
  Range column(Finger position) const { return columns_[static_cast<std::size_t>(position)]; }
  Finger position_of(int finger) const;
  int encounter_of(int finger) const { return encounter_of_[finger]; }
  std::span<const std::uint16_t> fingers_of(int encounter) const;
  int descriptors(int finger) const { return descriptors_[finger]; }  // 0: no sketch
  std::span<const std::uint32_t> places(int finger) const {
    return {&places_[static_cast<std::size_t>(finger) * finger::Sketch::kDescriptors], finger::Sketch::kDescriptors};
  }
  finger::Sketch sketch(int finger) const;
  void fetch(int finger) const;  // tells the processor that its sketch is wanted soon
  ByteView features(int finger) const;

  // A column's descriptors, in blocks of kLanes fingers; the last block may be part empty.
  const std::uint64_t* words(Finger position) const;

  std::size_t memory_bytes() const;

 private:
  struct Entry {
    std::uint32_t ids = 0;  // where in ids_ its two ids begin
    std::uint8_t person_size = 0, encounter_size = 0;
    std::uint16_t fingers = 0;  // where in fingers_of_ its fingers begin
  };
  void place_columns(std::span<const Encounter> encounters);
  void put(int finger, const Print& made);
  std::size_t first_word(int finger) const;  // the next one of the finger lies kLanes further

  std::string ids_;
  std::vector<Entry> entries_;
  std::array<Range, kPositions> columns_{};
  std::array<std::uint32_t, kPositions> first_block_{};
  std::vector<std::uint16_t> fingers_of_, encounter_of_;
  std::vector<std::uint64_t> words_;
  std::vector<std::uint8_t> descriptors_;
  std::vector<std::uint32_t> places_;
  std::vector<std::uint32_t> features_end_;
  Bytes features_;
};

}  // namespace puente::index
