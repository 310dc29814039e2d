#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/check.h"
#include "format/image/codec.h"
#include "format/image/image.h"
#include "format/image/wsq.h"

namespace puente::format {
namespace wsq {
namespace {

constexpr int kEncoderRevision = 0;  // frame header: of no certified encoder
constexpr int kSideMin = 64;
constexpr double kBinMin = 0.02;     // narrower bins tell apart what whole gray levels cannot
constexpr int kSizeMax = 32767;      // of a value: decoders hold it in 16 bits with its sign
constexpr float kSizeAimed = 32000;  // leaves room for a width's rounding in the file
constexpr int kBlocks = 3;
constexpr std::array<int, kBlocks + 1> kBlockEnds = {0, 19, 52, kBandsUsed};  // bands of each block

// The filters of Cohen, Daubechies and Feauveau, from the middle outwards (IAFIS-IC-0110, table 1), and as a file
// states them: sign, decimals, number.
constexpr std::array<double, 5> kLow = {0.85269867900940344, 0.37740285561265380, -0.11062440441842342,
                                        -0.02384946501938000, 0.03782845550699546};
constexpr std::array<double, 4> kHigh = {0.78848561640566440, -0.41809227322221221, -0.04068941760955844,
                                         0.06453888262893845};

int about(int at, int count) {  // mirrored about the first and the last sample
  if (count == 1) return 0;
  while (at < 0 || at >= count) at = at < 0 ? -at : 2 * (count - 1) - at;
  return at;
}

// One line apart: low[n] about sample 2n, high[n] about sample 2n + 1.
void analyse_line(const std::vector<float>& line, bool high_first, std::vector<float>& out) {
  const int count = static_cast<int>(line.size()), lows = (count + 1) / 2, highs = count / 2;
  const auto filtered = [&](const auto& taps, int middle) {
    double sum = taps[0] * line[about(middle, count)];
    for (int k = 1; k < static_cast<int>(taps.size()); ++k)
      sum += taps[k] * (line[about(middle - k, count)] + line[about(middle + k, count)]);
    return static_cast<float>(sum);
  };
  out.resize(line.size());
  for (int n = 0; n < lows; ++n) out[(high_first ? highs : 0) + n] = filtered(kLow, 2 * n);
  for (int n = 0; n < highs; ++n) out[(high_first ? 0 : lows) + n] = filtered(kHigh, 2 * n + 1);
}

void analyse(const Step& step, int pitch, std::vector<float>& image) {
  const Area& area = step.area;
  std::vector<float> line, out;
  for (int y = 0; y < area.height && area.width > 0; ++y) {
    float* row = &image[static_cast<std::size_t>(area.y + y) * pitch + area.x];
    line.assign(row, row + area.width);
    analyse_line(line, step.rows_high_first, out);
    std::copy(out.begin(), out.end(), row);
  }
  for (int x = 0; x < area.width && area.height > 0; ++x) {
    float* column = &image[static_cast<std::size_t>(area.y) * pitch + area.x + x];
    line.clear();
    for (int y = 0; y < area.height; ++y) line.push_back(column[static_cast<std::size_t>(y) * pitch]);
    analyse_line(line, step.columns_high_first, out);
    for (int y = 0; y < area.height; ++y) column[static_cast<std::size_t>(y) * pitch] = out[y];
  }
}

double variance(const std::vector<float>& image, int pitch, const Area& area) {
  double sum = 0, sum2 = 0;
  for (int y = area.y; y < area.y + area.height; ++y)
    for (int x = area.x; x < area.x + area.width; ++x) {
      const double value = image[static_cast<std::size_t>(y) * pitch + x];
      sum += value;
      sum2 += value * value;
    }
  const double count = static_cast<double>(area.width) * area.height;
  return count < 2 ? 0 : (sum2 - sum * sum / count) / (count - 1);
}

// Of each band: of its middle, where the finger is, unless that is too smooth to go by.
std::array<double, kBands> variances(const std::vector<float>& image, int pitch,
                                     const std::array<Area, kBands>& bands) {
  std::array<double, kBands> of_band{};
  for (int band = 0; band < kBandsUsed; ++band) {
    const Area& b = bands[band];
    of_band[band] =
        variance(image, pitch, {b.x + b.width / 8, b.y + 9 * b.height / 32, 3 * b.width / 4, 7 * b.height / 16});
  }
  if (std::accumulate(of_band.begin(), of_band.begin() + 4, 0.0) >= 20000) return of_band;
  for (int band = 0; band < kBandsUsed; ++band) of_band[band] = variance(image, pitch, bands[band]);
  return of_band;
}

double weight_of(int band) {  // of a band's variance in its bin's width
  switch (band) {
    case 52:
    case 56:
      return 1.32;
    case 53:
    case 55:
    case 58:
    case 59:
      return 1.08;
    case 54:
    case 57:
      return 1.42;
    default:
      return 1;
  }
}

double share_of(int band) {  // of an image's samples that a band has
  return band < 4 ? 1.0 / 1024 : band < 51 ? 1.0 / 256 : 1.0 / 16;
}

// Bins for a rate of so many bits a pixel: their widths follow the bands' variances. Bands too flat to reach beyond
// their bins take no share of the bits; what stands out in them is sent all the same. On a smooth image few bands have
// all the bits, more than they can use: hence the narrowest bin.
Quantisation quantisation_for(const std::array<double, kBands>& variances, double bits_per_pixel) {
  std::array<double, kBands> relative{}, deviation{};
  std::vector<int> shared;
  for (int band = 0; band < kBandsUsed; ++band) {
    if (variances[band] < 1.01) continue;
    relative[band] = band < 4 ? 1 : 10 / (weight_of(band) * std::log(variances[band]));
    deviation[band] = std::sqrt(variances[band]);
    shared.push_back(band);
  }
  double scale = 1;
  while (!shared.empty()) {
    double share = 0, log_product = 0;
    for (const int band : shared) {
      share += share_of(band);
      log_product += share_of(band) * std::log(deviation[band] / relative[band]);
    }
    scale = std::pow(2, bits_per_pixel / share - 1) / 2.5 / std::exp(log_product / share);
    const std::size_t before = shared.size();
    std::erase_if(shared, [&](int band) { return relative[band] / scale >= 5 * deviation[band]; });
    if (shared.size() == before) break;
  }
  Quantisation q;
  for (int band = 0; band < kBandsUsed; ++band) {
    if (deviation[band] == 0) continue;
    q.bin[band] = static_cast<float>(std::max(relative[band] / scale, kBinMin));
  }
  return q;
}

// A number as the file states it: as many decimals as 16 (or 32) bits hold. Returns what a reader will have.
struct Stated {
  std::uint8_t decimals = 0;
  std::uint32_t number = 0;
};
Stated stated(double value, double most) {
  Stated out;
  if (value <= 0) return out;
  while (out.decimals < 30 && value * 10 < most) {
    value *= 10;
    ++out.decimals;
  }
  out.number = static_cast<std::uint32_t>(std::lround(std::min(value, most)));
  return out;
}
void put16(ByteWriter& out, double value) {
  const Stated s = stated(value, 65535);
  out.u8(s.decimals).u16(static_cast<std::uint16_t>(s.number));
}
float as_read16(double value) {
  const Stated s = stated(value, 65535);
  auto read = static_cast<float>(s.number);
  for (int i = 0; i < s.decimals; ++i) read = static_cast<float>(read / 10.0);
  return read;
}

// The widths as a reader will have them, none so narrow that a value passes the 16 bits it has.
void settle_bins(const std::vector<float>& image, int pitch, const std::array<Area, kBands>& bands, Quantisation& q) {
  for (int band = 0; band < kBandsUsed; ++band) {
    if (q.bin[band] == 0) continue;
    const Area& b = bands[band];
    float most = 0;
    for (int y = b.y; y < b.y + b.height; ++y)
      for (int x = b.x; x < b.x + b.width; ++x)
        most = std::max(most, std::fabs(image[static_cast<std::size_t>(y) * pitch + x]));
    const float bin = std::max(q.bin[band], most / kSizeAimed);
    q.bin[band] = as_read16(bin);
    q.zero_bin[band] = as_read16(1.2 * bin);
  }
}

// What is to be coded: a symbol, and bits that follow it as they are.
struct Coded {
  std::uint8_t symbol = 0, bits = 0;
  std::uint16_t value = 0;
};

std::vector<Coded> symbols_of(const std::vector<std::int32_t>& values) {
  std::vector<Coded> out;
  std::size_t zeros = 0;
  const auto end_run = [&] {
    for (; zeros > 0xffff; zeros -= 0xffff) out.push_back({kRun16, 16, 0xffff});
    if (zeros > 0xff) {
      out.push_back({kRun16, 16, static_cast<std::uint16_t>(zeros)});
    } else if (zeros > kRunMax) {
      out.push_back({kRun8, 8, static_cast<std::uint16_t>(zeros)});
    } else if (zeros > 0) {
      out.push_back({static_cast<std::uint8_t>(zeros), 0, 0});
    }
    zeros = 0;
  };
  for (const std::int32_t value : values) {
    if (value == 0) {
      ++zeros;
      continue;
    }
    end_run();
    const int size = std::abs(value);
    CHECK(size <= kSizeMax);  // settle_bins
    if (value >= kValueMin && value <= kValueMax) {
      out.push_back({static_cast<std::uint8_t>(value + kValueOfZero), 0, 0});
    } else if (size <= 0xff) {
      out.push_back({value > 0 ? kPositive8 : kNegative8, 8, static_cast<std::uint16_t>(size)});
    } else {
      out.push_back({value > 0 ? kPositive16 : kNegative16, 16, static_cast<std::uint16_t>(size)});
    }
  }
  end_run();
  return out;
}

// A Huffman code of at most 16 bits, of which the one of all ones stands for nothing (as in JPEG: ITU-T T.81, annex
// K.2).
struct HuffmanCode {
  std::array<std::uint8_t, kCodeBitsMax> counts{};
  std::vector<std::uint8_t> symbols;  // by length
  std::array<std::uint16_t, 256> code{};
  std::array<std::uint8_t, 256> bits{};
};

std::array<int, 257> lengths_of(std::array<std::int64_t, 257> frequency) {
  std::array<int, 257> length{}, other;
  other.fill(-1);
  for (;;) {
    int least = -1, second = -1;
    for (int i = 0; i < 257; ++i) {
      if (frequency[i] == 0) continue;
      if (least < 0 || frequency[i] <= frequency[least]) {
        second = least;
        least = i;
      } else if (second < 0 || frequency[i] <= frequency[second]) {
        second = i;
      }
    }
    if (second < 0) return length;
    frequency[least] += frequency[second];
    frequency[second] = 0;
    int last = least;
    for (int i = least; i >= 0; last = i, i = other[i]) ++length[i];
    other[last] = second;
    for (int i = second; i >= 0; i = other[i]) ++length[i];
  }
}

HuffmanCode huffman_of(const std::vector<Coded>& coded) {
  if (coded.empty()) return {};  // a flat image's block
  std::array<std::int64_t, 257> frequency{};
  for (const Coded& one : coded) ++frequency[one.symbol];
  frequency[256] = 1;
  const std::array<int, 257> length = lengths_of(frequency);
  std::array<int, 258> counts{};
  for (const int one : length) counts[one] += one > 0;
  for (int bits = 257; bits > kCodeBitsMax; --bits) {
    while (counts[bits] > 0) {  // two leaves go up, one comes down beside a shorter one
      int shorter = bits - 2;
      while (counts[shorter] == 0) --shorter;
      counts[bits] -= 2;
      ++counts[bits - 1];
      counts[shorter + 1] += 2;
      --counts[shorter];
    }
  }
  int longest = kCodeBitsMax;
  while (counts[longest] == 0) --longest;
  --counts[longest];  // the code of all ones
  HuffmanCode out;
  for (int bits = 1; bits <= kCodeBitsMax; ++bits) out.counts[bits - 1] = static_cast<std::uint8_t>(counts[bits]);
  for (int symbol = 0; symbol < 256; ++symbol)
    if (length[symbol] > 0) out.symbols.push_back(static_cast<std::uint8_t>(symbol));
  std::stable_sort(out.symbols.begin(), out.symbols.end(), [&](int a, int b) { return length[a] < length[b]; });
  std::uint32_t code = 0;
  std::size_t at = 0;
  for (int bits = 1; bits <= kCodeBitsMax; ++bits, code <<= 1) {
    for (int i = 0; i < counts[bits]; ++i, ++at, ++code) {
      out.code[out.symbols[at]] = static_cast<std::uint16_t>(code);
      out.bits[out.symbols[at]] = static_cast<std::uint8_t>(bits);
    }
  }
  return out;
}

class BitWriter {
 public:
  explicit BitWriter(ByteWriter& out) : out_(out) {}
  void put(std::uint32_t value, int bits) {
    for (int i = bits - 1; i >= 0; --i) {
      byte_ = byte_ << 1 | (value >> i & 1);
      if (++count_ == 8) flush();
    }
  }
  void finish() {
    while (count_ != 0) put(1, 1);
  }

