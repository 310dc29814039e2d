// What check_minutiae_record and check_image_record have to say.
#pragma once
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

namespace puente::format {

// One line each. A record of 65,535 views may say the same of each: after a thousand lines they are only counted.
class Deviations {
 public:
  static constexpr std::size_t kLinesMax = 1000;

  void add(std::string line) {
    if (lines_.size() < kLinesMax) {
      lines_.push_back(std::move(line));
    } else {
      ++more_;
    }
  }
  std::vector<std::string> take() {
    if (more_ > 0) lines_.push_back(fmt::format("and {} more", more_));
    return std::move(lines_);
  }

 private:
  std::vector<std::string> lines_;
  std::size_t more_ = 0;
};

}  // namespace puente::format
