// What is checked of a directory, and when. Inside home/.
#pragma once
#include "home/inside.h"

namespace puente::home {

struct Disk {  // on which a data directory lies
  std::string path;
  bool is_read_only = false;
  std::uint64_t free_bytes = 0, all_bytes = 0;
};
Finding judge_disk(const Disk& disk);

// Of the agreements in force with a partner those of which it does not say that it accepted them: nothing gets through
// under these. `told`: its digests, as its door says them.
std::vector<std::string> not_accepted_there(const std::vector<AcceptedAgreement>& all, const std::string& partner,
                                            std::string_view told, std::int64_t now_ms);

// All that are known, as they stand beside each other; none where the database waits for its first start under this
// version.
Result<std::vector<AcceptedAgreement>> agreements_now(const Directory& directory);

// What can never work is refused before anybody listens: a certificate that has ended, keys that are not those which
// agreements in force name.
std::vector<std::string> loose_rights(const Directory& directory);  // files that others can read, and their cure
// Of our certificate, of the one that follows it and of the agreements, what begins later, has ended, or will within
// two months, and what else is odd about them.
std::vector<std::string> what_ends_soon(const Directory& directory, std::int64_t now_ms);
Status check_before_serving(const Directory& directory, std::int64_t now_ms);

}  // namespace puente::home
