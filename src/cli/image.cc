// puente image convert: any image that we read, as the gray PNG that we work on, WSQ or JPEG 2000.
#include <CLI/CLI.hpp>
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
  std::string in, out;
  double dpi = 0, rate = 0.75;
};

int convert(const Options& options) {
  const Result<Image> image = read_image(options.in, options.dpi);
  if (!image.ok()) return fail(image.error());
  const Result<Bytes> encoded = options.out.ends_with(".wsq")   ? format::encode_wsq(*image, options.rate)
                                : options.out.ends_with(".jp2") ? format::encode_jpeg2000(*image)
                                                                : format::encode_png(*image);
  if (!encoded.ok()) return fail(encoded.error());
  const Status written = write_file(options.out, *encoded);
  return written.ok() ? 0 : fail(written.error());
}

}  // namespace

void add_image(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* image = app.add_subcommand("image", "image files");
  image->require_subcommand(1);
  CLI::App* command = image->add_subcommand("convert", "any image that is read here, as a gray 8-bit PNG, WSQ or JPEG 2000");
  command->footer("Example: puente image convert scan.jpg scan.png --dpi 500");
  command->add_option("IN", options->in, "PNG, JPEG, JPEG 2000 or WSQ file")->required();
  command->add_option("OUT", options->out, "file to write: WSQ or JP2 (without loss) if so named, else PNG")->required();
  command->add_option("--rate", options->rate, "bits a pixel of a WSQ file")
      ->check(CLI::Range(0.1, 8.0))
      ->capture_default_str();
  command->add_option("--dpi", options->dpi, "resolution to state, whatever IN says; pixels are not resampled")
      ->check(CLI::Range(limits::kPpiMin, limits::kPpiMax));
  command->callback([options, &run] { run = [options] { return convert(*options); }; });
}

}  // namespace puente::cli
