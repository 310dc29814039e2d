// One thread runs all connections, each a coroutine that reads like the protocol; the handler runs on the workers. So
// what belongs to connections is touched by one thread alone and needs no lock. SIGPIPE: Asio sends with MSG_NOSIGNAL.
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
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <chrono>
#include <exception>
#include <future>
#include <set>
#include <thread>

#include "core/mutex.h"
#include "net/certificate.h"
#include "net/guests.h"
#include "net/http_message.h"
#include "net/net.h"
#include "net/refusals.h"
#include "net/turns.h"

namespace puente::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

using PinList = std::vector<std::pair<std::string, Digest>>;

constexpr int kLingerMsMax = 2'000;            // to let the other end read our last words before the connection goes
constexpr int kAcceptPauseMs = 200;            // after the system refused
constexpr std::size_t kReadBytes = 64u << 10;  // at a time
constexpr std::size_t kDrainedBytesMax = limits::kRequestBytesMax + (1u << 20);  // listened to after a refusal
constexpr int kDrainsMax = 4;  // at once: more are not listened to, and may lose our last words
constexpr Refusals::Limits kOpenRequests = {3'000, 1, 100};  // of an address, of what anybody may ask

}  // namespace

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

struct Session;

// In the order in which what comes later needs what comes before, also while it is torn down.
struct Server::State {
  State(ServerOptions given, Handler own)
      : options(std::move(given)),
        handler(std::move(own)),
        guests({options.strangers_max, options.strangers_per_address_max, options.connections_max,
                options.connections_per_key_max}),
        refusals({5, 50, options.refusal_wait_ms_max}),  // somebody may mistype
        turns({options.threads, options.running_per_key_max > 0 ? options.running_per_key_max : options.threads,
               options.waiting_per_key_max, std::max(1, options.threads - 1)}),
        aside({1, 1, options.waiting_per_key_max}) {}

  const ServerOptions options;
  const Handler handler;
  std::atomic<std::uint64_t> requests{0}, requests_refused{0}, strangers_refused{0}, requests_too_many{0},
      handshakes_refused{0}, connections_refused{0}, connections_cut{0};
  Pins pins;
  const AcceptCertificate accept = [this](const Digest& digest) { return pins.name_of(digest).has_value(); };
  asio::ssl::context tls{asio::ssl::context::tls_server};
  std::uint16_t port = 0;

  // the network thread's own
  std::map<Guests::Id, Session*> sessions;
  Guests::Id last_id = 0;
  Guests guests;
  Refusals refusals, open_requests{kOpenRequests};
  int drains = 0;
  std::size_t bodies_bytes = 0;
  std::map<std::string, std::size_t> bodies_bytes_of;  // by key
  bool stopping = false;
  steady_clock::time_point refusal_logged{};
  std::uint64_t refusals_unlogged = 0;

  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  Turns turns, aside;
  std::promise<void> network_ended;
  std::thread network;
  std::once_flag stop_once;

  Status open();
  Status listen();
  void run_network();
  void stop();
  void cut(std::optional<Guests::Id> guest);
  void note_refused_handshake(const std::string& remote_address, const std::string& reason);
};

