#include "cli/agreement_judge.h"

#include <memory>

#include "cli/options.h"
#include "cli/words.h"
#include "core/clock.h"
#include "core/files.h"
#include "core/limits.h"
#include "core/text.h"
#include "home/home.h"
#include "policy/policy.h"

namespace puente::cli {
namespace {

struct JudgeOptions {
  std::string question, older, newer, directory, from, until;
  std::vector<std::string> agreements;
  bool json = false;
};

Result<Json> read_json(const std::string& path) {
  ASSIGN_OR_RETURN(const Bytes bytes, read_file(path_of(path), limits::kAgreementBytesMax));
  return about(path, parse_json(text(bytes)));
}

// Signed or not: what it would mean.
Result<Agreement> read_text_of(const std::string& path) {
  ASSIGN_OR_RETURN(const Json json, read_json(path));
  return about(path, policy::read_draft(json));
}

// ---- explain

Result<std::vector<AcceptedAgreement>> texts(const JudgeOptions& options) {
  std::vector<AcceptedAgreement> out;
  if (!options.directory.empty()) {
    ASSIGN_OR_RETURN(out, home::accepted_agreements(options.directory));
  }
  for (const std::string& path : options.agreements) {
    ASSIGN_OR_RETURN(Agreement read, read_text_of(path));
    out.push_back({std::move(read)});
  }
  if (options.directory.empty() && options.agreements.empty())
    return Error{kWrongUse, "by which text: give --agreement FILE, or --data DIR for those that a node has accepted"};
  return out;
}

// "R1 R23"; empty: the rule only holds others together.
std::string serves(const policy::Rule& rule) {
  std::string out;
  for (const int law : rule.serves) out += (out.empty() ? "R" : " R") + std::to_string(law);
  return out;
}

Json rules_json(const policy::Decision& decision) {
  Json::Array out;
  for (const std::string& reason : decision.reasons) {
    const policy::Rule* rule = policy::find_rule(reason);
    CHECK(rule != nullptr);  // policy_test: every reason is in the table
    out.push_back(Json::object({{"reason", reason}, {"sentence", policy::explain(reason)}, {"serves", serves(*rule)}}));
  }
  return Json(std::move(out));
}

Result<int> explain(const JudgeOptions& options) {
  ASSIGN_OR_RETURN(const Json document, read_json(options.question));
  ASSIGN_OR_RETURN(const policy::Ask ask, about(options.question, policy::read_ask(document, SystemClock().now_ms())));
  ASSIGN_OR_RETURN(const std::vector<AcceptedAgreement> all, texts(options));
  const AcceptedAgreement* agreement = policy::for_question(all, ask.asking, ask.answering, ask.purpose, ask.now_ms);
  const policy::Decision decision = policy::may_ask(agreement, ask);
  if (options.json) {
    Json out = Json::object({{"permitted", decision.permitted},
                             {"at", to_iso8601(ask.now_ms)},
                             {"asked_today", ask.asked_today},
                             {"rules", rules_json(decision)}});
    out.set("agreement", agreement == nullptr ? Json() : Json(agreement->id));
    print_json(out);
    return decision.permitted ? kYes : kRefused;
  }
  if (decision.permitted) {
    say("permitted: {} may ask {} for {}\n", ask.asking, ask.answering, in_language(to_string(ask.purpose)));
  } else {
    say("refused: {} may not ask {} for {}\n", ask.asking, ask.answering, in_language(to_string(ask.purpose)));
  }
  if (agreement != nullptr) say("  by the agreement {}\n", agreement->id);
  for (const std::string& reason : decision.reasons) {
    const std::string laws = serves(*policy::find_rule(reason));
    fmt::print("  {}: {}{}\n", reason, in_language(policy::explain(reason)), laws.empty() ? "" : " (" + laws + ")");
  }
  return decision.permitted ? kYes : kRefused;
}

// ---- compare

std::string change_in_words(policy::Change change) {
  switch (change) {
    case policy::Change::kWider:
      return in_words("wider");
    case policy::Change::kNarrower:
      return in_words("narrower");
    case policy::Change::kOther:
      return in_words("changed");
  }
  return to_string(change);
}

Result<int> compare(const JudgeOptions& options) {
  ASSIGN_OR_RETURN(const Agreement older, read_text_of(options.older));
  ASSIGN_OR_RETURN(const Agreement newer, read_text_of(options.newer));
  const std::vector<policy::Difference> differences = policy::compare(older, newer);
  if (options.json) {
    Json::Array out;
    for (const policy::Difference& each : differences) {
      out.push_back(Json::object({{"purpose", each.purpose},
                                  {"member", each.member},
                                  {"change", to_string(each.change)},
                                  {"before", each.before},
                                  {"after", each.after}}));
    }
    print_json(Json::object({{"older", older.id}, {"newer", newer.id}, {"differences", Json(std::move(out))}}));
    return differences.empty() ? kYes : kNo;
  }
  if (differences.empty()) say("the two say the same\n");
  std::string purpose = "-";
  for (const policy::Difference& each : differences) {
    if (each.purpose != purpose)
      fmt::print("{}\n", each.purpose.empty() ? in_words("the whole agreement") : in_language(each.purpose));
    purpose = each.purpose;
    const std::string change = each.before.empty()  ? "+ " + each.after
                               : each.after.empty() ? "- " + each.before
                                                    : each.before + " > " + each.after;
    fmt::print("  {:<12} {}: {}\n", change_in_words(each.change), each.member, change);
  }
  return differences.empty() ? kYes : kNo;
}

// ---- what-if

Json judgement_json(const policy::WhatIfResult& report) {
  Json::Array out;
  for (const auto& [of, count] : report.counts) {
    Json::Object reasons;
    for (const auto& [reason, questions] : count.reasons) reasons.emplace(reason, std::size_t{questions});
    out.push_back(Json::object({{"asking", of.first},
                                {"purpose", to_string(of.second)},
                                {"asked", std::size_t{count.asked}},
                                {"refused_then", std::size_t{count.refused_then}},
                                {"refused", std::size_t{count.refused}},
                                {"reasons", Json(std::move(reasons))}}));
  }
  return Json::object({{"counts", Json(std::move(out))}, {"not_readable", std::size_t{report.not_readable}}});
}

Result<int> what_if(const JudgeOptions& options) {
  const std::int64_t now_ms = SystemClock().now_ms();
  std::int64_t from_ms = now_ms - 365 * kDayMs, until_ms = now_ms;
  if (!options.until.empty()) {
    ASSIGN_OR_RETURN(until_ms, of_words(about("--until", parse_iso8601(options.until))));
    from_ms = until_ms - 365 * kDayMs;
  }
  if (!options.from.empty()) {
    ASSIGN_OR_RETURN(from_ms, of_words(about("--from", parse_iso8601(options.from))));
  }
  if (from_ms >= until_ms) return Error{kWrongUse, "--from: must be before --until"};
  ASSIGN_OR_RETURN(const Agreement draft, read_text_of(options.newer));
  ASSIGN_OR_RETURN(const policy::WhatIfResult report, home::what_if(options.directory, draft, from_ms, until_ms));
  if (options.json) {
    print_json(judgement_json(report));
    return kYes;
  }
  if (report.counts.empty()) say("no question between the two countries in these days\n");
  for (const auto& [of, count] : report.counts) {
    say("{} for {}: {} questions, {} refused then, {} by this draft\n", of.first, in_language(to_string(of.second)),
        count.asked, count.refused_then, count.refused);
    for (const auto& [reason, questions] : count.reasons)
      fmt::print("  {:>6}  {}: {}\n", questions, reason, in_language(policy::explain(reason)));
  }
  if (report.not_readable > 0) say("{} more cannot be read any more\n", report.not_readable);
  return kYes;
}

// ---- the commands

void add_explain(Command& agreement, Run& run) {
  auto options = std::make_shared<JudgeOptions>();
  Command* command = agreement.add_subcommand("explain", "which rule decides about a question, and why");
  command->footer(
      "Example: puente agreement explain question.json --agreement agreement.json\n"
      "A question: {\"asking\":\"USA\",\"answering\":\"COL\",\"purpose\":\"border_identification\","
      "\"modalities\":[\"finger\"],\n\"case_reference\":\"TX-2026-0012\",\"legal_basis\":\"8 USC 1225\","
      "\"subject_category\":\"other\",\"aim\":\"identify\",\n\"urgency\":\"routine\",\"age\":34}. The log's details "
      "have each that was judged, as \"question\". Exit code 3: refused.");
  command->add_option("QUESTION", options->question, "the question as JSON, or - for standard input")->required();
  command->add_option("--agreement", options->agreements, "a text, signed or not; may be repeated");
  command->add_option("--data", options->directory, "a node's directory: by what it has accepted");
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, &run] { run = [options] { return explain(*options); }; });
}

