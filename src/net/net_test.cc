// Real TLS on the loopback interface, on free ports.
#include "net/net.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>

#include "core/mutex.h"
#include "net/certificate.h"
#include "net/testing_sockets.h"

namespace puente::net {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kPatienceMs = kSocketPatienceMs;

// Making keys is quick, but not under the sanitizers: made once.
const Identity& identity(const std::string& name) {
  static Mutex mutex;
  static std::map<std::string, Identity> made;
  const MutexLock lock(mutex);
  const auto found = made.find(name);
  if (found != made.end()) return found->second;
  return made.emplace(name, make_identity(name, 30).value()).first->second;
}
Digest digest_of(const Identity& of) {
  return certificate_sha256(of.certificate_pem).value();
}

Response echo(const Request& request) {
  Response response;
  response.content_type = "text/plain";
  response.body =
      to_bytes(request.method + " " + request.target + " ? " + request.query + " from [" + request.peer + "] ");
  response.body.insert(response.body.end(), request.body.begin(), request.body.end());
  return response;
}

ServerOptions server_options() {
  ServerOptions options;
  options.identity = identity("COL");
  return options;
}
ServerOptions mutual_options() {
  ServerOptions options = server_options();
  options.pinned_peers = {{"USA", digest_of(identity("USA"))}};
  return options;
}
std::unique_ptr<Server> start(ServerOptions options, Handler handler = echo) {
  return Server::start(std::move(options), std::move(handler)).value();
}
ClientOptions client_of(const Server& server) {
  ClientOptions options;
  options.url = "https://127.0.0.1:" + std::to_string(server.port());
  options.ca_pem = identity("COL").certificate_pem;
  options.wait_ms_max = kPatienceMs;
  return options;
}
std::unique_ptr<PinnedTransport> transport_to(const Server& server, const Identity& own, const Identity& expected) {
  auto transport = std::make_unique<PinnedTransport>(own);
  transport->set_peer("COL", {"127.0.0.1", server.port(), "/partner", digest_of(expected)});
  return transport;
}

// Waits for what another thread brings about; fails instead of hanging.
bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return false;
}

// --- certificates

TEST(Certificate, is_made_for_the_local_names_and_hashed_over_its_der_form) {
  const Identity made = make_identity("node.example", 7).value();
  EXPECT_TRUE(made.certificate_pem.starts_with("-----BEGIN CERTIFICATE-----"));
  EXPECT_TRUE(made.key_pem.starts_with("-----BEGIN PRIVATE KEY-----"));
  const std::size_t begin = made.certificate_pem.find('\n');
  std::string base64 = made.certificate_pem.substr(begin, made.certificate_pem.find("-----END") - begin);
  std::erase(base64, '\n');
  EXPECT_EQ(digest_of(made), sha256(from_base64(base64).value()));
  EXPECT_NE(digest_of(made), digest_of(make_identity("node.example", 7).value()));
}

TEST(Certificate, refuses_names_days_and_texts_that_make_none) {
  for (const std::string& name : {std::string(), std::string(65, 'a'), std::string("a\nb"), std::string("ñ")})
    EXPECT_EQ(make_identity(name, 7).error().code, Code::kInvalidInput) << name;
  EXPECT_TRUE(make_identity("República? no: plain, punctuation; is fine", 7).error().code == Code::kInvalidInput);
  EXPECT_TRUE(make_identity("a name, with: punctuation", 7).ok());
  EXPECT_TRUE(make_identity("10.1.2.3", 7).ok());
  EXPECT_EQ(make_identity("node", 0).error().code, Code::kInvalidInput);
  EXPECT_EQ(make_identity("node", 5000).error().code, Code::kInvalidInput);
  EXPECT_EQ(certificate_sha256("").error().code, Code::kInvalidInput);
  EXPECT_EQ(certificate_sha256("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").error().code,
            Code::kInvalidInput);
  EXPECT_EQ(certificate_sha256(identity("COL").key_pem).error().code, Code::kInvalidInput);
}

TEST(Server, does_not_start_with_another_s_key_nor_on_a_taken_port_nor_on_a_name) {
  ServerOptions options = server_options();
  options.identity.key_pem = identity("USA").key_pem;
  EXPECT_EQ(Server::start(options, echo).error().code, Code::kInvalidInput);

  const auto server = start(server_options());
  options = server_options();
  options.port = server->port();
  EXPECT_EQ(Server::start(options, echo).error().code, Code::kConflict);
  options.address = "localhost";
  EXPECT_EQ(Server::start(options, echo).error().code, Code::kInvalidInput);
}

