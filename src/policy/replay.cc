#include "policy/replay.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/clock.h"
#include "core/limits.h"
#include "core/user.h"
#include "policy/agreements.h"
#include "policy/document.h"
#include "policy/find.h"
#include "policy/release.h"
#include "policy/review.h"
#include "policy/rules.h"

namespace puente::policy {
namespace {

std::string member(const Json& json, const char* key) {
  const std::string* text = json[key].as_string();
  return text == nullptr ? std::string() : *text;
}

std::vector<std::string> list(const Json& json) {
  std::vector<std::string> out;
  if (const Json::Array* items = json.as_array()) {
    for (const Json& each : *items) {
      if (const std::string* text = each.as_string()) out.push_back(*text);
    }
  }
  return out;
}

std::int64_t time_of(const LogLine& line) {
  const auto time = parse_iso8601(member(line.leaf, "time"));
  return time.ok() ? *time : 0;
}

// By the clock of then: an entry's time never goes back, and says so when the clock did.
std::int64_t clock_of(const LogLine& line) {
  const auto clock = parse_iso8601(member(line.details, "clock"));
  return clock.ok() ? *clock : time_of(line);
}

std::string joined(const std::vector<std::string>& reasons) {
  return fmt::format("{}", fmt::join(reasons, ", "));
}

bool is_committed(const LogLine& line) {
  return member(line.leaf, "details") == to_hex(sha256(view(canonical(line.details))));
}

// What the partner judges by that our log does not know: its own steps and its own counts.
bool is_of_the_partner_alone(const std::string& reason) {
  const Rule* rule = find_rule(reason);
  return rule == nullptr || rule->reason != reason || reason == "quota_used_up" || reason.starts_with("agreement_");
}

constexpr std::string_view kQuotaNotReadable = "quota_not_readable";

bool is_only(const std::vector<std::string>& reasons, std::string_view reason) {
  return reasons.size() == 1 && reasons.front() == reason;
}

bool is_question(const std::string& event) {
  for (const char* each : {"asked", "ask_refused", "answered_no_hit", "answered_reference", "answer_refused"}) {
    if (event == each) return true;
  }
  return false;
}

}  // namespace

// ---- counts

QuestionCount::Key QuestionCount::key(const Ask& ask) {
  return {ask.asking, ask.answering, ask.purpose};
}

void QuestionCount::add(const Ask& ask) {
  ++hours_[key(ask)][ask.now_ms / kHourMs];
}

std::int64_t QuestionCount::in_hours(const Ask& ask, std::int64_t hours) const {
  const auto found = hours_.find(key(ask));
  if (found == hours_.end()) return 0;
  const std::int64_t last = ask.now_ms / kHourMs;
  std::int64_t out = 0;
  for (auto each = found->second.upper_bound(last - hours); each != found->second.end() && each->first <= last; ++each)
    out += each->second;
  return out;
}

// ---- replay

Result<Replay> Replay::begin(std::vector<AgreementRecord> records, std::string own_country) {
  for (AgreementRecord& each : records) TRY(read_agreement(each.document));
  return Replay(std::move(records), std::move(own_country));
}

Status Replay::take(const LogLine& line) {
  const std::string event = member(line.leaf, "event");
  if (!line.damage.empty()) differ(line, "its details cannot be read: " + line.damage);
  if (!line.details.is_null() && !is_committed(line)) differ(line, "its details are not those that the entry has");
  if (event == "agreement_accepted" || event == "agreement_resumed") return follow(line, AgreementState::kAccepted);
  if (event == "agreement_suspended") return follow(line, AgreementState::kSuspended);
  if (event == "agreement_terminated") return follow(line, AgreementState::kTerminated);
  if (event == "clock_doubted") doubted_ = !line.details["clock"].is_null();  // null: of many erasures at once
  if (event == "clock_confirmed") doubted_ = false;
  if (event == "asked") own_question(line, true);
  if (event == "ask_refused") own_question(line, false);
  if (event == "answered_no_hit" || event == "answered_reference") answer(line, true);
  if (event == "answer_refused") answer(line, false);
  if (event == "reply_received") reply(line);
  if (event == "case_decided" || event == "case_confirmed" || event == "release_decided") act(line, event);
  if (event == "released") release(line, true);
  if (event == "release_received" && list(line.leaf["reasons"]) == std::vector<std::string>{"released"})
    release(line, false);
  return {};
}

void Replay::differ(const LogLine& line, std::string words) {
  result_.differences.push_back({line.index, member(line.leaf, "event"), std::move(words)});
}

Status Replay::follow(const LogLine& line, AgreementState state) {
  const std::string id = member(line.leaf, "agreement");
  const auto record =
      std::find_if(records_.begin(), records_.end(), [&](const AgreementRecord& each) { return each.id == id; });
  if (record == records_.end()) {
    differ(line, "the node does not have the agreement " + id);
    return {};
  }
  const std::string digest = member(line.details, "sha256");
  if (!digest.empty() && digest != to_hex(sha256(view(record->document))))
    differ(line, "the text of " + id + " is another than the one of that day");
  const auto [at, is_new] = in_use_.try_emplace(id, *record);
  if (is_new) at->second.accepted_ms = clock_of(line);
  at->second.state = state;
  at->second.changed_ms = clock_of(line);
  return read();
}

Status Replay::read() {
  std::vector<AgreementRecord> records;
  for (const AgreementRecord& each : records_) {  // in the order they were accepted
    if (const auto found = in_use_.find(each.id); found != in_use_.end()) records.push_back(found->second);
  }
  ASSIGN_OR_RETURN(list_, read_records(records));
  return {};
}

const AcceptedAgreement* Replay::by_id(std::string_view id) const {
  const auto found = std::find_if(list_.begin(), list_.end(), [&](const auto& each) { return each.id == id; });
  return found == list_.end() ? nullptr : &*found;
}

bool Replay::is_of_before(const LogLine& line) const {
  const std::string id = member(line.leaf, "agreement");
  return by_id(id) == nullptr && std::any_of(records_.begin(), records_.end(), [&](const AgreementRecord& each) {
           return each.id == id && !in_use_.contains(id);
         });
}

// Null: what it was judged by is not there any more.
std::optional<Ask> Replay::asked(const LogLine& line) {
  auto ask = read_ask(line.details["question"], clock_of(line));
  if (ask.ok()) return *std::move(ask);
  if (!line.details["question"].is_null()) differ(line, ask.error().message);
  ++result_.not_readable;
  blind_until_ms_ = time_of(line) + kHourMs;
  return std::nullopt;
}

void Replay::expect(const LogLine& line, const Decision& decision, bool permitted,
                    const std::vector<std::string>& reasons) {
  if (permitted && !decision.permitted) {
    differ(line, "the log says yes, by the text it is refused for " + joined(decision.reasons));
  } else if (!permitted && decision.permitted) {
    differ(line, "the log says no for " + joined(reasons) + ", by the text it is permitted");
  } else if (!reasons.empty() && decision.reasons != reasons) {
    differ(line, "the log says it is for " + joined(reasons) + ", by the text it is for " + joined(decision.reasons));
  }
}

// While the clock is doubted a question is refused by what it says as well: later than the node wrote down.
bool Replay::is_of_doubted_clock(const LogLine& line, const Ask& ask) const {
  return doubted_ && member(line.leaf, "event").ends_with("_refused") && ask.now_ms > clock_of(line);
}

void Replay::check_place(const LogLine& line, const Ask& ask, const std::string& asking, const std::string& answering) {
  if (ask.asking != asking || ask.answering != answering)
    differ(line, fmt::format("it was judged as if {} had asked {}", ask.asking, ask.answering));
  if (to_string(ask.purpose) != member(line.leaf, "purpose"))
    differ(line, fmt::format("it was judged as if it were for {}", to_string(ask.purpose)));
  if (std::abs(ask.now_ms - clock_of(line)) > limits::kClockSkewMsMax && !is_of_doubted_clock(line, ask))
    differ(line, "it was judged as if it were " + to_iso8601(ask.now_ms));
}

void Replay::check_count(const LogLine& line, const AcceptedAgreement* agreement, const Ask& ask) {
  if (agreement == nullptr) return;
  const std::int64_t hours = quota_hours(*agreement, ask.purpose, ask.answering, ask.now_ms);
  if (is_blind((ask.now_ms / kHourMs - hours + 1) * kHourMs)) {
    ++result_.not_counted;
    return;
  }
  const std::int64_t count = counted_.in_hours(ask, hours);
  if (count == ask.asked_today) return;
  differ(line, fmt::format("it was judged as if {} had been asked that day, the log has {}", ask.asked_today, count));
}

void Replay::own_question(const LogLine& line, bool permitted) {
  const std::vector<std::string> reasons = list((permitted ? line.leaf : line.details)["reasons"]);
  if (!permitted && is_only(reasons, "own_rules")) {
    ++result_.by_own_rules;
    return;
  }
  if (!permitted && is_only(reasons, kQuotaNotReadable)) {
    ++result_.quota_unread;
    return;
  }
  const std::optional<Ask> ask = asked(line);
  if (!ask) return;
  if (is_of_before(line)) {
    ++result_.not_readable;
    return;
  }
  const AcceptedAgreement* agreement = for_question(list_, ask->asking, ask->answering, ask->purpose, ask->now_ms);
  ++result_.ours;
  expect(line, may_ask(agreement, *ask), permitted, reasons);
  check_place(line, *ask, own_country_, member(line.details, "partner"));
  check_count(line, agreement, *ask);
  if (!permitted) return;
  if (agreement != nullptr && agreement->id != member(line.leaf, "agreement"))
    differ(line, "it was asked under " + member(line.leaf, "agreement") + ", and " + agreement->id + " was in force");
  counted_.add(*ask);
  waiting_.insert_or_assign(member(line.leaf, "exchange"), *ask);
}

void Replay::answer(const LogLine& line, bool permitted) {
  const std::vector<std::string> reasons = list(line.leaf["reasons"]);
  if (!permitted && is_only(reasons, kQuotaNotReadable)) {
    ++result_.quota_unread;
    return;
  }
  const std::optional<Ask> ask = asked(line);
  if (!ask) return;
  if (is_of_before(line)) {
    ++result_.not_readable;
    return;
  }
  const bool* counts = line.details["counted"].as_bool();
  const bool counted = counts != nullptr && *counts;
  const AcceptedAgreement* agreement = by_id(member(line.leaf, "agreement"));
  ++result_.ours;
  // refused and counted: the text permitted it, and what was looked at was of no use, or one person was asked about
  // again and again
  const bool by_the_text = permitted || counted;
  expect(line, may_ask(agreement, *ask), by_the_text, by_the_text ? std::vector<std::string>() : reasons);
  constexpr std::string_view kPartner = "partner ";
  const std::string by = member(line.details, "by");
  check_place(line, *ask, by.starts_with(kPartner) ? by.substr(kPartner.size()) : by, own_country_);
  check_count(line, agreement, *ask);
  const bool again = !permitted && reasons == std::vector<std::string>{"person_quota_used_up"};
  const bool of_no_use = !permitted && reasons.size() == 1 && find_rule(reasons.front()) == nullptr;
  if (counted && !permitted && !again && !of_no_use)
    differ(line, "the log says no for " + joined(reasons) + ", by the text it is permitted");
  const bool told = member(line.leaf, "event") == "answered_reference";
  if (agreement != nullptr && (told || again)) check_person(line, *agreement, *ask, told);
  if (permitted && !told && !counted) differ(line, "it was answered and not counted");
  if (counted) counted_.add(*ask);
}

// Whom an entry is about, and the further ids of the hand.
static std::set<std::string> hand_of(const Json& details) {
  std::set<std::string> out{member(details, "of")};
  if (const Json::Array* const more = details["hand"].as_array())
    for (const Json& each : *more) out.insert(member(each, "person_id"));
  return out;
}

// How often one person was asked about, and what became of it.
void Replay::check_person(const LogLine& line, const AcceptedAgreement& agreement, const Ask& ask, bool told) {
  const PurposeTerms* terms = agreement.terms(ask.purpose);
  const std::string person = member(line.details, "of");
  if (terms != nullptr && terms->conditions) {
    std::vector<std::string> files = list(line.details["files"]), known;
    const Decision decision = may_tell_about(*terms, files, ask.case_reference);
    if (told && !decision.permitted) differ(line, "it was answered, and by its files the day's questions are used up");
    if (!told && decision.permitted)
      differ(line, "it was refused, and by its files the day's questions are not used up");
    const bool* counted = line.details["counted"].as_bool();
    if (told && (counted == nullptr || *counted == (decision.reasons.front() == "same_file_again")))
      differ(line, "whether it counts is not as its files say");
    const std::int64_t began_ms = day_began_ms(agreement, ask.answering, ask.now_ms);
    for (const std::string& id : hand_of(line.details))
      for (const Told& each : told_[{ask.asking, id}])
        if (each.time_ms >= began_ms) known.push_back(each.file);
    std::sort(files.begin(), files.end());
    std::sort(known.begin(), known.end());
    if (!is_blind(began_ms) && files != known) {
      differ(line, fmt::format("it was judged as if the person had been asked about under {} files that day, the log "
                               "has {}",
                               files.size(), known.size()));
    }
  }
  if (told) told_[{ask.asking, person}].push_back({ask.now_ms, ask.case_reference});
}

// What the partner made of our question, as far as the text says it.
void Replay::reply(const LogLine& line) {
  const auto found = waiting_.find(member(line.leaf, "exchange"));
  const std::vector<std::string> reasons = list(line.leaf["reasons"]);
  if (found == waiting_.end()) {
    ++result_.not_readable;
    return;
  }
  Ask ask = found->second;
  waiting_.erase(found);
  ask.asked_today = 0;
  AcceptedAgreement agreement;
  if (const AcceptedAgreement* ours = by_id(member(line.leaf, "agreement"))) agreement = *ours;
  agreement.state = AgreementState::kAccepted;
  agreement.replaced_ms = AcceptedAgreement::kNever;
  const Decision decision = may_ask(&agreement, ask);
  const bool answered =
      reasons == std::vector<std::string>{"no_hit"} || reasons == std::vector<std::string>{"reference"};
  ++result_.partners;
  if (answered) {
    if (!decision.permitted) differ(line, "the partner answered what the text refuses for " + joined(decision.reasons));
    return;
  }
  for (const std::string& reason : reasons) {
    const bool said = std::find(decision.reasons.begin(), decision.reasons.end(), reason) != decision.reasons.end();
    const bool of_a_person = reason == "person_quota_used_up" && decision.terms && decision.terms->conditions;
    if (!said && !of_a_person && !is_of_the_partner_alone(reason) && find_rule(reason)->effect == Effect::kDenies)
      differ(line, "the partner refused with " + reason + ", which the text does not say");
  }
}

// R7, R8, R39: an examiner's verdict, or the second person's decision.
void Replay::act(const LogLine& line, const std::string& event) {
  const bool second = event == "release_decided";
  knows_second_act_ = knows_second_act_ || second;
  const std::string case_id = member(line.details, "case_id");
  if (case_id.empty()) {
    acts_missing_ = true;
    return;
  }
  Acts& acts = acts_[case_id];
  if (second && !member(line.details, "decision").empty()) {
    acts.cleared = member(line.details, "decision") == to_string(ReleaseDecision::kRelease);
    acts.releaser = member(line.details, "by");
  } else if (!second) {
    acts.confirmed = event == "case_confirmed" || member(line.details, "verdict") == to_string(CaseState::kConfirmed);
    acts.examiners.insert(member(line.details, "by"));
    const Json::Array* const each = line.details["verdicts"].as_array();
    acts.has_each = each != nullptr;
    for (const Json& one : each == nullptr ? Json::Array() : *each) {
      acts.examiners.insert(member(one, "examiner"));
      if (member(one, "verdict") == to_string(Verdict::kConfirm)) acts.confirmers.insert(member(one, "examiner"));
    }
  }
}

void Replay::check_acts(const LogLine& line) {
  const auto found = acts_.find(member(line.details, "case_id"));
  const Acts acts = found == acts_.end() ? Acts() : found->second;
  const bool both = acts.confirmed && acts.cleared;
  if (!both && (acts_missing_ || !knows_second_act_)) {
    ++result_.not_readable;
    return;
  }
  if (!acts.confirmed) differ(line, "released, and the log has no examiner who confirmed it");
  if (!acts.cleared) differ(line, "released, and the log has no second person who decided so");
  const auto purpose = parse_purpose(member(line.leaf, "purpose"));
  if (both && acts.has_each && purpose.ok() && acts.confirmers.size() < examiners_needed(*purpose))
    differ(line, "released, and the log has too few examiners who confirmed it");
  if (both &&
      (std::ranges::any_of(acts.examiners, [&](const std::string& each) { return same_user(each, acts.releaser); }) ||
       member(line.details, "by") != acts.releaser))
    differ(line, "released by somebody else than a second person");
}

void Replay::release(const LogLine& line, bool ours) {
  if (line.details.is_null() || is_of_before(line)) {
    ++result_.not_readable;
    return;
  }
  const AcceptedAgreement* agreement = by_id(member(line.leaf, "agreement"));
  ++(ours ? result_.ours : result_.partners);
  const auto purpose = parse_purpose(member(line.leaf, "purpose"));
  const PurposeTerms* terms = agreement == nullptr || !purpose.ok() ? nullptr : agreement->terms(*purpose);
  if (terms == nullptr) return differ(line, "no agreement in use has the purpose");
  if (const auto why = why_not_in_force(*agreement, clock_of(line)); ours && !why.empty())
    differ(line, std::string("released, though ") + why.front());
  for (const std::string& name : list(line.details["elements"])) {
    const auto element = parse_data_element(name);
    if (!element.ok() || !terms->release.contains(*element))
      differ(line, "released " + name + ", which the clause does not list");
  }
  if (ours) check_acts(line);
  if (!ours && terms->conditions && list(line.details["caveats"]) != caveats_of(*terms))
    differ(line, "bound by something else than the clause says");
}

// ---- what if

WhatIf::WhatIf(Agreement draft, std::string own_country, std::int64_t from_ms, std::int64_t until_ms)
    : draft_{std::move(draft)}, own_country_(std::move(own_country)), from_ms_(from_ms), until_ms_(until_ms) {
  draft_.valid_from_ms = std::numeric_limits<std::int64_t>::min();
  draft_.valid_until_ms = AcceptedAgreement::kNever;
}

namespace {

// Of a version before the log had all that a question was judged by: fingers, and no grounds but the legal basis.
std::optional<Ask> older_question(const LogLine& line, const std::string& own_country) {
  const std::string event = member(line.leaf, "event"), by = member(line.details, "by");
  constexpr std::string_view kPartner = "partner ";
  const auto purpose = parse_purpose(member(line.leaf, "purpose"));
  const std::string file = member(line.details, "case_reference");
  if (!purpose.ok() || file.empty()) return std::nullopt;
  const bool ours = event == "asked" || event == "ask_refused";
  const std::string partner = ours                       ? member(line.details, "partner")
                              : by.starts_with(kPartner) ? by.substr(kPartner.size())
                                                         : std::string();
  if (partner.empty()) return std::nullopt;
  Ask out;
  out.asking = ours ? own_country : partner;
  out.answering = ours ? partner : own_country;
  out.purpose = *purpose;
  out.modalities = {Modality::kFinger};
  out.case_reference = file;
  out.now_ms = clock_of(line);
  out.grounds.legal_basis = member(line.details, "legal_basis");
  return out;
}

}  // namespace

void WhatIf::take(const LogLine& line) {
  const std::string event = member(line.leaf, "event");
  const std::int64_t time_ms = time_of(line);
  if (!is_question(event) || time_ms < from_ms_ || time_ms >= until_ms_) return;
  std::optional<Ask> ask;
  if (auto read = read_ask(line.details["question"], clock_of(line)); read.ok()) ask = *std::move(read);
  if (!ask) ask = older_question(line, own_country_);
  if (!ask) {
    ++result_.not_readable;
    return;
  }
  if (draft_.party(ask->asking) == nullptr || draft_.party(ask->answering) == nullptr) return;
  WhatIfCount& count = result_.counts[{ask->asking, ask->purpose}];
  ++count.asked;
  if (event == "ask_refused" || event == "answer_refused") ++count.refused_then;
  const std::vector<std::string> against = judge(line, *std::move(ask));
  if (!against.empty()) ++count.refused;
  for (const std::string& reason : against) ++count.reasons[reason];
}

// Why it would be refused; nothing: it would not.
std::vector<std::string> WhatIf::judge(const LogLine& line, Ask ask) {
  ask.asked_today = counted_.in_hours(ask, quota_hours(draft_, ask.purpose, ask.answering, ask.now_ms));
  const Decision decision = may_ask(&draft_, ask);
  if (!decision.permitted) return decision.reasons;
  counted_.add(ask);
  const std::string person = member(line.details, "of");
  if (person.empty()) return {};
  const std::int64_t began_ms = day_began_ms(draft_, ask.answering, ask.now_ms);
  std::vector<std::string> today;
  for (const std::string& id : hand_of(line.details)) {
    const auto& [day, files] = files_[{ask.asking, id}];
    if (day == began_ms) today.insert(today.end(), files.begin(), files.end());
  }
  const Decision tell = may_tell_about(*decision.terms, today, ask.case_reference);
  if (!tell.permitted) return tell.reasons;
  auto& [day, files] = files_[{ask.asking, person}];
  if (day != began_ms) files.clear();
  day = began_ms;
  files.push_back(ask.case_reference);
  return {};
}

}  // namespace puente::policy