 private:
  void flush() {
    out_.u8(static_cast<std::uint8_t>(byte_));
    if ((byte_ & 0xff) == 0xff) out_.u8(0);
    byte_ = 0;
    count_ = 0;
  }
  ByteWriter& out_;
  std::uint32_t byte_ = 0;
  int count_ = 0;
};

constexpr std::size_t kCommentBytesMax = 0xffff - 2;

void put_segment(ByteWriter& out, Marker marker, ByteWriter& contents) {
  const Bytes bytes = contents.take();
  out.u16(marker).u16(static_cast<std::uint16_t>(bytes.size() + 2)).raw(bytes);
}

void put_filters(ByteWriter& out) {
  ByteWriter segment;
  segment.u8(2 * kLow.size() - 1).u8(2 * kHigh.size() - 1);
  const auto put = [&segment](double value) {
    const Stated s = stated(std::abs(value), 4294967295.0);
    segment.u8(value < 0).u8(s.decimals).u32(s.number);
  };
  for (const double value : kLow) put(value);
  for (const double value : kHigh) put(value);
  put_segment(out, kFilters, segment);
}

void put_block(ByteWriter& out, int table, const HuffmanCode& code, const std::vector<Coded>& coded) {
  ByteWriter segment;
  segment.u8(static_cast<std::uint8_t>(table));
  put_segment(out, kBlock, segment);
  BitWriter bits(out);
  for (const Coded& one : coded) {
    bits.put(code.code[one.symbol], code.bits[one.symbol]);
    bits.put(one.value, one.bits);
  }
  bits.finish();
}

void put_huffman(ByteWriter& out, int table, const HuffmanCode& code) {
  ByteWriter segment;
  segment.u8(static_cast<std::uint8_t>(table));
  segment.raw(code.counts).raw(code.symbols);
  put_segment(out, kHuffman, segment);
}

// The values of the bands of a block, in order.
std::vector<std::int32_t> quantised(const std::vector<float>& image, int pitch, const std::array<Area, kBands>& bands,
                                    const Quantisation& q, int block) {
  std::vector<std::int32_t> values;
  for (int band = kBlockEnds[block]; band < kBlockEnds[block + 1]; ++band) {
    if (q.bin[band] == 0) continue;
    const Area& b = bands[band];
    for (int y = b.y; y < b.y + b.height; ++y)
      for (int x = b.x; x < b.x + b.width; ++x) {
        const float value = image[static_cast<std::size_t>(y) * pitch + x],
                    beyond = std::fabs(value) - q.zero_bin[band] / 2;
        const auto size = beyond > 0 ? static_cast<std::int32_t>(beyond / q.bin[band]) + 1 : 0;
        values.push_back(value < 0 ? -size : size);
      }
  }
  return values;
}

struct Level {
  double shift = 0, scale = 1;
};
Level level_of(const Image& image) {  // gray levels are taken to about -128 … 128
  const auto [least, most] = std::minmax_element(image.pixels.begin(), image.pixels.end());
  const double sum = std::accumulate(image.pixels.begin(), image.pixels.end(), 0.0);
  Level level;
  level.shift = as_read16(sum / static_cast<double>(image.pixels.size()));
  level.scale = as_read16(std::max(level.shift - *least, *most - level.shift) / 128);
  if (level.scale == 0) level.scale = 1;
  return level;
}

void put_comments(ByteWriter& out, const Image& image, std::span<const std::string> comments) {
  const auto put = [&out](std::string_view words) {
    ByteWriter segment;
    segment.raw(view(words));
    put_segment(out, kComment, segment);
  };
  // as NBIS does it: how many lines there are, then lines
  if (image.ppi != 0) put(fmt::format("NIST_COM 2\nPPI {:.0f}\n", image.ppi));
  for (const std::string& comment : comments) put(comment);
}

void put_tables(ByteWriter& out, const Image& image, const Level& level, const Quantisation& q) {
  put_filters(out);
  ByteWriter table;
  put16(table, q.centre);
  for (int band = 0; band < kBands; ++band) {
    put16(table, q.bin[band]);
    put16(table, q.zero_bin[band]);
  }
  put_segment(out, kQuantisation, table);
  ByteWriter frame;
  frame.u8(0).u8(255).u16(static_cast<std::uint16_t>(image.height)).u16(static_cast<std::uint16_t>(image.width));
  put16(frame, level.shift);
  put16(frame, level.scale);
  frame.u8(kEncoderRevision).u16(0);
  put_segment(out, kFrame, frame);
}

// Each block's symbols with a code of its own, or the two finer blocks with one code for both: whichever is shorter.
void put_blocks(ByteWriter& out, const std::array<std::vector<Coded>, kBlocks>& coded) {
  std::vector<Coded> finer = coded[1];
  finer.insert(finer.end(), coded[2].begin(), coded[2].end());
  const HuffmanCode coarse = huffman_of(coded[0]), shared = huffman_of(finer);
  const std::array<HuffmanCode, 2> own = {huffman_of(coded[1]), huffman_of(coded[2])};
  const auto bits = [](const HuffmanCode& code, const std::vector<Coded>& symbols) {
    std::size_t sum = 0;
    for (const Coded& one : symbols) sum += code.bits[one.symbol];
    return sum;
  };
  constexpr std::size_t kTableBits = 8 * (5 + kCodeBitsMax);
  const std::size_t separate = bits(own[0], coded[1]) + bits(own[1], coded[2]) +
                               8 * (own[0].symbols.size() + own[1].symbols.size()) + 2 * kTableBits;
  const bool together = bits(shared, finer) + 8 * shared.symbols.size() + kTableBits <= separate;
  put_huffman(out, 0, coarse);
  put_block(out, 0, coarse, coded[0]);
  put_huffman(out, 1, together ? shared : own[0]);
  put_block(out, 1, together ? shared : own[0], coded[1]);
  if (!together) put_huffman(out, 2, own[1]);
  put_block(out, together ? 1 : 2, together ? shared : own[1], coded[2]);
}

}  // namespace
}  // namespace wsq

Result<Bytes> encode_wsq(const Image& image, double bits_per_pixel, std::span<const std::string> comments) {
  using namespace wsq;
  if (image.channels != 1 || image.pixels.size() != static_cast<std::size_t>(image.width) * image.height)
    return {Code::kInvalidInput, "WSQ wants a gray image"};
  TRY(check_size(image.width, image.height));
  if (image.width < kSideMin || image.height < kSideMin)
    return {Code::kInvalidInput, fmt::format("WSQ wants {} pixels a side or more", kSideMin)};
  if (!(bits_per_pixel > 0.1 && bits_per_pixel <= 8))
    return {Code::kInvalidInput, "WSQ wants a rate of 0.1 to 8 bits a pixel"};
  for (const std::string& comment : comments) {
    if (comment.size() > kCommentBytesMax) return {Code::kInvalidInput, "a comment in WSQ has at most 65533 bytes"};
  }
  const Level level = level_of(image);
  std::vector<float> coefficients(image.pixels.size());
  for (std::size_t i = 0; i < coefficients.size(); ++i)
    coefficients[i] = static_cast<float>((image.pixels[i] - level.shift) / level.scale);
  for (const Step& step : steps_of(image.width, image.height)) analyse(step, image.width, coefficients);
  const auto bands = bands_of(image.width, image.height);
  Quantisation q = quantisation_for(variances(coefficients, image.width, bands), bits_per_pixel);
  settle_bins(coefficients, image.width, bands, q);
  ByteWriter out;
  out.u16(kStart);
  put_comments(out, image, comments);
  put_tables(out, image, level, q);
  std::array<std::vector<Coded>, kBlocks> coded;
  for (int block = 0; block < kBlocks; ++block)
    coded[block] = symbols_of(quantised(coefficients, image.width, bands, q, block));
  put_blocks(out, coded);
  out.u16(kEnd);
  return out.take();
}

}  // namespace puente::format
