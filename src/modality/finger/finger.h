// Finger: from an image of one fingerprint to a template with its quality, and from two templates to a score.
//
// Everything here is a pure function of its arguments: the same bits give the same answer on every run, thread and
// machine. Any thread may call anything; a Prepared is immutable and may be shared, a Scratch belongs to one thread at
// a time. Positions are pixels at 500 ppi from the image's top left, y downwards. Angles are radians, counter-clockwise
// from +x as seen on the image.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/image.h"
#include "core/result.h"
#include "modality/finger/sketch.h"
#include "modality/finger/slap.h"

namespace puente::finger {

enum class MinutiaType : std::uint8_t { kOther = 0, kEnding = 1, kBifurcation = 2 };

struct Minutia {
  float x = 0, y = 0;
  float direction =
      0;  // [0, 2pi): into the ending ridge, or into the valley between a fork's branches (ISO/IEC 19794-2)
  MinutiaType type = MinutiaType::kOther;
  std::uint8_t quality = 0;  // 0..100: chance, in per cent, that three other prints would all show it; 0 when unknown
};

// What the ridges do in one cell of kCell x kCell pixels, as a plane wave around the cell's centre.
struct RidgeCell {
  std::uint8_t orientation = 0;  // of the ridges, pi/256 each
  std::uint8_t phase = 0;        // at the centre, 2pi/256 each, 0 on a ridge; grows along orientation + pi/2
  std::uint8_t period = 0;       // ridge to ridge, 1/8 pixel each
  std::uint8_t quality = 0;      // 0 = no ridges seen here; else 1..100
};
inline constexpr int kCell = 8;

// A plain value. Comparison works with minutiae only (records of ISO/IEC 19794-2) when either template has no cells:
// somewhat worse, by a score model of its own.
struct Template {
  int width = 0, height = 0;  // of the whole image at 500 ppi
  std::vector<Minutia> minutiae;
  int cells_left = 0, cells_top = 0;  // pixel position of the first cell's corner
  int columns = 0, rows = 0;          // cells; 0 when the template has minutiae only
  std::vector<RidgeCell> cells;       // row by row
};

inline constexpr int kScoreInDoubtMost = 10;  // at a wrong resolution: the finger is found by nobody

// 0..100, and why it is not better. Reasons, worst first: "several_fingers" "second_print" "too_small" "too_dry"
// "too_wet" "low_contrast" "unclear_ridges" "too_few_minutiae" "unusual_resolution"; or "implausible_resolution", then
// alone, and the score at most kScoreInDoubtMost, since nothing else that was measured holds. Measured meaning:
// docs/accuracy.md.
struct Quality {
  int score = 0;
  std::vector<std::string> reasons;
};

struct Extraction {
  Template features;
  Quality quality;
  // Another print on the same paper, at most one. Which was meant is guessed by size and place, so that both have the
  // reason "second_print", as has one whose other cannot be read. Whose finger it is nobody knows.
  std::vector<Extraction> beside;
  // This is that other one: so it is of what stands in `beside`, and of what is read where the print that was meant
  // cannot be. What is said of the image's finger does not hold of it.
  bool second = false;
};
Error only_a_second();  // of such an image, where one finger's print is asked for: kNoFeatures

struct ExtractOptions {
  double ppi = 0;  // overrides the image's own; 0 = the image's, and 500 when the image does not say
};

// kNoFeatures when there is no usable fingerprint (blank, noise, something else), with the reason in the message.
// kInvalidInput / kTooLarge for images outside core/limits.h. Of an image larger than a rolled print only the best
// window of kWindow x kWindow pixels is read, so the time is bounded: about 13 ms for a 388 x 374 image on one core of
// 2024 with AVX-512; the same bits without it. The likeliest 100 minutiae are kept. One without a print is looked at at
// three other resolutions too, to say which it may have.
Result<Extraction> extract(const Image& image, const ExtractOptions& options = {});
inline constexpr int kWindow = 1000;

// docs/formats/finger-template.md. decode(encode(t)) == t for every t that extract or decode made.
Bytes encode(const Template& features);
inline constexpr std::uint16_t kTemplateFormat = 2;  // of what encode writes: Features::format
Result<Template> decode(ByteView bytes);             // unknown version: kUnsupported; damaged: kInvalidInput
bool is_template(ByteView bytes);                    // begins as one, of whatever version

// The template of the picture as a mirror shows it: what a program makes that writes rows from right to left.
Template mirrored(const Template& features);

// A template made ready for comparison: minutiae with bits that describe the ridges around each and with their nearest
// neighbours, and the ridges as waves. About 1 KB a minutia and 16 bytes a cell, 40 to 60 KB for a common print; made
// in 30 microseconds: keep the bytes of encode where memory counts.
class Prepared {
 public:
  struct Data;
  explicit Prepared(std::shared_ptr<const Data> data);
  const Data& data() const { return *data_; }
  std::size_t memory_bytes() const;

