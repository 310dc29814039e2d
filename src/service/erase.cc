// Erasing what stands beside the log: details past their date, and what names somebody who is erased.
#include "service/inside.h"

namespace puente::service {
namespace {

constexpr std::size_t kDetailsAtOnce = 1'000;  // in one transaction

Result<std::int64_t> time_of(const Node::Inside& in, std::uint64_t index) {
  ASSIGN_OR_RETURN(const std::vector<LogRow> rows, in.store->log_rows(index, 1));
  if (rows.empty() || rows.front().index != index)
    return Error{Code::kCorrupt, "details of an entry that is not there"};
  ASSIGN_OR_RETURN(const Json leaf, parse_json(text(rows.front().leaf)));
  const std::string* const time = leaf["time"].as_string();
  if (time == nullptr) return Error{Code::kCorrupt, "an entry of the log has no time"};
  return parse_iso8601(*time);
}

// Somebody who is erased is shown to nobody any more: their open cases are over.
Status end_case(const Node::Inside& in, store::Transaction& transaction, Case& named, std::vector<Written>& entries) {
  named.expires_ms = std::min(named.expires_ms, in.now_ms());
  ASSIGN_OR_RETURN(named, casework::expire(std::move(named), in.now_ms()));
  TRY(transaction.destroy_case_exhibit(named.case_id));
  TRY(enqueue_verdict(in, transaction, named));
  for (const Event event : {Event::kCaseDecided, Event::kProbeDestroyed}) {  // as if somebody had decided
    entries.push_back({in.journal.about(named, event, kItself),
                       Json::object({{"case_id", named.case_id}, {"why", "the person is erased"}})});
  }
  return {};
}

Status erase_from_case(const Node::Inside& in, store::Transaction& transaction, const std::string& case_id,
                       const std::string& person_id, std::vector<Written>& entries) {
  Result<Case> named = in.store->case_record(case_id);
  if (!named.ok() || named->person_id != person_id) return {};
  if (named->state == CaseState::kOpen) TRY(end_case(in, transaction, *named, entries));
  if (named->state == CaseState::kConfirmed) {  // no second person has anything to decide any more
    ASSIGN_OR_RETURN(*named, casework::withdraw(*std::move(named)));
    TRY(enqueue_verdict(in, transaction, *named));
  }
  named->person_id.clear();
  named->encounter_id.clear();
  for (std::string* words : {&named->verdict_reasons, &named->release_facts, &named->offence}) words->clear();
  return transaction.update_case(*named);
}

}  // namespace

// Of a whole day at once, when the oldest are a day past their date: or each erasure's own entry would make another.
Status erase_details_past(Node::Inside& in) {
  const std::int64_t until_ms = in.now_ms() - in.config.details_days * kDayMs;
  std::int64_t past_ms = until_ms - kDayMs;
  while (!in.courier.is_stopped()) {
    ASSIGN_OR_RETURN(const std::vector<std::uint64_t> kept, in.store->log_details_from(0, kDetailsAtOnce));
    std::vector<std::uint64_t> past;
    for (const std::uint64_t index : kept) {
      ASSIGN_OR_RETURN(const std::int64_t time_ms, time_of(in, index));
      if (time_ms > past_ms) break;
      past_ms = until_ms;
      past.push_back(index);
    }
    if (past.empty()) return {};
    const auto transaction = in.store->begin();
    for (const std::uint64_t index : past) TRY(transaction->erase_log_details(index));
    Entry logged = in.journal.entry(Event::kDetailsErased, kItself);
    logged.reasons = {"retention_over"};
    TRY(in.journal.commit(
        *transaction, std::move(logged),
        Json::object(
            {{"first", std::size_t{past.front()}}, {"last", std::size_t{past.back()}}, {"entries", past.size()}})));
  }
  return {};
}

Status erase_traces(const Node::Inside& in, store::Transaction& transaction, const std::string& person_id,
                    std::vector<Written>& entries) {
  ASSIGN_OR_RETURN(const std::vector<std::uint64_t> about,
                   in.store->log_details_about(in.journal.pseudonym_of(person_id)));
  if (about.empty()) return {};
  std::set<std::string> cases;
  for (const std::uint64_t index : about) {
    const Result<Json> details = in.store->log_details(index);
    if (details.ok()) {
      if (const std::string* case_id = (*details)["case_id"].as_string()) cases.insert(*case_id);
    }
    TRY(transaction.erase_log_details(index));
  }
  for (const std::string& case_id : cases) TRY(erase_from_case(in, transaction, case_id, person_id, entries));
  Entry logged = in.journal.entry(Event::kDetailsErased, kItself);
  logged.subject = in.journal.pseudonym_of(person_id);
  logged.reasons = {"person_erased"};
  entries.push_back({std::move(logged), Json::object({{"entries", about.size()}, {"cases", cases.size()}})});
  return {};
}

}  // namespace puente::service
