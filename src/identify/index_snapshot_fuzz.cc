// Any bytes: a snapshot's chunk is read or refused, and what was read is written as it was.
#include "core/check.h"
#include "identify/chunk.h"
#include "identify/snapshot.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  static const SecretKey kKey;
  const auto loaded = identify::load({data, size}, kKey, 1);  // the header and the lengths; no seal will hold
  CHECK(!loaded.ok() || loaded->empty());
  const auto entries = identify::read_encounters({data, size});
  if (entries.ok()) {
    const Bytes again = identify::write_encounters(*identify::Chunk::compose(*entries));
    CHECK(std::equal(again.begin(), again.end(), data, data + size));
  }
  return 0;
}
