// puente log verify | export | prove | check-proof | fsck | replay | show: docs/formats/log.md. None but fsck and show
// needs a secret key or a user, none but show --data needs the node to be stopped.
#include <cstdio>
#include <filesystem>
#include <memory>

#include "audit/audit.h"
#include "cli/call.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/words.h"
#include "core/files.h"
#include "core/text.h"
#include "home/home.h"

namespace puente::cli {
namespace {

constexpr std::size_t kProofFileMax = 64u << 10;

struct LogOptions {
  std::string directory, key, file, leaf, out;
  std::vector<std::string> overseers;
  std::uint64_t index = 0;
  bool json = false, force = false;
};

bool exists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

// A verifier key as text, or the name of a file that holds one.
Result<audit::VerifierKey> key_of(const std::string& text_or_path) {
  if (text_or_path.find('+') != std::string::npos) {
    auto key = audit::parse_vkey(text_or_path);
    if (key.ok() || !exists(text_or_path)) return key;
  }
  ASSIGN_OR_RETURN(const std::string line, read_line(text_or_path));
  return about(text_or_path, audit::parse_vkey(line));
}

Result<std::vector<audit::VerifierKey>> overseers_of(const LogOptions& options) {
  std::vector<audit::VerifierKey> out;
  for (const std::string& each : options.overseers) {
    ASSIGN_OR_RETURN(audit::VerifierKey key, key_of(each));
    if (key.type != audit::KeyType::kOverseer)
      return Error{Code::kInvalidInput, key.name + " is a log's key, not an overseer's"};
    out.push_back(std::move(key));
  }
  return out;
}

// A data directory, a copy of one, or an export.
struct Source {
  std::unique_ptr<LogStorage> storage;
  audit::VerifierKey key;
};

Result<Source> open_source(const LogOptions& options) {
  const std::string& directory = options.directory;
  Source out;
  std::string key = options.key;
  if (home::has_log(directory)) {
    ASSIGN_OR_RETURN(out.storage, home::open_log(directory));
    if (key.empty()) key = directory + "/keys/log.vkey";
  } else if (exists(directory + "/checkpoint")) {
    ASSIGN_OR_RETURN(out.storage, audit::TileStorage::open(directory));
    if (key.empty()) {
      key = directory + "/log.vkey";
      std::fprintf(
          stderr,
          "puente: the key is taken from the export itself, which proves only that it agrees with itself: name "
          "the key that you know with --key\n");
    }
  } else {
    return Error{Code::kNotFound,
                 directory + ": neither a data directory (puente.db) nor an exported log (checkpoint)"};
  }
  ASSIGN_OR_RETURN(out.key, key_of(key));
  if (out.key.type != audit::KeyType::kLog)
    return Error{Code::kInvalidInput, out.key.name + " is an overseer's key, not a log's"};
  return out;
}

// ---- verify

Json report_json(const audit::VerifyReport& report) {
  Json json = Json::object({{"ok", report.ok},
                            {"origin", report.head.origin},
                            {"entries", std::size_t{report.entries}},
                            {"root", to_base64(report.head.root)},
                            {"checkpoints", report.checkpoints},
                            {"cosigned", report.cosigned},
                            {"cosigned_size", std::size_t{report.cosigned_size}}});
  if (report.cosigned_time_s > 0) json.set("cosigned_time", to_iso8601(report.cosigned_time_s * 1000));
  if (report.bad_index) json.set("bad_index", std::size_t{*report.bad_index});
  if (!report.ok) json.set("problem", report.problem);
  if (!report.clock_problem.empty()) json.set("clock", report.clock_problem);
  return json;
}

void print_report(const audit::VerifyReport& report, bool asked_overseers) {
  std::printf("log %s: %llu entries, each hash and each signature good\nroot %s\n", report.head.origin.c_str(),
              static_cast<unsigned long long>(report.entries), to_base64(report.head.root).c_str());
  if (report.cosigned > 0) {
    std::printf("cosigned by an overseer up to %llu entries, last at %s\n",
                static_cast<unsigned long long>(report.cosigned_size),
                to_iso8601(report.cosigned_time_s * 1000).c_str());
  } else if (asked_overseers) {
    std::printf("none of these overseers has cosigned it\n");
  }
  if (!report.clock_problem.empty()) std::printf("but the clock: %s\n", report.clock_problem.c_str());
}

Result<int> verify_log(const LogOptions& options) {
  ASSIGN_OR_RETURN(const Source source, open_source(options));
  ASSIGN_OR_RETURN(const std::vector<audit::VerifierKey> overseers, overseers_of(options));
  audit::VerifyReport report;
  {
    Progress progress("verifying log entries");
    report = audit::verify(*source.storage, source.key, overseers,
                           [&](std::size_t done, std::size_t total) { progress.update(done, total); });
  }
  if (options.json) print_json(report_json(report));
  if (!report.ok) {
    complain({Code::kCorrupt, report.problem});
    return kNo;
  }
  if (!options.json) print_report(report, !overseers.empty());
  return 0;
}

// ---- export, prove, check-proof

Result<int> export_log(const LogOptions& options) {
  ASSIGN_OR_RETURN(const Source source, open_source(options));
  TRY(audit::export_tiles(*source.storage, source.key, options.out));
  if (options.json) {
    print_json(Json::object({{"directory", options.out}}));
  } else {
    std::printf("exported to %s: give it with the key, which must reach the verifier another way:\n%s\n",
                options.out.c_str(), audit::to_vkey(source.key).c_str());
  }
  return 0;
}

// The newest cosigned checkpoint that covers the entry; else the newest of all.
Result<std::string> checkpoint_for(const LogStorage& storage, std::uint64_t index) {
  ASSIGN_OR_RETURN(const std::vector<std::string> notes, storage.cosigned_checkpoints());
  for (auto note = notes.rbegin(); note != notes.rend(); ++note) {
    const auto checkpoint = audit::parse_checkpoint(*note);
    if (checkpoint.ok() && checkpoint->size > index) return *note;
  }
  ASSIGN_OR_RETURN(const std::uint64_t size, storage.log_size());
  if (index >= size) return Error{Code::kNotFound, "the log has " + std::to_string(size) + " entries, numbered from 0"};
  ASSIGN_OR_RETURN(const std::vector<LogRow> last, storage.log_rows(size - 1, 1));
  if (last.empty()) return Error{Code::kCorrupt, "the log's last entry is missing"};
  return last[0].checkpoint;
}

Result<int> prove(const LogOptions& options) {
  for (const std::string& path : {options.out, options.leaf}) TRY(check_output(path, options.force));
  ASSIGN_OR_RETURN(const Source source, open_source(options));
  ASSIGN_OR_RETURN(const std::string note, checkpoint_for(*source.storage, options.index));
  ASSIGN_OR_RETURN(const audit::Tree tree, audit::load_tree(*source.storage));
  ASSIGN_OR_RETURN(const std::string proof, audit::make_proof(tree, options.index, note));
  if (!options.leaf.empty()) {
    ASSIGN_OR_RETURN(const std::vector<LogRow> row, source.storage->log_rows(options.index, 1));
    if (row.empty()) return Error{Code::kCorrupt, "the entry is missing"};
    TRY(write_output(options.leaf, row[0].leaf, options.force, Readers::kByUmask));
  }
  TRY(write_output(options.out.empty() ? "-" : options.out, view(proof), options.force, Readers::kByUmask));
  return 0;
}

Result<audit::ProvenEntry> read_and_check(const LogOptions& options) {
  ASSIGN_OR_RETURN(const audit::VerifierKey key, key_of(options.key));
  ASSIGN_OR_RETURN(const std::vector<audit::VerifierKey> overseers, overseers_of(options));
  ASSIGN_OR_RETURN(const Bytes proof, read_file(options.file, kProofFileMax));
  ASSIGN_OR_RETURN(const Bytes leaf, read_file(options.leaf, kLeafBytesMax));
  return audit::check_proof(text(proof), leaf, key, overseers);
}

Result<int> check_proof(const LogOptions& options) {
  ASSIGN_OR_RETURN(const audit::ProvenEntry proven, read_and_check(options));
  if (options.json) {
    print_json(Json::object({{"origin", proven.checkpoint.origin},
                             {"index", std::size_t{proven.index}},
                             {"size", std::size_t{proven.checkpoint.size}},
                             {"overseers", strings(proven.overseers)}}));
    return 0;
  }
  std::printf("proven: this is entry %llu of log %s\n", static_cast<unsigned long long>(proven.index),
              proven.checkpoint.origin.c_str());
  for (const std::string& name : proven.overseers) std::printf("cosigned by %s\n", name.c_str());
  if (proven.overseers.empty()) std::printf("not cosigned by an overseer that you named: the log's word alone\n");
  return 0;
}

// ---- fsck

Result<int> fsck(const LogOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<std::string> problems, home::find_problems(options.directory));
  if (options.json) print_json(Json::object({{"ok", problems.empty()}, {"problems", strings(problems)}}));
  if (!options.json && problems.empty()) std::printf("%s: all is well\n", options.directory.c_str());
  for (const std::string& problem : problems) complain({Code::kCorrupt, problem});
  return problems.empty() ? kYes : kNo;
}

// ---- replay

Result<int> replay(const LogOptions& options) {
  ASSIGN_OR_RETURN(const Replayed found, home::replay_log(options.directory));
  const bool same = found.differences.empty();
  if (options.json) {
    Json::Array differences;
    for (const auto& each : found.differences)
      differences.push_back(
          Json::object({{"index", std::size_t{each.index}}, {"event", each.event}, {"what", each.words}}));
    print_json(Json::object({{"ok", same},
                             {"ours", std::size_t{found.ours}},
                             {"partners", std::size_t{found.partners}},
                             {"by_own_rules", std::size_t{found.by_own_rules}},
                             {"quota_unread", std::size_t{found.quota_unread}},
                             {"not_readable", std::size_t{found.not_readable}},
                             {"not_counted", std::size_t{found.not_counted}},
                             {"differences", Json(std::move(differences))}}));
  } else {
    say("made again: {} decisions of this node, {} of its partners; differences: {}\n", found.ours, found.partners,
        found.differences.size());
    if (found.by_own_rules > 0) say("{} were refused by this country's own rules, not by a text\n", found.by_own_rules);
    if (found.quota_unread > 0)
      say("{} were refused because it could not be read how many were asked that day\n", found.quota_unread);
    if (found.not_readable > 0)
      say("{} cannot be made again: details erased, or of an older version\n", found.not_readable);
    if (found.not_counted > 0)
      say("of {} the questions of the day cannot be counted again, for the same cause\n", found.not_counted);
  }
  for (const auto& each : found.differences)
    complain(
        {Code::kCorrupt, "entry " + std::to_string(each.index) + " of the log, " + each.event + ": " + each.words});
  return same ? kYes : kNo;
}

// ---- the commands

void add_common(Command& command, LogOptions& options) {
  command.add_option("--key", options.key, "the log's verifier key, or a file with it; default the one beside the log");
  command.add_flag("--json", options.json, "answer as JSON");
}

void add_log_verify(Command& log, Run& run) {
  auto options = std::make_shared<LogOptions>();
  Command* command = log.add_subcommand("verify", "check every hash and signature of a log from its first entry");
  command->footer(
      "Example: puente log verify ./usa --overseer overseer/keys/log.vkey\n"
      "DIR is a node's data directory (running or not), a copy of one, or what `log export` wrote. Exit code 1: it is "
      "not\nsound; 4: there is no log.");
  command->add_option("--data,DIR", options->directory, "the log")->required();
  command->add_option("--overseer", options->overseers,
                      "an overseer's verifier key, or a file with it; may be repeated");
  add_common(*command, *options);
  command->callback([options, &run] { run = [options] { return verify_log(*options); }; });
}

void add_log_export(Command& log, Run& run) {
  auto options = std::make_shared<LogOptions>();
  Command* command =
      log.add_subcommand("export", "write a log as static files (C2SP tlog-tiles), for anybody to verify");
  command->footer("Example: puente log export --data ./usa --out usa-log");
  command->add_option("--data,DIR", options->directory, "the log")->required();
  command->add_option("--out", options->out, "a new directory")->required();
  add_common(*command, *options);
  command->callback([options, &run] { run = [options] { return export_log(*options); }; });
}

void add_log_prove(Command& log, Run& run) {
  auto options = std::make_shared<LogOptions>();
  Command* command = log.add_subcommand("prove", "write the proof that one entry is in the log (C2SP tlog-proof)");
  command->footer("Example: puente log prove 42 --data ./usa --out 42.tlog-proof --leaf 42.json");
  command->add_option("INDEX", options->index, "number of the entry, from 0")->required();
  command->add_option("--data", options->directory, "the log")->required();
  command->add_option("--out", options->out, "file for the proof; default standard output");
  command->add_option("--leaf", options->leaf, "file for the entry itself, which whoever checks the proof needs");
  command->add_option("--key", options->key, "the log's verifier key, or a file with it");
  add_force(*command, options->force);
  command->callback([options, &run] { run = [options] { return prove(*options); }; });
}

void add_log_check_proof(Command& log, Run& run) {
  auto options = std::make_shared<LogOptions>();
  Command* command = log.add_subcommand("check-proof", "check a proof without the log");
  command->footer(
      "Example: puente log check-proof 42.tlog-proof --leaf 42.json --key usa.vkey --overseer overseer.vkey");
  command->add_option("FILE", options->file, "the proof")->required();
  command->add_option("--leaf", options->leaf, "the entry's bytes")->required();
  command->add_option("--key", options->key, "the log's verifier key, or a file with it")->required();
  command->add_option("--overseer", options->overseers,
                      "an overseer's verifier key, or a file with it; may be repeated");
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, &run] { run = [options] { return check_proof(*options); }; });
}

