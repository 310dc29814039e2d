// Of those whom a partner's question found, whom it is answered about. Inside service only.
//
// A question may show fingers of several people, by mistake or to learn of one beside another. So everybody found is
// judged as if those were not there who are other people: whoever is not to be found hides nobody else, and is not told
// from a stranger. Who may be the same person by another id is judged with them.
#pragma once
#include "service/hand.h"
#include "service/inside.h"

namespace puente::service {

// What policy said yes to, and by what.
struct Permitted {
  const AcceptedAgreement& agreement;
  const PurposeTerms& terms;
  const policy::Ask& judged;
};

struct Choice {
  std::vector<Candidate> one_hand;  // whom the answer is about, and who may be the same person; none: no hit
  // Who was passed over, by why: for the details, no word of it leaves.
  std::map<std::string, std::vector<Candidate>> passed_over{};
};
// `candidates`: the best first, as the question's scope finds them. `like`: who is like the probe at all, hidden or
// not; kUnavailable when it is needed and missing: look again. `people`: whom the partner's keys open.
Result<Choice> choose(const Node::Inside& in, const Permitted& by, const store::People& people,
                      const std::vector<identify::Probe>& probe, const Likeness* like,
                      const std::vector<Candidate>& candidates);

}  // namespace puente::service
