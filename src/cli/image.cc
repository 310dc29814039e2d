// puente image convert: any image that we read, as the gray PNG that we work on.
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
  double dpi = 0;
};

int convert(const Options& options) {
  const Result<Image> image = read_image(options.in, options.dpi);
  if (!image.ok()) return fail(image.error());
  const Result<Bytes> png = format::encode_png(*image);
  if (!png.ok()) return fail(png.error());
  const Status written = write_file(options.out, *png);
  return written.ok() ? 0 : fail(written.error());
}

}  // namespace

void add_image(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* image = app.add_subcommand("image", "image files");
  image->require_subcommand(1);
  CLI::App* command = image->add_subcommand("convert", "any image that is read here, as a gray 8-bit PNG");
  command->footer("Example: puente image convert scan.jpg scan.png --dpi 500");
  command->add_option("IN", options->in, "PNG or JPEG file")->required();
  command->add_option("OUT", options->out, "PNG file to write")->required();
  command->add_option("--dpi", options->dpi, "resolution to state, whatever IN says; pixels are not resampled")
      ->check(CLI::Range(limits::kPpiMin, limits::kPpiMax));
  command->callback([options, &run] { run = [options] { return convert(*options); }; });
}

}  // namespace puente::cli
