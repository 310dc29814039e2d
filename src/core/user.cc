#include "core/user.h"

#include <algorithm>

namespace puente {
namespace {

char small(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

// What stands between two digits parts two numbers: desk-1-12 is not desk-11-2.
std::string folded(std::string_view name) {
  const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (is_vouched_for(name)) name.remove_prefix(kVouchedFor.size());
  std::string out;
  bool parted = false;
  for (const char given : name) {
    const char letter = small(given);
    const bool counts = is_digit(letter) || (letter >= 'a' && letter <= 'z');
    if (counts && parted && is_digit(letter) && !out.empty() && is_digit(out.back())) out += '-';
    if (counts) out += letter;
    parted = !counts;
  }
  return out;
}

}  // namespace

bool is_vouched_for(std::string_view name) {
  return name.size() >= kVouchedFor.size() &&
         std::ranges::equal(name.substr(0, kVouchedFor.size()), kVouchedFor, {}, small);
}

bool same_user(std::string_view a, std::string_view b) {
  return person_of(a) == person_of(b);
}

std::string person_of(std::string_view user) {
  std::string one = folded(user);
  return one.empty() ? std::string(user) : one;
}

}  // namespace puente
