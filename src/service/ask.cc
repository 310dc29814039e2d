// The asking side: a question to a partner, and what comes back.
#include <algorithm>

#include "core/limits.h"
#include "service/protection.h"
#include "service/transactions.h"

namespace puente::service {
namespace {

Json strings(const std::vector<std::string>& items) {
  return Json(Json::Array(items.begin(), items.end()));
}

// Of what a partner says, the names that we know: others are words of its choosing, which nobody here is to read, in
// the log least of all.
std::vector<std::string> words_of_ours(const std::vector<std::string>& reasons) {
  std::vector<std::string> out;
  const auto is_code = [](const std::string& word) {
    for (int code = 1; code <= static_cast<int>(Code::kInternal); ++code)
      if (word == to_string(static_cast<Code>(code))) return true;
    return false;
  };
  for (const std::string& each : reasons) {
    const policy::Rule* rule = policy::find_rule(each);
    const bool found = std::ranges::count(policy::findings(), each, &policy::Finding::reason) > 0;
    if ((rule != nullptr && rule->reason == each) || found || is_code(each)) out.push_back(each);
  }
  if (out.size() < reasons.size()) out.emplace_back("unknown_reason");
  return out;
}

std::vector<std::string> caveats_of_ours(const std::vector<std::string>& caveats) {
  std::vector<std::string> out;
  for (const char* each : {policy::kNoOnwardTransfer, policy::kOnwardWithConsent, policy::kPurposeBound})
    if (std::ranges::count(caveats, each) > 0) out.emplace_back(each);
  if (out.size() < caveats.size()) out.emplace_back("unknown_caveat");
  return out;
}

bool is_of(const Question& question, const Caller& caller) {
  return question.requester == caller.user || caller.role == Role::kSupervisor;
}

// Whose question it is, or a supervisor; others learn nothing of it, not even that it is there.
Result<Question> own_question(Node::Inside& in, const Caller& caller, const std::string& exchange_id) {
  Result<Question> question = in.store->question(exchange_id);
  const bool found = question.ok();
  if (!found && question.error().code != Code::kNotFound) return question;
  if (found && is_of(*question, caller)) {
    question->reasons = words_of_ours(question->reasons);  // older versions kept a partner's own words
    return question;
  }
  if (found) TRY(in.refusals.write_down(caller, Action::kViewQuestion));
  return Error{Code::kNotFound, "there is no such question of yours"};
}

}  // namespace

Result<Question> Node::ask(const Caller& caller, AskRequest request, const Once<Question>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kAsk));
  if (request.grounds.legal_basis.empty())
    return Error{Code::kInvalidInput, "legal_basis: name the law or order you ask under"};
  const auto depth = in.roster.hides_from(request.partner) ? intake::Depth::kSearchable : intake::Depth::kExtracted;
  ASSIGN_OR_RETURN(const intake::Taken taken, take_in(in, std::move(request.samples), depth,
                                                      intake::Keep::kCuts));  // a useless probe is not sent
  exchange::QuestionBody body{
      request.purpose, request.case_reference, in.now_ms() + in.config.question_hours * kHourMs, {}, request.grounds};
  ASSIGN_OR_RETURN(body.probe, intake::bare(taken));
  const WhoIsAsked who(in, taken, request.partner, request.case_reference);

  const auto transaction = in.store->begin();
  const Treaties::Held agreement = in.treaties.for_question(request.partner, request.purpose);
  Question question;
  question.exchange_id = in.seams.random.id("x-");
  if (agreement != nullptr) {
    question.agreement_id = agreement->id;
    question.agreement_digest = agreement->digest;
  }
  question.partner = request.partner;
  question.purpose = request.purpose;
  question.case_reference = request.case_reference;
  question.requester = caller.user;
  question.grounds = request.grounds;

  auto [decision, judged] = in.treaties.judge(agreement, in.config.country, request.partner, body);
  Json details = Json::object({{"partner", request.partner}, {"question", policy::ask_document(judged)}});
  if (decision.permitted) who.judge(decision, details);
  const bool permitted = decision.permitted;
  Entry logged = in.journal.entry(permitted ? Event::kAsked : Event::kAskRefused, caller, question.exchange_id,
                                  question.agreement_id, request.purpose);
  logged.whose = caller.user;
  if (permitted) logged.reasons = decision.reasons;
  if (!permitted) {  // why stands in the details alone: one of the reasons says that somebody is hidden
    details.set("reasons", strings(decision.reasons));
    TRY(in.journal.commit(*transaction, std::move(logged), details));
    return decision.status().error();
  }
  const std::int64_t now_ms = in.now_ms();
  question = casework::ask(std::move(question), now_ms, now_ms + in.config.question_hours * kHourMs);
  TRY(transaction->add_quota(Treaties::quota_key(*agreement, judged)));
  TRY(transaction->put_question(question));
  store::OutboxItem item;
  item.id = question.exchange_id;
  item.peer = question.partner;
  item.kind = "question";
  item.payload = intake::encode_samples(body.probe);
  item.created_ms = item.next_try_ms = now_ms;
  item.expires_ms = question.expires_ms;
  TRY(transaction->enqueue(item));
  TRY(keep(in, *transaction, once, question, named_in_grounds(question.grounds)));
  TRY(in.journal.commit(*transaction, std::move(logged), details));
  return question;
}

