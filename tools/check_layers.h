// Who may include whom: src/LAYERS and tools/third_party, held against every #include. Used by tools/ only.
#pragma once
#include <string>

#include "tree.h"

namespace puente::house {

// Finds: an include that src/LAYERS does not allow, also one that is many headers away (once for each module and what
// it sees, with an example; tools/not_yet_closed excuses), a cycle (of modules or of headers), a reach past a module's
// front header, a folder that src/LAYERS does not name and a module without files, a laboratory under production, a
// third-party header outside the files that tools/third_party gives it, and a picture in docs/ARCHITECTURE.md that is
// not layers_picture().
Findings check_layers(const Tree& tree);

// The picture of src/LAYERS as a Mermaid block. Arrows that follow from others, and those to core, are left out.
std::string layers_picture(const Tree& tree);

// tree's docs/ARCHITECTURE.md with the picture between its two markers made anew.
std::string with_new_picture(const Tree& tree);

}  // namespace puente::house
