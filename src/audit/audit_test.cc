#include "audit/audit.h"

#include <gtest/gtest.h>

#include <bit>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "core/entry.h"
#include "core/files.h"

namespace puente::audit {
namespace {

// RFC 6962's tree, as its text has it: the definition to hold the fast one against.
Digest slow_root(std::span<const Digest> leaves) {
  if (leaves.empty()) return sha256({});
  if (leaves.size() == 1) return leaves[0];
  const std::size_t half = std::bit_floor(leaves.size() - 1);
  return node_hash(slow_root(leaves.first(half)), slow_root(leaves.subspan(half)));
}

SigningKey key_of(std::uint8_t seed) {
  return *SigningKey::from_seed(Bytes(32, seed));
}

std::vector<Bytes> reference_leaves() {
  std::vector<Bytes> out;
  for (const char* hex :
       {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"})
    out.push_back(*from_hex(hex));
  return out;
}

// A log in memory, to be tampered with.
class MemoryLog final : public LogStorage {
 public:
  Result<std::uint64_t> log_size() const override { return std::uint64_t{rows.size()}; }
  Result<std::vector<LogRow>> log_rows(std::uint64_t first, std::size_t count_max) const override {
    std::vector<LogRow> out;
    for (std::size_t i = first; i < rows.size() && out.size() < count_max; ++i) out.push_back(rows[i]);
    return out;
  }
  Result<std::vector<std::string>> cosigned_checkpoints() const override { return cosigned; }
  std::vector<LogRow> rows;
  std::vector<std::string> cosigned;
};

Bytes leaf_number(std::size_t i) {
  return to_bytes("{\"event\":\"enrolled\",\"number\":" + std::to_string(i) + "}");
}

MemoryLog make_log(std::size_t size, const SigningKey& key, const std::string& origin = "example/log") {
  MemoryLog storage;
  Log log = *Log::open(storage, origin, key);
  for (std::size_t i = 0; i < size; ++i) {
    const LogRow row = log.next(leaf_number(i));
    storage.rows.push_back(row);
    log.accept(row);
  }
  return storage;
}

class StoppedClock final : public Clock {
 public:
  std::int64_t now_ms() const override { return 1'700'000'000'123; }
};

class MemoryWitnesses final : public WitnessStorage {
 public:
  Result<std::optional<Witnessed>> witnessed(const std::string& origin) const override {
    const auto found = known.find(origin);
    return found == known.end() ? std::optional<Witnessed>() : std::optional<Witnessed>(found->second);
  }
  Status remember_witnessed(const std::string& origin, std::uint64_t old_size, const Witnessed& now) override {
    if (known[origin].size != old_size) return Error{Code::kConflict, "size"};
    known[origin] = now;
    roots[now.size] = now.root;
    return {};
  }
  Result<std::optional<Digest>> witnessed_root(const std::string&, std::uint64_t size) const override {
    const auto found = roots.find(size);
    return found == roots.end() ? std::optional<Digest>() : std::optional<Digest>(found->second);
  }
  Status keep_shown(const std::string&, const Shown& each) override {
    kept.push_back(each);
    return {};
  }
  Result<std::vector<Shown>> shown(const std::string&) const override { return kept; }
  Result<std::vector<std::string>> witnessed_origins() const override { return std::vector<std::string>(); }
  Status forget_witnessed(const std::string&) override { return {}; }
  std::map<std::string, Witnessed> known;
  std::map<std::uint64_t, Digest> roots;
  std::vector<Shown> kept;
};

TEST(Tree, has_the_roots_of_the_certificate_transparency_reference_tree) {
  const char* roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                         "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  Tree tree;
  EXPECT_EQ(to_hex(tree.root()), roots[0]);
  for (const Bytes& leaf : reference_leaves()) {
    tree.append(leaf_hash(leaf));
    EXPECT_EQ(to_hex(tree.root()), roots[tree.size()]);
  }
  for (std::uint64_t size = 0; size <= 8; ++size) EXPECT_EQ(to_hex(tree.root(size)), roots[size]);
}

// RFC 6962 section 2.1.3: the seven-leaf tree's proofs, spelt out there by the names of their nodes.
TEST(Tree, gives_the_proofs_that_the_rfc_spells_out) {
  Tree tree;
  std::vector<Digest> d;
  for (std::uint8_t i = 0; i < 7; ++i) {
    d.push_back(leaf_hash(Bytes{i}));
    tree.append(d.back());
  }
  const std::span<const Digest> all(d);
  const Digest g = node_hash(d[0], d[1]), h = node_hash(d[2], d[3]), i = node_hash(d[4], d[5]), j = d[6];
  const Digest k = node_hash(g, h), l = node_hash(i, j);
  EXPECT_EQ(tree.inclusion(0, 7), (Proof{d[1], h, l}));
  EXPECT_EQ(tree.inclusion(3, 7), (Proof{d[2], g, l}));
  EXPECT_EQ(tree.inclusion(4, 7), (Proof{d[5], j, k}));
  EXPECT_EQ(tree.inclusion(6, 7), (Proof{i, k}));
  EXPECT_EQ(tree.consistency(3, 7), (Proof{d[2], d[3], g, l}));
  EXPECT_EQ(tree.consistency(4, 7), (Proof{l}));
  EXPECT_EQ(tree.consistency(6, 7), (Proof{i, j, k}));
}

TEST(Tree, every_proof_up_to_70_leaves_verifies_and_no_other_does) {
  constexpr std::uint64_t kSize = 70;
  Tree tree;
  std::vector<Digest> leaves;
  for (std::uint64_t i = 0; i < kSize; ++i) {
    leaves.push_back(leaf_hash(leaf_number(i)));
    tree.append(leaves.back());
  }
  for (std::uint64_t size = 1; size <= kSize; ++size) {
    const Digest root = slow_root(std::span(leaves).first(size));
    ASSERT_EQ(tree.root(size), root);
    for (std::uint64_t index = 0; index < size; ++index) {
      Proof proof = tree.inclusion(index, size);
      ASSERT_TRUE(verify_inclusion(leaves[index], index, size, proof, root)) << index << " in " << size;
      ASSERT_FALSE(verify_inclusion(leaves[(index + 1) % size], index, size, proof, root) && size > 1);
      ASSERT_FALSE(verify_inclusion(leaves[index], index + 1, size, proof, root));
      proof.push_back(root);
      ASSERT_FALSE(verify_inclusion(leaves[index], index, size, proof, root)) << "a hash too many";
    }
    for (std::uint64_t old = 0; old <= size; ++old) {
      Proof proof = tree.consistency(old, size);
      const Digest old_root = tree.root(old);
      ASSERT_TRUE(verify_consistency(old, old_root, size, root, proof)) << old << " to " << size;
      if (old > 0 && old < size) {
        ASSERT_FALSE(verify_consistency(old, leaves[0], size, root, proof) && old > 1);
        ASSERT_FALSE(verify_consistency(old, old_root, size, leaf_hash(view("x")), proof));
        proof.pop_back();
        ASSERT_FALSE(verify_consistency(old, old_root, size, root, proof)) << "a hash too few";
      }
    }
  }
}

TEST(Tree, a_large_tree_proves_at_random_and_any_flipped_bit_is_found) {
  const unsigned seed = 20260301;
  std::mt19937_64 random(seed);
  Tree tree;
  std::vector<Digest> leaves;
  for (std::uint64_t i = 0; i < 5000; ++i) {
    leaves.push_back(leaf_hash(leaf_number(i)));
    tree.append(leaves.back());
  }
  for (int round = 0; round < 200; ++round) {
    const std::uint64_t size = 1 + random() % leaves.size(), index = random() % size, old = random() % (size + 1);
    const Digest root = slow_root(std::span(leaves).first(size));
    Proof proof = tree.inclusion(index, size);
    ASSERT_TRUE(verify_inclusion(leaves[index], index, size, proof, root)) << "seed " << seed;
    Proof steps = tree.consistency(old, size);
    ASSERT_TRUE(verify_consistency(old, tree.root(old), size, root, steps)) << "seed " << seed;
    for (Proof* one : {&proof, &steps}) {
      if (one->empty()) continue;
      (*one)[random() % one->size()][random() % 32] ^= static_cast<std::uint8_t>(1u << (random() % 8));
    }
    ASSERT_FALSE(!proof.empty() && verify_inclusion(leaves[index], index, size, proof, root)) << "seed " << seed;
    ASSERT_FALSE(!steps.empty() && verify_consistency(old, tree.root(old), size, root, steps)) << "seed " << seed;
  }
}

// ---- notes

// From Go's golang.org/x/mod/sumdb/note documentation: a key and a note that others made and verify.
constexpr const char* kPeterVkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr const char* kPeterNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\xE2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

TEST(Checkpoint, verifier_keys_are_spelt_as_others_spell_them) {
  const auto key = parse_vkey(kPeterVkey);
  ASSERT_TRUE(key.ok()) << key.error().message;
  EXPECT_EQ(key->name, "PeterNeumann");
  EXPECT_EQ(to_vkey(*key), kPeterVkey);
  std::string changed = kPeterVkey;
  changed[changed.size() - 3] = 'U';
  EXPECT_EQ(parse_vkey(changed).error().code, Code::kInvalidInput);
  for (const char* bad : {"", "a", "a+b", "a+c74f20a3+", "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"})
    EXPECT_FALSE(parse_vkey(bad).ok()) << bad;
}

TEST(Checkpoint, an_ed25519_signature_made_by_others_verifies_over_the_same_text) {
  // Peter's note is no checkpoint; what must agree is which bytes are signed and how the line is read.
  const VerifierKey key = *parse_vkey(kPeterVkey);
  const std::string note = kPeterNote;
  const std::string signed_text = note.substr(0, note.rfind("\n\n") + 1);
  const Bytes line = *from_base64(note.substr(note.rfind(' ') + 1, note.size() - note.rfind(' ') - 2));
  EXPECT_TRUE(verify_signature(key.key, view(signed_text), *fixed<64>(ByteView(line).subspan(4))));
}

TEST(Checkpoint, signs_parses_and_verifies) {
  const SigningKey key = key_of(1);
  const Checkpoint checkpoint{"example/log", 8, slow_root({})};
  const std::string note = sign_checkpoint(checkpoint, key);
  EXPECT_TRUE(
      note.starts_with("example/log\n8\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n\xE2\x80\x94 example/log "));
  EXPECT_EQ(*parse_checkpoint(note), checkpoint);
  const VerifierKey log{"example/log", KeyType::kLog, key.public_key()};
  EXPECT_EQ(*verify_checkpoint(note, log), checkpoint);
  EXPECT_EQ(verify_checkpoint(note, {"example/log", KeyType::kLog, key_of(2).public_key()}).error().code,
            Code::kUnauthenticated);
  EXPECT_EQ(verify_checkpoint(note, {"example/other", KeyType::kLog, key.public_key()}).error().code,
            Code::kUnauthenticated);
}

TEST(Checkpoint, any_changed_byte_of_the_text_is_found) {
  const SigningKey key = key_of(1);
  const std::string note = sign_checkpoint({"example/log", 12345, leaf_hash(view("a"))}, key);
  const VerifierKey log{"example/log", KeyType::kLog, key.public_key()};
  for (std::size_t i = 0; i < note.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = note;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      ASSERT_FALSE(verify_checkpoint(changed, log).ok()) << "byte " << i << " bit " << bit;
    }
  }
}

TEST(Checkpoint, refuses_what_is_not_one) {
  const std::string root = to_base64(Digest{}), sig = "\xE2\x80\x94 a " + to_base64(Bytes(68)) + "\n";
  EXPECT_TRUE(parse_checkpoint("a\n0\n" + root + "\n\n" + sig).ok());
  for (const std::string& bad :
       {std::string(), std::string("\n\n"), "a\n0\n" + root + "\n", "a\n0\n" + root + "\n\n",
        "\n0\n" + root + "\n\n" + sig, "a\n01\n" + root + "\n\n" + sig, "a\n-1\n" + root + "\n\n" + sig,
        "a\n+1\n" + root + "\n\n" + sig, "a\n9223372036854775808\n" + root + "\n\n" + sig, "a\n0\nAAAA\n\n" + sig,
        "a\n0\n\n" + sig, "a\n0\n" + root + "\n\n" + sig + "x", "a\r\n0\n" + root + "\n\n" + sig,
        "a\n0\n" + root + "\n\n" + std::string("- a ") + to_base64(Bytes(68)) + "\n",
        "a\n0\n" + root + "\n\n\xE2\x80\x94 a AAAA\n"}) {
    EXPECT_FALSE(parse_checkpoint(bad).ok()) << bad;
  }
  EXPECT_EQ(parse_checkpoint(std::string(kNoteBytesMax + 1, 'a')).error().code, Code::kTooLarge);
}

TEST(Cosignature, carries_its_time_and_binds_the_text) {
  const SigningKey log_key = key_of(1), overseer_key = key_of(2);
  const std::string note = sign_checkpoint({"example/log", 3, leaf_hash(view("a"))}, log_key);
  const VerifierKey overseer{"overseer.example", KeyType::kOverseer, overseer_key.public_key()};
  EXPECT_EQ(verify_cosignature(note, overseer).error().code, Code::kNotFound);
  const std::string line = cosign(note, "overseer.example", overseer_key, 1679315147);
  EXPECT_EQ(*verify_cosignature(note + line, overseer), 1679315147);
  // The signed message, rebuilt here from the specification.
  const std::string body = note.substr(0, note.rfind("\n\n") + 1);
  const Bytes bytes = *from_base64(line.substr(line.rfind(' ') + 1, line.size() - line.rfind(' ') - 2));
  ASSERT_EQ(bytes.size(), 4u + 8 + 64);
  EXPECT_TRUE(verify_signature(overseer_key.public_key(), view("cosignature/v1\ntime 1679315147\n" + body),
                               *fixed<64>(ByteView(bytes).subspan(12))));
  EXPECT_EQ(verify_cosignature(sign_checkpoint({"example/log", 4, leaf_hash(view("a"))}, log_key) + line, overseer)
                .error()
                .code,
            Code::kUnauthenticated);
}

TEST(Cosignature, only_trusted_lines_are_kept) {
  const SigningKey log_key = key_of(1), overseer_key = key_of(2), stranger_key = key_of(3);
  const std::string note = sign_checkpoint({"example/log", 3, leaf_hash(view("a"))}, log_key);
  const std::vector<VerifierKey> trusted{{"overseer.example", KeyType::kOverseer, overseer_key.public_key()}};
  const std::string good = cosign(note, "overseer.example", overseer_key, 5);
  const std::string strange = cosign(note, "stranger.example", stranger_key, 5);
  EXPECT_EQ(*with_cosignatures(note, strange + good, trusted), note + good);
  EXPECT_EQ(with_cosignatures(note, strange, trusted).error().code, Code::kUnauthenticated);
}

// ---- log

TEST(Log, grows_and_opens_again) {
  const SigningKey key = key_of(1);
  MemoryLog storage = make_log(300, key);
  const auto log = Log::open(storage, "example/log", key);
  ASSERT_TRUE(log.ok()) << log.error().message;
  EXPECT_EQ(log->size(), 300u);
  EXPECT_EQ(parse_checkpoint(storage.rows.back().checkpoint)->root, log->root());
  EXPECT_EQ(log->checkpoint(), storage.rows.back().checkpoint);
}

TEST(Log, several_rows_in_one_transaction_are_the_rows_one_by_one) {
  const SigningKey key = key_of(1);
  const MemoryLog storage = make_log(13, key);
  MemoryLog start;
  start.rows.assign(storage.rows.begin(), storage.rows.begin() + 5);
  Log log = *Log::open(start, "example/log", key);
  std::vector<Bytes> leaves;
  for (std::size_t i = 5; i < 13; ++i) leaves.push_back(leaf_number(i));
  const std::vector<LogRow> rows = log.next(leaves);
  EXPECT_EQ(log.size(), 5u) << "nothing changes before accept";
  ASSERT_EQ(rows.size(), 8u);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].index, storage.rows[i + 5].index);
    EXPECT_EQ(rows[i].checkpoint, storage.rows[i + 5].checkpoint);
    log.accept(rows[i]);
  }
  EXPECT_EQ(log.size(), 13u);
}

