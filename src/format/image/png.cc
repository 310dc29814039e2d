#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <new>

#include "format/image/codec.h"
#include "format/image/image.h"

namespace puente::format {
namespace {

// What libpng's call-backs see. Trivial members only: an error jumps out of libpng by longjmp, over no destructors.
struct PngState {
  const std::uint8_t* next = nullptr;  // reading
  std::size_t left = 0;
  bool truncated = false;
  Bytes* out = nullptr;  // writing
  char message[160] = "";
  std::jmp_buf escape;
};

PngState& state_of(png_structp png) {
  return *static_cast<PngState*>(png_get_error_ptr(png));
}

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  PngState& state = state_of(png);
  std::strncpy(state.message, message, sizeof state.message - 1);
  std::longjmp(state.escape, 1);
}

void on_warning(png_structp, png_const_charp) {}

void read_bytes(png_structp png, png_bytep out, std::size_t size) {
  PngState& state = state_of(png);
  if (size > state.left) {
    state.truncated = true;
    png_error(png, "truncated");
  }
  std::memcpy(out, state.next, size);
  state.next += size;
  state.left -= size;
}

bool append(Bytes& out, const std::uint8_t* data, std::size_t size) {
  try {
    out.insert(out.end(), data, data + size);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

void write_bytes(png_structp png, png_bytep data, std::size_t size) {
  if (!append(*state_of(png).out, data, size)) png_error(png, "out of memory");
}

void flush_bytes(png_structp) {}

struct Reader {
  PngState state;
  png_structp png = nullptr;
  png_infop info = nullptr;
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
};

struct Header {
  png_uint_32 width = 0, height = 0, x_per_unit = 0, y_per_unit = 0;
  int channels = 0, bytes = 1, unit = PNG_RESOLUTION_UNKNOWN;  // bytes: of a channel
};

// The two calls into libpng that may jump. Both hold only trivial locals.
bool read_header(Reader& reader, Header& header) {
  if (setjmp(reader.state.escape) != 0) return false;
  png_structp png = reader.png;
  png_infop info = reader.info;
  png_set_read_fn(png, nullptr, read_bytes);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // check_size says it more clearly
  png_set_chunk_cache_max(png, 64);
  png_set_chunk_malloc_max(png, 1u << 20);
  png_read_info(png, info);
  png_set_expand(png);  // palettes, 1/2/4 bits and tRNS to 8-bit channels
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  header.width = png_get_image_width(png, info);
  header.height = png_get_image_height(png, info);
  header.channels = png_get_channels(png, info);
  header.bytes = png_get_bit_depth(png, info) == 16 ? 2 : 1;
  if (png_get_pHYs(png, info, &header.x_per_unit, &header.y_per_unit, &header.unit) == 0) {
    header.unit = PNG_RESOLUTION_UNKNOWN;
  }
  return true;
}

bool read_pixels(Reader& reader, png_bytepp rows) {
  if (setjmp(reader.state.escape) != 0) return false;
  png_read_image(reader.png, rows);
  return true;
}

Error reading_error(const PngState& state) {
  if (state.truncated) return {Code::kInvalidInput, "PNG image is truncated"};
  return {Code::kInvalidInput, fmt::format("PNG image is damaged: {}", state.message)};
}

// Channels of 16 bits as 8, scaled to the range that is used in any of them but alpha.
void reduce_depth(Bytes& pixels, int channels, Remarks& remarks) {
  const bool alpha = channels == 2 || channels == 4;
  const std::size_t count = pixels.size() / 2;
  const auto value = [&pixels](std::size_t i) -> unsigned { return pixels[2 * i] << 8 | pixels[2 * i + 1]; };
  const auto is_alpha = [&](std::size_t i) { return alpha && static_cast<int>(i % channels) == channels - 1; };
  unsigned most = 0;
  for (std::size_t i = 0; i < count; ++i)
    if (!is_alpha(i)) most = std::max(most, value(i));
  const unsigned used = range_used(most, remarks);
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned range = is_alpha(i) ? 0xffff : used;
    pixels[i] = eight_bits(value(i), range);
  }
  pixels.resize(count);
}

struct Shade {
  int gray = 0, cover = 255;
};

// Gray, gray and alpha, RGB or RGBA as gray on white paper. An alpha that hides everything is one that nobody wrote, as
// of bitmaps with an unused byte; white ink that is seen by its alpha alone is ink all the same.
Bytes on_paper(const Bytes& from, int channels, Remarks& remarks) {
  const bool colour = channels >= 3, alpha = channels == 2 || channels == 4;
  const auto shade = [&](std::size_t i) {
    const std::uint8_t* at = from.data() + i * channels;
    return Shade{colour ? luma(at[0], at[1], at[2]) : at[0], alpha ? at[channels - 1] : 255};
  };
  constexpr int kHidden = 8, kWhite = 248;
  const std::size_t count = from.size() / channels;
  int cover_least = 255, cover_most = 0, darkest = 255;  // of ink that is seen
  for (std::size_t i = 0; i < count && alpha; ++i) {
    const auto [gray, cover] = shade(i);
    cover_least = std::min(cover_least, cover);
    cover_most = std::max(cover_most, cover);
    if (cover > kHidden) darkest = std::min(darkest, gray);
  }
  const bool hidden = alpha && cover_most <= kHidden;
  const bool white_ink = alpha && !hidden && darkest >= kWhite && cover_least < 255 - kHidden;
  if (hidden) remarks.push_back("wholly transparent: read as if it were not");
  if (white_ink) remarks.push_back("white on transparent ground: read as black on white");
  Bytes out(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto [gray, cover] = shade(i);
    if (hidden) cover = 255;
    if (white_ink) gray = 0;
    out[i] = static_cast<std::uint8_t>((gray * cover + 255 * (255 - cover) + 127) / 255);
  }
  return out;
}

struct Writer {
  PngState state;
  png_structp png = nullptr;
  png_infop info = nullptr;
  ~Writer() { png_destroy_write_struct(&png, &info); }
};

bool write_image(Writer& writer, const Image& image, int bits, std::span<png_text> texts, png_bytepp rows) {
  if (setjmp(writer.state.escape) != 0) return false;
  png_structp png = writer.png;
  png_infop info = writer.info;
  png_set_write_fn(png, nullptr, write_bytes, flush_bytes);
  png_set_IHDR(png, info, static_cast<png_uint_32>(image.width), static_cast<png_uint_32>(image.height), bits,
               image.channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (image.ppi > 0) {
    const auto per_metre = static_cast<png_uint_32>(image.ppi / 0.0254 + 0.5);
    png_set_pHYs(png, info, per_metre, per_metre, PNG_RESOLUTION_METER);
  }
  if (!texts.empty()) png_set_text(png, info, texts.data(), static_cast<int>(texts.size()));
  png_write_info(png, info);
  if (bits < 8) png_set_packing(png);  // rows hold a pixel a byte
  png_write_image(png, rows);
  png_write_end(png, nullptr);
  return true;
}

// Bits: of a channel; where they are fewer than 8 the pixels' values are below 2^bits.
Result<Bytes> written(const Image& image, int bits, std::span<png_text> texts) {
  TRY(check_size(image.width, image.height));
  const std::size_t stride = static_cast<std::size_t>(image.width) * image.channels;
  if ((image.channels != 1 && image.channels != 3) || image.pixels.size() != stride * image.height) {
    return {Code::kInvalidInput, "image to write must have 1 or 3 channels and as many bytes as its sizes say"};
  }
  std::vector<png_bytep> rows(static_cast<std::size_t>(image.height));
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = const_cast<png_bytep>(image.pixels.data() + y * stride);

  Bytes out;
  Writer writer;
  writer.state.out = &out;
  writer.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer.state, on_error, on_warning);
  if (writer.png != nullptr) writer.info = png_create_info_struct(writer.png);
  if (writer.info == nullptr) return {Code::kUnavailable, "not enough memory to write the image"};
  if (!write_image(writer, image, bits, texts, rows.data())) {
    return {Code::kInvalidInput, fmt::format("cannot write PNG: {}", writer.state.message)};
  }
  return out;
}

}  // namespace

Result<Image> decode_png(ByteView bytes, Remarks& remarks) {
  ByteReader start(bytes);  // signature, IHDR's length and type, width, height
  start.raw(16);
  const std::uint32_t width = start.u32(), height = start.u32();
  if (!start.ok()) return {Code::kInvalidInput, "PNG image is truncated"};
  TRY(check_size(width, height));

  Reader reader;
  reader.state.next = bytes.data();
  reader.state.left = bytes.size();
  reader.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader.state, on_error, on_warning);
  if (reader.png != nullptr) reader.info = png_create_info_struct(reader.png);
  if (reader.info == nullptr) return {Code::kUnavailable, "not enough memory to read the image"};
  Header header;
  if (!read_header(reader, header)) return reading_error(reader.state);
  TRY(check_size(header.width, header.height));