namespace {

// What was released, no longer than its time.
Question usable(Question asked, std::int64_t now_ms) {
  if (!policy::may_use(asked, asked.purpose, now_ms).permitted) asked.released.clear();
  return asked;
}

}  // namespace

Result<Question> Node::question(const Caller& caller, const std::string& exchange_id) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kViewQuestion));
  ASSIGN_OR_RETURN(Question asked, own_question(in, caller, exchange_id));
  asked = usable(std::move(asked), in.latest_ms());
  if (asked.released.empty()) return asked;
  const auto transaction = in.store->begin();  // who looked at what a partner released
  TRY(in.journal.commit(*transaction, in.journal.about(asked, Event::kReleasedRead, caller)));
  return asked;
}

namespace {

bool fits(const Question& question, const QuestionFilter& filter) {
  return (!filter.state || question.state == *filter.state) &&
         (filter.partner.empty() || question.partner == filter.partner) &&
         (filter.case_reference.empty() || question.case_reference == filter.case_reference);
}

Json sought_by(const QuestionFilter& filter, const QuestionPage& found) {
  Json out = Json::object({{"questions", found.questions.size()}});
  if (filter.state) out.set("state", to_string(*filter.state));
  if (!filter.partner.empty()) out.set("partner", filter.partner);
  if (!filter.case_reference.empty()) out.set("of_file", filter.case_reference);  // kFileSearched would be a search
  if (!filter.after.empty()) out.set("after", filter.after);
  return out;
}

}  // namespace

Result<QuestionPage> Node::questions(const Caller& caller, const QuestionFilter& filter) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kViewQuestion));
  const std::size_t limit = std::clamp<std::size_t>(filter.limit, 1, limits::kPageMax);
  if (!filter.after.empty()) TRY(own_question(in, caller, filter.after));
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   in.store->questions_before(filter.after, limits::kQuestionsLookedAtMax));
  QuestionPage out;
  for (const std::string& id : ids) {
    Result<Question> each = in.store->question(id);
    if (!each.ok()) {
      if (each.error().code != Code::kNotFound) note_unreadable(in, id, each.error());  // else erased a moment ago
      continue;
    }
    if (!is_of(*each, caller) || !fits(*each, filter)) continue;
    if (out.questions.size() == limit) {  // only where one's own goes on: that others asked is nobody else's to know
      out.next = out.questions.back().exchange_id;
      break;
    }
    each->released.clear();
    each->reasons = words_of_ours(each->reasons);
    out.questions.push_back(*std::move(each));
  }
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kQuestionsListed, caller), sought_by(filter, out)));
  return out;
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
  message.body = exchange::QuestionBody{question.purpose, question.case_reference, question.expires_ms,
                                        std::move(probe), question.grounds};
  return to_transaction(message);
}

}  // namespace

