#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/limits.h"
#include "format/image/codec.h"
#include "format/image/wsq.h"

namespace puente::format {
namespace wsq {
namespace {

Error damaged(const std::string& what) {
  return {Code::kInvalidInput, "damaged WSQ image: " + what};
}

// Codes by their first 16 bits: length and symbol.
struct HuffmanTable {
  struct Code {
    std::uint8_t bits = 0, symbol = 0;  // bits 0: no such code
  };
  std::vector<Code> codes = std::vector<Code>(1u << kCodeBitsMax);
};

Result<HuffmanTable> read_huffman(ByteReader& in) {
  const ByteView counts = in.raw(kCodeBitsMax);
  HuffmanTable table;
  std::uint32_t next = 0;
  for (int bits = 1; bits <= kCodeBitsMax && in.ok(); ++bits) {
    const std::uint32_t span = 1u << (kCodeBitsMax - bits);
    for (int i = 0; i < counts[bits - 1]; ++i, next += span) {
      const std::uint8_t symbol = in.u8();
      if (next + span > table.codes.size()) return damaged("its Huffman table has too many codes");
      std::fill_n(table.codes.begin() + next, span, HuffmanTable::Code{static_cast<std::uint8_t>(bits), symbol});
    }
  }
  if (!in.ok()) return damaged("its Huffman table ends early");
  return table;
}

// Bits of a block, with the zero byte after each 0xff taken out. Past the block's end come zeros, and `exhausted`.
class BitReader {
 public:
  explicit BitReader(ByteView bytes) : bytes_(bytes) {}
  std::uint32_t peek16() {
    fill();
    return static_cast<std::uint32_t>(held_ >> 48);
  }
  void skip(int bits) {
    held_ <<= bits;
    count_ -= bits;
  }
  std::uint32_t take(int bits) {
    fill();
    const auto value = static_cast<std::uint32_t>(held_ >> (64 - bits));
    skip(bits);
    return value;
  }
  bool exhausted() const { return count_ < 0; }

