#include "service/watchlist.h"

#include <algorithm>

#include "core/biographic.h"
#include "core/limits.h"
#include "service/protection.h"

namespace puente::service {
namespace {

constexpr std::size_t kAtOnce = 10'000;

// Nobody sees the subject of such an entry in its leaf; its details have it, so that an erasure finds them.
Entry entry_of(const Node::Inside& in, Event event, const Actor& actor, const std::string& person_id) {
  Entry out = in.journal.entry(event, actor);
  out.of = person_id;
  return out;
}

// Without what is over, whether or not the sweep has come by.
WatchlistEntry as_of(WatchlistEntry entry, std::int64_t now_ms) {
  entry.review_overdue = entry.in_force() && entry.review_ms <= now_ms;
  std::erase_if(entry.assessments, [&](const Assessment& each) { return each.expires_ms <= now_ms; });
  return entry;
}

Status put(store::Transaction& transaction, const WatchlistEntry& entry) {
  return transaction.put_watchlist_entry(entry, policy::next_end_ms(entry));
}

// Of whoever may see it: a supervisor each, an officer what they own or proposed; of others they do not learn that they
// are there.
Result<WatchlistEntry> entry_for(const Node::Inside& in, const Caller& caller, const std::string& entry_id) {
  const Error none{Code::kNotFound, "there is no such entry of a watchlist, or none of yours"};
  Result<WatchlistEntry> entry = in.store->watchlist_entry(entry_id);
  if (!entry.ok()) return entry.error().code == Code::kNotFound ? none : entry.error();
  const bool own = entry->owner == caller.user || entry->proposed_by == caller.user;
  if ((!own && caller.role != Role::kSupervisor) || policy::ends_ms(*entry) <= in.latest_ms()) return none;
  return entry;
}

// Of an entry made of a partner's data: our question, where there still is one.
Result<std::optional<Question>> source_of(const Node::Inside& in, const WatchlistEntry& entry) {
  if (!entry.from_partner) return std::optional<Question>();
  Result<Question> asked = in.store->question(entry.from_partner->exchange_id);
  if (asked.ok()) return std::optional(*std::move(asked));
  if (asked.error().code == Code::kNotFound) return std::optional<Question>();
  return asked.error();
}

Result<policy::Decision> judge(const Node::Inside& in, const WatchlistEntry& entry) {
  policy::Listing listing{.now_ms = in.now_ms()};
  ASSIGN_OR_RETURN(listing.owner_is_told, is_told(in, entry.owner));
  ASSIGN_OR_RETURN(const std::optional<Question> released, source_of(in, entry));
  if (released) listing.released = &*released;
  const policy::Decision decision = policy::may_list(entry, listing);
  listing.now_ms = in.latest_ms();
  return decision.permitted ? policy::may_list(entry, listing) : decision;
}

// Written down, with its reasons, and nothing else happens.
Error refuse(Node::Inside& in, store::Transaction& transaction, const Caller& caller, const WatchlistEntry& entry,
             const policy::Decision& decision) {
  Entry refused = entry_of(in, Event::kWatchlistRefused, caller, entry.person_id);
  refused.reasons = decision.reasons;
  Json details = entry.entry_id.empty() ? Json() : Json::object({{"entry_id", entry.entry_id}});
  const auto logged = in.journal.commit(transaction, std::move(refused), std::move(details));
  if (!logged.ok()) return logged.error();
  return decision.status().error();
}

// Whom an answer with this entry names.
std::set<std::string> named_by(const WatchlistEntry& entry) {
  std::set<std::string> out = named_in(entry.hand, {entry.file, entry.legal_basis, entry.reasons});
  out.insert(entry.entry_id);  // so that the answer goes with the entry
  for (const Fact& each : entry.facts) out = named_in(std::move(out), {each.statement, each.source, each.document});
  for (const Assessment& each : entry.assessments) out = named_in(std::move(out), {each.statement, each.by});
  return out;
}

Status erase_alerts_of(const Node::Inside& in, store::Transaction& transaction, const std::string& entry_id) {
  ASSIGN_OR_RETURN(const std::vector<WatchlistAlert> alerts, in.store->watchlist_alerts());
  for (const WatchlistAlert& each : alerts)
    if (each.entry_id == entry_id) TRY(transaction.erase_watchlist_alert(each.number));
  return {};
}

// Midnight, so that the hour of an alert's end does not tell when somebody was met.
std::int64_t end_of_alert(std::int64_t now_ms) {
  return (now_ms / kDayMs + 1 + limits::kWatchlistAlertDays) * kDayMs;
}

Status alert(const Node::Inside& in, store::Transaction& transaction, const WatchlistEntry& entry,
             const std::string& person_id, const Meeting& meeting) {
  ASSIGN_OR_RETURN(const bool owner_is_told, is_told(in, entry.owner));
  const auto released = source_of(in, entry);
  ASSIGN_OR_RETURN(const bool readable, is_readable(in, released, entry.entry_id));
  const Question* const source = readable && *released ? &**released : nullptr;
  if (!policy::may_alert(entry, owner_is_told, in.latest_ms(), source).permitted) return {};
  WatchlistAlert made;
  made.entry_id = entry.entry_id;
  made.owner = entry.owner;
  made.person_id = person_id;
  made.how = meeting.how;
  made.file = meeting.file;
  made.partner = meeting.partner;
  made.time_ms = in.now_ms();
  made.expires_ms = end_of_alert(made.time_ms);
  const auto number = transaction.put_watchlist_alert(made);
  return number.ok() ? Status() : Status(number.error());
}

// Each entry about any of these ids once, with one of them.
using About = std::map<std::string, std::string>;
Result<About> entries_about(const Node::Inside& in, const std::set<std::string>& ids) {
  About out;
  for (const std::string& each : ids) {
    ASSIGN_OR_RETURN(const std::vector<std::string> about, in.store->watchlist_about(each));
    for (const std::string& entry_id : about) out.emplace(entry_id, each);
  }
  return out;
}

std::vector<std::string*> words_of(WatchlistEntry& entry) {
  std::vector<std::string*> out = {&entry.file, &entry.legal_basis, &entry.reasons};
  for (Fact& each : entry.facts) out.insert(out.end(), {&each.statement, &each.source, &each.document});
  for (Assessment& each : entry.assessments) out.insert(out.end(), {&each.statement, &each.by});
  return out;
}

// Of somebody else's entry: another id of the hand is gone, or words that named who is.
Status erase_from_entry(const Node::Inside& in, store::Transaction& transaction, WatchlistEntry entry,
                        const std::string& person_id, const Named& person, std::size_t& rows) {
  bool said = false;
  for (std::string* words : words_of(entry)) said = blank(*words, person) || said;
  if (said) TRY(erase_details_of(in, transaction, entry.person_id, person));
  if (entry.hand.erase(person_id) == 0 && !said) return {};
  ++rows;
  return put(transaction, entry);
}

}  // namespace

// ---- met

std::set<std::string> ids_of(const std::vector<Candidate>& candidates) {
  std::set<std::string> out;
  for (const Candidate& each : candidates) out.insert(each.person_id);
  return out;
}

Status note_met(const Node::Inside& in, store::Transaction& transaction, const std::set<std::string>& found,
                const Meeting& meeting) {
  ASSIGN_OR_RETURN(const About about, entries_about(in, found));
  for (const auto& [entry_id, person_id] : about) {
    const Result<WatchlistEntry> entry = in.store->watchlist_entry(entry_id);
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, entry, entry_id));
    if (readable) TRY(alert(in, transaction, *entry, person_id, meeting));
  }
  return {};
}

