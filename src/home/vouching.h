// The provider of node.toml at work: asks it over TLS, and keeps its keys fresh on a thread of its own. Inside home/.
#pragma once
#include <memory>
#include <thread>

#include "core/mutex.h"
#include "home/inside.h"

namespace puente::home {

std::string authorities_file(const Directory& directory);  // of its provider, which it has

class Vouching {
 public:
  // None where node.toml names no provider. kInvalidInput: its authorities or its secret cannot be read. Clock and
  // chance must outlive it.
  static Result<std::unique_ptr<Vouching>> start(const Directory& directory, Clock& clock, Random& random);
  signin::Provider& provider() { return provider_; }

 private:
  Vouching(signin::ProviderConfig config, signin::Fetch fetch, Clock& clock, Random& random);

  signin::Provider provider_;
  std::jthread refreshing_;  // last: it uses the rest
};

}  // namespace puente::home
