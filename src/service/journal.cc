#include "service/journal.h"

#include <algorithm>

#include "core/text.h"
#include "service/mention.h"

namespace puente::service {
namespace {

std::string readable_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = utf8_letter(text);
    out += size == 0 ? "\xef\xbf\xbd" : text.substr(0, size);  // U+FFFD: something stood here that is no text
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

// What is sealed can never be mended: by whatever way it came, whoever opens the log must be able to read it.
Json readable(const Json& json) {
  if (const std::string* const text = json.as_string()) return Json(readable_text(*text));
  if (const Json::Array* const items = json.as_array()) {
    Json::Array out;
    for (const Json& each : *items) out.push_back(readable(each));
    return Json(std::move(out));
  }
  if (!json.is_object()) return json;
  Json::Object out;
  for (const auto& [name, value] : *json.as_object()) {
    std::string as = readable_text(name);
    while (out.contains(as)) as += '_';  // two that were told apart by what is no text
    out.emplace(std::move(as), readable(value));
  }
  return Json(std::move(out));
}

}  // namespace

SecretKey pseudonym_key(const SecretKey& node_key) {
  return *SecretKey::from_bytes(keyed_hash(node_key, view("pseudonyms in the log")));
}

Journal::Journal(const Config& config, Seams seams, const store::Store& store, std::function<void()> on_growth)
    : config_(config),
      seams_(seams),
      store_(store),
      pseudonym_key_(pseudonym_key(config.node_key)),
      on_growth_(std::move(on_growth)) {}

Status Journal::open() {
  ASSIGN_OR_RETURN(audit::Log log, audit::Log::open(store_, config_.log_origin, config_.log_key));
  std::int64_t newest_ms = 0;
  if (log.size() > 0) {
    ASSIGN_OR_RETURN(const std::vector<LogRow> last, store_.log_rows(log.size() - 1, 1));
    if (last.empty()) return Error{Code::kCorrupt, "the log's last entry is missing"};
    const auto time = parse_iso8601(std::string(time_in(text(last[0].leaf))));
    if (!time.ok()) return Error{Code::kCorrupt, "the log's last entry has no time"};
    newest_ms = *time;
  }
  const WriterLock lock(mutex_);
  newest_ms_ = newest_ms;
  log_.emplace(std::move(log));
  return {};
}

std::int64_t Journal::newest_ms() const {
  const ReaderLock lock(mutex_);
  return newest_ms_;
}

std::string Journal::pseudonym_of(std::string_view id) const {
  return pseudonym(pseudonym_key_, id);
}

std::string Journal::mark_of(const char* member, std::string_view file) const {
  return pseudonym_of(std::string(member) + " " + plain_file(file));  // no id has a blank in it
}

Entry Journal::entry(Event event, const Actor& actor, std::string_view person_id) const {
  Entry out;
  out.event = event;
  out.time_ms = seams_.clock.now_ms();
  out.actor = pseudonym_of(actor.name);
  out.by = actor.name;
  out.came = actor.came;
  if (person_id.empty()) return out;
  out.subject = pseudonym_of(person_id);
  out.of = person_id;
  return out;
}

Entry Journal::entry(Event event, const Actor& actor, const std::string& exchange_id, const std::string& agreement_id,
                     Purpose purpose) const {
  Entry out = entry(event, actor);
  out.exchange_id = exchange_id;
  out.agreement_id = agreement_id;
  out.purpose = to_string(purpose);
  return out;
}

std::string Journal::name_of(std::string_view agreement_id, std::string_view foreign_exchange_id) {
  const Digest digest = sha256(ByteWriter()
                                   .counted(view("exchange of a partner"))
                                   .counted(view(agreement_id))
                                   .counted(view(foreign_exchange_id))
                                   .take());
  return "h-" + to_hex(ByteView(digest).first(16));
}

Result<Receipt> Journal::commit(store::Transaction& transaction, Entry single, Json details) {
  std::vector<Written> entries;
  entries.push_back({std::move(single), std::move(details)});
  return commit(transaction, std::move(entries));
}

// Pseudonyms of whom it is about, of everybody whose person_id stands in the details, and of whatever may be one among
// the words that people wrote; and the marks of files.
std::set<std::string> Journal::whom_named_in(const Written& written) const {
  std::set<std::string> out;
  if (!written.entry.subject.empty()) out.insert(written.entry.subject);
  if (!written.entry.of.empty()) out.insert(pseudonym_of(written.entry.of));
  for (const char* member : {kFileSearched, kFileTold, kNamesSearcher, kNamesTold})
    if (const std::string* file = written.details[member].as_string()) out.insert(mark_of(member, *file));
  each_text(written.details, [&](std::string_view name, const std::string& text) {
    if (name == "person_id") out.insert(pseudonym_of(text));
    if (!is_prose(name)) return;
    for (const std::string& each : ids_in(text)) out.insert(pseudonym_of(each));
    for (const std::string& each : numbers_in(text)) out.insert(mark_of_number(each));
  });
  for (const std::string& each : written.asked_by) out.insert(mark_asked(each));
  return out;
}

Result<Receipt> Journal::commit(store::Transaction& transaction, std::vector<Written> entries) {
  CHECK(!entries.empty());
  std::vector<Bytes> leaves;
  entries.back().entry.rows = to_hex(ByteView(transaction.rows_digest()).first(kRowsBytes));
  std::int64_t not_before_ms = newest_ms();  // nobody else commits now
  for (Written& each : entries) {
    const std::int64_t clock_ms = each.entry.time_ms;
    each.entry.time_ms = not_before_ms = std::max(not_before_ms, clock_ms);
    if (each.details.is_null()) each.details = Json(Json::Object());
    if (not_before_ms - clock_ms > kMinuteMs) each.details.set("clock", to_iso8601(clock_ms));  // it was set back
    const SecretKey salt = SecretKey::generate(seams_.random);  // so that a guess at the details cannot be confirmed
    each.details.set("salt", to_hex(salt.bytes())).set("by", each.entry.by);
    if (!each.entry.came.empty()) each.details.set("came", each.entry.came);
    if (!each.entry.of.empty() && each.entry.event != Event::kErased) each.details.set("of", each.entry.of);
    if (!is_utf8(canonical(each.details))) each.details = readable(each.details);
    each.entry.details = sha256(view(canonical(each.details)));
    leaves.push_back(leaf_of(each.entry));
  }
  std::vector<LogRow> rows;
  {
    const ReaderLock lock(mutex_);
    rows = log_->next(std::move(leaves));
  }
  for (std::size_t i = 0; i < rows.size(); ++i)
    TRY(transaction.append_log(rows[i], entries[i].details, whom_named_in(entries[i])));
  TRY(transaction.commit());
  Receipt receipt;
  {
    const WriterLock lock(mutex_);
    for (const LogRow& row : rows) log_->accept(row);
    newest_ms_ = not_before_ms;
    for (const Written& each : entries)
      if (!each.entry.whose.empty()) ++counts_of_whose_[each.entry.whose];
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
  if (log_->size() < std::max<std::uint64_t>(seen, 1)) return std::nullopt;
  const std::int64_t now_ms = seams_.clock.now_ms();
  return Growth{log_->size(), log_->checkpoint(now_ms), log_->add_checkpoint_request(seen, now_ms)};
}

std::uint64_t Journal::count_of_whose(const std::string& user) const {
  const ReaderLock lock(mutex_);
  const auto found = counts_of_whose_.find(user);
  return found == counts_of_whose_.end() ? 0 : found->second;
}

std::uint64_t Journal::count_of(Event event) const {
  return counts_[static_cast<std::size_t>(event)].load(std::memory_order_relaxed);
}

}  // namespace puente::service
