// puente case: what an examiner does, and then a second person.
#include <cstdio>
#include <filesystem>

#include "cli/answers.h"
#include "cli/call.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/words.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"

namespace puente::cli {
namespace {

struct CaseOptions {
  CallOptions call;
  std::string case_id, verdict, reasons, pictures, kind = "clean", marks;
  std::string decision, facts, offence;
  std::string state, partner, after;
  std::size_t limit = 0;  // 0: as many as a page holds
  bool force = false;
};

Result<int> list_cases(const CaseOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  Query query("/v1/cases");
  query.add("state", options.state).add("partner", options.partner).add("after", options.after);
  if (options.limit > 0) query.add("limit", std::to_string(options.limit));
  ASSIGN_OR_RETURN(const Json answer, node.call("GET", query.target()));
  if (options.call.json) {
    print_json(answer);
    return 0;
  }
  const Json::Array& cases = *answer["cases"].as_array();
  cases.empty() ? say("no cases\n") : print_case_heading();
  for (const Json& each : cases) print_case_line(each);
  if (const std::string* next = answer["next"].as_string()) say("there may be more: --after {}\n", *next);
  return 0;
}

bool is_locked(const Json& view) {
  return !view["case"]["probe_locked"].is_null();
}

// Before the marks are locked the question's prints alone.
Result<Json> write_pictures(NodeCall& node, const Json& view, const CaseOptions& options) {
  const std::string kind = is_locked(view) ? options.kind : "probe";
  Json::Array names;
  const Json::Array& pairs = *view["pairs"].as_array();
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    ASSIGN_OR_RETURN(const Bytes png,
                     node.fetch(Query(to_address("/v1/cases/{}/pictures/{}", {options.case_id, std::to_string(i)}))
                                    .add("kind", kind)
                                    .target()));
    const std::string place = *pairs[i]["probe"]["place"].as_string();
    // The number tells fingers apart whose place nobody knows.
    const std::string path = options.pictures + "/" + options.case_id + "-" + std::to_string(i + 1) + "-" + place +
                             (is_locked(view) ? ".png" : "-alone.png");
    TRY(write_output(path, png, options.force));
    names.emplace_back(path);
  }
  return Json(std::move(names));
}

Result<int> show_case(const CaseOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  const bool look = !options.pictures.empty();
  if (look) TRY(make_private_folder(options.pictures));  // or what could not be shown would count as looked at
  ASSIGN_OR_RETURN(
      const Json view,
      node.call("GET", Query(to_address("/v1/cases/{}", {options.case_id})).add("fingers", look ? "" : "no").target()));
  Json pictures{Json::Array()};
  if (look) {
    ASSIGN_OR_RETURN(pictures, write_pictures(node, view, options));
  }
  if (options.call.json) {
    print_json(Json::object({{"case", view["case"]}, {"pictures", pictures}}));
  } else {
    print_case(view["case"]);
    for (const Json& name : *pictures.as_array())
      is_locked(view) ? say("side by side, A the question's, B the record's: {}\n", *name.as_string())
                      : say("of the question, alone: {}\n", *name.as_string());
    if (look && !is_locked(view) && !pictures.as_array()->empty()) print_how_to_mark(options.case_id);
    if (!look) say("its fingers: --pictures DIR; no verdict without a look at each pair\n");
    if (look && pictures.as_array()->empty())
      say("its fingers are destroyed: it was decided, or its time has passed\n");
  }
  return 0;
}

// {"prints": [{"print": 1, "marks": [{"x": 120, "y": 88, "direction": 90}]}]}, the prints numbered as their pictures
// are, directions in degrees: as the node has them.
Result<Json> read_marks_file(const std::string& path) {
  constexpr double kDegree = 3.14159265358979323846 / 180;
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, limits::kRequestBytesMax));
  ASSIGN_OR_RETURN(const Json json, about(path, parse_json(text(bytes))));
  JsonReader reader(json, path);
  const Json::Array& prints = reader.array("prints");
  TRY(reader.finish());
  Json::Array out;
  for (const Json& print : prints) {
    JsonReader of_print(print, path + ": prints");
    const std::int64_t number = of_print.integer("print", 1, static_cast<std::int64_t>(prints.size()));
    Json::Array marks = of_print.array("marks");
    TRY(of_print.finish());
    for (Json& mark : marks) {
      const std::int64_t* const whole = mark["direction"].as_integer();
      const double* const exact = mark["direction"].as_double();
      if (whole != nullptr || exact != nullptr)  // of what is neither the node complains
        mark.set("direction", (exact != nullptr ? *exact : static_cast<double>(*whole)) * kDegree);
    }
    out.push_back(Json::object({{"pair", number - 1}, {"marks", Json(std::move(marks))}}));
  }
  return Json::object({{"prints", Json(std::move(out))}});
}

