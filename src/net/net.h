// Net: HTTPS, TLS 1.3 and nothing older. One kind of server for both listeners (a node's own API; the partners', with
// mutual TLS), the transport to partners, and the client with which the command line speaks to its own running node.
// Who may connect is decided by pinned certificates: the SHA-256 of the DER form, as the agreement names it. A pinned
// certificate needs no authority behind it, but its dates must include now. Sessions are never resumed, so the pins are
// asked at each connection, and again at each request.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/crypto.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/mutex.h"
#include "core/result.h"
#include "core/transport.h"

namespace puente::net {

// A TLS certificate and its private key, both PEM. The key is secret: keep the file readable by its owner alone.
struct Identity {
  std::string certificate_pem;
  std::string key_pem;
};

// A new P-256 key and a self-signed certificate for it, valid from now for `days` (1 to 3650), for localhost,
// 127.0.0.1, ::1 and common_name (1 to 64 printable ASCII characters; a subject alternative name where it is an address
// or a host name), and for `hosts`, addresses or host names. P-256 because browsers refuse Ed25519 certificates.
Result<Identity> make_identity(const std::string& common_name, int days, const std::vector<std::string>& hosts = {});

// SHA-256 of the DER form of the first certificate in a PEM text: what an agreement pins.
Result<Digest> certificate_sha256(std::string_view certificate_pem);

struct CertificateDates {
  std::int64_t from_ms = 0, until_ms = 0;
};
Result<CertificateDates> certificate_dates(std::string_view certificate_pem);
Status check_identity(const Identity& identity);  // kInvalidInput: unreadable, or key and certificate are not a pair

struct Request {
  std::string method;                          // "GET", "POST", …
  std::string target;                          // the path alone, as it was sent: percent signs are not decoded
  std::string query;                           // what stood behind "?", not decoded
  std::map<std::string, std::string> headers;  // names in lower case; values of a repeated name joined by ", "
  Bytes body;
  std::string peer;            // mutual TLS: the name that the pinned certificate belongs to; else empty
  std::string remote_address;  // IP address of the other end of the connection
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  Bytes body;
  std::map<std::string, std::string> headers;  // further ones. Server: "cache-control: no-store" unless it is here.
  std::string route;  // what the process log calls the request: a path may name people, a route does not
  // Server: the answer leaves when a whole number of such windows has passed since the request was read, so that what
  // it took to make tells nothing of what it is about. No worker waits for it.
  int window_ms = 0;
  // Server: the answer has no end of its own (server-sent events). Asked once a second, on the network's thread, so
  // quick: what is to be sent next, perhaps nothing; none: that was all. The connection ends with it.
  std::function<std::optional<std::string>()> more{};
};

// What is said where something is refused or fails (RFC 9457), and, as `error`, its code and message by themselves.
inline constexpr const char* kProblem = "application/problem+json";
Json problem_details(int status, const Error& error);

// Answers one request. Called on a worker thread, several at a time.
using Handler = std::function<Response(const Request&)>;

// What is decided of a request when its header is complete and nothing of its body has been read.
struct Admission {
  // Whose request it is: who takes turns with others, and whose connections, bytes and waiting requests are counted.
  // Empty: a stranger's, whose address stands for it.
  std::string key;
  // Sent instead of asking the handler, and the connection ends. A stranger who is refused often waits for it.
  std::optional<Response> refusal;
  std::int64_t wait_ms = 0;  // for whoever sends too much: before the refusal, or before anything of the body is read
  bool reads_body = true;    // false: the handler is asked without it
  bool never_waits = false;  // answered beside all turns, by a thread that does nothing else: must be short
};
// On the network's thread: quick, blocks for nothing.
using Admit = std::function<Admission(const Request& head)>;

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IP address to listen on; "::" for all
  std::uint16_t port = 0;             // 0: any free one
  Identity identity;
  // Name of the peer, and the certificate it must show. One name may have several certificates (renewal). A certificate
  // under two names is accepted for neither.
  std::vector<std::pair<std::string, Digest>> pinned_peers;
  bool mutual = false;  // demand a client certificate even while nobody is pinned; pinned peers make it true
  int threads = 2;      // workers that run the handler
  std::size_t body_bytes_max = limits::kRequestBytesMax;
  std::size_t bodies_bytes_max = 8 * limits::kRequestBytesMax;  // of all requests under way together; more get 503
  std::size_t bodies_per_key_bytes_max = limits::kBodiesPerCallerBytesMax;
  std::size_t header_bytes_max = limits::kHeaderBytesMax;
  // Connections whose other end has shown who it is: a pinned certificate, a key that `admit` gave, or, where nothing
  // of the kind is asked for, its address. Idle ones make room for others of theirs.
  int connections_max = limits::kConnectionsMax;
  int connections_per_key_max = limits::kConnectionsPerCallerMax;
  int strangers_max = limits::kStrangersMax;  // beside them; of one address:
  int strangers_per_address_max = limits::kStrangersPerAddressMax;
  int running_per_key_max = 0;  // requests of one key at the workers; 0: as many as there are workers
  std::size_t waiting_per_key_max = limits::kWaitingPerCallerMax;
  int turn_wait_ms_max = limits::kTurnWaitMsMax;          // who has waited longer for a worker gets 503
  int request_wait_ms_max = limits::kRequestWaitMsMax;    // each: a whole request, taking the answer, idling
  int stranger_wait_ms_max = limits::kStrangerWaitMsMax;  // the same of strangers, and a handshake
  int refusal_wait_ms_max = limits::kWrongTokenWaitMsMax;
  int requests_per_connection_max = 1000;
  int stop_wait_ms_max = 2'000;
  Admit admit;  // may be missing: then every request is read and handled
};

