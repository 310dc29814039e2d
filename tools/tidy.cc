#include "tidy.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <optional>

namespace puente::house {
namespace {

// Where a rule holds: a file whose path starts with `within` and with none of `except`; " _test" means test code.
struct Ban {
  const char* word;
  bool call;           // only when followed by "("
  const char* within;  // "" everywhere
  std::vector<const char*> except;
  const char* instead;
};

const std::vector<const char*> kSpeaks = {"src/cli/", "src/core/result.cc", "src/lab/"};

const std::vector<Ban>& bans() {
  static const std::vector<Ban> table = {
      {"rand", true, "", {}, "core/clock.h Random, or a seeded generator of our own"},
      {"srand", true, "", {}, "core/clock.h Random"},
      {"random_device", false, "src/", {}, "core/clock.h Random"},
      {"uniform_int_distribution",
       false,
       "src/",
       {},
       "arithmetic on a seeded generator: this differs between libraries"},
      {"uniform_real_distribution",
       false,
       "src/",
       {},
       "arithmetic on a seeded generator: this differs between libraries"},
      {"normal_distribution", false, "src/", {}, "arithmetic on a seeded generator: this differs between libraries"},
      {"strcpy", true, "", {}, "std::string"},
      {"strcat", true, "", {}, "std::string"},
      {"sprintf", true, "", {}, "fmt::format"},
      {"vsprintf", true, "", {}, "fmt::format"},
      {"gets", true, "", {}, "std::getline with a limit"},
      {"strtok", true, "", {}, "std::string_view"},
      {"atoi", true, "", {}, "std::from_chars: this hides failure"},
      {"atof", true, "", {}, "std::from_chars: this hides failure"},
      {"stoi", true, "src/", {}, "std::from_chars: this throws"},
      {"stol", true, "src/", {}, "std::from_chars: this throws"},
      {"stoul", true, "src/", {}, "std::from_chars: this throws"},
      {"stod", true, "src/", {}, "std::from_chars: this throws"},
      {"system", true, "src/", {}, "posix_spawn without a shell"},
      {"popen", true, "src/", {}, "posix_spawn without a shell"},
      {"tmpnam", true, "", {}, "mkstemp or mkdtemp"},
      {"mktemp", true, "", {}, "mkstemp or mkdtemp"},
      {"assert", true, "", {}, "CHECK, which is on in release"},
      {"regex", false, "src/", {}, "a parser with bounded cost"},
      {"detach", true, "src/", {"src/net/http_client.cc"}, "a joined thread"},
      {"system_clock", false, "src/", {"src/core/clock"}, "core/clock.h Clock, so that tests own time"},
      {"gettimeofday", true, "src/", {"src/core/clock"}, "core/clock.h Clock"},
      {"cout", false, "src/", kSpeaks, "a Result or the log: a module does not print"},
      {"cerr", false, "src/", kSpeaks, "a Result or the log: a module does not print"},
      {"printf", true, "src/", kSpeaks, "a Result or the log: a module does not print"},
      {"exit", true, "src/", {"src/cli/"}, "a Result"},
      {"abort", true, "src/", {"src/core/result.cc", "src/cli/"}, "CHECK"},
      {"getenv", true, "src/", {"src/cli/"}, "an option"},
  };
  return table;
}
// What tests keep of synthetic people: images, and data directories of older versions with keys that nobody uses.
bool is_kept_data(std::string_view path) {
  return path.starts_with("test/data/") || path.starts_with("test/compat/database_1/data/");
}

constexpr std::array kSleeps = {"sleep", "usleep", "nanosleep", "sleep_for", "sleep_until"};
constexpr std::array kMutexes = {
    "mutex",       "shared_mutex", "recursive_mutex", "timed_mutex",        "lock_guard",
    "unique_lock", "shared_lock",  "scoped_lock",     "condition_variable", "condition_variable_any"};
constexpr std::array kEmptyNames = {"util", "utils", "common", "manager", "helper", "helpers", "misc"};
constexpr std::array kBiometricFiles = {".wsq", ".jp2", ".tif", ".tiff", ".bmp", ".eft", ".an2", ".nist"};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_test(const std::string& path) {
  return path.ends_with("_test.cc") || path.starts_with("test/");
}
bool is_text(const std::string& bytes) {
  return bytes.find('\0') == std::string::npos;
}

// One file, its code without comments and strings, and where findings about it go.
struct File {
  const std::string& path;
  const std::string& text;
  std::string code;
  Findings& out;

