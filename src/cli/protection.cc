// puente person, puente alarms: who is hidden from whom, and what supervisors must know.
#include <cstdio>

#include "cli/answers.h"
#include "cli/call.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/words.h"
#include "core/text.h"

namespace puente::cli {
namespace {

struct ProtectionOptions {
  CallOptions call;
  std::vector<std::string> from;
  std::string person_id, encounter_id, reasons, document, file, of_class;
  std::string seen;
  std::uint64_t after = 0;
  bool all = false;
};

// With --data, whoever may read its keys acts in the role that the command needs.
Result<NodeCall> open_protections(const ProtectionOptions& options, const char* role) {
  CallOptions call = options.call;
  if (call.role == "officer") call.role = role;
  return NodeCall::open(call);
}

std::string joined_places(const Json& list) {
  std::string out;
  for (const Json& each : *list.as_array()) out += (out.empty() ? "" : " ") + *each.as_string();
  return out.empty() ? in_words("nobody") : out;
}

int show_protection(const Json& answer, const ProtectionOptions& options) {
  if (options.call.json) {
    print_json(answer);
    return 0;
  }
  say("{} is hidden from {}\n", *answer["person_id"].as_string(), joined_places(answer["withheld_from"]));
  if (const Json::Array* classes = answer["classes"].as_array())  // a node of another version has none
    for (const Json& each : *classes) say("class: {}\n", in_language(*each.as_string()));
  const Json::Array& ids = *answer["same_hand"].as_array();
  if (ids.size() > 1) say("so is, by hand or by paper: {}\n", joined_places(answer["same_hand"]));
  if (const std::string* who = answer["lift_proposed_by"].as_string())
    say("{} proposes to take it off; another supervisor must: puente person lift\n", *who);
  for (const Json& line : *answer["warnings"].as_array()) say("look again: {}\n", in_language(*line.as_string()));
  return 0;
}

std::string protection_address(const ProtectionOptions& options) {
  return to_address("/v1/persons/{}/protection", {options.person_id});
}

Json hiding(const ProtectionOptions& options) {
  Json out = Json::object({{"withheld_from", strings(options.from)}, {"reasons", options.reasons}});
  if (!options.of_class.empty()) out.set("class", options.of_class);  // without one the node refuses, and says why
  return out;
}

Result<int> protect(const ProtectionOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json answer, node.call("POST", protection_address(options), hiding(options)));
  return show_protection(answer, options);
}

Result<int> protect_number(const ProtectionOptions& options) {
  if (options.document.empty() == options.file.empty())
    return Error{kWrongUse, "give the number of a document (--document), or of a file (--file)"};
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  const bool document = !options.document.empty();
  Json body = hiding(options);
  body.set("kind", document ? "document" : "file").set("number", document ? options.document : options.file);
  ASSIGN_OR_RETURN(const Json answer, node.call("POST", "/v1/numbers/protection", body));
  if (!options.call.json)
    say("the number stands under {}: it is read and lifted under this id\n", *answer["person_id"].as_string());
  return show_protection(answer, options);
}

Result<int> protection(const ProtectionOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  const Result<Json> answer = node.call("GET", protection_address(options));
  const bool nobody = !answer.ok() && answer.error().code == Code::kNotFound &&
                      answer.error().message.find("hidden from nobody") != std::string::npos;
  if (!answer.ok() && !nobody) return answer.error();  // a mistyped id is no "not hidden"
  const Json none = Json::object({{"person_id", options.person_id}, {"withheld_from", Json(Json::Array())}});
  if (nobody && options.call.json) print_json(none);
  if (nobody && !options.call.json) say("{} is hidden from {}\n", options.person_id, in_words("nobody"));
  if (nobody) return kNo;
  show_protection(*answer, options);
  return (*answer)["withheld_from"].as_array()->empty() ? kNo : kYes;
}

Result<int> propose_lift(const ProtectionOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, open_protections(options, "supervisor"));
  ASSIGN_OR_RETURN(const Json answer, node.call("POST", protection_address(options) + "/proposal",
                                                Json::object({{"reasons", options.reasons}})));
  return show_protection(answer, options);
}

Result<int> lift(const ProtectionOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, open_protections(options, "supervisor"));
  ASSIGN_OR_RETURN(const Json answer,
                   node.call("DELETE", protection_address(options), Json::object({{"reasons", options.reasons}})));
  return show_protection(answer, options);
}

Result<int> alarms(const ProtectionOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, open_protections(options, "supervisor"));
  if (!options.seen.empty()) {
    ASSIGN_OR_RETURN(const Json receipt, node.call("POST", to_address("/v1/alarms/{}/seen", {options.seen})));
    options.call.json ? print_json(receipt) : print_receipt(receipt);
    return kYes;
  }
  Query query("/v1/alarms");
  query.add("after", std::to_string(options.after)).add("all", options.all ? "true" : "");
  ASSIGN_OR_RETURN(const Json answer, node.call("GET", query.target()));
  if (options.call.json) {
    print_json(answer);
    return 0;
  }
  const Json::Array& list = *answer["alarms"].as_array();
  if (list.empty()) say("no alarms\n");
  for (const Json& each : list) {
    const std::string& seen_by = *each["seen_by"].as_string();
    const std::int64_t* const more = each["more"].as_integer();
    fmt::print("{}  {}  {}: {}{}{}\n", *each["number"].as_integer(), *each["time"].as_string(),
               in_language(*each["kind"].as_string()), in_language(*each["sentence"].as_string()),
               more == nullptr ? "" : in_words("; {} more that day", *more),
               seen_by.empty() ? "" : in_words("; seen by {}", seen_by));
  }
  if (const std::int64_t* next = answer["next"].as_integer()) say("there may be more: --after {}\n", *next);
  return 0;
}

