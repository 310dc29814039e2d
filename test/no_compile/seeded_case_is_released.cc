// Nor does what a release is made of.
#include "core/practice.h"
#include "policy/policy.h"

namespace puente {

#ifdef WRONG
using Seeded = PracticeCase;
#else
using Seeded = Case;
#endif

auto released(const AcceptedAgreement& agreement, const Seeded& decided, const BiographicData& record) {
  return policy::redact(agreement, decided, record, 1);
}

}  // namespace puente
