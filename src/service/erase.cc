// Erasing what stands beside the log: details past their date, and what names somebody who is erased.
#include <algorithm>

#include "core/limits.h"
#include "service/card.h"
#include "service/inside.h"
#include "service/mention.h"
#include "service/practice.h"
#include "service/protection.h"
#include "service/search.h"
#include "service/watchlist.h"

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

// What stands in the place of an alarm's sentence that named somebody.
constexpr const char* kErasedWords = "these words named somebody who was erased since";

// Whoever has it as their own id is meant where it stands, whatever somebody else's papers say.
Result<bool> is_id_of_another(const Node::Inside& in, const std::string& id, const std::string& person_id) {
  if (id == person_id) return false;
  ASSIGN_OR_RETURN(const std::vector<std::string> encounters, in.store->encounter_ids(id));
  return !encounters.empty();
}

// Before the erasure, or in its transaction, where reads still see the person.
Result<Named> known_names(const Node::Inside& in, const std::string& person_id) {
  Named known;
  known.ids.insert(person_id);
  ASSIGN_OR_RETURN(const std::vector<std::string> encounters, in.store->encounter_ids(person_id));
  for (const std::string& each : encounters) {
    const Result<Encounter> encounter = in.store->encounter_facts(person_id, each);
    if (!encounter.ok()) continue;  // a damaged one must not keep a person from being erased
    know(known, encounter->biographic);
    known.asked_by.merge(asked_by(encounter->biographic));
  }
  Named out = known;
  for (const std::string& id : known.ids) {
    ASSIGN_OR_RETURN(const bool of_another, is_id_of_another(in, id, person_id));
    if (!of_another) continue;
    out.ids.erase(id);
    out.numbers.erase(plain_number(id));
  }
  return out;
}

bool blank(Grounds& grounds, const Named& person) {
  bool said = blank(grounds.legal_basis, person);
  if (grounds.order) {
    for (std::string* words : {&grounds.order->court, &grounds.order->number}) said = blank(*words, person) || said;
  }
  return said;
}

Status erase_from_alarms(const Node::Inside& in, store::Transaction& transaction, const std::string& person_id,
                         const Named& person, std::size_t& rows) {
  ASSIGN_OR_RETURN(std::vector<Alarm> alarms, in.store->alarms(false, kAllAlarms));
  for (Alarm& each : alarms) {
    Named others = person;  // who acted is named by the node itself, as a user
    std::erase_if(others.ids, [&](const std::string& id) { return acted(each, id); });
    if (each.person_id != person_id && !each.named.contains(person_id) && !mentions(each.sentence, others)) continue;
    each.sentence = kErasedWords;
    if (each.person_id == person_id && each.kind != kUrgentSearch) each.person_id.clear();
    each.named.clear();
    TRY(transaction.update_alarm(each));
    ++rows;
  }
  return {};
}

// Reasons of others' protections; their own goes with the person.
Status erase_from_protections(const Node::Inside& in, store::Transaction& transaction, const std::string& person_id,
                              const Named& person, std::size_t& rows) {
  ASSIGN_OR_RETURN(std::vector<Protection> protections, in.store->protections());
  for (Protection& each : protections) {
    if (each.person_id == person_id) continue;
    const bool set = blank(each.reasons, person), lifted = blank(each.lift_reasons, person);
    if (!set && !lifted) continue;
    ++each.revision;
    TRY(transaction.put_protection(each));
    TRY(erase_details_of(in, transaction, each.person_id, person));
    ++rows;
  }
  return {};
}

// All that people wrote in words of their own about a case.
std::vector<std::string*> words_of_erasure(Case& the_case) {
  std::vector<std::string*> out = {&the_case.verdict_reasons, &the_case.release_facts, &the_case.offence};
  for (Opinion& each : the_case.verdicts) out.push_back(&each.reasons);
  return out;
}

bool names(const Grounds& grounds, const Named& person) {
  return mentions(grounds.legal_basis, person) ||
         (grounds.order && (mentions(grounds.order->court, person) || mentions(grounds.order->number, person)));
}

