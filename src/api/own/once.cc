#include "api/own/once.h"

namespace puente::api::own {
namespace {

constexpr const char* kKeyHeader = "idempotency-key";
constexpr const char* kLocation = "location";

Bytes request_of(const net::Request& request) {
  return ByteWriter()
      .counted(view(request.method))
      .counted(view(request.target))
      .counted(view(request.query))
      .counted(request.body)
      .take();
}

}  // namespace

Result<std::optional<service::Claim>> claim_of(service::Node& node, const Call& call) {
  const auto header = call.request.headers.find(kKeyHeader);
  if (header == call.request.headers.end()) return std::optional<service::Claim>();
  ASSIGN_OR_RETURN(service::Claim claim, node.claim(call.caller, header->second, request_of(call.request)));
  return std::optional(std::move(claim));
}

// As draft-ietf-httpapi-idempotency-key-header has it: 422 for another request, 409 while the first is under way.
net::Response refused_claim(const Error& error) {
  net::Response out = refuse(error);
  if (error.code == Code::kReplayed) out.status = 422;
  if (error.code == Code::kConflict) out.headers["retry-after"] = "1";
  return out;
}

Bytes kept(const net::Response& response) {
  const auto location = response.headers.find(kLocation);
  return ByteWriter()
      .u16(static_cast<std::uint16_t>(response.status))
      .counted(view(location == response.headers.end() ? "" : location->second))
      .counted(response.body)
      .take();
}

Result<net::Response> replay(ByteView kept) {
  ByteReader reader(kept);
  net::Response out;
  out.status = reader.u16();
  const std::string location(text(reader.counted()));
  const ByteView body = reader.counted();
  if (!reader.done()) return Error{Code::kCorrupt, "an answer that was kept is damaged"};
  if (!location.empty()) out.headers[kLocation] = location;
  out.body.assign(body.begin(), body.end());
  return out;
}

}  // namespace puente::api::own
