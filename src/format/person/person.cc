#include "format/person/person.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/person/unknown.h"

namespace puente::format {
namespace {

Result<Intake> read_record(ByteView bytes) {
  Intake out;
  ASSIGN_OR_RETURN(out.encounter.samples, read_samples(bytes, out.left_out));
  if (out.encounter.samples.empty()) return nothing_in("record", out.left_out);
  return out;
}

Result<Intake> take_reading(const itl::Reading& reading) {
  std::vector<std::string> damage;
  for (const itl::Finding& finding : reading.findings) {
    if (finding.fatal) damage.push_back(fmt::format("damaged from byte {}: {}", finding.offset, finding.rule));
    if (finding.lost) damage.push_back(fmt::format("damaged at byte {}: {}", finding.offset, finding.rule));
  }
  Result<Intake> out = to_encounter(reading.transaction);
  if (!out.ok() && !damage.empty()) return Error{out.error().code, out.error().message + "; " + damage.front()};
  if (!out.ok()) return out;
  std::move(damage.begin(), damage.end(), std::back_inserter(out->left_out));
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

// What a BIR says of its data, against what they are.
void hold_against_data(const cbeff::Bir& bir, const Sample& sample, std::vector<std::string>& notes) {
  if (bir.bdb_info.empty()) return;
  const cbeff::BdbInfo& info = bir.bdb_info[0];
  if (sample.modality != Modality::kFinger || info.subtype.empty()) return;
  const int stated = cbeff::finger_position(info.subtype), there = static_cast<int>(sample.position);
  if (stated == 0)
    notes.push_back(fmt::format("BIR: no finger is called {}: it was taken as {}", itl::quoted(info.subtype),
                                to_string(sample.position)));
  else if (there != 0 && there != stated)
    notes.push_back(fmt::format("BIR: it says {}, its record {}: the record's was taken",
                                to_string(static_cast<FingerCapture>(stated)), to_string(sample.position)));
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
      hold_against_data(bir, sample, out.remarks);
      out.encounter.samples.push_back(std::move(sample));
    }
  }
  for (const cbeff::Bir& child : bir.children) TRY(take_bir(child, out));
  return {};
}

// Records in a passport's or a PIV card's file.
Result<Intake> read_container(ByteView bytes) {
  ASSIGN_OR_RETURN(const Container container, read_ber_container(bytes));
  Intake out;
  out.left_out = container.findings;
  std::size_t number = 0;
  for (const ContainedRecord& each : container.records) {
    ++number;
    if (is_image(each.bytes)) {
      TRY(check_room(out.encounter.samples.size()));
      Sample sample{.image = Bytes(each.bytes.begin(), each.bytes.end())};
      if (each.modality == CardModality::kFace) sample.modality = Modality::kFace;
      if (each.modality == CardModality::kIris) sample.modality = Modality::kIris;
      out.encounter.samples.push_back(std::move(sample));
      continue;
    }
    auto samples = read_samples(each.bytes, out.left_out);
    if (!samples.ok()) out.left_out.push_back(fmt::format("record {}: {}", number, samples.error().message));
    for (Sample& sample : samples.ok() ? *samples : std::vector<Sample>()) {
      TRY(check_room(out.encounter.samples.size()));
      out.encounter.samples.push_back(std::move(sample));
    }
  }
  if (out.encounter.samples.empty()) return nothing_in("container", out.left_out);
  return out;
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
      remark_more_pictures(bytes, out.remarks);
      return out;
    }
    case RecordKind::kPlainImage: {
      Intake out;
      Sample& sample = out.encounter.samples.emplace_back();
      ASSIGN_OR_RETURN(sample.image, as_png(bytes, &out.remarks));
      return out;
    }
    case RecordKind::kContainer:
      return read_container(bytes);
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
  return unknown_file(bytes);
}

}  // namespace puente::format