 private:
  std::shared_ptr<const Data> data_;
};
Prepared prepare(const Template& features);

// Working memory for compare, about 1 MB; reuse it.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;
  struct Data;
  Data& data() { return *data_; }

 private:
  std::unique_ptr<Data> data_;
};

// What a comparison saw, in the terms an examiner would use.
struct Evidence {
  int pairs = 0;              // minutiae found at the same place
  int overlap_probe = 0;      // minutiae of the probe that lie where the reference was recorded too
  int overlap_reference = 0;  // and the other way round
  float support = 0;          // the pairs, each counted by its quality and fit
  float missing = 0;          // minutiae of both without a partner where both were recorded, counted by quality, halved
  float chance = 0;           // pairs that strangers' prints of these sizes would show by chance
  float residual = 0;         // root mean square distance within the pairs, pixels, after the skin is bent
  float direction_residual = 0;     // the same of directions, radians
  float surroundings = 0;           // likeness of the ridges around the paired minutiae, -1..1
  float orientation_agreement = 0;  // of the ridge flow in the overlap, -1..1
  float phase_agreement = 0;        // of the ridges themselves in the overlap, 0..1
  float phase_lock = 0;             // the same without any give: -1..1
  float overlap_area = 0;           // square pixels recorded in both
};

// The evidence in the units that the score's regression weighs; the first is 1. lab/evaluate fits the weights.
inline constexpr int kScoreFeatures = 16;
std::array<float, kScoreFeatures> score_features(const Evidence& evidence);
inline constexpr std::array<double, 9> kScoreKnots = {3, 6, 10, 15, 20, 25, 30, 35, 40};  // scores it is fitted at

struct Comparison {
  double score = 0;
  std::vector<std::pair<int, int>> pairs;  // matched minutiae: index in the probe, index in the reference
  Evidence evidence;
  float rotation = 0;  // of the probe onto the reference, radians counter-clockwise
};

// Tolerates any rotation, shift, partial overlap and the skin's bending. 0 and up; what it means: false_match_rate,
// below. Nearly, not exactly, the same when probe and reference change places. About 12 microseconds for strangers, of
// whom most are left early, and 25 for prints of one finger, on one core of 2024; 20 to 40 with minutiae only.
double compare_score(const Prepared& probe, const Prepared& reference, Scratch& scratch);
Comparison compare(const Prepared& probe, const Prepared& reference,
                   Scratch& scratch);  // same score, with the explanation

// The false match rate that a score stands for, in (0, 1], falling as the score grows: 10^(-score/10). So scores of
// several fingers may be added, and N * false_match_rate is what a search of N strangers may be expected to show by
// mistake.
//
// Measured: the evidence is combined by a logistic regression and calibrated on prints of 470 synthetic fingers, taken
// usually, carefully, hurriedly and by another kind of sensor: 2,814 comparisons of a finger with itself, 553,369 of
// different ones (score_model.inc; puente evaluate fit). No real print was fitted to. On the real prints of FVC2002 set
// B (11,520 comparisons of different fingers, four sensors) one in a hundred scored above 19.8, one in a thousand above
// 29.1, the highest 47; of minutiae only 18.2, 27.6 and 33. From 3 to 40 the score is fitted to what was seen. Beyond
// 40 it is an extrapolation, at six tenths of the slope: 2.4 million comparisons of real prints with strangers made of
// synthetic fingers (docs/accuracy.md) show three quarters, down to one in a million. Below 3 it says nothing. Common
// genuine scores are 77 to 171.
double false_match_rate(double score);

// Compares stored synthetic prints and holds the scores to those stored beside them, bit for bit: kInternal when this
// build or this processor computes something else, and then nobody may be compared. Under a millisecond.
Status self_test();
// The same for a text of golden_text's: prints in hexadecimal, then scores of `pairs` pairs, neighbours first.
Status self_test(std::string_view golden);
std::string golden_text(std::span<const Template> prints, int pairs);

// What an examiner looks at: RGB, side by side, below them A (the probe) and B, with a scale where the image says its
// resolution. Clean: as they were captured. Aligned: the probe turned and shifted onto the reference by the matched
// minutiae. Marked: faded, matched minutiae linked and numbered in colour, others grey.
enum class Drawing { kClean, kAligned, kMarked };
Image draw_comparison(const Image& probe, const Template& probe_features, const Image& reference,
                      const Template& reference_features, const Comparison& comparison,
                      Drawing drawing = Drawing::kMarked);
// One print alone, RGB, a pixel of the picture to a pixel at 500 ppi; each of the minutiae drawn and numbered from 1.
Image draw_print(const Image& print, const Template& features);

}  // namespace puente::finger
