#include "format/iso/minutiae_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <set>

#include "core/image.h"
#include "core/limits.h"
#include "format/iso/deviations.h"

namespace puente::format {
namespace {

constexpr std::string_view kMagic{"FMR\0", 4}, kAmendedVersion{"035\0", 4};
constexpr std::uint16_t kPerCentimetreMax = 413;  // 1050 an inch
constexpr double kMillimetresMax = 80;            // as some scanners' glass is
constexpr std::uint16_t kCoordinateMax = 0x3fff;
constexpr std::size_t kMinutiaeInView = 255, kTypeBits = 14;

struct Layout {
  MinutiaeFormat format;
  std::string_view name;
  std::string_view version;
  double angle_units;
  std::uint8_t angle_max;
  std::size_t header_bytes;
};
constexpr std::array kLayouts = {
    Layout{MinutiaeFormat::kIso2005, "iso2005", {" 20\0", 4}, 256, 255, 24},
    Layout{MinutiaeFormat::kIso2011, "iso2011", {"030\0", 4}, 256, 255, 15},
    Layout{MinutiaeFormat::kAnsi2004, "ansi2004", {" 20\0", 4}, 180, 179, 26},
    Layout{MinutiaeFormat::kAnsi2009, "ansi2009", {"030\0", 4}, 180, 179, 21},
    Layout{MinutiaeFormat::kIsoCard, "card", {}, 256, 255, 0},
    Layout{MinutiaeFormat::kIsoCardCompact, "card-compact", {}, 64, 63, 0},
};
const Layout& layout_of(MinutiaeFormat format) {
  const auto* found =
      std::find_if(kLayouts.begin(), kLayouts.end(), [&](const Layout& each) { return each.format == format; });
  CHECK(found != kLayouts.end());
  return *found;
}

bool is_card(MinutiaeFormat format) {
  return format == MinutiaeFormat::kIsoCard || format == MinutiaeFormat::kIsoCardCompact;
}

// The version that a record means: " 20" and "020" are one.
std::string spelt(std::string_view version) {
  std::string out(version);
  if (out.starts_with(' ')) out[0] = '0';
  return out;
}

Error damaged(std::string_view what) {
  return {Code::kInvalidInput, fmt::format("damaged minutiae record: {}", what)};
}

// ---- reading --------------------------------------------------------------------------------------------------------

double millimetres(int pixels, int per_cm) {
  return per_cm > 0 ? 10.0 * pixels / per_cm : 0;
}

RecordMinutia read_minutia(ByteReader& in, bool quality) {
  RecordMinutia minutia;
  const std::uint16_t x = in.u16(), y = in.u16();
  minutia.type = static_cast<std::uint8_t>(x >> kTypeBits);
  minutia.reserved = static_cast<std::uint8_t>(y >> kTypeBits);
  minutia.x = x & kCoordinateMax;
  minutia.y = y & kCoordinateMax;
  minutia.angle = in.u8();
  if (quality) minutia.quality = in.u8();
  return minutia;
}

// Minutiae and extended data end a view in every record format. What is read may end before the extended data's length.
void read_minutiae(ByteReader& in, MinutiaeRecord& record) {
  MinutiaeView& view = record.views.back();
  for (int count = in.u8(); count > 0 && in.ok(); --count)
    view.minutiae.push_back(read_minutia(in, view.minutia_quality));
  record.ends_early = in.done();
  if (record.ends_early) return;
  const ByteView extended = in.raw(in.u16());
  view.extended.assign(extended.begin(), extended.end());
}

std::string_view version_of(const MinutiaeRecord& record) {
  return record.amended ? kAmendedVersion : layout_of(record.format).version;
}

// How far the record is from ending where it says, in bytes.
std::uint64_t disorder(const MinutiaeRecord& record) {
  return static_cast<std::uint64_t>(std::abs(record.length_error)) + record.after.size();
}

void read_size(ByteReader& in, MinutiaeView& view) {
  view.width = in.u16();
  view.height = in.u16();
  view.x_per_cm = in.u16();
  view.y_per_cm = in.u16();
}

// ISO 2005 and ANSI 2004 differ in the header alone.
Status read_2005(ByteReader& in, MinutiaeRecord& record) {
  record.capture_device = in.u16();
  MinutiaeView common;
  read_size(in, common);
  const int count = in.u8();
  record.reserved = in.u8();
  for (int i = 0; i < count && in.ok(); ++i) {
    MinutiaeView& view = record.views.emplace_back(common);
    view.position = in.u8();
    const std::uint8_t number_and_impression = in.u8();
    view.view_number = number_and_impression >> 4;
    view.impression = number_and_impression & 0xf;
    view.capture.qualities = {{in.u8(), 0, 0}};
    read_minutiae(in, record);
  }
  return {};
}

Status read_iso_2011(ByteReader& in, MinutiaeRecord& record) {
  const int count = in.u16();
  record.certified = in.u8() != 0;
  for (int i = 0; i < count && in.ok(); ++i) {
    const std::uint32_t length = in.u32();
    if (length < 4 || length - 4 > in.left()) return damaged("a view's length goes beyond the record's");
    ByteReader body(in.raw(length - 4));
    MinutiaeView& view = record.views.emplace_back();
    view.capture = read_capture(body, record.certified);
    view.position = body.u8();
    view.view_number = body.u8();
    view.x_per_cm = body.u16();
    view.y_per_cm = body.u16();
    view.impression = body.u8();
    view.width = body.u16();
    view.height = body.u16();
    const std::uint8_t field_and_ending = body.u8();
    view.ending_type = field_and_ending & 0xf;
    if (field_and_ending >> 4 != 5 && field_and_ending >> 4 != 6)
      return damaged("a minutia is said to have neither 5 nor 6 bytes");
    view.minutia_quality = field_and_ending >> 4 == 6;
    read_minutiae(body, record);
    if (!body.done() || (record.ends_early && in.left() > 0))
      return damaged(fmt::format("view {} is not as long as it says", i + 1));
  }
  return {};
}

Status read_ansi_2009(ByteReader& in, MinutiaeRecord& record) {
  record.compliance = in.u8();
  record.capture_device = in.u16();
  const int count = in.u8();
  record.reserved = in.u8();
  for (int i = 0; i < count && in.ok(); ++i) {
    MinutiaeView& view = record.views.emplace_back();
    view.position = in.u8();
    view.view_number = in.u8();
    view.impression = in.u8();
    QualityBlock& quality = view.capture.qualities.emplace_back();
    quality.value = in.u8();
    quality.vendor = in.u16();
    quality.algorithm = in.u16();
    read_size(in, view);
    read_minutiae(in, record);
  }
  return {};
}

// Both standards of one version write the same first bytes; whether the record ends where it says tells them apart.
Result<MinutiaeRecord> read_as(ByteView bytes, MinutiaeFormat format) {
  MinutiaeRecord record;
  record.format = format;
  ByteReader in(bytes.subspan(8));
  std::uint64_t length = 0;
  if (format == MinutiaeFormat::kAnsi2004) {
    length = in.u16();
    record.long_length = length == 0;
    if (record.long_length) length = in.u32();
  } else {
    length = in.u32();
  }
  if (format == MinutiaeFormat::kAnsi2004 || format == MinutiaeFormat::kAnsi2009) {
    record.product_owner = in.u16();
    record.product_type = in.u16();
  }
  TRY(format == MinutiaeFormat::kIso2011    ? read_iso_2011(in, record)
      : format == MinutiaeFormat::kAnsi2009 ? read_ansi_2009(in, record)
                                            : read_2005(in, record));
  if (!in.ok() || (record.ends_early && length != bytes.size()))
    return damaged(fmt::format("it ends within view {}", record.views.size()));
  // the length counts for less than the views: the example in ISO/IEC 19794-2:2005's own annex C is off by one
  const std::uint64_t used = bytes.size() - in.left();
  record.length_error = static_cast<std::int64_t>(length) - static_cast<std::int64_t>(used);
  const ByteView after = in.raw(in.left());
  record.after.assign(after.begin(), after.end());
  if (record.views.empty() && !after.empty()) return damaged("it counts no views, and more than its header is there");
  // further off than the views are long: another standard's, cut off
  if ((length < 12 || length > bytes.size()) && disorder(record) > used)
    return damaged(fmt::format("its length says {} bytes, there are {}", length, bytes.size()));
  return record;
}

// ---- writing --------------------------------------------------------------------------------------------------------

void write_minutia(ByteWriter& out, const RecordMinutia& minutia, bool quality) {
  out.u16(static_cast<std::uint16_t>(minutia.type << kTypeBits | minutia.x));
  out.u16(static_cast<std::uint16_t>(minutia.reserved << kTypeBits | minutia.y)).u8(minutia.angle);
  if (quality) out.u8(minutia.quality);
}

void write_minutiae(ByteWriter& out, const MinutiaeRecord& record, const MinutiaeView& view) {
  out.u8(static_cast<std::uint8_t>(view.minutiae.size()));
  for (const RecordMinutia& minutia : view.minutiae) write_minutia(out, minutia, view.minutia_quality);
  if (record.ends_early && &view == &record.views.back() && view.extended.empty()) return;
  out.u16(static_cast<std::uint16_t>(view.extended.size())).raw(view.extended);
}

void write_size(ByteWriter& out, const MinutiaeView& view) {
  out.u16(view.width).u16(view.height).u16(view.x_per_cm).u16(view.y_per_cm);
}

Bytes view_2005(const MinutiaeRecord& record, const MinutiaeView& view) {
  ByteWriter out;
  out.u8(view.position).u8(static_cast<std::uint8_t>(view.view_number << 4 | view.impression));
  out.u8(view.capture.qualities.empty() ? 0 : view.capture.qualities[0].value);
  write_minutiae(out, record, view);
  return out.take();
}

Bytes view_iso_2011(const MinutiaeRecord& record, const MinutiaeView& view) {
  ByteWriter out;
  write_capture(out, view.capture, record.certified);
  out.u8(view.position).u8(view.view_number).u16(view.x_per_cm).u16(view.y_per_cm).u8(view.impression);
  out.u16(view.width).u16(view.height);
  out.u8(static_cast<std::uint8_t>((view.minutia_quality ? 6 : 5) << 4 | view.ending_type));
  write_minutiae(out, record, view);
  const Bytes body = out.take();
  return ByteWriter().u32(static_cast<std::uint32_t>(body.size() + 4)).raw(body).take();
}

Bytes view_ansi_2009(const MinutiaeRecord& record, const MinutiaeView& view) {
  const QualityBlock quality = view.capture.qualities.empty() ? QualityBlock{254, 0, 0} : view.capture.qualities[0];
  ByteWriter out;
  out.u8(view.position).u8(view.view_number).u8(view.impression);
  out.u8(quality.value).u16(quality.vendor).u16(quality.algorithm);
  write_size(out, view);
  write_minutiae(out, record, view);
  return out.take();
}

Bytes card(const MinutiaeRecord& record) {
  ByteWriter out;
  for (const RecordMinutia& minutia : record.views[0].minutiae) {
    if (record.format == MinutiaeFormat::kIsoCard) {
      write_minutia(out, minutia, false);
    } else {
      out.u8(static_cast<std::uint8_t>(minutia.x)).u8(static_cast<std::uint8_t>(minutia.y));
      out.u8(static_cast<std::uint8_t>(minutia.type << 6 | (minutia.angle & 0x3f)));
    }
  }
  return out.take();
}

// What the format has no room for.
Status fits(const MinutiaeRecord& record) {
  const auto too_much = [](std::string_view what) {
    return Status(Code::kInvalidInput, fmt::format("a minutiae record of this format cannot hold {}", what));
  };
  const bool of_2005 = record.format == MinutiaeFormat::kIso2005 || record.format == MinutiaeFormat::kAnsi2004;
  const std::uint16_t coordinate_max = record.format == MinutiaeFormat::kIsoCardCompact ? 255 : kCoordinateMax;
  if (is_card(record.format) && record.views.size() != 1) return too_much("other than one view");
  if (record.views.size() > (record.format == MinutiaeFormat::kIso2011 ? 0xffff : 255))
    return too_much("so many views");
  for (const MinutiaeView& view : record.views) {
    if (!is_card(record.format) && view.minutiae.size() > kMinutiaeInView) return too_much("over 255 minutiae a view");
    if (view.extended.size() > 0xffff) return too_much("so much extended data");
    if (of_2005 && (view.view_number > 15 || view.impression > 15)) return too_much("such a view number or impression");
    if (of_2005 && (view.width != record.views[0].width || view.height != record.views[0].height ||
                    view.x_per_cm != record.views[0].x_per_cm || view.y_per_cm != record.views[0].y_per_cm))
      return too_much("views of different sizes or resolutions");
    if (record.format != MinutiaeFormat::kIso2011 && !is_card(record.format) && !view.minutia_quality)
      return too_much("minutiae without quality");
    if (view.ending_type > 15) return too_much("such a kind of ridge endings");
    if (view.capture.qualities.size() > 255 || view.capture.certifications.size() > 255)
      return too_much("so many quality or certification blocks");
    for (const RecordMinutia& minutia : view.minutiae)
      if (minutia.x > coordinate_max || minutia.y > coordinate_max || minutia.type > 3 || minutia.reserved > 3)
        return too_much("a minutia so far from the corner, or of such a type");
  }
  return {};
}

}  // namespace

std::string_view to_string(MinutiaeFormat format) {
  return layout_of(format).name;
}

Result<MinutiaeFormat> parse_minutiae_format(std::string_view name) {
  std::string known;
  for (const Layout& layout : kLayouts) {
    if (layout.name == name) return layout.format;
    known += (known.empty() ? "" : ", ") + std::string(layout.name);
  }
  return Error{Code::kInvalidInput, fmt::format("no such format of minutiae records: use one of {}", known)};
}

double angle_units(MinutiaeFormat format) {
  return layout_of(format).angle_units;
}

bool is_minutiae_record(ByteView bytes) {
  return text(bytes).starts_with(kMagic);
}

Result<MinutiaeRecord> read_minutiae_record(ByteView bytes) {
  if (!is_minutiae_record(bytes)) return Error{Code::kInvalidInput, "not a minutiae record: it begins with \"FMR\""};
  if (bytes.size() < 24) return damaged("it ends within its header");
  if (bytes.size() > limits::kRecordBytesMax) return Error{Code::kTooLarge, "a minutiae record over 64 MiB"};
  const std::string_view version = text(bytes).substr(kMagic.size(), 4);
  std::optional<Result<MinutiaeRecord>> best;
  for (const Layout& layout : kLayouts) {
    const bool amended = layout.format == MinutiaeFormat::kAnsi2009 && spelt(version) == kAmendedVersion;
    if (layout.version.empty() || (spelt(layout.version) != spelt(version) && !amended)) continue;
    Result<MinutiaeRecord> record = read_as(bytes, layout.format);
    if (record.ok()) record->amended = amended;
    if (record.ok() && version != version_of(*record)) std::copy(version.begin(), version.end(), record->version);
    if (record.ok() && disorder(*record) == 0) return record;
    if (!best || (record.ok() && (!best->ok() || disorder(*record) < disorder(**best)))) best = std::move(record);
  }
  if (best) return *std::move(best);
  return Error{Code::kUnsupported,
               "a minutiae record of another version than ISO 19794-2:2005, :2011, ANSI 378-2004, -2009"};
}

Result<MinutiaeRecord> read_minutiae_card(ByteView bytes, MinutiaeFormat format) {
  CHECK(is_card(format));
  const bool compact = format == MinutiaeFormat::kIsoCardCompact;
  const std::size_t size = compact ? 3 : 5;
  if (bytes.empty() || bytes.size() % size != 0 || bytes.size() / size > kMinutiaeInView)
    return Error{Code::kInvalidInput,
                 fmt::format("not minutiae in this card format: 1 to 255 of {} bytes each are wanted", size)};
  MinutiaeRecord record;
  record.format = format;
  MinutiaeView& view = record.views.emplace_back();
  view.minutia_quality = false;
  view.x_per_cm = view.y_per_cm = compact ? 100 : 1000;
  ByteReader in(bytes);
  while (in.left() > 0) {
    if (!compact) {
      view.minutiae.push_back(read_minutia(in, false));
      continue;
    }
    RecordMinutia& minutia = view.minutiae.emplace_back();
    minutia.x = in.u8();
    minutia.y = in.u8();
    const std::uint8_t type_and_angle = in.u8();
    minutia.type = type_and_angle >> 6;
    minutia.angle = type_and_angle & 0x3f;
  }
  return record;
}

Result<Bytes> write_minutiae_record(const MinutiaeRecord& record) {
  TRY(fits(record));
  if (is_card(record.format)) return card(record);
  const Layout& layout = layout_of(record.format);
  ByteWriter views;
  for (const MinutiaeView& view : record.views)
    views.raw(record.format == MinutiaeFormat::kIso2011    ? view_iso_2011(record, view)
              : record.format == MinutiaeFormat::kAnsi2009 ? view_ansi_2009(record, view)
                                                           : view_2005(record, view));
  const Bytes body = views.take();
  const std::int64_t length = static_cast<std::int64_t>(layout.header_bytes + body.size()) + record.length_error;
  const MinutiaeView common = record.views.empty() ? MinutiaeView() : record.views[0];
  ByteWriter out;
  out.raw(view(kMagic));
  out.raw(view(record.version[0] != 0 ? std::string_view(record.version, 4) : version_of(record)));
  if (record.format != MinutiaeFormat::kAnsi2004) {
    out.u32(static_cast<std::uint32_t>(length));
  } else if (record.long_length || length > 0xffff) {
    out.u16(0).u32(static_cast<std::uint32_t>(length + 4));
  } else {
    out.u16(static_cast<std::uint16_t>(length));
  }
  if (record.format == MinutiaeFormat::kAnsi2004 || record.format == MinutiaeFormat::kAnsi2009)
    out.u16(record.product_owner).u16(record.product_type);
  if (record.format == MinutiaeFormat::kIso2011) {
    out.u16(static_cast<std::uint16_t>(record.views.size())).u8(record.certified);
  } else {
    if (record.format == MinutiaeFormat::kAnsi2009) out.u8(record.compliance);
    out.u16(record.capture_device);
    if (record.format != MinutiaeFormat::kAnsi2009) write_size(out, common);
    out.u8(static_cast<std::uint8_t>(record.views.size())).u8(record.reserved);
  }
  return out.raw(body).raw(record.after).take();
}

std::vector<std::string> check_minutiae_record(const MinutiaeRecord& record) {
  Deviations out;
  const Layout& layout = layout_of(record.format);
  if (record.version[0] != 0)
    out.add(fmt::format("its version is \"{}\"; the standard's is \"{}\"", std::string_view(record.version, 3),
                        version_of(record).substr(0, 3)));
  if (record.length_error != 0) out.add(fmt::format("the record's length is off by {}", record.length_error));
  if (!record.after.empty()) out.add(fmt::format("{} bytes follow the last view", record.after.size()));
  if (record.ends_early) out.add("the last view ends before the length of its extended data");
  if (record.reserved != 0) out.add("the header's reserved byte is not 0");
  if (record.views.empty()) out.add("a record has at least one view");
  std::set<std::pair<int, int>> numbers;
  for (std::size_t i = 0; i < record.views.size(); ++i) {
    const MinutiaeView& view = record.views[i];
    const auto note = [&](bool broken, std::string rule) {
      if (broken) out.add(fmt::format("view {}: {}", i + 1, rule));
    };
    note(view.position > 10, fmt::format("finger position {} is not 0 to 10", view.position));
    note(!is_card(record.format) && (view.x_per_cm < 98 || view.y_per_cm < 98),
         "under 98 pixels in a centimetre (250 an inch)");
    note(!is_card(record.format) && std::max(view.x_per_cm, view.y_per_cm) > kPerCentimetreMax,
         fmt::format("{} x {} pixels in a centimetre are {:.0f} x {:.0f} an inch, and its image {:.1f} x {:.1f} mm: "
                     "fingers are scanned at 197 or 394 a centimetre (500 or 1000 an inch)",
                     view.x_per_cm, view.y_per_cm, view.x_per_cm * kCentimetresInInch,
                     view.y_per_cm * kCentimetresInInch, millimetres(view.width, view.x_per_cm),
                     millimetres(view.height, view.y_per_cm)));
    note(!is_card(record.format) && std::max(millimetres(view.width, view.x_per_cm),
                                             millimetres(view.height, view.y_per_cm)) > kMillimetresMax,
         fmt::format("an image of {:.0f} x {:.0f} mm is larger than any finger's: is the resolution right?",
                     millimetres(view.width, view.x_per_cm), millimetres(view.height, view.y_per_cm)));
    const bool older = record.format == MinutiaeFormat::kIso2005 || record.format == MinutiaeFormat::kAnsi2004;
    for (const QualityBlock& quality : view.capture.qualities)  // 254, 255 of the later editions: not known, failed
      note(quality.value > 100 && (older || quality.value < 254), fmt::format("quality {} is over 100", quality.value));
    note(!is_card(record.format) && !numbers.insert({view.position, view.view_number}).second,
         fmt::format("finger {} has another view {}", view.position, view.view_number));
    std::size_t outside = 0, types = 0, angles = 0, qualities = 0, reserved = 0;
    for (const RecordMinutia& minutia : view.minutiae) {
      outside += !is_card(record.format) && (minutia.x >= view.width || minutia.y >= view.height);
      types += minutia.type > 2;
      angles += minutia.angle > layout.angle_max;
      qualities += view.minutia_quality && minutia.quality > 100 && minutia.quality < 254;
      reserved += minutia.reserved != 0;
    }
    note(outside > 0, fmt::format("{} minutiae lie outside the image of {} x {}", outside, view.width, view.height));
    note(types > 0, fmt::format("{} minutiae of the reserved type 3", types));
    note(angles > 0, fmt::format("{} angles over {}", angles, layout.angle_max));
    note(qualities > 0, fmt::format("{} qualities of minutiae over 100", qualities));
    note(reserved > 0, fmt::format("{} minutiae with reserved bits set", reserved));
    // extended data areas: type, length with these four bytes, data
    std::size_t at = 0;
    while (at + 4 <= view.extended.size()) {
      const std::size_t size = view.extended[at + 2] << 8 | view.extended[at + 3];
      if (size < 4) break;
      at += size;
    }
    note(at != view.extended.size(), "extended data areas do not add up to their common length");
  }
  return out.take();
}

}  // namespace puente::format
