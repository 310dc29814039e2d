#include "core/check.h"
#include "core/fuzz_memory.h"
#include "format/iso/cbeff.h"

// Any bytes are refused or a document that can be written; what is written reads the same.
// Seeds: test/data/fuzz/cbeff_fuzz, made by record_seeds_test.cc.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  namespace cbeff = format::cbeff;
  const FuzzMemory memory(size);
  const Result<cbeff::Document> document = cbeff::read(ByteView(data, size));
  memory.check();
  if (!document.ok()) return 0;
  const Result<Bytes> bytes = cbeff::write(*document);
  CHECK(bytes.ok());
  const Result<cbeff::Document> again = cbeff::read(*bytes);
  CHECK(again.ok() || again.error().code == Code::kTooLarge);
  return 0;
}
