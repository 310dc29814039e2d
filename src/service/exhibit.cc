#include "service/exhibit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "format/image/image.h"
#include "identify/identify.h"
#include "modality/finger/finger.h"

namespace puente::service {
namespace {

// One print of a side: where it was taken from, and what of it was compared.
struct Shown {
  Place place;
  std::optional<Cut> cut;
  finger::Template features;
};

// As the search knew them. What an older version enrolled does not say where it was cut from: that is read anew.
Result<std::vector<Shown>> prints_of(const store::People& people, const store::EncounterId& id,
                                     const Encounter& encounter) {
  ASSIGN_OR_RETURN(const std::vector<store::Template> kept, people.templates(id));
  std::vector<Shown> out;
  bool known = true;
  for (const store::Template& each : kept) {
    if (each.features.place.modality != Modality::kFinger) continue;
    ASSIGN_OR_RETURN(finger::Template features, finger::decode(each.features.bytes));
    out.push_back({each.features.place, each.cut, std::move(features)});
    known = known && each.cut.has_value();
  }
  if (known) return out;
  ASSIGN_OR_RETURN(intake::Taken taken, intake::take_in(encounter.samples, intake::Depth::kExtracted));
  out.clear();
  for (intake::Print& print : taken.prints) out.push_back({print.place, print.cut, std::move(print.features)});
  return out;
}

// Files to look at, of the samples of one side. A slap is decoded once, whatever is cut from it.
class Files {
 public:
  explicit Files(const std::vector<Sample>& samples) : samples_(samples) {}
  Result<ExhibitSide> side(const Shown& shown) {
    ExhibitSide out;
    out.place = shown.place;
    out.width = shown.features.width, out.height = shown.features.height;
    for (const finger::Minutia& m : shown.features.minutiae)
      out.marks.push_back({m.x, m.y, m.direction, static_cast<std::uint8_t>(m.type)});
    if (!shown.cut || shown.cut->sample >= samples_.size()) return out;
    const Sample& sample = samples_[shown.cut->sample];
    if (sample.coding == Coding::kMinutiae) return out;
    if (shown.cut->whole) {
      ASSIGN_OR_RETURN(out.image, format::bare_image(sample.image));
      out.ppi = sample.ppi;
      return out;
    }
    ASSIGN_OR_RETURN(const Image* slap, decoded(shown.cut->sample));
    ASSIGN_OR_RETURN(out.image, format::encode_png(intake::cut_out(*slap, *shown.cut)));
    return out;
  }

