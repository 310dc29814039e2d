#include "core/check.h"
#include "core/fuzz_memory.h"
#include "format/itl/itl.h"

// Any bytes are records and findings that lie within them, and so are the findings of the contents; what is sound is
// still sound when it is written again. Seeds: itl_seeds_test.cc.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  namespace itl = format::itl;
  const ByteView bytes(data, size);
  const FuzzMemory memory(size);
  const itl::Reading reading = itl::read(bytes);
  for (const itl::Record& record : reading.transaction.records) CHECK(record.offset + record.size <= size);
  for (const itl::Finding& finding : reading.findings) CHECK(finding.offset <= size && !finding.rule.empty());
  const std::vector<itl::Finding> contents = itl::check(reading);
  memory.check();
  CHECK(contents.size() <= 1000);
  for (const itl::Finding& finding : contents)
    CHECK(finding.offset <= size && !finding.rule.empty() && finding.record < reading.transaction.records.size());
  if (!reading.findings.empty()) return 0;
  const Bytes again = itl::write(reading.transaction);
  const itl::Reading second = itl::read(again);
  CHECK(second.findings.empty() && itl::write(second.transaction) == again);
  return 0;
}