  const std::size_t stride = static_cast<std::size_t>(header.width) * header.channels * header.bytes;
  Bytes decoded(stride * header.height);
  std::vector<png_bytep> rows(header.height);
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = decoded.data() + y * stride;
  if (!read_pixels(reader, rows.data())) return reading_error(reader.state);

  Image image;
  image.width = static_cast<int>(header.width);
  image.height = static_cast<int>(header.height);
  if (header.unit == PNG_RESOLUTION_METER) {
    image.ppi = plausible_ppi(header.x_per_unit * 0.0254, header.y_per_unit * 0.0254);
  }
  if (header.bytes == 2) reduce_depth(decoded, header.channels, remarks);
  image.pixels = header.channels == 1 ? std::move(decoded) : on_paper(decoded, header.channels, remarks);
  return image;
}

Result<Bytes> encode_png(const Image& image, std::span<const PngText> texts) {
  std::vector<png_text> chunks;
  for (const PngText& text : texts) {
    if (text.key.empty() || text.key.size() > 79) return {Code::kInvalidInput, "PNG text keys have 1 to 79 characters"};
    png_text chunk{};
    chunk.compression = PNG_TEXT_COMPRESSION_NONE;
    chunk.key = const_cast<char*>(text.key.c_str());  // libpng copies both
    chunk.text = const_cast<char*>(text.value.c_str());
    chunk.text_length = text.value.size();
    chunks.push_back(chunk);
  }
  return written(image, 8, chunks);
}

Result<Bytes> encode_png_of_two_tones(Image image) {
  CHECK(image.channels == 1);
  for (std::uint8_t& pixel : image.pixels) pixel = pixel < 128 ? 0 : 1;
  return written(image, 1, {});
}

}  // namespace puente::format
