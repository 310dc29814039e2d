// users.json as a running node sees it. Inside home/.
#pragma once
#include <ctime>

#include "core/mutex.h"
#include "home/inside.h"
#include "signin/signin.h"

namespace puente::home {

// What stands in the log of the users: names, roles, last days, and a digest that shows when a token is another.
Json told_of(const std::vector<api::User>& users);

// The users at each moment: the file is looked at for each question, and read when it is another. One that cannot be
// read lets nobody in, and the process log says why, once. Any thread.
class LiveUsers {
 public:
  LiveUsers(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}
  std::optional<Caller> find(const Digest& token_sha256);
  std::optional<signin::Account> account(const std::string& name);
  std::optional<Caller> machine(const std::string& name);  // who has a certificate of a machine
  std::vector<api::User> all();
  // The users when they are others than at the last call that gave some; for the log.
  std::optional<std::vector<api::User>> changed();
  void look_again();                        // whatever the file's times say
  void refuse(std::set<std::string> gone);  // tokens that were taken away, as told_of() has them; all of them

 private:
  struct Seen {  // of the file
    bool there = false;
    ino_t inode = 0;
    off_t size = 0;
    timespec modified{}, changed{};
    bool operator==(const Seen& other) const;
  };
  void refresh() REQUIRES(mutex_);
  const api::User* present(const std::string& name) REQUIRES(mutex_);  // and nothing of theirs was taken away

  const std::string path_;
  const Clock& clock_;
  Mutex mutex_;
  bool settled_ GUARDED_BY(mutex_) = false;
  Seen seen_ GUARDED_BY(mutex_);
  std::vector<api::User> users_ GUARDED_BY(mutex_);
  std::set<std::string> gone_ GUARDED_BY(mutex_);
  std::string problem_ GUARDED_BY(mutex_);
  bool untold_ GUARDED_BY(mutex_) = true;
  std::int64_t refused_ GUARDED_BY(mutex_) = 0, refused_told_ms_ GUARDED_BY(mutex_) = 0;
};

}  // namespace puente::home
