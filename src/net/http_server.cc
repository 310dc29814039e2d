// One thread runs all connections, each a coroutine that reads like the protocol; the handler runs on the workers. So
// what belongs to connections is touched by one thread alone and needs no lock. SIGPIPE: Asio sends with MSG_NOSIGNAL.
// Of Beast only its parser is used: its stream operations cost half a minute of compiling each.
#ifdef __SANITIZE_THREAD__  // knows no fences; Asio's own locks order all that we share
#define BOOST_ASIO_DISABLE_FENCED_BLOCK
#endif
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/vector_body.hpp>
#include <chrono>
#include <exception>
#include <future>
#include <set>
#include <thread>

#include "core/json.h"
#include "core/mutex.h"
#include "net/certificate.h"
#include "net/net.h"

namespace puente::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

using BytesBody = http::vector_body<std::uint8_t>;
using Parser = http::request_parser<BytesBody>;
using PinList = std::vector<std::pair<std::string, Digest>>;

constexpr int kLingerMsMax = 2'000;            // to let the other end read our last words before the connection goes
constexpr int kAcceptPauseMs = 200;            // after the system refused
constexpr std::size_t kReadBytes = 64u << 10;  // at a time
constexpr std::size_t kDrainedBytesMax = 2 * limits::kRequestBytesMax;  // listened to after a refusal
constexpr std::size_t kLoggedPathBytesMax = 200;

// Who is pinned now. Any thread.
class Pins {
 public:
  void set(const PinList& list) {
    std::map<Digest, std::string> names;
    for (const auto& [name, digest] : list) {
      const auto [place, added] = names.emplace(digest, name);
      if (!added && place->second != name) {
        spdlog::error("net: one certificate is pinned for both {} and {}: neither may connect", place->second, name);
        place->second.clear();
      }
    }
    std::erase_if(names, [](const auto& pin) { return pin.second.empty(); });
    const MutexLock lock(mutex_);
    names_ = std::move(names);
  }
  std::optional<std::string> name_of(const Digest& digest) const {
    const MutexLock lock(mutex_);
    const auto found = names_.find(digest);
    if (found == names_.end()) return std::nullopt;
    return found->second;
  }

 private:
  mutable Mutex mutex_;
  std::map<Digest, std::string> names_ GUARDED_BY(mutex_);
};

Response error_response(int status, Code code, const std::string& message) {
  Response response;
  response.status = status;
  response.body = to_bytes(
      canonical(Json::object({{"error", Json::object({{"code", to_string(code)}, {"message", message}})}})) + "\n");
  return response;
}

// What to answer to a request that cannot be read; nothing where the connection itself is at its end.
std::optional<Response> response_to(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return error_response(431, Code::kTooLarge, "the request's header is too long");
  if (error == http::error::body_limit) return error_response(413, Code::kTooLarge, "the request's body is too long");
  if (error.category() == http::make_error_code(http::error::bad_method).category())
    return error_response(400, Code::kInvalidInput, "not an HTTP/1.1 request: " + error.message());
  return std::nullopt;
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_header_safe(const std::string& name, const std::string& value) {
  const auto is_name = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  const auto is_text = [](char c) { return c >= 0x20 && c <= 0x7e; };
  return !name.empty() && name.size() <= 64 && value.size() <= 4096 && std::all_of(name.begin(), name.end(), is_name) &&
         std::all_of(value.begin(), value.end(), is_text);
}

// The status line and header. What the handler may not have meant to send becomes a 500.
std::string head_of(Response& response, bool keep_alive) {
  std::map<std::string, std::string> fields = {{"cache-control", "no-store"}, {"x-content-type-options", "nosniff"}};
  for (const auto& [name, value] : response.headers) fields[to_lower(name)] = value;
  fields.erase("transfer-encoding");
  fields.erase("content-length");
  fields["content-type"] = response.content_type;
  fields["connection"] = keep_alive ? "keep-alive" : "close";
  const bool valid = response.status >= 200 && response.status <= 599 &&
                     std::all_of(fields.begin(), fields.end(),
                                 [](const auto& field) { return is_header_safe(field.first, field.second); });
  if (!valid) {
    response = error_response(500, Code::kInternal, "the answer could not be sent");
    return head_of(response, keep_alive);
  }
  if (response.status == 204 || response.status == 304)
    response.body.clear();  // may have none, nor a length
  else
    fields["content-length"] = std::to_string(response.body.size());
  const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(response.status)));
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " + std::string(reason) + "\r\n";
  for (const auto& [name, value] : fields) head += name + ": " + value + "\r\n";
  return head + "\r\n";
}

