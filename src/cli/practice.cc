// puente practice: whether examiners can tell, by pairs whose truth is known among their cases.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "cli/answers.h"
#include "cli/call.h"
#include "cli/cli.h"
#include "cli/finger_file.h"
#include "cli/options.h"
#include "cli/words.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/practice.h"
#include "core/text.h"

namespace puente::cli {
namespace {

struct PracticeOptions {
  CallOptions call;
  std::string folder, examiner, reasons;
};

Result<NodeCall> open_as_supervisor(const PracticeOptions& options) {
  CallOptions call = options.call;
  if (call.role == "officer") call.role = "supervisor";  // with --data
  return NodeCall::open(call);
}

// ---- a folder of prints as puente synth people writes it: PERSON_POSITION_IMPRESSION.png

struct Print {
  std::string path, position;
  finger::Prepared prepared;
};
using PracticePrints = std::map<std::string, Print>;  // by position
struct Known {                                        // one person, twice
  PracticePrints first, second;
};

struct People {
  std::map<std::string, Known> known;
  std::set<std::string> left_out;  // by name, of whom a print cannot be read
};

bool is_print_of(const std::filesystem::path& file, std::string& person, std::string& position,
                 std::string& impression) {
  const std::string stem = file.stem().string();
  const std::size_t person_end = stem.find('_'), impression_begin = stem.rfind('_');
  std::error_code failed;
  if (file.extension() != ".png" || person_end == stem.npos || impression_begin == person_end ||
      !std::filesystem::is_regular_file(file, failed))
    return false;
  person = stem.substr(0, person_end);
  position = stem.substr(person_end + 1, impression_begin - person_end - 1);
  impression = stem.substr(impression_begin + 1);
  return (impression == "1" || impression == "2") && parse_finger(position).ok();
}

Result<People> read_people(const std::string& folder) {
  People out;
  std::error_code failed;
  std::vector<std::filesystem::path> files;
  for (const auto& each : std::filesystem::directory_iterator(folder, failed)) files.push_back(each.path());
  if (failed) return Error{Code::kNotFound, folder + ": cannot be read as a folder"};
  std::ranges::sort(files);
  Progress progress("prints read");
  std::size_t done = 0;
  for (const std::filesystem::path& file : files) {
    progress.update(++done, files.size());
    std::string person, position, impression;
    if (!is_print_of(file, person, position, impression)) continue;
    const Result<PrintsRead> read = read_prints(file.string(), 0, intake::Keep::kNoImages);
    if (!read.ok()) out.left_out.insert(person);
    if (!read.ok()) continue;
    Known& of = out.known[person];
    (impression == "1" ? of.first : of.second)
        .emplace(position, Print{file.string(), position, finger::prepare(read->prints.front().features)});
  }
  std::erase_if(out.known, [&](const auto& each) { return each.second.first.empty() || each.second.second.empty(); });
  if (out.known.size() < 2)
    return Error{Code::kInvalidInput,
                 folder +
                     ": two people at least are needed, each with two impressions of a finger, PERSON_POSITION_1.png "
                     "and PERSON_POSITION_2.png, as puente synth people --impressions 2 writes them"};
  return out;
}

double likeness(const PracticePrints& probe, const PracticePrints& reference, finger::Scratch& scratch) {
  double out = 0;
  for (const auto& [position, print] : probe) {
    const auto other = reference.find(position);
    if (other != reference.end()) out += finger::compare_score(print.prepared, other->second.prepared, scratch);
  }
  return out;
}

Result<Json> samples_of_practice(const PracticePrints& prints) {
  Json::Array out;
  for (const auto& [position, print] : prints) {
    ASSIGN_OR_RETURN(const Bytes image, read_file(print.path, limits::kImageBytesMax));
    out.push_back(Json::object({{"position", position}, {"image", to_base64(image)}}));
  }
  return Json(std::move(out));
}

// Whether it was taken: what our own search contradicts is left out, and what waits already.
Result<bool> send(NodeCall& node, Truth truth, const PracticePrints& probe, const PracticePrints& reference) {
  Json body = Json::object({{"truth", to_string(truth)}});
  ASSIGN_OR_RETURN(Json probe_json, samples_of_practice(probe));
  ASSIGN_OR_RETURN(Json reference_json, samples_of_practice(reference));
  body.set("probe", std::move(probe_json)).set("reference", std::move(reference_json));
  const Result<Json> answer = node.call("POST", "/v1/practice/pairs", body);
  if (answer.ok()) return true;
  const Code code = answer.error().code;
  if (code == Code::kInvalidInput || code == Code::kAlreadyExists || code == Code::kNoFeatures) return false;
  return answer.error();
}

// Whoever of the others our own search finds most like them.
const Known& closest_to(const std::string& name, const std::map<std::string, Known>& people) {
  finger::Scratch scratch;
  const Known* out = nullptr;
  double most = -1;
  for (const auto& [other_name, other] : people) {
    if (other_name == name) continue;
    const double like = likeness(people.at(name).second, other.first, scratch);
    if (like > most) most = like, out = &other;
  }
  return *out;  // of two at least there is another
}

// Of every other person a mated pair, of those between a non-mated one: a print that is met again, with another beside
// it, would be known for seeded.
Result<int> add_pairs(const PracticeOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, open_as_supervisor(options));
  TRY(node.call("GET", "/v1/practice"));  // or whoever may not would learn it last
  ASSIGN_OR_RETURN(People people, read_people(options.folder));
  Progress progress("people");
  std::size_t done = 0;
  std::map<Truth, std::size_t> added = {{Truth::kMate, 0}, {Truth::kNonMate, 0}};
  for (const auto& [name, person] : people.known) {
    const Truth truth = done % 2 == 0 ? Truth::kNonMate : Truth::kMate;
    const PracticePrints& reference = truth == Truth::kMate ? person.first : closest_to(name, people.known).first;
    ASSIGN_OR_RETURN(const bool taken, send(node, truth, person.second, reference));
    taken ? void(++added[truth]) : void(people.left_out.insert(name));
    progress.update(++done, people.known.size());
  }
  const std::size_t all = added[Truth::kMate] + added[Truth::kNonMate];
  if (options.call.json) {
    print_json(Json::object({{"mated", added[Truth::kMate]},
                             {"non_mated", added[Truth::kNonMate]},
                             {"left_out", Json::strings({people.left_out.begin(), people.left_out.end()})}}));
    return all > 0 ? kYes : kNo;
  }
  say("{} mated pairs and {} non-mated ones added, to be seeded among the cases of examiners\n", added[Truth::kMate],
      added[Truth::kNonMate]);
  std::string names;
  for (const std::string& each : people.left_out) names += (names.empty() ? "" : ", ") + each;
  if (!names.empty())
    say("{} people left out: their prints cannot be read, wait already, or are not taken: {}\n", people.left_out.size(),
        names);
  return all > 0 ? kYes : kNo;
}

// A share may be a whole number, and then is written as one.
double number(const Json& json) {
  if (const std::int64_t* whole = json.as_integer()) return static_cast<double>(*whole);
  return json.as_double() == nullptr ? 0 : *json.as_double();
}

void print_outcomes(const std::string& who, const Json& outcomes) {
  const Json& rate = outcomes["error_rate"];
  const auto count = [&](const char* name) { return number(outcomes[name]); };
  say("{}: non-mated pairs {}, of them confirmed {}; mated {}, of them rejected {}; undecided {}; error {:.1f} to "
      "{:.1f} "
      "%\n",
      who, count("non_mates"), count("confirmed_non_mates"), count("mates"), count("rejected_mates"),
      count("undecided"), 100 * number(rate["low"]), 100 * number(rate["high"]));
}

Result<int> report_practice(const PracticeOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, open_as_supervisor(options));
  ASSIGN_OR_RETURN(const Json answer, node.call("GET", "/v1/practice"));
  if (options.call.json) {
    print_json(answer);
    return kYes;
  }
  say("waiting to be seeded: {} pairs\n", number(answer["waiting"]));
  for (const Json& each : *answer["examiners"].as_array()) {
    print_outcomes(*each["examiner"].as_string(), each["outcomes"]);
    if (const std::string* since = each["suspended"].as_string())
      say("  suspended since {}: puente practice renew {}\n", *since, *each["examiner"].as_string());
  }
  print_outcomes(in_language("the office"), answer["office"]);
  return kYes;
}