void add_compare(Command& agreement, Run& run) {
  auto options = std::make_shared<JudgeOptions>();
  Command* command =
      agreement.add_subcommand("compare", "what a newer text lets happen that the older does not, and what no more");
  command->footer("Example: puente agreement compare usa-col-2026.json usa-col-2027.json\nExit code 1: they differ.");
  command->add_option("OLD", options->older, "the older text")->required();
  command->add_option("NEW", options->newer, "the newer one")->required();
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, &run] { run = [options] { return compare(*options); }; });
}

void add_what_if(Command& agreement, Run& run) {
  auto options = std::make_shared<JudgeOptions>();
  Command* command =
      agreement.add_subcommand("what-if", "how many of last year's questions a draft would have refused, and why");
  command->footer("Example: puente agreement what-if draft.json --data DIR");
  command->add_option("DRAFT", options->newer, "the text, signed or not")->required();
  command->add_option("--data", options->directory, "the node whose log has the questions")->required();
  command->add_option("--from", options->from, "first day; default a year before the last");
  command->add_option("--until", options->until, "first day that no longer counts; default now");
  command->add_flag("--json", options->json, "answer as JSON");
  command->callback([options, &run] { run = [options] { return what_if(*options); }; });
}

}  // namespace

void add_agreement_judge(Command& agreement, Run& run) {
  add_explain(agreement, run);
  add_compare(agreement, run);
  add_what_if(agreement, run);
}

}  // namespace puente::cli
