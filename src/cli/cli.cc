#include "cli/cli.h"

#include <unistd.h>

#include <cstdio>

#include "cli/options.h"
#include "cli/words.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"

namespace puente::cli {

Result<std::string> read_line(const std::string& path) {
  constexpr std::size_t kBytesMax = 1u << 20;
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, kBytesMax));
  return std::string(without_white_end(text(bytes)));
}

Result<Sample> read_sample(const std::string& argument) {
  Sample out;
  const std::size_t equals = argument.find('=');
  if (equals != std::string::npos) {
    const std::string name = argument.substr(0, equals);
    if (name == "FACE") {
      out.modality = Modality::kFace;
    } else if (name == to_string(Eye::kRight) || name == to_string(Eye::kLeft)) {
      out.modality = Modality::kIris;
      out.eye = name == to_string(Eye::kRight) ? Eye::kRight : Eye::kLeft;
    } else {
      ASSIGN_OR_RETURN(out.position, of_words(parse_finger_capture(name)));
    }
  }
  ASSIGN_OR_RETURN(out.image, read_file(equals == std::string::npos ? argument : argument.substr(equals + 1),
                                        limits::kRecordBytesMax));
  return out;
}

std::string path_of(const std::string& name) {
  return name == "-" ? "/dev/stdin" : name;
}

void add_from(Command& command, std::string& from) {
  command
      .add_option("--from", from,
                  "what a file is where nothing in it tells: card or card-compact (ISO 19794-2 minutiae of cards)")
      ->check(one_of({"card", "card-compact"}));
}

void complain(const Error& error) {
  std::fprintf(stderr, "puente: %s\n", in_language(error.message).c_str());
}

Json error_json(const Error& error) {
  const Code code = error.code == kWrongUse ? Code::kInvalidInput : error.code;
  return Json::object({{"code", to_string(code)}, {"message", error.message}});
}

Json strings(const std::vector<std::string>& lines) {
  return Json(Json::Array(lines.begin(), lines.end()));
}

std::string text_of(const Json& json) {
  return json.as_string() == nullptr ? "" : *json.as_string();
}

void print_json(const Json& json) {
  std::printf("%s\n", canonical(json).c_str());
}

constexpr std::chrono::seconds kOnTerminal{1}, kInFile{10};  // a file keeps every line

void Progress::update(std::size_t done, std::size_t total) {
  const auto now = std::chrono::steady_clock::now();
  const bool terminal = isatty(STDERR_FILENO) != 0;
  if (now - last_ < (terminal ? kOnTerminal : kInFile)) return;
  last_ = now;
  shown_ = true;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - started_).count();
  fmt::print(stderr, "{}{}{}", terminal ? "\r" : "",
             in_words("{}: {} of {}, {} s", in_language(label_), done, total, seconds), terminal ? "  " : "\n");
  std::fflush(stderr);
}

Progress::~Progress() {
  if (shown_ && isatty(STDERR_FILENO) != 0) std::fprintf(stderr, "\n");
}

}  // namespace puente::cli
