// puente agreement draft | sign | check | show, and at a node accept | suspend | …: the document that two countries
// sign, docs/formats/agreement.md.
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "cli/agreement_judge.h"
#include "cli/answers.h"
#include "cli/call.h"
#include "cli/cli.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/words.h"
#include "core/clock.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"
#include "home/home.h"
#include "policy/policy.h"

namespace puente::cli {
namespace {

struct AgreementOptions {
  std::string file, out, country, key, id, valid_from, valid_until, purposes, replaces;
  std::vector<std::string> parties, utc_offsets;
  bool json = false, force = false, fact_sheet = false;
};

struct TreatyOptions {
  CallOptions call;
  std::string agreement, reasons;
};

Result<Json> read_agreement_json(const std::string& path) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, limits::kAgreementBytesMax));
  return about(path, parse_json(text(bytes)));
}

Status write_new(const AgreementOptions& options, const Json& document) {
  return write_output(options.out, view(pretty(document) + "\n"), options.force, Readers::kByUmask);
}

std::string day(std::int64_t ms) {
  return to_iso8601(ms).substr(0, 10);
}

// ---- draft

// Where nothing else is given: one careful clause, to be changed before anybody signs.
Json first_purposes(const Party& first, const Party& second) {
  return Json::array(
      {Json::object({{"purpose", "border_identification"},
                     {"may_ask", Json::array({first.country, second.country})},
                     {"modalities", Json::array({"finger"})},
                     {"release", Json::array({"family_name", "given_names", "date_of_birth", "nationality"})},
                     {"retention_days", 30},
                     {"daily_quota", 100},
                     {"review_required", true}})});
}

Result<Party> read_party_file(std::string path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) path += "/party.json";
  ASSIGN_OR_RETURN(const Json json, read_agreement_json(path));
  return about(path, policy::read_party(json));
}

// "COL=-300": where the civil day of a party begins, by which quotas are counted.
Status set_days(const std::vector<std::string>& offsets, Party& first, Party& second) {
  for (const std::string& each : offsets) {
    const auto parts = split(each, '=');
    const auto minutes = parts.size() == 2 ? to_number<int>(parts[1]) : std::nullopt;
    Party* party = parts[0] == first.country ? &first : parts[0] == second.country ? &second : nullptr;
    if (!minutes || party == nullptr)
      return Error{kWrongUse, "--utc-offset: a party and its minutes from UTC, such as COL=-300"};
    party->utc_offset_minutes = *minutes;
  }
  return {};
}

std::string default_id(const Party& first, const Party& second, std::int64_t now_ms) {
  std::string id = first.country + "-" + second.country + "-" + day(now_ms).substr(0, 4);
  std::transform(id.begin(), id.end(), id.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return id;
}

// As far as the parties' nodes lie here; else it is seen when the agreement is accepted.
Status check_replaces(const AgreementOptions& options) {
  if (options.replaces.empty()) return {};
  for (const std::string& path : options.parties) {
    if (!home::has_log(path)) continue;
    ASSIGN_OR_RETURN(const std::vector<std::string> known, home::agreement_ids(path));
    if (known.empty() || std::find(known.begin(), known.end(), options.replaces) != known.end()) continue;
    return Error{Code::kInvalidInput, fmt::format("--replaces {}: {} knows no such agreement, but {}", options.replaces,
                                                  path, fmt::join(known, ", "))};
  }
  return {};
}

Status draft(const AgreementOptions& options) {
  TRY(check_output(options.out, options.force));
  if (options.parties.size() != 2) return Error{kWrongUse, "an agreement has two parties: give --party twice"};
  TRY(check_replaces(options));
  ASSIGN_OR_RETURN(Party first, read_party_file(options.parties[0]));
  ASSIGN_OR_RETURN(Party second, read_party_file(options.parties[1]));
  TRY(set_days(options.utc_offsets, first, second));
  Json purposes = first_purposes(first, second);
  if (!options.purposes.empty()) {
    ASSIGN_OR_RETURN(purposes, read_agreement_json(options.purposes));
    if (purposes.is_object()) purposes = Json(purposes["purposes"]);  // a whole agreement serves as a model
  }
  constexpr std::int64_t kYearMs = 365 * 24 * 3600 * std::int64_t{1000};
  const std::int64_t now_ms = SystemClock().now_ms();
  const std::string from = options.valid_from.empty() ? day(now_ms) : options.valid_from;
  const std::string until = options.valid_until.empty() ? day(now_ms + kYearMs) : options.valid_until;
  const std::string id = options.id.empty() ? default_id(first, second, now_ms) : options.id;
  ASSIGN_OR_RETURN(const Json document,
                   policy::draft_agreement(id, from, until, first, second, purposes, options.replaces));
  return write_new(options, document);
}

// ---- sign

Result<SigningKey> read_signing_key(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string hex, read_line(path));
  const auto seed = from_hex(hex);
  if (!seed.ok() || seed->size() != 32) return Error{Code::kInvalidInput, path + ": must be 64 hexadecimal digits"};
  return SigningKey::from_seed(*seed);
}