bool names(Case& the_case, const Named& person) {
  return person.ids.contains(the_case.person_id) || names(the_case.grounds, person) ||
         std::ranges::any_of(words_of_erasure(the_case),
                             [&](const std::string* each) { return mentions(*each, person); });
}

// The log's details, which name them too, may be gone, with somebody else or by their date: so each case and question
// is opened. One that is not over may be given words by the next call.
Status look_at_records(const Node::Inside& in, Traces& traces) {
  ASSIGN_OR_RETURN(const std::vector<store::CaseHead> cases, in.store->cases_since(traces.last_case));
  for (const store::CaseHead& head : cases) {
    traces.last_case = head.number;
    Result<Case> read = in.store->case_record(head.case_id);
    if (!read.ok() && read.error().code == Code::kNotFound) continue;
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, read, head.case_id));
    if (readable) traces.files.insert(read->partner_case_reference);
    const bool is_over = head.state != CaseState::kOpen && head.state != CaseState::kConfirmed;
    if (!readable) ++traces.unreadable;
    if (readable && (!is_over || names(*read, traces.person))) traces.cases.push_back(head.case_id);
  }
  ASSIGN_OR_RETURN(const std::vector<store::QuestionHead> questions, in.store->questions_since(traces.last_question));
  for (const store::QuestionHead& head : questions) {
    traces.last_question = head.number;
    const Result<Question> read = in.store->question(head.exchange_id);
    if (!read.ok() && read.error().code == Code::kNotFound) continue;
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, read, head.exchange_id));
    if (!readable) ++traces.unreadable;
    if (readable) traces.files.insert(read->case_reference);
    if (readable && names(read->grounds, traces.person)) traces.questions.push_back(head.exchange_id);
  }
  return {};
}

enum class Had { kNothing, kTheirOwn, kAnothers };  // a case of the person
Result<Had> erase_from_case(const Node::Inside& in, store::Transaction& transaction, const std::string& case_id,
                            const Traces& traces, std::vector<Written>& entries) {
  Result<Case> named = in.store->case_record(case_id);
  if (!named.ok()) return Had::kNothing;
  if (named->person_id != traces.person_id) {
    bool said = blank(named->grounds, traces.person);
    for (std::string* words : words_of_erasure(*named)) said = blank(*words, traces.person) || said;
    if (said) TRY(transaction.update_case(*named));
    return said ? Had::kAnothers : Had::kNothing;
  }
  if (named->state == CaseState::kOpen) TRY(end_case(in, transaction, *named, entries));
  if (named->state == CaseState::kConfirmed) {  // no second person has anything to decide any more
    ASSIGN_OR_RETURN(*named, casework::withdraw(*std::move(named)));
    TRY(enqueue_verdict(in, transaction, *named));
  }
  named->person_id.clear();
  named->encounter_id.clear();
  for (std::string* words : words_of_erasure(*named)) words->clear();
  named->grounds = {};
  named->doubts.clear();
  named->seen.clear();  // with the numbers of its cards, which are made of what is erased
  named->card = {};
  TRY(transaction.update_case(*named));
  return Had::kTheirOwn;
}

// Our own question on whose grounds somebody is named.
Result<bool> erase_from_question(const Node::Inside& in, store::Transaction& transaction,
                                 const std::string& exchange_id, const Named& person) {
  Result<Question> asked = in.store->question(exchange_id);
  if (!asked.ok() || !blank(asked->grounds, person)) return false;
  TRY(transaction.update_question(*asked));
  return true;
}

