// puente enrol, identify, ask, question, erase: what an officer does.
#include <algorithm>
#include <cstdio>

#include "cli/advice.h"
#include "cli/answers.h"
#include "cli/call.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/words.h"
#include "core/biographic.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/person.h"
#include "core/text.h"
#include "intake/intake.h"
#include "policy/policy.h"

namespace puente::cli {
namespace {

struct PersonOptions {
  CallOptions call;
  std::vector<std::string> fingers, biographic, withheld_from;
  double ppi = 0;
  std::string person_id, encounter_id, partner, purpose, case_reference, legal_basis, exchange_id, reasons, transaction;
  std::string state, after;
  std::size_t limit = 0;  // 0: as many as a page holds
  std::string overrule, of_class, guardian, from, category, aim = "identify", urgency = "routine";
  std::optional<int> age, retention_days;
  CourtOrder order;
  bool if_known = false, best_prints = false, force = false, cancel = false, retry = false;
};

std::string check_country(const std::string& words) {
  return is_country(words) ? "" : words + ": a country by its code of ISO 3166-1 alpha-3, such as COL";
}

// "RIGHT_INDEX=file.png", or just "file.png" where the position is not known or the file says it.
Result<std::vector<Sample>> samples_of(const PersonOptions& options) {
  std::vector<Sample> out;
  for (const std::string& finger : options.fingers) {
    ASSIGN_OR_RETURN(Sample named, read_sample(finger));
    ASSIGN_OR_RETURN(named.image, about(finger, intake::told_as(std::move(named.image), options.from)));
    if (named.modality != Modality::kFinger)
      return Error{kWrongUse, finger + ": only fingers are taken by themselves; faces and irises in records"};
    out.push_back(std::move(named));
  }
  return out;
}

Json samples_json(const PersonOptions& options, const std::vector<Sample>& samples) {
  Json::Array out;
  for (const Sample& named : samples) {
    Json sample = Json::object({{"position", to_string(named.position)}, {"image", to_base64(named.image)}});
    if (options.ppi > 0) sample.set("ppi", options.ppi);
    out.push_back(std::move(sample));
  }
  return Json(std::move(out));
}
Result<Json> samples_json(const PersonOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<Sample> samples, samples_of(options));
  return samples_json(options, samples);
}

Result<Json> biographic_json(const PersonOptions& options) {
  Json out{Json::Object()};
  for (const std::string& pair : options.biographic) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) return Error{kWrongUse, "--biographic: write it as family_name=Ruiz"};
    const std::string name = pair.substr(0, equals), value = pair.substr(equals + 1);
    ASSIGN_OR_RETURN(const DataElement element, of_words(parse_data_element(name)));
    TRY(of_words(check_biographic({{element, value}})));
    out.set(name, value);
  }
  return out;
}

void print_candidates(const Json& candidates, Words nobody) {
  const Json::Array* list = candidates.as_array();
  if (list == nullptr || list->empty()) {
    say(nobody);
    return;
  }
  for (const Json& candidate : *list) {
    const auto number = [&](const char* key) {
      const double* real = candidate[key].as_double();
      const std::int64_t* whole = candidate[key].as_integer();
      return real != nullptr ? *real : whole != nullptr ? static_cast<double>(*whole) : 0.0;
    };
    say("{}  score {:.1f}  expected false candidates at this score {:.2g}\n", *candidate["person_id"].as_string(),
        number("score"), number("expected_false"));
    const auto repeated = [](const Json& finger) { return finger["repeated"].as_bool() != nullptr; };
    const Json::Array* fingers = candidate["fingers"].as_array();
    if (fingers != nullptr && std::any_of(fingers->begin(), fingers->end(), repeated))
      say("  one print was given or enrolled more than once; it counts once\n");
  }
}

bool is_position_doubted(const Json& quality) {
  if (quality.as_array() == nullptr) return false;
  for (const Json& sample : *quality.as_array())
    for (const Json& reason : *sample["reasons"].as_array())
      if (*reason.as_string() == "position_doubted") return true;
  return false;
}

// Of candidates that were found only when the positions given were forgotten.
void print_found_as(const Json& candidates) {
  for (const Json& candidate : *candidates.as_array()) {
    std::string places;
    for (const Json& finger : *candidate["fingers"].as_array())
      places += (places.empty() ? "" : ", ") + *finger["reference"].as_string();
    say("  {} is found as {}: the position given may be wrong\n", *candidate["person_id"].as_string(), places);
  }
}

