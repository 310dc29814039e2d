#include "home/home.h"

namespace puente::home {

const char* version() {
  return PUENTE_VERSION;
}

}  // namespace puente::home
