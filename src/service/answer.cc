// The answering side: a partner's question, hit or no hit.
#include "core/limits.h"
#include "service/fingers.h"
#include "service/inside.h"
#include "service/samples.h"

namespace puente::service {
namespace {}  // namespace
namespace {

Result<store::Answer> refuse_partner(Node::Inside& in, store::Transaction& transaction, const exchange::Header& header,
                                     Purpose purpose, std::vector<std::string> reasons) {
  store::Answer answer{header.from, header.exchange_id,       store::Outcome::kRefused, "",
                       reasons,     in.now_ms() + 30 * kDayMs};
  TRY(transaction.put_answer(answer));
  Entry logged = in.journal.entry(Event::kAnswerRefused, header.from, header.exchange_id, header.agreement_id, purpose);
  logged.reasons = std::move(reasons);
  TRY(in.journal.commit(transaction, std::move(logged)));
  return answer;
}

// No hit: nothing of the probe is kept. A hit: the probe, sealed under the case's own key, until the verdict.
Result<store::Answer> answer_partner(Node::Inside& in, store::Transaction& transaction, const Agreement& agreement,
                                     const exchange::Header& header, const exchange::QuestionBody& question,
                                     const std::vector<Candidate>& candidates) {
  const std::int64_t now_ms = in.now_ms();
  store::Answer answer{header.from, header.exchange_id, store::Outcome::kNoHit, "", {}, now_ms + 30 * kDayMs};
  Entry logged =
      in.journal.entry(Event::kAnsweredNoHit, header.from, header.exchange_id, agreement.id, question.purpose);
  Json details = Json::object({{"case_reference", question.case_reference}});
  if (!candidates.empty()) {
    const Candidate& best = candidates.front();
    Case hit;
    hit.case_id = in.seams.random.id("c-");
    hit.exchange_id = header.exchange_id;
    hit.agreement_id = agreement.id;
    hit.partner = header.from;
    hit.purpose = question.purpose;
    hit.partner_case_reference = question.case_reference;
    hit.person_id = best.person_id;
    hit.encounter_id = best.encounter_id;
    hit.score = best.score;
    hit.expected_false = best.expected_false;
    hit = casework::open_case(std::move(hit), now_ms, now_ms + in.config.case_days * kDayMs);
    TRY(transaction.put_case(hit));
    TRY(transaction.put_case_probe(hit.case_id, encode_samples(question.probe)));
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

}  // namespace

// Reads the probe only after policy has said yes. Judges again and searches inside the transaction, where no other
// question can use up the quota and nobody is enrolled, hidden or erased between search and answer.
Result<Bytes> answer_question(Node::Inside& in, const Agreement& agreement, const exchange::Header& header,
                              const exchange::QuestionBody& question) {
  const auto decide = [&] {
    return in.treaties.judge(&agreement, header.from, in.config.country, question.purpose, question.case_reference);
  };
  ASSIGN_OR_RETURN(std::optional<store::Answer> known, in.store->answer(header.from, header.exchange_id));
  std::optional<Result<Fingers>> fingers;
  if (!known && decide().permitted) fingers = extract(question.probe);

  store::Transaction transaction = in.store->begin();
  TRY(transaction.remember_message(header.from, header.message_id, in.now_ms() + 2 * limits::kClockSkewMsMax));
  ASSIGN_OR_RETURN(known, in.store->answer(header.from, header.exchange_id));
  if (known) {  // asked again because our answer was lost: the same answer, no second search, no second count
    TRY(transaction.commit());
    return seal_answer(in, agreement, header, *known);
  }
  const policy::Decision decision = decide();
  Result<store::Answer> answer = Error{Code::kUnavailable, "permitted only since a moment ago: ask again"};
  if (!decision.permitted) {
    answer = refuse_partner(in, transaction, header, question.purpose, decision.reasons);
  } else if (fingers && !fingers->ok()) {
    answer = refuse_partner(in, transaction, header, question.purpose, {to_string(fingers->error().code)});
  } else if (fingers) {
    answer = answer_partner(in, transaction, agreement, header, question,
                            in.roster.search(probe_of(**fingers), header.from, 1));
  }
  if (!answer.ok()) return answer.error();
  return seal_answer(in, agreement, header, *answer);
}

}  // namespace puente::service
