// puente slap: a slap's fingers with their positions; and whether they are the fingers of rolled prints.
#include <cmath>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <memory>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/words.h"
#include "core/limits.h"
#include "core/text.h"
#include "format/image/image.h"
#include "intake/intake.h"

namespace puente::cli {
namespace {

struct SlapOptions {
  std::string file, position, missing, out, picture;
  std::vector<std::string> rolled;
  double dpi = 0;
  bool json = false, force = false;
};

using Pieces = std::vector<intake::TakenApart::Piece>;

Result<std::vector<Finger>> parse_missing(const std::string& list) {
  std::vector<Finger> missing;
  for (const std::string_view item : split(list, ',')) {
    if (item.empty()) continue;
    ASSIGN_OR_RETURN(const Finger position, parse_finger(item));
    missing.push_back(position);
  }
  return missing;
}

// "RIGHT_INDEX=file" or "2=file"
Result<std::pair<Finger, finger::Template>> read_rolled(const std::string& argument, double dpi) {
  const std::size_t equals = argument.find('=');
  if (equals == std::string::npos)
    return Error{kWrongUse, "--rolled: give position and file, such as RIGHT_INDEX=index.png"};
  ASSIGN_OR_RETURN(const Finger position, of_words(parse_finger(argument.substr(0, equals))));
  ASSIGN_OR_RETURN(intake::Print found, intake::read_print_file(argument.substr(equals + 1), dpi));
  return std::pair{position, std::move(found.features)};
}

Result<std::vector<finger::SequenceFinding>> check_slap(const SlapOptions& options, const finger::Slap& slap,
                                                        const Pieces& cuts) {
  std::deque<finger::Template> kept;  // prints borrow from it
  std::vector<finger::PlacedPrint> segments, rolled;
  for (const std::string& argument : options.rolled) {
    ASSIGN_OR_RETURN(auto read, read_rolled(argument, options.dpi));
    kept.push_back(std::move(read.second));
    rolled.push_back({read.first, &kept.back()});
  }
  for (std::size_t i = 0; i < cuts.size(); ++i)
    if (cuts[i].extraction.ok()) segments.push_back({slap.fingers[i].position, &cuts[i].extraction->features});
  return finger::check_sequence(segments, rolled);
}

double rounded(double value) {
  return std::round(100 * value) / 100;
}

Json slap_json(const SlapOptions& options, const finger::Slap& slap, const Pieces& cuts,
               const std::vector<finger::SequenceFinding>& findings) {
  Json::Array fingers, sequence;
  for (std::size_t i = 0; i < slap.fingers.size(); ++i) {
    const finger::Segment& s = slap.fingers[i];
    Json one = Json::object({{"position", to_string(s.position)},
                             {"left", s.left},
                             {"right", s.right},
                             {"top", s.top},
                             {"bottom", s.bottom},
                             {"box", Json::object({{"x", rounded(s.x)},
                                                   {"y", rounded(s.y)},
                                                   {"width", rounded(s.width)},
                                                   {"height", rounded(s.height)},
                                                   {"angle_degrees", rounded(s.angle * 180 / M_PI)}})},
                             {"confidence", rounded(s.confidence)},
                             {"reasons", strings(s.reasons)}});
    one.set("quality", cuts[i].extraction.ok() ? Json(cuts[i].extraction->quality.score) : Json());
    fingers.push_back(std::move(one));
  }
  for (const finger::SequenceFinding& f : findings)
    sequence.push_back(Json::object({{"position", to_string(f.claimed)},
                                     {"verdict", to_string(f.verdict)},
                                     {"score", rounded(f.claimed_score)},
                                     {"best_position", to_string(f.best)},
                                     {"best_score", rounded(f.best_score)}}));
  Json out = Json::object({{"file", options.file},
                           {"position", to_string(slap.position)},
                           {"right_hand", rounded(slap.right_hand)},
                           {"confidence", rounded(slap.confidence)},
                           {"reasons", strings(slap.reasons)},
                           {"fingers", Json(std::move(fingers))}});
  if (!options.rolled.empty()) out.set("sequence", Json(std::move(sequence)));
  return out;
}

std::string joined(const std::vector<std::string>& reasons) {
  std::string out;
  for (const std::string& reason : reasons) out += (out.empty() ? "; " : ", ") + in_language(reason);
  return out;
}

void print_slap(const SlapOptions& options, const finger::Slap& slap, const Pieces& cuts,
                const std::vector<finger::SequenceFinding>& findings) {
  say("{}: {}, confidence {:.2f}{}\n", options.file, to_string(slap.position), slap.confidence, joined(slap.reasons));
  for (std::size_t i = 0; i < slap.fingers.size(); ++i) {
    const finger::Segment& s = slap.fingers[i];
    say("  {:<12} left {} right {} top {} bottom {}, tilted {:.0f} degrees, confidence {:.2f}{}", to_string(s.position),
        s.left, s.right, s.top, s.bottom, s.angle * 180 / M_PI, s.confidence, joined(s.reasons));
    if (cuts[i].extraction.ok())
      say("; quality {}\n", cuts[i].extraction->quality.score);
    else
      std::printf("; %s\n", in_language(cuts[i].extraction.error().message).c_str());
  }
  if (options.rolled.empty()) return;
  for (const finger::SequenceFinding& f : findings)
    say("  {:<12} {}: score {:.1f}, best {:.1f} with {}\n", to_string(f.claimed), to_string(f.verdict), f.claimed_score,
        f.best_score, to_string(f.best));
}

Status write_files(const SlapOptions& options, const Image& image, const finger::Slap& slap, const Pieces& cuts) {
  if (!options.picture.empty()) {
    ASSIGN_OR_RETURN(const Bytes png, format::encode_png(draw_slap(image, slap)));
    TRY(write_output(options.picture, png, options.force));
  }
  if (options.out.empty()) return {};
  TRY(make_private_folder(options.out));
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    ASSIGN_OR_RETURN(const Bytes png, format::encode_png(cuts[i].image));
    const auto path = std::filesystem::path(options.out) / (std::string(to_string(slap.fingers[i].position)) + ".png");
    TRY(write_output(path.string(), png, options.force));
  }
  return {};
}

Result<int> segment(const SlapOptions& options) {
  TRY(check_output(options.picture, options.force));
  ASSIGN_OR_RETURN(const FingerCapture position, parse_finger_capture(options.position));
  ASSIGN_OR_RETURN(const std::vector<Finger> missing, parse_missing(options.missing));
  ASSIGN_OR_RETURN(const Image image, intake::read_image_file(options.file, options.dpi));
  ASSIGN_OR_RETURN(const auto apart, about(options.file, intake::take_apart(image, position, missing)));
  const auto& [slap, cuts] = apart;
  ASSIGN_OR_RETURN(const std::vector<finger::SequenceFinding> findings, check_slap(options, slap, cuts));
  TRY(write_files(options, image, slap, cuts));
  if (options.json)
    print_json(slap_json(options, slap, cuts, findings));
  else
    print_slap(options, slap, cuts, findings);
  bool sound = slap.reasons.empty();
  for (const finger::SequenceFinding& finding : findings)
    sound = sound && finding.verdict != finger::SequenceVerdict::kContradicted;
  return sound ? kYes : kNo;
}

}  // namespace

