// What a file is that is not read, as far as its bytes tell, and the next step: for whoever holds it. Pure; any thread.
#pragma once
#include "core/bytes.h"
#include "core/result.h"

namespace puente::format {

// kUnsupported: something that has a name, with what to do; kInvalidInput: nothing that we have heard of. Of bytes that
// record_kind does not know. Looks at the first 4 KB alone; of what may be random at 64 KB.
Error unknown_file(ByteView bytes);

}  // namespace puente::format
