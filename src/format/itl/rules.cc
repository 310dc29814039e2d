// Rules of ANSI/NIST-ITL that look at more than one field, or at an image.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "core/bytes.h"
#include "core/crypto.h"
#include "format/image/image.h"
#include "format/itl/check.h"

namespace puente::format::itl {
namespace {

constexpr int kVersions[] = {200, 201, 300, 400, 500, 501, 502};

bool is_ridge_image(int type) {
  return type == 13 || type == 14 || type == 15 || type == 19;
}

// The field that holds a record's image, and the one that names its compression.
int data_field(int type) {
  return type >= 10 ? 999 : type == 8 ? 8 : 9;
}
bool has_image(int type) {
  return (type >= 3 && type <= 6) || type == 10 || (type >= 13 && type <= 17) || type == 19;
}

// ---- the whole transaction ------------------------------------------------------------------------------------------

// 8.1.2 and 8.1.11: a version that there is; resolutions are 00.00 where no record has the image of fields 1.011
// and 1.012.
void check_type_1(Findings& findings) {
  const Record& first = findings.transaction().records[0];
  const int version = first.integer(2);
  if (version > kVersions[std::size(kVersions) - 1]) {
    findings.add(0, 2, fmt::format("version {:04} is newer than 0502, the newest that is checked here", version),
                 Severity::kWarning);
  } else if (std::find(std::begin(kVersions), std::end(kVersions), version) == std::end(kVersions) && version >= 0) {
    findings.add(
        0, 2,
        fmt::format("VER is one of 0200, 0201, 0300, 0400, 0500, 0501, 0502; here stands {}", quoted(first.value(2))));
  }
  if (findings.version() < 500) return;  // older transactions stated a resolution whatever they held
  const auto& records = findings.transaction().records;
  const bool needed =
      std::any_of(records.begin(), records.end(), [](const Record& r) { return r.type >= 3 && r.type <= 7; });
  for (const int field : {11, 12}) {
    if (!first.find(field)) continue;
    const bool none = first.value(field) == "00.00";
    if (!needed && !none) findings.add(0, field, "is 00.00 where there is no record of type 3 to 7");
    if (needed && none) findings.add(0, field, "is the resolution of the records of type 3 to 7, not 00.00");
  }
}

// 7.7.6.1: 19.69 pixels a millimetre less two in a hundred.
void check_resolution(Findings& findings) {
  constexpr std::string_view kLeast = "19.30";
  const auto& records = findings.transaction().records;
  if (std::none_of(records.begin(), records.end(), [](const Record& r) { return r.type == 4; })) return;
  for (const int field : {11, 12}) {
    const std::string_view value = records[0].value(field);
    const bool stated =
        value.size() == 5 && value[2] == '.' && number(value.substr(0, 2)) >= 0 && number(value.substr(3)) >= 0;
    if (stated && value != "00.00" && value < kLeast)
      findings.add(0, field,
                   fmt::format("is at least {} where there is a Type-4 record; here stands {}", kLeast, value),
                   Severity::kWarning);
  }
}

// 8.1.15, table 4: the number and the name of a character encoding say the same.
void check_encodings(Findings& findings) {
  constexpr std::pair<int, std::string_view> kNames[] = {{0, "ASCII"}, {2, "UTF-16"}, {3, "UTF-8"}, {4, "UTF-32"}};
  const Field* encodings = findings.transaction().records[0].find(15);
  if (!encodings || findings.version() < 500) return;
  each_subfield(*encodings, [&](std::size_t at, const auto& items) {
    const int index = number(items[0]);
    if (index >= 5 && index <= 127)
      findings.add(0, 15, fmt::format("CSI 5 to 127 are reserved; here stands {}", index), Severity::kError, at, 1);
    const auto same = [](char a, char b) { return a == (b >= 'a' && b <= 'z' ? b - 'a' + 'A' : b); };
    for (const auto& [known, name] : kNames)
      if (known == index && !std::equal(name.begin(), name.end(), items[1].begin(), items[1].end(), same))
        findings.add(0, 15, fmt::format("CSN is {} where CSI is {}; here stands {}", name, index, quoted(items[1])),
                     Severity::kError, at, 2);
  });
}

// 8.1.3: the contents name every record after the first, in their order.
void check_contents(Findings& findings) {
  const auto& records = findings.transaction().records;
  const Field* contents = records[0].find(3);
  if (!contents) return;
  if (number(contents->item(0, 0)) != 1)
    findings.add(0, 3, "FRC, the first record's type, is 1", Severity::kError, 1, 1);
  std::size_t subfield = 0;
  for (std::string_view rest = contents->value; subfield < records.size(); ++subfield) {
    const std::size_t end = rest.find('\x1e');
    const std::string_view pair = rest.substr(0, end);
    const std::size_t unit = pair.find('\x1f');
    if (subfield > 0 && unit != std::string_view::npos) {
      const Record& record = records[subfield];
      const std::string_view idc = pair.substr(unit + 1);
      if (number(pair.substr(0, unit)) != record.type)
        findings.add(0, 3,
                     fmt::format("record {} is of type {}; the contents say {}", subfield + 1, record.type,
                                 quoted(pair.substr(0, unit))),
                     Severity::kError, subfield + 1, 1);
      else if (record.find(2) && number(idc) != record.integer(2))
        findings.add(0, 3,
                     fmt::format("record {} has the IDC {}; the contents say {}", subfield + 1, quoted(record.value(2)),
                                 quoted(idc)),
                     Severity::kError, subfield + 1, 2);
    }
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
}

// 7.3.1: an IDC tells the records of one type apart.
void check_idc(Findings& findings) {
  std::set<std::pair<int, int>> seen;
  const auto& records = findings.transaction().records;
  for (std::size_t i = 1; i < records.size(); ++i)
    if (records[i].find(2) && !seen.insert({records[i].type, records[i].integer(2)}).second)
      findings.add(
          i, 2,
          fmt::format("another record of type {} has the IDC {} too", records[i].type, quoted(records[i].value(2))),
          Severity::kWarning);
}

// A ten-print card: each finger by itself once and, where there are such at all, once in a group, but for those that
// are said to be missing. As NIST's validator, a warning.
void check_tenprint(Findings& findings) {
  constexpr std::size_t kFewest = 8;  // images of single fingers that make a card
  const auto& records = findings.transaction().records;
  unsigned single = 0, grouped = 0, missing = 0;
  std::size_t singles = 0, last = 0;
  std::vector<std::pair<std::size_t, int>> twice;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    if (record.type != 14 && !(record.type >= 3 && record.type <= 6)) continue;
    last = i;
    const Field* position = record.find(record.type == 14 ? 13 : 4);
    const int finger = position ? number(position->item()) : -1;
    const unsigned fingers = fingers_of(finger);
    if (const Field* amputated = record.type == 14 ? record.find(18) : nullptr) {
      for (std::size_t k = 0; k < 5; ++k) {
        const int gone = number(amputated->item(k, 0));
        missing |= fingers_of(gone);
      }
    }
    if (finger >= 1 && finger <= 10) {
      ++singles;
      if (single >> finger & 1) twice.emplace_back(i, finger);
      single |= 1u << finger;
    } else if (fingers > 0 && finger != 16 && finger != 17) {
      if ((grouped & fingers) == fingers) twice.emplace_back(i, finger);
      grouped |= fingers;
    }
  }
  if (singles < kFewest) return;
  for (const auto& [record, finger] : twice)
    findings.add(record, records[record].type == 14 ? 13 : 4,
                 fmt::format("a ten-print has each position once; {} stands here again", finger), Severity::kWarning);
  std::string gone;
  const unsigned there = single | missing;
  for (int finger = 1; finger <= 10; ++finger)
    if (!(there >> finger & 1)) gone += fmt::format(", {}", finger);
  for (const int group : {11, 12, 13, 14})
    if (grouped && (fingers_of(group) & ~(grouped | missing))) gone += fmt::format(", {}", group);
  if (!gone.empty())
    findings.add(last, 0, "a ten-print has every position; missing: " + gone.substr(2), Severity::kWarning);
}

// ---- fields of a record ---------------------------------------------------------------------------------------------

// Annex B.1.5: IDC is the second field, an image the last, and each field stands once.
void check_order(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  std::set<int> seen;
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    const int field = record.fields[i].number;
    if (!seen.insert(field).second) findings.add(index, field, "a field stands once in a record; this one is repeated");
    if (field == 2 && i != 1 && record.type != 1) findings.add(index, field, "IDC is the second field");
    if (field == 999 && i + 1 != record.fields.size()) findings.add(index, field, "DATA is the last field");
  }
}

// Types 14, 15, 17 and 19 state an image unless they say why there is none; a scar is no reason. Without an image
// nothing is said of one.
void check_presence_of_image(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  if (record.type != 14 && record.type != 15 && record.type != 17 && record.type != 19) return;
  const int field_of_reason = record.type == 17 ? 28 : 18;
  bool reason = false;
  if (const Field* reasons = record.find(field_of_reason))
    each_subfield(*reasons, [&](std::size_t, const auto& items) { reason |= items[1] != "SR"; });
  if (reason && !record.find(999)) {
    const Field* first = nullptr;
    for (const int field : {12, 11, 10, 9, 8, 7, 6})
      if (record.find(field)) first = record.find(field);
    if (first && record.type != 17 && findings.version() >= 500)
      findings.add(index, first->number, "there is no image: this field goes with one");
    return;
  }
  for (const int field : {6, 7, 8, 9, 10, 11, 12, 999})
    if (!record.find(field))
      findings.add(index, field,
                   fmt::format("is mandatory unless {}.{:03} says why there is no image; it is missing", record.type,
                               field_of_reason));
  if (record.type == 17 && !record.find(13) && findings.version() >= 500)
    findings.add(index, 13, "is mandatory unless 17.028 says why there is no image; it is missing");
}

void check_raw_size(Findings& findings, std::size_t index, const Field& data, std::int64_t width, std::int64_t height,
                    int bits) {
  constexpr std::int64_t kSideMax = 99'999;  // of five digits; the field is said to have more, and this cannot overflow
  if (width < 1 || height < 1 || width > kSideMax || height > kSideMax) return;
  const auto bytes = static_cast<std::int64_t>(data.value.size());
  const auto wanted = [&](std::int64_t b) { return (width * height * b + 7) / 8; };
  if (bits > 0 && bytes != wanted(bits))
    findings.add(index, data.number,
                 fmt::format("{} x {} pixels of {} bit{} are {} bytes; here are {}", width, height, bits,
                             bits == 1 ? "" : "s", wanted(bits), bytes));
  if (bits == 0 && findings.transaction().records[index].type == 10 && bytes != wanted(8) && bytes != wanted(24))
    findings.add(index, data.number,
                 fmt::format("{} x {} pixels of 8 or 24 bits are {} or {} bytes; here are {}", width, height, wanted(8),
                             wanted(24), bytes));
}

// Components of a colour space: one, three, or 0 for one that is not known.
int components_of(std::string_view colours) {
  if (colours == "GRAY") return 1;
  return colours == "RGB" || colours == "SRGB" || colours == "YCC" || colours == "SYCC" ? 3 : 0;
}

// Bits a pixel, as far as the fields say; 0: they do not.
int bits_stated(const Record& record) {
  if (record.type == 5 || record.type == 6) return 1;
  if (is_binary(record.type)) return 8;
  return record.type == 10 ? 8 * components_of(record.value(12)) : record.integer(12);
}

// 7.7.8: what fields state of an image against what the image says itself. A raw image has a byte count for that.
void check_image(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  const Field* data = record.find(data_field(record.type));
  if (!has_image(record.type) || !data || data->value.empty()) return;
  const bool binary = is_binary(record.type);
  constexpr std::string_view kCodes[] = {"NONE", "WSQ20", "JPEGB", "JPEGL", "JP2", "JP2L", "PNG"};
  const int code_field = binary ? 8 : 11;
  std::string_view compression = record.value(code_field);
  if (binary) {
    const int code = record.integer(8);
    if (code < 0 || code >= static_cast<int>(std::size(kCodes))) return;
    if (code > 0 && (record.type == 5 || record.type == 6)) return;  // ITU-T T.6 facsimile: no header of its own
    compression = kCodes[code];
  }
  const std::int64_t width = record.integer(6), height = record.integer(7);
  const int bits = bits_stated(record);
  const ByteView file = view(data->value);
  const std::string_view begins_as = image_name(file);
  const bool is_file = !begins_as.empty() && (8 * data->value.size() != static_cast<std::uint64_t>(bits) *
                                                                            static_cast<std::uint64_t>(width * height));
  if (compression == "NONE" && !is_file) {
    check_raw_size(findings, index, *data, width, height, bits);
  } else if (compression == "NONE" && !image_header(file).ok()) {
    findings.add(index, code_field, fmt::format("CGA says NONE; the data are {}", begins_as));
  } else if (std::find(std::begin(kCodes), std::end(kCodes), compression) != std::end(kCodes)) {  // else said already
    const Result<ImageHeader> header = image_header(file);
    if (!header.ok()) {
      findings.add(index, data->number,
                   is_image(file) ? header.error().message
                                  : fmt::format("the data are no {} image that can be read", compression));
      return;
    }
    const std::string_view there = code_of(*header);
    const bool reversible_but_lossy = compression == "JP2" && there == "JP2L";  // cut off, as the standard allows
    if (there != compression && !reversible_but_lossy)
      findings.add(index, code_field, fmt::format("CGA says {}; the data are {}", compression, there));
    if (width >= 0 && header->width != width)
      findings.add(index, 6, fmt::format("HLL says {}; the image is {} pixels wide", width, header->width));
    if (height >= 0 && header->height != height)
      findings.add(index, 7, fmt::format("VLL says {}; the image is {} pixels high", height, header->height));
    if (header->orientation != 1)
      findings.add(index, data->number,
                   fmt::format("its Exif orientation is {}: the picture is read as that wants it; HLL, VLL and places "
                               "are of its pixels as they are stored",
                               header->orientation),
                   Severity::kWarning);
    const int colour_field = record.type == 10 ? 12 : 13;
    const int components = record.type == 10 || record.type == 17 ? components_of(record.value(colour_field)) : 0;
    if (components > 0 && (components == 1) != (header->components == 1))
      findings.add(index, colour_field,
                   fmt::format("CSP says {}; the image has {} component{}", record.value(colour_field),
                               header->components, header->components == 1 ? "" : "s"));
    const int bits_there = header->bits * header->components;
    if (!binary && record.type != 10 && bits > 0 && bits_there != bits)
      findings.add(index, 12, fmt::format("BPX says {}; the image has {} bits a pixel", bits, bits_there));
  }
}

// 7.7.8.3 to 7.7.8.5: allowed, and seldom meant.
void check_scale(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  if (record.type < 10 || !has_image(record.type)) return;
  const int unit = record.integer(8), horizontal = record.integer(9), vertical = record.integer(10);
  if (unit == 0 && is_ridge_image(record.type))
    findings.add(index, 8, "SLC 0 states no scale; how large the print is stays unknown", Severity::kWarning);
  constexpr double kLeast = 245, kMost = 1050;
  const double ppi = unit == 1 ? horizontal : unit == 2 ? horizontal * kCentimetresInInch : 0;
  if (unit == 1 && horizontal == 197 && is_ridge_image(record.type))
    findings.add(index, 8, "197 pixels an inch: 500 an inch are 197 a centimetre (SLC 2), and are taken for that",
                 Severity::kWarning);
  else if (unit > 0 && horizontal >= 0 && is_ridge_image(record.type) && (ppi < kLeast || ppi > kMost))
    findings.add(index, 9, fmt::format("{:.0f} pixels an inch: prints are scanned at 500 or 1000", ppi),
                 Severity::kWarning);
  if (unit > 0 && horizontal >= 0 && vertical >= 0 && horizontal != vertical)
    findings.add(index, 10, fmt::format("THPS is {}, TVPS {}: the pixels are not square", horizontal, vertical),
                 Severity::kWarning);
}

// 7.7.1.1: a device's identifier tells what it is taken from, M a network card, P a processor.
void check_device(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  const int field = record.type == 17 && record.find(17) ? 17 : 903;
  const std::string_view device = record.type >= 10 ? record.value(field) : "";
  if (!device.empty() && device[0] != 'M' && device[0] != 'P')
    findings.add(index, field, fmt::format("DUI begins with M or P; here stands {}", quoted(device)));
}

// 8.10: fields for faces, and fields for scars, marks and tattoos.
void check_type_10(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  if (record.type != 10) return;
  const std::string_view kind = record.value(3);
  if (kind == "FACE") {
    if (!record.find(13) && findings.version() >= 400)
      findings.add(index, 13, "SAP is mandatory where the image is a FACE; it is missing");
    for (const int field : {40, 41, 42, 43})
      if (record.find(field)) findings.add(index, field, "is for scars, marks and tattoos; the image is a FACE");
  } else if (kind == "SCAR" || kind == "MARK" || kind == "TATTOO") {
    if (!record.find(40)) findings.add(index, 40, fmt::format("SMT is mandatory where the image is a {}", kind));
    for (const int field : {13, 14, 15, 19, 20, 25, 26, 29, 31})
      if (record.find(field)) findings.add(index, field, fmt::format("is for faces; the image is a {}", kind));
  }
  if (record.value(20) == "A" && !record.find(21))
    findings.add(index, 21, "POA is mandatory where the pose is A, angled; it is missing");
  if (record.find(21) && record.value(20) != "A")
    findings.add(index, 21, "POA is for the pose A, angled", Severity::kWarning);
  if (record.value(20) == "D" && !record.find(25))
    findings.add(index, 25, "SPA is mandatory where the pose is D, determined in three dimensions; it is missing");
  if (record.find(22) && findings.version() >= 500)
    findings.add(index, 22, "PXS gave way to SXS (10.026) with version 0400", Severity::kWarning);
}

// 8.8: a signature is an image or a list of vectors of five bytes.
void check_signature(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  if (record.type != 8) return;
  const std::int64_t width = record.integer(6), height = record.integer(7);
  const auto bytes = static_cast<std::int64_t>(record.value(8).size());
  if (record.integer(4) == 2) {
    if (width != 0 || height != 0) findings.add(index, width != 0 ? 6 : 7, "is 0 where the signature is vectors");
    if (bytes % 5 != 0 || bytes < 10)
      findings.add(index, 8, fmt::format("vectors are of 5 bytes each, two at least; here are {} bytes", bytes));
  } else if (width < 1 || height < 1) {
    findings.add(index, width < 1 ? 6 : 7, "is not 0 where the signature is an image");
  } else if (record.integer(4) == 0 && bytes != (width * height + 7) / 8) {
    findings.add(index, 8,
                 fmt::format("{} x {} pixels of 1 bit are {} bytes; here are {}", width, height,
                             (width * height + 7) / 8, bytes));
  }
}

// 8.9: standard minutiae have the standard fields, and as many minutiae as they say.
void check_type_9(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  if (record.type != 9) return;
  if (record.value(4) == "S") {
    for (const int field : {5, 6, 7, 10, 11, 12})
      if (!record.find(field))
        findings.add(index, field, "is mandatory where the format is S, standard; it is missing");
  }
  for (const auto& [count, list] : {std::pair(10, 12), std::pair(136, 137)}) {
    const Field* minutiae = record.find(list);
    const int stated = record.integer(count);
    if (!minutiae || stated < 0) continue;
    const auto there = 1 + std::count(minutiae->value.begin(), minutiae->value.end(), '\x1e');
    if (there != stated)
      findings.add(index, count, fmt::format("states {} minutiae; {}.{:03} has {}", stated, record.type, list, there));
  }
}

// 8.17: a spectrum that is DEFINED is stated.
void check_iris(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  if (record.type != 17) return;
  if (record.value(25) == "DEFINED" && !record.find(27) && findings.version() >= 500)
    findings.add(index, 27, "SSV is mandatory where the spectrum is DEFINED; it is missing");
  const Field* spectrum = record.find(27);
  if (spectrum && number(spectrum->item(0, 0)) > number(spectrum->item(0, 1)))
    findings.add(index, 27, "LOW is at most HIG");
}

// 7.5.2: HAS is the SHA-256 of DATA.
void check_hash(Findings& findings, std::size_t index) {
  const Record& record = findings.transaction().records[index];
  const Field* hash = record.type >= 10 ? record.find(996) : nullptr;
  const Field* data = record.find(999);
  if (!hash || !data || hash->value.size() != 64) return;
  std::string stated = hash->value;
  std::transform(stated.begin(), stated.end(), stated.begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (stated != to_hex(sha256(view(data->value))))
    findings.add(index, 996, "HAS is the SHA-256 of DATA; it is not the one of the data here");
}

}  // namespace

std::string_view code_of(const ImageHeader& header) {
  switch (header.kind) {
    case ImageKind::kPng:
      return "PNG";
    case ImageKind::kJpeg:
      return header.lossless ? "JPEGL" : "JPEGB";
    case ImageKind::kJpeg2000:
      return header.lossless ? "JP2L" : "JP2";
    case ImageKind::kWsq:
      return "WSQ20";
  }
  return "";
}

void check_rules(Findings& findings) {
  const auto& records = findings.transaction().records;
  if (records.empty()) return;
  check_type_1(findings);
  check_resolution(findings);
  check_encodings(findings);
  if (findings.whole()) check_contents(findings);
  check_idc(findings);
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const auto rule : {check_order, check_presence_of_image, check_image, check_scale, check_device, check_places,
                            check_type_10, check_signature, check_type_9, check_iris, check_hash})
      rule(findings, i);
  }
  if (findings.whole()) check_tenprint(findings);
}

}  // namespace puente::format::itl