// One connection. Lives as long as its coroutine, and what it asked of the workers.
struct Session : std::enable_shared_from_this<Session> {
  Session(Server::State& its_server, tcp::socket socket)
      : server(its_server),
        id(++its_server.last_id),
        stream(std::move(socket), its_server.tls),
        timer(its_server.io),
        pause(its_server.io) {
    error_code error;
    const tcp::endpoint remote = stream.next_layer().remote_endpoint(error);
    if (!error) remote_address = remote.address().to_string();
    stream.next_layer().set_option(tcp::no_delay(true), error);
    server.sessions[id] = this;
  }
  ~Session() {
    release_body();
    server.guests.leave(id);
    server.sessions.erase(id);
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
  // The patience with this other end.
  int wait_ms_max() const {
    const int all = server.options.request_wait_ms_max;
    return server.guests.knows(id) ? all : std::min(all, server.options.stranger_wait_ms_max);
  }
  void set_busy(bool now) {
    busy = now;
    server.guests.set_busy(id, now);
  }
  // It has shown whose it is. False: all places of that key are busy.
  bool recognise(const std::string& its_key) {
    key = its_key;
    const Guests::Welcome welcome = server.guests.recognise(id, its_key);
    server.cut(welcome.cut);
    if (!welcome.given) server.connections_refused++;
    return welcome.given;
  }
  // Whose share a request is of; a stranger's is its address's.
  std::string share() const { return key.empty() ? "address " + remote_address : key; }

  bool reserve_body(std::size_t size) {
    const auto fits = [size](std::size_t used, std::size_t most) { return size <= most - std::min(used, most); };
    std::size_t& own = server.bodies_bytes_of[body_key.empty() ? body_key = share() : body_key];
    if (!fits(server.bodies_bytes, server.options.bodies_bytes_max) ||
        !fits(own, server.options.bodies_per_key_bytes_max))
      return false;
    server.bodies_bytes += size;
    own += size;
    body_bytes += size;
    return true;
  }
  void release_body() {
    server.bodies_bytes -= body_bytes;
    if (const auto own = server.bodies_bytes_of.find(body_key); own != server.bodies_bytes_of.end()) {
      own->second -= body_bytes;
      if (own->second == 0) server.bodies_bytes_of.erase(own);
    }
    body_bytes = 0;
    body_key.clear();
  }

  Server::State& server;
  const Guests::Id id;
  asio::ssl::stream<tcp::socket> stream;
  asio::steady_timer timer, pause;
  bool expired = false;
  beast::flat_buffer buffer{server.options.header_bytes_max + kReadBytes};  // received, not yet parsed
  std::string remote_address, key;
  std::optional<Digest> certificate;
  std::size_t body_bytes = 0;  // of this session in server.bodies_bytes, and in those of
  std::string body_key;
  bool busy = false;  // has a request: stop() waits for it
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
  session.expire_after(session.wait_ms_max());
  const std::string head = head_of(response, keep_alive);
  bool written = co_await write(session, view(head));
  if (written && !head_only && !response.body.empty()) written = co_await write(session, response.body);
  co_return written;
}

// While it lives the other end is listened to, and forgotten, so that our last words are not lost to a reset because it
// was still speaking. Not everybody at once: it is work.
class Drain {
 public:
  explicit Drain(Session& session) : drains_(session.server.drains) {
    ++drains_;
    session.expire_after(std::min(kLingerMsMax, session.server.options.request_wait_ms_max));
  }
  ~Drain() { --drains_; }
  Drain(const Drain&) = delete;
  Drain& operator=(const Drain&) = delete;
  bool listens(std::size_t heard) const { return drains_ <= kDrainsMax && heard < kDrainedBytesMax; }

