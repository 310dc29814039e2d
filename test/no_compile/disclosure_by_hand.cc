// A Disclosure comes from policy::redact and from nowhere else.
#include "policy/policy.h"

puente::Result<puente::policy::Disclosure> clear(const puente::AcceptedAgreement& agreement,
                                                 const puente::Case& decided, const puente::BiographicData& record) {
#ifdef WRONG
  (void)agreement, (void)decided, (void)record;
  return puente::policy::Disclosure{};
#else
  return puente::policy::redact(agreement, decided, record, 0);
#endif
}
