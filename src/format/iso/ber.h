// Containers of passports (EF.DG2, DG3, DG4 of ICAO Doc 9303-10) and of PIV cards (NIST SP 800-73, -76): BER-TLV around
// records of this folder. Pure functions; any thread.
#pragma once
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace puente::format {

enum class CardModality { kUnknown, kFinger, kFace, kIris };

struct ContainedRecord {
  ByteView bytes;  // from the first byte that a record or image begins with; what follows it in its object is with it
  CardModality modality = CardModality::kUnknown;  // as the container says
};
struct Container {
  std::vector<ContainedRecord> records;
  std::vector<std::string> findings;  // lengths that run beyond the bytes that are there, bytes behind
};

// Whether bytes begin as such a container does: one of its tags, and a length that is that of the rest or close to it.
bool is_ber_container(ByteView bytes);
// Every record and image in it, however deep. kInvalidInput: none in it; kTooLarge: more objects or levels than any.
Result<Container> read_ber_container(ByteView bytes);

}  // namespace puente::format
