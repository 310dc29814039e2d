// Using: what who asked may do with what a partner released. It is bound to the purpose of its question, and its time
// ends at the millisecond, whether or not the sweep that erases it has come by.
#pragma once
#include "core/case.h"
#include "policy/decision.h"

namespace puente::policy {

Decision may_use(const Question& question, Purpose purpose, std::int64_t now_ms);

}  // namespace puente::policy
