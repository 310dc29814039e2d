// Partners by mutual TLS: who is let in, and who is spoken to.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "net/certificate.h"
#include "net/testing_server.h"

namespace puente::net {
namespace {

using std::chrono::milliseconds;

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

// While one is renewed either may be shown, to and by whoever has read the new agreement and whoever has not.
TEST(Partner, each_of_two_certificates_of_one_country_is_let_in_under_its_name) {
  ServerOptions options = mutual_options();
  options.pinned_peers.emplace_back("USA", digest_of(identity("USA, next")));
  const auto server = start(options);
  for (const char* own : {"USA", "USA, next"}) {
    const auto transport = transport_to(*server, identity(own), identity("COL"));
    EXPECT_EQ(text(transport->post("COL", "/", {}, kPatienceMs).value().body), "POST /partner/ ?  from [USA] ") << own;
  }
}

TEST(Partner, a_server_is_spoken_to_by_any_certificate_that_is_expected_of_it_and_no_other) {
  const auto server = start(mutual_options());
  const auto transport = transport_to(*server, identity("USA"), identity("stranger"));
  const auto expect_also = [&](std::vector<Digest> further) {
    transport->set_peer("COL",
                        {"127.0.0.1", server->port(), "/partner", digest_of(identity("stranger")), std::move(further)});
    return transport->post("COL", "/", {}, kPatienceMs);
  };
  EXPECT_TRUE(expect_also({digest_of(identity("MEX")), digest_of(identity("COL"))}).ok());
  EXPECT_EQ(expect_also({digest_of(identity("MEX"))}).error().code, Code::kUnauthenticated);
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

}  // namespace
}  // namespace puente::net
