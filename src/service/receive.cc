// What a partner sent: opened, refused or carried to its use case.
#include <spdlog/spdlog.h>

#include <set>

#include "core/parallel.h"
#include "core/patience.h"
#include "service/inside.h"

namespace puente::service {
namespace {

// Opened at the partner's cost: who has had more than its share gives way to others.
Result<exchange::Message> open_for(Node::Inside& in, const std::string& peer, ByteView sealed) {
  const auto agreements = in.treaties.all();
  Result<exchange::Message> out = Error{Code::kInternal, "not opened"};
  const auto open = [&] {
    const Patience work(0);
    out = open_message(in.config, sealed, *agreements, in.now_ms(), peer);
    (void)work.is_over();  // counts
    in.budget.note_work(peer, work.used_ms());
  };
  const int niceness = in.budget.favour(peer).niceness;
  if (niceness == kNiceToNobody) {
    open();
  } else {
    run_apart(niceness, open);
  }
  if (!out.ok() && out.error().code == Code::kCorrupt)  // bytes of theirs, nothing of ours is damaged
    return Error{Code::kInvalidInput, out.error().message};
  return out;
}

Result<Bytes> receive_opened(Node::Inside& in, const exchange::Message& message) {
  if (const auto* question = std::get_if<exchange::QuestionBody>(&message.body)) {
    return answer_question(in, message.header, *question);
  }
  if (std::holds_alternative<exchange::ReleaseBody>(message.body) ||
      std::holds_alternative<exchange::NotConfirmedBody>(message.body)) {
    Result<Bytes> acknowledged = accept_verdict(in, message);
    if (acknowledged.ok()) in.budget.note_use(message.header.from, true);
    return acknowledged;
  }
  return Error{Code::kReplayed, "a message of this kind only ever comes as a reply"};
}

Result<Bytes> receive_metered(Node::Inside& in, const std::string& peer, ByteView sealed) {
  TRY(in.budget.take(peer, Cost::kMessages, 1));
  TRY(in.budget.take(peer, Cost::kBytes, static_cast<std::int64_t>(sealed.size())));
  ASSIGN_OR_RETURN(const exchange::Message message, open_for(in, peer, sealed));
  if (message.header.from != peer)
    return Error{Code::kUnauthenticated, "the message's sender is not the holder of this connection"};
  return receive_opened(in, message);
}

// Whether the message was not as it should be, or we could not take it.
bool is_theirs(Code code) {
  return code != Code::kUnavailable && code != Code::kInternal && code != Code::kStorageFull;
}

Status log_refused_messages_of(Node::Inside& in, const std::string& partner) {
  if (!in.treaties.in_force_with(partner)) return {};
  const auto refused = in.budget.refused_due(partner);
  if (!refused) return {};
  Entry entry = in.journal.entry(Event::kMessagesRefused, as_partner(partner));
  Json counts{Json::Object()};
  for (const auto& [why, count] : refused->counts) {
    entry.reasons.push_back(why);
    counts.set(why, count);
  }
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(
      *transaction, std::move(entry),
      Json::object({{"partner", partner}, {"since", to_iso8601(refused->since_ms)}, {"counts", std::move(counts)}})));
  return {};
}

}  // namespace

void log_refused_messages(Node::Inside& in) {
  std::set<std::string> partners;
  const auto held = in.treaties.all();
  for (const AcceptedAgreement& each : *held) {
    if (const Party* partner = each.partner_of(in.config.country)) partners.insert(partner->country);
  }
  for (const std::string& partner : partners) {
    const Status logged = log_refused_messages_of(in, partner);
    if (!logged.ok()) spdlog::error("refused messages cannot be logged: {}", logged.error().message);
  }
}

namespace {
constexpr const char* kLevels = "partners-have-left";   // a state
constexpr std::int64_t kKeepLevelsEveryMs = kMinuteMs;  // by which the buckets that matter are full again
}  // namespace

// A damaged one keeps no node from opening: what partners had left is soon as it was.
Status restore_budget(Node::Inside& in) {
  const Result<std::optional<Bytes>> kept = in.store->state(kLevels);
  ASSIGN_OR_RETURN(const bool readable, is_readable(in, kept, kLevels));
  if (!readable || !*kept) return {};
  const Result<Json> levels = parse_json(text(**kept));
  if (levels.ok()) in.budget.restore(*levels);
  if (!levels.ok()) note_unreadable(in, kLevels, levels.error());
  return {};
}

void keep_budget(Node::Inside& in, bool at_once) {
  const std::int64_t now_ms = in.seams.clock.steady_ms();
  if (!at_once && now_ms - in.kept_budget_ms < kKeepLevelsEveryMs) return;
  in.kept_budget_ms = now_ms;
  const auto levels = in.budget.changed_levels();
  if (!levels) return;
  const auto transaction = in.store->begin();
  Status kept = transaction->put_state(kLevels, view(canonical(*levels)));
  if (kept.ok()) kept = transaction->commit(store::Housekeeping::kState);
  if (!kept.ok()) spdlog::error("what partners have left cannot be kept: {}", kept.error().message);
}

Door Node::may_send(const std::string& peer) {
  return inside_->budget.may_send(peer);
}

Result<Bytes> Node::receive(const std::string& peer, ByteView sealed) {
  Inside& in = *inside_;
  if (const auto silent = why_silent(in)) return *silent;
  Result<Bytes> reply = receive_metered(in, peer, sealed);
  if (reply.ok()) return reply;
  in.budget.note_refused(peer, reply.error().code);
  if (is_theirs(reply.error().code)) in.budget.note_use(peer, false);
  TRY(log_refused_messages_of(in, peer));
  return reply;
}

}  // namespace puente::service
