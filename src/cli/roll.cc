#include "cli/roll.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/files.h"
#include "core/text.h"
#include "core/utf16.h"

namespace puente::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRollBytesMax = 512u << 20;
constexpr std::size_t kListValuesMax = 20'000'000;
constexpr std::size_t kLineBytesMax = 1u << 20;

std::string beside(const std::string& list, const std::string& file) {
  return (fs::path(list).parent_path() / file).string();
}

void wrong(Enrollee& enrollee, const std::string& problem) {
  if (enrollee.problem.empty()) enrollee.problem = problem;
}

void set_biographic(Enrollee& enrollee, std::string_view name, const std::string& value) {
  const auto element = parse_data_element(name);
  if (!element.ok()) return wrong(enrollee, element.error().message);
  if (!value.empty()) enrollee.biographic[*element] = value;
}

void check_roll(Enrollee& enrollee) {
  if (!is_id(enrollee.person_id))
    wrong(enrollee, fmt::format("person_id: {}, not \"{}\"", kIdInWords, enrollee.person_id));
  if (!enrollee.encounter_id.empty() && !is_id(enrollee.encounter_id))
    wrong(enrollee, std::string("encounter_id: ") + kIdInWords);
  if (enrollee.files.empty()) wrong(enrollee, "no files");
}

// ---- CSV

