#include "home/home.h"

namespace puente::home {

const char* version() {
  return PUENTE_VERSION;
}

const char* commit() {
  return PUENTE_COMMIT;
}

}  // namespace puente::home
