// Within net/: which connections there are, and which one goes when there are too many. Strangers, who have not yet
// shown who they are, have few places of their own and never take one of the known. Touched by the network's thread
// alone.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace puente::net {

class Guests {
 public:
  struct Limits {
    int strangers_max = 1, strangers_per_address_max = 1;
    int known_max = 1, known_per_key_max = 1;
  };
  using Id = std::uint64_t;  // rises from one connection to the next: the lower, the older

  explicit Guests(Limits limits) : limits_(limits) {}

  // A new connection, always let in; whom to cut for it, if anybody: of strangers the oldest from the address that has
  // most of them, so that a crowd pushes out itself.
  std::optional<Id> arrive(Id id, const std::string& address);
  struct Welcome {
    bool given = true;      // false: all its places are busy
    std::optional<Id> cut;  // for it
  };
  // It has shown whose it is. Idle connections make room: first the oldest of the same key, in a full house the oldest
  // of the key that has most.
  Welcome recognise(Id id, const std::string& key);
  void set_busy(Id id, bool busy);  // has a request: is not cut for others
  bool knows(Id id) const;
  void leave(Id id);  // nothing when it was cut

  int strangers() const;
  int known() const;

 private:
  struct Guest {
    std::string address, key;
    bool known = false, busy = false;
  };
  using Named = std::string Guest::*;
  int count(const std::function<bool(const Guest&)>& is) const;
  std::string most_frequent(Named name, bool known) const;
  std::optional<Id> cut_oldest(const std::function<bool(const Guest&)>& is);

  const Limits limits_;
  std::map<Id, Guest> guests_;
};

}  // namespace puente::net
