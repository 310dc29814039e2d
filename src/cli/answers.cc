#include "cli/answers.h"

#include <algorithm>

#include "cli/cli.h"
#include "cli/words.h"
#include "policy/policy.h"

namespace puente::cli {
namespace {

constexpr auto kCaseLine = FMT_STRING("{:<28}  {:<13}  {:<7}  {:<28}  {:<16}  {:<16}  {}\n");

// "2026-03-01 17:04" of a time in ISO 8601; all are UTC.
std::string minute_of(const Json& time) {
  std::string out = text_of(time).substr(0, 16);
  if (out.size() > 10) out[10] = ' ';
  return out;
}

// The data themselves, or that they are no longer here.
void print_released(const Json& question) {
  const Json::Object* const released = question["released"].as_object();
  if (released == nullptr) return;
  const bool is_over = released->empty();
  for (const auto& [name, value] : *released) fmt::print("    {}: {}\n", in_language(name), text_of(value));
  const std::string until = minute_of(question["retention_until"]);
  if (is_over) say("  their time ended {} UTC: they may not be used any more, and are destroyed\n", until);
  if (!is_over) say("  to be destroyed {} UTC, by the agreement\n", until);
}

void print_state(const std::string& state, const std::string& partner, bool by_own_rules) {
  if (state == "queued") say("  waits to be sent to {}, or for its answer\n", partner);
  if (state == "no_hit") say("  no hit: {} finds nobody with these fingers\n", partner);
  if (state == "hit")
    say("  a hit: two persons of {} decide, one whether it is this person, one about the release\n", partner);
  if (state == "released")
    say("  confirmed by an examiner of {}, and released to this country by a second person:\n", partner);
  if (state == "not_confirmed") say("  not confirmed: {} releases nothing\n", partner);
  if (state == "refused" && !by_own_rules) say("  refused by {}\n", partner);
  if (state == "refused" && by_own_rules) say("  not sent to {}\n", partner);
  if (state == "expired") say("  over without an answer: its time has passed, or it was taken back\n");
}

void print_doubt(const std::string& doubt) {
  if (doubt == "record_differs")
    return say("  look again: another capture of this person has other fingers under the same positions\n");
  if (doubt == "several_people")
    return say("  look again: these fingers are of more than one person; it cannot be confirmed\n");
  if (doubt == "captured_as_child") return say("  look again: this person was a child when these prints were taken\n");
  say("  look again: {}\n", doubt);
}

}  // namespace

void print_question(const Json& question) {
  const std::string partner = text_of(question["partner"]);
  say("question {}\n", text_of(question["exchange_id"]));
  say("  to {} for {}, file {}\n", partner, in_language(text_of(question["purpose"])),
      text_of(question["case_reference"]));
  say("  asked {} UTC, ends {} UTC\n", minute_of(question["asked"]), minute_of(question["expires"]));
  const Json::Array* const reasons = question["reasons"].as_array();
  print_state(text_of(question["state"]), partner,
              reasons != nullptr && std::ranges::count(*reasons, Json("own_rules")) > 0);
  if (reasons != nullptr) {
    for (const Json& each : *reasons) {
      const std::string reason = text_of(each);
      if (reason == "unknown_reason") say("  for a reason that this node does not know\n");
      if (reason != "unknown_reason") say("  because {}\n", in_language(policy::explain(reason)));
    }
  }
  print_released(question);
}

void print_questions(const Json& page) {
  const Json::Array& questions = *page["questions"].as_array();
  if (questions.empty()) say("no questions\n");
  if (!questions.empty())
    fmt::print(kCaseLine, in_words("question id"), in_words("state"), in_words("partner"), in_words("purpose"),
               in_words("asked, UTC"), in_words("ends, UTC"), in_words("your file"));
  for (const Json& each : questions)
    fmt::print(kCaseLine, text_of(each["exchange_id"]), in_language(text_of(each["state"])), text_of(each["partner"]),
               in_language(text_of(each["purpose"])), minute_of(each["asked"]), minute_of(each["expires"]),
               text_of(each["case_reference"]));
  if (const std::string* next = page["next"].as_string()) say("there may be more: --after {}\n", *next);
}

int exit_code_of_question(const std::string& state) {
  if (state == "no_hit" || state == "not_confirmed") return kNo;
  if (state == "refused") return kRefused;
  return state == "expired" ? kUnreachable : kYes;
}

namespace {

// While the case is open, of whoever reads it, and of nobody else.
void print_verdicts(const Json& one) {
  const bool is_open = one["state"] == Json("open");
  if (const std::int64_t* agreeing = one["examined"]["agreeing"].as_integer(); agreeing != nullptr)
    say("  being examined: verdicts that agree: {} of {}\n", *agreeing, *one["examined"]["needed"].as_integer());
  if (one["verdicts"].is_null()) return;
  for (const Json& each : *one["verdicts"].as_array()) {
    const std::string verdict = in_language(text_of(each["verdict"]));
    if (is_open)
      say("  your verdict, {}, is kept: another examiner is to look before the case is decided\n", verdict);
    else
      say("  verdict of {}, {} UTC, {}: {}\n", text_of(each["examiner"]), minute_of(each["given"]), verdict,
          text_of(each["reasons"]));
    if (!is_open && each["marks"].as_array() != nullptr)
      say("    minutiae marked on the question's prints: {}\n", canonical(each["marks"]));
  }
}

}  // namespace

void print_case(const Json& one) {
  const std::string state = text_of(one["state"]);
  say("case {}\n", text_of(one["case_id"]));
  const std::string partner = text_of(one["partner"]), purpose = in_language(text_of(one["purpose"]));
  const std::string file = text_of(one["partner_case_reference"]);
  if (file.empty()) say("  {} asks for {}\n", partner, purpose);
  if (!file.empty()) say("  {} asks for {}, its file {}\n", partner, purpose, file);
  say("  opened {} UTC, to be decided by {} UTC\n", minute_of(one["opened"]), minute_of(one["expires"]));
  fmt::print("  {}\n", in_language(state));
  if (!one["probe_locked"].is_null()) say("  your marks are locked since {} UTC\n", minute_of(one["probe_locked"]));
  if (const Json::Array* doubts = one["doubts"].as_array())
    for (const Json& each : *doubts) print_doubt(text_of(each));
  if (!one["decided"].is_null()) {
    say("  decided {} UTC by {}: {}\n", minute_of(one["decided"]), text_of(one["examiner"]), text_of(one["reasons"]));
  }
  print_verdicts(one);
  if (!one["cleared"].is_null()) {
    say("  release decided {} UTC by {}: {}\n", minute_of(one["cleared"]), text_of(one["releaser"]),
        text_of(one["facts"]));
  }
}

void print_how_to_mark(const std::string& case_id) {
  say("mark what you see on each, then the candidate's are shown: puente case mark {} --marks FILE\n", case_id);
}

void print_locked(const std::string& case_id) {
  say("locked; now look at the pairs: puente case show {} --pictures DIR\n", case_id);
}

void print_against(const Json& reasons) {
  if (reasons.is_null()) return;
  for (const Json& each : *reasons.as_array())
    say("  nothing may leave: {}\n", in_language(policy::explain(text_of(each))));
}

static void print_other_id(const Json& other) {
  const std::string id = text_of(other["person_id"]);
  say("  the same hand is also {}\n", id);
  for (const Json& each : *other["risks"].as_array())
    say("  weigh, by {}: {}\n", id, in_language(policy::explain_risk(text_of(each))));
}

void print_card(const Json& card) {
  print_case(card["case"]);
  if (const Json& order = card["case"]["grounds"]["order"]; !order.is_null())
    say("  order {} of {}, {} to {}\n", text_of(order["number"]), text_of(order["court"]), text_of(order["date"]),
        text_of(order["expires"]));
  const Json::Array& elements = *card["elements"].as_array();
  std::string names;
  for (const Json& each : elements) names += (names.empty() ? "" : ", ") + in_language(text_of(each));
  if (!elements.empty())
    say("  would leave: {}; to be destroyed there by {} UTC\n", names, minute_of(card["retention_until"]));
  print_against(card["against"]);
  for (const Json& each : *card["risks"].as_array())
    say("  weigh: {}\n", in_language(policy::explain_risk(text_of(each))));
  if (const Json::Array* ids = card["same_hand"].as_array())
    for (const Json& each : *ids) print_other_id(each);
}

void print_held_back(const Json& one) {
  if (text_of(one["state"]) != "cleared") return print_decided(one);
  say("it left once already and may have arrived: it does not leave again\n");
}

void print_decided(const Json& one) {
  const std::string state = text_of(one["state"]);
  fmt::print("{}\n", in_language(state));
  if (state == "open")
    return say("your verdict is kept; the case is open until other examiners have looked, and nothing leaves\n");
  if (state == "confirmed")
    return say("nothing leaves until a second person decides: puente case card {}\n", text_of(one["case_id"]));
  if (state == "cleared") return say("it leaves once the partner is on the line\n");
  say("nothing leaves; the partner is told that it was not confirmed\n");
}

void print_case_heading() {
  fmt::print(kCaseLine, in_words("case"), in_words("state"), in_words("partner"), in_words("purpose"),
             in_words("opened, UTC"), in_words("decide by, UTC"), in_words("their file"));
}

void print_case_line(const Json& one) {
  fmt::print(kCaseLine, text_of(one["case_id"]), in_language(text_of(one["state"])), text_of(one["partner"]),
             in_language(text_of(one["purpose"])), minute_of(one["opened"]), minute_of(one["expires"]),
             text_of(one["partner_case_reference"]));
}

void print_receipt(const Json& receipt) {
  const std::int64_t* entry = receipt["index"].as_integer();
  if (entry == nullptr) entry = receipt["entry"].as_integer();
  if (entry == nullptr) return say("done\n");
  say("done: entry {} of the log\n", *entry);
}

}  // namespace puente::cli
