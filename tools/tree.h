// The repository as the house rules see it: every file's path and text. Used by tools/ only; standard library alone.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace puente::house {

using Tree = std::map<std::string, std::string>;  // path from the root, with '/' -> the file's bytes

// Reads all under root but .git, build and puente-demo. Throws std::filesystem::filesystem_error when it cannot.
Tree read_tree(const std::string& root);

struct Finding {
  std::string path;
  int line = 0;  // from 1; 0 when it is about the whole file
  std::string what;
  bool warning = false;
};
using Findings = std::vector<Finding>;

// C++ with the insides of comments, strings and characters turned to spaces; as long as `text`, line by line.
std::string blank_comments_and_strings(std::string_view text);

std::vector<std::string_view> lines_of(std::string_view text);
std::vector<std::string> words_of(std::string_view text);  // split at white space
std::string folder_of(std::string_view path);              // "" for a file in the root
bool is_cpp(std::string_view path);

}  // namespace puente::house
