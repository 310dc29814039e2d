// libpuente for C++17: puente.h with owners and exceptions, and nothing else. Header only, so that nothing of C++
// crosses the library's border.
#pragma once
#include <puente/puente.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace puente {

class Failure : public std::runtime_error {
 public:
  explicit Failure(puente_code code) : std::runtime_error(puente_message()), code_(code) {}
  puente_code code() const { return code_; }

 private:
  puente_code code_;
};
inline void check(puente_code code) {
  if (code != PUENTE_OK) throw Failure(code);
}

// A fingerprint made ready for comparison. Immutable; copies share it.
class Print {
 public:
  static Print of_image(const std::vector<std::uint8_t>& file, double ppi = 0) {
    puente_print* made = nullptr;
    check(puente_print_of_image(file.data(), file.size(), ppi, &made));
    return Print(made);
  }
  static Print of_file(const std::string& path, double ppi = 0) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path);
    return of_image({std::istreambuf_iterator<char>(in), {}}, ppi);
  }
  static Print of_pixels(const std::vector<std::uint8_t>& gray, int width, int height, double ppi) {
    if (width <= 0 || height <= 0 || gray.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height))
      throw std::invalid_argument("there must be width * height pixels");
    puente_print* made = nullptr;
    check(puente_print_of_pixels(gray.data(), width, height, ppi, &made));
    return Print(made);
  }
  static Print read(const std::vector<std::uint8_t>& written) {
    puente_print* made = nullptr;
    check(puente_print_read(written.data(), written.size(), &made));
    return Print(made);
  }
  std::vector<std::uint8_t> write(puente_format format = PUENTE_FORMAT_OWN) const {
    puente_bytes made{};
    check(puente_print_write(print_.get(), format, &made));
    const std::unique_ptr<puente_bytes, void (*)(puente_bytes*)> owner(&made, puente_free_bytes);
    return {made.data, made.data + made.size};
  }

  int quality() const { return puente_print_quality(print_.get()); }
  std::vector<std::string> reasons() const {  // why its quality is not better
    std::vector<std::string> out;
    while (const char* reason = puente_print_reason(print_.get(), out.size())) out.emplace_back(reason);
    return out;
  }
  std::vector<puente_minutia> minutiae() const {
    std::vector<puente_minutia> out(puente_print_minutiae(print_.get()));
    for (std::size_t i = 0; i < out.size(); ++i) check(puente_print_minutia(print_.get(), i, &out[i]));
    return out;
  }
  const puente_print* get() const { return print_.get(); }

 private:
  explicit Print(puente_print* made)
      : print_(made, [](const puente_print* print) { puente_free_print(const_cast<puente_print*>(print)); }) {}
  std::shared_ptr<const puente_print> print_;
};

inline double compare(const Print& probe, const Print& reference) {
  double score = 0;
  check(puente_compare(probe.get(), reference.get(), &score));
  return score;
}

inline double false_match_rate(double score) {
  return puente_false_match_rate(score);
}

}  // namespace puente
