#include "service/journal.h"

namespace puente::service {

static_assert(kEventCount <= 64);

Journal::Journal(const Config& config, Seams seams, const store::Store& store, std::function<void()> on_growth)
    : config_(config),
      seams_(seams),
      store_(store),
      pseudonym_key_(*SecretKey::from_bytes(keyed_hash(config.node_key, view("pseudonyms in the log")))),
      on_growth_(std::move(on_growth)) {}

Status Journal::open() {
  ASSIGN_OR_RETURN(audit::Log log, audit::Log::open(store_, config_.log_origin, config_.log_key));
  const WriterLock lock(mutex_);
  log_.emplace(std::move(log));
  return {};
}

std::string Journal::pseudonym_of(std::string_view id) const {
  return pseudonym(pseudonym_key_, id);
}

Entry Journal::entry(Event event, std::string_view actor, std::string_view person_id) const {
  Entry out;
  out.event = event;
  out.time_ms = seams_.clock.now_ms();
  out.actor = pseudonym_of(actor);
  if (!person_id.empty()) out.subject = pseudonym_of(person_id);
  return out;
}

Entry Journal::entry(Event event, std::string_view actor, const std::string& exchange_id,
                     const std::string& agreement_id, Purpose purpose) const {
  Entry out = entry(event, actor);
  out.exchange_id = exchange_id;
  out.agreement_id = agreement_id;
  out.purpose = to_string(purpose);
  return out;
}

Result<Receipt> Journal::commit(store::Transaction& transaction, Entry single, Json details) {
  std::vector<Written> entries;
  entries.push_back({std::move(single), std::move(details)});
  return commit(transaction, std::move(entries));
}

Result<Receipt> Journal::commit(store::Transaction& transaction, std::vector<Written> entries) {
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
    const ReaderLock lock(mutex_);
    rows = log_->next(std::move(leaves));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) TRY(transaction.append_log(rows[i], entries[i].details));
  TRY(transaction.commit());
  Receipt receipt;
  {
    const WriterLock lock(mutex_);
    for (const LogRow& row : rows) log_->accept(row);
    receipt = {rows.back().index, log_->size()};
  }
  for (const Written& each : entries)
    counts_[static_cast<std::size_t>(each.entry.event)].fetch_add(1, std::memory_order_relaxed);
  on_growth_();
  return receipt;
}

std::uint64_t Journal::size() const {
  const ReaderLock lock(mutex_);
  return log_->size();
}

std::string Journal::checkpoint() const {
  const ReaderLock lock(mutex_);
  return log_->checkpoint();
}

Result<std::string> Journal::proof(std::uint64_t index) const {
  ASSIGN_OR_RETURN(const std::vector<std::string> cosigned, store_.cosigned_checkpoints());
  const ReaderLock lock(mutex_);
  if (index >= log_->size()) return Error{Code::kNotFound, "the log has no such entry"};
  std::string note = log_->checkpoint();
  if (!cosigned.empty()) {  // one that an overseer has seen says more
    const auto seen = audit::parse_checkpoint(cosigned.back());
    if (seen.ok() && seen->size > index) note = cosigned.back();
  }
  return audit::make_proof(log_->tree(), index, note);
}

std::optional<Journal::Growth> Journal::growth_since(std::uint64_t seen) const {
  const ReaderLock lock(mutex_);
  if (log_->size() <= seen) return std::nullopt;
  return Growth{log_->size(), log_->checkpoint(), log_->add_checkpoint_request(seen)};
}

std::uint64_t Journal::count_of(Event event) const {
  return counts_[static_cast<std::size_t>(event)].load(std::memory_order_relaxed);
}

}  // namespace puente::service
