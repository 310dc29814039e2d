#include "lab/synth/impression.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/check.h"
#include "lab/synth/card.h"
#include "lab/synth/exact.h"
#include "lab/synth/master.h"
#include "lab/synth/watermark.h"

namespace puente::synth {
namespace {

constexpr double kDegree = kPi / 180;

Point turned(Point at, double c, double s) {
  return {c * at.x - s * at.y, s * at.x + c * at.y};
}

// How this impression differs from the finger's others. Lengths in pixels at 500 ppi.
struct Touch {
  double turn_cosine, turn_sine;  // the finger on the sensor
  Point window;                   // the contact's centre from the window's
  Point contact;                  // the contact's centre on the pad
  double across, along;           // its half axes
  double fade;                    // width of the rim where pressure falls to nothing
  Point tilt;                     // change of pressure over the contact
  double moisture;                // > 0 wet: ridges broad, furrows filled; < 0 dry: ridges thin and broken
  double patchiness, grain;
  // Cappelli, Maio, Maltoni 2001: a held centre, a sliding rim, between them the skin gives way.
  Point drag, held;
  double drag_cosine, drag_sine, held_across, held_along, give;
  const Bend* bend = nullptr;
};

Touch drawn_touch(Stream& stream, Finger position, double dryness, double difficulty) {
  constexpr double kSizeOfDigit[5] = {1.14, 1.0, 1.04, 1.0, 0.88};
  const double size = kSizeOfDigit[(static_cast<int>(position) - 1) % 5];
  const auto normal = [&](double sigma) { return difficulty * sigma * std::clamp(stream.normal(), -2.6, 2.6); };
  Touch t{};
  const double careless = stream.chance(0.15) ? normal(16) : 0;
  const double angle = (careless + normal(10)) * kDegree;
  t.turn_cosine = cosine(angle);
  t.turn_sine = sine(angle);
  t.window = {normal(14), normal(18) - 4};
  t.contact = {normal(14), -8 + normal(18)};
  t.across = 122 * size * (1 + normal(0.07));
  t.along = 172 * size * (1 + normal(0.07));
  if (stream.chance(0.20 * difficulty)) {  // the side or the tip only
    t.contact.x += normal(32);
    t.contact.y += normal(42);
    t.across *= stream.uniform(0.72, 0.95);
    t.along *= stream.uniform(0.68, 0.92);
  }
  t.fade = stream.uniform(14, 34);
  t.tilt = {normal(0.16), normal(0.16)};
  t.moisture = -0.14 - dryness + normal(0.26);
  t.patchiness = 0.12 + 0.16 * difficulty * stream.uniform();
  t.grain = 0.30 + 0.38 * difficulty * stream.uniform() + std::max(0.0, -0.6 * t.moisture);
  t.drag = {normal(5.5), normal(7)};
  const double twist = normal(2.8) * kDegree;
  t.drag_cosine = cosine(twist);
  t.drag_sine = sine(twist);
  t.held = {t.contact.x + normal(18), t.contact.y + normal(24)};
  t.held_across = stream.uniform(32, 55);
  t.held_along = stream.uniform(42, 75);
  t.give = stream.uniform(1.0, 2.2);
  return t;
}

Point distorted(const Touch& t, Point at) {
  const double x = (at.x - t.held.x) / t.held_across, y = (at.y - t.held.y) / t.held_along;
  const double beyond = std::sqrt(x * x + y * y) - 1;
  if (beyond <= 0) return at;
  const double share = beyond >= t.give ? 1 : (1 - cosine(kPi * beyond / t.give)) / 2;
  const Point moved = turned({at.x - t.held.x, at.y - t.held.y}, t.drag_cosine, t.drag_sine);
  return {at.x + share * (moved.x + t.held.x + t.drag.x - at.x), at.y + share * (moved.y + t.held.y + t.drag.y - at.y)};
}

// How far inside the pad's own outline a place lies, about in pixels.
double within_pad(Point skin) {
  const double x = skin.x / kPadAcross, y = skin.y / (skin.y > 0 ? kPadAbove : kPadBelow);
  return (1 - std::sqrt(x * x + y * y)) * kPadAcross;
}

// What varies slowly over the sensor, on a lattice; pixels interpolate.
constexpr int kStep = 4;
struct Node {
  float u, v;      // place on the master, column and row
  float pressure;  // added to the relief: what exceeds zero touches the sensor
  float contact;   // 0 outside the contact, 1 well within
};

std::vector<Node> lay_lattice(const Touch& t, Stream& stream, const CaptureOptions& options, int columns, int rows) {
  const double half_width = options.width / 2.0 + 8, half_height = options.height / 2.0 + 8;
  SmoothNoise rim(stream, 55, half_width, half_height), fringe(stream, 11, half_width, half_height);
  SmoothNoise patches(stream, 38, half_width, half_height), fine_patches(stream, 14, half_width, half_height);
  SmoothNoise pull_x(stream, 64, half_width, half_height), pull_y(stream, 64, half_width, half_height);
  std::vector<Node> nodes(static_cast<std::size_t>(columns) * rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const double x = c * kStep - options.width / 2.0, y = options.height / 2.0 - r * kStep;
      const Point pad = turned({x - t.window.x, y - t.window.y}, t.turn_cosine, -t.turn_sine);
      // Fingertips are rounder above than below.
      const double along = pad.y > 0 ? t.along : t.along * 1.08;
      const double ex = pad.x / t.across, ey = pad.y / along;
      const double squares = ex * ex + ey * ey, fourths = ex * ex * ex * ex + ey * ey * ey * ey;
      const double square = pad.y > 0 ? 0.15 : 0.15 + 0.5 * std::min(1.0, ey * ey);  // an ellipse above, boxier below
      const double radius = (1 - square) * std::sqrt(squares) + square * std::sqrt(std::sqrt(fourths));
      Point skin =
          distorted(t, {pad.x + t.contact.x + 0.7 * pull_x.at(x, y), pad.y + t.contact.y + 0.7 * pull_y.at(x, y)});
      if (t.bend) {
        const Point give = t.bend->at(pad);
        skin = {skin.x + give.x, skin.y + give.y};
      }
      const double within_contact = (1 - radius) * t.across + 5 * rim.at(x, y) + 2.2 * fringe.at(x, y);
      const double inside = std::min(within_contact, within_pad(skin));  // pixels from the rim
      const double rise = std::clamp(inside / t.fade, -1.5, 1.0);
      double pressure = t.moisture + t.tilt.x * ex + t.tilt.y * ey;
      pressure += t.patchiness * (patches.at(x, y) + 0.6 * fine_patches.at(x, y)) - 0.75 * (1 - rise) * (1 - rise);
      Node& node = nodes[static_cast<std::size_t>(r) * columns + c];
      node.u = static_cast<float>(skin.x + kCentreColumn);
      node.v = static_cast<float>(kCentreRow - skin.y);
      node.pressure = static_cast<float>(pressure);
      node.contact = static_cast<float>(std::clamp(0.5 + inside / 16, 0.0, 1.0));
    }
  return nodes;
}

float relief_at(const std::vector<float>& relief, float u, float v) {
  u = std::clamp(u, 0.0f, kMasterWidth - 1.01f);
  v = std::clamp(v, 0.0f, kMasterHeight - 1.01f);
  const int x = static_cast<int>(u), y = static_cast<int>(v);
  const float a = u - static_cast<float>(x), b = v - static_cast<float>(y);
  const float* row = &relief[static_cast<std::size_t>(y) * kMasterWidth + x];
  const float upper = row[0] + a * (row[1] - row[0]);
  const float lower = row[kMasterWidth] + a * (row[kMasterWidth + 1] - row[kMasterWidth]);
  return upper + b * (lower - upper);
}

using Plane = std::vector<float>;

void blur(Plane& plane, int width, int height, float centre) {  // three taps each way: side, centre, side
  const float side = (1 - centre) / 2;
  Plane line(plane.size());
  for (int y = 0; y < height; ++y) {
    const float* row = &plane[static_cast<std::size_t>(y) * width];
    float* out = &line[static_cast<std::size_t>(y) * width];
    for (int x = 1; x < width - 1; ++x) out[x] = centre * row[x] + side * (row[x - 1] + row[x + 1]);
    out[0] = (centre + side) * row[0] + side * row[1];
    out[width - 1] = (centre + side) * row[width - 1] + side * row[width - 2];
  }
  for (int y = 0; y < height; ++y) {
    const float* upper = &line[static_cast<std::size_t>(std::max(y - 1, 0)) * width];
    const float* row = &line[static_cast<std::size_t>(y) * width];
    const float* lower = &line[static_cast<std::size_t>(std::min(y + 1, height - 1)) * width];
    float* out = &plane[static_cast<std::size_t>(y) * width];
    for (int x = 0; x < width; ++x) out[x] = centre * row[x] + side * (upper[x] + lower[x]);
  }
}

Plane white_noise(Stream& stream, int width, int height) {  // unit variance, from pairs of bytes
  Plane plane(static_cast<std::size_t>(width) * height);
  for (std::size_t i = 0; i < plane.size(); i += 4) {
    std::uint64_t word = stream.bits();
    for (std::size_t j = i; j < std::min(i + 4, plane.size()); ++j, word >>= 16) {
      const int sum = static_cast<int>(word & 0xFF) + static_cast<int>(word >> 8 & 0xFF);  // mean 255, deviation 104.5
      plane[j] = static_cast<float>(sum - 255) * (1 / 104.5f);
    }
  }
  return plane;
}

// Which skin lies where, from the lattice.
std::vector<std::pair<Point, Point>> known_places(const std::vector<Node>& nodes, int columns) {
  std::vector<std::pair<Point, Point>> known;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].contact < 1) continue;
    const Point sheet{static_cast<double>(i % columns) * kStep, -static_cast<double>(i / columns) * kStep};
    known.emplace_back(sheet, Point{nodes[i].u - kCentreColumn, kCentreRow - nodes[i].v});
  }
  return known;
}

