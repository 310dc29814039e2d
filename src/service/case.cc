// The examiner: a partner's hit side by side, a verdict, and what the verdict sets going.
#include <algorithm>

#include "core/user.h"
#include "service/exhibit.h"
#include "service/inside.h"
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

// Who has looked at what is part of the case: a verdict asks for it. The leaf names no exchange: how many looked, and
// how often, would tell its partner that two differ, or that one could not tell.
Status log_view(Node::Inside& in, const Caller& caller, const std::string& case_id,
                const std::vector<std::uint32_t>& seen, Json details) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(Case the_case, in.store->case_record(case_id));
  if (!seen.empty()) {
    the_case.seen[caller.user].insert(seen.begin(), seen.end());
    TRY(transaction->update_case(the_case));
  }
  Entry entry = in.journal.entry(Event::kCaseViewed, caller);
  entry.of = the_case.person_id;
  details.set("exchange", the_case.exchange_id);
  TRY(in.journal.commit(*transaction, std::move(entry), std::move(details)));
  return {};
}

Result<std::size_t> pairs_of(const Node::Inside& in, const std::string& case_id) {
  ASSIGN_OR_RETURN(const Case the_case, in.store->case_record(case_id));
  if (the_case.state != CaseState::kOpen) return std::size_t{0};
  ASSIGN_OR_RETURN(const Exhibit exhibit, exhibit_of(in, the_case));
  return exhibit.pairs.size();
}

Json counts_of(const LockedProbe& locked) {
  Json::Array out;
  for (const std::uint8_t each : locked.counts) out.push_back(int{each});
  return Json(std::move(out));
}

void set_doubts(Json& details, const Case& the_case) {
  std::vector<std::string> doubts;
  for (const Doubt each : the_case.doubts) doubts.emplace_back(to_string(each));
  if (!doubts.empty()) details.set("doubts", Json::strings(doubts));
}

std::set<std::uint32_t> seen_by(const Case& the_case, const std::string& user) {
  const auto found = the_case.seen.find(user);
  return found == the_case.seen.end() ? std::set<std::uint32_t>() : found->second;
}

policy::Review review_of(const Case& the_case, const std::string& examiner, const std::string& reasons,
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
Written given(const Node::Inside& in, const Case& open, const Caller& examiner) {
  Entry entry = in.journal.entry(Event::kVerdictGiven, examiner);
  entry.of = open.person_id;
  return {std::move(entry), Json::object({{"case_id", open.case_id}})};
}

// Of marks that are locked: that they were, and how many; the marks are of the probe, and nowhere else.
Written locked(const Node::Inside& in, const Case& open, const Caller& examiner) {
  Entry entry = in.journal.entry(Event::kProbeLocked, examiner);
  entry.of = open.person_id;
  Json details = Json::object({{"case_id", open.case_id}});
  details.set("marks", counts_of(*locked_by(open, examiner.user)));
  return {std::move(entry), std::move(details)};
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

// Who is not competent today gives no verdict; that they tried stands in the log.
Status check_competence(Node::Inside& in, const Caller& caller) {
  const Status competent = policy::may_examine({caller.certified_until_ms, in.now_ms()}).status();
  if (!competent.ok()) TRY(in.refusals.write_down(caller, Action::kDecideCase));
  return competent;
}

}  // namespace

ShownCase shown_to(const Caller& caller, Case the_case) {
  ShownCase out{std::move(the_case)};
  if (out.state != CaseState::kOpen) return out;
  std::erase_if(out.locked, [&](const auto& each) { return !same_user(each.first, caller.user); });
  if (caller.role == Role::kExaminer && out.locked.empty()) out.doubts.clear();  // they are of the candidate
  if (caller.role == Role::kSupervisor) {
    const std::size_t needed = policy::examiners_needed(out.purpose);
    // where one is enough a verdict that settled nothing can only be that somebody could not tell
    if (needed > 1) out.agreeing = agreeing(out.verdicts), out.needed = needed;
  } else {
    out.partner_case_reference.clear();
  }
  std::erase_if(out.verdicts, [&](const Opinion& each) { return !same_user(each.examiner, caller.user); });
  std::erase_if(out.seen, [&](const auto& each) { return !same_user(each.first, caller.user); });
  return out;
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

std::set<std::string> named_in_verdicts(const Case& the_case) {
  std::set<std::string> out = {the_case.person_id};
  for (const Opinion& each : the_case.verdicts) out = named_in(std::move(out), {each.reasons});
  return out;
}

std::size_t doubts_not_seen(const Case& the_case, const std::string& user) {
  const std::set<std::uint32_t> seen = seen_by(the_case, user);
  return static_cast<std::size_t>(
      std::ranges::count_if(the_case.doubts, [&](Doubt each) { return !seen.contains(number_of(each)); }));
}

bool has_seen(const Case& the_case, const std::string& user, std::uint32_t what) {
  return seen_by(the_case, user).contains(what);
}

Status look_for_doubts(const Node::Inside& in, OtherFingers& others, Case& the_case) {
  ASSIGN_OR_RETURN(const bool differs, others.now());
  if (differs) the_case.doubts.insert(Doubt::kRecordDiffers);
  ASSIGN_OR_RETURN(const bool child, was_child(in, {the_case.person_id, the_case.encounter_id}));
  if (child) the_case.doubts.insert(Doubt::kCapturedAsChild);
  return {};
}

Result<OtherFingers> other_fingers(const Node::Inside& in, const std::string& case_id) {
  ASSIGN_OR_RETURN(const Case the_case, in.store->case_record(case_id));
  OtherFingers out(*in.store, {the_case.person_id, the_case.encounter_id}, in.config.false_match_rate_max);
  TRY(out.now());
  return out;
}

Result<ShownCase> Node::case_facts(const Caller& caller, const std::string& case_id) {
  TRY(authorise(caller, Action::kViewCase));
  ASSIGN_OR_RETURN(Case the_case, inside_->store->case_record(case_id));
  return shown_to(caller, std::move(the_case));
}

Result<CaseView> Node::view_case(const Caller& caller, const std::string& case_id) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kViewCase));
  CaseView view;
  ASSIGN_OR_RETURN(view.the_case, in.store->case_record(case_id));
  std::vector<std::uint32_t> seen;
  Json details = Json::object({{"case_id", case_id}});
  if (view.the_case.state == CaseState::kOpen) {
    ASSIGN_OR_RETURN(view.exhibit, exhibit_of(in, view.the_case));
    view.is_locked = locked_by(view.the_case, caller.user) != nullptr;
    if (view.is_locked) {
      ASSIGN_OR_RETURN(OtherFingers others, other_fingers(in, case_id));
      TRY(look_for_doubts(in, others, view.the_case));  // somebody may have overruled something since the hit
      for (const Doubt each : view.the_case.doubts) seen.push_back(number_of(each));
      set_doubts(details, view.the_case);
    } else {
      view.exhibit = probes_alone(std::move(view.exhibit));
    }
  }
  details.set("pairs", view.exhibit.pairs.size());
  TRY(log_view(in, caller, case_id, seen, std::move(details)));
  view.the_case = shown_to(caller, std::move(view.the_case));
  return view;
}

