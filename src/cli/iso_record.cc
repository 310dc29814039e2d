#include "cli/iso_record.h"

#include <fmt/format.h>

#include <cmath>

#include "format/format.h"
#include "service/service.h"

namespace puente::cli {
namespace {

using format::ImageRecord;
using format::ImageView;
using format::MinutiaeFormat;
using format::MinutiaeRecord;
using format::MinutiaeView;
using format::RecordKind;

Result<ImageRecord> image_record_of(ByteView bytes) {
  return format::record_kind(bytes) == RecordKind::kIso39794 ? format::read_iso39794(bytes)
                                                             : format::read_image_record(bytes);
}

Json to_json(const format::Capture& capture) {
  Json::Array qualities;
  for (const format::QualityBlock& quality : capture.qualities)
    qualities.push_back(Json::object(
        {{"value", int{quality.value}}, {"vendor", int{quality.vendor}}, {"algorithm", int{quality.algorithm}}}));
  return Json::object({{"time", capture.time()}, {"qualities", Json(std::move(qualities))}});
}

RecordDescription describe(const MinutiaeRecord& record) {
  RecordDescription out;
  const std::string name(to_string(record.format));
  out.text = fmt::format("minutiae record, {}, {} views\n", name, record.views.size());
  Json::Array views;
  for (const MinutiaeView& view : record.views) {
    out.text += fmt::format(
        "  view: finger {}, impression {}, {} x {} at {} x {} a cm, {} minutiae, {} bytes of extended data\n",
        view.position, view.impression, view.width, view.height, view.x_per_cm, view.y_per_cm, view.minutiae.size(),
        view.extended.size());
    Json::Array minutiae;
    for (const format::RecordMinutia& minutia : view.minutiae) {
      const double degrees = minutia.angle * 360.0 / angle_units(record.format);
      out.text += fmt::format("    type {} at {:4}, {:4}, {:5.1f} degrees, quality {}\n", minutia.type, minutia.x,
                              minutia.y, degrees, minutia.quality);
      minutiae.push_back(Json::object({{"type", int{minutia.type}},
                                       {"x", int{minutia.x}},
                                       {"y", int{minutia.y}},
                                       {"angle_degrees", std::round(10 * degrees) / 10},
                                       {"quality", int{minutia.quality}}}));
    }
    views.push_back(Json::object({{"finger_position", int{view.position}},
                                  {"impression", int{view.impression}},
                                  {"width", int{view.width}},
                                  {"height", int{view.height}},
                                  {"x_per_cm", int{view.x_per_cm}},
                                  {"y_per_cm", int{view.y_per_cm}},
                                  {"capture", to_json(view.capture)},
                                  {"extended_bytes", view.extended.size()},
                                  {"minutiae", Json(std::move(minutiae))}}));
  }
  out.json = Json::object({{"kind", "minutiae record"}, {"format", name}, {"views", Json(std::move(views))}});
  out.deviations = check_minutiae_record(record);
  return out;
}

RecordDescription describe(const ImageRecord& record, RecordKind kind) {
  RecordDescription out;
  const std::string name = kind == RecordKind::kIso39794
                               ? fmt::format("ISO/IEC 39794-{}", static_cast<int>(record.part))
                               : fmt::format("ISO/IEC 19794-{}:{}", static_cast<int>(record.part), record.edition);
  out.text = fmt::format("image record, {}, {} views\n", name, record.views.size());
  const auto named = [&](int view, const char* indent) {
    Json json = Json::object({});
    for (const auto& [field, value] : format::describe(record, view)) {
      out.text += fmt::format("{}{:36} {}\n", indent, field, value);
      json.set(std::string(field), static_cast<std::int64_t>(value));
    }
    return json;
  };
  Json header = named(-1, "  ");
  Json::Array views;
  for (std::size_t i = 0; i < record.views.size(); ++i) {
    const ImageView& view = record.views[i];
    out.text +=
        fmt::format("  view {}: {} bytes of image, {} points, captured {}\n", i + 1, view.image.size(),
                    view.points.size(), view.capture.year == 0xffff ? "at an unknown time" : view.capture.time());
    Json json = named(static_cast<int>(i), "    ");
    json.set("capture", to_json(view.capture));
    json.set("image_bytes", view.image.size());
    views.push_back(std::move(json));
  }
  out.json = Json::object(
      {{"kind", "image record"}, {"format", name}, {"header", std::move(header)}, {"views", Json(std::move(views))}});
  out.deviations = check_image_record(record);
  return out;
}

void describe(const format::cbeff::Bir& bir, const std::string& indent, RecordDescription& out, Json::Array& birs) {
  Json json = Json::object({{"creation_date", bir.info.creation_date}, {"bdb_bytes", bir.bdb.size()}});
  out.text += fmt::format("{}BIR: ", indent);
  for (const format::cbeff::BdbInfo& info : bir.bdb_info) {
    out.text += fmt::format("{} {}, {}, {}, quality {}, ", info.type, info.subtype, info.level, info.purpose,
                            info.quality.empty() ? "not said" : info.quality);
    json.set("type", info.type);
    json.set("subtype", info.subtype);
    json.set("purpose", info.purpose);
    json.set("quality", info.quality);
  }
  out.text += fmt::format("{} bytes of data, {} of security block\n", bir.bdb.size(), bir.sb.size());
  if (is_iso_record(bir.bdb) && format::record_kind(bir.bdb) != RecordKind::kCbeffXml) {
    const Result<RecordDescription> data = describe_iso_record(bir.bdb);
    const std::string where = bir.bdb_info.empty() ? "BIR" : bir.bdb_info[0].type + " " + bir.bdb_info[0].subtype;
    if (data.ok()) {
      out.text += indent + "  " + data->text.substr(0, data->text.find('\n') + 1);
      json.set("record", data->json);
      for (const std::string& deviation : data->deviations) out.deviations.push_back(where + ": " + deviation);
    } else {
      out.deviations.push_back(where + ": " + data.error().message);
    }
  }
  birs.push_back(std::move(json));
  for (const format::cbeff::Bir& child : bir.children) describe(child, indent + "  ", out, birs);
}

std::string ending_of(ByteView image) {
  constexpr const char* kEndings[] = {"png", "jpg", "jp2", "wsq"};
  const auto header = format::image_header(image);
  return header.ok() ? kEndings[static_cast<int>(header->kind)] : "";
}

Status add_images(ByteView bytes, std::vector<ImageFile>& out) {
  ASSIGN_OR_RETURN(const ImageRecord record, image_record_of(bytes));
  for (const ImageView& view : record.views) {
    ImageFile file{view.image, ending_of(view.image)};
    if (file.ending.empty()) {  // pixels
      ASSIGN_OR_RETURN(const Image image, format::decode_view(record, view));
      ASSIGN_OR_RETURN(file.bytes, format::encode_png(image));
      file.ending = "png";
    }
    out.push_back(std::move(file));
  }
  return {};
}

// Other angles and words for "not known"; through our own template where places have another unit.
Result<MinutiaeRecord> converted(const MinutiaeRecord& from, MinutiaeFormat to) {
  MinutiaeRecord out;
  out.format = to;
  const bool card = to == MinutiaeFormat::kIsoCard || to == MinutiaeFormat::kIsoCardCompact;
  const bool zero_is_unknown = to == MinutiaeFormat::kIso2005 || to == MinutiaeFormat::kAnsi2004;
  if (card) {
    if (from.views.size() != 1)
      return Error{Code::kInvalidInput, "a card holds one view: this record has another number"};
    ASSIGN_OR_RETURN(const finger::Template features, service::to_template(from.views[0], from.format));
    return service::to_minutiae_record(features, to);
  }
  const int units = static_cast<int>(angle_units(to));
  for (MinutiaeView view : from.views) {
    if (view.capture.qualities.empty()) view.capture.qualities = {{254, 0, 0}};
    if (to != MinutiaeFormat::kIso2011) view.capture.qualities.resize(1);
    if (to != MinutiaeFormat::kIso2011) view.minutia_quality = true;
    for (format::RecordMinutia& minutia : view.minutiae) {
      minutia.angle = static_cast<std::uint8_t>(std::lround(minutia.angle * units / angle_units(from.format)) % units);
      if (zero_is_unknown && minutia.quality > 100) minutia.quality = 0;
      if (!zero_is_unknown && minutia.quality == 0) minutia.quality = 254;
    }
    out.views.push_back(std::move(view));
  }
  return out;
}

}  // namespace

bool is_iso_record(ByteView bytes) {
  const RecordKind kind = format::record_kind(bytes);
  return kind == RecordKind::kMinutiaeRecord || kind == RecordKind::kImageRecord || kind == RecordKind::kIso39794 ||
         kind == RecordKind::kCbeffXml;
}

Result<RecordDescription> describe_iso_record(ByteView bytes) {
  const RecordKind kind = format::record_kind(bytes);
  if (kind == RecordKind::kMinutiaeRecord) {
    ASSIGN_OR_RETURN(const MinutiaeRecord record, format::read_minutiae_record(bytes));
    return describe(record);
  }
  if (kind != RecordKind::kCbeffXml) {
    ASSIGN_OR_RETURN(const ImageRecord record, image_record_of(bytes));
    return describe(record, kind);
  }
  ASSIGN_OR_RETURN(const format::cbeff::Document document, format::cbeff::read(bytes));
  RecordDescription out;
  out.text = fmt::format("CBEFF XML, {}\n", document.bias ? "OASIS BIAS" : "ISO/IEC 19785-3");
  Json::Array birs;
  describe(document.root, "  ", out, birs);
  out.json = Json::object({{"kind", "CBEFF XML"}, {"birs", Json(std::move(birs))}});
  return out;
}

Result<Bytes> convert_iso_record(ByteView bytes, const std::string& to) {
  if (format::record_kind(bytes) == RecordKind::kMinutiaeRecord) {
    ASSIGN_OR_RETURN(const MinutiaeRecord from, format::read_minutiae_record(bytes));
    ASSIGN_OR_RETURN(const MinutiaeFormat format, format::parse_minutiae_format(to));
    ASSIGN_OR_RETURN(const MinutiaeRecord record, converted(from, format));
    return format::write_minutiae_record(record);
  }
  if (format::record_kind(bytes) == RecordKind::kCbeffXml || (to != "39794" && to != "iso2011"))
    return Error{Code::kInvalidInput, "image records become --to 39794 or --to iso2011; of CBEFF take the --images"};
  ASSIGN_OR_RETURN(const ImageRecord record, image_record_of(bytes));
  return to == "39794" ? format::write_iso39794(record) : format::write_image_record(record);
}

Result<std::vector<ImageFile>> images_of_iso_record(ByteView bytes) {
  std::vector<ImageFile> out;
  if (format::record_kind(bytes) != RecordKind::kCbeffXml) {
    TRY(add_images(bytes, out));
    return out;
  }
  ASSIGN_OR_RETURN(const format::cbeff::Document document, format::cbeff::read(bytes));
  std::vector<const format::cbeff::Bir*> birs = {&document.root};
  for (std::size_t i = 0; i < birs.size(); ++i) {
    const RecordKind kind = format::record_kind(birs[i]->bdb);
    if (kind == RecordKind::kImageRecord || kind == RecordKind::kIso39794) TRY(add_images(birs[i]->bdb, out));
    for (const format::cbeff::Bir& child : birs[i]->children) birs.push_back(&child);
  }
  return out;
}

}  // namespace puente::cli
