// Golden scores: stored synthetic templates, and what comparing them must give, bit for bit. A processor's vector path
// that goes wrong, or a build that was broken, shows here before anybody is compared.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "modality/finger/finger.h"

namespace puente::finger {
namespace {

// As golden_text made it of four impressions each of two fingers that never were (puente evaluate golden).
constexpr std::string_view kGolden =
#include "modality/finger/golden.inc"
    ;

constexpr int kBytesALine = 56;
constexpr int kBareEvery = 4;  // pairs: these are compared without their ridge cells too

Template drop_cells(Template t) {
  t.cells.clear();
  t.columns = t.rows = 0;
  return t;
}

double score_of_pair(const Template& a, const Template& b, bool bare, Scratch& scratch) {
  return bare ? compare_score(prepare(drop_cells(a)), prepare(drop_cells(b)), scratch)
              : compare_score(prepare(a), prepare(b), scratch);
}

const Error kUnreadable = {Code::kInternal, "self-test: the stored prints cannot be read; build the program again"};

Result<Template> read_print(std::istream& in) {
  std::string hex, line;
  while (in >> line && line != ".") hex += line;
  const Result<Bytes> bytes = from_hex(hex);
  if (!bytes.ok()) return kUnreadable;
  return decode(*bytes);
}

}  // namespace

std::string golden_text(std::span<const Template> prints, int pairs) {
  std::string out;
  for (const Template& print : prints) {
    out += "print\n";
    const Bytes bytes = encode(print);
    for (std::size_t at = 0; at < bytes.size(); at += kBytesALine)
      out += to_hex(ByteView(bytes).subspan(at, std::min<std::size_t>(kBytesALine, bytes.size() - at))) + "\n";
    out += ".\n";
  }
  Scratch scratch;
  const std::size_t count = prints.size();
  for (int pair = 0; pair < pairs && count > 1; ++pair) {
    const std::size_t a = pair % count, b = (a + 1 + pair / count) % count;
    out += fmt::format("whole {} {} {:a}\n", a, b, score_of_pair(prints[a], prints[b], false, scratch));
    if (pair % kBareEvery == 0)
      out += fmt::format("bare {} {} {:a}\n", a, b, score_of_pair(prints[a], prints[b], true, scratch));
  }
  return out;
}

Status self_test() {
  return self_test(kGolden);
}

Status self_test(std::string_view golden) {
  std::istringstream in{std::string(golden)};
  std::vector<Template> prints;
  Scratch scratch;
  int compared = 0;
  for (std::string word; in >> word;) {
    if (word == "print") {
      ASSIGN_OR_RETURN(Template print, read_print(in));
      prints.push_back(std::move(print));
      continue;
    }
    std::size_t a = 0, b = 0;
    std::string wanted;
    in >> a >> b >> wanted;
    if (!in || a >= prints.size() || b >= prints.size()) return kUnreadable;
    const double score = score_of_pair(prints[a], prints[b], word == "bare", scratch),
                 golden_score = std::strtod(wanted.c_str(), nullptr);
    if (score != golden_score)
      return {Code::kInternal,
              fmt::format("self-test: stored prints {} and {} ({}) score {} where {} is right; this build or processor "
                          "must not compare fingerprints",
                          a, b, word, score, golden_score)};
    ++compared;
  }
  if (compared == 0) return kUnreadable;
  return {};
}

}  // namespace puente::finger
