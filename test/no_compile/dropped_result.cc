// A Result that nobody looks at: the failure in it would be lost.
#include "core/result.h"

puente::Result<int> answer();

void ask() {
#ifdef WRONG
  answer();
#else
  puente::discard(answer(), "asking was all");
#endif
}
