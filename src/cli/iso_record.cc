#include "cli/iso_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "format/format.h"

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

// How many views may still be shown. A file may hold 65,535, and what is said of one takes fifty times its bytes.
class ViewsShown {
 public:
  std::size_t take(std::size_t views) {
    const std::size_t taken = std::min(views, left_);
    left_ -= taken;
    return taken;
  }

 private:
  std::size_t left_ = 100;
};

void add_more(std::size_t more, RecordDescription& out) {
  if (more == 0) return;
  out.text += fmt::format("  ... and {} more views\n", more);
  out.json.set("more_views", more);
}

RecordDescription describe(const MinutiaeRecord& record, ViewsShown& room) {
  RecordDescription out;
  const std::string name(to_string(record.format));
  out.text = fmt::format("minutiae record, {}, {} views\n", name, record.views.size());
  Json::Array views;
  const std::size_t shown = room.take(record.views.size());
  for (const MinutiaeView& view : std::span(record.views).first(shown)) {
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
  add_more(record.views.size() - shown, out);
  out.deviations = check_minutiae_record(record);
  return out;
}

RecordDescription describe(const ImageRecord& record, RecordKind kind, ViewsShown& room) {
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
  const std::size_t shown = room.take(record.views.size());
  for (std::size_t i = 0; i < shown; ++i) {
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
  add_more(record.views.size() - shown, out);
  out.deviations = check_image_record(record);
  return out;
}

// An image by itself. All of it is decoded: a header may be sound and its picture cut short.
Result<RecordDescription> describe_image(ByteView bytes) {
  ASSIGN_OR_RETURN(const format::ImageHeader header, format::image_header(bytes));
  constexpr std::string_view kNames[] = {"PNG", "JPEG", "JPEG 2000", "WSQ"};
  const std::string name(kNames[static_cast<std::size_t>(header.kind)]);
  RecordDescription out;
  out.text = fmt::format("{} image, {} x {}, {} of {} bits, {}", name, header.width, header.height,
                         header.components == 1 ? "gray" : fmt::format("{} components", header.components), header.bits,
                         header.lossless ? "lossless" : "lossy");
  out.json = Json::object({{"kind", "image"},
                           {"format", name},
                           {"width", header.width},
                           {"height", header.height},
                           {"components", header.components},
                           {"bits", header.bits},
                           {"lossless", header.lossless}});
  const Result<Image> image = format::decode_image(bytes);
  if (image.ok()) {
    out.text += image->ppi > 0 ? fmt::format(", {:.0f} ppi", image->ppi) : ", without a resolution";
    out.json.set("ppi", image->ppi);
  } else {
    out.deviations.push_back(image.error().message);
  }
  out.text += "\n";
  return out;
}

// A record of minutiae or images.
Result<RecordDescription> describe(ByteView bytes, ViewsShown& room) {
  const RecordKind kind = format::record_kind(bytes);
  if (kind == RecordKind::kMinutiaeRecord) {
    ASSIGN_OR_RETURN(const MinutiaeRecord record, format::read_minutiae_record(bytes));
    return describe(record, room);
  }
  ASSIGN_OR_RETURN(const ImageRecord record, image_record_of(bytes));
  return describe(record, kind, room);
}

void describe(const format::cbeff::Bir& bir, const std::string& indent, RecordDescription& out, Json::Array& birs,
              ViewsShown& room) {
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
  const RecordKind kind = format::record_kind(bir.bdb);
  if (is_describable(bir.bdb) && kind != RecordKind::kCbeffXml) {
    const Result<RecordDescription> data =
        kind == RecordKind::kImage ? describe_image(bir.bdb) : describe(bir.bdb, room);
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
  for (const format::cbeff::Bir& child : bir.children) describe(child, indent + "  ", out, birs, room);
}

}  // namespace

bool is_describable(ByteView bytes) {
  const RecordKind kind = format::record_kind(bytes);
  return kind == RecordKind::kImage || kind == RecordKind::kMinutiaeRecord || kind == RecordKind::kImageRecord ||
         kind == RecordKind::kIso39794 || kind == RecordKind::kCbeffXml;
}

Result<RecordDescription> describe_record(ByteView bytes) {
  ViewsShown room;
  const RecordKind kind = format::record_kind(bytes);
  if (kind == RecordKind::kImage) return describe_image(bytes);
  if (kind != RecordKind::kCbeffXml) return describe(bytes, room);
  ASSIGN_OR_RETURN(const format::cbeff::Document document, format::cbeff::read(bytes));
  RecordDescription out;
  out.text = fmt::format("CBEFF XML, {}\n", document.bias ? "OASIS BIAS" : "ISO/IEC 19785-3");
  out.deviations = document.findings;
  Json::Array birs;
  describe(document.root, "  ", out, birs, room);
  out.json = Json::object({{"kind", "CBEFF XML"}, {"birs", Json(std::move(birs))}});
  return out;
}

}  // namespace puente::cli
