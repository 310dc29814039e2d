// The law as this node's own state: an agreement taken into force, suspended, resumed, terminated. In force at once,
// for questions, answers, releases and the certificates that partners may show.
#include "service/inside.h"

namespace puente::service {
namespace {

Result<Receipt> write_down(Node::Inside& in, store::Transaction& transaction, Event event,
                           const AgreementRecord& record, const std::string& actor, const Once<Receipt>& once) {
  Entry logged = in.journal.entry(event, actor);
  logged.agreement_id = record.id;
  ASSIGN_OR_RETURN(const Receipt receipt, commit_once(in, transaction, std::move(logged),
                                                      Json::object({{"sha256", to_hex(sha256(view(record.document)))},
                                                                    {"state", to_string(record.state)},
                                                                    {"reasons", record.reasons}}),
                                                      once));
  TRY(in.treaties.load());
  in.courier.wake();  // what waited for this
  return receipt;
}

using Step = Result<AgreementRecord> (*)(AgreementRecord, const policy::Step&);

Result<Receipt> change(Node::Inside& in, const Caller& caller, const std::string& agreement_id,
                       const std::string& reasons, Step step, Event event, const Once<Receipt>& once) {
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(AgreementRecord record, in.store->agreement(agreement_id));
  ASSIGN_OR_RETURN(record, step(std::move(record), {caller.user, reasons, in.now_ms()}));
  TRY(transaction->update_agreement(record));
  return write_down(in, *transaction, event, record, caller.user, once);
}

}  // namespace

Result<Receipt> accept_document(Node::Inside& in, const std::string& document, const std::string& actor,
                                const std::string& reasons, const Once<Receipt>& once) {
  const std::string user = actor == kItself ? "node" : actor;  // as the agreement's row names it
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const std::vector<AgreementRecord> kept, in.store->agreements());
  ASSIGN_OR_RETURN(const AgreementRecord record,
                   policy::accept_agreement(document, in.config.country, kept, {user, reasons, in.now_ms()}));
  ASSIGN_OR_RETURN(const Agreement agreement, policy::read_agreement(document));
  if (const auto foreign = policy::not_ours(agreement, in.config.country, holdings(in.config)); !foreign.empty()) {
    return Error{Code::kInvalidInput, foreign.front() + " that the agreement " + record.id + " names for " +
                                          in.config.country + " is not this node's: nothing could be exchanged"};
  }
  TRY(transaction->put_agreement(record));
  return write_down(in, *transaction, Event::kAgreementAccepted, record, actor, once);
}

Result<Receipt> Node::accept_agreement(const Caller& caller, const std::string& document, const std::string& reasons,
                                       const Once<Receipt>& once) {
  TRY(authorise(caller, Action::kAcceptAgreement));
  ASSIGN_OR_RETURN(const Agreement agreement, policy::read_agreement(document));
  if (agreement.valid_until_ms <= inside_->now_ms()) {
    return Error{Code::kInvalidInput, "the agreement " + agreement.id + " ended on " +
                                          to_iso8601(agreement.valid_until_ms) + ": nothing could be exchanged"};
  }
  return accept_document(*inside_, document, caller.user, reasons, once);
}

Result<Receipt> Node::suspend_agreement(const Caller& caller, const std::string& id, const std::string& reasons,
                                        const Once<Receipt>& once) {
  TRY(authorise(caller, Action::kSuspendAgreement));
  return change(*inside_, caller, id, reasons, policy::suspend_agreement, Event::kAgreementSuspended, once);
}

Result<Receipt> Node::resume_agreement(const Caller& caller, const std::string& id, const std::string& reasons,
                                       const Once<Receipt>& once) {
  TRY(authorise(caller, Action::kResumeAgreement));
  return change(*inside_, caller, id, reasons, policy::resume_agreement, Event::kAgreementResumed, once);
}

Result<Receipt> Node::terminate_agreement(const Caller& caller, const std::string& id, const std::string& reasons,
                                          const Once<Receipt>& once) {
  TRY(authorise(caller, Action::kTerminateAgreement));
  return change(*inside_, caller, id, reasons, policy::terminate_agreement, Event::kAgreementTerminated, once);
}

Result<std::vector<AgreementView>> Node::agreements(const Caller& caller) {
  TRY(authorise(caller, Action::kListAgreements));
  const std::int64_t now_ms = inside_->now_ms();
  const auto all = inside_->treaties.all();
  std::vector<AgreementView> out;
  for (const AcceptedAgreement& each : *all) {
    AgreementView view{each, policy::standing_of(each, now_ms), {}};
    const auto& [first, second] = each.parties;
    for (const PurposeTerms& terms : each.purposes) {
      const bool used = policy::for_question(*all, first.country, second.country, terms.purpose, now_ms) == &each ||
                        policy::for_question(*all, second.country, first.country, terms.purpose, now_ms) == &each;
      if (used && view.standing == "in_force") view.used_for.push_back(terms.purpose);
    }
    out.push_back(std::move(view));
  }
  return out;
}

}  // namespace puente::service
