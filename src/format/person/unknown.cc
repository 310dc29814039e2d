#include "format/person/unknown.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>

#include "core/text.h"
#include "core/utf16.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/person/kind.h"

namespace puente::format {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLookedAt = 4096;

// "a WSQ image", "a minutiae record": bytes that are read here by themselves; empty: none.
std::string name_of(ByteView bytes) {
  if (const std::string_view image = image_name(bytes); !image.empty()) return fmt::format("a {} image", image);
  switch (const RecordKind kind = record_kind(bytes)) {
    case RecordKind::kUnknown:
    case RecordKind::kImage:
      return {};
    case RecordKind::kItl:
    case RecordKind::kNiemXml:
      return "an ANSI/NIST-ITL transaction";
    case RecordKind::kImageRecord:
    case RecordKind::kIso39794:
      return fmt::format("an {}", to_string(kind));
    default:
      return fmt::format("a {}", to_string(kind));
  }
}

// ---- texts that stand for bytes

struct Spelt {
  std::string letters;  // the first, without blanks
  bool cut = false;     // there are more
};
Spelt letters_of(std::string_view text) {
  Spelt out;
  for (const char c : text) {
    if (is_blank(c)) continue;
    if (out.letters.size() >= kLookedAt) {
      out.cut = true;
      break;
    }
    out.letters += c;
  }
  return out;
}

constexpr std::size_t kLettersMin = 16;  // fewer are no file

// As programs write bytes: 464d52, 0x464d52, 46:4D:52, {0x46, 0x4d, 0x52}, \x46\x4d\x52.
std::optional<Bytes> from_hex_letters(const std::string& letters) {
  std::string digits;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const std::string_view rest = std::string_view(letters).substr(i);
    if (rest.starts_with("0x") || rest.starts_with("\\x")) {
      ++i;
    } else if (std::string_view(":,;{}[]").find(letters[i]) == std::string_view::npos) {
      digits += letters[i];
    }
  }
  if (digits.size() < kLettersMin) return std::nullopt;
  const Result<Bytes> bytes = from_hex(std::string_view(digits).substr(0, digits.size() / 2 * 2));
  return bytes.ok() ? std::optional(*bytes) : std::nullopt;
}

// Of the usual alphabet or that of addresses, its first whole groups of four.
std::optional<Bytes> from_base64_letters(std::string letters) {
  while (letters.ends_with('=')) letters.pop_back();
  if (letters.size() < kLettersMin) return std::nullopt;
  std::replace(letters.begin(), letters.end(), '-', '+');
  std::replace(letters.begin(), letters.end(), '_', '/');
  letters.resize(letters.size() / 4 * 4);
  const Result<Bytes> bytes = from_base64(letters);
  return bytes.ok() ? std::optional(*bytes) : std::nullopt;
}

std::string of_text(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (text.starts_with("00000000: ") || text.starts_with("00000000  "))
    return "a dump in hexadecimal digits: turn it back first, as by xxd -r";
  const bool quoted = text.starts_with('"') || text.starts_with('\'');
  if (quoted) text = text.substr(1, text.find(text[0], 1) - 1);
  if (const std::size_t data = text.substr(0, 256).find(";base64,"); text.starts_with("data:") && data < 256)
    text.remove_prefix(data + 8);
  const Spelt spelt = letters_of(text);
  if (const auto bytes = from_hex_letters(spelt.letters)) {
    const std::string name = name_of(*bytes);
    return fmt::format("{} in hexadecimal digits: decode it first, as by xxd -r -p", name.empty() ? "bytes" : name);
  }
  if (const auto bytes = from_base64_letters(spelt.letters)) {
    const std::string name = name_of(*bytes);
    const bool urls = spelt.letters.find_first_of("-_") != std::string::npos;
    const char* how = urls ? "decode it first, with - and _ for + and / (tr -- -_ +/ | base64 -d)"
                           : "decode it first, as by base64 -d";
    if (!name.empty()) return fmt::format("{} in Base64: {}", name, how);
    if (spelt.cut || spelt.letters.size() > 64) return fmt::format("bytes in Base64: {}", how);
  }
  return {};
}

// ---- things that have a name

struct Known {
  std::size_t at;
  std::string_view start;
  const char* words;
};
constexpr char kOfVendors[] =
    "only its maker's own programs read it: have them write ISO 19794-2, ANSI 378 or the image";
