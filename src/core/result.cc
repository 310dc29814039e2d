#include "core/result.h"

#include <cstdio>
#include <cstdlib>

namespace puente {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "puente: broken invariant: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

const char* to_string(Code code) {
  switch (code) {
    case Code::kInvalidInput:
      return "invalid_input";
    case Code::kTooLarge:
      return "too_large";
    case Code::kUnsupported:
      return "unsupported";
    case Code::kNoFeatures:
      return "no_features";
    case Code::kNotFound:
      return "not_found";
    case Code::kAlreadyExists:
      return "already_exists";
    case Code::kDenied:
      return "denied";
    case Code::kUnauthenticated:
      return "unauthenticated";
    case Code::kQuotaExceeded:
      return "quota_exceeded";
    case Code::kReplayed:
      return "replayed";
    case Code::kUnavailable:
      return "unavailable";
    case Code::kDeadlineExceeded:
      return "deadline_exceeded";
    case Code::kStorageFull:
      return "storage_full";
    case Code::kCorrupt:
      return "corrupt";
    case Code::kConflict:
      return "conflict";
    case Code::kInternal:
      return "internal";
  }
  return "internal";
}

}  // namespace puente
