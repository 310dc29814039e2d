// puente record: ANSI/NIST-ITL transactions, and what other records say (iso_record.h).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/cli.h"
#include "cli/convert.h"
#include "cli/iso_record.h"
#include "cli/record.h"
#include "core/clock.h"
#include "core/files.h"
#include "core/limits.h"
#include "format/itl/itl.h"
#include "format/person/person.h"

namespace puente::cli {
namespace {

namespace itl = format::itl;

struct Options {
  std::vector<std::string> files;
  std::string images, to, captured;
  format::TransactionHeader header{.type = "NPS", .destination = "PUENTE", .originator = "PUENTE"};
  bool json = false;
};

Result<itl::Reading> read_transaction_file(const std::string& file) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(file, limits::kRecordBytesMax));
  Result<itl::Reading> reading = read_transaction(bytes);
  if (!reading.ok()) return {reading.error().code, file + ": " + reading.error().message};
  return reading;
}

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
  if (!bytes.ok() || !is_describable(*bytes)) return std::nullopt;
  const Result<RecordDescription> found = describe_record(*bytes);
  if (!found.ok()) return fail({found.error().code, file + ": " + found.error().message});
  const bool sound = found->deviations.empty() && found->not_checked.empty();
  if (json) {
    Json::Array list, not_checked;
    for (const std::string& deviation : found->deviations) list.push_back(Json(deviation));
    for (const std::string& line : found->not_checked) not_checked.push_back(Json(line));
    Json answer = only_check ? Json::object({{"file", file}, {"sound", sound}}) : found->json;
    answer.set("file", file);
    answer.set("findings", Json(std::move(list)));
    if (!found->not_checked.empty()) answer.set("not_checked", Json(std::move(not_checked)));
    answers.push_back(std::move(answer));
  } else {
    if (!only_check) std::printf("%s: %s", file.c_str(), found->text.c_str());
    for (const std::string& deviation : found->deviations) std::printf("%s: %s\n", file.c_str(), deviation.c_str());
    for (const std::string& line : found->not_checked) std::printf("%s: not checked: %s\n", file.c_str(), line.c_str());
    if (only_check && sound) std::printf("%s: sound\n", file.c_str());
  }
  return found->deviations.empty() && (!only_check || sound) ? 0 : 1;
}

int show(const Options& options) {
  int exit_code = 0;
  Json::Array answers;
  for (const std::string& file : options.files) {
    if (const auto done = other_record(file, false, options.json, answers)) {
      exit_code = std::max(exit_code, *done);
      continue;
    }
    const Result<itl::Reading> reading = read_transaction_file(file);
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
    const Result<itl::Reading> reading = read_transaction_file(file);
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

void say_left_out(const std::string& file, const std::vector<std::string>& left_out) {
  for (const std::string& line : left_out) std::fprintf(stderr, "puente: %s: %s\n", file.c_str(), line.c_str());
}

Result<Wanted> wanted_of(const Options& options, const std::string& out) {
  ASSIGN_OR_RETURN(Wanted wanted, parse_wanted(!options.to.empty()     ? options.to
                                               : out.ends_with(".xml") ? "xml"
                                                                       : "transaction"));
  wanted.header = options.header;
  wanted.header.time_ms = SystemClock().now_ms();
  if (wanted.header.control_number.empty()) wanted.header.control_number = fmt::to_string(wanted.header.time_ms);
  if (!options.captured.empty()) {
    ASSIGN_OR_RETURN(wanted.captured_ms, parse_iso8601(options.captured));
    wanted.header.captured_ms = wanted.captured_ms;
  }
  return wanted;
}

// Those of several files into a folder of each file's own.
int write_images(const std::vector<Sample>& files, const std::vector<std::string>& names, const std::string& folder) {
  int exit_code = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Result<ImageFiles> images = images_of(files[i].image);
    if (!images.ok()) return fail({images.error().code, names[i] + ": " + images.error().message});
    const std::string into = files.size() == 1 ? folder : fmt::format("{}/{:02}", folder, i + 1);
    std::error_code error;
    std::filesystem::create_directories(into, error);
    for (const ImageFile& image : images->files) {
      const std::string path = into + "/" + image.name;
      const Status written = write_file(path, image.bytes);
      if (!written.ok()) return fail(written.error());
      std::printf("%s\n", path.c_str());
    }
    say_left_out(names[i], images->left_out);
    if (!images->left_out.empty()) exit_code = 1;
  }
  return exit_code;
}

// What files become, and the images that are in them.
int convert(const Options& options) {
  std::vector<std::string> in = options.files;
  std::string out;
  if (in.size() > 1 || options.images.empty()) {
    out = in.back();
    in.pop_back();
  }
  std::vector<Sample> files;
  for (const std::string& argument : in) {
    Result<Sample> file = read_sample(argument);
    if (!file.ok()) return fail(file.error());
    files.push_back(*std::move(file));
  }
  const std::string names = fmt::format("{}", fmt::join(in, ", "));
  if (!out.empty()) {
    const Result<Wanted> wanted = wanted_of(options, out);
    if (!wanted.ok()) return fail(wanted.error());
    const Result<Converted> converted = convert_files(files, *wanted);
    if (!converted.ok()) return fail({converted.error().code, names + ": " + converted.error().message});
    say_left_out(names, converted->left_out);
    const Status written = write_file(out, converted->bytes);
    if (!written.ok()) return fail(written.error());
  }
  return options.images.empty() ? 0 : write_images(files, in, options.images);
}

}  // namespace

