#include "api/http.h"
#include "service/service.h"

namespace puente::api {
namespace {

// Of every reply: whether somebody is hidden from the partner, or unknown, is not to be told by how long it took.
constexpr int kWindowMs = 200;

bool is_message(const net::Request& request) {
  return request.method == "POST" && request.target == "/partner/v1/messages";
}

net::Response message(Bytes sealed) {
  net::Response out;
  out.content_type = "application/octet-stream";
  out.body = std::move(sealed);
  return out;
}

// With the texts that are accepted here: a partner's operator sees which were accepted there alone.
net::Response elsewhere(const service::Node& node, const std::string& peer) {
  net::Response out = refuse(Error{Code::kNotFound, "a partner may only POST to /partner/v1/messages"});
  std::string& texts = out.headers["puente-texts"];
  for (const Digest& each : node.texts_with(peer)) texts += (texts.empty() ? "" : ",") + to_hex(each);
  return out;
}

net::Admission admit_message(service::Node& node, const net::Request& head) {
  net::Admission out;
  out.key = head.peer;
  const service::Door door = node.may_send(head.peer);
  out.wait_ms = door.wait_ms;
  if (!is_message(head)) {
    out.refusal = elsewhere(node, head.peer);
  } else if (!door.ok()) {
    out.refusal = refuse(door.status.error());
  }
  return out;
}

net::Response take_message(service::Node& node, const net::Request& request) {
  if (!is_message(request)) return elsewhere(node, request.peer);
  auto reply = node.receive(request.peer, request.body);
  net::Response response = reply.ok() ? message(*std::move(reply)) : refuse(reply.error());
  response.window_ms = kWindowMs;
  return response;
}

}  // namespace

Api partner_api(service::Node& node) {
  return {[&node](const net::Request& head) { return admit_message(node, head); },
          [&node](const net::Request& request) { return take_message(node, request); }};
}

}  // namespace puente::api
