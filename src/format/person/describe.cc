#include "format/person/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <span>
#include <utility>

#include "core/limits.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/person/kind.h"

namespace puente::format {
namespace {

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

Error too_much() {
  return {Code::kTooLarge, "there are too many images"};
}

// A file may hold 65,535 views, and what is said of one takes fifty times its bytes; a hundred bytes of JPEG 2000 may
// stand for a picture of 24 million pixels, and there may be a thousand of them: so much is shown, so much decoded.
class Allowance {
 public:
  std::size_t take_views(std::size_t views) {
    const std::size_t taken = std::min(views, views_);
    views_ -= taken;
    return taken;
  }

  bool take_pixels(std::int64_t width, std::int64_t height) {
    if (width > limits::kImageSideMax || height > limits::kImageSideMax) return true;  // refused by its decoder
    if (width * height > pixels_) return false;
    pixels_ -= width * height;
    return true;
  }

 private:
  std::size_t views_ = 100;
  std::int64_t pixels_ = 4 * limits::kImagePixelsMax;
};

// One file, whatever is in it.
class Describer {
 public:
  Result<RecordDescription> describe(ByteView bytes) {
    const RecordKind kind = format::record_kind(bytes);
    RecordDescription out;
    if (kind == RecordKind::kCbeffXml) {
      ASSIGN_OR_RETURN(out.json, cbeff(bytes));
    } else {
      ASSIGN_OR_RETURN(out.json, record(bytes, kind, ""));
    }
    out.text = std::move(text_);
    out.deviations = deviations_.take();
    out.not_checked = not_checked_.take();
    return out;
  }

 private:
  template <typename... Arguments>
  void say(fmt::format_string<Arguments...> words, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), words, std::forward<Arguments>(arguments)...);
  }

  Result<Json> record(ByteView bytes, RecordKind kind, const std::string& where) {
    if (kind == RecordKind::kImage) return image(bytes, where);
    if (kind == RecordKind::kMinutiaeRecord) {
      ASSIGN_OR_RETURN(const MinutiaeRecord minutiae, format::read_minutiae_record(bytes));
      return this->minutiae(minutiae, where);
    }
    ASSIGN_OR_RETURN(const ImageRecord record, image_record_of(bytes));
    return images(record, kind, where);
  }

