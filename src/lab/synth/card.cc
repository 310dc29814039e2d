#include "lab/synth/card.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "lab/synth/exact.h"
#include "lab/synth/impression.h"
#include "lab/synth/lettering.h"
#include "lab/synth/master.h"

namespace puente::synth {
namespace {

constexpr double kDegree = kPi / 180;
constexpr double kPrintAcross = 165, kPrintAlong = 195;  // half axes of a print on a card, about

// Sheet of a card under the pens. Darkness is 0 (paper shows) to 1 (black).
class Sheet {
 public:
  Sheet(Image& image, Stream& stream)
      : image_(image), patches_(stream, 7, image.width / 2.0 + 8, image.height / 2.0 + 8) {}

  double width() const { return image_.width; }
  double height() const { return image_.height; }
  double at(int x, int y) const { return image_.pixels[place(x, y)]; }
  void set(int x, int y, double gray) {
    image_.pixels[place(x, y)] = static_cast<std::uint8_t>(std::clamp(gray, 0.0, 250.0) + 0.5);
  }

  // Calls paint(x, y) for the pixels of a box that lie on the sheet.
  template <typename Paint>
  void within(double left, double top, double right, double bottom, Paint paint) {
    const int x_end = std::min(image_.width - 1, static_cast<int>(std::floor(right)) + 1);
    const int y_end = std::min(image_.height - 1, static_cast<int>(std::floor(bottom)) + 1);
    for (int y = std::max(0, static_cast<int>(std::floor(top))); y <= y_end; ++y)
      for (int x = std::max(0, static_cast<int>(std::floor(left))); x <= x_end; ++x) paint(x, y);
  }

  // A pen's way from a to b. `uneven` 0..1: how much the ink comes and goes.
  void stroke(Point a, Point b, double pen, double dark, double uneven = 0) {
    const double dx = b.x - a.x, dy = b.y - a.y, squares = dx * dx + dy * dy, reach = pen / 2 + 1;
    within(std::min(a.x, b.x) - reach, std::min(a.y, b.y) - reach, std::max(a.x, b.x) + reach,
           std::max(a.y, b.y) + reach, [&](int x, int y) {
             const double along = squares > 0 ? std::clamp(((x - a.x) * dx + (y - a.y) * dy) / squares, 0.0, 1.0) : 0.0;
             const double off_x = x - a.x - along * dx, off_y = y - a.y - along * dy;
             const double covered = std::clamp(reach - 0.5 - std::sqrt(off_x * off_x + off_y * off_y), 0.0, 1.0);
             if (covered > 0) darken(x, y, covered * dark * ink(x, y, uneven));
           });
  }

  void write(std::string_view words, Point left_foot, double size, double angle, double pen, double dark,
             double uneven) {
    const double c = cosine(angle), s = sine(angle);
    const auto placed = [&](Point p) {
      return Point{left_foot.x + size * (c * p.x + s * p.y), left_foot.y + size * (c * p.y - s * p.x)};
    };
    for (const auto& [a, b] : lettering(words)) stroke(placed(a), placed(b), pen, dark, uneven);
  }

  // What is printed or written lies on the print and hides it: the darker of both is seen.
  void darken(int x, int y, double dark) { set(x, y, std::min(at(x, y), 240 * (1 - dark) + 8)); }

 private:
  std::size_t place(int x, int y) const { return static_cast<std::size_t>(y) * image_.width + x; }
  double ink(int x, int y, double uneven) const {
    if (uneven <= 0) return 1;
    const double wave = patches_.at(x - image_.width / 2.0, y - image_.height / 2.0);
    return std::clamp(1 - uneven * (0.5 + wave), 0.0, 1.0);
  }

