#include "core/place.h"

#include <string>

namespace puente {

const char* to_string(Modality modality) {
  switch (modality) {
    case Modality::kFinger:
      return "finger";
    case Modality::kFace:
      return "face";
    case Modality::kIris:
      return "iris";
  }
  return "unknown";
}

Result<Modality> parse_modality(std::string_view name) {
  for (const Modality each : {Modality::kFinger, Modality::kFace, Modality::kIris}) {
    if (name == to_string(each)) return each;
  }
  return Error{Code::kInvalidInput, "unknown modality: use finger, face or iris"};
}

const char* to_string(FingerCapture capture) {
  switch (capture) {
    case FingerCapture::kUnknown:
      return "UNKNOWN";
    case FingerCapture::kRightThumb:
      return "RIGHT_THUMB";
    case FingerCapture::kRightIndex:
      return "RIGHT_INDEX";
    case FingerCapture::kRightMiddle:
      return "RIGHT_MIDDLE";
    case FingerCapture::kRightRing:
      return "RIGHT_RING";
    case FingerCapture::kRightLittle:
      return "RIGHT_LITTLE";
    case FingerCapture::kLeftThumb:
      return "LEFT_THUMB";
    case FingerCapture::kLeftIndex:
      return "LEFT_INDEX";
    case FingerCapture::kLeftMiddle:
      return "LEFT_MIDDLE";
    case FingerCapture::kLeftRing:
      return "LEFT_RING";
    case FingerCapture::kLeftLittle:
      return "LEFT_LITTLE";
    case FingerCapture::kPlainRightFour:
      return "PLAIN_RIGHT_FOUR_FINGERS";
    case FingerCapture::kPlainLeftFour:
      return "PLAIN_LEFT_FOUR_FINGERS";
    case FingerCapture::kPlainThumbs:
      return "PLAIN_THUMBS";
  }
  return "UNKNOWN";
}

const char* to_string(Finger finger) {
  return to_string(capture_of(finger));
}

bool is_slap(FingerCapture capture) {
  return capture >= FingerCapture::kPlainRightFour && capture <= FingerCapture::kPlainThumbs;
}

std::optional<Finger> finger_of(FingerCapture capture) {
  const auto code = static_cast<unsigned char>(capture);
  if (code >= kFingerCount) return std::nullopt;
  return static_cast<Finger>(code);
}

Result<FingerCapture> parse_finger_capture(std::string_view name) {
  for (int code = 0; code <= static_cast<int>(FingerCapture::kPlainThumbs); ++code) {
    const auto each = static_cast<FingerCapture>(code);
    if (!is_slap(each) && !finger_of(each)) continue;
    if (name == to_string(each) || name == std::to_string(code)) return each;
  }
  return Error{
      Code::kInvalidInput,
      "unknown finger position: use a name such as RIGHT_INDEX or PLAIN_THUMBS, or its number, 0 to 10 or 13 to 15"};
}

Result<Finger> parse_finger(std::string_view name) {
  ASSIGN_OR_RETURN(const FingerCapture capture, parse_finger_capture(name));
  if (const auto finger = finger_of(capture)) return *finger;
  return Error{Code::kInvalidInput, "one finger is wanted here, such as RIGHT_INDEX, or its number, 0 to 10"};
}

const char* to_string(Eye eye) {
  switch (eye) {
    case Eye::kUnknown:
      return "EYE_UNDEF";
    case Eye::kRight:
      return "EYE_RIGHT";
    case Eye::kLeft:
      return "EYE_LEFT";
  }
  return "EYE_UNDEF";
}

std::optional<Place> checked_place(int modality, int code) {
  const auto within = [&](int count) { return code >= 0 && code < count; };
  if (modality == static_cast<int>(Modality::kFinger) && within(kFingerCount))
    return place_of(static_cast<Finger>(code));
  if (modality == static_cast<int>(Modality::kFace) && within(1)) return kFace;
  if (modality == static_cast<int>(Modality::kIris) && within(3)) return place_of(static_cast<Eye>(code));
  return std::nullopt;
}

const char* to_string(Place place) {
  switch (place.modality) {
    case Modality::kFinger:
      return to_string(finger_at(place));
    case Modality::kFace:
      return "FACE";
    case Modality::kIris:
      return to_string(static_cast<Eye>(place.code));
  }
  return "UNKNOWN";
}

}  // namespace puente