// Since the start.
struct ServerCounts {
  std::uint64_t requests = 0;             // answered by the handler
  std::uint64_t requests_refused = 0;     // malformed, too large, not admitted: answered without the handler
  std::uint64_t strangers_refused = 0;    // of them those that no key was given for: no token, or a wrong one
  std::uint64_t requests_too_many = 0;    // their key had too many waiting, or they waited too long for their turn
  std::uint64_t handshakes_refused = 0;   // unknown certificate, none, old TLS, no TLS at all
  std::uint64_t connections_refused = 0;  // all the places of their key were busy
  std::uint64_t connections_cut = 0;      // idle ones, strangers' mostly, to make room
};

// An HTTPS/1.1 server with threads of its own: one for the network, options.threads for the handler, and one for what
// never waits. Callers take turns at the handler, each key one request, strangers all together never at the last
// worker; an answer leaves when it is ready: a slow handler holds up no other connection, a flood no other caller. All
// members: any thread, but not from within the handler (stop would wait for itself). Answers by itself, as
// problem_details: 400 malformed, 413 body, 431 header, 503 busy, 500 handler threw. Logs one line a
// request (method, route, status, ms) and refused handshakes (at most one line a second).
class Server {
 public:
  // kInvalidInput: address or identity unusable; kConflict: port in use; kUnavailable: what else the system refuses.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, Handler handler);
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  ServerCounts counts() const;
  // Replaces all pins (agreements change while running). Peers no longer pinned lose their next request as well. Only
  // for a server that was started mutual.
  void set_pinned_peers(const std::vector<std::pair<std::string, Digest>>& pinned_peers);
  // Stops accepting, drops idle connections and what waits for its turn (503), lets running requests end for at most
  // stop_wait_ms_max, then cuts the rest. Handlers already running are waited for: they must be bounded themselves, or
  // told to end by whoever owns them. A second call does nothing.
  void stop();

  struct State;  // within net/ alone

 private:
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Where a partner listens.
struct Peer {
  std::string host;  // name or IP address
  std::uint16_t port = 0;
  std::string base_path;                       // before each path; "" or "/…" without a slash at its end
  Digest certificate_sha256{};                 // the certificate that its server shows,
  std::vector<Digest> further_certificates{};  // or one of these, while one follows the other
};

// Mutual TLS 1.3 to peers by name; a new connection for each post. The status of an answer is the caller's to judge:
// any answer is ok here. Errors: kNotFound no such peer; kUnauthenticated it shows another certificate or refuses ours;
// kUnavailable not reachable, or the connection broke; kDeadlineExceeded; kTooLarge answer over kRequestBytesMax.
class PinnedTransport final : public Transport {
 public:
  explicit PinnedTransport(Identity own);
  void set_peer(const std::string& name, Peer peer);  // adds or replaces. Any thread.
  // wait_ms_max: resolve, connect, handshake, write and read together
  Result<Reply> post_when_reached(const std::string& peer, const std::string& path, const Body& body,
                                  std::int64_t wait_ms_max) override;
  void stop() override { stopping_ = true; }

 private:
  const Identity own_;
  std::atomic<bool> stopping_{false};
  mutable Mutex mutex_;
  std::map<std::string, Peer> peers_ GUARDED_BY(mutex_);
};

// Exactly one of ca_pem and certificate_sha256: a server is never believed unseen.
struct ClientOptions {
  std::string url;                           // https://host:port, perhaps with a base path
  std::string ca_pem;                        // authorities (or the server's own self-signed certificate); host checked
  std::optional<Digest> certificate_sha256;  // or exactly this certificate, whatever its names
  std::string bearer_token;                  // sent when not empty
  std::optional<Identity> identity{};        // shown to a server that asks who we are
  std::int64_t wait_ms_max = limits::kRequestWaitMsMax;
};

// One request on one new connection. Target: path and perhaps query. Errors as PinnedTransport's. Any thread; blocks.
Result<Response> request(const ClientOptions& options, const std::string& method, const std::string& target,
                         const std::string& content_type, ByteView body);

}  // namespace puente::net
