#include "net/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>

namespace puente::net {
namespace {

constexpr std::size_t kPemBytesMax = 64u << 10;
constexpr int kDaysMax = 3650;

template <auto kFree>
struct Free {
  template <typename T>
  void operator()(T* pointer) const {
    kFree(pointer);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;

// A key with a password would ask for it on the terminal: it is refused instead.
int no_password(char*, int, int, void*) {
  return -1;
}

Error invalid(std::string message) {
  ERR_clear_error();
  return {Code::kInvalidInput, std::move(message)};
}

Bio read_bio(std::string_view pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

Result<Certificate> read_certificate(std::string_view pem) {
  if (pem.empty() || pem.size() > kPemBytesMax) return invalid("certificate: give one PEM certificate");
  const Bio bio = read_bio(pem);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr));
  if (!certificate) return invalid("certificate: not a PEM certificate");
  return certificate;
}

std::optional<Digest> digest_of(const X509* certificate) {
  Digest digest;
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1 || size != digest.size()) return std::nullopt;
  return digest;
}

bool is_within_dates(const X509* certificate) {
  return X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
         X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

// In place of OpenSSL's search for authorities: the pin is the authority. That the other end holds the key belonging to
// the certificate is shown by the handshake itself.
int verify_pinned(X509_STORE_CTX* store, void* argument) {
  const auto& accept = *static_cast<const AcceptCertificate*>(argument);
  const X509* certificate = X509_STORE_CTX_get0_cert(store);
  const std::optional<Digest> digest = certificate ? digest_of(certificate) : std::nullopt;
  if (!digest || !accept(*digest)) {
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_UNTRUSTED);
    return 0;
  }
  if (!is_within_dates(certificate)) {
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_HAS_EXPIRED);
    return 0;
  }
  X509_STORE_CTX_set_error(store, X509_V_OK);
  return 1;
}

bool is_host_name(std::string_view name) {
  return !name.empty() && name.front() != '-' && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
         });
}

