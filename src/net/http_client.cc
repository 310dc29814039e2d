// One request on one new connection, as a coroutine on an event loop of its own that is run until the deadline and not
// longer: whatever it hangs in (connecting, the handshake, writing, reading) is then thrown away with the loop.
#ifdef __SANITIZE_THREAD__  // knows no fences; Asio's own locks order all that we share
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#endif
#include <netdb.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <chrono>
#include <cstring>
#include <future>
#include <thread>

#include "core/text.h"
#include "net/certificate.h"
#include "net/net.h"

namespace puente::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::awaitable;
using asio::redirect_error;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

using Stream = asio::ssl::stream<tcp::socket>;
using Endpoints = std::vector<tcp::endpoint>;
using Incoming = http::response_parser<http::vector_body<std::uint8_t>>;

constexpr std::int64_t kWaitMsMax = 24 * 3600 * 1000;
constexpr int kLookupsMax = 16;  // under way at once

struct Address {
  std::string host;  // without brackets
  std::uint16_t port = 0;
};

struct OutgoingRequest {
  std::string head;  // request line, header, empty line
  Bytes body;
  bool is_head = false;
};
// Made once the other end is on the line and known.
using MakeRequest = std::function<Result<OutgoingRequest>()>;

// How long anything may wait: until a time, or until everything stops. Looked at ten times a second.
struct Patience {
  steady_clock::time_point deadline;
  const std::atomic<bool>* stopping = nullptr;  // may be missing

  static constexpr milliseconds kLook{100};
  bool is_over() const { return steady_clock::now() >= deadline || is_stopped(); }
  bool is_stopped() const { return stopping != nullptr && *stopping; }
  steady_clock::time_point next_look() const { return std::min(deadline, steady_clock::now() + kLook); }
};

struct Outcome {
  std::optional<Result<OutgoingRequest>> request;  // none before the other end is on the line
  std::optional<Result<Response>> result;          // none while the coroutine has not ended
};

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}
bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= 253 && is_printable(host) &&
         host.find_first_of(" /?#@[]\"\\%") == std::string_view::npos;
}

std::string to_text(const Address& address) {
  const bool is_v6 = address.host.find(':') != address.host.npos;
  return (is_v6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

Error impatience(const Patience& patience, const Address& address) {
  if (patience.is_stopped()) return {Code::kUnavailable, to_text(address) + ": not waited for, the node stops"};
  return {Code::kDeadlineExceeded, to_text(address) + " did not answer in time"};
}

// The system's resolver blocks as long as it likes and cannot be called off: it gets a thread of its own, which is left
// behind at the deadline.
Result<Endpoints> look_up(const Address& address, const Patience& patience) {
  error_code error;
  const asio::ip::address literal = asio::ip::make_address(address.host, error);
  if (!error) return Endpoints{{literal, address.port}};

  static std::atomic<int> under_way{0};
  if (under_way.fetch_add(1) >= kLookupsMax) {
    under_way--;
    return Error{Code::kUnavailable, "too many host names are being looked up: try again"};
  }
  auto promise = std::make_shared<std::promise<Endpoints>>();
  std::future<Endpoints> found = promise->get_future();
  std::thread([promise, host = address.host, port = address.port] {
    Endpoints endpoints;
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) == 0) {
      for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
        tcp::endpoint endpoint;
        if (each->ai_addrlen > endpoint.capacity()) continue;
        std::memcpy(endpoint.data(), each->ai_addr, each->ai_addrlen);
        endpoint.port(port);
        endpoints.push_back(endpoint);
      }
      ::freeaddrinfo(list);
    }
    under_way--;
    promise->set_value(std::move(endpoints));
  }).detach();
  while (found.wait_until(patience.next_look()) != std::future_status::ready) {
    if (patience.is_over()) return impatience(patience, address);
  }
  Endpoints endpoints = found.get();
  if (endpoints.empty()) return Error{Code::kUnavailable, "host name " + address.host + " is not known"};
  return endpoints;
}

Error to_error(const Address& address, const error_code& error, const char* doing) {
  const std::string where = to_text(address);
  if (error.category() == asio::error::get_ssl_category() &&
      is_certificate_refusal(static_cast<unsigned long>(error.value()))) {
    const bool by_us = ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_CERTIFICATE_VERIFY_FAILED;
    return {Code::kUnauthenticated, by_us
                                        ? where + " shows another certificate than the one expected, or an expired one"
                                        : where + " does not accept our certificate"};
  }
  if (error == http::error::body_limit || error == http::error::header_limit || error == http::error::buffer_overflow)
    return {Code::kTooLarge, where + " answered with too many bytes"};
  return {Code::kUnavailable, where + ": " + doing + ": " + error.message()};
}

Response to_response(http::response<http::vector_body<std::uint8_t>>&& from) {
  Response response;
  response.status = static_cast<int>(from.result_int());
  response.content_type = std::string(from[http::field::content_type]);
  for (const auto& field : from) {
    std::string name(field.name_string());
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    response.headers[name] = std::string(field.value());
  }
  response.body = std::move(from.body());
  return response;
}