  Json minutiae(const MinutiaeRecord& record, const std::string& where) {
    const std::string name(to_string(record.format));
    say("minutiae record, {}, {} views\n", name, record.views.size());
    Json::Array views;
    const std::size_t shown = allowance_.take_views(record.views.size());
    for (const MinutiaeView& view : std::span(record.views).first(shown)) {
      say("  view: finger {}, impression {}, {} x {} at {} x {} a cm, {} minutiae, {} bytes of extended data\n",
          view.position, view.impression, view.width, view.height, view.x_per_cm, view.y_per_cm, view.minutiae.size(),
          view.extended.size());
      Json::Array minutiae;
      for (const format::RecordMinutia& minutia : view.minutiae) {
        const double degrees = minutia.angle * 360.0 / angle_units(record.format);
        say("    type {} at {:4}, {:4}, {:5.1f} degrees, quality {}\n", minutia.type, minutia.x, minutia.y, degrees,
            minutia.quality);
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
    Json json = Json::object({{"kind", "minutiae record"}, {"format", name}, {"views", Json(std::move(views))}});
    add_more(record.views.size() - shown, json);
    for (const std::string& line : check_minutiae_record(record)) deviations_.add(where + line);
    return json;
  }

  Json images(const ImageRecord& record, RecordKind kind, const std::string& where) {
    const std::string name = kind == RecordKind::kIso39794
                                 ? fmt::format("ISO/IEC 39794-{}", static_cast<int>(record.part))
                                 : fmt::format("ISO/IEC 19794-{}:{}", static_cast<int>(record.part), record.edition);
    say("image record, {}, {} views\n", name, record.views.size());
    const auto named = [&](int view, const char* indent) {
      Json json = Json::object({});
      for (const auto& [field, value] : format::describe(record, view)) {
        say("{}{:36} {}\n", indent, field, value);
        json.set(std::string(field), static_cast<std::int64_t>(value));
      }
      return json;
    };
    Json header = named(-1, "  ");
    for (const std::string& line : check_image_record(record)) deviations_.add(where + line);
    Json::Array views;
    const std::size_t shown = allowance_.take_views(record.views.size());
    for (std::size_t i = 0; i < shown; ++i) {
      const ImageView& view = record.views[i];
      say("  view {}: {} bytes of image, {} points, captured {}\n", i + 1, view.image.size(),
          record.part == format::ImagePart::kFace ? view.face().points.size() : 0,
          view.capture.year == 0xffff ? "at an unknown time" : view.capture.time());
      Json json = named(static_cast<int>(i), "    ");
      json.set("capture", to_json(view.capture));
      json.set("image_bytes", view.image.size());
      views.push_back(std::move(json));
      if (view.image.empty()) continue;
      const auto own = format::image_header(view.image);
      const Result<Image> image =
          allowance_.take_pixels(own.ok() ? own->width : view.width, own.ok() ? own->height : view.height)
              ? format::decode_view(record, view)
              : too_much();
      if (!image.ok()) undecoded(image.error(), fmt::format("{}view {}: ", where, i + 1));
    }
    Json json = Json::object(
        {{"kind", "image record"}, {"format", name}, {"header", std::move(header)}, {"views", Json(std::move(views))}});
    add_more(record.views.size() - shown, json);
    return json;
  }

  // An image by itself. All of it is decoded: a header may be sound and its picture cut short.
  Result<Json> image(ByteView bytes, const std::string& where) {
    ASSIGN_OR_RETURN(const format::ImageHeader header, format::image_header(bytes));
    const std::string name(to_string(header.kind));
    const Result<Image> image =
        allowance_.take_pixels(header.width, header.height) ? format::decode_image(bytes) : too_much();
    Json json = Json::object({{"kind", "image"},
                              {"format", name},
                              {"width", header.width},
                              {"height", header.height},
                              {"components", header.components},
                              {"bits", header.bits},
                              {"lossless", header.lossless}});
    if (image.ok()) json.set("ppi", image->ppi);
    say("{} image, {} x {}, {} of {} bits, {}, {}\n", name, header.width, header.height,
        header.components == 1 ? "gray" : fmt::format("{} components", header.components), header.bits,
        header.lossless ? "lossless" : "lossy",
        image.ok() && image->ppi > 0 ? fmt::format("{:.0f} ppi", image->ppi) : "without a resolution");
    if (!image.ok()) undecoded(image.error(), where);
    return json;
  }

  Result<Json> cbeff(ByteView bytes) {
    ASSIGN_OR_RETURN(const format::cbeff::Document document, format::cbeff::read(bytes));
    say("CBEFF XML, {}\n", document.bias ? "OASIS BIAS" : "ISO/IEC 19785-3");
    for (const std::string& line : document.findings) deviations_.add(line);
    Json::Array birs;
    add_bir(document.root, "  ", birs);
    return Json::object({{"kind", "CBEFF XML"}, {"birs", Json(std::move(birs))}});
  }

  void add_bir(const format::cbeff::Bir& bir, const std::string& indent, Json::Array& birs) {
    Json json = Json::object({{"creation_date", bir.info.creation_date}, {"bdb_bytes", bir.bdb.size()}});
    std::string where = "BIR: ";
    say("{}BIR: ", indent);
    for (const format::cbeff::BdbInfo& info : bir.bdb_info) {
      say("{} {}, {}, {}, quality {}, ", info.type, info.subtype, info.level, info.purpose,
          info.quality.empty() ? "not said" : info.quality);
      json.set("type", info.type);
      json.set("subtype", info.subtype);
      json.set("purpose", info.purpose);
      json.set("quality", info.quality);
      where = fmt::format("{} {}: ", info.type.substr(0, kNameMax), info.subtype.substr(0, kNameMax));
    }
    say("{} bytes of data, {} of security block\n", bir.bdb.size(), bir.sb.size());
    const RecordKind kind = format::record_kind(bir.bdb);
    if (is_describable(bir.bdb) && kind != RecordKind::kCbeffXml) {
      const std::size_t before = text_.size();
      Result<Json> data = record(bir.bdb, kind, where);
      if (data.ok()) {
        text_.resize(text_.find('\n', before) + 1);  // of each its first line
        text_.insert(before, indent + "  ");
        json.set("record", *std::move(data));
      } else {
        deviations_.add(where + data.error().message);
      }
    }
    birs.push_back(std::move(json));
    for (const format::cbeff::Bir& child : bir.children) add_bir(child, indent + "  ", birs);
  }

  // What is merely not read here, a format or a size, is no fault of the file; but nobody may take it for sound.
  void undecoded(const Error& error, const std::string& where) {
    (error.code == Code::kInvalidInput ? deviations_ : not_checked_).add(where + error.message);
  }

  void add_more(std::size_t more, Json& json) {
    if (more == 0) return;
    say("  ... and {} more views\n", more);
    json.set("more_views", more);
  }

  static constexpr std::size_t kNameMax = 64;
  Allowance allowance_;
  std::string text_;
  format::Deviations deviations_, not_checked_;
};

}  // namespace

bool is_describable(ByteView bytes) {
  const RecordKind kind = format::record_kind(bytes);
  return kind == RecordKind::kImage || kind == RecordKind::kMinutiaeRecord || kind == RecordKind::kImageRecord ||
         kind == RecordKind::kIso39794 || kind == RecordKind::kCbeffXml;
}

Result<RecordDescription> describe_record(ByteView bytes) {
  return Describer().describe(bytes);
}

}  // namespace puente::format
