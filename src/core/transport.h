// Transport: how bytes reach a partner or an overseer. net/ has the real one (mutual TLS); the simulator brings its
// own.
#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/crypto.h"

namespace puente {

// Which certificates partners may show now. The service says so whenever an agreement changes that; whoever holds the
// listener and the line follows at once. Any thread.
class PartnerGate {
 public:
  virtual ~PartnerGate() = default;
  virtual void admit(const std::vector<std::pair<std::string, Digest>>& certificates) = 0;  // by country; all of them
};

struct Reply {
  int status = 0;  // as HTTP's
  Bytes body;
};

class Transport {
 public:
  // What is sent. Called at most once, when the peer is on the line and known to be who it should be: so nobody writes
  // down as sent what never could be. Its error ends the post.
  using Body = std::function<Result<Bytes>()>;

  virtual ~Transport() = default;
  // POSTs to a peer by its name (a country code, or an overseer's name). kUnavailable when it cannot be reached,
  // kUnauthenticated when it is not who it should be, kDeadlineExceeded. Any thread; blocks at most wait_ms_max.
  virtual Result<Reply> post_when_reached(const std::string& peer, const std::string& path, const Body& body,
                                          std::int64_t wait_ms_max) = 0;
  Result<Reply> post(const std::string& peer, const std::string& path, ByteView body, std::int64_t wait_ms_max) {
    return post_when_reached(
        peer, path, [&] { return Result<Bytes>(Bytes(body.begin(), body.end())); }, wait_ms_max);
  }
  // Posts under way end within a tenth of a second, and later ones at once: kUnavailable. Any thread; for good.
  virtual void stop() {}
};

}  // namespace puente
