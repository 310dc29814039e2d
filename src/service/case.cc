// The examiner: a partner's hit side by side, a verdict, and what the verdict sets going.
#include <algorithm>
#include <variant>

#include "core/user.h"
#include "service/exhibit.h"
#include "service/inside.h"
#include "service/practice.h"
#include "service/protection.h"

namespace puente::service {
namespace {

// As it was made at the hit. A node of version 1 kept the probe alone: of that it is made now.
Result<Exhibit> exhibit_of(const Node::Inside& in, const Case& the_case) {
  ASSIGN_OR_RETURN(const Bytes kept, in.store->case_exhibit(the_case.case_id));
  Result<Exhibit> exhibit = casework::decode_exhibit(kept);
  if (exhibit.ok() || exhibit.error().code != Code::kUnsupported) return exhibit;
  ASSIGN_OR_RETURN(std::vector<Sample> samples, intake::decode_samples(kept));
  ASSIGN_OR_RETURN(const intake::Taken probe, intake::take_in(std::move(samples), intake::Depth::kExtracted));
  return make_exhibit(*in.store, probe, {the_case.person_id, the_case.encounter_id});
}

Result<Exhibit> exhibit_of(const Node::Inside& in, const PracticeCase& seeded) {
  ASSIGN_OR_RETURN(const Bytes kept, in.store->practice_exhibit(seeded.case_id));
  return casework::decode_exhibit(kept);
}

// What an examiner may have before them. Each use case goes the same way with both, so that neither an answer nor its
// time tells which it was.
using Examined = std::variant<Case, PracticeCase>;

// Both are looked for each time. A seeded one is there for examiners alone, from its opening on.
Result<Examined> examined(const Node::Inside& in, const Caller& caller, const std::string& case_id) {
  Result<Case> hit = in.store->case_record(case_id);
  Result<PracticeCase> seeded = in.store->practice_case(case_id);
  if (seeded.ok() && caller.role == Role::kExaminer && seeded->opened_ms <= in.now_ms())
    return Examined(*std::move(seeded));
  if (!hit.ok()) return hit.error();
  return Examined(*std::move(hit));
}

Result<Case> again(const Node::Inside& in, const Case& hit) {
  return in.store->case_record(hit.case_id);
}
Result<PracticeCase> again(const Node::Inside& in, const PracticeCase& seeded) {
  return in.store->practice_case(seeded.case_id);
}
Status update(store::Transaction& transaction, const Case& hit) {
  return transaction.update_case(hit);
}
Status update(store::Transaction& transaction, const PracticeCase& seeded) {
  return transaction.update_practice_case(seeded);
}
store::EncounterId candidate_of(const Case& hit) {
  return {hit.person_id, hit.encounter_id};
}
store::EncounterId candidate_of(const PracticeCase& seeded) {  // nobody: looked for all the same
  return {seeded.case_id, seeded.case_id};
}
std::set<std::string> case_named_by(const Case& hit) {
  return named_in_grounds(hit.grounds, named_in_verdicts(hit, {hit.person_id}));
}
std::set<std::string> case_named_by(const PracticeCase& seeded) {
  return named_in_verdicts(seeded, {});
}
// An entry about a case that names its exchange in the details alone.
Written about(const Node::Inside& in, const Case& hit, Event event, const Actor& actor, Json details) {
  Entry entry = in.journal.entry(event, actor);
  entry.of = hit.person_id;
  return {std::move(entry), std::move(details)};
}
Written about(const Node::Inside& in, const PracticeCase&, Event event, const Actor& actor, Json details) {
  return {in.journal.entry(event, actor), std::move(details)};
}
void set_exchange(Json& details, const Case& hit) {
  details.set("exchange", hit.exchange_id);
}
void set_exchange(Json&, const PracticeCase&) {}

OtherFingers others_of(const Node::Inside& in, const store::EncounterId& candidate) {
  return {*in.store, candidate, in.config.false_match_rate_max};
}

template <typename Record>
Status look_against(OtherFingers& others, Record& record) {
  ASSIGN_OR_RETURN(const bool differs, others.now());
  if (differs) record.doubts.insert(Doubt::kRecordDiffers);
  ASSIGN_OR_RETURN(const bool child, was_child(others.people(), candidate_of(record)));
  if (child) record.doubts.insert(Doubt::kCapturedAsChild);
  return {};
}

// Who has looked at what is part of the case: a verdict asks for it. The leaf names no exchange: how many looked, and
// how often, would tell its partner that two differ, or that one could not tell.
template <typename Record>
Status log_view(Node::Inside& in, const Caller& caller, const Record& shown, const std::vector<std::uint32_t>& seen,
                Json details) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(Record now, again(in, shown));
  if (!seen.empty()) {
    now.seen[caller.user].insert(seen.begin(), seen.end());
    TRY(update(*transaction, now));
  }
  set_exchange(details, now);
  Written entry = about(in, now, Event::kCaseViewed, caller, std::move(details));
  TRY(in.journal.commit(*transaction, std::move(entry.entry), std::move(entry.details)));
  return {};
}

template <typename Record>
Result<std::size_t> pairs_of(const Node::Inside& in, const Record& record) {
  if (record.state != CaseState::kOpen) return std::size_t{0};
  ASSIGN_OR_RETURN(const Exhibit exhibit, exhibit_of(in, record));
  return exhibit.pairs.size();
}

Json counts_of(const LockedProbe& locked) {
  Json::Array out;
  for (const std::uint8_t each : locked.counts) out.push_back(int{each});
  return Json(std::move(out));
}

void set_doubts(Json& details, const Examination& the_case) {
  std::vector<std::string> doubts;
  for (const Doubt each : the_case.doubts) doubts.emplace_back(to_string(each));
  if (!doubts.empty()) details.set("doubts", Json::strings(doubts));
}

std::set<std::uint32_t> seen_by(const Examination& the_case, const std::string& user) {
  const auto found = the_case.seen.find(user);
  return found == the_case.seen.end() ? std::set<std::uint32_t>() : found->second;
}

policy::Review review_of(const Examination& the_case, const std::string& examiner, const std::string& reasons,
                         std::size_t pairs, Verdict verdict) {
  const std::set<std::uint32_t> seen = seen_by(the_case, examiner);
  policy::Review out{examiner, reasons, pairs, 0};
  out.has_locked = locked_by(the_case, examiner) != nullptr;
  out.seen = static_cast<std::size_t>(std::ranges::count_if(seen, [&](std::uint32_t each) { return each < pairs; }));
  out.doubts_not_seen = doubts_not_seen(the_case, examiner);
  out.has_given_one = the_case.state == CaseState::kOpen && has_judged(the_case, examiner);
  out.confirms_several_people = verdict == Verdict::kConfirm && the_case.doubts.contains(Doubt::kSeveralPeople);
  return out;
}

// Of an examiner's verdict that does not settle its case: neither what it is nor of which exchange, which whoever may
// read the log would else know before the next examiner does, and a partner by their number that they differ.
template <typename Record>
Written given(const Node::Inside& in, const Record& open, const Caller& examiner) {
  return about(in, open, Event::kVerdictGiven, examiner, Json::object({{"case_id", open.case_id}}));
}

// Of marks that are locked: that they were, and how many; the marks are of the probe, and nowhere else.
template <typename Record>
Written locked(const Node::Inside& in, const Record& open, const Caller& examiner) {
  Json details = Json::object({{"case_id", open.case_id}});
  details.set("marks", counts_of(*locked_by(open, examiner.user)));
  return about(in, open, Event::kProbeLocked, examiner, std::move(details));
}

// Of the one that settles it.
Status write_decided(Node::Inside& in, store::Transaction& transaction, const Caller& caller, Case& decided,
                     std::vector<Written>& entries) {
  const auto about = [&](Event event) {
    Entry out = in.journal.about(decided, event, caller);
    out.of = decided.person_id;  // in the details alone: who knows the exchange does not learn when they are hidden
    return out;
  };
  Json details = Json::object(
      {{"case_id", decided.case_id}, {"verdict", to_string(decided.state)}, {"reasons", decided.verdict_reasons}});
  set_verdicts(details, decided);
  set_doubts(details, decided);
  TRY(judge_release(in, transaction, decided, details));
  entries.push_back({about(Event::kCaseDecided), std::move(details)});
  entries.push_back({about(Event::kProbeDestroyed), Json::object({{"case_id", decided.case_id}})});
  TRY(transaction.destroy_case_exhibit(decided.case_id));
  // a confirmed one waits for its second act: until then the partner is told nothing
  return decided.state == CaseState::kConfirmed ? Status() : enqueue_verdict(in, transaction, decided);
}
// Its leaf is that of a verdict which settles nothing, or whoever reads the log would know it for a seeded one.
Status write_decided(Node::Inside& in, store::Transaction& transaction, const Caller& caller, PracticeCase& decided,
                     std::vector<Written>& entries) {
  Written entry = given(in, decided, caller);
  entry.details.set("seeded", to_string(decided.truth)).set("verdict", to_string(decided.state));
  entries.push_back(std::move(entry));
  return transaction.destroy_practice_exhibit(decided.case_id);
}

Status note_verdict(const Node::Inside&, store::Transaction&, const Caller&, const Case&, Verdict,
                    std::vector<Written>&) {
  return {};
}
Status note_verdict(const Node::Inside& in, store::Transaction& transaction, const Caller& caller,
                    const PracticeCase& judged, Verdict verdict, std::vector<Written>& entries) {
  return measure(in, transaction, caller, judged, verdict, entries);
}

Status may_examine(const Node::Inside& in, const Caller& caller) {
  ASSIGN_OR_RETURN(const std::int64_t suspended_ms, suspended_since(in, caller.user));
  return policy::may_examine({caller.certified_until_ms, in.latest_ms(), suspended_ms}).status();
}

// Who is not competent today gives no verdict; that they tried stands in the log.
Status check_competence(Node::Inside& in, const Caller& caller) {
  const Status competent = may_examine(in, caller);
  if (!competent.ok()) TRY(in.refusals.write_down(caller, Action::kDecideCase));
  return competent;
}

template <typename Record>
Result<CaseView> view(Node::Inside& in, const Caller& caller, Record record) {
  CaseView out;
  std::vector<std::uint32_t> seen;
  Json details = Json::object({{"case_id", record.case_id}});
  if (record.state == CaseState::kOpen) {
    ASSIGN_OR_RETURN(out.exhibit, exhibit_of(in, record));
    out.is_locked = locked_by(record, caller.user) != nullptr;
    if (out.is_locked) {
      OtherFingers others = others_of(in, candidate_of(record));
      TRY(look_against(others, record));  // somebody may have overruled something since the hit
      for (const Doubt each : record.doubts) seen.push_back(number_of(each));
      set_doubts(details, record);
      out.exhibit = without_opinion(std::move(out.exhibit));
    } else {
      out.exhibit = probes_alone(std::move(out.exhibit));
    }
  }
  details.set("pairs", out.exhibit.pairs.size());
  TRY(log_view(in, caller, record, seen, std::move(details)));
  out.the_case = service::shown_to(caller, std::move(record));
  return out;
}

template <typename Record>
Result<ShownCase> lock(Node::Inside& in, const Caller& caller, const Record& before,
                       std::vector<std::vector<Mark>> marks, const Once<ShownCase>& once) {
  Exhibit exhibit;
  if (before.state == CaseState::kOpen) {
    ASSIGN_OR_RETURN(exhibit, exhibit_of(in, before));
  }
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(Record open, again(in, before));
  ASSIGN_OR_RETURN(open, casework::lock_probe(std::move(open), exhibit, std::move(marks), caller.user, in.now_ms()));
  TRY(update(*transaction, open));
  Written entry = locked(in, open, caller);
  const std::set<std::string> named = case_named_by(open);
  ShownCase shown = service::shown_to(caller, std::move(open));
  TRY(keep(in, *transaction, once, shown, named));
  TRY(in.journal.commit(*transaction, std::move(entry.entry), std::move(entry.details)));
  return shown;
}

template <typename Record>
Result<Bytes> picture(Node::Inside& in, const Caller& caller, const Record& record, std::size_t pair,
                      PictureKind kind) {
  if (record.state != CaseState::kOpen) return Error{Code::kConflict, "the case is over: its fingers were destroyed"};
  ASSIGN_OR_RETURN(const Exhibit exhibit, exhibit_of(in, record));
  if (pair >= exhibit.pairs.size()) return Error{Code::kNotFound, "the case has no such pair of fingers"};
  const LockedProbe* const locked = locked_by(record, caller.user);
  const bool alone = kind == PictureKind::kProbe || kind == PictureKind::kProbeClean;
  if (!alone) TRY(policy::may_see_candidate(locked != nullptr).status());
  const bool has_marks = locked != nullptr && pair < locked->marks.size();
  ASSIGN_OR_RETURN(Bytes png,
                   draw_png(exhibit.pairs[pair], kind, has_marks ? locked->marks[pair] : std::vector<Mark>()));
  const auto number = static_cast<std::uint32_t>(pair);
  TRY(log_view(in, caller, record, {alone ? puente::probe_of(number) : number},
               Json::object({{"case_id", record.case_id}, {"pair", pair}, {"picture", to_string(kind)}})));
  return png;
}

template <typename Record>
Result<ShownCase> judge_case(Node::Inside& in, const Caller& caller, const Record& before, Verdict verdict,
                             const std::string& reasons, const Once<ShownCase>& once) {
  ASSIGN_OR_RETURN(const std::size_t pairs, pairs_of(in, before));
  OtherFingers others = others_of(in, candidate_of(before));
  TRY(others.now());
  const auto transaction = in.store->begin();
  TRY(may_examine(in, caller));  // who was found by another verdict a moment ago is not heard with this one
  ASSIGN_OR_RETURN(Record open, again(in, before));
  if (policy::examiners_needed(open.purpose, verdict) > 1) TRY(at_the_running_node(caller));  // or one would be two
  const std::set<Doubt> known_before = open.doubts;
  if (open.state == CaseState::kOpen) TRY(look_against(others, open));
  TRY(policy::may_decide(review_of(open, caller.user, reasons, pairs, verdict)).status());
  ASSIGN_OR_RETURN(Record decided, casework::decide(open, verdict, caller.user, reasons, in.now_ms()));
  if (decided.state == CaseState::kOpen)
    decided.doubts = known_before;  // or the next examiner would see that one was here
  TRY(update(*transaction, decided));
  std::vector<Written> entries;
  if (decided.state == CaseState::kOpen) {
    entries.push_back(given(in, decided, caller));
  } else {
    TRY(write_decided(in, *transaction, caller, decided, entries));
  }
  TRY(note_verdict(in, *transaction, caller, decided, verdict, entries));
  const std::set<std::string> named = case_named_by(decided);
  ShownCase shown = service::shown_to(caller, std::move(decided));
  TRY(keep(in, *transaction, once, shown, named));
  TRY(in.journal.commit(*transaction, std::move(entries)));
  return shown;
}

}  // namespace

