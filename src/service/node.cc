// Opening a node and an overseer, and what is read of them without a use case.
#include <spdlog/spdlog.h>

#include "core/limits.h"
#include "service/inside.h"
#include "service/protection.h"
#include "service/reconcile.h"

namespace puente::service {

namespace {

// Agreements that lie in the data directory and that this node never took a decision about.
Status accept_found(Node::Inside& in) {
  TRY(in.treaties.load());
  for (const std::string& document : in.config.agreements) {
    const auto accepted = accept_document(in, document, kItself, "found in the data directory at the start");
    if (accepted.ok() || accepted.error().code == Code::kAlreadyExists) continue;
    if (accepted.error().code == Code::kStorageFull || accepted.error().code == Code::kCorrupt) return accepted.error();
    spdlog::error("an agreement in the data directory is not taken into force: {}", accepted.error().message);
  }
  return {};
}

// Nobody has said yet that what was decided since the copy was made is decided here too.
Status remember_what_a_copy_forgot(Node::Inside& in) {
  ASSIGN_OR_RETURN(const std::vector<Alarm> unseen, in.store->alarms(true, kAllAlarms));
  in.copy_unanswered = std::ranges::any_of(unseen, [](const Alarm& each) { return each.kind == kCopyAdopted; });
  if (in.copy_unanswered)
    spdlog::warn("this node was restored: no partner is answered until a supervisor has answered the alarm {}",
                 kCopyAdopted);
  return {};
}

Status log_start(Node::Inside& in) {
  Json::Array agreements, notes;
  const auto held = in.treaties.all();
  for (const AcceptedAgreement& each : *held) {
    agreements.push_back(
        Json::object({{"id", each.id}, {"sha256", to_hex(each.digest)}, {"state", to_string(each.state)}}));
  }
  for (const std::string& note : in.store->opening_notes()) {
    spdlog::warn("{}", note);
    notes.emplace_back(note);
  }
  in.found_size = in.journal.size();
  const auto transaction = in.store->begin();
  // This entry carries the digest of all that there is.
  TRY(transaction->erase_state(store::kNotYetBound));
  TRY(transaction->seal_keys_anew());
  TRY(in.journal.commit(
      *transaction, in.journal.entry(Event::kNodeStarted, kItself),
      Json::object({{"agreements", Json(std::move(agreements))}, {"put_right", Json(std::move(notes))}})));
  return {};
}

}  // namespace

Node::Node(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Node::~Node() {
  if (inside_ != nullptr) stop();
}

Result<std::unique_ptr<Node>> Node::open(Config config, Seams seams) {
  ASSIGN_OR_RETURN(SecretKey store_key, SecretKey::from_bytes(config.node_key.bytes()));
  ASSIGN_OR_RETURN(std::unique_ptr<store::Store> store,
                   store::open(config.directory, store::Mode::kOpen, std::move(store_key), seams.random));
  auto inside = std::make_unique<Inside>(std::move(config), seams, std::move(store));
  TRY(inside->journal.open());
  TRY(inside->oversight.open());
  TRY(hold_against_log(*inside->store));
  TRY(start_watch(*inside));
  TRY(restore_budget(*inside));
  TRY(inside->roster.fill());
  Inside& in = *inside;
  using Item = store::OutboxItem;
  using Line = Courier::Line;
  in.courier.carries("question", [&in](const Item& item, Line& line) { return deliver_question(in, item, line); });
  in.courier.carries("callback", [&in](const Item& item, Line& line) { return deliver_callback(in, item, line); });
  for (const char* kind : {"verdict", "refused_verdict", "held_verdict"})  // the last two: of an older version
    in.courier.carries(kind, [&in](const Item& item, Line& line) { return deliver_verdict(in, item, line); });

  TRY(accept_found(in));
  TRY(keep_protections(in));
  TRY(await_second_act(in));
  TRY(remember_what_a_copy_forgot(in));
  TRY(log_start(in));
  watch_clock(in);
  return std::unique_ptr<Node>(new Node(std::move(inside)));
}

Status Node::may(const Caller& caller, Action action) const {
  return policy::may_do(caller.role, action).status();
}

Status Node::authorise(const Caller& caller, Action action) {
  const Status permitted = may(caller, action);
  if (!permitted.ok()) TRY(inside_->refusals.write_down(caller, action));
  return permitted;
}

const Config& Node::config() const {
  return inside_->config;
}

std::string Node::checkpoint() const {
  return inside_->journal.checkpoint();
}

Result<std::string> Node::proof(std::uint64_t index) const {
  return inside_->journal.proof(index);
}

std::optional<Error> why_silent(const Node::Inside& in) {
  if (in.oversight.must_be_silent())
    return Error{Code::kUnavailable,
                 "an overseer has seen another history of this node's log: an operator must decide"};
  if (in.copy_unanswered)
    return Error{Code::kUnavailable,
                 "this node was restored: a supervisor must answer the alarm \"copy_adopted\" first"};
  if (!in.oversight.unseen_too_long()) return std::nullopt;
  return Error{Code::kUnavailable, "no overseer has cosigned this node's log for too long"};
}

std::string Node::ask_overseers() {
  Inside& in = *inside_;
  in.oversight.work(in.journal);
  return in.oversight.other_history();
}

namespace {

// How far a copy reaches: what was decided last. A start that came before, and was not followed by an adoption, decided
// nothing.
struct Reach {
  std::uint64_t entries = 0;
  std::int64_t newest_ms = 0;
};
Result<Reach> reach_of(const Node::Inside& in) {
  const std::set<std::string> of_starts{to_string(Event::kNodeStarted), to_string(Event::kClockDoubted),
                                        to_string(Event::kSupervisorTold)};
  for (std::uint64_t entries = in.found_size; entries > 0; --entries) {
    ASSIGN_OR_RETURN(const std::vector<LogRow> rows, in.store->log_rows(entries - 1, 1));
    if (rows.empty()) return Error{Code::kCorrupt, "an entry of the log is not there"};
    ASSIGN_OR_RETURN(const Json leaf, parse_json(text(rows.front().leaf)));
    const std::string* const event = leaf["event"].as_string();
    if (event != nullptr && of_starts.contains(*event) && entries > 1) continue;
    ASSIGN_OR_RETURN(const std::int64_t newest_ms, parse_iso8601(std::string(time_in(text(rows.front().leaf)))));
    return Reach{entries, newest_ms};
  }
  return Reach{};
}

}  // namespace

Result<Receipt> Node::adopt_copy(const Caller& caller, const std::string& reasons) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kConfirmClock));
  if (policy::written(reasons) < policy::kReasonsMin)
    return Error{Code::kInvalidInput,
                 "reasons: say in two words or more (ten characters, five different) why this copy is the node now"};
  ASSIGN_OR_RETURN(const Reach reach, reach_of(in));
  const auto transaction = in.store->begin();
  TRY(in.oversight.adopt(*transaction, in.journal.size()));
  std::vector<Written> entries{{in.journal.entry(Event::kCopyAdopted, caller), Json::object({{"reasons", reasons}})}};
  Alarm alarm;
  alarm.kind = kCopyAdopted;
  // Of each restore another sentence, so that each has an alarm.
  alarm.sentence =
      "this node was restored, at entry " + std::to_string(in.journal.size()) + ", from a copy of " +
      std::to_string(reach.entries) + " entries, the last of " + to_iso8601(reach.newest_ms) + "; the clock says " +
      to_iso8601(in.latest_ms()) +
      ": what was decided between is not known here. Hide again whom you hid since, erase again whom you "
      "erased, remove again users who were removed and entries of watchlists, and take their certificates from "
      "examiners who were found. Every agreement is suspended: resume each that was not suspended or terminated since. "
      "No partner is answered until a supervisor has answered this alarm";
  alarm.by = caller.user;
  TRY(tell_supervisor(in, *transaction, std::move(alarm), entries));
  // One that was suspended or terminated since is in force in the copy.
  TRY(suspend_all(in, *transaction, "restored from a copy: what was decided since is not known here", entries));
  ASSIGN_OR_RETURN(const Receipt receipt, in.journal.commit(*transaction, std::move(entries)));
  TRY(in.treaties.load());
  in.oversight.adopted();
  in.copy_unanswered = true;
  return receipt;
}