Result<itl::Reading> read_transaction(ByteView bytes) {
  if (format::record_kind(bytes) != format::RecordKind::kNiemXml) return itl::read(bytes);
  return format::niem::read(bytes);
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
  command
      ->add_option("FILE", options->files,
                   "transactions, traditional or NIEM XML; other records and images, by content")
      ->required();
  command->add_flag("--json", options->json, "answer as JSON, an array with an item for each file");
  command->callback([options, &run] { run = [options] { return show(*options); }; });

  command = record->add_subcommand("check", "every departure from ANSI/NIST-ITL 1-2011 Update:2015, a line each");
  command->footer(
      "Example: puente record check tenprint.an2\n"
      "Says where (byte, record, field, subfield, item), the rule and what stands there instead. The exit code is 1 "
      "where there is any.");
  command
      ->add_option("FILE", options->files,
                   "transactions, traditional or NIEM XML; other records and images, by content")
      ->required();
  command->add_flag("--json", options->json, "answer as JSON, an array with an item for each file");
  command->callback([options, &run] { run = [options] { return check(*options); }; });

  command = record->add_subcommand("convert", "transactions in either encoding, ISO records, images: any to any other");
  command->footer(
      "Examples: puente record convert tenprint.an2 tenprint.xml --images fingers\n"
      "          puente record convert RIGHT_THUMB=a.wsq FACE=b.jpg EYE_LEFT=c.png person.an2\n"
      "          puente record convert person.an2 thumb.fir --to 19794-4:2011\n"
      "One transaction is written field by field: what the XML's elements have no place for travels in elements of our "
      "own and\ncomes back; elements that no field is for are named and left out. So is what an ISO record has no "
      "place for.");
  command
      ->add_option("FILES", options->files,
                   "what is read, told apart by content, images as POSITION=FILE, FACE=, EYE_RIGHT= or EYE_LEFT=; last "
                   "the file to write, which --images alone does without")
      ->required();
  command->add_option("--to", options->to,
                      fmt::format("{}; left out, xml if the file is named so, else transaction", kWantedNames));
  command->add_option("--images", options->images, "folder for the images that are in what is read, one file each");
  command->add_option("--captured", options->captured,
                      "when images were taken, 2026-11-23T17:00:00Z; 39794-6 wants it");
  command->add_option("--type", options->header.type, "of a transaction that is made: its type, 1.004")
      ->capture_default_str();
  command->add_option("--originator", options->header.originator, "1.008")->capture_default_str();
  command->add_option("--destination", options->header.destination, "1.007")->capture_default_str();
  command->add_option("--number", options->header.control_number, "1.009; left out, the time");
  command->callback([options, &run] {
    if (options->files.size() < 2 && options->images.empty()) throw CLI::RequiredError("a file to write, or --images");
    run = [options] { return convert(*options); };
  });
}

}  // namespace puente::cli
