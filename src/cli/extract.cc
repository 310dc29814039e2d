// puente extract: quality, minutiae and template of fingerprint images.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>

#include "cli/cli.h"
#include "cli/output.h"
#include "core/limits.h"
#include "format/iso/iso.h"
#include "intake/intake.h"

namespace puente::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  double dpi = 0;
  std::string out, iso, iso_format = "iso2005";
  bool json = false, force = false;
};

Json to_json(const std::string& file, const intake::Print& found) {
  Json::Array minutiae;
  for (const finger::Minutia& minutia : found.features.minutiae) {
    const char* type = minutia.type == finger::MinutiaType::kEnding        ? "ending"
                       : minutia.type == finger::MinutiaType::kBifurcation ? "bifurcation"
                                                                           : "other";
    minutiae.push_back(Json::object({{"x", std::round(10.0 * minutia.x) / 10},
                                     {"y", std::round(10.0 * minutia.y) / 10},
                                     {"direction_degrees", std::round(minutia.direction * 1800 / M_PI) / 10},
                                     {"type", type},
                                     {"quality", static_cast<int>(minutia.quality)}}));
  }
  return Json::object(
      {{"file", file},
       {"width", found.features.width},
       {"height", found.features.height},
       {"ppi", 500},
       {"quality", Json::object({{"score", found.quality.score}, {"reasons", strings(found.quality.reasons)}})},
       {"minutiae", std::move(minutiae)},
       {"template", to_base64(finger::encode(found.features))}});
}

// What an officer can do about it, before the person has gone on.
const char* advice(const std::string& reason) {
  static const std::map<std::string, const char*> kAdvice = {
      {"too_small", "lay the whole pad of the finger flat on the glass"},
      {"too_dry", "moisten the finger a little, or let the person breathe on it, and press somewhat harder"},
      {"too_wet", "dry finger and glass, and press less"},
      {"low_contrast", "clean the glass; shade it from bright light"},
      {"unclear_ridges", "hold the finger still and flat; if skin is worn or cut, take another finger too"},
      {"too_few_minutiae", "roll or centre the finger so that the middle of its pad is on the glass"},
      {"implausible_resolution",
       "at this resolution the ridges are nearer to each other, or farther apart, than on any skin: give the true one "
       "with --dpi"},
      {"unusual_resolution",
       "few scanners have this resolution, and the ridges would be more usual at 500: if so, give it with --dpi"},
      {"several_fingers",
       "more than one finger is on the image: give each by itself, or all as a slap, such as PLAIN_RIGHT_FOUR_FINGERS"},
  };
  const auto found = kAdvice.find(reason);
  return found == kAdvice.end() ? nullptr : found->second;
}

void print_text(const std::string& file, const intake::Print& found) {
  std::string reasons;
  for (const std::string& reason : found.quality.reasons) reasons += (reasons.empty() ? "; " : ", ") + reason;
  std::printf("%s: quality %d%s, %zu minutiae\n", file.c_str(), found.quality.score, reasons.c_str(),
              found.features.minutiae.size());
  for (const std::string& reason : found.quality.reasons) {
    if (const char* words = advice(reason)) std::printf("  %s: %s\n", reason.c_str(), words);
  }
}

// Template and minutiae record, where they are wanted.
Status write_out(const Options& options, const intake::Print& found) {
  if (!options.out.empty()) TRY(write_output(options.out, finger::encode(found.features), options.force));
  if (options.iso.empty()) return {};
  ASSIGN_OR_RETURN(const format::MinutiaeFormat format, format::parse_minutiae_format(options.iso_format));
  const int quality = !found.image.pixels.empty() ? found.quality.score : 254;
  ASSIGN_OR_RETURN(const Bytes record, format::write_minutiae_record(intake::to_minutiae_record(
                                           found.features, format, Finger::kUnknown, quality)));
  return write_output(options.iso, record, options.force);
}

Result<int> extract(const Options& options) {
  for (const std::string& path : {options.out, options.iso}) TRY(check_output(path, options.force));
  int exit_code = kYes;
  Json::Array answers;
  for (const std::string& file : options.files) {
    const Result<intake::Print> found = intake::read_print_file(file, options.dpi, intake::Keep::kImages);
    Status done = found.ok() ? Status() : Status(found.error());
    if (found.ok()) done = write_out(options, *found);
    if (!done.ok()) {
      complain(done.error());
      exit_code = std::max(exit_code, exit_code_of(done.error().code));
      answers.push_back(Json::object({{"file", file}, {"error", error_json(done.error())}}));
    } else if (options.json) {
      answers.push_back(to_json(file, *found));
    } else {
      print_text(file, *found);
    }
  }
  if (options.json) print_json(Json(std::move(answers)));
  return exit_code;
}

}  // namespace

void add_extract(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* extract_command = app.add_subcommand("extract", "quality, minutiae and template of fingerprint images");
  extract_command->footer("Example: puente extract right_index.png --dpi 500 --out right_index.template");
  extract_command->add_option("IMAGE", options->files, "images or records (ISO 19794-2, -4), each of one finger")
      ->required();
  extract_command->add_option("--dpi", options->dpi, "resolution, whatever the file says; 500 when neither does")
      ->check(within(limits::kPpiMin, limits::kPpiMax));
  extract_command->add_option("--out", options->out, "write the template here (one image only)");
  extract_command->add_option("--iso", options->iso, "write the minutiae as a record here (one image only)");
  extract_command
      ->add_option("--iso-format", options->iso_format,
                   "of that record: iso2005, iso2011, ansi2004, ansi2009, card, card-compact")
      ->check(read_by(format::parse_minutiae_format))
      ->capture_default_str();
  add_force(*extract_command, options->force);
  extract_command->add_flag("--json", options->json, "answer as JSON, an array with an item for each image");
  extract_command->callback([options, &run] {
    if (options->files.size() != 1 && !options->out.empty()) throw CLI::ValidationError("--out", "takes one image");
    if (options->files.size() != 1 && !options->iso.empty()) throw CLI::ValidationError("--iso", "takes one image");
    if (!options->iso.empty() && options->iso == options->out) throw CLI::ValidationError("--iso", "is --out already");
    run = [options] { return extract(*options); };
  });
}

}  // namespace puente::cli
