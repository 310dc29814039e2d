// Where on a body a sample or a template was taken. A Place is the key of templates, scores and galleries; what an
// image shows may be more than one place (a slap: FingerCapture), and then it is no Place. Plain values; any thread.
// Codes of fingers are ANSI/NIST-ITL's FGP, of eyes 17.003's; names are OSIA's. All numbers are stored and on the wire.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/bytes.h"
#include "core/result.h"

namespace puente {

enum class Modality : unsigned char { kFinger, kFace, kIris };
inline constexpr int kModalityCount = 3;
const char* to_string(Modality modality);  // "finger", …
Result<Modality> parse_modality(std::string_view name);

// One finger: no slap fits in here.
enum class Finger : unsigned char {
  kUnknown = 0,
  kRightThumb = 1,
  kRightIndex = 2,
  kRightMiddle = 3,
  kRightRing = 4,
  kRightLittle = 5,
  kLeftThumb = 6,
  kLeftIndex = 7,
  kLeftMiddle = 8,
  kLeftRing = 9,
  kLeftLittle = 10,
};
inline constexpr int kFingerCount = 11;              // the unknown one among them
const char* to_string(Finger finger);                // "RIGHT_THUMB", … "UNKNOWN"
Result<Finger> parse_finger(std::string_view name);  // OSIA's name, or the number; a slap is none

// What an image of fingers shows: one of them, or several at once.
enum class FingerCapture : unsigned char {
  kUnknown = 0,
  kRightThumb = 1,
  kRightIndex = 2,
  kRightMiddle = 3,
  kRightRing = 4,
  kRightLittle = 5,
  kLeftThumb = 6,
  kLeftIndex = 7,
  kLeftMiddle = 8,
  kLeftRing = 9,
  kLeftLittle = 10,
  kPlainRightFour = 13,  // slaps: index to little finger of one hand, or both thumbs
  kPlainLeftFour = 14,
  kPlainThumbs = 15,
};
bool is_slap(FingerCapture capture);
const char* to_string(FingerCapture capture);                       // "RIGHT_THUMB", … "UNKNOWN"
Result<FingerCapture> parse_finger_capture(std::string_view name);  // OSIA's name, or the number

std::optional<Finger> finger_of(FingerCapture capture);  // nullopt: a slap, or a number that is none of the above
inline FingerCapture capture_of(Finger finger) {
  return static_cast<FingerCapture>(finger);
}

enum class Eye : unsigned char { kUnknown = 0, kRight = 1, kLeft = 2 };
const char* to_string(Eye eye);  // "EYE_RIGHT", … "EYE_UNDEF"

struct Place {
  Modality modality = Modality::kFinger;
  std::uint8_t code = 0;  // a Finger, an Eye; of a face 0
  auto operator<=>(const Place&) const = default;
};
inline Place place_of(Finger finger) {
  return {Modality::kFinger, static_cast<std::uint8_t>(finger)};
}
inline Place place_of(Eye eye) {
  return {Modality::kIris, static_cast<std::uint8_t>(eye)};
}
inline constexpr Place kFace{Modality::kFace, 0};
std::optional<Place> checked_place(int modality, int code);  // of stored numbers; nullopt when they are no place
inline Finger finger_at(Place place) {                       // of a finger's place
  return static_cast<Finger>(place.code);
}
const char* to_string(Place place);  // "RIGHT_THUMB", "EYE_LEFT", "FACE"

// A template at rest or on its way: which place it is of, in what form its bytes are, and these.
struct Features {
  Place place;
  std::uint16_t format = 0;  // the modality's own numbering: finger::kTemplateFormat; docs/formats
  Bytes bytes{};
};

// What a template was made from, so that it can be shown again without looking for it: one sample of its encounter, all
// of it, or an upright box of it turned by `angle` around its centre (finger::Segment).
struct Cut {
  std::uint16_t sample = 0;  // from 0
  bool whole = true;
  float x = 0, y = 0;           // the box's centre, pixels
  float width = 0, height = 0;  // across and along the finger
  float angle = 0;              // of the finger from upright, radians
  bool operator==(const Cut&) const = default;
};

}  // namespace puente
