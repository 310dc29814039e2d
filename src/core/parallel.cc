#include "core/parallel.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace puente {

int cores() {
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void in_parallel(int threads, std::size_t items, const std::function<void(int thread, std::size_t item)>& work) {
  std::atomic<std::size_t> next{0};
  const auto run = [&](int thread) {
    for (std::size_t item; (item = next.fetch_add(1)) < items;) work(thread, item);
  };
  std::vector<std::jthread> others;
  for (int thread = 1; thread < threads && static_cast<std::size_t>(thread) < items; ++thread)
    others.emplace_back(run, thread);
  run(0);
}

void give_way(int niceness) {
  const auto self = static_cast<id_t>(::gettid());  // Linux: of this thread alone
  if (::getpriority(PRIO_PROCESS, self) < niceness) ::setpriority(PRIO_PROCESS, self, niceness);
}

void run_apart(int niceness, const std::function<void()>& work) {
  const std::jthread apart([&] {
    give_way(niceness);
    work();
  });
}

}  // namespace puente
