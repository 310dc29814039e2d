// The cryptography the program uses, and nothing else: thin names over libsodium. No algorithm of our own.
// SHA-256; Ed25519 signatures; XChaCha20-Poly1305 for what rests; X25519 sealed boxes for what travels; HMAC-SHA-256
// pseudonyms. All functions are pure and safe from any thread. Keys are erased from memory when their holder goes.
#pragma once
#include <array>
#include <string>

#include "core/bytes.h"
#include "core/clock.h"

namespace puente {

using Digest = std::array<std::uint8_t, 32>;
Digest sha256(ByteView bytes);
Digest sha256(ByteView first, ByteView second, ByteView third = {});  // of the three laid end to end

// A symmetric key; zeroed on destruction; movable, not copyable by accident.
class SecretKey {
 public:
  static constexpr std::size_t kSize = 32;
  SecretKey() = default;  // all zero: only to be assigned to
  static SecretKey generate(Random& random);
  static Result<SecretKey> from_bytes(ByteView bytes);
  ~SecretKey();
  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&& other) noexcept;
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;
  ByteView bytes() const { return bytes_; }

 private:
  std::array<std::uint8_t, kSize> bytes_{};
};

// XChaCha20-Poly1305 (IETF): 24-byte random nonce before the ciphertext. `context` is bound to it: opening under
// another context fails, so a sealed blob cannot be moved to another row.
Bytes seal(const SecretKey& key, ByteView plain, std::string_view context, Random& random);
Result<Bytes> open(const SecretKey& key, ByteView sealed, std::string_view context);  // kCorrupt

// HMAC-SHA-256: keyed pseudonyms for the log.
Digest keyed_hash(const SecretKey& key, ByteView bytes);
// BLAKE2b: of millions of small things.
Digest quick_keyed_hash(const SecretKey& key, ByteView bytes);

using SigningPublicKey = std::array<std::uint8_t, 32>;
using Signature = std::array<std::uint8_t, 64>;
class SigningKey {  // Ed25519
 public:
  static SigningKey generate(Random& random);
  static Result<SigningKey> from_seed(ByteView seed);  // 32 bytes
  ByteView seed() const { return seed_.bytes(); }
  const SigningPublicKey& public_key() const { return public_key_; }
  Signature sign(ByteView message) const;

 private:
  SecretKey seed_;
  SigningPublicKey public_key_{};
};
bool verify_signature(const SigningPublicKey& key, ByteView message, const Signature& signature);

using SealingPublicKey = std::array<std::uint8_t, 32>;
class SealingKey {  // X25519
 public:
  static SealingKey generate(Random& random);
  static Result<SealingKey> from_bytes(ByteView secret);  // 32 bytes
  ByteView bytes() const { return secret_.bytes(); }
  const SealingPublicKey& public_key() const { return public_key_; }
  Result<Bytes> open(ByteView sealed) const;  // kCorrupt when it was not sealed to this key or was changed

 private:
  SecretKey secret_;
  SealingPublicKey public_key_{};
};
Bytes seal_to(const SealingPublicKey& recipient, ByteView plain);  // anonymous: the sender signs inside
bool is_usable(const SealingPublicKey& key);  // false for the few points of low order: check a foreign key before use

// Argon2id (RFC 9106) with a salt of its own, as text that says its parameters: 64 MiB and some 50 ms each, so callers
// see to it that few run at once.
std::string hash_password(std::string_view password);
bool is_password(const std::string& hash, std::string_view password);  // in the time of the hash, whatever it says

bool same_bytes(ByteView a, ByteView b);  // in the time of the longer one: for what a stranger must not guess

template <std::size_t N>
Result<std::array<std::uint8_t, N>> fixed(ByteView bytes) {
  if (bytes.size() != N) return Error{Code::kInvalidInput, "expected " + std::to_string(N) + " bytes"};
  std::array<std::uint8_t, N> out;
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

}  // namespace puente
