#include "service/oversight.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "core/json.h"
#include "core/limits.h"

namespace puente::service {
namespace {

constexpr int kNotSigned = 422;

std::int64_t pause_ms(int failed) {
  return std::min(limits::kOutboxBackoffMsMax, limits::kOutboxBackoffMsMin << std::min(failed, 20));
}

Error other_history_of(const VerifierKey& overseer, const std::string& what) {
  return {
      Code::kConflict,
      fmt::format("overseer {} has seen {}: this is a copy of the node, or was restored from an older one, while the "
                  "log went on elsewhere. No partner is answered until you decide: docs/operations.md, restore",
                  overseer.name, what)};
}

}  // namespace

Oversight::Oversight(const Config& config, Seams seams, store::Store& store)
    : config_(config), seams_(seams), store_(store) {}

Status Oversight::read_cosigned_size() {
  ASSIGN_OR_RETURN(const std::vector<std::string> notes, store_.cosigned_checkpoints());
  if (notes.empty()) return {};
  const auto newest = audit::parse_checkpoint(notes.back());
  if (newest.ok()) cosigned_size_ = newest->size;
  return {};
}

// What they said before a restart holds, be they out of reach now.
Status Oversight::open() {
  TRY(read_cosigned_size());
  ASSIGN_OR_RETURN(const std::optional<Bytes> adopted, store_.state(kAdopted));
  adopted_ = adopted.has_value();
  ASSIGN_OR_RETURN(const std::optional<Bytes> kept, store_.state(kOtherHistories));
  if (!kept) return {};
  ASSIGN_OR_RETURN(const Json said, parse_json(text(*kept)));
  const MutexLock lock(mutex_);
  for (const VerifierKey& overseer : config_.overseers) {
    if (const std::string* sentence = said[overseer.name].as_string()) other_histories_[overseer.name] = *sentence;
  }
  return {};
}

Status Oversight::write_down_what_they_say() {
  Json said{Json::Object()};
  {
    const MutexLock lock(mutex_);
    for (const auto& [name, sentence] : other_histories_) said.set(name, sentence);
  }
  const auto transaction = store_.begin();
  if (said.as_object()->empty() || adopted_) {
    TRY(transaction->erase_state(kOtherHistories));
  } else {
    TRY(transaction->put_state(kOtherHistories, view(canonical(said))));
  }
  if (all_cosign()) TRY(transaction->erase_state(kAdopted));
  TRY(transaction->commit(store::Housekeeping::kState));
  if (all_cosign()) adopted_ = false;
  return {};
}

Status Oversight::adopt(store::Transaction& transaction, std::uint64_t log_size) {
  TRY(transaction.put_state(kAdopted, view(std::to_string(log_size))));
  return transaction.erase_state(kOtherHistories);
}

bool Oversight::all_cosign() const {
  return std::all_of(config_.overseers.begin(), config_.overseers.end(), [&](const VerifierKey& key) {
    const auto found = overseers_.find(key.name);
    return found != overseers_.end() && found->second.cosigns;
  });
}

void Oversight::work(const Journal& journal) {
  for (const VerifierKey& key : config_.overseers) {
    Overseer& overseer = overseers_[key.name];
    if (seams_.clock.steady_ms() >= overseer.next_try_ms) cosign(journal, key, overseer);
  }
  look_how_long(journal);
}

void Oversight::cosign(const Journal& journal, const VerifierKey& key, Overseer& overseer) {
  for (int tries = 0; tries < 2; ++tries) {  // a second one when it corrects what we thought it had seen
    if (overseer.cosigns && overseer.seen == journal.size()) return;
    const auto growth = journal.growth_since(overseer.seen);
    if (!growth) return;
    const Result<Answered> answered = show(*growth, key);
    if (!answered.ok()) return complain(answered.error(), key, overseer);
    overseer.seen = answered->seen;
    if (!answered->cosigned) {  // as many entries as ours may be others
      overseer.cosigns = false;
      continue;
    }
    if (overseer.failed > 0) spdlog::warn("overseer {} cosigns again", key.name);
    overseer.failed = 0;
    overseer.cosigns = true;
    overseer.told.clear();
    return note(key.name, "");
  }
  complain({Code::kUnavailable,
            fmt::format("overseer {} says again and again that it has seen {} entries", key.name, overseer.seen)},
           key, overseer);
}

void Oversight::complain(const Error& error, const VerifierKey& key, Overseer& overseer) {
  ++failures_;
  overseer.next_try_ms = seams_.clock.steady_ms() + pause_ms(overseer.failed++);
  const bool other = error.code == Code::kConflict;
  if (overseer.told != error.message) {
    if (other) {
      spdlog::error("{}", error.message);
    } else {
      spdlog::warn("no cosignature: {}", error.message);
    }
  }
  overseer.told = error.message;
  overseer.cosigns = false;
  if (other) note(key.name, error.message);
}

// What an overseer says of our history; empty: that it is ours.
void Oversight::note(const std::string& overseer, const std::string& sentence) {
  bool changed = adopted_ && all_cosign();
  {
    const MutexLock lock(mutex_);
    const auto known = other_histories_.find(overseer);
    changed = changed || (known == other_histories_.end() ? !sentence.empty() : known->second != sentence);
    if (sentence.empty()) other_histories_.erase(overseer);
    if (!sentence.empty()) other_histories_[overseer] = sentence;
  }
  const Status written = changed ? write_down_what_they_say() : Status();
  if (!written.ok()) spdlog::error("what an overseer says cannot be written down: {}", written.error().message);
}

// All of it, and its cosignature is kept; or what its 409 says.
Result<Oversight::Answered> Oversight::show(const Journal::Growth& growth, const VerifierKey& overseer) {
  ASSIGN_OR_RETURN(const Reply reply, seams_.transport.post(overseer.name, audit::kAddCheckpointPath,
                                                            view(growth.request), limits::kAskDeadlineMs));
  if (reply.status == 409) {
    ASSIGN_OR_RETURN(const std::uint64_t known, audit::parse_tree_size(text(reply.body)));
    if (known <= growth.size) return Answered{known, false};
    return other_history_of(overseer, fmt::format("{} entries of this log, and here are {}", known, growth.size));
  }
  if (reply.status == kNotSigned) return other_history_of(overseer, "another history of this log than ours");
  if (reply.status != 200)
    return Error{Code::kUnavailable, fmt::format("overseer {} answered with status {}", overseer.name, reply.status)};
  ASSIGN_OR_RETURN(const std::string cosigned,
                   audit::with_cosignatures(growth.note, text(reply.body), std::span(&overseer, 1)));
  const auto transaction = store_.begin();
  TRY(transaction->add_cosigned_checkpoint(cosigned));
  TRY(transaction->commit(store::Housekeeping::kCosignature));
  cosigned_size_ = std::max<std::uint64_t>(cosigned_size_, growth.size);
  compare_clocks(cosigned, overseer);
  return Answered{growth.size, true};
}

void Oversight::compare_clocks(const std::string& cosigned, const VerifierKey& overseer) {
  const auto theirs_s = audit::verify_cosignature(cosigned, overseer);
  if (!theirs_s.ok()) return;
  const std::int64_t ahead_ms = *theirs_s * 1000 - seams_.clock.now_ms();
  const bool differs = std::abs(ahead_ms) > limits::kClockSkewMsMax;
  const MutexLock lock(mutex_);
  const bool told = clocks_ahead_ms_.contains(overseer.name);
  if (differs) clocks_ahead_ms_[overseer.name] = ahead_ms;
  if (!differs) clocks_ahead_ms_.erase(overseer.name);
  if (differs && !told)
    spdlog::error("the clock of overseer {} is {} s {} ours: one of the two is wrong", overseer.name,
                  std::abs(ahead_ms) / 1000, ahead_ms > 0 ? "ahead of" : "behind");
  if (!differs && told) spdlog::warn("the clock of overseer {} agrees with ours again", overseer.name);
}

bool Oversight::clock_differs() const {
  const MutexLock lock(mutex_);
  return !clocks_ahead_ms_.empty();
}

// By the time of the oldest entry that no overseer has seen.
void Oversight::look_how_long(const Journal& journal) {
  const std::int64_t longest_ms = config_.uncosigned_hours * kHourMs;
  if (config_.overseers.empty() || longest_ms == 0 || journal.size() <= cosigned_size_) {
    unseen_too_long_ = false;
    return;
  }
  const auto oldest = store_.log_rows(cosigned_size_, 1);
  if (!oldest.ok() || oldest->empty()) return;
  const auto written = parse_iso8601(std::string(time_in(text(oldest->front().leaf))));
  const std::int64_t now_ms = seams_.clock.now_ms();
  // A clock that was set back and confirmed is behind the log's times for a while.
  if (std::exchange(oldest_unseen_, cosigned_size_) != cosigned_size_ || oldest_unseen_since_ms_ > now_ms)
    oldest_unseen_since_ms_ = now_ms;
  const std::int64_t since_ms = std::min(written.ok() ? *written : now_ms, oldest_unseen_since_ms_);
  const bool too_long = now_ms - since_ms > longest_ms;
  if (too_long && !unseen_too_long_)
    spdlog::error("no overseer has cosigned for more than {} hours: partners are not answered until one does",
                  config_.uncosigned_hours);
  unseen_too_long_ = too_long;
}

std::string Oversight::other_history() const {
  const MutexLock lock(mutex_);
  return other_histories_.empty() ? std::string() : other_histories_.begin()->second;
}

}  // namespace puente::service
