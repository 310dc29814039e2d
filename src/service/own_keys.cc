#include "service/own_keys.h"

namespace puente::service {

const SigningKey& Config::signing_key_for(const Agreement& agreement) const {
  const Party* party = agreement.party(country);
  const bool next = party != nullptr && next_signing_key && next_signing_key->public_key() == party->signing_key;
  return next ? *next_signing_key : signing_key;
}

policy::Holdings holdings(const Config& config) {
  policy::Holdings out{{config.signing_key.public_key()}, {config.sealing_key.public_key()}, config.certificates};
  if (config.next_signing_key) out.signing.push_back(config.next_signing_key->public_key());
  if (config.next_sealing_key) out.sealing.push_back(config.next_sealing_key->public_key());
  return out;
}

Result<exchange::Message> open_message(const Config& config, ByteView sealed,
                                       std::span<const AcceptedAgreement> agreements, std::int64_t now_ms,
                                       std::string_view from) {
  auto message = exchange::open(sealed, agreements, config.country, config.sealing_key, now_ms, from);
  if (message.ok() || message.error().code != Code::kCorrupt || !config.next_sealing_key) return message;
  return exchange::open(sealed, agreements, config.country, *config.next_sealing_key, now_ms, from);
}

}  // namespace puente::service
