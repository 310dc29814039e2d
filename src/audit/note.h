// C2SP signed-note: a text and lines of signatures under it. Inside audit/ only.
#pragma once
#include "audit/audit.h"

namespace puente::audit {

struct SignatureLine {
  std::string name;
  std::uint32_t key_id = 0;
  Bytes signature;   // after the key id
  std::string line;  // as it stood, newline included
};
struct Note {
  std::string text;  // with its last newline, without the empty line after it
  std::vector<SignatureLine> signatures;
};
inline constexpr std::size_t kSignaturesMax = 32;

Result<Note> parse_note(std::string_view note);
Result<std::vector<SignatureLine>> parse_signature_lines(std::string_view lines);
std::uint32_t key_id(const VerifierKey& key);
std::string signature_line(const VerifierKey& key, ByteView signature);
// Lines that name the key, all of them good: kNotFound without any, kUnauthenticated with a bad one. The last one.
Result<const SignatureLine*> signed_by(const Note& note, const VerifierKey& key);

// Decimal without leading zeroes, at most 2^63 - 1. kInvalidInput.
Result<std::uint64_t> parse_decimal(std::string_view text);
// Up to and without the next newline, which must be there; takes both off `rest`. Nothing when there is none.
std::optional<std::string_view> take_line(std::string_view& rest);
Result<Digest> parse_digest(std::string_view base64);

// The running right edge of a tree: enough for its root, in O(log n).
class Edge {
 public:
  Edge() = default;
  explicit Edge(const Tree& tree);
  void append(const Digest& leaf_hash);
  Digest root() const;
  std::uint64_t size() const { return size_; }

 private:
  std::vector<Digest> peaks_;  // of the complete subtrees, largest first
  std::uint64_t size_ = 0;
};

}  // namespace puente::audit
