// puente verify: are two fingerprints of one finger?
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

#include "cli/cli.h"
#include "cli/output.h"
#include "core/limits.h"
#include "format/image/image.h"
#include "intake/intake.h"

namespace puente::cli {
namespace {

struct Options {
  std::string probe, reference, picture;
  double dpi = 0, false_match_rate_max = 1e-4;
  bool explain = false, json = false, force = false;
};

// What the comparison saw, a name for programs and words for people.
struct Seen {
  const char* name;
  double value;
  const char* words;
};

std::vector<Seen> evidence_of(const finger::Evidence& e) {
  constexpr double kSquareMillimetresOfPixel = 0.0508 * 0.0508;
  const auto rounded = [](double value, double unit) { return std::round(value / unit) * unit; };
  return {
      {"overlap_square_millimetres", rounded(e.overlap_area * kSquareMillimetresOfPixel, 1), "mm2 recorded in both"},
      {"pairs", static_cast<double>(e.pairs), "minutiae found at the same place"},
      {"overlap_minutiae_a", static_cast<double>(e.overlap_probe), "minutiae of A in the overlap"},
      {"overlap_minutiae_b", static_cast<double>(e.overlap_reference), "minutiae of B in the overlap"},
      {"support", rounded(e.support, 0.01), "the pairs, each counted by its quality and fit"},
      {"chance", rounded(e.chance, 0.01), "pairs that strangers' prints of these sizes would show by chance"},
      {"missing", rounded(e.missing, 0.01), "minutiae without a partner where both were recorded, likewise counted"},
      {"residual_pixels", rounded(e.residual, 0.01), "distance within the pairs once the skin is bent, 1/500 inch"},
      {"direction_residual_degrees", rounded(e.direction_residual * 180 / M_PI, 0.1), "degrees between directions"},
      {"surroundings", rounded(e.surroundings, 0.001), "likeness of the ridges around the pairs, -1 to 1"},
      {"orientation_agreement", rounded(e.orientation_agreement, 0.001), "of the ridge flow, -1 to 1"},
      {"phase_agreement", rounded(e.phase_agreement, 0.001), "of the ridges themselves, place by place, 0 to 1"},
      {"phase_lock", rounded(e.phase_lock, 0.001), "of the ridges themselves, without any give, -1 to 1"}};
}

Status draw(const Options& options, const intake::Print& probe, const intake::Print& reference,
            const finger::Comparison& comparison) {
  if (probe.image.pixels.empty() || reference.image.pixels.empty())
    return {kWrongUse, "--picture needs two images, not templates"};
  ASSIGN_OR_RETURN(const Bytes png, format::encode_png(finger::draw_comparison(
                                        probe.image, probe.features, reference.image, reference.features, comparison)));
  return write_output(options.picture, png, options.force);
}

Result<int> verify(const Options& options) {
  TRY(check_output(options.picture, options.force));
  const auto keep = options.picture.empty() ? intake::Keep::kNoImages : intake::Keep::kImages;
  ASSIGN_OR_RETURN(const intake::Print probe, intake::read_print_file(options.probe, options.dpi, keep));
  ASSIGN_OR_RETURN(const intake::Print reference, intake::read_print_file(options.reference, options.dpi, keep));

  finger::Scratch scratch;
  const finger::Comparison comparison =
      finger::compare(finger::prepare(probe.features), finger::prepare(reference.features), scratch);
  const double rate = finger::false_match_rate(comparison.score);
  const bool match = rate <= options.false_match_rate_max;
  if (!options.picture.empty()) TRY(draw(options, probe, reference, comparison));
  if (options.json) {
    Json::Object evidence;
    for (const Seen& seen : evidence_of(comparison.evidence)) evidence.emplace(seen.name, seen.value);
    evidence.emplace("rotation_degrees", std::round(comparison.rotation * 1800 / M_PI) / 10);
    Json::Array pairs;
    for (const auto& [a, b] : comparison.pairs) pairs.push_back(Json::array({a, b}));
    print_json(Json::object({{"score", comparison.score},
                             {"false_match_rate", rate},
                             {"false_match_rate_max", options.false_match_rate_max},
                             {"score_min", -10 * std::log10(options.false_match_rate_max)},
                             {"match", match},
                             {"matched_minutiae", comparison.pairs.size()},
                             {"evidence", std::move(evidence)},
                             {"pairs", std::move(pairs)}}));
  } else {
    std::printf(
        "%s: score %.1f, %zu minutiae agree; one in %.3g comparisons of different fingers scores as high "
        "(a match needs one in %.3g or rarer)\n",
        match ? "match" : "no match", comparison.score, comparison.pairs.size(), 1 / rate,
        1 / options.false_match_rate_max);
    if (options.explain) {
      for (const Seen& seen : evidence_of(comparison.evidence)) std::printf("%10g  %s\n", seen.value, seen.words);
    }
  }
  return match ? kYes : kNo;
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("verify", "are two fingerprints of one finger?");
  command->footer(
      "Example: puente verify border.png passport.png --explain --picture side_by_side.png\n"
      "Exit code 0 when they match, 1 when not, 4 when one of them cannot be used.");
  command->add_option("A", options->probe, "image, template or record of a finger (ISO 19794-2, -4, ANSI 378)")
      ->required();
  command->add_option("B", options->reference, "likewise")->required();
  command->add_option("--dpi", options->dpi, "resolution of the images, whatever the files say")
      ->check(within(limits::kPpiMin, limits::kPpiMax));
  command->add_option("--fmr", options->false_match_rate_max, "false match rate that a match may stand for")
      ->check(within(1e-12, 1))
      ->capture_default_str();
  command->add_option("--picture", options->picture, "write both images with the matched minutiae here (PNG)");
  add_force(*command, options->force);
  command->add_flag("--explain", options->explain, "say what the comparison saw; --json always does");
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, &run] { run = [options] { return verify(*options); }; });
}

}  // namespace puente::cli
