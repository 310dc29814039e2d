// Stream: pseudo-random numbers from a key of words (splitmix64, Steele, Lea, Flood 2014). Each thing that is drawn has
// its own key (seed, person, finger, what for), so that drawing more of one leaves every other as it was. The standard
// library's distributions differ among implementations; these do not. Draw once in an expression, or within braces:
// compilers differ in the order of a call's arguments and an operator's sides.
#pragma once
#include <cstdint>
#include <initializer_list>

namespace puente::synth {

inline std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

class Stream {
 public:
  explicit Stream(std::initializer_list<std::uint64_t> key) {
    for (const std::uint64_t word : key)
      state_ = mixed((state_ + 0x9E3779B97F4A7C15u) ^ mixed(word + 0x632BE59BD9B4E019u));
  }
  std::uint64_t bits() { return mixed(state_ += 0x9E3779B97F4A7C15u); }
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }  // [0, 1)
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  int below(int bound) { return static_cast<int>(uniform() * bound); }
  bool chance(double probability) { return uniform() < probability; }
  double normal() {  // the sum of twelve uniforms: additions only, and no tail beyond six sigma
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }
  double normal(double mean, double sigma) { return mean + sigma * normal(); }

 private:
  std::uint64_t state_ = 0;
};

// What a stream is for: the last word of its key.
enum Purpose : std::uint64_t {
  kForBiography = 1,
  kForPattern,
  kForField,
  kForRidges,
  kForSkin,
  kForCapture,
  kForNoise,
  kForSlap,
  kForBend,
  kForCard
};

}  // namespace puente::synth
