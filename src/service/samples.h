// Samples at rest. Inside service only.
#pragma once
#include <vector>

#include "core/person.h"

namespace puente::service {

// As one byte string, for what is kept sealed: a question in the outbox, a case's probe. Single fingers only.
Bytes encode_samples(const std::vector<Sample>& samples);
Result<std::vector<Sample>> decode_samples(ByteView bytes);  // kCorrupt

}  // namespace puente::service