Status note_enrolled(const Node::Inside& in, store::Transaction& transaction, const std::string& person_id,
                     const std::vector<Candidate>& known_as, bool overruled) {
  std::set<std::string> ids = ids_of(known_as);
  ids.insert(person_id);
  TRY(note_met(in, transaction, ids, {.how = MetHow::kEnrolled}));
  if (overruled) return {};
  ASSIGN_OR_RETURN(const About about, entries_about(in, ids));
  for (const auto& [entry_id, unused] : about) {
    Result<WatchlistEntry> entry = in.store->watchlist_entry(entry_id);
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, entry, entry_id));
    if (readable && entry->hand.insert(person_id).second) TRY(put(transaction, *entry));
  }
  return {};
}

// ---- ends

Status erase_from_watchlists(const Node::Inside& in, store::Transaction& transaction, const std::string& person_id,
                             const Named& person, std::size_t& rows) {
  std::set<std::string> erased;
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, in.store->watchlist_ids());
  for (const std::string& entry_id : ids) {
    Result<WatchlistEntry> entry = in.store->watchlist_entry(entry_id);
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, entry, entry_id));
    if (!readable) continue;
    if (entry->person_id != person_id) {
      TRY(erase_from_entry(in, transaction, *std::move(entry), person_id, person, rows));
      continue;
    }
    TRY(transaction.erase_watchlist_entry(entry_id));
    erased.insert(entry_id);
    ++rows;
  }
  ASSIGN_OR_RETURN(std::vector<WatchlistAlert> alerts, in.store->watchlist_alerts());
  for (WatchlistAlert& each : alerts) {
    const bool of_the_person = each.person_id == person_id || erased.contains(each.entry_id);
    if (!of_the_person && !blank(each.file, person)) continue;
    TRY(of_the_person ? transaction.erase_watchlist_alert(each.number) : transaction.update_watchlist_alert(each));
    ++rows;
  }
  return {};
}

