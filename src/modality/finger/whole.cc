// What an image as a whole may be, beside the print that is read in it: at another resolution than was stated, since
// skin's ridges repeat every half millimetre; or of several fingers.
#include <algorithm>
#include <cmath>
#include <string>

#include "core/limits.h"
#include "core/tally.h"
#include "modality/finger/slap_parts.h"
#include "modality/finger/whole.h"

namespace puente::finger {
namespace {

constexpr double kAssumed = 500;      // pixels an inch, when nothing is stated
constexpr int kCellsMin = 150;        // of ridges; 25 square millimetres
constexpr float kPlainOrder = 0.25f;  // more than extract asks for: here it is one of several guesses
constexpr float kPlainRepeat = 0.25f;
constexpr float kPeriodLeast = 6, kPeriodMost = 14;

bool shows_ridges(const Image& image, double ppi) {
  Result<Region> region = to_region(image, {ppi});
  if (!region.ok()) return false;
  Contrast contrast;
  Field field = segment(*region, contrast);
  int cells = 0;
  for (const std::uint8_t each : field.foreground) cells += each;
  if (contrast.deviation < 1 || cells < kCellsMin) return false;
  const Plane ridges = flatten(*region, field, contrast);
  estimate_orientation(ridges, 1.2f, field);
  const CoarseFlow flow = coarse_flow(ridges, field);
  if (flow.order < kPlainOrder) return false;
  follow_flow(flow, field);
  if (estimate_period(ridges, field) < kPlainRepeat) return false;
  double sum = 0;
  for (std::size_t i = 0; i < field.size(); ++i)
    if (field.foreground[i]) sum += field.period[i];
  const double period = sum / cells;
  return period > kPeriodLeast && period < kPeriodMost;
}

// Ridge to ridge as the template has it; 0: it has no ridges.
double mean_period(const Template& features) {
  double sum = 0;
  int count = 0;
  for (const RidgeCell& cell : features.cells)
    if (cell.quality > 0) sum += cell.period / 8.0, ++count;
  return count > 0 ? sum / count : 0;
}

// Scanners for fingers have 500 or 1000 ppi. Another one is believed where the ridges bear it out, and called unusual
// where they would be more so at 500.
void doubt_resolution(double ppi, Extraction& print) {
  constexpr double kLeast = 7.2, kMost = 12.2;            // pixels, ridge to ridge: nearly all adults'
  constexpr double kUsualLeast = 8.5, kUsualMost = 11.8;  // most adults'
  const auto near = [&](double usual) { return std::fabs(ppi / usual - 1) < 0.03; };
  const double period = mean_period(print.features), at_500 = period * ppi / kAssumed;
  if (period == 0 || near(500) || near(1000)) return;
  std::vector<std::string>& reasons = print.quality.reasons;
  const bool is_usual = period > kUsualLeast && period < kUsualMost;
  if (period < kLeast || period > kMost) {
    reasons = {"implausible_resolution"};
  } else if (!is_usual && at_500 > kUsualLeast && at_500 < kUsualMost) {
    reasons.emplace_back("unusual_resolution");
  }
}

// Larger than a rolled print and some paper around it, and there is more than one on it.
bool shows_several(const Image& image, double ppi) {
  constexpr double kFingerMax = 43 / 25.4;  // inches
  return std::max(image.width, image.height) > kFingerMax * ppi && count_fingers(image, ppi) > 1;
}

}  // namespace

double ppi_by_ridges(const Image& image, const ExtractOptions& options) {
  const Result<double> scale = scale_to_500(image, options);
  if (!scale.ok()) return 0;
  for (const double times : {2.0, 0.5, 4.0, 0.25}) {
    const double ppi = 500 / *scale * times;
    if (ppi >= limits::kPpiMin && ppi <= limits::kPpiMax && shows_ridges(image, ppi)) return ppi;
  }
  return 0;
}

Result<Extraction> extract(const Image& image, const ExtractOptions& options) {
  tally(Work::kExtract);
  Result<Extraction> out = extract_print(image, options);
  const double stated = options.ppi != 0 ? options.ppi : image.ppi, ppi = stated > 0 ? stated : kAssumed;
  if (!out.ok()) {
    const double likelier = out.error().code == Code::kNoFeatures ? ppi_by_ridges(image, options) : 0;
    if (likelier == 0) return out;
    const auto whole = [](double number) { return std::to_string(std::lround(number)); };
    return {Code::kNoFeatures, "no fingerprint at " + whole(ppi) + " pixels an inch" +
                                   (stated > 0 ? "" : ", which were assumed") + ", but there is one at about " +
                                   whole(likelier) + ": give the resolution that it was captured at (--dpi, ppi)"};
  }
  doubt_resolution(ppi, *out);
  std::vector<std::string>& reasons = out->quality.reasons;
  const bool holds = std::find(reasons.begin(), reasons.end(), "implausible_resolution") == reasons.end();
  if (!holds) {
    out->quality.score = std::min(out->quality.score, kScoreInDoubtMost);
    out->beside.clear();
  }
  if (holds && shows_several(image, ppi)) reasons.insert(reasons.begin(), "several_fingers");
  return out;
}

}  // namespace puente::finger
