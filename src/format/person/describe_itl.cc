#include <fmt/format.h>

#include <iterator>

#include "format/person/describe.h"
#include "format/person/kind.h"

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
    for (std::size_t i = 0; i < subfield.size(); ++i) out += (i ? " | " : "") + shown(subfield[i]);
  }
  return out;
}

const char* word_of(itl::Severity severity) {
  return severity == itl::Severity::kError ? "error" : "warning";
}

}  // namespace

Result<itl::Reading> read_transaction(ByteView bytes) {
  if (record_kind(bytes) != RecordKind::kNiemXml) return itl::read(bytes);
  return niem::read(bytes);
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
