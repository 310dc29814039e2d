#include "signin/authenticator.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "signin/signin.h"

namespace puente::signin {
namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::int64_t kStepMs = 30'000;

std::string to_base32(ByteView bytes) {  // of a whole number of five bytes
  std::string out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = (held << 8 | byte) & 0xffff;
    for (bits += 8; bits >= 5; bits -= 5) out += kBase32[held >> (bits - 5) & 31];
  }
  return out;
}

std::optional<Bytes> from_base32(const std::string& text) {
  Bytes out;
  std::uint32_t held = 0;
  int bits = 0;
  for (const char letter : text) {
    const std::size_t value = kBase32.find(letter);
    if (value == std::string_view::npos) return std::nullopt;
    held = (held << 5 | static_cast<std::uint32_t>(value)) & 0xffff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<std::uint8_t>(held >> bits));
  }
  return out;
}

}  // namespace

std::string new_authenticator(Random& random) {
  std::array<std::uint8_t, 20> secret{};
  random.fill(secret);
  return to_base32(secret);
}

bool is_authenticator(const std::string& secret) {
  return secret.size() >= 16 && secret.size() <= 64 && from_base32(secret).has_value();
}

std::string code_of(const std::string& secret, std::int64_t step) {
  const std::optional<Bytes> key = from_base32(secret);
  if (!key || key->empty()) return "";
  std::array<std::uint8_t, 8> counter{};
  for (std::size_t i = 0; i < counter.size(); ++i)
    counter[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(step) >> (56 - 8 * i));
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  CHECK(HMAC(EVP_sha1(), key->data(), static_cast<int>(key->size()), counter.data(), counter.size(), mac.data(),
             &size) != nullptr);
  const std::size_t at = mac[size - 1] & 15;  // RFC 4226, 5.3
  const std::uint32_t number = (static_cast<std::uint32_t>(mac[at] & 127) << 24) |
                               (static_cast<std::uint32_t>(mac[at + 1]) << 16) |
                               (static_cast<std::uint32_t>(mac[at + 2]) << 8) | mac[at + 3];
  const std::string digits = std::to_string(number % 1'000'000);
  return std::string(6 - digits.size(), '0') + digits;
}

std::int64_t step_of(std::int64_t now_ms) {
  return now_ms / kStepMs;
}

std::optional<std::int64_t> step_by(const std::string& secret, const std::string& code, std::int64_t now_ms) {
  std::optional<std::int64_t> out;
  for (const std::int64_t away : {-1, 0, 1}) {
    const std::string right = code_of(secret, step_of(now_ms) + away);
    if (!right.empty() && same_bytes(view(right), view(code))) out = step_of(now_ms) + away;
  }
  return out;
}

std::string code_at(const std::string& secret, std::int64_t now_ms) {
  return code_of(secret, step_of(now_ms));
}

std::string address_of(const std::string& secret, const std::string& country, const std::string& user) {
  return "otpauth://totp/Puente%20" + country + ":" + user + "?secret=" + secret + "&issuer=Puente%20" + country;
}

}  // namespace puente::signin
