#include "core/protection.h"

#include "core/named.h"

namespace puente {

const char* to_string(NumberKind kind) {
  switch (kind) {
    case NumberKind::kDocument:
      return "document";
    case NumberKind::kFile:
      return "file";
  }
  return "unknown";
}

Result<NumberKind> parse_number_kind(std::string_view name) {
  return parse_named<NumberKind>(name, "kind of number", kNumberKindCount);
}

}  // namespace puente