Result<int> mark_case(const CaseOptions& options) {
  ASSIGN_OR_RETURN(const Json marks, read_marks_file(options.marks));
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json answer, node.call("POST", to_address("/v1/cases/{}/marks", {options.case_id}), marks));
  options.call.json ? print_json(answer) : print_locked(options.case_id);
  return 0;
}

Result<int> decide_case(const CaseOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json answer,
                   node.call("POST", to_address("/v1/cases/{}/verdict", {options.case_id}),
                             Json::object({{"verdict", options.verdict}, {"reasons", options.reasons}})));
  options.call.json ? print_json(answer) : print_decided(answer);
  return 0;
}

Result<int> card(const CaseOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json card, node.call("GET", to_address("/v1/cases/{}/card", {options.case_id})));
  options.call.json ? print_json(card) : print_card(card);
  return 0;
}

Result<int> release(const CaseOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  Json body = Json::object({{"decision", options.decision}, {"facts", options.facts}});
  if (!options.offence.empty()) body.set("offence", options.offence);
  ASSIGN_OR_RETURN(Json answer, node.call("POST", to_address("/v1/cases/{}/release", {options.case_id}), body));
  const std::string state = *answer["state"].as_string();
  const bool is_against_the_word = options.decision == "release" && state == "withdrawn";
  if (is_against_the_word) {
    const auto after = node.call("GET", to_address("/v1/cases/{}/card", {options.case_id}));
    answer.set("against", after.ok() ? (*after)["against"] : Json(Json::Array()));
  }
  if (options.call.json) {
    print_json(answer);
  } else {
    options.decision == "hold_back" ? print_held_back(answer) : print_decided(answer);
    print_against(answer["against"]);
  }
  return is_against_the_word ? kNo : kYes;
}

void add_second_act(Command& command, const std::shared_ptr<CaseOptions>& options, Run& run) {
  auto* card_command = command.add_subcommand(
      "card", "Of a confirmed case, for the second person: what would leave, to whom, and what to weigh");
  add_call_options(*card_command, options->call);
  card_command->add_option("case", options->case_id, "case id")->required()->check(is_an_id());
  card_command->footer(
      "Example: puente case card c-abc… --node https://127.0.0.1:8443 --certificate tls.crt --token-file ana");
  card_command->callback([options, &run] { run = [options] { return card(*options); }; });

  auto* release_command = command.add_subcommand(
      "release", "The second act, by another person than the examiner: the partner is told who it is, or is not");
  add_call_options(*release_command, options->call);
  release_command->add_option("case", options->case_id, "case id")->required()->check(is_an_id());
  release_command->add_option("decision", options->decision, "release or hold_back; final")
      ->required()
      ->check(one_of({"release", "hold_back"}));
  release_command
      ->add_option("--facts", options->facts,
                   "the facts that you decide on, in two words or more (ten characters, five different)")
      ->required();
  release_command->add_option("--offence", options->offence, "that the partner looks into; an investigation needs one");
  release_command->footer(
      "Example: puente case release c-abc… release --facts \"met at the bridge, file read\" --node "
      "https://127.0.0.1:8443 --certificate tls.crt --token-file ana");
  release_command->callback([options, &run] { run = [options] { return release(*options); }; });
}

}  // namespace

