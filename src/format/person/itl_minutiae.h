// The minutiae of a Type-9 record, whichever block of fields has them: the Extended Feature Set's (9.331), INCITS 378's
// (9.137), those of the standard of before 2011 (9.012), or the FBI's (9.023). Plain values; pure functions; any
// thread.
#pragma once
#include "core/result.h"
#include "format/iso/iso.h"
#include "format/itl/itl.h"

namespace puente::format {

// As a record of ISO/IEC 19794-2:2011, one view at 500 ppi, of over 255 minutiae the surest. Blocks are asked in the
// order above. All have their endings at the fork of the valleys; 9.012 counts y from the bottom and its angles point
// away from the ridge, the others agree with ISO. Without an image's height y begins at the topmost minutia of 9.012.
// kInvalidInput: no block in it has minutiae; kUnsupported: they are a palm's or of several fingers.
Result<MinutiaeRecord> minutiae_of_type9(const itl::Record& record);

}  // namespace puente::format
