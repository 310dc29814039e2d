#include <algorithm>
#include <iterator>
#include <utility>

#include "modality/finger/filter.h"
#include "modality/finger/stages.h"
#include "modality/finger/whole.h"

namespace puente::finger {
namespace {

constexpr int kCellsMin = 60;            // 10 square millimetres: below this nothing can be said of anybody
constexpr float kBlankDeviation = 0.5f;  // gray levels
constexpr float kOrderMin = 0.15f;       // noise of any grain stays below 0.09, the poorest prints seen have 0.27
constexpr float kRepeatMin = 0.1f;       // see estimate_period
constexpr const char* kNoRidges = "no fingerprint in the image: too little of it looks like ridges; capture again";
constexpr const char* kSecondPrint = "second_print";
constexpr float kRidgeClarity = 0.3f;  // surely ridges
constexpr float kUnclear = 0.1f;       // below, not worth reading

void drop_unclear(Field& field) {
  for (std::size_t i = 0; i < field.size(); ++i)
    if (field.clarity[i] < kUnclear) field.foreground[i] = 0;
  drop_lesser_areas(field);
}

// Where something is printed over the ridges, and just beside it, they end for no reason of their own.
void drop_marked(std::vector<Minutia>& minutiae, const Plane& marks) {
  constexpr int kBeside = 6;  // pixels
  if (marks.values.empty()) return;
  std::erase_if(minutiae, [&](const Minutia& m) {
    const int x = static_cast<int>(m.x), y = static_cast<int>(m.y);
    for (int v = std::max(0, y - kBeside); v <= std::min(marks.height - 1, y + kBeside); ++v)
      for (int u = std::max(0, x - kBeside); u <= std::min(marks.width - 1, x + kBeside); ++u)
        if (marks.at(u, v) > 0) return true;
    return false;
  });
}

Result<Extraction> read_print(const Region& region, const Plane& ridges, const FilterInput& input,
                              const Response& response, const Field& field, const Contrast& contrast) {
  Skeleton skeleton = thin(response, field);
  mend(skeleton, field, ridges.width, ridges.height);
  std::vector<Minutia> minutiae = find_minutiae(skeleton, response, field);
  drop_marked(minutiae, region.marks);
  rate_minutiae(minutiae, input, field);
  Extraction out;
  out.features = to_template(region, field, response, std::move(minutiae));
  if (out.features.minutiae.size() < 3)
    return {Code::kNoFeatures, "too few minutiae in the print: capture more of the finger"};
  out.quality = judge(ridges, field, contrast, out.features);
  return out;
}

int ridge_cells(const Field& field, float clarity) {
  int count = 0;
  for (std::size_t i = 0; i < field.size(); ++i) count += field.foreground[i] && field.clarity[i] >= clarity;
  return count;
}

}  // namespace

Error only_a_second() {
  return {Code::kNoFeatures,
          "the print that was meant cannot be read, and another one beside it is not taken for it: capture again, or "
          "crop the image to the print that is meant"};
}

Result<Extraction> extract_print(const Image& image, const ExtractOptions& options) {
  ASSIGN_OR_RETURN(Region region, to_region(image, options));
  const Ink ink = ink_of(region);
  Contrast contrast;
  Field field = segment(region, contrast);
  if (contrast.deviation < kBlankDeviation)
    return {Code::kNoFeatures, "blank image: place the finger and capture again"};
  const Plane ridges = flatten(region, field, contrast);
  estimate_orientation(ridges, 1.2f, field);
  const CoarseFlow flow = coarse_flow(ridges, field);
  if (flow.order < kOrderMin) return {Code::kNoFeatures, kNoRidges};
  follow_flow(flow, field);
  if (estimate_period(ridges, field) < kRepeatMin) return {Code::kNoFeatures, kNoRidges};
  const FilterInput filter_input(ridges, kReachOfFilters);
  Response response = enhance(filter_input, field);
  judge_clarity(ridges, response, field);
  if (ridge_cells(field, kRidgeClarity) < kCellsMin) return {Code::kNoFeatures, kNoRidges};
  drop_unclear(field);
  estimate_orientation(response.even, 0.9f, field);
  estimate_period(response.even, field);
  enhance_again(filter_input, field, response);
  judge_clarity(ridges, response, field);
  const auto read = [&](const Field& print) {
    return read_print(region, ridges, filter_input, response, print, contrast);
  };
  const std::vector<Field> parts = part_prints(region, field);
  const bool unread = is_beside_unread(ink, region, field);  // then none of them is the one that was meant
  std::vector<Extraction> prints;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Result<Extraction> print = read(parts[i]);
    if (!print.ok()) continue;
    print->second = unread || i > 0;
    prints.push_back(*std::move(print));
  }
  if (prints.empty()) {  // perhaps parted wrongly: that refuses nobody
    ASSIGN_OR_RETURN(Extraction whole, read(field));
    whole.second = unread;
    prints.push_back(std::move(whole));
  }
  if (unread || parts.size() > 1)
    for (Extraction& each : prints) each.quality.reasons.insert(each.quality.reasons.begin(), kSecondPrint);
  Extraction out = std::move(prints.front());
  out.beside.assign(std::move_iterator(prints.begin() + 1), std::move_iterator(prints.end()));
  return out;
}

}  // namespace puente::finger
