// Inside api/own/: what has an effect has it once, where the caller sends an Idempotency-Key with it.
#pragma once
#include "api/http.h"
#include "service/service.h"

namespace puente::api::own {

// The key's claim; none without the header. With `answered` the request was made before, and `replay` is its answer.
Result<std::optional<service::Claim>> claim_of(service::Node& node, const Call& call);
net::Response refused_claim(const Error& error);
Bytes kept(const net::Response& response);
Result<net::Response> replay(ByteView kept);

// work(once) is the use case, and respond() makes what it gives into the answer.
template <typename Answer, typename Work>
Result<net::Response> once(service::Node& node, const Call& call, net::Response (*respond)(const Answer&),
                           Work&& work) {
  const Result<std::optional<service::Claim>> claim = claim_of(node, call);
  if (!claim.ok()) return refused_claim(claim.error());
  if (*claim && (*claim)->answered) return replay(*(*claim)->answered);
  service::Once<Answer> once;
  if (*claim) once = {&**claim, [respond](const Answer& answer) { return kept(respond(answer)); }};
  ASSIGN_OR_RETURN(const Answer answer, work(once));
  return respond(answer);
}

}  // namespace puente::api::own