// The entries whose details go. By the person's own id each that is found is about them, or names them; by the number
// of a document only what words say it: no other trace of it is of this person.
Result<std::set<std::uint64_t>> details_about(const Node::Inside& in, const std::string& person_id,
                                              const Named& person) {
  std::set<std::uint64_t> out;
  for (const std::string& id : person.ids) {
    ASSIGN_OR_RETURN(const std::vector<std::uint64_t> found, in.store->log_details_about(in.journal.pseudonym_of(id)));
    if (id == person_id) {
      out.insert(found.begin(), found.end());
      continue;
    }
    for (const std::uint64_t index : found) {
      const Result<Json> details = in.store->log_details(index);
      if (details.ok() && prose_mentions(*details, person)) out.insert(index);
    }
  }
  for (const std::string& number : person.numbers) {
    ASSIGN_OR_RETURN(const std::vector<std::uint64_t> found,
                     in.store->log_details_about(in.journal.mark_of_number(number)));
    for (const std::uint64_t index : found) {
      const Result<Json> details = in.store->log_details(index);
      if (details.ok() && prose_mentions(*details, person)) out.insert(index);
    }
  }
  for (const std::string& words : person.asked_by) {  // somebody looked for them, and found nobody
    ASSIGN_OR_RETURN(const std::vector<std::uint64_t> found, in.store->log_details_about(in.journal.mark_asked(words)));
    out.insert(found.begin(), found.end());
  }
  return out;
}

// Those of the person's marks that are numbers of files under which somebody was searched for here.
Status add_files_of_searches(const Node::Inside& in, Traces& traces) {
  for (const std::string& id : traces.person.ids) {
    ASSIGN_OR_RETURN(const std::vector<std::uint64_t> searches,
                     in.store->newest_log_details_about(in.journal.mark_of(kFileSearched, id), 1));
    if (!searches.empty()) traces.files.insert(id);
  }
  return {};
}

// What an erasure takes of others: entries that are about them, or name somebody who is still here.
struct OfOthers {
  std::set<std::uint64_t> entries;
  std::set<std::string> people;
};

Result<OfOthers> others_in(const Node::Inside& in, const std::string& person_id, const std::set<std::uint64_t>& about) {
  OfOthers out;
  ASSIGN_OR_RETURN(const std::vector<std::uint64_t> own,
                   in.store->log_details_about(in.journal.pseudonym_of(person_id)));
  for (const std::uint64_t index : about) {
    if (!std::ranges::binary_search(own, index)) out.entries.insert(index);
    const Result<Json> details = in.store->log_details(index);
    if (!details.ok()) continue;
    std::set<std::string> named;
    each_text(*details, [&](std::string_view name, const std::string& text) {
      if ((name == "person_id" || name == "of") && text != person_id) named.insert(text);
    });
    for (const std::string& each : named) {
      ASSIGN_OR_RETURN(const bool is_here, is_id_of_another(in, each, person_id));
      if (!is_here) continue;
      out.entries.insert(index);
      out.people.insert(each);
    }
  }
  return out;
}

// Whoever lets one person come and go to be rid of what is kept of others is seen: of somebody who was here for long it
// takes more.
Status tell_of_others(const Node::Inside& in, store::Transaction& transaction, std::int64_t since_ms,
                      std::size_t others, std::vector<Written>& entries) {
  constexpr std::size_t kMany = 10, kAny = 1;
  constexpr std::int64_t kBriefly = 30 * kDayMs;
  if (others < (in.now_ms() - since_ms < kBriefly ? kAny : kMany)) return {};
  Alarm alarm;
  alarm.kind = "erasure_reached_many";
  alarm.sentence = "an erasure took what is kept of others: " + std::to_string(others) +
                   " entries' details and records; the entry of it has whose and which";
  return tell_supervisor(in, transaction, std::move(alarm), entries);
}

}  // namespace

// What was written into the log when those words were: the entry of somebody else, whose words name the person.
Status erase_details_of(const Node::Inside& in, store::Transaction& transaction, const std::string& somebody_else,
                        const Named& person) {
  ASSIGN_OR_RETURN(const std::vector<std::uint64_t> about,
                   in.store->log_details_about(in.journal.pseudonym_of(somebody_else)));
  for (const std::uint64_t index : about) {
    const Result<Json> details = in.store->log_details(index);
    if (details.ok() && prose_mentions(*details, person)) TRY(transaction.erase_log_details(index));
  }
  return {};
}

