// puente image convert: any image that we read, as the gray PNG that we work on, WSQ or JPEG 2000; image bench: how
// fast they are read.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <memory>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"
#include "format/image/image.h"
#include "format/person/person.h"
#include "intake/intake.h"

namespace puente::cli {
namespace {

struct ImageOptions {
  std::string in, out;
  double dpi = 0, rate = 0.75;
  bool force = false;
};

// A file of one kind under another kind's name misleads whoever opens it.
Status check_name(const std::string& out) {
  const std::size_t name = out.find_last_of('/') + 1, dot = out.find_last_of('.');
  const std::string ending = dot == std::string::npos || dot < name ? "" : out.substr(dot);
  if (ending.empty() || ending == ".png" || ending == ".wsq" || ending == ".jp2") return {};
  return Error{kWrongUse, out + ": a PNG (.png), WSQ (.wsq) or JPEG 2000 (.jp2) can be written"};
}

Result<int> convert_image(const ImageOptions& options) {
  TRY(check_name(options.out));
  TRY(check_output(options.out, options.force));
  ASSIGN_OR_RETURN(const Image image, intake::read_image_file(options.in, options.dpi));
  ASSIGN_OR_RETURN(const Bytes original, read_file(options.in, limits::kImageBytesMax));
  const std::vector<std::string> comments = format::wsq_comments(original);
  ASSIGN_OR_RETURN(const Bytes encoded, options.out.ends_with(".wsq")
                                            ? format::encode_wsq(image, options.rate, comments)
                                        : options.out.ends_with(".jp2") ? format::encode_jpeg2000(image)
                                                                        : format::encode_png(image));
  TRY(write_output(options.out, encoded, options.force));
  if (!is_standard_output(options.out)) std::printf("wrote %s\n", options.out.c_str());
  return 0;
}

struct BenchOptions {
  std::vector<std::string> files;
  int times = 20;
  bool json = false;
};

struct Decoded {
  int files = 0;
  double pixels = 0, seconds = 0;  // the fastest of the times, summed over the files
};

Result<Decoded> time_decoding(ByteView file, int times) {
  Decoded out{1, 0, 1e9};
  for (int i = 0; i < times; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    ASSIGN_OR_RETURN(const Image image, format::decode_image(file));
    out.seconds =
        std::min(out.seconds, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    out.pixels = static_cast<double>(image.pixels.size());
  }
  return out;
}

// Images by themselves, or inside any record that enrolment takes.
Result<int> bench(const BenchOptions& options) {
  std::map<format::ImageKind, Decoded> kinds;
  for (const std::string& path : options.files) {
    ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, limits::kRecordBytesMax));
    ASSIGN_OR_RETURN(const format::Intake intake, about(path, format::read_encounter(bytes)));
    for (const Sample& sample : intake.encounter.samples) {
      const auto header = format::image_header(sample.image);
      if (!header.ok()) continue;  // minutiae alone
      ASSIGN_OR_RETURN(const Decoded decoded, about(path, time_decoding(sample.image, options.times)));
      Decoded& kind = kinds[header->kind];
      kind.files += 1;
      kind.pixels += decoded.pixels;
      kind.seconds += decoded.seconds;
    }
  }
  Json::Array rows;
  for (const auto& [kind, all] : kinds) {
    const double rate = all.pixels * 1e-6 / all.seconds;
    const std::string name(format::to_string(kind));
    rows.push_back(Json::object({{"kind", name}, {"images", all.files}, {"megapixels_per_second", rate}}));
    if (!options.json) std::printf("%-9s  %4d images  %7.1f million pixels/s decoded\n", name.c_str(), all.files, rate);
  }
  if (options.json) print_json(Json(std::move(rows)));
  return 0;
}

}  // namespace

void add_image(Command& app, Run& run) {
  auto options = std::make_shared<ImageOptions>();
  Command* image = app.add_subcommand("image", "image files");
  image->require_subcommand(1);
  Command* command =
      image->add_subcommand("convert", "any image that is read here, as a gray 8-bit PNG, WSQ or JPEG 2000");
  command->footer("Example: puente image convert scan.jpg scan.png --dpi 500");
  command
      ->add_option("IN", options->in,
                   "PNG, JPEG, JPEG 2000, WSQ, TIFF, BMP, PGM or PPM file; or a record that has one image")
      ->required();
  command->add_option("OUT", options->out, "file to write: WSQ or JP2 (without loss) if so named, else PNG")
      ->required();
  add_force(*command, options->force);
  command->add_option("--rate", options->rate, "bits a pixel of a WSQ file")
      ->check(between(0.1, 8))
      ->capture_default_str();
  command->add_option("--dpi", options->dpi, "resolution to state, whatever IN says; pixels are not resampled")
      ->check(between(limits::kPpiMin, limits::kPpiMax));
  command->callback([options, &run] { run = [options] { return convert_image(*options); }; });

  auto bench_options = std::make_shared<BenchOptions>();
  Command* bench_command = image->add_subcommand("bench", "how fast images are decoded, on one core, kind by kind");
  bench_command->footer("Example: puente image bench scans/*.wsq scans/*.jpg --json");
  bench_command->add_option("FILES", bench_options->files, "images, or records with images in them")->required();
  bench_command->add_option("--times", bench_options->times, "each is decoded so often; the fastest counts")
      ->check(within(1, 1000))
      ->capture_default_str();
  bench_command->add_flag("--json", bench_options->json, "for programs");
  bench_command->callback([bench_options, &run] { run = [bench_options] { return bench(*bench_options); }; });
}

}  // namespace puente::cli
