// puente record: ANSI/NIST-ITL transactions, and what other records say (iso_record.h).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/cli.h"
#include "cli/iso_record.h"
#include "core/files.h"
#include "core/limits.h"
#include "format/format.h"

namespace puente::cli {
namespace {

namespace itl = format::itl;

struct Options {
  std::vector<std::string> files;
  std::string in, out, images, to;
  bool json = false;
};

// A transaction in either encoding, told apart by its content.
Result<itl::Reading> read_transaction(const std::string& file) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(file, limits::kRecordBytesMax));
  if (format::record_kind(bytes) != format::RecordKind::kNiemXml) return itl::read(bytes);
  Result<itl::Reading> reading = format::niem::read(bytes);
  if (!reading.ok()) return {reading.error().code, file + ": " + reading.error().message};
  return reading;
}

bool is_image(const itl::Record& record, const itl::Field& field) {
  return field.number == 999 || (itl::is_binary(record.type) && &field == &record.fields.back());
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

// "error at byte 123, record 2, Type-14, 14.021 SEG, subfield 1: …"
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

void print_text(const std::string& file, const itl::Reading& reading) {
  std::printf("%s\n", file.c_str());
  std::size_t number = 0;
  for (const itl::Record& record : reading.transaction.records) {
    std::printf("record %zu: Type-%d, %s, %zu bytes from byte %zu\n", ++number, record.type,
                std::string(itl::record_name(record.type)).c_str(), record.size, record.offset);
    for (const itl::Field& field : record.fields) {
      const itl::FieldName name = itl::name_of(record.type, field.number);
      std::printf("  %2d.%03d %-4s %-40s %s\n", record.type, field.number, std::string(name.mnemonic).c_str(),
                  std::string(name.name).c_str(), spelt(record, field).c_str());
    }
  }
  for (const itl::Finding& finding : reading.findings) std::printf("%s\n", in_words(finding).c_str());
}

Json to_json(const std::string& file, const itl::Reading& reading) {
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
  return Json::object({{"file", file}, {"records", Json(std::move(records))}, {"findings", Json(std::move(findings))}});
}

// Shows, or checks, a file that is no transaction but another record; nullopt for any other file. The exit code.
std::optional<int> other_record(const std::string& file, bool only_check, bool json, Json::Array& answers) {
  const Result<Bytes> bytes = read_file(file, limits::kRecordBytesMax);
  if (!bytes.ok() || !is_iso_record(*bytes)) return std::nullopt;
  const Result<RecordDescription> found = describe_iso_record(*bytes);
  if (!found.ok()) return fail({found.error().code, file + ": " + found.error().message});
  const bool sound = found->deviations.empty();
  if (json) {
    Json::Array list;
    for (const std::string& deviation : found->deviations) list.push_back(Json(deviation));
    Json answer = only_check ? Json::object({{"file", file}, {"sound", sound}}) : found->json;
    answer.set("file", file);
    answer.set("findings", Json(std::move(list)));
    answers.push_back(std::move(answer));
  } else {
    if (!only_check) std::printf("%s: %s", file.c_str(), found->text.c_str());
    for (const std::string& deviation : found->deviations) std::printf("%s: %s\n", file.c_str(), deviation.c_str());
    if (only_check && sound) std::printf("%s: sound\n", file.c_str());
  }
  return sound ? 0 : 1;
}

int show(const Options& options) {
  int exit_code = 0;
  Json::Array answers;
  for (const std::string& file : options.files) {
    if (const auto done = other_record(file, false, options.json, answers)) {
      exit_code = std::max(exit_code, *done);
      continue;
    }
    const Result<itl::Reading> reading = read_transaction(file);
    if (!reading.ok()) {
      exit_code = fail(reading.error());
      continue;
    }
    if (options.json) {
      answers.push_back(to_json(file, *reading));
    } else {
      print_text(file, *reading);
    }
    if (!reading->findings.empty()) exit_code = 1;
  }
  if (options.json) print_json(Json(std::move(answers)));
  return exit_code;
}

// What a file's encoding and its fields are found to be, a line each.
int check(const Options& options) {
  int exit_code = 0;
  std::size_t done = 0;
  Progress progress("checking");
  Json::Array answers;
  for (const std::string& file : options.files) {
    progress.update(done++, options.files.size());
    if (const auto other = other_record(file, true, options.json, answers)) {
      exit_code = std::max(exit_code, *other);
      continue;
    }
    const Result<itl::Reading> reading = read_transaction(file);
    if (!reading.ok()) {
      exit_code = fail(reading.error());
      continue;
    }
    std::vector<itl::Finding> findings = reading->findings;
    for (itl::Finding& finding : itl::check(*reading)) findings.push_back(std::move(finding));
    const bool sound = findings.empty();
    if (!sound) exit_code = 1;
    if (options.json) {
      Json::Array list;
      for (const itl::Finding& finding : findings) list.push_back(to_json(finding));
      answers.push_back(Json::object({{"file", file}, {"sound", sound}, {"findings", Json(std::move(list))}}));
      continue;
    }
    for (const itl::Finding& finding : findings) std::printf("%s: %s\n", file.c_str(), in_words(finding).c_str());
    if (sound) std::printf("%s: sound\n", file.c_str());
  }
  if (options.json) print_json(Json(std::move(answers)));
  return exit_code;
}

bool is_xml(const std::string& file) {
  return file.ends_with(".xml");
}

// Gray pixels without a header of their own as a PNG; an image that has one as it is.
Result<std::pair<Bytes, const char*>> image_file(const itl::Record& record, std::string_view data) {
  const Result<format::ImageHeader> header = format::image_header(view(data));
  if (header.ok()) {
    constexpr const char* kEndings[] = {"png", "jpg", "jp2", "wsq"};
    return std::pair(to_bytes(data), kEndings[static_cast<int>(header->kind)]);
  }
  Image image;
  image.width = record.integer(6);
  image.height = record.integer(7);
  const auto pixels = static_cast<std::int64_t>(image.width) * image.height;
  if (image.width > 0 && image.height > 0)
    image.channels = static_cast<std::int64_t>(data.size()) == 3 * pixels ? 3 : 1;
  if (pixels <= 0 || static_cast<std::int64_t>(data.size()) != pixels * image.channels)
    return {Code::kUnsupported, "neither an image file nor gray or colour pixels of the stated size"};
  image.pixels.assign(data.begin(), data.end());
  ASSIGN_OR_RETURN(Bytes png, format::encode_png(image));
  return std::pair(std::move(png), "png");
}

// The image of each record that has one, as 02-type14-01.wsq: record, type, and position, pose or eye.
int write_images(const itl::Transaction& transaction, const std::string& folder) {
  int exit_code = 0;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  for (std::size_t i = 1; i < transaction.records.size(); ++i) {
    const itl::Record& record = transaction.records[i];
    const bool gray = record.type >= 3 && record.type <= 6,
               tagged = record.type == 10 || (record.type >= 13 && record.type <= 17);
    if (!gray && !tagged) continue;
    const std::string_view data = record.value(gray ? 9 : 999);
    if (data.empty()) continue;
    const itl::Field* kind = record.find(gray ? 4 : record.type == 10 || record.type == 17 ? 3 : 13);
    std::string what;
    for (const char c : kind ? kind->item() : std::string_view())
      what += std::isalnum(static_cast<unsigned char>(c)) ? c : '-';
    const auto file = image_file(record, data);
    const std::string name = fmt::format("{}/{:02}-type{}-{}", folder, i + 1, record.type, what.substr(0, 20));
    if (!file.ok()) {
      exit_code =
          fail({file.error().code, fmt::format("record {}, Type-{}: {}", i + 1, record.type, file.error().message)});
      continue;
    }
    const std::string path = fmt::format("{}.{}", name, file->second);
    const Status written = write_file(path, file->first);
    if (!written.ok()) return fail(written.error());
    std::printf("%s\n", path.c_str());
  }
  return exit_code;
}

int convert_other(const Options& options, ByteView bytes) {
  if (!options.out.empty()) {
    const Result<Bytes> record = convert_iso_record(bytes, options.to);
    if (!record.ok()) return fail(record.error());
    const Status written = write_file(options.out, *record);
    if (!written.ok()) return fail(written.error());
  }
  if (options.images.empty()) return 0;
  const auto images = images_of_iso_record(bytes);
  if (!images.ok()) return fail(images.error());
  std::error_code error;
  std::filesystem::create_directories(options.images, error);
  for (std::size_t i = 0; i < images->size(); ++i) {
    const std::string path = fmt::format("{}/{:02}.{}", options.images, i + 1, (*images)[i].ending);
    const Status written = write_file(path, (*images)[i].bytes);
    if (!written.ok()) return fail(written.error());
    std::printf("%s\n", path.c_str());
  }
  return 0;
}

// From either encoding to the other, and images out of both.
int convert(const Options& options) {
  const Result<Bytes> in = read_file(options.in, limits::kRecordBytesMax);
  if (in.ok() && is_iso_record(*in)) return convert_other(options, *in);
  const Result<itl::Reading> reading = read_transaction(options.in);
  if (!reading.ok()) return fail(reading.error());
  for (const itl::Finding& finding : reading->findings) {
    if (finding.fatal)
      return fail({Code::kInvalidInput, fmt::format("{}: {}; see puente record check", options.in, in_words(finding))});
    std::fprintf(stderr, "puente: %s: %s\n", options.in.c_str(), in_words(finding).c_str());
  }
  int exit_code = 0;
  if (!options.out.empty()) {
    const Result<Bytes> bytes = is_xml(options.out) ? format::niem::write(reading->transaction)
                                                    : Result<Bytes>(itl::write(reading->transaction));
    if (!bytes.ok()) return fail(bytes.error());
    const Status written = write_file(options.out, *bytes);
    if (!written.ok()) return fail(written.error());
  }
  if (!options.images.empty()) exit_code = write_images(reading->transaction, options.images);
  return exit_code;
}

}  // namespace

