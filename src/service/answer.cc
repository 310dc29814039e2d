// The answering side: a partner's question, hit or no hit.
#include "core/limits.h"
#include "service/exhibit.h"
#include "service/inside.h"

namespace puente::service {
namespace {

constexpr std::int64_t kAnswerKeptDays = 30;

// A probe as it was looked for before the transaction, and what an examiner would be shown of the best.
struct Searched {
  intake::Taken taken;
  std::vector<identify::Probe> probe;
  identify::Found found;
  Exhibit exhibit;
  store::EncounterId shown;
};

Status show(const Node::Inside& in, const Candidate& best, Searched& searched) {
  searched.shown = {best.person_id, best.encounter_id};
  ASSIGN_OR_RETURN(searched.exhibit, make_exhibit(*in.store, searched.taken, searched.shown));
  return {};
}

// Takes as long as it takes, and holds up nobody.
Result<Searched> look_for(const Node::Inside& in, const std::vector<Sample>& samples, const Scope& scope) {
  Searched out;
  {
    const Turns::Turn turn = in.turns.one();
    ASSIGN_OR_RETURN(out.taken, intake::take_in_probe(samples, intake::Depth::kSearchable));
  }
  out.probe = probe_of(out.taken);
  out.found = in.roster.search(out.probe, scope, 1);
  if (out.found.candidates.empty()) return out;
  const Status shown = show(in, out.found.candidates.front(), out);
  if (!shown.ok() && shown.error().code != Code::kNotFound) return shown.error();  // erased since: `since` sees to it
  return out;
}

Bytes seal_answer(const Node::Inside& in, const Agreement& agreement, const exchange::Header& header,
                  const store::Answer& answer) {
  const exchange::Header reply = exchange::reply_header(header, in.seams.random.id("m-"), in.now_ms());
  const SealingPublicKey& to = agreement.party(header.from)->sealing_key;
  switch (answer.outcome) {
    case store::Outcome::kNoHit:
    case store::Outcome::kReference:
      return exchange::seal(reply, exchange::AnswerBody{answer.reference}, in.config.signing_key, to);
    case store::Outcome::kRefused:
      return exchange::seal(reply, exchange::RefusalBody{Code::kDenied, answer.reasons}, in.config.signing_key, to);
  }
  CHECK(false);
}

Result<store::Answer> refuse(Node::Inside& in, store::Transaction& transaction, const exchange::Header& header,
                             Purpose purpose, std::vector<std::string> reasons) {
  store::Answer answer{
      header.from, header.exchange_id, store::Outcome::kRefused, "", reasons, in.now_ms() + kAnswerKeptDays * kDayMs};
  TRY(transaction.put_answer(answer));
  Entry logged = in.journal.entry(Event::kAnswerRefused, header.from, header.exchange_id, header.agreement_id, purpose);
  logged.reasons = std::move(reasons);
  TRY(in.journal.commit(transaction, std::move(logged)));
  return answer;
}

Case open_case(Node::Inside& in, const exchange::Header& header, const exchange::QuestionBody& question,
               const Candidate& best) {
  Case hit;
  hit.case_id = in.seams.random.id("c-");
  hit.exchange_id = header.exchange_id;
  hit.agreement_id = header.agreement_id;
  hit.partner = header.from;
  hit.purpose = question.purpose;
  hit.partner_case_reference = question.case_reference;
  hit.person_id = best.person_id;
  hit.encounter_id = best.encounter_id;
  hit.score = best.score;
  hit.expected_false = best.expected_false;
  return casework::open_case(std::move(hit), in.now_ms(), in.now_ms() + in.config.case_days * kDayMs);
}

// No hit: nothing of the probe is kept. A hit: what an examiner is shown, sealed under the case's own key, until the
// verdict.
Result<store::Answer> answer_found(Node::Inside& in, store::Transaction& transaction, const Agreement& agreement,
                                   const exchange::Header& header, const exchange::QuestionBody& question,
                                   Searched searched) {
  const Scope scope = Scope::partner(header.from);
  const auto candidates = in.roster.since(searched.found, searched.probe, scope, 1).candidates;
  store::Answer answer{
      header.from, header.exchange_id, store::Outcome::kNoHit, "", {}, in.now_ms() + kAnswerKeptDays * kDayMs};
  Entry logged =
      in.journal.entry(Event::kAnsweredNoHit, header.from, header.exchange_id, agreement.id, question.purpose);
  Json details = Json::object({{"case_reference", question.case_reference}});
  if (!candidates.empty()) {
    const Candidate& best = candidates.front();
    if (searched.shown != store::EncounterId{best.person_id, best.encounter_id}) TRY(show(in, best, searched));
    const Case hit = open_case(in, header, question, best);
    TRY(transaction.put_case(hit));
    TRY(transaction.put_case_exhibit(hit.case_id, casework::encode_exhibit(searched.exhibit)));
    answer.outcome = store::Outcome::kReference;
    answer.reference = hit.case_id;
    logged.event = Event::kAnsweredReference;
    logged.subject = in.journal.pseudonym_of(hit.person_id);
    details.set("case_id", hit.case_id).set("score", hit.score).set("expected_false", hit.expected_false);
  }
  TRY(transaction.put_answer(answer));
  TRY(transaction.add_quota(in.treaties.quota_key(agreement, question.purpose, header.from)));
  TRY(in.journal.commit(transaction, std::move(logged), std::move(details)));
  return answer;
}

}  // namespace

// Reads the probe only after policy has said yes, and searches before the transaction. Inside it policy is asked again,
// and the roster what came since: no other question can use up the quota, no agreement be suspended, nobody be
// enrolled, hidden or erased between there and the answer.
Result<Bytes> answer_question(Node::Inside& in, const exchange::Header& header,
                              const exchange::QuestionBody& question) {
  const auto decide = [&](const Treaties::Held& agreement) {
    return in.treaties.judge(agreement, header.from, in.config.country, question);
  };
  ASSIGN_OR_RETURN(std::optional<store::Answer> known, in.store->answer(header.from, header.exchange_id));
  std::optional<Result<Searched>> searched;
  if (!known && decide(in.treaties.by_id(header.agreement_id)).permitted)
    searched = look_for(in, question.probe, Scope::partner(header.from));

  const auto transaction = in.store->begin();
  const Treaties::Held agreement = in.treaties.by_id(header.agreement_id);
  CHECK(agreement != nullptr);  // the message was opened by it
  TRY(transaction->remember_message(header.from, header.message_id, in.now_ms() + 2 * limits::kClockSkewMsMax));
  ASSIGN_OR_RETURN(known, in.store->answer(header.from, header.exchange_id));
  if (known) {  // asked again because our answer was lost: the same answer, no second search, no second count
    TRY(transaction->commit(store::Housekeeping::kAnswerRepeated));
    return seal_answer(in, *agreement, header, *known);
  }
  const policy::Decision decision = decide(agreement);
  Result<store::Answer> answer = Error{Code::kUnavailable, "permitted only since a moment ago: ask again"};
  if (!decision.permitted) {
    answer = refuse(in, *transaction, header, question.purpose, decision.reasons);
  } else if (searched && !searched->ok()) {
    answer = refuse(in, *transaction, header, question.purpose, {to_string(searched->error().code)});
  } else if (searched) {
    answer = answer_found(in, *transaction, *agreement, header, question, **std::move(searched));
  }
  if (!answer.ok()) return answer.error();
  return seal_answer(in, *agreement, header, *answer);
}

}  // namespace puente::service
