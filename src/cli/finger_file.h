// The prints of one file, as verify and extract take it: all of them.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "intake/intake.h"

namespace puente::cli {

struct PrintsRead {
  std::vector<intake::Print> prints;  // at least one
  std::vector<std::string> left_out;  // samples that gave none, and why, a line each
  std::vector<std::string> remarks;   // of those that did, what was not as the file says it
};
// An image, a template of our own, or every finger of a record, slaps taken apart. ppi replaces what the file says
// unless it is 0; card: intake::told_as. Messages name the file.
Result<PrintsRead> read_prints(const std::string& path, double ppi, intake::Keep keep, std::string_view card = {});

// A print of A and one of B that were compared.
struct PrintPair {
  const intake::Print *probe, *reference;
  finger::Comparison comparison;
};
// All of A's prints with all of B's that may be the same finger by their positions; those of two single prints, and of
// files that have no position in common, whatever they are said to be. The best comes first; at least one.
std::vector<PrintPair> compare_all(const PrintsRead& a, const PrintsRead& b);
// Of A's that match none of B's: whether they would as a mirror shows them, so that one of the files may be wrong.
bool match_mirrored(const PrintsRead& a, const PrintsRead& b, double false_match_rate_max);
// The claimed false match rate of the best: of several tries it is so much likelier to be a stranger's.
double false_match_rate(const std::vector<PrintPair>& pairs);

}  // namespace puente::cli
