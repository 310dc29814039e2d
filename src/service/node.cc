// Opening a node, and the one way it writes: effects and log entries in one transaction.
#include "core/limits.h"
#include "service/counters.h"
#include "service/service.h"

namespace puente::service {

Node::Node(Config config, Seams seams, std::unique_ptr<store::Store> store)
    : config_(std::move(config)),
      seams_(seams),
      store_(std::move(store)),
      pseudonym_key_(*SecretKey::from_bytes(keyed_hash(config_.node_key, view("pseudonyms in the log")))),
      counters_(std::make_unique<Counters>()) {}

Node::~Node() = default;

Result<std::unique_ptr<Node>> Node::open(Config config, Seams seams) {
  ASSIGN_OR_RETURN(SecretKey store_key, SecretKey::from_bytes(config.node_key.bytes()));
  ASSIGN_OR_RETURN(std::unique_ptr<store::Store> store,
                   store::Store::open(config.directory, store::Mode::kOpen, std::move(store_key), seams.random));
  std::unique_ptr<Node> node(new Node(std::move(config), seams, std::move(store)));
  TRY(node->load());
  return node;
}

Status Node::load() {
  ASSIGN_OR_RETURN(audit::Log log, audit::Log::open(*store_, config_.log_origin, config_.log_key));
  log_.emplace(std::move(log));
  TRY(fill_gallery());
  Json::Array agreements;
  for (const Agreement& each : config_.agreements) {
    agreements.push_back(Json::object({{"id", each.id}, {"sha256", to_hex(each.digest)}}));
  }
  store::Transaction transaction = store_->begin();
  const auto started = commit(transaction, entry(Event::kNodeStarted, "node"),
                              Json::object({{"agreements", Json(std::move(agreements))}}));
  if (!started.ok()) return started.error();
  return {};
}

Status Node::authorise(const Caller& caller, Action action) const {
  return policy::may_use(caller.role, action).status();
}

Entry Node::entry(Event event, std::string_view actor, std::string_view person_id) const {
  Entry out;
  out.event = event;
  out.time_ms = seams_.clock.now_ms();
  out.actor = pseudonym(pseudonym_key_, actor);
  if (!person_id.empty()) out.subject = pseudonym(pseudonym_key_, person_id);
  return out;
}

Entry Node::exchange_entry(Event event, std::string_view actor, const std::string& exchange_id,
                           const std::string& agreement_id, Purpose purpose) const {
  Entry out = entry(event, actor);
  out.exchange_id = exchange_id;
  out.agreement_id = agreement_id;
  out.purpose = to_string(purpose);
  return out;
}

Result<Receipt> Node::commit(store::Transaction& transaction, Entry single, Json details) {
  std::vector<Written> entries;
  entries.push_back({std::move(single), std::move(details)});
  return commit(transaction, std::move(entries));
}

Result<Receipt> Node::commit(store::Transaction& transaction, std::vector<Written> entries) {
  CHECK(!entries.empty());
  std::vector<Bytes> leaves;
  for (Written& each : entries) {
    if (each.details.is_null()) each.details = Json(Json::Object());
    const SecretKey salt = SecretKey::generate(seams_.random);  // so that a guess at the details cannot be confirmed
    each.details.set("salt", to_hex(salt.bytes()));
    each.entry.details = sha256(view(canonical(each.details)));
    leaves.push_back(leaf_of(each.entry));
  }
  std::vector<LogRow> rows;
  {
    std::shared_lock lock(log_mutex_);
    rows = log_->next(std::move(leaves));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) TRY(transaction.append_log(rows[i], entries[i].details));
  TRY(transaction.commit());
  Receipt receipt;
  {
    std::unique_lock lock(log_mutex_);
    for (const LogRow& row : rows) log_->accept(row);
    receipt = {rows.back().index, log_->size()};
  }
  for (const Written& each : entries) counters_->count(each.entry.event);
  wake();
  return receipt;
}

const Agreement* Node::agreement_with(std::string_view partner) const {
  const Agreement* found = nullptr;  // of those that name both the newest in force, or else the newest
  const std::int64_t now_ms = seams_.clock.now_ms();
  const auto rank = [&](const Agreement& each) {
    const bool in_force = each.valid_from_ms <= now_ms && now_ms < each.valid_until_ms;
    return std::pair(in_force, each.valid_from_ms);
  };
  for (const Agreement& each : config_.agreements) {
    if (each.party(config_.country) == nullptr || each.party(partner) == nullptr || partner == config_.country)
      continue;
    if (found == nullptr || rank(each) > rank(*found)) found = &each;
  }
  return found;
}

const Agreement* Node::agreement(std::string_view id) const {
  for (const Agreement& each : config_.agreements) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

store::QuotaKey Node::quota_key(const Agreement& agreement, Purpose purpose, const std::string& country) const {
  return {agreement.id, purpose, country, seams_.clock.now_ms() / kDayMs};
}

policy::Decision Node::judge(const Agreement* agreement, const std::string& asking, const std::string& answering,
                             Purpose purpose, const std::string& case_reference) const {
  policy::Ask ask;
  ask.asking = asking;
  ask.answering = answering;
  ask.purpose = purpose;
  ask.modalities = {Modality::kFinger};
  ask.case_reference = case_reference;
  ask.now_ms = seams_.clock.now_ms();
  if (agreement != nullptr) {
    const auto used = store_->quota_used(quota_key(*agreement, purpose, asking));
    if (!used.ok()) return {false, used.error().code, {"quota_not_readable"}, std::nullopt};
    ask.asked_today = *used;
  }
  return policy::may_ask(agreement, ask);
}

void Node::hide(const std::string& person_id, const std::string& encounter_id,
                const std::vector<std::string>& withheld_from) {
  if (withheld_from.empty()) return;
  std::unique_lock lock(withheld_mutex_);
  withheld_[{person_id, encounter_id}] = withheld_from;
}

// A person is hidden by any one of their encounters: another one, enrolled in ignorance, must not give them away.
bool Node::may_be_found(const std::string& person_id, const std::string&, const std::string& partner) const {
  std::shared_lock lock(withheld_mutex_);
  for (auto each = withheld_.lower_bound({person_id, ""}); each != withheld_.end() && each->first.first == person_id;
       ++each) {
    if (!policy::may_be_found(each->second, partner)) return false;
  }
  return true;
}

std::vector<identify::ProbeFinger> Node::probe_of(const Fingers& fingers) {
  std::vector<identify::ProbeFinger> probe;
  for (const Print& finger : fingers.usable) {
    probe.push_back(identify::make_probe(finger.position, finger.extraction.features));
  }
  return probe;
}

std::vector<Candidate> Node::search(const Fingers& fingers, const std::string& partner,
                                    std::size_t candidates_max) const {
  identify::SearchOptions options;
  options.candidates_max = candidates_max;
  options.expected_false_max = config_.expected_false_max;
  if (!partner.empty()) {
    options.eligible = [&](const std::string& person_id, const std::string& encounter_id) {
      return may_be_found(person_id, encounter_id, partner);
    };
  }
  return gallery_.search(probe_of(fingers), options);
}

void Node::wake() {
  {
    std::lock_guard lock(work_mutex_);
    work_queued_ = true;
  }
  work_ready_.notify_all();
}

void Node::wait_for_work(std::int64_t wait_ms_max) {
  std::unique_lock lock(work_mutex_);
  work_ready_.wait_for(lock, std::chrono::milliseconds(wait_ms_max), [this] { return work_queued_; });
  work_queued_ = false;
}

std::string Node::checkpoint() const {
  std::shared_lock lock(log_mutex_);
  return log_->checkpoint();
}

Result<std::string> Node::proof(std::uint64_t index) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> cosigned, store_->cosigned_checkpoints());
  std::shared_lock lock(log_mutex_);
  if (index >= log_->size()) return Error{Code::kNotFound, "the log has no such entry"};
  std::string note = log_->checkpoint();
  if (!cosigned.empty()) {  // one that an overseer has seen says more
    const auto seen = audit::parse_checkpoint(cosigned.back());
    if (seen.ok() && seen->size > index) note = cosigned.back();
  }
  return audit::make_proof(log_->tree(), index, note);
}

Overseer::Overseer(OverseerConfig config, std::unique_ptr<store::Store> store, Clock& clock)
    : config_(std::move(config)),
      store_(std::move(store)),
      witness_(config_.name, config_.signing_key, config_.logs, *store_, clock) {}

Result<std::unique_ptr<Overseer>> Overseer::open(OverseerConfig config, Clock& clock, Random& random) {
  ASSIGN_OR_RETURN(SecretKey store_key, SecretKey::from_bytes(config.node_key.bytes()));
  ASSIGN_OR_RETURN(std::unique_ptr<store::Store> store,
                   store::Store::open(config.directory, store::Mode::kOpen, std::move(store_key), random));
  return std::unique_ptr<Overseer>(new Overseer(std::move(config), std::move(store), clock));
}

audit::WitnessReply Overseer::add_checkpoint(std::string_view body) {
  return witness_.add_checkpoint(body);
}

}  // namespace puente::service