// A signature that is taken out of a file is still somewhere.
Status keep_beside(const std::string& file, const Json& document) {
  for (int number = 1;; ++number) {
    const std::string path = file + ".before-" + std::to_string(number);
    const Status kept = create_file(path, view(pretty(document) + "\n"));
    if (kept.ok())
      fmt::print(stderr, "puente: {}\n", in_words("the text with its earlier signatures is kept as {}", path));
    if (kept.ok() || kept.error().code != Code::kAlreadyExists) return kept;
  }
}

// Without the signatures of those who signed another text, if that is wanted.
Result<Json> only_of_this_text(const AgreementOptions& options, const Json& document) {
  ASSIGN_OR_RETURN(const std::vector<std::string> stale, about(options.file, policy::signed_another_text(document)));
  if (stale.empty()) return document;
  if (!options.force) {
    return Error{Code::kConflict, options.file + ": changed after " + stale.front() +
                                      " signed it: nothing was written. Get back what was signed; or sign this text "
                                      "with --force, which leaves that signature out"};
  }
  if (options.out.empty()) TRY(keep_beside(options.file, document));
  Json::Array kept;
  for (const Json& each : *document["signatures"].as_array()) {
    if (std::find(stale.begin(), stale.end(), *each["country"].as_string()) == stale.end()) kept.push_back(each);
  }
  Json out = document;
  out.set("signatures", std::move(kept));
  return out;
}

Status sign(const AgreementOptions& options) {
  ASSIGN_OR_RETURN(const Json document, read_agreement_json(options.file));
  ASSIGN_OR_RETURN(const SigningKey key, read_signing_key(options.key));
  if (!options.out.empty()) TRY(check_output(options.out, options.force));
  ASSIGN_OR_RETURN(const Json ours, only_of_this_text(options, document));
  ASSIGN_OR_RETURN(const Json signed_document, policy::sign_agreement(ours, options.country, key));
  if (!options.out.empty()) return write_new(options, signed_document);
  return write_file(options.file, view(pretty(signed_document) + "\n"));  // the same text, a signature more
}

// ---- check

Result<Agreement> read_signed(const std::string& path) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path, limits::kAgreementBytesMax));
  return about(path, policy::read_agreement(text(bytes)));
}

Result<int> check_agreement(const AgreementOptions& options) {
  ASSIGN_OR_RETURN(const Agreement agreement, read_signed(options.file));
  const std::int64_t now_ms = SystemClock().now_ms();
  if (now_ms >= agreement.valid_until_ms) {
    return Error{Code::kDenied, options.file + ": expired on " + day(agreement.valid_until_ms) + ": sign a new one"};
  }
  const bool in_force = now_ms >= agreement.valid_from_ms;
  const auto& [first, second] = agreement.parties;
  if (options.json) {
    print_json(Json::object({{"id", agreement.id},
                             {"digest", to_hex(agreement.digest)},
                             {"parties", Json::array({first.country, second.country})},
                             {"valid_from", to_iso8601(agreement.valid_from_ms)},
                             {"valid_until", to_iso8601(agreement.valid_until_ms)},
                             {"in_force", in_force}}));
  } else {
    say(in_force ? Words("{}: signed by {} and {}, in force since {} until {}\n")
                 : Words("{}: signed by {} and {}, not yet in force: from {} until {}\n"),
        agreement.id, first.country, second.country, day(agreement.valid_from_ms), day(agreement.valid_until_ms));
  }
  return 0;
}

// ---- show

