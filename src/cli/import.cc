// puente import: everybody whom a folder or a list names, enrolled; interrupted, it goes on where it was.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <optional>
#include <thread>

#include "cli/call.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/roll.h"
#include "cli/words.h"
#include "core/biographic.h"
#include "core/crypto.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/parallel.h"
#include "core/text.h"
#include "intake/intake.h"
#include "policy/policy.h"

namespace puente::cli {
namespace {

struct ImportOptions {
  CallOptions call;
  std::string roll, journal, from, case_reference;
  double ppi = 0;
  int threads = cores();
  bool if_known = false, dry_run = false, retry = false;
};

// Names stand in journals and reports.
constexpr const char* kEnrolled = "enrolled";
constexpr const char* kWouldEnrol = "would_enrol";      // a dry run
constexpr const char* kAlreadyThere = "already_there";  // this very encounter
constexpr const char* kDuplicate = "duplicate";         // the hand is known under another id: a supervisor's
constexpr const char* kNotTaken = "refused";            // by policy, or the fingers contradict the id
constexpr const char* kCannotUse = "unusable";
constexpr const char* kOutcomes[] = {kEnrolled, kWouldEnrol, kAlreadyThere, kDuplicate, kNotTaken, kCannotUse};

struct Outcome {
  std::string kind, reason, encounter_id;
  std::vector<std::string> left_out{}, remarks{};
};

int code_of(const std::string& kind) {
  if (kind == kDuplicate || kind == kNotTaken) return kRefused;
  return kind == kCannotUse ? kUnusable : kYes;
}

bool is_transient(Code code) {
  return code == Code::kUnavailable || code == Code::kQuotaExceeded || code == Code::kDeadlineExceeded;
}
// What is no finding about this one person: going on would only repeat it.
bool ends_import(Code code) {
  return is_transient(code) || code == Code::kStorageFull || code == Code::kUnauthenticated || code == Code::kInternal;
}

struct Request {
  Json body;
  std::string encounter_id;
};

// Files are read here, so that the encounter's id is that of what is enrolled: the same again is known again.
Result<Request> request_of(const Enrollee& enrollee, const ImportOptions& options) {
  if (!enrollee.problem.empty()) return Error{Code::kInvalidInput, enrollee.problem};
  TRY(check_biographic(enrollee.biographic));
  Json::Array samples;
  std::string all = enrollee.person_id;
  for (const RollFile& file : enrollee.files) {
    ASSIGN_OR_RETURN(Bytes bytes, read_file(file.path, limits::kRecordBytesMax));
    ASSIGN_OR_RETURN(bytes, about(file.path, intake::told_as(std::move(bytes), options.from)));
    all += fmt::format(" {} {}", to_string(file.position), to_hex(sha256(bytes)));
    Json sample = Json::object({{"position", to_string(file.position)}, {"image", to_base64(bytes)}});
    if (options.ppi > 0) sample.set("ppi", options.ppi);
    samples.push_back(std::move(sample));
  }
  Json biographic{Json::Object()};
  for (const auto& [element, value] : enrollee.biographic) biographic.set(to_string(element), value);
  Request out;
  all += canonical(biographic);
  for (const std::string& country : enrollee.withheld_from) all += " not " + country;  // or it would never be hidden
  if (!enrollee.of_class.empty()) all += " as " + enrollee.of_class;
  if (options.ppi > 0) all += fmt::format(" {} ppi", options.ppi);
  out.encounter_id =
      enrollee.encounter_id.empty() ? "i-" + to_hex(sha256(view(all))).substr(0, 32) : enrollee.encounter_id;
  out.body = Json::object({{"samples", std::move(samples)},
                           {"biographic", std::move(biographic)},
                           {"person_id", enrollee.person_id},
                           {"encounter_id", out.encounter_id},
                           {"enrol_if_known", options.if_known}});
  if (!enrollee.of_class.empty()) out.body.set("class", enrollee.of_class);
  if (!enrollee.guardian.empty()) out.body.set("guardian", enrollee.guardian);
  if (!enrollee.withheld_from.empty()) out.body.set("withheld_from", strings(enrollee.withheld_from));
  return out;
}

// The same call again, while it is the moment that is against it.
Result<Json> patiently(const std::function<Result<Json>()>& call) {
  for (int wait_s = 1;; wait_s *= 2) {
    Result<Json> answer = call();
    if (answer.ok() || !is_transient(answer.error().code) || wait_s > 4) return answer;
    std::this_thread::sleep_for(std::chrono::seconds(wait_s));
  }
}

std::string known_as(const Json& candidates) {
  std::string out;
  for (const Json& each : *candidates.as_array())
    out += (out.empty() ? "known as " : ", ") + *each["person_id"].as_string();
  return out;
}

Outcome outcome_of(const Json& answer) {
  Outcome out;
  for (const Json& line : *answer["left_out"].as_array()) out.left_out.push_back(*line.as_string());
  if (const Json::Array* remarks = answer["remarks"].as_array())
    for (const Json& line : *remarks) out.remarks.push_back(text_of(line));
  const bool* enrolled = answer["enrolled"].as_bool();
  if (enrolled != nullptr && *enrolled) {
    out.kind = kEnrolled;
    return out;
  }
  out.kind = kDuplicate;
  for (const Json& reason : *answer["reasons"].as_array()) {
    if (*reason.as_string() != "already_known") out.kind = kNotTaken;
    out.reason += (out.reason.empty() ? "" : "; ") + policy::explain(*reason.as_string());
  }
  if (const std::string whom = known_as(answer["known_as"]); !whom.empty()) out.reason += "; " + whom;
  return out;
}

std::string address_of(const std::string& person_id, const std::string& encounter_id) {
  return to_address("/v1/persons/{}/encounters/{}", {person_id, encounter_id});
}

Result<Outcome> outcome_of(const Error& error) {
  if (ends_import(error.code)) return error;
  const bool refused = exit_code_of(error.code) == kRefused;
  Outcome out;
  out.kind = error.code == Code::kAlreadyExists ? kAlreadyThere : refused ? kNotTaken : kCannotUse;
  if (out.kind != kAlreadyThere) out.reason = error.message;
  return out;
}

Result<Outcome> enrol_one(NodeCall& node, const Enrollee& enrollee, const Request& request) {
  const Result<Json> answer = patiently([&] { return node.call("POST", "/v1/persons", request.body, true); });
  if (!answer.ok()) {
    Result<Outcome> known = outcome_of(answer.error());
    const bool hides = !enrollee.withheld_from.empty() || !enrollee.of_class.empty();
    if (known.ok() && known->kind == kAlreadyThere && !enrollee.encounter_id.empty() && hides)
      known = Outcome{kNotTaken, "is there already: whether hidden, says puente person protection", "", {}};
    return known;
  }
  Outcome out = outcome_of(*answer);
  if (out.kind != kDuplicate) return out;
  // Of an earlier run whose journal is gone, and somebody has been enrolled with the same hand since.
  const auto there = node.call("GET", address_of(enrollee.person_id, request.encounter_id));
  if (there.ok()) out.kind = kAlreadyThere, out.reason.clear();
  return out;
}

// What the node would refuse by what the roll says alone: then nobody is looked for. Who takes the prints is not known
// here, so not whether the guardian is who does.
std::vector<std::string> against(const Enrollee& enrollee) {
  std::vector<std::string> out;
  const auto stated = [&](DataElement element) {
    const auto found = enrollee.biographic.find(element);
    return found == enrollee.biographic.end() ? std::nullopt : std::optional(found->second);
  };
  policy::Enrolment enrolment;
  enrolment.date_of_birth = stated(DataElement::kDateOfBirth);
  enrolment.encounter_date = stated(DataElement::kEncounterDate);
  enrolment.now_ms = SystemClock().now_ms();
  enrolment.guardian = enrollee.guardian;
  if (const policy::Decision enrolling = policy::may_enrol(enrolment); !enrolling.permitted) out = enrolling.reasons;
  if (enrollee.of_class.empty() && enrollee.withheld_from.empty()) return out;
  const auto of_class = parse_protection_class(enrollee.of_class);
  const policy::Decision hide =
      policy::may_protect(of_class.ok() ? std::optional(*of_class) : std::nullopt, !enrollee.withheld_from.empty());
  if (!hide.permitted) out.insert(out.end(), hide.reasons.begin(), hide.reasons.end());
  return out;
}

// A search instead; what the roll itself holds twice only shows when it is enrolled.
Result<Outcome> look(NodeCall& node, const Enrollee& enrollee, const Request& request, const std::string& file) {
  if (const std::vector<std::string> reasons = against(enrollee); !reasons.empty()) {
    Outcome refused{kNotTaken, "", "", {}};
    for (const std::string& each : reasons)
      refused.reason += (refused.reason.empty() ? "" : "; ") + policy::explain(each);
    return refused;
  }
  const Json search = Json::object({{"samples", request.body["samples"]},
                                    {"case_reference", file},
                                    {"reasons", "dry run of an import: " + enrollee.person_id}});
  const Result<Json> answer = patiently([&] { return node.call("POST", "/v1/identify", search); });
  if (!answer.ok()) return outcome_of(answer.error());
  Outcome out;
  out.kind = kWouldEnrol;
  Json::Array others;
  bool itself = false;
  for (const Json& each : *(*answer)["candidates"].as_array()) {
    if (*each["person_id"].as_string() == enrollee.person_id) itself = true;
    if (*each["person_id"].as_string() != enrollee.person_id) others.push_back(each);
  }
  if (!others.empty()) out.kind = kDuplicate, out.reason = known_as(Json(std::move(others)));
  if (itself && node.call("GET", address_of(enrollee.person_id, request.encounter_id)).ok()) out.kind = kAlreadyThere;
  return out;
}

class Import {
 public:
  Import(const ImportOptions& options, Roll roll) : options_(options), roll_(std::move(roll)) {
    outcomes_.resize(roll_.people.size());
  }
  Result<int> run();