void add_case(Command& app, Run& run) {
  auto options = std::make_shared<CaseOptions>();
  auto* command = app.add_subcommand("case", "Hits that partners' questions made: look, then decide");
  command->require_subcommand(1);

  auto* list_command = command->add_subcommand("list", "Cases: open ones first, by what is left of their time");
  add_call_options(*list_command, options->call);
  list_command->add_option("--state", options->state, "only these: open, confirmed, rejected, released, …")
      ->check(is_an_id());
  list_command->add_option("--partner", options->partner, "only of this country")->check(is_an_id());
  list_command->add_option("--after", options->after, "the next page: what the one before said");
  list_command->add_option("--limit", options->limit, "how many at most")->check(within(1, 1000));
  list_command->footer("Example: puente case list --data DIR --user luis.mora");
  list_command->callback([options, &run] { run = [options] { return list_cases(*options); }; });

  auto* show_command = command->add_subcommand(
      "show", "A case; with --pictures its fingers as PNG files: the question's alone until you have marked them");
  add_call_options(*show_command, options->call);
  show_command->add_option("case", options->case_id, "case id")->required()->check(is_an_id());
  show_command->add_option("--pictures", options->pictures,
                           "look: a directory for its fingers side by side; they are biometrics, delete them");
  add_force(*show_command, options->force);
  show_command->add_option("--kind", options->kind, "clean, aligned (the probe turned onto the reference) or marked")
      ->check(one_of({"clean", "aligned", "marked"}))
      ->capture_default_str();
  show_command->footer(
      "Example: puente case show c-abc… --pictures case --node https://127.0.0.1:8443 --certificate tls.crt "
      "--token-file luis.token");
  show_command->callback([options, &run] { run = [options] { return show_case(*options); }; });

  auto* mark_command = command->add_subcommand(
      "mark", "What you see on the question's prints, before the candidate's are shown: locked, and final");
  add_call_options(*mark_command, options->call);
  mark_command->add_option("case", options->case_id, "case id")->required()->check(is_an_id());
  mark_command
      ->add_option(
          "--marks", options->marks,
          "a JSON file: of each print its number and what you see, at least three minutiae, or none: of no value")
      ->required();
  mark_command->footer(
      "Example: puente case mark c-abc… --marks marks.json --node https://127.0.0.1:8443 --certificate tls.crt "
      "--token-file luis.token\n"
      "  marks.json: {\"prints\": [{\"print\": 1, \"marks\": [{\"x\": 120, \"y\": 88, \"direction\": 90}, …]}, "
      "{\"print\": 2, \"marks\": []}]}, in pixels of the picture and degrees");
  mark_command->callback([options, &run] { run = [options] { return mark_case(*options); }; });

  auto* decide_command = command->add_subcommand(
      "decide", "The verdict, after a look at every pair: final, logged, and the probe is destroyed with it");
  add_call_options(*decide_command, options->call);
  decide_command->add_option("case", options->case_id, "case id")->required()->check(is_an_id());
  decide_command->add_option("verdict", options->verdict, "confirm, reject or inconclusive: you looked and cannot tell")
      ->required()
      ->check(one_of({"confirm", "reject", "inconclusive"}));
  decide_command
      ->add_option("--reasons", options->reasons, "what you saw, in two words or more (ten characters, five different)")
      ->required();
  decide_command->footer(
      "Example: puente case decide c-abc… confirm --reasons \"14 minutiae agree, same core\" --node "
      "https://127.0.0.1:8443 --certificate tls.crt --token-file luis.token");
  decide_command->callback([options, &run] { run = [options] { return decide_case(*options); }; });
  add_second_act(*command, options, run);
}

}  // namespace puente::cli