constexpr Known kVendors[] = {{0, "ICRS21"sv, "ZKTeco's own template"},
                              {2, "SS21"sv, "ZKTeco's own template"},
                              {0, "\0\xf8\1"sv, "DigitalPersona's own template"},
                              {0, "\0\xf8\2"sv, "DigitalPersona's own template"},
                              {0, "NFR"sv, "Neurotechnology's own template"},
                              {0, "NFT"sv, "Neurotechnology's own template"},
                              {0, "NT\x10\0"sv, "Neurotechnology's own template"},
                              {1, "gversion"sv, "SourceAFIS' own template"},
                              {0, "{\"version\":\"3"sv, "SourceAFIS' own template"}};
constexpr char kAsText[] =
    "bytes that a program took for text, which spoiled them: send the file again as it was, by a way that keeps bytes";
constexpr Known kKnown[] = {
    {0, "\x89PNG\n"sv, kAsText},  // line ends were changed
    {0, "\x89PNG\r\r"sv, kAsText},
    {0, "\xc2\x89PNG"sv, kAsText},  // bytes became letters of UTF-8
    {0, "\xc3\xbf\xc2\xa0"sv, kAsText},
    {0, "\xc3\xbf\xc3\x98"sv, kAsText},
    {0, "\xef\xbf\xbd"sv, kAsText},  // or a sign for what is no letter
    {0, "PK\3\4"sv, "a ZIP archive: unpack it, and send what is in it"},
    {0, "PK\5\6"sv, "an empty ZIP archive"},
    {0, "\x1f\x8b"sv, "a gzip archive: unpack it, and send what is in it"},
    {0, "BZh"sv, "a bzip2 archive: unpack it, and send what is in it"},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     "an xz archive: unpack it, and send what is in it"},
    {0, "\x28\xb5\x2f\xfd"sv, "a Zstandard archive: unpack it, and send what is in it"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "a 7z archive: unpack it, and send what is in it"},
    {0, "Rar!\x1a\7"sv, "a RAR archive: unpack it, and send what is in it"},
    {257, "ustar"sv, "a tar archive: unpack it, and send what is in it"},
    {128, "DICM"sv, "a DICOM file, which is not read: save its picture as PNG"},
    {0, "\xd0\xcf\x11\xe0"sv, "an old Office document: send the image itself"},
    {0, "-----BEGIN"sv, "a text of keys or certificates"},
    {0,
     "\x7f"
     "ELF"sv,
     "a program"},
    {0, "SQLite format 3"sv, "a SQLite database"},
};

std::string_view among(std::span<const Known> known, std::string_view file) {
  for (const Known& each : known)
    if (file.size() >= each.at && file.substr(each.at).starts_with(each.start)) return each.words;
  return {};
}

std::string of_known(ByteView bytes) {
  const std::string_view vendors = among(kVendors, text(bytes));
  return vendors.empty() ? std::string(among(kKnown, text(bytes))) : fmt::format("{}: {}", vendors, kOfVendors);
}

std::string of_wide_text(ByteView bytes) {
  if (!is_utf16(bytes.first(std::min(bytes.size(), kLookedAt))) || bytes.size() % 2 != 0) return {};
  return "a text in UTF-16: save it as UTF-8, then it can be told what it is";
}

// ---- bytes before the file

// Where something begins that is read here, with bytes before it that do not belong; of starts that chance hardly
// writes.
std::string of_late_start(ByteView bytes) {
  constexpr std::string_view kStarts[] = {"\x89PNG\r\n\x1a\n"sv,
                                          "\xff\xa0\xff\xa2"sv,
                                          "\xff\xa0\xff\xa4"sv,
                                          "\xff\xa0\xff\xa8"sv,
                                          "\xff\xd8\xff\xe0"sv,
                                          "\xff\xd8\xff\xe1"sv,
                                          "\xff\xd8\xff\xdb"sv,
                                          "\xff\x4f\xff\x51"sv,
                                          "\0\0\0\x0cjP  \r\n\x87\n"sv,
                                          "FMR\0"sv,
                                          "FIR\0"sv,
                                          "FAC\0"sv,
                                          "IIR\0"sv,
                                          "1.001:"sv,
                                          "<?xml"sv};
  const std::string_view head = text(bytes).substr(0, kLookedAt);
  std::size_t first = std::string_view::npos;
  for (const std::string_view start : kStarts) first = std::min(first, head.find(start));
  if (first == std::string_view::npos || first == 0) return {};
  const std::string name = name_of(bytes.subspan(first));
  if (name.empty()) return {};
  if (first == 1)
    return fmt::format("{} behind {} byte that does not belong to it: take it off, as by tail -c +{}", name, first,
                       first + 1);
  return fmt::format("{} behind {} bytes that do not belong to it: take them off, as by tail -c +{}", name, first,
                     first + 1);
}

