#include <fmt/format.h>

#include <csetjmp>
#include <cstddef>
#include <cstdio>

// jpeglib.h needs size_t and FILE declared before it.
#include <jerror.h>
#include <jpeglib.h>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "format/image/codec.h"
#include "format/image/exif.h"
#include "format/image/image.h"

namespace puente::format {
namespace {

constexpr int kScansMax = 100;  // a progressive file with more is made to burn time

// libjpeg's error manager with ours around it. Errors leave libjpeg by longjmp, over no destructors.
struct JpegErrors {
  jpeg_error_mgr manager;  // must be first: libjpeg hands its address back
  std::jmp_buf escape;
  char message[JMSG_LENGTH_MAX] = "";
  const std::uint8_t* begin = nullptr;    // of the file
  bool in_pixels = false;                 // no longer in what precedes them
  bool ended = false, truncated = false;  // the bytes are over; and pixels are missing
};

JpegErrors& errors_of(j_common_ptr jpeg) {
  return *reinterpret_cast<JpegErrors*>(jpeg->err);
}

[[noreturn]] void on_error(j_common_ptr jpeg) {
  JpegErrors& errors = errors_of(jpeg);
  jpeg->err->format_message(jpeg, errors.message);
  std::longjmp(errors.escape, 1);
}

// Whether what was passed over before a marker is filling: zeros, or ones, as some cameras pad to whole blocks. Where
// the file ends with it, nobody can tell it from pixels that never came.
bool passed_filling(j_common_ptr jpeg, std::size_t passed) {
  if (errors_of(jpeg).ended) return false;
  const std::uint8_t* end = reinterpret_cast<j_decompress_ptr>(jpeg)->src->next_input_byte;
  passed = std::min(passed, static_cast<std::size_t>(end - errors_of(jpeg).begin));
  return std::all_of(end - passed, end, [](std::uint8_t byte) { return byte == 0x00 || byte == 0xff; });
}

void on_message(j_common_ptr jpeg, int level) {
  // libjpeg pads what is missing with gray and goes on; half a finger must not pass for a whole one. Where nothing but
  // the last marker is missing, no value was asked for in vain.
  const int code = jpeg->err->msg_code;
  if (level < 0 && code == JWRN_JPEG_EOF) errors_of(jpeg).ended = true;
  // Values that no table has, or many that are left when the picture is whole: what came before them was shifted. A few
  // bytes are some camera's padding.
  constexpr int kPaddingMost = 16;
  const int passed = jpeg->err->msg_parm.i[0];
  const bool left_over =
      code == JWRN_EXTRANEOUS_DATA && passed > kPaddingMost && !passed_filling(jpeg, static_cast<std::size_t>(passed));
  if (level < 0 && errors_of(jpeg).in_pixels && (code == JWRN_HUFF_BAD_CODE || left_over)) on_error(jpeg);
  if (level < 0 && code == JWRN_HIT_MARKER) {
    errors_of(jpeg).truncated = true;
    on_error(jpeg);
  }
}

void on_output(j_common_ptr) {}

void on_progress(j_common_ptr jpeg) {
  if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number > kScansMax) {
    std::snprintf(errors_of(jpeg).message, sizeof(errors_of(jpeg).message), "too many scans");
    std::longjmp(errors_of(jpeg).escape, 1);
  }
}

struct Reader {
  jpeg_decompress_struct jpeg{};
  JpegErrors errors{};
  jpeg_progress_mgr progress{};
  bool created = false;
  ~Reader() {
    if (created) jpeg_destroy_decompress(&jpeg);
  }
};

// The two calls into libjpeg that may jump. Both hold only trivial locals.
bool read_header(Reader& reader, ByteView bytes) {
  jpeg_decompress_struct& jpeg = reader.jpeg;
  jpeg.err = jpeg_std_error(&reader.errors.manager);
  reader.errors.manager.error_exit = on_error;
  reader.errors.manager.emit_message = on_message;
  reader.errors.manager.output_message = on_output;
  if (setjmp(reader.errors.escape) != 0) return false;
  jpeg_create_decompress(&jpeg);
  reader.created = true;
  reader.errors.begin = bytes.data();
  reader.progress.progress_monitor = on_progress;
  jpeg.progress = &reader.progress;
  jpeg_mem_src(&jpeg, bytes.data(), bytes.size());
  jpeg_save_markers(&jpeg, JPEG_APP0 + 1, 0xffff);
  jpeg_read_header(&jpeg, TRUE);
  return true;
}

// Of an image in several scans, one after the other, that has lost its end: whether some were lost with it. Of those
// that are not progressive nobody can tell.
bool lacks_scans(const Reader& reader) {
  const jpeg_decompress_struct& jpeg = reader.jpeg;
  if (reader.errors.ended && jpeg.arith_code) return true;  // its decoder never says what it lacks
  if (!reader.errors.ended || !jpeg_has_multiple_scans(const_cast<j_decompress_ptr>(&jpeg))) return false;
  if (jpeg.coef_bits == nullptr) return true;
  for (int c = 0; c < jpeg.num_components; ++c)
    for (int k = 0; k < DCTSIZE2; ++k)
      if (jpeg.coef_bits[c][k] != 0) return true;  // how many bits of it are yet to come; -1: all
  return false;
}

bool read_pixels(Reader& reader, std::uint8_t* pixels) {
  jpeg_decompress_struct& jpeg = reader.jpeg;
  if (setjmp(reader.errors.escape) != 0) return false;
  reader.errors.in_pixels = true;
  jpeg.out_color_space = JCS_GRAYSCALE;
  jpeg.dct_method = JDCT_ISLOW;  // the exact one: the same pixels with and without SIMD
  jpeg_start_decompress(&jpeg);
  while (jpeg.output_scanline < jpeg.output_height) {
    JSAMPROW row = pixels + static_cast<std::size_t>(jpeg.output_scanline) * jpeg.output_width;
    jpeg_read_scanlines(&jpeg, &row, 1);
  }
  const bool scans_missing = lacks_scans(reader);
  jpeg_finish_decompress(&jpeg);
  if (scans_missing) reader.errors.truncated = true;
  return !scans_missing;
}

Error reading_error(const JpegErrors& errors) {
  if (errors.truncated || errors.ended) return {Code::kInvalidInput, "JPEG image is truncated"};
  return {Code::kInvalidInput, fmt::format("JPEG image is damaged: {}", errors.message)};
}

double density_of(const jpeg_decompress_struct& jpeg) {
  double ppi = 0;
  if (jpeg.saw_JFIF_marker && jpeg.density_unit == 1) ppi = plausible_ppi(jpeg.X_density, jpeg.Y_density);
  if (jpeg.saw_JFIF_marker && jpeg.density_unit == 2)
    ppi = plausible_ppi(jpeg.X_density * kCentimetresInInch, jpeg.Y_density * kCentimetresInInch);
  if (ppi > 0) return ppi;
  using namespace std::string_view_literals;
  for (jpeg_saved_marker_ptr marker = jpeg.marker_list; marker != nullptr; marker = marker->next) {
    const ByteView data(marker->data, marker->data_length);
    if (text(data).starts_with("Exif\0\0"sv)) return Exif(data.subspan(6)).ppi();
  }
  return 0;
}

}  // namespace

Result<Image> decode_jpeg(ByteView bytes) {
  if (const auto header = image_header(bytes); header.ok() && header->lossless) {
    return {Code::kUnsupported, "lossless JPEG (JPEGL of old transactions) is not decoded; convert it to PNG"};
  }
  Reader reader;
  if (!read_header(reader, bytes)) return reading_error(reader.errors);
  TRY(check_size(reader.jpeg.image_width, reader.jpeg.image_height));
  const J_COLOR_SPACE space = reader.jpeg.jpeg_color_space;
  if (space != JCS_GRAYSCALE && space != JCS_YCbCr && space != JCS_RGB) {
    return {Code::kUnsupported, "JPEG image is not gray or RGB (CMYK?); convert it to gray"};
  }
  Image image;
  image.width = static_cast<int>(reader.jpeg.image_width);
  image.height = static_cast<int>(reader.jpeg.image_height);
  image.ppi = density_of(reader.jpeg);
  image.pixels.resize(static_cast<std::size_t>(image.width) * image.height);
  if (!read_pixels(reader, image.pixels.data())) return reading_error(reader.errors);
  return image;
}

}  // namespace puente::format
