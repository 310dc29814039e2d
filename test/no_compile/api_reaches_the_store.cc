// The use cases' one header opens nothing beneath it: a handler has no name for the store, let alone one to erase by.
#include "service/service.h"

#ifdef WRONG
void forget(puente::store::Store& store);
#else
void forget(puente::service::Node& node);
#endif
