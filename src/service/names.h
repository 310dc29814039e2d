// Names: under which encounters somebody's papers, or a name with another word of it or a day of birth, were stated. In
// memory alone, by keyed hashes of a key that ends with the process; what is found is read from the store and held
// against the query, so that what was erased meanwhile, or shares a hash, is not found. Inside service only. Any
// thread.
#pragma once
#include <atomic>
#include <unordered_map>

#include "core/mutex.h"
#include "service/service.h"
#include "store/store.h"

namespace puente::service {

class Names {
 public:
  Names(store::Store& store, Random& random) : store_(store), key_(SecretKey::generate(random)) {}
  // Reads what was stated of everybody, once; whoever comes meanwhile is told so (kUnavailable). Ends early, and begins
  // anew at the next call, when `stopping` becomes true or something fails.
  Status fill(const std::atomic<bool>& stopping);
  void add(const Encounter& encounter);  // what was enrolled, as soon as it is durable
  // Where to look, at most so many, the newest first; perhaps in vain.
  std::vector<store::EncounterId> find(const NameQuery& query, std::size_t most) const;

 private:
  store::Store& store_;
  const SecretKey key_;
  mutable Mutex mutex_;
  enum class State { kEmpty, kFilling, kFull } state_ GUARDED_BY(mutex_) = State::kEmpty;
  std::vector<store::EncounterId> encounters_ GUARDED_BY(mutex_);
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_words_ GUARDED_BY(mutex_);
};

// kInvalidInput: neither a document's number nor a family name with a given one or a day of birth; a day that is none.
Status check_query(const NameQuery& query);
// All that a search by names may have been made by that was for somebody of whom this was stated.
std::set<std::string> asked_by(const BiographicData& stated);
// Whether what was stated is what is looked for: numbers as they are compared everywhere, each word of a name, in any
// order, capitals and accents aside.
bool fits(const NameQuery& query, const BiographicData& stated);

}  // namespace puente::service
