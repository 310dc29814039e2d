// The bytes of an exhibit, as they rest sealed under its case's key. Pure; any thread.
#pragma once
#include "core/exhibit.h"

namespace puente::casework {

Bytes encode_exhibit(const Exhibit& exhibit);
// kCorrupt: not what encode_exhibit writes. kUnsupported: a later version, or what version 1 of a node kept of a case,
// which was the probe alone.
Result<Exhibit> decode_exhibit(ByteView bytes);

}  // namespace puente::casework
