#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

#include "format/person/codes.h"
#include "format/person/describe.h"
#include "format/person/kind.h"
#include "format/person/look.h"
#include "format/person/person.h"
#include "format/person/unknown.h"

namespace puente::format {
namespace {

bool is_image(const itl::Record& record, const itl::Field& field) {
  return (field.number == 999 && record.type >= 10) || (itl::is_binary(record.type) && &field == &record.fields.back());
}

// Bytes as they may be shown: control characters and what is no letter of UTF-8 as \xNN.
std::string shown(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t size = utf8_letter(bytes);
    const auto byte = static_cast<unsigned char>(bytes[0]);
    const bool letter = size > 0 && byte >= ' ' && byte != 0x7f;
    out += letter ? std::string(bytes.substr(0, size)) : fmt::format("\\x{:02x}", byte);
    bytes.remove_prefix(letter ? size : 1);
  }
  return out;
}

std::string spelt(const itl::Record& record, const itl::Field& field) {
  if (is_image(record, field)) return fmt::format("{} bytes", field.value.size());
  std::string out;
  for (const auto& subfield : field.subfields()) {
    if (!out.empty()) out += " / ";
    for (std::size_t i = 0; i < subfield.size(); ++i) {
      const std::string_view words = item_in_words(record.type, field.number, i, subfield[i]);
      out += (i ? " | " : "") + shown(subfield[i]);
      if (!words.empty()) out += fmt::format(" ({})", words);
    }
  }
  return out;
}

const char* word_of(itl::Severity severity) {
  return severity == itl::Severity::kError ? "error" : "warning";
}

// What check_transaction says beyond itl::check, of one record after the other.
class Looker {
 public:
  explicit Looker(const itl::Transaction& transaction) : transaction_(transaction) {}

  std::vector<itl::Finding> look() {
    for (index_ = 1; index_ < transaction_.records.size(); ++index_) {
      const itl::Record& record = transaction_.records[index_];
      for (const itl::Field& field : record.fields)
        if (is_image(record, field) && !field.value.empty()) data(record, field);
    }
    return std::move(findings_);
  }

 private:
  // Whose pixels itl::check counts.
  static bool is_image_type(int type) {
    return (type >= 3 && type <= 6) || type == 10 || (type >= 13 && type <= 17) || type == 19;
  }
  // ITU-T T.6, which has no header of its own.
  static bool is_facsimile(const itl::Record& record) {
    return (record.type == 5 || record.type == 6) && record.integer(8) > 0;
  }

  void data(const itl::Record& record, const itl::Field& field) {
    const ByteView bytes = view(field.value);
    if (format::is_image(bytes)) return picture(record, field);
    if (is_describable(bytes)) return inner_record(field);
    const bool pixels = is_image_type(record.type) && !is_facsimile(record) && image_name(bytes).empty();
    if (pixels) return;  // itl::check counts them, or says that they are no image
    add(field, itl::Severity::kWarning,
        fmt::format("not looked at: {} bytes of {}", bytes.size(),
                    is_facsimile(record) ? "facsimile (ITU-T T.6)" : "a kind that is not read"));
  }

  void picture(const itl::Record& record, const itl::Field& field) {
    const ByteView bytes = view(field.value);
    const auto header = image_header(bytes);
    if (!header.ok()) return add(field, itl::Severity::kError, header.error().message);
    std::vector<std::string> remarks;
    const Result<Image> image =
        allowance_.take_pixels(header->width, header->height) ? decode_image(bytes, &remarks) : too_much();
    if (!image.ok()) {
      const bool damaged = image.error().code == Code::kInvalidInput;
      add(field, damaged ? itl::Severity::kError : itl::Severity::kWarning,
          (damaged ? "" : "not looked at: ") + image.error().message);
      return;
    }
    for (const std::string& line : remarks)
      if (header->orientation == 1 || !line.starts_with("its Exif")) add(field, itl::Severity::kWarning, line);
    const double stated = ppi_of_record(transaction_, record);
    if (stated > 0 && image->ppi > 0 && !is_same_ppi(stated, image->ppi))
      add(field, itl::Severity::kError,
          fmt::format("the record says {:.0f} pixels an inch, its image {:.0f}: the record's are taken", stated,
                      image->ppi));
  }

  void inner_record(const itl::Field& field) {
    const Result<RecordDescription> inner = describe_within(view(field.value), allowance_);
    if (!inner.ok()) return add(field, itl::Severity::kError, inner.error().message);
    constexpr std::size_t kLinesMax = 20;
    std::size_t lines = 0;
    for (const std::string& line : inner->deviations)
      if (lines++ < kLinesMax) add(field, itl::Severity::kError, line);
    for (const std::string& line : inner->not_checked)
      if (lines++ < kLinesMax) add(field, itl::Severity::kWarning, "not looked at: " + line);
    if (lines > kLinesMax) add(field, itl::Severity::kWarning, fmt::format("and {} more", lines - kLinesMax));
  }