ShownCase shown_to(const Caller& caller, Case the_case) {
  ShownCase out{std::move(the_case)};
  if (caller.role == Role::kExaminer) {  // a verdict is about fingers: whose file it is, and of what, would sway it
    out.partner_case_reference.clear();
    out.grounds = {};
    // to the hour: held against the log's times, a moment would tell which cases no question made
    out.opened_ms -= out.opened_ms % kHourMs;
    out.expires_ms -= out.expires_ms % kHourMs;
  }
  if (out.state != CaseState::kOpen) return out;
  std::erase_if(out.locked, [&](const auto& each) { return !same_user(each.first, caller.user); });
  if (caller.role == Role::kExaminer && out.locked.empty()) out.doubts.clear();  // they are of the candidate
  if (caller.role == Role::kSupervisor) {
    const std::size_t needed = policy::examiners_needed(out.purpose);
    // where one is enough a verdict that settled nothing can only be that somebody could not tell
    if (needed > 1) out.agreeing = agreeing(out.verdicts), out.needed = needed;
  }
  std::erase_if(out.verdicts, [&](const Opinion& each) { return !same_user(each.examiner, caller.user); });
  std::erase_if(out.seen, [&](const auto& each) { return !same_user(each.first, caller.user); });
  return out;
}

ShownCase shown_to(const Caller& caller, PracticeCase seeded) {
  Case as_any;
  static_cast<Examination&>(as_any) = std::move(seeded);
  return shown_to(caller, std::move(as_any));
}

