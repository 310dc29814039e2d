// The names in crypto.h against the vectors of the documents that define them.
#include "core/crypto.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace puente {
namespace {

Bytes hex(const char* text) {
  return *from_hex(text);
}

SecretKey key_of(std::uint8_t byte) {
  return *SecretKey::from_bytes(Bytes(SecretKey::kSize, byte));
}

// 0x40, 0x41, …: the nonce of the draft's example.
class CountingRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_ = 0x40;
};

TEST(Sha256, has_the_vectors_of_fips180) {
  EXPECT_EQ(to_hex(sha256(view("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(view("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(view("a"), view("b"), view("c")), sha256(view("abc")));
}

// RFC 4231, cases 1 and 2; their shorter keys are padded with zeroes to 32 bytes, which HMAC does itself.
TEST(KeyedHash, has_the_vectors_of_rfc4231) {
  Bytes first(32, 0), second(32, 0);
  std::fill_n(first.begin(), 20, std::uint8_t{0x0b});
  std::copy_n("Jefe", 4, second.begin());
  EXPECT_EQ(to_hex(keyed_hash(*SecretKey::from_bytes(first), view("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(keyed_hash(*SecretKey::from_bytes(second), view("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

struct SignatureVector {
  const char *seed, *public_key, *message, *signature;
};
// RFC 8032, section 7.1, tests 1 to 3.
constexpr SignatureVector kSignatures[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "55141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "027beceea1ec40a"}};

TEST(Signing, has_the_vectors_of_rfc8032) {
  for (const SignatureVector& vector : kSignatures) {
    const SigningKey key = *SigningKey::from_seed(hex(vector.seed));
    EXPECT_EQ(to_hex(key.public_key()), vector.public_key);
    EXPECT_EQ(to_hex(key.sign(hex(vector.message))), vector.signature);
    EXPECT_TRUE(verify_signature(key.public_key(), hex(vector.message), *fixed<64>(hex(vector.signature))));
  }
}

TEST(Signing, every_changed_bit_is_found) {
  const SigningKey key = *SigningKey::from_seed(Bytes(32, 7));
  const Bytes message = to_bytes("a question");
  const Signature signature = key.sign(message);
  for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    Signature changed = signature;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    ASSERT_FALSE(verify_signature(key.public_key(), message, changed)) << bit;
  }
  EXPECT_FALSE(verify_signature(key.public_key(), view("A question"), signature));
  EXPECT_FALSE(verify_signature(SigningPublicKey{}, message, signature));
  EXPECT_FALSE(SigningKey::from_seed(Bytes(31, 7)).ok());
}

// draft-irtf-cfrg-xchacha-03, appendix A.3.1; our form is nonce, ciphertext, tag.
TEST(Seal, is_xchacha20_poly1305) {
  Bytes key(32);
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(0x80 + i);
  CountingRandom random;
  const Bytes aad = hex("50515253c0c1c2c3c4c5c6c7");
  const Bytes sealed = seal(*SecretKey::from_bytes(key),
                            view("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
                                 "future, sunscreen would be it."),
                            text(aad), random);
  EXPECT_EQ(to_hex(sealed),
            "404142434445464748494a4b4c4d4e4f5051525354555657"
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c"
            "54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da97688"
            "12f615c68b13b52e"
            "c0875924c1c7987947deafd8780acf49");
}

TEST(Seal, opens_only_whole_under_its_key_and_its_context) {
  SystemRandom random;
  const SecretKey key = key_of(1);
  for (const std::string& plain : {std::string(), std::string("x"), std::string(5000, 'y')}) {
    const Bytes sealed = seal(key, view(plain), "person/1", random);
    EXPECT_EQ(text(*open(key, sealed, "person/1")), plain);
    EXPECT_EQ(open(key, sealed, "person/2").error().code, Code::kCorrupt);
    EXPECT_EQ(open(key_of(2), sealed, "person/1").error().code, Code::kCorrupt);
    EXPECT_EQ(open(key, ByteView(sealed).first(sealed.size() - 1), "person/1").error().code, Code::kCorrupt);
    EXPECT_NE(sealed, seal(key, view(plain), "person/1", random)) << "another nonce each time";
  }
  const Bytes sealed = seal(key, view("plain"), "c", random);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    ASSERT_FALSE(open(key, changed, "c").ok()) << i;
    ASSERT_FALSE(open(key, ByteView(sealed).first(i), "c").ok()) << i;
  }
}

// RFC 7748, section 6.1.
TEST(Sealing, keys_are_those_of_rfc7748) {
  const SealingKey alice =
      *SealingKey::from_bytes(hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  EXPECT_EQ(to_hex(alice.public_key()), "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
}

TEST(Sealing, only_the_recipient_opens) {
  SystemRandom random;
  const SealingKey alice = SealingKey::generate(random), bob = SealingKey::generate(random);
  const Bytes sealed = seal_to(alice.public_key(), view("a question"));
  EXPECT_EQ(text(*alice.open(sealed)), "a question");
  EXPECT_EQ(bob.open(sealed).error().code, Code::kCorrupt);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    // The top bit of a curve point's last byte is not part of it (RFC 7748, section 5), but it is hashed into the
    // nonce.
    ASSERT_FALSE(alice.open(changed).ok()) << i;
  }
  EXPECT_FALSE(alice.open({}).ok());
}

TEST(Sealing, points_of_low_order_are_not_usable) {
  SystemRandom random;
  EXPECT_TRUE(is_usable(SealingKey::generate(random).public_key()));
  SealingPublicKey one{};
  EXPECT_FALSE(is_usable(one));
  one[0] = 1;
  EXPECT_FALSE(is_usable(one));
  EXPECT_FALSE(is_usable(*fixed<32>(hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"))));
  EXPECT_FALSE(is_usable(*fixed<32>(hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"))));
}

TEST(SecretKey, leaves_nothing_where_it_was) {
  SecretKey from = key_of(9);
  const SecretKey to = std::move(from);
  EXPECT_EQ(Bytes(to.bytes().begin(), to.bytes().end()), Bytes(32, 9));
  EXPECT_EQ(Bytes(from.bytes().begin(), from.bytes().end()), Bytes(32, 0));  // NOLINT: looks at what was moved from
  EXPECT_FALSE(SecretKey::from_bytes(Bytes(31)).ok());
  EXPECT_FALSE(SecretKey::from_bytes(Bytes(33)).ok());
}

TEST(Fixed, wants_exactly_its_size) {
  EXPECT_TRUE(fixed<4>(Bytes(4)).ok());
  EXPECT_FALSE(fixed<4>(Bytes(3)).ok());
  EXPECT_FALSE(fixed<4>(Bytes(5)).ok());
}

}  // namespace
}  // namespace puente
