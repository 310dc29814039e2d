#include "service/search.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/limits.h"
#include "core/user.h"
#include "service/mention.h"
#include "service/protection.h"

namespace puente::service {
namespace {

constexpr std::size_t kSearchesLookedAt = 1000;  // of a file's searches, the newest

Result<bool> is_since(const Node::Inside& in, std::uint64_t index, std::int64_t since_ms) {
  ASSIGN_OR_RETURN(const std::vector<LogRow> rows, in.store->log_rows(index, 1));
  if (rows.empty()) return Error{Code::kCorrupt, "details of an entry that is not there"};
  const auto time_ms = parse_iso8601(std::string(time_in(text(rows.front().leaf))));
  return !time_ms.ok() || *time_ms >= since_ms;
}

// Whom a search found, as its details say: one that carries several people's fingers finds several.
std::set<std::string> found_by(const Json& details) {
  std::set<std::string> out;
  if (const std::string* const whom = details["of"].as_string()) out.insert(*whom);
  if (const Json::Array* const candidates = details["candidates"].as_array()) {
    for (const Json& each : *candidates)
      if (const std::string* const whom = each["person_id"].as_string()) out.insert(*whom);
  }
  return out;
}

// Of this search and the file's others since then, no more than it takes to be many.
Result<std::size_t> people_of(const Node::Inside& in, const std::string& file, const std::set<std::string>& found,
                              std::int64_t since_ms, std::set<std::string>& users) {
  std::set<std::string> people = found;
  std::size_t unknown = 0;
  const auto total = [&] { return people.size() + unknown; };
  unknown += found.empty() ? 1 : 0;
  ASSIGN_OR_RETURN(const std::vector<std::uint64_t> searches,
                   in.store->newest_log_details_about(in.journal.mark_of(kFileSearched, file), kSearchesLookedAt));
  for (const std::uint64_t index : searches) {
    if (total() >= policy::kPeopleOfAFileMany) break;
    ASSIGN_OR_RETURN(const bool recent, is_since(in, index, since_ms));
    if (!recent) break;
    const Result<Json> details = in.store->log_details(index);
    if (!details.ok() && details.error().code == Code::kNotFound) continue;  // erased
    const std::set<std::string> whom = details.ok() ? found_by(*details) : std::set<std::string>();
    if (const std::string* const user = details.ok() ? (*details)["by"].as_string() : nullptr) users.insert(*user);
    unknown += whom.empty() ? 1 : 0;
    people.insert(whom.begin(), whom.end());
  }
  return total();
}

constexpr const char* kManyPeople = "one_file_many_people";

std::string sentence_of(const std::string& file) {
  return "one person after the other is searched for here under one file: " + file +
         ". Ask what the file has to do with them. The log has each search";
}

// Whoever goes on after a supervisor was told is one of those who do not answer.
Status add_searcher(const Node::Inside& in, store::Transaction& transaction, const std::string& file,
                    const std::string& user) {
  ASSIGN_OR_RETURN(std::vector<Alarm> waiting, in.store->alarms(true, kAllAlarms));
  for (Alarm& each : waiting) {
    if (each.kind != kManyPeople || each.sentence != sentence_of(file) || acted(each, user)) continue;
    each.by += ", " + user;
    TRY(transaction.update_alarm(each));
  }
  return {};
}

Result<bool> is_told(const Node::Inside& in, const char* member, const std::string& of, std::int64_t since_ms) {
  ASSIGN_OR_RETURN(const std::vector<std::uint64_t> told,
                   in.store->newest_log_details_about(in.journal.mark_of(member, of), 1));
  return told.empty() ? Result<bool>(false) : is_since(in, told.front(), since_ms);
}

bool is_overdue(const Node::Inside& in, const Alarm& alarm) {
  return alarm.kind == kUrgentSearch && in.now_ms() - alarm.time_ms >= policy::kUrgentReviewMs;
}

// None where it is not urgent.
Result<std::optional<policy::UrgentSearch>> urgency_of(const Node::Inside& in, const Caller& caller, const Why& why) {
  if (!why.urgent) return std::optional<policy::UrgentSearch>();
  ASSIGN_OR_RETURN(const std::vector<Alarm> waiting, in.store->alarms(true, kAllAlarms));
  policy::UrgentSearch out{why.reasons};
  for (const Alarm& each : waiting) {
    if (each.kind != kUrgentSearch || !acted(each, caller.user)) continue;
    ++out.unreviewed;
    out.overdue = out.overdue || is_overdue(in, each);
  }
  return std::optional(out);
}

// Looked at once more, since several may have begun at one moment.
Status tell_of_urgent(const Node::Inside& in, store::Transaction& transaction, const std::string& user, const Why& why,
                      std::vector<Written>& entries) {
  ASSIGN_OR_RETURN(const auto urgency, urgency_of(in, Caller{user}, why));
  TRY(policy::may_search("", urgency).status());
  Alarm alarm;
  alarm.kind = kUrgentSearch;
  alarm.person_id = why.case_reference;
  alarm.by = user;
  alarm.sentence = user + " searched without a file, since it could not wait, under " + why.case_reference + ": " +
                   why.reasons + ". Say within 24 hours whether that was justified";
  for (const std::string& each : ids_in(why.reasons)) alarm.named.insert(each);
  return tell_supervisor(in, transaction, std::move(alarm), entries);
}

// Whom an urgent search found may be looked at under its number, by who made it, until it is reviewed; nothing else.
Result<bool> is_looking_on(const Node::Inside& in, const Caller& caller, Action action, const Why& why) {
  if (action != Action::kReadEncounter || why.urgent || !policy::is_urgent_number(why.case_reference)) return false;
  ASSIGN_OR_RETURN(const std::vector<Alarm> waiting, in.store->alarms(true, kAllAlarms));
  return std::ranges::any_of(waiting, [&](const Alarm& each) {
    return each.kind == kUrgentSearch && each.person_id == why.case_reference && acted(each, caller.user);
  });
}

}  // namespace

Result<Why> may_search(Node::Inside& in, const Caller& caller, Action action, const Why& why) {
  if (why.reasons.size() > limits::kTextBytesMax) return Error{Code::kInvalidInput, "reasons: at most 512 bytes"};
  ASSIGN_OR_RETURN(const auto urgency, urgency_of(in, caller, why));
  ASSIGN_OR_RETURN(const bool own, is_looking_on(in, caller, action, why));
  if (own) return why;
  const policy::Decision decision = policy::may_search(why.case_reference, urgency);
  if (!decision.permitted) {
    TRY(in.refusals.write_down(caller, action, decision.reasons));
    return decision.status().error();
  }
  Why out = why;
  out.urgent = why.urgent && why.case_reference.empty();
  if (out.urgent) out.case_reference = in.seams.random.id("URGENT-7");  // policy::kUrgentNumber, and a digit
  return out;
}

void say_why(Json& details, const Why& why) {
  details.set(kFileSearched, why.case_reference);
  if (why.urgent) details.set("urgent", true);
  if (!why.reasons.empty()) details.set("reasons", why.reasons);
}

Status look_for_overdue_reviews(Node::Inside& in) {
  ASSIGN_OR_RETURN(const std::vector<Alarm> waiting, in.store->alarms(true, kAllAlarms));
  in.urgent_overdue = std::ranges::any_of(waiting, [&](const Alarm& each) { return is_overdue(in, each); });
  return {};
}

Entry entry_of_search(const Node::Inside& in, Event event, const Actor& actor, const std::string& whom,
                      const Why& why) {
  Entry out = in.journal.entry(event, actor, whom);
  if (why.urgent) out.subject.clear();  // a leaf is for ever: of one that was not justified it would name whom
  return out;
}

Status names_nobody_found(const Node::Inside& in, const std::string& case_reference, const std::string& words) {
  ASSIGN_OR_RETURN(const std::vector<std::uint64_t> searches,
                   in.store->log_details_about(in.journal.mark_of(kFileSearched, case_reference)));
  for (const std::uint64_t index : searches) {
    const Result<Json> details = in.store->log_details(index);
    if (!details.ok()) continue;
    for (const std::string& each : found_by(*details)) TRY(names_nobody_erased(in, each, words));
  }
  return {};
}

// Of its own search, of what a supervisor was told, and of who was told that somebody was met; another search under its
// number keeps its traces.
Status erase_unjustified(const Node::Inside& in, store::Transaction& transaction, const std::string& case_reference) {
  const auto erase = [&](const std::string& about, const auto& is_its_own) -> Status {
    ASSIGN_OR_RETURN(const std::vector<std::uint64_t> entries, in.store->log_details_about(about));
    for (const std::uint64_t index : entries) {
      const Result<Json> details = in.store->log_details(index);
      if (!details.ok() && details.error().code == Code::kNotFound) continue;  // erased with a person
      if (!details.ok() || is_its_own(*details)) TRY(transaction.erase_log_details(index));
    }
    return {};
  };
  ASSIGN_OR_RETURN(const std::vector<WatchlistAlert> alerts, in.store->watchlist_alerts());
  for (const WatchlistAlert& each : alerts)
    if (each.file == case_reference) TRY(transaction.erase_watchlist_alert(each.number));
  TRY(erase(in.journal.mark_of(kFileSearched, case_reference),
            [](const Json& details) { return details["urgent"] == Json(true); }));
  return erase(in.journal.pseudonym_of(case_reference),
               [](const Json& details) { return details["kind"] == Json(kUrgentSearch); });
}

Status watch_file(const Node::Inside& in, store::Transaction& transaction, const std::string& user, const Why& why,
                  const std::set<std::string>& found, std::vector<Written>& entries) {
  if (why.urgent) TRY(tell_of_urgent(in, transaction, user, why, entries));
  const std::string& file = why.case_reference;
  const std::int64_t since_ms = in.now_ms() - kDayMs;
  std::set<std::string> users{user};
  ASSIGN_OR_RETURN(const std::size_t people, people_of(in, file, found, since_ms, users));
  if (people < policy::kPeopleOfAFileMany) return {};
  ASSIGN_OR_RETURN(const bool told, is_told(in, kFileTold, file, since_ms));
  if (told) return add_searcher(in, transaction, file, user);
  Alarm alarm;
  alarm.kind = kManyPeople;
  alarm.sentence = sentence_of(file);
  alarm.by = fmt::format("{}", fmt::join(users, ", "));
  const std::size_t before = entries.size();
  TRY(tell_supervisor(in, transaction, std::move(alarm), entries));
  if (entries.size() > before) entries.back().details.set(kFileTold, file);
  return {};
}

Status watch_names(const Node::Inside& in, store::Transaction& transaction, const std::string& user,
                   std::vector<Written>& entries) {
  const std::int64_t since_ms = in.now_ms() - kDayMs;
  const std::size_t before = policy::kNamesOfAUserMany - 1;  // and this one
  const std::string person = person_of(user);
  ASSIGN_OR_RETURN(const std::vector<std::uint64_t> searches,
                   in.store->newest_log_details_about(in.journal.mark_of(kNamesSearcher, person), before));
  if (searches.size() < before) return {};
  ASSIGN_OR_RETURN(const bool recent, is_since(in, searches.back(), since_ms));
  ASSIGN_OR_RETURN(const bool told, is_told(in, kNamesTold, person, since_ms));
  if (!recent || told) return {};
  Alarm alarm;
  alarm.kind = "one_user_many_names";
  alarm.by = user;
  alarm.sentence = user + " searches by names and papers again and again, under whatever files: " +
                   std::to_string(policy::kNamesOfAUserMany) +
                   " times within 24 hours. Ask what for. The log has each search";
  const std::size_t of_old = entries.size();
  TRY(tell_supervisor(in, transaction, std::move(alarm), entries));
  if (entries.size() > of_old) entries.back().details.set(kNamesTold, person);
  return {};
}

}  // namespace puente::service