TEST(Log, refuses_to_go_on_from_a_damaged_one) {
  const SigningKey key = key_of(1);
  const MemoryLog good = make_log(20, key);
  MemoryLog bad = good;
  bad.rows[7].leaf[3] ^= 1;
  const auto changed = Log::open(bad, "example/log", key);
  EXPECT_EQ(changed.error().code, Code::kCorrupt);
  EXPECT_NE(changed.error().message.find("entry 7"), std::string::npos) << changed.error().message;
  bad.rows[7].leaf_hash = leaf_hash(bad.rows[7].leaf);  // the tamperer knows how hashes are made
  EXPECT_EQ(Log::open(bad, "example/log", key).error().code, Code::kCorrupt);
  EXPECT_EQ(Log::open(good, "example/log", key_of(2)).error().code, Code::kCorrupt) << "another key";
}

// ---- verify

VerifierKey verifier(std::uint8_t seed) {
  return {"example/log", KeyType::kLog, key_of(seed).public_key()};
}

TEST(Verify, a_good_log_is_good) {
  const MemoryLog storage = make_log(300, key_of(1));
  const VerifyReport report = verify(storage, verifier(1), {});
  EXPECT_TRUE(report.ok) << report.problem;
  EXPECT_EQ(report.entries, 300u);
  EXPECT_EQ(report.checkpoints, 300u);
  EXPECT_EQ(report.head.size, 300u);
}