Result<ShownCase> Node::lock_probe(const Caller& caller, const std::string& case_id,
                                   std::vector<std::vector<Mark>> marks, const Once<ShownCase>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kDecideCase));
  TRY(at_the_running_node(caller));  // where one may be any user, one would lock in another's name, or look in it first
  TRY(check_competence(in, caller));  // whoever may not judge sees no candidate
  ASSIGN_OR_RETURN(const Case before, in.store->case_record(case_id));
  Exhibit exhibit;
  if (before.state == CaseState::kOpen) {
    ASSIGN_OR_RETURN(exhibit, exhibit_of(in, before));
  }
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(Case open, in.store->case_record(case_id));
  ASSIGN_OR_RETURN(open, casework::lock_probe(std::move(open), exhibit, std::move(marks), caller.user, in.now_ms()));
  TRY(transaction->update_case(open));
  Written entry = locked(in, open, caller);
  ShownCase shown = shown_to(caller, std::move(open));
  TRY(keep(in, *transaction, once, shown, named_in_grounds(shown.grounds, {shown.person_id})));
  TRY(in.journal.commit(*transaction, std::move(entry.entry), std::move(entry.details)));
  return shown;
}

Result<Bytes> Node::case_picture(const Caller& caller, const std::string& case_id, std::size_t pair, PictureKind kind) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kViewCase));
  ASSIGN_OR_RETURN(const Case the_case, in.store->case_record(case_id));
  if (the_case.state != CaseState::kOpen) return Error{Code::kConflict, "the case is over: its fingers were destroyed"};
  ASSIGN_OR_RETURN(const Exhibit exhibit, exhibit_of(in, the_case));
  if (pair >= exhibit.pairs.size()) return Error{Code::kNotFound, "the case has no such pair of fingers"};
  const LockedProbe* const locked = locked_by(the_case, caller.user);
  const bool alone = kind == PictureKind::kProbe;
  if (!alone) TRY(policy::may_see_candidate(locked != nullptr).status());
  const bool has_marks = locked != nullptr && pair < locked->marks.size();
  ASSIGN_OR_RETURN(Bytes png,
                   draw_png(exhibit.pairs[pair], kind, has_marks ? locked->marks[pair] : std::vector<Mark>()));
  const auto number = static_cast<std::uint32_t>(pair);
  TRY(log_view(in, caller, case_id, {alone ? puente::probe_of(number) : number},
               Json::object({{"case_id", case_id}, {"pair", pair}, {"picture", to_string(kind)}})));
  return png;
}

Result<Case> Node::decide_case(const Caller& caller, const std::string& case_id, Verdict verdict,
                               const std::string& reasons, const Once<Case>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kDecideCase));
  TRY(check_competence(in, caller));
  if (verdict == Verdict::kConfirm) TRY(at_the_running_node(caller));  // the first of the two acts of a release
  ASSIGN_OR_RETURN(const std::size_t pairs, pairs_of(in, case_id));
  ASSIGN_OR_RETURN(OtherFingers others, other_fingers(in, case_id));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(Case open, in.store->case_record(case_id));
  if (policy::examiners_needed(open.purpose, verdict) > 1) TRY(at_the_running_node(caller));  // or one would be two
  const std::set<Doubt> known_before = open.doubts;
  if (open.state == CaseState::kOpen) TRY(look_for_doubts(in, others, open));
  TRY(policy::may_decide(review_of(open, caller.user, reasons, pairs, verdict)).status());
  ASSIGN_OR_RETURN(Case decided, casework::decide(open, verdict, caller.user, reasons, in.now_ms()));
  if (decided.state == CaseState::kOpen)
    decided.doubts = known_before;  // or the next examiner would see that one was here
  TRY(transaction->update_case(decided));
  std::vector<Written> entries;
  if (decided.state == CaseState::kOpen) {
    entries.push_back(given(in, decided, caller));
  } else {
    TRY(write_decided(in, *transaction, caller, decided, entries));
  }
  const std::set<std::string> named = named_in_grounds(decided.grounds, named_in_verdicts(decided));
  decided = shown_to(caller, std::move(decided));
  TRY(keep(in, *transaction, once, decided, named));
  TRY(in.journal.commit(*transaction, std::move(entries)));
  return decided;
}

}  // namespace puente::service
