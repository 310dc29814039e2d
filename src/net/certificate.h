// Within net/: what TLS must do here, set on an OpenSSL context. Only certificate.cc knows OpenSSL's own interface.
#pragma once
#include <ctime>
#include <functional>
#include <optional>
#include <string>

#include "net/net.h"

struct ssl_ctx_st;
struct ssl_st;

namespace puente::net {

// make_identity with the dates given (seconds since 1970): tests need certificates of yesterday and of tomorrow.
Result<Identity> make_identity_between(const std::string& common_name, std::time_t not_before, std::time_t not_after,
                                       const std::vector<std::string>& hosts = {});

// TLS 1.3 alone, no session ever resumed.
void require_tls13(ssl_ctx_st* context);
// Shows this certificate. kInvalidInput when the two do not fit each other.
Status use_identity(ssl_ctx_st* context, const Identity& identity);
// Demands a certificate of the other end and takes only one that `accept` knows and whose dates include now; who signed
// it does not matter. `accept` is kept by reference: it must live as long as the context.
using AcceptCertificate = std::function<bool(const Digest& certificate_sha256)>;
void require_pinned(ssl_ctx_st* context, const AcceptCertificate& accept);
// Demands a certificate that one of these authorities vouches for. The name is checked by expect_host.
Status require_authority(ssl_ctx_st* context, const std::string& ca_pem);
void expect_host(ssl_st* connection,
                 const std::string& host);  // SNI, and the name or address the certificate must have
std::optional<Digest> peer_certificate_sha256(const ssl_st* connection);  // after the handshake; none without one

// Whether a failed TLS step means that a certificate was refused, by us or by the other end (its alert); `error` is
// OpenSSL's packed code.
bool is_certificate_refusal(unsigned long error);

}  // namespace puente::net
