#include "cli/outcome.h"

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

}  // namespace puente::cli