void print_lines(Words words, const Json& lines) {
  if (lines.as_array() == nullptr) return;  // a node of another version
  for (const Json& line : *lines.as_array()) say(words, in_language(text_of(line)));
}

// Prints whose stated resolution cannot be true are told what it should be; to capture them again would change nothing.
bool is_resolution_doubted(const Json& quality) {
  const Json::Array& all = *quality.as_array();
  return !all.empty() && std::ranges::all_of(all, [](const Json& each) {
    return std::ranges::count(*each["reasons"].as_array(), Json("implausible_resolution")) > 0;
  });
}

void print_refusal(const std::string& reason, const Json& quality) {
  if (reason == policy::kCaptureAgain && is_resolution_doubted(quality)) {
    say("not enrolled: at the resolution that these prints state nobody would be found by them: give the true one\n");
  } else {
    say("not enrolled: {}\n", in_language(policy::explain(reason)));
  }
}

void print_enrolled(const Json& answer, bool done) {
  const bool known = !answer["known_as"].as_array()->empty();
  if (done) {
    say("enrolled {}\n", *answer["person_id"].as_string());
  } else {
    for (const Json& reason : *answer["reasons"].as_array()) print_refusal(*reason.as_string(), answer["quality"]);
  }
  print_lines("hidden from: {}\n", answer["withheld_from"]);
  print_lines("look again: {}\n", answer["warnings"]);
  print_lines("left out: {}\n", answer["left_out"]);
  print_lines("remark: {}\n", answer["remarks"]);
  print_quality(answer["quality"]);
  if (!known) return;
  say("known as\n");
  print_candidates(answer["known_as"], "nobody\n");
  if (is_position_doubted(answer["quality"])) print_found_as(answer["known_as"]);
}

Result<int> enrol(const PersonOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json samples, samples_json(options));
  ASSIGN_OR_RETURN(const Json biographic, biographic_json(options));
  Json request = Json::object({{"samples", samples}, {"biographic", biographic}, {"enrol_if_known", options.if_known}});
  if (!options.person_id.empty()) request.set("person_id", options.person_id);
  if (!options.encounter_id.empty()) request.set("encounter_id", options.encounter_id);
  if (!options.withheld_from.empty()) {
    request.set("withheld_from", Json(Json::Array(options.withheld_from.begin(), options.withheld_from.end())));
  }
  if (options.best_prints) request.set("best_prints", true);
  if (options.retention_days) request.set("retention_days", *options.retention_days);
  if (!options.of_class.empty()) request.set("class", options.of_class);
  if (!options.guardian.empty()) request.set("guardian", options.guardian);
  if (!options.overrule.empty()) request.set("overrule", options.overrule);
  ASSIGN_OR_RETURN(const Json answer,
                   node.call("POST", options.overrule.empty() ? "/v1/persons" : "/v1/overrulings", request, true));
  const bool* enrolled = answer["enrolled"].as_bool();
  const bool done = enrolled != nullptr && *enrolled;
  if (options.call.json) {
    print_json(answer);
  } else {
    print_enrolled(answer, done);
  }
  return done ? kYes : kRefused;
}

int show_person(const Json& answer, const PersonOptions& options, void (*print)(const Json&)) {
  options.call.json ? print_json(answer) : print(answer);
  return kYes;
}

void print_compared(const Json& answer) {
  const bool match = *answer["match"].as_bool();
  match ? say("yes: these are this person's fingers\n") : say("no match\n");
  for (const Json& each : *answer["fingers"].as_array()) {
    const double* score = each["score"].as_double();
    fmt::print("  {}: {:.1f}\n", text_of(each["position"]), score == nullptr ? 0 : *score);
  }
}

// A search has a file. Where nobody has been made a user there is nobody to ask about it: what is tried there has one
// all the same, and the log says so.
constexpr const char* kTrialFile = "TRIAL-1";
Status name_file(PersonOptions& options) {
  if (!options.case_reference.empty()) return {};
  if (!is_a_trial(options.call)) return Error{kWrongUse, "--case-reference is required"};
  options.case_reference = kTrialFile;
  if (!options.call.json)
    fmt::print(stderr, "puente: {}\n",
               in_words("this node has no users: the search is a trial, under the file {}", kTrialFile));
  return {};
}

