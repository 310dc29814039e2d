// The answering side: a partner's question, hit or no hit.
#include "core/limits.h"
#include "service/counters.h"
#include "service/samples.h"
#include "service/service.h"

namespace puente::service {
namespace {}  // namespace

Result<Bytes> Node::receive(const std::string& peer, ByteView sealed) {
  auto message =
      exchange::open(sealed, config_.agreements, config_.country, config_.sealing_key, seams_.clock.now_ms());
  Result<Bytes> reply = Error{Code::kUnauthenticated, "the message's sender is not the holder of this connection"};
  if (!message.ok()) {
    reply = message.error();
  } else if (message->header.from == peer) {
    const Agreement* agreement = this->agreement(message->header.agreement_id);
    CHECK(agreement != nullptr);  // open() found it
    reply = receive_opened(*agreement, *message);
  }
  if (!reply.ok()) {
    Entry refused = entry(Event::kMessageRefused, peer);
    refused.reasons = {to_string(reply.error().code)};
    store::Transaction transaction = store_->begin();
    const auto receipt = commit(transaction, std::move(refused));
    if (!receipt.ok()) return receipt.error();
  }
  return reply;
}

Result<Bytes> Node::receive_opened(const Agreement& agreement, const exchange::Message& message) {
  if (const auto* question = std::get_if<exchange::QuestionBody>(&message.body)) {
    return answer_question(agreement, message.header, *question);
  }
  if (std::holds_alternative<exchange::ReleaseBody>(message.body) ||
      std::holds_alternative<exchange::NotConfirmedBody>(message.body)) {
    return accept_verdict(agreement, message);
  }
  return Error{Code::kReplayed, "a message of this kind only ever comes as a reply"};
}

// Reads the probe only after policy has said yes. Judges again and searches inside the transaction, where no other
// question can use up the quota and nobody is enrolled, hidden or erased between search and answer.
Result<Bytes> Node::answer_question(const Agreement& agreement, const exchange::Header& header,
                                    const exchange::QuestionBody& question) {
  const auto decide = [&] {
    return judge(&agreement, header.from, config_.country, question.purpose, question.case_reference);
  };
  ASSIGN_OR_RETURN(std::optional<store::Answer> known, store_->answer(header.from, header.exchange_id));
  std::optional<Result<Fingers>> fingers;
  if (!known && decide().permitted) fingers = extract(question.probe);

  store::Transaction transaction = store_->begin();
  TRY(transaction.remember_message(header.from, header.message_id,
                                   seams_.clock.now_ms() + 2 * limits::kClockSkewMsMax));
  ASSIGN_OR_RETURN(known, store_->answer(header.from, header.exchange_id));
  if (known) {  // asked again because our answer was lost: the same answer, no second search, no second count
    TRY(transaction.commit());
    return seal_answer(agreement, header, *known);
  }
  const policy::Decision decision = decide();
  Result<store::Answer> answer = Error{Code::kUnavailable, "permitted only since a moment ago: ask again"};
  if (!decision.permitted) {
    answer = refuse_partner(transaction, header, question.purpose, decision.reasons);
  } else if (fingers && !fingers->ok()) {
    answer = refuse_partner(transaction, header, question.purpose, {to_string(fingers->error().code)});
  } else if (fingers) {
    answer = search_for_partner(transaction, agreement, header, question, search(**fingers, header.from, 1));
  }
  if (!answer.ok()) return answer.error();
  return seal_answer(agreement, header, *answer);
}

Result<store::Answer> Node::refuse_partner(store::Transaction& transaction, const exchange::Header& header,
                                           Purpose purpose, std::vector<std::string> reasons) {
  store::Answer answer{
      header.from, header.exchange_id, store::Outcome::kRefused, "", reasons, seams_.clock.now_ms() + 30 * kDayMs};
  TRY(transaction.put_answer(answer));
  Entry logged = exchange_entry(Event::kAnswerRefused, header.from, header.exchange_id, header.agreement_id, purpose);
  logged.reasons = std::move(reasons);
  ASSIGN_OR_RETURN([[maybe_unused]] const Receipt receipt, commit(transaction, std::move(logged)));
  return answer;
}

// No hit: nothing of the probe is kept. A hit: the probe, sealed under the case's own key, until the verdict.
Result<store::Answer> Node::search_for_partner(store::Transaction& transaction, const Agreement& agreement,
                                               const exchange::Header& header, const exchange::QuestionBody& question,
                                               const std::vector<Candidate>& candidates) {
  const std::int64_t now_ms = seams_.clock.now_ms();
  store::Answer answer{header.from, header.exchange_id, store::Outcome::kNoHit, "", {}, now_ms + 30 * kDayMs};
  Entry logged = exchange_entry(Event::kAnsweredNoHit, header.from, header.exchange_id, agreement.id, question.purpose);
  Json details = Json::object({{"case_reference", question.case_reference}});
  if (!candidates.empty()) {
    const Candidate& best = candidates.front();
    Case hit;
    hit.case_id = seams_.random.id("c-");
    hit.exchange_id = header.exchange_id;
    hit.agreement_id = agreement.id;
    hit.partner = header.from;
    hit.purpose = question.purpose;
    hit.partner_case_reference = question.case_reference;
    hit.person_id = best.person_id;
    hit.encounter_id = best.encounter_id;
    hit.score = best.score;
    hit.expected_false = best.expected_false;
    hit = casework::open_case(std::move(hit), now_ms, now_ms + config_.case_days * kDayMs);
    TRY(transaction.put_case(hit));
    TRY(transaction.put_case_probe(hit.case_id, encode_samples(question.probe)));
    answer.outcome = store::Outcome::kReference;
    answer.reference = hit.case_id;
    logged.event = Event::kAnsweredReference;
    logged.subject = pseudonym(pseudonym_key_, hit.person_id);
    details.set("case_id", hit.case_id).set("score", hit.score).set("expected_false", hit.expected_false);
  }
  TRY(transaction.put_answer(answer));
  ASSIGN_OR_RETURN([[maybe_unused]] const std::int64_t used,
                   transaction.add_quota(quota_key(agreement, question.purpose, header.from)));
  ASSIGN_OR_RETURN([[maybe_unused]] const Receipt receipt, commit(transaction, std::move(logged), std::move(details)));
  return answer;
}

Bytes Node::seal_answer(const Agreement& agreement, const exchange::Header& header, const store::Answer& answer) const {
  const exchange::Header reply = exchange::reply_header(header, seams_.random.id("m-"), seams_.clock.now_ms());
  const SealingPublicKey& to = agreement.party(header.from)->sealing_key;
  switch (answer.outcome) {
    case store::Outcome::kNoHit:
    case store::Outcome::kReference:
      return exchange::seal(reply, exchange::AnswerBody{answer.reference}, config_.signing_key, to);
    case store::Outcome::kRefused:
      return exchange::seal(reply, exchange::RefusalBody{Code::kDenied, answer.reasons}, config_.signing_key, to);
  }
  CHECK(false);
}

}  // namespace puente::service