// --- the own API's listener and its client

TEST(Api, request_and_answer_travel_whole) {
  const auto server = start(server_options(), [](const Request& request) {
    Response response = echo(request);
    response.status = 201;
    response.headers["location"] = "/persons/7";
    for (const char* name : {"authorization", "content-type"})
      response.headers["x-saw-" + std::string(name)] = request.headers.at(name);
    response.headers["x-address"] = request.remote_address;
    return response;
  });
  ClientOptions options = client_of(*server);
  options.bearer_token = "t0ken";
  const Response response = request(options, "POST", "/persons?a=1&b=%20", "text/csv", view("body")).value();
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.content_type, "text/plain");
  EXPECT_EQ(text(response.body), "POST /persons ? a=1&b=%20 from [] body");
  EXPECT_EQ(response.headers.at("location"), "/persons/7");
  EXPECT_EQ(response.headers.at("x-saw-authorization"), "Bearer t0ken");
  EXPECT_EQ(response.headers.at("x-saw-content-type"), "text/csv");
  EXPECT_EQ(response.headers.at("x-address"), "127.0.0.1");
  EXPECT_EQ(response.headers.at("cache-control"), "no-store");
  EXPECT_EQ(server->counts().requests, 1u);
}

TEST(Api, server_is_believed_by_its_pin_or_its_authority_only) {
  const auto server = start(server_options());
  ClientOptions options = client_of(*server);
  options.url = "https://localhost:" + std::to_string(server->port()) + "/base/";
  EXPECT_EQ(text(request(options, "GET", "/", "", {}).value().body), "GET /base/ ?  from [] ");

  options.ca_pem = identity("USA").certificate_pem;
  EXPECT_EQ(request(options, "GET", "/", "", {}).error().code, Code::kUnauthenticated);
  options.certificate_sha256 = digest_of(identity("COL"));
  EXPECT_EQ(request(options, "GET", "/", "", {}).error().code, Code::kInvalidInput);  // both
  options.ca_pem = "";
  EXPECT_TRUE(request(options, "GET", "/", "", {}).ok());
  options.certificate_sha256 = digest_of(identity("USA"));
  EXPECT_EQ(request(options, "GET", "/", "", {}).error().code, Code::kUnauthenticated);
  options.certificate_sha256.reset();
  EXPECT_EQ(request(options, "GET", "/", "", {}).error().code, Code::kInvalidInput);  // neither
}

TEST(Api, an_authority_does_not_vouch_for_a_host_that_the_certificate_does_not_name) {
  const auto server = start(server_options());
  ClientOptions options = client_of(*server);
  options.url = "https://127.0.0.2:" + std::to_string(server->port());
  ServerOptions elsewhere = server_options();
  elsewhere.address = "127.0.0.2";
  elsewhere.port = server->port();
  const auto impostor = start(elsewhere);
  EXPECT_EQ(request(options, "GET", "/", "", {}).error().code, Code::kUnauthenticated);
}

TEST(Api, client_refuses_what_it_cannot_send) {
  ClientOptions options;
  options.certificate_sha256 = Digest{};
  for (const char* url : {"", "http://localhost:1", "https://", "https://:1", "https://a:0", "https://a:99999",
                          "https://a:1x", "https://a b:1", "https://u@a:1", "https://[::1:1"}) {
    options.url = url;
    EXPECT_EQ(request(options, "GET", "/", "", {}).error().code, Code::kInvalidInput) << url;
  }
  options.url = "https://[::1]:1";
  EXPECT_EQ(request(options, "GET", "/", "", {}).error().code, Code::kUnavailable);  // understood
  EXPECT_EQ(request(options, "GET", "path", "", {}).error().code, Code::kInvalidInput);
  EXPECT_EQ(request(options, "GET", "/a b", "", {}).error().code, Code::kInvalidInput);
  EXPECT_EQ(request(options, "G T", "/", "", {}).error().code, Code::kInvalidInput);
  options.bearer_token = "a\r\nX: y";
  EXPECT_EQ(request(options, "GET", "/", "", {}).error().code, Code::kInvalidInput);
}