Status end_entries_made_of(const Node::Inside& in, store::Transaction& transaction, const std::string& exchange_id,
                           std::vector<Written>& entries) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, in.store->watchlist_ids());
  for (const std::string& entry_id : ids) {
    const Result<WatchlistEntry> entry = in.store->watchlist_entry(entry_id);
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, entry, entry_id));
    if (!readable || !entry->from_partner || entry->from_partner->exchange_id != exchange_id) continue;
    TRY(erase_alerts_of(in, transaction, entry_id));
    TRY(transaction.erase_answers_about(entry_id));
    TRY(transaction.erase_watchlist_entry(entry_id));
    entries.push_back({entry_of(in, Event::kWatchlistRemoved, kItself, entry->person_id),
                       Json::object({{"entry_id", entry_id}, {"why", "source_not_released"}})});
  }
  return {};
}

Status end_entries_without_source(Node::Inside& in) {
  const std::int64_t day = in.now_ms() / kDayMs;
  if (day == in.looked_at_sources_day) return {};
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, in.store->watchlist_ids());
  for (const std::string& entry_id : ids) {
    const Result<WatchlistEntry> entry = in.store->watchlist_entry(entry_id);
    if (!entry.ok() || !entry->from_partner) continue;
    const auto transaction = in.store->begin();
    const auto source = source_of(in, *entry);
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, source, entry_id));
    if (!readable || (*source && policy::may_use(**source, (*source)->purpose, in.now_ms()).permitted)) continue;
    std::vector<Written> entries;
    TRY(end_entries_made_of(in, *transaction, entry->from_partner->exchange_id, entries));
    if (!entries.empty()) TRY(in.journal.commit(*transaction, std::move(entries)));
  }
  in.looked_at_sources_day = day;
  return {};
}

Status end_watchlist_entry(Node::Inside& in, const std::string& entry_id) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const WatchlistEntry entry, in.store->watchlist_entry(entry_id));
  const bool over = policy::ends_ms(entry) <= in.now_ms();
  const WatchlistEntry left = as_of(entry, in.now_ms());
  Json details = Json::object({{"entry_id", entry_id}});
  if (over) {
    details.set("why", entry.in_force() ? "entry_expired" : "entry_not_decided");
    TRY(erase_alerts_of(in, *transaction, entry_id));
    TRY(transaction->erase_watchlist_entry(entry_id));
  } else {
    details.set("assessments", entry.assessments.size() - left.assessments.size());
    TRY(put(*transaction, left));
  }
  TRY(in.journal.commit(*transaction, entry_of(in, Event::kWatchlistRemoved, kItself, entry.person_id),
                        std::move(details)));
  return {};
}