// One record of RFC 4180 from `at` on, quotes and line breaks in quotes included.
// kInvalidInput: a quote is never closed, and all that follows would be one field.
Result<std::vector<std::string>> csv_record(std::string_view text, std::size_t& at, char separator, std::size_t& line) {
  std::vector<std::string> fields(1);
  const std::size_t begun = line;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++line;
    if (quoted) {
      const bool doubled = c == '"' && at + 1 < text.size() && text[at + 1] == '"';
      if (doubled) ++at;
      if (c == '"' && !doubled) {
        quoted = false;
      } else {
        fields.back() += c;
      }
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else if (c == separator) {
      fields.emplace_back();
    } else if (c == '\n') {
      ++at;
      break;
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  if (quoted) return Error{Code::kInvalidInput, fmt::format("line {}: a quote is opened and never closed", begun)};
  return fields;
}

struct Column {
  enum class Kind { kPerson, kEncounter, kFile, kPosition, kWithheld, kClass, kGuardian, kFileAt, kBiographic } kind;
  FingerCapture position = FingerCapture::kUnknown;
  std::string name;
};

Result<Column> column_of(const std::string& name) {
  using Kind = Column::Kind;
  constexpr std::array<std::pair<std::string_view, Kind>, 7> kNames = {{{"person_id", Kind::kPerson},
                                                                        {"encounter_id", Kind::kEncounter},
                                                                        {"file", Kind::kFile},
                                                                        {"position", Kind::kPosition},
                                                                        {"withheld_from", Kind::kWithheld},
                                                                        {"class", Kind::kClass},
                                                                        {"guardian", Kind::kGuardian}}};
  for (const auto& [each, kind] : kNames)
    if (name == each) return Column{kind, FingerCapture::kUnknown, name};
  if (parse_data_element(name).ok()) return Column{Kind::kBiographic, FingerCapture::kUnknown, name};
  const auto position = parse_finger_capture(name);
  if (position.ok()) return Column{Kind::kFileAt, *position, name};
  return Error{Code::kInvalidInput,
               "column \"" + name +
                   "\": not known. Columns are person_id, encounter_id, file, position, withheld_from (countries with "
                   "blanks between), class (why hidden), guardian (of a child), finger positions such as RIGHT_INDEX "
                   "with a file each, and family_name, …"};
}

void take_field(const Column& column, const std::string& list, const std::string& value, Enrollee& enrollee,
                RollFile& file) {
  switch (column.kind) {
    case Column::Kind::kPerson:
      enrollee.person_id = value;
      break;
    case Column::Kind::kEncounter:
      enrollee.encounter_id = value;
      break;
    case Column::Kind::kFile:
      if (!value.empty()) file.path = beside(list, value);
      break;
    case Column::Kind::kPosition: {
      const auto position = parse_finger_capture(value.empty() ? "UNKNOWN" : value);
      if (!position.ok()) return wrong(enrollee, position.error().message);
      file.position = *position;
      break;
    }
    case Column::Kind::kWithheld:
      for (const std::string_view country : split(value, ' '))
        if (!country.empty()) enrollee.withheld_from.emplace_back(country);
      break;
    case Column::Kind::kClass:
      enrollee.of_class = value;
      break;
    case Column::Kind::kGuardian:
      enrollee.guardian = value;
      break;
    case Column::Kind::kFileAt:
      if (!value.empty()) enrollee.files.push_back({column.position, beside(list, value)});
      break;
    case Column::Kind::kBiographic:
      set_biographic(enrollee, column.name, value);
      break;
  }
}

// Lines of one person and encounter are one: a file a line.
void add_to_roll(Enrollee enrollee, std::vector<Enrollee>& people, std::map<std::string, std::size_t>& known) {
  const auto [at, added] = known.try_emplace(enrollee.person_id + " " + enrollee.encounter_id, people.size());
  if (added) return people.push_back(std::move(enrollee));
  Enrollee& first = people[at->second];
  for (RollFile& file : enrollee.files) first.files.push_back(std::move(file));
  for (const auto& [element, value] : enrollee.biographic) {
    const auto [stated, is_new] = first.biographic.emplace(element, value);
    if (!is_new && stated->second != value)
      wrong(first, fmt::format("{} is stated twice, and differently ({})", to_string(element), enrollee.where));
  }
  if (!enrollee.withheld_from.empty() && enrollee.withheld_from != first.withheld_from) {
    for (std::string& country : enrollee.withheld_from) first.withheld_from.push_back(std::move(country));
  }
  const auto say = [&](std::string& stated, const std::string& again, const char* name) {
    if (!stated.empty() && !again.empty() && stated != again)
      wrong(first, fmt::format("{} is stated twice, and differently ({})", name, enrollee.where));
    if (stated.empty()) stated = again;
  };
  say(first.of_class, enrollee.of_class, "class");
  say(first.guardian, enrollee.guardian, "guardian");
  if (!enrollee.problem.empty()) wrong(first, enrollee.where + ": " + enrollee.problem);
}

Result<Roll> read_csv(const std::string& list, std::string_view text) {
  const std::string_view head = text.substr(0, text.find('\n'));
  const char separator = std::ranges::count(head, ';') > std::ranges::count(head, ',') ? ';' : ',';
  std::size_t at = 0, line = 1;
  std::vector<Column> columns;
  ASSIGN_OR_RETURN(const std::vector<std::string> names, about(list, csv_record(text, at, separator, line)));
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(columns.emplace_back(), about(list, column_of(name)));
  }
  if (std::ranges::none_of(columns, [](const Column& each) { return each.kind == Column::Kind::kPerson; }))
    return Error{Code::kInvalidInput, list + ": has no column person_id; its first line must name its columns"};
  Roll roll;
  std::map<std::string, std::size_t> known;
  while (at < text.size()) {
    Enrollee enrollee;
    RollFile file;
    enrollee.where = fmt::format("{} line {}", list, line);
    ASSIGN_OR_RETURN(const std::vector<std::string> fields, about(list, csv_record(text, at, separator, line)));
    if (fields.size() == 1 && fields[0].empty()) continue;
    if (fields.size() != columns.size())
      wrong(enrollee, fmt::format("{} columns where the first line has {}", fields.size(), columns.size()));
    for (std::size_t i = 0; i < std::min(fields.size(), columns.size()); ++i)
      take_field(columns[i], list, fields[i], enrollee, file);
    if (!file.path.empty()) enrollee.files.push_back(file);
    add_to_roll(std::move(enrollee), roll.people, known);
  }
  return roll;
}

// ---- JSON

void take_files(const Json& value, const std::string& list, Enrollee& enrollee) {
  if (const Json::Object* by_position = value.as_object()) {  // {"RIGHT_INDEX": "a.png"}
    for (const auto& [name, file] : *by_position) {
      const auto position = parse_finger_capture(name);
      if (!position.ok()) wrong(enrollee, position.error().message);
      if (file.as_string() == nullptr) wrong(enrollee, name + ": must be a file's name");
      if (position.ok() && file.as_string() != nullptr)
        enrollee.files.push_back({*position, beside(list, *file.as_string())});
    }
    return;
  }
  if (value.as_array() == nullptr) return wrong(enrollee, "files: an array, or an object of positions");
  for (const Json& each : *value.as_array()) {  // ["card.an2"] or [{"file": "a.png", "position": "RIGHT_INDEX"}]
    RollFile file;
    const std::string* name = each.is_object() ? each["file"].as_string() : each.as_string();
    if (name == nullptr) return wrong(enrollee, "files: each is a name, or has a member \"file\"");
    file.path = beside(list, *name);
    if (const std::string* position = each["position"].as_string()) {
      const auto parsed = parse_finger_capture(*position);
      if (!parsed.ok()) return wrong(enrollee, parsed.error().message);
      file.position = *parsed;
    }
    enrollee.files.push_back(std::move(file));
  }
}

void take_member(const std::string& name, const Json& value, const std::string& list, Enrollee& enrollee) {
  const std::string* words = value.as_string();
  if (name == "person_id" && words != nullptr) {
    enrollee.person_id = *words;
  } else if (name == "encounter_id" && words != nullptr) {
    enrollee.encounter_id = *words;
  } else if (name == "number" && value.as_integer() != nullptr) {  // synthetic people
    enrollee.person_id = fmt::format("{:06}", *value.as_integer());
  } else if ((name == "biographic" || name == "biography") && value.is_object()) {
    for (const auto& [element, text] : *value.as_object()) {
      if (text.as_string() == nullptr) return wrong(enrollee, element + ": must be text");
      set_biographic(enrollee, element, *text.as_string());
    }
  } else if (name == "withheld_from" && value.as_array() != nullptr) {
    for (const Json& country : *value.as_array())
      enrollee.withheld_from.push_back(country.as_string() == nullptr ? "?" : *country.as_string());
  } else if (name == "class" && words != nullptr) {
    enrollee.of_class = *words;
  } else if (name == "guardian" && words != nullptr) {
    enrollee.guardian = *words;
  } else if (name == "files" || name == "samples" || name == "images" || name == "fingers") {
    take_files(value, list, enrollee);
  } else if (name != "synthetic" && name != "seed" && name != "alias") {
    wrong(enrollee, "\"" + name +
                        "\": not known, or not of its kind. Members are person_id, encounter_id, files, biographic, "
                        "withheld_from, class, guardian");
  }
}

Enrollee from_json(const Json& json, const std::string& list, std::string where) {
  Enrollee enrollee;
  enrollee.where = std::move(where);
  if (!json.is_object()) {
    wrong(enrollee, "must be a JSON object");
    return enrollee;
  }
  for (const auto& [name, value] : *json.as_object()) take_member(name, value, list, enrollee);
  return enrollee;
}

Result<Roll> read_json_array(const std::string& list, std::string_view text) {
  ASSIGN_OR_RETURN(const Json json, about(list, parse_json(text, kListValuesMax)));
  Roll roll;
  for (const Json& each : *json.as_array())
    roll.people.push_back(from_json(each, list, fmt::format("{} item {}", list, roll.people.size() + 1)));
  return roll;
}

Roll read_json_lines(const std::string& list, std::string_view text) {
  Roll roll;
  std::size_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (without_white_end(line).empty()) continue;
    const std::string where = fmt::format("{} line {}", list, number);
    const auto json = line.size() > kLineBytesMax ? Result<Json>(Code::kTooLarge, "over a megabyte") : parse_json(line);
    Enrollee enrollee;
    enrollee.where = where;
    if (!json.ok()) enrollee.problem = json.error().message;
    roll.people.push_back(json.ok() ? from_json(*json, list, where) : std::move(enrollee));
  }
  return roll;
}