bool is_address(const std::string& name) {
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(name.c_str());
  ERR_clear_error();
  ASN1_OCTET_STRING_free(address);
  return address != nullptr;
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

bool set_random_serial(X509* certificate) {
  BIGNUM* number = BN_new();
  const bool set = number != nullptr && BN_rand(number, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
                   BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

std::string alternative_names(const std::string& common_name, const std::vector<std::string>& hosts) {
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  const auto add = [&](const std::string& name) {
    const std::string entry = (is_address(name) ? ",IP:" : ",DNS:") + name;
    if ((is_address(name) || is_host_name(name)) && ("," + names + ",").find(entry + ",") == std::string::npos)
      names += entry;
  };
  add(common_name);
  for (const std::string& host : hosts) add(host);
  return names;
}

bool fill_certificate(X509* certificate, EVP_PKEY* key, const std::string& common_name,
                      const std::vector<std::string>& hosts, std::time_t not_before, std::time_t not_after) {
  const std::string names = alternative_names(common_name, hosts);
  X509_NAME* name = X509_get_subject_name(certificate);
  return X509_set_version(certificate, X509_VERSION_3) == 1 && set_random_serial(certificate) &&
         ASN1_TIME_set(X509_getm_notBefore(certificate), not_before) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), not_after) != nullptr &&
         X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>(common_name.data()),
                                    static_cast<int>(common_name.size()), -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth,clientAuth") &&
         add_extension(certificate, NID_subject_key_identifier, "hash") &&
         add_extension(certificate, NID_subject_alt_name, names) && X509_sign(certificate, key, EVP_sha256()) > 0;
}

std::string take_text(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

Result<Identity> make_identity_between(const std::string& common_name, std::time_t not_before, std::time_t not_after,
                                       const std::vector<std::string>& hosts) {
  const bool printable =
      std::all_of(common_name.begin(), common_name.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
  if (common_name.empty() || common_name.size() > 64 || !printable)
    return invalid("certificate name: give 1 to 64 printable ASCII characters");
  for (const std::string& host : hosts) {
    if (!is_address(host) && !is_host_name(host)) return invalid("certificate: not a host name or address: " + host);
  }
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  const Bio certificate_out(BIO_new(BIO_s_mem())), key_out(BIO_new(BIO_s_secmem()));
  if (!key || !certificate || !certificate_out || !key_out ||
      !fill_certificate(certificate.get(), key.get(), common_name, hosts, not_before, not_after) ||
      PEM_write_bio_X509(certificate_out.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    ERR_clear_error();
    return Error{Code::kInternal, "certificate: OpenSSL could not make one"};
  }
  return Identity{take_text(certificate_out.get()), take_text(key_out.get())};
}

Result<Identity> make_identity(const std::string& common_name, int days, const std::vector<std::string>& hosts) {
  if (days < 1 || days > kDaysMax) return invalid("certificate days: give 1 to " + std::to_string(kDaysMax));
  const std::time_t now = std::time(nullptr);
  const std::time_t skew = limits::kClockSkewMsMax / 1000;  // valid at once also where the clock is a little behind
  return make_identity_between(common_name, now - skew, now + std::time_t{days} * 24 * 3600, hosts);
}

Result<Digest> certificate_sha256(std::string_view certificate_pem) {
  ASSIGN_OR_RETURN(const Certificate certificate, read_certificate(certificate_pem));
  const std::optional<Digest> digest = digest_of(certificate.get());
  if (!digest) return invalid("certificate: cannot be hashed");
  return *digest;
}

Result<CertificateDates> certificate_dates(std::string_view certificate_pem) {
  ASSIGN_OR_RETURN(const Certificate certificate, read_certificate(certificate_pem));
  const auto ms_of = [](const ASN1_TIME* time) {
    std::tm parts{};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? std::int64_t{timegm(&parts)} * 1000 : 0;
  };
  return CertificateDates{ms_of(X509_get0_notBefore(certificate.get())), ms_of(X509_get0_notAfter(certificate.get()))};
}

Status check_identity(const Identity& identity) {
  ASSIGN_OR_RETURN(const Certificate certificate, read_certificate(identity.certificate_pem));
  const Bio bio = read_bio(identity.key_pem);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (!key) return invalid("the certificate's key is not a PEM key");
  if (X509_check_private_key(certificate.get(), key.get()) != 1)
    return invalid("the certificate is of another key: both must be of one making");
  return {};
}

void require_tls13(ssl_ctx_st* context) {
  CHECK(SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1);
  CHECK(SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

Status use_identity(ssl_ctx_st* context, const Identity& identity) {
  ASSIGN_OR_RETURN(const Certificate certificate, read_certificate(identity.certificate_pem));
  if (identity.key_pem.empty() || identity.key_pem.size() > kPemBytesMax)
    return invalid("private key: give one PEM key");
  const Bio bio = read_bio(identity.key_pem);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (!key) return invalid("private key: not a PEM key without a password");
  if (SSL_CTX_use_certificate(context, certificate.get()) != 1) return invalid("certificate: unusable for TLS");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1)
    return invalid("private key: does not belong to the certificate");
  return {};
}

void require_pinned(ssl_ctx_st* context, const AcceptCertificate& accept) {
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(context, verify_pinned, const_cast<AcceptCertificate*>(&accept));
}

Status require_authority(ssl_ctx_st* context, const std::string& ca_pem) {
  if (ca_pem.size() > 16 * kPemBytesMax) return invalid("authorities: the PEM text is too long");
  const Bio bio = read_bio(ca_pem);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  int count = 0;
  while (const Certificate certificate{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)}) {
    if (X509_STORE_add_cert(store, certificate.get()) != 1) return invalid("authorities: a certificate is unusable");
    ++count;
  }
  ERR_clear_error();  // that there is no further one
  if (count == 0) return invalid("authorities: no PEM certificate");
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return {};
}

void expect_host(ssl_st* connection, const std::string& host) {
  if (is_address(host)) {
    CHECK(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(connection), host.c_str()) == 1);
    return;
  }
  CHECK(SSL_set1_host(connection, host.c_str()) == 1);
  SSL_set_tlsext_host_name(connection, host.c_str());
}

std::optional<Digest> peer_certificate_sha256(const ssl_st* connection) {
  const Certificate certificate(SSL_get1_peer_certificate(connection));
  if (!certificate) return std::nullopt;
  return digest_of(certificate.get());
}

bool is_certificate_refusal(unsigned long error) {
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) return false;
  switch (ERR_GET_REASON(error)) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      return true;
    default:
      return false;
  }
}

}  // namespace puente::net