TEST(Verify, names_the_entry_of_every_single_changed_byte) {
  const MemoryLog good = make_log(5, key_of(1));
  for (std::size_t entry = 0; entry < good.rows.size(); ++entry) {
    for (std::size_t byte = 0; byte < good.rows[entry].leaf.size(); ++byte) {
      for (bool hash_as_well : {false, true}) {
        MemoryLog bad = good;
        bad.rows[entry].leaf[byte] ^= 0x20;
        if (hash_as_well) bad.rows[entry].leaf_hash = leaf_hash(bad.rows[entry].leaf);
        const VerifyReport report = verify(bad, verifier(1), {});
        ASSERT_FALSE(report.ok);
        ASSERT_EQ(report.bad_index, entry) << report.problem;
        ASSERT_NE(report.problem.find("log entry " + std::to_string(entry)), std::string::npos) << report.problem;
      }
    }
  }
}

TEST(Verify, finds_removed_swapped_repeated_and_foreign_rows) {
  const MemoryLog good = make_log(12, key_of(1));
  MemoryLog bad = good;
  bad.rows.erase(bad.rows.begin() + 4);
  EXPECT_EQ(verify(bad, verifier(1), {}).bad_index, 4u);
  bad = good;
  std::swap(bad.rows[3], bad.rows[4]);
  EXPECT_EQ(verify(bad, verifier(1), {}).bad_index, 3u);
  bad = good;
  bad.rows[6].checkpoint = bad.rows[5].checkpoint;
  EXPECT_EQ(verify(bad, verifier(1), {}).bad_index, 6u);
  bad = good;
  bad.rows[11].checkpoint.clear();
  EXPECT_EQ(verify(bad, verifier(1), {}).bad_index, 11u) << "the last entry must have a checkpoint";
  EXPECT_EQ(verify(good, verifier(2), {}).bad_index, 0u) << "another key";
}

