#include "core/check.h"
#include "core/fuzz_memory.h"
#include "format/iso/image_record.h"

// Any bytes are refused or a record that can be written; what is written reads as the same record. Images within are
// image_fuzz's. Seeds: test/data/fuzz/image_record_fuzz, made by record_seeds_test.cc.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  using namespace puente::format;
  const FuzzMemory memory(size);
  const Result<ImageRecord> record = read_image_record({data, size});
  memory.check();
  if (!record.ok()) return 0;
  check_image_record(*record);
  describe(*record, -1);
  const Result<Bytes> bytes = write_image_record(*record);
  CHECK(bytes.ok());
  const Result<ImageRecord> again = read_image_record(*bytes);
  CHECK(again.ok() && again->views.size() == record->views.size());
  return 0;
}
