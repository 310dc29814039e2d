// Inside cli/: a finger as people name it on the command line: a template, or any file that format::read_encounter
// reads, told by its content; of records the first sample.
#pragma once
#include <optional>
#include <string>

#include "core/image.h"
#include "core/result.h"
#include "modality/finger/finger.h"

namespace puente::cli {

struct FingerFile {
  std::optional<Image> image;  // none when the file is a template or has minutiae alone
  finger::Template features;
  finger::Quality quality;  // of an image
};
// Reads an image, its ppi replaced by dpi unless that is 0. Messages name the file.
Result<Image> read_image(const std::string& path, double dpi);
Result<FingerFile> read_finger(const std::string& path, double dpi);

}  // namespace puente::cli