Result<int> identify(PersonOptions options) {
  TRY(name_file(options));
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json samples, samples_json(options));
  Json request = Json::object({{"samples", samples}, {"case_reference", options.case_reference}});
  if (!options.reasons.empty()) request.set("reasons", options.reasons);
  if (!options.person_id.empty()) {
    ASSIGN_OR_RETURN(const Json compared,
                     node.call("POST", to_address("/v1/persons/{}/verify", {options.person_id}), request));
    show_person(compared, options, print_compared);
    return *compared["match"].as_bool() ? kYes : kNo;
  }
  ASSIGN_OR_RETURN(const Json answer, node.call("POST", "/v1/identify", request));
  if (options.call.json) {
    print_json(answer);
  } else {
    print_candidates(answer["candidates"], "nobody known\n");
    if (is_position_doubted(answer["quality"])) print_found_as(answer["candidates"]);
    print_lines("left out: {}\n", answer["left_out"]);
    print_lines("remark: {}\n", answer["remarks"]);
    print_quality(answer["quality"]);
  }
  return answer["candidates"].as_array()->empty() ? kNo : kYes;
}

// What is not said is left out: the agreement may not ask for it.
Result<Json> question_json(const PersonOptions& options, const std::vector<Sample>& samples) {
  Grounds grounds{.legal_basis = options.legal_basis};
  grounds.age = options.age;
  if (!options.category.empty()) {
    ASSIGN_OR_RETURN(grounds.subject_category, of_words(parse_subject_category(options.category)));
  }
  ASSIGN_OR_RETURN(grounds.aim, of_words(parse_aim(options.aim)));
  ASSIGN_OR_RETURN(grounds.urgency, of_words(parse_urgency(options.urgency)));
  if (options.order != CourtOrder()) grounds.order = options.order;
  Json out = to_json(grounds);
  out.set("partner", options.partner).set("purpose", options.purpose).set("samples", samples_json(options, samples));
  return out.set("case_reference", options.case_reference).set("legal_basis", options.legal_basis);
}

// A question says nothing of the files that it was made of.
void print_opened(std::vector<Sample> samples) {
  const auto taken = intake::take_in(std::move(samples), intake::Depth::kOpened);
  if (!taken.ok()) return;  // the node has taken them
  for (const std::string& line : taken->left_out) say("left out: {}\n", in_language(line));
  for (const std::string& line : taken->remarks) say("remark: {}\n", in_language(line));
}

Result<int> ask(const PersonOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(std::vector<Sample> samples, samples_of(options));
  ASSIGN_OR_RETURN(const Json question, question_json(options, samples));
  ASSIGN_OR_RETURN(const Json answer, node.call("POST", "/v1/questions", question));
  const int code = show_person(answer, options, print_question);
  if (!options.call.json) print_opened(std::move(samples));
  return code;
}

Result<int> question(const PersonOptions& options) {
  TRY(check_output(options.transaction, options.force));
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  if (options.cancel) {
    ASSIGN_OR_RETURN(const Json ended, node.call("DELETE", to_address("/v1/questions/{}", {options.exchange_id})));
    return show_person(ended, options, print_question);
  }
  if (options.retry) TRY(node.call("POST", to_address("/v1/questions/{}/retry", {options.exchange_id})));
  if (!options.transaction.empty()) {
    ASSIGN_OR_RETURN(const Json came,
                     node.call("GET", to_address("/v1/questions/{}/transaction", {options.exchange_id})));
    ASSIGN_OR_RETURN(const Bytes bytes, from_base64(*came["transaction"].as_string()));
    TRY(write_output(options.transaction, bytes, options.force));
  }
  ASSIGN_OR_RETURN(const Json answer, node.call("GET", to_address("/v1/questions/{}", {options.exchange_id})));
  show_person(answer, options, print_question);
  return exit_code_of_question(text_of(answer["state"]));
}

Result<int> questions(const PersonOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  Query query("/v1/questions");
  query.add("state", options.state).add("partner", options.partner).add("case_reference", options.case_reference);
  query.add("after", options.after);
  if (options.limit > 0) query.add("limit", std::to_string(options.limit));
  ASSIGN_OR_RETURN(const Json answer, node.call("GET", query.target()));
  return show_person(answer, options, print_questions);
}