Result<bool> Node::is_adopted_copy() const {
  ASSIGN_OR_RETURN(const std::optional<Bytes> adopted, inside_->store->state(kAdopted));
  return adopted.has_value();
}

struct Overseer::Inside {
  Inside(OverseerConfig its_config, std::unique_ptr<store::Store> its_store, Clock& clock)
      : config(std::move(its_config)),
        store(std::move(its_store)),
        witness(config.name, config.signing_key, config.logs, *store, clock) {}
  const OverseerConfig config;
  const std::unique_ptr<store::Store> store;
  audit::Witness witness;
  Mutex mutex;
  std::map<std::string, std::int64_t> clocks_ahead_ms GUARDED_BY(mutex);  // of logs whose clock is not as ours
};

namespace {

// A log's clock is believed no more than our own: which of the two is wrong, a person has to find out.
void compare_clocks(Overseer::Inside& in, const std::string& origin, std::int64_t ahead_ms) {
  const bool differs = std::abs(ahead_ms) > limits::kClockSkewMsMax;
  const MutexLock lock(in.mutex);
  const bool told = in.clocks_ahead_ms.contains(origin);
  if (differs) in.clocks_ahead_ms[origin] = ahead_ms;
  if (!differs) in.clocks_ahead_ms.erase(origin);
  if (differs && !told)
    spdlog::error("the clock of {} is {} s {} ours: one of the two is wrong; it is cosigned at our time", origin,
                  std::abs(ahead_ms) / 1000, ahead_ms > 0 ? "ahead of" : "behind");
  if (!differs && told) spdlog::warn("the clock of {} agrees with ours again", origin);
}

}  // namespace