Result<int> renew_practice(const PracticeOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, open_as_supervisor(options));
  ASSIGN_OR_RETURN(const Json answer,
                   node.call("POST", to_address("/v1/practice/examiners/{}/renewal", {options.examiner}),
                             Json::object({{"reasons", options.reasons}})));
  options.call.json ? print_json(answer) : print_receipt(answer);
  return kYes;
}

using SharedPracticeOptions = std::shared_ptr<PracticeOptions>;
using DoPractice = Result<int> (*)(const PracticeOptions&);

Command* add_practice(Command& group, const char* name, const char* what, const SharedPracticeOptions& options,
                      Run& run, DoPractice act) {
  auto* command = group.add_subcommand(name, what);
  add_call_options(*command, options->call);
  command->callback([options, &run, act] { run = [options, act] { return act(*options); }; });
  return command;
}

}  // namespace

void add_practice(Command& app, Run& run) {
  auto options = std::make_shared<PracticeOptions>();
  auto* group = app.add_subcommand("practice", "Whether examiners can tell, by pairs whose truth is known");
  group->require_subcommand(1);

  auto* add_command =
      add_practice(*group, "add", "Pairs of people who do not exist, to be seeded among cases: one in twenty", options,
                   run, add_pairs);
  add_command->add_option("folder", options->folder, "prints as puente synth people --impressions 2 writes them")
      ->required();
  add_command->footer(
      "Example: puente practice add people --node https://127.0.0.1:8443 --certificate tls.crt --token-file eva");

  auto* report_command =
      add_practice(*group, "report", "What each examiner made of seeded pairs, with intervals of 95 %", options, run,
                   report_practice);
  report_command->footer(
      "Example: puente practice report --node https://127.0.0.1:8443 --certificate tls.crt --token-file eva");

  auto* renew_command =
      add_practice(*group, "renew", "Let an examiner who was found judge again", options, run, renew_practice);
  renew_command->add_option("examiner", options->examiner, "the examiner's user name")->required()->check(is_an_id());
  renew_command->add_option("--reasons", options->reasons, "why, in words")->required();
  renew_command->footer(
      "Example: puente practice renew luis --reasons \"a week of training, 40 pairs without an error\" --node "
      "https://127.0.0.1:8443 --certificate tls.crt --token-file eva");
}

}  // namespace puente::cli
