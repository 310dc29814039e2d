// What a verdict sets going: the partner is told, and given what the agreement lists, until it acknowledges.
#include "service/inside.h"

namespace puente::service {

constexpr std::int64_t kVerdictDeliveryDays = 30;

namespace {

// Kinds in the outbox. A release that was refused at the verdict stays refused, whatever changes until the partner is
// told: there is no entry of what would leave.
constexpr const char* kTold = "verdict";
constexpr const char* kRefused = "refused_verdict";
constexpr const char* kHeld = "held_verdict";

Status enqueue(const Node::Inside& in, store::Transaction& transaction, const Case& decided, const char* kind) {
  store::OutboxItem item;
  item.id = decided.case_id;
  item.peer = decided.partner;
  item.kind = kind;
  item.created_ms = item.next_try_ms = in.now_ms();
  item.expires_ms = item.created_ms + kVerdictDeliveryDays * kDayMs;
  return transaction.enqueue(item);
}

bool is_suspended(const Treaties::Held& agreement) {
  return agreement != nullptr && agreement->state == AgreementState::kSuspended;
}

// What of a confirmed case may leave now. kDenied; kNotFound: erased meanwhile.
Result<policy::Disclosure> disclose(const Node::Inside& in, const AcceptedAgreement& agreement, const Case& decided) {
  if (!in.roster.may_be_found(decided.person_id, decided.encounter_id, Scope::partner(decided.partner)))
    return Error{Code::kDenied, "the person is hidden from the partner, or erased"};
  ASSIGN_OR_RETURN(const Encounter record, in.store->encounter(decided.person_id, decided.encounter_id));
  return policy::redact(agreement, decided, record.biographic, in.now_ms());
}

// The entry says which elements leave, to whom: written before they do.
Result<Written> enqueue_confirmed(const Node::Inside& in, store::Transaction& transaction,
                                  const Treaties::Held& agreement, const Case& decided) {
  Result<policy::Disclosure> disclosure = Error{Code::kDenied, "no agreement"};
  if (agreement != nullptr) disclosure = disclose(in, *agreement, decided);
  Json::Array elements;
  if (disclosure.ok()) {
    for (const auto& [element, value] : disclosure->elements()) elements.push_back(to_string(element));
  }
  TRY(enqueue(in, transaction, decided, disclosure.ok() ? kTold : kRefused));
  Entry entry =
      in.journal.about(decided, disclosure.ok() ? Event::kReleased : Event::kReleaseRefused, decided.examiner);
  entry.subject = in.journal.pseudonym_of(decided.person_id);
  return Written{std::move(entry),
                 Json::object({{"partner", decided.partner}, {"elements", Json(std::move(elements))}})};
}

}  // namespace

Result<std::optional<Written>> enqueue_verdict(const Node::Inside& in, store::Transaction& transaction,
                                               const Case& decided) {
  const Treaties::Held agreement = in.treaties.by_id(decided.agreement_id);
  const bool confirmed = decided.state == CaseState::kConfirmed;
  if (!confirmed || is_suspended(agreement)) {
    TRY(enqueue(in, transaction, decided, confirmed ? kHeld : kTold));
    return std::optional<Written>();
  }
  ASSIGN_OR_RETURN(Written entry, enqueue_confirmed(in, transaction, agreement, decided));
  return std::optional(std::move(entry));
}

// A confirmed case gives a release if policy still permits it; everything else gives not_confirmed.
static Result<Bytes> seal_verdict(const Node::Inside& in, const AcceptedAgreement& agreement, exchange::Header& header,
                                  const Case& decided, bool refused) {
  const SealingPublicKey& to = agreement.party(decided.partner)->sealing_key;
  if (decided.state == CaseState::kConfirmed && !refused) {
    const auto disclosure = disclose(in, agreement, decided);
    header.kind = exchange::Kind::kRelease;
    if (disclosure.ok()) return exchange::seal(header, *disclosure, in.config.signing_key, to);
    const Code why = disclosure.error().code;
    if (why != Code::kDenied && why != Code::kNotFound) return disclosure.error();
  }
  header.kind = exchange::Kind::kNotConfirmed;
  return exchange::seal(header, exchange::NotConfirmedBody{decided.case_id}, in.config.signing_key, to);
}

// A confirmed hit whose agreement was suspended at the verdict: its release is decided, and logged, afterwards.
Status deliver_held_verdict(Node::Inside& in, const store::OutboxItem& item) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Case decided, in.store->case_record(item.id));
  const Treaties::Held agreement = in.treaties.by_id(decided.agreement_id);
  if (is_suspended(agreement)) return Error{Code::kUnavailable, "the agreement of a decided case is suspended"};
  TRY(transaction->remove_outbox(item.id));
  std::vector<Written> entries(1);
  ASSIGN_OR_RETURN(entries.front(), enqueue_confirmed(in, *transaction, agreement, decided));
  TRY(in.journal.commit(*transaction, std::move(entries)));
  return {};
}

Status deliver_verdict(Node::Inside& in, const store::OutboxItem& item) {
  ASSIGN_OR_RETURN(const Case decided, in.store->case_record(item.id));
  const Treaties::Held agreement = in.treaties.by_id(decided.agreement_id);
  if (agreement == nullptr) return Error{Code::kUnavailable, "the agreement of a decided case is not in use here"};
  if (is_suspended(agreement)) return Error{Code::kUnavailable, "the agreement of a decided case is suspended"};
  if (agreement->state == AgreementState::kTerminated) {  // between us there is nothing more to say
    const auto transaction = in.store->begin();
    TRY(transaction->remove_outbox(item.id));
    return transaction->commit(store::Housekeeping::kDelivery);
  }
  exchange::Header sent =
      exchange::new_header(*agreement, in.config.country, in.seams.random.id("m-"), decided.exchange_id, in.now_ms());
  ASSIGN_OR_RETURN(const Bytes sealed, seal_verdict(in, *agreement, sent, decided, item.kind == kRefused));
  ASSIGN_OR_RETURN(const exchange::Message reply, in.courier.send(std::span(agreement.get(), 1), sent, sealed));
  if (!std::holds_alternative<exchange::AcknowledgementBody>(reply.body)) {
    return Error{Code::kUnavailable, "the partner did not acknowledge a verdict"};
  }
  const auto transaction = in.store->begin();
  if (sent.kind == exchange::Kind::kRelease) {
    ASSIGN_OR_RETURN(const Case released, casework::release(decided));
    TRY(transaction->update_case(released));
  }
  TRY(transaction->remove_outbox(item.id));
  TRY(in.journal.commit(*transaction, in.journal.about(decided, Event::kReleaseAcknowledged, decided.partner)));
  return {};
}

}  // namespace puente::service
