// Numbers on the command line: what CLI11 lets through by itself and should not. NaN passes its CLI::Range, and "-1" it
// reads as the largest number that has no sign.
#pragma once
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "core/text.h"

namespace puente::cli {

inline CLI::Validator whole_number() {
  return CLI::Validator(
      [](const std::string& words) {
        return to_number<std::uint64_t>(words) ? std::string() : "want a whole number from 0 up, not " + words;
      },
      "");
}

inline CLI::Validator between(double low, double high) {
  return CLI::Validator(
      [low, high](const std::string& words) {
        double value = 0;
        const bool lies_there = CLI::detail::lexical_cast(words, value) && value >= low && value <= high;
        return lies_there ? std::string() : fmt::format("a number from {:g} to {:g}", low, high);
      },
      fmt::format("FLOAT in [{:g} - {:g}]", low, high));
}

}  // namespace puente::cli