TEST(Api, handler_that_throws_or_answers_nonsense_gives_500) {
  const auto server = start(server_options(), [](const Request& request) -> Response {
    Response response;
    if (request.target == "/throw") throw std::runtime_error("a bug");
    if (request.target == "/status") response.status = 7;
    if (request.target == "/header") response.headers["x"] = "a\r\nset-cookie: b";
    if (request.target == "/empty") {
      response.status = 204;
      response.body = to_bytes("must not be sent");
    }
    return response;
  });
  for (const char* target : {"/throw", "/status", "/header"}) {
    const Response response = request(client_of(*server), "GET", target, "", {}).value();
    EXPECT_EQ(response.status, 500) << target;
    EXPECT_TRUE(text(response.body).starts_with(R"({"error":{"code":"internal","message":)")) << target;
  }
  const Response empty = request(client_of(*server), "GET", "/empty", "", {}).value();
  EXPECT_EQ(empty.status, 204);
  EXPECT_TRUE(empty.body.empty());
}

TEST(Api, head_has_the_length_of_the_answer_and_no_body) {
  const auto server = start(server_options());
  const Response response = request(client_of(*server), "HEAD", "/x", "", {}).value();
  EXPECT_EQ(response.headers.at("content-length"), std::to_string(std::string("HEAD /x ?  from [] ").size()));
  EXPECT_TRUE(response.body.empty());
}

TEST(Api, tls_1_2_is_refused) {
  const auto server = start(server_options());
  EXPECT_TRUE(RawTls(server->port()).shaken());
  EXPECT_FALSE(RawTls(server->port(), TLS1_2_VERSION).shaken());
  EXPECT_TRUE(eventually([&] { return server->counts().handshakes_refused == 1; }));
}

// --- partners: mutual TLS

TEST(Partner, the_pinned_one_is_let_in_and_named) {
  const auto server = start(mutual_options());
  const auto transport = transport_to(*server, identity("USA"), identity("COL"));
  const Reply reply = transport->post("COL", "/questions", view("sealed"), kPatienceMs).value();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(text(reply.body), "POST /partner/questions ?  from [USA] sealed");
  EXPECT_EQ(transport->post("MEX", "/questions", {}, kPatienceMs).error().code, Code::kNotFound);
}

TEST(Partner, an_unknown_certificate_is_refused_and_none_as_well) {
  const auto server = start(mutual_options(), [](const Request&) -> Response {
    ADD_FAILURE() << "reached the handler";
    return {};
  });
  const auto stranger = transport_to(*server, identity("stranger"), identity("COL"));
  EXPECT_EQ(stranger->post("COL", "/", view("x"), kPatienceMs).error().code, Code::kUnauthenticated);
  // also while it has much to say, which the server does not want to hear
  EXPECT_EQ(stranger->post("COL", "/", Bytes(8u << 20), kPatienceMs).error().code, Code::kUnauthenticated);
  EXPECT_EQ(request(client_of(*server), "GET", "/", "", {}).error().code, Code::kUnauthenticated);
  EXPECT_TRUE(eventually([&] { return server->counts().handshakes_refused == 3; }));
}

TEST(Partner, a_copied_certificate_without_its_key_is_of_no_use) {
  const auto server = start(mutual_options());
  Identity thief{identity("USA").certificate_pem, identity("stranger").key_pem};
  const auto transport = transport_to(*server, thief, identity("COL"));
  EXPECT_EQ(transport->post("COL", "/", {}, kPatienceMs).error().code, Code::kInvalidInput);
}

TEST(Partner, a_server_with_another_certificate_is_not_spoken_to) {
  const auto server = start(mutual_options(), [](const Request&) -> Response {
    ADD_FAILURE() << "reached the handler";
    return {};
  });
  const auto transport = transport_to(*server, identity("USA"), identity("stranger"));
  EXPECT_EQ(transport->post("COL", "/", view("x"), kPatienceMs).error().code, Code::kUnauthenticated);
}