Status names_nobody_erased(const Node::Inside& in, const std::string& person_id, const std::string& words) {
  ASSIGN_OR_RETURN(const Named person, known_names(in, person_id));
  if (!mentions(words, person)) return {};
  return Error{
      Code::kInvalidInput,
      "reasons: must not name who is erased, by id, document or name: they stay when the person is gone. Name a "
      "file"};
}

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

static Result<std::int64_t> came_at(const Node::Inside& in, const std::string& person_id) {
  std::int64_t first_ms = in.now_ms();
  ASSIGN_OR_RETURN(const std::vector<std::string> encounters, in.store->encounter_ids(person_id));
  for (const std::string& each : encounters) {
    const Result<Encounter> encounter = in.store->encounter_facts(person_id, each);
    if (encounter.ok()) first_ms = std::min(first_ms, encounter->created_ms);
  }
  return first_ms;
}

Result<Traces> look_for_traces(const Node::Inside& in, const std::string& person_id) {
  Traces out;
  out.person_id = person_id;
  ASSIGN_OR_RETURN(out.person, known_names(in, person_id));
  ASSIGN_OR_RETURN(out.since_ms, came_at(in, person_id));
  TRY(look_at_records(in, out));
  return out;
}

Status erase_traces(const Node::Inside& in, store::Transaction& transaction, Traces traces,
                    std::vector<Written>& entries) {
  ASSIGN_OR_RETURN(const Named known_now, known_names(in, traces.person_id));
  if (known_now != traces.person) {  // something was learnt of the person meanwhile
    ASSIGN_OR_RETURN(traces, look_for_traces(in, traces.person_id));
  } else {
    TRY(look_at_records(in, traces));
  }
  const std::string& person_id = traces.person_id;
  // A file's number is nobody's mark, whatever somebody's papers say: or one enrolment would wipe that file's traces.
  TRY(add_files_of_searches(in, traces));
  std::erase_if(traces.person.ids, [&](const auto& id) { return id != person_id && traces.files.contains(id); });
  for (const std::string& file : traces.files) traces.person.numbers.erase(plain_number(file));
  const Named& person = traces.person;
  ASSIGN_OR_RETURN(const std::set<std::uint64_t> about, details_about(in, person_id, person));
  ASSIGN_OR_RETURN(const OfOthers others, others_in(in, person_id, about));
  std::size_t rows = 0, cases = 0, of_others = others.entries.size();
  TRY(erase_from_alarms(in, transaction, person_id, person, rows));
  const std::size_t of_alarms = rows;
  TRY(erase_from_protections(in, transaction, person_id, person, rows));
  of_others += rows - of_alarms;
  TRY(erase_from_watchlists(in, transaction, person_id, person, rows));
  TRY(erase_from_practice(in, transaction, person, rows));
  TRY(erase_from_tasks(in, transaction, person_id, person, rows));
  for (const std::string& id : person.ids) TRY(transaction.erase_answers_about(id));
  for (const std::string& case_id : traces.cases) {
    ASSIGN_OR_RETURN(const Had had, erase_from_case(in, transaction, case_id, traces, entries));
    cases += had != Had::kNothing ? 1 : 0;
    of_others += had == Had::kAnothers ? 1 : 0;
  }
  for (const std::string& exchange_id : traces.questions) {
    ASSIGN_OR_RETURN(const bool named, erase_from_question(in, transaction, exchange_id, person));
    rows += named ? 1 : 0;
  }
  if (about.empty() && rows == 0 && cases == 0) return {};
  for (const std::uint64_t index : about) TRY(transaction.erase_log_details(index));
  Entry logged = in.journal.entry(Event::kDetailsErased, kItself);
  logged.subject = in.journal.pseudonym_of(person_id);
  logged.reasons = {"person_erased"};
  Json details = Json::object({{"entries", about.size()}, {"cases", cases}, {"rows", rows}});
  if (traces.unreadable > 0) details.set("not_readable", traces.unreadable);
  Json::Array whose, which;
  for (const std::string& each : others.people) whose.push_back(Json::object({{"person_id", each}}));
  for (const std::uint64_t each : others.entries) which.push_back(Json(std::int64_t(each)));
  if (!whose.empty()) details.set("of_others", Json(std::move(whose)));
  if (!which.empty()) details.set("others_entries", Json(std::move(which)));
  entries.push_back({std::move(logged), std::move(details)});
  return tell_of_others(in, transaction, traces.since_ms, of_others, entries);
}

