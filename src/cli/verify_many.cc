#include "cli/verify_many.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>

#include "cli/cli.h"
#include "cli/finger_file.h"
#include "cli/words.h"
#include "core/files.h"
#include "core/text.h"

namespace puente::cli {
namespace {

constexpr std::size_t kListBytesMax = 64u << 20;
constexpr std::size_t kPrintsMax = 20'000;  // kept at once: a print is some 20 KB

// The prints of files by their names, each file read once.
class Prints {
 public:
  explicit Prints(const ManyOptions& options) : options_(options) {}
  std::shared_ptr<const Result<PrintsRead>> at(const std::string& path) {
    if (prints_.size() >= kPrintsMax) prints_.clear();
    auto& known = prints_[path];
    if (!known)
      known = std::make_shared<const Result<PrintsRead>>(
          read_prints(path, options_.dpi, intake::Keep::kNoImages, options_.from));
    return known;
  }

 private:
  const ManyOptions& options_;
  std::map<std::string, std::shared_ptr<const Result<PrintsRead>>> prints_;
};

Json named(const FilePair& pair) {
  return Json::object({{"a", pair.a}, {"b", pair.b}});
}

int unusable(const FilePair& pair, const Error& error, bool json) {
  if (json) print_json(named(pair).set("error", error_json(error)));
  if (!json) complain(error);
  return exit_code_of(error.code);
}

}  // namespace

Result<std::vector<FilePair>> read_pairs(const std::string& list) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(list == "-" ? "/dev/stdin" : list, kListBytesMax));
  const std::filesystem::path folder = list == "-" ? "" : std::filesystem::path(list).parent_path();
  std::vector<FilePair> pairs;
  std::size_t number = 0;
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  std::string_view whole = text(bytes);
  if (whole.starts_with(kByteOrderMark)) whole.remove_prefix(kByteOrderMark.size());
  for (std::string_view line : split(whole, '\n')) {
    ++number;
    line = without_white_end(line);
    if (line.empty()) continue;
    const char separator = line.find('\t') != line.npos ? '\t' : line.find(',') != line.npos ? ',' : ' ';
    const auto names = split(line, separator);
    if (names.size() != 2 || names[0].empty() || names[1].empty())
      return Error{Code::kInvalidInput, list + " line " + std::to_string(number) +
                                            ": two names are wanted, with a tab, a comma or a blank between"};
    pairs.push_back({(folder / names[0]).string(), (folder / names[1]).string()});
  }
  if (pairs.empty()) return Error{Code::kInvalidInput, list + ": no pairs are in it"};
  return pairs;
}

int verify_many(const std::vector<FilePair>& pairs, const ManyOptions& options) {
  Prints prints(options);
  int matches = 0, worst = kYes;
  for (const FilePair& pair : pairs) {
    const auto a = prints.at(path_of(pair.a)), b = prints.at(path_of(pair.b));
    if (!a->ok() || !b->ok()) {
      worst = std::max(worst, unusable(pair, a->ok() ? b->error() : a->error(), options.json));
      continue;
    }
    const std::vector<PrintPair> compared = compare_all(**a, **b);
    const double score = compared.front().comparison.score, rate = false_match_rate(compared);
    const bool match = rate <= options.false_match_rate_max;
    matches += match ? 1 : 0;
    if (options.json) {
      print_json(named(pair).set("score", score).set("false_match_rate", rate).set("match", match));
    } else {
      fmt::print("{:<12} {:8.1f}  {}  {}\n", match ? in_words("match") : in_words("no match"), score, pair.a, pair.b);
    }
  }
  if (worst != kYes) return worst;
  return matches > 0 ? kYes : kNo;
}

}  // namespace puente::cli
