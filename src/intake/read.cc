// One file as people name it, told by its content.
#include "core/files.h"
#include "core/limits.h"
#include "format/iso/iso.h"
#include "format/person/person.h"
#include "intake/intake.h"
#include "intake/samples.h"

namespace puente::intake {
namespace {

Sample first_of(format::Intake&& record, double ppi) {
  Sample sample = std::move(record.encounter.samples.front());
  if (ppi > 0) sample.ppi = ppi;
  return sample;
}

template <typename T>
Result<T> naming(const std::string& path, Result<T> result) {
  if (result.ok()) return result;
  return Error{result.error().code, path + ": " + result.error().message};
}

}  // namespace

Result<Image> read_image(ByteView bytes, double ppi) {
  ASSIGN_OR_RETURN(format::Intake record, format::read_encounter(bytes));
  return decoded(first_of(std::move(record), ppi));
}

Result<Print> read_print(ByteView bytes, double ppi, Keep keep) {
  Print out;
  Result<finger::Template> features = finger::decode(bytes);
  if (!features.ok() && features.error().code == Code::kUnsupported) return features.error();
  if (features.ok()) {
    out.features = *std::move(features);
    return out;
  }
  ASSIGN_OR_RETURN(format::Intake record, format::read_encounter(bytes));
  const Sample sample = first_of(std::move(record), ppi);
  if (sample.modality != Modality::kFinger) return Error{Code::kInvalidInput, "its first sample is no finger"};
  out.place = place_of(finger_of(sample.position).value_or(Finger::kUnknown));
  if (format::is_minutiae_record(sample.image)) {
    ASSIGN_OR_RETURN(const format::MinutiaeRecord minutiae, format::read_minutiae_record(sample.image));
    ASSIGN_OR_RETURN(out.features, minutiae_at(minutiae.views.front(), minutiae.format, sample.ppi));
    return out;
  }
  ASSIGN_OR_RETURN(Image image, decoded(sample));
  ASSIGN_OR_RETURN(finger::Extraction extraction, finger::extract(image));
  if (extraction.second) return finger::only_a_second();
  out.features = std::move(extraction.features);
  out.quality = std::move(extraction.quality);
  out.ppi = image.ppi;
  if (keep == Keep::kImages) out.image = std::move(image);
  return out;
}

Result<Image> read_image_file(const std::string& path, double ppi) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, limits::kRecordBytesMax));
  ASSIGN_OR_RETURN(format::Intake record, naming(path, format::read_encounter(bytes)));
  if (record.encounter.samples.size() > 1) {
    return Error{Code::kInvalidInput, path + ": it has " + std::to_string(record.encounter.samples.size()) +
                                          " samples, and one is taken here: puente record convert --images takes "
                                          "them out"};
  }
  return naming(path, decoded(first_of(std::move(record), ppi)));
}

Result<Print> read_print_file(const std::string& path, double ppi, Keep keep) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, limits::kRecordBytesMax));
  return naming(path, read_print(bytes, ppi, keep));
}

}  // namespace puente::intake
