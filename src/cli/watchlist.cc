// puente watchlist: who is to be met again, by whose decision, and the alerts to whoever owns an entry.
#include "cli/answers.h"
#include "cli/call.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/words.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"

namespace puente::cli {
namespace {

struct WatchlistOptions {
  CallOptions call;
  std::string file, entry_id, decision, reasons, review;
};

// With --data, whoever may read its keys acts in the role that the command needs.
Result<NodeCall> open_watchlists(const WatchlistOptions& options, const char* role) {
  CallOptions call = options.call;
  if (call.role == "officer") call.role = role;
  return NodeCall::open(call);
}

std::string entry_address(const WatchlistOptions& options) {
  return to_address("/v1/watchlist/{}", {options.entry_id});
}

const std::string& member(const Json& json, const char* name) {
  static const std::string kNone;
  const std::string* const text = json[name].as_string();
  return text == nullptr ? kNone : *text;
}

void print_line(const Json& entry) {
  std::string standing = in_words("waits for a second person");
  if (*entry["in_force"].as_bool()) standing = in_words("in force; review on {}", member(entry, "review"));
  if (const bool* const overdue = entry["review_overdue"].as_bool(); overdue != nullptr && *overdue)
    standing = in_words("alerts nobody: its review was due on {}", member(entry, "review"));
  say("{}  {}  {}  owner {}  until {}  {}\n", member(entry, "entry_id"), member(entry, "person_id"),
      in_language(member(entry, "category")), member(entry, "owner"), member(entry, "expires"), standing);
}

// The word for what it is stands in both languages, wherever it is read.
void print_watchlist_entry(const Json& entry) {
  print_line(entry);
  say("  file {}, {}\n", member(entry, "file"), member(entry, "legal_basis"));
  for (const Json& each : *entry["facts"].as_array())
    say("  fact (hecho): {}; {}, {}, {}\n", member(each, "fact"), member(each, "source"), member(each, "date"),
        member(each, "document"));
  for (const Json& each : *entry["assessments"].as_array())
    say("  assessment (valoración): {}; by {}, evidence {}, until {}\n", member(each, "assessment"), member(each, "by"),
        in_language(member(each, "grade")), member(each, "expires"));
  if (const Json& partner = entry["from_partner"]; !partner.is_null())
    say("  made of what {} released for question {}\n", member(partner, "country"), member(partner, "exchange_id"));
  say("  proposed by {}\n", member(entry, "proposed_by"));
  if (!member(entry, "decided_by").empty())
    say("  decided by {}: {}\n", member(entry, "decided_by"), member(entry, "reasons"));
}

Result<int> propose(const WatchlistOptions& options) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(options.file, limits::kAgreementBytesMax));
  ASSIGN_OR_RETURN(const Json document, about(options.file, parse_json(text(bytes))));
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json answer, node.call("POST", "/v1/watchlist", document));
  if (options.call.json) {
    print_json(answer);
    return kYes;
  }
  print_watchlist_entry(answer["entry"]);
  say("not in force: a second person decides: puente watchlist decide {}\n", member(answer["entry"], "entry_id"));
  return kYes;
}

Result<int> list_entries(const WatchlistOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json answer, node.call("GET", "/v1/watchlist"));
  if (options.call.json) {
    print_json(answer);
    return kYes;
  }
  const Json::Array& entries = *answer["entries"].as_array();
  if (entries.empty()) say("no entries\n");
  for (const Json& each : entries) print_line(each);
  return kYes;
}

Result<int> show_entry(const WatchlistOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json answer, node.call("GET", entry_address(options)));
  options.call.json ? print_json(answer) : print_watchlist_entry(answer["entry"]);
  return kYes;
}

Result<int> decide_proposal(const WatchlistOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, open_watchlists(options, "supervisor"));
  Json body = Json::object({{"decision", options.decision}, {"reasons", options.reasons}});
  if (!options.review.empty()) body.set("review", options.review);
  ASSIGN_OR_RETURN(const Json answer, node.call("POST", entry_address(options) + "/decision", body));
  options.call.json ? print_json(answer) : print_receipt(answer);
  return kYes;
}

Result<int> remove_entry(const WatchlistOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, open_watchlists(options, "supervisor"));
  ASSIGN_OR_RETURN(const Json answer,
                   node.call("DELETE", entry_address(options), Json::object({{"reasons", options.reasons}})));
  options.call.json ? print_json(answer) : print_receipt(answer);
  return kYes;
}