void add_slap(Command& app, Run& run) {
  auto options = std::make_shared<SlapOptions>();
  Command* command = app.add_subcommand("slap", "takes an image of several fingers apart");
  command->footer(
      "Example: puente slap right.png --position PLAIN_RIGHT_FOUR_FINGERS --missing RIGHT_RING --out fingers\n"
      "Exit code 1 when something speaks against the slap (fewer or more fingers than there should be, the other "
      "hand,\n"
      "fingers too close or cut by the edge) or a rolled print contradicts a position.");
  command->add_option("IMAGE", options->file, "PNG, JPEG, JPEG 2000 or WSQ file")->required();
  command
      ->add_option(
          "--position", options->position,
          "PLAIN_RIGHT_FOUR_FINGERS, PLAIN_LEFT_FOUR_FINGERS, PLAIN_THUMBS (or 13, 14, 15), RIGHT_THUMB, LEFT_THUMB")
      ->check(read_by(parse_finger_capture))
      ->required();
  command->add_option("--missing", options->missing, "fingers that are not there, such as RIGHT_RING,RIGHT_LITTLE")
      ->check(read_by(parse_missing));
  command->add_option("--rolled", options->rolled,
                      "rolled prints to check the positions by, such as RIGHT_INDEX=2.png");
  command->add_option("--dpi", options->dpi, "resolution, whatever the file says; 500 when neither does")
      ->check(between(limits::kPpiMin, limits::kPpiMax));
  command->add_option("--out", options->out, "directory for the fingers, upright at 500 pixels an inch");
  command->add_option("--picture", options->picture, "PNG file to draw the boxes into");
  add_force(*command, options->force);
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, &run] { run = [options] { return segment(*options); }; });
}

}  // namespace puente::cli