Result<int> show_agreement(const AgreementOptions& options) {
  ASSIGN_OR_RETURN(const Json document, read_agreement_json(options.file));
  ASSIGN_OR_RETURN(const Agreement agreement, about(options.file, policy::read_draft(document)));
  const auto signed_agreement = policy::read_agreement(canonical(document));
  const std::string problem = signed_agreement.ok() ? "" : signed_agreement.error().message;
  if (options.json) {
    Json out = document, fingerprints{Json::Object()};
    for (const Party& party : agreement.parties) fingerprints.set(party.country, policy::fingerprint(party));
    out.set("digest", to_hex(agreement.digest)).set("problem", problem.empty() ? Json() : Json(problem));
    out.set("fingerprints", std::move(fingerprints));
    print_json(out);
    return 0;
  }
  const auto in = language() == Language::kSpanish ? policy::Language::kSpanish : policy::Language::kEnglish;
  const auto print = options.fact_sheet ? policy::fact_sheet : policy::in_words;
  std::printf("%s", print(agreement, in_language(problem), in).c_str());
  return 0;
}

// ---- the commands

Result<int> report_agreement(const Status& done, const AgreementOptions& options, const char* what) {
  TRY(done);
  const std::string& path = options.out.empty() ? options.file : options.out;
  if (options.json) {
    print_json(Json::object({{"file", path}}));
  } else if (!is_standard_output(path)) {
    fmt::print("{} {}\n", in_language(what), path);
  }
  return 0;
}

void add_draft(Command& agreement, Run& run) {
  auto options = std::make_shared<AgreementOptions>();
  Command* command = agreement.add_subcommand("draft", "write an unsigned agreement between two parties, to be edited");
  command->footer(
      "Example: puente agreement draft --party usa/party.json --party col/party.json --out agreement.json\n"
      "Without --purposes it holds one careful clause. Edit the file before anybody signs: signatures cover every "
      "word.");
  command
      ->add_option("--party", options->parties, "a party's file as its node wrote it, or the node's directory; twice")
      ->required();
  command->add_option("--out", options->out, "file to write")->required();
  command->add_option("--id", options->id, "name of the agreement, such as usa-col-2026");
  command->add_option("--from", options->valid_from, "first day in force, such as 2026-01-01; default today")
      ->check(read_by(parse_iso8601));
  command->add_option("--until", options->valid_until, "first day no longer in force; default a year from now")
      ->check(read_by(parse_iso8601));
  command->add_option("--replaces", options->replaces, "id of the agreement that this one takes the place of");
  add_force(*command, options->force);
  command->add_option("--utc-offset", options->utc_offsets,
                      "minutes from UTC of a party's civil day, such as COL=-300; quotas of clauses with conditions");
  command->add_option("--purposes", options->purposes, "JSON array of clauses, or an agreement to take them from");
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback(
      [options, &run] { run = [options] { return report_agreement(draft(*options), *options, "drafted"); }; });
}

void add_sign(Command& agreement, Run& run) {
  auto options = std::make_shared<AgreementOptions>();
  Command* command = agreement.add_subcommand("sign", "add a country's signature to an agreement");
  command->footer("Example: puente agreement sign agreement.json --country USA --key usa/keys/signing.key");
  command->add_option("FILE", options->file, "the agreement")->required();
  command->add_option("--country", options->country, "who signs, such as USA")->required();
  command->add_option("--key", options->key, "its signing key: DIR/keys/signing.key of its node")->required();
  command->add_option("--out", options->out,
                      "file to write; default FILE itself, which keeps the signatures that it has");
  add_force(*command, options->force);
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback(
      [options, &run] { run = [options] { return report_agreement(sign(*options), *options, "signed"); }; });
}

void add_agreement_check(Command& agreement, Run& run) {
  auto options = std::make_shared<AgreementOptions>();
  Command* command = agreement.add_subcommand("check", "is this agreement sound, signed by both and not expired?");
  command->footer("Example: puente agreement check agreement.json");
  command->add_option("FILE", options->file, "the agreement")->required();
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, &run] { run = [options] { return check_agreement(*options); }; });
}

