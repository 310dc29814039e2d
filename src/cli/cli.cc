#include "cli/cli.h"

#include <unistd.h>

#include <cstdio>

namespace puente::cli {

int fail(const Error& error, bool json) {
  if (json)
    print_json(Json::object({{"error", Json::object({{"code", to_string(error.code)}, {"message", error.message}})}}));
  std::fprintf(stderr, "puente: %s\n", error.message.c_str());
  return 1;
}

void print_json(const Json& json) {
  std::printf("%s\n", canonical(json).c_str());
}

constexpr std::chrono::seconds kOnTerminal{1}, kInFile{10};  // a file keeps every line

void Progress::update(std::size_t done, std::size_t total) {
  const auto now = std::chrono::steady_clock::now();
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (now - last_ < (terminal ? kOnTerminal : kInFile)) return;
  last_ = now;
  shown_ = true;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - started_).count();
  std::fprintf(stderr, "%s%s: %zu of %zu, %lld s%s", terminal ? "\r" : "", label_.c_str(), done, total,
               static_cast<long long>(seconds), terminal ? "  " : "\n");
  std::fflush(stderr);
}

Progress::~Progress() {
  if (shown_ && isatty(STDERR_FILENO) != 0) std::fprintf(stderr, "\n");
}

}  // namespace puente::cli
