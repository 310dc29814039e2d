// Samples as one byte string, for what is kept sealed: a question in the outbox, a case's probe. Inside service only.
#pragma once
#include <vector>

#include "core/person.h"

namespace puente::service {

Bytes encode_samples(const std::vector<Sample>& samples);
Result<std::vector<Sample>> decode_samples(ByteView bytes);  // kCorrupt

}  // namespace puente::service
