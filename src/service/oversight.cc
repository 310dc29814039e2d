#include "service/oversight.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

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
                  "log went on elsewhere. See docs/operations.md, restore",
                  overseer.name, what)};
}

}  // namespace

Oversight::Oversight(const Config& config, Seams seams, store::Store& store)
    : config_(config), seams_(seams), store_(store) {}

Status Oversight::open() {
  ASSIGN_OR_RETURN(const std::vector<std::string> notes, store_.cosigned_checkpoints());
  if (notes.empty()) return {};
  const auto newest = audit::parse_checkpoint(notes.back());
  if (newest.ok()) cosigned_size_ = newest->size;
  return {};
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
    const auto growth = journal.growth_since(overseer.seen);
    if (!growth) return;
    const Result<std::uint64_t> now_seen = show(*growth, key);
    if (!now_seen.ok()) return complain(now_seen.error(), key, overseer);
    overseer.seen = *now_seen;
    if (overseer.seen != growth->size) continue;
    if (overseer.failed > 0) spdlog::warn("overseer {} cosigns again", key.name);
    overseer.failed = 0;
    overseer.told.clear();
    const MutexLock lock(mutex_);
    other_histories_.erase(key.name);
    return;
  }
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
  const MutexLock lock(mutex_);
  if (other) other_histories_[key.name] = error.message;
}

// How much of the log the overseer has seen now: all of it, and its cosignature is kept; or what its 409 says.
Result<std::uint64_t> Oversight::show(const Journal::Growth& growth, const VerifierKey& overseer) {
  ASSIGN_OR_RETURN(const Reply reply, seams_.transport.post(overseer.name, audit::kAddCheckpointPath,
                                                            view(growth.request), limits::kAskDeadlineMs));
  if (reply.status == 409) {
    ASSIGN_OR_RETURN(const std::uint64_t known, audit::parse_tree_size(text(reply.body)));
    if (known <= growth.size) return known;
    return other_history_of(overseer, fmt::format("{} entries of this log, and here are {}", known, growth.size));
  }
  if (reply.status == kNotSigned) return other_history_of(overseer, "another history of this log than ours");
  if (reply.status != 200)
    return Error{Code::kUnavailable, fmt::format("overseer {} answered with status {}", overseer.name, reply.status)};
  ASSIGN_OR_RETURN(const std::string cosigned,
                   audit::with_cosignatures(growth.note, text(reply.body), std::span(&overseer, 1)));
  const auto transaction = store_.begin();
  TRY(transaction->add_cosigned_checkpoint(cosigned));
  TRY(transaction->erase_state(kAdopted));
  TRY(transaction->commit(store::Housekeeping::kCosignature));
  cosigned_size_ = std::max<std::uint64_t>(cosigned_size_, growth.size);
  return growth.size;
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
  const auto since = parse_iso8601(std::string(time_in(text(oldest->front().leaf))));
  const bool too_long = since.ok() && seams_.clock.now_ms() - *since > longest_ms;
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
