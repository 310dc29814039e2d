#include "cli/advice.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "cli/words.h"

namespace puente::cli {

const char* advice(const std::string& reason) {
  static const std::map<std::string, const char*> kAdvice = {
      // of a print
      {"too_small", "lay the whole pad of the finger flat on the glass"},
      {"too_dry", "moisten the finger a little, or let the person breathe on it, and press somewhat harder"},
      {"too_wet", "dry finger and glass, and press less"},
      {"low_contrast", "clean the glass; shade it from bright light"},
      {"unclear_ridges", "hold the finger still and flat; if skin is worn or cut, take another finger too"},
      {"too_few_minutiae", "roll or centre the finger so that the middle of its pad is on the glass"},
      {"no_features", "no fingerprint was found in it; look at the image"},
      {"implausible_resolution",
       "at this resolution the ridges are nearer to each other, or farther apart, than on any skin: give the true one "
       "with --dpi"},
      {"resolution_assumed",
       "no file said the resolution: 500 pixels an inch were assumed; give the true one with --dpi"},
      {"unusual_resolution",
       "few scanners have this resolution, and 500 would be more usual: if so, give it with --dpi"},
      {"position_doubted",
       "nobody is known by the fingers at the positions given, but by others (see \"found as\"): a position may be "
       "wrong"},
      {"mirrored",
       "it would match the other way round, as a mirror shows it: that is no match; look at the file, and at the "
       "program that wrote it"},
      {"several_fingers",
       "more than one finger is on the image: give each by itself, or all as a slap, such as PLAIN_RIGHT_FOUR_FINGERS"},
      {"second_print",
       "another print lies beside it: if the wrong one was meant, crop the image to the right one; of what a partner "
       "is "
       "asked with the first alone is compared"},
      {"minutiae_only", "no image was sent: minutiae alone are compared, which finds somewhat fewer"},
      // of a slap
      {"too_few_fingers", "fewer fingers are seen than should be there: capture again, or say which the person lacks"},
      {"too_many_fingers", "more fingers are seen than should be there: is somebody else's beside them?"},
      {"other_hand", "this looks like the other hand: correct the position, or capture again"},
      {"fingers_too_close", "spread the fingers so that they do not touch"},
      {"cut_at_edge", "lay the fingers in the middle of the glass"},
      {"upside_down", "the hand lies upside down; its fingers were named as if it were turned"},
      {"on_its_side", "the hand lies on its side; its fingers were named as if it were turned"},
      {"orientation_unclear",
       "which end of the fingers is the tip is not plain, so that nobody can say which is which: turn the image "
       "upright, "
       "or give the fingers one by one"},
  };
  const auto found = kAdvice.find(reason);
  return found == kAdvice.end() ? nullptr : found->second;
}

void print_advice(const std::vector<std::string>& reasons) {
  for (const std::string& reason : reasons)
    if (const char* words = advice(reason))
      std::printf("  %s: %s\n", in_language(reason).c_str(), in_language(words).c_str());
}

void print_quality(const Json& quality) {
  const Json::Array* samples = quality.as_array();
  if (samples == nullptr) return;
  std::vector<std::string> said;
  for (const Json& sample : *samples) {
    const Json::Array* reasons = sample["reasons"].as_array();
    const std::string* position = sample["position"].as_string();
    const std::int64_t* score = sample["score"].as_integer();
    if (reasons == nullptr || position == nullptr || score == nullptr) continue;
    std::string line;
    const bool is_measured = std::ranges::count(*reasons, Json("minutiae_only")) == 0;
    for (const Json& each : *reasons) {
      const std::string* reason = each.as_string();
      if (reason == nullptr) continue;
      if (std::find(said.begin(), said.end(), *reason) == said.end()) said.push_back(*reason);
      if (*reason != "resolution_assumed")
        line += (line.empty() ? "" : ", ") + in_language(*reason);  // of all alike, said below
    }
    if (!line.empty() && is_measured) say("{}: quality {}; {}\n", *position, *score, line);
    if (!line.empty() && !is_measured) fmt::print("{}: {}\n", *position, line);
  }
  print_advice(said);
}

}  // namespace puente::cli
