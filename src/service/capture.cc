// What a capture is worth, before anything is done with it.
#include <fmt/format.h>

#include "format/image/image.h"
#include "intake/intake.h"
#include "service/service.h"

namespace puente::service {
namespace {

// All are held until they are shown: four slaps of 1000 ppi are 40 million.
constexpr std::int64_t kPixelsMax = 64'000'000;

Result<PrintReport> assessed(const intake::Print& print) {
  PrintReport out;
  out.sample = print.cut.sample;
  out.place = print.place;
  out.second = print.second;
  out.quality = print.quality.score;
  out.reasons = print.quality.reasons;
  out.width = print.features.width, out.height = print.features.height;
  for (const finger::Minutia& each : print.features.minutiae)
    out.marks.push_back({each.x, each.y, each.direction, static_cast<std::uint8_t>(each.type)});
  if (print.image.width > 0) {
    ASSIGN_OR_RETURN(out.png, format::encode_png(print.image));
  }
  return out;
}

// Of several files, whose fault it is: whoever captures takes that one off, and keeps the others.
Error which_one(const std::vector<Sample>& samples, const Error& of_all) {
  for (std::size_t i = 0; i < samples.size() && samples.size() > 1; ++i) {
    const auto alone = intake::take_in({samples[i]}, intake::Depth::kExtracted);
    if (alone.ok() || alone.error().code == Code::kNoFeatures) continue;
    return {alone.error().code, fmt::format("samples[{}]: {}", i, alone.error().message)};
  }
  return of_all;
}

}  // namespace

Result<CaptureReport> assess_capture(const std::vector<Sample>& samples) {
  const auto opened = intake::take_in(samples, intake::Depth::kOpened);
  if (!opened.ok()) return which_one(samples, opened.error());
  if (intake::pixels_of(opened->encounter.samples) > kPixelsMax)
    return {Code::kTooLarge, "these images are too large together: look at fewer at once"};
  Result<intake::Taken> read = intake::take_in(samples, intake::Depth::kExtracted, intake::Keep::kImages);
  if (!read.ok()) return which_one(samples, read.error());
  intake::Taken& taken = *read;
  CaptureReport out;
  for (const intake::Print& print : taken.prints) {
    ASSIGN_OR_RETURN(PrintReport one, assessed(print));
    out.prints.push_back(std::move(one));
  }
  out.quality = std::move(taken.quality);
  out.left_out = std::move(taken.left_out);
  out.remarks = std::move(taken.remarks);
  return out;
}

}  // namespace puente::service
