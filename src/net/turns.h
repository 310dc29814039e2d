// Within net/: workers that take turns between those who want something, so that nobody waits behind another's queue.
#pragma once
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "core/mutex.h"

namespace puente::net {

// Jobs of one key run in their order, at most running_per_key_max at a time; keys are served in turn, one job each.
// Keys of strangers, of whom anybody may make as many as they like, run strangers_max jobs at a time, all together. A
// job is called once: with true on a worker, or with false when it is dropped at the end. Any thread.
class Turns {
 public:
  struct Limits {
    int threads = 1;
    int running_per_key_max = 1;
    std::size_t waiting_per_key_max = 1;
    int strangers_max = 1;
  };
  using Job = std::function<void(bool runs)>;

  explicit Turns(Limits limits);
  ~Turns();  // ends
  Turns(const Turns&) = delete;
  Turns& operator=(const Turns&) = delete;

  // False, and the job is not called: the key has too many, or the end came.
  bool take(const std::string& key, Job job, bool is_stranger = false);
  void drop_waiting();  // and take no more
  void end();           // the same, and wait for what runs. One thread; again: nothing

 private:
  struct Line {
    std::deque<Job> waiting;
    int running = 0;
    bool is_stranger = false;
  };
  void work();
  bool next(std::string& key, Job& job) REQUIRES(mutex_);  // whose turn it is; false: nobody may run

  const Limits limits_;
  Mutex mutex_;
  Condition changed_;
  std::map<std::string, Line> lines_ GUARDED_BY(mutex_);
  std::deque<std::string> order_ GUARDED_BY(mutex_);  // keys that have something waiting, each once
  int strangers_ GUARDED_BY(mutex_) = 0;              // that run
  bool ended_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace puente::net
