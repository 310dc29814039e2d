// The law as this node's own state: an agreement taken into force, suspended, resumed, terminated. In force at once,
// for questions, answers, releases and the certificates that partners may show.
#include "service/inside.h"
#include "service/practice.h"

namespace puente::service {
namespace {

Json about_step(const AgreementRecord& record, Json more = {}) {
  more.set("sha256", to_hex(sha256(view(record.document))));
  return more.set("state", to_string(record.state)).set("reasons", record.reasons);
}

Result<Receipt> write_down(Node::Inside& in, store::Transaction& transaction, Event event,
                           const AgreementRecord& record, const Actor& actor, const Once<Receipt>& once,
                           Json more = {}) {
  Entry logged = in.journal.entry(event, actor);
  logged.agreement_id = record.id;
  Json details = about_step(record, std::move(more));
  ASSIGN_OR_RETURN(const Receipt receipt, commit_once(in, transaction, std::move(logged), std::move(details), once));
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
  return write_down(in, *transaction, event, record, caller, once);
}

// The agreement, and those before it that live on by it and by no other: what was exchanged under these ends with it.
std::set<std::string> ending_with(const Treaties::List& all, const std::string& agreement_id, std::int64_t now_ms) {
  const auto with = [&](AgreementState state) {
    Treaties::List out = all;
    for (AcceptedAgreement& each : out)
      if (each.id == agreement_id)
        each.state = state, each.valid_from_ms = now_ms, each.valid_until_ms = AcceptedAgreement::kNever;
    return out;
  };
  const Treaties::List before = with(AgreementState::kAccepted), after = with(AgreementState::kTerminated);
  std::set<std::string> out{agreement_id};
  for (const AcceptedAgreement& each : after)
    if (each.state == AgreementState::kTerminated && policy::successor_of(before, each, now_ms) != nullptr &&
        policy::successor_of(after, each, now_ms) == nullptr)
      out.insert(each.id);
  return out;
}

struct Ended {
  std::size_t released = 0, probes = 0, confirmed = 0, questions = 0, unreadable = 0;
};

Status end_released(const Node::Inside& in, store::Transaction& transaction, const std::set<std::string>& agreements,
                    Ended& ended) {
  ASSIGN_OR_RETURN(const std::vector<store::QuestionHead> all, in.store->questions_since(0));
  for (const store::QuestionHead& head : all) {
    if (!head.holds_released) continue;
    Result<Question> question = in.store->question(head.exchange_id);
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, question, head.exchange_id));
    if (!readable) ++ended.unreadable;
    if (!readable || !agreements.contains(question->agreement_id)) continue;
    if (question->retention_until_ms <= in.now_ms()) continue;  // over, and about to be erased
    question->retention_until_ms = in.now_ms();
    TRY(transaction.update_question(*question));
    ++ended.released;
  }
  return {};
}

Status end_cases(const Node::Inside& in, store::Transaction& transaction, const std::set<std::string>& agreements,
                 Ended& ended) {
  ASSIGN_OR_RETURN(const std::vector<store::CaseHead> all, in.store->cases_since(0));
  for (const store::CaseHead& head : all) {
    if (head.state != CaseState::kOpen && head.state != CaseState::kConfirmed) continue;
    Result<Case> waiting = in.store->case_record(head.case_id);
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, waiting, head.case_id));
    if (!readable) ++ended.unreadable;
    if (!readable || !agreements.contains(waiting->agreement_id) || waiting->expires_ms <= in.now_ms()) continue;
    waiting->expires_ms = in.now_ms();
    TRY(transaction.update_case(*waiting));
    ++(waiting->state == CaseState::kOpen ? ended.probes : ended.confirmed);
  }
  return {};
}

// What waits to be sent never can be: its time is over, and its fingers go with it.
Status end_queued(const Node::Inside& in, store::Transaction& transaction, const std::set<std::string>& agreements,
                  Ended& ended) {
  ASSIGN_OR_RETURN(const std::vector<store::QuestionHead> all, in.store->questions_since(0));
  for (const store::QuestionHead& head : all) {
    Result<Question> question = in.store->question(head.exchange_id);
    ASSIGN_OR_RETURN(const bool readable, is_readable(in, question, head.exchange_id));
    if (!readable && !head.holds_released) ++ended.unreadable;  // else it was counted
    if (!readable || question->state != QuestionState::kQueued || !agreements.contains(question->agreement_id) ||
        question->expires_ms <= in.now_ms())
      continue;
    question->expires_ms = in.now_ms();
    TRY(transaction.update_question(*question));
    ++ended.questions;
  }
  return {};
}