// A minute or two is what versions wrote that did not keep them in order.
TEST(Verify, names_the_entry_whose_time_goes_back) {
  const SigningKey key = key_of(1);
  const auto of_times = [&key](std::initializer_list<std::int64_t> times_ms) {
    MemoryLog storage;
    Log log = *Log::open(storage, "example/log", key);
    for (const std::int64_t time_ms : times_ms) {
      Entry entry;
      entry.time_ms = time_ms;
      storage.rows.push_back(log.next(leaf_of(entry)));
      log.accept(storage.rows.back());
    }
    return verify(storage, verifier(1), {});
  };
  constexpr std::int64_t kThen = 1'790'000'000'000;
  EXPECT_TRUE(of_times({kThen, kThen, kThen + kDayMs, kThen + kDayMs - 2 * kMinuteMs, kThen + kDayMs}).ok);
  const VerifyReport back = of_times({kThen, kThen + kDayMs, kThen + kDayMs - 2 * kMinuteMs - 1, kThen + 2 * kDayMs});
  EXPECT_FALSE(back.ok);
  EXPECT_EQ(back.bad_index, 2u);
  EXPECT_NE(back.problem.find("the clock was set back"), std::string::npos) << back.problem;
  const VerifyReport by_steps = of_times({kThen, kThen - kMinuteMs, kThen - 2 * kMinuteMs, kThen - 3 * kMinuteMs});
  EXPECT_EQ(by_steps.bad_index, 3u) << "held against the latest, not against the one before";
}

