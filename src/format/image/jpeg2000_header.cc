#include "format/image/jpeg2000_header.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "format/image/codec.h"

namespace puente::format::jpeg2000 {
namespace {

using namespace std::string_view_literals;

// What each costs the library, from its sources (OpenJPEG 2.5): a tile and component 3 to 10 KB at once, a block of
// coefficients 0.5 KB while its tile is decoded, a packet two bytes and a step of a loop. A picture of 24 million
// pixels in three colours has a quarter million blocks of 16 x 16.
constexpr std::int64_t kTileComponentsMax = 8192, kBlocksMax = 1 << 19, kPacketsMax = 1 << 25;
constexpr std::int64_t kPacketsOfNoBytes = 1 << 16;
constexpr std::int64_t kStepsMax = 1 << 27, kOrdersMax = 32;  // a second or so; as many orders as the library takes
constexpr std::size_t kStylesMax = 64;                        // that differ; most files have one

enum Marker : std::uint16_t {
  kStart = 0xff4f,
  kSize = 0xff51,
  kStyle = 0xff52,             // COD
  kStyleOfComponent = 0xff53,  // COC
  kOrders = 0xff5f,            // POC
  kTilePart = 0xff90,
  kData = 0xff93,
  kEnd = 0xffd9,
};
// Those that a main header may have behind its size. At others the library looks for the next one it knows, wherever
// that lies: it would read what we have not.
constexpr std::array<std::uint16_t, 12> kOfMainHeader = {0xff52, 0xff53, 0xff55, 0xff57, 0xff5c, 0xff5d,
                                                         0xff5e, 0xff5f, 0xff60, 0xff63, 0xff64, kTilePart};

Error damaged(const std::string& what) {
  return {Code::kInvalidInput, "damaged JPEG 2000 image: " + what};
}

// SIZ: the canvas, the tiles laid over it, and every how many of its points a component has a sample.
struct Side {
  std::int64_t begin = 0, end = 0, tile = 0, tiles_begin = 0;
  std::int64_t tiles() const { return (end - tiles_begin + tile - 1) / tile; }
};
struct Sampling {
  int across = 0, down = 0;
};
struct Canvas {
  Side across, down;
  std::vector<Sampling> components;
};

std::int64_t divided_up(std::int64_t value, std::int64_t by) {
  return (value + by - 1) / by;
}

Result<Canvas> read_size(ByteReader in) {
  Canvas canvas;
  Side &across = canvas.across, &down = canvas.down;
  in.raw(2);  // capabilities
  for (std::int64_t* value : {&across.end, &down.end, &across.begin, &down.begin, &across.tile, &down.tile,
                              &across.tiles_begin, &down.tiles_begin})
    *value = in.u32();
  const int components = in.u16();
  if (!in.ok() || components == 0 || in.left() != 3u * static_cast<std::size_t>(components))
    return damaged("its size is cut short");
  if (components > kComponentsMax)
    return {Code::kUnsupported, fmt::format("JPEG 2000 images of {} components are not read", components)};
  for (const Side& side : {across, down}) {
    if (side.begin >= side.end || side.tile == 0 || side.tiles_begin > side.begin ||
        side.tiles_begin + side.tile <= side.begin)
      return damaged("its size");
  }
  for (int i = 0; i < components; ++i) {
    const int bits = (in.u8() & 0x7f) + 1;
    const Sampling one = {in.u8(), in.u8()};
    if (bits > kBitsMax) return {Code::kUnsupported, fmt::format("JPEG 2000 images of {} bits are not read", bits)};
    if (one.across == 0 || one.down == 0) return damaged("its sampling");
    TRY(check_size(divided_up(across.end, one.across) - divided_up(across.begin, one.across),
                   divided_up(down.end, one.down) - divided_up(down.begin, one.down)));
    canvas.components.push_back(one);
  }
  if (across.tiles() > kTileComponentsMax || down.tiles() > kTileComponentsMax ||
      across.tiles() * down.tiles() * components > kTileComponentsMax)
    return {Code::kTooLarge, "JPEG 2000 image has too many tiles"};
  return canvas;
}

// How many cells of 2^cell samples have a part in a component's tiles along one side, where its resolution is
// 2^halvings times less than in full (B.5 to B.7).
std::int64_t cells_along(const Side& side, int sampling, int halvings, int cell) {
  std::int64_t count = 0;
  for (std::int64_t tile = side.tiles_begin; tile < side.end; tile += side.tile) {
    const auto at = [&](std::int64_t place) {
      return divided_up(divided_up(std::clamp(place, side.begin, side.end), sampling), std::int64_t{1} << halvings);
    };
    const std::int64_t begin = at(tile), end = at(tile + side.tile);
    if (begin < end) count += divided_up(end, std::int64_t{1} << cell) - (begin >> cell);
  }
  return count;
}

// Every coding style that the headers state, wherever: each is held to the limits as though it were all the picture's.
struct Styles {
  std::set<std::string> seen;
  std::int64_t layers = 0;
  bool reordered = false;  // POC: packets come in several orders, one after the other
};

Status read_style(std::uint16_t marker, ByteReader in, Styles& styles) {
  if (marker == kStyleOfComponent) in.u8();  // which
  std::string style(1, static_cast<char>(in.u8()));
  if (marker == kStyle) {
    in.u8();  // the packets' order
    styles.layers = std::max<std::int64_t>(styles.layers, in.u16());
    in.u8();  // whether components are mixed
  }
  if (!in.ok()) return damaged("its coding style is cut short");
  styles.seen.insert(style.append(text(in.raw(in.left()))));
  if (styles.seen.size() > kStylesMax) return {Code::kTooLarge, "JPEG 2000 image has too many coding styles"};
  return {};
}

// Segments up to the marker `last`, which is read.
Status read_header(ByteReader& in, Marker last, Styles& styles) {
  for (;;) {
    const std::uint16_t marker = in.u16();
    if (!in.ok()) return damaged("its header is cut short");
    if (last == kTilePart && std::find(kOfMainHeader.begin(), kOfMainHeader.end(), marker) == kOfMainHeader.end())
      return {Code::kUnsupported, fmt::format("JPEG 2000 images with a marker {:04x} are not read", marker)};
    if (marker == last) return {};
    const std::uint16_t length = in.u16();
    const ByteView segment = in.raw(std::max<std::size_t>(length, 2) - 2);
    if (!in.ok() || length < 2) return damaged("its header is cut short");
    styles.reordered |= marker == kOrders;
    if (marker == kStyle || marker == kStyleOfComponent) TRY(read_style(marker, ByteReader(segment), styles));
  }
}

// What the library has to do, at most: of every number the most that a style brings with it.
struct Work {
  std::int64_t blocks = 0;
  std::int64_t resolutions = 0;  // of all components
  std::int64_t precincts = 0, across = 0,
               down = 0;  // of the resolution with most of them, with most columns, most rows
};

// Adds the work if all components of all tiles were coded in a style: what COD and COC have from the number of levels
// on, whether precincts are stated put before it.
Status add_style(const Canvas& canvas, ByteView style, Work& work) {
  ByteReader in(style);
  const bool stated = (in.u8() & 1) != 0;
  const int levels = in.u8(), block_across = (in.u8() & 15) + 2, block_down = (in.u8() & 15) + 2;
  in.raw(2);  // kinds of coding and of wavelet
  if (!in.ok() || levels > 32) return damaged("its coding style");
  std::int64_t blocks = 0;
  for (int level = 0; level <= levels; ++level) {
    const int precinct = stated ? in.u8() : 0xff, split = level > 0;
    for (const Sampling& one : canvas.components) {
      const auto across = [&](int cell) { return cells_along(canvas.across, one.across, levels - level, cell); };
      const auto down = [&](int cell) { return cells_along(canvas.down, one.down, levels - level, cell); };
      const int wide = precinct & 15, high = precinct >> 4;
      const std::int64_t columns = across(wide), rows = down(high);
      blocks +=
          (split ? 3 : 1) * across(std::min(block_across + split, wide)) * down(std::min(block_down + split, high));
      work.precincts = std::max(work.precincts, columns * rows);
      work.across = std::max(work.across, columns);
      work.down = std::max(work.down, rows);
    }
  }
  if (!in.ok()) return damaged("its coding style is cut short");
  work.blocks = std::max(work.blocks, blocks);
  work.resolutions = std::max(work.resolutions, static_cast<std::int64_t>(canvas.components.size()) * (levels + 1));
  return {};
}

Status check_work(const Work& work, const Styles& styles, std::size_t bytes) {
  const std::int64_t of_bytes = 8 * static_cast<std::int64_t>(bytes) + kPacketsOfNoBytes;  // each has a byte at least
  const std::int64_t packets = work.precincts * work.resolutions * styles.layers;
  const std::int64_t places = work.across * work.down * work.resolutions;  // where it looks for precincts
  const std::int64_t orders = styles.reordered ? kOrdersMax : 1;
  if (work.blocks > kBlocksMax || packets > std::min(kPacketsMax, of_bytes) ||
      std::max(packets, places) > kStepsMax / orders)
    return {Code::kTooLarge, "JPEG 2000 image is divided into too many blocks, precincts or layers"};
  return {};
}

struct Parts {
  int seen = 0, stated = 0;  // stated 0: the file does not say
};

Status check_parts(const std::vector<Parts>& tiles) {
  for (const Parts& tile : tiles)
    if (tile.seen == 0 || tile.seen < tile.stated) return damaged("tiles are missing");
  return {};
}

// Tile-parts from the first on, of which the marker has been read, to the end.
Result<Codestream> read_tile_parts(ByteView whole, ByteReader in, std::vector<Parts>& tiles, Styles& styles) {
  for (;;) {
    const std::size_t begin = whole.size() - in.left() - 2;
    const std::size_t length = in.u16(), tile = in.u16(), size = in.u32();
    in.u8();  // which part
    const int parts = in.u8();
    if (!in.ok() || length != 10 || tile >= tiles.size()) return damaged("its tiles");
    ++tiles[tile].seen;
    tiles[tile].stated = std::max(tiles[tile].stated, parts);
    TRY(read_header(in, kData, styles));
    const std::size_t data = whole.size() - in.left();
    const bool marked = text(whole).ends_with("\xff\xd9"sv);
    const std::size_t end = size != 0 ? begin + size : std::max(data, whole.size() - (marked ? 2 : 0));
    if (end < data || end > whole.size()) return damaged("it ends within a tile");
    in.raw(end - data);
    if (in.left() < 2) return Codestream{whole.first(end), false};
    const std::uint16_t marker = in.u16();
    if (marker == kEnd) return Codestream{whole.first(end + 2), true};
    if (marker != kTilePart) return damaged(fmt::format("marker {:04x} after a tile", marker));
  }
}

}  // namespace

std::optional<Box> first_box(ByteView boxes) {
  ByteReader in(boxes);
  std::uint64_t size = in.u32(), header = 8;
  const std::string_view type = text(in.raw(4));
  if (size == 1) {
    size = in.u64();
    header = 16;
  }
  if (size == 0 || size > boxes.size()) size = boxes.size();
  if (!in.ok() || size < header) return std::nullopt;
  return Box{type, boxes.subspan(header, size - header), static_cast<std::size_t>(size)};
}

std::optional<Box> find_box(ByteView boxes, std::string_view type) {
  while (const auto box = first_box(boxes)) {
    if (box->type == type) return box;
    boxes = boxes.subspan(box->size);
  }
  return std::nullopt;
}

ByteView codestream_of(ByteView file) {
  if (text(file).starts_with("\xff\x4f\xff\x51"sv)) return file;
  const auto box = find_box(file, "jp2c");
  return box ? box->contents : ByteView();
}

Result<Codestream> check_codestream(ByteView codestream) {
  ByteReader in(codestream);
  const std::uint16_t start = in.u16(), marker = in.u16(), length = in.u16();
  const ByteView size = in.raw(std::max<std::size_t>(length, 2) - 2);
  if (!in.ok() || start != kStart || marker != kSize) return damaged("it does not say how large it is");
  ASSIGN_OR_RETURN(const Canvas canvas, read_size(ByteReader(size)));
  Styles styles;
  TRY(read_header(in, kTilePart, styles));
  std::vector<Parts> tiles(static_cast<std::size_t>(canvas.across.tiles() * canvas.down.tiles()));
  ASSIGN_OR_RETURN(const Codestream out, read_tile_parts(codestream, in, tiles, styles));
  TRY(check_parts(tiles));
  Work work;
  for (const std::string& style : styles.seen) TRY(add_style(canvas, view(style), work));
  TRY(check_work(work, styles, codestream.size()));
  return out;
}

Status check_palettes(ByteView file) {
  const auto check = [](const Box& box) -> Status {
    if (box.type == "pclr" && box.contents.size() > 2 && box.contents[2] > kComponentsMax)
      return {Code::kUnsupported, fmt::format("JPEG 2000 palettes of {} colours are not read", box.contents[2])};
    return {};
  };
  while (const auto box = first_box(file)) {  // the library takes them outside the header, too
    if (box->type == "jp2c") break;
    TRY(check(*box));
    for (ByteView inner = box->type == "jp2h" ? box->contents : ByteView(); const auto one = first_box(inner);) {
      TRY(check(*one));
      inner = inner.subspan(one->size);
    }
    file = file.subspan(box->size);
  }
  return {};
}

}  // namespace puente::format::jpeg2000
