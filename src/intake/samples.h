// Inside intake/: the pixels of a sample.
#pragma once
#include "core/image.h"
#include "core/person.h"

namespace puente::intake {

Result<Image> decoded(const Sample& sample);  // its ppi is the sample's, where that states one

}  // namespace puente::intake
