// Any bytes: decode either refuses or gives a template that comparison can live with and that encodes back to the same
// bytes.
#include <cstddef>
#include <cstdint>

#include "core/check.h"
#include "modality/finger/finger.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  const Result<finger::Template> features = finger::decode({data, size});
  if (!features.ok()) return 0;
  CHECK(finger::encode(*features) == Bytes(data, data + size));
  const finger::Prepared prepared = finger::prepare(*features);
  finger::Scratch scratch;
  const double score = finger::compare_score(prepared, prepared, scratch);
  CHECK(score >= 0);
  return 0;
}
