#include "service/choice.h"

#include <algorithm>

namespace puente::service {
namespace {

// Of one candidate after another.
class Choosing {
 public:
  Choosing(const Node::Inside& in, const Permitted& by, const store::People& people,
           const std::vector<identify::Probe>& probe)
      : in_(in), by_(by), people_(people), probe_(probe) {}

  // Those of `others` who may be the same person as this one: neither the probe nor what is enrolled says otherwise.
  Result<std::vector<Candidate>> same_as(const Candidate& one, const std::vector<Candidate>& others) const {
    std::vector<Candidate> out;
    for (const Candidate& other : others) {
      if (other.person_id == one.person_id) continue;
      ASSIGN_OR_RETURN(const bool two, are_two_people(in_.roster, people_, probe_, one, other));
      if (!two) out.push_back(other);
    }
    return out;
  }

  // Why this hand is not to be found, and who of it; empty: it is.
  Result<std::string> why_not(const std::vector<Candidate>& hand, std::vector<Candidate>& who) const {
    std::vector<std::string> born;
    for (const Candidate& each : hand) {
      who = {each};
      ASSIGN_OR_RETURN(const std::vector<std::string> opened, people_.encounter_ids(each.person_id));
      if (opened.empty()) return std::string("no_key");
      ASSIGN_OR_RETURN(const policy::Decision found, may_find_of(in_, people_, by_.terms, each.person_id));
      if (!found.permitted) return found.reasons.front();
      if (!policy::asks_age(by_.judged.purpose)) continue;
      ASSIGN_OR_RETURN(const std::vector<std::string> known, dates_of_birth(people_, each.person_id));
      born.insert(born.end(), known.begin(), known.end());
    }
    who = hand;
    return std::string(policy::may_find_for(by_.judged.purpose, born, in_.now_ms()).permitted ? "" : "under_fourteen");
  }

 private:
  const Node::Inside& in_;
  const Permitted& by_;
  const store::People& people_;
  const std::vector<identify::Probe>& probe_;
};

// Of those who are like the probe, who is hidden from the partner. By as many ids as the hand has.
Result<std::vector<Candidate>> hidden_of(const Node::Inside& in, const std::string& partner, const Likeness* like) {
  std::vector<Candidate> out;
  if (!in.roster.hides_from(partner)) return out;
  if (like == nullptr) return Error{Code::kUnavailable, "somebody was enrolled or hidden a moment ago: ask again"};
  for (Candidate& each : like->now(false))
    if (in.roster.withheld_from(each.person_id).contains(partner)) out.push_back(std::move(each));
  return out;
}

}  // namespace

Result<Choice> choose(const Node::Inside& in, const Permitted& by, const store::People& people,
                      const std::vector<identify::Probe>& probe, const Likeness* like,
                      const std::vector<Candidate>& candidates) {
  Choice out;
  if (candidates.empty()) return out;
  ASSIGN_OR_RETURN(const std::vector<Candidate> hidden, hidden_of(in, by.judged.asking, like));
  const Choosing choosing(in, by, people, probe);
  for (const Candidate& each : candidates) {
    // what is less like it stays for the others' sake, however little it says by itself
    if (!policy::reaches_floor(by.terms, Modality::kFinger, each.score)) break;
    ASSIGN_OR_RETURN(std::vector<Candidate> who, choosing.same_as(each, hidden));
    if (!who.empty()) {
      auto& passed = out.passed_over["hidden"];
      passed.insert(passed.end(), who.begin(), who.end());
      continue;
    }
    ASSIGN_OR_RETURN(std::vector<Candidate> hand, choosing.same_as(each, candidates));
    hand.insert(hand.begin(), each);
    ASSIGN_OR_RETURN(const std::string why, choosing.why_not(hand, who));
    if (why.empty()) {
      out.one_hand = std::move(hand);
      break;
    }
    auto& passed = out.passed_over[why];
    passed.insert(passed.end(), who.begin(), who.end());
  }
  return out;
}

}  // namespace puente::service
