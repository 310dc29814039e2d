// puente verify: are two fingerprints of one finger?
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <vector>

#include "cli/advice.h"
#include "cli/cli.h"
#include "cli/finger_file.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/verify_many.h"
#include "cli/words.h"
#include "core/limits.h"
#include "format/image/image.h"
#include "intake/intake.h"

namespace puente::cli {
namespace {

struct VerifyOptions {
  std::string probe, reference, picture, from;
  double dpi = 0, dpi_a = 0, dpi_b = 0, false_match_rate_max = 1e-4;
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

Status draw(const VerifyOptions& options, const intake::Print& probe, const intake::Print& reference,
            const finger::Comparison& comparison) {
  if (probe.image.pixels.empty() || reference.image.pixels.empty())
    return {kWrongUse, "--picture needs two images, not templates"};
  ASSIGN_OR_RETURN(const Bytes png, format::encode_png(finger::draw_comparison(
                                        probe.image, probe.features, reference.image, reference.features, comparison)));
  return write_output(options.picture, png, options.force);
}

std::string places_of(const PrintsRead& read) {
  std::string out;
  for (const intake::Print& print : read.prints) out += (out.empty() ? "" : ", ") + std::string(to_string(print.place));
  return out;
}

// What was compared where there was a choice, what was left out, and what is the matter with the two that fit best.
void print_beside(const VerifyOptions& options, const std::vector<PrintPair>& pairs, const PrintsRead& a,
                  const PrintsRead& b) {
  if (a.prints.size() + b.prints.size() > 2) {
    say("  compared: {} pairs, of A's {} with B's {}; best {} with {}\n", pairs.size(), places_of(a), places_of(b),
        to_string(pairs.front().probe->place), to_string(pairs.front().reference->place));
  }
  bool assumed = false;
  const auto tell = [&](const std::string& file, const PrintsRead& read, const intake::Print& print) {
    for (const std::string& line : read.left_out) say("  {}: left out: {}\n", file, in_language(line));
    for (const std::string& line : read.remarks) say("  {}: remark: {}\n", file, in_language(line));
    for (const std::string& reason : print.quality.reasons) {
      if (reason == "implausible_resolution" || reason == "unusual_resolution" || reason == "several_fingers" ||
          reason == "second_print")
        std::printf("  %s: %s: %s\n", file.c_str(), in_language(reason).c_str(), in_language(advice(reason)).c_str());
      assumed = assumed || reason == "resolution_assumed";
    }
  };
  tell(options.probe, a, *pairs.front().probe);
  tell(options.reference, b, *pairs.front().reference);
  if (assumed) print_advice({"resolution_assumed"});
}

Json compared_json(const std::vector<PrintPair>& pairs) {
  Json::Array out;
  for (const PrintPair& pair : pairs)
    out.push_back(Json::object({{"a", to_string(pair.probe->place)},
                                {"b", to_string(pair.reference->place)},
                                {"score", pair.comparison.score}}));
  return Json(std::move(out));
}

Result<int> verify_one(const VerifyOptions& options) {
  TRY(check_output(options.picture, options.force));
  const auto keep = options.picture.empty() ? intake::Keep::kNoImages : intake::Keep::kImages;
  const double dpi_a = options.dpi_a > 0 ? options.dpi_a : options.dpi;
  const double dpi_b = options.dpi_b > 0 ? options.dpi_b : options.dpi;
  ASSIGN_OR_RETURN(const PrintsRead a, read_prints(path_of(options.probe), dpi_a, keep, options.from));
  ASSIGN_OR_RETURN(const PrintsRead b, read_prints(path_of(options.reference), dpi_b, keep, options.from));

  const std::vector<PrintPair> pairs = compare_all(a, b);
  const auto& [probe, reference, comparison] = pairs.front();
  const double rate = false_match_rate(pairs);
  const bool match = rate <= options.false_match_rate_max;
  const bool mirrored = !match && match_mirrored(a, b, options.false_match_rate_max);
  if (!options.picture.empty()) TRY(draw(options, *probe, *reference, comparison));
  if (options.json) {
    Json::Object evidence;
    for (const Seen& seen : evidence_of(comparison.evidence)) evidence.emplace(seen.name, seen.value);
    evidence.emplace("rotation_degrees", std::round(comparison.rotation * 1800 / M_PI) / 10);
    Json::Array minutiae;
    for (const auto& [of_a, of_b] : comparison.pairs) minutiae.push_back(Json::array({of_a, of_b}));
    print_json(Json::object({{"score", comparison.score},
                             {"false_match_rate", rate},
                             {"false_match_rate_max", options.false_match_rate_max},
                             {"score_min", -10 * std::log10(options.false_match_rate_max)},
                             {"match", match},
                             {"matches_mirrored", mirrored},
                             {"matched_minutiae", comparison.pairs.size()},
                             {"evidence", std::move(evidence)},
                             {"pairs", std::move(minutiae)},
                             {"compared", compared_json(pairs)},
                             {"reasons_a", strings(probe->quality.reasons)},
                             {"reasons_b", strings(reference->quality.reasons)},
                             {"left_out_a", strings(a.left_out)},
                             {"left_out_b", strings(b.left_out)},
                             {"remarks_a", strings(a.remarks)},
                             {"remarks_b", strings(b.remarks)}}));
  } else {
    say("{}: score {:.1f}, {} minutiae agree; one in {:.3g} comparisons of different fingers scores as high (a match "
        "needs "
        "one in {:.3g} or rarer)\n",
        in_language(match ? "match" : "no match"), comparison.score, comparison.pairs.size(), 1 / rate,
        1 / options.false_match_rate_max);
    if (mirrored) print_advice({"mirrored"});
    print_beside(options, pairs, a, b);
    if (options.explain) {
      for (const Seen& seen : evidence_of(comparison.evidence))
        std::printf("%10g  %s\n", seen.value, in_language(seen.words).c_str());
    }
  }
  return match ? kYes : kNo;
}

// A against each of several, or the pairs of a list.
struct Many {
  std::vector<std::string> references;
  std::string pairs;
};

Result<int> verify_many(const VerifyOptions& options, const Many& many) {
  std::vector<FilePair> pairs;
  for (const std::string& reference : many.references) pairs.push_back({options.probe, reference});
  if (!many.pairs.empty()) {
    ASSIGN_OR_RETURN(pairs, read_pairs(many.pairs));
  }
  return verify_many(pairs, {options.dpi, options.false_match_rate_max, options.from, options.json});
}

}  // namespace

void add_verify(Command& app, Run& run) {
  auto options = std::make_shared<VerifyOptions>();
  Command* command = app.add_subcommand("verify", "are two fingerprints of one finger?");
  command->footer(
      "Examples: puente verify border.png passport.png --explain --picture side_by_side.png\n"
      "          puente verify probe.wsq archive/*.wsq --json\n"
      "          puente verify --pairs pairs.txt\n"
      "Of several pairs a line each is printed, with --json an object a line. Exit code 0 when they match (of "
      "several:\n"
      "when one pair does), 1 when not, 4 when a file cannot be used.");
  command->add_option(
      "A", options->probe,
      "image, template or record (ISO 19794-2, -4, ANSI 378, ANSI/NIST-ITL); of several fingers each is "
      "compared with what may be the same one; -: standard input");
  auto many = std::make_shared<Many>();
  command->add_option("B", many->references, "likewise; of several each is compared with A");
  command->add_option("--pairs", many->pairs,
                      "a list of pairs to compare instead: two files a line, relative to the list; -: standard input");
  const auto resolution = between(limits::kPpiMin, limits::kPpiMax);
  command->add_option("--dpi", options->dpi, "resolution of both, images or minutiae, whatever the files say")
      ->check(resolution);
  command->add_option("--dpi-a", options->dpi_a, "the same of A alone")->check(resolution);
  command->add_option("--dpi-b", options->dpi_b, "the same of B alone")->check(resolution);
  add_from(*command, options->from);
  command->add_option("--fmr", options->false_match_rate_max, "false match rate that a match may stand for")
      ->check(between(1e-12, 1))
      ->capture_default_str();
  command->add_option("--picture", options->picture, "write both images with the matched minutiae here (PNG)");
  add_force(*command, options->force);
  command->add_flag("--explain", options->explain, "say what the comparison saw; --json always does");
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, many, &run] {
    if (many->pairs.empty() && many->references.empty()) missing("A and B, or --pairs,");
    if (!many->pairs.empty() && !options->probe.empty()) wrong_use("--pairs", "names both of each pair");
    if (std::count(many->references.begin(), many->references.end(), "-") + (options->probe == "-" ? 1 : 0) > 1)
      wrong_use("-", "standard input can be one of them");
    const bool one = many->pairs.empty() && many->references.size() == 1;
    if (!one && !options->picture.empty()) wrong_use("--picture", "shows one pair");
    if (!one && options->dpi_a + options->dpi_b > 0) wrong_use("--dpi-a", "and --dpi-b are of one pair");
    if (one) options->reference = many->references.front();
    run = [options, many, one] { return one ? verify_one(*options) : verify_many(*options, *many); };
  });
}

}  // namespace puente::cli