 private:
  Status open();
  Status trust_journal();
  void work(int thread, std::size_t item);
  Result<Outcome> take(NodeCall& node, const Enrollee& enrollee);
  void stop(const Error& error);
  int report() const;
  Json to_json() const;

  const ImportOptions& options_;
  const Roll roll_;
  std::vector<std::optional<Outcome>> outcomes_;  // beside roll_.people; each is one thread's
  std::vector<NodeCall> nodes_;                   // over HTTPS one a thread; a directory is opened once
  std::unique_ptr<ImportJournal> journal_;
  Mutex mutex_;
  Progress progress_{"importing"};
  std::size_t done_ = 0;
  std::optional<Error> ended_;
  std::atomic<bool> over_{false};
};

Status Import::open() {
  const int nodes = options_.call.node.empty() ? 1 : options_.threads;
  for (int i = 0; i < nodes; ++i) {
    ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options_.call));
    nodes_.push_back(std::move(node));
  }
  if (options_.dry_run) return {};
  std::error_code error;
  std::string path = options_.journal;
  if (path.empty() && options_.roll == "-") path = "import.journal";
  if (path.empty()) {  // beside a folder, not in it: what lies there is read
    path = std::filesystem::weakly_canonical(options_.roll, error).string();
    while (path.ends_with('/')) path.pop_back();
    path += ".journal";
  }
  const std::string node = options_.call.node.empty()
                               ? std::filesystem::weakly_canonical(options_.call.data, error).string()
                               : options_.call.node;
  ASSIGN_OR_RETURN(journal_, ImportJournal::open(path, node));
  return trust_journal();
}

