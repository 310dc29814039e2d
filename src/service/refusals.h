// Refusals: who tried what the role, or policy, does not let them, as entries of the log. At most one a user, action
// and minute, with how many there were: nobody can write the log full, nor hide a grave attempt behind trivial ones.
// Inside service only. Any thread that holds no transaction.
#pragma once
#include <map>
#include <set>

#include "core/mutex.h"
#include "service/journal.h"

namespace puente::service {

class Refusals {
 public:
  Refusals(Seams seams, store::Store& store, Journal& journal) : seams_(seams), store_(store), journal_(journal) {}
  // `why`: by name, when it is not the role that forbids it.
  Status write_down(const Caller& caller, Action action, const std::vector<std::string>& why = {});
  // Whoever tries an id learns whether anybody has it, or is hidden: an entry each, with the id in its details.
  Status write_down_about(const Caller& caller, Action action, const std::string& person_id, Code why);
  Status write_down_rest();  // those counted in minutes that are over
  // Somebody tried to sign in by this name, and nobody knows who: counted, so that the time an answer takes does not
  // tell which names there are, and written with all others of ten minutes by write_down_rest. The name did nothing.
  void count_sign_in(const std::string& user, const std::string& address);

 private:
  struct Count {
    std::int64_t minute = 0;
    std::uint64_t untold = 0;
    Role role = Role::kOfficer;
    bool at_the_keys = false, by_session = false;  // the last of them
    std::vector<std::string> why;                  // likewise
  };
  Status write_down_sign_ins();
  Status tell(const Caller& caller, std::vector<std::string> what, std::uint64_t times);

  const Seams seams_;
  store::Store& store_;
  Journal& journal_;
  Mutex mutex_;
  std::map<std::pair<std::string, Action>, Count> counts_ GUARDED_BY(mutex_);
  struct SignIns {
    std::int64_t since_ms = 0;
    std::map<std::string, std::size_t> names;  // how often each
    std::set<std::string> addresses;           // the first of them
  } sign_ins_ GUARDED_BY(mutex_);
};

}  // namespace puente::service