void add_log_fsck(Command& log, Run& run) {
  auto options = std::make_shared<LogOptions>();
  Command* command = log.add_subcommand("fsck", "check a node's whole database: file, sealed records, references, log");
  command->footer("Example: puente log fsck --data ./usa\nExit code 1: something is wrong in it.");
  command->add_option("--data,DIR", options->directory, "the data directory, with its keys")->required();
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, &run] { run = [options] { return fsck(*options); }; });
}

void add_log_replay(Command& log, Run& run) {
  auto options = std::make_shared<LogOptions>();
  Command* command = log.add_subcommand(
      "replay",
      "make every decision again from the log and the agreements that were in force: does it come out the same?");
  command->footer("Example: puente log replay --data ./usa\nExit code 1: a decision comes out otherwise.");
  command->add_option("--data,DIR", options->directory, "the data directory, with its keys; it may be running")
      ->required();
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, &run] { run = [options] { return replay(*options); }; });
}

// ---- show

struct ShowOptions {
  CallOptions call;
  std::string from, until, event, exchange, user, partner, person;
  std::uint64_t first = 0;
  std::size_t limit = 100;
};

void print_log_entry(const Json& entry) {
  const auto text = [&entry](const char* member) {
    const std::string* const value = entry[member].as_string();
    return value == nullptr ? std::string() : shown(*value);
  };
  const std::string* const by = entry["opened"]["by"].as_string();
  std::printf("%lld  %s  %s  by %s", static_cast<long long>(*entry["index"].as_integer()), text("time").c_str(),
              text("event").c_str(), (by == nullptr ? text("actor") : shown(*by)).c_str());
  for (const char* member : {"exchange", "agreement", "purpose"}) {
    if (!text(member).empty()) std::printf("  %s", text(member).c_str());
  }
  if (entry["reasons"].as_array() != nullptr) std::printf("  %s", shown(canonical(entry["reasons"])).c_str());
  std::printf("\n");
  if (entry["opened"].is_null()) return void(std::printf("      details erased\n"));
  Json::Object opened = *entry["opened"].as_object();
  opened.erase("salt");
  opened.erase("by");
  if (!opened.empty()) std::printf("      %s\n", shown(canonical(Json(std::move(opened)))).c_str());
}

