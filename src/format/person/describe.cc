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
#include "format/person/codes.h"
#include "format/person/kind.h"
#include "format/person/look.h"

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

// A view of minutiae: lines for people, and as JSON.
Json described(const MinutiaeView& view, double units, std::string& text) {
  const auto into = std::back_inserter(text);
  const auto in_words = [](std::string_view words) { return words.empty() ? "" : fmt::format(" ({})", words); };
  fmt::format_to(into,
                 "  view: finger {}{}, impression {}{}, {} x {} at {} x {} a cm, {} minutiae, {} bytes of extended "
                 "data\n",
                 view.position, in_words(position_in_words(view.position)), view.impression,
                 in_words(impression_in_words(view.impression)), view.width, view.height, view.x_per_cm, view.y_per_cm,
                 view.minutiae.size(), view.extended.size());
  Json::Array minutiae;
  for (const format::RecordMinutia& minutia : view.minutiae) {
    const double degrees = minutia.angle * 360.0 / units;
    fmt::format_to(into, "    type {} at {:4}, {:4}, {:5.1f} degrees, quality {}\n", minutia.type, minutia.x, minutia.y,
                   degrees, minutia.quality);
    minutiae.push_back(Json::object({{"type", int{minutia.type}},
                                     {"x", int{minutia.x}},
                                     {"y", int{minutia.y}},
                                     {"angle_degrees", std::round(10 * degrees) / 10},
                                     {"quality", int{minutia.quality}}}));
  }
  return Json::object({{"finger_position", int{view.position}},
                       {"impression", int{view.impression}},
                       {"width", int{view.width}},
                       {"height", int{view.height}},
                       {"x_per_cm", int{view.x_per_cm}},
                       {"y_per_cm", int{view.y_per_cm}},
                       {"capture", to_json(view.capture)},
                       {"extended_bytes", view.extended.size()},
                       {"minutiae", Json(std::move(minutiae))}});
}

// What a BIR's data are, in CBEFF's words, and which fingers they are of.
struct Data {
  std::string what;
  std::vector<int> positions;
};
Data data_of(ByteView bdb) {
  Data out;
  const RecordKind kind = format::record_kind(bdb);
  if (kind == RecordKind::kMinutiaeRecord) {
    out.what = "finger minutiae";
    const auto record = format::read_minutiae_record(bdb);
    for (const MinutiaeView& view : record.ok() ? record->views : std::vector<MinutiaeView>())
      out.positions.push_back(view.position);
  } else if (kind == RecordKind::kImageRecord || kind == RecordKind::kIso39794) {
    const auto record = image_record_of(bdb);
    if (!record.ok()) return out;
    const bool finger = record->part == format::ImagePart::kFinger;
    out.what = finger ? "finger image" : record->part == format::ImagePart::kFace ? "face image" : "iris image";
    for (const ImageView& view : record->views)
      if (finger) out.positions.push_back(static_cast<int>(view.position));
  }
  return out;
}