 private:
  void fill() {
    while (count_ <= 48 && at_ < bytes_.size()) {
      const std::uint8_t byte = bytes_[at_];
      at_ += byte == 0xff ? 2 : 1;
      held_ |= std::uint64_t{byte} << (56 - count_);
      count_ += 8;
    }
  }
  ByteView bytes_;
  std::size_t at_ = 0;
  std::uint64_t held_ = 0;
  int count_ = 0;
};

constexpr int kHuffmanTablesMax = 24;  // eight for each block; each costs time

struct Reading {
  std::optional<Filters> filters;
  std::optional<Quantisation> quantisation;
  std::array<std::optional<HuffmanTable>, 8> huffman;
  int huffman_tables = 0;  // in all
  int width = 0, height = 0;
  float shift = 0, scale = 1;
  double ppi = 0;
  std::vector<std::int16_t> values;  // quantised, band after band
  std::size_t known = 0;             // of them
};

float scaled(std::uint32_t value, int decimals) {
  auto out = static_cast<float>(value);
  for (; decimals > 0; --decimals) out = static_cast<float>(out / 10.0);
  return out;
}

Status read_filters(ByteReader in, Reading& reading) {
  const int low = in.u8(), high = in.u8();
  if (low < 1 || high < 1 || low > kTapsMax || high > kTapsMax || low % 2 != high % 2) return damaged("its filters");
  std::array<std::vector<float>, 2> halves;
  for (const int which : {0, 1}) {
    for (int i = 0; i < ((which == 0 ? low : high) + 1) / 2; ++i) {
      const bool negative = in.u8() != 0;
      const int decimals = in.u8();
      const float value = scaled(in.u32(), decimals);
      halves[which].push_back(negative ? -value : value);
    }
  }
  if (!in.ok()) return damaged("its filter table ends early");
  reading.filters = synthesis_of(halves[0], low % 2 == 1, halves[1], high % 2 == 1);
  return {};
}

Status read_quantisation(ByteReader in, Reading& reading) {
  Quantisation q;
  const auto number = [&in] {
    const int decimals = in.u8();
    return scaled(in.u16(), decimals);
  };
  q.centre = number();
  for (int band = 0; band < kBands; ++band) {
    q.bin[band] = number();
    q.zero_bin[band] = number();
  }
  if (!in.ok()) return damaged("its quantisation table ends early");
  reading.quantisation = q;
  return {};
}

Status read_huffman_tables(ByteReader in, Reading& reading) {
  while (in.left() > 0) {
    const std::size_t id = in.u8();
    if (id >= reading.huffman.size() || ++reading.huffman_tables > kHuffmanTablesMax)
      return damaged("the numbers of its Huffman tables");
    ASSIGN_OR_RETURN(reading.huffman[id], read_huffman(in));
  }
  return {};
}

Status read_frame(ByteReader in, Reading& reading) {
  in.raw(2);  // black and white: what the scanner meant, not needed
  reading.height = in.u16();
  reading.width = in.u16();
  const int shift_decimals = in.u8();
  reading.shift = scaled(in.u16(), shift_decimals);
  const int scale_decimals = in.u8();
  reading.scale = scaled(in.u16(), scale_decimals);
  if (!in.ok()) return damaged("its frame header ends early");
  return check_size(reading.width, reading.height);
}

// Room for the values of every band that is sent: before the first block, when size and quantisation are both known,
// in whichever order they came.
Status make_room(Reading& reading) {
  if (reading.width == 0) return damaged("values before its size");
  if (!reading.quantisation) return damaged("values before their quantisation");
  std::size_t values = 0;
  const auto bands = bands_of(reading.width, reading.height);
  for (int band = 0; band < kBandsUsed; ++band) {
    if (reading.quantisation->bin[band] == 0) continue;
    values += static_cast<std::size_t>(bands[band].width) * bands[band].height;
  }
  reading.values.assign(values, 0);
  return {};
}

// "NIST_COM …" lines of key and value (NBIS); the resolution is all we want.
void read_comment(ByteView bytes, Reading& reading) {
  const std::string_view words = text(bytes);
  const std::size_t at = words.find("PPI ");
  if (!words.starts_with("NIST_COM") || at == std::string_view::npos) return;
  double ppi = 0;
  for (std::size_t i = at + 4; i < words.size() && words[i] >= '0' && words[i] <= '9' && ppi < 1e5; ++i)
    ppi = 10 * ppi + (words[i] - '0');
  reading.ppi = plausible_ppi(ppi, ppi);
}

// A piece of a block: three blocks make an image, each with the values where the one before ended.
Status read_values(const HuffmanTable& table, ByteView bytes, Reading& reading) {
  BitReader bits(bytes);
  auto& values = reading.values;
  while (reading.known < values.size()) {
    const HuffmanTable::Code code = table.codes[bits.peek16()];
    if (code.bits == 0) break;  // the ones that fill the last byte are no code
    bits.skip(code.bits);
    std::size_t run = 0;
    int value = 0;
    switch (code.symbol) {
      case kPositive8:
        value = static_cast<int>(bits.take(8));
        break;
      case kNegative8:
        value = -static_cast<int>(bits.take(8));
        break;
      case kPositive16:
        value = static_cast<int>(bits.take(16));
        break;
      case kNegative16:
        value = -static_cast<int>(bits.take(16));
        break;
      case kRun8:
        run = bits.take(8);
        break;
      case kRun16:
        run = bits.take(16);
        break;
      default:
        if (code.symbol <= kRunMax) {
          run = code.symbol;
        } else {
          value = code.symbol - kValueOfZero;
        }
    }
    if (bits.exhausted()) break;
    if (run > values.size() - reading.known) return damaged("more values than it has room for");
    if (run > 0) {
      reading.known += run;
    } else {
      values[reading.known++] = static_cast<std::int16_t>(std::clamp(value, -32768, 32767));
    }
  }
  return {};
}

// What a quantised value of a band stands for (IAFIS-IC-0110, 3.5), in the reference decoder's arithmetic.
float dequantised(int value, float bin, float zero_bin, float centre) {
  if (value == 0) return 0;
  if (value > 0) return static_cast<float>(bin * (static_cast<float>(value) - centre) + zero_bin / 2.0);
  return static_cast<float>(bin * (static_cast<float>(value) + centre) - zero_bin / 2.0);
}

void dequantise(const Quantisation& q, int band, const Area& area, const std::int16_t*& value, int width, float* out) {
  std::array<float, 256> common;  // -128 to 127
  for (int i = 0; i < 256; ++i)
    common[static_cast<std::size_t>(i)] = dequantised(i - 128, q.bin[band], q.zero_bin[band], q.centre);
  for (int y = 0; y < area.height; ++y, out += width) {
    for (int x = 0; x < area.width; ++x, ++value) {
      const auto place = static_cast<std::uint32_t>(*value + 128);
      out[x] = place < 256 ? common[place] : dequantised(*value, q.bin[band], q.zero_bin[band], q.centre);
    }
  }
}

Bytes to_pixels(const Reading& reading) {
  const int width = reading.width, height = reading.height;
  std::vector<float> coefficients(static_cast<std::size_t>(width) * height, 0.0f);
  const auto bands = bands_of(width, height);
  const std::int16_t* value = reading.values.data();
  for (int band = 0; band < kBandsUsed; ++band) {
    if (reading.quantisation->bin[band] == 0) continue;
    float* out = coefficients.data() + static_cast<std::size_t>(bands[band].y) * width + bands[band].x;
    dequantise(*reading.quantisation, band, bands[band], value, width, out);
  }
  const auto steps = steps_of(width, height);
  for (auto step = steps.rbegin(); step != steps.rend(); ++step)
    synthesise(*reading.filters, *step, width, coefficients);
  Bytes pixels(coefficients.size());
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const float gray = coefficients[i] * reading.scale + reading.shift + 0.5f;
    pixels[i] = static_cast<std::uint8_t>(static_cast<int>(gray > 0 ? std::min(gray, 255.0f) : 0.0f));
  }
  return pixels;
}

// Entropy-coded bytes up to the next marker, or what fills before it.
std::size_t block_end(ByteView bytes, std::size_t at) {
  while (at + 1 < bytes.size() && !(bytes[at] == 0xff && bytes[at + 1] != 0)) ++at;
  return at + 1 < bytes.size() ? at : bytes.size();
}

// Any number of bytes 0xff may come before a marker, as in JPEG (ITU-T T.81, B.1.1.2).
std::size_t past_fill(ByteView bytes, std::size_t at) {
  while (at + 1 < bytes.size() && bytes[at] == 0xff && bytes[at + 1] == 0xff) ++at;
  return at;
}

int marker_at(ByteView bytes, std::size_t at) {
  return at + 1 < bytes.size() ? bytes[at] << 8 | bytes[at + 1] : 0;
}

// A block's pieces: one, unless restart markers stand between them. Returns where the next segment's marker is.
Result<std::size_t> read_block(const HuffmanTable& table, ByteView bytes, std::size_t at, Reading& reading) {
  for (;; at += 2) {
    const std::size_t end = block_end(bytes, at);
    TRY(read_values(table, bytes.subspan(at, end - at), reading));
    at = past_fill(bytes, end);
    if (const int marker = marker_at(bytes, at); marker < kRestartFirst || marker > kRestartLast) return at;
  }
}

}  // namespace
}  // namespace wsq

