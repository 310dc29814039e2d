// What would leave of a case, what speaks against it, and what to weigh: of whoever it is about, by every id of the
// hand. Inside service only.
#pragma once
#include "service/inside.h"

namespace puente::service {

// The ids of the hand a case is about (Hand): searched for where it is made, before any transaction, and asked again
// inside it. What could not be read once is not tried again.
class SameHand {
 public:
  SameHand(const Node::Inside& in, const std::string& person_id);
  Result<std::set<std::string>> ids();

 private:
  std::optional<Hand> hand_;
  Status read_;
};

// What speaks for good against a release, of the agreement and of the person; whether its second act is done is not
// asked. Without a hand, by the case's own id alone.
std::vector<std::string> against_release(const Node::Inside& in, const Case& decided, SameHand* hand);
// While the clock is doubted: what has ended by it alone, the agreement, an order, the time to keep. It may be wrong:
// nothing is decided by it for good, and nothing leaves. kUnavailable.
Status not_over_by_the_clock(const Node::Inside& in, const Case& decided);
// The same of the person alone, added.
void judge_person(const Node::Inside& in, const Case& decided, SameHand* hand, std::vector<std::string>& against);
// What is known of whom the case names: each element as the newest encounter has it that has it.
Result<BiographicData> known_of(const Node::Inside& in, const Case& decided);
// As things stand. Its digest is of all that it says and of the values that would leave.
Result<ReleaseCard> card_of(const Node::Inside& in, Case decided, SameHand& hand);

}  // namespace puente::service
