// For tests: sockets that send what they like, by the operating system and OpenSSL alone. They share no code with what
// is tested, but for how an identity is read.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>

#include "net/certificate.h"

namespace puente::net {

inline constexpr int kSocketPatienceMs = 20'000;  // far more than anything in a test takes

// OpenSSL writes to its sockets without MSG_NOSIGNAL, and a server that hangs up is what is tested.
[[maybe_unused]] inline const auto kIgnoreSigpipe = ::signal(SIGPIPE, SIG_IGN);

// A bare TCP socket: sends what it likes. Reads give up after the patience.
class RawTcp {
 public:
  explicit RawTcp(std::uint16_t port, int patience_ms = kSocketPatienceMs)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{patience_ms / 1000, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawTcp() { ::close(socket_); }
  RawTcp(const RawTcp&) = delete;
  RawTcp& operator=(const RawTcp&) = delete;
  bool connected() const { return connected_; }
  int descriptor() const { return socket_; }
  void send(std::string_view text) const { (void)::send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
  bool is_closed_by_server() const {  // reads to the end; false when it never comes
    char sink[4096];
    ssize_t size = 0;
    while ((size = ::recv(socket_, sink, sizeof sink, 0)) > 0) {
    }
    return size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
  }

 private:
  int socket_;
  bool connected_ = false;
};

// TLS over it, with OpenSSL alone: shares no code with what is tested.
class RawTls {
 public:
  explicit RawTls(std::uint16_t port, int version_max = TLS1_3_VERSION, const Identity* own = nullptr,
                  int patience_ms = kSocketPatienceMs)
      : tcp_(port, patience_ms), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_max_proto_version(context_, version_max);
    if (own != nullptr) CHECK(use_identity(context_, *own).ok());
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, tcp_.descriptor());
    shaken_ = SSL_connect(ssl_) == 1;
  }
  ~RawTls() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  bool shaken() const { return shaken_; }
  bool could_resume() const { return SSL_SESSION_is_resumable(SSL_get0_session(ssl_)) == 1; }
  bool send(std::string_view text) {
    return SSL_write(ssl_, text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size());
  }
  std::string receive_all() {
    std::string out;
    char part[4096];
    for (int size = 0; (size = SSL_read(ssl_, part, sizeof part)) > 0;)
      out.append(part, static_cast<std::size_t>(size));
    return out;
  }
  std::string receive_until(std::string_view end) {
    std::string out;
    char part[4096];
    while (out.find(end) == out.npos) {
      const int size = SSL_read(ssl_, part, sizeof part);
      if (size <= 0) break;
      out.append(part, static_cast<std::size_t>(size));
    }
    return out;
  }
  const RawTcp& tcp() const { return tcp_; }

 private:
  RawTcp tcp_;
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  bool shaken_ = false;
};

}  // namespace puente::net
