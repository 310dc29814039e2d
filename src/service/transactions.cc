#include "service/transactions.h"

#include "core/clock.h"

namespace puente::service {
namespace {

using format::DomainField;

struct Draft {
  format::TransactionHeader header;
  Encounter encounter;

  void say(DomainField field, std::string value) { header.domain.emplace_back(field, std::move(value)); }
};

std::string listed(const std::vector<std::string>& items) {  // a subfield each
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : "\x1e") + item;
  return out;
}

Status fill(const exchange::QuestionBody& body, Draft& draft) {
  const bool criminal =
      body.purpose == Purpose::kSeriousCrimeInvestigation || body.purpose == Purpose::kTraffickingInvestigation;
  draft.header.type = criminal ? "CPS" : "NPS";
  draft.say(DomainField::kPurpose, to_string(body.purpose));
  draft.say(DomainField::kCaseReference, body.case_reference);
  draft.say(DomainField::kAnswerBy, to_iso8601(body.deadline_ms));
  draft.encounter.samples = body.probe;
  return {};
}

Status fill(const exchange::AnswerBody& body, Draft& draft) {
  draft.header.type = "SRE";
  draft.say(DomainField::kResult, body.reference.empty() ? "NO_HIT" : "HIT");
  draft.say(DomainField::kReference, body.reference);
  return {};
}

Status fill(const exchange::RefusalBody& body, Draft& draft) {
  draft.header.type = "ERR";
  draft.say(DomainField::kResult, "REFUSED");
  draft.say(DomainField::kReasons, listed(body.reasons));
  return {};
}

Status fill(const exchange::ReleaseBody& body, Draft& draft) {
  draft.header.type = "IMR";
  draft.say(DomainField::kPurpose, to_string(body.purpose));
  draft.say(DomainField::kResult, "RELEASED");
  draft.say(DomainField::kReference, body.reference);
  draft.say(DomainField::kCaveats, listed(body.caveats));
  draft.say(DomainField::kRetentionUntil, to_iso8601(body.retention_until_ms).substr(0, 10));
  draft.encounter.biographic = body.elements;
  return {};
}

Status fill(const exchange::NotConfirmedBody& body, Draft& draft) {
  draft.header.type = "SRE";
  draft.say(DomainField::kResult, "NOT_CONFIRMED");
  draft.say(DomainField::kReference, body.reference);
  return {};
}

Status fill(const exchange::AcknowledgementBody&, Draft&) {
  return {Code::kUnsupported, "an acknowledgement is no transaction"};
}

}  // namespace

Result<format::itl::Transaction> to_transaction(const exchange::Message& message) {
  const exchange::Header& header = message.header;
  Draft draft;
  draft.header.destination = header.to;
  draft.header.originator = header.from;
  draft.header.control_number = header.message_id;
  draft.header.control_reference = header.in_reply_to;
  draft.header.time_ms = header.created_ms;
  draft.say(DomainField::kAgreement, header.agreement_id);
  draft.say(DomainField::kExchange, header.exchange_id);
  TRY(std::visit([&draft](const auto& body) { return fill(body, draft); }, message.body));
  return format::to_transaction(draft.encounter, draft.header);
}

Result<format::itl::Transaction> to_transaction(const Question& question, const std::string& country,
                                                const std::vector<std::string>& caveats) {
  exchange::Message message;
  message.header.message_id = question.exchange_id + "-" + to_string(question.state);  // its own is not kept
  message.header.in_reply_to = message.header.exchange_id = question.exchange_id;
  message.header.from = question.partner;
  message.header.to = country;
  message.header.agreement_id = question.agreement_id;
  message.header.created_ms = question.asked_ms;
  switch (question.state) {
    case QuestionState::kNoHit:
      message.body = exchange::AnswerBody{};
      break;
    case QuestionState::kHit:
      message.body = exchange::AnswerBody{question.reference};
      break;
    case QuestionState::kReleased:
      message.body = exchange::ReleaseBody{question.reference, question.purpose, question.released,
                                           question.retention_until_ms, caveats};
      break;
    case QuestionState::kNotConfirmed:
      message.body = exchange::NotConfirmedBody{question.reference};
      break;
    case QuestionState::kRefused:
      message.body = exchange::RefusalBody{Code::kDenied, question.reasons};
      break;
    case QuestionState::kQueued:
    case QuestionState::kExpired:
      return Error{Code::kConflict, "the partner has not answered this question"};
  }
  return to_transaction(message);
}

}  // namespace puente::service