// How much of each pixel the skin touches, 0 to 1; contact.within gets how far inside the contact it lies.
Plane touch(const GrownFinger::Master& master, const Touch& t, Stream& stream, const CaptureOptions& options,
            Contact& contact) {
  const int columns = options.width / kStep + 2, rows = options.height / kStep + 2;
  const std::vector<Node> nodes = lay_lattice(t, stream, options, columns, rows);
  contact.known = known_places(nodes, columns);
  Plane& rest = contact.within;
  Plane grain = white_noise(stream, options.width, options.height);
  blur(grain, options.width, options.height, 0.4f);
  blur(grain, options.width, options.height, 0.4f);
  const float roughness = static_cast<float>(t.grain * 3.0);  // two blurs leave a third of the deviation
  Plane ink(grain.size());
  for (int y = 0; y < options.height; ++y)
    for (int x = 0; x < options.width; ++x) {
      const Node* n = &nodes[static_cast<std::size_t>(y / kStep) * columns + x / kStep];
      const Node* m = n + columns;
      const float a = static_cast<float>(x % kStep) / kStep, b = static_cast<float>(y % kStep) / kStep;
      const float w00 = (1 - a) * (1 - b), w10 = a * (1 - b), w01 = (1 - a) * b, w11 = a * b;
      const auto blend = [&](float Node::*member) {
        return w00 * n[0].*member + w10 * n[1].*member + w01 * m[0].*member + w11 * m[1].*member;
      };
      const std::size_t i = static_cast<std::size_t>(y) * options.width + x;
      const float pressure = blend(&Node::pressure);
      rest[i] = blend(&Node::contact);
      if (pressure < -3) continue;
      const float height = relief_at(master.relief, blend(&Node::u), blend(&Node::v));
      ink[i] = std::clamp(0.5f + 1.1f * (height + pressure + roughness * grain[i]), 0.0f, 1.0f);
    }
  return ink;
}

}  // namespace