Status erase_alerts_past(Node::Inside& in) {
  ASSIGN_OR_RETURN(const std::vector<std::int64_t> looked, in.store->watchlist_alerts_past(in.now_ms(), kAtOnce));
  if (looked.empty()) return {};
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const std::vector<std::int64_t> past, in.store->watchlist_alerts_past(in.now_ms(), kAtOnce));
  if (past.empty()) return {};
  for (const std::int64_t each : past) TRY(transaction->erase_watchlist_alert(each));
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kWatchlistRemoved, kItself),
                        Json::object({{"alerts", past.size()}})));
  return {};
}

// ---- use cases

static Result<std::vector<std::string>> enrolled(const Node::Inside& in, const std::string& person_id) {
  ASSIGN_OR_RETURN(std::vector<std::string> encounters, in.store->encounter_ids(person_id));
  if (encounters.empty()) return Error{Code::kNotFound, "nobody is enrolled under this person_id"};
  return encounters;
}

Result<WatchlistView> Node::propose_watchlist(const Caller& caller, const Json& document,
                                              const Once<WatchlistView>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kProposeWatchlist));
  TRY(at_the_running_node(caller));  // the first of two acts
  if (policy::is_made_of_points(document)) {
    const auto transaction = in.store->begin();
    return refuse(in, *transaction, caller, {}, policy::Decision::deny({"evidence_of_points"}));
  }
  WatchlistView out;
  WatchlistEntry& entry = out.entry;
  ASSIGN_OR_RETURN(entry, read_proposal(document));
  TRY(written_down(in, caller, Action::kProposeWatchlist, entry.person_id, enrolled(in, entry.person_id)));
  Hand hand(in.roster, *in.store);
  hand.add(entry.person_id);
  TRY(hand.ids());

  const auto transaction = in.store->begin();
  TRY(enrolled(in, entry.person_id));  // erased since
  ASSIGN_OR_RETURN(const std::vector<std::string> all, in.store->watchlist_ids());
  if (all.size() >= limits::kWatchlistEntriesMax)
    return Error{Code::kQuotaExceeded, "there are as many entries of watchlists as can be: remove some first"};
  ASSIGN_OR_RETURN(const policy::Decision decision, judge(in, entry));
  if (!decision.permitted) return refuse(in, *transaction, caller, entry, decision);
  ASSIGN_OR_RETURN(entry.hand, hand.ids());
  entry.entry_id = in.seams.random.id("w-");
  entry.entered_ms = in.now_ms();
  entry.proposed_by = caller.user;
  TRY(put(*transaction, entry));
  out.receipt = in.journal.receipt_of(1);
  TRY(keep(in, *transaction, once, out, named_by(entry)));
  TRY(in.journal.commit(*transaction, entry_of(in, Event::kWatchlistEntered, caller, entry.person_id),
                        Json::object({{"entry_id", entry.entry_id},
                                      {"owner", entry.owner},
                                      {"category", to_string(*entry.category)},
                                      {"expires", to_iso8601(entry.expires_ms)}})));
  return out;
}

Result<std::vector<WatchlistEntry>> Node::watchlist(const Caller& caller) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kReadWatchlist));
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, in.store->watchlist_ids());
  std::vector<WatchlistEntry> out;
  Json::Array shown;
  for (const std::string& each : ids) {
    Result<WatchlistEntry> entry = entry_for(in, caller, each);
    if (!entry.ok() && entry.error().code == Code::kNotFound) continue;
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, entry, each));
    if (!readable) continue;
    shown.emplace_back(each);
    out.push_back(as_of(*std::move(entry), in.latest_ms()));
  }
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kWatchlistRead, caller),
                        Json::object({{"entries", std::move(shown)}})));
  return out;
}