  Image& image_;
  SmoothNoise patches_;
};

// Where a mark goes: through the print, or beside it in the margin.
struct Places {
  double width, height;
  bool across;
  Point middle() const { return {width / 2, height / 2}; }
  Point in_print(Stream& stream, double share) const {
    const double x = stream.uniform(-share, share), y = stream.uniform(-share, share);
    return {width / 2 + x * kPrintAcross, height / 2 + y * kPrintAlong};
  }
  Point in_margin(Stream& stream) const {
    const bool above = stream.chance(0.5), left = stream.chance(0.5);
    const double in = stream.uniform(15, 75), along = stream.uniform(0.02, 0.3);
    const double x = left ? along * width : (1 - along) * width;
    return {x, above ? in : height - in};
  }
  Point place(Stream& stream, double share) const {
    const Point inside = in_print(stream, share), beside = in_margin(stream);
    return across ? inside : beside;
  }
};

// The box of a finger and what is printed in its corner.
void print_box(Sheet& sheet, const Places& places, Finger position, Stream& stream) {
  static constexpr const char* kCaptions[10] = {"1. R. THUMB",  "2. R. INDEX",  "3. R. MIDDLE", "4. R. RING",
                                                "5. R. LITTLE", "6. L. THUMB",  "7. L. INDEX",  "8. L. MIDDLE",
                                                "9. L. RING",   "10. L. LITTLE"};
  const double tilt = stream.uniform(-1.5, 1.5) * kDegree, pen = stream.uniform(2.5, 6);
  const double dark = stream.uniform(0.55, 0.95), uneven = stream.uniform(0, 0.3);
  double edges[4];  // left, top, right, bottom
  for (int i = 0; i < 4; ++i) {
    const double margin = stream.uniform(14, 44), inside = stream.uniform(8, 110);
    const bool crosses = places.across && stream.chance(0.4);
    const double half = i % 2 ? places.height / 2 : places.width / 2, print = i % 2 ? kPrintAlong : kPrintAcross;
    const double from_middle = crosses ? print - inside : half - margin;
    edges[i] = i < 2 ? half - from_middle : half + from_middle;
  }
  const double c = cosine(tilt), s = sine(tilt);
  const auto turned = [&](double x, double y) {
    const double dx = x - places.width / 2, dy = y - places.height / 2;
    return Point{places.width / 2 + c * dx + s * dy, places.height / 2 + c * dy - s * dx};
  };
  for (const double x : {edges[0], edges[2]})  // as rules do, they run on beyond their corners into the next box
    sheet.stroke(turned(x, -40), turned(x, places.height + 40), pen, dark, uneven);
  for (const double y : {edges[1], edges[3]})
    sheet.stroke(turned(-40, y), turned(places.width + 40, y), pen, dark, uneven);
  const double size = stream.uniform(19, 27), letter_pen = stream.uniform(2.2, 3.6);
  sheet.write(kCaptions[static_cast<int>(position) - 1], turned(edges[0] + 12, edges[1] + 12 + size), size, tilt,
              letter_pen, dark, uneven);
}

void pencil(Sheet& sheet, const Places& places, Stream& stream) {
  const Point middle = places.place(stream, 0.6);
  const double length = stream.uniform(160, 320), angle = stream.uniform(-0.5, 0.5);
  const double pen = stream.uniform(1.8, 3.6), dark = stream.uniform(0.3, 0.75);
  const double c = cosine(angle), s = sine(angle);
  double phase = 0, tall = 12;
  Point last{};
  for (double along = -length / 2; along < length / 2; along += 2) {
    phase += stream.uniform(0.2, 0.5);
    tall += stream.normal(0, 2.5);
    tall = std::clamp(tall, 4.0, 34.0);
    const double x = along + 0.5 * tall * cosine(phase), y = tall * sine(phase);
    const Point at{middle.x + c * x + s * y, middle.y + c * y - s * x};
    if (along > -length / 2) sheet.stroke(last, at, pen, dark, 0.4);
    last = at;
  }
}

void stamp(Sheet& sheet, const Places& places, Stream& stream) {
  static constexpr const char* kWords[4] = {"RECEIVED", "DUPLICATE", "RECORDS DIV.", "CHECKED"};
  const Point middle = places.place(stream, 0.7);
  const double angle = stream.uniform(-0.5, 0.5), dark = stream.uniform(0.35, 0.7), size = stream.uniform(22, 32);
  const std::string_view word = kWords[stream.below(4)];
  const auto day_number = 1 + stream.below(28);  // one after the other: the stream's order is the same everywhere
  const auto year = 60 + stream.below(39);
  const std::string day = std::to_string(day_number) + " JUN 19" + std::to_string(year);
  const double c = cosine(angle), s = sine(angle);
  const auto placed = [&](double x, double y) { return Point{middle.x + c * x + s * y, middle.y + c * y - s * x}; };
  const auto line = [&](std::string_view words, double below) {
    sheet.write(words, placed(-size * lettering_width(words) / 2, below), size, angle, 3.4, dark, 0.8);
  };
  line(word, -0.3 * size);
  line(day, 1.3 * size);
  const double half_width = size * lettering_width(word) / 2 + 14, half_height = 1.9 * size;
  const Point corners[4] = {placed(-half_width, -half_height), placed(half_width, -half_height),
                            placed(half_width, half_height), placed(-half_width, half_height)};
  for (int i = 0; i < 4; ++i) sheet.stroke(corners[i], corners[(i + 1) % 4], 4, dark, 0.8);
}

void punch(Sheet& sheet, const Places& places, Stream& stream) {
  const double turn = stream.uniform(0, 2 * kPi), far = stream.uniform(0.6, 1.0), radius = stream.uniform(48, 62);
  const Point margin = places.in_margin(stream);
  const Point rim{places.width / 2 + far * kPrintAcross * cosine(turn),
                  places.height / 2 + far * kPrintAlong * sine(turn)};
  const Point middle = places.across ? rim : margin;
  const double gray = stream.chance(0.5) ? stream.uniform(4, 30) : stream.uniform(244, 250);
  sheet.within(middle.x - radius, middle.y - radius, middle.x + radius, middle.y + radius, [&](int x, int y) {
    const double dx = x - middle.x, dy = y - middle.y, off = radius - std::sqrt(dx * dx + dy * dy);
    if (off > 0) sheet.set(x, y, off < 3 ? gray / 2 + 40 : gray);
  });
}

// Ink dragged along: what lies there is drawn out, and darker.
void smear(Sheet& sheet, const Places& places, Stream& stream) {
  const Point inside = places.in_print(stream, 0.8);
  const double turn = stream.uniform(0, 2 * kPi);
  const Point edge{places.width / 2 + 1.1 * kPrintAcross * cosine(turn),
                   places.height / 2 + 1.1 * kPrintAlong * sine(turn)};
  const Point middle = places.across ? inside : edge;
  const double angle = stream.uniform(0, kPi), half_length = stream.uniform(60, 120),
               half_width = stream.uniform(14, 34);
  const double darker = stream.uniform(0.75, 0.95);
  const double c = cosine(angle), s = sine(angle);
  struct Pixel {
    int x, y;
    double gray;
  };
  std::vector<Pixel> drawn;
  sheet.within(middle.x - half_length, middle.y - half_length, middle.x + half_length, middle.y + half_length,
               [&](int x, int y) {
                 const double dx = x - middle.x, dy = y - middle.y;
                 const double u = (c * dx + s * dy) / half_length, v = (c * dy - s * dx) / half_width;
                 const double share = std::clamp(3 * (1 - u * u - v * v), 0.0, 1.0);
                 if (share <= 0) return;
                 double sum = 0;
                 for (int step = -15; step <= 15; ++step) {
                   const double along_x = x + step * c, along_y = y + step * s;
                   sum += sheet.at(static_cast<int>(std::clamp(along_x, 0.0, sheet.width() - 1)),
                                   static_cast<int>(std::clamp(along_y, 0.0, sheet.height() - 1)));
                 }
                 drawn.push_back({x, y, share * darker * sum / 31 + (1 - share) * sheet.at(x, y)});
               });
  for (const Pixel& pixel : drawn) sheet.set(pixel.x, pixel.y, pixel.gray);
}

void crease(Sheet& sheet, const Places& places, Stream& stream) {
  const Point inside = places.in_print(stream, 0.5);
  const double down = stream.uniform(-0.15, 0.15), x = stream.uniform(10, 60), slant = stream.uniform(-0.1, 0.1);
  const double width = stream.uniform(2, 5);
  for (int y = 0; y < sheet.height(); ++y) {
    const double middle = places.across ? inside.x + (down + slant) * (y - inside.y) : x + slant * y;
    sheet.within(middle - 3 * width, y, middle + 3 * width, y - 1, [&](int column, int row) {
      const double off = std::abs(column - middle) / width;
      const double gray = sheet.at(column, row);
      if (off < 1)
        sheet.set(column, row, gray + 0.7 * (245 - gray));  // the paper's fibres: no ink
      else if (off < 2)
        sheet.set(column, row, gray - 25);
    });
  }
}

// The print of the finger in the next box reaches in.
void neighbour(Sheet& sheet, const Places& places, const GrownFinger& finger, std::uint32_t impression,
               const CaptureOptions& options, Stream& stream) {
  const GrownFinger::Master& master = finger.master();
  const bool right = stream.chance(0.5);
  const int code = static_cast<int>(master.position), next = right ? code % 10 + 1 : (code + 8) % 10 + 1;
  CaptureOptions plain = options;
  plain.card = Card::kBlank;
  const Image other = press(grow_finger(master.seed, master.number, static_cast<Finger>(next)), impression, plain);
  const double near = stream.uniform(275, 330), far = stream.uniform(390, 470), down = stream.uniform(-60, 60);
  const int shift = static_cast<int>((right ? 1 : -1) * (places.across ? near : far)), fall = static_cast<int>(down);
  for (int y = 0; y < options.height; ++y)
    for (int x = 0; x < options.width; ++x) {
      const int from_x = x - shift, from_y = y - fall;
      if (from_x < 0 || from_y < 0 || from_x >= options.width || from_y >= options.height) continue;
      sheet.set(x, y, std::min<double>(sheet.at(x, y), other.at(from_x, from_y)));
    }
}

}  // namespace

void paint_card(Image& image, const GrownFinger& finger, std::uint32_t impression, const CaptureOptions& options) {
  if (options.card == Card::kNone || options.card == Card::kBlank) return;
  const GrownFinger::Master& master = finger.master();
  const Places places{static_cast<double>(options.width), static_cast<double>(options.height),
                      options.card == Card::kAcross};
  // each kind of mark has a stream of its own, so that changing one leaves the others as they were
  const auto stream_of = [&](std::uint64_t mark) {
    return Stream{master.seed, master.number, static_cast<std::uint64_t>(master.position), impression, mark, kForCard};
  };
  Stream paper = stream_of(0);
  Sheet sheet(image, paper);
  const auto mark = [&](CardMark kind, std::uint64_t own, double probability, const auto& draw) {
    Stream stream = stream_of(own);
    const bool by_chance = probability >= 1 || stream.chance(probability);
    const bool wanted = std::ranges::find(options.marks, kind) != options.marks.end();
    if (options.marks.empty() ? by_chance : wanted) draw(stream);
  };
  // what lies below first
  mark(CardMark::kNeighbour, 1, 0.35, [&](Stream& s) { neighbour(sheet, places, finger, impression, options, s); });
  mark(CardMark::kSmear, 2, 0.3, [&](Stream& s) { smear(sheet, places, s); });
  mark(CardMark::kCrease, 3, 0.25, [&](Stream& s) { crease(sheet, places, s); });
  mark(CardMark::kBox, 4, 1, [&](Stream& s) { print_box(sheet, places, master.position, s); });
  mark(CardMark::kPencil, 5, 0.6, [&](Stream& s) { pencil(sheet, places, s); });
  mark(CardMark::kStamp, 6, 0.35, [&](Stream& s) { stamp(sheet, places, s); });
  mark(CardMark::kHole, 7, 0.12, [&](Stream& s) { punch(sheet, places, s); });
}

const char* to_string(CardMark mark) {
  static constexpr const char* kNames[kCardMarkCount] = {"box",   "pencil", "stamp",    "hole",
                                                         "smear", "crease", "neighbour"};
  return kNames[static_cast<int>(mark)];
}

}  // namespace puente::synth
