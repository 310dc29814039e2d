// Many callers at once: whose turn it is, what never waits, and the end.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "core/mutex.h"
#include "net/testing_server.h"

namespace puente::net {
namespace {

using std::chrono::milliseconds;

TEST(Server, answers_200_requests_at_once) {
  ServerOptions options = mutual_options();
  options.connections_per_key_max = 200;
  options.waiting_per_key_max = 200;
  const auto server = start(options);
  const auto transport = transport_to(*server, identity("USA"), identity("COL"));
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 200; ++i)
      clients.emplace_back([&, i] {
        const std::string body = "body " + std::to_string(i);
        const auto reply = transport->post("COL", "/" + std::to_string(i), view(body), 3 * kPatienceMs);
        EXPECT_TRUE(reply.ok()) << reply.error().message;
        if (reply.ok() && text(reply->body) == "POST /partner/" + std::to_string(i) + " ?  from [USA] " + body) right++;
      });
  }
  EXPECT_EQ(right, 200);
  EXPECT_EQ(server->counts().requests, 200u);
}

TEST(Server, slow_handlers_hold_up_no_accepting_and_no_other_worker) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  ServerOptions options = server_options();
  options.threads = 2;
  const auto server = start(options, [released](const Request& request) {
    if (request.target == "/slow") released.wait();
    return echo(request);
  });
  std::jthread slow([&] { EXPECT_EQ(request(client_of(*server), "GET", "/slow", "", {}).value().status, 200); });
  for (int i = 0; i < 5; ++i) EXPECT_EQ(request(client_of(*server), "GET", "/", "", {}).value().status, 200);
  release.set_value();
}

// Asks by a thread of its own; what came, or how it failed.
std::future<Result<Response>> ask_for(const Server& server, const std::string& target, const std::string& token = "") {
  ClientOptions options = client_of(server);
  options.bearer_token = token;
  return std::async(std::launch::async, [options, target] { return request(options, "GET", target, "", {}); });
}

TEST(Server, an_answer_leaves_when_it_is_ready_and_not_after_the_whole_queue) {
  std::atomic<int> handled{0};
  std::promise<void> first_came;
  const std::shared_future<void> came = first_came.get_future().share();
  ServerOptions options = server_options();
  options.threads = 1;
  const auto server = start(options, [&, came](const Request& asked) {
    // the second one waits until the first one's answer is there
    if (handled++ == 1) {
      EXPECT_EQ(came.wait_for(std::chrono::seconds(20)), std::future_status::ready);
    }
    return echo(asked);
  });
  std::atomic<int> answered{0};
  std::vector<std::jthread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&] {
      EXPECT_TRUE(request(client_of(*server), "GET", "/", "", {}).ok());
      if (answered++ == 0) first_came.set_value();
    });
}

// Callers by their token; "unknown" is none.
Admission admit_by_token(const Request& head) {
  Admission out;
  const auto token = head.headers.find("authorization");
  out.never_waits = head.target == "/health";
  if (out.never_waits) return out;
  if (token == head.headers.end() || token->second == "Bearer unknown") {
    out.refusal.emplace();
    out.refusal->status = 401;
    return out;
  }
  out.key = token->second;
  out.reads_body = head.target != "/no_body";
  return out;
}

// The answer to /now is not held, that to /held for as long as the server is there.
Response in_windows(const Request& request) {
  Response out = echo(request);
  if (request.target == "/window" || request.target == "/late") out.window_ms = 200;
  if (request.target == "/late") std::this_thread::sleep_for(milliseconds(250));  // over the end of one window
  if (request.target == "/held") out.window_ms = 1'000'000;
  return out;
}

TEST(Server, r3_an_answer_leaves_at_the_end_of_a_window) {
  const auto server = start(server_options(), in_windows);
  const auto took_no_less_than = [&](const std::string& target, int ms) {
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(request(client_of(*server), "GET", target, "", {}).value().status, 200);
    return std::chrono::steady_clock::now() - began >= milliseconds(ms);
  };
  EXPECT_TRUE(took_no_less_than("/window", 200));
  EXPECT_TRUE(took_no_less_than("/late", 400));
}

TEST(Server, no_worker_waits_for_a_window_and_the_end_of_the_server_ends_it) {
  ServerOptions options = server_options();
  options.threads = 1;
  const auto server = start(std::move(options), in_windows);
  auto held = ask_for(*server, "/held");
  ASSERT_TRUE(eventually([&] { return server->counts().requests == 1; }));
  EXPECT_EQ(request(client_of(*server), "GET", "/now", "", {}).value().status, 200);
  EXPECT_EQ(held.wait_for(milliseconds(0)), std::future_status::timeout);
  server->stop();
  EXPECT_EQ(held.get().value().status, 200);
}

