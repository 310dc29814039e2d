#include "api/http.h"
#include "service/service.h"

namespace puente::api {

net::Handler partner_api(service::Node& node) {
  return [&node](const net::Request& request) {
    if (request.method != "POST" || request.target != "/partner/v1/messages") {
      return refuse(Error{Code::kNotFound, "a partner may only POST to /partner/v1/messages"});
    }
    auto reply = node.receive(request.peer, request.body);
    if (!reply.ok()) return refuse(reply.error());
    net::Response response;
    response.content_type = "application/octet-stream";
    response.body = *std::move(reply);
    return response;
  };
}

}  // namespace puente::api
