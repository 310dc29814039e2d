#include "tree.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace puente::house {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

// One pass over C++ text, writing spaces over what is not code.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : out_(text) {}

  std::string run() {
    while (at_ < out_.size()) {
      if (starts("//")) {
        blank_to(find("\n", at_));
      } else if (starts("/*")) {
        blank_to(past(find("*/", at_ + 2), 2));
      } else if (starts("R\"") && (at_ == 0 || !is_word(out_[at_ - 1]))) {
        blank_raw_string();
      } else if (out_[at_] == '"' || (out_[at_] == '\'' && (at_ == 0 || !is_word(out_[at_ - 1])))) {
        blank_quoted(out_[at_]);  // a ' after a letter or digit only groups digits
      } else {
        ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  bool starts(std::string_view what) const { return std::string_view(out_).substr(at_).starts_with(what); }
  std::size_t find(std::string_view what, std::size_t from) const {
    return std::min(out_.find(what, from), out_.size());
  }
  std::size_t past(std::size_t at, std::size_t size) const { return std::min(at + size, out_.size()); }

  void blank_to(std::size_t end) {
    for (; at_ < end; ++at_) {
      if (out_[at_] != '\n') out_[at_] = ' ';
    }
  }

  void blank_raw_string() {
    const std::size_t open = find("(", at_);
    const std::string close = ")" + out_.substr(at_ + 2, open - at_ - 2) + "\"";
    blank_to(past(find(close, open), close.size()));
  }

  void blank_quoted(char quote) {
    std::size_t end = at_ + 1;
    while (end < out_.size() && out_[end] != quote && out_[end] != '\n') end += out_[end] == '\\' ? 2 : 1;
    const std::size_t inside_end = std::min(end, out_.size());
    ++at_;
    blank_to(inside_end);
    at_ = past(at_, 1);
  }

  std::string out_;
  std::size_t at_ = 0;
};

}  // namespace

Tree read_tree(const std::string& root) {
  namespace fs = std::filesystem;
  Tree tree;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator(); ++it) {
    const std::string path = it->path().lexically_relative(root).generic_string();
    if (path == ".git" || path == "build" || path == "puente-demo" || it->path().filename() == "node_modules") {
      it.disable_recursion_pending();
    } else if (it->is_regular_file()) {
      std::ifstream file(it->path(), std::ios::binary);
      tree[path] = {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
  }
  return tree;
}

std::string blank_comments_and_strings(std::string_view text) {
  return Blanker(text).run();
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  return {std::istream_iterator<std::string>(in), std::istream_iterator<std::string>()};
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash));
}

bool is_cpp(std::string_view path) {
  return path.ends_with(".cc") || path.ends_with(".h");
}

}  // namespace puente::house
