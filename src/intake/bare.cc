// What is kept and what leaves: samples packed, samples without the words that came with them, and the pictures of
// prints again.
#include <algorithm>
#include <set>

#include "core/limits.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "intake/intake.h"
#include "intake/samples.h"

namespace puente::intake {
namespace {

// The points of a record, without when, where and with what they were captured and what vendors add.
Result<Bytes> bare_minutiae(ByteView bytes, Place place, double ppi) {
  ASSIGN_OR_RETURN(const format::MinutiaeRecord record, format::read_minutiae_record(bytes));
  format::MinutiaeRecord out;
  out.format = record.format;
  for (const format::MinutiaeView& from : record.views) {
    format::MinutiaeView& view = out.views.emplace_back(from);
    view.position = place.code;
    view.capture = {};
    if (ppi > 0) view.x_per_cm = view.y_per_cm = per_cm_of(ppi);
    view.extended.clear();
  }
  return format::write_minutiae_record(out);
}

Result<Sample> bare_single(const Sample& from, const Print& print) {
  Sample out{.position = capture_of(finger_at(print.place)), .coding = from.coding};
  if (from.coding == Coding::kMinutiae) {
    ASSIGN_OR_RETURN(out.image, bare_minutiae(from.image, print.place, from.ppi));
  } else {
    ASSIGN_OR_RETURN(out.image, format::bare_image(from.image));
    out.ppi = print.ppi;  // the file says it no longer
  }
  return out;
}

Result<Sample> bare_cut(const Sample& from, const Print& print) {
  Sample out{.position = capture_of(finger_at(print.place)), .coding = Coding::kPng};
  if (!print.image.pixels.empty()) {
    ASSIGN_OR_RETURN(out.image, format::encode_png(print.image));
  } else {
    ASSIGN_OR_RETURN(const Image image, picture_of(from, print.cut));
    ASSIGN_OR_RETURN(out.image, format::encode_png(image));
  }
  return out;
}

bool suits_wsq(const Sample& sample, const format::ImageHeader& header) {
  const bool lossless = header.kind == format::ImageKind::kPng || header.lossless;
  return sample.modality == Modality::kFinger && lossless && header.components == 1 && header.bits <= 8;
}

}  // namespace

Sample as_wsq(Sample sample) {
  constexpr double kPpiLeast = 450, kPpiMost = 550;  // where nothing is stated it was taken for 500
  constexpr int kSideMin = 64;
  const auto header = format::image_header(sample.image);
  if (!header.ok() || !suits_wsq(sample, *header)) return sample;
  const auto image = decoded(sample);
  if (!image.ok() || std::min(image->width, image->height) < kSideMin) return sample;
  if (image->ppi != 0 && (image->ppi < kPpiLeast || image->ppi > kPpiMost)) return sample;
  auto packed = format::encode_wsq(*image);
  if (!packed.ok() || packed->size() >= sample.image.size()) return sample;
  sample.image = *std::move(packed);
  sample.coding = Coding::kWsq;
  return sample;
}

Result<std::vector<Sample>> bare(const Taken& taken) {
  std::vector<Sample> out;
  std::set<Place> sent;
  const std::vector<Sample>& samples = taken.encounter.samples;
  const Print* before = nullptr;
  TRY(check_asks(taken));
  for (const bool whole : {true, false}) {
    for (const Print& print : taken.prints) {
      if (print.cut.whole != whole || out.size() >= limits::kProbePrintsMax) continue;
      const bool same_record = whole && before != nullptr && before->cut == print.cut;  // its next view
      before = &print;
      if (same_record || print.second) continue;
      if (finger_at(print.place) != Finger::kUnknown && !sent.insert(print.place).second) continue;
      ASSIGN_OR_RETURN(Sample sample, (whole ? bare_single : bare_cut)(samples[print.cut.sample], print));
      out.push_back(std::move(sample));
    }
  }
  return out;
}

Result<Image> picture_of(const Sample& sample, const Cut& cut) {
  if (coding_of(sample.image) == Coding::kMinutiae)
    return Error{Code::kInvalidInput, "there is no image of this print: its minutiae alone were sent"};
  ASSIGN_OR_RETURN(Image image, decoded(sample));
  if (cut.whole) return image;
  return cut_out(image, cut);
}

Image cut_out(const Image& slap, const Cut& cut) {
  finger::Segment box;
  box.x = cut.x;
  box.y = cut.y;
  box.width = cut.width;
  box.height = cut.height;
  box.angle = cut.angle;
  return finger::cut_out(slap, box);
}

}  // namespace puente::intake
