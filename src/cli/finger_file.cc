#include "cli/finger_file.h"

#include "core/files.h"
#include "core/limits.h"
#include "format/format.h"
#include "service/service.h"

namespace puente::cli {
namespace {

Error about(const std::string& path, const Error& error) {
  return {error.code, path + ": " + error.message};
}

// The pixels of an image file, or of the first view of a finger image record.
Result<Image> pixels_of(ByteView bytes) {
  const format::RecordKind kind = format::record_kind(bytes);
  if (kind != format::RecordKind::kImageRecord && kind != format::RecordKind::kIso39794)
    return format::decode_image(bytes);
  ASSIGN_OR_RETURN(const format::ImageRecord record, kind == format::RecordKind::kIso39794
                                                         ? format::read_iso39794(bytes)
                                                         : format::read_image_record(bytes));
  if (record.part != format::ImagePart::kFinger || record.views.empty())
    return Error{Code::kInvalidInput, "an image record, but of no finger"};
  return format::decode_view(record, record.views[0]);
}

Result<finger::Template> minutiae_of(ByteView bytes) {
  ASSIGN_OR_RETURN(const format::MinutiaeRecord record, format::read_minutiae_record(bytes));
  if (record.views.empty()) return Error{Code::kInvalidInput, "a minutiae record without a view"};
  return service::to_template(record.views[0], record.format);
}

Result<Image> decode(const std::string& path, ByteView bytes, double dpi) {
  Result<Image> image = pixels_of(bytes);
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
  if (format::record_kind(bytes) == format::RecordKind::kMinutiaeRecord) {
    features = minutiae_of(bytes);
    if (!features.ok()) return about(path, features.error());
    return FingerFile{std::nullopt, *std::move(features), {}};
  }
  ASSIGN_OR_RETURN(Image image, decode(path, bytes, dpi));
  Result<finger::Extraction> extraction = finger::extract(image);
  if (!extraction.ok()) return about(path, extraction.error());
  return FingerFile{std::move(image), std::move(extraction->features), std::move(extraction->quality)};
}

}  // namespace puente::cli
