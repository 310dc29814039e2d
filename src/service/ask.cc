// The asking side: a question to a partner, and what comes back.
#include "core/limits.h"
#include "service/counters.h"
#include "service/samples.h"
#include "service/service.h"

namespace puente::service {
namespace {

constexpr const char* kMessagesPath = "/partner/v1/messages";

Json strings(const std::vector<std::string>& items) {
  return Json(Json::Array(items.begin(), items.end()));
}

}  // namespace

Result<Question> Node::ask(const Caller& caller, AskRequest request) {
  TRY(authorise(caller, Action::kAsk));
  if (request.legal_basis.empty())
    return Error{Code::kInvalidInput, "legal_basis: name the law or order you ask under"};
  ASSIGN_OR_RETURN(const format::Intake intake, format::take_in(request.samples));
  ASSIGN_OR_RETURN(const Fingers fingers,
                   extract(intake.encounter.samples, intake.encounter.missing));  // a useless probe is not sent
  ASSIGN_OR_RETURN(const std::vector<Sample> probe, probe_samples(intake.encounter.samples, fingers));

  const Agreement* agreement = agreement_with(request.partner);
  Question question;
  question.exchange_id = seams_.random.id("x-");
  question.agreement_id = agreement == nullptr ? "" : agreement->id;
  question.partner = request.partner;
  question.purpose = request.purpose;
  question.case_reference = request.case_reference;
  question.requester = caller.user;

  store::Transaction transaction = store_->begin();
  const policy::Decision decision =
      judge(agreement, config_.country, request.partner, request.purpose, request.case_reference);
  const bool permitted = decision.permitted;
  Entry logged = exchange_entry(permitted ? Event::kAsked : Event::kAskRefused, caller.user, question.exchange_id,
                                question.agreement_id, request.purpose);
  logged.reasons = decision.reasons;
  const Json details = Json::object(
      {{"partner", request.partner}, {"case_reference", request.case_reference}, {"legal_basis", request.legal_basis}});
  if (!permitted) {
    ASSIGN_OR_RETURN([[maybe_unused]] const Receipt receipt, commit(transaction, std::move(logged), details));
    return Error{decision.code, decision.explanation()};
  }
  const std::int64_t now_ms = seams_.clock.now_ms();
  question = casework::ask(std::move(question), now_ms, now_ms + config_.question_hours * kHourMs);
  ASSIGN_OR_RETURN([[maybe_unused]] const std::int64_t used,
                   transaction.add_quota(quota_key(*agreement, request.purpose, config_.country)));
  TRY(transaction.put_question(question));
  store::OutboxItem item;
  item.id = question.exchange_id;
  item.peer = question.partner;
  item.kind = "question";
  item.payload = encode_samples(probe);
  item.created_ms = item.next_try_ms = now_ms;
  item.expires_ms = question.expires_ms;
  TRY(transaction.enqueue(item));
  ASSIGN_OR_RETURN([[maybe_unused]] const Receipt receipt, commit(transaction, std::move(logged), details));
  return question;
}

Result<Question> Node::question(const Caller& caller, const std::string& exchange_id) {
  TRY(authorise(caller, Action::kViewQuestion));
  return store_->question(exchange_id);
}

Result<format::itl::Transaction> Node::waiting_question(const Caller& caller, const Question& question) {
  TRY(authorise(caller, Action::kAsk));
  auto item = store_->outbox_item(question.exchange_id);
  if (!item.ok() && item.error().code == Code::kNotFound)
    return Error{Code::kConflict, "the question has left, and the partner has not answered it"};
  if (!item.ok()) return item.error();
  exchange::Message message;
  message.header.message_id = message.header.exchange_id = question.exchange_id;
  message.header.from = config_.country;
  message.header.to = question.partner;
  message.header.agreement_id = question.agreement_id;
  message.header.created_ms = question.asked_ms;
  ASSIGN_OR_RETURN(std::vector<Sample> probe, decode_samples(item->payload));
  message.body =
      exchange::QuestionBody{question.purpose, question.case_reference, question.expires_ms, std::move(probe)};
  return to_transaction(message);
}

Result<Bytes> Node::question_as_transaction(const Caller& caller, const std::string& exchange_id) {
  ASSIGN_OR_RETURN(const Question asked, question(caller, exchange_id));
  const bool waits = asked.state == QuestionState::kQueued;
  auto exported = waits ? waiting_question(caller, asked) : to_transaction(asked, config_.country);
  if (!exported.ok()) return exported.error();
  store::Transaction transaction = store_->begin();
  ASSIGN_OR_RETURN([[maybe_unused]] const Receipt receipt,
                   commit(transaction, exchange_entry(Event::kQuestionExported, caller.user, asked.exchange_id,
                                                      asked.agreement_id, asked.purpose)));
  return format::itl::write(*exported);
}

// Seals nothing itself: the caller has. One attempt; what comes back is opened and must be the reply to `sent`.
Result<exchange::Message> Node::send(const Agreement& agreement, const exchange::Header& sent, ByteView sealed) {
  ASSIGN_OR_RETURN(const puente::Reply reply,
                   seams_.transport.post(sent.to, kMessagesPath, sealed, limits::kAskDeadlineMs));
  if (reply.status != 200) {
    return Error{Code::kUnavailable, "the partner's node answered with status " + std::to_string(reply.status)};
  }
  ASSIGN_OR_RETURN(exchange::Message message, exchange::open(reply.body, std::span(&agreement, 1), config_.country,
                                                             config_.sealing_key, seams_.clock.now_ms()));
  TRY(exchange::check_reply(sent, message.header));
  return message;
}

Status Node::deliver_question(const store::OutboxItem& item) {
  ASSIGN_OR_RETURN(Question question, store_->question(item.id));
  const Agreement* agreement = this->agreement(question.agreement_id);
  if (agreement == nullptr) return Error{Code::kUnavailable, "the agreement of a queued question is not in use here"};
  ASSIGN_OR_RETURN(std::vector<Sample> probe, decode_samples(item.payload));

  const exchange::Header sent = exchange::new_header(*agreement, config_.country, seams_.random.id("m-"),
                                                     question.exchange_id, seams_.clock.now_ms());
  exchange::QuestionBody body{question.purpose, question.case_reference, question.expires_ms, std::move(probe)};
  ASSIGN_OR_RETURN(const Bytes sealed,
                   exchange::seal(sent, body, config_.signing_key, agreement->party(question.partner)->sealing_key));
  ASSIGN_OR_RETURN(const exchange::Message reply, send(*agreement, sent, sealed));

  Entry logged = exchange_entry(Event::kReplyReceived, "node", question.exchange_id, agreement->id, question.purpose);
  Result<Question> next = Error{Code::kReplayed, "the partner's reply is of the wrong kind"};
  if (const auto* answer = std::get_if<exchange::AnswerBody>(&reply.body)) {
    next =
        answer->reference.empty() ? casework::on_no_hit(question) : casework::on_reference(question, answer->reference);
    logged.reasons = {answer->reference.empty() ? "no_hit" : "reference"};
  } else if (const auto* refusal = std::get_if<exchange::RefusalBody>(&reply.body)) {
    next = casework::on_refusal(question, refusal->reasons);
    logged.reasons = refusal->reasons;
  }
  TRY(next.ok() ? Status() : Status(next.error()));
  store::Transaction transaction = store_->begin();
  TRY(transaction.update_question(*next));
  TRY(transaction.remove_outbox(item.id));
  const auto receipt = commit(transaction, std::move(logged), Json::object({{"state", to_string(next->state)}}));
  return receipt.ok() ? Status() : Status(receipt.error());
}

// release or not_confirmed: the partner's examiner has decided about our question.
Result<Bytes> Node::accept_verdict(const Agreement& agreement, const exchange::Message& message) {
  const exchange::Header& header = message.header;
  store::Transaction transaction = store_->begin();
  TRY(transaction.remember_message(header.from, header.message_id,
                                   seams_.clock.now_ms() + 2 * limits::kClockSkewMsMax));
  ASSIGN_OR_RETURN(const Question question, store_->question(header.exchange_id));
  if (question.partner != header.from || question.agreement_id != agreement.id) {
    return Error{Code::kUnauthenticated, "a verdict about a question that was not put to this partner"};
  }
  Entry logged = exchange_entry(Event::kReleaseReceived, "node", question.exchange_id, agreement.id, question.purpose);
  Result<Question> next = Error{Code::kReplayed, "out of order"};
  Json details;
  if (const auto* release = std::get_if<exchange::ReleaseBody>(&message.body)) {
    next = casework::on_release(question,
                                {release->reference, release->purpose, release->elements, release->retention_until_ms},
                                seams_.clock.now_ms());
    logged.reasons = {"released"};
    std::vector<std::string> names;
    for (const auto& [element, value] : release->elements) names.emplace_back(to_string(element));
    details = Json::object({{"elements", strings(names)}, {"caveats", strings(release->caveats)}});
  } else if (const auto* not_confirmed = std::get_if<exchange::NotConfirmedBody>(&message.body)) {
    next = casework::on_not_confirmed(question, not_confirmed->reference);
    logged.reasons = {"not_confirmed"};
  }
  TRY(next.ok() ? Status() : Status(next.error()));
  TRY(transaction.update_question(*next));
  ASSIGN_OR_RETURN([[maybe_unused]] const Receipt receipt, commit(transaction, std::move(logged), std::move(details)));
  return exchange::seal(exchange::reply_header(header, seams_.random.id("m-"), seams_.clock.now_ms()),
                        exchange::AcknowledgementBody{}, config_.signing_key,
                        agreement.party(header.from)->sealing_key);
}

}  // namespace puente::service
