#include "api/http.h"
#include "service/service.h"

namespace puente::api {

net::Handler overseer_api(service::Overseer& overseer) {
  return [&overseer](const net::Request& request) {
    if (request.method == "GET" && request.target == "/v1/health") {
      const std::size_t logs = overseer.logs_whose_clock_differs().size();  // whose they are, the process log says
      return answer(Json::object({{"status", logs == 0 ? "ok" : "attention"}, {"clock_differs", logs}}));
    }
    if (request.method != "POST" || request.target != "/add-checkpoint") {
      return refuse(Error{Code::kNotFound, "an overseer takes POST /add-checkpoint (C2SP tlog-witness)"});
    }
    const auto result = overseer.add_checkpoint(text(request.body));
    net::Response response;
    response.status = result.status;
    response.content_type = result.content_type;
    response.body = to_bytes(result.body);
    return response;
  };
}

}  // namespace puente::api
