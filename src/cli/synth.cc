// puente synth people | slaps | check: synthetic people for tests and demonstrations, and whether an image is of one.
#include <cstdio>
#include <memory>

#include "cli/cli.h"
#include "cli/options.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/parallel.h"
#include "core/text.h"
#include "format/image/image.h"
#include "lab/synth/synth.h"

namespace puente::cli {
namespace {

struct PeopleOptions {
  synth::WriteOptions write;
  std::string fingers = "1-10", layout = "people", sensor = "optical", card = "none", marks = "any";
  bool json = false;
};

// "2,3,7-9,LEFT_LITTLE"
Result<std::vector<Finger>> parse_fingers(const std::string& list) {
  std::vector<Finger> fingers;
  for (const std::string_view item : split(list, ',')) {
    if (item.empty()) continue;
    const std::size_t dash = item.find('-');
    ASSIGN_OR_RETURN(const Finger first, parse_finger(item.substr(0, dash)));
    Finger last = first;
    if (dash != std::string::npos) {
      ASSIGN_OR_RETURN(last, parse_finger(item.substr(dash + 1)));
    }
    for (int code = static_cast<int>(first); code <= static_cast<int>(last); ++code)
      fingers.push_back(static_cast<Finger>(code));
  }
  if (fingers.empty()) return Error{Code::kInvalidInput, "--fingers: give positions 1 to 10, such as 2,3,7,8 or 1-10"};
  return fingers;
}

Result<std::vector<synth::CardMark>> parse_marks(const std::string& list) {
  std::vector<synth::CardMark> marks;
  for (const std::string_view item : split(list, ',')) {
    if (item == "any") continue;
    int code = 0;
    while (code < synth::kCardMarkCount && item != synth::to_string(static_cast<synth::CardMark>(code))) ++code;
    if (code == synth::kCardMarkCount)
      return Error{Code::kInvalidInput, "--marks: want some of box, pencil, stamp, hole, smear, crease, neighbour"};
    marks.push_back(static_cast<synth::CardMark>(code));
  }
  return marks;
}

// Writes, and says how many were made.
template <typename Options, typename Write>
Result<int> written(const char* what, const Options& options, Write write) {
  Progress progress(what);
  int images = 0;
  TRY(of_words(write([&](int done, int total) {
    images = done;
    progress.update(static_cast<std::size_t>(done), static_cast<std::size_t>(total));
  })));
  if (options.json)
    print_json(Json::object({{"directory", options.write.directory},
                             {"count", static_cast<std::int64_t>(options.write.count)},
                             {"images", images}}));
  else
    std::printf("%d %s of synthetic people in %s\n", images, what, options.write.directory.c_str());
  return kYes;
}

Result<int> write_people(PeopleOptions& options) {
  ASSIGN_OR_RETURN(options.write.fingers, of_words(parse_fingers(options.fingers)));
  options.write.layout = options.layout == "fvc" ? synth::Layout::kFvc : synth::Layout::kPeople;
  options.write.capture.sensor =
      options.sensor == "capacitive" ? synth::SensorKind::kCapacitive : synth::SensorKind::kOptical;
  static constexpr std::pair<const char*, synth::Card> kCards[] = {{"none", synth::Card::kNone},
                                                                   {"blank", synth::Card::kBlank},
                                                                   {"around", synth::Card::kAround},
                                                                   {"across", synth::Card::kAcross}};
  for (const auto& [name, card] : kCards)
    if (options.card == name) options.write.capture.card = card;
  ASSIGN_OR_RETURN(options.write.capture.marks, of_words(parse_marks(options.marks)));
  if (options.write.capture.card != synth::Card::kNone)
    options.write.capture.width = options.write.capture.height = synth::kCardSide;
  return written("images", options, [&](const auto& progress) { return synth::write_people(options.write, progress); });
}

void add_people(Command& synth, Run& run) {
  auto options = std::make_shared<PeopleOptions>();
  options->write.threads = std::min(256, cores());
  Command* people = synth.add_subcommand("people", "make synthetic people: fingerprint images and biographies");
  people->footer("Example: puente synth people --count 150 --seed 7 --out people --fingers 2,3,7,8");
  people->add_option("--count", options->write.count, "how many people (with --layout fvc: fingers)")->required();
  people->add_option("--seed", options->write.seed, "the same seed gives the same people everywhere")
      ->required()
      ->check(whole_number());
  people->add_option("--out", options->write.directory, "directory to write to, made when absent")->required();
  people->add_option("--fingers", options->fingers, "positions, such as 2,3,7,8 or 1-10")->capture_default_str();
  people->add_option("--impressions", options->write.impressions, "images of each finger")->capture_default_str();
  people->add_option("--layout", options->layout, "people: people.json and named images; fvc: 101_1.png, 101_2.png, …")
      ->check(one_of({"people", "fvc"}))
      ->capture_default_str();
  people->add_option("--sensor", options->sensor, "the kind of scanner")
      ->check(one_of({"optical", "capacitive"}))
      ->capture_default_str();
  people->add_option("--difficulty", options->write.capture.difficulty, "0 careful, 1 usual, 2 hurried captures")
      ->capture_default_str();
  people
      ->add_option("--bend", options->write.capture.bend,
                   "pixels, root mean square, by which skin is bent between two impressions of a finger, beside the\n"
                   "best rigid fit: 10 to 16 as pressed in haste; 0: what difficulty alone does")
      ->capture_default_str();
  people
      ->add_option("--card", options->card,
                   "rolled with ink on a card: blank; with box, caption, pencil, stamps, holes, a neighbour's print,\n"
                   "smears and creases around the print, or across it; or on no card")
      ->check(one_of({"none", "blank", "around", "across"}))
      ->capture_default_str();
  people
      ->add_option(
          "--marks", options->marks,
          "which, on every card: some of box, pencil, stamp, hole, smear, crease, neighbour; any: the box and\n"
          "some of the others, as chance has it")
      ->capture_default_str();
  people->add_option("--threads", options->write.threads, "fingers grown at a time")->capture_default_str();
  people->add_flag("--force", options->write.overwrite, "write into a directory that is not empty");
  people->add_flag("--json", options->json, "say what was made as JSON");
  people->callback([options, &run] { run = [options] { return write_people(*options); }; });
}

struct SlapsOptions {
  synth::WriteSlapsOptions write;
  std::string hand = "all";
  bool json = false;
};

Result<int> write_slaps(SlapsOptions& options) {
  static constexpr std::pair<const char*, synth::SlapKind> kHands[] = {{"right", synth::SlapKind::kRightFour},
                                                                       {"left", synth::SlapKind::kLeftFour},
                                                                       {"thumbs", synth::SlapKind::kThumbs}};
  for (const auto& [name, kind] : kHands)
    if (options.hand == name) options.write.kinds = {kind};
  return written("slaps", options, [&](const auto& progress) { return synth::write_slaps(options.write, progress); });
}

void add_synth_slaps(Command& synth, Run& run) {
  auto options = std::make_shared<SlapsOptions>();
  options->write.threads = std::min(256, cores());
  Command* slaps = synth.add_subcommand("slaps", "make slaps: four fingers of a hand, or both thumbs, on one image");
  slaps->footer(
      "Example: puente synth slaps --count 1 --seed 7 --out slaps\n"
      "         puente slap slaps/000001_PLAIN_RIGHT_FOUR_FINGERS_1.png\n"
      "Where each finger is stands in slaps.json.");
  slaps->add_option("--count", options->write.count, "how many people")->required();
  slaps->add_option("--seed", options->write.seed, "the same seed gives the same people everywhere")
      ->required()
      ->check(whole_number());
  slaps->add_option("--out", options->write.directory, "directory to write to, made when absent")->required();
  slaps->add_option("--hand", options->hand, "which: right, left, thumbs, or all three")
      ->check(one_of({"all", "right", "left", "thumbs"}))
      ->capture_default_str();
  slaps->add_option("--impressions", options->write.impressions, "slaps of each kind")->capture_default_str();
  slaps->add_option("--difficulty", options->write.capture.difficulty, "0 careful, 1 usual, 2 hurried captures")
      ->capture_default_str();
  slaps->add_option("--threads", options->write.threads, "people at a time")->capture_default_str();
  slaps->add_flag("--force", options->write.overwrite, "write into a directory that is not empty");
  slaps->add_flag("--json", options->json, "say what was made as JSON");
  slaps->callback([options, &run] { run = [options] { return write_slaps(*options); }; });
}

struct SynthCheckOptions {
  std::vector<std::string> files;
  bool json = false;
};

Result<int> check_images(const SynthCheckOptions& options) {
  Json::Array found;
  bool all = true;
  for (const std::string& file : options.files) {
    ASSIGN_OR_RETURN(const Bytes bytes, read_file(file, limits::kImageBytesMax));
    ASSIGN_OR_RETURN(const Image image, about(file, format::decode_image(bytes)));
    const bool synthetic = synth::is_synthetic(image);
    all = all && synthetic;
    if (options.json)
      found.push_back(Json::object({{"file", file}, {"synthetic", synthetic}}));
    else
      std::printf("%s: %s\n", file.c_str(), synthetic ? "synthetic" : "no mark");
  }
  if (options.json) print_json(Json(std::move(found)));
  return all ? 0 : 1;
}

void add_synth_check(Command& synth, Run& run) {
  auto options = std::make_shared<SynthCheckOptions>();
  Command* check = synth.add_subcommand("check", "say whether images carry the mark of synthetic people");
  check->footer(
      "Example: puente synth check people/*.png\nExit code 1 when one does not. No mark proves nothing: it does not "
      "outlive resampling.");
  check->add_option("IMAGE", options->files, "PNG or JPEG files")->required();
  check->add_flag("--json", options->json, "answer as JSON");
  check->callback([options, &run] { run = [options] { return check_images(*options); }; });
}

}  // namespace

void add_synth(Command& app, Run& run) {
  Command* synth = app.add_subcommand("synth", "synthetic people for tests and demonstrations");
  synth->require_subcommand(1);
  add_people(*synth, run);
  add_synth_slaps(*synth, run);
  add_synth_check(*synth, run);
}

}  // namespace puente::cli
