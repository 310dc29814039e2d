#include "modality/finger/slap.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "modality/finger/slap_parts.h"

namespace puente::finger {
namespace {

constexpr int kSideMin = 160, kSideMax = 2600;  // pixels at 500 ppi: 8 to 132 mm; four fingers need 81 x 76 mm at most

using enum Finger;
constexpr std::array<Finger, 1> kRightThumbOnly = {kRightThumb}, kLeftThumbOnly = {kLeftThumb};
constexpr std::array<Finger, 4> kRightHand = {kRightIndex, kRightMiddle, kRightRing, kRightLittle};
constexpr std::array<Finger, 4> kLeftHand = {kLeftLittle, kLeftRing, kLeftMiddle, kLeftIndex};
constexpr std::array<Finger, 2> kBothThumbs = {kLeftThumb, kRightThumb};

// From pixels at 500 ppi to the image's own.
void rescale(Slap& slap, const Image& image, double scale) {
  const float by = static_cast<float>(1 / scale);
  const auto scaled = [&](int at, int most) { return std::clamp(static_cast<int>(std::lround(at / scale)), 0, most); };
  for (Segment& s : slap.fingers) {
    s.x *= by, s.y *= by, s.width *= by, s.height *= by;
    s.left = scaled(s.left, image.width), s.right = scaled(s.right, image.width);
    s.top = scaled(s.top, image.height), s.bottom = scaled(s.bottom, image.height);
  }
}

// The middle of an image that is longer or wider than that.
Image middle_of(const Image& image, int most) {
  if (image.width <= most && image.height <= most) return image;
  const int width = std::min(image.width, most), height = std::min(image.height, most);
  return cut(image, {(image.width - width) / 2, (image.height - height) / 2, width, height});
}

// What speaks for a hand that was turned by so many quarters: how well it makes a hand, and that the ridges at the
// upper ends of its fingers open downwards. Most slaps stand upright. On 44 slaps of NIST's cards, and on 33 synthetic
// ones of usual and hurried captures, the right way is ahead of the next by 2.8 and more, but of a few hurried pairs of
// thumbs.
constexpr float kArch = 8, kUpright = 1, kUnseen = -1e9f;

float evidence_of(const Named& named, int quarters) {
  return named.score + kArch * named.arch + (quarters == 0 ? kUpright : 0);
}

// Four fingers the wrong way round have four wrong positions: when it is not plain how the hand lies they are no
// more than a guess, and intake takes them as unknown.
void say_turned(Slap& slap, int quarters, float margin) {
  constexpr float kPlain = 1.2f;
  if (quarters != 0) slap.reasons.emplace_back(quarters == 2 ? "upside_down" : "on_its_side");
  if (margin >= kPlain || slap.position == FingerCapture::kRightThumb || slap.position == FingerCapture::kLeftThumb)
    return;
  slap.reasons.emplace_back("orientation_unclear");
  slap.confidence *= 0.4f;
}

}  // namespace

std::optional<Named> look(const SlapMap& map, FingerCapture position, std::span<const Finger> missing) {
  // Fingers that touch, or of which much is cut off, tell little of the hand's direction before they are told apart.
  constexpr float kNear = 0.07f;  // radians
  const bool thumbs = position != FingerCapture::kPlainRightFour && position != FingerCapture::kPlainLeftFour;
  std::optional<Named> best;
  float tried = 0;
  const auto attempt = [&](float angle) {
    std::vector<Tip> tips;
    for (const Piece& piece : find_pieces(map, angle, thumbs)) tips.push_back(find_tip(map, piece, angle));
    tips = keep_tips(std::move(tips), angle);
    if (tips.empty()) return;
    Named named = name_fingers(map, std::move(tips), position, missing);
    if (best && named.score <= best->score) return;
    best = std::move(named);
    tried = angle;
  };
  const float angle = hand_angle(map);
  attempt(angle);
  if (std::fabs(angle) > kNear) attempt(0);
  if (best && std::fabs(best->angle - tried) > kNear) attempt(best->angle);
  return best;
}

std::span<const Finger> fingers_of(FingerCapture position) {
  switch (position) {
    case FingerCapture::kRightThumb:
      return kRightThumbOnly;
    case FingerCapture::kLeftThumb:
      return kLeftThumbOnly;
    case FingerCapture::kPlainRightFour:
      return kRightHand;
    case FingerCapture::kPlainLeftFour:
      return kLeftHand;
    case FingerCapture::kPlainThumbs:
      return kBothThumbs;
    default:
      return {};
  }
}

Result<Slap> segment_slap(const Image& image, FingerCapture position, std::span<const Finger> missing, double ppi) {
  ASSIGN_OR_RETURN(const double scale, scale_to_500(image, {ppi}));
  const double least = std::min(image.width, image.height) * scale, most = std::max(image.width, image.height) * scale;
  if (least < kSideMin) return {Code::kNoFeatures, "too small for a finger: check the resolution"};
  if (most > kSideMax) return {Code::kTooLarge, "larger than a slap: crop it, or check the resolution"};
  const auto there = [&](Finger f) { return std::find(missing.begin(), missing.end(), f) == missing.end(); };
  const std::span<const Finger> fingers = fingers_of(position);
  if (fingers.empty())
    return {Code::kInvalidInput,
            "no slap: its position is PLAIN_RIGHT_FOUR_FINGERS, PLAIN_LEFT_FOUR_FINGERS, PLAIN_THUMBS or a thumb"};
  if (std::none_of(fingers.begin(), fingers.end(), there))
    return {Code::kInvalidInput, "all fingers of this slap are given as missing: leave it out"};
  const SlapMap map = map_ridges(image, scale);
  std::optional<Named> best;
  float evidence = 0, next = kUnseen;
  int quarters = 0;
  for (int turn = 0; turn < 4; ++turn) {
    std::optional<Named> seen = look(turn == 0 ? map : turned(map, turn), position, missing);
    const float speaks = seen ? evidence_of(*seen, turn) : kUnseen;
    if (!best || speaks > evidence) next = best ? evidence : kUnseen;
    if (!seen) continue;
    if (best && speaks <= evidence) {
      next = std::max(next, speaks);
      continue;
    }
    best = std::move(seen);
    evidence = speaks;
    quarters = turn;
  }
  if (!best) return {Code::kNoFeatures, "no finger in the image: lay the fingers flat on the glass"};
  Slap slap = std::move(best->slap);
  say_turned(slap, quarters, evidence - next);
  turn_back(slap, map, quarters);
  rescale(slap, image, scale);
  return slap;
}

int count_fingers(const Image& image, double ppi) {
  const Result<double> scale = scale_to_500(image, {ppi});
  if (!scale.ok()) return 0;
  constexpr float kWorthMin = 0.5f;
  constexpr int kLooked = 1600;  // pixels at 500 ppi
  const int most = static_cast<int>(kLooked / *scale);
  const SlapMap map = map_ridges(middle_of(image, most), *scale);
  std::vector<Tip> tips;
  for (const Piece& piece : find_pieces(map, 0, false)) tips.push_back(find_tip(map, piece, 0));
  int count = 0;
  for (const Tip& tip : tips) count += tip.worth >= kWorthMin;
  return count;
}

Image cut_out(const Image& image, const Segment& segment, double ppi) {
  const Result<double> scale = scale_to_500(image, {ppi});
  CHECK(scale.ok());
  constexpr float kMargin = 12;  // pixels at 500 ppi
  const float step = static_cast<float>(1 / *scale);
  Image out;
  out.width = std::clamp(static_cast<int>(std::lround(segment.width / step + 2 * kMargin)), 64, kSideMax);
  out.height = std::clamp(static_cast<int>(std::lround(segment.height / step + 2 * kMargin)), 64, kSideMax);
  out.ppi = 500;
  out.pixels.assign(static_cast<std::size_t>(out.width) * out.height, 255);
  const Frame frame(segment.angle);
  // averaged over as many pixels as one of ours covers
  const int fold = std::max(1, static_cast<int>(std::lround(step)));
  const auto gray = [&](int x, int y) {
    const std::uint8_t* p = &image.pixels[(static_cast<std::size_t>(y) * image.width + x) * image.channels];
    return image.channels == 1 ? p[0] : 0.299f * p[0] + 0.587f * p[1] + 0.114f * p[2];
  };
  const auto at = [&](float x, float y) -> float {
    x = std::clamp(x - 0.5f, 0.0f, static_cast<float>(image.width - 1));
    y = std::clamp(y - 0.5f, 0.0f, static_cast<float>(image.height - 1));
    const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
    const int x1 = std::min(x0 + 1, image.width - 1), y1 = std::min(y0 + 1, image.height - 1);
    const float a = x - static_cast<float>(x0), b = y - static_cast<float>(y0);
    return (gray(x0, y0) * (1 - a) + gray(x1, y0) * a) * (1 - b) + (gray(x0, y1) * (1 - a) + gray(x1, y1) * a) * b;
  };
  for (int r = 0; r < out.height; ++r)
    for (int c = 0; c < out.width; ++c) {
      float sum = 0;
      int count = 0;
      for (int i = 0; i < fold * fold; ++i) {
        const float du = (static_cast<float>(i % fold) + 0.5f) / static_cast<float>(fold);
        const float dv = (static_cast<float>(i / fold) + 0.5f) / static_cast<float>(fold);
        const float u = (static_cast<float>(c) + du - static_cast<float>(out.width) / 2) * step;
        const float v = (static_cast<float>(r) + dv - static_cast<float>(out.height) / 2) * step;
        const float x = segment.x + frame.x(u, v), y = segment.y + frame.y(u, v);
        if (x < 0 || y < 0 || x > static_cast<float>(image.width) || y > static_cast<float>(image.height)) continue;
        sum += at(x, y);
        ++count;
      }
      if (count > 0)
        out.pixels[static_cast<std::size_t>(r) * out.width + c] =
            static_cast<std::uint8_t>(std::clamp(sum / static_cast<float>(count) + 0.5f, 0.0f, 255.0f));
    }
  return out;
}

}  // namespace puente::finger
