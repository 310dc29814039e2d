// Any bytes: decode either refuses or gives a template that comparison can live with, and that its own bytes keep.
#include <cstddef>
#include <cstdint>

#include "core/check.h"
#include "modality/finger/finger.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  const Result<finger::Template> features = finger::decode({data, size});
  if (!features.ok()) return 0;
  const Bytes kept = finger::encode(*features);
  const Result<finger::Template> again = finger::decode(kept);
  CHECK(again.ok() && finger::encode(*again) == kept);
  const finger::Prepared prepared = finger::prepare(*features);
  finger::Scratch scratch;
  const double score = finger::compare_score(prepared, prepared, scratch);
  CHECK(score >= 0);
  return 0;
}
