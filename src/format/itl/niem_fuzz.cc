#include "core/check.h"
#include "core/fuzz_memory.h"
#include "format/itl/itl.h"

// Any bytes are refused or a transaction; a transaction is written and read as the same fields. Seeds:
// itl_seeds_test.cc.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  using format::itl::Reading;
  const FuzzMemory memory(size);
  const Result<Reading> reading = format::niem::read({data, size});
  memory.check();
  if (!reading.ok()) return 0;
  for (const auto& finding : reading->findings) CHECK(finding.offset < size && !finding.rule.empty());
  (void)format::itl::check(*reading);
  const Result<Bytes> bytes = format::niem::write(reading->transaction);
  CHECK(bytes.ok());
  const Result<Reading> again = format::niem::read(*bytes);
  CHECK(again.ok() || again.error().code == Code::kTooLarge);
  if (!again.ok()) return 0;
  const auto &was = reading->transaction.records, &is = again->transaction.records;
  CHECK(was.size() == is.size());
  for (std::size_t i = 0; i < was.size(); ++i) {
    CHECK(was[i].fields.size() == is[i].fields.size());
    for (std::size_t k = 0; k < was[i].fields.size(); ++k)
      CHECK(was[i].fields[k].number == is[i].fields[k].number && was[i].fields[k].value == is[i].fields[k].value);
  }
  return 0;
}
