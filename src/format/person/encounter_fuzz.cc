#include "core/check.h"
#include "core/limits.h"
#include "format/person/person.h"

// Any bytes are an encounter of samples within the limits, which can be sent on as a transaction if its images can be
// read, or a one-line error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  const auto intake = format::read_encounter({data, size});
  if (!intake.ok()) {
    CHECK(!intake.error().message.empty() && intake.error().message.find('\n') == std::string::npos);
    return 0;
  }
  const Encounter& encounter = intake->encounter;
  CHECK(!encounter.samples.empty() && encounter.samples.size() <= limits::kSamplesPerEncounterMax);
  for (const Sample& sample : encounter.samples) CHECK(!sample.image.empty());
  const auto transaction = format::to_transaction(encounter, {.type = "NPS", .time_ms = 1});
  if (!transaction.ok()) return 0;
  const auto again = format::read_encounter(format::itl::write(*transaction));
  CHECK(again.ok() && again->encounter.samples.size() == encounter.samples.size());
  CHECK(again->encounter.biographic == encounter.biographic && again->encounter.missing == encounter.missing);
  return 0;
}
