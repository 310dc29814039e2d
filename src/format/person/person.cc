#include "format/person/person.h"

#include <fmt/format.h>

#include <algorithm>

#include "format/image/image.h"
#include "format/iso/iso.h"

namespace puente::format {
namespace {

Result<Intake> read_record(ByteView bytes) {
  Intake out;
  ASSIGN_OR_RETURN(out.encounter.samples, read_samples(bytes, out.left_out));
  if (out.encounter.samples.empty()) return nothing_in("record", out.left_out);
  return out;
}

Result<Intake> take_reading(const itl::Reading& reading) {
  ASSIGN_OR_RETURN(Intake out, to_encounter(reading.transaction));
  for (const itl::Finding& finding : reading.findings) {
    if (finding.fatal) out.left_out.push_back(fmt::format("damaged from byte {}: {}", finding.offset, finding.rule));
  }
  return out;
}

// A record, or an image by itself whose BIR says what it shows.
Result<std::vector<Sample>> read_bdb(const cbeff::Bir& bir, std::vector<std::string>& left_out) {
  if (!is_image(bir.bdb)) return read_samples(bir.bdb, left_out);
  Sample sample{.image = bir.bdb};
  const std::string type = bir.bdb_info.empty() ? "" : bir.bdb_info[0].type;
  const std::string subtype = bir.bdb_info.empty() ? "" : bir.bdb_info[0].subtype;
  if (type == "Face") sample.modality = Modality::kFace;
  if (type == "Iris") sample.modality = Modality::kIris;
  if (type == "Iris" && subtype == "Right") sample.eye = Eye::kRight;
  if (type == "Iris" && subtype == "Left") sample.eye = Eye::kLeft;
  return std::vector<Sample>{std::move(sample)};
}

// The data blocks of every BIR, however deep; each is told by its own content.
Status take_bir(const cbeff::Bir& bir, Intake& out) {
  if (!bir.bdb.empty()) {
    auto samples = read_bdb(bir, out.left_out);
    const std::string what = bir.bdb_info.empty() ? "" : bir.bdb_info[0].type + " " + bir.bdb_info[0].subtype;
    if (!samples.ok()) out.left_out.push_back(fmt::format("BIR ({}): {}", what, samples.error().message));
    for (Sample& sample : samples.ok() ? *samples : std::vector<Sample>()) {
      TRY(check_room(out.encounter.samples.size()));
      if (sample.modality == Modality::kFinger && sample.position == FingerCapture::kUnknown && !bir.bdb_info.empty()) {
        sample.position = static_cast<FingerCapture>(cbeff::finger_position(bir.bdb_info[0].subtype));
      }
      out.encounter.samples.push_back(std::move(sample));
    }
  }
  for (const cbeff::Bir& child : bir.children) TRY(take_bir(child, out));
  return {};
}

Result<Intake> read_cbeff(ByteView bytes) {
  ASSIGN_OR_RETURN(const cbeff::Document document, cbeff::read(bytes));
  Intake out;
  out.left_out = document.findings;
  TRY(take_bir(document.root, out));
  if (out.encounter.samples.empty()) return nothing_in("CBEFF document", out.left_out);
  return out;
}

}  // namespace

Result<Intake> read_encounter(ByteView bytes) {
  switch (record_kind(bytes)) {
    case RecordKind::kImage: {
      Intake out;
      out.encounter.samples.push_back({.image = Bytes(bytes.begin(), bytes.end())});
      return out;
    }
    case RecordKind::kItl:
      return take_reading(itl::read(bytes));
    case RecordKind::kNiemXml: {
      ASSIGN_OR_RETURN(const itl::Reading reading, niem::read(bytes));
      return take_reading(reading);
    }
    case RecordKind::kCbeffXml:
      return read_cbeff(bytes);
    case RecordKind::kMinutiaeRecord:
    case RecordKind::kImageRecord:
    case RecordKind::kIso39794:
      return read_record(bytes);
    case RecordKind::kUnknown:
      break;
  }
  const auto image = decode_image(bytes);  // knows kinds of images that are not read by name
  if (!image.ok() && image.error().code == Code::kUnsupported) return image.error();
  return Error{Code::kInvalidInput,
               "neither an image (PNG, JPEG, JPEG 2000, WSQ) nor a record (ANSI/NIST-ITL, ISO/IEC 19794, CBEFF)"};
}

}  // namespace puente::format