bool is_made(const MakeRequest& make, Outcome& outcome) {
  outcome.request.emplace(make());
  return outcome.request->ok();
}

awaitable<error_code> write(Stream& stream, ByteView bytes) {
  error_code error;
  co_await asio::async_write(stream, asio::const_buffer(bytes.data(), bytes.size()),
                             redirect_error(use_awaitable, error));
  co_return error;
}

awaitable<error_code> read_response(Stream& stream, Incoming& incoming) {
  constexpr std::size_t kReadBytes = 64u << 10;
  beast::flat_buffer buffer(limits::kHeaderBytesMax + kReadBytes);
  incoming.eager(true);
  incoming.header_limit(limits::kHeaderBytesMax);
  incoming.body_limit(limits::kRequestBytesMax);
  error_code error;
  while (!incoming.is_done()) {
    const std::size_t room = std::min(kReadBytes, buffer.max_size() - buffer.size());
    if (room == 0) co_return http::make_error_code(http::error::buffer_overflow);
    const std::size_t size =
        co_await stream.async_read_some(buffer.prepare(room), redirect_error(use_awaitable, error));
    buffer.commit(size);
    if (error == asio::error::eof && incoming.got_some()) {  // the body may end with the connection
      error = {};
      incoming.put_eof(error);
      co_return error;
    }
    if (error) co_return error;
    buffer.consume(incoming.put(buffer.data(), error));
    if (error && error != http::error::need_more) co_return error;
  }
  co_return error_code();
}

// g++ 12 takes the frame of this coroutine for memory of another allocator.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
awaitable<Result<Response>> exchange(Stream& stream, const Address& address, const Endpoints& endpoints,
                                     const MakeRequest& make, Outcome& outcome) {
  error_code error;
  co_await asio::async_connect(stream.next_layer(), endpoints, redirect_error(use_awaitable, error));
  if (error) co_return to_error(address, error, "cannot connect");
  error_code ignored;
  stream.next_layer().set_option(tcp::no_delay(true), ignored);
  co_await stream.async_handshake(asio::ssl::stream_base::client, redirect_error(use_awaitable, error));
  if (error) co_return to_error(address, error, "no TLS 1.3 connection");

  if (!is_made(make, outcome)) co_return outcome.request->error();
  const OutgoingRequest& request = **outcome.request;
  // A server that refuses says so and stops listening, perhaps before we have said everything: so its answer is read
  // even when writing failed. In TLS 1.3 that is also where it tells that it does not accept our certificate.
  error = co_await write(stream, view(request.head));
  if (!error && !request.body.empty()) error = co_await write(stream, request.body);
  const bool broke = static_cast<bool>(error);
  Incoming incoming;
  incoming.skip(request.is_head);
  error = co_await read_response(stream, incoming);
  if (error) co_return to_error(address, error, broke ? "the connection broke" : "no answer");
  Response response = to_response(incoming.release());
  co_return response;  // without waiting for the other end's farewell: the length of the answer was known
}

#pragma GCC diagnostic pop

awaitable<void> run_exchange(Stream& stream, const Address& address, const Endpoints& endpoints,
                             const MakeRequest& make, Outcome& outcome) {
  try {
    outcome.result.emplace(co_await exchange(stream, address, endpoints, make, outcome));
  } catch (const std::exception& problem) {
    outcome.result.emplace(Error{Code::kUnavailable, to_text(address) + ": " + problem.what()});
  }
}

Result<Response> exchange_until(const Patience& patience, asio::ssl::context& tls, const Address& address,
                                const MakeRequest& make) {
  ASSIGN_OR_RETURN(const Endpoints endpoints, look_up(address, patience));
  Outcome outcome;
  asio::io_context io{1};
  Stream stream(io, tls);
  expect_host(stream.native_handle(), address.host);
  asio::co_spawn(io, run_exchange(stream, address, endpoints, make, outcome), asio::detached);
  while (!outcome.result && !patience.is_over()) io.run_until(patience.next_look());
  if (!outcome.result) return impatience(patience, address);
  return std::move(*outcome.result);
}

Result<OutgoingRequest> make_request(const Address& address, const std::string& method, const std::string& target,
                                     const std::string& content_type, const std::string& bearer_token, Bytes body) {
  const bool is_method = !method.empty() && method.size() <= 16 &&
                         std::all_of(method.begin(), method.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!is_method) return Error{Code::kInvalidInput, "an HTTP method is a word in capital letters"};
  if (target.empty() || target.front() != '/' || target.size() > limits::kHeaderBytesMax / 2 || !is_printable(target) ||
      target.find_first_of(" #") != target.npos)
    return Error{Code::kInvalidInput, "the path must begin with / and have neither blanks nor #"};
  if (!is_printable(content_type) || content_type.size() > 256)
    return Error{Code::kInvalidInput, "content type: too long or unprintable characters"};
  if (!is_printable(bearer_token) || bearer_token.size() > limits::kHeaderBytesMax / 4)
    return Error{Code::kInvalidInput, "token: too long or unprintable characters"};
  std::string head = method + " " + target + " HTTP/1.1\r\nhost: " + to_text(address) + "\r\nconnection: close\r\n";
  if (!bearer_token.empty()) head += "authorization: Bearer " + bearer_token + "\r\n";
  if (!body.empty() && !content_type.empty()) head += "content-type: " + content_type + "\r\n";
  if (!body.empty() || (method != "GET" && method != "HEAD"))
    head += "content-length: " + std::to_string(body.size()) + "\r\n";
  return OutgoingRequest{head + "\r\n", std::move(body), method == "HEAD"};
}

