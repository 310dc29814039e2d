// puente record: ANSI/NIST-ITL transactions, and what other records say.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "core/clock.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"
#include "format/itl/itl.h"
#include "format/person/person.h"
#include "intake/convert/convert.h"
#include "intake/intake.h"

namespace puente::cli {
namespace {

namespace itl = format::itl;

struct RecordOptions {
  std::vector<std::string> files;
  std::string images, to, captured, from;
  format::TransactionHeader header{.type = "NPS", .destination = "PUENTE", .originator = "PUENTE"};
  bool json = false, force = false;
};

Result<itl::Reading> read_transaction_file(const std::string& file) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(file, limits::kRecordBytesMax));
  return about(file, format::read_transaction(bytes));
}

// A file that cannot be looked at at all. The exit code.
int refuse(const std::string& file, const Error& error, Json::Array& answers) {
  complain(error);
  answers.push_back(Json::object({{"file", file}, {"error", error_json(error)}}));
  return exit_code_of(error.code);
}

Result<format::RecordDescription> described(ByteView bytes, const RecordOptions& options) {
  if (options.from.empty()) return format::describe_record(bytes);
  ASSIGN_OR_RETURN(const format::MinutiaeFormat format, format::parse_minutiae_format(options.from));
  return format::describe_card(bytes, format);
}

// Shows, or checks, a file that is no transaction but another record; nullopt for any other file. The exit code.
std::optional<int> other_record(const std::string& file, bool only_check, const RecordOptions& options,
                                Json::Array& answers) {
  const bool json = options.json;
  const Result<Bytes> bytes = read_file(file, limits::kRecordBytesMax);
  if (!bytes.ok() || (options.from.empty() && !format::is_describable(*bytes))) return std::nullopt;
  const Result<format::RecordDescription> found = described(*bytes, options);
  if (!found.ok()) return refuse(file, {found.error().code, file + ": " + found.error().message}, answers);
  const bool sound = found->deviations.empty() && found->not_checked.empty();
  if (json) {
    Json answer = only_check ? Json::object({{"file", file}, {"sound", sound}}) : found->json;
    answer.set("file", file);
    answer.set("findings", strings(found->deviations));
    if (!found->not_checked.empty()) answer.set("not_checked", strings(found->not_checked));
    answers.push_back(std::move(answer));
  } else {
    if (!only_check) std::printf("%s: %s", file.c_str(), found->text.c_str());
    for (const std::string& deviation : found->deviations) std::printf("%s: %s\n", file.c_str(), deviation.c_str());
    for (const std::string& line : found->not_checked) std::printf("%s: not checked: %s\n", file.c_str(), line.c_str());
    if (only_check && sound) std::printf("%s: sound\n", file.c_str());
  }
  if (found->deviations.empty() && (!only_check || sound)) return kYes;
  return only_check ? kNo : kUnusable;
}

Result<int> show_record(const RecordOptions& options) {
  int exit_code = 0;
  Json::Array answers;
  for (const std::string& file : options.files) {
    if (const auto done = other_record(file, false, options, answers)) {
      exit_code = std::max(exit_code, *done);
      continue;
    }
    const Result<itl::Reading> reading = read_transaction_file(file);
    if (!reading.ok()) {
      exit_code = std::max(exit_code, refuse(file, reading.error(), answers));
      continue;
    }
    if (options.json) {
      Json answer = format::to_json(*reading);
      answer.set("file", file);
      answers.push_back(std::move(answer));
    } else {
      std::printf("%s\n%s", file.c_str(), format::to_text(*reading).c_str());
    }
    if (!reading->findings.empty()) exit_code = std::max(exit_code, kUnusable);
  }
  if (options.json) print_json(Json(std::move(answers)));
  return exit_code;
}

// What a file's encoding and its fields are found to be, a line each.
Result<int> check_record(const RecordOptions& options) {
  int exit_code = 0;
  std::size_t done = 0;
  Progress progress("checking");
  Json::Array answers;
  for (const std::string& file : options.files) {
    progress.update(done++, options.files.size());
    if (const auto other = other_record(file, true, options, answers)) {
      exit_code = std::max(exit_code, *other);
      continue;
    }
    const Result<itl::Reading> reading = read_transaction_file(file);
    if (!reading.ok()) {
      exit_code = std::max(exit_code, refuse(file, reading.error(), answers));
      continue;
    }
    std::vector<itl::Finding> findings = reading->findings;
    for (itl::Finding& finding : format::check_transaction(*reading)) findings.push_back(std::move(finding));
    const bool sound = findings.empty();
    if (!sound) exit_code = std::max(exit_code, kNo);
    if (options.json) {
      Json::Array list;
      for (const itl::Finding& finding : findings) list.push_back(format::to_json(finding));
      answers.push_back(Json::object({{"file", file}, {"sound", sound}, {"findings", Json(std::move(list))}}));
      continue;
    }
    for (const itl::Finding& finding : findings)
      std::printf("%s: %s\n", file.c_str(), format::in_words(finding).c_str());
    if (sound) std::printf("%s: sound\n", file.c_str());
  }
  if (options.json) print_json(Json(std::move(answers)));
  return exit_code;
}