 private:
  int& drains_;
};

// Who it is, as far as the handshake says. False: there is no place for another connection of theirs.
bool recognise_by_handshake(Session& session) {
  const Server::State& server = session.server;
  if (server.options.mutual) {
    const auto peer = session.certificate ? server.pins.name_of(*session.certificate) : std::nullopt;
    return !peer || session.recognise(*peer);  // nobody: a pin that has just gone, as its first request is told
  }
  return server.options.admit != nullptr || session.recognise(session.share());
}

awaitable<bool> handshake(Session& session) {
  error_code error;
  session.expire_after(session.wait_ms_max());
  co_await session.stream.async_handshake(asio::ssl::stream_base::server, redirect_error(use_awaitable, error));
  if (!error) {
    session.certificate = peer_certificate_sha256(session.stream.native_handle());
    co_return recognise_by_handshake(session);
  }
  if (session.server.stopping) co_return false;
  session.server.note_refused_handshake(session.remote_address, session.expired ? "too slow" : error.message());
  if (session.expired) co_return false;
  tcp::socket& socket = session.stream.next_layer();
  const Drain drain(session);
  Bytes sink(kReadBytes);
  socket.shutdown(tcp::socket::shutdown_send, error);
  for (std::size_t total = 0; !error && drain.listens(total);)
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
  const Drain drain(session);
  error_code error;
  for (std::size_t total = 0; written && !error && drain.listens(total);) {
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

// Reads one request's header within its time. False: there is none; where it was the client's fault, that was answered.
awaitable<bool> read_header(Session& session, Parser& parser) {
  const ServerOptions& options = session.server.options;
  parser.header_limit(static_cast<std::uint32_t>(options.header_bytes_max));
  parser.body_limit(options.body_bytes_max);
  session.expire_after(session.wait_ms_max());
  error_code error;
  while (!error && !parser.is_header_done()) error = co_await parse_some(session, parser);
  if (!error) co_return true;
  if (std::optional<Response> refusal = response_to(error)) co_await refuse(session, std::move(*refusal));
  co_return false;
}

// And its body.
awaitable<bool> read_body(Session& session, Parser& parser) {
  error_code error;
  std::optional<Response> refusal;
  session.expire_after(session.wait_ms_max());
  if (!parser.is_done() && beast::iequals(parser.get()[http::field::expect], "100-continue"))
    co_await write(session, view("HTTP/1.1 100 Continue\r\n\r\n"));
  if (!session.reserve_body(parser.get().body().size()))
    refusal = error_response(503, Code::kUnavailable, "too many large requests at once: try again");
  while (!error && !refusal && !parser.is_done()) {
    error = co_await parse_some(session, parser);
    if (!session.reserve_body(parser.get().body().size() - session.body_bytes))
      refusal = error_response(503, Code::kUnavailable, "too many large requests at once: try again");
  }
  if (error) refusal = response_to(error);
  if (refusal) co_await refuse(session, std::move(*refusal));
  co_return !error && !refusal;
}

Response run_handler(Server::State& server, const Request& request) {
  try {
    return server.handler(request);
  } catch (const std::exception& problem) {
    spdlog::error("net: the handler threw: {}", problem.what());
  } catch (...) {
    spdlog::error("net: the handler threw");
  }
  return error_response(500, Code::kInternal, "the server could not do this");
}

// A request on its way through the workers, and its answer.
struct Errand {
  Request request;
  Response answer;
  bool done = false;
  steady_clock::time_point since = steady_clock::now();
};

// On a worker, or on whoever drops what waits.
void run(Server::State& server, Errand& errand, bool runs) {
  const auto waited = std::chrono::duration_cast<milliseconds>(steady_clock::now() - errand.since).count();
  if (runs && waited <= server.options.turn_wait_ms_max) {
    errand.answer = run_handler(server, errand.request);
    return;
  }
  server.requests_too_many++;
  errand.answer =
      error_response(503, Code::kUnavailable,
                     runs ? "it waited too long for its turn: try again later" : "the server is about to stop");
}

// The answer leaves as soon as it is there: a worker posts it to the network's thread, and stands in no queue again.
awaitable<Response> handled(Session& session, Request request, bool never_waits) {
  Server::State& server = session.server;
  const auto errand = std::make_shared<Errand>();
  errand->request = std::move(request);
  session.expire_never();
  session.pause.expires_at(steady_clock::time_point::max());
  Turns& turns = never_waits ? server.aside : server.turns;
  const bool is_stranger = server.options.admit != nullptr && session.key.empty();
  auto job = [errand, its = session.shared_from_this()](bool runs) mutable {
    run(its->server, *errand, runs);
    asio::io_context& io = its->server.io;
    asio::post(io, [errand = std::move(errand), its = std::move(its)] {
      errand->done = true;
      its->pause.cancel();
    });
  };
  const bool taken = turns.take(session.share(), std::move(job), is_stranger);
  if (!taken) {
    server.requests_too_many++;
    co_return error_response(503, Code::kUnavailable, "too many of your requests wait already: try again later");
  }
  error_code cancelled;
  while (!errand->done) co_await session.pause.async_wait(redirect_error(use_awaitable, cancelled));
  server.requests++;
  co_return std::move(errand->answer);
}

// Whether a request may go on, when its header is complete.
Admission judge(Session& session, Request& request) {
  const Server::State& server = session.server;
  request.remote_address = session.remote_address;
  Admission out;
  if (server.options.mutual) {
    const auto peer = session.certificate ? server.pins.name_of(*session.certificate) : std::nullopt;
    if (!peer) {
      out.refusal = error_response(401, Code::kUnauthenticated, "this certificate is no longer accepted");
      return out;
    }
    request.peer = *peer;
  }
  if (server.options.admit != nullptr) out = server.options.admit(request);
  if (server.options.mutual) out.key = request.peer;
  if (!out.refusal && !out.key.empty() && !session.recognise(out.key))
    out.refusal = error_response(503, Code::kUnavailable, "too many of your requests at once: try again later");
  return out;
}

// Who asks much is served slowly; nobody else notices. The end of the server ends it.
awaitable<void> slow_down(Session& session, std::int64_t wait_ms) {
  if (wait_ms == 0 || session.server.stopping) co_return;
  session.expire_never();
  session.pause.expires_after(milliseconds(wait_ms));
  error_code ignored;
  co_await session.pause.async_wait(redirect_error(use_awaitable, ignored));
}

// To the end of the window in which the answer was made. The end of the server ends it.
awaitable<void> wait_for_window(Session& session, int window_ms, steady_clock::time_point since) {
  if (window_ms <= 0 || session.server.stopping) co_return;
  const milliseconds window(window_ms);
  session.pause.expires_at(since + window * ((steady_clock::now() - since) / window + 1));
  error_code ignored;
  co_await session.pause.async_wait(redirect_error(use_awaitable, ignored));
}

// A line now and then for as long as there are any. That nobody reads it is noticed when it cannot be written.
awaitable<void> stream(Session& session, Response answer) {
  bool goes_on = co_await write_response(session, answer, false, false);
  while (goes_on && !session.server.stopping) {
    session.expire_never();
    session.pause.expires_after(std::chrono::seconds(1));
    error_code ignored;
    co_await session.pause.async_wait(redirect_error(use_awaitable, ignored));
    const auto next = answer.more();
    goes_on = next.has_value() && !session.server.stopping;
    if (!goes_on || next->empty()) continue;
    session.expire_after(session.wait_ms_max());
    goes_on = co_await write(session, view(*next));
  }
}

awaitable<void> refuse_stranger(Session& session, Response refusal) {
  Server::State& server = session.server;
  server.strangers_refused++;
  co_await slow_down(session, server.refusals.note(session.remote_address, steady_clock::now()));
  if (const auto count = server.refusals.due(steady_clock::now())) {
    spdlog::warn("net: {} requests without a token or certificate that is known here, the last one from {}", *count,
                 session.remote_address);
  }
  co_await refuse(session, std::move(refusal));
}

// One request and its answer. False: the connection ends.
awaitable<bool> exchange(Session& session, bool may_continue) {
  Server::State& server = session.server;
  Parser parser;
  const bool was_read = co_await read_header(session, parser);
  if (!was_read) co_return false;
  session.set_busy(true);
  const steady_clock::time_point start = steady_clock::now();
  Result<Request> request = to_request(parser.get());
  if (!request.ok()) {
    co_await refuse(session, error_response(400, request.error().code, request.error().message));
    co_return false;
  }
  Admission admission = judge(session, *request);
  co_await slow_down(session, admission.wait_ms);
  if (admission.refusal) {
    co_await (admission.key.empty() ? refuse_stranger : refuse)(session, std::move(*admission.refusal));
    co_return false;
  }
  if (admission.key.empty() && server.options.admit != nullptr)
    co_await slow_down(session, server.open_requests.note(session.remote_address, steady_clock::now()));
  if (server.stopping) co_return false;
  if (admission.reads_body) {
    const bool came = co_await read_body(session, parser);
    if (!came) co_return false;
    request->body = std::move(parser.get().body());
  }
  const bool all_read = parser.is_done();
  const std::string method = request->method, target = request->target;
  const steady_clock::time_point read = steady_clock::now();
  Response answer = co_await handled(session, *std::move(request), admission.never_waits);
  session.release_body();
  co_await wait_for_window(session, answer.window_ms, read);
  if (!all_read) {
    co_await refuse(session, std::move(answer));
    co_return false;
  }
  if (answer.more) {
    co_await stream(session, std::move(answer));
    co_return false;
  }
  const bool keep_alive = parser.get().keep_alive() && may_continue && !server.stopping;
  const bool written = co_await write_response(session, answer, keep_alive, method == "HEAD");
  const auto took = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
  spdlog::info("net: {} {} {} {} ms", loggable(method), answer.route.empty() ? "-" : answer.route, answer.status,
               took.count());
  session.set_busy(false);
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
  const auto session = std::make_shared<Session>(server, std::move(socket));
  server.cut(server.guests.arrive(session->id, session->remote_address));
  asio::co_spawn(server.io, serve(session), asio::detached);
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

void Server::State::cut(std::optional<Guests::Id> guest) {
  if (!guest) return;
  connections_cut++;
  const auto found = sessions.find(*guest);
  if (found == sessions.end()) return;
  found->second->cut();
  found->second->pause.cancel();
}

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
    for (const auto& [id, session] : sessions) {
      if (!session->busy) session->cut();
      session->pause.cancel();
    }
  });
  turns.drop_waiting();
  aside.drop_waiting();
  // the network thread runs out of work by itself once the last connection ends
  if (network_ended.get_future().wait_for(milliseconds(options.stop_wait_ms_max)) != std::future_status::ready)
    io.stop();
  network.join();
  turns.end();
  aside.end();
}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Handler handler) {
  CHECK(handler != nullptr && options.threads > 0 && options.connections_max > 0);
  if (!options.pinned_peers.empty()) options.mutual = true;
  try {
    auto state = std::make_unique<State>(std::move(options), std::move(handler));
    TRY(state->open());
    asio::co_spawn(state->io, accept_all(*state), asio::detached);
    spdlog::default_logger_raw();  // made before there are threads: TSan does not see how its library makes it
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
  ServerCounts out;
  out.requests = state_->requests;
  out.requests_refused = state_->requests_refused;
  out.strangers_refused = state_->strangers_refused;
  out.requests_too_many = state_->requests_too_many;
  out.handshakes_refused = state_->handshakes_refused;
  out.connections_refused = state_->connections_refused;
  out.connections_cut = state_->connections_cut;
  return out;
}
void Server::set_pinned_peers(const PinList& pinned_peers) {
  CHECK(state_->options.mutual);
  state_->pins.set(pinned_peers);
}
void Server::stop() {
  std::call_once(state_->stop_once, [this] { state_->stop(); });
}

}  // namespace puente::net