// A directory that was restored, or made anew in the same place, does not hold what the journal says.
Status Import::trust_journal() {
  const ImportJournal::Line* last = journal_->last_enrolled();
  if (last == nullptr) return {};
  const auto there = nodes_[0].call("GET", address_of(last->person_id, last->encounter_id));
  if (there.ok() || there.error().code != Code::kNotFound) return {};
  return Error{Code::kConflict, "the journal says that " + last->person_id +
                                    " was enrolled, and this node does not have them: erased since, or it is another "
                                    "node or an older copy. Take the journal away, or name another with --journal: who "
                                    "is there already is not enrolled twice"};
}

void Import::stop(const Error& error) {
  const MutexLock lock(mutex_);
  if (!ended_) ended_ = error;
  over_ = true;
}

Result<Outcome> Import::take(NodeCall& node, const Enrollee& enrollee) {
  const Result<Request> request = request_of(enrollee, options_);
  if (!request.ok()) return Outcome{kCannotUse, request.error().message, "", {}};
  if (const auto* line = journal_ ? journal_->find(enrollee.person_id, request->encounter_id) : nullptr) {
    const bool enrolled = line->outcome == kEnrolled || line->outcome == kAlreadyThere;
    if (enrolled) return Outcome{kAlreadyThere, "", request->encounter_id, {}};
    if (!options_.retry && !options_.if_known) return Outcome{line->outcome, line->reason, request->encounter_id, {}};
  }
  Result<Outcome> outcome =
      options_.dry_run ? look(node, enrollee, *request, options_.case_reference) : enrol_one(node, enrollee, *request);
  if (!outcome.ok()) return outcome;
  outcome->encounter_id = request->encounter_id;
  if (journal_) TRY(journal_->note({enrollee.person_id, request->encounter_id, outcome->kind, outcome->reason}));
  return outcome;
}

