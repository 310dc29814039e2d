// The template: put together from the stages' results, and its bytes (docs/formats/finger-template.md).
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "core/limits.h"
#include "core/tally.h"
#include "modality/finger/stages.h"

namespace puente::finger {
namespace {

constexpr std::uint32_t kMagic = 0x50464754;  // "PFGT"
constexpr std::uint8_t kVersion = kTemplateFormat, kVersionOfFineCells = 1;
constexpr int kSideMax = (kWindow / kCell + 3) / 2 * 2;  // cells; the window may begin and end within one

// ---- What a template can say: everything is rounded to it when a template is made, so that its bytes lose nothing

constexpr int kDirections = 256;                     // to a full turn
constexpr int kPositionsMax = 4095, kSubpixels = 4;  // minutiae: quarters of a pixel from the corner
constexpr int kQualities = 63;                       // 0..63 for 0..100
// of a block of 2 x 2 cells: orientation in 32 steps, period in 8, phase in 16 at its first and its last cell
constexpr int kOrientationStep = 8, kPhaseStep = 16;
constexpr std::array<std::uint8_t, 8> kPeriods = {43, 48, 55, 63, 71, 81, 92, 105};  // 1/8 pixel: a geometric series

int to_direction(float direction) {
  return static_cast<int>(std::floor(direction * (kDirections / (2 * pixels::kPi)) + 0.5f)) & (kDirections - 1);
}
float from_direction(int d) {
  return static_cast<float>(d) * (2 * pixels::kPi / kDirections);
}
int to_quality(int quality) {
  return (quality * kQualities + 50) / 100;
}
std::uint8_t from_quality(int q) {
  return static_cast<std::uint8_t>((q * 100 + kQualities / 2) / kQualities);
}

int to_period(int period) {  // the nearest of kPeriods
  static const auto kNearest = [] {
    std::array<std::uint8_t, 256> table{};
    for (int p = 0; p < 256; ++p)
      for (int k = 1; k < static_cast<int>(kPeriods.size()); ++k)
        if (std::abs(kPeriods[k] - p) < std::abs(kPeriods[table[p]] - p)) table[p] = static_cast<std::uint8_t>(k);
    return table;
  }();
  return kNearest[period];
}

// How far a wave's phase moves from a cell to the next one right of it, and below it, in RidgeCell's units.
struct Step {
  int right = 0, down = 0;
};
Step step_of(const RidgeCell& cell) {
  static const auto kSteps = [] {
    std::array<std::array<Step, kPeriods.size()>, 256 / kOrientationStep> table{};
    for (std::size_t o = 0; o < table.size(); ++o)
      for (std::size_t p = 0; p < kPeriods.size(); ++p) {
        const float normal = (static_cast<float>(o) * kOrientationStep / 256 + 0.5f) * pixels::kPi;
        const float turns = 256 * 8 * static_cast<float>(kCell) / static_cast<float>(kPeriods[p]);
        table[o][p] = {static_cast<int>(std::floor(turns * pixels::cosine(normal) + 0.5f)),
                       static_cast<int>(std::floor(-turns * pixels::sine(normal) + 0.5f))};
      }
    return table;
  }();
  return kSteps[cell.orientation / kOrientationStep][to_period(cell.period)];
}

// What two waves' phases are to each other where their normals point opposite ways, orientation having passed 0.
bool opposed(const RidgeCell& a, const RidgeCell& b) {
  return std::abs(a.orientation - b.orientation) > 128;
}

std::uint8_t rounded_phase(int phase) {
  return static_cast<std::uint8_t>((phase + kPhaseStep / 2) / kPhaseStep * kPhaseStep);
}

// A block's first and last cell, rounded: one orientation and period, two phases. Both empty where less than half of
// the block was recorded.
std::array<RidgeCell, 2> to_block(const std::array<RidgeCell, 4>& cells) {
  int recorded = 0;
  for (const RidgeCell& cell : cells) recorded += cell.quality != 0;
  RidgeCell first = cells[0], last = cells[3];
  if (recorded < 2 || (first.quality == 0 && last.quality == 0)) return {};
  const bool both = first.quality != 0 && last.quality != 0;
  if (first.quality == 0) first = last;
  if (last.quality == 0) last = first;
  const int apart = static_cast<std::int8_t>(static_cast<std::uint8_t>(last.orientation - first.orientation));
  int orientation =
      ((first.orientation + 256 + apart / 2 + kOrientationStep / 2) & 255) / kOrientationStep * kOrientationStep;
  const int period = to_period((first.period + last.period + 1) / 2);
  for (RidgeCell* cell : {&first, &last}) {
    const bool turned = std::abs(cell->orientation - orientation) > 128;
    cell->phase = rounded_phase(turned ? 256 - cell->phase : cell->phase);
    cell->orientation = static_cast<std::uint8_t>(orientation);
    cell->period = kPeriods[period];
    cell->quality = 100;
  }
  if (both) return {first, last};
  const Step step = step_of(first);  // one wave for both
  const int way = cells[0].quality != 0 ? 1 : -1;
  RidgeCell& unknown = way > 0 ? last : first;
  unknown.phase = rounded_phase((unknown.phase + way * (step.right + step.down)) & 255);
  return {first, last};
}

// A cell between those that are kept: the mean of what its neighbours' waves say there.
RidgeCell between(const Template& t, int column, int row, const RidgeCell& own) {
  RidgeCell cell = own;
  int first = 0, sum = 0, count = 0;
  const auto ask = [&](int c, int r, int right, int down) {
    if (c < 0 || r < 0 || c >= t.columns || r >= t.rows) return;
    const RidgeCell& other = t.cells[static_cast<std::size_t>(r) * t.columns + c];
    if (other.quality == 0) return;
    const Step step = step_of(other);
    const int phase = other.phase + right * step.right + down * step.down;
    const int said = opposed(other, own) ? -phase : phase;
    if (count == 0) first = said;
    sum += static_cast<std::int8_t>(static_cast<std::uint8_t>(said - first));
    ++count;
  };
  ask(column - 1, row, 1, 0);
  ask(column + 1, row, -1, 0);
  ask(column, row - 1, 0, 1);
  ask(column, row + 1, 0, -1);
  if (count > 0) cell.phase = static_cast<std::uint8_t>(first + sum / count);
  return cell;
}

// Fills in the cells that are not kept.
void fill_between(Template& t) {
  for (int r = 0; r < t.rows; ++r)
    for (int c = (r + 1) % 2; c < t.columns; c += 2) {
      const RidgeCell& own = t.cells[static_cast<std::size_t>(r) * t.columns + (c ^ 1)];  // of the same block
      if (own.quality != 0) t.cells[static_cast<std::size_t>(r) * t.columns + c] = between(t, c, r, own);
    }
}

// Rounds the cells to what the bytes can say: of every block the first and last cell; the others follow from those.
void round_cells(Template& t) {
  Template out;
  out.columns = (t.columns + 1) / 2 * 2;
  out.rows = (t.rows + 1) / 2 * 2;
  out.cells.resize(static_cast<std::size_t>(out.columns) * out.rows);
  const auto raw = [&t](int c, int r) {
    return c < t.columns && r < t.rows ? t.cells[static_cast<std::size_t>(r) * t.columns + c] : RidgeCell{};
  };
  for (int r = 0; r < out.rows; r += 2)
    for (int c = 0; c < out.columns; c += 2) {
      const auto [first, last] = to_block({raw(c, r), raw(c + 1, r), raw(c, r + 1), raw(c + 1, r + 1)});
      out.cells[static_cast<std::size_t>(r) * out.columns + c] = first;
      out.cells[static_cast<std::size_t>(r + 1) * out.columns + c + 1] = last;
    }
  fill_between(out);
  t.columns = out.columns;
  t.rows = out.rows;
  t.cells = std::move(out.cells);
}

// Minutiae are stored from the corner of their bounding box; the unit is a quarter pixel, doubled until all fit.
struct Lattice {
  int left = 0, top = 0;  // pixels
  int doublings = 0;
  float unit() const { return static_cast<float>(1 << doublings) / kSubpixels; }
  int number(float from, int corner) const {
    return static_cast<int>((from - static_cast<float>(corner)) / unit() + 0.5f);
  }
};

Lattice lattice_of(const Template& t) {
  Lattice lattice;
  if (t.minutiae.empty()) return lattice;
  float left = 65535, top = 65535, right = 0, bottom = 0;
  for (const Minutia& m : t.minutiae) {
    left = std::min(left, m.x), top = std::min(top, m.y);
    right = std::max(right, m.x), bottom = std::max(bottom, m.y);
  }
  lattice.left = static_cast<int>(left);
  lattice.top = static_cast<int>(top);
  while (std::max(lattice.number(right, lattice.left), lattice.number(bottom, lattice.top)) > kPositionsMax)
    ++lattice.doublings;
  return lattice;
}

// Rounds everything to what the bytes can say.
void round_all(Template& t) {
  for (Minutia& m : t.minutiae) {
    m.x = std::clamp(m.x, 0.0f, 65534.0f);
    m.y = std::clamp(m.y, 0.0f, 65534.0f);
  }
  const Lattice lattice = lattice_of(t);
  for (Minutia& m : t.minutiae) {
    m.x = static_cast<float>(lattice.left) + lattice.unit() * static_cast<float>(lattice.number(m.x, lattice.left));
    m.y = static_cast<float>(lattice.top) + lattice.unit() * static_cast<float>(lattice.number(m.y, lattice.top));
    m.direction = from_direction(to_direction(m.direction));
    m.quality = from_quality(to_quality(m.quality));
  }
  round_cells(t);
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
  for (int r = 0; r < t.rows; ++r)
    for (int c = 0; c < t.columns; ++c) t.cells.push_back(to_cell(region, field, response, c, r));
  for (Minutia& m : minutiae) {
    m.x += static_cast<float>(region.left);
    m.y += static_cast<float>(region.top);
  }
  t.minutiae = std::move(minutiae);
  round_all(t);
  return t;
}

Bytes encode(const Template& features) {
  tally(Work::kEncode);
  CHECK(features.minutiae.size() <= limits::kMinutiaeMax);
  CHECK(features.cells.size() == static_cast<std::size_t>(features.columns) * features.rows);
  CHECK(features.columns <= kSideMax && features.rows <= kSideMax);
  Template t = features;
  round_all(t);
  const Lattice lattice = lattice_of(t);
  ByteWriter out;
  out.u32(kMagic).u8(kVersion).u16(static_cast<std::uint16_t>(t.width)).u16(static_cast<std::uint16_t>(t.height));
  out.u8(static_cast<std::uint8_t>(t.minutiae.size())).u8(static_cast<std::uint8_t>(lattice.doublings));
  out.u16(static_cast<std::uint16_t>(lattice.left)).u16(static_cast<std::uint16_t>(lattice.top));
  for (const Minutia& m : t.minutiae) {
    const int x = lattice.number(m.x, lattice.left), y = lattice.number(m.y, lattice.top);
    out.u8(static_cast<std::uint8_t>(x >> 4)).u16(static_cast<std::uint16_t>((x & 15) << 12 | y));
    out.u8(static_cast<std::uint8_t>(to_direction(m.direction)));
    out.u8(static_cast<std::uint8_t>(static_cast<int>(m.type) << 6 | to_quality(m.quality)));
  }
  out.u16(static_cast<std::uint16_t>(t.cells_left)).u16(static_cast<std::uint16_t>(t.cells_top));
  out.u8(static_cast<std::uint8_t>(t.columns / 2)).u8(static_cast<std::uint8_t>(t.rows / 2));
  Bytes recorded(static_cast<std::size_t>(t.columns / 2 * (t.rows / 2) + 7) / 8);
  ByteWriter blocks;
  for (int r = 0, block = 0; r < t.rows; r += 2)
    for (int c = 0; c < t.columns; c += 2, ++block) {
      const RidgeCell& first = t.cells[static_cast<std::size_t>(r) * t.columns + c];
      const RidgeCell& last = t.cells[static_cast<std::size_t>(r + 1) * t.columns + c + 1];
      if (first.quality == 0) continue;
      recorded[block / 8] = static_cast<std::uint8_t>(recorded[block / 8] | 1 << block % 8);
      blocks.u8(static_cast<std::uint8_t>(first.orientation / kOrientationStep << 3 | to_period(first.period)));
      blocks.u8(static_cast<std::uint8_t>(first.phase | last.phase >> 4));
    }
  out.raw(recorded).raw(blocks.take());
  return out.take();
}

namespace {

Result<Template> damaged(const char* what) {
  return {Code::kInvalidInput, std::string("finger template: ") + what};
}

Result<Template> read(ByteReader& in) {
  Template t;
  t.width = static_cast<int>(in.u16());
  t.height = static_cast<int>(in.u16());
  Lattice lattice;
  const int count = in.u8();
  lattice.doublings = in.u8();
  lattice.left = in.u16();
  lattice.top = in.u16();
  if (count > static_cast<int>(limits::kMinutiaeMax)) return damaged("too many minutiae");
  if (lattice.doublings > 8) return damaged("a unit that no template has");
  for (int i = 0; i < count && in.ok(); ++i) {
    const int x = in.u8() << 4, xy = in.u16(), direction = in.u8(), rest = in.u8();
    Minutia m;
    m.x = static_cast<float>(lattice.left) + lattice.unit() * static_cast<float>(x | xy >> 12);
    m.y = static_cast<float>(lattice.top) + lattice.unit() * static_cast<float>(xy & 0xfff);
    m.direction = from_direction(direction);
    if (rest >> 6 > 2) return damaged("damaged minutia");
    m.type = static_cast<MinutiaType>(rest >> 6);
    m.quality = from_quality(rest & 63);
    t.minutiae.push_back(m);
  }
  t.cells_left = in.u16();
  t.cells_top = in.u16();
  t.columns = 2 * in.u8();
  t.rows = 2 * in.u8();
  if (t.columns > kSideMax || t.rows > kSideMax) return damaged("too many ridge cells");
  t.cells.resize(static_cast<std::size_t>(t.columns) * t.rows);
  const ByteView recorded = in.raw((t.cells.size() / 4 + 7) / 8);
  if (!in.ok()) return damaged("its length does not fit its contents");
  for (int r = 0, block = 0; r < t.rows; r += 2)
    for (int c = 0; c < t.columns; c += 2, ++block) {
      if (!(recorded[block / 8] >> (block % 8) & 1)) continue;
      const int shape = in.u8(), phases = in.u8();
      RidgeCell cell{static_cast<std::uint8_t>((shape >> 3) * kOrientationStep),
                     static_cast<std::uint8_t>(phases & 0xf0), kPeriods[shape & 7], 100};
      t.cells[static_cast<std::size_t>(r) * t.columns + c] = cell;
      cell.phase = static_cast<std::uint8_t>(phases << 4);
      t.cells[static_cast<std::size_t>(r + 1) * t.columns + c + 1] = cell;
    }
  fill_between(t);
  return t;
}

// Version 1: every cell, 4 bytes each.
Result<Template> read_fine(ByteReader& in) {
  Template t;
  t.width = in.u16();
  t.height = in.u16();
  const int count = in.u16();
  if (count > static_cast<int>(limits::kMinutiaeMax)) return damaged("too many minutiae");
  for (int i = 0; i < count && in.ok(); ++i) {
    Minutia m;
    m.x = static_cast<float>(in.u16()) / 8;
    m.y = static_cast<float>(in.u16()) / 8;
    m.direction = static_cast<float>(in.u16()) * (2 * pixels::kPi / 65536);
    const int type = in.u8();
    m.quality = in.u8();
    if (type > 2 || m.quality > 100) return damaged("damaged minutia");
    m.type = static_cast<MinutiaType>(type);
    t.minutiae.push_back(m);
  }
  t.cells_left = in.u16();
  t.cells_top = in.u16();
  t.columns = in.u16();
  t.rows = in.u16();
  if (t.columns > kSideMax || t.rows > kSideMax) return damaged("too many ridge cells");
  for (int i = 0; i < t.columns * t.rows && in.ok(); ++i) {
    RidgeCell cell;
    cell.quality = in.u8();
    if (cell.quality > 100) return damaged("damaged ridge cell");
    if (cell.quality != 0) {
      cell.orientation = in.u8();
      cell.phase = in.u8();
      cell.period = in.u8();
      if (cell.period < 8) return damaged("damaged ridge cell");
    }
    t.cells.push_back(cell);
  }
  if (in.ok()) round_all(t);
  return t;
}

}  // namespace

bool is_template(ByteView bytes) {
  return ByteReader(bytes).u32() == kMagic;
}

Result<Template> decode(ByteView bytes) {
  if (bytes.size() > limits::kTemplateBytesMax) return damaged("larger than any template is");
  ByteReader in(bytes);
  if (in.u32() != kMagic) return {Code::kInvalidInput, "not a finger template"};
  const int version = in.u8();
  if (!in.ok()) return {Code::kInvalidInput, "not a finger template"};
  if (version != kVersion && version != kVersionOfFineCells)
    return {Code::kUnsupported, "finger template of version " + std::to_string(version) +
                                    ": this program reads versions 1 and 2; " +
                                    "extract the image again or use a newer program"};
  ASSIGN_OR_RETURN(Template t, version == kVersion ? read(in) : read_fine(in));
  if (!in.done()) return damaged("its length does not fit its contents");
  return t;
}

}  // namespace puente::finger
