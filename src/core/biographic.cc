#include "core/biographic.h"

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

}  // namespace

bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_letter(text);
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    if (size == 0 || byte(0) < 0x20 || byte(0) == 0x7f) return false;
    if (size == 2 && byte(0) == 0xc2 && byte(1) < 0xa0) return false;  // U+0080 to U+009F
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