TEST(Partner, dates_of_pinned_certificates_count_on_both_sides) {
  const std::time_t now = std::time(nullptr);
  const Identity past = make_identity_between("USA", now - 7200, now - 3600).value();
  const Identity future = make_identity_between("USA", now + 3600, now + 7200).value();
  ServerOptions options = mutual_options();
  options.pinned_peers.emplace_back("USA", digest_of(past));
  options.pinned_peers.emplace_back("USA", digest_of(future));
  const auto server = start(options);
  for (const Identity* own : {&past, &future}) {
    const auto transport = transport_to(*server, *own, identity("COL"));
    EXPECT_EQ(transport->post("COL", "/", {}, kPatienceMs).error().code, Code::kUnauthenticated);
  }
  options = mutual_options();
  options.identity = past;
  const auto expired = start(options);
  const auto transport = transport_to(*expired, identity("USA"), past);
  EXPECT_EQ(transport->post("COL", "/", {}, kPatienceMs).error().code, Code::kUnauthenticated);
}

TEST(Partner, pins_change_while_running_also_for_connections_that_stand) {
  const auto server = start(mutual_options());
  RawTls standing(server->port(), TLS1_3_VERSION, &identity("USA"));
  const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_TRUE(standing.send(get));
  EXPECT_TRUE(standing.receive_until("\r\n\r\n").starts_with("HTTP/1.1 200"));
  EXPECT_FALSE(standing.could_resume());  // else it could pass the pins by

  server->set_pinned_peers({{"MEX", digest_of(identity("MEX"))}});
  ASSERT_TRUE(standing.send(get));
  EXPECT_NE(standing.receive_until("}}\n").find("HTTP/1.1 401"), std::string::npos);
  const auto usa = transport_to(*server, identity("USA"), identity("COL"));
  EXPECT_EQ(usa->post("COL", "/", {}, kPatienceMs).error().code, Code::kUnauthenticated);
  const auto mex = transport_to(*server, identity("MEX"), identity("COL"));
  EXPECT_EQ(text(mex->post("COL", "/", {}, kPatienceMs).value().body), "POST /partner/ ?  from [MEX] ");

  server->set_pinned_peers({});  // nobody, not everybody
  EXPECT_EQ(mex->post("COL", "/", {}, kPatienceMs).error().code, Code::kUnauthenticated);
}

TEST(Partner, one_certificate_under_two_names_is_accepted_for_neither) {
  ServerOptions options = mutual_options();
  options.pinned_peers.emplace_back("MEX", digest_of(identity("USA")));
  const auto server = start(options);
  const auto transport = transport_to(*server, identity("USA"), identity("COL"));
  EXPECT_EQ(transport->post("COL", "/", {}, kPatienceMs).error().code, Code::kUnauthenticated);
}

TEST(Partner, mutual_without_any_pin_lets_nobody_in) {
  ServerOptions options = server_options();
  options.mutual = true;
  const auto server = start(options);
  const auto transport = transport_to(*server, identity("USA"), identity("COL"));
  EXPECT_EQ(transport->post("COL", "/", {}, kPatienceMs).error().code, Code::kUnauthenticated);
}

TEST(Partner, down_is_unavailable) {
  auto server = start(mutual_options());
  const auto transport = transport_to(*server, identity("USA"), identity("COL"));
  server.reset();
  EXPECT_EQ(transport->post("COL", "/", {}, kPatienceMs).error().code, Code::kUnavailable);
  transport->set_peer("COL", {"no-such-host.invalid", 443, "", {}});
  const Code code = transport->post("COL", "/", {}, 2000).error().code;
  EXPECT_TRUE(code == Code::kUnavailable || code == Code::kDeadlineExceeded);  // as the resolver here pleases
}

// Accepts, since the system does, and never says a word.
class Tarpit {
 public:
  Tarpit() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<const sockaddr*>(&address_), sizeof address_), 0);
    EXPECT_EQ(::listen(listener_, 5), 0);
    socklen_t size = sizeof address_;
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address_), &size), 0);
  }
  ~Tarpit() { ::close(listener_); }
  Peer as_peer() const { return {"127.0.0.1", ntohs(address_.sin_port), "", digest_of(identity("COL"))}; }

 private:
  int listener_;
  sockaddr_in address_{};
};

