#include "core/check.h"
#include "core/fuzz_memory.h"
#include "format/iso/iso39794.h"

// Any bytes are refused or a record; what can be written of it reads as the same record.
// Seeds: test/data/fuzz/iso39794_fuzz, made by record_seeds_test.cc.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  using namespace puente::format;
  const FuzzMemory memory(size);
  const Result<ImageRecord> record = read_iso39794({data, size});
  memory.check();
  if (!record.ok()) return 0;
  const Result<Bytes> bytes = write_iso39794(*record);
  if (!bytes.ok()) return 0;  // no view, no time
  const Result<ImageRecord> again = read_iso39794(*bytes);
  CHECK(again.ok() && again->views.size() == record->views.size());
  CHECK(write_iso39794(*again).ok());
  return 0;
}