Contact touched(const GrownFinger& finger, Stream& stream, const CaptureOptions& options, const Hold& hold) {
  const GrownFinger::Master& master = finger.master();
  Stream person{master.seed, master.number, kForSkin};
  const double dryness = person.normal(0, 0.18);  // some people's skin is always dry
  Touch t = drawn_touch(stream, master.position, dryness, options.difficulty);
  t.across *= hold.wider;
  t.along *= hold.longer;
  if (hold.upright) {
    t.turn_cosine = 1;
    t.turn_sine = 0;
    t.window = {0, 0};
  }
  Contact contact;
  contact.moisture = t.moisture;
  contact.within.resize(static_cast<std::size_t>(options.width) * options.height);
  if (hold.bend) {
    // two impressions, bent by chance, each as much as the other, where both touch: the rim seldom does
    constexpr double kShared = 0.84;
    hold.bend->scale_to(options.bend / std::sqrt(2.0), kShared * t.across, kShared * t.along, [&t](Point pad) {
      const Point skin = distorted(t, {pad.x + t.contact.x, pad.y + t.contact.y});
      return Point{skin.x - t.contact.x, skin.y - t.contact.y};
    });
    t.bend = hold.bend;
  }
  contact.ink = touch(master, t, stream, options, contact);
  return contact;
}