// Names in other letters than they are read in would be kept as those of nobody. Which letters they are is told, not
// guessed and taken.
Status check_letters(const std::string& list, ByteView bytes) {
  const std::string_view content = text(bytes);
  if (is_utf16(bytes) || content.starts_with("\xff\xfe") || content.starts_with("\xfe\xff")) {
    const bool marked = bytes[0] >= 0xfe;
    const char* name = marked ? "UTF-16" : bytes[0] == 0 ? "UTF-16BE" : "UTF-16LE";
    return {
        Code::kInvalidInput,
        fmt::format("{}: is in {}, and lists are read in UTF-8: convert it first, as by iconv -f {} -t UTF-8 OLD > NEW",
                    list, name, name)};
  }
  std::size_t line = 1;
  for (std::string_view rest = content; !rest.empty();) {
    const std::size_t size = utf8_letter(rest);
    if (rest[0] == '\0')
      return {Code::kInvalidInput, fmt::format("{}: line {} has a zero byte: it is no text", list, line)};
    if (size == 0) {
      const bool windows = std::ranges::any_of(bytes, [](std::uint8_t byte) { return byte >= 0x80 && byte < 0xa0; });
      const char* name = windows ? "WINDOWS-1252" : "ISO-8859-1";
      return {
          Code::kInvalidInput,
          fmt::format("{}: line {} is not in UTF-8, as lists are read; if it is {}, convert it first, as by iconv -f "
                      "{} -t UTF-8 OLD > NEW",
                      list, line, name, name)};
    }
    line += rest[0] == '\n';
    rest.remove_prefix(size);
  }
  return {};
}

