// JPEG 2000 by OpenJPEG: JP2 files and bare codestreams (ISO/IEC 15444-1).
#include <fmt/format.h>
#include <openjpeg.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include "core/limits.h"
#include "format/image/codec.h"
#include "format/image/image.h"
#include "format/image/jpeg2000_header.h"

namespace puente::format {
namespace {

using namespace jpeg2000;

constexpr std::uint16_t kEndOfCodestream = 0xffd9;
constexpr double kMetresInInch = 0.0254;

Error damaged(const std::string& what) {
  return {Code::kInvalidInput, "damaged JPEG 2000 image: " + what};
}

// The library's file: bytes in memory, read or written.
struct Memory {
  ByteView in;
  Bytes out;
  std::size_t at = 0;
  std::string complaint;
};

OPJ_SIZE_T read_some(void* buffer, OPJ_SIZE_T size, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  if (memory.at >= memory.in.size()) return static_cast<OPJ_SIZE_T>(-1);
  const std::size_t count = std::min(size, memory.in.size() - memory.at);
  std::memcpy(buffer, memory.in.data() + memory.at, count);
  memory.at += count;
  return count;
}
OPJ_SIZE_T write_some(void* buffer, OPJ_SIZE_T size, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  memory.out.resize(std::max(memory.out.size(), memory.at + size));
  std::memcpy(memory.out.data() + memory.at, buffer, size);
  memory.at += size;
  return size;
}
OPJ_OFF_T skip_some(OPJ_OFF_T count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  if (count < 0) return -1;
  memory.at += static_cast<std::size_t>(count);
  return count;
}
OPJ_BOOL seek_to(OPJ_OFF_T place, void* user) {
  if (place < 0) return OPJ_FALSE;
  static_cast<Memory*>(user)->at = static_cast<std::size_t>(place);
  return OPJ_TRUE;
}
void keep_complaint(const char* message, void* user) {
  std::string& complaint = static_cast<Memory*>(user)->complaint;
  if (!complaint.empty()) return;
  complaint = message;
  std::replace(complaint.begin(), complaint.end(), '\n', ' ');
  while (complaint.ends_with(' ')) complaint.pop_back();
}

struct FreeCodec {  // to the library, codecs and streams are of one type
  void operator()(opj_codec_t* codec) const { opj_destroy_codec(codec); }
};
struct FreeStream {
  void operator()(opj_stream_t* stream) const { opj_stream_destroy(stream); }
};
struct FreePicture {
  void operator()(opj_image_t* picture) const { opj_image_destroy(picture); }
};
using Codec = std::unique_ptr<opj_codec_t, FreeCodec>;
using Stream = std::unique_ptr<opj_stream_t, FreeStream>;
using Picture = std::unique_ptr<opj_image_t, FreePicture>;

Stream stream_over(Memory& memory, bool reading) {
  Stream stream(opj_stream_create(1 << 16, reading));
  opj_stream_set_user_data(stream.get(), &memory, nullptr);
  opj_stream_set_user_data_length(stream.get(), memory.in.size());
  opj_stream_set_read_function(stream.get(), read_some);
  opj_stream_set_write_function(stream.get(), write_some);
  opj_stream_set_skip_function(stream.get(), skip_some);
  opj_stream_set_seek_function(stream.get(), seek_to);
  return stream;
}

void listen(opj_codec_t* codec, Memory& memory) {
  opj_set_error_handler(codec, keep_complaint, &memory);
  opj_set_warning_handler(
      codec, [](const char*, void*) {}, nullptr);
  opj_set_info_handler(
      codec, [](const char*, void*) {}, nullptr);
}

// Where a JP2 file keeps its resolution, which the library does not read (15444-1, I.5.3.7).
double ppi_of(ByteView file) {
  const auto header = find_box(file, "jp2h");
  const auto resolution = header ? find_box(header->contents, "res ") : std::nullopt;
  if (!resolution) return 0;
  auto stated = find_box(resolution->contents, "resc");  // of capture; else of display
  if (!stated) stated = find_box(resolution->contents, "resd");
  if (!stated) return 0;
  ByteReader in(stated->contents);
  const double down_over = in.u16(), down_under = in.u16(), across_over = in.u16(), across_under = in.u16();
  const int down_tens = static_cast<std::int8_t>(in.u8()), across_tens = static_cast<std::int8_t>(in.u8());
  if (!in.ok() || down_under == 0 || across_under == 0) return 0;
  const double down = down_over / down_under * std::pow(10.0, down_tens);  // samples a metre
  const double across = across_over / across_under * std::pow(10.0, across_tens);
  return plausible_ppi(across * kMetresInInch, down * kMetresInInch);
}

bool is_smaller(const opj_image_comp_t& one, const opj_image_comp_t& other) {
  return one.w < other.w || one.h < other.h;
}

// Whether gray is to be made of red, green and blue. Else the first component is it: the only one, or a luma. Colours
// that have fewer samples are differences from a luma, whether or not the file says so.
bool is_colour(const opj_image_t& picture) {
  const opj_image_comp_t* c = picture.comps;
  if (picture.numcomps < 3 || picture.color_space == OPJ_CLRSPC_SYCC || picture.color_space == OPJ_CLRSPC_EYCC)
    return false;
  return !(is_smaller(c[1], c[0]) && is_smaller(c[2], c[0]));
}

Status check_components(const opj_image_t& picture) {
  if (picture.numcomps == 0) return damaged("it has no pixels");
  if (picture.color_space == OPJ_CLRSPC_CMYK)
    return {Code::kUnsupported, "JPEG 2000 image is not gray or RGB (CMYK); convert it to gray"};
  const opj_image_comp_t& first = picture.comps[0];
  for (OPJ_UINT32 c = 0; c < picture.numcomps; ++c) {
    const opj_image_comp_t& one = picture.comps[c];
    if (c >= kComponentsMax || one.prec < 1 || one.prec > kBitsMax)
      return {Code::kUnsupported, "JPEG 2000 images of over four colours, or over 16 bits, are not read"};
    if (c < 3 && is_colour(picture) && (one.w != first.w || one.h != first.h))
      return {Code::kUnsupported, "JPEG 2000 images whose colours have other sizes are not read"};
    TRY(check_size(one.w, one.h));
    if (!one.data) return damaged("a colour is missing");
  }
  return {};
}

Image to_gray(const opj_image_t& picture, double ppi) {
  const opj_image_comp_t& first = picture.comps[0];
  Image image{static_cast<int>(first.w), static_cast<int>(first.h), 1, ppi, {}};
  image.pixels.resize(static_cast<std::size_t>(first.w) * first.h);
  const auto level = [&picture](OPJ_UINT32 component, std::size_t i) {  // 0..255
    const opj_image_comp_t& c = picture.comps[component];
    const std::int64_t most = (std::int64_t{1} << c.prec) - 1, low = c.sgnd ? std::int64_t{1} << (c.prec - 1) : 0;
    const std::int64_t value = std::clamp<std::int64_t>(c.data[i] + low, 0, most);
    return int{eight_bits(static_cast<std::uint64_t>(value), static_cast<std::uint64_t>(most))};
  };
  const bool colour = is_colour(picture);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i] = colour ? luma(level(0, i), level(1, i), level(2, i)) : static_cast<std::uint8_t>(level(0, i));
  }
  return image;
}

}  // namespace

