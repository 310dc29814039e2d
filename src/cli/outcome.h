// How a command ends, as a script sees it: the same six numbers for every command.
#pragma once
#include <algorithm>
#include <functional>
#include <string>

#include "core/result.h"

namespace puente::cli {

inline constexpr int kYes = 0;          // yes, or done
inline constexpr int kNo = 1;           // no: no match, nobody known, no hit, not sound; and nothing else
inline constexpr int kMisused = 2;      // the command's words are wrong: nothing was done
inline constexpr int kRefused = 3;      // by policy, role, token, or by what is there already
inline constexpr int kUnusable = 4;     // what was given cannot be used: not there, not readable, blank, corrupt
inline constexpr int kUnreachable = 5;  // a node, a partner, or storage: trying again may help

// What `puente --help` says of them.
inline constexpr const char* kExitCodesInWords =
    "Exit codes, the same for every command: 0 yes, or done; 1 no (no match, nobody known, no hit, not sound) and "
    "nothing else; 2 wrong use; 3 refused (policy, role, token, or what exists already); 4 the input cannot be used "
    "(not there, not readable, blank, corrupt); 5 unreachable, or storage fails.";

// Of this module alone, beside the codes of core/result.h: the words of a command are wrong, not the bytes it names.
// Programs read it as "invalid_input".
inline constexpr Code kWrongUse = static_cast<Code>(0);

int exit_code_of(Code code);  // the table

// Of a function that reads what was typed: what it calls invalid is wrong use.
template <typename T>
Result<T> of_words(Result<T> result) {
  if (result.ok() || result.error().code != Code::kInvalidInput) return result;
  return Error{kWrongUse, result.error().message};
}

// Of opening a node's directory: that it cannot be opened is no finding about what was asked.
template <typename T>
Result<T> of_node(Result<T> result) {
  if (result.ok()) return result;
  const Code code = result.error().code;
  const bool closed = code == Code::kNotFound || code == Code::kConflict || code == Code::kCorrupt;
  return Error{closed ? Code::kUnavailable : code, result.error().message};
}

// For a Check: an option's words are right where the function that will read them takes them.
template <typename Parse>
std::function<std::string(const std::string&)> read_by(Parse parse) {
  return [parse](const std::string& words) {
    const auto read = parse(words);
    return read.ok() ? std::string() : read.error().message;
  };
}

}  // namespace puente::cli
