// Style that matters, as a failing test: what may not be called, how long things may grow, what may not lie about.
// Used by tools/ only. What clang-format and the compiler's warnings already see to is not here.
#pragma once
#include <set>
#include <string>

#include "tree.h"

namespace puente::house {

inline constexpr int kFunctionLinesMax = 70;
inline constexpr int kClassLinesMax = 190;
inline constexpr int kFileLinesWarn = 900;
inline constexpr int kFileLinesMax = 1500;
inline constexpr std::size_t kBlobBytesMax = 512 << 10;

// `built`: the sources that the build compiles, as paths from the root; *_fuzz.cc and test/no_compile/ are built
// elsewhere.
Findings tidy(const Tree& tree, const std::set<std::string>& built);

// The sources named in a compile_commands.json, or included by what compiles several together, as paths from `root`.
std::set<std::string> sources_in(const std::string& compile_commands, const std::string& root);

}  // namespace puente::house