Result<Bytes> Node::question_as_transaction(const Caller& caller, const std::string& exchange_id) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kViewQuestion));
  ASSIGN_OR_RETURN(Question asked, own_question(in, caller, exchange_id));
  asked = usable(std::move(asked), in.latest_ms());
  const bool waits = asked.state == QuestionState::kQueued;
  if (waits) TRY(authorise(caller, Action::kAsk));
  const auto terms = in.treaties.terms_of(asked);
  const std::vector<std::string> caveats = policy::caveats_of(terms == nullptr ? PurposeTerms() : *terms);
  auto exported = waits ? waiting_question(in, asked) : to_transaction(asked, in.config.country, caveats);
  if (!exported.ok()) return exported.error();
  const auto transaction = in.store->begin();
  TRY(in.journal.commit(*transaction, in.journal.entry(Event::kQuestionExported, caller, asked.exchange_id,
                                                       asked.agreement_id, asked.purpose)));
  return format::itl::write(*exported);
}

namespace {

// What the partner's answer makes of a question.
Result<Question> answered(const Question& question, const exchange::Message& reply, std::vector<std::string>& reasons) {
  if (const auto* answer = std::get_if<exchange::AnswerBody>(&reply.body)) {
    reasons = {answer->reference.empty() ? "no_hit" : "reference"};
    return answer->reference.empty() ? casework::on_no_hit(question)
                                     : casework::on_reference(question, answer->reference);
  }
  if (const auto* refusal = std::get_if<exchange::RefusalBody>(&reply.body)) {
    reasons = words_of_ours(refusal->reasons);
    return casework::on_refusal(question, reasons);
  }
  return Error{Code::kReplayed, "the partner's reply is of the wrong kind"};
}

// The question may have been taken back, or its time be over, while it was on its way: then that stands.
Status take_answer(Node::Inside& in, const std::string& exchange_id, const exchange::Message& reply) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Question now, in.store->question(exchange_id));
  Entry logged = in.journal.about(now, Event::kReplyReceived, kItself);
  const Result<Question> next = answered(now, reply, logged.reasons);
  if (!next.ok() && next.error().code != Code::kConflict) return next.error();
  if (next.ok()) TRY(transaction->update_question(*next));
  TRY(transaction->remove_outbox(exchange_id));
  TRY(in.journal.commit(*transaction, std::move(logged),
                        Json::object({{"state", to_string(next.ok() ? next->state : now.state)}})));
  return {};
}

// Somebody has been hidden from the partner since it was asked: nothing leaves, and the fingers are destroyed.
Status take_back(Node::Inside& in, const Question& question, const policy::Decision& against, Json details) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Question refused, casework::on_refusal(question, against.reasons));
  TRY(transaction->update_question(refused));
  TRY(transaction->remove_outbox(question.exchange_id));
  Entry logged = in.journal.about(question, Event::kAskRefused, kItself);
  details.set("reasons", strings(against.reasons));
  TRY(in.journal.commit(*transaction, std::move(logged), std::move(details)));
  return {};
}

}  // namespace

Status deliver_question(Node::Inside& in, const store::OutboxItem& item, Courier::Line& line) {
  ASSIGN_OR_RETURN(const Question question, in.store->question(item.id));
  const Treaties::Held agreement = in.treaties.of(question);
  if (agreement == nullptr || !in.treaties.why_not_in_force(*agreement).empty())
    return Error{Code::kUnavailable, "the agreement of a queued question is not in force"};
  ASSIGN_OR_RETURN(std::vector<Sample> probe, intake::decode_samples(item.payload));
  ASSIGN_OR_RETURN(const WhoIsAsked who, WhoIsAsked::of(in, probe, question.partner, question.case_reference));
  policy::Decision decision = policy::Decision::permit("asked");
  Json details{Json::Object()};
  who.judge(decision, details);
  if (!decision.permitted) return take_back(in, question, decision, std::move(details));

  const exchange::Header sent =
      exchange::new_header(*agreement, in.config.country, in.seams.random.id("m-"), question.exchange_id, in.now_ms());
  const auto seal = [&]() -> Result<Bytes> {
    // Once more: the partner is on the line, and somebody may have been hidden meanwhile.
    if (who.is_out_of_date()) return Error{Code::kUnavailable, "whom it is about is to be looked for again"};
    who.judge(decision, details);
    TRY(decision.status());
    exchange::QuestionBody body{question.purpose, question.case_reference, question.expires_ms, std::move(probe),
                                question.grounds};
    return exchange::seal(sent, body, in.config.signing_key_for(*agreement),
                          agreement->party(question.partner)->sealing_key);
  };
  const auto reply = line.send(std::span(agreement.get(), 1), sent, seal);
  if (!decision.permitted) return take_back(in, question, decision, std::move(details));
  if (!reply.ok()) return reply.error();
  return take_answer(in, item.id, *reply);
}

