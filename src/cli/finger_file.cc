#include "cli/finger_file.h"

#include <algorithm>

#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"

namespace puente::cli {
namespace {

Result<PrintsRead> read(Bytes bytes, double ppi, intake::Keep keep, std::string_view card) {
  PrintsRead out;
  if (finger::is_template(bytes)) {
    ASSIGN_OR_RETURN(intake::Print print, intake::read_print(bytes, ppi, keep));
    out.prints.push_back(std::move(print));
    return out;
  }
  Sample file;
  ASSIGN_OR_RETURN(file.image, intake::told_as(std::move(bytes), card));
  file.ppi = ppi;
  ASSIGN_OR_RETURN(intake::Taken taken, intake::take_in({std::move(file)}, intake::Depth::kExtracted, keep));
  if (!taken.prints.empty()) TRY(intake::check_asks(taken));
  out.prints = std::move(taken.prints);
  out.left_out = std::move(taken.left_out);
  out.remarks = std::move(taken.remarks);
  for (const SampleQuality& each : taken.quality)
    if (std::find(each.reasons.begin(), each.reasons.end(), "no_features") != each.reasons.end())
      out.left_out.push_back(std::string(to_string(each.position)) + ": no fingerprint that can be used");
  for (const Sample& sample : taken.encounter.samples)
    if (sample.modality != Modality::kFinger) out.left_out.emplace_back("a face or an iris: only fingers are compared");
  return out;
}

}  // namespace

Result<PrintsRead> read_prints(const std::string& path, double ppi, intake::Keep keep, std::string_view card) {
  ASSIGN_OR_RETURN(Bytes bytes, read_file(path, limits::kRecordBytesMax));
  return about(path, read(std::move(bytes), ppi, keep, card));
}

bool match_mirrored(const PrintsRead& a, const PrintsRead& b, double false_match_rate_max) {
  PrintsRead turned;
  for (const intake::Print& print : a.prints) {
    intake::Print& other = turned.prints.emplace_back();
    other.place = print.place;
    other.features = finger::mirrored(print.features);
  }
  return false_match_rate(compare_all(turned, b)) <= false_match_rate_max;
}

std::vector<PrintPair> compare_all(const PrintsRead& a, const PrintsRead& b) {
  const auto same = [](const intake::Print& x, const intake::Print& y) {
    const Finger one = finger_at(x.place), other = finger_at(y.place);
    return one == other || one == Finger::kUnknown || other == Finger::kUnknown;
  };
  std::vector<PrintPair> pairs;
  for (const bool by_position : {true, false}) {
    for (const intake::Print& x : a.prints)
      for (const intake::Print& y : b.prints)
        if (!by_position || same(x, y)) pairs.push_back({&x, &y, {}});
    if (!pairs.empty()) break;
  }
  finger::Scratch scratch;
  for (PrintPair& pair : pairs)
    pair.comparison =
        finger::compare(finger::prepare(pair.probe->features), finger::prepare(pair.reference->features), scratch);
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const PrintPair& x, const PrintPair& y) { return x.comparison.score > y.comparison.score; });
  return pairs;
}

double false_match_rate(const std::vector<PrintPair>& pairs) {
  return std::min(1.0, static_cast<double>(pairs.size()) * finger::false_match_rate(pairs.front().comparison.score));
}

}  // namespace puente::cli
