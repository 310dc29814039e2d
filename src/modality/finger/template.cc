// The template: put together from the stages' results, and its bytes (docs/formats/finger-template.md).
#include <algorithm>
#include <cmath>

#include "core/limits.h"
#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

constexpr std::uint32_t kMagic = 0x50464754;  // "PFGT"
constexpr std::uint8_t kVersion = 1;
constexpr int kCellsMax = (kWindow / kCell + 2) * (kWindow / kCell + 2);

float from_direction(std::uint16_t d) {
  return static_cast<float>(d) * (2 * pixels::kPi / 65536.0f);
}
std::uint16_t to_direction(float direction) {
  return static_cast<std::uint16_t>(static_cast<int>(std::floor(direction * (65536.0f / (2 * pixels::kPi)) + 0.5f)) &
                                    0xffff);
}
std::uint16_t to_position(float v) {
  return static_cast<std::uint16_t>(std::clamp(v * 8 + 0.5f, 0.0f, 65535.0f));
}

RidgeCell to_cell(const Region& region, const Field& field, const Response& response, int column, int row) {
  const std::size_t i = field.index(column, row);
  const int x = column * kCell + kCell / 2, y = row * kCell + kCell / 2;
  RidgeCell cell;
  if (!field.foreground[i] || x >= region.gray.width || y >= region.gray.height) return cell;
  const float orientation = orientation_at(field, static_cast<float>(x), static_cast<float>(y));
  // the filter's normal there may be this cell's turned round, when the orientation passes through 0
  const float filtered = orientation_at(field, static_cast<float>(x) + 2, static_cast<float>(y) + 2);
  const float sign = std::fabs(orientation - filtered) > pixels::kPi / 2 ? -1.0f : 1.0f;
  float phase = pixels::arc_tangent(-sign * response.odd.at(x, y), response.even.at(x, y));
  if (phase < 0) phase += 2 * pixels::kPi;
  cell.orientation = static_cast<std::uint8_t>(static_cast<int>(orientation * (256 / pixels::kPi) + 0.5f));
  if (orientation * (256 / pixels::kPi) + 0.5f >= 256) phase = 2 * pixels::kPi - phase;  // rounds to 0: normal turned
  cell.phase = static_cast<std::uint8_t>(static_cast<int>(phase * (128 / pixels::kPi) + 0.5f));
  cell.period = static_cast<std::uint8_t>(std::clamp(field.period[i] * 8 + 0.5f, 8.0f, 255.0f));
  cell.quality = static_cast<std::uint8_t>(std::clamp(100 * field.clarity[i], 1.0f, 100.0f));
  return cell;
}

}  // namespace

Template to_template(const Region& region, const Field& field, const Response& response,
                     std::vector<Minutia> minutiae) {
  Template t;
  t.width = region.width;
  t.height = region.height;
  t.cells_left = region.left;
  t.cells_top = region.top;
  t.columns = field.columns;
  t.rows = field.rows;
  t.cells.reserve(field.size());
  for (int r = 0; r < field.rows; ++r)
    for (int c = 0; c < field.columns; ++c) t.cells.push_back(to_cell(region, field, response, c, r));
  for (Minutia m : minutiae) {
    m.x = static_cast<float>(to_position(m.x + static_cast<float>(region.left))) / 8;
    m.y = static_cast<float>(to_position(m.y + static_cast<float>(region.top))) / 8;
    m.direction = from_direction(to_direction(m.direction));
    t.minutiae.push_back(m);
  }
  return t;
}

Bytes encode(const Template& t) {
  CHECK(t.minutiae.size() <= limits::kMinutiaeMax);
  CHECK(t.cells.size() == static_cast<std::size_t>(t.columns) * t.rows);
  ByteWriter out;
  out.u32(kMagic).u8(kVersion).u16(static_cast<std::uint16_t>(t.width)).u16(static_cast<std::uint16_t>(t.height));
  out.u16(static_cast<std::uint16_t>(t.minutiae.size()));
  for (const Minutia& m : t.minutiae)
    out.u16(to_position(m.x))
        .u16(to_position(m.y))
        .u16(to_direction(m.direction))
        .u8(static_cast<std::uint8_t>(m.type))
        .u8(m.quality);
  out.u16(static_cast<std::uint16_t>(t.cells_left)).u16(static_cast<std::uint16_t>(t.cells_top));
  out.u16(static_cast<std::uint16_t>(t.columns)).u16(static_cast<std::uint16_t>(t.rows));
  for (const RidgeCell& cell : t.cells) {
    out.u8(cell.quality);
    if (cell.quality != 0) out.u8(cell.orientation).u8(cell.phase).u8(cell.period);
  }
  return out.take();
}

namespace {

Status read_minutiae(ByteReader& in, Template& t) {
  const std::size_t count = in.u16();
  if (count > limits::kMinutiaeMax) return {Code::kInvalidInput, "finger template: too many minutiae"};
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    Minutia m;
    m.x = static_cast<float>(in.u16()) / 8;
    m.y = static_cast<float>(in.u16()) / 8;
    m.direction = from_direction(static_cast<std::uint16_t>(in.u16()));
    const std::uint8_t type = in.u8();
    m.quality = in.u8();
    if (type > 2 || m.quality > 100) return {Code::kInvalidInput, "finger template: damaged minutia"};
    m.type = static_cast<MinutiaType>(type);
    t.minutiae.push_back(m);
  }
  return {};
}

Status read_cells(ByteReader& in, Template& t) {
  t.cells_left = static_cast<int>(in.u16());
  t.cells_top = static_cast<int>(in.u16());
  t.columns = static_cast<int>(in.u16());
  t.rows = static_cast<int>(in.u16());
  if (std::int64_t{t.columns} * t.rows > kCellsMax)
    return {Code::kInvalidInput, "finger template: too many ridge cells"};
  for (int i = 0; i < t.columns * t.rows && in.ok(); ++i) {
    RidgeCell cell;
    cell.quality = in.u8();
    if (cell.quality > 100) return {Code::kInvalidInput, "finger template: damaged ridge cell"};
    if (cell.quality != 0) {
      cell.orientation = in.u8();
      cell.phase = in.u8();
      cell.period = in.u8();
      if (cell.period < 8) return {Code::kInvalidInput, "finger template: damaged ridge cell"};
    }
    t.cells.push_back(cell);
  }
  return {};
}

}  // namespace

Result<Template> decode(ByteView bytes) {
  if (bytes.size() > limits::kTemplateBytesMax)
    return {Code::kInvalidInput, "finger template: larger than any template is"};
  ByteReader in(bytes);
  if (in.u32() != kMagic) return {Code::kInvalidInput, "not a finger template"};
  const std::uint8_t version = in.u8();
  if (!in.ok()) return {Code::kInvalidInput, "not a finger template"};
  if (version != kVersion)
    return {Code::kUnsupported, "finger template of version " + std::to_string(version) +
                                    ": this program reads version 1; " +
                                    "extract the image again or use a newer program"};
  Template t;
  t.width = static_cast<int>(in.u16());
  t.height = static_cast<int>(in.u16());
  TRY(read_minutiae(in, t));
  TRY(read_cells(in, t));
  if (!in.done()) return {Code::kInvalidInput, "finger template: its length does not fit its contents"};
  return t;
}

}  // namespace puente::finger
