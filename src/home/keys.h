// Which files of keys/ hold what, and what follows what. Inside home/.
#pragma once
#include <span>

#include "home/inside.h"
#include "policy/policy.h"

namespace puente::home {

inline constexpr int kCertificateDays = 825;

// A key is replaced by making the one that follows beside it, as X.next.key; when no agreement needs the older one any
// more, the next takes its place.
enum class Generation { kPresent, kNext };
Bytes key_line(ByteView key);  // a key file: 32 bytes in hexadecimal and a line end
std::string key_file(const std::string& path, Renewable what, Generation generation);
std::string certificate_file(const std::string& path, Generation generation);
std::string party_file(const std::string& path, Generation generation);
bool is_there(const std::string& file);

// keys/log.vkey is log.key's public half, for those who verify. "": it says so; else what is wrong with it.
std::string vkey_line(const Directory& directory, const SigningPublicKey& key);
Result<std::string> wrong_with_vkey(const Directory& directory);
Status keep_vkey(const Directory& directory);  // made anew where it is lost

// Public halves: what agreements may name for us.
struct OwnParts {
  SigningPublicKey signing{};
  SealingPublicKey sealing{};
  Digest certificate_sha256{};
  net::CertificateDates dates;
};
// Of kNext each part that has no next is the present one. Errors name the file.
Result<OwnParts> own_parts(const Directory& directory, Generation generation);
Result<net::Identity> read_identity(const Directory& directory, Generation generation);
Result<Party> read_own_party(const std::string& path, Generation generation);
Party party_of(const Directory& directory, const std::string& name, const OwnParts& parts);

Result<policy::Holdings> holdings_of(const Directory& directory);
Result<Json> told_of_keys(const Directory& directory);  // public halves, by name, for the log

// The identity to be shown while one certificate follows another: the next one as soon as every partner has an
// agreement in force that names it, or when the present one has ended.
Result<net::Identity> identity_to_show(const Directory& directory, std::span<const AcceptedAgreement> agreements,
                                       std::int64_t now_ms);

}  // namespace puente::home
