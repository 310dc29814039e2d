// The log read again by who oversees: its decisions made once more, and what went which way.
#include <fmt/format.h>

#include "core/text.h"
#include "policy/policy.h"
#include "service/inside.h"

namespace puente::service {
namespace {

constexpr std::int64_t kExchangedDays = 30;
constexpr std::size_t kLeavesAtOnce = 1'000;

std::string leaf_member(const Json& leaf, const char* name) {
  const std::string* const value = leaf[name].as_string();
  return value == nullptr ? std::string() : *value;
}

class Count {
 public:
  Count(const Node::Inside& in, std::int64_t since_ms) : in_(in) { out_.since_ms = since_ms; }

  // In the log's order. Before the first that counts, how far back was looked.
  Status take(const Json& leaf, bool first) {
    ASSIGN_OR_RETURN(const std::int64_t time_ms, parse_iso8601(leaf_member(leaf, "time")));
    if (time_ms < out_.since_ms) return {};
    if (first) out_.since_ms = time_ms;
    const std::string event = leaf_member(leaf, "event");
    const Json::Array* const reasons = leaf["reasons"].as_array();
    const auto is_for = [&](const char* reason) {
      return reasons != nullptr && reasons->size() == 1 && reasons->front().as_string() != nullptr &&
             *reasons->front().as_string() == reason;
    };
    if (event == "asked") ++way(leaf, true).asked;
    if (event == "reply_received" && !is_for("no_hit") && !is_for("reference")) ++way(leaf, true).refused;
    if (event == "release_received" && is_for("released")) ++way(leaf, true).released;
    if (event == "answered_no_hit" || event == "answered_reference" || event == "answer_refused")
      ++way(leaf, false).asked;
    if (event == "answer_refused") ++way(leaf, false).refused;
    if (event == "released") ++way(leaf, false).released;
    return {};
  }

  ExchangedView view() {
    for (auto& [key, each] : ways_)
      if (!each.answering.empty()) out_.ways.push_back(std::move(each));
    return std::move(out_);
  }

 private:
  Exchanged& way(const Json& leaf, bool ours) {
    const std::string agreement = leaf_member(leaf, "agreement"), purpose = leaf_member(leaf, "purpose");
    const auto [at, is_new] = ways_.try_emplace({agreement, purpose, !ours});
    if (!is_new) return at->second;
    at->second.agreement_id = agreement;
    at->second.purpose = purpose;
    if (const Treaties::Held held = in_.treaties.by_id(agreement)) {  // a text that was never accepted here counts not
      const auto& [one, other] = held->parties;
      const std::string& partner = one.country == in_.config.country ? other.country : one.country;
      at->second.asking = ours ? in_.config.country : partner;
      at->second.answering = ours ? partner : in_.config.country;
    }
    return at->second;
  }

  const Node::Inside& in_;
  ExchangedView out_;
  std::map<std::tuple<std::string, std::string, bool>, Exchanged> ways_;
};

}  // namespace

Result<ExchangedView> Node::exchanged(const Caller& caller) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kReadLog));
  ASSIGN_OR_RETURN(const std::uint64_t size, in.store->log_size());
  const std::uint64_t first = size > limits::kLogLookedAtMax ? size - limits::kLogLookedAtMax : 0;
  Count count(in, in.now_ms() - kExchangedDays * kDayMs);
  for (std::uint64_t at = first; at < size;) {
    ASSIGN_OR_RETURN(const std::vector<LogRow> rows, in.store->log_rows(at, kLeavesAtOnce));
    if (rows.empty()) break;
    for (const LogRow& row : rows) {
      ASSIGN_OR_RETURN(const Json leaf, parse_json(text(row.leaf)));
      TRY(count.take(leaf, first > 0 && row.index == first));
    }
    at = rows.back().index + 1;
  }
  return count.view();
}

Result<Replayed> Node::replay(const Caller& caller) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kReadDetails));
  ASSIGN_OR_RETURN(const std::uint64_t size, in.store->log_size());
  if (size > limits::kLogLookedAtMax)
    return Error{Code::kTooLarge,
                 fmt::format("a log of more than {} entries is replayed at the keys: puente log replay",
                             limits::kLogLookedAtMax)};
  ASSIGN_OR_RETURN(std::vector<AgreementRecord> records, in.store->agreements());
  ASSIGN_OR_RETURN(policy::Replay replay, policy::Replay::begin(std::move(records), in.config.country));
  TRY(store::each_line(*in.store, size, [&](const LogLine& line) { return replay.take(line); }));
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kLogRead, caller),
                        Json::object({{"decisions_again", std::size_t{size}}})));
  return replay.result();
}

}  // namespace puente::service
