#include "core/clock.h"

#include <sodium.h>

#include <array>
#include <chrono>
#include <cstdio>

namespace puente {

std::int64_t SystemClock::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
  CHECK(sodium_init() >= 0);
  randombytes_buf(out.data(), out.size());
}

std::string Random::id(const char* prefix) {
  std::array<std::uint8_t, 26> bytes;
  fill(bytes);
  std::string out = prefix;
  for (std::uint8_t byte : bytes) out += "abcdefghijklmnopqrstuvwxyz234567"[byte & 31];
  return out;
}

std::string to_iso8601(std::int64_t ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds{ms}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::array<char, 40> out;
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return out.data();
}

Result<std::int64_t> parse_iso8601(const std::string& text) {
  using namespace std::chrono;
  int y = 0, h = 0, min = 0, s = 0, ms = 0, used = 0;
  unsigned mon = 0, d = 0;
  const char* in = text.c_str();
  const int size = static_cast<int>(text.size());
  const bool read =
      (std::sscanf(in, "%4d-%2u-%2u%n", &y, &mon, &d, &used) == 3 && used == size) ||
      (used = 0,
       std::sscanf(in, "%4d-%2u-%2uT%2d:%2d:%2dZ%n", &y, &mon, &d, &h, &min, &s, &used) == 6 && used == size) ||
      (used = 0,
       std::sscanf(in, "%4d-%2u-%2uT%2d:%2d:%2d.%3dZ%n", &y, &mon, &d, &h, &min, &s, &ms, &used) == 7 && used == size);
  const year_month_day date{year{y}, month{mon}, day{d}};
  if (!read || !date.ok() || h < 0 || h > 23 || min < 0 || min > 59 || s < 0 || s > 60 || ms < 0) {
    return Error{Code::kInvalidInput, "not a time: write it as 2026-03-01 or 2026-03-01T12:00:00Z"};
  }
  return duration_cast<milliseconds>(sys_days{date}.time_since_epoch() + hours{h} + minutes{min} + seconds{s} +
                                     milliseconds{ms})
      .count();
}

}  // namespace puente
