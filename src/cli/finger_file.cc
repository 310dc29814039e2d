#include "cli/finger_file.h"

#include "core/files.h"
#include "core/limits.h"
#include "format/format.h"

namespace puente::cli {
namespace {

Error about(const std::string& path, const Error& error) {
  return {error.code, path + ": " + error.message};
}

Result<Image> decode(const std::string& path, ByteView bytes, double dpi) {
  Result<Image> image = format::decode_image(bytes);
  if (!image.ok()) return about(path, image.error());
  if (dpi > 0) image->ppi = dpi;
  return image;
}

}  // namespace

Result<Image> read_image(const std::string& path, double dpi) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, limits::kImageBytesMax));
  return decode(path, bytes, dpi);
}

Result<FingerFile> read_finger(const std::string& path, double dpi) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, limits::kImageBytesMax));
  Result<finger::Template> features = finger::decode(bytes);
  if (features.ok()) return FingerFile{std::nullopt, *std::move(features), {}};
  if (features.error().code == Code::kUnsupported) return about(path, features.error());
  ASSIGN_OR_RETURN(Image image, decode(path, bytes, dpi));
  Result<finger::Extraction> extraction = finger::extract(image);
  if (!extraction.ok()) return about(path, extraction.error());
  return FingerFile{std::move(image), std::move(extraction->features), std::move(extraction->quality)};
}

}  // namespace puente::cli
