// The overseer: C2SP tlog-witness.
#include <algorithm>

#include "audit/note.h"

namespace puente::audit {
namespace {

constexpr std::size_t kHashesMax = 63;
constexpr std::size_t kRequestBytesMax = kNoteBytesMax + (kHashesMax + 1) * 64;

struct Request {
  std::uint64_t old_size = 0;
  Proof proof;
  std::string_view note;
  Checkpoint checkpoint;
};

Result<Request> parse_request(std::string_view body) {
  const Error malformed{Code::kInvalidInput,
                        "the request must be: old SIZE, at most 63 hashes, an empty line, a checkpoint"};
  if (body.size() > kRequestBytesMax) return Error{Code::kTooLarge, "the request is too large"};
  Request out;
  auto line = take_line(body);
  if (!line || !line->starts_with("old ")) return malformed;
  ASSIGN_OR_RETURN(out.old_size, parse_decimal(line->substr(4)));
  for (line = take_line(body); line && !line->empty(); line = take_line(body)) {
    if (out.proof.size() == kHashesMax) return malformed;
    ASSIGN_OR_RETURN(const Digest hash, parse_digest(*line));
    out.proof.push_back(hash);
  }
  if (!line) return malformed;
  out.note = body;
  ASSIGN_OR_RETURN(out.checkpoint, parse_checkpoint(body));
  return out;
}

WitnessReply refuse(int status, const std::string& why) {
  return {status, "text/plain; charset=utf-8", why + "\n"};
}

WitnessReply conflict(std::uint64_t known_size) {
  return {409, "text/x.tlog.size", std::to_string(known_size) + "\n"};
}

// The note with the log's own lines only: what is stored and shown again holds nothing that was not verified.
std::string drop_strange_signatures(const Note& note, std::span<const VerifierKey> logs) {
  std::string out = note.text + "\n";
  for (const VerifierKey& log : logs) {
    const auto line = signed_by(note, log);
    if (line.ok()) out += (*line)->line;
  }
  return out;
}

}  // namespace

Witness::Witness(std::string name, const SigningKey& key, std::vector<VerifierKey> logs, WitnessStorage& storage,
                 const Clock& clock)
    : name_(std::move(name)), key_(&key), logs_(std::move(logs)), storage_(&storage), clock_(&clock) {}

VerifierKey Witness::verifier_key() const {
  return {name_, KeyType::kOverseer, key_->public_key()};
}

void Witness::keep(const Checkpoint& shown, const std::string& note, bool proven) {
  discard(storage_->keep_shown(shown.origin, {shown.size, shown.root, note, proven}),
          "refused all the same when it cannot be kept");
}

// Two checkpoints of one size, both signed by the log, with different roots: no proof by anybody else is needed. One of
// a size that was never cosigned, and smaller than what was, is kept too, for people to look at.
bool Witness::contradicts(const Checkpoint& now, const std::string& note, std::uint64_t known_size) {
  const auto root = storage_->witnessed_root(now.origin, now.size);
  if (!root.ok()) return false;
  if (*root && **root == now.root) return false;
  if (*root) keep(now, note, true);
  if (!*root && now.size < known_size) keep(now, note, false);
  return root->has_value();
}

WitnessReply Witness::add_checkpoint(std::string_view body) {
  const auto request = parse_request(body);
  if (!request.ok()) return refuse(400, request.error().message);
  const Checkpoint& now = request->checkpoint;

  std::vector<VerifierKey> known;
  std::copy_if(logs_.begin(), logs_.end(), std::back_inserter(known),
               [&](const VerifierKey& log) { return log.name == now.origin; });
  if (known.empty()) return refuse(404, "this log is not watched here");
  if (std::none_of(known.begin(), known.end(),
                   [&](const VerifierKey& log) { return verify_checkpoint(request->note, log).ok(); }))
    return refuse(403, "the checkpoint is not signed by the log's key");
  if (request->old_size > now.size) return refuse(400, "the old size is larger than the checkpoint's");

  const auto note = parse_note(request->note);
  std::string kept = drop_strange_signatures(*note, known);
  const auto stored = storage_->witnessed(now.origin);
  if (!stored.ok()) return refuse(500, stored.error().message);
  const std::uint64_t known_size = *stored ? (*stored)->size : 0;
  const bool two_histories = contradicts(now, kept, known_size);
  if (request->old_size != known_size) return conflict(known_size);

  const Digest known_root = *stored ? (*stored)->root : sha256({});
  if (two_histories || !verify_consistency(known_size, known_root, now.size, now.root, request->proof)) {
    if (!two_histories) keep(now, kept, false);
    return refuse(422, "the checkpoint does not follow from the one that was witnessed");
  }

  const std::string line = cosign(kept, name_, *key_, clock_->now_ms() / 1000);
  kept += line;
  const Status remembered = storage_->remember_witnessed(now.origin, known_size, {now.size, now.root, kept});
  if (!remembered.ok() && remembered.error().code == Code::kConflict) {
    const auto newer = storage_->witnessed(now.origin);
    if (newer.ok() && *newer) return conflict((*newer)->size);
  }
  if (!remembered.ok()) return refuse(500, remembered.error().message);
  WitnessReply out{200, "text/plain; charset=utf-8", line, now.origin};
  if (const auto theirs_ms = time_of_checkpoint(request->note)) out.ahead_ms = *theirs_ms - clock_->now_ms();
  return out;
}

Result<std::string> Witness::checkpoint(std::string_view origin_sha256_hex) const {
  for (const VerifierKey& log : logs_) {
    if (to_hex(sha256(view(log.name))) != origin_sha256_hex) continue;
    ASSIGN_OR_RETURN(const std::optional<Witnessed> stored, storage_->witnessed(log.name));
    if (stored) return stored->checkpoint;
  }
  return Error{Code::kNotFound, "no checkpoint of that log was witnessed here"};
}

Result<std::uint64_t> parse_tree_size(std::string_view body) {
  if (body.ends_with('\n')) body.remove_suffix(1);
  return parse_decimal(body);
}

}  // namespace puente::audit
