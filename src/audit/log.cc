// The node's own log, and the verification of any.
#include <map>

#include "audit/note.h"
#include "core/check.h"
#include "core/clock.h"
#include "core/entry.h"
#include "core/limits.h"

namespace puente::audit {
namespace {

constexpr std::size_t kBatch = 1024;

std::string entry_name(std::uint64_t index) {
  return "log entry " + std::to_string(index);
}

// Every row in order, in batches; stops at the first complaint of `take`.
template <typename Take>
Status each_row(const LogStorage& storage, std::uint64_t size, Take&& take) {
  for (std::uint64_t next = 0; next < size;) {
    auto rows = storage.log_rows(next, kBatch);
    if (!rows.ok()) return Error{rows.error().code, "from " + entry_name(next) + " on: " + rows.error().message};
    if (rows->empty()) return Error{Code::kCorrupt, entry_name(next) + " is missing"};
    for (LogRow& row : *rows) {
      if (next == size) break;  // appended meanwhile
      if (row.index != next) return Error{Code::kCorrupt, entry_name(next) + " is missing"};
      TRY(take(std::move(row)));
      ++next;
    }
  }
  return {};
}

Status check_row(const LogRow& row) {
  if (leaf_hash(row.leaf) == row.leaf_hash) return {};
  return Error{Code::kCorrupt,
               entry_name(row.index) + ": its bytes do not have its stored hash: one of the two was changed"};
}

// A checkpoint against the tree as it was then.
Status check_note(std::string_view note, const VerifierKey& log, std::uint64_t size, const Digest& root) {
  const auto checkpoint = verify_checkpoint(note, log);
  const std::string name = entry_name(size - 1) + ": its checkpoint ";
  if (!checkpoint.ok()) return Error{Code::kCorrupt, name + "does not verify: " + checkpoint.error().message};
  if (checkpoint->size != size)
    return Error{Code::kCorrupt, name + "is for " + std::to_string(checkpoint->size) + " entries"};
  if (checkpoint->root != root)
    return Error{Code::kCorrupt, name + "has another root than the entries up to it: one of them was changed"};
  return {};
}

}  // namespace

Result<Log> Log::open(const LogStorage& storage, std::string origin, const SigningKey& key) {
  if (!is_key_name(origin))
    return Error{Code::kInvalidInput, "a log's origin must be printable ASCII without blanks and plus signs"};
  Log log(std::move(origin), key);
  ASSIGN_OR_RETURN(const std::uint64_t size, storage.log_size());
  std::string last;
  const Status read = each_row(storage, size, [&](LogRow row) -> Status {
    TRY(check_row(row));
    log.tree_.append(row.leaf_hash);
    last = std::move(row.checkpoint);
    return {};
  });
  TRY(read);
  if (size > 0) TRY(check_note(last, log.verifier_key(), size, log.root()));
  return log;
}

VerifierKey Log::verifier_key() const {
  return {origin_, KeyType::kLog, key_->public_key()};
}

LogRow Log::next(Bytes leaf) const {
  std::vector<Bytes> leaves;
  leaves.push_back(std::move(leaf));
  return std::move(next(std::move(leaves)).front());
}

std::vector<LogRow> Log::next(std::vector<Bytes> leaves) const {
  Edge edge(tree_);
  std::vector<LogRow> rows;
  for (Bytes& leaf : leaves) {
    LogRow row;
    row.index = edge.size();
    row.leaf_hash = leaf_hash(leaf);
    row.leaf = std::move(leaf);
    edge.append(row.leaf_hash);
    row.checkpoint = sign_checkpoint({origin_, edge.size(), edge.root()}, *key_);
    rows.push_back(std::move(row));
  }
  return rows;
}

void Log::accept(const LogRow& row) {
  CHECK(row.index == size());
  tree_.append(row.leaf_hash);
}

std::string Log::checkpoint(std::optional<std::int64_t> time_ms) const {
  return sign_checkpoint({origin_, size(), root()}, *key_, time_ms);
}

std::string Log::add_checkpoint_request(std::uint64_t old_size, std::optional<std::int64_t> time_ms) const {
  std::string out = "old " + std::to_string(old_size) + "\n";
  for (const Digest& hash : tree_.consistency(old_size, size())) out += to_base64(hash) + "\n";
  return out + "\n" + checkpoint(time_ms);
}

// ---- verify

namespace {

struct Seen {
  Digest root{};
  std::optional<std::int64_t> time_ms = {};  // when an overseer that is trusted here saw it
};
using AllSeen = std::multimap<std::uint64_t, Seen>;  // by size

// The overseers' checkpoints that verify. A bad one is a problem of the log that shows it.
Result<AllSeen> read_cosigned(const LogStorage& storage, const VerifierKey& log, std::span<const VerifierKey> overseers,
                              VerifyReport& report) {
  ASSIGN_OR_RETURN(const std::vector<std::string> notes, storage.cosigned_checkpoints());
  AllSeen out;
  for (const std::string& note : notes) {
    ASSIGN_OR_RETURN(const Checkpoint checkpoint, verify_checkpoint(note, log));
    Seen seen{checkpoint.root};
    for (const VerifierKey& overseer : overseers) {
      const auto time_s = verify_cosignature(note, overseer);
      if (!time_s.ok() && time_s.error().code == Code::kNotFound) continue;
      if (!time_s.ok()) return time_s.error();
      seen.time_ms = std::min(seen.time_ms.value_or(INT64_MAX), *time_s * 1000);
      report.cosigned_time_s = std::max(report.cosigned_time_s, *time_s);
    }
    out.emplace(checkpoint.size, seen);  // the log's own word binds it, whoever else has signed
    if (!seen.time_ms) continue;
    ++report.cosigned;
    report.cosigned_size = std::max(report.cosigned_size, checkpoint.size);
  }
  return out;
}

// Versions before the log's times were kept in order wrote down who came a moment later a moment earlier.
constexpr std::int64_t kTimeBackMaxMs = 2 * kMinuteMs;

Status check_time(const LogRow& row, std::string& before) {
  const std::string time(time_in(text(row.leaf)));
  if (time.empty()) return {};
  if (time < before) {
    const auto earlier = parse_iso8601(before), now = parse_iso8601(time);
    if (!now.ok() || !earlier.ok() || *earlier - *now > kTimeBackMaxMs)
      return Error{Code::kCorrupt, entry_name(row.index) + ": its time " + time +
                                       " is before that of the entry before it, " + before +
                                       ": the clock was set back"};
    return {};
  }
  before = time;
  return {};
}

// The times of a log against those of its overseers: what they had seen was written before they saw it, and what they
// had not seen yet was not written long before.
class ClockCheck {
 public:
  explicit ClockCheck(VerifyReport& report) : report_(report) {}
  void look(const LogRow& row, std::span<const std::int64_t> seen_at_ms) {
    const auto time_ms = parse_iso8601(std::string(time_in(text(row.leaf))));
    if (!time_ms.ok()) return;
    if (before_ms_ && *time_ms < *before_ms_ - limits::kClockSkewMsMax)
      say(row, *time_ms, "before", *before_ms_, "an overseer had seen the log without it");
    for (const std::int64_t seen_ms : seen_at_ms) {
      if (*time_ms > seen_ms + limits::kClockSkewMsMax) say(row, *time_ms, "after", seen_ms, "an overseer had seen it");
      before_ms_ = std::max(before_ms_.value_or(seen_ms), seen_ms);
    }
  }