steady_clock::time_point deadline_of(std::int64_t wait_ms_max) {
  return steady_clock::now() + milliseconds(std::clamp<std::int64_t>(wait_ms_max, 0, kWaitMsMax));
}

// "https://host:port/base" in its parts.
Status parse_url(std::string_view url, Address& address, std::string& base_path) {
  const Error error{Code::kInvalidInput, "server address: give https://HOST:PORT"};
  constexpr std::string_view kScheme = "https://";
  if (!url.starts_with(kScheme)) return error;
  url.remove_prefix(kScheme.size());
  const std::size_t slash = std::min(url.find('/'), url.size());
  base_path = url.substr(slash);
  while (base_path.ends_with('/')) base_path.pop_back();
  std::string_view authority = url.substr(0, slash);
  std::string_view port = "443";
  const std::size_t bracket = authority.find(']');
  const std::size_t colon = authority.find(':', bracket == authority.npos ? 0 : bracket);
  if (colon != authority.npos) {
    port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
  address.port = to_number<std::uint16_t>(port).value_or(0);
  if (address.port == 0) return error;
  address.host = authority;
  if (!is_host(address.host)) return error;
  return {};
}

}  // namespace

PinnedTransport::PinnedTransport(Identity own) : own_(std::move(own)) {}

void PinnedTransport::set_peer(const std::string& name, Peer peer) {
  const MutexLock lock(mutex_);
  peers_[name] = std::move(peer);
}

Result<Reply> PinnedTransport::post_when_reached(const std::string& peer_name, const std::string& path,
                                                 const Body& body, std::int64_t wait_ms_max) {
  const Patience patience{deadline_of(wait_ms_max), &stopping_};
  Peer peer;
  {
    const MutexLock lock(mutex_);
    const auto found = peers_.find(peer_name);
    if (found == peers_.end()) return Error{Code::kNotFound, "no peer named " + peer_name};
    peer = found->second;
  }
  if (!is_host(peer.host) || peer.port == 0)
    return Error{Code::kInvalidInput, "peer " + peer_name + ": its host name or port is unusable"};
  try {
    const Address address{peer.host, peer.port};
    TRY(make_request(address, "POST", peer.base_path + path, "application/json", "",
                     {}));  // sound, before anybody is asked
    const MakeRequest make = [&]() -> Result<OutgoingRequest> {
      ASSIGN_OR_RETURN(Bytes made, body());
      return make_request(address, "POST", peer.base_path + path, "application/json", "", std::move(made));
    };
    asio::ssl::context tls(asio::ssl::context::tls_client);
    require_tls13(tls.native_handle());
    TRY(use_identity(tls.native_handle(), own_));
    const AcceptCertificate accept = [&](const Digest& digest) {
      const auto& further = peer.further_certificates;
      return digest == peer.certificate_sha256 || std::find(further.begin(), further.end(), digest) != further.end();
    };
    require_pinned(tls.native_handle(), accept);
    ASSIGN_OR_RETURN(Response response, exchange_until(patience, tls, address, make));
    return Reply{response.status, std::move(response.body)};
  } catch (const std::exception& problem) {
    return Error{Code::kUnavailable, std::string("cannot ask the peer: ") + problem.what()};
  }
}

Result<Response> request(const ClientOptions& options, const std::string& method, const std::string& target,
                         const std::string& content_type, ByteView body) {
  if (options.ca_pem.empty() != options.certificate_sha256.has_value())
    return Error{Code::kInvalidInput, "give either the server's authority or its certificate's SHA-256"};
  try {
    Address address;
    std::string base_path;
    TRY(parse_url(options.url, address, base_path));
    ASSIGN_OR_RETURN(const OutgoingRequest outgoing,
                     make_request(address, method, base_path + target, content_type, options.bearer_token,
                                  Bytes(body.begin(), body.end())));
    asio::ssl::context tls(asio::ssl::context::tls_client);
    require_tls13(tls.native_handle());
    if (options.identity) TRY(use_identity(tls.native_handle(), *options.identity));
    const AcceptCertificate accept = [&](const Digest& digest) { return digest == options.certificate_sha256; };
    if (options.certificate_sha256)
      require_pinned(tls.native_handle(), accept);
    else
      TRY(require_authority(tls.native_handle(), options.ca_pem));
    return exchange_until({deadline_of(options.wait_ms_max)}, tls, address,
                          [&] { return Result<OutgoingRequest>(outgoing); });
  } catch (const std::exception& problem) {
    return Error{Code::kUnavailable, std::string("cannot send the request: ") + problem.what()};
  }
}

}  // namespace puente::net