TEST(Verify, an_overseers_signature_betrays_a_cut_and_a_rewritten_log) {
  const SigningKey overseer_key = key_of(9);
  const std::vector<VerifierKey> overseers{{"overseer.example", KeyType::kOverseer, overseer_key.public_key()}};
  MemoryLog good = make_log(12, key_of(1));
  const std::string seen = good.rows[9].checkpoint;
  good.cosigned = {seen + cosign(seen, "overseer.example", overseer_key, 77)};
  const VerifyReport report = verify(good, verifier(1), overseers);
  EXPECT_TRUE(report.ok) << report.problem;
  EXPECT_EQ(report.cosigned, 1u);
  EXPECT_EQ(report.cosigned_size, 10u);
  EXPECT_EQ(report.cosigned_time_s, 77);

  MemoryLog cut = good;
  cut.rows.resize(8);
  EXPECT_EQ(verify(cut, verifier(1), overseers).bad_index, 8u);

  MemoryLog rewritten;  // by whoever has the log's own key
  const SigningKey log_key = key_of(1);
  Log log = *Log::open(rewritten, "example/log", log_key);
  for (std::size_t i = 0; i < 12; ++i) {
    rewritten.rows.push_back(log.next(leaf_number(i == 2 ? 99 : i)));
    log.accept(rewritten.rows.back());
  }
  EXPECT_TRUE(verify(rewritten, verifier(1), overseers).ok) << "alone it looks good";
  rewritten.cosigned = good.cosigned;
  EXPECT_EQ(verify(rewritten, verifier(1), overseers).bad_index, 9u);
}

// ---- witness

class WitnessTest : public testing::Test {
 protected:
  void grow(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) log_.accept(log_.next(leaf_number(log_.size())));
  }
  SigningKey log_key_ = key_of(1), overseer_key_ = key_of(2);
  MemoryLog none_;
  Log log_ = *Log::open(none_, "example/log", log_key_);
  MemoryWitnesses memory_;
  StoppedClock clock_;
  Witness witness_{"overseer.example", overseer_key_, {log_.verifier_key()}, memory_, clock_};
};