Stream capture_stream(const GrownFinger& finger, std::uint32_t impression) {
  const GrownFinger::Master& master = finger.master();
  return Stream{master.seed, master.number, static_cast<std::uint64_t>(master.position), impression, kForCapture};
}

Contact laid(const GrownFinger& finger, std::uint32_t impression, const CaptureOptions& options, Stream& stream) {
  Hold hold;
  if (options.card != Card::kNone) hold.wider = 1.35, hold.longer = 1.1;
  std::optional<Bend> bend;
  if (options.bend > 0) {
    const GrownFinger::Master& master = finger.master();
    Stream own{master.seed, master.number, static_cast<std::uint64_t>(master.position), impression, kForBend};
    hold.bend = &bend.emplace(own);
  }
  return touched(finger, stream, options, hold);
}

Image press(const GrownFinger& finger, std::uint32_t impression, const CaptureOptions& options) {
  CHECK(options.width >= 64 && options.width <= 4096 && options.height >= 64 && options.height <= 4096);
  CHECK(options.difficulty >= 0 && options.difficulty <= 4);
  CHECK(options.bend >= 0 && options.bend <= kBendMax);
  Stream stream = capture_stream(finger, impression);
  const bool optical = options.sensor == SensorKind::kOptical;
  auto [ink, contact, moisture, known] = laid(finger, impression, options, stream);
  const float sharpness = static_cast<float>(stream.uniform(0.42, 0.62));
  blur(ink, options.width, options.height, sharpness);
  if (stream.chance(0.35)) blur(ink, options.width, options.height, sharpness);

  const double ground = optical ? stream.uniform(228, 246) : stream.uniform(128, 158);
  const double depth = optical ? stream.uniform(150, 205) : stream.uniform(80, 112);
  const float film = static_cast<float>(std::max(0.0, 60 * moisture) + stream.uniform(0, 14));  // sweat in the furrows
  SmoothNoise light(stream, 120, options.width / 2.0 + 8, options.height / 2.0 + 8);
  std::vector<float> column_gain(options.width);
  for (float& gain : column_gain) gain = static_cast<float>(optical ? 0 : stream.normal(0, 2.2));
  const float hiss = static_cast<float>(optical ? stream.uniform(1.2, 3.2) : stream.uniform(4, 8));
  const Plane noise = white_noise(stream, options.width, options.height);

  Image image;
  image.width = options.width;
  image.height = options.height;
  image.ppi = 500;
  image.pixels.resize(contact.size());
  std::vector<float> glow(options.width);
  for (int y = 0; y < options.height; ++y) {
    if (y % 4 == 0)
      for (int x = 0; x < options.width; ++x)
        glow[x] = x % 4 ? glow[x - 1] : static_cast<float>(light.at(x - options.width / 2.0, y - options.height / 2.0));
    for (int x = 0; x < options.width; ++x) {
      const std::size_t i = static_cast<std::size_t>(y) * options.width + x;
      const float base = static_cast<float>(ground) + (optical ? 3.0f : 6.0f) * glow[x] + column_gain[x];
      const float value =
          base - film * contact[i] * (1 - ink[i]) - static_cast<float>(depth) * ink[i] + hiss * noise[i];
      image.pixels[i] = static_cast<std::uint8_t>(std::clamp(value, 0.0f, 250.0f) + 0.5f);
    }
  }
  return image;
}

Image capture(const GrownFinger& finger, std::uint32_t impression, const CaptureOptions& options) {
  Image image = press(finger, impression, options);
  paint_card(image, finger, impression, options);
  mark(image);
  return image;
}

}  // namespace puente::synth