Result<Roll> read_list(const std::string& path) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path == "-" ? "/dev/stdin" : path, kRollBytesMax));
  const std::string list = path == "-" ? "standard input" : path;
  TRY(check_letters(list, bytes));
  std::string_view content = text(bytes);
  if (content.starts_with("\xef\xbb\xbf")) content.remove_prefix(3);
  const std::size_t begin = content.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return Error{Code::kInvalidInput, list + ": is empty"};
  if (content[begin] == '[') return read_json_array(path == "-" ? "" : path, content);
  if (content[begin] == '{') return read_json_lines(path == "-" ? "" : path, content);
  return read_csv(path == "-" ? "" : path, content);
}

// ---- folders

bool has_ending(const fs::path& path, std::initializer_list<std::string_view> endings) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(endings, ending) != endings.end();
}

// What a name says of a finger: "RIGHT_INDEX", "anything_RIGHT_INDEX_1", and in a person's own folder "02" too. The
// rest before it is the person's, in a folder of many.
struct Named {
  std::string person;
  FingerCapture position;
};
std::optional<Named> name_of(const std::string& stem, bool own_folder) {
  const bool digits = !stem.empty() && stem.find_first_not_of("0123456789") == std::string::npos;
  if (own_folder && digits) {
    const auto position = parse_finger_capture(std::to_string(to_number<unsigned>(stem).value_or(99)));
    if (position.ok() && *position != FingerCapture::kUnknown) return Named{"", *position};
  }
  for (int code = 1; code <= static_cast<int>(FingerCapture::kPlainThumbs); ++code) {
    const auto position = parse_finger_capture(std::to_string(code));
    if (!position.ok()) continue;
    const std::string name = to_string(*position);
    const std::size_t at = stem.find(name);
    if (at == std::string::npos) continue;
    const std::string_view after = std::string_view(stem).substr(at + name.size());
    const bool ends = after.empty() || (after.size() > 1 && (after[0] == '_' || after[0] == '-') &&
                                        after.find_first_not_of("0123456789", 1) == std::string_view::npos);
    const bool begins = at == 0 || stem[at - 1] == '_' || stem[at - 1] == '-';
    if (ends && begins) return Named{at == 0 ? "" : stem.substr(0, at - 1), *position};
  }
  return std::nullopt;
}

