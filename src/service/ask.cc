// The asking side: a question to a partner, and what comes back.
#include "core/limits.h"
#include "service/inside.h"
#include "service/transactions.h"

namespace puente::service {
namespace {

Json strings(const std::vector<std::string>& items) {
  return Json(Json::Array(items.begin(), items.end()));
}

}  // namespace

Result<Question> Node::ask(const Caller& caller, AskRequest request) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kAsk));
  if (request.legal_basis.empty())
    return Error{Code::kInvalidInput, "legal_basis: name the law or order you ask under"};
  ASSIGN_OR_RETURN(const intake::Taken taken, take_in(in, std::move(request.samples), intake::Depth::kExtracted,
                                                      intake::Keep::kCuts));  // a useless probe is not sent
  exchange::QuestionBody body{request.purpose, request.case_reference, 0, {}};
  ASSIGN_OR_RETURN(body.probe, intake::bare(taken));

  const auto transaction = in.store->begin();
  const Treaties::Held agreement = in.treaties.for_question(request.partner, request.purpose);
  Question question;
  question.exchange_id = in.seams.random.id("x-");
  question.agreement_id = agreement == nullptr ? "" : agreement->id;
  question.partner = request.partner;
  question.purpose = request.purpose;
  question.case_reference = request.case_reference;
  question.requester = caller.user;

  const policy::Decision decision = in.treaties.judge(agreement, in.config.country, request.partner, body);
  const bool permitted = decision.permitted;
  Entry logged = in.journal.entry(permitted ? Event::kAsked : Event::kAskRefused, caller.user, question.exchange_id,
                                  question.agreement_id, request.purpose);
  logged.reasons = decision.reasons;
  const Json details = Json::object(
      {{"partner", request.partner}, {"case_reference", request.case_reference}, {"legal_basis", request.legal_basis}});
  if (!permitted) {
    TRY(in.journal.commit(*transaction, std::move(logged), details));
    return Error{decision.code, decision.explanation()};
  }
  const std::int64_t now_ms = in.now_ms();
  question = casework::ask(std::move(question), now_ms, now_ms + in.config.question_hours * kHourMs);
  TRY(transaction->add_quota(in.treaties.quota_key(*agreement, request.purpose, in.config.country)));
  TRY(transaction->put_question(question));
  store::OutboxItem item;
  item.id = question.exchange_id;
  item.peer = question.partner;
  item.kind = "question";
  item.payload = intake::encode_samples(body.probe);
  item.created_ms = item.next_try_ms = now_ms;
  item.expires_ms = question.expires_ms;
  TRY(transaction->enqueue(item));
  TRY(in.journal.commit(*transaction, std::move(logged), details));
  return question;
}

Result<Question> Node::question(const Caller& caller, const std::string& exchange_id) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kViewQuestion));
  ASSIGN_OR_RETURN(Question asked, in.store->question(exchange_id));
  if (!policy::may_use(asked, asked.purpose, in.now_ms()).permitted) asked.released.clear();
  if (asked.released.empty()) return asked;
  const auto transaction = in.store->begin();  // who looked at what a partner released
  TRY(in.journal.commit(*transaction, in.journal.about(asked, Event::kReleasedRead, caller.user)));
  return asked;
}

namespace {

// The question itself, while it waits to be sent.
Result<format::itl::Transaction> waiting_question(Node::Inside& in, const Question& question) {
  auto item = in.store->outbox_item(question.exchange_id);
  if (!item.ok() && item.error().code == Code::kNotFound)
    return Error{Code::kConflict, "the question has left, and the partner has not answered it"};
  if (!item.ok()) return item.error();
  exchange::Message message;
  message.header.message_id = message.header.exchange_id = question.exchange_id;
  message.header.from = in.config.country;
  message.header.to = question.partner;
  message.header.agreement_id = question.agreement_id;
  message.header.created_ms = question.asked_ms;
  ASSIGN_OR_RETURN(std::vector<Sample> probe, intake::decode_samples(item->payload));
  message.body =
      exchange::QuestionBody{question.purpose, question.case_reference, question.expires_ms, std::move(probe)};
  return to_transaction(message);
}

}  // namespace

Result<Bytes> Node::question_as_transaction(const Caller& caller, const std::string& exchange_id) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kViewQuestion));
  ASSIGN_OR_RETURN(const Question asked, in.store->question(exchange_id));
  const bool waits = asked.state == QuestionState::kQueued;
  if (waits) TRY(authorise(caller, Action::kAsk));
  auto exported = waits ? waiting_question(in, asked) : to_transaction(asked, in.config.country);
  if (!exported.ok()) return exported.error();
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kQuestionExported, caller.user, asked.exchange_id,
                                                       asked.agreement_id, asked.purpose)));
  return format::itl::write(*exported);
}

