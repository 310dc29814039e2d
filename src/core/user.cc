#include "core/user.h"

#include <string>

namespace puente {
namespace {

std::string folded(std::string_view name) {
  std::string out;
  for (const char letter : name) {
    if (letter >= 'A' && letter <= 'Z') out += static_cast<char>(letter - 'A' + 'a');
    if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')) out += letter;
  }
  return out;
}

}  // namespace

bool same_user(std::string_view a, std::string_view b) {
  const std::string one = folded(a);
  return a == b || (!one.empty() && one == folded(b));
}

}  // namespace puente