void print_erased(const Json& erased) {
  print_receipt(erased);
  const Json::Array* const ids = erased["other_ids"].as_array();
  if (ids == nullptr) return say("whether this hand has other ids here could not be looked at\n");
  for (const Json& each : *ids) say("the same hand is still here as {}: decide about it by itself\n", text_of(each));
}

Result<int> erase(const PersonOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json answer, node.call("DELETE", to_address("/v1/persons/{}", {options.person_id}),
                                                Json::object({{"reasons", options.reasons}})));
  return show_person(answer, options, print_erased);
}

void add_question(Command& app, const std::shared_ptr<PersonOptions>& options, Run& run) {
  auto* question_command = app.add_subcommand("question", "How a question stands, and what was released");
  add_call_options(*question_command, options->call);
  question_command->add_option("exchange", options->exchange_id, "exchange id that ask printed")
      ->required()
      ->check(is_an_id());
  question_command->add_option("--transaction", options->transaction,
                               "also write what came back, or the question itself while it waits to be sent, as an "
                               "ANSI/NIST-ITL transaction to this file");
  add_force(*question_command, options->force);
  auto* cancel = question_command->add_flag("--cancel", options->cancel, "take it back while it waits to be sent");
  question_command->add_flag("--retry", options->retry, "try now to send it, whatever pause there is")
      ->excludes(cancel);
  question_command->footer(
      "Example: puente question --data DIR --user ana.ruiz x-abc… --transaction answer.an2\n"
      "Exit code 0 while it waits, of a hit and of what was released; 1: no hit, or not confirmed; 3: refused by the "
      "partner;\n5: over without an answer.");
  question_command->callback([options, &run] { run = [options] { return question(*options); }; });
}

void add_questions(Command& app, const std::shared_ptr<PersonOptions>& options, Run& run) {
  auto* command = app.add_subcommand("questions", "Your questions to partners, the newest first");
  add_call_options(*command, options->call);
  command
      ->add_option("--state", options->state,
                   "only these: queued, no_hit, hit, released, not_confirmed, refused or expired")
      ->check(is_an_id());
  command->add_option("--partner", options->partner, "only to this country")->check(is_an_id());
  command->add_option("--case-reference", options->case_reference, "only of this file of yours")->check(is_no_print());
  command->add_option("--after", options->after, "the next page: what the last one said")->check(is_an_id());
  command->add_option("--limit", options->limit, "how many at most")->check(within(1, 1000));
  command->footer("Example: puente questions --data DIR --user ana.ruiz --state hit");
  command->callback([options, &run] { run = [options] { return questions(*options); }; });
}

void add_ask(Command& command, const std::shared_ptr<PersonOptions>& options, Run& run) {
  add_call_options(command, options->call);
  command.add_option("--partner", options->partner, "country to ask")->required();
  command.add_option("--purpose", options->purpose, "one that the agreement lists, such as border_identification")
      ->required();
  command.add_option("--case-reference", options->case_reference, "your file number")->required()->check(is_no_print());
  command.add_option("--legal-basis", options->legal_basis, "the law or order you ask under")->required();
  command.add_option("--category", options->category,
                     "what the person is to the file: suspect, convicted, victim, missing, remains or other");
  command.add_option("--aim", options->aim, "identify, or more_data about somebody known; default identify");
  command.add_option("--urgency", options->urgency, "routine or urgent; default routine");
  command.add_option("--age", options->age, "of the person, in years, as known or judged")
      ->check(within(0, static_cast<int>(kAgeMax)));
  command.add_option("--order-court", options->order.court, "whose order it is, where the agreement asks for one");
  command.add_option("--order-number", options->order.number, "its number");
  command.add_option("--order-date", options->order.date, "its date, such as 2026-05-01");
  command.add_option("--order-expires", options->order.expires, "its last day");
  command.footer(
      "Example: puente ask --node https://127.0.0.1:8443 --certificate tls.crt --token-file t RIGHT_INDEX=a.png "
      "--partner COL "
      "--purpose border_identification --case-reference TX-2026-0012 --legal-basis \"8 USC 1225\" --category other");
  command.callback([options, &run] { run = [options] { return ask(*options); }; });
}