Result<Image> decode_wsq(ByteView bytes) {
  using namespace wsq;
  Reading reading;
  std::size_t at = 2;
  bool blocks = false;
  while ((at = past_fill(bytes, at)) + 4 <= bytes.size()) {
    const int marker = marker_at(bytes, at);
    if (marker == kEnd) break;
    const std::size_t length = bytes[at + 2] << 8 | bytes[at + 3];
    if (length < 2 || at + 2 + length > bytes.size())
      return damaged(fmt::format("it ends within a segment, at byte {}", at));
    const ByteView segment = bytes.subspan(at + 4, length - 2);
    at += 2 + length;
    switch (marker) {
      case kFilters:
        TRY(read_filters(ByteReader(segment), reading));
        break;
      case kQuantisation:
        if (blocks) return damaged("its quantisation after values");
        TRY(read_quantisation(ByteReader(segment), reading));
        break;
      case kHuffman:
        TRY(read_huffman_tables(ByteReader(segment), reading));
        break;
      case kFrame:
        if (blocks) return damaged("its size after values");
        TRY(read_frame(ByteReader(segment), reading));
        break;
      case kComment:
        read_comment(segment, reading);
        break;
      case kRestartInterval:  // restart markers are seen where they stand
        break;
      case kBlock: {
        const std::size_t table = segment.empty() ? 0 : segment[0];
        if (!blocks) TRY(make_room(reading));
        if (table >= reading.huffman.size() || !reading.huffman[table])
          return damaged("a block names no Huffman table");
        ASSIGN_OR_RETURN(at, read_block(*reading.huffman[table], bytes, at, reading));
        blocks = true;
        break;
      }
      default:
        return damaged(fmt::format("unknown marker {:04x} at byte {}", marker, at - 2 - length));
    }
  }
  if (!blocks || !reading.filters) return damaged("it ends before its picture");
  if (reading.known < reading.values.size()) return damaged("its picture ends early");
  Image image;
  image.width = reading.width;
  image.height = reading.height;
  image.channels = 1;
  image.ppi = reading.ppi;
  image.pixels = to_pixels(reading);
  return image;
}

}  // namespace puente::format
