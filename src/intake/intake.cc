#include "intake/intake.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/limits.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/person/person.h"
#include "intake/samples.h"

namespace puente::intake {
namespace {

constexpr const char* kAssumed = "resolution_assumed";

// Records become samples.
Result<Taken> open(std::vector<Sample> sent) {
  if (sent.empty()) return Error{Code::kInvalidInput, "samples: at least one fingerprint is needed"};
  Taken out;
  std::vector<Sample>& samples = out.encounter.samples;
  for (Sample& file : sent) {
    if (format::is_plain_image(file.image)) {
      ASSIGN_OR_RETURN(file.image, format::as_png(file.image, &out.remarks));
    }
    if (format::is_image(file.image)) {
      format::remark_more_pictures(file.image, out.remarks);
      samples.push_back(std::move(file));
    } else {
      ASSIGN_OR_RETURN(format::Intake record, format::read_encounter(file.image));
      std::vector<Sample>& inside = record.encounter.samples;
      if (inside.size() == 1 && file.position != FingerCapture::kUnknown) inside[0].position = file.position;
      for (Sample& each : inside) each.ppi = file.ppi > 0 ? file.ppi : each.ppi;
      std::move(inside.begin(), inside.end(), std::back_inserter(samples));
      out.encounter.biographic.merge(record.encounter.biographic);
      out.encounter.missing.merge(record.encounter.missing);
      std::move(record.left_out.begin(), record.left_out.end(), std::back_inserter(out.left_out));
      std::move(record.remarks.begin(), record.remarks.end(), std::back_inserter(out.remarks));
    }
    if (samples.size() > limits::kSamplesPerEncounterMax)
      return Error{Code::kTooLarge, fmt::format("samples: more than {} at once", limits::kSamplesPerEncounterMax)};
  }
  for (Sample& each : samples) each.coding = coding_of(each.image);
  return out;
}

// The first of each position, and of all the first so many.
std::vector<Sample> fingers_that_count(std::vector<Sample> sent) {
  std::vector<Sample> out;
  for (Sample& each : sent) {
    const bool again =
        each.position != FingerCapture::kUnknown &&
        std::any_of(out.begin(), out.end(), [&](const Sample& s) { return s.position == each.position; });
    if (!again && out.size() < limits::kProbePrintsMax) out.push_back(std::move(each));
  }
  return out;
}

std::int64_t pixels_of(const Sample& sample) {
  const auto header = format::image_header(sample.image);
  if (!header.ok()) return 0;                 // minutiae; what is damaged is refused when it is read
  constexpr std::int64_t kSideMax = 1 << 20;  // beyond it is refused anyway, and this cannot overflow
  return std::clamp<std::int64_t>(header->width, 0, kSideMax) * std::clamp<std::int64_t>(header->height, 0, kSideMax);
}

Status check_pixels(const std::vector<Sample>& probe) {
  for (const Sample& each : probe) {
    if (pixels_of(each) > limits::kProbeImagePixelsMax)
      return {Code::kTooLarge, "an image of the probe is larger than any finger's"};
  }
  if (intake::pixels_of(probe) > limits::kProbePixelsMax)
    return {Code::kTooLarge, "the probe's images are larger than ten fingers'"};
  return {};
}

Result<Taken> as_probe(std::vector<Sample> sent) {
  if (sent.empty() || sent.size() > limits::kSamplesPerEncounterMax)
    return Error{Code::kInvalidInput, fmt::format("a probe has 1 to {} samples", limits::kSamplesPerEncounterMax)};
  for (Sample& each : sent) {
    each.coding = coding_of(each.image);
    if (each.modality != Modality::kFinger || !finger_of(each.position) || each.coding == Coding::kUnknown)
      return Error{Code::kInvalidInput,
                   "a probe is of single fingers, as images (PNG, JPEG, JPEG 2000, WSQ) or minutiae"};
  }
  Taken out;
  out.encounter.samples = fingers_that_count(std::move(sent));
  TRY(check_pixels(out.encounter.samples));
  return out;
}

Error of_no_finger(int position) {
  return {Code::kInvalidInput,
          fmt::format("samples: minutiae are of one finger each, and no finger has the position {}; correct it in the "
                      "record, or send the image",
                      position)};
}

// Nothing but a finger comes into a gallery: before anything is decoded.
Status check_position(const Sample& sample) {
  if (finger_of(sample.position)) return {};
  if (!is_slap(sample.position)) {
    return {Code::kInvalidInput,
            fmt::format("samples: no finger has the position {}; give 0 to 10, or 13 to 15 for the "
                        "image of a slap",
                        static_cast<int>(sample.position))};
  }
  if (sample.coding == Coding::kMinutiae) return of_no_finger(static_cast<int>(sample.position));
  return {};
}

// The prints of one encounter, sample by sample; nothing decoded outlives its sample but what is to be kept.
class Extractor {
 public:
  // One print a sample, when it is a probe: of minutiae the first view.
  Extractor(Keep keep, bool is_probe, const Patience* patience, Taken& out)
      : keep_(keep), is_probe_(is_probe), patience_(patience), out_(out) {}

