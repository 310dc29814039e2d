// What people change beside the database, with an editor or a command: who may call, and our own keys. The node
// remembers what it was, so that a change made while it did not run is in the log as well.
#include "service/inside.h"

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

enum class FirstTime { kIsAnEntry, kIsNone };

Status note(Node::Inside& in, const std::string& what, const Json& now, Event event, FirstTime first_time) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Json before, remembered(in, what));
  const bool nothing_yet = before.is_null();
  if (before == now || (nothing_yet && now.as_object()->empty())) return {};
  TRY(transaction->put_state(what, view(canonical(now))));
  if (nothing_yet && first_time == FirstTime::kIsNone) return transaction->commit(store::Housekeeping::kState);
  TRY(in.journal.commit(*transaction, in.journal.entry(event, "node"), difference(before, now)));
  return {};
}

}  // namespace

Status Node::note_users(const Json& users) {
  return note(*inside_, "users", users, Event::kUsersChanged, FirstTime::kIsAnEntry);
}

Status Node::note_keys(const Json& keys) {
  return note(*inside_, "keys", keys, Event::kKeyRenewed, FirstTime::kIsNone);
}

}  // namespace puente::service
