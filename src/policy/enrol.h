// Enrolling: a person is taken in.
#pragma once
#include "policy/decision.h"

namespace puente::policy {

struct Enrolment {
  bool known_under_another_id = false;  // a search before found somebody
  bool officer_insists = false;
};
// A hit is no bar (R9): whoever insists enrols a known person under a second id, and both ids are in the log.
Decision may_enrol(const Enrolment& enrolment);

}  // namespace puente::policy
