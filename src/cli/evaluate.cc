// puente evaluate finger | identify: error rates by the protocol of the Fingerprint Verification Competition, and
// whether the search of a gallery finds as many strangers as it says.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <thread>

#include "cli/cli.h"
#include "core/files.h"
#include "format/iso/iso.h"
#include "lab/evaluate/evaluate.h"
#include "service/service.h"

namespace puente::cli {
namespace {

struct FingerOptions {
  std::vector<std::string> directories;
  std::string scores, picture, title = "Fingerprint comparison", through;
  int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  int bootstrap_rounds = 1000, worst_pairs = 0;
  bool json = false;
};

void print_rates(const std::string& name, const evaluate::Rates& rates, const evaluate::RatesInterval& interval) {
  const auto percent = [](double rate) { return 100 * rate; };
  std::printf(
      "%-12s EER %5.2f %% [%.2f-%.2f]  FNMR at FMR 1 %% %6.2f %%  at 0.1 %% %6.2f %% [%.2f-%.2f]  at 0 %6.2f %%\n",
      name.c_str(), percent(rates.eer), percent(interval.eer.low), percent(interval.eer.high),
      percent(rates.fnmr_at_fmr_1_in_100), percent(rates.fnmr_at_fmr_1_in_1000),
      percent(interval.fnmr_at_fmr_1_in_1000.low), percent(interval.fnmr_at_fmr_1_in_1000.high),
      percent(rates.zero_fmr));
}

void print_text(const evaluate::Evaluation& evaluation) {
  for (const evaluate::Database& database : evaluation.databases) {
    print_rates(database.name, database.rates, database.interval);
    std::printf("%-12s %d genuine, %d impostor comparisons; %d images without a template\n", "", database.genuine,
                database.impostor, database.failures);
    for (const evaluate::Sample& sample : database.samples) {
      if (!sample.failure.empty()) std::printf("%-12s %s: %s\n", "", sample.stem.c_str(), sample.failure.c_str());
    }
  }
  print_rates("mean", evaluation.mean, evaluation.mean_interval);
  print_rates("pooled", evaluation.pooled, evaluation.pooled_interval);
  std::printf("extraction %.1f ms an image (median), %.0f comparisons/s, each on one core; [95 %% interval]\n",
              evaluation.extract_ms_median, evaluation.comparisons_per_second);
  std::printf("a score claims    ");
  for (const evaluate::Claim& claim : evaluation.claims) std::printf(" %7.0f", claim.score);
  std::printf("\n  a false match in");
  for (const evaluate::Claim& claim : evaluation.claims) std::printf(" %7.0f", 1 / claim.claimed_fmr);
  std::printf("\n  and there was in");
  for (const evaluate::Claim& claim : evaluation.claims) {
    claim.observed_fmr > 0 ? std::printf(" %7.0f", 1 / claim.observed_fmr) : std::printf("    none");
  }
  std::printf("\nFNMR at FMR 0.1 %% when the poorest are discarded:");
  double next = 0;
  for (const evaluate::Discard& discard : evaluation.discards) {
    if (discard.discarded < next) continue;
    std::printf("  %.0f %%: %.2f %%", 100 * discard.discarded, 100 * discard.fnmr);
    next = discard.discarded + 0.1;
  }
  std::printf("\n%s", evaluate::worst_text(evaluation).c_str());
}

// Progress of one kind of work after the other.
class Reporter {
 public:
  void operator()(const char* what, std::size_t done, std::size_t total) {
    if (label_ != what) progress_.emplace(label_ = what);
    progress_->update(done, total);
  }

