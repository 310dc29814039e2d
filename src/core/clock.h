// Seams to the world outside: time and chance. The program gets the real ones in cli/; tests bring their own.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "core/result.h"

namespace puente {

inline constexpr std::int64_t kMinuteMs = 60'000, kHourMs = 60 * kMinuteMs, kDayMs = 24 * kHourMs;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::int64_t now_ms() const = 0;  // milliseconds since 1970, UTC. Any thread.
  virtual std::int64_t steady_ms() const;   // since some moment; nobody sets it, it never steps. Any thread.
};

class SystemClock final : public Clock {
 public:
  std::int64_t now_ms() const override;
};

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;  // cryptographic quality in production. Any thread.
  std::string id(const char* prefix);                  // prefix + 26 random base32 characters (130 bits)
  std::uint32_t below(std::uint32_t n);                // 0 … n-1, each as likely; n > 0
};

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

std::string to_iso8601(std::int64_t ms);  // "2026-03-01T12:00:00.000Z"
// That form, milliseconds optional; or a bare date, which is its midnight, UTC.
Result<std::int64_t> parse_iso8601(const std::string& text);

}  // namespace puente