 private:
  void say(const LogRow& row, std::int64_t time_ms, const char* order, std::int64_t seen_ms, const char* what) {
    if (!report_.clock_problem.empty()) return;
    report_.clock_problem = entry_name(row.index) + " says that it is of " + to_iso8601(time_ms) + ", " + order + " " +
                            to_iso8601(seen_ms) + ", when " + what + ": a clock was wrong, or the time is made up";
  }
  VerifyReport& report_;
  std::optional<std::int64_t> before_ms_;
};

Status verify_rows(const LogStorage& storage, std::uint64_t size, const VerifierKey& log, const AllSeen& cosigned,
                   VerifyReport& report, const std::function<void(std::size_t, std::size_t)>& progress) {
  Edge edge;
  std::string time;  // of the newest so far
  ClockCheck clocks(report);
  return each_row(storage, size, [&](const LogRow& row) -> Status {
    TRY(check_row(row));
    TRY(check_time(row, time));
    edge.append(row.leaf_hash);
    const Digest root = edge.root();
    const bool last = edge.size() == size;
    if (!row.checkpoint.empty() || last) {
      TRY(check_note(row.checkpoint, log, edge.size(), root));
      ++report.checkpoints;
    }
    const auto [first, end] = cosigned.equal_range(edge.size());
    std::vector<std::int64_t> seen_at_ms;
    for (auto seen = first; seen != end; ++seen) {
      if (seen->second.time_ms) seen_at_ms.push_back(*seen->second.time_ms);
      if (seen->second.root != root) {
        return Error{Code::kCorrupt,
                     entry_name(row.index) +
                         ": a checkpoint that was shown to overseers has another root for the entries up to it: "
                         "the log was rewritten"};
      }
    }
    clocks.look(row, seen_at_ms);
    ++report.entries;
    report.head = {log.name, edge.size(), root};
    if (progress) progress(static_cast<std::size_t>(report.entries), static_cast<std::size_t>(size));
    return {};
  });
}

}  // namespace

VerifyReport verify(const LogStorage& storage, const VerifierKey& log, std::span<const VerifierKey> overseers,
                    const std::function<void(std::size_t, std::size_t)>& progress) {
  VerifyReport report;
  report.head = {log.name, 0, sha256({})};
  const auto run = [&]() -> Status {
    // Overseers' notes first: a log that grows meanwhile has all the entries that they name.
    ASSIGN_OR_RETURN(const auto cosigned, read_cosigned(storage, log, overseers, report));
    ASSIGN_OR_RETURN(const std::uint64_t size, storage.log_size());
    const Status rows = verify_rows(storage, size, log, cosigned, report, progress);
    if (!rows.ok()) {
      report.bad_index = report.entries;
      return rows;
    }
    const std::uint64_t shown = cosigned.empty() ? 0 : cosigned.rbegin()->first;
    if (shown > size) {
      report.bad_index = size;
      return Error{Code::kCorrupt, "overseers were shown " + std::to_string(shown) + " entries, only " +
                                       std::to_string(size) + " are here: " + entry_name(size) +
                                       " and later were cut off"};
    }
    if (const auto* tiles = dynamic_cast<const TileStorage*>(&storage)) TRY(tiles->check_upper_tiles());
    return {};
  };
  const Status status = run();
  report.ok = status.ok();
  if (!status.ok()) report.problem = status.error().message;
  return report;
}

// ---- proofs

Result<Tree> load_tree(const LogStorage& storage) {
  Tree tree;
  ASSIGN_OR_RETURN(const std::uint64_t size, storage.log_size());
  const Status read = each_row(storage, size, [&](const LogRow& row) -> Status {
    TRY(check_row(row));
    tree.append(row.leaf_hash);
    return {};
  });
  TRY(read);
  return tree;
}

Result<std::string> make_proof(const Tree& tree, std::uint64_t index, std::string_view note) {
  ASSIGN_OR_RETURN(const Checkpoint checkpoint, parse_checkpoint(note));
  if (checkpoint.size > tree.size() || checkpoint.root != tree.root(checkpoint.size))
    return Error{Code::kCorrupt, "the checkpoint is not of this log"};
  if (index >= checkpoint.size)
    return Error{Code::kNotFound, "the log has " + std::to_string(checkpoint.size) + " entries, numbered from 0"};
  std::string out = "c2sp.org/tlog-proof@v1\nindex " + std::to_string(index) + "\n";
  for (const Digest& hash : tree.inclusion(index, checkpoint.size)) out += to_base64(hash) + "\n";
  return out + "\n" + std::string(note);
}

Result<ProvenEntry> check_proof(std::string_view proof, ByteView leaf, const VerifierKey& log,
                                std::span<const VerifierKey> overseers) {
  constexpr std::size_t kHashesMax = 63;
  const Error malformed{Code::kInvalidInput, "not a proof: it must be a file of form c2sp.org/tlog-proof@v1"};
  if (proof.size() > 2 * kNoteBytesMax) return Error{Code::kTooLarge, "a proof is too long"};
  const auto head = take_line(proof);
  if (!head || *head != "c2sp.org/tlog-proof@v1") return malformed;
  auto line = take_line(proof);
  if (line && line->starts_with("extra ")) line = take_line(proof);
  if (!line || !line->starts_with("index ")) return malformed;
  ASSIGN_OR_RETURN(const std::uint64_t index, parse_decimal(line->substr(6)));
  Proof hashes;
  for (line = take_line(proof); line && !line->empty(); line = take_line(proof)) {
    if (hashes.size() == kHashesMax) return malformed;
    ASSIGN_OR_RETURN(const Digest hash, parse_digest(*line));
    hashes.push_back(hash);
  }
  if (!line) return malformed;
  ProvenEntry out;
  out.index = index;
  ASSIGN_OR_RETURN(out.checkpoint, verify_checkpoint(proof, log));
  if (!verify_inclusion(leaf_hash(leaf), index, out.checkpoint.size, hashes, out.checkpoint.root))
    return Error{Code::kCorrupt, "the leaf is not " + entry_name(index) + " of that log"};
  for (const VerifierKey& overseer : overseers) {
    const auto time_s = verify_cosignature(proof, overseer);
    if (!time_s.ok() && time_s.error().code != Code::kNotFound) return time_s.error();
    if (time_s.ok()) out.overseers.push_back(overseer.name);
  }
  return out;
}

}  // namespace puente::audit