void print_encounter(const Json& one) {
  say("encounter {}, enrolled {}, kept until {}\n", *one["encounter_id"].as_string(), *one["created"].as_string(),
      *one["retention_until"].as_string());
}

// A person's encounters, or what is kept of one of them.
Result<int> record(const ProtectionOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  const bool of_one = !options.encounter_id.empty();
  Query query(of_one ? to_address("/v1/persons/{}/encounters/{}", {options.person_id, options.encounter_id})
                     : to_address("/v1/persons/{}", {options.person_id}));
  query.add("case_reference", options.file);
  ASSIGN_OR_RETURN(const Json answer, node.call("GET", query.target()));
  if (options.call.json) {
    print_json(answer);
    return 0;
  }
  if (!of_one) {
    for (const Json& each : *answer["encounters"].as_array()) print_encounter(each);
    return 0;
  }
  print_encounter(answer);
  say("hidden from {}\n", joined_places(answer["withheld_from"]));
  for (const auto& [name, value] : *answer["biographic"].as_object())
    fmt::print("  {}: {}\n", in_language(name), *value.as_string());
  for (const Json& each : *answer["samples"].as_array())
    say("  {}, an image of {} bytes\n", *each["position"].as_string(), *each["bytes"].as_integer());
  return 0;
}

using SharedProtectionOptions = std::shared_ptr<ProtectionOptions>;
using DoProtection = Result<int> (*)(const ProtectionOptions&);

Command* add_protection(Command& group, const char* name, const char* what, const SharedProtectionOptions& options,
                        Run& run, DoProtection act) {
  auto* command = group.add_subcommand(name, what);
  add_call_options(*command, options->call);
  command->callback([options, &run, act] { run = [options, act] { return act(*options); }; });
  return command;
}

// From whom somebody is hidden, and why.
void add_whom(Command& command, ProtectionOptions& options) {
  command.add_option("--class", options.of_class, kClassHelp);
  command.add_option("--from", options.from, "countries, as ISO 3166-1 alpha-3 codes");
  command.add_option("--reasons", options.reasons, "why, in words")->required();
}

Command* add_of_person(Command& group, const char* name, const char* what, const SharedProtectionOptions& options,
                       Run& run, DoProtection act) {
  auto* command = add_protection(group, name, what, options, run, act);
  command->add_option("person", options->person_id, "person id")->required()->check(is_an_id());
  return command;
}

}  // namespace

void add_protection(Command& app, Run& run) {
  auto options = std::make_shared<ProtectionOptions>();
  auto* group = app.add_subcommand("person", "Who is hidden from whom, and what supervisors must know");
  group->require_subcommand(1);

  auto* set = add_of_person(*group, "protect", "Hide a person from countries, under every id of the same hand", options,
                            run, protect);
  add_whom(*set, *options);
  set->footer(
      "Example: puente person protect p-abc… --data DIR --class asylum --from COL VEN --reasons \"claims asylum, file "
      "12\"");

  auto* number = add_protection(*group, "protect-number", "Hide somebody who is not enrolled yet, by a number", options,
                                run, protect_number);
  number->add_option("--document", options->document, "a document's: whoever is enrolled with it is hidden");
  number->add_option("--file", options->file, "a file's: nothing about it is asked of those countries");
  add_whom(*number, *options);
  number->footer(
      "Example: puente person protect-number --document \"AX 123456\" --data DIR --class asylum --from COL --reasons "
      "\"claims asylum, file 12\"");

  auto* shown = add_of_person(*group, "show", "A person's encounters, or what is kept of one, but for its images",
                              options, run, record);
  auto* encounter = shown->add_option("--encounter", options->encounter_id,
                                      "of this one all that is kept; that is a look of its own");
  encounter->check(is_an_id());
  shown->add_option("--case-reference", options->file, "your file number")->check(is_no_print())->excludes(encounter);
  shown->footer("Example: puente person show p-abc… --case-reference BOG-2026-17 --data DIR --user ana.ruiz");

  auto* read = add_of_person(*group, "protection", "From whom a person is hidden; exit code 1: from nobody", options,
                             run, protection);
  read->footer("Example: puente person protection p-abc… --data DIR --json");

  auto* propose = add_of_person(*group, "propose-lift", "A supervisor proposes to take a protection off", options, run,
                                propose_lift);
  propose->add_option("--reasons", options->reasons, "why, in words")->required();
  propose->footer(
      "Example: puente person propose-lift p-abc… --node https://127.0.0.1:8443 --certificate tls.crt --token-file ana "
      "--reasons \"the claim was withdrawn in writing\"");

  auto* take_off = add_of_person(*group, "lift", "Another supervisor takes it off", options, run, lift);
  take_off->add_option("--reasons", options->reasons, "why, in words")->required();
  take_off->footer(
      "Example: puente person lift p-abc… --node https://127.0.0.1:8443 --certificate tls.crt --token-file ben "
      "--reasons \"read the file: the withdrawal is genuine\"");

  auto* told = add_protection(*group, "alarms",
                              "What supervisors must know: fingers that contradict an id, a hand under many ids",
                              options, run, alarms);
  told->add_flag("--all", options->all, "those that were seen as well");
  told->add_option("--after", options->after, "the next page: the alarm that the last one ended with")
      ->check(whole_number());
  told->add_option("--seen", options->seen, "the number of an alarm that you have seen, as a supervisor");
  told->footer(
      "Example: puente person alarms --data DIR; with a token of yours: puente person alarms --node … --seen 3");
}

}  // namespace puente::cli
