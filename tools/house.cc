// house layers|tidy|picture: checks the repository as a test does, or renews the picture in docs/ARCHITECTURE.md.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "check_layers.h"
#include "tidy.h"

namespace {

using namespace puente::house;

int report(const Findings& findings) {
  int errors = 0;
  for (const Finding& finding : findings) {
    std::fprintf(stderr, "%s:%d: %s%s\n", finding.path.c_str(), finding.line, finding.warning ? "(warning) " : "",
                 finding.what.c_str());
    errors += finding.warning ? 0 : 1;
  }
  return errors == 0 ? 0 : 1;
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Also those that CMake has compiled together, by files of its own that include them.
std::set<std::string> sources_built(const std::string& root, const std::string& build) {
  std::set<std::string> out = sources_in(read(build + "/compile_commands.json"), root);
  const std::set<std::string> named = out;
  for (const std::string& file : named)
    if (file.find("/Unity/unity_") != std::string::npos) out.merge(sources_in(read(root + "/" + file), root));
  return out;
}

int run(const std::string& what, const std::string& root, const std::string& build) {
  const Tree tree = read_tree(root);
  if (what == "layers") return report(check_layers(tree));
  if (what == "tidy") return report(tidy(tree, sources_built(root, build)));
  std::ofstream(root + "/docs/ARCHITECTURE.md", std::ios::binary) << with_new_picture(tree);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (argc != 4 || (what != "layers" && what != "tidy" && what != "picture")) {
    std::fprintf(stderr, "usage: house layers|tidy|picture ROOT BUILD      e.g. house tidy . build/release\n");
    return 2;
  }
  try {
    return run(what, std::filesystem::canonical(argv[2]).string(), argv[3]);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "house: %s\n", failure.what());
    return 1;
  }
}