TEST(Admission, what_never_waits_is_answered_while_all_workers_are_busy) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::atomic<int> entered{0};
  ServerOptions options = server_options();
  options.admit = admit_by_token;
  const auto server = start(options, [&entered, released](const Request& asked) {
    if (asked.target == "/slow") {
      ++entered;
      released.wait();
    }
    return echo(asked);
  });
  std::vector<std::future<Result<Response>>> slow;
  for (int i = 0; i < 6; ++i) slow.push_back(ask_for(*server, "/slow", "a"));
  EXPECT_TRUE(eventually([&] { return entered == options.threads; }));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask_for(*server, "/health").get().value().status, 200);
  release.set_value();
  for (auto& each : slow) EXPECT_EQ(each.get().value().status, 200);
}

// Whoever signs in is nobody yet: however many come, whoever is known has a worker.
TEST(Admission, strangers_whose_bodies_are_read_never_hold_the_last_worker) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::atomic<int> entered{0};
  ServerOptions options = server_options();
  options.threads = 2;
  options.admit = [](const Request& head) {
    Admission out;
    if (head.target == "/known") out.key = "officer";
    return out;
  };
  const auto server = start(options, [&entered, released](const Request& asked) {
    if (asked.target == "/sign-in") {
      ++entered;
      released.wait();
    }
    return echo(asked);
  });
  std::vector<std::future<Result<Response>>> strangers;
  for (int i = 0; i < 4; ++i) strangers.push_back(ask_for(*server, "/sign-in"));
  EXPECT_TRUE(eventually([&] { return entered >= 1; }));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask_for(*server, "/known").get().value().status, 200);
  EXPECT_EQ(entered, 1);
  release.set_value();
  for (auto& each : strangers) EXPECT_EQ(each.get().value().status, 200);
}

TEST(Admission, a_flood_of_one_caller_lets_another_have_the_next_turn) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  Mutex mutex;
  std::vector<std::string> order;
  std::atomic<bool> held{false};
  std::atomic<int> admitted{0};
  ServerOptions options = server_options();
  options.admit = [&admitted](const Request& head) {
    ++admitted;
    return admit_by_token(head);
  };
  options.threads = 1;
  const auto server = start(options, [&, released](const Request& asked) {
    if (asked.target == "/hold") {
      held = true;
      released.wait();
    }
    const MutexLock lock(mutex);
    order.push_back(asked.target);
    return echo(asked);
  });
  std::vector<std::future<Result<Response>>> asked;
  asked.push_back(ask_for(*server, "/hold", "flood"));
  EXPECT_TRUE(eventually([&] { return held.load(); }));  // before it, some of the flood would be answered first
  for (int i = 0; i < 20; ++i) asked.push_back(ask_for(*server, "/flood", "flood"));
  EXPECT_TRUE(eventually([&] { return admitted == 21; }));
  asked.push_back(ask_for(*server, "/other", "other"));
  EXPECT_TRUE(eventually([&] { return admitted == 22; }));
  std::this_thread::sleep_for(milliseconds(100));  // the little that is between admission and the queue
  release.set_value();
  for (auto& each : asked) EXPECT_EQ(each.get().value().status, 200);
  const auto other = std::find(order.begin(), order.end(), "/other");
  EXPECT_LE(other - order.begin(), 2);
}

TEST(Admission, a_stranger_s_body_is_not_read) {
  ServerOptions options = server_options();
  options.admit = admit_by_token;
  const auto server = start(options, [](const Request&) -> Response {
    ADD_FAILURE() << "reached the handler";
    return {};
  });
  RawTls client(server->port());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30000000\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_TRUE(client.receive_until("\r\n\r\n").starts_with("HTTP/1.1 401"));
}

TEST(Admission, strangers_who_are_refused_often_are_answered_later_and_counted) {
  ServerOptions options = server_options();
  options.admit = admit_by_token;
  options.refusal_wait_ms_max = 200;
  const auto server = start(options);
  const auto begun = std::chrono::steady_clock::now();
  for (int i = 0; i < 12; ++i) EXPECT_EQ(ask_for(*server, "/", "unknown").get().value().status, 401);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(50 + 100 + 150 + 4 * 200));
  EXPECT_EQ(server->counts().strangers_refused, 12u);
  EXPECT_EQ(server->counts().requests, 0u);
}

TEST(Admission, who_is_to_wait_is_not_handled_before_nor_refused_and_the_end_of_the_server_ends_it) {
  std::atomic<int> waiting{0};
  ServerOptions options = server_options();
  options.admit = [&waiting](const Request& head) {
    Admission out = admit_by_token(head);
    if (head.target == "/wait" || head.target == "/refused") {
      ++waiting;
      out.wait_ms = 3'600'000;
    }
    if (head.target == "/refused") out.refusal = Response{429, "text/plain", {}, {}, ""};
    return out;
  };
  const auto server = start(options, [](const Request& asked) {
    EXPECT_EQ(asked.target, "/");
    return echo(asked);
  });
  auto waits = ask_for(*server, "/wait", "a"), refused = ask_for(*server, "/refused", "a");
  EXPECT_TRUE(eventually([&] { return waiting == 2; }));
  EXPECT_EQ(ask_for(*server, "/", "a").get().value().status, 200);
  EXPECT_EQ(server->counts().requests_refused, 0u);
  server->stop();
  EXPECT_FALSE(waits.get().ok());
  (void)refused.get();  // whatever it is told, not later
  EXPECT_EQ(server->counts().requests, 1u);
}

