#include "net/turns.h"

#include <utility>

namespace puente::net {

Turns::Turns(Limits limits) : limits_(limits) {
  for (int i = 0; i < limits.threads; ++i) threads_.emplace_back([this] { work(); });
}

Turns::~Turns() {
  end();
}

void Turns::end() {
  drop_waiting();
  for (std::thread& each : threads_) each.join();
  threads_.clear();
}

bool Turns::take(const std::string& key, Job job, bool is_stranger) {
  const MutexLock lock(mutex_);
  if (ended_) return false;
  Line& line = lines_[key];
  if (line.waiting.size() >= limits_.waiting_per_key_max) return false;
  line.is_stranger = is_stranger;
  if (line.waiting.empty()) order_.push_back(key);
  line.waiting.push_back(std::move(job));
  changed_.notify_one();
  return true;
}

void Turns::drop_waiting() {
  std::deque<Job> dropped;
  {
    const MutexLock lock(mutex_);
    ended_ = true;
    for (auto& [key, line] : lines_) {
      for (Job& job : line.waiting) dropped.push_back(std::move(job));
      line.waiting.clear();
    }
    order_.clear();
  }
  changed_.notify_all();
  for (const Job& job : dropped) job(false);
}

bool Turns::next(std::string& key, Job& job) {
  for (auto at = order_.begin(); at != order_.end(); ++at) {
    Line& line = lines_[*at];
    if (line.running >= limits_.running_per_key_max) continue;
    if (line.is_stranger && strangers_ >= limits_.strangers_max) continue;
    key = *at;
    job = std::move(line.waiting.front());
    line.waiting.pop_front();
    ++line.running;
    if (line.is_stranger) ++strangers_;
    order_.erase(at);
    if (!line.waiting.empty()) order_.push_back(key);  // behind all others
    return true;
  }
  return false;
}

void Turns::work() {
  while (true) {
    std::string key;
    Job job;
    {
      const MutexLock lock(mutex_);
      while (!next(key, job)) {
        if (ended_) return;
        changed_.wait(mutex_);
      }
    }
    job(true);
    job = nullptr;  // what it holds goes before the next one begins
    const MutexLock lock(mutex_);
    const auto line = lines_.find(key);
    --line->second.running;
    if (line->second.is_stranger) --strangers_;
    if (line->second.running == 0 && line->second.waiting.empty()) lines_.erase(line);
    changed_.notify_all();  // somebody may run again
  }
}

}  // namespace puente::net
