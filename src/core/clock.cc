#include "core/clock.h"

#include <sodium.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

namespace puente {

std::int64_t Clock::steady_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

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

std::uint32_t Random::below(std::uint32_t n) {
  CHECK(n > 0);
  const std::uint32_t even = UINT32_MAX - UINT32_MAX % n;  // beyond it some would be likelier
  while (true) {
    std::array<std::uint8_t, 4> bytes;
    fill(bytes);
    std::uint32_t value = 0;
    for (const std::uint8_t byte : bytes) value = value << 8 | byte;
    if (value < even) return value % n;
  }
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

// Of exactly the form "2026-03-01T12:00:00.000Z", or its first 10 characters, or that without ".000": a looser reader
// would take "….5Z" for 5 ms, or signs and blanks for digits.
Result<std::int64_t> parse_iso8601(const std::string& text) {
  using namespace std::chrono;
  const Error wrong{Code::kInvalidInput, "not a time: write it as 2026-03-01 or 2026-03-01T12:00:00Z"};
  std::string full = text;
  if (full.size() == 10) full += "T00:00:00Z";
  if (full.size() == 20 && full.back() == 'Z') full.insert(19, ".000");
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";
  if (full.size() != kForm.size()) return wrong;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == '0' ? full[i] < '0' || full[i] > '9' : full[i] != kForm[i]) return wrong;
  }
  const auto number = [&](std::size_t first, std::size_t size) {
    int value = 0;
    for (char digit : full.substr(first, size)) value = 10 * value + (digit - '0');
    return value;
  };
  const year_month_day date{year{number(0, 4)}, month{static_cast<unsigned>(number(5, 2))},
                            day{static_cast<unsigned>(number(8, 2))}};
  const int h = number(11, 2), min = number(14, 2), s = number(17, 2);
  if (!date.ok() || h > 23 || min > 59 || s > 60) return wrong;  // 60: a leap second
  return duration_cast<milliseconds>(sys_days{date}.time_since_epoch() + hours{h} + minutes{min} + seconds{s} +
                                     milliseconds{number(20, 3)})
      .count();
}

}  // namespace puente