Result<ShownCase> shown_case(const Node::Inside& in, const Caller& caller, const std::string& case_id) {
  ASSIGN_OR_RETURN(Examined found, examined(in, caller, case_id));
  return std::visit([&](auto& record) { return shown_to(caller, std::move(record)); }, found);
}

void set_verdicts(Json& details, const Case& the_case) {
  Json::Array all;
  for (const Opinion& each : the_case.verdicts) {
    Json one =
        Json::object({{"examiner", each.examiner}, {"verdict", to_string(each.verdict)}, {"reasons", each.reasons}});
    if (const LockedProbe* const locked = locked_by(the_case, each.examiner)) one.set("marks", counts_of(*locked));
    all.push_back(std::move(one));
  }
  details.set("verdicts", Json(std::move(all)));
}

std::set<std::string> named_in_verdicts(const Examination& the_case, std::set<std::string> about) {
  for (const Opinion& each : the_case.verdicts) about = named_in(std::move(about), {each.reasons});
  return about;
}

std::size_t doubts_not_seen(const Examination& the_case, const std::string& user) {
  const std::set<std::uint32_t> seen = seen_by(the_case, user);
  return static_cast<std::size_t>(
      std::ranges::count_if(the_case.doubts, [&](Doubt each) { return !seen.contains(number_of(each)); }));
}

