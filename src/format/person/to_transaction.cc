#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/clock.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/person/names.h"
#include "format/person/person.h"

namespace puente::format {
namespace {

constexpr char kItem = '\x1f', kSubfield = '\x1e';
constexpr std::string_view kSeparators = "\x1c\x1d\x1e\x1f";

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

}  // namespace

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
