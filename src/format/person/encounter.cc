#include "format/person/person.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "core/clock.h"
#include "core/limits.h"
#include "format/image/image.h"
#include "format/itl/itl.h"
#include "format/person/itl_minutiae.h"
#include "format/person/samples.h"

namespace puente::format {
namespace {

constexpr char kItem = '\x1f', kSubfield = '\x1e';
constexpr std::string_view kSeparators = "\x1c\x1d\x1e\x1f";
constexpr std::string_view kDomain = "PUENTE", kDomainVersion = "1.0";
constexpr double kInch = 25.4, kCentimetresInInch = 2.54;

// ---- reading

// UTF-8 without control characters: what a name may be kept, shown and sent on as.
bool is_plain_text(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_letter(text);
    if (size == 0 || static_cast<unsigned char>(text[0]) < 0x20 || text[0] == 0x7f) return false;
    text.remove_prefix(size);
  }
  return true;
}

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

// The record's bytes as a file that decode_image reads.
Result<Bytes> image_file(const Pixels& stated, std::string_view data) {
  if (stated.compressed) {
    const ByteView file = view(data);
    ASSIGN_OR_RETURN(const ImageHeader header, image_header(file));
    if (header.kind == ImageKind::kJpeg && header.lossless) {
      return Error{Code::kUnsupported, "lossless JPEG (JPEGL) is not decoded"};
    }
    return Bytes(file.begin(), file.end());
  }
  if (stated.bits != 8 * stated.components) {
    return Error{Code::kUnsupported, fmt::format("{} bits a pixel, uncompressed, are not read", stated.bits)};
  }
  if (stated.width < 1 || stated.height < 1 || stated.width > limits::kImageSideMax ||
      stated.height > limits::kImageSideMax ||
      stated.width * stated.height * stated.components != static_cast<std::int64_t>(data.size())) {
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
  const double ppi = record.integer(8, 0) == 1 ? scale : record.integer(8, 0) == 2 ? scale * kCentimetresInInch : 0;
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

Error nothing_in(std::string_view what, const Intake& intake) {
  return {Code::kInvalidInput,
          fmt::format("no finger, face or iris in the {}{}{}", what, intake.left_out.empty() ? "" : "; ",
                      intake.left_out.empty() ? "" : intake.left_out.front())};
}

Error unused(std::string_view why) {
  return {Code::kUnsupported, std::string(why)};
}

using Names = std::vector<std::pair<DataElement, std::string>>;  // as they stand in a record, some of them empty

// INTERPOL's implementation in XML: int-i:RecordSubject.
Result<Names> names_of_interpol(const itl::Record& record) {
  const xml::Element* subject = nullptr;
  for (const xml::Element& foreign : record.foreign)
    if (const xml::Element* detail = foreign.find("DomainDefinedDescriptiveDetail"); detail && !subject)
      subject = detail->find("RecordSubject");
  if (subject == nullptr) return unused("no names in it that are read");
  static const xml::Element kNothing;
  const auto part = [](const xml::Element& of, std::string_view child) -> const xml::Element& {
    const xml::Element* found = of.find(child);
    return found == nullptr ? kNothing : *found;
  };
  Names names;
  const auto keep = [&](DataElement element, std::string_view value) { names.emplace_back(element, value); };
  const xml::Element& name = part(*subject, "PersonName");
  keep(DataElement::kFamilyName, name.value("PersonSurName"));
  keep(DataElement::kGivenNames, fmt::format("{} {}", name.value("PersonGivenName"), name.value("PersonMiddleName")));
  const std::string_view born = part(*subject, "PersonBirthDate").value("Date").substr(0, 10);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (born.size() == 10 && born[4] == '-' && born[7] == '-' && std::count_if(born.begin(), born.end(), is_digit) == 8)
    keep(DataElement::kDateOfBirth, born);  // without a zone
  keep(DataElement::kSex, subject->value("PersonSexCode"));
  const std::string_view country = subject->value("PersonCitizenshipISO3166Alpha3Code");
  if (is_country(country)) keep(DataElement::kNationality, country);
  const xml::Element& address = part(part(*subject, "PersonBirthLocation"), "LocationAddress");
  keep(DataElement::kPlaceOfBirth, part(address, "StructuredAddress").value("LocationCityName"));
  return names;
}

// Who a Type-2 record says it is, in the words of the domain that the transaction names.
Result<Names> names_in(const itl::Record& transaction, const itl::Record& record) {
  const itl::Field* domain = transaction.find(13);
  const std::string domain_name(domain == nullptr ? "" : domain->item());
  Names names;
  const auto keep = [&](DataElement element, std::string_view value) { names.emplace_back(element, value); };
  if (domain_name == kDomain) {
    for (int i = 0; i < kDataElementCount; ++i) keep(static_cast<DataElement>(i), record.value(kBiographicField + i));
    return names;
  }
  if (domain_name == "INT-I") return names_of_interpol(record);
  if (!domain_name.empty() && domain_name != "NORAM")
    return unused("names of domain " + itl::quoted(domain_name) + " are not read");
  // FBI EBTS: 2.018 NAM "RUIZ,MARIA ELENA", 2.022 DOB "19900430", 2.024 SEX
  const std::string_view full = record.value(18);
  const std::size_t comma = full.find(',');
  keep(DataElement::kFamilyName, full.substr(0, comma));
  if (comma != std::string_view::npos) keep(DataElement::kGivenNames, full.substr(comma + 1));
  const std::string_view born = record.value(22);
  if (born.size() == 8 && std::all_of(born.begin(), born.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    keep(DataElement::kDateOfBirth, fmt::format("{}-{}-{}", born.substr(0, 4), born.substr(4, 2), born.substr(6)));
  }
  keep(DataElement::kSex, record.value(24));
  return names;
}

class Reader {
 public:
  explicit Reader(const itl::Transaction& transaction) : transaction_(transaction) {}

  Result<Intake> read() {
    if (transaction_.records.empty()) return Error{Code::kInvalidInput, "a transaction without records"};
    TRY(take_all([](int type) { return type != kMinutiae; }));
    TRY(take_all([](int type) { return type == kMinutiae; }));  // once it is known which images there are
    if (out_.encounter.samples.empty()) return nothing_in("transaction", out_);
    return std::move(out_);
  }

 private:
  static constexpr int kMinutiae = 9;

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
        return names(record);
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

  Status add(Sample sample) {
    TRY(room_for_another(out_.encounter.samples.size()));
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
    if (const itl::Field* missing = record.find(18); missing != nullptr && record.type == 14) {
      for (const auto& subfield : missing->subfields()) {
        if (subfield.size() < 2) continue;
        const int code = number_in(subfield[0]);
        const auto shown = finger_of_code(code);
        const auto which = shown ? finger_of(*shown) : std::nullopt;
        if (!which || *which == Finger::kUnknown) continue;
        if (subfield[1] != "XX" && subfield[1] != "UP") continue;  // SR: a scar, the print is there
        out_.encounter.missing[*which] = subfield[1] == "XX" ? Missing::kAmputated : Missing::kUnableToPrint;
      }
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
    stated.ppi = record.integer(5, 0) == 1 ? ppi_of_transaction(transaction_.records[0]) : 500;
    Sample out{.position = *which, .ppi = stated.ppi, .impression = impression_of(record)};
    ASSIGN_OR_RETURN(out.image, image_file(stated, data->value));
    TRY(add(std::move(out)));
    shown_.insert(record.integer(2));
    return {};
  }

  // What an image shows is not taken from its minutiae too: records of one print have one IDC.
  Status minutiae(const itl::Record& record) {
    if (shown_.contains(record.integer(2))) return unused("its image is here");
    ASSIGN_OR_RETURN(const MinutiaeRecord minutiae, itl::minutiae_of_type9(record));
    ASSIGN_OR_RETURN(Bytes bytes, write_minutiae_record(minutiae));
    return add({.position = static_cast<FingerCapture>(minutiae.views[0].position),
                .image = std::move(bytes),
                .impression = impression_of(record)});
  }

  Status biometric_data(const itl::Record& record) {
    const itl::Field* data = record.find(999);
    if (data == nullptr) return unused("without data");
    ASSIGN_OR_RETURN(std::vector<Sample> samples, samples_of_record(view(data->value), out_.left_out));
    for (Sample& each : samples) TRY(add(std::move(each)));
    return {};
  }

  Status names(const itl::Record& record) {
    ASSIGN_OR_RETURN(const Names names, names_in(transaction_.records[0], record));
    for (const auto& [element, value] : names) keep(element, value);
    return {};
  }

  void keep(DataElement element, std::string_view value) {
    while (value.starts_with(' ')) value.remove_prefix(1);
    while (value.ends_with(' ')) value.remove_suffix(1);
    if (value.empty() || value.size() > limits::kTextBytesMax) return;
    if (!is_plain_text(value)) {
      out_.left_out.push_back(fmt::format("record {} (Type-2): {} is not UTF-8 text", number_ + 1, to_string(element)));
      return;
    }
    out_.encounter.biographic[element] = std::string(value);
  }

  const itl::Transaction& transaction_;
  std::set<int> shown_;  // IDCs of images of prints that were taken
  Intake out_;
  std::size_t number_ = 0;
};

// ---- writing

std::string joined(std::initializer_list<std::string_view> items) {
  std::string out;
  for (const std::string_view item : items) {
    if (!out.empty()) out += kItem;
    out += item;
  }
  return out;
}

std::string day_of(std::int64_t ms) {
  const std::string iso = to_iso8601(ms);
  return iso.substr(0, 4) + iso.substr(5, 2) + iso.substr(8, 2);
}

std::string moment_of(std::int64_t ms) {
  const std::string iso = to_iso8601(ms);
  return day_of(ms) + iso.substr(11, 2) + iso.substr(14, 2) + iso.substr(17, 2) + "Z";
}

std::int64_t captured_ms(const TransactionHeader& header) {
  return header.captured_ms > 0 ? header.captured_ms : header.time_ms;
}

itl::Record first_record(const TransactionHeader& header, const std::vector<itl::Record>& others) {
  std::string contents = fmt::format("1{}{}", kItem, others.size());
  for (const itl::Record& each : others)
    contents += fmt::format("{}{}{}{}", kSubfield, each.type, kItem, each.value(2));
  itl::Record out{1, {}};
  out.set(1, "0");
  out.set(2, "0502");
  out.set(3, contents);
  out.set(4, header.type);
  out.set(5, day_of(header.time_ms));
  out.set(7, header.destination);
  out.set(8, header.originator);
  out.set(9, header.control_number);
  if (!header.control_reference.empty()) out.set(10, header.control_reference);
  out.set(11, "00.00");  // no record of Type 4 here: each says its own resolution
  out.set(12, "00.00");
  out.set(13, joined({kDomain, kDomainVersion}));
  out.set(14, moment_of(header.time_ms));
  out.set(15, joined({"3", "UTF-8"}));
  return out;
}

Result<itl::Record> domain_record(const Encounter& encounter, const TransactionHeader& header) {
  itl::Record out{2, {}};
  out.set(1, "0");
  out.set(2, "00");
  for (const auto& [field, value] : header.domain) {
    if (value.find_first_of("\x1c\x1d\x1f") != std::string::npos) {
      return Error{Code::kInvalidInput, "text with separators in it cannot be in a transaction"};
    }
    if (!value.empty()) out.set(static_cast<int>(field), value);
  }
  for (const auto& [element, value] : encounter.biographic) {
    if (value.find_first_of(kSeparators) != std::string::npos) {
      return Error{Code::kInvalidInput, std::string(to_string(element)) + ": has separators of transactions in it"};
    }
    if (!value.empty()) out.set(kBiographicField + static_cast<int>(element), value);
  }
  return out;
}

// Type 99: finger minutiae by their owner in CBEFF's registry, ISO/IEC JTC 1/SC 37 (0101) or INCITS M1 (001B).
Result<itl::Record> minutiae_record(const Sample& sample, const TransactionHeader& header) {
  ASSIGN_OR_RETURN(MinutiaeRecord minutiae, read_minutiae_record(sample.image));
  const bool ansi = minutiae.format == MinutiaeFormat::kAnsi2004 || minutiae.format == MinutiaeFormat::kAnsi2009;
  if (sample.position != FingerCapture::kUnknown && minutiae.views.size() == 1) {
    minutiae.views[0].position = static_cast<std::uint8_t>(sample.position);
  }
  ASSIGN_OR_RETURN(const Bytes data, write_minutiae_record(minutiae));
  itl::Record out{99, {}};
  out.set(1, "0");
  out.set(4, header.originator);
  out.set(5, moment_of(captured_ms(header)));
  out.set(100, "0101");
  out.set(101, "00000008");
  out.set(103, ansi ? "001B" : "0101");
  out.set(104, ansi ? "0201" : "0001");
  out.set(999, std::string(text(data)));
  return out;
}

bool is_rolled(const Sample& sample) {
  return sample.impression == 1 || sample.impression == 3;
}

// FGP: a thumb pressed beside the rolled one of the same person has a code of its own, 11 or 12.
int position_code(const Sample& sample, const Encounter& encounter) {
  const bool right = sample.position == FingerCapture::kRightThumb;
  if (right || sample.position == FingerCapture::kLeftThumb) {
    const bool rolled_too = std::any_of(encounter.samples.begin(), encounter.samples.end(), [&](const Sample& each) {
      return each.position == sample.position && is_rolled(each);
    });
    if (rolled_too && !is_rolled(sample)) return right ? 11 : 12;
  }
  return static_cast<int>(sample.position);
}

// The fields of an image, whose places differ a little from type to type.
Result<itl::Record> image_record(const Sample& sample, const TransactionHeader& header, int position) {
  ASSIGN_OR_RETURN(const ImageHeader image, image_header(sample.image));
  ASSIGN_OR_RETURN(const Image pixels, decode_image(sample.image));  // what cannot be read is not sent
  const double ppi = sample.ppi > 0 ? sample.ppi : pixels.ppi;
  const bool finger = sample.modality == Modality::kFinger, face = sample.modality == Modality::kFace;
  const bool latent = finger && sample.impression >= 4 && sample.impression <= 7;
  itl::Record out{latent ? 13 : finger ? 14 : face ? 10 : 17, {}};
  out.set(1, "0");
  out.set(3, finger ? fmt::to_string(sample.impression) : face ? "FACE" : fmt::to_string(static_cast<int>(sample.eye)));
  out.set(4, header.originator);
  out.set(5, day_of(captured_ms(header)));
  out.set(6, fmt::to_string(image.width));
  out.set(7, fmt::to_string(image.height));
  const bool scaled = finger || ppi > 0;
  const std::string scale = scaled ? fmt::to_string(std::lround(ppi > 0 ? ppi : 500)) : "1";
  out.set(8, scaled ? "1" : "0");
  out.set(9, scale);
  out.set(10, scale);
  out.set(11, std::string(itl::code_of(image)));
  const char* colours = image.components == 1 ? "GRAY" : image.kind == ImageKind::kJpeg ? "YCC" : "SRGB";
  if (face) {
    out.set(12, colours);
    out.set(13, "0");  // acquisition profile: not known
  } else {
    out.set(12, fmt::to_string(image.bits * image.components));
    out.set(13, finger ? fmt::to_string(position) : colours);
  }
  out.set(999, std::string(text(sample.image)));
  return out;
}

// Fingers that are not there: a record without an image each.
void add_missing(const Encounter& encounter, const TransactionHeader& header, std::vector<itl::Record>& records) {
  for (const auto& [position, why] : encounter.missing) {
    itl::Record out{14, {}};
    out.set(1, "0");
    out.set(3, fmt::to_string(kImpressionUnknown));
    out.set(4, header.originator);
    out.set(5, day_of(captured_ms(header)));
    out.set(13, fmt::to_string(static_cast<int>(position)));
    out.set(18, joined({fmt::to_string(static_cast<int>(position)), why == Missing::kAmputated ? "XX" : "UP"}));
    records.push_back(std::move(out));
  }
}

// ---- whole files

Intake take_image(ByteView bytes) {
  Intake out;
  out.encounter.samples.push_back({.image = Bytes(bytes.begin(), bytes.end())});
  return out;
}

Result<Intake> take_record(ByteView bytes) {
  Intake out;
  ASSIGN_OR_RETURN(out.encounter.samples, samples_of_record(bytes, out.left_out));
  if (out.encounter.samples.empty()) return nothing_in("record", out);
  return out;
}

Result<Intake> take_transaction(const itl::Reading& reading) {
  ASSIGN_OR_RETURN(Intake out, to_encounter(reading.transaction));
  for (const itl::Finding& finding : reading.findings) {
    if (finding.fatal) out.left_out.push_back(fmt::format("damaged from byte {}: {}", finding.offset, finding.rule));
  }
  return out;
}

// A record, or an image by itself whose BIR says what it shows.
Result<std::vector<Sample>> samples_of_bdb(const cbeff::Bir& bir, std::vector<std::string>& left_out) {
  if (!is_image(bir.bdb)) return samples_of_record(bir.bdb, left_out);
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
Status add_bir(const cbeff::Bir& bir, Intake& out) {
  if (!bir.bdb.empty()) {
    auto samples = samples_of_bdb(bir, out.left_out);
    const std::string what = bir.bdb_info.empty() ? "" : bir.bdb_info[0].type + " " + bir.bdb_info[0].subtype;
    if (!samples.ok()) out.left_out.push_back(fmt::format("BIR ({}): {}", what, samples.error().message));
    for (Sample& sample : samples.ok() ? *samples : std::vector<Sample>()) {
      TRY(room_for_another(out.encounter.samples.size()));
      if (sample.modality == Modality::kFinger && sample.position == FingerCapture::kUnknown && !bir.bdb_info.empty()) {
        sample.position = static_cast<FingerCapture>(cbeff::finger_position(bir.bdb_info[0].subtype));
      }
      out.encounter.samples.push_back(std::move(sample));
    }
  }
  for (const cbeff::Bir& child : bir.children) TRY(add_bir(child, out));
  return {};
}

Result<Intake> take_cbeff(ByteView bytes) {
  ASSIGN_OR_RETURN(const cbeff::Document document, cbeff::read(bytes));
  Intake out;
  out.left_out = document.findings;
  TRY(add_bir(document.root, out));
  if (out.encounter.samples.empty()) return nothing_in("CBEFF document", out);
  return out;
}

}  // namespace

Result<Intake> to_encounter(const itl::Transaction& transaction) {
  return Reader(transaction).read();
}

Result<Intake> read_encounter(ByteView bytes) {
  switch (record_kind(bytes)) {
    case RecordKind::kImage:
      return take_image(bytes);
    case RecordKind::kItl:
      return take_transaction(itl::read(bytes));
    case RecordKind::kNiemXml: {
      ASSIGN_OR_RETURN(const itl::Reading reading, niem::read(bytes));
      return take_transaction(reading);
    }
    case RecordKind::kCbeffXml:
      return take_cbeff(bytes);
    case RecordKind::kMinutiaeRecord:
    case RecordKind::kImageRecord:
    case RecordKind::kIso39794:
      return take_record(bytes);
    case RecordKind::kUnknown:
      break;
  }
  const auto image = decode_image(bytes);  // knows kinds of images that are not read by name
  if (!image.ok() && image.error().code == Code::kUnsupported) return image.error();
  return Error{Code::kInvalidInput,
               "neither an image (PNG, JPEG, JPEG 2000, WSQ) nor a record (ANSI/NIST-ITL, ISO/IEC 19794, CBEFF)"};
}

Result<Intake> take_in(const std::vector<Sample>& sent) {
  if (sent.empty()) return Error{Code::kInvalidInput, "samples: at least one fingerprint is needed"};
  Intake out;
  for (const Sample& file : sent) {
    if (is_image(file.image)) {
      out.encounter.samples.push_back(file);
    } else {
      ASSIGN_OR_RETURN(Intake record, read_encounter(file.image));
      std::vector<Sample>& inside = record.encounter.samples;
      if (inside.size() == 1 && file.position != FingerCapture::kUnknown) inside[0].position = file.position;
      for (Sample& each : inside) each.ppi = file.ppi > 0 ? file.ppi : each.ppi;
      std::move(inside.begin(), inside.end(), std::back_inserter(out.encounter.samples));
      out.encounter.biographic.merge(record.encounter.biographic);
      out.encounter.missing.merge(record.encounter.missing);
      std::move(record.left_out.begin(), record.left_out.end(), std::back_inserter(out.left_out));
    }
    if (out.encounter.samples.size() > limits::kSamplesPerEncounterMax) {
      return Error{Code::kTooLarge,
                   "samples: more than " + std::to_string(limits::kSamplesPerEncounterMax) + " at once"};
    }
  }
  return out;
}

Result<itl::Transaction> to_transaction(const Encounter& encounter, const TransactionHeader& header) {
  std::vector<itl::Record> records;
  ASSIGN_OR_RETURN(itl::Record domain, domain_record(encounter, header));
  records.push_back(std::move(domain));
  for (std::size_t i = 0; i < encounter.samples.size(); ++i) {
    const Sample& sample = encounter.samples[i];
    auto record = is_minutiae_record(sample.image) ? Result<itl::Record>(minutiae_record(sample, header))
                                                   : image_record(sample, header, position_code(sample, encounter));
    if (!record.ok()) return Error{record.error().code, fmt::format("sample {}: {}", i + 1, record.error().message)};
    records.push_back(*std::move(record));
  }
  add_missing(encounter, header, records);
  for (std::size_t i = 0; i < records.size(); ++i) records[i].set(2, fmt::format("{:02}", i));
  itl::Transaction out;
  out.records.push_back(first_record(header, records));
  for (itl::Record& each : records) out.records.push_back(std::move(each));
  return out;
}

}  // namespace puente::format
