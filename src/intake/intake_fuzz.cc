#include "intake/intake.h"

#include <set>

#include "core/check.h"
#include "core/limits.h"
#include "format/image/image.h"

namespace {

using namespace puente;

constexpr std::int64_t kPixelsMax = 60'000;  // so that extracting costs little, and there are more tries

bool is_cheap(const Encounter& encounter) {
  for (const Sample& sample : encounter.samples) {
    const auto header = format::image_header(sample.image);
    if (!header.ok()) continue;
    if (header->width > kPixelsMax || header->height > kPixelsMax || header->width * header->height > kPixelsMax)
      return false;
  }
  return encounter.samples.size() <= 4;
}

void check_refusal(const Error& error) {
  CHECK(!error.message.empty() && error.message.find('\n') == std::string::npos);
  CHECK(error.code != Code::kInternal);
}

void check_print(const intake::Taken& taken, const intake::Print& print) {
  CHECK(checked_place(static_cast<int>(print.place.modality), print.place.code) && print.place.code < kFingerCount);
  CHECK(print.cut.sample < taken.encounter.samples.size());
  CHECK(finger::encode(*finger::decode(print.encoded)) == print.encoded);
  CHECK(print.image.pixels.empty() || !print.cut.whole);
}

std::set<Place> places_of(const intake::Taken& taken) {
  std::set<Place> out;
  for (const intake::Print& print : taken.prints)
    if (!print.second) out.insert(print.place);
  return out;
}

}  // namespace

// Any bytes, said by their first byte to be of any position, are prints of fingers that can be compared and go on to a
// partner as what they are, or a one-line error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Sample sent{.position = static_cast<FingerCapture>(data[0]), .image = Bytes(data + 1, data + size)};
  const auto opened = intake::take_in({sent}, intake::Depth::kOpened);
  if (!opened.ok()) {
    check_refusal(opened.error());
    return 0;
  }
  if (!is_cheap(opened->encounter)) return 0;
  const auto taken = intake::take_in({sent}, intake::Depth::kSearchable, intake::Keep::kCuts);
  if (!taken.ok()) {
    check_refusal(taken.error());
    return 0;
  }
  CHECK(!taken->prints.empty() && taken->prints.size() <= limits::kTemplatesPerEncounterMax);
  for (const intake::Print& print : taken->prints) check_print(*taken, print);
  const auto out = intake::bare(*taken);
  if (!out.ok()) {
    CHECK(out.error().code == Code::kTooLarge);  // JPEG 2000: format::bare_image
    return 0;
  }
  CHECK(!out->empty() && out->size() <= limits::kSamplesPerEncounterMax);
  const auto asked = intake::take_in_probe(*out, intake::Depth::kExtracted);
  CHECK(asked.ok() && places_of(*asked) == places_of(*taken));  // of two prints of one place the first goes
  const auto kept = intake::decode_samples(intake::encode_samples(*out));
  CHECK(kept.ok() && kept->size() == out->size());
  return 0;
}