  Status extract() {
    for (const Sample& sample : out_.encounter.samples)
      if (sample.modality == Modality::kFinger) TRY(check_position(sample));
    for (std::size_t i = 0; i < out_.encounter.samples.size(); ++i) {
      const Sample& sample = out_.encounter.samples[i];
      if (patience_ != nullptr && patience_->is_over())
        return {Code::kDeadlineExceeded, "samples: to look at them takes too long"};
      switch (sample.modality) {  // the only place that asks
        case Modality::kFinger:
          TRY(finger(sample, static_cast<std::uint16_t>(i)));
          break;
        case Modality::kFace:
        case Modality::kIris:
          break;  // kept, not compared
      }
    }
    if (out_.prints.empty()) return {Code::kNoFeatures, unusable_};
    return {};
  }

 private:
  Status finger(const Sample& sample, std::uint16_t number) {
    if (sample.coding == Coding::kMinutiae) return minutiae(sample, number);
    if (is_slap(sample.position)) return slap(sample, number);
    ASSIGN_OR_RETURN(Image image, decoded(sample));
    Print print{.place = place_of(*finger_of(sample.position)), .cut = {.sample = number}, .ppi = image.ppi};
    auto extraction = finger::extract(image);
    return add(std::move(print), std::move(image), std::move(extraction));
  }

  Status minutiae(const Sample& sample, std::uint16_t number) {
    ASSIGN_OR_RETURN(const format::MinutiaeRecord record, format::read_minutiae_record(sample.image));
    for (const format::MinutiaeView& view : record.views) {  // those too that are not looked at
      const auto stated = format::finger_of_code(view.position);
      if (!stated || is_slap(*stated)) return of_no_finger(view.position);
    }
    for (const format::MinutiaeView& view : record.views) {
      Print print{.place = place_of(*finger_of(sample.position)), .cut = {.sample = number}};
      ASSIGN_OR_RETURN(print.features, minutiae_at(view, record.format, sample.ppi));
      print.quality.reasons = {"minutiae_only"};
      if (is_too_dense(print.features)) {
        print.quality.reasons.emplace_back("implausible_resolution");
      } else if (sample.ppi == 0 && is_unusual(view, record.format)) {
        print.quality.reasons.emplace_back("unusual_resolution");
      }
      out_.quality.push_back({sample.position, 0, print.quality.reasons});
      TRY(add(std::move(print)));
      if (is_probe_) break;
    }
    return {};
  }

  // Whose fingers are which is said only where the slap itself leaves little doubt; else they are of unknown position.
  Status slap(const Sample& sample, std::uint16_t number) {
    ASSIGN_OR_RETURN(const Image image, decoded(sample));
    std::vector<Finger> absent;
    for (const auto& [finger, why] : out_.encounter.missing) absent.push_back(finger);
    auto apart = take_apart(image, sample.position, absent);
    if (!apart.ok()) return unusable(sample.position, apart.error());
    const finger::Slap& found = apart->slap;
    const bool certain = is_certain(found);
    out_.quality.push_back({sample.position, static_cast<int>(100 * found.confidence), found.reasons});
    if (image.ppi == 0) out_.quality.back().reasons.emplace_back(kAssumed);
    for (std::size_t i = 0; i < found.fingers.size(); ++i) {
      const finger::Segment& at = found.fingers[i];
      Print print{.place = place_of(certain ? at.position : Finger::kUnknown),
                  .in_slap = at.position,
                  .cut = {number, false, at.x, at.y, at.width, at.height, at.angle},
                  .ppi = apart->pieces[i].image.ppi};
      TRY(add(std::move(print), std::move(apart->pieces[i].image), std::move(apart->pieces[i].extraction)));
    }
    return {};
  }

  Status add(Print print, Image image, Result<finger::Extraction> extraction) {
    const FingerCapture shown = capture_of(finger_at(print.place));
    if (!extraction.ok()) return unusable(shown, extraction.error());
    if (extraction->second) {
      TRY(unusable(shown, finger::only_a_second()));
      out_.quality.back().reasons.emplace_back("second_print");
      if (is_probe_) return {};
      print.place = place_of(Finger::kUnknown);
      print.second = true;
    }
    const auto fill = [&](Print& to, finger::Extraction& from) {
      to.features = std::move(from.features);
      to.quality = std::move(from.quality);
      if (to.ppi == 0) to.quality.reasons.emplace_back(kAssumed);
    };
    std::vector<Print> seconds;
    for (finger::Extraction& other : extraction->beside) {
      if (is_probe_ || !print.cut.whole) break;
      Print& second = seconds.emplace_back();
      second.cut = print.cut;
      second.second = true;
      second.ppi = print.ppi;
      if (keep_ == Keep::kImages) second.image = image;
      fill(second, other);
    }
    fill(print, *extraction);
    if (keep_ == Keep::kImages || (keep_ == Keep::kCuts && !print.cut.whole)) print.image = std::move(image);
    if (!print.second) out_.quality.push_back({shown, print.quality.score, print.quality.reasons});
    TRY(add(std::move(print)));
    for (Print& second : seconds) TRY(add(std::move(second)));
    return {};
  }

