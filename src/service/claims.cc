#include "service/claims.h"

#include <algorithm>

#include "service/inside.h"
#include "service/mention.h"

namespace puente::service {
namespace {

constexpr std::int64_t kKeptMs = kDayMs;

Status check_key(const std::string& key) {
  const bool visible = std::ranges::all_of(key, [](char letter) { return letter > ' ' && letter <= '~'; });
  if (visible && !key.empty() && key.size() <= limits::kIdBytesMax) return {};
  return Error{Code::kInvalidInput, "Idempotency-Key: 1 to 64 visible letters of ASCII"};
}

}  // namespace

Claims::Claims(const Config& config, Clock& clock, const store::Store& store)
    : key_(*SecretKey::from_bytes(keyed_hash(config.node_key, view("calls that may come again")))),
      clock_(clock),
      store_(store) {}

Result<std::shared_ptr<const void>> Claims::hold(const std::string& name) const {
  const MutexLock lock(running_->mutex);
  if (!running_->names.insert(name).second)
    return Error{Code::kConflict, "Idempotency-Key: a request with this key is under way; its answer comes with it"};
  return std::shared_ptr<const void>(nullptr, [running = running_, name](const void*) {
    const MutexLock again(running->mutex);
    running->names.erase(name);
  });
}

// The body: the digest of the request, then the answer.
Result<std::optional<Bytes>> Claims::answer_before(const Claim& claim) const {
  ASSIGN_OR_RETURN(const std::optional<store::Once> before, store_.once(claim.name, clock_.now_ms()));
  if (!before) {
    ASSIGN_OR_RETURN(const std::size_t kept, store_.count_once(claim.caller, clock_.now_ms()));
    if (kept < limits::kOncePerCallerMax) return std::optional<Bytes>();
    return Error{Code::kQuotaExceeded,
                 "Idempotency-Key: too many within a day; the oldest is forgotten when it is a day old"};
  }
  if (before->body.empty())
    return Error{Code::kAlreadyExists,
                 "Idempotency-Key: this request was done; its answer is gone with the data of somebody it named"};
  const ByteView body(before->body);
  if (body.size() < claim.request.size()) return Error{Code::kCorrupt, "an answer that was kept is damaged"};
  if (!std::ranges::equal(body.first(claim.request.size()), claim.request))
    return Error{Code::kReplayed, "Idempotency-Key: this key was sent with another request; each request has its own"};
  const ByteView answer = body.subspan(claim.request.size());
  return std::optional(Bytes(answer.begin(), answer.end()));
}

Result<Claim> Claims::take(const Caller& caller, const std::string& key, ByteView request) {
  TRY(check_key(key));
  const auto id = [&](const Bytes& of) { return to_hex(ByteView(keyed_hash(key_, of)).first(16)); };
  Claim out;
  out.caller = id(ByteWriter().counted(view("caller")).counted(view(caller.user)).take());
  out.name = id(ByteWriter().counted(view("key")).counted(view(caller.user)).counted(view(key)).take());
  out.request = keyed_hash(key_, ByteWriter().counted(view("request")).counted(request).take());
  ASSIGN_OR_RETURN(out.held, hold(out.name));  // before looking: whoever held it until now has kept its answer
  ASSIGN_OR_RETURN(out.answered, answer_before(out));
  return out;
}

Status Claims::keep(store::Transaction& transaction, const Claim& claim, ByteView answer, std::set<std::string> about,
                    std::int64_t now_ms) const {
  about.erase("");  // of a case whose person is erased
  store::Once once{claim.name, claim.caller, now_ms + kKeptMs, std::move(about), {}};
  once.body.assign(claim.request.begin(), claim.request.end());
  once.body.insert(once.body.end(), answer.begin(), answer.end());
  return transaction.put_once(once, now_ms);
}

Result<Claim> Node::claim(const Caller& caller, const std::string& key, ByteView request) {
  return inside_->claims.take(caller, key, request);
}

std::set<std::string> named_in(std::set<std::string> about, std::initializer_list<std::string_view> words) {
  for (const std::string_view each : words)
    for (std::string& id : ids_in(each)) about.insert(std::move(id));
  return about;
}

std::set<std::string> named_in_grounds(const Grounds& grounds, std::set<std::string> about) {
  about = named_in(std::move(about), {grounds.legal_basis});
  return grounds.order ? named_in(std::move(about), {grounds.order->court, grounds.order->number}) : about;
}

Result<Receipt> commit_once(Node::Inside& in, store::Transaction& transaction, std::vector<Written> entries,
                            const Once<Receipt>& once) {
  TRY(keep(in, transaction, once, in.journal.receipt_of(entries.size())));
  return in.journal.commit(transaction, std::move(entries));
}

Result<Receipt> commit_once(Node::Inside& in, store::Transaction& transaction, Entry entry, Json details,
                            const Once<Receipt>& once) {
  std::vector<Written> entries;
  entries.push_back({std::move(entry), std::move(details)});
  return commit_once(in, transaction, std::move(entries), once);
}

}  // namespace puente::service
