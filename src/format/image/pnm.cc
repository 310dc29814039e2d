// PBM, PGM and PPM, plain and raw ("P1" to "P6", Netpbm's formats): what laboratories' programs write.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/text.h"
#include "format/image/plain.h"

namespace puente::format {
namespace {

Error damaged(const char* what) {
  return {Code::kInvalidInput, fmt::format("damaged PGM or PPM image: {}", what)};
}

// Numbers in digits, with blanks and comments ("# …" to the line's end) between them.
class Numbers {
 public:
  explicit Numbers(std::string_view text) : text_(text) {}

  std::optional<std::int64_t> next(std::size_t digits_max = 9) {
    while (!text_.empty() && (is_blank(text_[0]) || text_[0] == '#')) {
      const std::size_t line = text_.find('\n');
      text_.remove_prefix(text_[0] != '#' ? 1 : line == std::string_view::npos ? text_.size() : line);
    }
    std::int64_t value = 0;
    std::size_t digits = 0;
    for (; digits < std::min(digits_max, text_.size()) && text_[digits] >= '0' && text_[digits] <= '9'; ++digits)
      value = 10 * value + (text_[digits] - '0');
    text_.remove_prefix(digits);
    if (digits == 0) return std::nullopt;
    return value;
  }
  // What follows the one blank behind the last number.
  std::string_view rest() const { return text_.substr(std::min<std::size_t>(text_.size(), 1)); }

 private:
  std::string_view text_;
};

struct Kind {
  bool raw = false, bits = false;
  int channels = 1;
};

// Values up to `most`, in one or two bytes each where they are raw; what is more is taken for it, and said.
Result<std::vector<std::uint16_t>> values_of(const Kind& kind, Numbers& in, std::size_t count, std::int64_t most,
                                             Remarks& remarks) {
  std::vector<std::uint16_t> out;
  const std::string_view rest = in.rest();
  const std::size_t bytes = most > 255 ? 2 : 1;
  if (kind.raw ? rest.size() < count * bytes : rest.size() + 1 < count) return damaged("it ends within its pixels");
  out.reserve(count);
  for (ByteReader raw(view(rest)); kind.raw && out.size() < count;) out.push_back(bytes == 2 ? raw.u16() : raw.u8());
  while (out.size() < count) {
    const auto value = in.next(kind.bits ? 1 : 9);
    if (!value) return damaged("it ends within its pixels");
    out.push_back(static_cast<std::uint16_t>(std::min<std::int64_t>(*value, 65535)));
  }
  const auto over = std::count_if(out.begin(), out.end(), [&](std::uint16_t value) { return value > most; });
  if (over > 0) {
    remarks.push_back(fmt::format("{} of {} values are over {}, the largest that its header allows: read as that", over,
                                  count, most));
    for (std::uint16_t& value : out) value = std::min(value, static_cast<std::uint16_t>(most));
  }
  return out;
}

// Bits, eight a byte, each row from a whole byte on; 1 is black.
Result<Bytes> bits_of(std::string_view rows, int width, int height) {
  const std::size_t stride = (static_cast<std::size_t>(width) + 7) / 8;
  if (rows.size() < stride * static_cast<std::size_t>(height)) return damaged("it ends within its pixels");
  Bytes out;
  out.reserve(static_cast<std::size_t>(width) * height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      out.push_back(
          rows[stride * static_cast<std::size_t>(y) + static_cast<std::size_t>(x) / 8] >> (7 - x % 8) & 1 ? 0 : 255);
  return out;
}

}  // namespace

bool is_pnm(ByteView file) {
  const std::string_view start = text(file);
  return start.size() > 2 && start[0] == 'P' && start[1] >= '1' && start[1] <= '6' &&
         (is_blank(start[2]) || start[2] == '#');
}

Result<Image> decode_pnm(ByteView file, Remarks& remarks) {
  const int number = file[1] - '0';
  const Kind kind{.raw = number >= 4, .bits = number == 1 || number == 4, .channels = number % 3 == 0 ? 3 : 1};
  Numbers in(text(file).substr(2));
  const auto width = in.next(), height = in.next(), most = kind.bits ? 1 : in.next();
  if (!width || !height || !most) return damaged("it ends within its header");
  if (*most < 1 || *most > 65535) return damaged("its largest value is not 1 to 65535");
  TRY(check_size(*width, *height));
  Image image{static_cast<int>(*width), static_cast<int>(*height), kind.channels, 0, {}};
  if (kind.bits && kind.raw) {
    ASSIGN_OR_RETURN(image.pixels, bits_of(in.rest(), image.width, image.height));
    return image;
  }
  const std::size_t count = static_cast<std::size_t>(*width * *height) * static_cast<std::size_t>(kind.channels);
  ASSIGN_OR_RETURN(const std::vector<std::uint16_t> values, values_of(kind, in, count, *most, remarks));
  const unsigned used = *std::max_element(values.begin(), values.end());
  const bool mask = used == 1 && *most > 1;
  const unsigned range = mask || *most == 65535 ? range_used(used, remarks) : static_cast<unsigned>(*most);
  image.pixels.reserve(count);
  for (const std::uint16_t value : values) {
    const std::uint8_t gray = eight_bits(value, range);
    image.pixels.push_back(kind.bits ? static_cast<std::uint8_t>(255 - gray) : gray);
  }
  return image;
}

}  // namespace puente::format
