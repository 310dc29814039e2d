// Inside lab/evaluate/: pseudo-random numbers, the same on every machine.
#pragma once
#include <cstdint>

namespace puente::evaluate {

inline std::uint64_t next_random(std::uint64_t& state) {  // SplitMix64 (Steele, Lea, Flood 2014)
  std::uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// In [low, high).
inline float next_between(std::uint64_t& state, float low, float high) {
  return low + (high - low) * static_cast<float>(next_random(state) >> 40) * 0x1p-24f;
}

}  // namespace puente::evaluate
