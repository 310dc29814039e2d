// Inside intake/: the pixels of a sample, its minutiae, and how sure a slap must be of its fingers.
#pragma once
#include "core/image.h"
#include "core/person.h"
#include "format/iso/iso.h"
#include "modality/finger/finger.h"

namespace puente::intake {

Result<Image> decoded(const Sample& sample);  // its ppi is the sample's, where that states one

// Below it we do not say which finger is which.
inline constexpr float kSlapConfidenceMin = 0.5f;
inline bool is_certain(const finger::Slap& slap) {
  return slap.confidence >= kSlapConfidenceMin;
}

// Pixels in a centimetre as records have them; beyond what they can say, the most that they can, which no reader takes.
std::uint16_t per_cm_of(double ppi);
// A view's minutiae at the resolution that the sender states (0: the record's), and what is to be said of them.
Result<finger::Template> minutiae_at(format::MinutiaeView view, format::MinutiaeFormat format, double ppi);
// Minutiae that lie nearer to each other than on any skin: their resolution is not what was stated.
bool is_too_dense(const finger::Template& features);
// A record's resolution that no scanner for fingers has, or not the same across and down.
bool is_unusual(const format::MinutiaeView& view, format::MinutiaeFormat format);

}  // namespace puente::intake
