// For tests: a server and its clients by real TLS on the loopback interface, on free ports.
#pragma once
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "core/mutex.h"
#include "net/net.h"
#include "net/testing_sockets.h"

namespace puente::net {

inline constexpr std::int64_t kPatienceMs = kSocketPatienceMs;

// Making keys is quick, but not under the sanitizers: made once.
inline const Identity& identity(const std::string& name) {
  static Mutex mutex;
  static std::map<std::string, Identity> made;
  const MutexLock lock(mutex);
  const auto found = made.find(name);
  if (found != made.end()) return found->second;
  return made.emplace(name, make_identity(name, 30).value()).first->second;
}
inline Digest digest_of(const Identity& of) {
  return certificate_sha256(of.certificate_pem).value();
}

inline Response echo(const Request& request) {
  Response response;
  response.content_type = "text/plain";
  response.body =
      to_bytes(request.method + " " + request.target + " ? " + request.query + " from [" + request.peer + "] ");
  response.body.insert(response.body.end(), request.body.begin(), request.body.end());
  return response;
}

inline ServerOptions server_options() {
  ServerOptions options;
  options.identity = identity("COL");
  return options;
}
inline ServerOptions mutual_options() {
  ServerOptions options = server_options();
  options.pinned_peers = {{"USA", digest_of(identity("USA"))}};
  return options;
}
inline std::unique_ptr<Server> start(ServerOptions options, Handler handler = echo) {
  return Server::start(std::move(options), std::move(handler)).value();
}
inline ClientOptions client_of(const Server& server) {
  ClientOptions options;
  options.url = "https://127.0.0.1:" + std::to_string(server.port());
  options.ca_pem = identity("COL").certificate_pem;
  options.wait_ms_max = kPatienceMs;
  return options;
}
inline std::unique_ptr<PinnedTransport> transport_to(const Server& server, const Identity& own,
                                                     const Identity& expected) {
  auto transport = std::make_unique<PinnedTransport>(own);
  transport->set_peer("COL", {"127.0.0.1", server.port(), "/partner", digest_of(expected)});
  return transport;
}

// Waits for what another thread brings about; fails instead of hanging.
inline bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// Holds the request of path /1 until it is let go; its body counts meanwhile.
class HeldRequest {
 public:
  Handler handler() {
    return [this](const Request& request) -> Response {
      if (request.target == "/1") {
        entered_.set_value();
        gone_.wait();
      }
      return {};
    };
  }
  void wait_for_it() { entered_.get_future().wait(); }
  void let_go() { go_.set_value(); }

 private:
  std::promise<void> entered_, go_;
  const std::shared_future<void> gone_ = go_.get_future().share();
};

}  // namespace puente::net
