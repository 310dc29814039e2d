// Which finger is which: tips are laid on the places of a hand.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "modality/finger/slap_parts.h"

namespace puente::finger {
namespace {

constexpr int kTipsMax = 12;

// Tips of index, middle, ring and little finger below the middle one's, in widths of a finger: rough, as hands differ.
constexpr std::array<float, 4> kBelow = {0.55f, 0, 0.35f, 1.25f};
constexpr float kBeside = 1.2f;  // from one finger to the next, in widths

bool is_of_a_hand(FingerCapture position) {
  return position == FingerCapture::kPlainRightFour || position == FingerCapture::kPlainLeftFour;
}

std::vector<int> chosen(unsigned bits) {
  std::vector<int> out;
  for (; bits != 0; bits &= bits - 1) out.push_back(std::countr_zero(bits));
  return out;
}

struct Line {
  float offset = 0, slope = 0;
};

// y = offset + slope x by least squares, the slope drawn towards `usual` as if by `trust` more points a unit away.
Line fit(std::span<const float> x, std::span<const float> y, float usual, float trust) {
  const float n = static_cast<float>(x.size());
  float mx = 0, my = 0, xx = trust, xy = trust * usual;
  for (std::size_t i = 0; i < x.size(); ++i) mx += x[i] / n, my += y[i] / n;
  for (std::size_t i = 0; i < x.size(); ++i) xx += (x[i] - mx) * (x[i] - mx), xy += (x[i] - mx) * (y[i] - my);
  const float slope = xy / xx;
  return {my - slope * mx, slope};
}

// How badly tips lie for fingers at these slots, 0 and up; a deviation of the usual size counts 1.
float misfit(const std::vector<Tip>& tips, const std::vector<int>& which, const std::vector<int>& slots,
             FingerCapture position) {
  if (which.size() < 2) return 0;
  float width = 0;
  for (const int i : which) width += tips[i].width / static_cast<float>(which.size());
  std::vector<float> slot, across, below;
  for (std::size_t k = 0; k < which.size(); ++k) {
    const Tip& tip = tips[which[k]];
    slot.push_back(static_cast<float>(slots[k]));
    across.push_back(tip.across / width);
    const int digit = position == FingerCapture::kPlainRightFour ? slots[k] : 3 - slots[k];
    below.push_back(tip.tip / width - (is_of_a_hand(position) ? kBelow[digit] : 0));
  }
  const Line beside = fit(slot, across, kBeside, 0.3f), heights = fit(slot, below, 0, 1);
  float sum = 0;
  for (std::size_t k = 0; k < slot.size(); ++k) {
    const float off = (across[k] - beside.offset - beside.slope * slot[k]) / 0.25f;
    const float high = (below[k] - heights.offset - heights.slope * slot[k]) / 0.35f;
    sum += std::min(9.0f, off * off) + std::min(9.0f, high * high);
  }
  const float spread = (beside.slope - kBeside) / 0.4f, slope = heights.slope / 0.3f;
  sum += is_of_a_hand(position) ? std::min(9.0f, spread * spread) + std::min(9.0f, slope * slope) : 0;
  return sum;
}

struct Choice {
  std::vector<int> tips, slots;
  float score = -1e9f;
};

// Of all ways to lay as many tips as possible on slots, from left to right, the likeliest.
Choice choose(const std::vector<Tip>& tips, unsigned slots, FingerCapture position) {
  const int count = std::min(static_cast<int>(tips.size()), std::popcount(slots));
  Choice best;
  for (unsigned t = 0; t < 1u << tips.size(); ++t) {
    if (std::popcount(t) != count) continue;
    for (unsigned s = 0; s <= slots; ++s) {
      if ((s & ~slots) != 0 || std::popcount(s) != count) continue;
      Choice choice{chosen(t), chosen(s)};
      choice.score = -0.12f * misfit(tips, choice.tips, choice.slots, position);
      for (const int i : choice.tips) choice.score += 2 * tips[i].worth;
      if (choice.score > best.score) best = std::move(choice);
    }
  }
  return best;
}

// Natural logarithm of the odds that this is a right hand. A hand's tips fall towards the little finger, and loops open
// to its side.
float right_hand(const std::vector<Tip>& tips, const std::vector<int>& slots) {
  if (tips.size() < 2) return 0;
  float width = 0, lean = 0;
  std::vector<float> slot, below;
  for (std::size_t k = 0; k < tips.size(); ++k) width += tips[k].width / static_cast<float>(tips.size());
  for (std::size_t k = 0; k < tips.size(); ++k) {
    slot.push_back(static_cast<float>(slots[k]));
    below.push_back(tips[k].tip / width);
    lean += tips[k].lean;
  }
  const float slope = fit(slot, below, 0, 1).slope;
  // By a logistic regression on 100 synthetic slaps, with less trust in heights, whose spread there is our guess.
  return std::clamp(14 * slope, -5.0f, 5.0f) - std::clamp(3 * lean, -4.0f, 4.0f);
}

float mean_angle(const std::vector<Tip>& tips) {
  float sum = 0, all = 1e-6f;
  for (const Tip& tip : tips) sum += tip.worth * tip.angle, all += tip.worth;
  return sum / all;
}

bool has(const std::vector<std::string>& reasons, const char* reason) {
  return std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
}

void add_unique(std::vector<std::string>& reasons, const char* reason) {
  if (!has(reasons, reason)) reasons.emplace_back(reason);
}

Segment describe(const Tip& tip, Finger position, const SlapMap& map) {
  Segment out;
  out.position = position;
  out.x = tip.x + static_cast<float>(map.left);
  out.y = tip.y + static_cast<float>(map.top);
  out.width = tip.width;
  out.height = tip.height;
  out.angle = tip.angle;
  int left = map.columns, top = map.rows, right = 0, bottom = 0;
  for (const int i : tip.cells) {
    left = std::min(left, i % map.columns), right = std::max(right, i % map.columns + 1);
    top = std::min(top, i / map.columns), bottom = std::max(bottom, i / map.columns + 1);
  }
  out.left = std::max(0, map.left + left * kCell);
  out.top = std::max(0, map.top + top * kCell);
  out.right = std::min(map.width, map.left + right * kCell);
  out.bottom = std::min(map.height, map.top + bottom * kCell);
  out.confidence = tip.worth;
  const auto doubt = [&](bool seen, const char* reason, float factor) {
    if (!seen) return;
    out.reasons.emplace_back(reason);
    out.confidence *= factor;
  };
  doubt(tip.cut, "cut_at_edge", 0.6f);
  doubt(tip.split, "touches_neighbour", 0.7f);
  doubt(tip.width < 140 || tip.height < 180, "small", 0.6f);
  doubt(!tip.crease, "no_crease", 0.9f);
  doubt(tip.ridge < 0.2f, "faint", 0.8f);
  return out;
}

}  // namespace

Named name_fingers(const SlapMap& map, std::vector<Tip> tips, FingerCapture position, std::span<const Finger> missing) {
  Named named;
  Slap& slap = named.slap;
  slap.position = position;
  const std::span<const Finger> fingers = fingers_of(position);
  unsigned slots = 0;
  for (std::size_t i = 0; i < fingers.size(); ++i)
    if (std::find(missing.begin(), missing.end(), fingers[i]) == missing.end()) slots |= 1u << i;
  while (tips.size() > kTipsMax)
    tips.erase(
        std::min_element(tips.begin(), tips.end(), [](const Tip& a, const Tip& b) { return a.worth < b.worth; }));
  const Choice choice = choose(tips, slots, position);
  std::vector<Tip> kept;
  float least = 1;
  for (std::size_t k = 0; k < choice.tips.size(); ++k) {
    kept.push_back(tips[choice.tips[k]]);
    slap.fingers.push_back(describe(kept.back(), fingers[choice.slots[k]], map));
    least = std::min(least, kept.back().worth);
    for (const std::string& reason : slap.fingers.back().reasons) {
      if (reason == "cut_at_edge") add_unique(slap.reasons, "cut_at_edge");
      if (reason == "touches_neighbour") add_unique(slap.reasons, "fingers_too_close");
    }
  }
  named.score = choice.score;
  named.angle = mean_angle(kept);
  for (const Tip& tip : kept) named.arch += tip.worth * tip.arch;
  // Whose finger is whose hardly depends on how well each can be seen; that something else was taken for one does.
  slap.confidence = std::min(1.0f, 0.3f + 3 * least) * (has(slap.reasons, "fingers_too_close") ? 0.8f : 1.0f);
  const int wanted = std::popcount(slots);
  if (static_cast<int>(kept.size()) < wanted) {
    slap.reasons.insert(slap.reasons.begin(), "too_few_fingers");
    slap.confidence *= 0.3f;
  }
  for (std::size_t i = 0; i < tips.size(); ++i) {
    if (std::find(choice.tips.begin(), choice.tips.end(), static_cast<int>(i)) != choice.tips.end()) continue;
    if (tips[i].worth < 0.5f * least || tips[i].cut_side) continue;
    add_unique(slap.reasons, "too_many_fingers");
    slap.confidence *= 0.4f;
  }
  if (is_of_a_hand(position)) {
    slap.right_hand = right_hand(kept, choice.slots);
    const float claimed = position == FingerCapture::kPlainRightFour ? slap.right_hand : -slap.right_hand;
    if (claimed < -1.5f) slap.reasons.emplace_back("other_hand");
    slap.confidence *= 1 / (1 + pixels::exponential(-claimed - 2));
  }
  return named;
}

}  // namespace puente::finger