Result<Image> decode_jpeg2000(ByteView bytes) {
  const ByteView codestream = codestream_of(bytes);
  if (codestream.empty()) return damaged("it has no picture");
  const bool bare = codestream.data() == bytes.data();
  if (!bare) TRY(check_palettes(bytes));
  ASSIGN_OR_RETURN(const Codestream checked, check_codestream(codestream));
  Memory memory;  // nothing that was not checked
  memory.in = bytes.first(static_cast<std::size_t>(codestream.data() - bytes.data()) + checked.bytes.size());
  Bytes ended;
  if (!checked.ended) memory.in = ended = ByteWriter().raw(memory.in).u16(kEndOfCodestream).take();
  const Codec codec(opj_create_decompress(bare ? OPJ_CODEC_J2K : OPJ_CODEC_JP2));
  const Stream stream = stream_over(memory, true);
  listen(codec.get(), memory);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t* raw = nullptr;
  if (!opj_setup_decoder(codec.get(), &parameters) || !opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE) ||
      !opj_read_header(stream.get(), codec.get(), &raw))
    return damaged(memory.complaint.empty() ? "its header" : memory.complaint);
  const Picture picture(raw);
  if (!opj_decode(codec.get(), stream.get(), picture.get()))
    return damaged(memory.complaint.empty() ? "its picture" : memory.complaint);
  TRY(check_components(*picture));  // its boxes have a say in them
  return to_gray(*picture, bare ? 0 : ppi_of(bytes));
}

