// The second act: somebody else than the examiner decides, knowing the circumstances, whether the partner is told who
// it is (R7, R39). Until then a confirmed case tells the partner nothing.
#include "service/inside.h"
#include "service/practice.h"

namespace puente::service {
namespace {

Entry entry_of(const Node::Inside& in, Event event, const Case& decided, const Actor& actor) {
  Entry out = in.journal.entry(event, actor);
  out.of = decided.person_id;
  return out;
}

bool is_hidden_from_others(const Node::Inside& in, const Case& decided) {
  std::set<std::string> from = in.roster.withheld_from(decided.person_id);
  from.erase(decided.partner);
  return !from.empty();
}

// Whether one of those who confirmed it was found since: their verdict stands, and weighs less.
Result<bool> is_by_suspended(const Node::Inside& in, const Case& decided) {
  for (const Opinion& each : decided.verdicts) {
    if (each.verdict != Verdict::kConfirm) continue;
    ASSIGN_OR_RETURN(const std::int64_t since_ms, suspended_since(in, each.examiner));
    if (since_ms != 0) return true;
  }
  return false;
}

// What would leave, and what to weigh, as things stand. Of a case that is not confirmed there is no more to show.
Status show(const Node::Inside& in, ReleaseCard& card) {
  const Case& decided = card.the_case;
  card.against = against_release(in, decided);
  ASSIGN_OR_RETURN(const BiographicData known, known_of(in, decided));
  ASSIGN_OR_RETURN(const bool found, is_by_suspended(in, decided));
  card.risks = policy::risks_of({known, in.config.country, is_hidden_from_others(in, decided), in.now_ms(),
                                 decided.doubts.contains(Doubt::kCapturedAsChild), found});
  const auto terms = in.treaties.terms_of(decided);
  if (!card.against.empty() || terms == nullptr) return {};
  for (const auto& [element, value] : policy::agreed_part(*terms, known)) card.elements.push_back(element);
  card.retention_until_ms = policy::kept_until_ms(*terms, decided.decided_ms);
  return {};
}

// Among what was seen of a case, this very card: below the numbers of doubts and above those of pairs.
std::uint32_t number_of(const ReleaseCard& card) {
  constexpr std::uint32_t kCards = 0x4000'0000u;
  ByteWriter writer;
  for (const DataElement each : card.elements) writer.counted(view(to_string(each)));
  writer.counted({});
  for (const std::string& each : card.risks) writer.counted(view(each));
  const Digest digest = sha256(writer.take());
  std::uint32_t out = 0;
  for (int i = 0; i < 4; ++i) out = out << 8 | digest[static_cast<std::size_t>(i)];
  return kCards | (out & (kCards - 1));
}

// Where nothing may leave any more, whatever was on the card, it need not be opened again to learn that.
Result<bool> has_seen_card(const Node::Inside& in, const Case& decided, const std::string& user) {
  ReleaseCard now;
  now.the_case = decided;
  TRY(show(in, now));
  return has_seen(decided, user, kReleaseCard) && (!now.against.empty() || has_seen(decided, user, number_of(now)));
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
    TRY(show(in, card));
    std::set<std::uint32_t>& seen = card.the_case.seen[caller.user];
    seen.insert({kReleaseCard, number_of(card)});
    for (const Doubt each : decided.doubts) seen.insert(puente::number_of(each));
    TRY(transaction->update_case(decided));
  }
  if (decided.state == CaseState::kWithdrawn) {  // why, as things stand now; nothing where a person held it back
    Case confirmed = decided;
    confirmed.state = CaseState::kConfirmed;
    card.against = against_release(in, confirmed);
  }
  // as the decision's own: a rejected case has no such look, so that its leaf must not name the exchange
  TRY(in.journal.commit(*transaction, entry_of(in, Event::kCaseViewed, decided, caller),
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
  bool card_seen = false;  // to hold back takes no look
  if (decision == ReleaseDecision::kRelease) {
    ASSIGN_OR_RETURN(card_seen, has_seen_card(in, decided, caller.user));
  }
  TRY(policy::may_clear({examiners_of(confirmed), caller.user, caller.at_the_keys, decision, confirmed.purpose, facts,
                         offence, doubts_not_seen(decided, caller.user), card_seen})
          .status());
  Json details =
      Json::object({{"case_id", case_id}, {"decision", to_string(decision)}, {"facts", facts}, {"offence", offence}});
  TRY(transaction->update_case(decided));
  TRY(judge_release(in, *transaction, decided, details));
  TRY(enqueue_verdict(in, *transaction, decided));
  std::set<std::string> about =
      named_in(named_in_verdicts(decided, {decided.person_id}), {decided.verdict_reasons, facts, offence});
  TRY(keep(in, *transaction, once, decided, named_in_grounds(decided.grounds, std::move(about))));
  TRY(in.journal.commit(*transaction, entry_of(in, Event::kReleaseDecided, decided, caller), std::move(details)));
  return decided;
}

}  // namespace puente::service
