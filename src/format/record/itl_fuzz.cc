#include "core/check.h"
#include "format/record/itl.h"

// Any bytes are records and findings that lie within them; what could be read whole and in order is written back as it
// was.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  namespace itl = format::itl;
  const ByteView bytes(data, size);
  const itl::Reading reading = itl::read(bytes);
  for (const itl::Record& record : reading.transaction.records) CHECK(record.offset + record.size <= size);
  for (const itl::Finding& finding : reading.findings) CHECK(finding.offset <= size && !finding.rule.empty());
  const Bytes again = itl::write(reading.transaction);
  const itl::Reading second = itl::read(again);
  CHECK(itl::write(second.transaction) == again);
  return 0;
}
