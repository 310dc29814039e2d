#include "core/biographic.h"

#include <algorithm>
#include <utility>

#include "core/clock.h"
#include "core/country.h"
#include "core/limits.h"

namespace puente {
namespace {

Error wrong(DataElement element, const char* what) {
  return {Code::kInvalidInput, std::string(to_string(element)) + ": " + what};
}

Status check(DataElement element, const std::string& value) {
  if (value.empty() || value.size() > limits::kTextBytesMax) return wrong(element, "must have 1 to 512 bytes");
  if (!is_plain_text(value)) return wrong(element, "must be UTF-8 text without control characters");
  if (element == DataElement::kSex && value != "M" && value != "F" && value != "X")
    return wrong(element, "write M, F or X");
  if ((element == DataElement::kNationality || element == DataElement::kDocumentIssuer) && !is_nationality(value))
    return wrong(element,
                 "a code of ISO 3166-1 alpha-3 or of ICAO Doc 9303, such as COL, XXA (stateless), XXB (refugee)");
  if (element == DataElement::kEncounterDate && !day_of(value))
    return wrong(element, "write a day as 2026-03-01, from 1900 on");
  return {};
}

// Of a letter of UTF-8 that is whole.
char32_t code_point(std::string_view letter) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(letter[at]); };
  if (letter.size() == 1) return byte(0);
  char32_t out = byte(0) & (0x7fu >> letter.size());
  for (std::size_t at = 1; at < letter.size(); ++at) out = out << 6 | (byte(at) & 0x3fu);
  return out;
}

// Controls, and what shows nothing itself but turns, splits or hides what stands around it (Unicode Standard Annex 9
// and Technical Report 36): a name that is read as another. The joiners U+200C and U+200D are letters' own in Persian
// and Indian names.
bool is_seen(char32_t letter) {
  constexpr std::pair<char32_t, char32_t> kUnseen[] = {
      {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},       {0x61c, 0x61c},     {0x180e, 0x180e}, {0x200b, 0x200b},
      {0x200e, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},   {0xfeff, 0xfeff},   {0xfff0, 0xfffb}, {0xfffe, 0xffff},
      {0xfdd0, 0xfdef}, {0xe000, 0xf8ff}, {0xe0000, 0xe0fff}, {0xf0000, 0x10ffff}};
  return std::ranges::none_of(kUnseen,
                              [&](const auto& range) { return letter >= range.first && letter <= range.second; });
}

}  // namespace

bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_letter(text);
    if (size == 0 || !is_seen(code_point(text.substr(0, size)))) return false;
    text.remove_prefix(size);
  }
  return true;
}

Status check_biographic(const BiographicData& data) {
  for (const auto& [element, value] : data) TRY(check(element, value));
  return {};
}

std::optional<std::int64_t> day_of(const std::string& text) {
  const Result<std::int64_t> day = parse_iso8601(text);
  if (!day.ok() || text.size() != 10 || text < "1900") return std::nullopt;
  return *day;
}

}  // namespace puente
