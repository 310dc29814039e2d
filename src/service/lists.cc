// What is listed: cases, and the log with what stands sealed beside it. Whoever looks is an entry.

#include <algorithm>

#include "core/limits.h"
#include "service/inside.h"

namespace puente::service {
namespace {

void set_where(Json& json, const char* name, const std::string& value) {
  if (!value.empty()) json.set(name, value);
}

// ---- the log

constexpr std::size_t kRowsAtOnce = 1'000;

Json sought(const LogQuery& query) {
  Json out = Json::object({{"first", std::size_t{query.first}}});
  if (query.from_ms) out.set("from", to_iso8601(*query.from_ms));
  if (query.until_ms) out.set("until", to_iso8601(*query.until_ms));
  set_where(out, "event", query.event);
  set_where(out, "exchange", query.exchange_id);
  set_where(out, "user", query.user);
  set_where(out, "partner", query.partner);
  return out;
}

class LogSearch {
 public:
  LogSearch(const Node::Inside& in, const LogQuery& query) : in_(in), query_(query) {}

  Result<LogPage> page() {
    TRY(learn_pseudonyms());
    LogPage out;
    const std::size_t limit = std::clamp<std::size_t>(query_.limit, 1, limits::kPageMax);
    std::uint64_t at = query_.first;
    const std::uint64_t end = at + limits::kLogLookedAtMax;
    while (true) {
      ASSIGN_OR_RETURN(const std::vector<LogRow> rows, in_.store->log_rows(at, kRowsAtOnce));
      if (rows.empty()) return out;
      for (const LogRow& row : rows) {
        if (out.lines.size() == limit || row.index >= end) {
          out.next = row.index;
          return out;
        }
        ASSIGN_OR_RETURN(Json leaf, parse_json(text(row.leaf)));
        if (!fits(row.index, leaf)) continue;
        out.lines.push_back({row.index, std::move(leaf), details_of(row.index)});
      }
      at = rows.back().index + 1;
    }
  }

 private:
  Status learn_pseudonyms() {
    if (!query_.user.empty()) actors_ = {in_.journal.pseudonym_of(query_.user)};
    // an older version gave a partner the pseudonym of a user of that name
    if (!query_.partner.empty())
      actors_ = {in_.journal.pseudonym_of(as_partner(query_.partner)), in_.journal.pseudonym_of(query_.partner)};
    if (query_.person_id.empty()) return {};
    subject_ = in_.journal.pseudonym_of(query_.person_id);
    ASSIGN_OR_RETURN(const std::vector<std::uint64_t> about, in_.store->log_details_about(subject_));
    about_ = {about.begin(), about.end()};
    return {};
  }

  bool fits(std::uint64_t index, const Json& leaf) const {
    const auto is = [&leaf](const char* member, const std::string& wanted) {
      const std::string* const value = leaf[member].as_string();
      return value != nullptr && *value == wanted;
    };
    const auto time = leaf["time"].as_string() == nullptr ? Result<std::int64_t>(std::int64_t{0})
                                                          : parse_iso8601(*leaf["time"].as_string());
    if (query_.from_ms && !(time.ok() && *time >= *query_.from_ms)) return false;
    if (query_.until_ms && !(time.ok() && *time < *query_.until_ms)) return false;
    if (!query_.event.empty() && !is("event", query_.event)) return false;
    if (!query_.exchange_id.empty() && !is("exchange", query_.exchange_id)) {  // a partner's id stands there by a hash
      const std::string* const agreement = leaf["agreement"].as_string();
      if (agreement == nullptr || !is("exchange", Journal::name_of(*agreement, query_.exchange_id))) return false;
    }
    if (!actors_.empty() &&
        std::none_of(actors_.begin(), actors_.end(), [&](const auto& each) { return is("actor", each); }))
      return false;
    return subject_.empty() || is("subject", subject_) || about_.contains(index);
  }

  Json details_of(std::uint64_t index) const {
    Result<Json> details = in_.store->log_details(index);
    if (details.ok()) return *std::move(details);
    if (details.error().code == Code::kNotFound) return {};
    return Json::object({{"damaged", details.error().message}});
  }

  const Node::Inside& in_;
  const LogQuery& query_;
  std::vector<std::string> actors_;
  std::string subject_;
  std::set<std::uint64_t> about_;
};

// ---- cases

// Where a page ended. Sealed: it holds when a case came and whether any question made it, which no examiner is to know
// (docs/decisions/0112).
constexpr const char* kCursor = "where a list of cases goes on";

SecretKey cursor_key(const Node::Inside& in) {
  return *SecretKey::from_bytes(keyed_hash(in.config.node_key, view(kCursor)));
}

std::string cursor_of(const Node::Inside& in, const store::ListedCase& last) {
  const auto number = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  const Bytes plain = ByteWriter()
                          .u8(last.place.over)
                          .u64(number(last.place.rank))
                          .u64(number(last.place.number))
                          .u8(last.place.seeded)
                          .counted(view(last.case_id))
                          .take();
  return to_hex(seal(cursor_key(in), plain, kCursor, in.seams.random));
}

Result<store::ListedCase> read_cursor(const Node::Inside& in, const std::string& cursor) {
  const Error wrong{Code::kInvalidInput, "after: give the `next` of the page before, as it was"};
  const Result<Bytes> sealed = from_hex(cursor);
  if (!sealed.ok()) return wrong;
  const Result<Bytes> plain = open(cursor_key(in), *sealed, kCursor);
  if (!plain.ok()) return wrong;
  ByteReader reader(*plain);
  store::ListedCase out;
  out.place.over = reader.u8() != 0;
  out.place.rank = static_cast<std::int64_t>(reader.u64());
  out.place.number = static_cast<std::int64_t>(reader.u64());
  out.place.seeded = reader.u8() != 0;
  out.case_id = text(reader.counted());
  if (!reader.done()) return wrong;
  return out;
}

}  // namespace

Result<CasePage> Node::cases(const Caller& caller, const CaseFilter& filter) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kListCases));
  const std::size_t limit = std::clamp<std::size_t>(filter.limit, 1, limits::kPageMax);
  store::CasePage wanted{filter.state, filter.partner, {}, limit};
  if (caller.role == Role::kExaminer) wanted.seeded_until_ms = in.now_ms();
  Json details{Json::Object()};
  if (!filter.after.empty()) {
    ASSIGN_OR_RETURN(const store::ListedCase before, read_cursor(in, filter.after));
    wanted.after = before.place;
    details.set("after", before.case_id);
  }
  ASSIGN_OR_RETURN(const std::vector<store::ListedCase> listed, in.store->listed_cases(wanted));
  CasePage out;
  for (const store::ListedCase& each : listed) {
    Result<ShownCase> read = shown_case(in, caller, each.case_id);
    if (read.ok()) out.cases.push_back(*std::move(read));
    if (!read.ok()) note_unreadable(in, each.case_id, read.error());
  }
  if (listed.size() == limit) out.next = cursor_of(in, listed.back());
  details.set("cases", out.cases.size());
  if (filter.state) details.set("state", to_string(*filter.state));
  set_where(details, "partner", filter.partner);
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kCasesListed, caller), std::move(details)));
  return out;
}

Result<LogPage> Node::log_entries(const Caller& caller, const LogQuery& query) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kReadDetails));
  if (!query.user.empty() && !query.partner.empty())
    return Error{Code::kInvalidInput, "who did it: a user or a partner, not both"};
  ASSIGN_OR_RETURN(LogPage page, LogSearch(in, query).page());
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kLogRead, caller, query.person_id), sought(query)));
  return page;
}

}  // namespace puente::service