  void add(const itl::Field& field, itl::Severity severity, std::string rule) {
    findings_.push_back({.record = index_,
                         .type = transaction_.records[index_].type,
                         .field = field.number,
                         .offset = field.offset,
                         .rule = std::move(rule),
                         .severity = severity});
  }

  const itl::Transaction& transaction_;
  Allowance allowance_;
  std::size_t index_ = 0;
  std::vector<itl::Finding> findings_;
};

}  // namespace

std::vector<itl::Finding> check_transaction(const itl::Reading& reading) {
  std::vector<itl::Finding> out = itl::check(reading);
  for (itl::Finding& each : Looker(reading.transaction).look()) {
    const bool said = std::ranges::any_of(out, [&](const itl::Finding& other) {
      return std::tie(each.record, each.field, each.rule) == std::tie(other.record, other.field, other.rule);
    });
    if (!said) out.push_back(std::move(each));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const itl::Finding& a, const itl::Finding& b) { return a.record < b.record; });
  return out;
}

Result<itl::Reading> read_transaction(ByteView bytes) {
  const RecordKind kind = record_kind(bytes);
  if (kind == RecordKind::kNiemXml) return niem::read(bytes);
  itl::Reading reading = itl::read(bytes);  // finds records behind a beginning that is damaged
  const bool has_fields = text(bytes).substr(0, 4096).find(
                              "\x1d"
                              "1.0") != std::string_view::npos;  // of Type-1
  if (kind != RecordKind::kItl && reading.transaction.records.empty() && !has_fields) return unknown_file(bytes);
  return reading;
}

std::string in_words(const itl::Finding& finding) {
  std::string place = fmt::format("byte {}, record {}", finding.offset, finding.record + 1);
  if (finding.type > 0) place += fmt::format(", Type-{}", finding.type);
  if (finding.field > 0) place += fmt::format(", {}.{:03}", finding.type, finding.field);
  const itl::FieldName name = itl::name_of(finding.type, finding.field);
  if (!name.mnemonic.empty()) place += fmt::format(" {}", name.mnemonic);
  if (finding.subfield > 0) place += fmt::format(", subfield {}", finding.subfield);
  if (finding.item > 0) place += fmt::format(", item {}", finding.item);
  return fmt::format("{} at {}: {}", finding.fatal ? "damaged from here" : word_of(finding.severity), place,
                     finding.rule);
}

Json to_json(const itl::Finding& finding) {
  return Json::object({{"severity", word_of(finding.severity)},
                       {"record", finding.record + 1},
                       {"type", finding.type},
                       {"field", fmt::format("{}.{:03}", finding.type, finding.field)},
                       {"mnemonic", std::string(itl::name_of(finding.type, finding.field).mnemonic)},
                       {"subfield", finding.subfield},
                       {"item", finding.item},
                       {"offset", finding.offset},
                       {"rule", finding.rule},
                       {"fatal", finding.fatal}});
}

std::string to_text(const itl::Reading& reading) {
  std::string out;
  const auto into = std::back_inserter(out);
  std::size_t number = 0;
  for (const itl::Record& record : reading.transaction.records) {
    fmt::format_to(into, "record {}: Type-{}, {}, {} bytes from byte {}\n", ++number, record.type,
                   itl::record_name(record.type), record.size, record.offset);
    for (const itl::Field& field : record.fields) {
      const itl::FieldName name = itl::name_of(record.type, field.number);
      fmt::format_to(into, "  {:2}.{:03} {:<4} {:<40} {}\n", record.type, field.number, name.mnemonic, name.name,
                     spelt(record, field));
    }
  }
  for (const itl::Finding& finding : reading.findings) fmt::format_to(into, "{}\n", in_words(finding));
  return out;
}

Json to_json(const itl::Reading& reading) {
  Json::Array records, findings;
  for (const itl::Record& record : reading.transaction.records) {
    Json::Array fields;
    for (const itl::Field& field : record.fields) {
      const itl::FieldName name = itl::name_of(record.type, field.number);
      Json json = Json::object({{"field", fmt::format("{}.{:03}", record.type, field.number)},
                                {"mnemonic", std::string(name.mnemonic)},
                                {"name", std::string(name.name)}});
      if (is_image(record, field)) {
        json.set("bytes", field.value.size());
      } else {
        Json::Array subfields;
        for (const auto& subfield : field.subfields()) {
          Json::Array items;
          for (const std::string_view item : subfield) items.push_back(shown(item));
          subfields.push_back(Json(std::move(items)));
        }
        json.set("subfields", Json(std::move(subfields)));
      }
      fields.push_back(std::move(json));
    }
    records.push_back(Json::object({{"type", record.type},
                                    {"name", std::string(itl::record_name(record.type))},
                                    {"offset", record.offset},
                                    {"size", record.size},
                                    {"fields", Json(std::move(fields))}}));
  }
  for (const itl::Finding& finding : reading.findings) findings.push_back(to_json(finding));
  return Json::object({{"records", Json(std::move(records))}, {"findings", Json(std::move(findings))}});
}

}  // namespace puente::format
