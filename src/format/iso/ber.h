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
  ByteView bytes;  // of a CBEFF block without its header and signature; of another object all, what follows it too
  CardModality modality = CardModality::kUnknown;  // as the container says
};
struct Container {
  std::vector<ContainedRecord> records;
  std::vector<std::string>
      findings;  // lengths that run beyond the bytes that are there, bytes behind, what is no record
};

// Whether bytes begin as such a container does: one of its tags; a length of which at least half is there, and no more
// than half of it, and 16 bytes, behind; and inside, what belongs there.
bool is_ber_container(ByteView bytes);
// Every record and image in it. kInvalidInput: none in it; kTooLarge: over 64 MiB, 1000 objects, 100 records or eight
// levels.
Result<Container> read_ber_container(ByteView bytes);

}  // namespace puente::format