// An erasure is of one id: whoever holds the hand under another is decided about anew, by somebody.
static Status tell_of_other_ids(const Node::Inside& in, store::Transaction& transaction, const Erasure& erased,
                                std::vector<Written>& entries) {
  if (erased.other_ids && erased.other_ids->empty()) return {};
  Alarm alarm;
  alarm.kind = "erased_under_one_id";
  if (erased.other_ids) {
    alarm.named = *erased.other_ids;
    alarm.sentence = "somebody was erased whose hand has other ids here, each to be decided about:";
    for (const std::string& each : *erased.other_ids) alarm.sentence += " " + each;
  } else {
    alarm.sentence = "somebody was erased, and whether their hand has other ids here could not be looked at";
  }
  return tell_supervisor(in, transaction, std::move(alarm), entries);
}

static Result<Erasure> erase(Node::Inside& in, const Caller& caller, const std::string& person_id,
                             const std::string& reasons, const Once<Erasure>& once) {
  if (policy::written(reasons) < policy::kReasonsMin) {
    return Error{Code::kInvalidInput,
                 "reasons: say in two words or more (ten characters, five different) why this person is erased"};
  }
  ASSIGN_OR_RETURN(Traces traces, look_for_traces(in, person_id));
  ASSIGN_OR_RETURN(const std::vector<Told> told, told_already(in, {person_id}));
  SameHand hand(in, person_id);
  const auto transaction = in.store->begin();
  TRY(may_erase(in, caller, person_id));
  TRY(names_nobody_erased(in, person_id, reasons));
  Erasure out;
  if (auto ids = hand.ids(); ids.ok()) {  // what cannot be read keeps nobody from being erased
    ids->erase(person_id);
    out.other_ids = *std::move(ids);
  }
  Entry erased = in.journal.entry(Event::kErased, caller, person_id);
  Json details = Json::object({{"reasons", reasons}});
  ASSIGN_OR_RETURN(const std::set<std::string> numbers, erase_protection(in, *transaction, details, person_id));
  TRY(transaction->erase_person(person_id));
  std::vector<Written> entries;
  TRY(erase_traces(in, *transaction, std::move(traces), entries));
  TRY(tell_of_other_ids(in, *transaction, out, entries));
  std::vector<std::string> known_there;  // an erasure here is none there
  for (const Told& each : told) known_there.push_back(each.sentence);
  Alarm alarm;
  alarm.sentence = "somebody was erased of whom a partner knows";
  TRY(tell_of_told(in, *transaction, std::move(alarm), known_there, entries));
  entries.push_back({std::move(erased), std::move(details)});
  out.receipt = in.journal.receipt_of(entries.size());
  TRY(keep(in, *transaction, once, out, out.other_ids.value_or(std::set<std::string>())));
  TRY(in.journal.commit(*transaction, std::move(entries)));
  in.roster.remove_person(person_id);
  for (const std::string& each : numbers) in.roster.remove_person(each);
  return out;
}

Result<Erasure> Node::erase_person(const Caller& caller, const std::string& person_id, const std::string& reasons,
                                   const Once<Erasure>& once) {
  TRY(authorise(caller, Action::kErase));
  return written_down(*inside_, caller, Action::kErase, person_id, erase(*inside_, caller, person_id, reasons, once));
}

}  // namespace puente::service
