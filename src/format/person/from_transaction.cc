#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "core/limits.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/person/itl_minutiae.h"
#include "format/person/look.h"
#include "format/person/names.h"
#include "format/person/person.h"
#include "format/person/samples.h"

namespace puente::format {
namespace {

constexpr double kInch = 25.4;

int number_in(std::string_view digits) {  // 0 where there is none
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

// What both kinds of image record state about their pixels.
struct Pixels {
  std::int64_t width = 0, height = 0;
  int bits = 8, components = 1;
  double ppi = 0;
  bool compressed = false;
};

bool have_stated_size(const Pixels& stated, std::string_view data) {
  return stated.width >= 1 && stated.height >= 1 && stated.width <= limits::kImageSideMax &&
         stated.height <= limits::kImageSideMax &&
         stated.width * stated.height * stated.components == static_cast<std::int64_t>(data.size());
}

// The record's bytes as a file that decode_image reads. Whether they are compressed is told by what they are, if it is
// not as stated: an image that begins as one, or as many bytes as pixels have.
Result<Bytes> image_file(const Pixels& stated, std::string_view data) {
  const bool named = !image_name(view(data)).empty();
  const bool pixels = have_stated_size(stated, data) && stated.bits == 8 * stated.components;
  if (stated.compressed ? named || !pixels : named && !pixels) {
    const ByteView file = view(data);
    if (is_plain_image(file)) return as_png(file);
    if (named && !is_image(file)) return decode_image(file).error();
    ASSIGN_OR_RETURN(const ImageHeader header, image_header(file));
    if (header.kind == ImageKind::kJpeg && header.lossless) {
      return Error{Code::kUnsupported, "lossless JPEG (JPEGL) is not decoded"};
    }
    return Bytes(file.begin(), file.end());
  }
  if (stated.bits != 8 * stated.components) {
    return Error{Code::kUnsupported, fmt::format("{} bits a pixel, uncompressed, are not read", stated.bits)};
  }
  if (!pixels) {
    return Error{Code::kInvalidInput,
                 fmt::format("{} x {} pixels are stated and {} bytes there", stated.width, stated.height, data.size())};
  }
  Image image{static_cast<int>(stated.width), static_cast<int>(stated.height), stated.components, stated.ppi, {}};
  image.pixels.assign(data.begin(), data.end());
  return encode_png(image);
}

// 1.011, or 1.012 where that is 0, as pixels an inch.
double ppi_of_transaction(const itl::Record& first) {
  for (const int field : {11, 12}) {
    const std::string_view stated = first.value(field);
    double per_mm = 0;
    std::from_chars(stated.data(), stated.data() + stated.size(), per_mm);
    if (per_mm * kInch >= limits::kPpiMin && per_mm * kInch <= limits::kPpiMax) return std::round(per_mm * kInch);
  }
  return 500;
}

Pixels pixels_of(const itl::Record& record) {
  Pixels out;
  out.width = record.integer(6, 0);
  out.height = record.integer(7, 0);
  const double scale = record.integer(9, 0);
  const bool wrong_unit = record.integer(8, 0) == 1 && scale == 197;  // no scan has so few, and 500 an inch are so many
  const double ppi = wrong_unit                  ? 500
                     : record.integer(8, 0) == 1 ? scale
                     : record.integer(8, 0) == 2 ? scale * kCentimetresInInch
                                                 : 0;
  // 197 pixels a centimetre is how 500 an inch are written
  if (ppi >= limits::kPpiMin && ppi <= limits::kPpiMax) out.ppi = std::abs(ppi - 500) < 1 ? 500 : std::round(ppi);
  const std::string_view compression = record.value(11);
  out.compressed = compression != "NONE" && compression != "0" && !compression.empty();
  const std::string_view colours = record.type == 10 ? record.value(12) : record.value(13);
  const bool colour =
      record.type == 10 ? colours != "GRAY" : record.type == 17 && colours != "GRAY" && !colours.empty();
  out.components = colour ? 3 : 1;
  out.bits = record.type == 10 ? 8 * out.components : record.integer(12, 8);
  return out;
}

// 14.018: XX amputated, UP not to be printed; SR is a scar, and the print is there.
void add_missing(const itl::Field& field, Encounter& to) {
  for (const auto& subfield : field.subfields()) {
    if (subfield.size() < 2 || (subfield[1] != "XX" && subfield[1] != "UP")) continue;
    const auto shown = finger_of_code(number_in(subfield[0]));
    const auto which = shown ? finger_of(*shown) : std::nullopt;
    if (which && *which != Finger::kUnknown)
      to.missing[*which] = subfield[1] == "XX" ? Missing::kAmputated : Missing::kUnableToPrint;
  }
}

class Reader {
 public:
  explicit Reader(const itl::Transaction& transaction) : transaction_(transaction) {}

  Result<Intake> read() {
    if (transaction_.records.empty()) return Error{Code::kInvalidInput, "a transaction without records"};
    TRY(check_is_one());
    TRY(take_all([](int type) { return type != kMinutiae; }));
    TRY(take_all([](int type) { return type == kMinutiae; }));  // once it is known which images there are
    if (out_.encounter.samples.empty()) return nothing_in("transaction", out_.left_out);
    return std::move(out_);
  }

 private:
  static constexpr int kMinutiae = 9;

  // What stands behind another Type-1 record may be of another person.
  Status check_is_one() const {
    const auto& records = transaction_.records;
    const auto second = std::find_if(records.begin() + 1, records.end(), [](const auto& r) { return r.type == 1; });
    if (second == records.end()) return {};
    return {Code::kInvalidInput, fmt::format("record {} begins another transaction, maybe of another person: give each "
                                             "transaction in a file of its own",
                                             second - records.begin() + 1)};
  }

  Status take_all(bool (*wanted)(int type)) {
    for (number_ = 0; number_ < transaction_.records.size(); ++number_) {
      const itl::Record& record = transaction_.records[number_];
      if (!wanted(record.type)) continue;
      const Status done = take(record);
      if (!done.ok() && done.error().code == Code::kTooLarge) return done;
      if (!done.ok()) {
        out_.left_out.push_back(fmt::format("record {} (Type-{}): {}", number_ + 1, record.type, done.error().message));
      }
    }
    return {};
  }

  Status take(const itl::Record& record) {
    switch (record.type) {
      case 1:
        return {};
      case 2:
        return add_names(transaction_, record, number_ + 1, out_);
      case 4:
        return finger_of_type4(record);
      case kMinutiae:
        return minutiae(record);
      case 10:
        if (record.value(3) != "FACE") return unused("of no face");
        return sample(record, {.modality = Modality::kFace});
      case 13:
      case 14:
        return finger(record);
      case 17:
        return sample(record,
                      {.modality = Modality::kIris, .eye = static_cast<Eye>(std::clamp(record.integer(3, 0), 0, 2))});
      case 99:
        return biometric_data(record);
      default:
        return unused("this type is not used here");
    }
  }

  static int impression_of(const itl::Record& record) {
    return std::clamp(record.integer(3, kImpressionUnknown), 0, 255);
  }

  static Status unused(std::string_view why) { return {Code::kUnsupported, std::string(why)}; }

  Status add(Sample sample) {
    TRY(check_room(out_.encounter.samples.size()));
    out_.encounter.samples.push_back(std::move(sample));
    return {};
  }

  Status sample(const itl::Record& record, Sample sample) {
    const itl::Field* data = record.find(999);
    if (data == nullptr) return unused("without an image");
    const Pixels stated = pixels_of(record);
    ASSIGN_OR_RETURN(sample.image, image_file(stated, data->value));
    sample.ppi = stated.ppi;
    return add(std::move(sample));
  }

  Status finger(const itl::Record& record) {
    if (record.type == 14 && record.find(18) != nullptr) {
      add_missing(*record.find(18), out_.encounter);
      if (record.find(999) == nullptr) return {};  // why there is no image
    }
    const itl::Field* fgp = record.find(13);
    const auto which = finger_of_code(fgp == nullptr ? 0 : number_in(fgp->item()));
    if (!which) return unused("not of single fingers or of one hand's");
    TRY(sample(record, {.position = *which, .impression = impression_of(record)}));
    shown_.insert(record.integer(2));
    return {};
  }

  Status finger_of_type4(const itl::Record& record) {
    const itl::Field* fgp = record.find(4);
    const auto which = finger_of_code(fgp == nullptr ? 0 : number_in(fgp->item()));
    if (!which) return unused("not of single fingers or of one hand's");
    const itl::Field* data = record.find(9);
    if (data == nullptr) return unused("without an image");
    Pixels stated;
    stated.width = record.integer(6, 0);
    stated.height = record.integer(7, 0);
    stated.compressed = record.integer(8, 0) != 0;
    stated.ppi = ppi_of_record(transaction_, record);
    Sample out{.position = *which, .ppi = stated.ppi, .impression = impression_of(record)};
    ASSIGN_OR_RETURN(out.image, image_file(stated, data->value));
    TRY(add(std::move(out)));
    shown_.insert(record.integer(2));
    return {};
  }

  // What an image shows is not taken from its minutiae too: records of one print have one IDC.
  Status minutiae(const itl::Record& record) {
    if (shown_.contains(record.integer(2))) return unused("its image is here");
    ASSIGN_OR_RETURN(const MinutiaeRecord minutiae, minutiae_of_type9(record));
    ASSIGN_OR_RETURN(Bytes bytes, write_minutiae_record(minutiae));
    return add({.position = static_cast<FingerCapture>(minutiae.views[0].position),
                .image = std::move(bytes),
                .impression = impression_of(record)});
  }

  Status biometric_data(const itl::Record& record) {
    const itl::Field* data = record.find(999);
    if (data == nullptr) return unused("without data");
    ASSIGN_OR_RETURN(std::vector<Sample> samples, read_samples(view(data->value), out_.left_out));
    for (Sample& each : samples) TRY(add(std::move(each)));
    return {};
  }

  const itl::Transaction& transaction_;
  std::set<int> shown_;  // IDCs of images of prints that were taken
  Intake out_;
  std::size_t number_ = 0;
};

}  // namespace

double ppi_of_record(const itl::Transaction& transaction, const itl::Record& record) {
  if (!itl::is_binary(record.type)) return pixels_of(record).ppi;
  return record.integer(5, 0) == 1 ? ppi_of_transaction(transaction.records[0]) : 500;
}

Result<Intake> to_encounter(const itl::Transaction& transaction) {
  return Reader(transaction).read();
}

}  // namespace puente::format
