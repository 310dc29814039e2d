// Samples on their way in and at rest. Inside service only.
#pragma once
#include <vector>

#include "core/person.h"
#include "format/format.h"

namespace puente::service {

// What was sent as samples, each told by its content: an image stays the sample it was, a record becomes the samples
// that are in it. A position that the caller states is kept. Errors: those of format::read_encounter, kTooLarge.
Result<format::Intake> take_in(const std::vector<Sample>& samples);

// As one byte string, for what is kept sealed: a question in the outbox, a case's probe. Single fingers only.
Bytes encode_samples(const std::vector<Sample>& samples);
Result<std::vector<Sample>> decode_samples(ByteView bytes);  // kCorrupt

}  // namespace puente::service
