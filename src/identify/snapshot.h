// A gallery in a file; private to this module. docs/formats/index.md.
#pragma once
#include "core/clock.h"
#include "core/crypto.h"
#include "identify/chunk.h"
#include "identify/select.h"

namespace puente::identify {

// Replaces the file whole or leaves it as it was.
Status save(const View& view, const std::string& path, const SecretKey& key, Random& random);

// kCorrupt when anything was changed, cut or swapped, or the key is another; kUnsupported for another program's;
// kInvalidInput for a file of another kind. Every encounter's effective standing is its own.
Result<std::vector<std::shared_ptr<const Chunk>>> load(ByteView bytes, const SecretKey& key, int threads);

// A chunk's contents before it is sealed.
Bytes write_encounters(const Chunk& chunk);
Result<std::vector<Entry>> read_encounters(ByteView bytes);

}  // namespace puente::identify
