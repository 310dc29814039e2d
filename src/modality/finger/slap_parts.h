// The stages of taking a slap apart, private to this module; slap.cc strings them together. Lengths are pixels at 500
// ppi, places are on the SlapMap.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "modality/finger/slap.h"
#include "modality/finger/stages.h"

namespace puente::finger {

// Where the image shows ridges, in cells of kCell pixels.
struct SlapMap {
  Plane gray;                 // ridges dark
  float ground = 255;         // its level where nothing touches
  int left = 0, top = 0;      // of the map in the whole image
  int width = 0, height = 0;  // of the whole image
  int columns = 0, rows = 0;
  std::vector<float> ridge;              // 0..1: how much the cell's surroundings look like ridges
  std::vector<float> cosine2, sine2;     // doubled ridge orientation
  std::vector<std::uint8_t> foreground;  // 0 or 1: surely of a finger
  std::vector<std::uint8_t> perhaps;     // 0 or 1
  std::size_t index(int column, int row) const { return static_cast<std::size_t>(row) * columns + column; }
};

// A turned frame: `across` grows to the right, `down` from the tips to the wrist. angle: of the fingers from upright.
struct Frame {
  float cosine = 1, sine = 0;
  explicit Frame(float angle);
  float across(float x, float y) const { return x * cosine - y * sine; }
  float down(float x, float y) const { return x * sine + y * cosine; }
  float x(float across, float down) const { return across * cosine + down * sine; }
  float y(float across, float down) const { return down * cosine - across * sine; }
};

// An area of ridges: a finger, a part of one, or something else.
struct Piece {
  std::vector<int> cells;
  bool split = false;  // from a neighbour that it touched
};

// What may be a distal phalanx.
struct Tip {
  std::vector<int> cells;
  float angle = 0;
  float x = 0, y = 0, width = 0, height = 0;  // its box
  float across = 0, tip = 0, base = 0;        // its centre, tip and base in the hand's frame
  float length = 0;                           // of the whole piece, the middle phalanx included
  float ridge = 0;                            // mean over its cells
  float lean = 0;                             // -1..1: > 0 ridges open to the lower left, as left loops do
  float arch = 0;                             // -1..1: > 0 ridges open downwards, as they do at a finger's tip
  bool crease = false, cut = false, split = false;
  bool cut_side = false;  // by the image's left or right edge
  float worth = 0;        // how much it is like a distal phalanx
};

SlapMap map_ridges(const Image& image, double scale);  // slap_map.cc
// As if the image lay so many quarter turns further clockwise, so that a hand that was turned anticlockwise by as many
// stands upright; and what was found there, back on the image as it lies.
SlapMap turned(const SlapMap& map, int quarters);                              // slap_turn.cc
void turn_back(Slap& slap, const SlapMap& map, int quarters);                  // slap_turn.cc
float hand_angle(const SlapMap& map);                                          // slap_map.cc
std::vector<Piece> find_pieces(const SlapMap& map, float angle, bool thumbs);  // slap_map.cc
Tip find_tip(const SlapMap& map, const Piece& piece, float hand_angle);        // slap_tip.cc
// Drops what lies below another on the same finger, and what is no finger; from left to right.
std::vector<Tip> keep_tips(std::vector<Tip> tips, float hand_angle);  // slap_tip.cc
// Lays the likeliest tips on the hand's places, whose fingers are not missing; lengths stay at 500 ppi.
struct Named {
  Slap slap;
  float angle = 0;  // of the hand, as its fingers point
  float score = 0;  // how likely all that is
  float arch = 0;   // of its tips, together
};
Named name_fingers(const SlapMap& map, std::vector<Tip> tips, FingerCapture position,
                   std::span<const Finger> missing);  // slap_hand.cc
// All of that, for a hand that stands upright.
std::optional<Named> look(const SlapMap& map, FingerCapture position, std::span<const Finger> missing);  // slap.cc

// How many fingers seem to lie on an image, whichever way; of a large one, those in its middle. Rough: to tell several
// from one.
int count_fingers(const Image& image, double ppi = 0);  // slap.cc

}  // namespace puente::finger