Result<Request> to_request(http::request<BytesBody>&& from) {
  Request request;
  const std::string_view target(from.target().data(), from.target().size());
  if (target.empty() || target.front() != '/' || target.find('#') != target.npos)
    return Error{Code::kInvalidInput, "the request's target must be a path"};
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.target = target.substr(0, mark);
  if (mark < target.size()) request.query = target.substr(mark + 1);
  request.method = std::string(from.method_string());
  for (const auto& field : from) {
    std::string& value = request.headers[to_lower(field.name_string())];
    if (!value.empty()) value += ", ";
    value += std::string(field.value());
  }
  request.body = std::move(from.body());
  return request;
}

std::string loggable(std::string_view path) {
  std::string out(path.substr(0, kLoggedPathBytesMax));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c <= 0x20 || c > 0x7e; }, '?');
  return out;
}

}  // namespace

struct Session;

// In the order in which what comes later needs what comes before, also while it is torn down.
struct Server::State {
  State(ServerOptions given, Handler own)
      : options(std::move(given)), handler(std::move(own)), workers(static_cast<std::size_t>(options.threads)) {}

  const ServerOptions options;
  const Handler handler;
  std::atomic<std::uint64_t> requests{0}, requests_refused{0}, handshakes_refused{0}, connections_refused{0};
  Pins pins;
  const AcceptCertificate accept = [this](const Digest& digest) { return pins.name_of(digest).has_value(); };
  asio::ssl::context tls{asio::ssl::context::tls_server};
  std::uint16_t port = 0;

  // the network thread's own
  std::set<Session*> sessions;
  std::size_t bodies_bytes = 0;
  bool stopping = false;
  steady_clock::time_point refusal_logged{};
  std::uint64_t refusals_unlogged = 0;

  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::thread_pool workers;
  std::promise<void> network_ended;
  std::thread network;
  std::once_flag stop_once;

  Status open();
  Status listen();
  void run_network();
  void stop();
  void note_refused_handshake(const std::string& remote_address, const std::string& reason);
};

