#include "cli/finger_file.h"

#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/person/person.h"
#include "intake/intake.h"
#include "service/service.h"

namespace puente::cli {
namespace {

Result<Sample> first_sample(const std::string& path, ByteView bytes, double dpi) {
  ASSIGN_OR_RETURN(format::Intake intake, about(path, format::read_encounter(bytes)));
  Sample sample = std::move(intake.encounter.samples.front());
  if (dpi > 0) sample.ppi = dpi;
  return sample;
}

Result<Image> pixels_of(const std::string& path, const Sample& sample) {
  ASSIGN_OR_RETURN(Image image, about(path, format::decode_image(sample.image)));
  if (sample.ppi > 0) image.ppi = sample.ppi;
  return image;
}

}  // namespace

Result<Image> read_image(const std::string& path, double dpi) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, limits::kRecordBytesMax));
  ASSIGN_OR_RETURN(const Sample sample, first_sample(path, bytes, dpi));
  return pixels_of(path, sample);
}

Result<FingerFile> read_finger(const std::string& path, double dpi) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, limits::kRecordBytesMax));
  Result<finger::Template> features = finger::decode(bytes);
  if (features.ok()) return FingerFile{std::nullopt, *std::move(features), {}};
  if (features.error().code == Code::kUnsupported) return about(path, std::move(features)).error();
  ASSIGN_OR_RETURN(const Sample sample, first_sample(path, bytes, dpi));
  if (sample.modality != Modality::kFinger) return Error{Code::kInvalidInput, path + ": its first sample is no finger"};
  if (format::is_minutiae_record(sample.image)) {
    ASSIGN_OR_RETURN(const format::MinutiaeRecord record, format::read_minutiae_record(sample.image));
    ASSIGN_OR_RETURN(finger::Template found, about(path, intake::to_template(record.views.front(), record.format)));
    return FingerFile{std::nullopt, std::move(found), {}};
  }
  ASSIGN_OR_RETURN(Image image, pixels_of(path, sample));
  ASSIGN_OR_RETURN(finger::Extraction extraction, about(path, finger::extract(image)));
  return FingerFile{std::move(image), std::move(extraction.features), std::move(extraction.quality)};
}

}  // namespace puente::cli
