#include "core/check.h"
#include "core/fuzz_memory.h"
#include "format/iso/minutiae_record.h"

// Any bytes are refused or a record that can be written and reads as the same record. The first byte chooses between
// record and card formats. Seeds: test/data/fuzz/minutiae_record_fuzz, made by record_seeds_test.cc.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  using namespace puente::format;
  const auto read = [](ByteView bytes) -> Result<MinutiaeRecord> {
    if (bytes.empty() || bytes[0] == 'F') return read_minutiae_record(bytes);
    return read_minutiae_card(bytes.subspan(1),
                              bytes[0] & 1 ? MinutiaeFormat::kIsoCard : MinutiaeFormat::kIsoCardCompact);
  };
  const FuzzMemory memory(size);
  const Result<MinutiaeRecord> record = read({data, size});
  memory.check();
  if (!record.ok()) return 0;
  check_minutiae_record(*record);
  const Result<Bytes> bytes = write_minutiae_record(*record);
  CHECK(bytes.ok());
  if (data[0] != 'F') CHECK(*bytes == Bytes(data + 1, data + size));
  if (data[0] == 'F') CHECK(read_minutiae_record(*bytes).ok());
  return 0;
}
