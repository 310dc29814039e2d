// The second act: somebody else than the examiner decides, knowing the circumstances, whether the partner is told who
// it is (R7, R39). Until then a confirmed case tells the partner nothing.
#include "service/card.h"

namespace puente::service {
namespace {

Entry entry_of_clearance(const Node::Inside& in, Event event, const Case& decided, const Actor& actor) {
  Entry out = in.journal.entry(event, actor);
  out.of = decided.person_id;
  return out;
}

// Among what was seen of a case, this very card: below the numbers of doubts and above those of pairs.
std::uint32_t number_of(const ReleaseCard& card) {
  constexpr std::uint32_t kCards = 0x4000'0000u;
  std::uint32_t out = 0;
  for (int i = 0; i < 4; ++i) out = out << 8 | card.digest[static_cast<std::size_t>(i)];
  return kCards | (out & (kCards - 1));
}

// Where nothing may leave any more, whatever was on the card, it need not be opened again to learn that.
bool has_seen_card(const ReleaseCard& card, const std::string& user) {
  return has_seen(card.the_case, user, kReleaseCard) &&
         (!card.against.empty() || has_seen(card.the_case, user, number_of(card)));
}

// Released before, and not acknowledged: nothing more leaves. What left once already may have arrived, and is not
// called withdrawn.
Status take_back_clearance(const Node::Inside& in, store::Transaction& transaction, const Case& cleared, Case& decided,
                           Json& details) {
  ASSIGN_OR_RETURN(const std::string sent_before, hold_back_verdict(in, transaction, decided));
  if (sent_before.empty()) return {};
  decided = cleared;
  details.set("sent_before", sent_before);
  return {};
}

Result<SameHand> hand_of(const Node::Inside& in, const std::string& case_id) {
  ASSIGN_OR_RETURN(const Case decided, in.store->case_record(case_id));
  return SameHand(in, decided.person_id);
}

}  // namespace

Result<ReleaseCard> Node::release_card(const Caller& caller, const std::string& case_id) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kDecideRelease));
  ASSIGN_OR_RETURN(OtherFingers others, other_fingers(in, case_id));
  ASSIGN_OR_RETURN(SameHand hand, hand_of(in, case_id));
  const auto transaction = in.store->begin();
  ReleaseCard card;
  ASSIGN_OR_RETURN(card.the_case, in.store->case_record(case_id));
  const Case& decided = card.the_case;
  if (decided.state == CaseState::kConfirmed) {
    TRY(look_for_doubts(others, card.the_case));
    ASSIGN_OR_RETURN(card, card_of(in, std::move(card.the_case), hand));
    std::set<std::uint32_t>& seen = card.the_case.seen[caller.user];
    seen.insert({kReleaseCard, number_of(card)});
    for (const Doubt each : decided.doubts) seen.insert(puente::number_of(each));
    TRY(transaction->update_case(decided));
  }
  if (decided.state == CaseState::kWithdrawn) {  // why, as things stand now; nothing where a person held it back
    Case confirmed = decided;
    confirmed.state = CaseState::kConfirmed;
    card.against = against_release(in, confirmed, &hand);
  }
  // as the decision's own: a rejected case has no such look, so that its leaf must not name the exchange
  TRY(in.journal.commit(*transaction, entry_of_clearance(in, Event::kCaseViewed, decided, caller),
                        Json::object({{"case_id", case_id}, {"for", "release"}})));
  card.the_case = shown_to(caller, std::move(card.the_case));
  return card;
}

Result<Case> Node::decide_release(const Caller& caller, const std::string& case_id, ReleaseDecision decision,
                                  const std::string& facts, const std::string& offence, const Once<Case>& once) {
  Inside& in = *inside_;
  TRY(authorise(caller, Action::kDecideRelease));
  ASSIGN_OR_RETURN(OtherFingers others, other_fingers(in, case_id));
  ASSIGN_OR_RETURN(SameHand hand, hand_of(in, case_id));
  const auto transaction = in.store->begin();
  ASSIGN_OR_RETURN(const Case confirmed, in.store->case_record(case_id));
  ASSIGN_OR_RETURN(Case decided, casework::clear(confirmed, decision, caller.user, facts, offence, in.now_ms()));
  TRY(look_for_doubts(others, decided));
  bool card_seen = false;  // to hold back takes no look
  if (decision == ReleaseDecision::kRelease) {
    TRY(not_over_by_the_clock(in, decided));
    ASSIGN_OR_RETURN(const ReleaseCard card, card_of(in, decided, hand));
    card_seen = has_seen_card(card, caller.user);
    decided.card = card.digest;
  }
  TRY(policy::may_clear({examiners_of(confirmed), caller.user, caller.at_the_keys, decision, confirmed.purpose, facts,
                         offence, doubts_not_seen(decided, caller.user), card_seen})
          .status());
  Json details =
      Json::object({{"case_id", case_id}, {"decision", to_string(decision)}, {"facts", facts}, {"offence", offence}});
  if (confirmed.state == CaseState::kCleared) TRY(take_back_clearance(in, *transaction, confirmed, decided, details));
  TRY(transaction->update_case(decided));
  if (confirmed.state == CaseState::kConfirmed) {
    TRY(judge_release(in, *transaction, decided, details, &hand));
    TRY(enqueue_verdict(in, *transaction, decided));
  }
  std::set<std::string> about =
      named_in(named_in_verdicts(decided, {decided.person_id}), {decided.verdict_reasons, facts, offence});
  TRY(keep(in, *transaction, once, decided, named_in_grounds(decided.grounds, std::move(about))));
  TRY(in.journal.commit(*transaction, entry_of_clearance(in, Event::kReleaseDecided, decided, caller),
                        std::move(details)));
  return decided;
}

}  // namespace puente::service
