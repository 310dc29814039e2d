// puente extract: quality, minutiae and template of fingerprint images.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>

#include "cli/advice.h"
#include "cli/cli.h"
#include "cli/finger_file.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/words.h"
#include "core/limits.h"
#include "format/iso/iso.h"
#include "intake/intake.h"

namespace puente::cli {
namespace {

struct ExtractOptions {
  std::vector<std::string> files;
  double dpi = 0;
  std::string out, iso, xyt, from, iso_format;
  bool json = false, force = false;
};

// Of minutiae alone nothing is measured.
bool is_of_image(const intake::Print& found) {
  return !found.image.pixels.empty();
}

Json extract_json(const std::string& file, const intake::Print& found) {
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
  return Json::object({{"file", file},
                       {"position", to_string(found.place)},
                       {"width", found.features.width},
                       {"height", found.features.height},
                       {"ppi", 500},
                       {"quality", Json::object({{"score", is_of_image(found) ? Json(found.quality.score) : Json()},
                                                 {"reasons", strings(found.quality.reasons)}})},
                       {"minutiae", std::move(minutiae)},
                       {"template", to_base64(finger::encode(found.features))}});
}

// That a resolution was assumed is said once for all files, at the end.
void print_extract(const std::string& file, const intake::Print& found, bool& assumed) {
  std::string reasons;
  std::vector<std::string> said;
  for (const std::string& reason : found.quality.reasons) {
    const bool is_said_later = reason == "resolution_assumed";
    assumed = assumed || is_said_later;
    if (is_said_later) continue;
    reasons += (reasons.empty() ? "; " : ", ") + in_language(reason);
    said.push_back(reason);
  }
  const bool is_known = finger_at(found.place) != Finger::kUnknown;
  const std::string place = is_known ? to_string(found.place) + std::string(", ") : "";
  const std::size_t minutiae = found.features.minutiae.size();
  if (is_of_image(found)) say("{}: {}quality {}{}, {} minutiae\n", file, place, found.quality.score, reasons, minutiae);
  if (!is_of_image(found)) say("{}: {}{} minutiae{}\n", file, place, minutiae, reasons);
  print_advice(said);
}

// Template, minutiae record and text of minutiae, where they are wanted.
Status write_out(const ExtractOptions& options, const std::string& file, const std::vector<intake::Print>& prints) {
  if (options.out.empty() && options.iso.empty() && options.xyt.empty()) return {};
  const auto own = std::ranges::count(prints, false, &intake::Print::second);
  if (own == 0) return {Code::kNoFeatures, file + ": " + finger::only_a_second().message};
  if (own != 1)
    return {Code::kInvalidInput,
            file + ": it has " + std::to_string(own) + " prints, and --out, --iso and --xyt take one"};
  const intake::Print& found = prints.front();  // a second print follows the other
  if (!options.out.empty()) TRY(write_output(options.out, finger::encode(found.features), options.force));
  if (!options.xyt.empty())
    TRY(write_output(options.xyt, view(intake::to_xyt(found.features)), options.force, Readers::kOwner));
  if (options.iso.empty()) return {};
  ASSIGN_OR_RETURN(const format::MinutiaeFormat format, format::parse_minutiae_format(options.iso_format));
  const int quality = is_of_image(found) ? found.quality.score : 254;
  ASSIGN_OR_RETURN(const Bytes record, format::write_minutiae_record(intake::to_minutiae_record(
                                           found.features, format, Finger::kUnknown, quality)));
  return write_output(options.iso, record, options.force);
}

// The same for all names of one file.
std::string file_of(const std::string& path) {
  if (is_standard_output(path)) return "-";
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(path, error);
  const std::string out = std::filesystem::weakly_canonical(whole, error).string();
  return error ? path : out;
}

Result<int> extract(const ExtractOptions& options) {
  for (const std::string& path : {options.out, options.iso, options.xyt}) TRY(check_output(path, options.force));
  int exit_code = kYes;
  bool assumed = false;
  Json::Array answers;
  for (const std::string& file : options.files) {
    const auto read = read_prints(path_of(file), options.dpi, intake::Keep::kImages, options.from);
    Status done = read.ok() ? Status() : Status(read.error());
    if (read.ok()) done = write_out(options, file, read->prints);
    if (!done.ok()) {
      complain(done.error());
      exit_code = std::max(exit_code, exit_code_of(done.error().code));
      answers.push_back(Json::object({{"file", file}, {"error", error_json(done.error())}}));
      continue;
    }
    for (const intake::Print& found : read->prints) {
      if (options.json) {
        answers.push_back(extract_json(file, found));
      } else {
        print_extract(file, found, assumed);
      }
    }
    for (const std::string& line : read->left_out) complain({Code::kInvalidInput, file + ": left out: " + line});
    for (const std::string& line : read->remarks) complain({Code::kInvalidInput, file + ": remark: " + line});
  }
  if (assumed) print_advice({"resolution_assumed"});
  if (options.json) print_json(Json(std::move(answers)));
  return exit_code;
}

}  // namespace

void add_extract(Command& app, Run& run) {
  auto options = std::make_shared<ExtractOptions>();
  Command* extract_command = app.add_subcommand("extract", "quality, minutiae and template of fingerprint images");
  extract_command->footer("Example: puente extract right_index.png --dpi 500 --out right_index.template");
  extract_command
      ->add_option("IMAGE", options->files,
                   "images or records, whose fingers are taken one by one, slaps apart; -: standard input")
      ->required();
  extract_command->add_option("--dpi", options->dpi, "resolution, whatever the file says; 500 when neither does")
      ->check(between(limits::kPpiMin, limits::kPpiMax));
  extract_command->add_option("--out", options->out, "write the template here (one image only)");
  extract_command->add_option("--iso", options->iso, "write the minutiae as a record here (one image only)");
  extract_command
      ->add_option("--iso-format", options->iso_format,
                   "of that record: iso2005 (unless said), iso2011, ansi2004, ansi2009, card, card-compact")
      ->check(read_by(format::parse_minutiae_format));
  extract_command->add_option("--xyt", options->xyt,
                              "write the minutiae here as NIST's bozorth3 reads them (one image only)");
  add_from(*extract_command, options->from);
  add_force(*extract_command, options->force);
  extract_command->add_flag("--json", options->json, "answer as JSON, an array with an item for each finger");
  extract_command->callback([options, &run] {
    const std::pair<const char*, std::string> outputs[] = {
        {"--out", options->out}, {"--iso", options->iso}, {"--xyt", options->xyt}};
    if (options->iso.empty() && !options->iso_format.empty())
      wrong_use("--iso-format", "is of the record that --iso writes");
    if (options->iso_format.empty()) options->iso_format = "iso2005";
    std::set<std::string> taken;
    for (const auto& [name, path] : outputs) {
      if (path.empty()) continue;
      if (options->files.size() != 1) wrong_use(name, "takes one image");
      if (!taken.insert(file_of(path)).second) wrong_use(name, "is another output's file already");
    }
    run = [options] { return extract(*options); };
  });
}

}  // namespace puente::cli
