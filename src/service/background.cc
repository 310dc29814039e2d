// A node's background: threads that wait for nothing of one another but the store's transaction.
#include <spdlog/spdlog.h>

#include "service/inside.h"

namespace puente::service {
namespace {

constexpr std::int64_t kLookEveryMs = 500;  // whether something is due whose pause or date is over
constexpr std::int64_t kSweepEveryMs = 5'000;
constexpr std::int64_t kNamesReadMs = 60'000;  // once they are, nothing more is to do

// A thread outlives what goes wrong in it, memory that ran out above all.
void on_and_on(Node::Inside& in, const char* what, const std::function<void()>& step) {
  while (!in.courier.is_stopped()) {
    try {
      step();
      continue;
    } catch (const std::exception& problem) {
      spdlog::error("{}: {}: trying again", what, problem.what());
    } catch (...) {
      spdlog::error("{}: trying again", what);
    }
    in.courier.pause(1'000);
  }
}

}  // namespace

void Node::work() {
  Inside& in = *inside_;
  watch_clock(in);
  do_tasks(in);
  in.oversight.work(in.journal);
  if (!why_silent(in)) in.courier.work();
  const std::int64_t now_ms = in.now_ms();
  if (now_ms - in.swept_ms < kSweepEveryMs && now_ms >= in.swept_ms) return;
  in.swept_ms = now_ms;
  in.store->tidy();
  log_refused_messages(in);
  keep_budget(in, false);
  sweep(in);
  in.roster.keep_snapshot();
}

void Node::start() {
  Inside& in = *inside_;
  CHECK(in.background.empty());
  spdlog::default_logger_raw();  // made before there are threads: TSan does not see how its library makes it
  const auto thread = [&in](const char* what, std::function<void()> step) {
    in.background.emplace_back([&in, what, step = std::move(step)] { on_and_on(in, what, step); });
  };
  thread("deliveries", [&in, seen = std::uint64_t{0}]() mutable {
    if (!why_silent(in)) in.courier.dispatch();
    in.courier.wait(kLookEveryMs, seen);
  });
  thread("names", [&in] {
    const Status read = in.names.fill(in.stopping);
    if (!read.ok() && !in.stopping) spdlog::error("names: {}: trying again", read.error().message);
    in.courier.pause(read.ok() ? kNamesReadMs : kSweepEveryMs);
  });
  for (int i = 0; i < Courier::kThreads; ++i) thread("a delivery", [&in] { in.courier.deliver_next(); });
  thread("searches for later", [&in, seen = std::uint64_t{0}]() mutable {
    do_tasks(in);
    in.courier.wait(kLookEveryMs, seen);
  });
  thread("overseers", [&in, seen = std::uint64_t{0}]() mutable {
    in.oversight.work(in.journal);
    in.courier.wait(kLookEveryMs, seen);
  });
  thread("dates", [&in] {
    watch_clock(in);
    in.store->tidy();
    log_refused_messages(in);
    keep_budget(in, false);
    sweep(in);
    in.roster.keep_snapshot();
    in.courier.pause(kSweepEveryMs);
  });
}

void Node::stop() {
  Inside& in = *inside_;
  in.stopping = true;  // partners' questions under way are given up, without an answer
  in.courier.stop();
  for (std::thread& each : in.background) each.join();
  in.background.clear();
  keep_budget(in, true);
}

}  // namespace puente::service