Result<Question> Node::cancel_question(const Caller& caller, const std::string& exchange_id,
                                       const Once<Question>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kAsk));
  TRY(own_question(in, caller, exchange_id));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Question waiting, in.store->question(exchange_id));
  ASSIGN_OR_RETURN(const Question ended, casework::cancel(waiting, in.now_ms()));
  TRY(transaction->update_question(ended));
  TRY(transaction->remove_outbox(exchange_id));
  Entry logged = in.journal.about(ended, Event::kQuestionExpired, caller);
  logged.reasons = {"cancelled"};
  TRY(keep(in, *transaction, once, ended, named_in_grounds(ended.grounds)));
  TRY(in.journal.commit(*transaction, std::move(logged)));
  return ended;
}

Result<Question> Node::retry_question(const Caller& caller, const std::string& exchange_id,
                                      const Once<Question>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kAsk));
  ASSIGN_OR_RETURN(Question waiting, own_question(in, caller, exchange_id));
  const auto transaction = in.store->begin();
  if (const Status hastened = transaction->hasten(exchange_id, in.now_ms()); !hastened.ok())
    return Error{Code::kConflict, std::string("the question does not wait: it is ") + to_string(waiting.state)};
  TRY(keep(in, *transaction, once, waiting, named_in_grounds(waiting.grounds)));
  TRY(transaction->commit(store::Housekeeping::kDelivery));
  in.courier.hasten(waiting.partner);
  return waiting;
}

// release or not_confirmed: the partner's examiner has decided about our question.
Result<Bytes> accept_verdict(Node::Inside& in, const exchange::Message& message) {
  const exchange::Header& header = message.header;
  const auto transaction = in.store->begin();
  TRY(transaction->remember_message(header.from, header.message_id, in.now_ms() + 2 * limits::kClockSkewMsMax));
  ASSIGN_OR_RETURN(const Question question, in.store->question(header.exchange_id));
  const Treaties::Held agreement = in.treaties.of(question);
  if (question.partner != header.from || question.agreement_id != header.agreement_id || agreement == nullptr ||
      agreement->digest != header.agreement_digest) {
    return Error{Code::kUnauthenticated, "a verdict about a question that was not put to this partner"};
  }
  if (agreement->state == AgreementState::kSuspended)
    return Error{Code::kUnavailable, "the agreement is suspended here: nothing is taken until it is resumed"};
  Entry logged = in.journal.about(question, Event::kReleaseReceived, kItself);
  Result<Question> next = Error{Code::kReplayed, "out of order"};
  Json details;
  if (const auto* release = std::get_if<exchange::ReleaseBody>(&message.body)) {
    next = casework::on_release(
        question, {release->reference, release->purpose, release->elements, release->retention_until_ms}, in.now_ms());
    logged.reasons = {"released"};
    std::vector<std::string> names;
    for (const auto& [element, value] : release->elements) names.emplace_back(to_string(element));
    details = Json::object({{"elements", strings(names)},
                            {"caveats", strings(caveats_of_ours(release->caveats))},
                            {"sha256", to_hex(exchange::digest_of(*release))}});
  } else if (const auto* not_confirmed = std::get_if<exchange::NotConfirmedBody>(&message.body)) {
    next = casework::on_not_confirmed(question, not_confirmed->reference);
    logged.reasons = {"not_confirmed"};
  }
  TRY(next);
  if (next->state == question.state) {  // again, and nothing new: no entry says that something came
    TRY(transaction->commit(store::Housekeeping::kDelivery));
  } else {
    TRY(transaction->update_question(*next));
    TRY(in.journal.commit(*transaction, std::move(logged), std::move(details)));
  }
  return exchange::seal(exchange::reply_header(header, in.seams.random.id("m-"), in.now_ms()),
                        exchange::AcknowledgementBody{}, in.config.signing_key_for(*agreement),
                        agreement->party(header.from)->sealing_key);
}

}  // namespace puente::service