  void found(std::size_t line, std::string what) const {
    out.push_back({path, static_cast<int>(line), std::move(what)});
  }
};

std::size_t line_at(std::string_view text, std::size_t at) {
  return static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n')) + 1;
}

char last_before(std::string_view code, std::size_t at) {  // the last character that is not a space; 0 at the start
  while (at > 0 && std::isspace(static_cast<unsigned char>(code[at - 1]))) --at;
  return at == 0 ? '\0' : code[at - 1];
}

bool applies(const Ban& ban, const std::string& path) {
  const auto starts = [&](const char* prefix) { return path.starts_with(prefix); };
  return starts(ban.within) && std::none_of(ban.except.begin(), ban.except.end(), starts);
}

// Is there a comment on this line or the few above it?
bool says_why(const File& file, std::size_t line) {
  const auto raw = lines_of(file.text), code = lines_of(file.code);
  for (std::size_t i = line - std::min<std::size_t>(line, 5); i < line; ++i) {
    if (const std::size_t at = raw[i].find("//"); at != std::string_view::npos && code[i].substr(at, 2) == "  ")
      return true;
  }
  return false;
}

void check_word(const File& file, std::size_t begin, std::size_t end) {
  const std::string_view code = file.code, word = code.substr(begin, end - begin);
  const std::size_t next = code.find_first_not_of(" \n", end);
  const bool call = next != std::string_view::npos && code[next] == '(';
  const char before = last_before(code, begin);
  const bool member = before == '.' || (before == '>' && begin >= 2 && code.substr(begin - 2, 2) == "->");
  const bool declared = is_word(before);  // "void exit(": somebody's own function
  for (const Ban& ban : bans()) {
    const bool detach = word == "detach";
    if (word != ban.word || (member && !detach) || (ban.call && (!call || declared)) || !applies(ban, file.path))
      continue;
    if (is_test(file.path) && std::string_view(ban.within) == "src/") continue;
    file.found(line_at(code, begin), std::string(word) + ": use " + ban.instead);
  }
  if (begin >= 5 && code.substr(begin - 5, 5) == "std::" && file.path != "src/core/mutex.h" &&
      std::find(kMutexes.begin(), kMutexes.end(), word) != kMutexes.end()) {
    file.found(line_at(code, begin), "std::" + std::string(word) + ": use core/mutex.h, which clang can follow");
  }
  if (is_test(file.path) && call && std::find(kSleeps.begin(), kSleeps.end(), word) != kSleeps.end()) {
    const std::size_t line = line_at(code, begin);
    if (!says_why(file, line)) file.found(line, std::string(word) + ": a test that waits says for what, beside it");
  }
}

void check_words(const File& file) {
  for (std::size_t at = 0; at < file.code.size();) {
    if (!is_word(file.code[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < file.code.size() && is_word(file.code[end])) ++end;
    check_word(file, at, end);
    at = end;
  }
}

// Preprocessor lines out: their braces need not match.
std::string without_macros(std::string code) {
  bool inside = false;
  for (std::size_t at = 0; at < code.size();) {
    const std::size_t end = std::min(code.find('\n', at), code.size());
    const std::size_t first = code.find_first_not_of(' ', at);
    inside = inside || (first < end && code[first] == '#');
    const bool goes_on = end > at && code[end - 1] == '\\';
    if (inside)
      std::fill(code.begin() + static_cast<std::ptrdiff_t>(at), code.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    inside = inside && goes_on;
    at = end + 1;
  }
  return code;
}

// Walks over the braces of a file. A function is the outermost { that opens neither a scope nor a list of values.
class Lengths {
 public:
  explicit Lengths(const File& file) : file_(file), code_(without_macros(file.code)) {}

  void check() {
    for (std::size_t at = 0; at < code_.size(); ++at) {
      const char c = code_[at];
      if (c == '{') open(at);
      if (c == '}') close(at);
      if (depth_ > 0) continue;
      const std::size_t next = code_.find_first_not_of(" \n", at + 1);
      const bool member_list = c == '}' && next != std::string::npos && (code_[next] == ',' || code_[next] == '{');
      if (c == ';' || c == '{' || (c == '}' && !member_list)) head_ = at + 1;
    }
  }

 private:
  enum class Scope { kNone, kClass, kOther };

  // head: what stands between the last ; { or } and this {
  static Scope scope_of(std::string_view head) {
    const std::size_t end = head.find_last_not_of(" \n");
    const bool call = head.find('(') != std::string_view::npos && head.find(')') != std::string_view::npos;
    bool first = true;
    for (const std::string& word : words_of(head)) {
      if (word == "namespace" || word == "enum" || word == "extern") return call ? Scope::kNone : Scope::kOther;
      // what a class is called may hold a macro's parentheses: class CAPABILITY("mutex") Mutex {
      if (word == "class" || word == "struct" || word == "union")
        return call && !(first && head[end] != ')') ? Scope::kNone : Scope::kClass;
      first = first && word.ends_with(":");  // private:
    }
    return Scope::kNone;
  }

  void open(std::size_t at) {
    const std::string_view head = std::string_view(code_).substr(head_, at - head_);
    const Scope scope = depth_ > 0 ? Scope::kNone : scope_of(head);
    if (scope != Scope::kNone) {
      scopes_.push_back({scope, at});
    } else if (depth_++ == 0) {
      begin_ = at;
      is_function_ = head.find(')') != std::string_view::npos && last_before(code_, at) != '=';
    }
  }

  void close(std::size_t at) {
    if (depth_ > 0) {
      if (--depth_ == 0 && is_function_) say("function", begin_, at, kFunctionLinesMax);
    } else if (!scopes_.empty()) {
      const auto [scope, begin] = scopes_.back();
      scopes_.pop_back();
      if (scope == Scope::kClass) say("class", begin, at, kClassLinesMax);
    }
  }

  void say(const char* what, std::size_t begin, std::size_t end, int most) {
    const std::size_t first = line_at(code_, begin), lines = line_at(code_, end) - first;
    if (lines <= static_cast<std::size_t>(most)) return;
    file_.found(first, std::string("a ") + what + " of " + std::to_string(lines) + " lines; " + std::to_string(most) +
                           " is the most");
  }

  const File& file_;
  const std::string code_;
  std::vector<std::pair<Scope, std::size_t>> scopes_;  // that are open, and where
  std::size_t head_ = 0, begin_ = 0, depth_ = 0;       // depth: braces open inside a function or list
  bool is_function_ = false;
};

// x.ok(); by itself: a failure that nobody looks at, past [[nodiscard]].
void check_dropped(const File& file) {
  constexpr std::string_view kDropped = ".ok();";
  for (std::size_t at = file.code.find(kDropped); at != std::string::npos; at = file.code.find(kDropped, at + 1)) {
    const std::size_t block = std::min(file.code.find_last_of("{}", at) + 1, at);
    std::size_t begin = block;  // of the statement
    int depth = 0;              // of parentheses: over 0 within for (;;)
    bool used = false;
    for (std::size_t i = block; i < at; ++i) {
      const char c = file.code[i];
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      used = used || (depth == 0 && c == '=');
      if (c != ';') continue;
      used = false;
      begin = i + 1;
      depth = std::max(depth, 0);  // a block may have begun within parentheses
    }
    const std::vector<std::string> words = words_of(std::string_view(file.code).substr(begin, at - begin));
    used = used || depth > 0 || (!words.empty() && (words[0] == "return" || words[0] == "co_return"));
    if (!used) file.found(line_at(file.code, at), "a dropped Result: look at it, or discard(it, why)");
  }
}

// A value bound to a name that nobody uses.
void check_unused(const File& file) {
  constexpr std::string_view kUnused = "ASSIGN_OR_RETURN([[maybe_unused]]";
  for (std::size_t at = file.code.find(kUnused); at != std::string::npos; at = file.code.find(kUnused, at + 1))
    file.found(line_at(file.code, at), "TRY(expression) drops the value by itself");
}

// for (x : read()->parts): the Result is gone before the first of its parts is looked at. C++20 keeps alive what the
// range itself is, not what it was reached through.
void check_ranges(const File& file) {
  const std::string& code = file.code;
  for (std::size_t at = code.find("for ("); at != std::string::npos; at = code.find("for (", at + 1)) {
    std::size_t end = at + 5, colon = 0;
    for (int depth = 1; end < code.size() && code[end] != ';'; ++end) {
      depth += code[end] == '(' ? 1 : code[end] == ')' ? -1 : 0;
      if (depth == 0) break;
      if (depth == 1 && code.compare(end, 3, " : ") == 0) colon = end + 3;
    }
    if (colon == 0) continue;
    const std::string_view range = std::string_view(code).substr(colon, end - colon);
    const auto word_after = [&](std::size_t from) {  // where a name that begins there ends
      while (from < range.size() && is_word(range[from])) ++from;
      return from;
    };
    const std::size_t arrow = range.rfind(")->");
    const bool part = arrow != range.npos && word_after(arrow + 3) == range.size();
    const bool whole = range.ends_with(").value()") ||
                       (range[0] == '*' && is_word(range[1]) && range.substr(word_after(1)).starts_with('('));
    if (part || whole)
      file.found(line_at(code, at), "a loop over a part of what is gone: give the Result a name first");
  }
}

// A section's rule that ran over the line, and that clang-format broke in two.
void check_rules(const File& file) {
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t dashes = lines[i].find("// --");
    if (dashes != std::string_view::npos && lines[i].find_first_not_of("/ -") == std::string_view::npos)
      file.found(i + 1, "half a rule: a section opens with // ---- and its name, no more");
  }
}

// The names of tests, one after another, are what a module promises: sentences, all in one hand.
void check_test_names(const File& file) {
  for (const std::string_view macro : {"TEST(", "TEST_F(", "TEST_P("}) {
    for (std::size_t at = file.code.find(macro); at != std::string::npos; at = file.code.find(macro, at + 1)) {
      if (at > 0 && is_word(file.code[at - 1])) continue;
      const std::size_t comma = std::min(file.code.find(',', at), file.code.size());
      const std::size_t begin = std::min(file.code.find_first_not_of(", \n", comma), file.code.size());
      const std::string name = file.code.substr(begin, file.code.find(')', begin) - begin);
      const bool lower = std::all_of(name.begin(), name.end(), [](char c) {
        return is_word(c) && std::isupper(static_cast<unsigned char>(c)) == 0;
      });
      if (!lower || name.find('_') == std::string::npos) {
        file.found(line_at(file.code, at), name + ": a test is named by a sentence, in_words_like_these");
      }
    }
  }
}

void check_cpp(const File& file) {
  check_words(file);
  check_dropped(file);
  check_unused(file);
  check_ranges(file);
  check_rules(file);
  check_test_names(file);
  Lengths(file).check();
  const std::size_t lines = lines_of(file.text).size();
  if (lines > kFileLinesMax) {
    file.found(0, std::to_string(lines) + " lines; " + std::to_string(kFileLinesMax) + " is the most");
  } else if (lines > kFileLinesWarn) {
    file.out.push_back({file.path, 0, std::to_string(lines) + " lines: time to split it", true});
  }
  if (!file.path.ends_with(".h")) return;
  if (!file.text.starts_with("//")) file.found(1, "a header opens by saying what it is");
  if (file.text.find("#pragma once\n") == std::string::npos) file.found(1, "#pragma once is missing");
  if (const std::size_t at = file.code.find("using namespace"); at != std::string::npos) {
    file.found(line_at(file.code, at), "using namespace in a header spreads");
  }
}

bool has_word(std::string_view line, std::string_view word) {
  for (std::size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool quoted = at > 0 && line[at - 1] == '"' && end < line.size() && line[end] == '"';
    if (!quoted && (at == 0 || !is_word(line[at - 1])) && (end == line.size() || !is_word(line[end]))) return true;
  }
  return false;
}

// A directory that only one person's machine has. Pieced together so that this file does not find itself.
bool names_a_private_place(std::string_view line) {
  for (const char* place : {"home", "root", "Users", "work", "mnt"}) {
    const std::string path = std::string("/") + place + "/";
    for (std::size_t at = line.find(path); at != std::string_view::npos; at = line.find(path, at + 1)) {
      if (at == 0 || (!is_word(line[at - 1]) && std::string_view(".-}$").find(line[at - 1]) == std::string_view::npos))
        return true;
    }
  }
  return false;
}

// Notes to oneself; not a string that is one of them and no more: X three times is also a nationality of ICAO's.
void check_text(const File& file) {
  static const std::array marks = {std::string("TO") + "DO", std::string("FIX") + "ME", std::string("XX") + "X"};
  const auto lines = lines_of(file.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const std::string& mark : marks) {
      if (has_word(lines[i], mark)) file.found(i + 1, mark + ": do it, or open an issue");
    }
    if (lines[i].starts_with("<<<<<<< ") || lines[i].starts_with(">>>>>>> ")) file.found(i + 1, "an unfinished merge");
    if (lines[i].starts_with("-----BEGIN") && lines[i].ends_with("PRIVATE KEY-----"))
      file.found(i + 1, "a private key");
    if (names_a_private_place(lines[i])) file.found(i + 1, "a path that only one machine has");
    if (lines[i].ends_with(' ') || lines[i].ends_with('\t') || lines[i].ends_with('\r'))
      file.found(i + 1, "space at the end");
  }
  if (!file.text.empty() && file.text.back() != '\n') file.found(lines.size(), "no new line at the end");
}

void check_name(const File& file) {
  std::string word;
  for (const char c : file.path + "/") {
    if (std::isalnum(static_cast<unsigned char>(c))) {
      word += c;
      continue;
    }
    if (std::find(kEmptyNames.begin(), kEmptyNames.end(), word) != kEmptyNames.end()) {
      file.found(0, "\"" + word + "\" says nothing: name it for what it holds");
    }
    word.clear();
  }
  if (file.text.size() > kBlobBytesMax) file.found(0, std::to_string(file.text.size() >> 10) + " KiB; 512 is the most");
  const auto ends = [&](const char* ending) { return file.path.ends_with(ending); };
  if (std::any_of(kBiometricFiles.begin(), kBiometricFiles.end(), ends) && !is_kept_data(file.path)) {
    file.found(0, "biometric images are made by lab/synth, and kept in test/data/ or test/compat/ if at all");
  }
}

bool exists(const Tree& tree, std::string path) {
  while (path.ends_with("/")) path.pop_back();
  const auto next = tree.lower_bound(path);
  if (next != tree.end() && next->first == path) return true;
  const auto inside = tree.lower_bound(path + "/");
  return path.empty() || path == "." || (inside != tree.end() && inside->first.starts_with(path + "/"));
}

// [text](target) and <img src="target">, relative to the page.
void check_links(const Tree& tree, const File& page) {
  for (const auto& [open, close] : {std::pair{"](", ')'}, std::pair{"src=\"", '"'}}) {
    for (std::size_t at = page.text.find(open); at != std::string::npos; at = page.text.find(open, at + 1)) {
      const std::size_t begin = at + std::string_view(open).size(), end = page.text.find(close, begin);
      if (end == std::string::npos) break;
      std::string target = page.text.substr(begin, end - begin);
      target = target.substr(0, target.find_first_of("# "));
      if (target.empty() || target.find(':') != std::string::npos) continue;
      const auto path = (std::filesystem::path(folder_of(page.path)) / target).lexically_normal().generic_string();
      if (!exists(tree, path)) page.found(line_at(page.text, at), "a link to nothing: " + target);
    }
  }
}

// `src/core/json.h` in a page promises that it is there.
void check_named_paths(const Tree& tree, const File& page) {
  constexpr std::array roots = {"src/", "test/", "docs/", "tools/", "script/", "deploy/", "openapi/"};
  for (std::size_t open = page.text.find('`'); open != std::string::npos;) {
    const std::size_t close = page.text.find('`', open + 1);
    if (close == std::string::npos) return;
    std::string name = page.text.substr(open + 1, close - open - 1);
    name = name.substr(0, name.find(' '));
    const auto starts = [&](const char* root) { return name.starts_with(root) && name != root; };
    const bool plain = name.find_first_of("*<{…\n") == std::string::npos;
    if (plain && std::any_of(roots.begin(), roots.end(), starts) && !exists(tree, name)) {
      page.found(line_at(page.text, open), "names what is not there: " + name);
    }
    open = page.text.find('`', close + 1);
  }
}

// The pages that a source's comments or messages send a reader to.
void check_named_pages(const Tree& tree, const File& file) {
  for (std::size_t at = file.text.find("docs/"); at != std::string::npos; at = file.text.find("docs/", at + 1)) {
    std::size_t end = at;
    while (end < file.text.size() &&
           (is_word(file.text[end]) || std::string_view("/.-").find(file.text[end]) != std::string_view::npos))
      ++end;
    const std::string name = file.text.substr(at, end - at);
    const std::size_t page = name.find(".md");
    if (page != std::string::npos && !exists(tree, name.substr(0, page + 3))) {
      file.found(line_at(file.text, at), "names what is not there: " + name.substr(0, page + 3));
    }
  }
}

void check_dead(const Tree& tree, const std::set<std::string>& built, Findings& out) {
  std::string included;
  for (const auto& [path, text] : tree) {
    if (is_cpp(path)) included += text;
  }
  for (const auto& [path, text] : tree) {
    const bool ours = path.starts_with("src/") || path.starts_with("test/") || path.starts_with("tools/");
    if (!ours) continue;
    const bool elsewhere = path.ends_with("_fuzz.cc") || path.starts_with("test/no_compile/");
    if (path.ends_with(".cc") && !elsewhere && !built.contains(path)) out.push_back({path, 0, "no build compiles it"});
    const std::string name = path.substr(path.rfind('/') + 1);
    const bool used =
        included.find("/" + name + "\"") != std::string::npos || included.find("\"" + name + "\"") != std::string::npos;
    if (path.ends_with(".h") && !used) out.push_back({path, 0, "nobody includes it"});
  }
}

}  // namespace

Findings tidy(const Tree& tree, const std::set<std::string>& built) {
  Findings out;
  for (const auto& [path, text] : tree) {
    File file{path, text, is_cpp(path) ? blank_comments_and_strings(text) : "", out};
    check_name(file);
    if (!is_text(text)) continue;
    if (path != "LICENSE" && !is_kept_data(path)) check_text(file);
    if (is_cpp(path)) check_cpp(file);
    if (path.starts_with("src/")) check_named_pages(tree, file);
    if (path.ends_with(".md")) {
      check_links(tree, file);
      check_named_paths(tree, file);
    }
  }
  check_dead(tree, built, out);
  return out;
}

std::set<std::string> sources_in(const std::string& compile_commands, const std::string& root) {
  std::set<std::string> sources;
  for (std::string_view line : lines_of(compile_commands)) {
    for (const std::string_view key : {"\"file\": \"", "#include \""}) {
      const std::size_t at = line.find(key);
      if (at == std::string_view::npos) continue;
      const std::string_view value = line.substr(at + key.size());
      const std::filesystem::path file(value.substr(0, value.find('"')));
      sources.insert(file.lexically_relative(root).generic_string());
    }
  }
  return sources;
}

}  // namespace puente::house
