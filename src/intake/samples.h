// Inside intake/: the pixels of a sample, and how sure a slap must be of its fingers.
#pragma once
#include "core/image.h"
#include "core/person.h"
#include "modality/finger/finger.h"

namespace puente::intake {

Result<Image> decoded(const Sample& sample);  // its ppi is the sample's, where that states one

// Below it we do not say which finger is which.
inline constexpr float kSlapConfidenceMin = 0.5f;
inline bool is_certain(const finger::Slap& slap) {
  return slap.confidence >= kSlapConfidenceMin;
}

}  // namespace puente::intake