bool has_seen(const Examination& the_case, const std::string& user, std::uint32_t what) {
  return seen_by(the_case, user).contains(what);
}

Status look_for_doubts(OtherFingers& others, Case& the_case) {
  return look_against(others, the_case);
}

Result<OtherFingers> other_fingers(const Node::Inside& in, const std::string& case_id) {
  ASSIGN_OR_RETURN(const Case the_case, in.store->case_record(case_id));
  OtherFingers out = others_of(in, candidate_of(the_case));
  TRY(out.now());
  return out;
}

Result<ShownCase> Node::case_facts(const Caller& caller, const std::string& case_id) {
  TRY(authorise(caller, Action::kViewCase));
  return shown_case(*inside_, caller, case_id);
}

Result<CaseView> Node::view_case(const Caller& caller, const std::string& case_id) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kViewCase));
  ASSIGN_OR_RETURN(Examined found, examined(in, caller, case_id));
  return std::visit([&](auto& record) { return view(in, caller, std::move(record)); }, found);
}

Result<ShownCase> Node::lock_probe(const Caller& caller, const std::string& case_id,
                                   std::vector<std::vector<Mark>> marks, const Once<ShownCase>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kDecideCase));
  TRY(at_the_running_node(caller));  // where one may be any user, one would lock in another's name, or look in it first
  TRY(check_competence(in, caller));  // whoever may not judge sees no candidate
  ASSIGN_OR_RETURN(const Examined found, examined(in, caller, case_id));
  return std::visit([&](const auto& record) { return lock(in, caller, record, std::move(marks), once); }, found);
}

Result<Bytes> Node::case_picture(const Caller& caller, const std::string& case_id, std::size_t pair, PictureKind kind) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kViewCase));
  ASSIGN_OR_RETURN(const Examined found, examined(in, caller, case_id));
  return std::visit([&](const auto& record) { return picture(in, caller, record, pair, kind); }, found);
}

Result<ShownCase> Node::decide_case(const Caller& caller, const std::string& case_id, Verdict verdict,
                                    const std::string& reasons, const Once<ShownCase>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kDecideCase));
  TRY(check_competence(in, caller));
  if (verdict == Verdict::kConfirm) TRY(at_the_running_node(caller));  // the first of the two acts of a release
  ASSIGN_OR_RETURN(const Examined found, examined(in, caller, case_id));
  return std::visit([&](const auto& record) { return judge_case(in, caller, record, verdict, reasons, once); }, found);
}

}  // namespace puente::service
