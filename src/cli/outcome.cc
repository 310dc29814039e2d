#include "cli/outcome.h"

#include <fmt/format.h>

#include <cstdlib>

namespace puente::cli {

int exit_code_of(Code code) {
  if (code == kWrongUse) return kMisused;
  switch (code) {
    case Code::kDenied:
    case Code::kUnauthenticated:
    case Code::kQuotaExceeded:
    case Code::kReplayed:
    case Code::kAlreadyExists:
    case Code::kConflict:
      return kRefused;
    case Code::kInvalidInput:
    case Code::kTooLarge:
    case Code::kUnsupported:
    case Code::kNoFeatures:
    case Code::kNotFound:
    case Code::kCorrupt:
      return kUnusable;
    case Code::kUnavailable:
    case Code::kDeadlineExceeded:
    case Code::kStorageFull:
    case Code::kInternal:
      return kUnreachable;
  }
  return kUnreachable;
}

std::function<std::string(const std::string&)> within(double min, double max) {
  return [min, max](const std::string& words) -> std::string {
    char* end = nullptr;
    const double value = std::strtod(words.c_str(), &end);
    const bool number = !words.empty() && *end == '\0';
    return number && value >= min && value <= max ? "" : fmt::format("a number from {} to {}", min, max);
  };
}

}  // namespace puente::cli