namespace {

// A box of a type around contents.
Bytes boxed(std::string_view type, ByteView contents) {
  return ByteWriter().u32(static_cast<std::uint32_t>(contents.size() + 8)).raw(view(type)).raw(contents).take();
}

// The file with its resolution stated in its header box.
Bytes with_resolution(const Bytes& file, double ppi) {
  const auto header = find_box(file, "jp2h");
  if (!header || ppi <= 0) return file;
  double samples_a_metre = ppi / kMetresInInch;
  std::uint8_t tens = 0;
  for (; samples_a_metre > 65535; samples_a_metre /= 10) ++tens;
  const auto over = static_cast<std::uint16_t>(std::lround(samples_a_metre));
  const Bytes capture = boxed("resc", ByteWriter().u16(over).u16(1).u16(over).u16(1).u8(tens).u8(tens).take());
  const Bytes contents = ByteWriter().raw(header->contents).raw(boxed("res ", capture)).take();
  const auto begin = static_cast<std::size_t>(header->contents.data() - file.data()) - 8;
  const ByteView whole(file);
  return ByteWriter()
      .raw(whole.first(begin))
      .raw(boxed("jp2h", contents))
      .raw(whole.subspan(begin + header->size))
      .take();
}

Picture to_picture(const Image& image) {
  std::vector<opj_image_cmptparm_t> components(static_cast<std::size_t>(image.channels));
  for (opj_image_cmptparm_t& one : components) {
    one = {};
    one.dx = one.dy = 1;
    one.w = static_cast<OPJ_UINT32>(image.width);
    one.h = static_cast<OPJ_UINT32>(image.height);
    one.prec = 8;
  }
  Picture picture(opj_image_create(static_cast<OPJ_UINT32>(image.channels), components.data(),
                                   image.channels == 1 ? OPJ_CLRSPC_GRAY : OPJ_CLRSPC_SRGB));
  picture->x1 = components[0].w;
  picture->y1 = components[0].h;
  for (int c = 0; c < image.channels; ++c)
    for (std::size_t i = 0; i < static_cast<std::size_t>(image.width) * image.height; ++i)
      picture->comps[c].data[i] =
          image.pixels[i * static_cast<std::size_t>(image.channels) + static_cast<std::size_t>(c)];
  return picture;
}

}  // namespace

Result<Bytes> encode_jpeg2000(const Image& image, double compression) {
  if ((image.channels != 1 && image.channels != 3) ||
      image.pixels.size() != static_cast<std::size_t>(image.width) * image.height * image.channels)
    return {Code::kInvalidInput, "JPEG 2000 wants a gray or colour image"};
  TRY(check_size(image.width, image.height));
  if (compression != 0 && !(compression > 1 && compression <= 1000))
    return {Code::kInvalidInput, "JPEG 2000 wants a compression of 1 to 1000, or 0 for none of its losses"};
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_rates[0] = static_cast<float>(compression);
  parameters.irreversible = compression != 0;
  parameters.tcp_mct = image.channels == 3;
  while (parameters.numresolution > 1 && std::min(image.width, image.height) < 1 << (parameters.numresolution - 1))
    --parameters.numresolution;
  Memory memory;
  const Picture picture = to_picture(image);
  const Codec codec(opj_create_compress(OPJ_CODEC_JP2));
  const Stream stream = stream_over(memory, false);
  listen(codec.get(), memory);
  if (!opj_setup_encoder(codec.get(), &parameters, picture.get()) ||
      !opj_start_compress(codec.get(), picture.get(), stream.get()) || !opj_encode(codec.get(), stream.get()) ||
      !opj_end_compress(codec.get(), stream.get()))
    return {Code::kInvalidInput, "JPEG 2000: " + memory.complaint};
  return with_resolution(memory.out, image.ppi);
}

}  // namespace puente::format
