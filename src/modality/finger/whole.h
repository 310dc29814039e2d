// What extract asks beside the stages, private to this module.
#pragma once
#include "modality/finger/finger.h"

namespace puente::finger {

Result<Extraction> extract_print(const Image& image, const ExtractOptions& options);  // extract.cc: all stages

// The resolution at which there would be a fingerprint in an image that shows none at its own: twice or four times as
// fine, or half or a quarter. 0: at none.
double ppi_by_ridges(const Image& image, const ExtractOptions& options);  // whole.cc

}  // namespace puente::finger