Result<int> show_log(const ShowOptions& options) {
  CallOptions call = options.call;
  if (call.role == "officer") call.role = "auditor";  // with --data
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(call));
  Query query("/v1/log/entries");
  query.add("from", options.from).add("until", options.until).add("event", options.event);
  query.add("exchange", options.exchange).add("user", options.user).add("partner", options.partner);
  query.add("person", options.person).add("first", std::to_string(options.first));
  query.add("limit", std::to_string(options.limit));
  ASSIGN_OR_RETURN(const Json page, node.call("GET", query.target()));
  if (options.call.json) {
    print_json(page);
    return 0;
  }
  for (const Json& entry : *page["entries"].as_array()) print_log_entry(entry);
  if (const std::int64_t* next = page["next"].as_integer())
    std::printf("there is more: --first %lld\n", static_cast<long long>(*next));
  return 0;
}

void add_log_show(Command& log, Run& run) {
  auto options = std::make_shared<ShowOptions>();
  Command* command = log.add_subcommand("show", "entries with their details opened, for an auditor; logged itself");
  add_call_options(*command, options->call);
  command->add_option("--from", options->from, "from this time on: 2026-03-01T00:00:00Z");
  command->add_option("--until", options->until, "and before this one");
  command->add_option("--event", options->event, "of this name: asked, released, case_viewed, …");
  command->add_option("--exchange", options->exchange, "of this question");
  auto* user = command->add_option("--by", options->user, "done by this user");
  command->add_option("--partner", options->partner, "done by this country")->excludes(user);
  command->add_option("--person", options->person, "about this person, or naming them");
  command->add_option("--first", options->first, "from this entry on");
  command->add_option("--limit", options->limit, "how many at most, up to 1000")
      ->check(within(1, 1000))
      ->capture_default_str();
  command->footer(
      "Example: puente log show --node https://127.0.0.1:8443 --certificate tls.crt --token-file t --person p-abc…");
  command->callback([options, &run] { run = [options] { return show_log(*options); }; });
}

}  // namespace

void add_log(Command& app, Run& run) {
  Command* log = app.add_subcommand("log", "verify, export, prove and show what a node did");
  log->require_subcommand(1);
  add_log_verify(*log, run);
  add_log_export(*log, run);
  add_log_prove(*log, run);
  add_log_check_proof(*log, run);
  add_log_fsck(*log, run);
  add_log_replay(*log, run);
  add_log_show(*log, run);
}

}  // namespace puente::cli
