// Slap: the image of several fingers laid down at once, taken apart into fingers.
//
// Pure functions of core's Image; any thread. What is reported in pixels is in pixels of the image that was given,
// whatever its resolution, x to the right and y downwards; angles are radians, anticlockwise as seen on the image.
//
// Methods: ridges are told from writing, holes and smears by short-time spectra (Chikkerur, Cartwright, Govindaraju
// 2007, as in extract). As in NIST's NFSEG (NISTIR 7391, 2007) the hand's direction is found first, fingers are ordered
// and their creases looked for along it; a finger's tilt is that of its ellipse of inertia (Hu 1962). Left and right
// hands are told by how tips fall towards the little finger and by the side to which loops open, ulnar far more often
// than radial (Cummins and Midlo 1943). What usually goes wrong, and so is said: SlapSeg04 (NISTIR 7209, 2005).
// Measured: docs/accuracy.md, puente evaluate slap. About 0.1 s for four fingers (1600 x 1000 pixels at 500 ppi)
// before it looked from four sides; not measured since.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/image.h"
#include "core/place.h"
#include "core/result.h"

namespace puente::finger {

struct Template;

// From left to right on the image: of a slap several, of a single thumb itself; of other positions none.
std::span<const Finger> fingers_of(FingerCapture position);

// One finger's distal phalanx: an upright box, turned by `angle` around its centre.
struct Segment {
  Finger position = Finger::kUnknown;
  float x = 0, y = 0;                            // the box's centre
  float width = 0, height = 0;                   // across and along the finger
  float angle = 0;                               // of the finger from upright, (-pi, pi]: it may lie any way round
  int left = 0, right = 0, top = 0, bottom = 0;  // of the print itself, inside the image: as in field 14.021
  float confidence = 0;              // 0..1: how far this looks like a whole distal phalanx; an order, no probability
  std::vector<std::string> reasons;  // why not more: "cut_at_edge" "touches_neighbour" "small" "no_crease" "faint"
};

struct Slap {
  FingerCapture position = FingerCapture::kPlainRightFour;
  std::vector<Segment> fingers;  // from left to right of the hand as it stands upright
  // Evidence for a right hand, against a left: natural logarithm of the odds, 0 when nothing tells. Thumbs: 0.
  float right_hand = 0;
  float confidence =
      0;  // 0..1: that all fingers were found and have their right positions; under 0.5 do not rely on it
  // Why not more: "too_few_fingers" "too_many_fingers" "other_hand" "fingers_too_close" "cut_at_edge" "upside_down"
  // "on_its_side" "orientation_unclear"
  std::vector<std::string> reasons;
};

// Fingers that the person does not have, or has bandaged, are given as `missing` (ANSI/NIST-ITL field 14.018, AMP), so
// that the others get their own positions. When fewer fingers are found than should be there, positions are given by
// how the fingers lie, and "too_few_fingers" says that they may be wrong. ppi overrides the image's own; 0: the
// image's, and 500 when it says nothing. kNoFeatures: no finger was found; kInvalidInput and kTooLarge as extract,
// when all fingers are missing, and for a position that fingers_of does not know.
Result<Slap> segment_slap(const Image& image, FingerCapture position, std::span<const Finger> missing = {},
                          double ppi = 0);

// The segment's box turned upright, with a small margin, gray at 500 ppi: what extract wants.
Image cut_out(const Image& image, const Segment& segment, double ppi = 0);

// A gray image at 500 ppi. One of 1000 ppi is smoothed by a Gaussian of 0.8475 pixels' deviation, four pixels to each
// side, and every second pixel taken, as NIST found best (Orandi and others, NISTIR 7839, 2013; SP 500-289 asks for
// it); any other resolution by cubic convolution. Errors as extract's.
Result<Image> to_500_ppi(const Image& image, double ppi = 0);

struct PlacedPrint {
  Finger position = Finger::kUnknown;  // as claimed
  const Template* print = nullptr;     // borrowed
};

enum class SequenceVerdict : std::uint8_t {
  kConfirmed,     // the rolled print of the claimed position fits
  kUnproven,      // no rolled print fits, or none is there
  kContradicted,  // another position's fits, and the claimed one's does not
};
const char* to_string(SequenceVerdict verdict);  // "confirmed", "unproven", "contradicted"

struct SequenceFinding {
  Finger claimed = Finger::kUnknown;
  double claimed_score = 0;  // 0 when there is no rolled print of that position
  Finger best = Finger::kUnknown;
  double best_score = 0;
  SequenceVerdict verdict = SequenceVerdict::kUnproven;
};
// The sequence check of one person's capture: is each segment the finger that it is said to be? One finding a segment,
// in their order. Swapped fingers are two segments that contradict their claims, a swapped hand is four. A rolled
// print fits from kFits on: a score that one in 10,000 pairs of different fingers reaches (finger.h,
// false_match_rate). A claim is contradicted only when it scores below kDoubts itself.
std::vector<SequenceFinding> check_sequence(std::span<const PlacedPrint> segments, std::span<const PlacedPrint> rolled);
inline constexpr double kFits = 40, kDoubts = 30;

// RGB: the slap with its boxes, each with the finger's position code.
Image draw_slap(const Image& image, const Slap& slap);

}  // namespace puente::finger
