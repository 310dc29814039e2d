// One print against many, or pairs from a list. Inside cli/.
#pragma once
#include <string>
#include <vector>

#include "core/result.h"

namespace puente::cli {

struct FilePair {
  std::string a, b;
};
// A list of pairs: two names a line, with a tab, a comma or a blank between; relative to the list. "-": standard input.
Result<std::vector<FilePair>> read_pairs(const std::string& list);

struct ManyOptions {
  double dpi = 0, false_match_rate_max = 1e-4;
  std::string from;   // of files that nothing in them tells: intake::told_as
  bool json = false;  // an object a line
};
// A line a pair, in their order. The exit code: kYes where one matches, kNo where none does, kUnusable where one of the
// files cannot be used, which its line says.
int verify_many(const std::vector<FilePair>& pairs, const ManyOptions& options);

}  // namespace puente::cli
