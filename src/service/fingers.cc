// From what was sent to fingers that can be compared: records are opened, slaps taken apart, features extracted.
#include "service/fingers.h"

#include <algorithm>

#include "core/limits.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "service/finger_minutiae.h"

namespace puente::service {
namespace {

constexpr float kSlapConfidenceMin = 0.5f;  // below it we do not say which finger is which

Result<Image> image_of(const Sample& sample) {
  ASSIGN_OR_RETURN(Image image, format::decode_image(sample.image));
  if (sample.ppi > 0) image.ppi = sample.ppi;
  return image;
}

// The points of a record, without when, where and with what they were captured and what vendors add.
Result<Bytes> bare_minutiae(ByteView bytes) {
  ASSIGN_OR_RETURN(const format::MinutiaeRecord record, format::read_minutiae_record(bytes));
  format::MinutiaeRecord bare;
  bare.format = record.format;
  for (const format::MinutiaeView& from : record.views) {
    format::MinutiaeView& view = bare.views.emplace_back(from);
    view.capture = {};
    view.extended.clear();
  }
  return format::write_minutiae_record(bare);
}

Status extract_finger(Print finger, Fingers& out) {
  auto extraction = finger::extract(finger.image);
  if (!extraction.ok()) {
    if (extraction.error().code != Code::kNoFeatures) return extraction.error();
    out.unusable = extraction.error().message;
    out.quality.push_back({capture_of(finger.position), 0, {"no_features"}});
    return {};
  }
  finger.extraction = *std::move(extraction);
  out.quality.push_back(
      {capture_of(finger.position), finger.extraction.quality.score, finger.extraction.quality.reasons});
  out.usable.push_back(std::move(finger));
  return {};
}

// Whose fingers are which is said only where the slap itself leaves little doubt; else they are of unknown position.
Status extract_slap(const Sample& slap, const std::map<Finger, Missing>& missing, std::size_t sample, Fingers& out) {
  ASSIGN_OR_RETURN(const Image image, image_of(slap));
  std::vector<Finger> absent;
  for (const auto& [position, why] : missing) absent.push_back(position);
  const auto parts = finger::segment_slap(image, slap.position, absent);
  if (!parts.ok()) {
    if (parts.error().code != Code::kNoFeatures) return parts.error();
    out.unusable = parts.error().message;
    out.quality.push_back({slap.position, 0, {"no_features"}});
    return {};
  }
  const bool certain = parts->confidence >= kSlapConfidenceMin;
  out.quality.push_back({slap.position, static_cast<int>(100 * parts->confidence), parts->reasons});
  for (const finger::Segment& part : parts->fingers) {
    const Finger position = certain ? part.position : Finger::kUnknown;
    TRY(extract_finger({position, sample, part.position, finger::cut_out(image, part), {}}, out));
  }
  return {};
}

}  // namespace

Result<Fingers> extract(const std::vector<Sample>& samples, const std::map<Finger, Missing>& missing) {
  if (samples.size() > limits::kSamplesPerEncounterMax) return Error{Code::kTooLarge, "samples: too many at once"};
  Fingers out;
  out.unusable = "there is no fingerprint among the samples";
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const Sample& sample = samples[i];
    if (sample.modality != Modality::kFinger) continue;
    const std::optional<Finger> single = finger_of(sample.position);
    if (!single && !is_slap(sample.position)) return Error{Code::kInvalidInput, "samples: no such finger position"};
    if (format::is_minutiae_record(sample.image)) {
      if (!single) return Error{Code::kInvalidInput, "samples: minutiae are of one finger each, not of a slap"};
      ASSIGN_OR_RETURN(const format::MinutiaeRecord record, format::read_minutiae_record(sample.image));
      for (const format::MinutiaeView& view : record.views) {
        if (out.usable.size() >= limits::kTemplatesPerEncounterMax) return Error{Code::kTooLarge, "too many fingers"};
        ASSIGN_OR_RETURN(finger::Template features, to_template(view, record.format));
        out.quality.push_back({sample.position, 0, {"minutiae_only"}});
        out.usable.push_back({*single, i, {}, {}, {std::move(features), {}}});
      }
    } else if (is_slap(sample.position)) {
      TRY(extract_slap(sample, missing, i, out));
    } else {
      ASSIGN_OR_RETURN(Image image, image_of(sample));
      TRY(extract_finger({*single, i, {}, std::move(image), {}}, out));
    }
  }
  if (out.usable.empty()) return Error{Code::kNoFeatures, out.unusable};
  return out;
}

// Each finger of a slap against the single ones of the same encounter: one that is said to be another finger than it is
// would be found under the wrong position for as long as it is kept. What they confirm is no longer in doubt.
Status check_order(Fingers& fingers) {
  std::vector<finger::PlacedPrint> slaps, singles;
  std::vector<Print*> in_slaps;
  for (Print& each : fingers.usable) {
    if (each.in_slap != Finger::kUnknown) {
      slaps.push_back({each.in_slap, &each.extraction.features});
      in_slaps.push_back(&each);
    } else if (each.position != Finger::kUnknown) {
      singles.push_back({each.position, &each.extraction.features});
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
    if (found[i].verdict == finger::SequenceVerdict::kConfirmed) in_slaps[i]->position = found[i].claimed;
  }
  return {};
}

// What a partner is asked with: fingers one by one, as pixels or minutiae and nothing else that came with them, such as
// the words that files of images carry.
Result<std::vector<Sample>> probe_samples(const std::vector<Sample>& samples, const Fingers& fingers) {
  std::vector<Sample> out;
  for (const bool from_slap : {false, true}) {
    for (const Print& finger : fingers.usable) {
      const bool is_from_slap = finger.in_slap != Finger::kUnknown;
      if (is_from_slap != from_slap || out.size() >= limits::kSamplesPerEncounterMax) continue;
      Sample probe{.position = capture_of(finger.position)};
      if (finger.image.pixels.empty()) {
        ASSIGN_OR_RETURN(probe.image, bare_minutiae(samples[finger.sample].image));
      } else {
        ASSIGN_OR_RETURN(probe.image, format::encode_png(finger.image));
      }
      out.push_back(std::move(probe));
    }
  }
  return out;
}

std::vector<identify::ProbeFinger> probe_of(const Fingers& fingers) {
  std::vector<identify::ProbeFinger> probe;
  for (const Print& finger : fingers.usable) {
    probe.push_back(identify::make_probe(finger.position, finger.extraction.features));
  }
  return probe;
}

}  // namespace puente::service
