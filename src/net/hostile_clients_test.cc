// Limits, and clients that are slow, silent, greedy or wrong.
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "net/testing_server.h"

namespace puente::net {
namespace {

using std::chrono::milliseconds;

TEST(Limits, body_over_the_limit_gets_413_by_its_header_and_by_its_chunks) {
  ServerOptions options = server_options();
  options.body_bytes_max = 1000;
  const auto server = start(options);
  EXPECT_EQ(request(client_of(*server), "POST", "/", "text/plain", Bytes(1000)).value().status, 200);
  for (const std::size_t size : {std::size_t{1001}, std::size_t{4} << 20}) {
    const Response response = request(client_of(*server), "POST", "/", "text/plain", Bytes(size)).value();
    EXPECT_EQ(response.status, 413) << size;
    EXPECT_TRUE(text(response.body).find(R"("error":{"code":"too_large","message":)") != std::string::npos);
  }
  RawTls chunked(server->port());
  std::string sent = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 11; ++i) sent += "64\r\n" + std::string(100, 'x') + "\r\n";
  ASSERT_TRUE(chunked.send(sent));
  EXPECT_TRUE(chunked.receive_until("\r\n\r\n").starts_with("HTTP/1.1 413"));
}

TEST(Limits, bodies_together_over_the_limit_get_503) {
  ServerOptions options = server_options();
  options.bodies_bytes_max = 1500;
  HeldRequest held;
  const auto server = start(options, held.handler());
  RawTls first(server->port());
  ASSERT_TRUE(first.send("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x')));
  held.wait_for_it();
  EXPECT_EQ(request(client_of(*server), "POST", "/2", "text/plain", Bytes(1000)).value().status, 503);
  held.let_go();
  EXPECT_TRUE(first.receive_until("\r\n\r\n").starts_with("HTTP/1.1 200"));
  EXPECT_EQ(request(client_of(*server), "POST", "/3", "text/plain", Bytes(1000)).value().status, 200);
}

TEST(Limits, long_header_gets_431) {
  const auto server = start(server_options());
  RawTls client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(limits::kHeaderBytesMax, 'x') + "\r\n\r\n");
  EXPECT_TRUE(client.receive_until("\r\n\r\n").starts_with("HTTP/1.1 431"));
}

TEST(Limits, what_is_not_http_gets_400_and_the_reason) {
  const auto server = start(server_options(), [](const Request&) -> Response {
    ADD_FAILURE() << "reached the handler";
    return {};
  });
  const std::string cases[] = {
      "garbage\r\n\r\n",
      std::string("\0\x01\x02\xff\r\n\r\n", 8),
      "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nBad Header: a\r\n\r\n",
      "GET http://elsewhere/ HTTP/1.1\r\nHost: a\r\n\r\n",
      "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /v1/cases?partner=\xff HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\xc3\xb1 HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\x7f HTTP/1.1\r\nHost: a\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      "POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
  };
  for (const std::string& sent : cases) {
    RawTls client(server->port());
    ASSERT_TRUE(client.send(sent));
    const std::string answer = client.receive_until("}}\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400")) << sent << answer;
    EXPECT_NE(answer.find(R"("error":{"code":"invalid_input","message":)"), std::string::npos) << sent << answer;
  }
  EXPECT_EQ(server->counts().requests_refused, std::size(cases));
}

TEST(Limits, bytes_that_are_not_tls_are_dropped) {
  const auto server = start(server_options());
  for (const std::string& sent :
       {std::string("GET / HTTP/1.1\r\n\r\n"), std::string(20'000, '\xff'), std::string("\x16\x03\x01\x02\x00", 5)}) {
    const RawTcp client(server->port());
    client.send(sent);
    ::shutdown(client.descriptor(), SHUT_WR);
    EXPECT_TRUE(client.is_closed_by_server());
  }
  EXPECT_TRUE(eventually([&] { return server->counts().handshakes_refused == 3; }));
  EXPECT_EQ(request(client_of(*server), "GET", "/", "", {}).value().status, 200);
}

TEST(Limits, slow_clients_are_dropped_at_every_step) {
  ServerOptions options = server_options();
  options.request_wait_ms_max = 300;
  const auto server = start(options);
  const RawTcp no_handshake(server->port());
  RawTls idle(server->port()), half_header(server->port()), half_body(server->port()), drop_by_drop(server->port());
  half_header.send("GET / HTTP/1.1\r\nHo");
  half_body.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
  std::jthread dripping([&](const std::stop_token& ended) {  // each drop comes in time, the whole never
    drop_by_drop.send("GET / HTTP/1.1\r\nX: ");
    while (!ended.stop_requested() && drop_by_drop.send("x")) std::this_thread::sleep_for(milliseconds(50));
  });
  EXPECT_TRUE(no_handshake.is_closed_by_server());
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_EQ(half_header.receive_all(), "");
  EXPECT_EQ(half_body.receive_all(), "");
  dripping = {};  // after all others were dropped
  EXPECT_TRUE(drop_by_drop.tcp().is_closed_by_server());
  EXPECT_EQ(server->counts().requests, 0u);
}

TEST(Limits, a_client_that_does_not_take_its_answer_is_dropped) {
  ServerOptions options = server_options();
  options.request_wait_ms_max = 300;
  options.connections_max = 1;
  const auto server = start(options, [](const Request&) {
    Response response;
    response.body.resize(64u << 20);
    return response;
  });
  RawTls client(server->port());
  ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  client.receive_until("\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return RawTls(server->port()).shaken(); }));  // its place is free again
}

TEST(Limits, in_a_full_house_the_longest_idle_connection_makes_room) {
  ServerOptions options = server_options();
  options.connections_max = 2;
  const auto server = start(options);
  const RawTls first(server->port());
  RawTls second(server->port());
  ASSERT_TRUE(first.shaken() && second.shaken());
  EXPECT_EQ(request(client_of(*server), "GET", "/", "", {}).value().status, 200);
  EXPECT_TRUE(first.tcp().is_closed_by_server());
  EXPECT_EQ(server->counts().connections_cut, 1u);
  ASSERT_TRUE(second.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(second.receive_until("\r\n\r\n").starts_with("HTTP/1.1 200"));
}

TEST(Limits, connections_whose_requests_run_make_no_room) {
  std::promise<void> entered, release;
  const std::shared_future<void> released = release.get_future().share();
  ServerOptions options = server_options();
  options.connections_max = 1;
  const auto server = start(options, [&entered, released](const Request& asked) {
    entered.set_value();
    released.wait();
    return echo(asked);
  });
  auto running = std::async(std::launch::async, [&] { return request(client_of(*server), "GET", "/1", "", {}); });
  entered.get_future().wait();
  EXPECT_FALSE(request(client_of(*server), "GET", "/2", "", {}).ok());
  EXPECT_EQ(server->counts().connections_refused, 1u);
  release.set_value();
  EXPECT_TRUE(running.get().ok());
}

TEST(Limits, silent_sockets_of_strangers_keep_nobody_out) {
  const auto server = start(mutual_options());
  std::vector<std::unique_ptr<RawTcp>> silent;
  for (int i = 0; i < 300; ++i) silent.push_back(std::make_unique<RawTcp>(server->port()));
  const auto transport = transport_to(*server, identity("USA"), identity("COL"));
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(transport->post("COL", "/", view("x"), kPatienceMs).ok());
  EXPECT_GE(server->counts().connections_cut, 300u - limits::kStrangersPerAddressMax);
}

TEST(Limits, a_stranger_is_waited_for_less_than_somebody_known) {
  ServerOptions options = mutual_options();
  options.stranger_wait_ms_max = 300;
  const auto server = start(options);
  RawTls known(server->port(), TLS1_3_VERSION, &identity("USA"));
  const RawTcp stranger(server->port());
  ASSERT_TRUE(known.shaken());
  EXPECT_TRUE(stranger.is_closed_by_server());
  EXPECT_EQ(server->counts().connections_cut, 0u);
  ASSERT_TRUE(known.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(known.receive_until("\r\n\r\n").starts_with("HTTP/1.1 200"));
}

TEST(Limits, a_connection_serves_a_bounded_number_of_requests) {
  ServerOptions options = server_options();
  options.requests_per_connection_max = 3;
  const auto server = start(options);
  RawTls client(server->port());
  std::string sent;
  for (int i = 0; i < 5; ++i) sent += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_TRUE(client.send(sent));
  const std::string answers = client.receive_all();
  EXPECT_NE(answers.find("GET /2 "), std::string::npos);
  EXPECT_EQ(answers.find("GET /3 "), std::string::npos);
  EXPECT_EQ(server->counts().requests, 3u);
}

TEST(Limits, a_client_that_leaves_before_the_answer_harms_nobody) {
  const auto ignored = ::signal(SIGPIPE, SIG_DFL);  // the server does not rely on its being ignored
  const auto server = start(server_options(), [](const Request&) {
    std::this_thread::sleep_for(milliseconds(20));
    Response response;
    response.body.resize(4u << 20);
    return response;
  });
  for (int i = 0; i < 5; ++i) {
    RawTls client(server->port());
    ASSERT_TRUE(client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  }
  EXPECT_TRUE(eventually([&] { return server->counts().requests == 5; }));
  EXPECT_EQ(request(client_of(*server), "GET", "/", "", {}).value().status, 200);
  ::signal(SIGPIPE, ignored);
}

TEST(Limits, expect_100_continue_is_answered) {
  const auto server = start(server_options());
  RawTls client(server->port());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_TRUE(client.receive_until("\r\n\r\n").starts_with("HTTP/1.1 100"));
  ASSERT_TRUE(client.send("ok"));
  EXPECT_TRUE(client.receive_until("\r\n\r\n").starts_with("HTTP/1.1 200"));
}

}  // namespace
}  // namespace puente::net
