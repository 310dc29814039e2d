// Personal data leave only as a policy::Disclosure. Nothing else that holds them can be sealed.
#include "exchange/exchange.h"

puente::Bytes send(const puente::exchange::Header& header, const puente::policy::Disclosure& cleared,
                   const puente::exchange::ReleaseBody& data, const puente::SigningKey& key,
                   const puente::SealingPublicKey& to) {
#ifdef WRONG
  (void)cleared;
  return puente::exchange::seal(header, data, key, to);
#else
  (void)data;
  return puente::exchange::seal(header, cleared, key, to);
#endif
}