// What is held of the partner's under an agreement: its time is over now, so that nobody may use it, and the sweep that
// erases what has passed its date does so, with an entry each, within a minute. How many of each. Where another
// agreement has taken its place, as at a renewal of keys, nothing ends but the older text.
Result<Json> end_what_is_held(const Node::Inside& in, store::Transaction& transaction, const AgreementRecord& record) {
  const auto all = in.treaties.all();
  const Treaties::Held ending = in.treaties.by_id(record.id);
  const AcceptedAgreement* successor = ending == nullptr ? nullptr : policy::successor_of(*all, *ending, in.now_ms());
  Ended ended;
  if (successor != nullptr) {
    TRY(end_queued(in, transaction, {record.id}, ended));
    return Json::object({{"lives_on_by", successor->id}, {"questions_to_end", ended.questions}});
  }
  const std::set<std::string> agreements = ending_with(*all, record.id, in.now_ms());
  TRY(end_released(in, transaction, agreements, ended));
  TRY(end_cases(in, transaction, agreements, ended));
  TRY(end_queued(in, transaction, agreements, ended));
  TRY(end_practice_under(in, transaction, agreements));
  Json out = Json::object({{"released_to_erase", ended.released},
                           {"probes_to_destroy", ended.probes},
                           {"confirmed_to_withdraw", ended.confirmed},
                           {"questions_to_end", ended.questions}});
  if (ended.unreadable > 0) out.set("not_readable", ended.unreadable);
  return out;
}

}  // namespace

Result<Receipt> accept_document(Node::Inside& in, const std::string& document, const Actor& actor,
                                const std::string& reasons, const Once<Receipt>& once) {
  const std::string user = actor.name == kItself ? "node" : actor.name;  // as the agreement's row names it
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

Status suspend_all(const Node::Inside& in, store::Transaction& transaction, const std::string& reasons,
                   std::vector<Written>& entries) {
  ASSIGN_OR_RETURN(const std::vector<AgreementRecord> all, in.store->agreements());
  for (const AgreementRecord& each : all) {
    const auto suspended = policy::suspend_agreement(each, {"node", reasons, in.now_ms()});
    if (!suspended.ok()) continue;  // it is, or is over
    TRY(transaction.update_agreement(*suspended));
    Entry logged = in.journal.entry(Event::kAgreementSuspended, kItself);
    logged.agreement_id = each.id;
    entries.push_back({std::move(logged), about_step(*suspended)});
  }
  return {};
}

Result<Receipt> Node::accept_agreement(const Caller& caller, const std::string& document, const std::string& reasons,
                                       const Once<Receipt>& once) {
  TRY(authorise(caller, Action::kAcceptAgreement));
  ASSIGN_OR_RETURN(const Agreement agreement, policy::read_agreement(document));
  if (agreement.valid_until_ms <= inside_->latest_ms()) {
    return Error{Code::kInvalidInput, "the agreement " + agreement.id + " ended on " +
                                          to_iso8601(agreement.valid_until_ms) + ": nothing could be exchanged"};
  }
  return accept_document(*inside_, document, caller, reasons, once);
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
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kTerminateAgreement));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(AgreementRecord record, in.store->agreement(id));
  ASSIGN_OR_RETURN(record, policy::terminate_agreement(std::move(record), {caller.user, reasons, in.now_ms()}));
  TRY(transaction->update_agreement(record));
  ASSIGN_OR_RETURN(Json ended, end_what_is_held(in, *transaction, record));
  return write_down(in, *transaction, Event::kAgreementTerminated, record, caller, once, std::move(ended));
}

Result<std::vector<AgreementView>> Node::agreements(const Caller& caller) {
  TRY(authorise(caller, Action::kListAgreements));
  const std::int64_t now_ms = inside_->now_ms();
  const auto all = inside_->treaties.all();
  std::vector<AgreementView> out;
  for (const AcceptedAgreement& each : *all) {
    AgreementView view{each, policy::standing_of(each, now_ms), {}, {}};
    ASSIGN_OR_RETURN(AgreementRecord record, inside_->store->agreement(each.id));
    view.document = std::move(record.document);
    if (view.standing == "in_force") view.standing = policy::standing_of(each, inside_->latest_ms());
    const auto& [first, second] = each.parties;
    for (const PurposeTerms& terms : each.purposes) {
      if (view.standing != "in_force") continue;
      const std::size_t before = view.quotas.size();
      for (const auto& [asking, answering] : {std::pair(&first, &second), std::pair(&second, &first)}) {
        if (policy::for_question(*all, asking->country, answering->country, terms.purpose, now_ms) != &each) continue;
        ASSIGN_OR_RETURN(const std::int64_t used,
                         inside_->treaties.asked_today(each, terms.purpose, asking->country, answering->country));
        view.quotas.push_back({terms.purpose, asking->country, terms.daily_quota, used});
      }
      if (view.quotas.size() > before) view.used_for.push_back(terms.purpose);
    }
    out.push_back(std::move(view));
  }
  return out;
}

std::vector<Digest> Node::texts_with(const std::string& partner) const {
  constexpr std::size_t kTextsMax = 32;  // the newest
  std::vector<Digest> out;
  const auto all = inside_->treaties.all();
  for (auto each = all->rbegin(); each != all->rend() && out.size() < kTextsMax; ++each)
    if (each->state != AgreementState::kTerminated && each->party(partner) != nullptr) out.push_back(each->digest);
  return out;
}

}  // namespace puente::service
