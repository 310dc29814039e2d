#include "core/user.h"

namespace puente {
namespace {

// What stands between two digits parts two numbers: desk-1-12 is not desk-11-2.
std::string folded(std::string_view name) {
  const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (name.starts_with(kVouchedFor)) name.remove_prefix(kVouchedFor.size());
  std::string out;
  bool parted = false;
  for (const char letter : name) {
    const char small = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    const bool counts = is_digit(small) || (small >= 'a' && small <= 'z');
    if (counts && parted && is_digit(small) && !out.empty() && is_digit(out.back())) out += '-';
    if (counts) out += small;
    parted = !counts;
  }
  return out;
}

}  // namespace

bool same_user(std::string_view a, std::string_view b) {
  return person_of(a) == person_of(b);
}

std::string person_of(std::string_view user) {
  std::string one = folded(user);
  return one.empty() ? std::string(user) : one;
}

}  // namespace puente