TEST_F(WitnessTest, signs_what_follows_from_what_it_saw) {
  for (std::uint64_t step : {1, 1, 5, 0, 100}) {
    const std::uint64_t old = log_.size();
    grow(step);
    const WitnessReply reply = witness_.add_checkpoint(log_.add_checkpoint_request(old));
    ASSERT_EQ(reply.status, 200) << reply.body;
    const std::vector<VerifierKey> trusted{witness_.verifier_key()};
    const auto note = with_cosignatures(log_.checkpoint(), reply.body, trusted);
    ASSERT_TRUE(note.ok()) << note.error().message;
    EXPECT_EQ(*verify_cosignature(*note, witness_.verifier_key()), 1'700'000'000);
    EXPECT_EQ(memory_.known["example/log"].size, log_.size());
  }
  const auto shown = witness_.checkpoint(to_hex(sha256(view("example/log"))));
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(verify_checkpoint(*shown, log_.verifier_key())->size, log_.size());
  EXPECT_TRUE(verify_cosignature(*shown, witness_.verifier_key()).ok());
  EXPECT_EQ(witness_.checkpoint("00").error().code, Code::kNotFound);
}

TEST_F(WitnessTest, tells_how_far_a_logs_clock_is_ahead_of_its_own) {
  grow(3);
  EXPECT_FALSE(witness_.add_checkpoint(log_.add_checkpoint_request(0)).ahead_ms) << "it did not say its time";
  grow(1);
  const std::int64_t year_ms = 365 * kDayMs;
  const WitnessReply reply = witness_.add_checkpoint(log_.add_checkpoint_request(3, clock_.now_ms() + year_ms));
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.ahead_ms, year_ms);
  EXPECT_EQ(reply.origin, "example/log");
  const std::string note = log_.checkpoint(clock_.now_ms() + year_ms);
  EXPECT_EQ(verify_checkpoint(note, log_.verifier_key())->size, 4u);
  std::string changed = note;
  changed.replace(changed.find("time 20"), 7, "time 19");
  EXPECT_FALSE(verify_checkpoint(changed, log_.verifier_key()).ok()) << "the time is signed";
}

TEST_F(WitnessTest, answers_each_fault_with_its_status) {
  grow(10);
  ASSERT_EQ(witness_.add_checkpoint(log_.add_checkpoint_request(0)).status, 200);
  grow(5);
  const WitnessReply behind = witness_.add_checkpoint(log_.add_checkpoint_request(7));
  EXPECT_EQ(behind.status, 409);
  EXPECT_EQ(behind.content_type, "text/x.tlog.size");
  EXPECT_EQ(*parse_tree_size(behind.body), 10u);

  const std::string good = log_.add_checkpoint_request(10);
  EXPECT_EQ(witness_.add_checkpoint("").status, 400);
  EXPECT_EQ(witness_.add_checkpoint("old 10\n").status, 400);
  EXPECT_EQ(witness_.add_checkpoint("old 010" + good.substr(6)).status, 400);
  EXPECT_EQ(witness_.add_checkpoint("old 16\n\n" + log_.checkpoint()).status, 400) << "old larger than new";
  EXPECT_EQ(witness_.add_checkpoint("old 10\n\n" + log_.checkpoint()).status, 422) << "no proof";
  std::string hashes;
  for (int i = 0; i < 64; ++i) hashes += to_base64(Digest{}) + "\n";
  EXPECT_EQ(witness_.add_checkpoint("old 10\n" + hashes + "\n" + log_.checkpoint()).status, 400);
  EXPECT_EQ(witness_.add_checkpoint(std::string(1 << 20, 'a')).status, 400);

  const Log unknown = *Log::open(none_, "example/unknown", log_key_);
  EXPECT_EQ(witness_.add_checkpoint(unknown.add_checkpoint_request(0)).status, 404);
  const SigningKey other = key_of(7);
  const Log forged = *Log::open(none_, "example/log", other);
  EXPECT_EQ(witness_.add_checkpoint(forged.add_checkpoint_request(0)).status, 403);
  EXPECT_EQ(witness_.add_checkpoint(good).status, 200) << "the good one still passes";
}

TEST_F(WitnessTest, a_log_that_contradicts_itself_is_refused_and_both_its_checkpoints_are_proof) {
  grow(10);
  ASSERT_EQ(witness_.add_checkpoint(log_.add_checkpoint_request(0)).status, 200);
  Log other = *Log::open(none_, "example/log", log_key_);
  for (int i = 0; i < 10; ++i) other.accept(other.next(leaf_number(100)));
  EXPECT_EQ(witness_.add_checkpoint(other.add_checkpoint_request(10)).status, 422) << "same size, other root";
  for (int i = 0; i < 3; ++i) other.accept(other.next(leaf_number(100)));
  EXPECT_EQ(witness_.add_checkpoint(other.add_checkpoint_request(10)).status, 422) << "grown from another past";
  ASSERT_EQ(memory_.kept.size(), 2u);
  EXPECT_TRUE(memory_.kept[0].proven);
  EXPECT_EQ(verify_checkpoint(memory_.kept[0].checkpoint, log_.verifier_key())->root, memory_.kept[0].root);
  EXPECT_FALSE(memory_.kept[1].proven) << "a wrong proof beside a larger one proves nothing";
  EXPECT_EQ(memory_.known["example/log"].size, 10u);
  EXPECT_EQ(memory_.known["example/log"].root, log_.root());
}