Status deliver_question(Node::Inside& in, const store::OutboxItem& item) {
  ASSIGN_OR_RETURN(Question question, in.store->question(item.id));
  const Treaties::Held agreement = in.treaties.by_id(question.agreement_id);
  if (agreement == nullptr || !policy::why_not_in_force(*agreement, in.now_ms()).empty())
    return Error{Code::kUnavailable, "the agreement of a queued question is not in force"};
  ASSIGN_OR_RETURN(std::vector<Sample> probe, intake::decode_samples(item.payload));

  const exchange::Header sent =
      exchange::new_header(*agreement, in.config.country, in.seams.random.id("m-"), question.exchange_id, in.now_ms());
  exchange::QuestionBody body{question.purpose, question.case_reference, question.expires_ms, std::move(probe)};
  ASSIGN_OR_RETURN(const Bytes sealed,
                   exchange::seal(sent, body, in.config.signing_key, agreement->party(question.partner)->sealing_key));
  ASSIGN_OR_RETURN(const exchange::Message reply, in.courier.send(std::span(agreement.get(), 1), sent, sealed));

  Entry logged = in.journal.entry(Event::kReplyReceived, "node", question.exchange_id, agreement->id, question.purpose);
  Result<Question> next = Error{Code::kReplayed, "the partner's reply is of the wrong kind"};
  if (const auto* answer = std::get_if<exchange::AnswerBody>(&reply.body)) {
    next =
        answer->reference.empty() ? casework::on_no_hit(question) : casework::on_reference(question, answer->reference);
    logged.reasons = {answer->reference.empty() ? "no_hit" : "reference"};
  } else if (const auto* refusal = std::get_if<exchange::RefusalBody>(&reply.body)) {
    next = casework::on_refusal(question, refusal->reasons);
    logged.reasons = refusal->reasons;
  }
  TRY(next);
  const auto transaction = in.store->begin();
  TRY(transaction->update_question(*next));
  TRY(transaction->remove_outbox(item.id));
  TRY(in.journal.commit(*transaction, std::move(logged), Json::object({{"state", to_string(next->state)}})));
  return {};
}

// release or not_confirmed: the partner's examiner has decided about our question.
Result<Bytes> accept_verdict(Node::Inside& in, const exchange::Message& message) {
  const exchange::Header& header = message.header;
  const auto transaction = in.store->begin();
  TRY(transaction->remember_message(header.from, header.message_id, in.now_ms() + 2 * limits::kClockSkewMsMax));
  const Treaties::Held agreement = in.treaties.by_id(header.agreement_id);
  CHECK(agreement != nullptr);  // the message was opened by it
  ASSIGN_OR_RETURN(const Question question, in.store->question(header.exchange_id));
  if (question.partner != header.from || question.agreement_id != header.agreement_id) {
    return Error{Code::kUnauthenticated, "a verdict about a question that was not put to this partner"};
  }
  Entry logged =
      in.journal.entry(Event::kReleaseReceived, "node", question.exchange_id, question.agreement_id, question.purpose);
  Result<Question> next = Error{Code::kReplayed, "out of order"};
  Json details;
  if (const auto* release = std::get_if<exchange::ReleaseBody>(&message.body)) {
    next = casework::on_release(
        question, {release->reference, release->purpose, release->elements, release->retention_until_ms}, in.now_ms());
    logged.reasons = {"released"};
    std::vector<std::string> names;
    for (const auto& [element, value] : release->elements) names.emplace_back(to_string(element));
    details = Json::object({{"elements", strings(names)}, {"caveats", strings(release->caveats)}});
  } else if (const auto* not_confirmed = std::get_if<exchange::NotConfirmedBody>(&message.body)) {
    next = casework::on_not_confirmed(question, not_confirmed->reference);
    logged.reasons = {"not_confirmed"};
  }
  TRY(next);
  TRY(transaction->update_question(*next));
  TRY(in.journal.commit(*transaction, std::move(logged), std::move(details)));
  return exchange::seal(exchange::reply_header(header, in.seams.random.id("m-"), in.now_ms()),
                        exchange::AcknowledgementBody{}, in.config.signing_key,
                        agreement->party(header.from)->sealing_key);
}

}  // namespace puente::service