void Import::work(int thread, std::size_t item) {
  if (over_) return;
  NodeCall& node = nodes_[nodes_.size() == 1 ? 0 : static_cast<std::size_t>(thread)];
  Result<Outcome> outcome = take(node, roll_.people[item]);
  if (!outcome.ok()) return stop({outcome.error().code, roll_.people[item].where + ": " + outcome.error().message});
  outcomes_[item] = *std::move(outcome);
  const MutexLock lock(mutex_);
  progress_.update(++done_, roll_.people.size());
}

Json Import::to_json() const {
  Json out = Json::object({{"people", roll_.people.size()}, {"left_out", strings(roll_.left_out)}});
  std::map<std::string, std::size_t> counts;
  Json::Array lines;
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    if (!outcomes_[i]) continue;
    const Outcome& outcome = *outcomes_[i];
    ++counts[outcome.kind];
    Json line = Json::object({{"where", roll_.people[i].where},
                              {"person_id", roll_.people[i].person_id},
                              {"encounter_id", outcome.encounter_id},
                              {"outcome", outcome.kind}});
    if (!outcome.reason.empty()) line.set("reason", outcome.reason);
    if (!outcome.left_out.empty()) line.set("left_out", strings(outcome.left_out));
    if (!outcome.remarks.empty()) line.set("remarks", strings(outcome.remarks));
    lines.push_back(std::move(line));
  }
  for (const char* kind : kOutcomes) out.set(kind, counts[kind]);
  out.set("not_reached", roll_.people.size() - lines.size());
  if (ended_) out.set("error", error_json(*ended_));
  return out.set("lines", Json(std::move(lines)));
}

