// puente evaluate finger | calibration | identify | strangers | slap …: error rates by the protocol of the Fingerprint
// Verification Competition, and whether the search of a gallery finds as many strangers as it says.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/parallel.h"
#include "core/text.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "intake/intake.h"
#include "lab/evaluate/evaluate.h"

namespace puente::cli {
namespace {

struct FingerOptions {
  std::vector<std::string> directories;
  std::string scores, curve, save, picture, title = "Fingerprint comparison", through, same_person = "none";
  int threads = cores();
  int bootstrap_rounds = 1000, worst_pairs = 0, highest = 0;
  bool strangers = false, json = false, force = false;
};

// Progress of one kind of work after the other.
std::function<void(const char* what, std::size_t done, std::size_t total)> say_progress() {
  struct State {
    std::string label;
    std::optional<Progress> progress;
  };
  return [state = std::make_shared<State>()](const char* what, std::size_t done, std::size_t total) {
    if (state->label != what) state->progress.emplace(state->label = what);
    state->progress->update(done, total);
  };
}

constexpr const char* kThroughWsq = "wsq";

// What an image becomes when it is kept as intake::as_wsq has it.
Result<Image> through_wsq(const Image& image) {
  ASSIGN_OR_RETURN(const Bytes packed, format::encode_wsq(image));
  return format::decode_image(packed);
}

// What a template becomes when it travels as minutiae alone, or in a record of them.
using Through = std::function<finger::Template(const finger::Template&)>;

Result<Through> through_of(const std::string& name) {
  if (name.empty() || name == kThroughWsq) return Through();
  if (name == "minutiae") {
    return Through([](finger::Template features) {
      features.columns = features.rows = 0;
      features.cells.clear();
      return features;
    });
  }
  ASSIGN_OR_RETURN(const format::MinutiaeFormat format, format::parse_minutiae_format(name));
  return Through([format](const finger::Template& features) {
    const auto bytes = format::write_minutiae_record(intake::to_minutiae_record(features, format));
    if (!bytes.ok()) return finger::Template();
    const bool card = format == format::MinutiaeFormat::kIsoCard || format == format::MinutiaeFormat::kIsoCardCompact;
    const auto record = card ? format::read_minutiae_card(*bytes, format) : format::read_minutiae_record(*bytes);
    if (!record.ok() || record->views.empty()) return finger::Template();
    auto back = intake::to_template(record->views[0], format);
    return back.ok() ? *std::move(back) : finger::Template();
  });
}

Result<int> evaluate_finger(const FingerOptions& options) {
  for (const std::string& path : {options.scores, options.curve, options.save, options.picture})
    TRY(check_output(path, options.force));
  ASSIGN_OR_RETURN(const Through through, of_words(through_of(options.through)));
  std::function<Result<Image>(const Image&)> image_through;
  if (options.through == kThroughWsq) image_through = through_wsq;
  ASSIGN_OR_RETURN(const evaluate::SamePerson same_person, of_words(evaluate::parse_same_person(options.same_person)));
  ASSIGN_OR_RETURN(const evaluate::Evaluation evaluation,
                   evaluate::evaluate_finger(options.directories, {.threads = options.threads,
                                                                   .bootstrap_rounds = options.bootstrap_rounds,
                                                                   .worst_pairs = options.worst_pairs,
                                                                   .highest = options.highest,
                                                                   .same_person = same_person,
                                                                   .each_another = options.strangers,
                                                                   .through = through,
                                                                   .progress = say_progress(),
                                                                   .image_through = image_through}));
  const auto write = [&](const std::string& path, const std::string& content) {
    return write_output(path, view(content), options.force, Readers::kByUmask);
  };
  if (!options.scores.empty()) TRY(write(options.scores, evaluate::scores_text(evaluation)));
  if (!options.save.empty()) TRY(write(options.save, canonical(evaluate::to_json(evaluation)) + "\n"));
  if (!options.curve.empty()) TRY(write(options.curve, evaluate::curve_csv(evaluation)));
  if (!options.picture.empty()) TRY(write(options.picture, evaluate::to_svg(evaluation, options.title)));
  if (options.json) {
    print_json(evaluate::to_json(evaluation));
  } else {
    std::fputs(evaluate::to_text(evaluation).c_str(), stdout);
  }
  return 0;
}

void add_finger(Command& evaluate_command, Run& run) {
  auto options = std::make_shared<FingerOptions>();
  Command* finger = evaluate_command.add_subcommand("finger", "fingerprints, by the FVC protocol");
  finger->footer(
      "Examples: puente evaluate finger fvc2002/DB* --json --scores scores.txt\n"
      "          puente evaluate finger cards/ --same-person every:10 --highest 20\n"
      "Genuine: all pairs of a finger's impressions. Impostor: all pairs of impressions of different fingers of a\n"
      "directory. An image without a template is a non-match everywhere. Where no finger is there twice, strangers\n"
      "alone are measured: what their scores claim beside what is seen.");
  finger
      ->add_option("DIR", options->directories,
                   "directories of <subject>_<impression>.png, or of any format that the program reads;\n"
                   "resolutions in dpi.txt, \"DIR DPI\" a line")
      ->required();
  finger
      ->add_option("--same-person", options->same_person,
                   "whose fingers are one person's, so that their pairs are left out. every:N: numbered fingers, N a\n"
                   "person (1 to 10, 11 to 20 … when 10); until:TEXT: names alike until TEXT; none")
      ->capture_default_str();
  finger->add_flag("--strangers", options->strangers, "each image is of another finger, whatever its name");
  finger->add_option(
      "--through", options->through,
      "compare what is left of templates after a minutiae record: iso2005, iso2011, ansi2004, ansi2009,\n"
      "card, card-compact; or after all but the minutiae is left out: minutiae; or what is extracted of images\n"
      "that were packed at 15:1: wsq");
  finger->add_option("--scores", options->scores, "write each comparison: genuine|impostor DB A B SCORE");
  finger->add_option("--save", options->save, "write what --json answers, for puente evaluate calibration");
  finger->add_option("--curve", options->curve, "write the trade-off curves, comma-separated, with their counts");
  finger->add_option("--picture", options->picture, "write score distributions, DET and calibration (SVG)");
  finger->add_option("--worst", options->worst_pairs, "explain so many genuine and impostor pairs that went worst")
      ->check(within(0, 1000));
  finger->add_option("--highest", options->highest, "name so many strangers with the highest scores")
      ->check(within(0, 1000));
  finger->add_option("--title", options->title, "title of the picture");
  finger->add_option("--threads", options->threads, "threads; times are of one core all the same")
      ->check(within(1, 256))
      ->capture_default_str();
  finger->add_option("--rounds", options->bootstrap_rounds, "bootstrap rounds for the 95 % intervals")
      ->check(within(0, 100'000))
      ->capture_default_str();
  add_force(*finger, options->force);
  finger->add_flag("--json", options->json, "answer as JSON, rates as fractions");
  finger->callback([options, &run] { run = [options] { return evaluate_finger(*options); }; });
}

struct CalibrationOptions {
  std::vector<std::string> sources, lost;
  std::string picture, title = "What scores claim of strangers";
  bool force = false;
};

Result<evaluate::Source> read_source(const std::string& argument) {
  const std::size_t equals = argument.find('=');
  if (equals == std::string::npos || equals == 0)
    return Error{kWrongUse, argument + ": want NAME=FILE, such as careful=careful.json"};
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(argument.substr(equals + 1), limits::kImageBytesMax));
  ASSIGN_OR_RETURN(const Json json, about(argument, parse_json(text(bytes))));
  return evaluate::read_source(argument.substr(0, equals), json);
}

// "MARKED:CLEAN": what of the mates the one loses that the other keeps.
Result<std::string> lost(const std::string& pair, const std::vector<evaluate::Source>& sources) {
  const std::size_t colon = pair.find(':');
  const auto named = [&](const std::string& name) { return std::ranges::find(sources, name, &evaluate::Source::name); };
  const auto marked = named(pair.substr(0, colon));
  const auto clean = colon == std::string::npos ? sources.end() : named(pair.substr(colon + 1));
  if (marked == sources.end() || clean == sources.end() || !marked->rated || !clean->rated)
    return Error{Code::kInvalidInput, "--lost " + pair + ": want MARKED:CLEAN, two of the sources, each with mates"};
  return fmt::format("{} loses {:.2f} points of FNMR at FMR 0.1 % beside {}\n", marked->name,
                     100 * (marked->fnmr_at_fmr_1_in_1000 - clean->fnmr_at_fmr_1_in_1000), clean->name);
}

Result<int> show_calibration(const CalibrationOptions& options) {
  TRY(check_output(options.picture, options.force));
  std::vector<evaluate::Source> sources;
  for (const std::string& argument : options.sources) {
    ASSIGN_OR_RETURN(evaluate::Source source, read_source(argument));
    sources.push_back(std::move(source));
  }
  std::string words = evaluate::to_text(sources);
  for (const std::string& pair : options.lost) {
    ASSIGN_OR_RETURN(const std::string line, lost(pair, sources));
    words += line;
  }
  if (!options.picture.empty()) {
    TRY(write_output(options.picture, view(evaluate::to_svg(sources, options.title)), options.force,
                     Readers::kByUmask));
  }
  std::fputs(words.c_str(), stdout);
  return 0;
}

void add_calibration(Command& evaluate_command, Run& run) {
  auto options = std::make_shared<CalibrationOptions>();
  Command* command = evaluate_command.add_subcommand(
      "calibration", "several evaluations in one table and one picture: what scores claim, what was seen");
  command->footer(
      "Example: puente evaluate finger cards/ --same-person every:10 --save ink.json\n"
      "         puente evaluate finger clean/ --save clean.json\n"
      "         puente evaluate finger marked/ --save marked.json\n"
      "         puente evaluate calibration ink=ink.json clean=clean.json marked=marked.json --lost marked:clean\n"
      "                                     --picture calibration.svg");
  command->add_option("SOURCE", options->sources, "NAME=FILE, as puente evaluate finger --save writes it")->required();
  command->add_option("--lost", options->lost,
                      "MARKED:CLEAN: say how many mates' points the one loses beside the other");
  command->add_option("--picture", options->picture, "write the picture (SVG)");
  command->add_option("--title", options->title, "title of the picture");
  add_force(*command, options->force);
  command->callback([options, &run] { run = [options] { return show_calibration(*options); }; });
}

struct IdentifyOptions {
  std::string directory;
  int fingers = 1;
  int threads = cores();
  bool json = false;
};

Result<int> evaluate_identify(const IdentifyOptions& options) {
  ASSIGN_OR_RETURN(const evaluate::Identification found,
                   evaluate::evaluate_identification(options.directory, options.fingers,
                                                     {.threads = options.threads, .progress = say_progress()}));
  if (options.json) {
    print_json(evaluate::to_json(found));
    return 0;
  }
  std::fputs(evaluate::to_text(found).c_str(), stdout);
  return 0;
}

void add_identify(Command& evaluate_command, Run& run) {
  auto options = std::make_shared<IdentifyOptions>();
  Command* identify = evaluate_command.add_subcommand("identify", "1:N: misses, and strangers found beside expected");
  identify->footer(
      "Example: puente evaluate identify synthetic/ --fingers 2\n"
      "First impressions are the gallery, the others are probes; consecutive subjects make a person of many fingers.");
  identify->add_option("DIR", options->directory, "directory of <subject>_<impression>.png")->required();
  identify->add_option("--fingers", options->fingers, "fingers a person")->check(within(1, 10))->capture_default_str();
  identify->add_option("--threads", options->threads, "threads")->check(within(1, 256))->capture_default_str();
  identify->add_flag("--json", options->json, "answer as JSON");
  identify->callback([options, &run] { run = [options] { return evaluate_identify(*options); }; });
}

struct StrangersOptions {
  std::vector<std::string> directories;
  std::string grown, picture;
  int fillers = 2000;
  int threads = cores();
  bool json = false, force = false;
};

Result<int> compare_strangers(const StrangersOptions& options) {
  TRY(check_output(options.picture, options.force));
  ASSIGN_OR_RETURN(const std::vector<evaluate::Strangers> found,
                   evaluate::compare_strangers(options.directories, options.grown, options.fillers,
                                               {.threads = options.threads, .progress = say_progress()}));
  if (!options.picture.empty()) {
    TRY(write_output(options.picture, view(evaluate::to_svg(found, "Three kinds of strangers")), options.force,
                     Readers::kByUmask));
  }
  if (options.json) {
    print_json(evaluate::to_json(found));
    return 0;
  }
  std::fputs(evaluate::to_text(found).c_str(), stdout);
  return 0;
}

void add_strangers(Command& evaluate_command, Run& run) {
  auto options = std::make_shared<StrangersOptions>();
  Command* strangers =
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
      ->check(within(1, 1'000'000))
      ->capture_default_str();
  strangers->add_option("--picture", options->picture, "write the distributions (SVG)");
  strangers->add_option("--threads", options->threads, "threads")->check(within(1, 256))->capture_default_str();
  add_force(*strangers, options->force);
  strangers->add_flag("--json", options->json, "answer as JSON");
  strangers->callback([options, &run] { run = [options] { return compare_strangers(*options); }; });
}

struct FitOptions {
  std::vector<std::string> directories;
  int threads = cores();
};
using Fit = Result<std::string> (*)(std::span<const std::string>, const evaluate::Options&);

Result<int> print_fit(const FitOptions& options, Fit fit) {
  ASSIGN_OR_RETURN(const std::string text,
                   fit(options.directories, {.threads = options.threads, .progress = say_progress()}));
  std::fputs(text.c_str(), stdout);
  return 0;
}

void add_fit(Command& evaluate_command, Run& run, const char* name, const char* what, const char* file, Fit fit) {
  auto options = std::make_shared<FitOptions>();
  Command* command = evaluate_command.add_subcommand(name, what);
  command->footer(std::string("Example: puente evaluate ") + name + " usual/ hurried/ capacitive/ > " + file +
                  "\nDirectories as puente synth people --layout fvc writes them.");
  command->add_option("DIR", options->directories, "directories of <subject>_<impression>.png")->required();
  command->add_option("--threads", options->threads, "threads")->check(within(1, 256))->capture_default_str();
  command->callback([options, fit, &run] { run = [options, fit] { return print_fit(*options, fit); }; });
}

struct SlapOptions {
  evaluate::SlapStudy study;
  bool json = false;
};

Result<int> evaluate_slaps(SlapOptions& options) {
  options.study.progress = say_progress();
  const evaluate::SlapMeasured measured = evaluate::evaluate_slaps(options.study);
  if (options.json) {
    print_json(evaluate::to_json(measured));
  } else {
    std::fputs(evaluate::to_text(measured).c_str(), stdout);
  }
  return 0;
}

void add_evaluate_slaps(Command& evaluate_command, Run& run) {
  auto options = std::make_shared<SlapOptions>();
  Command* command =
      evaluate_command.add_subcommand("slap", "slaps of synthetic people: boxes, positions, hands, swaps");
  command->footer("Example: puente evaluate slap --count 200 --seed 42");
  command->add_option("--count", options->study.people, "people, each with three slaps and more")
      ->check(within(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--seed", options->study.seed, "of the people")->check(whole_number())->capture_default_str();
  command->add_option("--difficulty", options->study.difficulty, "0 careful, 1 usual, 2 hurried captures")
      ->check(between(0, 4))
      ->capture_default_str();
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, &run] { run = [options] { return evaluate_slaps(*options); }; });
}

struct IdentityOptions {
  evaluate::IdentityStudy study;
  bool json = false;
};

Result<int> evaluate_identity(IdentityOptions& options) {
  options.study.progress = say_progress();
  const evaluate::IdentityMeasured measured = evaluate::evaluate_identity(options.study);
  if (options.json) {
    print_json(evaluate::to_json(measured));
  } else {
    std::fputs(evaluate::to_text(measured).c_str(), stdout);
  }
  return 0;
}

void add_identity(Command& evaluate_command, Run& run) {
  auto options = std::make_shared<IdentityOptions>();
  options->study.threads = cores();
  Command* command = evaluate_command.add_subcommand(
      "identity", "fingers under an id: the own refused, another's taken, contradictions noticed");
  command->footer("Example: puente evaluate identity --count 100 --seed 42");
  command->add_option("--count", options->study.people, "people of ten fingers")
      ->check(within(2, 100'000))
      ->capture_default_str();
  command->add_option("--seed", options->study.seed, "of the people")->check(whole_number())->capture_default_str();
  command->add_option("--difficulty", options->study.difficulty, "0 careful, 1 usual, 2 hurried captures")
      ->check(between(0, 4))
      ->capture_default_str();
  command->add_option("--threads", options->study.threads, "threads")->check(within(1, 256))->capture_default_str();
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, &run] { run = [options] { return evaluate_identity(*options); }; });
}

struct GoldenOptions {
  std::string directory;
  int prints = 40, pairs = 200;
  bool literal = false;
};

Result<int> golden_scores(const GoldenOptions& options) {
  ASSIGN_OR_RETURN(const std::string text, evaluate::golden_scores(options.directory, options.prints, options.pairs));
  std::printf(options.literal ? "R\"golden(\n%s)golden\"\n" : "%s", text.c_str());
  return 0;
}

void add_golden(Command& evaluate_command, Run& run) {
  auto options = std::make_shared<GoldenOptions>();
  Command* golden = evaluate_command.add_subcommand("golden", "synthetic prints and what comparing them must give");
  golden->footer(
      "Examples: puente evaluate golden synthetic/ > test/data/golden/prints.txt\n"
      "          puente evaluate golden synthetic/ --prints 8 --pairs 12 --literal > "
      "src/modality/finger/golden.inc\n"
      "Only for prints of nobody: puente synth people --layout fvc. To be made again when comparison changes.");
  golden->add_option("DIR", options->directory, "directory of <subject>_<impression>.png")->required();
  golden->add_option("--prints", options->prints, "the first so many")
      ->check(within(1, 100'000))
      ->capture_default_str();
  golden->add_option("--pairs", options->pairs, "so many pairs of them")
      ->check(within(1, 1'000'000))
      ->capture_default_str();
  golden->add_flag("--literal", options->literal, "as a C++ string literal");
  golden->callback([options, &run] { run = [options] { return golden_scores(*options); }; });
}

}  // namespace

void add_evaluate(Command& app, Run& run) {
  Command* command = app.add_subcommand("evaluate", "error rates, measured");
  command->require_subcommand(1);
  add_finger(*command, run);
  add_calibration(*command, run);
  add_identify(*command, run);
  add_strangers(*command, run);
  add_fit(*command, run, "fit", "fit the finger engine's score to comparisons of known truth",
          "src/modality/finger/score_model.inc", evaluate::fit_score);
  add_fit(*command, run, "fit-sketch", "fit what the search's coarse stage looks at",
          "src/modality/finger/sketch_projection.inc", evaluate::fit_sketch);
  add_golden(*command, run);
  add_evaluate_slaps(*command, run);
  add_identity(*command, run);
}

}  // namespace puente::cli