TEST(Admission, a_handler_may_be_asked_without_the_body) {
  ServerOptions options = server_options();
  options.admit = admit_by_token;
  const auto server = start(options);
  RawTls client(server->port());
  ASSERT_TRUE(
      client.send("POST /no_body HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nContent-Length: 30000000\r\n\r\n"));
  const std::string answer = client.receive_until("from [] ");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_NE(answer.find("connection: close"), std::string::npos);
}

TEST(Admission, one_caller_s_bodies_leave_room_for_another_s) {
  ServerOptions options = server_options();
  options.admit = admit_by_token;
  options.bodies_per_key_bytes_max = 1500;
  HeldRequest held;
  const auto server = start(options, held.handler());
  RawTls first(server->port());
  ASSERT_TRUE(first.send("POST /1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nContent-Length: 1000\r\n\r\n" +
                         std::string(1000, 'x')));
  held.wait_for_it();
  ClientOptions same = client_of(*server), other = client_of(*server);
  same.bearer_token = "a";
  other.bearer_token = "b";
  const auto answer = request(same, "POST", "/2", "text/plain", Bytes(1000)).value();
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.headers.contains("retry-after"));
  EXPECT_EQ(request(other, "POST", "/3", "text/plain", Bytes(1400)).value().status, 200);
  held.let_go();
  EXPECT_TRUE(first.receive_until("\r\n\r\n").starts_with("HTTP/1.1 200"));
}

TEST(Admission, a_caller_whose_connections_are_all_busy_is_turned_away_and_another_is_not) {
  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  std::atomic<int> entered{0};
  ServerOptions options = server_options();
  options.admit = admit_by_token;
  options.threads = 3;
  options.connections_per_key_max = 2;
  const auto server = start(options, [&entered, released](const Request& asked) {
    if (asked.target == "/slow") {
      ++entered;
      released.wait();
    }
    return echo(asked);
  });
  auto first = ask_for(*server, "/slow", "a"), second = ask_for(*server, "/slow", "a");
  EXPECT_TRUE(eventually([&] { return entered == 2; }));
  EXPECT_EQ(ask_for(*server, "/", "a").get().value().status, 503);
  EXPECT_EQ(ask_for(*server, "/", "b").get().value().status, 200);
  release.set_value();
  EXPECT_EQ(first.get().value().status, 200);
  EXPECT_EQ(second.get().value().status, 200);
}

TEST(Server, stop_lets_running_requests_end_and_takes_no_more) {
  std::promise<void> entered, release;
  const std::shared_future<void> released = release.get_future().share();
  const auto server = start(server_options(), [&entered, released](const Request& request) {
    entered.set_value();
    released.wait();
    return echo(request);
  });
  const RawTls idle(server->port());
  auto running = std::async(std::launch::async, [&] { return request(client_of(*server), "GET", "/last", "", {}); });
  entered.get_future().wait();
  std::jthread stopping([&] { server->stop(); });
  EXPECT_TRUE(idle.tcp().is_closed_by_server());
  EXPECT_TRUE(eventually([&] {
    ClientOptions late = client_of(*server);
    late.wait_ms_max = 500;
    const auto answer = request(late, "GET", "/late", "", {});
    return !answer.ok() && answer.error().code == Code::kUnavailable;
  }));
  release.set_value();
  const auto answer = running.get();
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(text(answer->body), "GET /last ?  from [] ");
  stopping.join();
  server->stop();  // again: nothing
}

TEST(Server, stop_cuts_what_does_not_end) {
  std::promise<void> entered;
  std::atomic<bool> handler_ended{false};
  ServerOptions options = server_options();
  options.stop_wait_ms_max = 100;
  auto server = start(options, [&](const Request& request) {
    entered.set_value();
    std::this_thread::sleep_for(milliseconds(500));  // a handler slower than the stop waits
    handler_ended = true;
    return echo(request);
  });
  auto running = std::async(std::launch::async, [&] { return request(client_of(*server), "GET", "/", "", {}); });
  entered.get_future().wait();
  server->stop();
  EXPECT_TRUE(handler_ended);  // was waited for: its captures may go now
  server.reset();
  EXPECT_EQ(running.get().error().code, Code::kUnavailable);
}

TEST(Server, stops_under_load) {
  for (int round = 0; round < 5; ++round) {
    auto server = start(mutual_options());
    const auto transport = transport_to(*server, identity("USA"), identity("COL"));
    std::atomic<int> answered{0};
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i)
      clients.emplace_back([&] {
        while (const auto reply = transport->post("COL", "/", view("x"), kPatienceMs)) {
          EXPECT_TRUE(reply->status == 200 || reply->status == 503) << reply->status;  // 503: waited when the end came
          answered++;
        }
      });
    EXPECT_TRUE(eventually([&] { return answered >= 10; }));
    server.reset();
  }
}

}  // namespace
}  // namespace puente::net