void add_record(CLI::App& app, Run& run) {
  auto options = std::make_shared<Options>();
  CLI::App* record =
      app.add_subcommand("record", "ANSI/NIST-ITL transactions; ISO/IEC 19794, 39794, ANSI 378 and CBEFF records");
  record->require_subcommand(1);
  CLI::App* command = record->add_subcommand("show", "records and fields, with their names");
  command->footer(
      "Example: puente record show tenprint.an2\n"
      "Subfields are divided by /, items by |. Of a damaged file all records before the damage are shown, and where "
      "it\n"
      "begins; the exit code is then 1.");
  command->add_option("FILE", options->files, "transactions, traditional or NIEM XML; other records, by content")
      ->required();
  command->add_flag("--json", options->json, "answer as JSON, an array with an item for each file");
  command->callback([options, &run] { run = [options] { return show(*options); }; });

  command = record->add_subcommand("check", "every departure from ANSI/NIST-ITL 1-2011 Update:2015, a line each");
  command->footer(
      "Example: puente record check tenprint.an2\n"
      "Says where (byte, record, field, subfield, item), the rule and what stands there instead. The exit code is 1 "
      "where there is any.");
  command->add_option("FILE", options->files, "transactions, traditional or NIEM XML; other records, by content")
      ->required();
  command->add_flag("--json", options->json, "answer as JSON, an array with an item for each file");
  command->callback([options, &run] { run = [options] { return check(*options); }; });

  command = record->add_subcommand("convert", "between the traditional encoding and NIEM XML; images out of either");
  command->footer(
      "Example: puente record convert tenprint.an2 tenprint.xml --images fingers\n"
      "What the XML's elements have no place for travels in elements of our own and comes back; elements that no field "
      "is for\nare named and left out.");
  command->add_option("IN", options->in, "transaction in either encoding, or another record, told apart by content")
      ->required();
  command->add_option("OUT", options->out, "file to write: NIEM XML if named .xml, else the traditional encoding");
  command->add_option("--to", options->to,
                      "what to make of a minutiae record: iso2005, iso2011, ansi2004, ansi2009, card, card-compact; of "
                      "an image record: 39794, iso2011");
  command->add_option("--images", options->images, "folder for the images, one file a record");
  command->callback([options, &run] {
    if (options->out.empty() && options->images.empty()) throw CLI::RequiredError("OUT or --images");
    run = [options] { return convert(*options); };
  });
}

}  // namespace puente::cli
