#include "intake/convert/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <utility>

#include "intake/intake.h"

namespace puente::intake {
namespace {

namespace itl = format::itl;
using format::ImageRecord;
using format::MinutiaeFormat;
using format::MinutiaeRecord;
using format::MinutiaeView;
using format::RecordKind;
using Kind = Wanted::Kind;

bool is_transaction(RecordKind kind) {
  return kind == RecordKind::kItl || kind == RecordKind::kNiemXml;
}
bool is_image_record(RecordKind kind) {
  return kind == RecordKind::kImageRecord || kind == RecordKind::kIso39794;
}

Result<Bytes> encoded(const itl::Transaction& transaction, Kind kind) {
  if (kind == Kind::kTransactionXml) return format::niem::write(transaction);
  return itl::write(transaction);
}

// ---- one record that stays what it is

Result<Converted> of_transaction(ByteView bytes, Kind kind) {
  ASSIGN_OR_RETURN(const itl::Reading reading, format::read_transaction(bytes));
  Converted out;
  for (const itl::Finding& finding : reading.findings) {
    if (finding.fatal) return Error{Code::kInvalidInput, format::in_words(finding) + "; see puente record check"};
    out.left_out.push_back(format::in_words(finding));
  }
  ASSIGN_OR_RETURN(out.bytes, encoded(reading.transaction, kind));
  return out;
}

using Lines = std::vector<std::string>;

Lines said_after(ByteView after) {
  return after.empty() ? Lines() : Lines{fmt::format("{} bytes after the last view", after.size())};
}

// What was left out, and after it what was taken otherwise than it stands.
Lines all_of(Lines left_out, Lines remarks) {
  std::move(remarks.begin(), remarks.end(), std::back_inserter(left_out));
  return left_out;
}

// Other angles and words for "not known".
MinutiaeView converted(MinutiaeView view, MinutiaeFormat from, MinutiaeFormat to) {
  const bool zero_is_unknown = to == MinutiaeFormat::kIso2005 || to == MinutiaeFormat::kAnsi2004;
  const int units = static_cast<int>(angle_units(to));
  if (view.capture.qualities.empty()) view.capture.qualities = {{254, 0, 0}};
  if (zero_is_unknown && view.capture.qualities[0].value > 100) view.capture.qualities[0].value = 0;
  if (to != MinutiaeFormat::kIso2011) view.capture.qualities.resize(1);
  if (to != MinutiaeFormat::kIso2011) view.minutia_quality = true;
  for (format::RecordMinutia& minutia : view.minutiae) {
    minutia.angle = static_cast<std::uint8_t>(std::lround(minutia.angle * units / angle_units(from)) % units);
    if (zero_is_unknown && minutia.quality > 100) minutia.quality = 0;
    if (!zero_is_unknown && minutia.quality == 0) minutia.quality = 254;
  }
  return view;
}

// The older editions state one size for all views: one that has room for each.
void make_one_size(std::vector<MinutiaeView>& views) {
  std::uint16_t width = 0, height = 0;
  for (const MinutiaeView& view : views) {
    width = std::max(width, view.width);
    height = std::max(height, view.height);
  }
  for (MinutiaeView& view : views) {
    view.width = width;
    view.height = height;
  }
}

// Views of any records as one record; a card through our own template, for its places have another unit.
Result<Bytes> minutiae_of(const std::vector<MinutiaeRecord>& records, MinutiaeFormat to) {
  MinutiaeRecord out;
  out.format = to;
  const bool card = to == MinutiaeFormat::kIsoCard || to == MinutiaeFormat::kIsoCardCompact;
  std::map<int, std::uint8_t> seen;  // views of a finger
  for (const MinutiaeRecord& record : records) {
    for (const MinutiaeView& view : record.views) {
      if (card && !out.views.empty()) return Error{Code::kInvalidInput, "a card holds one view: there are more here"};
      if (card) {
        ASSIGN_OR_RETURN(const finger::Template features, to_template(view, record.format));
        out = to_minutiae_record(features, to);
      } else {
        out.views.push_back(converted(view, record.format, to));
        out.views.back().view_number = seen[view.position]++;
      }
    }
  }
  if (to == MinutiaeFormat::kIso2005 || to == MinutiaeFormat::kAnsi2004) make_one_size(out.views);
  return format::write_minutiae_record(out);
}

Result<Bytes> written(const ImageRecord& record, Kind kind) {
  return kind == Kind::kIso39794 ? format::write_iso39794(record) : format::write_image_record(record);
}

Result<ImageRecord> image_record_of(ByteView bytes) {
  return format::record_kind(bytes) == RecordKind::kIso39794 ? format::read_iso39794(bytes)
                                                             : format::read_image_record(bytes);
}

// ---- everything else

Error no_minutiae() {
  return {Code::kInvalidInput, "there are no minutiae in it; puente extract --iso finds those of an image"};
}

// An encounter has the image of a print whose minutiae are there too; here they are what is wanted.
Result<format::Intake> minutiae_in(ByteView bytes) {
  ASSIGN_OR_RETURN(itl::Reading reading, format::read_transaction(bytes));
  std::erase_if(reading.transaction.records,
                [](const itl::Record& record) { return record.type == 4 || record.type == 13 || record.type == 14; });
  Result<format::Intake> intake = format::to_encounter(reading.transaction);
  if (!intake.ok()) return no_minutiae();
  return intake;
}

Result<Bytes> from_encounter(const Encounter& encounter, const Wanted& wanted) {
  if (wanted.kind == Kind::kImages || wanted.kind == Kind::kIso39794) {
    ASSIGN_OR_RETURN(const ImageRecord record,
                     format::to_image_record(encounter.samples, wanted.part, wanted.edition, wanted.captured_ms));
    return written(record, wanted.kind);
  }
  if (wanted.kind == Kind::kMinutiae) {
    std::vector<MinutiaeRecord> records;
    for (const Sample& sample : encounter.samples) {
      if (!format::is_minutiae_record(sample.image)) continue;
      ASSIGN_OR_RETURN(records.emplace_back(), format::read_minutiae_record(sample.image));
      if (sample.position != FingerCapture::kUnknown && records.back().views.size() == 1)  // as it was told
        records.back().views[0].position = static_cast<std::uint8_t>(sample.position);
    }
    if (records.empty()) return no_minutiae();
    return minutiae_of(records, wanted.minutiae);
  }
  ASSIGN_OR_RETURN(const itl::Transaction transaction, format::to_transaction(encounter, wanted.header));
  return encoded(transaction, wanted.kind);
}

// ---- images

Result<std::string> ending_of(ByteView image) {
  ASSIGN_OR_RETURN(const format::ImageHeader header, format::image_header(image));
  return std::string(format::file_ending(header.kind));
}

// Pixels without a header of their own as a PNG, gray, colour or, eight a byte and 1 black, of one bit a pixel; an
// image that has one as it is.
Result<Bytes> image_file(const itl::Record& record, std::string_view data, double ppi) {
  Image image;
  image.ppi = ppi;
  image.width = record.integer(6);
  image.height = record.integer(7);
  const auto pixels = static_cast<std::int64_t>(image.width) * image.height;
  const auto size = static_cast<std::int64_t>(data.size());
  const bool two_tones = record.type == 5 || record.type == 6;
  if (format::image_header(view(data)).ok() && size != pixels) return to_bytes(data);
  if (two_tones && record.integer(8) == 0 && pixels > 0 && size == (pixels + 7) / 8) {
    for (std::int64_t i = 0; i < pixels; ++i)
      image.pixels.push_back(data[static_cast<std::size_t>(i / 8)] >> (7 - i % 8) & 1 ? 0 : 255);
    return format::encode_png_of_two_tones(std::move(image));
  }
  if (two_tones && record.integer(8) == 1)
    return {Code::kUnsupported, "a facsimile (ITU-T T.6) without a header is not taken out"};
  if (format::is_plain_image(view(data)) && size != pixels) return format::as_png(view(data));
  if (image.width > 0 && image.height > 0) image.channels = size == 3 * pixels ? 3 : 1;
  if (pixels <= 0 || size != pixels * image.channels)
    return {Code::kUnsupported, "neither an image file nor gray or colour pixels of the stated size"};
  image.pixels.assign(data.begin(), data.end());
  return format::encode_png(image);
}

// "02-type14-01": number, type, and position, pose or eye, where the record has one.
std::string name_of_image(const itl::Record& record, std::size_t number, bool gray) {
  const itl::Field* kind = record.find(gray ? 4 : record.type == 10 || record.type == 17 ? 3 : 13);
  std::string what;
  for (const char c : kind ? kind->item() : std::string_view())
    what += std::isalnum(static_cast<unsigned char>(c)) ? c : '-';
  return fmt::format("{:02}-type{}{}{}", number, record.type, what.empty() ? "" : "-", what.substr(0, 20));
}

// The record's resolution governs as long as they are together; what reads the file alone sees only the file's.
void add_file(ImageFile file, double stated, ImageFiles& out) {
  constexpr double kAssumed = 500;
  const Result<Image> image = stated > 0 ? format::decode_image(file.bytes) : Image();
  const double said = image.ok() ? image->ppi : 0;
  if (stated > 0 && image.ok() && !format::is_same_ppi(stated, said > 0 ? said : kAssumed)) {
    out.remarks.push_back(fmt::format(
        "{} says {}, its record {:.0f} pixels an inch, which counts: where the file is read by itself, give "
        "that with --dpi",
        file.name, said > 0 ? fmt::format("{:.0f}", said) : "no resolution", stated));
  }
  out.files.push_back(std::move(file));
}

// Of a record whose layout is a domain's own beyond its first fields.
std::string_view last_value(const itl::Record& record) {
  return record.fields.empty() ? std::string_view() : std::string_view(record.fields.back().value);
}

Status add_images(ByteView bytes, ImageFiles& out);

ImageFiles images_of_transaction(const itl::Transaction& transaction) {
  ImageFiles out;
  for (std::size_t i = 1; i < transaction.records.size(); ++i) {
    const itl::Record& record = transaction.records[i];
    const bool gray = record.type >= 3 && record.type <= 6;
    const bool tagged = record.type >= 10 && record.find(999) != nullptr;
    const std::string_view data = tagged ? record.value(999) : gray ? record.value(9) : last_value(record);
    if (data.empty() || (!gray && !tagged && record.type != 7 && record.type != 8)) continue;
    if (tagged && !format::is_image(view(data)) && !format::is_plain_image(view(data))) {
      const RecordKind kind = format::record_kind(view(data));
      if (kind != RecordKind::kUnknown) {
        const Status added = is_image_record(kind) ? add_images(view(data), out) : Status();
        if (!added.ok()) out.left_out.push_back(fmt::format("record {}: {}", i + 1, added.error().message));
        continue;
      }
    }
    if (record.type == 7 || record.type == 8) {
      if (!format::is_image(view(data))) {
        out.left_out.push_back(fmt::format("record {}, Type-{}: {} bytes of a domain's own layout, not taken out",
                                           i + 1, record.type, data.size()));
        continue;
      }
    }
    const bool is_print = gray || (record.type >= 13 && record.type <= 15) || record.type == 19;
    const double ppi = is_print ? format::ppi_of_record(transaction, record) : 0;
    Result<Bytes> file = image_file(record, data, ppi);
    const Result<std::string> ending = file.ok() ? ending_of(*file) : file.error();
    if (ending.ok()) {
      add_file({name_of_image(record, i + 1, gray) + "." + *ending, *std::move(file)}, ppi, out);
    } else {
      out.left_out.push_back(fmt::format("record {}, Type-{}: {}", i + 1, record.type, ending.error().message));
    }
  }
  return out;
}

Status add_images(ByteView bytes, ImageFiles& out) {
  ASSIGN_OR_RETURN(const ImageRecord record, image_record_of(bytes));
  for (const format::ImageView& view : record.views) {
    Bytes file = view.image;
    Result<std::string> ending = ending_of(file);
    if (format::holds_pixels(record, view) || !ending.ok()) {
      ASSIGN_OR_RETURN(const Image image, format::decode_view(record, view));
      ASSIGN_OR_RETURN(file, format::encode_png(image));
      ending = std::string("png");
    }
    add_file({fmt::format("{:02}.{}", out.files.size() + 1, *ending), std::move(file)}, format::stated_ppi(view), out);
  }
  return {};
}

}  // namespace

Result<Wanted> parse_wanted(const std::string& name) {
  Wanted out;
  if (name == "transaction") return out;
  if (name == "xml") {
    out.kind = Kind::kTransactionXml;
    return out;
  }
  if (const auto minutiae = format::parse_minutiae_format(name); minutiae.ok()) {
    out.kind = Kind::kMinutiae;
    out.minutiae = *minutiae;
    return out;
  }
  for (const int part : {4, 5, 6}) {
    out.part = static_cast<format::ImagePart>(part);
    out.kind = Kind::kIso39794;
    if (name == fmt::format("39794-{}", part)) return out;
    out.kind = Kind::kImages;
    for (const int edition : {2005, 2011}) {
      out.edition = edition;
      if (name == fmt::format("19794-{}:{}", part, edition)) return out;
    }
  }
  return {Code::kInvalidInput, fmt::format("nothing is called {}; there are {}", name, kWantedNames)};
}

Result<Converted> convert_files(const std::vector<Sample>& files, const Wanted& wanted) {
  if (files.size() == 1) {
    const Bytes& file = files[0].image;
    const RecordKind kind = format::record_kind(file);
    const bool to_transaction = wanted.kind == Kind::kTransaction || wanted.kind == Kind::kTransactionXml;
    if (to_transaction && is_transaction(kind)) return of_transaction(file, wanted.kind);
    const bool told = files[0].position != FingerCapture::kUnknown;  // where the record may say nothing, or otherwise
    if (wanted.kind == Kind::kMinutiae && kind == RecordKind::kMinutiaeRecord && !told) {
      ASSIGN_OR_RETURN(const MinutiaeRecord record, format::read_minutiae_record(file));
      ASSIGN_OR_RETURN(Bytes bytes, minutiae_of({record}, wanted.minutiae));
      return Converted{std::move(bytes), said_after(record.after)};
    }
    if (wanted.kind == Kind::kMinutiae && is_transaction(kind)) {
      ASSIGN_OR_RETURN(format::Intake intake, minutiae_in(file));
      ASSIGN_OR_RETURN(Bytes bytes, from_encounter(intake.encounter, wanted));
      return Converted{std::move(bytes), all_of(std::move(intake.left_out), std::move(intake.remarks))};
    }
    if (!to_transaction && is_image_record(kind)) {
      ASSIGN_OR_RETURN(ImageRecord record, image_record_of(file));
      if (record.part == wanted.part && record.edition == wanted.edition) {
        record.ansi = false;  // its views are those of 19794-4
        const bool same = (kind == RecordKind::kIso39794) == (wanted.kind == Kind::kIso39794);
        const Bytes after = same ? Bytes() : std::exchange(record.after, {});
        ASSIGN_OR_RETURN(Bytes bytes, written(record, wanted.kind));
        return Converted{std::move(bytes), said_after(after)};
      }
    }
  }
  ASSIGN_OR_RETURN(Taken taken, take_in(files, Depth::kOpened));
  ASSIGN_OR_RETURN(Bytes bytes, from_encounter(taken.encounter, wanted));
  const auto is_unplaced = [](const Sample& each) {
    return each.modality == Modality::kFinger && each.position == FingerCapture::kUnknown;
  };
  if (const auto unplaced = std::ranges::count_if(taken.encounter.samples, is_unplaced); unplaced > 0) {
    taken.remarks.push_back(
        fmt::format("of {} of {} samples no position is stated: 0, an unknown finger, is written; "
                    "name it, as RIGHT_INDEX=FILE",
                    unplaced, taken.encounter.samples.size()));
  }
  return Converted{std::move(bytes), all_of(std::move(taken.left_out), std::move(taken.remarks))};
}

Result<ImageFiles> images_of(ByteView file) {
  const RecordKind kind = format::record_kind(file);
  if (is_transaction(kind)) {
    ASSIGN_OR_RETURN(const itl::Reading reading, format::read_transaction(file));
    ImageFiles out = images_of_transaction(reading.transaction);
    for (const itl::Finding& finding : reading.findings)
      if (finding.fatal) out.left_out.push_back(format::in_words(finding));
    return out;
  }
  if (!is_image_record(kind) && kind != RecordKind::kCbeffXml && kind != RecordKind::kContainer)
    return Error{Code::kInvalidInput, "there is no image in it that could be taken out"};
  ImageFiles out;
  if (kind == RecordKind::kContainer) {
    ASSIGN_OR_RETURN(const format::Container container, format::read_ber_container(file));
    out.left_out = container.findings;
    for (const format::ContainedRecord& each : container.records) {
      const Status added = is_image_record(format::record_kind(each.bytes)) ? add_images(each.bytes, out) : Status();
      if (!added.ok()) out.left_out.push_back(added.error().message);
      if (const auto ending = ending_of(each.bytes); ending.ok())
        out.files.push_back({fmt::format("{:02}.{}", out.files.size() + 1, *ending), to_bytes(text(each.bytes))});
    }
    return out;
  }
  if (is_image_record(kind)) TRY(add_images(file, out));
  if (kind != RecordKind::kCbeffXml) return out;
  ASSIGN_OR_RETURN(const format::cbeff::Document document, format::cbeff::read(file));
  std::vector<const format::cbeff::Bir*> birs = {&document.root};
  for (std::size_t i = 0; i < birs.size(); ++i) {
    const Bytes& data = birs[i]->bdb;
    const Status added = is_image_record(format::record_kind(data)) ? add_images(data, out) : Status();
    if (!added.ok()) out.left_out.push_back(fmt::format("BIR {}: {}", i + 1, added.error().message));
    if (const auto ending = ending_of(data); ending.ok())
      out.files.push_back({fmt::format("{:02}.{}", out.files.size() + 1, *ending), data});
    for (const format::cbeff::Bir& child : birs[i]->children) birs.push_back(&child);
  }
  return out;
}

}  // namespace puente::intake
