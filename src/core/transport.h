// Transport: how bytes reach a partner or an overseer. net/ has the real one (mutual TLS); the simulator brings its
// own.
#pragma once
#include <string>

#include "core/bytes.h"

namespace puente {

struct Reply {
  int status = 0;  // as HTTP's
  Bytes body;
};

class Transport {
 public:
  virtual ~Transport() = default;
  // POSTs to a peer by its name (a country code, or an overseer's name). kUnavailable when it cannot be reached,
  // kUnauthenticated when it is not who it should be, kDeadlineExceeded. Any thread; blocks at most wait_ms_max.
  virtual Result<Reply> post(const std::string& peer, const std::string& path, ByteView body,
                             std::int64_t wait_ms_max) = 0;
};

}  // namespace puente
