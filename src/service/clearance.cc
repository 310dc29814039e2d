// The second act: somebody else than the examiner decides, knowing the circumstances, whether the partner is told who
// it is (R7, R39). Until then a confirmed case tells the partner nothing.
#include "service/inside.h"

namespace puente::service {
namespace {

Entry entry_of(const Node::Inside& in, Event event, const Case& decided, std::string_view actor) {
  Entry out = in.journal.entry(event, actor);
  out.of = decided.person_id;
  return out;
}

bool is_hidden_from_others(const Node::Inside& in, const Case& decided) {
  std::set<std::string> from = in.roster.withheld_from(decided.person_id);
  from.erase(decided.partner);
  return !from.empty();
}

}  // namespace

Result<ReleaseCard> Node::release_card(const Caller& caller, const std::string& case_id) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kDecideRelease));
  ASSIGN_OR_RETURN(OtherFingers others, other_fingers(in, case_id));
  const auto transaction = in.store->begin();
  ReleaseCard card;
  ASSIGN_OR_RETURN(card.the_case, in.store->case_record(case_id));
  const Case& decided = card.the_case;
  if (decided.state == CaseState::kConfirmed) {
    TRY(look_for_doubts(others, card.the_case));
    std::set<std::uint32_t>& seen = card.the_case.seen[caller.user];
    seen.insert(kReleaseCard);
    for (const Doubt each : decided.doubts) seen.insert(number_of(each));
    TRY(transaction->update_case(decided));
    card.against = against_release(in, decided);
    ASSIGN_OR_RETURN(const BiographicData known, known_of(in, decided));
    card.risks = policy::risks_of({known, in.config.country, is_hidden_from_others(in, decided), in.now_ms()});
    const Treaties::Held agreement = in.treaties.of(decided);
    const PurposeTerms* terms = agreement == nullptr ? nullptr : agreement->terms(decided.purpose);
    if (card.against.empty() && terms != nullptr) {
      for (const auto& [element, value] : policy::agreed_part(*terms, known)) card.elements.push_back(element);
      card.retention_until_ms = policy::kept_until_ms(*terms, decided.decided_ms);
    }
  }
  if (decided.state == CaseState::kWithdrawn) {  // why, as things stand now; nothing where a person held it back
    Case confirmed = decided;
    confirmed.state = CaseState::kConfirmed;
    card.against = against_release(in, confirmed);
  }
  // as the decision's own: a rejected case has no such look, so that its leaf must not name the exchange
  TRY(in.journal.commit(*transaction, entry_of(in, Event::kCaseViewed, decided, caller.user),
                        Json::object({{"case_id", case_id}, {"for", "release"}})));
  card.the_case = shown_to(caller, std::move(card.the_case));
  return card;
}

Result<Case> Node::decide_release(const Caller& caller, const std::string& case_id, ReleaseDecision decision,
                                  const std::string& facts, const std::string& offence, const Once<Case>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kDecideRelease));
  ASSIGN_OR_RETURN(OtherFingers others, other_fingers(in, case_id));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Case confirmed, in.store->case_record(case_id));
  ASSIGN_OR_RETURN(Case decided, casework::clear(confirmed, decision, caller.user, facts, offence, in.now_ms()));
  TRY(look_for_doubts(others, decided));
  TRY(policy::may_clear({examiners_of(confirmed), caller.user, caller.at_the_keys, decision, confirmed.purpose, facts,
                         offence, doubts_not_seen(decided, caller.user), has_seen_card(decided, caller.user)})
          .status());
  Json details =
      Json::object({{"case_id", case_id}, {"decision", to_string(decision)}, {"facts", facts}, {"offence", offence}});
  TRY(transaction->update_case(decided));
  TRY(judge_release(in, *transaction, decided, details));
  TRY(enqueue_verdict(in, *transaction, decided));
  TRY(keep(in, *transaction, once, decided,
           named_in(named_in_verdicts(decided), {decided.verdict_reasons, facts, offence})));
  TRY(in.journal.commit(*transaction, entry_of(in, Event::kReleaseDecided, decided, caller.user), std::move(details)));
  return decided;
}

}  // namespace puente::service
