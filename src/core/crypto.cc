#include "core/crypto.h"

#include <sodium.h>

#include <algorithm>

namespace puente {
namespace {

void start_sodium() {
  static const bool started = sodium_init() >= 0;
  CHECK(started);
}

}  // namespace

Digest sha256(ByteView bytes) {
  return sha256(bytes, {}, {});
}

Digest sha256(ByteView first, ByteView second, ByteView third) {
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init(&state);
  for (ByteView part : {first, second, third}) crypto_hash_sha256_update(&state, part.data(), part.size());
  Digest out;
  crypto_hash_sha256_final(&state, out.data());
  return out;
}

std::string hash_password(std::string_view password) {
  start_sodium();
  std::array<char, crypto_pwhash_STRBYTES> out{};
  const int made =
      crypto_pwhash_str_alg(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13);
  CHECK(made == 0);  // only memory can be missing
  return out.data();
}

bool is_password(const std::string& hash, std::string_view password) {
  start_sodium();
  return hash.size() < crypto_pwhash_STRBYTES &&
         crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool same_bytes(ByteView a, ByteView b) {
  std::size_t differing = a.size() ^ b.size();
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
    differing |= static_cast<std::size_t>((i < a.size() ? a[i] : 0) ^ (i < b.size() ? b[i] : 0));
  return differing == 0;
}

SecretKey SecretKey::generate(Random& random) {
  SecretKey key;
  random.fill(key.bytes_);
  return key;
}

Result<SecretKey> SecretKey::from_bytes(ByteView bytes) {
  if (bytes.size() != kSize) return Error{Code::kCorrupt, "a key must have 32 bytes"};
  SecretKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
  return key;
}

SecretKey::~SecretKey() {
  sodium_memzero(bytes_.data(), bytes_.size());
}
SecretKey::SecretKey(SecretKey&& other) noexcept : bytes_(other.bytes_) {
  sodium_memzero(other.bytes_.data(), kSize);
}
SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
  if (this != &other) {
    bytes_ = other.bytes_;
    sodium_memzero(other.bytes_.data(), kSize);
  }
  return *this;
}

Bytes seal(const SecretKey& key, ByteView plain, std::string_view context, Random& random) {
  start_sodium();
  constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
  Bytes out(kNonce + plain.size() + kTag);
  random.fill(std::span(out).first(kNonce));
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + kNonce, nullptr, plain.data(), plain.size(),
                                             view(context).data(), context.size(), nullptr, out.data(),
                                             key.bytes().data());
  return out;
}

Result<Bytes> open(const SecretKey& key, ByteView sealed, std::string_view context) {
  start_sodium();
  constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;
  if (sealed.size() < kNonce + kTag) return Error{Code::kCorrupt, "a sealed record is too short"};
  Bytes out(sealed.size() - kNonce - kTag);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(out.data(), nullptr, nullptr, sealed.data() + kNonce,
                                                 sealed.size() - kNonce, view(context).data(), context.size(),
                                                 sealed.data(), key.bytes().data()) != 0) {
    return Error{Code::kCorrupt, "a sealed record does not open: wrong key, or its bytes were changed"};
  }
  return out;
}

Digest quick_keyed_hash(const SecretKey& key, ByteView bytes) {
  Digest out;
  CHECK(crypto_generichash(out.data(), out.size(), bytes.data(), bytes.size(), key.bytes().data(),
                           key.bytes().size()) == 0);
  return out;
}

Digest keyed_hash(const SecretKey& key, ByteView bytes) {
  Digest out;
  crypto_auth_hmacsha256(out.data(), bytes.data(), bytes.size(), key.bytes().data());
  return out;
}

SigningKey SigningKey::generate(Random& random) {
  const SecretKey seed = SecretKey::generate(random);
  return *from_seed(seed.bytes());
}

Result<SigningKey> SigningKey::from_seed(ByteView seed) {
  start_sodium();
  SigningKey key;
  ASSIGN_OR_RETURN(key.seed_, SecretKey::from_bytes(seed));
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret;
  crypto_sign_seed_keypair(key.public_key_.data(), secret.data(), key.seed_.bytes().data());
  sodium_memzero(secret.data(), secret.size());
  return key;
}

Signature SigningKey::sign(ByteView message) const {
  std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret;  // libsodium's form: seed, then public key
  std::copy(seed_.bytes().begin(), seed_.bytes().end(), secret.begin());
  std::copy(public_key_.begin(), public_key_.end(), secret.begin() + SecretKey::kSize);
  Signature out;
  crypto_sign_detached(out.data(), nullptr, message.data(), message.size(), secret.data());
  sodium_memzero(secret.data(), secret.size());
  return out;
}

bool verify_signature(const SigningPublicKey& key, ByteView message, const Signature& signature) {
  start_sodium();
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) == 0;
}

SealingKey SealingKey::generate(Random& random) {
  const SecretKey secret = SecretKey::generate(random);
  return *from_bytes(secret.bytes());
}

Result<SealingKey> SealingKey::from_bytes(ByteView secret) {
  start_sodium();
  SealingKey key;
  ASSIGN_OR_RETURN(key.secret_, SecretKey::from_bytes(secret));
  crypto_scalarmult_base(key.public_key_.data(), key.secret_.bytes().data());
  return key;
}

Result<Bytes> SealingKey::open(ByteView sealed) const {
  if (sealed.size() < crypto_box_SEALBYTES) return Error{Code::kCorrupt, "a sealed message is too short"};
  Bytes out(sealed.size() - crypto_box_SEALBYTES);
  if (crypto_box_seal_open(out.data(), sealed.data(), sealed.size(), public_key_.data(), secret_.bytes().data()) != 0) {
    return Error{Code::kCorrupt, "a sealed message does not open: it was sealed to another key, or changed on the way"};
  }
  return out;
}

bool is_usable(const SealingPublicKey& key) {
  start_sodium();
  std::array<std::uint8_t, crypto_scalarmult_SCALARBYTES> any{1};  // clamping makes it a proper one
  std::array<std::uint8_t, crypto_scalarmult_BYTES> shared;
  return crypto_scalarmult(shared.data(), any.data(), key.data()) == 0;
}

Bytes seal_to(const SealingPublicKey& recipient, ByteView plain) {
  start_sodium();
  Bytes out(plain.size() + crypto_box_SEALBYTES);
  CHECK(crypto_box_seal(out.data(), plain.data(), plain.size(), recipient.data()) == 0);
  return out;
}

}  // namespace puente
