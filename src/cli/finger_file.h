// The prints of one file, as verify and extract take it: all of them.
#pragma once
#include <string>
#include <vector>

#include "intake/intake.h"

namespace puente::cli {

struct PrintsRead {
  std::vector<intake::Print> prints;  // at least one
  std::vector<std::string> left_out;  // samples that gave none, and why, a line each
};
// An image, a template of our own, or every finger of a record, slaps taken apart. ppi replaces what the file says
// unless it is 0. Messages name the file.
Result<PrintsRead> read_prints(const std::string& path, double ppi, intake::Keep keep);

}  // namespace puente::cli
