// puente verify: are two fingerprints of one finger?
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <memory>

#include "cli/cli.h"
#include "cli/finger_file.h"
#include "core/files.h"
#include "core/limits.h"
#include "format/format.h"

namespace puente::cli {
namespace {

struct Options {
  std::string probe, reference, picture;
  double dpi = 0, false_match_rate_max = 1e-4;
  bool json = false;
};

Status draw(const Options& options, const FingerFile& probe, const FingerFile& reference,
            const finger::Comparison& comparison) {
  if (!probe.image || !reference.image) return {Code::kInvalidInput, "--picture needs two images, not templates"};
  ASSIGN_OR_RETURN(const Bytes png,
                   format::encode_png(finger::draw_comparison(*probe.image, probe.features, *reference.image,
                                                              reference.features, comparison)));
  return write_file(options.picture, png);
}

int verify(const Options& options) {
  const Result<FingerFile> probe = read_finger(options.probe, options.dpi);
  if (!probe.ok()) return fail(probe.error(), options.json);
  const Result<FingerFile> reference = read_finger(options.reference, options.dpi);
  if (!reference.ok()) return fail(reference.error(), options.json);

  finger::Scratch scratch;
  const finger::Comparison comparison =
      finger::compare(finger::prepare(probe->features), finger::prepare(reference->features), scratch);
  const double rate = finger::false_match_rate(comparison.score);
  const bool match = rate <= options.false_match_rate_max;
  if (!options.picture.empty()) {
    const Status drawn = draw(options, *probe, *reference, comparison);
    if (!drawn.ok()) return fail(drawn.error(), options.json);
  }
  if (options.json) {
    print_json(Json::object({{"score", comparison.score},
                             {"false_match_rate", rate},
                             {"false_match_rate_max", options.false_match_rate_max},
                             {"score_min", -10 * std::log10(options.false_match_rate_max)},
                             {"match", match},
                             {"matched_minutiae", comparison.pairs.size()}}));
  } else {
    std::printf(
        "%s: score %.1f, %zu minutiae agree; one in %.3g comparisons of different fingers scores as high "
        "(a match needs one in %.3g or rarer)\n",
        match ? "match" : "no match", comparison.score, comparison.pairs.size(), 1 / rate,
        1 / options.false_match_rate_max);
  }
  return match ? 0 : 1;
}

}  // namespace

void add_verify(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("verify", "are two fingerprints of one finger?");
  command->footer(
      "Example: puente verify border.png passport.png --picture side_by_side.png\n"
      "Exit code 0 when they match, 1 when not.");
  command->add_option("A", options->probe, "image (PNG, JPEG) or template")->required();
  command->add_option("B", options->reference, "image or template")->required();
  command->add_option("--dpi", options->dpi, "resolution of the images, whatever the files say")
      ->check(CLI::Range(limits::kPpiMin, limits::kPpiMax));
  command->add_option("--fmr", options->false_match_rate_max, "false match rate that a match may stand for")
      ->check(CLI::Range(1e-12, 1.0))
      ->capture_default_str();
  command->add_option("--picture", options->picture, "write both images with the matched minutiae here (PNG)");
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, &run] { run = [options] { return verify(*options); }; });
}

}  // namespace puente::cli