TEST_F(WitnessTest, a_log_that_shows_fewer_entries_with_another_root_has_two_histories) {
  for (const std::uint64_t old : {0, 5}) {
    grow(5);
    ASSERT_EQ(witness_.add_checkpoint(log_.add_checkpoint_request(old)).status, 200);
  }
  Log other = *Log::open(none_, "example/log", log_key_);
  for (int i = 0; i < 5; ++i) other.accept(other.next(leaf_number(100)));
  EXPECT_EQ(witness_.add_checkpoint(other.add_checkpoint_request(0)).status, 409);
  ASSERT_EQ(memory_.kept.size(), 1u);
  EXPECT_TRUE(memory_.kept[0].proven) << "of five entries another root was cosigned";
}

TEST_F(WitnessTest, whoever_has_a_genuine_checkpoint_makes_no_proof_of_it) {
  grow(10);
  const std::string old = log_.checkpoint();
  ASSERT_EQ(witness_.add_checkpoint(log_.add_checkpoint_request(0)).status, 200);
  grow(5);
  for (int i = 0; i < 120; ++i) {
    const std::string invented = to_base64(sha256(view(std::to_string(i)))) + "\n";
    EXPECT_EQ(witness_.add_checkpoint("old 10\n" + invented + "\n" + log_.checkpoint()).status, 422);
    EXPECT_EQ(witness_.add_checkpoint("old 0\n" + invented + "\n" + old).status, 409);
  }
  EXPECT_TRUE(std::none_of(memory_.kept.begin(), memory_.kept.end(), [](const Shown& each) { return each.proven; }));
}

// ---- proof files

TEST(ProofFile, proves_one_entry_off_line) {
  const SigningKey key = key_of(1), overseer_key = key_of(2);
  const MemoryLog storage = make_log(100, key);
  const Tree tree = *load_tree(storage);
  const std::vector<VerifierKey> overseers{{"overseer.example", KeyType::kOverseer, overseer_key.public_key()}};
  std::string note = storage.rows[90].checkpoint;
  note += cosign(note, "overseer.example", overseer_key, 5);
  const std::string proof = *make_proof(tree, 42, note);
  const auto proven = check_proof(proof, leaf_number(42), verifier(1), overseers);
  ASSERT_TRUE(proven.ok()) << proven.error().message;
  EXPECT_EQ(proven->index, 42u);
  EXPECT_EQ(proven->checkpoint.size, 91u);
  EXPECT_EQ(proven->overseers, std::vector<std::string>{"overseer.example"});
  EXPECT_EQ(check_proof(proof, leaf_number(43), verifier(1), {}).error().code, Code::kCorrupt);
  EXPECT_EQ(check_proof(proof, leaf_number(42), verifier(2), {}).error().code, Code::kUnauthenticated);
  EXPECT_EQ(make_proof(tree, 95, note).error().code, Code::kNotFound);
  const std::string extra = "c2sp.org/tlog-proof@v1\nextra AAAA\n" + proof.substr(proof.find('\n') + 1);
  EXPECT_TRUE(check_proof(extra, leaf_number(42), verifier(1), {}).ok());
  for (std::size_t i = 0; i < proof.size(); ++i) {  // truncated anywhere
    ASSERT_FALSE(check_proof(proof.substr(0, i), leaf_number(42), verifier(1), overseers).ok() &&
                 i < proof.find("overseer.example") - 5)
        << i;
  }
}

// ---- tiles

class TilesTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              (std::string("puente_") + testing::UnitTest::GetInstance()->current_test_info()->name() +
               std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void flip(const std::string& name, std::size_t at) {
    std::fstream file(path(name), std::ios::in | std::ios::out | std::ios::binary);
    const auto place = static_cast<std::streamoff>(at);
    const int byte = file.seekg(place).get();
    ASSERT_TRUE(file.seekp(place).put(static_cast<char>(byte ^ 0x01)).good());
  }
  VerifyReport verify_export() {
    const auto tiles = TileStorage::open(folder_.string());
    if (tiles.ok()) return verify(**tiles, verifier(1), {});
    VerifyReport report;
    report.problem = tiles.error().message;
    return report;
  }
  std::filesystem::path folder_;
};