  // A second print takes nobody's place.
  Status add(Print print) {
    std::vector<Print>& prints = out_.prints;
    prints.push_back(std::move(print));
    if (prints.size() <= limits::kTemplatesPerEncounterMax) return {};
    const auto second = std::find_if(prints.rbegin(), prints.rend(), [](const Print& each) { return each.second; });
    if (second == prints.rend())
      return {Code::kTooLarge, fmt::format("samples: more than {} fingers at once", limits::kTemplatesPerEncounterMax)};
    prints.erase(std::next(second).base());
    out_.left_out.push_back(
        fmt::format("a second print on one paper: more than {} fingers at once", limits::kTemplatesPerEncounterMax));
    return {};
  }

  Status unusable(FingerCapture shown, const Error& why) {
    if (why.code != Code::kNoFeatures) return why;
    unusable_ = why.message;
    out_.quality.push_back({shown, 0, {"no_features"}});
    return {};
  }

  Keep keep_;
  bool is_probe_;
  const Patience* patience_;
  Taken& out_;
  std::string unusable_ = "there is no fingerprint among the samples";
};

// Each finger of a slap against the single ones of the same encounter: one that is said to be another finger than it is
// would be found under the wrong position for as long as it is kept. What they confirm is no longer in doubt.
Status check_order(std::vector<Print>& prints) {
  std::vector<finger::PlacedPrint> slaps, singles;
  std::vector<Print*> in_slaps;
  for (Print& each : prints) {
    if (each.second) continue;  // nobody says whose it is
    if (each.in_slap != Finger::kUnknown) {
      slaps.push_back({each.in_slap, &each.features});
      in_slaps.push_back(&each);
    } else if (finger_at(each.place) != Finger::kUnknown) {
      singles.push_back({finger_at(each.place), &each.features});
    }
  }
  if (slaps.empty() || singles.empty()) return {};
  const std::vector<finger::SequenceFinding> found = finger::check_sequence(slaps, singles);
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].verdict == finger::SequenceVerdict::kContradicted) {
      return {Code::kInvalidInput,
              std::string("samples: what the slap shows as ") + to_string(found[i].claimed) + " is what was taken as " +
                  to_string(found[i].best) +
                  ": fingers or hands are in the wrong order; correct the positions or capture again"};
    }
    if (found[i].verdict == finger::SequenceVerdict::kConfirmed) in_slaps[i]->place = place_of(found[i].claimed);
  }
  return {};
}

}  // namespace

Result<Image> decoded(const Sample& sample) {
  ASSIGN_OR_RETURN(Image image, format::decode_image(sample.image));
  if (sample.ppi > 0) image.ppi = sample.ppi;
  return image;
}

namespace {

Result<Taken> taken_to(Depth depth, Keep keep, bool is_probe, const Patience* patience, Result<Taken> opened) {
  ASSIGN_OR_RETURN(Taken out, std::move(opened));
  if (depth == Depth::kOpened) return out;
  TRY(Extractor(keep, is_probe, patience, out).extract());
  TRY(check_order(out.prints));
  if (depth == Depth::kExtracted) return out;
  for (Print& each : out.prints) {
    each.encoded = finger::encode(each.features);
    each.sketch = finger::sketch(each.features);
  }
  return out;
}

}  // namespace

std::int64_t pixels_of(const std::vector<Sample>& probe) {
  std::int64_t out = 0;
  for (const Sample& each : probe) out += pixels_of(each);
  return out;
}

Status check_asks(const Taken& taken) {
  const bool some = std::ranges::any_of(taken.prints, [](const Print& each) { return !each.second; });
  if (!some) return finger::only_a_second();
  return {};
}

Result<Taken> take_in(std::vector<Sample> sent, Depth depth, Keep keep) {
  return taken_to(depth, keep, false, nullptr, open(std::move(sent)));
}

Result<Taken> take_in_probe(std::vector<Sample> probe, Depth depth, Keep keep, const Patience* patience) {
  return taken_to(depth, keep, true, patience, as_probe(std::move(probe)));
}

Result<TakenApart> take_apart(const Image& slap, FingerCapture position, std::span<const Finger> missing) {
  TakenApart out;
  ASSIGN_OR_RETURN(out.slap, finger::segment_slap(slap, position, missing));
  for (const finger::Segment& each : out.slap.fingers) {
    Image cut = finger::cut_out(slap, each);
    auto extraction = finger::extract(cut);
    if (extraction.ok() && extraction->second) extraction = finger::only_a_second();  // the finger beside has its own
    out.pieces.push_back({std::move(cut), std::move(extraction)});
  }
  return out;
}

}  // namespace puente::intake
