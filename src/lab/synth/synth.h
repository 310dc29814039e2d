// Synthetic people: ten fingers, a biography and impressions from a seed. What is made is the same, bit for bit, on
// every IEEE 754 machine, and person k of a seed is the same however many are asked for. Nothing here shares code with
// the extractor that is tested on it. All functions are pure (write_people apart) and may be called from any thread.
//
// Ridges are grown by iterated oriented band-pass filtering from sparse seeds along an orientation field with singular
// points, as in SFinGe: Cappelli, Maio, Maltoni, "Synthetic fingerprint-database generation", ICPR 2002. Skin
// distortion: Cappelli, Maio, Maltoni, "Modelling plastic distortion in fingerprint images", ICAPR 2001.
// docs/synthetic-people.md has the rest and the statistics beside real prints.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/image.h"
#include "core/person.h"
#include "core/place.h"
#include "core/result.h"

namespace puente::synth {

struct Identity {  // who; the same on every machine
  std::uint64_t seed = 0;
  std::uint32_t number = 0;
};

// A person of no country: names are drawn from common ones, document numbers begin with "SYN-", which no issuer uses.
// The alias is the same person under another name, birth date and document: who enrols twice.
struct Person {
  Identity identity;
  BiographicData biography;
  BiographicData alias;
  std::string guardian;  // of a child
};
Person make_person(std::uint64_t seed, std::uint32_t number);

// As in the Henry system. Left and right as seen on the print: a left loop opens to the left.
enum class PatternClass { kArch, kTentedArch, kLeftLoop, kRightLoop, kWhorl, kDoubleLoop };
inline constexpr int kPatternClassCount = 6;
const char* to_string(PatternClass pattern);  // "arch", "tented_arch", "left_loop", …
PatternClass pattern_class(std::uint64_t seed, std::uint32_t number, Finger position);  // without growing it

// A master fingerprint: the whole pad's ridges at 500 ppi. Immutable and cheap to copy (shared).
class GrownFinger {
 public:
  struct Master;
  explicit GrownFinger(std::shared_ptr<const Master> master) : master_(std::move(master)) {}
  const Master& master() const { return *master_; }
  PatternClass pattern() const;

 private:
  std::shared_ptr<const Master> master_;
};
GrownFinger grow_finger(std::uint64_t seed, std::uint32_t number, Finger position);  // one of the ten, or CHECK

enum class SensorKind { kOptical, kCapacitive };

// A print rolled with ink on a card: wider than a plain one, on a sheet of kCardSide x kCardSide pixels.
enum class Card {
  kNone,    // no card: a scanner
  kBlank,   // nothing else on it
  kAround,  // with a box and its caption, pencil, stamps, punched holes, a neighbour's print, smears and creases
  kAcross   // the same marks, through the print
};
inline constexpr int kCardSide = 640;
enum class CardMark { kBox, kPencil, kStamp, kHole, kSmear, kCrease, kNeighbour };  // kBox: its lines and caption
inline constexpr int kCardMarkCount = 7;
const char* to_string(CardMark mark);  // "box", "pencil", …

struct CaptureOptions {
  double difficulty = 1;  // 0 a careful capture … 1 a border post on a usual day … 2 hurried; scales every disturbance
  SensorKind sensor = SensorKind::kOptical;
  int width = 368, height = 480;  // pixels at 500 ppi
  // Skin bent as it is pressed: about so many pixels, root mean square, between two impressions of a finger beside the
  // best rigid fit (or more, where difficulty alone does more). Of real mates one in twenty reaches 7, on some sensors
  // most have 10 to 16. 0: what difficulty alone does, some 3 pixels on a usual day.
  double bend = 0;
  Card card = Card::kNone;  // the finger is laid down alike on each of the three
  // Of kAround and kAcross. Empty: the box and some of the others, as chance has it; else these, on every card.
  std::vector<CardMark> marks = {};
};
inline constexpr double kBendMax = 30;
// Impression k of a finger: 8-bit gray, 500 ppi, dark ridges on a light ground, watermarked. The same k gives the same
// pixels; different k differ in placement, rotation, contact, skin distortion, moisture and noise.
Image capture(const GrownFinger& finger, std::uint32_t impression, const CaptureOptions& options = {});

// A slap: several fingers of one hand, or both thumbs, laid down at once, with what may be seen of the middle
// phalanges.
enum class SlapKind { kRightFour, kLeftFour, kThumbs };
FingerCapture position_of(SlapKind kind);
std::vector<Finger> fingers_of(SlapKind kind);  // from left to right on the image

struct SlapOptions {
  double difficulty = 1;            // as of a capture; from 1.5 on fingers may touch and tips may lie off the glass
  int width = 1600, height = 1000;  // pixels at 500 ppi
};
struct SlapTruth {                                  // a distal phalanx: a box of pixels, turned around its centre
  Finger place;                                     // of the hand that is laid down
  Finger finger;                                    // whose ridges are there
  double x = 0, y = 0;                              // centre, y downwards
  double width = 0, height = 0;                     // across and along the finger
  double angle = 0;                                 // of the finger from upright, radians anticlockwise
  double left = 0, right = 0, top = 0, bottom = 0;  // of the contact inside the image
  double outside = 0;                               // 0..1: share of the contact that lies off the image
};
struct SlapCapture {
  Image image;  // 8-bit gray, 500 ppi, watermarked
  std::vector<SlapTruth> fingers;
};
// `fingers` stand at the places of fingers_of, none for one that is missing; that they belong there is not asked, so
// that swapped hands can be made. Impression k is the same on every machine.
SlapCapture capture_slap(SlapKind kind, const std::vector<std::optional<GrownFinger>>& fingers,
                         std::uint32_t impression, const SlapOptions& options = {});

// Whether the pixels carry capture's mark. It outlives lossless copies, cropping to 160x160 or more and usual JPEG, not
// resampling or rotation: absence proves nothing, presence does (watermark.h has the measured rates).
bool is_synthetic(const Image& image);

enum class Layout { kPeople, kFvc };
struct WriteOptions {
  std::string directory;  // made when absent; must be empty unless `overwrite`
  std::uint64_t seed = 1;
  std::uint32_t count = 10;  // people; with kFvc fingers, as a flat <subject>_<impression>.png with subjects from 101
  std::vector<Finger> fingers;  // empty: all ten
  int impressions = 1;
  int threads = 1;
  Layout layout = Layout::kPeople;
  bool overwrite = false;
  CaptureOptions capture;
};
// Writes PNG files, each with a tEXt chunk "Puente-Synthetic", and people.json (kPeople). progress is called from one
// thread at a time with images done and to do. kConflict: the directory is not empty; kInvalidInput; kStorageFull.
Result<void> write_people(const WriteOptions& options, std::function<void(int done, int total)> progress = {});

struct WriteSlapsOptions {
  std::string directory;  // as in WriteOptions
  std::uint64_t seed = 1;
  std::uint32_t count = 1;      // people
  std::vector<SlapKind> kinds;  // empty: all three
  int impressions = 1;
  int threads = 1;
  bool overwrite = false;
  SlapOptions capture;
};
// Writes slaps, <person>_PLAIN_RIGHT_FOUR_FINGERS_<impression>.png and the like, labelled and marked as above, and
// slaps.json, which says where each finger is in the words of `puente slap --json`. Errors and progress as above.
Result<void> write_slaps(const WriteSlapsOptions& options, std::function<void(int done, int total)> progress = {});

}  // namespace puente::synth
