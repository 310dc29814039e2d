// Whatever is sent as a token, or published as keys: read or refused, never more.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "signin/provider/token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(all.find('\n'), all.size());
  const auto keys = signin::TokenKeys::read(all.substr(0, end));
  if (keys.ok()) (void)keys->open(all.substr(std::min(end + 1, all.size())));
  return 0;
}