Result<int> alerts(const WatchlistOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json answer, node.call("GET", "/v1/watchlist-alerts"));
  if (options.call.json) {
    print_json(answer);
    return kYes;
  }
  const Json::Array& all = *answer["alerts"].as_array();
  if (all.empty()) say("no alerts of yours\n");
  for (const Json& each : all) {
    const std::string &file = member(each, "file"), &partner = member(each, "partner");
    say("{}  may be {}, of entry {}: {}{}{}\n", member(each, "time"), member(each, "may_be"), member(each, "entry_id"),
        in_language(member(each, "how")), partner.empty() ? "" : in_words(" by {}", partner),
        file.empty() ? "" : in_words("; file: {}", file));
  }
  return kYes;
}

using SharedWatchlistOptions = std::shared_ptr<WatchlistOptions>;
using DoWatchlist = Result<int> (*)(const WatchlistOptions&);

Command* add_entry(Command& group, const char* name, const char* what, const SharedWatchlistOptions& options, Run& run,
                   DoWatchlist act) {
  auto* command = group.add_subcommand(name, what);
  add_call_options(*command, options->call);
  command->callback([options, &run, act] { run = [options, act] { return act(*options); }; });
  return command;
}

Command* add_of_entry(Command& group, const char* name, const char* what, const SharedWatchlistOptions& options,
                      Run& run, DoWatchlist act) {
  auto* command = add_entry(group, name, what, options, run, act);
  command->add_option("entry", options->entry_id, "entry id")->required()->check(is_an_id());
  return command;
}

}  // namespace

void add_watchlist(Command& app, Run& run) {
  auto options = std::make_shared<WatchlistOptions>();
  auto* group =
      app.add_subcommand("watchlist", "Whom this node looks out for, by two people's decision, and until when");
  group->require_subcommand(1);

  auto* propose_command = add_entry(
      *group, "propose", "Propose an entry; a second person decides whether it is in force", options, run, propose);
  propose_command->add_option("file", options->file, "the entry as JSON: docs/formats/watchlist.md")->required();
  propose_command->footer(
      "Example: puente watchlist propose entry.json --node https://127.0.0.1:8443 --certificate tls.crt --token-file "
      "ana");

  auto* list_command = add_entry(*group, "list", "Entries: a supervisor sees all, others what they own or proposed",
                                 options, run, list_entries);
  list_command->footer(
      "Example: puente watchlist list --node https://127.0.0.1:8443 --certificate tls.crt --token-file ana");

  auto* show_command = add_of_entry(*group, "show", "An entry, with what is known and what is thought of the person",
                                    options, run, show_entry);
  show_command->footer(
      "Example: puente watchlist show w-abc… --node https://127.0.0.1:8443 --certificate tls.crt --token-file ana");

  auto* decide_command =
      add_of_entry(*group, "decide", "A second supervisor puts an entry in force, looks at it again, or refuses it",
                   options, run, decide_proposal);
  decide_command->add_option("decision", options->decision, "in_force, or refuse: the entry is gone")
      ->required()
      ->check(one_of({"in_force", "refuse"}));
  decide_command->add_option("--reasons", options->reasons, "why, in words")->required();
  decide_command->add_option("--review", options->review, "the next day of review, such as 2026-03-01");
  decide_command->footer(
      "Example: puente watchlist decide w-abc… in_force --reasons \"read report 2026/881\" --node "
      "https://127.0.0.1:8443 --certificate tls.crt --token-file eva");

  auto* remove_command = add_of_entry(*group, "remove", "Remove an entry, with its alerts", options, run, remove_entry);
  remove_command->add_option("--reasons", options->reasons, "why, in words")->required();
  remove_command->footer(
      "Example: puente watchlist remove w-abc… --reasons \"the report was about another\" --node "
      "https://127.0.0.1:8443 --certificate tls.crt --token-file eva");

  auto* alerts_command = add_entry(
      *group, "alerts", "When somebody of an entry of yours may have been met; nobody else's", options, run, alerts);
  alerts_command->footer(
      "Example: puente watchlist alerts --node https://127.0.0.1:8443 --certificate tls.crt --token-file ana");
}

}  // namespace puente::cli