// One connection. Lives as long as its coroutine.
struct Session : std::enable_shared_from_this<Session> {
  Session(Server::State& its_server, tcp::socket socket)
      : server(its_server), stream(std::move(socket), its_server.tls), timer(its_server.io) {
    error_code error;
    const tcp::endpoint remote = stream.next_layer().remote_endpoint(error);
    if (!error) remote_address = remote.address().to_string();
    stream.next_layer().set_option(tcp::no_delay(true), error);
    server.sessions.insert(this);
  }
  ~Session() {
    release_body();
    server.sessions.erase(this);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void cut() {
    error_code ignored;
    stream.next_layer().close(ignored);
  }
  // The time for all that is awaited from here on until the next call: then the connection is cut.
  void expire_after(int wait_ms) {
    timer.expires_after(milliseconds(wait_ms));
    timer.async_wait([weak = weak_from_this()](const error_code& error) {
      const std::shared_ptr<Session> session = weak.lock();
      if (error || !session || session->timer.expiry() > steady_clock::now()) return;  // ended, or newly set
      session->expired = true;
      session->cut();
    });
  }
  void expire_never() { timer.expires_at(steady_clock::time_point::max()); }
  bool reserve_body(std::size_t size) {
    if (size > server.options.bodies_bytes_max - std::min(server.bodies_bytes, server.options.bodies_bytes_max))
      return false;
    server.bodies_bytes += size;
    body_bytes += size;
    return true;
  }
  void release_body() {
    server.bodies_bytes -= body_bytes;
    body_bytes = 0;
  }

  Server::State& server;
  asio::ssl::stream<tcp::socket> stream;
  asio::steady_timer timer;
  bool expired = false;
  beast::flat_buffer buffer{server.options.header_bytes_max + kReadBytes};  // received, not yet parsed
  std::string remote_address;
  std::optional<Digest> certificate;
  std::size_t body_bytes = 0;  // of this session in server.bodies_bytes
  bool busy = false;           // has a request: stop() waits for it
};

namespace {

using asio::awaitable;
using asio::redirect_error;
using asio::use_awaitable;

awaitable<error_code> read_some(Session& session) {
  beast::flat_buffer& buffer = session.buffer;
  const std::size_t room = std::min(kReadBytes, buffer.max_size() - buffer.size());
  if (room == 0) co_return http::make_error_code(http::error::buffer_overflow);
  error_code error;
  const std::size_t size =
      co_await session.stream.async_read_some(buffer.prepare(room), redirect_error(use_awaitable, error));
  buffer.commit(size);
  co_return error;
}

awaitable<bool> write(Session& session, ByteView bytes) {
  error_code error;
  co_await asio::async_write(session.stream, asio::const_buffer(bytes.data(), bytes.size()),
                             redirect_error(use_awaitable, error));
  co_return !error;
}

// False when the connection broke.
awaitable<bool> write_response(Session& session, Response& response, bool keep_alive, bool head_only) {
  session.expire_after(session.server.options.request_wait_ms_max);
  const std::string head = head_of(response, keep_alive);
  bool written = co_await write(session, view(head));
  if (written && !head_only && !response.body.empty()) written = co_await write(session, response.body);
  co_return written;
}

awaitable<bool> handshake(Session& session) {
  error_code error;
  session.expire_after(session.server.options.request_wait_ms_max);
  co_await session.stream.async_handshake(asio::ssl::stream_base::server, redirect_error(use_awaitable, error));
  if (!error) {
    session.certificate = peer_certificate_sha256(session.stream.native_handle());
    co_return true;
  }
  if (session.server.stopping) co_return false;
  session.server.note_refused_handshake(session.remote_address, session.expired ? "too slow" : error.message());
  if (session.expired) co_return false;
  // reads on and forgets, so that our alert is not lost to a reset because the other end was still speaking
  tcp::socket& socket = session.stream.next_layer();
  session.expire_after(std::min(kLingerMsMax, session.server.options.request_wait_ms_max));
  Bytes sink(kReadBytes);
  socket.shutdown(tcp::socket::shutdown_send, error);
  for (std::size_t total = 0; !error && total < kDrainedBytesMax;)
    total += co_await socket.async_read_some(asio::buffer(sink), redirect_error(use_awaitable, error));
  co_return false;
}

awaitable<void> say_goodbye(Session& session) {
  error_code ignored;
  session.expire_after(std::min(kLingerMsMax, session.server.options.request_wait_ms_max));
  co_await session.stream.async_shutdown(redirect_error(use_awaitable, ignored));
}

// Answers a request that the handler is not to see; the connection ends with it.
awaitable<void> refuse(Session& session, Response answer) {
  session.server.requests_refused++;
  const bool written = co_await write_response(session, answer, false, false);
  session.expire_after(std::min(kLingerMsMax, session.server.options.request_wait_ms_max));
  error_code error;
  for (std::size_t total = 0; written && !error && total < kDrainedBytesMax;) {
    session.buffer.clear();
    error = co_await read_some(session);
    total += session.buffer.size();
  }
}

// Parses what has come, or else waits for more.
awaitable<error_code> parse_some(Session& session, Parser& parser) {
  error_code error;
  const std::size_t used = session.buffer.size() > 0 ? parser.put(session.buffer.data(), error) : 0;
  session.buffer.consume(used);
  if (error == http::error::need_more)
    error = {};
  else if (error || used > 0)
    co_return error;
  error = co_await read_some(session);
  co_return error;
}

// Reads one request within its time. False: there is none; where it was the client's fault, that was answered.
awaitable<bool> read_request(Session& session, Parser& parser) {
  Server::State& server = session.server;
  parser.header_limit(static_cast<std::uint32_t>(server.options.header_bytes_max));
  parser.body_limit(server.options.body_bytes_max);
  session.expire_after(server.options.request_wait_ms_max);
  error_code error;
  std::optional<Response> refusal;
  while (!error && !parser.is_header_done()) error = co_await parse_some(session, parser);
  session.busy = !error;
  if (!error && beast::iequals(parser.get()[http::field::expect], "100-continue"))
    co_await write(session, view("HTTP/1.1 100 Continue\r\n\r\n"));
  while (!error && !refusal && !parser.is_done()) {
    error = co_await parse_some(session, parser);
    if (!session.reserve_body(parser.get().body().size() - session.body_bytes))
      refusal = error_response(503, Code::kUnavailable, "too many large requests at once: try again");
  }
  if (error) refusal = response_to(error);
  if (refusal) co_await refuse(session, std::move(*refusal));
  co_return !error && !refusal;
}

awaitable<Response> run_handler(Server::State& server, const Request& request) {
  try {
    co_return server.handler(request);
  } catch (const std::exception& problem) {
    spdlog::error("net: the handler threw: {}", problem.what());
  } catch (...) {
    spdlog::error("net: the handler threw");
  }
  co_return error_response(500, Code::kInternal, "the server could not do this");
}

// One request and its answer. False: the connection ends.
awaitable<bool> exchange(Session& session, bool may_continue) {
  Server::State& server = session.server;
  Parser parser;
  const bool was_read = co_await read_request(session, parser);
  if (!was_read) co_return false;
  const steady_clock::time_point start = steady_clock::now();
  bool keep_alive = parser.get().keep_alive() && may_continue;
  Result<Request> request = to_request(parser.release());
  if (!request.ok()) {
    co_await refuse(session, error_response(400, request.error().code, request.error().message));
    co_return false;
  }
  request->remote_address = session.remote_address;
  if (server.options.mutual) {
    const std::optional<std::string> peer =
        session.certificate ? server.pins.name_of(*session.certificate) : std::nullopt;
    if (!peer) {
      co_await refuse(session, error_response(401, Code::kUnauthenticated, "this certificate is no longer accepted"));
      co_return false;
    }
    request->peer = *peer;
  }

  session.expire_never();
  Response answer = co_await asio::co_spawn(server.workers, run_handler(server, *request), use_awaitable);
  server.requests++;
  keep_alive = keep_alive && !server.stopping;
  request->body = {};
  session.release_body();
  const bool written = co_await write_response(session, answer, keep_alive, request->method == "HEAD");
  const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
  spdlog::info("net: {} {} {} {} ms", loggable(request->method), loggable(request->target), answer.status,
               took.count());
  session.busy = false;
  co_return written&& keep_alive && !server.stopping;
}

awaitable<void> serve(std::shared_ptr<Session> session) {
  try {
    const bool trusted = co_await handshake(*session);
    if (!trusted) co_return;
    const int requests_max = session->server.options.requests_per_connection_max;
    bool more = true;
    for (int count = 1; more && count <= requests_max; ++count)
      more = co_await exchange(*session, count < requests_max);
    co_await say_goodbye(*session);
  } catch (const std::exception& problem) {  // out of memory, say: costs this connection alone
    spdlog::error("net: a connection was given up: {}", problem.what());
  }
}

awaitable<void> accept_one(Server::State& server) {
  error_code error;
  tcp::socket socket = co_await server.acceptor.async_accept(redirect_error(use_awaitable, error));
  if (server.stopping) co_return;
  if (error) throw boost::system::system_error(error);
  if (server.sessions.size() >= static_cast<std::size_t>(server.options.connections_max)) {
    server.connections_refused++;
    co_return;
  }
  asio::co_spawn(server.io, serve(std::make_shared<Session>(server, std::move(socket))), asio::detached);
}

awaitable<void> accept_all(Server::State& server) {
  asio::steady_timer pause(server.io);
  while (!server.stopping) {
    bool failed = false;
    try {
      co_await accept_one(server);
    } catch (const std::exception& problem) {  // out of file descriptors or memory: better later than never
      spdlog::error("net: cannot accept a connection: {}", problem.what());
      failed = true;
    }
    if (failed) {
      error_code ignored;
      pause.expires_after(milliseconds(kAcceptPauseMs));
      co_await pause.async_wait(redirect_error(use_awaitable, ignored));
    }
  }
}

}  // namespace

void Server::State::note_refused_handshake(const std::string& remote_address, const std::string& reason) {
  handshakes_refused++;
  const steady_clock::time_point now = steady_clock::now();
  if (now - refusal_logged < std::chrono::seconds(1)) {
    refusals_unlogged++;
    return;
  }
  spdlog::warn("net: refused a TLS handshake from {}: {} ({} more since the last such line)", remote_address, reason,
               refusals_unlogged);
  refusal_logged = now;
  refusals_unlogged = 0;
}

Status Server::State::open() {
  require_tls13(tls.native_handle());
  TRY(use_identity(tls.native_handle(), options.identity));
  pins.set(options.pinned_peers);
  if (options.mutual) require_pinned(tls.native_handle(), accept);
  return listen();
}

Status Server::State::listen() {
  error_code error;
  const asio::ip::address address = asio::ip::make_address(options.address, error);
  if (error) return Error{Code::kInvalidInput, "listen address: give an IP address, not '" + options.address + "'"};
  const tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
  if (error) {
    const std::string where = options.address + " port " + std::to_string(options.port);
    return Error{error == asio::error::address_in_use ? Code::kConflict : Code::kUnavailable,
                 "cannot listen on " + where + ": " + error.message()};
  }
  port = acceptor.local_endpoint(error).port();
  return {};
}

void Server::State::run_network() {
  for (bool ended = false; !ended;) {
    try {
      io.run();
      ended = true;
    } catch (const std::exception& problem) {
      spdlog::error("net: {}", problem.what());
    }
  }
  network_ended.set_value();
}

void Server::State::stop() {
  asio::post(io, [this] {
    stopping = true;
    error_code ignored;
    acceptor.close(ignored);
    for (Session* session : sessions)
      if (!session->busy) session->cut();
  });
  // the network thread runs out of work by itself once the last connection ends
  if (network_ended.get_future().wait_for(milliseconds(options.stop_wait_ms_max)) != std::future_status::ready)
    io.stop();
  network.join();
  workers.stop();
  workers.join();
}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
  CHECK(handler != nullptr && options.threads > 0 && options.connections_max > 0);
  if (!options.pinned_peers.empty()) options.mutual = true;
  try {
    auto state = std::make_unique<State>(std::move(options), std::move(handler));
    TRY(state->open());
    asio::co_spawn(state->io, accept_all(*state), asio::detached);
    state->network = std::thread([its = state.get()] { its->run_network(); });
    return std::unique_ptr<Server>(new Server(std::move(state)));
  } catch (const std::exception& problem) {
    return Error{Code::kUnavailable, std::string("cannot start the server: ") + problem.what()};
  }
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() {
  stop();
}
std::uint16_t Server::port() const {
  return state_->port;
}
ServerCounts Server::counts() const {
  return {state_->requests, state_->requests_refused, state_->handshakes_refused, state_->connections_refused};
}
void Server::set_pinned_peers(const PinList& pinned_peers) {
  CHECK(state_->options.mutual);
  state_->pins.set(pinned_peers);
}
void Server::stop() {
  std::call_once(state_->stop_once, [this] { state_->stop(); });
}

}  // namespace puente::net