void say_lines(const std::string& file, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) std::fprintf(stderr, "puente: %s: %s\n", file.c_str(), line.c_str());
}

Result<intake::Wanted> wanted_of(const RecordOptions& options, const std::string& out) {
  ASSIGN_OR_RETURN(intake::Wanted wanted, of_words(intake::parse_wanted(!options.to.empty()     ? options.to
                                                                        : out.ends_with(".xml") ? "xml"
                                                                                                : "transaction")));
  wanted.header = options.header;
  wanted.header.time_ms = SystemClock().now_ms();
  if (wanted.header.control_number.empty()) wanted.header.control_number = fmt::to_string(wanted.header.time_ms);
  if (!options.captured.empty()) {
    ASSIGN_OR_RETURN(wanted.captured_ms, of_words(parse_iso8601(options.captured)));
    wanted.header.captured_ms = wanted.captured_ms;
  }
  return wanted;
}

// Those of several files into a folder of each file's own.
Result<int> write_images(const std::vector<Sample>& files, const std::vector<std::string>& names,
                         const std::string& folder, bool force) {
  int exit_code = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    ASSIGN_OR_RETURN(const intake::ImageFiles images, about(names[i], intake::images_of(files[i].image)));
    const std::string into = files.size() == 1 ? folder : fmt::format("{}/{:02}", folder, i + 1);
    TRY(make_private_folder(into));
    for (const intake::ImageFile& image : images.files) {
      const std::string path = into + "/" + image.name;
      TRY(write_output(path, image.bytes, force));
      std::printf("%s\n", path.c_str());
    }
    say_lines(names[i], images.left_out);
    say_lines(names[i], images.remarks);
    if (!images.left_out.empty()) exit_code = kUnusable;
  }
  return exit_code;
}

// What files become, and the images that are in them.
Result<int> convert_record(const RecordOptions& options) {
  std::vector<std::string> in = options.files;
  std::string out;
  if (in.size() > 1 || options.images.empty()) {
    out = in.back();
    in.pop_back();
  }
  TRY(check_output(out, options.force));
  std::vector<Sample> files;
  for (const std::string& argument : in) {
    ASSIGN_OR_RETURN(Sample sample, read_sample(argument));
    ASSIGN_OR_RETURN(sample.image, about(argument, intake::told_as(std::move(sample.image), options.from)));
    files.push_back(std::move(sample));
  }
  const std::string names = fmt::format("{}", fmt::join(in, ", "));
  if (!out.empty()) {
    ASSIGN_OR_RETURN(const intake::Wanted wanted, wanted_of(options, out));
    ASSIGN_OR_RETURN(const intake::Converted converted, about(names, intake::convert_files(files, wanted)));
    say_lines(names, converted.left_out);
    TRY(write_output(out, converted.bytes, options.force));
    if (!is_standard_output(out)) std::printf("wrote %s\n", out.c_str());
  }
  return options.images.empty() ? 0 : write_images(files, in, options.images, options.force);
}

}  // namespace

void add_record(Command& app, Run& run) {
  auto options = std::make_shared<RecordOptions>();
  Command* record =
      app.add_subcommand("record", "ANSI/NIST-ITL transactions; ISO/IEC 19794, 39794, ANSI 378 and CBEFF records");
  record->require_subcommand(1);
  Command* command = record->add_subcommand("show", "records and fields, with their names");
  command->footer(
      "Example: puente record show tenprint.an2\n"
      "Subfields are divided by /, items by |. Of a damaged file all records before the damage are shown, and where "
      "it\n"
      "begins; the exit code is then 4.");
  command
      ->add_option("FILE", options->files,
                   "transactions, traditional or NIEM XML; other records and images, by content")
      ->required();
  command->add_flag("--json", options->json, "answer as JSON, an array with an item for each file");
  add_from(*command, options->from);
  command->callback([options, &run] { run = [options] { return show_record(*options); }; });

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
  add_from(*command, options->from);
  command->callback([options, &run] { run = [options] { return check_record(*options); }; });

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
                      fmt::format("{}; left out, xml if the file is named so, else transaction", intake::kWantedNames));
  add_from(*command, options->from);
  command->add_option("--images", options->images, "folder for the images that are in what is read, one file each");
  add_force(*command, options->force);
  command->add_option("--captured", options->captured,
                      "when images were taken, 2026-11-23T17:00:00Z; 39794-6 wants it");
  command->add_option("--type", options->header.type, "of a transaction that is made: its type, 1.004")
      ->capture_default_str();
  command->add_option("--originator", options->header.originator, "1.008")->capture_default_str();
  command->add_option("--destination", options->header.destination, "1.007")->capture_default_str();
  command->add_option("--number", options->header.control_number, "1.009; left out, the time");
  command->callback([options, &run] {
    if (options->files.size() < 2 && options->images.empty()) missing("a file to write, or --images");
    run = [options] { return convert_record(*options); };
  });
}

}  // namespace puente::cli