std::string id_of(const fs::path& relative) {
  std::string id;
  for (const fs::path& part : relative) id += (id.empty() ? "" : ".") + part.string();
  return id;
}

Enrollee& person_at(const std::string& id, const std::string& where, Roll& roll,
                    std::map<std::string, std::size_t>& known) {
  const auto [at, added] = known.try_emplace(id, roll.people.size());
  if (added) {
    roll.people.emplace_back();
    roll.people.back().where = where;
    roll.people.back().person_id = id;
  }
  return roll.people[at->second];
}

void take_file(const fs::path& folder, const fs::path& file, Roll& roll, std::map<std::string, std::size_t>& known) {
  const fs::path relative = file.lexically_relative(folder);
  if (has_ending(file, {".an2", ".an2k", ".eft", ".nist", ".nst", ".xml"})) {
    const fs::path stem = relative.parent_path() / relative.stem();
    Enrollee& person = person_at(id_of(stem), file.string(), roll, known);
    if (!person.files.empty()) wrong(person, "two files of this name, " + file.string() + " is the other");
    person.files.push_back({FingerCapture::kUnknown, file.string()});
    return;
  }
  if (!has_ending(file, {".png", ".jpg", ".jpeg", ".jp2", ".j2k", ".wsq", ".bmp", ".tif", ".tiff", ".pgm"}))
    return roll.left_out.push_back(file.string() + ": neither an image nor a transaction by its name");
  const bool own_folder = relative.has_parent_path();
  const auto named = name_of(relative.stem().string(), own_folder);
  const std::string person_id = own_folder ? id_of(relative.parent_path()) : named ? named->person : "";
  if (person_id.empty() || (!own_folder && !named))
    return roll.left_out.push_back(
        file.string() + ": whose finger, and which? Call it PERSON/RIGHT_INDEX.png or PERSON_RIGHT_INDEX.png");
  Enrollee& person = person_at(person_id, own_folder ? file.parent_path().string() : folder.string(), roll, known);
  if (!named)
    return wrong(person, file.string() + ": which finger? Call it RIGHT_INDEX.png or 02.png, or write a list");
  if (own_folder && !named->person.empty() && named->person != relative.parent_path().filename().string())
    return wrong(person, file.string() + ": is it " + named->person + "'s or " + person_id +
                             "'s, in whose folder it lies? Call it RIGHT_INDEX.png");
  person.files.push_back({named->position, file.string()});
}

Result<Roll> read_folder(const std::string& path) {
  const std::string people = path + "/people.json";  // of synthetic people
  std::error_code error;
  if (fs::exists(people, error)) return read_list(people);
  std::vector<fs::path> files;
  for (auto each = fs::recursive_directory_iterator(path, error); !error && each != fs::end(each);
       each.increment(error))
    if (each->is_regular_file(error)) files.push_back(each->path());
  if (error) return Error{Code::kInvalidInput, "cannot read " + path + ": " + error.message()};
  std::ranges::sort(files);
  Roll roll;
  std::map<std::string, std::size_t> known;
  for (const fs::path& file : files) take_file(path, file, roll, known);
  return roll;
}

}  // namespace

Result<Roll> read_roll(const std::string& path) {
  std::error_code error;
  ASSIGN_OR_RETURN(Roll roll, fs::is_directory(path, error) ? read_folder(path) : read_list(path));
  for (Enrollee& each : roll.people) check_roll(each);
  if (roll.people.empty()) return Error{Code::kInvalidInput, path + ": nobody is in it"};
  return roll;
}

}  // namespace puente::cli