Overseer::Overseer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Overseer::~Overseer() = default;

Result<std::unique_ptr<Overseer>> Overseer::open(OverseerConfig config, Clock& clock, Random& random) {
  ASSIGN_OR_RETURN(SecretKey store_key, SecretKey::from_bytes(config.node_key.bytes()));
  ASSIGN_OR_RETURN(std::unique_ptr<store::Store> store,
                   store::open(config.directory, store::Mode::kOpen, std::move(store_key), random));
  TRY(hold_against_log(*store));
  ASSIGN_OR_RETURN(const std::vector<std::string> origins, store->witnessed_origins());
  if (!origins.empty() && store->rows_when_opened().seal == store::Store::Rows::Seal::kNone)
    spdlog::error("what this overseer has cosigned has no seal: an older version wrote it, or something took it away");
  return std::unique_ptr<Overseer>(new Overseer(std::make_unique<Inside>(std::move(config), std::move(store), clock)));
}

OverseerReply Overseer::add_checkpoint(std::string_view body) {
  audit::WitnessReply reply = inside_->witness.add_checkpoint(body);
  if (reply.status == 422)
    spdlog::error("a log has shown a checkpoint that does not follow from what was cosigned: puente node evidence");
  if (reply.ahead_ms) compare_clocks(*inside_, reply.origin, *reply.ahead_ms);
  return {reply.status, std::move(reply.content_type), std::move(reply.body)};
}

std::vector<std::string> Overseer::logs_whose_clock_differs() const {
  std::vector<std::string> out;
  const MutexLock lock(inside_->mutex);
  for (const auto& [origin, ahead_ms] : inside_->clocks_ahead_ms) out.push_back(origin);
  return out;
}

Result<std::map<std::string, std::vector<Shown>>> Overseer::shown() const {
  std::map<std::string, std::vector<Shown>> out;
  ASSIGN_OR_RETURN(const std::vector<std::string> origins, inside_->store->witnessed_origins());
  for (const std::string& origin : origins) {
    ASSIGN_OR_RETURN(out[origin], inside_->store->shown(origin));
  }
  return out;
}

Status Overseer::restart_log(const std::string& origin) {
  return inside_->store->forget_witnessed(origin);
}

Result<std::uint64_t> Overseer::witnessed_entries() const {
  std::uint64_t out = 0;
  ASSIGN_OR_RETURN(const std::vector<std::string> origins, inside_->store->witnessed_origins());
  for (const std::string& origin : origins) {
    ASSIGN_OR_RETURN(const std::optional<Witnessed> last, inside_->store->witnessed(origin));
    if (last) out += last->size;
  }
  return out;
}

}  // namespace puente::service