 private:
  Result<const Image*> decoded(std::size_t number) {
    const auto known = slaps_.find(number);
    if (known != slaps_.end()) return &known->second;
    ASSIGN_OR_RETURN(Image image, intake::read_image(samples_[number].image, samples_[number].ppi));
    return &slaps_.emplace(number, std::move(image)).first->second;
  }
  const std::vector<Sample>& samples_;
  std::map<std::size_t, Image> slaps_;
};

finger::Template template_of(const ExhibitSide& side, const std::vector<Mark>& marks) {
  finger::Template out;
  out.width = side.width, out.height = side.height;
  for (const Mark& mark : marks)
    out.minutiae.push_back({mark.x, mark.y, mark.direction, static_cast<finger::MinutiaType>(mark.type), 0});
  return out;
}

Result<Image> paper_of(const ExhibitSide& side) {
  if (!side.image.empty()) return intake::read_image(side.image, side.ppi);
  return Image{1, 1, 1, 500, {255}};  // of minutiae alone: white paper, drawn as large as they say
}

finger::Drawing drawing_of(PictureKind kind) {
  switch (kind) {
    case PictureKind::kProbe:  // these are drawn alone
    case PictureKind::kProbeClean:
    case PictureKind::kReference:
    case PictureKind::kClean:
      return finger::Drawing::kClean;
    case PictureKind::kAligned:
      return finger::Drawing::kAligned;
    case PictureKind::kMarked:
      return finger::Drawing::kMarked;
  }
  CHECK(false);
}

}  // namespace

namespace {

// Fingers are laid down more or less upright: where a comparison turned one by more, it found nothing.
bool is_turn_of_a_finger(float rotation) {
  return std::fabs(rotation) <= std::numbers::pi_v<float> / 4;
}

// `samples`: what the references were taken from.
Result<Exhibit> beside(const intake::Taken& probe, const std::vector<Shown>& references,
                       const std::vector<Sample>& samples) {
  std::vector<std::optional<finger::Prepared>> prepared(references.size());
  Files probe_files(probe.encounter.samples), reference_files(samples);
  finger::Scratch scratch;
  Exhibit out;
  for (const intake::Print& print : probe.prints) {
    const finger::Prepared left = finger::prepare(print.features);
    const Finger claimed = finger_at(print.place);
    std::optional<std::size_t> best;
    finger::Comparison best_comparison;
    for (std::size_t r = 0; r < references.size(); ++r) {
      if (!identify::comparable(claimed, finger_at(references[r].place))) continue;
      if (!prepared[r]) prepared[r] = finger::prepare(references[r].features);
      finger::Comparison comparison = finger::compare(left, *prepared[r], scratch);
      if (best && comparison.score <= best_comparison.score) continue;
      best = r, best_comparison = std::move(comparison);
    }
    if (!best) continue;
    ExhibitPair& pair = out.pairs.emplace_back();
    ASSIGN_OR_RETURN(pair.probe, probe_files.side({print.place, print.cut, print.features}));
    ASSIGN_OR_RETURN(pair.reference, reference_files.side(references[*best]));
    for (const auto& [i, j] : best_comparison.pairs)
      pair.matched.emplace_back(static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(j));
    pair.rotation = best_comparison.rotation;
  }
  // by position: the order in which somebody sent them would tell who did
  std::ranges::stable_sort(out.pairs, {}, [](const ExhibitPair& each) { return each.probe.place; });
  return out;
}

}  // namespace

Result<Exhibit> make_exhibit(const store::People& people, const intake::Taken& probe, const store::EncounterId& id) {
  ASSIGN_OR_RETURN(const Encounter encounter, people.encounter(id.person_id, id.encounter_id));
  ASSIGN_OR_RETURN(const std::vector<Shown> references, prints_of(people, id, encounter));
  return beside(probe, references, encounter.samples);
}

Result<Exhibit> make_exhibit(const intake::Taken& probe, const intake::Taken& reference) {
  std::vector<Shown> references;
  for (const intake::Print& print : reference.prints) references.push_back({print.place, print.cut, print.features});
  return beside(probe, references, reference.encounter.samples);
}

const char* to_string(PictureKind kind) {
  switch (kind) {
    case PictureKind::kProbe:
      return "probe";
    case PictureKind::kProbeClean:
      return "probe_clean";
    case PictureKind::kReference:
      return "reference";
    case PictureKind::kClean:
      return "clean";
    case PictureKind::kAligned:
      return "aligned";
    case PictureKind::kMarked:
      return "marked";
  }
  return "unknown";
}

Result<PictureKind> parse_picture_kind(std::string_view name) {
  for (const PictureKind each : {PictureKind::kProbe, PictureKind::kProbeClean, PictureKind::kReference,
                                 PictureKind::kClean, PictureKind::kAligned, PictureKind::kMarked}) {
    if (name == to_string(each)) return each;
  }
  return Error{Code::kInvalidInput,
               "unknown kind of picture: use probe, probe_clean, reference, clean, aligned or marked"};
}

namespace {

// Who sent minutiae alone: these are all there is to see.
Result<Bytes> draw_alone(const ExhibitSide& side, const std::vector<Mark>& marks) {
  ASSIGN_OR_RETURN(const Image paper, paper_of(side));
  return format::encode_png(finger::draw_print(paper, template_of(side, side.image.empty() ? side.marks : marks)));
}

}  // namespace

Result<Bytes> draw_png(const ExhibitPair& pair, PictureKind kind, const std::vector<Mark>& marks) {
  if (kind == PictureKind::kProbe) return draw_alone(pair.probe, marks);
  if (kind == PictureKind::kProbeClean) return draw_alone(pair.probe, {});
  if (kind == PictureKind::kReference) return draw_alone(pair.reference, {});
  ASSIGN_OR_RETURN(const Image probe, paper_of(pair.probe));
  ASSIGN_OR_RETURN(const Image reference, paper_of(pair.reference));
  finger::Comparison comparison;
  if (kind == PictureKind::kAligned && is_turn_of_a_finger(pair.rotation))
    for (const auto& [i, j] : pair.matched) comparison.pairs.emplace_back(i, j);
  return format::encode_png(finger::draw_comparison(probe, template_of(pair.probe, pair.probe.marks), reference,
                                                    template_of(pair.reference, pair.reference.marks), comparison,
                                                    drawing_of(kind)));
}

Exhibit without_opinion(Exhibit exhibit) {
  constexpr float kStep = std::numbers::pi_v<float> / 36;
  for (ExhibitPair& pair : exhibit.pairs) {
    pair.matched.clear();
    pair.rotation = is_turn_of_a_finger(pair.rotation) ? std::round(pair.rotation / kStep) * kStep : 0;
  }
  return exhibit;
}

Exhibit probes_alone(Exhibit exhibit) {
  for (ExhibitPair& pair : exhibit.pairs) {
    pair.reference = ExhibitSide();
    pair.matched.clear();
    pair.rotation = 0;
    if (!pair.probe.image.empty()) pair.probe.marks.clear();
  }
  return exhibit;
}

}  // namespace puente::service
