// What people change beside the database, with an editor or a command: who may call, and our own keys. The node
// remembers what it was, so that a change made while it did not run is in the log as well.
#include <algorithm>

#include "core/user.h"
#include "service/protection.h"

namespace puente::service {
namespace {

Result<Json> remembered(const Node::Inside& in, const std::string& what) {
  ASSIGN_OR_RETURN(const std::optional<Bytes> kept, in.store->state(what));
  if (!kept) return Json();
  return parse_json(text(*kept));
}

// Names whose values are new, gone, or others than they were.
Json difference(const Json& before, const Json& now) {
  static const Json::Object kNothing;
  const Json::Object& old_ones = before.as_object() == nullptr ? kNothing : *before.as_object();
  const Json::Object& new_ones = now.as_object() == nullptr ? kNothing : *now.as_object();
  Json::Array added, changed, removed;
  for (const auto& [name, value] : new_ones) {
    const auto old = old_ones.find(name);
    if (old == old_ones.end()) added.emplace_back(name);
    if (old != old_ones.end() && old->second != value) changed.emplace_back(name);
  }
  for (const auto& [name, value] : old_ones) {
    if (!new_ones.contains(name)) removed.emplace_back(name);
  }
  return Json::object(
      {{"added", std::move(added)}, {"changed", std::move(changed)}, {"removed", std::move(removed)}, {"now", now}});
}

constexpr const char* kUsers = "users";
constexpr const char* kLastUsers = "users-last";   // the last that were some
constexpr const char* kGoneMarks = "tokens-gone";  // what was taken away, by its mark, and whose it was

// What people and machines get in by, by its mark: tokens, passwords, authenticators, certificates.
std::map<std::string, std::string> marks_of(const Json& users) {
  std::map<std::string, std::string> out;
  if (users.as_object() == nullptr) return out;
  for (const auto& [name, user] : *users.as_object()) {
    for (const char* const what : {"token", "password", "authenticator", "certificate"})
      if (const std::string* mark = user[what].as_string()) out[*mark] = name;
  }
  return out;
}

Status tell_of_revived(const Node::Inside& in, store::Transaction& transaction, const std::string& name,
                       std::vector<Written>& entries) {
  Alarm alarm;
  alarm.kind = "token_revived";
  alarm.sentence = "users.json has a token of " + name +
                   " again that was taken away, as an older copy of the file would: nobody is let in by it; who needs "
                   "one is given a new one";
  return tell_supervisor(in, transaction, std::move(alarm), entries);
}

// Since when examiners need a certificate, one who has none can decide nothing, and may not know.
Status tell_of_uncertified(const Node::Inside& in, store::Transaction& transaction, const std::string& name,
                           std::vector<Written>& entries) {
  Alarm alarm;
  alarm.kind = "examiner_not_certified";
  alarm.sentence = name +
                   " is an examiner without a certificate of competence, and gives no verdict: whoever runs the node "
                   "enters one with puente node user certify";
  return tell_supervisor(in, transaction, std::move(alarm), entries);
}

// By somebody's hand, or by an older copy of the file, in which the last day was not yet said.
Status tell_of_returned(const Node::Inside& in, store::Transaction& transaction, const std::string& name,
                        std::vector<Written>& entries) {
  Alarm alarm;
  alarm.kind = "user_returned";
  alarm.sentence = name + ", whose last day was over, may come in again by what users.json says now";
  return tell_supervisor(in, transaction, std::move(alarm), entries);
}

bool has_ended(const Json& user, std::int64_t now_ms) {
  const std::string* const until = user["expires"].as_string();
  if (until == nullptr) return false;
  const auto end = parse_iso8601(*until);
  return end.ok() && *end <= now_ms;
}

bool is_uncertified(const Json& user) {
  const std::string* until = user["certified_until"].as_string();
  return until != nullptr && *until == "none";
}

}  // namespace

Result<bool> is_name_of_user(const Node::Inside& in, const std::string& id) {
  ASSIGN_OR_RETURN(const Json users, remembered(in, kUsers));
  if (id.empty() || users.as_object() == nullptr) return false;
  return std::ranges::any_of(*users.as_object(), [&](const auto& each) { return same_user(each.first, id); });
}

// A node that was never told of users, as one without a server, takes everybody's word.
Result<bool> is_told(const Node::Inside& in, const std::string& user) {
  ASSIGN_OR_RETURN(const Json users, remembered(in, kUsers));
  if (users.as_object() == nullptr || users.as_object()->empty()) return true;
  const std::string* const role = users[user]["role"].as_string();
  if (role == nullptr) return false;
  if (const std::string* const until = users[user]["expires"].as_string()) {
    const auto end = parse_iso8601(*until);
    if (!end.ok() || *end <= in.latest_ms()) return false;
  }
  const auto known = parse_role(*role);
  return known.ok() && policy::may_do(*known, Action::kReadWatchlist).permitted;
}

Result<std::set<std::string>> Node::note_users(const Json& users) {
  Inside& in = *inside_;
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Json before, remembered(in, kUsers));
  ASSIGN_OR_RETURN(Json gone, remembered(in, kGoneMarks));
  if (gone.is_null()) gone = Json(Json::Object());
  const std::map<std::string, std::string> marks = marks_of(users);
  ASSIGN_OR_RETURN(Json last, remembered(in, kLastUsers));
  if (last.is_null()) last = before;
  for (const auto& [mark, name] : marks_of(last))  // a file that is not there for a moment takes nothing away
    if (!marks.empty() && !marks.contains(mark)) gone.set(mark, name);
  std::set<std::string> out;
  for (const auto& [mark, name] : *gone.as_object()) out.insert(mark);
  if (before == users || (before.is_null() && users.as_object()->empty())) return out;
  std::vector<Written> entries;
  entries.push_back({in.journal.entry(Event::kUsersChanged, "node"), difference(before, users)});
  std::set<std::string> revived;
  for (const auto& [mark, name] : marks)
    if (out.contains(mark)) revived.insert(name);
  for (const std::string& name : revived) TRY(tell_of_revived(in, *transaction, name, entries));
  for (const auto& [name, user] : *users.as_object())
    if (has_ended(last[name], in.latest_ms()) && !has_ended(user, in.latest_ms()))
      TRY(tell_of_returned(in, *transaction, name, entries));
  for (const auto& [name, user] : *users.as_object())
    if (is_uncertified(user) && before[name] != user) TRY(tell_of_uncertified(in, *transaction, name, entries));
  TRY(transaction->put_state(kUsers, view(canonical(users))));
  if (!marks.empty()) TRY(transaction->put_state(kLastUsers, view(canonical(users))));
  TRY(transaction->put_state(kGoneMarks, view(canonical(gone))));
  TRY(in.journal.commit(*transaction, std::move(entries)));
  return out;
}

