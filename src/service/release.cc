// What a verdict sets going: the partner is told, and given what the agreement lists, until it acknowledges.
#include "service/inside.h"

namespace puente::service {

constexpr std::int64_t kVerdictDeliveryDays = 30;

namespace {

constexpr const char *kTold = "verdict", *kHeld = "held_verdict";

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

// Which elements, to whom: written before they leave.
Written release_entry(const Node::Inside& in, const Treaties::Held& agreement, const Case& decided,
                      const std::string& user) {
  const auto record = in.store->encounter(decided.person_id, decided.encounter_id);
  Result<policy::Disclosure> disclosure = Error{Code::kDenied, "no agreement or no record"};
  if (agreement != nullptr && record.ok())
    disclosure = policy::redact(*agreement, decided, record->biographic, in.now_ms());
  Json::Array elements;
  if (disclosure.ok()) {
    for (const auto& [element, value] : disclosure->elements()) elements.push_back(to_string(element));
  }
  Entry entry = in.journal.about(decided, disclosure.ok() ? Event::kReleased : Event::kReleaseRefused, user);
  entry.subject = in.journal.pseudonym_of(decided.person_id);
  return {std::move(entry), Json::object({{"partner", decided.partner}, {"elements", Json(std::move(elements))}})};
}

}  // namespace

Result<std::optional<Written>> enqueue_verdict(const Node::Inside& in, store::Transaction& transaction,
                                               const Case& decided) {
  const Treaties::Held agreement = in.treaties.by_id(decided.agreement_id);
  const bool confirmed = decided.state == CaseState::kConfirmed;
  const bool held = confirmed && is_suspended(agreement);
  TRY(enqueue(in, transaction, decided, held ? kHeld : kTold));
  if (!confirmed || held) return std::optional<Written>();
  return std::optional(release_entry(in, agreement, decided, decided.examiner));
}

// A confirmed case gives a release if policy still permits it; everything else gives not_confirmed.
static Result<Bytes> seal_verdict(const Node::Inside& in, const AcceptedAgreement& agreement, exchange::Header& header,
                                  const Case& decided) {
  const SealingPublicKey& to = agreement.party(decided.partner)->sealing_key;
  if (decided.state == CaseState::kConfirmed &&
      in.roster.may_be_found(decided.person_id, decided.encounter_id, Scope::partner(decided.partner))) {
    const auto record = in.store->encounter(decided.person_id, decided.encounter_id);
    if (!record.ok() && record.error().code != Code::kNotFound)
      return record.error();  // erased meanwhile: not confirmed
    if (record.ok()) {
      const auto disclosure = policy::redact(agreement, decided, record->biographic, in.now_ms());
      header.kind = exchange::Kind::kRelease;
      if (disclosure.ok()) return exchange::seal(header, *disclosure, in.config.signing_key, to);
    }
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
  TRY(enqueue(in, *transaction, decided, kTold));
  std::vector<Written> entries;
  entries.push_back(release_entry(in, agreement, decided, decided.examiner));
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
  ASSIGN_OR_RETURN(const Bytes sealed, seal_verdict(in, *agreement, sent, decided));
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