// ---- pixels by themselves

// The sizes that scanners of fingers have, in pixels.
constexpr std::array<std::pair<int, int>, 40> kScanners = {
    {{160, 160}, {192, 192}, {208, 288}, {242, 266}, {248, 292}, {252, 324}, {252, 330}, {256, 256},
     {256, 288}, {256, 324}, {256, 360}, {256, 400}, {258, 336}, {260, 300}, {280, 320}, {288, 288},
     {296, 560}, {300, 300}, {300, 400}, {300, 480}, {320, 240}, {320, 480}, {328, 364}, {352, 544},
     {355, 390}, {355, 391}, {357, 392}, {368, 480}, {388, 374}, {400, 400}, {400, 500}, {480, 480},
     {500, 500}, {500, 550}, {512, 512}, {640, 480}, {800, 750}, {800, 800}, {832, 768}, {1600, 1500}}};

double bits_a_byte(ByteView bytes) {
  std::array<double, 256> counts{};
  for (const std::uint8_t byte : bytes) ++counts[byte];
  double out = 0;
  for (const double count : counts)
    if (count > 0)
      out -= count / static_cast<double>(bytes.size()) * std::log2(count / static_cast<double>(bytes.size()));
  return out;
}

std::string of_pixels(ByteView bytes) {
  constexpr std::size_t kLeast = 64 * 64;
  if (bytes.size() < kLeast) return {};
  const auto known = std::find_if(kScanners.begin(), kScanners.end(), [&](const auto& size) {
    return static_cast<std::size_t>(size.first) * static_cast<std::size_t>(size.second) == bytes.size();
  });
  if (known != kScanners.end())
    return fmt::format(
        "as many bytes as {0} x {1} gray pixels have, without a header: if they are, put one before them, as by "
        "(printf "
        "'P5 {0} {1} 255\\n'; cat FILE) > FILE.pgm",
        known->first, known->second);
  constexpr double kRandom = 7.9;
  constexpr std::size_t kSample = 1 << 16;
  if (bits_a_byte(bytes.first(std::min(bytes.size(), kSample))) > kRandom)
    return "bytes that look random: it is encrypted, or packed in a way that is not known here";
  return {};
}

std::string of_plain_text(std::string_view text) {
  const std::string_view head = text.substr(0, kLookedAt);
  const auto is_letter = [](char c) { return is_blank(c) || (c & 0x80) != 0 || (c >= ' ' && c < 0x7f); };
  if (!std::all_of(head.begin(), head.end(), is_letter)) return {};
  const std::string_view start = head.substr(std::min(head.find_first_not_of(" \t\r\n"), head.size()));
  if (start.starts_with('<')) return "XML or HTML that is neither a transaction nor CBEFF";
  if (start.starts_with('{') || start.starts_with('[')) return "JSON: send the image or record that is in it, decoded";
  return {};
}

}  // namespace

Error unknown_file(ByteView bytes) {
  constexpr char kNeither[] =
      "neither an image (PNG, JPEG, JPEG 2000, WSQ, TIFF, BMP, PGM) nor a record (ANSI/NIST-ITL, ISO/IEC 19794, CBEFF)";
  if (bytes.empty()) return {Code::kInvalidInput, "the file is empty"};
  if (const std::string_view image = image_name(bytes); !image.empty())
    return {Code::kUnsupported,
            fmt::format("{} files are not read; send PNG, JPEG, JPEG 2000, WSQ, TIFF, BMP or PGM", image)};
  for (const auto& look : {of_known, of_wide_text, +[](ByteView all) { return of_text(text(all)); }, of_late_start,
                           +[](ByteView all) { return of_plain_text(text(all)); }, of_pixels}) {
    if (const std::string words = look(bytes); !words.empty())
      return {Code::kUnsupported, fmt::format("{}: it looks like {}", kNeither, words)};
  }
  return {Code::kInvalidInput, kNeither};
}

}  // namespace puente::format
