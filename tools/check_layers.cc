#include "check_layers.h"

#include <algorithm>
#include <optional>
#include <set>

namespace puente::house {
namespace {

constexpr const char* kLayers = "src/LAYERS";
constexpr const char* kThirdParty = "tools/third_party";
constexpr const char* kNotYetClosed = "tools/not_yet_closed";
constexpr const char* kArchitecture = "docs/ARCHITECTURE.md";
constexpr std::string_view kPictureBegin = "<!-- made from src/LAYERS -->\n";
constexpr std::string_view kPictureEnd = "<!-- end -->\n";

using Graph = std::map<std::string, std::set<std::string>>;

// "left: right right…" lines, # starts a comment; both sides split at white space.
struct Rule {
  int line;
  std::vector<std::string> left, right;
};
std::vector<Rule> rules_of(const Tree& tree, const std::string& path) {
  std::vector<Rule> rules;
  const auto file = tree.find(path);
  if (file == tree.end()) return rules;
  int number = 0;
  for (std::string_view line : lines_of(file->second)) {
    ++number;
    const std::size_t colon = line.find(':');
    if (line.empty() || line[0] == '#' || colon == std::string_view::npos) continue;
    rules.push_back({number, words_of(line.substr(0, colon)), words_of(line.substr(colon + 1))});
  }
  return rules;
}

Graph layers_of(const Tree& tree) {
  Graph graph;
  for (const Rule& rule : rules_of(tree, kLayers)) {
    if (rule.left.size() == 1) graph[rule.left[0]].insert(rule.right.begin(), rule.right.end());
  }
  return graph;
}

// A path that comes back to where it began, written out; nothing when there is none.
std::optional<std::string> find_cycle(const Graph& graph) {
  std::set<std::string> done;
  std::vector<std::string> path;
  std::optional<std::string> cycle;
  const auto visit = [&](const auto& self, const std::string& node) -> void {
    if (cycle || done.contains(node)) return;
    const auto seen = std::find(path.begin(), path.end(), node);
    if (seen != path.end()) {
      cycle.emplace();
      for (auto step = seen; step != path.end(); ++step) *cycle += *step + " → ";
      *cycle += node;
      return;
    }
    path.push_back(node);
    if (const auto next = graph.find(node); next != graph.end()) {
      for (const std::string& other : next->second) self(self, other);
    }
    path.pop_back();
    done.insert(node);
  };
  for (const auto& [node, _] : graph) visit(visit, node);
  return cycle;
}

// The module of src/x/y/z.cc: the longest name in `layers` that holds it; "" when none does.
std::string module_of(const Graph& layers, const std::string& path) {
  if (!path.starts_with("src/")) return "";
  for (std::string folder = folder_of(path.substr(4)); !folder.empty(); folder = folder_of(folder)) {
    if (layers.contains(folder)) return folder;
  }
  return "";
}

std::string front_header(const std::string& module) {
  return module + "/" + module.substr(module.rfind('/') + 1) + ".h";
}

struct Include {
  int line;
  std::string header;
  bool quoted;
};
std::vector<Include> includes_of(const std::string& text) {
  std::vector<Include> includes;
  const std::string code = blank_comments_and_strings(text);
  const auto raw = lines_of(text), blanked = lines_of(code);
  for (std::size_t i = 0; i < blanked.size(); ++i) {
    const std::size_t hash = blanked[i].find_first_not_of(' ');
    if (hash == std::string_view::npos || blanked[i][hash] != '#') continue;
    const std::size_t word = blanked[i].find("include", hash);
    const std::size_t open = blanked[i].find_first_of("<\"", hash);
    if (word == std::string_view::npos || open == std::string_view::npos || word > open) continue;
    const std::size_t close = raw[i].find(raw[i][open] == '<' ? '>' : '"', open + 1);
    includes.push_back(
        {static_cast<int>(i) + 1, std::string(raw[i].substr(open + 1, close - open - 1)), raw[i][open] == '"'});
  }
  return includes;
}

// Does `path` fit "a/b.cc", "a/folder/" or "*_test.cc"?
bool fits(const std::string& path, const std::string& pattern) {
  if (pattern.ends_with("/")) return path.starts_with(pattern);
  if (pattern.starts_with("*")) return path.ends_with(pattern.substr(1));
  return path == pattern;
}

void check_third_party(const std::vector<Rule>& rules, const std::string& path, const Include& include, Findings& out) {
  if (include.header.find_first_of("./") == std::string::npos) return;  // <vector>: the language's own
  for (const Rule& rule : rules) {
    const auto names = [&](const std::string& prefix) { return include.header.starts_with(prefix); };
    if (std::none_of(rule.left.begin(), rule.left.end(), names)) continue;
    const auto allows = [&](const std::string& pattern) { return fits(path, pattern); };
    if (std::none_of(rule.right.begin(), rule.right.end(), allows)) {
      out.push_back({path, include.line,
                     "<" + include.header + "> is hidden behind other files: " + kThirdParty + " line " +
                         std::to_string(rule.line)});
    }
    return;
  }
  out.push_back({path, include.line, "<" + include.header + "> is in no line of " + kThirdParty});
}

void check_own(const Tree& tree, const Graph& layers, const std::string& path, const Include& include, Findings& out) {
  const auto found = [&](const std::string& what) { out.push_back({path, include.line, what}); };
  const std::string header = "src/" + include.header;
  if (!tree.contains(header)) return found("\"" + include.header + "\" is not a path from src/");
  const std::string from = module_of(layers, path), to = module_of(layers, header);
  if (from == to || to.empty()) return;
  // what stands outside src/ crosses modules by its nature; it too goes through front doors
  if (!from.empty() && !layers.at(from).contains(to)) found(from + " may not include " + to + " (" + kLayers + ")");
  const std::string name = include.header.substr(include.header.rfind('/') + 1);
  const bool for_tests = from.empty() && name.starts_with("testing_");  // made for tests, theirs too
  if (to != "core" && include.header != front_header(to) && !for_tests) {
    found("reaches past " + front_header(to) + ", the one header of " + to + " that others may include");
  }
}

// What stands outside src/ may name its own by their path from its folder, or from the top one.
bool is_beside(const Tree& tree, const std::string& path, const std::string& header) {
  return tree.contains(folder_of(path) + "/" + header) || tree.contains(path.substr(0, path.find('/') + 1) + header);
}

void check_modules(const Tree& tree, const Graph& layers, Findings& out) {
  for (const auto& [module, depends] : layers) {
    for (const std::string& depend : depends) {
      if (!layers.contains(depend))
        out.push_back({kLayers, 0, module + " names " + depend + ", which has no line of its own"});
      if (depend.starts_with("lab/") && !module.starts_with("lab/") && module != "cli")
        out.push_back({kLayers, 0, module + " names " + depend + ": a laboratory is no part of what runs"});
    }
    const auto in_module = [&, name = module](const auto& file) { return module_of(layers, file.first) == name; };
    if (std::none_of(tree.begin(), tree.end(), in_module)) out.push_back({kLayers, 0, module + " has no files"});
  }
  if (const auto cycle = find_cycle(layers)) out.push_back({kLayers, 0, "a cycle: " + *cycle});
}

// What one module sees of another that src/LAYERS does not give it.
struct Sight {
  std::string file;  // of the module, where the includes begin
  std::string path;  // "a/a.cc → b/b.h → c/c.h"
};

// Every module that the files of `module` see through the headers they may include, but may not include themselves.
// What a file includes without leave is check_own's to say, and is not looked through.
std::map<std::string, Sight> seen_through_headers(const Graph& layers, const Graph& includes,
                                                  const std::string& module) {
  const std::set<std::string>& allowed = layers.at(module);
  const auto may_see = [&](const std::string& other) {
    return other == module || other == "core" || other.empty() || allowed.contains(other);
  };
  std::map<std::string, std::string> came_from;  // header -> who includes it, on a shortest way
  std::vector<std::string> queue;                // read from the front while it grows
  for (const auto& [file, _] : includes) {
    if (module_of(layers, file) != module) continue;
    came_from.emplace(file, "");
    queue.push_back(file);
  }
  std::map<std::string, Sight> seen;
  const std::size_t own = queue.size();
  for (std::size_t at = 0; at < queue.size(); ++at) {
    const std::string file = queue[at];  // a copy: queue moves
    const auto next = includes.find(file);
    if (next == includes.end()) continue;
    for (const std::string& header : next->second) {
      const std::string to = module_of(layers, header);
      if ((at < own && !may_see(to)) || !came_from.emplace(header, file).second) continue;
      queue.push_back(header);
      if (may_see(to) || seen.contains(to)) continue;
      Sight sight;
      for (std::string step = header; !step.empty(); step = came_from.at(step)) {
        sight.path = step.substr(4) + (sight.path.empty() ? "" : " → ") + sight.path;
        sight.file = step;
      }
      seen.emplace(to, std::move(sight));
    }
  }
  return seen;
}

// The wall is as high as what a file's headers open: src/LAYERS holds for all that a module's files see.
void check_closures(const Tree& tree, const Graph& layers, const Graph& includes, Findings& out) {
  std::map<std::pair<std::string, std::string>, int> excused;  // (module, what it sees) -> line
  for (const Rule& rule : rules_of(tree, kNotYetClosed)) {
    for (const std::string& module : rule.left) {
      for (const std::string& other : rule.right) excused[{module, other}] = rule.line;
    }
  }
  for (const auto& [module, _] : layers) {
    for (const auto& [other, sight] : seen_through_headers(layers, includes, module)) {
      if (excused.erase({module, other}) > 0) continue;
      out.push_back(
          {sight.file, 0, module + " sees " + other + ", which " + kLayers + " does not give it: " + sight.path});
    }
  }
  for (const auto& [pair, line] : excused) {
    out.push_back({kNotYetClosed, line, pair.first + " no longer sees " + pair.second + ": take it out"});
  }
}

bool reaches(const Graph& graph, const std::string& from, const std::string& to) {
  const auto next = graph.find(from);
  if (next == graph.end()) return false;
  return std::any_of(next->second.begin(), next->second.end(),
                     [&](const std::string& step) { return step == to || reaches(graph, step, to); });
}

}  // namespace

Findings check_layers(const Tree& tree) {
  Findings out;
  if (!tree.contains(kLayers)) return {{kLayers, 0, "is missing"}};
  const Graph layers = layers_of(tree);
  check_modules(tree, layers, out);
  if (!out.empty()) return out;  // the rest would only repeat it, or not end

  const std::vector<Rule> third_party = rules_of(tree, kThirdParty);
  Graph headers, includes;  // who includes what of our own: headers alone; all files of src/
  for (const auto& [path, text] : tree) {
    if (!is_cpp(path)) continue;
    if (path.starts_with("src/") && module_of(layers, path).empty()) {
      out.push_back({path, 0, "is in a folder that " + std::string(kLayers) + " does not name"});
      continue;
    }
    for (const Include& include : includes_of(text)) {
      if (!include.quoted) {
        check_third_party(third_party, path, include, out);
      } else if (path.starts_with("src/") || !is_beside(tree, path, include.header)) {
        check_own(tree, layers, path, include, out);
        if (path.ends_with(".h")) headers[path].insert("src/" + include.header);
        if (path.starts_with("src/")) includes[path].insert("src/" + include.header);
      }
    }
  }
  if (const auto cycle = find_cycle(headers)) out.push_back({kLayers, 0, "headers include each other: " + *cycle});
  check_closures(tree, layers, includes, out);

  const auto page = tree.find(kArchitecture);
  if (page != tree.end() && with_new_picture(tree) != page->second) {
    out.push_back({kArchitecture, 0, "its picture is not that of src/LAYERS; run: house picture"});
  }
  return out;
}

std::string layers_picture(const Tree& tree) {
  const Graph layers = layers_of(tree);
  std::string picture = "```mermaid\nflowchart TD\n";
  for (const auto& [module, depends] : layers) {
    for (const std::string& depend : depends) {
      const bool follows = std::any_of(depends.begin(), depends.end(), [&](const std::string& other) {
        return other != depend && reaches(layers, other, depend);
      });
      if (!follows) picture += "  " + module + " --> " + depend + "\n";
    }
  }
  return picture + "```\n";
}

std::string with_new_picture(const Tree& tree) {
  const std::string& page = tree.at(kArchitecture);
  const std::size_t begin = page.find(kPictureBegin), end = page.find(kPictureEnd);
  if (begin == std::string::npos || end == std::string::npos || end < begin) {
    return page + "\n" + std::string(kPictureBegin) + layers_picture(tree) + std::string(kPictureEnd);
  }
  return page.substr(0, begin + kPictureBegin.size()) + layers_picture(tree) + page.substr(end);
}

}  // namespace puente::house
