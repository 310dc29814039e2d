#include "format/person/itl_minutiae.h"

#include <algorithm>
#include <cmath>

#include "core/image.h"
#include "core/text.h"
#include "format/person/samples.h"

namespace puente::format {
namespace {

constexpr double kUnitsInInch = 2540, kPpi = 500;  // a unit: 0.01 mm
constexpr int kTurn = 360, kCoordinateMax = 0x3fff, kQualityMax = 100;
constexpr std::uint8_t kQualityUnknown = 254;  // of a record; of a point 0
constexpr std::size_t kMinutiaeMax = 255;

struct Point {
  double x = 0, y = 0;  // in units, y downwards
  int degrees = 0;      // counter-clockwise
  int type = 0, quality = 0;
};

// Of digits, or `otherwise`: no number of these fields has more than five.
int number_of(std::string_view digits, int otherwise = 0) {
  const auto value = to_number<int>(digits);
  return value && *value >= 0 && *value <= 99'999 ? *value : otherwise;
}

int type_of(std::string_view letter) {
  if (letter == "A" || letter == "E") return 1;
  return letter == "B" ? 2 : 0;
}

// 9.012, 9.023: index, XXXXYYYYTTT (palms: XXXXXYYYYYTTT), quality, type. Quality: 0 by hand, 1 not known, 2 best
// to 63.
std::vector<Point> packed_points(const itl::Field& field, bool upwards) {
  std::vector<Point> out;
  for (const auto& items : field.subfields()) {
    if (items.size() < 2 || (items[1].size() != 11 && items[1].size() != 13)) continue;
    const std::size_t size = (items[1].size() - 3) / 2;
    Point point;
    point.x = number_of(items[1].substr(0, size));
    point.y = number_of(items[1].substr(size, size));
    point.degrees = number_of(items[1].substr(2 * size)) + (upwards ? kTurn / 2 : 0);
    const int quality = items.size() > 2 ? number_of(items[2], 1) : 1;
    point.quality = quality == 0 ? 100 : quality == 1 ? 0 : std::clamp((63 - quality) * 100 / 61, 1, 100);
    point.type = items.size() > 3 ? type_of(items[3]) : 0;
    out.push_back(point);
  }
  if (!upwards) return out;
  double top = 0;
  for (const Point& point : out) top = std::max(top, point.y);
  for (Point& point : out) point.y = top - point.y;
  return out;
}

// 9.137: number, X, Y in pixels, angle in steps of two degrees, type, quality.
std::vector<Point> incits_points(const itl::Record& record) {
  const double scale = record.integer(131, 0) * (record.integer(130, 1) == 2 ? kCentimetresInInch : 1);
  const double units = kUnitsInInch / (scale > 0 ? scale : kPpi);
  std::vector<Point> out;
  for (const auto& items : record.find(137)->subfields()) {
    if (items.size() < 5) continue;
    const int quality = items.size() > 5 ? number_of(items[5]) : 0;  // 254, 255: not computed
    out.push_back({number_of(items[1]) * units, number_of(items[2]) * units, 2 * number_of(items[3]),
                   number_of(items[4]), quality <= kQualityMax ? quality : 0});
  }
  return out;
}

// 9.331: X, Y in units, degrees, type.
std::vector<Point> extended_points(const itl::Field& field) {
  std::vector<Point> out;
  for (const auto& items : field.subfields()) {
    if (items.size() < 4) continue;
    out.push_back(
        {double(number_of(items[0])), double(number_of(items[1])), number_of(items[2]), type_of(items[3]), 0});
  }
  return out;
}

struct Block {
  std::vector<Point> points;
  int position = 0;
};

Block block_of(const itl::Record& record) {
  const auto position = [&](int field) {
    const itl::Field* found = record.find(field);
    return found == nullptr ? 0 : number_of(found->item());
  };
  if (const itl::Field* field = record.find(331)) return {extended_points(*field), position(302)};
  if (record.find(137) != nullptr) return {incits_points(record), position(134)};
  if (const itl::Field* field = record.find(12)) return {packed_points(*field, true), position(6)};
  if (const itl::Field* field = record.find(23)) return {packed_points(*field, false), position(14)};
  return {};
}

}  // namespace

Result<MinutiaeRecord> minutiae_of_type9(const itl::Record& record) {
  Block block = block_of(record);
  const auto finger = finger_of_code(block.position);
  if (!finger || is_slap(*finger)) return Error{Code::kUnsupported, "minutiae of no single finger"};
  std::stable_sort(block.points.begin(), block.points.end(),
                   [](const Point& a, const Point& b) { return a.quality > b.quality; });
  MinutiaeRecord out;
  out.format = MinutiaeFormat::kIso2011;  // knows latents
  MinutiaeView& view = out.views.emplace_back();
  view.position = static_cast<std::uint8_t>(*finger);
  const int impression = record.integer(3, kImpressionUnknown);
  view.impression = static_cast<std::uint8_t>(std::clamp(impression, 0, kImpressionUnknown));
  constexpr double kPixels = kPpi / kUnitsInInch, kSteps = 256.0 / kTurn;
  for (const Point& point : block.points) {
    const double x = std::round(point.x * kPixels), y = std::round(point.y * kPixels);
    if (view.minutiae.size() == kMinutiaeMax || x < 0 || y < 0 || x > kCoordinateMax || y > kCoordinateMax) continue;
    RecordMinutia& minutia = view.minutiae.emplace_back();
    minutia.type = static_cast<std::uint8_t>(point.type == 1 || point.type == 2 ? point.type : 0);
    minutia.x = static_cast<std::uint16_t>(x);
    minutia.y = static_cast<std::uint16_t>(y);
    const int degrees = (point.degrees % kTurn + kTurn) % kTurn;
    minutia.angle = static_cast<std::uint8_t>(std::lround(degrees * kSteps) % 256);
    minutia.quality = point.quality > 0 ? static_cast<std::uint8_t>(point.quality) : kQualityUnknown;
    view.width = std::max<std::uint16_t>(view.width, static_cast<std::uint16_t>(minutia.x + 1));
    view.height = std::max<std::uint16_t>(view.height, static_cast<std::uint16_t>(minutia.y + 1));
  }
  if (view.minutiae.empty()) return Error{Code::kInvalidInput, "minutiae in no block of fields that is read"};
  return out;
}

}  // namespace puente::format