// A log of leaf hashes only, quick to make large.
TEST_F(TilesTest, have_the_names_and_sizes_of_the_specification) {
  MemoryLog storage;
  Tree tree;
  for (std::size_t i = 0; i < 70'000; ++i) {
    const Bytes leaf{static_cast<std::uint8_t>(i)};
    storage.rows.push_back({i, leaf, leaf_hash(leaf), {}});
    tree.append(storage.rows.back().leaf_hash);
  }
  storage.rows.back().checkpoint = sign_checkpoint({"example/log", tree.size(), tree.root()}, key_of(1));
  ASSERT_TRUE(export_tiles(storage, verifier(1), folder_.string()).ok());
  namespace fs = std::filesystem;
  EXPECT_EQ(fs::file_size(path("tile/0/000")), 8192u);
  EXPECT_EQ(fs::file_size(path("tile/0/272")), 8192u);
  EXPECT_EQ(fs::file_size(path("tile/0/273.p/112")), 112u * 32);
  EXPECT_EQ(fs::file_size(path("tile/1/000")), 8192u);
  EXPECT_EQ(fs::file_size(path("tile/1/001.p/17")), 17u * 32);
  EXPECT_EQ(fs::file_size(path("tile/2/000.p/1")), 32u);
  EXPECT_EQ(fs::file_size(path("tile/entries/273.p/112")), 112u * 3);
  EXPECT_TRUE(verify_export().ok);
  EXPECT_EQ(export_tiles(storage, verifier(1), folder_.string()).error().code, Code::kAlreadyExists);
}

TEST_F(TilesTest, are_verified_like_the_log_itself) {
  MemoryLog storage = make_log(300, key_of(1));
  const std::string seen = storage.rows[199].checkpoint;
  storage.cosigned = {seen + cosign(seen, "overseer.example", key_of(2), 5)};
  ASSERT_TRUE(export_tiles(storage, verifier(1), folder_.string()).ok());
  const auto tiles = TileStorage::open(folder_.string());
  ASSERT_TRUE(tiles.ok());
  const std::vector<VerifierKey> overseers{{"overseer.example", KeyType::kOverseer, key_of(2).public_key()}};
  const VerifyReport report = verify(**tiles, verifier(1), overseers);
  EXPECT_TRUE(report.ok) << report.problem;
  EXPECT_EQ(report.entries, 300u);
  EXPECT_EQ(report.cosigned_size, 200u);
  EXPECT_EQ(*parse_vkey(text(*read_file(path("log.vkey"), 1000))), verifier(1));
}

TEST_F(TilesTest, every_flipped_byte_of_an_entry_names_that_entry) {
  const MemoryLog storage = make_log(259, key_of(1));
  ASSERT_TRUE(export_tiles(storage, verifier(1), folder_.string()).ok());
  const std::string name = "tile/entries/001.p/3";
  std::size_t at = 0;
  for (std::size_t entry = 256; entry < 259; ++entry) {
    for (std::size_t i = 0; i < storage.rows[entry].leaf.size() + 2; ++i, ++at) {  // its length as well
      flip(name, at);
      const VerifyReport report = verify_export();
      ASSERT_FALSE(report.ok);
      ASSERT_EQ(report.bad_index, entry) << "byte " << at << ": " << report.problem;
      flip(name, at);
    }
  }
  EXPECT_TRUE(verify_export().ok);
}

TEST_F(TilesTest, a_flipped_byte_of_a_tile_or_the_checkpoint_is_reported) {
  const MemoryLog storage = make_log(520, key_of(1));
  ASSERT_TRUE(export_tiles(storage, verifier(1), folder_.string()).ok());
  for (const std::string name : {"tile/0/000", "tile/0/002.p/8", "tile/1/000.p/2", "checkpoint"}) {
    const std::size_t size = std::filesystem::file_size(path(name));
    for (std::size_t at = 0; at < size; at += 1 + size / 40) {
      flip(name, at);
      ASSERT_FALSE(verify_export().ok) << name << " byte " << at;
      flip(name, at);
    }
  }
  EXPECT_TRUE(verify_export().ok);
  std::filesystem::remove(path("tile/0/001"));
  EXPECT_FALSE(verify_export().ok);
}

TEST(Bundle, refuses_what_ends_too_soon_and_what_is_too_much) {
  EXPECT_EQ(parse_bundle({})->size(), 0u);
  EXPECT_EQ(parse_bundle(*from_hex("0001610000"))->size(), 2u);
  EXPECT_FALSE(parse_bundle(*from_hex("00")).ok());
  EXPECT_FALSE(parse_bundle(*from_hex("000261")).ok());
  EXPECT_FALSE(parse_bundle(Bytes(2 * 257)).ok());
}

}  // namespace
}  // namespace puente::audit
