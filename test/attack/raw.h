// A socket that sends what it likes, by the operating system and OpenSSL alone.
#pragma once
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "net/net.h"

namespace puente::attack {

class RawTcp {
 public:
  explicit RawTcp(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    (void)::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
  ~RawTcp() { ::close(socket_); }
  RawTcp(const RawTcp&) = delete;
  RawTcp& operator=(const RawTcp&) = delete;
  int descriptor() const { return socket_; }
  void send(std::string_view bytes) const { (void)::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

 private:
  int socket_;
};

class RawTls {
 public:
  RawTls(std::uint16_t port, const net::Identity* own) : tcp_(port), context_(SSL_CTX_new(TLS_client_method())) {
    if (own != nullptr) show(*own);
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, tcp_.descriptor());
    shaken_ = SSL_connect(ssl_) == 1;
  }
  ~RawTls() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  RawTls(const RawTls&) = delete;
  RawTls& operator=(const RawTls&) = delete;
  bool shaken() const { return shaken_; }
  bool send(std::string_view bytes) {
    return SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
  }
  std::string receive() {  // what comes next, up to 4 KB
    char part[4096];
    const int size = SSL_read(ssl_, part, sizeof part);
    return size > 0 ? std::string(part, static_cast<std::size_t>(size)) : "";
  }

 private:
  void show(const net::Identity& own) const {
    BIO* certificate = BIO_new_mem_buf(own.certificate_pem.data(), static_cast<int>(own.certificate_pem.size()));
    X509* read = PEM_read_bio_X509(certificate, nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context_, read);
    X509_free(read);
    BIO_free(certificate);
    BIO* key = BIO_new_mem_buf(own.key_pem.data(), static_cast<int>(own.key_pem.size()));
    EVP_PKEY* secret = PEM_read_bio_PrivateKey(key, nullptr, nullptr, nullptr);
    SSL_CTX_use_PrivateKey(context_, secret);
    EVP_PKEY_free(secret);
    BIO_free(key);
  }
  RawTcp tcp_;
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  bool shaken_ = false;
};

}  // namespace puente::attack
