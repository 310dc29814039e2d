#include "policy/enrol.h"

namespace puente::policy {

Decision may_enrol(const Enrolment& enrolment) {
  if (!enrolment.known_under_another_id) return Decision::permit("not_known_before");
  return enrolment.officer_insists ? Decision::permit("known_and_insisted") : Decision::deny({"already_known"});
}

}  // namespace puente::policy
