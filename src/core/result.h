// Result: a value, or why there is none. For failures that are expected (bad input, refusals, a partner that is down).
// Broken invariants are CHECKs (core/check.h); no exception leaves a module.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/check.h"

namespace puente {

// The program's one closed set of failure codes. api/ maps them to HTTP in one exhaustive switch.
// Numbers are on the wire and in logs: never renumber, only append.
enum class Code {
  kInvalidInput = 1,  // the caller's bytes or words are not what they must be
  kTooLarge = 2,      // over a limit of core/limits.h
  kUnsupported = 3,   // understood, but not handled: unknown template version, newer database
  kNoFeatures = 4,    // an image without a usable fingerprint
  kNotFound = 5,
  kAlreadyExists = 6,
  kDenied = 7,           // policy says no; the message carries the reasons
  kUnauthenticated = 8,  // caller, certificate or signature not recognised
  kQuotaExceeded = 9,
  kReplayed = 10,     // message already seen, out of order, or outside the clock window
  kUnavailable = 11,  // partner or resource not reachable now; trying again may help
  kDeadlineExceeded = 12,
  kStorageFull = 13,
  kCorrupt = 14,   // stored bytes do not verify
  kConflict = 15,  // the state does not allow this now (case already decided, data directory in use)
  kInternal = 16,
};
const char* to_string(Code code);  // "invalid_input", …

struct Error {
  Code code = Code::kInternal;
  std::string message;                 // one line, says what to do; never a secret or a person's data
  std::vector<std::string> reasons{};  // of a refusal by policy: their names (docs/rules.md)
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  Result(Code code, std::string message) : Result(Error{code, std::move(message)}) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() & {
    CHECK(ok());
    return std::get<0>(state_);
  }
  const T& value() const& {
    CHECK(ok());
    return std::get<0>(state_);
  }
  T&& value() && {
    CHECK(ok());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const {
    CHECK(!ok());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  Result(Code code, std::string message) : Result(Error{code, std::move(message)}) {}

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    CHECK(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};
using Status = Result<void>;

// For the rare failure that changes nothing for the caller, who says why. The only way to drop a Result.
template <typename T>
void discard(const Result<T>&, const char* /*why*/) {}

// TRY(expression) returns the error to our caller, if there is one, and drops the value; ASSIGN_OR_RETURN(declaration,
// expression) binds it.
#define PUENTE_JOIN2(a, b) a##b
#define PUENTE_JOIN(a, b) PUENTE_JOIN2(a, b)
#define TRY(expression)                                                              \
  do {                                                                               \
    if (auto try_status = (expression); !try_status.ok()) return try_status.error(); \
  } while (false)
#define ASSIGN_OR_RETURN(declaration, expression) \
  PUENTE_ASSIGN_OR_RETURN(PUENTE_JOIN(result_, __LINE__), declaration, expression)
#define PUENTE_ASSIGN_OR_RETURN(name, declaration, expression) \
  auto name = (expression);                                    \
  if (!name.ok()) return name.error();                         \
  declaration = *std::move(name)

}  // namespace puente