TEST(Partner, silent_at_any_step_is_past_its_deadline) {
  const Tarpit tarpit;
  PinnedTransport transport(identity("USA"));
  transport.set_peer("COL", tarpit.as_peer());
  EXPECT_EQ(transport.post("COL", "/", {}, 200).error().code, Code::kDeadlineExceeded);

  std::promise<void> release;
  const std::shared_future<void> released = release.get_future().share();
  const auto slow = start(mutual_options(), [released](const Request& request) {
    if (request.target == "/partner/wait") released.wait();
    return echo(request);
  });
  const auto to_slow = transport_to(*slow, identity("USA"), identity("COL"));
  EXPECT_EQ(to_slow->post("COL", "/wait", {}, 200).error().code, Code::kDeadlineExceeded);
  EXPECT_EQ(to_slow->post("COL", "/", {}, 0).error().code, Code::kDeadlineExceeded);
  EXPECT_TRUE(to_slow->post("COL", "/", {}, kPatienceMs).ok());  // one worker hangs, the other does not
  release.set_value();
}

TEST(Partner, nothing_is_made_to_be_sent_before_it_is_on_the_line) {
  const Tarpit tarpit;
  auto server = start(mutual_options());
  const auto transport = transport_to(*server, identity("USA"), identity("COL"));
  int made = 0;
  const Transport::Body make = [&]() -> Result<Bytes> {
    ++made;
    return to_bytes("sealed");
  };
  EXPECT_TRUE(transport->post_when_reached("COL", "/", make, kPatienceMs).ok());
  EXPECT_EQ(made, 1);
  const auto refused = transport->post_when_reached(
      "COL", "/",
      [] {
        return Result<Bytes>(Error{Code::kDenied, "not this one"});
      },
      kPatienceMs);
  EXPECT_EQ(refused.error().code, Code::kDenied);
  transport->set_peer("COL", tarpit.as_peer());
  EXPECT_EQ(transport->post_when_reached("COL", "/", make, 200).error().code, Code::kDeadlineExceeded);
  transport->set_peer("COL", {"127.0.0.1", server->port(), "", digest_of(identity("MEX"))});  // not who it should be
  EXPECT_EQ(transport->post_when_reached("COL", "/", make, kPatienceMs).error().code, Code::kUnauthenticated);
  server.reset();
  EXPECT_FALSE(transport->post_when_reached("COL", "/", make, kPatienceMs).ok());
  EXPECT_EQ(made, 1);
}

TEST(Partner, a_post_that_waits_ends_when_everything_stops) {
  const Tarpit tarpit;
  PinnedTransport transport(identity("USA"));
  transport.set_peer("COL", tarpit.as_peer());
  const auto started = std::chrono::steady_clock::now();
  std::thread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // so that the post waits already
    transport.stop();
  });
  EXPECT_EQ(transport.post("COL", "/", {}, 60'000).error().code, Code::kUnavailable);
  stopper.join();
  EXPECT_EQ(transport.post("COL", "/", {}, 60'000).error().code, Code::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(5));
}

// --- limits and hostile clients

TEST(Limits, body_over_the_limit_gets_413_by_its_header_and_by_its_chunks) {
  ServerOptions options = server_options();
  options.body_bytes_max = 1000;
  const auto server = start(options);
  EXPECT_EQ(request(client_of(*server), "POST", "/", "text/plain", Bytes(1000)).value().status, 200);
  for (const std::size_t size : {std::size_t{1001}, std::size_t{4} << 20}) {
    const Response response = request(client_of(*server), "POST", "/", "text/plain", Bytes(size)).value();
    EXPECT_EQ(response.status, 413) << size;
    EXPECT_TRUE(text(response.body).starts_with(R"({"error":{"code":"too_large","message":)"));
  }
  RawTls chunked(server->port());
  std::string sent = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 11; ++i) sent += "64\r\n" + std::string(100, 'x') + "\r\n";
  ASSERT_TRUE(chunked.send(sent));
  EXPECT_TRUE(chunked.receive_until("\r\n\r\n").starts_with("HTTP/1.1 413"));
}

// Holds the request of path /1 until it is let go; its body counts meanwhile.
class HeldRequest {
 public:
  Handler handler() {
    return [this](const Request& request) -> Response {
      if (request.target == "/1") {
        entered_.set_value();
        gone_.wait();
      }
      return {};
    };
  }
  void wait_for_it() { entered_.get_future().wait(); }
  void let_go() { go_.set_value(); }

 private:
  std::promise<void> entered_, go_;
  const std::shared_future<void> gone_ = go_.get_future().share();
};

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
    EXPECT_NE(answer.find(R"({"error":{"code":"invalid_input","message":)"), std::string::npos) << sent << answer;
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

// --- many at once, and the end

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