Result<WatchlistView> Node::watchlist_entry(const Caller& caller, const std::string& entry_id) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kReadWatchlist));
  const auto transaction = in.store->begin();
  WatchlistView out;
  ASSIGN_OR_RETURN(out.entry, entry_for(in, caller, entry_id));
  out.entry = as_of(std::move(out.entry), in.latest_ms());
  ASSIGN_OR_RETURN(out.receipt,
                   in.journal.commit(*transaction, entry_of(in, Event::kWatchlistRead, caller, out.entry.person_id),
                                     Json::object({{"entries", Json::array({entry_id})}})));
  return out;
}

// In force by it, or looked at again; or refused, and gone.
Result<Receipt> Node::decide_watchlist(const Caller& caller, const std::string& entry_id, ListingDecision wanted,
                                       const std::string& reasons, const std::string& review,
                                       const Once<Receipt>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kDecideWatchlist));
  TRY(at_the_running_node(caller));
  TRY(policy::check_reasons(reasons));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(WatchlistEntry entry, entry_for(in, caller, entry_id));
  entry = as_of(std::move(entry), in.now_ms());
  const policy::Decision may = policy::may_decide_listing(
      {entry.proposed_by, entry.owner, caller.user, reasons, wanted == ListingDecision::kInForce});
  if (!may.permitted) return refuse(in, *transaction, caller, entry, may);
  if (wanted == ListingDecision::kRefuse) {
    TRY(erase_alerts_of(in, *transaction, entry_id));
    TRY(transaction->erase_watchlist_entry(entry_id));
  } else {
    if (!review.empty()) entry.review_ms = day_of(review).value_or(0);
    ASSIGN_OR_RETURN(const policy::Decision sound, judge(in, entry));
    if (!sound.permitted) return refuse(in, *transaction, caller, entry, sound);
    entry.decided_by = caller.user;
    entry.decided_ms = in.now_ms();
    entry.reasons = reasons;
    TRY(put(*transaction, entry));
  }
  return commit_once(in, *transaction, entry_of(in, Event::kWatchlistDecided, caller, entry.person_id),
                     Json::object({{"entry_id", entry_id}, {"decision", to_string(wanted)}, {"reasons", reasons}}),
                     once);
}

Result<Receipt> Node::remove_watchlist(const Caller& caller, const std::string& entry_id, const std::string& reasons,
                                       const Once<Receipt>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kRemoveWatchlist));
  TRY(policy::check_reasons(reasons));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const WatchlistEntry entry, entry_for(in, caller, entry_id));
  TRY(erase_alerts_of(in, *transaction, entry_id));
  TRY(transaction->erase_watchlist_entry(entry_id));
  return commit_once(in, *transaction, entry_of(in, Event::kWatchlistRemoved, caller, entry.person_id),
                     Json::object({{"entry_id", entry_id}, {"reasons", reasons}}), once);
}

// Of whoever may be anybody nobody knows whether they are the owner.
Result<std::vector<WatchlistAlert>> Node::watchlist_alerts(const Caller& caller) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kReadWatchlist));
  TRY(at_the_running_node(caller));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(std::vector<WatchlistAlert> alerts, in.store->watchlist_alerts());
  std::erase_if(alerts, [&](const WatchlistAlert& each) {
    return each.owner != caller.user || each.expires_ms <= in.latest_ms();
  });
  if (alerts.size() > limits::kPageMax) alerts.resize(limits::kPageMax);
  Json::Array shown;
  for (const WatchlistAlert& each : alerts)
    shown.push_back(Json::object({{"number", each.number}, {"entry_id", each.entry_id}, {"how", to_string(each.how)}}));
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kWatchlistRead, caller),
                        Json::object({{"alerts", std::move(shown)}})));
  return alerts;
}

}  // namespace puente::service
