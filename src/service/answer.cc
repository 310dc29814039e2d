// The answering side: a partner's question, hit or no hit.
#include <memory>
#include <utility>

#include "core/limits.h"
#include "core/parallel.h"
#include "core/patience.h"
#include "service/choice.h"
#include "service/exhibit.h"
#include "service/inside.h"
#include "service/practice.h"
#include "service/protection.h"
#include "service/watchlist.h"

namespace puente::service {
namespace {

constexpr const char* kPersonQuotaNotReadable = "person_quota_not_readable";
constexpr std::size_t kAnswersLookedAt =
    10;  // candidates: the best is answered, others may say that it is not so simple

// A probe as it was looked for before the transaction, and what an examiner would be shown of the best.
struct Searched {
  intake::Taken taken;
  std::vector<identify::Probe> probe;
  identify::Found found;
  Exhibit exhibit;
  store::EncounterId shown;
  std::shared_ptr<const store::People> people;  // whom the partner's keys open; none: nobody was found
  std::optional<OtherFingers> others;           // than those of `shown`
  std::shared_ptr<const Likeness> like;  // of anybody, when somebody was found and others are hidden from the partner
};

Status show(const Node::Inside& in, const std::string& partner, const Candidate& best, Searched& searched) {
  searched.people = in.store->people_for(partner);
  searched.shown = {best.person_id, best.encounter_id};
  searched.others.emplace(*searched.people, searched.shown, in.config.false_match_rate_max);
  TRY(searched.others->now());
  auto exhibit = make_exhibit(*searched.people, searched.taken, searched.shown);
  if (!exhibit.ok()) searched.shown = {};  // erased, or hidden from one country more: looked at anew, or not at all
  if (!exhibit.ok()) return exhibit.error();
  searched.exhibit = *std::move(exhibit);
  return {};
}

std::int64_t minutiae_of(const intake::Taken& taken) {
  std::size_t out = 0;
  for (const intake::Print& print : taken.prints) out += print.features.minutiae.size();
  return static_cast<std::int64_t>(out);
}

// Ends: kDeadlineExceeded, kUnavailable when the node is about to stop.
Result<Searched> look_for(Node::Inside& in, const Permitted& by, const std::vector<Sample>& samples,
                          const Patience& patience, Turns::Favour& favour, bool widely) {
  const std::string& partner = by.judged.asking;
  const Scope scope = policy::scope_of(partner, &by.terms);
  const auto gave_up = [&patience] {
    if (patience.was_stopped()) return Error{Code::kUnavailable, "this node is about to stop"};
    return Error{Code::kDeadlineExceeded, "to look for this probe takes too long"};
  };
  Searched out;
  const auto extract = [&] {
    const Turns::Turn turn = favour.one();
    return intake::take_in_probe(samples, intake::Depth::kSearchable, intake::Keep::kNoImages, &patience);
  };
  auto taken = extract();
  if (!taken.ok() && taken.error().code == Code::kDeadlineExceeded) return gave_up();
  ASSIGN_OR_RETURN(out.taken, std::move(taken));
  TRY(in.budget.take(partner, Cost::kMinutiae, minutiae_of(out.taken)));
  out.probe = probe_of(out.taken);
  out.found = in.roster.search(out.probe, scope, kAnswersLookedAt, &patience, &favour);
  if (out.found.given_up) return gave_up();
  if (out.found.candidates.empty()) return out;
  if (widely || in.roster.hides_from(partner))
    out.like = std::make_shared<const Likeness>(in.roster, out.probe, true, &favour);
  ASSIGN_OR_RETURN(const Choice choice,
                   choose(in, by, *in.store->people_for(partner), out.probe, out.like.get(), out.found.candidates));
  if (choice.one_hand.empty()) return out;
  const Status shown = show(in, partner, choice.one_hand.front(), out);
  if (!shown.ok() && shown.error().code != Code::kNotFound) return shown.error();  // erased since: `since` sees to it
  return out;
}

// The same at the partner's cost: who has had its share of the processors, or has by now, gets them when nobody else
// wants them, as does who asks for more than is left of it. Nothing is locked meanwhile.
Result<Searched> look_for_in_turn(Node::Inside& in, const Permitted& by, const std::vector<Sample>& samples,
                                  bool widely) {
  const std::string& partner = by.judged.asking;
  Patience patience(in.config.question_work_ms_max, &in.stopping);
  Turns::Favour favour(in.turns);
  Result<Searched> out = Error{Code::kInternal, "not searched"};
  const auto look = [&] {
    (void)patience.is_over();  // counts from here
    out = look_for(in, by, samples, patience, favour, widely);
    (void)patience.is_over();  // and the last step
  };
  Budget::Favour given = in.budget.favour(partner);
  if (intake::pixels_of(samples) / limits::kPartnerPixelsPerMs >= given.left_ms) {
    favour.lose();
    given.niceness = std::max(given.niceness, Budget::Favour::kLeast);
  }
  patience.favour(given.left_ms, std::max(given.niceness, Budget::Favour::kLeast), [&favour] { favour.lose(); });
  run_apart(given.niceness, look);
  in.budget.note_work(partner, patience.used_ms());
  return out;
}

Bytes seal_answer(const Node::Inside& in, const Agreement& agreement, const exchange::Header& header,
                  const store::Answer& answer) {
  const exchange::Header reply = exchange::reply_header(header, in.seams.random.id("m-"), in.now_ms());
  const SealingPublicKey& to = agreement.party(header.from)->sealing_key;
  switch (answer.outcome) {
    case store::Outcome::kNoHit:
    case store::Outcome::kReference:
      return exchange::seal(reply, exchange::AnswerBody{answer.reference}, in.config.signing_key_for(agreement), to);
    case store::Outcome::kRefused:
      return exchange::seal(reply, exchange::RefusalBody{Code::kDenied, answer.reasons},
                            in.config.signing_key_for(agreement), to);
  }
  CHECK(false);
}

// An entry about a partner's question: its id is the partner's choice, and stands in the details alone.
Written about_answer(const Node::Inside& in, Event event, const exchange::Header& header, Purpose purpose) {
  const std::string name = Journal::name_of(header.agreement_id, header.exchange_id);
  return {in.journal.entry(event, as_partner(header.from), name, header.agreement_id, purpose),
          Json::object({{"exchange_id", header.exchange_id}})};
}

store::Answer refusal_of(const Node::Inside& in, const exchange::Header& header, std::vector<std::string> reasons) {
  return {header.from, header.exchange_id, store::Outcome::kRefused,
          "",          std::move(reasons), in.now_ms() + limits::kAnswerKeptDays * kDayMs};
}

// What is written down of it: first that it was refused, by what, and whether it counts.
std::vector<Written> refusal_entries(const Node::Inside& in, const exchange::Header& header, const policy::Ask& judged,
                                     bool counted) {
  Written out = about_answer(in, Event::kAnswerRefused, header, judged.purpose);
  out.details.set("question", policy::ask_document(judged)).set("counted", counted);
  return {std::move(out)};
}

Result<store::Answer> refuse_answer(Node::Inside& in, store::Transaction& transaction, const exchange::Header& header,
                                    std::vector<std::string> reasons, std::vector<Written> entries) {
  store::Answer answer = refusal_of(in, header, std::move(reasons));
  TRY(transaction.put_answer(answer));
  entries.front().entry.reasons = answer.reasons;
  TRY(in.journal.commit(transaction, std::move(entries)));
  return answer;
}

// Whether another refusal to this partner is written down. If not it is counted, and answered all the same.
bool is_worth_an_entry(Node::Inside& in, const std::string& partner, Code why) {
  if (in.treaties.in_force_with(partner) && in.budget.take(partner, Cost::kEntries, 1).ok()) return true;
  in.budget.note_refused(partner, why);
  return false;
}

Case open_case(Node::Inside& in, const exchange::Header& header, const exchange::QuestionBody& question,
               const PurposeTerms& terms, const Candidate& best) {
  Case hit;
  hit.case_id = in.seams.random.id("c-");
  hit.exchange_id = header.exchange_id;
  hit.agreement_id = header.agreement_id;
  hit.agreement_digest = header.agreement_digest;
  hit.partner = header.from;
  hit.purpose = question.purpose;
  hit.partner_case_reference = question.case_reference;
  hit.person_id = best.person_id;
  hit.encounter_id = best.encounter_id;
  hit.score = best.score;
  hit.expected_false = best.expected_false;
  hit.grounds = question.grounds;
  std::int64_t within_ms = in.config.case_days * kDayMs;
  if (terms.conditions) within_ms = std::min(within_ms, terms.conditions->response_hours * kHourMs);
  return casework::open_case(std::move(hit), in.now_ms(), in.now_ms() + within_ms);
}

// The case of a question that was answered today, if the entry is of one; kNotFound: it is of none.
Result<Case> case_of_entry(const Node::Inside& in, std::uint64_t index) {
  ASSIGN_OR_RETURN(const Json details, in.store->log_details(index));
  const std::string* const case_id = details["case_id"].as_string();
  if (case_id == nullptr) return Error{Code::kNotFound, "an entry of no case"};
  return in.store->case_record(*case_id);
}

// The files under which the partner has asked about this hand today, by whichever of its ids, one for each question
// that became a case. What cannot be read is an error: it may be one more.
Result<std::vector<std::string>> files_today(const Node::Inside& in, const Permitted& by,
                                             const std::set<std::string>& ids) {
  const std::int64_t since_ms = policy::day_began_ms(by.agreement, in.config.country, by.judged.now_ms);
  std::map<std::string, std::string> files;  // by case: it has several entries
  std::set<std::uint64_t> about_them;
  for (const std::string& each : ids) {
    ASSIGN_OR_RETURN(const auto about_one, in.store->log_details_about(in.journal.pseudonym_of(each)));
    about_them.insert(about_one.begin(), about_one.end());
  }
  for (auto index = about_them.rbegin(); index != about_them.rend(); ++index) {
    ASSIGN_OR_RETURN(const std::vector<LogRow> rows, in.store->log_rows(*index, 1));
    if (rows.empty()) return Error{Code::kCorrupt, "details of an entry that is not there"};
    const auto time = parse_iso8601(std::string(time_in(text(rows.front().leaf))));
    if (time.ok() && *time < since_ms) break;
    const Result<Case> earlier = case_of_entry(in, *index);
    if (!earlier.ok() && earlier.error().code == Code::kNotFound) continue;  // of no case, or erased
    TRY(earlier);
    // a case of somebody else may name the person in words
    if (ids.contains(earlier->person_id) && earlier->partner == by.judged.asking && earlier->opened_ms >= since_ms)
      files[earlier->case_id] = earlier->partner_case_reference;
  }
  std::vector<std::string> out;
  for (const auto& [case_id, file] : files) out.push_back(file);
  return out;
}

// R23: whether the partner is told about this person today, and by which files. A clause without conditions does not
// ask; where these cannot be read the answer is no.
struct MayTell {
  policy::Decision decision;
  std::vector<std::string> files;
};
MayTell may_tell(const Node::Inside& in, const Permitted& by, const std::set<std::string>& ids) {
  if (!by.terms.conditions) return {policy::may_tell_about(by.terms, {}, by.judged.case_reference), {}};
  Result<std::vector<std::string>> files = files_today(in, by, ids);
  if (!files.ok()) {
    note_unreadable(in, "of a case of today", files.error());
    return {policy::Decision::deny({kPersonQuotaNotReadable}, Code::kUnavailable), {}};
  }
  policy::Decision decision = policy::may_tell_about(by.terms, *files, by.judged.case_reference);
  return {std::move(decision), *std::move(files)};
}

// Also for whoever judges it again from the log: further ids of the hand, where it has any.
void name_files(Json& details, const std::vector<Candidate>& hand, const MayTell& tell) {
  details.set("files", Json::strings(tell.files));
  if (hand.size() > 1) details.set("hand", candidates_json({hand.begin() + 1, hand.end()}));
}

// One person again and again: refused, and a supervisor is told. Whom it is about stands in the details alone: the
// partner may read the log. Beyond what a partner's refusals may write nothing is written, and nothing counted.
Result<store::Answer> refuse_again(Node::Inside& in, store::Transaction& transaction, const exchange::Header& header,
                                   const Permitted& by, const std::vector<Candidate>& hand, const MayTell& tell) {
  const std::vector<std::string>& reasons = tell.decision.reasons;
  if (!is_worth_an_entry(in, header.from, tell.decision.code)) return refusal_of(in, header, reasons);
  TRY(transaction.add_quota(Treaties::quota_key(by.agreement, by.judged)));
  std::vector<Written> entries = refusal_entries(in, header, by.judged, true);
  entries.front().entry.of = hand.front().person_id;
  name_files(entries.front().details, hand, tell);
  Alarm alarm;
  alarm.kind = "asked_again_and_again";
  alarm.sentence = header.from +
                   " has asked about one and the same person again and again, each time under another file: it is "
                   "refused until the day is over. The log has each question";
  if (reasons.front() != kPersonQuotaNotReadable) TRY(tell_supervisor(in, transaction, std::move(alarm), entries));
  return refuse_answer(in, transaction, header, reasons, std::move(entries));
}

std::vector<Candidate> best_first(std::vector<Candidate> candidates, const Candidate& best) {
  std::stable_partition(candidates.begin(), candidates.end(),
                        [&](const Candidate& each) { return each.person_id == best.person_id; });
  return candidates;
}

// No hit: nothing of the probe is kept. A hit: what an examiner is shown, sealed under the case's own key, until the
// verdict.
Result<store::Answer> answer_found(Node::Inside& in, store::Transaction& transaction, const Permitted& by,
                                   const exchange::Header& header, const exchange::QuestionBody& question,
                                   Searched searched) {
  const Scope scope = policy::scope_of(header.from, &by.terms);
  std::vector<Candidate> candidates =
      in.roster.since(searched.found, searched.probe, scope, kAnswersLookedAt).candidates;
  store::Answer answer{
      header.from, header.exchange_id, store::Outcome::kNoHit, "", {}, in.now_ms() + limits::kAnswerKeptDays * kDayMs};
  Written written = about_answer(in, Event::kAnsweredNoHit, header, question.purpose);
  auto& [logged, details, unasked] = written;
  details.set("question", policy::ask_document(by.judged));
  bool counts = true;
  // As it is inside the transaction: somebody may have been hidden, or shown, since the search.
  const std::shared_ptr<const store::People> people = in.store->people_for(header.from);
  ASSIGN_OR_RETURN(const Choice choice, choose(in, by, *people, searched.probe, searched.like.get(), candidates));
  for (const auto& [why, who] : choice.passed_over) details.set(why, candidates_json(who));
  if (!choice.one_hand.empty()) {
    const Candidate& best = choice.one_hand.front();
    const MayTell tell = may_tell(in, by, ids_of(choice.one_hand));
    if (!tell.decision.permitted) return refuse_again(in, transaction, header, by, choice.one_hand, tell);
    if (by.terms.conditions) name_files(details, choice.one_hand, tell);
    counts = tell.decision.reasons.front() != "same_file_again";
    if (searched.shown != store::EncounterId{best.person_id, best.encounter_id})
      TRY(show(in, header.from, best, searched));
    searched.others->read_by(*people);
    Case hit = open_case(in, header, question, by.terms, best);
    if (are_of_several(in.roster, searched.probe, best_first(std::move(candidates), best)))
      hit.doubts.insert(Doubt::kSeveralPeople);
    TRY(look_for_doubts(*searched.others, hit));
    TRY(transaction.put_case(hit));
    TRY(transaction.put_case_exhibit(hit.case_id, casework::encode_exhibit(searched.exhibit)));
    TRY(note_met(in, transaction, ids_of(choice.one_hand), {MetHow::kAsked, question.case_reference, header.from}));
    TRY(seed_beside(in, transaction, hit));
    answer.outcome = store::Outcome::kReference;
    answer.reference = hit.case_id;
    logged.event = Event::kAnsweredReference;
    logged.of = hit.person_id;
    details.set("case_id", hit.case_id).set("score", hit.score).set("expected_false", hit.expected_false);
  }
  TRY(transaction.put_answer(answer));
  if (counts) TRY(transaction.add_quota(Treaties::quota_key(by.agreement, by.judged)));
  details.set("counted", counts);
  TRY(in.journal.commit(transaction, std::move(logged), std::move(details)));
  return answer;
}

}  // namespace

// Asked again because our answer was lost: the same answer, no second search, no second count.
static Result<Bytes> answer_again(Node::Inside& in, const exchange::Header& header, Purpose purpose,
                                  const store::Answer& known) {
  TRY(in.budget.take(header.from, Cost::kEntries, 1));
  const auto transaction = in.store->begin();
  const Treaties::Held agreement = in.treaties.by_id(header.agreement_id);
  CHECK(agreement != nullptr);  // the message was opened by it
  TRY(transaction->remember_message(header.from, header.message_id, in.now_ms() + 2 * limits::kClockSkewMsMax));
  const std::vector<const char*> over = in.treaties.why_not_in_force(*agreement);
  if (!over.empty()) return seal_answer(in, *agreement, header, refusal_of(in, header, {over.begin(), over.end()}));
  Written logged = about_answer(in, Event::kAnsweredAgain, header, purpose);
  logged.entry.purpose.clear();  // the first answer's entry has it; this message's is only what it says
  TRY(in.journal.commit(*transaction, std::move(logged.entry), std::move(logged.details)));
  return seal_answer(in, *agreement, header, known);
}

// Reads the probe only after policy has said yes, and searches before the transaction. Inside it policy is asked again,
// and the roster what came since: no other question can use up the quota, no agreement be suspended, nobody be
// enrolled, hidden or erased between there and the answer. Whatever was looked at counts against the quota, of use or
// not. `look_again`: somebody was hidden from this partner meanwhile, for the first time.
static Result<Bytes> answer_once(Node::Inside& in, const exchange::Header& header,
                                 const exchange::QuestionBody& question, bool widely, bool& look_again) {
  const auto decide = [&](const Treaties::Held& agreement) {
    return in.treaties.judge(agreement, header.from, in.config.country, question);
  };
  ASSIGN_OR_RETURN(std::optional<store::Answer> known, in.store->answer(header.from, header.exchange_id));
  if (known) return answer_again(in, header, question.purpose, *known);
  std::optional<Result<Searched>> searched;
  const Treaties::Held early = in.treaties.by_id(header.agreement_id);
  if (const auto [first, before] = decide(early); first.permitted) {
    TRY(in.budget.take(header.from, Cost::kPixels, intake::pixels_of(question.probe)));
    searched = look_for_in_turn(in, {*early, *first.terms, before}, question.probe, widely);
    if (!searched->ok() && searched->error().code == Code::kUnavailable) return searched->error();
  }

  auto transaction = in.store->begin();
  const Treaties::Held agreement = in.treaties.by_id(header.agreement_id);
  CHECK(agreement != nullptr);  // the message was opened by it
  TRY(transaction->remember_message(header.from, header.message_id, in.now_ms() + 2 * limits::kClockSkewMsMax));
  ASSIGN_OR_RETURN(known, in.store->answer(header.from, header.exchange_id));
  if (known) return Error{Code::kUnavailable, "the same question was answered a moment ago: ask again"};
  const auto [decision, judged] = decide(agreement);
  Result<store::Answer> answer = Error{Code::kUnavailable, "permitted only since a moment ago: ask again"};
  if (!decision.permitted && !is_worth_an_entry(in, header.from, decision.code)) {
    transaction.reset();  // nothing is written
    answer = refusal_of(in, header, decision.reasons);
  } else if (!decision.permitted) {
    answer = refuse_answer(in, *transaction, header, decision.reasons, refusal_entries(in, header, judged, false));
  } else if (searched && !searched->ok()) {
    TRY(transaction->add_quota(Treaties::quota_key(*agreement, judged)));
    answer = refuse_answer(in, *transaction, header, {to_string(searched->error().code)},
                           refusal_entries(in, header, judged, true));
  } else if (searched) {
    const Permitted by{*agreement, *decision.terms, judged};
    answer = answer_found(in, *transaction, by, header, question, **std::move(searched));
    look_again = !answer.ok() && answer.error().code == Code::kUnavailable;
  }
  if (!answer.ok()) return answer.error();
  in.budget.note_use(header.from, answer->outcome != store::Outcome::kRefused);
  return seal_answer(in, *agreement, header, *answer);
}

// The partner is not to tell by "ask again" that somebody has been hidden from it this moment.
Result<Bytes> answer_question(Node::Inside& in, const exchange::Header& header,
                              const exchange::QuestionBody& question) {
  bool look_again = false;
  Result<Bytes> answer = answer_once(in, header, question, false, look_again);
  return look_again ? answer_once(in, header, question, true, look_again) : std::move(answer);
}

}  // namespace puente::service
