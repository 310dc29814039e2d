// Anybody's JSON. What is accepted has one canonical form, which reads back as the same value and is its own canonical
// form: what was signed is what is read.
#include "core/check.h"
#include "core/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  const auto json = parse_json(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!json.ok()) return 0;
  const std::string once = canonical(*json);
  const auto again = parse_json(once);
  CHECK(again.ok());
  CHECK(canonical(*again) == once);
  const auto indented = parse_json(pretty(*json));
  CHECK(indented.ok() && canonical(*indented) == once);
  return 0;
}
