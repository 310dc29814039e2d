// Opening a node and an overseer, and what is read of them without a use case.
#include <spdlog/spdlog.h>

#include "service/inside.h"

namespace puente::service {

namespace {

// Agreements that lie in the data directory and that this node never took a decision about.
Status accept_found(Node::Inside& in) {
  TRY(in.treaties.load());
  for (const std::string& document : in.config.agreements) {
    const auto accepted = accept_document(in, document, "node", "found in the data directory at the start");
    if (!accepted.ok() && accepted.error().code != Code::kAlreadyExists) return accepted.error();
  }
  return {};
}

Status log_start(Node::Inside& in) {
  Json::Array agreements, notes;
  for (const AcceptedAgreement& each : *in.treaties.all()) {
    agreements.push_back(
        Json::object({{"id", each.id}, {"sha256", to_hex(each.digest)}, {"state", to_string(each.state)}}));
  }
  for (const std::string& note : in.store->opening_notes()) {
    spdlog::warn("{}", note);
    notes.emplace_back(note);
  }
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(
      *transaction, in.journal.entry(Event::kNodeStarted, "node"),
      Json::object({{"agreements", Json(std::move(agreements))}, {"put_right", Json(std::move(notes))}})));
  return {};
}

}  // namespace

Node::Node(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::open(Config config, Seams seams) {
  ASSIGN_OR_RETURN(SecretKey store_key, SecretKey::from_bytes(config.node_key.bytes()));
  ASSIGN_OR_RETURN(std::unique_ptr<store::Store> store,
                   store::open(config.directory, store::Mode::kOpen, std::move(store_key), seams.random));
  auto inside = std::make_unique<Inside>(std::move(config), seams, std::move(store));
  TRY(inside->journal.open());
  TRY(inside->roster.fill());
  Inside& in = *inside;
  in.courier.carries("question", [&in](const store::OutboxItem& item) { return deliver_question(in, item); });
  in.courier.carries("callback", [&in](const store::OutboxItem& item) { return deliver_callback(in, item); });
  in.courier.carries("verdict", [&in](const store::OutboxItem& item) { return deliver_verdict(in, item); });
  in.courier.carries("refused_verdict", [&in](const store::OutboxItem& item) { return deliver_verdict(in, item); });
  in.courier.carries("held_verdict", [&in](const store::OutboxItem& item) { return deliver_held_verdict(in, item); });

  TRY(accept_found(in));
  TRY(log_start(in));
  return std::unique_ptr<Node>(new Node(std::move(inside)));
}

Status Node::authorise(const Caller& caller, Action action) const {
  return policy::may_do(caller.role, action).status();
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

void Node::work() {
  constexpr std::int64_t kSweepEveryMs = 5'000;
  Inside& in = *inside_;
  do_tasks(in);
  in.courier.work(in.journal);
  const std::int64_t now_ms = in.now_ms();
  if (now_ms - in.swept_ms < kSweepEveryMs && now_ms >= in.swept_ms) return;
  in.swept_ms = now_ms;
  sweep(in);
  in.roster.keep_snapshot();
}

void Node::wait_for_work(std::int64_t wait_ms_max) {
  inside_->courier.wait(wait_ms_max);
}

struct Overseer::Inside {
  Inside(OverseerConfig its_config, std::unique_ptr<store::Store> its_store, Clock& clock)
      : config(std::move(its_config)),
        store(std::move(its_store)),
        witness(config.name, config.signing_key, config.logs, *store, clock) {}
  const OverseerConfig config;
  const std::unique_ptr<store::Store> store;
  audit::Witness witness;
};

Overseer::Overseer(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Overseer::~Overseer() = default;

Result<std::unique_ptr<Overseer>> Overseer::open(OverseerConfig config, Clock& clock, Random& random) {
  ASSIGN_OR_RETURN(SecretKey store_key, SecretKey::from_bytes(config.node_key.bytes()));
  ASSIGN_OR_RETURN(std::unique_ptr<store::Store> store,
                   store::open(config.directory, store::Mode::kOpen, std::move(store_key), random));
  return std::unique_ptr<Overseer>(new Overseer(std::make_unique<Inside>(std::move(config), std::move(store), clock)));
}

OverseerReply Overseer::add_checkpoint(std::string_view body) {
  audit::WitnessReply reply = inside_->witness.add_checkpoint(body);
  return {reply.status, std::move(reply.content_type), std::move(reply.body)};
}

}  // namespace puente::service
