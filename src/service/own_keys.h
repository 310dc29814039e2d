// Our own keys while one follows the other: which signs follows the agreement, and messages to either open. Inside
// service only.
#pragma once
#include "exchange/exchange.h"
#include "service/service.h"

namespace puente::service {

policy::Holdings holdings(const Config& config);
// exchange::open, of what is sealed to any of our keys. `from`: who may have sent it; empty: any party.
Result<exchange::Message> open_message(const Config& config, ByteView sealed,
                                       std::span<const AcceptedAgreement> agreements, std::int64_t now_ms,
                                       std::string_view from = {});

}  // namespace puente::service