void add_erase(Command& app, const std::shared_ptr<PersonOptions>& options, Run& run) {
  auto* erase_command =
      app.add_subcommand("erase", "Erase a person: the key goes, the log keeps that it happened and why");
  add_call_options(*erase_command, options->call);
  erase_command->add_option("person", options->person_id, "person id")->required()->check(is_an_id());
  erase_command->add_option("--reasons", options->reasons, "why, in words")->required();
  erase_command->footer("Example: puente erase --data DIR --user eva.paz p-abc… --reasons \"naturalised, decree 12\"");
  erase_command->callback([options, &run] { run = [options] { return erase(*options); }; });
}

}  // namespace

void add_person(Command& app, Run& run) {
  auto options = std::make_shared<PersonOptions>();
  const auto fingers = [&](Command* command) {
    command
        ->add_option(
            "fingers", options->fingers,
            "POSITION=FILE, such as RIGHT_INDEX=a.png or PLAIN_THUMBS=slap.wsq, or a record such as "
            "person.an2; PNG, JPEG, JPEG 2000, WSQ, TIFF, BMP, PGM, ANSI/NIST-ITL, ISO/IEC 19794, CBEFF, by content")
        ->required();
    command->add_option("--dpi", options->ppi, "resolution of all files, images or minutiae, whatever they say")
        ->check(between(limits::kPpiMin, limits::kPpiMax));
    add_from(*command, options->from);
  };

  auto* enrol_command = app.add_subcommand("enrol", "Enrol a person's fingers; says so when they are known already");
  add_call_options(*enrol_command, options->call);
  fingers(enrol_command);
  enrol_command->add_option("--person", options->person_id, "person id; left out, the node makes one")
      ->check(is_an_id());
  enrol_command->add_option("--encounter", options->encounter_id, "encounter id, likewise")->check(is_an_id());
  enrol_command->add_option("--biographic", options->biographic, "NAME=VALUE, such as family_name=Ruiz; repeat it");
  enrol_command
      ->add_option("--withheld-from", options->withheld_from,
                   "countries whose questions must never find this person, as ISO 3166-1 alpha-3 codes")
      ->check(std::function<std::string(const std::string&)>(check_country));
  enrol_command->add_option("--class", options->of_class, kClassHelp);
  enrol_command->add_option("--guardian", options->guardian,
                            "who stood by a child of six to seventeen: an adult of the family, or somebody set to "
                            "protect it; never who takes the prints");
  enrol_command->add_flag("--if-known", options->if_known, "enrol even when known under another id");
  enrol_command->add_flag("--best-prints", options->best_prints,
                          "enrol prints by which nobody would be found: this hand gives no better ones");
  enrol_command
      ->add_option("--retention-days", options->retention_days, "how long it is kept: at most as the node keeps any")
      ->check(within(1, static_cast<int>(bounds::kRetentionDaysMax)));
  enrol_command->add_option(
      "--overrule", options->overrule,
      "a supervisor's reasons why these are that person's fingers although they contradict it; by their token");
  enrol_command->footer(
      "Example: puente enrol --data DIR --user ana.ruiz RIGHT_INDEX=a.png LEFT_INDEX=b.png --biographic "
      "family_name=Ruiz");
  enrol_command->callback([options, &run] { run = [options] { return enrol(*options); }; });

  auto* identify_command = app.add_subcommand("identify", "Whose fingers are these? Exit code 1: nobody known");
  add_call_options(*identify_command, options->call);
  fingers(identify_command);
  identify_command
      ->add_option("--case-reference", options->case_reference,
                   "your file number; only a node that has no users does without")
      ->check(is_no_print());
  identify_command
      ->add_option("--person", options->person_id, "are they this person's? Compared with nobody else; 1: no match")
      ->check(is_an_id());
  identify_command->add_option("--reasons", options->reasons, "why you search, in words; kept in the log");
  identify_command->footer(
      "Example: puente identify --data DIR --user ana.ruiz RIGHT_INDEX=a.png --case-reference BOG-2026-17 --json");
  identify_command->callback([options, &run] { run = [options] { return identify(*options); }; });

  auto* ask_command = app.add_subcommand("ask", "Ask a partner: have you met this person?");
  fingers(ask_command);
  add_ask(*ask_command, options, run);

  add_question(app, options, run);
  add_questions(app, options, run);
  add_erase(app, options, run);
}

}  // namespace puente::cli
