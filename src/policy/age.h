// How old somebody is on a day. Inside policy only.
#pragma once
#include <cstdint>

namespace puente::policy {

inline constexpr int kOfAge = 18;

// Whether this birthday is reached; of 29 February it is on 1 March. Times are of any moment of their days, UTC.
bool has_turned(int years, std::int64_t born_ms, std::int64_t day_ms);

}  // namespace puente::policy