std::string lower(std::string_view word) {
  std::string out(word.substr(0, 64));
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// What a BIR says of its data and they are not.
std::vector<std::string> contradictions(const format::cbeff::Bir& bir) {
  std::vector<std::string> out;
  if (bir.bdb_info.empty() || bir.bdb.empty()) return out;
  const format::cbeff::BdbInfo& info = bir.bdb_info[0];
  const std::string stated_format = format::cbeff::type_of_format(info.format);
  const Data data = data_of(bir.bdb);
  if (data.what.empty()) return out;
  if (!stated_format.empty() && stated_format != data.what)
    out.push_back(fmt::format("its format {} is {}; its data are {}", info.format.type, stated_format, data.what));
  if (!info.type.empty() && !data.what.starts_with(lower(info.type)))
    out.push_back(fmt::format("its type is another; its data are {}", data.what));
  if (!data.what.starts_with("finger") || info.subtype.empty()) return out;
  const int stated = format::cbeff::finger_position(info.subtype);
  if (stated == 0) out.push_back("no finger is called so");
  for (const int position : data.positions)
    if (stated != 0 && position != 0 && position != stated)
      out.push_back(fmt::format("its record is of finger position {}, and its subtype of {}", position, stated));
  return out;
}

// BMP and its like: what they become here.
Result<Json> plain_image(ByteView bytes, std::string& text, std::vector<std::string>& remarks) {
  ASSIGN_OR_RETURN(const Bytes png, format::as_png(bytes, &remarks));
  ASSIGN_OR_RETURN(const Image image, format::decode_image(png));
  const std::string name(format::image_name(bytes));
  text += fmt::format("{} image, {} x {}, {}\n", name, image.width, image.height,
                      image.ppi > 0 ? fmt::format("{:.0f} ppi", image.ppi) : "without a resolution");
  return Json::object(
      {{"kind", "image"}, {"format", name}, {"width", image.width}, {"height", image.height}, {"ppi", image.ppi}});
}

std::string name_of(const ImageRecord& record, RecordKind kind) {
  if (record.ansi) return "ANSI INCITS 381-2004";
  if (kind == RecordKind::kIso39794) return fmt::format("ISO/IEC 39794-{}", static_cast<int>(record.part));
  return fmt::format("ISO/IEC 19794-{}:{}", static_cast<int>(record.part), record.edition);
}

Json to_json(const format::ImageHeader& header) {
  return Json::object({{"kind", "image"},
                       {"format", std::string(to_string(header.kind))},
                       {"width", header.width},
                       {"height", header.height},
                       {"components", header.components},
                       {"bits", header.bits},
                       {"lossless", header.lossless}});
}

void add_more(std::size_t more, std::string& text, Json& json) {
  if (more == 0) return;
  text += fmt::format("  ... and {} more views\n", more);
  json.set("more_views", more);
}

std::size_t extended_bytes(const MinutiaeRecord& record) {
  std::size_t bytes = 0;
  for (const MinutiaeView& view : record.views) bytes += view.extended.size();
  return bytes;
}

// The fields of an image record, or of one of its views, by their names.
Json named(const ImageRecord& record, int view, const char* indent, std::string& text) {
  Json json = Json::object({});
  for (const auto& [field, value] : format::describe(record, view)) {
    text += fmt::format("{}{:36} {}\n", indent, field, value);
    json.set(std::string(field), static_cast<std::int64_t>(value));
  }
  return json;
}

constexpr std::size_t kNameMax = 64;  // of a BIR's own words, before what is said of it

// One file, whatever is in it.
class Describer {
 public:
  explicit Describer(Allowance& allowance) : allowance_(allowance) {}
  Result<RecordDescription> describe(ByteView bytes) {
    const RecordKind kind = format::record_kind(bytes);
    RecordDescription out;
    if (kind == RecordKind::kCbeffXml) {
      ASSIGN_OR_RETURN(out.json, cbeff(bytes));
    } else if (kind == RecordKind::kContainer) {
      ASSIGN_OR_RETURN(out.json, container(bytes));
    } else {
      ASSIGN_OR_RETURN(out.json, record(bytes, kind, ""));
    }
    return with_findings(std::move(out));
  }

  Result<RecordDescription> describe_card(ByteView bytes, MinutiaeFormat format) {
    ASSIGN_OR_RETURN(const MinutiaeRecord card, format::read_minutiae_card(bytes, format));
    RecordDescription out;
    out.json = minutiae(card, "");
    return with_findings(std::move(out));
  }

 private:
  RecordDescription with_findings(RecordDescription out) {
    out.text = std::move(text_);
    out.deviations = deviations_.take();
    out.not_checked = not_checked_.take();
    return out;
  }

  template <typename... Arguments>
  void say(fmt::format_string<Arguments...> words, Arguments&&... arguments) {
    fmt::format_to(std::back_inserter(text_), words, std::forward<Arguments>(arguments)...);
  }

  Result<Json> record(ByteView bytes, RecordKind kind, const std::string& where) {
    if (kind == RecordKind::kImage) return image(bytes, where);
    if (kind == RecordKind::kPlainImage) {
      std::vector<std::string> remarks;
      // its size is known once it is decoded: it may be the largest
      if (!allowance_.take_pixels(limits::kImageSideMax, limits::kImagePixelsMax / limits::kImageSideMax))
        return too_much();
      Result<Json> json = plain_image(bytes, text_, remarks);
      for (const std::string& line : remarks) deviations_.add(where + line);
      return json;
    }
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
    for (const MinutiaeView& view : std::span(record.views).first(shown))
      views.push_back(described(view, angle_units(record.format), text_));
    Json json = Json::object({{"kind", "minutiae record"}, {"format", name}, {"views", Json(std::move(views))}});
    add_more(record.views.size() - shown, text_, json);
    for (const std::string& line : check_minutiae_record(record)) deviations_.add(where + line);
    if (const std::size_t bytes = extended_bytes(record); bytes > 0)
      not_checked_.add(fmt::format("{}{} bytes of extended data, but their lengths", where, bytes));
    return json;
  }

  Json images(const ImageRecord& record, RecordKind kind, const std::string& where) {
    const std::string name = name_of(record, kind);
    say("image record, {}, {} views\n", name, record.views.size());
    Json header = named(record, -1, "  ", text_);
    for (const std::string& line : check_image_record(record)) deviations_.add(where + line);
    Json::Array views;
    const std::size_t shown = allowance_.take_views(record.views.size());
    for (std::size_t i = 0; i < shown; ++i) {
      const ImageView& view = record.views[i];
      say("  view {}: {} bytes of image, {} points, captured {}\n", i + 1, view.image.size(),
          record.part == format::ImagePart::kFace ? view.face().points.size() : 0,
          view.capture.year == 0xffff ? "at an unknown time" : view.capture.time());
      Json json = named(record, static_cast<int>(i), "    ", text_);
      json.set("capture", to_json(view.capture));
      json.set("image_bytes", view.image.size());
      views.push_back(std::move(json));
      if (view.image.empty()) continue;
      const auto own = format::image_header(view.image);
      const std::string at = fmt::format("{}view {}: ", where, i + 1);
      std::vector<std::string> remarks;
      const Result<Image> image =
          allowance_.take_pixels(own.ok() ? own->width : view.width, own.ok() ? own->height : view.height)
              ? format::decode_view(record, view, &remarks)
              : too_much();
      if (!image.ok()) undecoded(image.error(), at);
      if (!view.extended.empty())
        not_checked_.add(fmt::format("{}{} bytes of extended data", at, view.extended.size()));
      for (const std::string& line : remarks) deviations_.add(at + line);
    }
    Json json = Json::object(
        {{"kind", "image record"}, {"format", name}, {"header", std::move(header)}, {"views", Json(std::move(views))}});
    add_more(record.views.size() - shown, text_, json);
    if (shown < record.views.size())
      not_checked_.add(fmt::format("{}the images of {} more views", where, record.views.size() - shown));
    return json;
  }

  // An image by itself. All of it is decoded: a header may be sound and its picture cut short.
  Result<Json> image(ByteView bytes, const std::string& where) {
    ASSIGN_OR_RETURN(const format::ImageHeader header, format::image_header(bytes));
    std::vector<std::string> remarks;
    const Result<Image> image =
        allowance_.take_pixels(header.width, header.height) ? format::decode_image(bytes, &remarks) : too_much();
    for (const std::string& line : remarks) deviations_.add(where + line);
    Json json = to_json(header);
    if (image.ok()) json.set("ppi", image->ppi);
    say("{} image, {} x {}, {} of {} bits, {}, {}\n", to_string(header.kind), header.width, header.height,
        header.components == 1 ? "gray" : fmt::format("{} components", header.components), header.bits,
        header.lossless ? "lossless" : "lossy",
        image.ok() && image->ppi > 0 ? fmt::format("{:.0f} ppi", image->ppi) : "without a resolution");
    if (!image.ok()) undecoded(image.error(), where);
    return json;
  }

  Result<Json> container(ByteView bytes) {
    ASSIGN_OR_RETURN(const Container container, read_ber_container(bytes));
    say("container of a passport or card, {} records\n", container.records.size());
    for (const std::string& line : container.findings) deviations_.add(line);
    Json::Array records;
    for (const ContainedRecord& each : container.records) {
      const std::string where = fmt::format("record {}: ", records.size() + 1);
      Result<Json> inside = record(each.bytes, format::record_kind(each.bytes), where);
      if (!inside.ok()) deviations_.add(where + inside.error().message);
      records.push_back(inside.ok() ? *std::move(inside) : Json::object({{"bytes", each.bytes.size()}}));
    }
    return Json::object({{"kind", "container"}, {"records", Json(std::move(records))}});
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
    for (const std::string& line : contradictions(bir)) deviations_.add(where + line);
    if (!bir.sb.empty()) not_checked_.add(fmt::format("{}a security block of {} bytes", where, bir.sb.size()));
    if (!bir.bdb.empty() && !is_describable(bir.bdb))
      not_checked_.add(fmt::format("{}{} bytes of data of a kind that is not read", where, bir.bdb.size()));
    if (is_describable(bir.bdb) && kind != RecordKind::kCbeffXml && kind != RecordKind::kContainer) {
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

  Allowance& allowance_;
  std::string text_;
  format::Deviations deviations_, not_checked_;
};

}  // namespace

bool is_describable(ByteView bytes) {
  const RecordKind kind = format::record_kind(bytes);
  return kind == RecordKind::kImage || kind == RecordKind::kMinutiaeRecord || kind == RecordKind::kImageRecord ||
         kind == RecordKind::kIso39794 || kind == RecordKind::kCbeffXml || kind == RecordKind::kPlainImage ||
         kind == RecordKind::kContainer;
}

Result<RecordDescription> describe_record(ByteView bytes) {
  Allowance allowance;
  return describe_within(bytes, allowance);
}

Result<RecordDescription> describe_within(ByteView bytes, Allowance& allowance) {
  return Describer(allowance).describe(bytes);
}

Result<RecordDescription> describe_card(ByteView bytes, MinutiaeFormat format) {
  Allowance allowance;
  return Describer(allowance).describe_card(bytes, format);
}

}  // namespace puente::format
