// How well slaps of synthetic people are taken apart. Every finger's place is known.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <deque>
#include <iterator>
#include <optional>

#include "lab/evaluate/evaluate.h"
#include "lab/synth/synth.h"

namespace puente::evaluate {
namespace {

struct Tally {
  int hits = 0, all = 0;
  void add(bool hit) { hits += hit, ++all; }
};

struct Figures {
  Tally overlap_half, overlap_most, positions, whole, warned, warned_sound;  // fingers, fingers, fingers, slaps …
  Tally missing_positions, fewer_noticed, hand, other_hand_noticed, hand_doubted, confirmed, contradicted, swaps;
  std::vector<double> overlaps, milliseconds;
};

using Hand = std::vector<std::optional<synth::GrownFinger>>;

double overlap(const synth::SlapTruth& truth, const finger::Segment& s) {
  const double across = std::min<double>(truth.right, s.right) - std::max<double>(truth.left, s.left);
  const double down = std::min<double>(truth.bottom, s.bottom) - std::max<double>(truth.top, s.top);
  if (across <= 0 || down <= 0) return 0;
  const double both = across * down;
  return both / ((truth.right - truth.left) * (truth.bottom - truth.top) +
                 static_cast<double>(s.right - s.left) * (s.bottom - s.top) - both);
}

const finger::Segment* found(const finger::Slap& slap, const synth::SlapTruth& truth) {
  for (const finger::Segment& s : slap.fingers)
    if (s.position == truth.place) return &s;
  return nullptr;
}

bool says(const finger::Slap& slap, const char* reason) {
  return std::find(slap.reasons.begin(), slap.reasons.end(), reason) != slap.reasons.end();
}

double processor_ms() {
  return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

// All fingers of a slap that are at least half inside the image.
void judge_boxes(const synth::SlapCapture& capture, const Result<finger::Slap>& slap, Figures& figures) {
  bool whole = slap.ok();
  for (const synth::SlapTruth& truth : capture.fingers) {
    if (truth.outside > 0.5) continue;
    const finger::Segment* s = slap.ok() ? found(*slap, truth) : nullptr;
    const double shared = s ? overlap(truth, *s) : 0;
    figures.overlaps.push_back(shared);
    figures.overlap_half.add(shared >= 0.5);
    figures.overlap_most.add(shared >= 0.75);
    figures.positions.add(shared > 0.25);
    whole = whole && shared > 0.25;
  }
  figures.whole.add(whole);
  const bool warned = !slap.ok() || slap->confidence < 0.5f;
  (whole ? figures.warned_sound : figures.warned).add(warned);
}

void judge_missing(synth::SlapKind kind, Hand hand, std::uint32_t impression, const synth::SlapOptions& options,
                   std::size_t gone, Figures& figures) {
  const Finger missing = synth::fingers_of(kind)[gone];
  hand[gone].reset();
  const synth::SlapCapture capture = synth::capture_slap(kind, hand, impression, options);
  const Result<finger::Slap> told = finger::segment_slap(capture.image, position_of(kind), {&missing, 1});
  bool right = told.ok();
  for (const synth::SlapTruth& truth : capture.fingers) {
    const finger::Segment* s = right ? found(*told, truth) : nullptr;
    right = right && (truth.outside > 0.5 || (s && overlap(truth, *s) > 0.25));
  }
  figures.missing_positions.add(right);
  const Result<finger::Slap> untold = finger::segment_slap(capture.image, position_of(kind));
  figures.fewer_noticed.add(!untold.ok() || says(*untold, "too_few_fingers"));
}

void judge_hand(synth::SlapKind kind, const Image& image, const finger::Slap& slap, Figures& figures) {
  const bool right = kind == synth::SlapKind::kRightFour;
  figures.hand.add(right == (slap.right_hand > 0));
  figures.hand_doubted.add(says(slap, "other_hand"));
  const auto other = right ? FingerCapture::kPlainLeftFour : FingerCapture::kPlainRightFour;
  const Result<finger::Slap> wrong = finger::segment_slap(image, other);
  figures.other_hand_noticed.add(wrong.ok() && says(*wrong, "other_hand"));
}

// The sequence check, with what was laid down as claimed.
std::vector<finger::SequenceFinding> sequence(const synth::SlapCapture& capture, const finger::Slap& slap,
                                              const std::vector<finger::PlacedPrint>& rolled,
                                              std::vector<bool>& swapped) {
  std::deque<finger::Template> kept;
  std::vector<finger::PlacedPrint> segments;
  swapped.clear();
  for (const synth::SlapTruth& truth : capture.fingers) {
    const finger::Segment* s = found(slap, truth);
    if (!s || overlap(truth, *s) <= 0.25) continue;
    const Result<finger::Extraction> extraction = finger::extract(cut_out(capture.image, *s));
    if (!extraction.ok()) continue;
    kept.push_back(extraction->features);
    segments.push_back({s->position, &kept.back()});
    swapped.push_back(truth.place != truth.finger);
  }
  return finger::check_sequence(segments, rolled);
}

void judge_sequence(const synth::SlapCapture& capture, const finger::Slap& slap,
                    const std::vector<finger::PlacedPrint>& rolled, Figures& figures) {
  std::vector<bool> swapped;
  const std::vector<finger::SequenceFinding> findings = sequence(capture, slap, rolled, swapped);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const bool against = findings[i].verdict == finger::SequenceVerdict::kContradicted;
    if (swapped[i]) {
      figures.swaps.add(against);
    } else {
      figures.contradicted.add(against);
      figures.confirmed.add(findings[i].verdict == finger::SequenceVerdict::kConfirmed);
    }
  }
}

void judge_person(const SlapStudy& options, std::uint32_t number, Figures& figures) {
  using enum synth::SlapKind;
  std::deque<finger::Template> kept;
  std::vector<finger::PlacedPrint> rolled;
  std::vector<synth::GrownFinger> fingers;
  synth::CaptureOptions flat;
  flat.width = 440, flat.height = 560;
  for (int code = 1; code <= 10; ++code) {
    const auto position = static_cast<Finger>(code);
    fingers.push_back(synth::grow_finger(options.seed, number, position));
    const Result<finger::Extraction> extraction = finger::extract(synth::capture(fingers.back(), 9, flat));
    if (!extraction.ok()) continue;
    kept.push_back(extraction->features);
    rolled.push_back({position, &kept.back()});
  }
  for (const synth::SlapKind kind : {kRightFour, kLeftFour, kThumbs}) {
    Hand hand;
    for (const Finger position : synth::fingers_of(kind)) hand.push_back(fingers[static_cast<int>(position) - 1]);
    synth::SlapOptions slap_options;
    slap_options.difficulty = options.difficulty;
    if (kind == kThumbs) slap_options.width = 1000;
    const synth::SlapCapture capture = synth::capture_slap(kind, hand, 1, slap_options);
    const double before = processor_ms();
    const Result<finger::Slap> slap = finger::segment_slap(capture.image, position_of(kind));
    if (kind != kThumbs) figures.milliseconds.push_back(processor_ms() - before);
    judge_boxes(capture, slap, figures);
    if (!slap.ok()) continue;
    judge_sequence(capture, *slap, rolled, figures);
    if (kind == kThumbs) continue;
    judge_hand(kind, capture.image, *slap, figures);
    judge_missing(kind, hand, 2, slap_options, (number + static_cast<std::uint32_t>(kind)) % 4, figures);
    const std::size_t first = number % 3;
    std::swap(hand[first], hand[first + 1]);
    const synth::SlapCapture mixed = synth::capture_slap(kind, hand, 3, slap_options);
    const Result<finger::Slap> apart = finger::segment_slap(mixed.image, position_of(kind));
    if (apart.ok()) judge_sequence(mixed, *apart, rolled, figures);
  }
}

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

SlapMeasured summary(const Figures& figures, std::uint32_t people) {
  const auto line = [](const char* name, const char* words, const Tally& tally) {
    return SlapMeasured::Line{name, words, tally.hits, tally.all};
  };
  return {
      .people = people,
      .lines = {line("iou_50", "fingers whose box overlaps the true one by half (IoU 0.5)", figures.overlap_half),
                line("iou_75", "fingers whose box overlaps the true one by three quarters", figures.overlap_most),
                line("positions", "fingers with the right position", figures.positions),
                line("slaps", "slaps with all fingers and positions right", figures.whole),
                line("warned", "of the other slaps, those with a confidence below 0.5", figures.warned),
                line("warned_sound", "of the right slaps, those with a confidence below 0.5", figures.warned_sound),
                line("missing", "slaps with a missing finger, told: all positions right", figures.missing_positions),
                line("fewer_noticed", "the same, not told: fewer fingers noticed", figures.fewer_noticed),
                line("hand", "hands told apart", figures.hand),
                line("other_hand", "hands claimed to be the other: noticed", figures.other_hand_noticed),
                line("hand_doubted", "hands rightly claimed: doubted", figures.hand_doubted),
                line("confirmed", "fingers that their own print confirms", figures.confirmed),
                line("contradicted", "fingers wrongly contradicted", figures.contradicted),
                line("swaps", "swapped fingers contradicted", figures.swaps)},
      .iou_median = quantile(figures.overlaps, 0.5),
      .iou_5_percent = quantile(figures.overlaps, 0.05),
      .milliseconds_median = quantile(figures.milliseconds, 0.5),
      .milliseconds_most = quantile(figures.milliseconds, 1)};
}

}  // namespace

SlapMeasured evaluate_slaps(const SlapStudy& study) {
  Figures figures;
  for (std::uint32_t number = 1; number <= study.people; ++number) {
    judge_person(study, number, figures);
    if (study.progress) study.progress("people", number, study.people);
  }
  return summary(figures, study.people);
}

Json to_json(const SlapMeasured& measured) {
  Json json = Json::object({{"people", static_cast<std::int64_t>(measured.people)},
                            {"iou_median", measured.iou_median},
                            {"iou_5_percent", measured.iou_5_percent},
                            {"milliseconds_median", measured.milliseconds_median},
                            {"milliseconds_most", measured.milliseconds_most}});
  for (const SlapMeasured::Line& line : measured.lines) {
    json.set(line.name, Json::object({{"hits", line.hits}, {"of", line.of}}));
  }
  return json;
}

std::string to_text(const SlapMeasured& measured) {
  std::string out;
  const auto into = std::back_inserter(out);
  for (const SlapMeasured::Line& line : measured.lines) {
    const double percent = line.of > 0 ? 100.0 * line.hits / line.of : 0;
    fmt::format_to(into, "{:<60} {:6.2f} %  {} of {}\n", line.words, percent, line.hits, line.of);
  }
  fmt::format_to(into, "IoU of boxes: median {:.3f}, one in twenty below {:.3f}\n", measured.iou_median,
                 measured.iou_5_percent);
  fmt::format_to(into, "processor time of a four-finger slap of 1600 x 1000 pixels: median {:.0f} ms, most {:.0f} ms\n",
                 measured.milliseconds_median, measured.milliseconds_most);
  return out;
}

}  // namespace puente::evaluate