int Import::report() const {
  int code = roll_.left_out.empty() ? kYes : kUnusable;
  for (const auto& outcome : outcomes_)
    if (outcome) code = std::max(code, code_of(outcome->kind));
  const Json all = to_json();
  if (options_.call.json) {
    print_json(all);
    return code;
  }
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    if (!outcomes_[i]) continue;
    const Enrollee& person = roll_.people[i];
    const bool in_a_list = person.where.find(' ') != std::string::npos;  // "people.csv line 3"
    const std::string where = in_a_list ? in_language(person.where) : person.where;
    for (const std::string& line : outcomes_[i]->left_out)
      say("{}: {}: left out: {}\n", where, person.person_id, in_language(line));
    for (const std::string& line : outcomes_[i]->remarks)
      say("{}: {}: remark: {}\n", where, person.person_id, in_language(line));
    if (code_of(outcomes_[i]->kind) == kYes) continue;
    fmt::print("{}: {}: {}: {}\n", where, person.person_id, in_language(outcomes_[i]->kind),
               in_language(outcomes_[i]->reason));
  }
  for (const std::string& line : roll_.left_out) say("left out: {}\n", in_language(line));
  const auto count = [&](const char* kind) { return *all[kind].as_integer(); };
  say(options_.dry_run ? Words("{} people: {} would be enrolled") : Words("{} people: {} enrolled"),
      roll_.people.size(), count(options_.dry_run ? kWouldEnrol : kEnrolled));
  say(", {} already there, {} known under another id (for a supervisor), {} refused, {} unusable", count(kAlreadyThere),
      count(kDuplicate), count(kNotTaken), count(kCannotUse));
  if (count("not_reached") > 0) say(", {} not reached", count("not_reached"));
  fmt::print("\n");
  return code;
}

Result<int> Import::run() {
  TRY(open());
  in_parallel(options_.threads, roll_.people.size(), [this](int thread, std::size_t item) { work(thread, item); });
  const int code = report();
  if (!ended_) return code;
  complain({ended_->code, in_language(ended_->message) + in_words(". The same command goes on where this one ended")});
  return exit_code_of(ended_->code);
}

}  // namespace

void add_import(Command& app, Run& run) {
  auto options = std::make_shared<ImportOptions>();
  Command* command = app.add_subcommand("import", "Enrol everybody whom a folder or a list names");
  add_call_options(*command, options->call);
  command
      ->add_option(
          "ROLL", options->roll,
          "A folder of transactions (NAME.an2, .eft, .nist, .xml) or images (PERSON/RIGHT_INDEX.png, "
          "PERSON_RIGHT_INDEX.wsq); or a list of people and their files as CSV, JSON lines or a JSON array; -: "
          "a list on standard input")
      ->required();
  command->add_flag("--dry-run", options->dry_run,
                    "Look for each, enrol nobody; the searches are logged under --case-reference, and a supervisor is "
                    "told of ten or more");
  command->add_option("--case-reference", options->case_reference, "Your file number, of a dry run")
      ->check(is_no_print());
  command->add_flag("--if-known", options->if_known, "Enrol even who is known under another id");
  command->add_flag("--retry", options->retry, "Try again who was not enrolled by an earlier run");
  command->add_option("--journal", options->journal,
                      "Where it is kept how far this has come; default ROLL.journal, beside the list or folder");
  command->add_option("--dpi", options->ppi, "Resolution, instead of what the files say")
      ->check(between(limits::kPpiMin, limits::kPpiMax));
  add_from(*command, options->from);
  command->add_option("--threads", options->threads, "People taken at a time")
      ->check(within(1, 64))
      ->capture_default_str();
  command->footer(
      "Examples: puente import people.csv --data DIR --user ana.ruiz\n"
      "          puente import cards/ --dry-run --case-reference BOG-2026-17 --node https://127.0.0.1:8443 "
      "--certificate tls.crt --token-file t\n"
      "A CSV file's first line names its columns: person_id, RIGHT_INDEX, …, family_name, …; docs/formats/roll.md.\n"
      "Cut short, by kill -9 too, the same command goes on; nobody is enrolled twice. Exit code 0: everybody is\n"
      "enrolled; 3: somebody was refused, or is known under another id, or the node refuses to go on; 4: something\n"
      "cannot be used; 5: cut short.");
  command->callback([options, &run] {
    if (options->dry_run && options->case_reference.empty()) missing("--case-reference");
    run = [options]() -> Result<int> {
      ASSIGN_OR_RETURN(Roll roll, read_roll(options->roll));
      return Import(*options, std::move(roll)).run();
    };
  });
}

}  // namespace puente::cli
