// Some hundred prints, side by side as the search reads them. Private to this module.
//
// A Chunk never changes once composed: any thread may read it. All prints of an encounter are in one chunk.
#pragma once
#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "identify/identify.h"
#include "identify/kernel.h"

namespace puente::identify {

inline constexpr std::size_t kPrintsPerChunk = 512;  // about; an encounter is not divided

struct Entry {  // an encounter, and how it stands together with the person's others
  Enrolled enrolled;
  Standing effective;
};

// Of encounters, each one's; those that differ are few.
class Standings {
 public:
  void add(const Standing& standing);
  const Standing& of(int encounter) const { return different_[number_of_[encounter]]; }
  std::uint16_t number_of(int encounter) const { return number_of_[encounter]; }
  std::span<const Standing> different() const { return different_; }  // in the order in which they first come
  std::size_t memory_bytes() const;

 private:
  std::vector<Standing> different_;
  std::vector<std::uint16_t> number_of_;
};

class Chunk {
 public:
  static std::shared_ptr<const Chunk> compose(std::span<const Entry> entries);

  int encounters() const { return static_cast<int>(places_of_.size()); }
  int prints() const { return static_cast<int>(encounter_of_.size()); }
  std::string_view person_id(int encounter) const;
  std::string_view encounter_id(int encounter) const;
  bool is(int encounter, std::string_view person_id, std::string_view encounter_id) const;
  Entry entry(int encounter) const;            // a copy
  std::uint16_t fingers(int encounter) const;  // bit k: it has one of Finger k
  const Standings& own() const { return own_; }
  const Standings& effective() const { return effective_; }

  // Prints are numbered finger by finger.
  struct Range {
    int begin = 0, end = 0;
  };
  Range column(Finger finger) const { return columns_[static_cast<std::size_t>(finger)]; }
  Finger finger_of(int print) const;
  int encounter_of(int print) const { return encounter_of_[print]; }
  std::span<const std::uint16_t> prints_of(int encounter) const;
  int descriptors(int print) const { return descriptors_[print]; }  // 0: no sketch
  finger::Sketch sketch(int print) const;
  void fetch(int print) const;  // tells the processor that its sketch is wanted soon
  ByteView features(int print) const;

  // A column's descriptors, in blocks of kLanes prints; the last block may be part empty.
  const std::uint64_t* words(Finger finger) const;

  std::size_t memory_bytes() const;

 private:
  struct Places {           // of an encounter
    std::uint32_t ids = 0;  // where in ids_ its two ids begin
    std::uint8_t person_size = 0, encounter_size = 0;
    std::uint16_t prints = 0;  // where in prints_of_ its prints begin
  };
  void place_columns(std::span<const Entry> entries);
  void put(int print, const Print& made);
  std::size_t first_word(int print) const;  // the next one of the print lies kLanes further

  std::string ids_;
  std::vector<Places> places_of_;
  Standings own_, effective_;
  std::array<Range, kFingerCount> columns_{};
  std::array<std::uint32_t, kFingerCount> first_block_{};
  std::vector<std::uint16_t> prints_of_, encounter_of_;
  std::vector<std::uint64_t> words_;
  std::vector<std::uint8_t> descriptors_;
  std::vector<std::uint32_t> places_;
  std::vector<std::uint32_t> features_end_;
  Bytes features_;
};

}  // namespace puente::identify
