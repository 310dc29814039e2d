// Rules of ANSI/NIST-ITL about what a record shows and where: positions, missing fingers, coordinates.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "format/itl/check.h"

namespace puente::format::itl {
namespace {

constexpr std::size_t kPlacesMax = 100;  // no field that is looked at here has more subfields; the layouts say so

// An extra digit, 16 or 17, may be on any image of several fingers.
constexpr unsigned kExtraDigits = 1u << 16 | 1u << 17;

bool is_one_finger(int position) {
  return (position >= 1 && position <= 10) || position == 16 || position == 17;
}

// 7.7.4.2: the fingers that may be named of an image; 0: any.
unsigned fingers_on(int position) {
  const unsigned fingers = fingers_of(position);
  return fingers == 0 || is_one_finger(position) ? fingers : fingers | kExtraDigits;
}

// 8.14.18: whose prints could not be taken at all. Where a part of a finger is missing (XX) its rest may be shown.
unsigned fingers_without_print(const Record& record) {
  unsigned out = 0;
  if (const Field* missing = record.type == 14 ? record.find(18) : nullptr)
    each_subfield(*missing, [&](std::size_t, const auto& items) {
      if (items[1] == "UP") out |= fingers_of(number(items[0]));
    });
  return out;
}

// 8.14.18, 8.15.16, 8.19.16: what is missing is named once, and is of what the position shows.
void check_missing(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  const Field* missing = record.type == 14 || record.type == 15 || record.type == 19 ? record.find(18) : nullptr;
  if (!missing) return;
  const int position = record.integer(13);
  const unsigned shown = record.type == 14 ? fingers_on(position) : 0;
  std::set<int> seen;
  each_subfield(*missing, [&](std::size_t at, const auto& items) {
    const int gone = number(items[0]);
    if (at > kPlacesMax || gone < 0) return;
    if (!seen.insert(gone).second)
      findings.add(index, 18, fmt::format("{} stands here already", gone), Severity::kError, at, 1);
    const unsigned fingers = fingers_of(gone);
    if (shown && fingers && !(fingers & shown))
      findings.add(index, 18, fmt::format("finger {} is none of those that position {} shows", gone, position),
                   Severity::kWarning, at, 1);
  });
  if (is_one_finger(position) && record.find(999) && (fingers_without_print(record) & shown))
    findings.add(index, 18, fmt::format("finger {} could not be printed (UP), and here is its image", position),
                 Severity::kWarning);
}

// 8.14.21 to 8.14.25: segments and qualities are of fingers that the position shows.
void check_fingers(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  if (record.type != 14) return;
  const int position = record.integer(13);
  const unsigned shown = fingers_on(position), without = fingers_without_print(record);
  for (const int number_of_field : {21, 22, 23, 24, 25}) {
    const Field* field = record.find(number_of_field);
    if (!field) continue;
    each_subfield(*field, [&](std::size_t at, const auto& items) {
      const int finger = number(items[0]);
      const unsigned fingers = fingers_of(finger);
      if (at > kPlacesMax || !fingers) return;
      if (shown && !(fingers & shown))
        findings.add(index, number_of_field,
                     fmt::format("finger {} is none of those that position {} shows", finger, position),
                     Severity::kError, at, 1);
      if (number_of_field == 21 && (fingers & without))
        findings.add(index, number_of_field, fmt::format("14.018 says that finger {} could not be printed", finger),
                     Severity::kWarning, at, 1);
    });
  }
}

// 8.14.21, 8.15.21: a position has one segment.
void check_segments(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  const Field* segments = record.type == 14 || record.type == 15 ? record.find(21) : nullptr;
  if (!segments) return;
  std::set<int> seen;
  each_subfield(*segments, [&](std::size_t at, const auto& items) {
    const int position = number(items[0]);
    if (at <= kPlacesMax && position >= 0 && !seen.insert(position).second)
      findings.add(index, 21, fmt::format("position {} has a segment already", position), Severity::kError, at);
  });
}

// A box lies in its image, left of its right and above its bottom.
void check_boxes(Findings& findings, std::size_t index) {
  struct Box {
    int type, field;
    std::size_t first;  // the item LHC; RHC, TVC and BVC follow
  };
  constexpr Box kBoxes[] = {{10, 14, 0}, {13, 15, 2}, {14, 15, 2}, {14, 21, 1}, {15, 21, 1}};
  const Record& record = findings.transaction().records[index];
  const int width = record.integer(6), height = record.integer(7);
  for (const Box& box : kBoxes) {
    const Field* field = box.type == record.type ? record.find(box.field) : nullptr;
    if (!field) continue;
    each_subfield(*field, [&](std::size_t at, const auto& items) {
      std::array<int, 4> sides;
      for (std::size_t k = 0; k < sides.size(); ++k) sides[k] = number(items[box.first + k]);
      const auto [left, right, top, bottom] = sides;
      if (at > kPlacesMax || std::any_of(sides.begin(), sides.end(), [](int side) { return side < 0; })) return;
      const auto note = [&](std::string rule) {
        findings.add(index, box.field, std::move(rule), Severity::kError, at);
      };
      if (left >= right) note(fmt::format("LHC is less than RHC; here are {} and {}", left, right));
      if (top >= bottom) note(fmt::format("TVC is less than BVC; here are {} and {}", top, bottom));
      if (width > 0 && right > width) note(fmt::format("RHC is at most HLL, {}; here is {}", width, right));
      if (height > 0 && bottom > height) note(fmt::format("BVC is at most VLL, {}; here is {}", height, bottom));
    });
  }
}

// 8.10.29: a point of a face lies in its image.
void check_points(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  const Field* points = record.type == 10 ? record.find(29) : nullptr;
  if (!points) return;
  const int width = record.integer(6), height = record.integer(7);
  each_subfield(*points, [&](std::size_t at, const auto& items) {
    if (at > kPlacesMax) return;
    const int x = number(items[2]), y = number(items[3]);
    if (width > 0 && x > width)
      findings.add(index, 29, fmt::format("HCX is at most HLL, {}; here is {}", width, x), Severity::kError, at, 3);
    if (height > 0 && y > height)
      findings.add(index, 29, fmt::format("HCY is at most VLL, {}; here is {}", height, y), Severity::kError, at, 4);
  });
}

// A path has as many points as it says: NOP, then that many pairs. They lie in their image; but an eye's outlines may
// be drawn where they would go on beyond it.
void check_paths(Findings& findings, std::size_t index) {
  struct Path {
    int type, field;
    std::size_t before;  // items before the number of points
  };
  constexpr Path kPaths[] = {{10, 15, 1}, {10, 33, 1}, {10, 45, 2}, {14, 25, 1}, {17, 33, 1},
                             {17, 34, 1}, {17, 35, 1}, {17, 36, 1}, {17, 37, 2}, {19, 19, 1}};
  const Record& record = findings.transaction().records[index];
  const int sizes[] = {record.integer(6), record.integer(7)};
  for (const Path& path : kPaths) {
    const Field* field = path.type == record.type ? record.find(path.field) : nullptr;
    if (!field) continue;
    std::string_view rest = field->value;
    bool more = true;
    for (std::size_t at = 1; more; ++at) {
      std::string_view items = take_piece(rest, '\x1e', more);
      bool more_items = true;
      for (std::size_t i = 0; i < path.before && more_items; ++i) take_piece(items, '\x1f', more_items);
      if (!more_items) continue;  // said already
      const int stated = number(take_piece(items, '\x1f', more_items));
      int farthest[] = {0, 0}, coordinates = 0;
      for (; more_items; ++coordinates)
        farthest[coordinates % 2] = std::max(farthest[coordinates % 2], number(take_piece(items, '\x1f', more_items)));
      const auto note = [&](std::string rule) {
        findings.add(index, path.field, std::move(rule), Severity::kError, at);
      };
      if (stated >= 0 && coordinates / 2 != stated)
        note(fmt::format("NOP says {} points; here are {}", stated, coordinates / 2));
      if (path.type != 17 && sizes[0] > 0 && farthest[0] > sizes[0])
        note(fmt::format("HPO is at most HLL, {}; here is {}", sizes[0], farthest[0]));
      if (path.type != 17 && sizes[1] > 0 && farthest[1] > sizes[1])
        note(fmt::format("VPO is at most VLL, {}; here is {}", sizes[1], farthest[1]));
    }
  }
}

// 8.13.14, 8.14.14: an entire joint image or a tip says which, and nothing else does.
void check_joint_image(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  const Field* positions = record.type == 13 || record.type == 14 ? record.find(13) : nullptr;
  if (!positions || findings.version() < 400) return;
  bool joint = false;
  each_subfield(*positions, [&](std::size_t, const auto& items) { joint |= number(items[0]) == 19; });
  if (joint && !record.find(14))
    findings.add(index, 14, "is mandatory where the position is 19, an entire joint image; it is missing");
  const int first = number(positions->item());
  if (joint || first < 0) return;
  for (const int field : {14, 15})
    if (record.find(field))
      findings.add(index, field, fmt::format("is for the position 19, an entire joint image; here it is {}", first));
}

// 8.4: at least one finger; 7.7.6: the remaining bytes of the position say 255.
void check_positions(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  const Field* positions = record.type >= 3 && record.type <= 6 ? record.find(4) : nullptr;
  if (!positions) return;
  if (positions->item(0, 0) == "255")
    findings.add(index, 4, "the first position is a finger's, not 255", Severity::kError, 1, 1);
  bool ended = false;
  each_subfield(*positions, [&](std::size_t, const auto& items) {
    for (std::size_t k = 1; k < items.size(); ++k) {
      if (ended && !items[k].empty() && items[k] != "255")
        findings.add(index, 4, fmt::format("after 255 there are no more positions; here stands {}", quoted(items[k])),
                     Severity::kError, 1, k + 1);
      ended |= items[k] == "255";
    }
  });
}

// 7.7.4.1: several fingers at once are not rolled. Cards of old, types 3 to 6, say so of every position.
void check_rolled(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  const int impression = record.integer(3), shown = record.type == 14 ? record.integer(13) : -1;
  if ((impression == 1 || impression == 3) && shown >= 13 && fingers_of(shown) && !is_one_finger(shown))
    findings.add(index, 3, fmt::format("IMP {} is a rolled finger; position {} is several", impression, shown),
                 Severity::kWarning);
}

}  // namespace

unsigned fingers_of(int position) {
  constexpr std::pair<int, unsigned> kGroups[] = {
      {11, 1u << 1}, {12, 1u << 6}, {13, 0x3cu},  {14, 0x780u}, {15, 1u << 1 | 1u << 6}, {40, 0xcu},  {41, 0x18u},
      {42, 0x30u},   {43, 0x180u},  {44, 0x300u}, {45, 0x600u}, {46, 1u << 2 | 1u << 7}, {47, 0x1cu}, {48, 0x38u},
      {49, 0x380u},  {50, 0x700u},
  };
  if (is_one_finger(position)) return 1u << position;
  for (const auto& [group, fingers] : kGroups)
    if (group == position) return fingers;
  return 0;
}

void check_places(Findings& findings, std::size_t record) {
  for (const auto rule : {check_missing, check_fingers, check_segments, check_boxes, check_points, check_paths,
                          check_joint_image, check_positions, check_rolled})
    rule(findings, record);
}

}  // namespace puente::format::itl