void add_show(Command& agreement, Run& run) {
  auto options = std::make_shared<AgreementOptions>();
  Command* command = agreement.add_subcommand("show", "print an agreement or a draft for a person to read");
  command->footer("Example: puente agreement show agreement.json --language es");
  command->add_option("FILE", options->file, "the agreement")->required();
  command->add_flag("--fact-sheet", options->fact_sheet, "one page for whoever is concerned: also whom to complain to");
  command->add_flag("--json", options->json, "the document, its digest and what is wrong with its signatures, as JSON");
  command->callback([options, &run] { run = [options] { return show_agreement(*options); }; });
}

// ---- at a node: in force at once

Result<int> accept(const TreatyOptions& options) {
  ASSIGN_OR_RETURN(const Bytes document, read_file(options.agreement, limits::kAgreementBytesMax));
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(
      const Json receipt,
      node.call("POST", "/v1/agreements", Json::object({{"document", text(document)}, {"reasons", options.reasons}})));
  options.call.json ? print_json(receipt) : print_receipt(receipt);
  return kYes;
}

Result<int> change(const TreatyOptions& options, const std::string& step) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json receipt, node.call("POST", to_address("/v1/agreements/{}/{}", {options.agreement, step}),
                                                 Json::object({{"reasons", options.reasons}})));
  options.call.json ? print_json(receipt) : print_receipt(receipt);
  return kYes;
}

Result<int> list_agreements(const TreatyOptions& options) {
  ASSIGN_OR_RETURN(NodeCall node, NodeCall::open(options.call));
  ASSIGN_OR_RETURN(const Json answer, node.call("GET", "/v1/agreements"));
  if (options.call.json) {
    print_json(answer);
    return 0;
  }
  for (const Json& each : *answer["agreements"].as_array()) {
    const auto word = [&](const char* name) { return *each[name].as_string(); };
    std::string used, standing = word("standing");
    std::replace(standing.begin(), standing.end(), '_', ' ');
    for (const Json& purpose : *each["used_for"].as_array())
      used += (used.empty() ? "" : ", ") + in_language(*purpose.as_string());
    fmt::print("{:<24}  {:<12}  {}{}\n", word("id"), in_language(standing),
               in_words("{} to {}", word("valid_from").substr(0, 10), word("valid_until").substr(0, 10)),
               used.empty() ? "" : "  " + in_words("questions go by it: {}", used));
  }
  return 0;
}

void add_at_node(Command& agreement, Run& run) {
  auto options = std::make_shared<TreatyOptions>();
  const auto add = [&](const char* name, const char* what, const char* subject, const char* example) {
    Command* command = agreement.add_subcommand(name, what);
    add_call_options(*command, options->call);
    if (subject != nullptr) {
      auto* named = command->add_option("agreement", options->agreement, subject)->required();
      if (std::string_view(name) != "accept") named->check(is_an_id());
      command->add_option("--reasons", options->reasons, "why, in two words or more (ten characters, five different)")
          ->required();
    }
    command->footer(example);
    return command;
  };
  add("accept", "take an agreement that both signed into force, at once", "the signed document",
      "Example: puente agreement accept agreement.json --data DIR --user eva.paz --reasons \"signed in Bogotá on 27 "
      "March\"")
      ->callback([options, &run] { run = [options] { return accept(*options); }; });
  for (const auto& [name, what] :
       {std::pair("suspend", "nothing is asked, answered or released under it until resumed"),
        std::pair("resume", "as if it had never been suspended"),
        std::pair("terminate", "for ever; its partner may no longer connect")}) {
    add(name, what, "its id",
        "Example: puente agreement suspend usa-col-2026 --data DIR --user eva.paz --reasons \"order 12 of the "
        "ministry\"")
        ->callback(
            [options, &run, step = std::string(name)] { run = [options, step] { return change(*options, step); }; });
  }
  add("list", "those that a node has decided about", nullptr,
      "Example: puente agreement list --data DIR --user eva.paz")
      ->callback([options, &run] { run = [options] { return list_agreements(*options); }; });
}

}  // namespace

void add_agreement(Command& app, Run& run) {
  Command* agreement = app.add_subcommand("agreement", "the document that two countries sign, and decide by");
  agreement->require_subcommand(1);
  add_draft(*agreement, run);
  add_sign(*agreement, run);
  add_agreement_check(*agreement, run);
  add_show(*agreement, run);
  add_agreement_judge(*agreement, run);
  add_at_node(*agreement, run);
}

}  // namespace puente::cli