 private:
  std::string label_;
  std::optional<Progress> progress_;
};

// What a template becomes when it travels as minutiae alone, or in a record of them.
using Through = std::function<finger::Template(const finger::Template&)>;

Result<Through> through_of(const std::string& name) {
  if (name.empty()) return Through();
  if (name == "minutiae") {
    return Through([](finger::Template features) {
      features.columns = features.rows = 0;
      features.cells.clear();
      return features;
    });
  }
  ASSIGN_OR_RETURN(const format::MinutiaeFormat format, format::parse_minutiae_format(name));
  return Through([format](const finger::Template& features) {
    const auto bytes = format::write_minutiae_record(service::to_minutiae_record(features, format));
    if (!bytes.ok()) return finger::Template();
    const bool card = format == format::MinutiaeFormat::kIsoCard || format == format::MinutiaeFormat::kIsoCardCompact;
    const auto record = card ? format::read_minutiae_card(*bytes, format) : format::read_minutiae_record(*bytes);
    if (!record.ok() || record->views.empty()) return finger::Template();
    auto back = service::to_template(record->views[0], format);
    return back.ok() ? *std::move(back) : finger::Template();
  });
}

int evaluate_finger(const FingerOptions& options) {
  const auto through = through_of(options.through);
  if (!through.ok()) return fail(through.error(), options.json);
  const auto reporter = std::make_shared<Reporter>();
  const auto evaluation = evaluate::evaluate_finger(
      options.directories, {.threads = options.threads,
                            .bootstrap_rounds = options.bootstrap_rounds,
                            .worst_pairs = options.worst_pairs,
                            .through = *through,
                            .progress = [reporter](const char* what, std::size_t done, std::size_t total) {
                              (*reporter)(what, done, total);
                            }});
  if (!evaluation.ok()) return fail(evaluation.error(), options.json);
  Status written;
  if (!options.scores.empty()) written = write_file(options.scores, view(evaluate::scores_text(*evaluation)));
  if (written.ok() && !options.picture.empty()) {
    written = write_file(options.picture, view(evaluate::to_svg(*evaluation, options.title)));
  }
  if (!written.ok()) return fail(written.error(), options.json);
  if (options.json) {
    print_json(evaluate::to_json(*evaluation));
  } else {
    print_text(*evaluation);
  }
  return 0;
}

void add_finger(CLI::App& evaluate_command, Run& run) {
  auto options = std::make_shared<FingerOptions>();
  CLI::App* finger = evaluate_command.add_subcommand("finger", "fingerprints, by the FVC protocol");
  finger->footer(
      "Example: puente evaluate finger fvc2002/DB* --json --scores scores.txt\n"
      "Genuine: all pairs of a finger's impressions. Impostor: all pairs of impressions of different fingers of a\n"
      "directory. An image without a template is a non-match everywhere.");
  finger
      ->add_option("DIR", options->directories,
                   "directories of <subject>_<impression>.png; resolutions in dpi.txt, \"DIR DPI\" a line")
      ->required();
  finger->add_option(
      "--through", options->through,
      "compare what is left of templates after a minutiae record: iso2005, iso2011, ansi2004, ansi2009,\n"
      "card, card-compact; or after all but the minutiae is left out: minutiae");
  finger->add_option("--scores", options->scores, "write each comparison: genuine|impostor DB A B SCORE");
  finger->add_option("--picture", options->picture, "write score distributions, DET and calibration (SVG)");
  finger->add_option("--worst", options->worst_pairs, "explain so many genuine and impostor pairs that went worst")
      ->check(CLI::Range(0, 1000));
  finger->add_option("--title", options->title, "title of the picture");
  finger->add_option("--threads", options->threads, "threads; times are of one core all the same")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  finger->add_option("--rounds", options->bootstrap_rounds, "bootstrap rounds for the 95 % intervals")
      ->check(CLI::Range(0, 100'000))
      ->capture_default_str();
  finger->add_flag("--json", options->json, "answer as JSON, rates as fractions");
  finger->callback([options, &run] { run = [options] { return evaluate_finger(*options); }; });
}

struct IdentifyOptions {
  std::string directory;
  int fingers = 1;
  int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  bool json = false;
};

int evaluate_identify(const IdentifyOptions& options) {
  const auto reporter = std::make_shared<Reporter>();
  const auto found = evaluate::evaluate_identification(
      options.directory, options.fingers,
      {.threads = options.threads, .progress = [reporter](const char* what, std::size_t done, std::size_t total) {
         (*reporter)(what, done, total);
       }});
  if (!found.ok()) return fail(found.error(), options.json);
  if (options.json) {
    print_json(evaluate::to_json(*found));
    return 0;
  }
  std::printf("%d people of %d fingers, %d searches: %.2f %% miss the person\n", found->people,
              found->fingers_per_person, found->searches, 100 * found->misses);
  for (const evaluate::Calibration& point : found->calibration) {
    std::printf("strangers a search with expected_false at most %5g: %.4f\n", point.expected, point.observed);
  }
  return 0;
}

void add_identify(CLI::App& evaluate_command, Run& run) {
  auto options = std::make_shared<IdentifyOptions>();
  CLI::App* identify = evaluate_command.add_subcommand("identify", "1:N: misses, and strangers found beside expected");
  identify->footer(
      "Example: puente evaluate identify synthetic/ --fingers 2\n"
      "First impressions are the gallery, the others are probes; consecutive subjects make a person of many fingers.");
  identify->add_option("DIR", options->directory, "directory of <subject>_<impression>.png")->required();
  identify->add_option("--fingers", options->fingers, "fingers a person")
      ->check(CLI::Range(1, 10))
      ->capture_default_str();
  identify->add_option("--threads", options->threads, "threads")->check(CLI::Range(1, 256))->capture_default_str();
  identify->add_flag("--json", options->json, "answer as JSON");
  identify->callback([options, &run] { run = [options] { return evaluate_identify(*options); }; });
}

struct StrangersOptions {
  std::vector<std::string> directories;
  std::string grown, picture;
  int fillers = 2000;
  int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  bool json = false;
};

int compare_strangers(const StrangersOptions& options) {
  const auto reporter = std::make_shared<Reporter>();
  const auto found = evaluate::compare_strangers(
      options.directories, options.grown, options.fillers,
      {.threads = options.threads, .progress = [reporter](const char* what, std::size_t done, std::size_t total) {
         (*reporter)(what, done, total);
       }});
  if (!found.ok()) return fail(found.error(), options.json);
  if (!options.picture.empty()) {
    const Status written = write_file(options.picture, view(evaluate::to_svg(*found, "Three kinds of strangers")));
    if (!written.ok()) return fail(written.error(), options.json);
  }
  if (options.json) {
    print_json(evaluate::to_json(*found));
    return 0;
  }
  std::printf("%-8s %9s %14s %6s %6s %12s %9s %9s %9s %9s\n", "", "templates", "minutiae", "cm2", "a cm2",
              "comparisons", "FMR at 10", "20", "30", "40");
  for (const evaluate::Strangers& kind : *found) {
    std::printf("%-8s %9d %6.1f +- %4.1f %6.2f %6.1f %12zu %9.1e %9.1e %9.1e %9.1e\n", kind.name.c_str(),
                kind.templates, kind.minutiae, kind.minutiae_deviation, kind.area, kind.minutiae_per_area,
                kind.scores.size(), kind.share_at(10), kind.share_at(20), kind.share_at(30), kind.share_at(40));
  }
  return 0;
}

void add_strangers(CLI::App& evaluate_command, Run& run) {
  auto options = std::make_shared<StrangersOptions>();
  CLI::App* strangers =
      evaluate_command.add_subcommand("strangers", "synthetic strangers beside real ones: minutiae, scores");
  strangers->footer(
      "Example: puente evaluate strangers fvc2002/DB* --grown synthetic/\n"
      "First impressions of the real fingers are compared with other real fingers, with those of the images of "
      "--grown,\n"
      "and with filler made of these as puente bench identify fills its galleries.");
  strangers->add_option("DIR", options->directories, "directories of real <subject>_<impression>.png")->required();
  strangers->add_option("--grown", options->grown, "directory of synthetic ones (puente synth people --layout fvc)")
      ->required();
  strangers->add_option("--fillers", options->fillers, "filler templates")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  strangers->add_option("--picture", options->picture, "write the distributions (SVG)");
  strangers->add_option("--threads", options->threads, "threads")->check(CLI::Range(1, 256))->capture_default_str();
  strangers->add_flag("--json", options->json, "answer as JSON");
  strangers->callback([options, &run] { run = [options] { return compare_strangers(*options); }; });
}

struct FitOptions {
  std::vector<std::string> directories;
  int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
};
using Fit = Result<std::string> (*)(std::span<const std::string>, const evaluate::Options&);

int print_fit(const FitOptions& options, Fit fit) {
  const auto reporter = std::make_shared<Reporter>();
  const auto text =
      fit(options.directories,
          {.threads = options.threads, .progress = [reporter](const char* what, std::size_t done, std::size_t total) {
             (*reporter)(what, done, total);
           }});
  if (!text.ok()) return fail(text.error(), false);
  std::fputs(text->c_str(), stdout);
  return 0;
}

void add_fit(CLI::App& evaluate_command, Run& run, const char* name, const char* what, const char* file, Fit fit) {
  auto options = std::make_shared<FitOptions>();
  CLI::App* command = evaluate_command.add_subcommand(name, what);
  command->footer(std::string("Example: puente evaluate ") + name + " usual/ hurried/ capacitive/ > " + file +
                  "\nDirectories as puente synth people --layout fvc writes them.");
  command->add_option("DIR", options->directories, "directories of <subject>_<impression>.png")->required();
  command->add_option("--threads", options->threads, "threads")->check(CLI::Range(1, 256))->capture_default_str();
  command->callback([options, fit, &run] { run = [options, fit] { return print_fit(*options, fit); }; });
}

struct GoldenOptions {
  std::string directory;
  int prints = 40, pairs = 200;
  bool literal = false;
};

int golden_scores(const GoldenOptions& options) {
  const auto text = evaluate::golden_scores(options.directory, options.prints, options.pairs);
  if (!text.ok()) return fail(text.error(), false);
  std::printf(options.literal ? "R\"golden(\n%s)golden\"\n" : "%s", text->c_str());
  return 0;
}

void add_golden(CLI::App& evaluate_command, Run& run) {
  auto options = std::make_shared<GoldenOptions>();
  CLI::App* golden = evaluate_command.add_subcommand("golden", "synthetic prints and what comparing them must give");
  golden->footer(
      "Examples: puente evaluate golden synthetic/ > test/data/golden/prints.txt\n"
      "          puente evaluate golden synthetic/ --prints 8 --pairs 12 --literal > "
      "src/modality/finger/golden.inc\n"
      "Only for prints of nobody: puente synth people --layout fvc. To be made again when comparison changes.");
  golden->add_option("DIR", options->directory, "directory of <subject>_<impression>.png")->required();
  golden->add_option("--prints", options->prints, "the first so many")->capture_default_str();
  golden->add_option("--pairs", options->pairs, "so many pairs of them")->capture_default_str();
  golden->add_flag("--literal", options->literal, "as a C++ string literal");
  golden->callback([options, &run] { run = [options] { return golden_scores(*options); }; });
}

}  // namespace

void add_evaluate(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("evaluate", "error rates, measured");
  command->require_subcommand(1);
  add_finger(*command, run);
  add_identify(*command, run);
  add_strangers(*command, run);
  add_fit(*command, run, "fit", "fit the finger engine's score to comparisons of known truth",
          "src/modality/finger/score_model.inc", evaluate::fit_score);
  add_fit(*command, run, "fit-sketch", "fit what the search's coarse stage looks at",
          "src/modality/finger/sketch_projection.inc", evaluate::fit_sketch);
  add_golden(*command, run);
}

}  // namespace puente::cli
