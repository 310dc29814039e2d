#include "core/check.h"
#include "format/iso/ber.h"

// Any bytes are refused or a container whose records lie within them. Seeds: test/data/fuzz/ber_fuzz, made by
// ber_test.cc.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  const ByteView bytes(data, size);
  format::is_ber_container(bytes);
  const auto container = format::read_ber_container(bytes);
  if (!container.ok()) {
    CHECK(!container.error().message.empty());
    return 0;
  }
  for (const format::ContainedRecord& each : container->records) {
    CHECK(each.bytes.data() >= data && each.bytes.data() + each.bytes.size() <= data + size);
    CHECK(!each.bytes.empty());
  }
  return 0;
}
