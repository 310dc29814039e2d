// Claims: who may call again with what key, and what they were answered. Inside service only; any thread.
//
// A key is its caller's own. While one call with it is under way no other begins; what it was answered lies in the
// store from the transaction of its effect on, so that a call whose answer was lost has no second effect, whatever
// stops the node in between. Of the request a keyed digest is kept, sealed with the answer.
#pragma once
#include <set>

#include "core/mutex.h"
#include "service/service.h"
#include "store/store.h"

namespace puente::service {

class Claims {
 public:
  // All of these must outlive it.
  Claims(const Config& config, Clock& clock, const store::Store& store);
  Result<Claim> take(const Caller& caller, const std::string& key, ByteView request);  // errors: Node::claim
  Status keep(store::Transaction& transaction, const Claim& claim, ByteView answer, std::set<std::string> about,
              std::int64_t now_ms) const;

 private:
  struct Running {
    Mutex mutex;
    std::set<std::string> names GUARDED_BY(mutex);
  };
  Result<std::shared_ptr<const void>> hold(const std::string& name) const;
  Result<std::optional<Bytes>> answer_before(const Claim& claim) const;

  const SecretKey key_;  // derived from the node key
  Clock& clock_;
  const store::Store& store_;
  const std::shared_ptr<Running> running_ = std::make_shared<Running>();
};

}  // namespace puente::service
