// Certificates, and the own API by real TLS on the loopback interface.
#include "net/net.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

#include "net/certificate.h"
#include "net/testing_server.h"

namespace puente::net {
namespace {

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

// By what the world's clients check, not by our own reading of it.
TEST(Certificate, is_good_for_each_host_that_it_was_made_for_and_no_other) {
  const Identity made = make_identity("COL", 7, {"node.col.example", "10.1.2.3", "2001:db8::7"}).value();
  const std::string& text = made.certificate_pem;
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> pem(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())),
                                                          BIO_free_all);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr),
                                                                X509_free);
  ASSERT_TRUE(certificate);
  for (const char* host : {"localhost", "COL", "node.col.example"})
    EXPECT_EQ(X509_check_host(certificate.get(), host, 0, 0, nullptr), 1) << host;
  for (const char* host : {"col.example", "node.usa.example"})
    EXPECT_EQ(X509_check_host(certificate.get(), host, 0, 0, nullptr), 0) << host;
  for (const char* address : {"127.0.0.1", "::1", "10.1.2.3", "2001:db8::7"})
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), address, 0), 1) << address;
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "10.1.2.4", 0), 0);
  for (const char* host : {"", "a b", "a,DNS:b", "https://a"})
    EXPECT_EQ(make_identity("COL", 7, {host}).error().code, Code::kInvalidInput) << host;
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
    EXPECT_NE(text(response.body).find(R"("error":{"code":"internal","message":)"), std::string::npos) << target;
    EXPECT_EQ(response.content_type, kProblem);
  }
  const Response empty = request(client_of(*server), "GET", "/empty", "", {}).value();
  EXPECT_EQ(empty.status, 204);
  EXPECT_TRUE(empty.body.empty());
}

// Once a second, until there is no more or nobody is there.
TEST(Api, an_answer_without_an_end_of_its_own_goes_on_beside_all_others) {
  const auto server = start(server_options(), [](const Request& request) {
    Response response;
    if (request.target != "/events") return response;
    response.body = to_bytes("first ");
    response.more = [said = 0]() mutable -> std::optional<std::string> {
      if (++said > 3) return std::nullopt;
      return said == 2 ? "" : "next ";
    };
    return response;
  });
  Result<Response> events = Error{};
  std::thread reading([&] { events = request(client_of(*server), "GET", "/events", "", {}); });
  EXPECT_EQ(request(client_of(*server), "GET", "/", "", {}).value().status, 200) << "no worker waits for it";
  reading.join();
  ASSERT_TRUE(events.ok()) << events.error().message;
  EXPECT_EQ(text(events->body), "first next next ");
  EXPECT_FALSE(events->headers.contains("content-length"));
}

TEST(Api, ends_what_goes_on_when_it_stops) {
  auto server = start(server_options(), [](const Request&) {
    Response response;
    response.more = [] { return std::string("on "); };
    return response;
  });
  Result<Response> events = Error{};
  std::thread reading([&] { events = request(client_of(*server), "GET", "/", "", {}); });
  while (server->counts().requests == 0) std::this_thread::yield();
  server->stop();
  reading.join();
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

}  // namespace
}  // namespace puente::net
