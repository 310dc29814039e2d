#include "policy/decision.h"

#include <set>

#include "core/limits.h"
#include "policy/rules.h"

namespace puente::policy {

Decision Decision::permit(std::string reason, std::optional<PurposeTerms> terms) {
  return {.permitted = true, .reasons = {std::move(reason)}, .terms = std::move(terms)};
}

Decision Decision::deny(std::vector<std::string> reasons, Code code) {
  CHECK(!reasons.empty());
  return {.code = code, .reasons = std::move(reasons), .terms = {}};
}

std::string Decision::explanation() const {
  std::string out;
  for (const std::string& reason : reasons) out += (out.empty() ? "" : "; ") + explain(reason);
  return out;
}

Status Decision::status() const {
  if (permitted) return {};
  return Error{code, explanation(), reasons};
}

// Bytes that continue a letter (RFC 3629) are not counted.
std::size_t written(std::string_view text) {
  constexpr std::size_t kWordsMin = 2, kLettersMin = 5;  // different ones: "aaaaaaaaaa" and "ok ok ok ok" say nothing
  std::set<char> different;
  std::size_t letters = 0, words = 0;
  bool in_word = false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool shown = byte > 0x20 && byte != 0x7f;
    words += shown && !in_word;
    in_word = shown;
    if (!shown || (byte & 0xC0) == 0x80) continue;
    ++letters;
    different.insert(c);
  }
  return words >= kWordsMin && different.size() >= kLettersMin ? letters : 0;
}

Status check_reasons(std::string_view reasons) {
  if (written(reasons) >= kReasonsMin && reasons.size() <= limits::kTextBytesMax) return {};
  return Error{Code::kInvalidInput, "reasons: say why in two words or more: 10 to 512 characters, five different"};
}

}  // namespace puente::policy