Status Node::note_signed_in(const Caller& caller, bool second_factor) {
  Inside& in = *inside_;
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kSignedIn, caller),
                        Json::object({{"second_factor", second_factor}})));
  return {};
}

void Node::note_sign_in_refused(const std::string& user, const std::string& address) {
  inside_->refusals.count_sign_in(user, address);
}

Status Node::note_password_changed(const Caller& caller) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kSignIn));
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kUsersChanged, caller),
                        Json::object({{"own_password", caller.user}})));
  return {};
}

Result<Receipt> Node::note_sessions_ended(const Caller& caller, const std::string& user, const std::string& reasons) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kEndSessions));
  TRY(policy::check_reasons(reasons));
  const auto transaction = in.store->begin();
  return in.journal.commit(*transaction, in.journal.entry(Event::kSessionsEnded, caller),
                           Json::object({{"user", user}, {"reasons", reasons}}));
}

// The first keys follow none.
Status Node::note_keys(const Json& keys) {
  constexpr const char* kKeys = "keys";
  Inside& in = *inside_;
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Json before, remembered(in, kKeys));
  if (before == keys) return {};
  TRY(transaction->put_state(kKeys, view(canonical(keys))));
  if (before.is_null()) return transaction->commit(store::Housekeeping::kState);
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kKeyRenewed, "node"), difference(before, keys)));
  return {};
}

}  // namespace puente::service
