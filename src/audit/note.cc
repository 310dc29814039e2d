#include "audit/note.h"

#include <algorithm>
#include <bit>

#include "core/check.h"
#include "core/text.h"

namespace puente::audit {
namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";  // U+2014, space
constexpr std::size_t kTimestampBytes = 8;
constexpr std::string_view kTimeLine = "time ";

Error malformed(const char* what) {
  return {Code::kInvalidInput, std::string("not a signed checkpoint: ") + what};
}

Result<SignatureLine> parse_signature_line(std::string_view line) {
  if (!line.starts_with(kDash)) return malformed("a signature line must start with an em dash");
  const std::string_view rest = line.substr(kDash.size());
  const std::size_t space = rest.find(' ');
  if (space == std::string_view::npos || space == 0) return malformed("a signature line has no key name");
  const std::string_view name = rest.substr(0, space);
  const auto bytes = from_base64(rest.substr(space + 1));
  if (!bytes.ok() || bytes->size() < 5) return malformed("a signature is not in base64, or too short");
  if (name.find('+') != std::string_view::npos) return malformed("a key name has a plus sign");
  ByteReader reader(*bytes);
  SignatureLine out;
  out.name = std::string(name);
  out.key_id = reader.u32();
  const ByteView signature = reader.raw(reader.left());
  out.signature.assign(signature.begin(), signature.end());
  out.line = std::string(line) + "\n";
  return out;
}

// What is signed: the text itself by a log, a head with the time before it by an overseer.
std::string cosigned_message(std::int64_t time_s, std::string_view text) {
  return "cosignature/v1\ntime " + std::to_string(time_s) + "\n" + std::string(text);
}

bool verifies(std::string_view text, const SignatureLine& line, const VerifierKey& key) {
  const bool timed = key.type == KeyType::kOverseer;
  ByteReader reader(line.signature);
  const std::uint64_t time_s = timed ? reader.u64() : 0;
  const auto signature = fixed<64>(reader.raw(reader.left()));
  if (!reader.ok() || !signature.ok() || time_s > INT64_MAX) return false;
  if (!timed) return verify_signature(key.key, view(text), *signature);
  return verify_signature(key.key, view(cosigned_message(static_cast<std::int64_t>(time_s), text)), *signature);
}

std::int64_t time_of(const SignatureLine& line) {
  return static_cast<std::int64_t>(ByteReader(line.signature).u64());
}

}  // namespace

std::optional<std::string_view> take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

Result<std::uint64_t> parse_decimal(std::string_view text) {
  const auto value = to_number<std::uint64_t>(text);
  if (!value || *value > INT64_MAX || (text.size() > 1 && text[0] == '0'))
    return Error{Code::kInvalidInput, "not a decimal number"};
  return *value;
}

Result<Digest> parse_digest(std::string_view base64) {
  ASSIGN_OR_RETURN(const Bytes bytes, from_base64(base64));
  return fixed<32>(bytes);
}

Result<std::vector<SignatureLine>> parse_signature_lines(std::string_view lines) {
  if (lines.size() > kNoteBytesMax) return Error{Code::kTooLarge, "a checkpoint's signatures are too long"};
  std::vector<SignatureLine> out;
  while (!lines.empty()) {
    const auto line = take_line(lines);
    if (!line) return malformed("its last line does not end");
    if (out.size() == kSignaturesMax) return Error{Code::kTooLarge, "a checkpoint has too many signatures"};
    ASSIGN_OR_RETURN(SignatureLine parsed, parse_signature_line(*line));
    out.push_back(std::move(parsed));
  }
  if (out.empty()) return malformed("it has no signature");
  return out;
}

Result<Note> parse_note(std::string_view note) {
  if (note.size() > kNoteBytesMax) return Error{Code::kTooLarge, "a checkpoint is too long"};
  if (std::any_of(note.begin(), note.end(), [](unsigned char c) { return c < 0x20 && c != '\n'; }))
    return malformed("it has control characters");
  const std::size_t blank = note.rfind("\n\n");
  if (blank == std::string_view::npos) return malformed("it has no empty line before its signatures");
  Note out;
  out.text = std::string(note.substr(0, blank + 1));
  ASSIGN_OR_RETURN(out.signatures, parse_signature_lines(note.substr(blank + 2)));
  return out;
}

// ---- keys

bool is_key_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f && c != '+'; });
}

std::uint32_t key_id(const VerifierKey& key) {
  Bytes bytes = to_bytes(key.name + "\n");
  bytes.push_back(static_cast<std::uint8_t>(key.type));
  const Digest digest = sha256(bytes, key.key);
  return ByteReader(digest).u32();
}

std::string to_vkey(const VerifierKey& key) {
  ByteWriter material;
  material.u8(static_cast<std::uint8_t>(key.type)).raw(key.key);
  return key.name + "+" + to_hex(ByteWriter().u32(key_id(key)).take()) + "+" + to_base64(material.take());
}

Result<VerifierKey> parse_vkey(std::string_view text) {
  const Error wrong{Code::kInvalidInput, "not a verifier key: it reads NAME+8 hexadecimal digits+base64"};
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return wrong;
  text = text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
  const std::size_t name_end = text.find('+');
  if (name_end == std::string_view::npos || text.size() < name_end + 10 || text[name_end + 9] != '+') return wrong;
  const auto id = from_hex(text.substr(name_end + 1, 8));
  const auto material = from_base64(text.substr(name_end + 10));
  if (!id.ok() || !material.ok() || material->size() != 33 || !is_key_name(text.substr(0, name_end))) return wrong;
  VerifierKey key;
  key.name = std::string(text.substr(0, name_end));
  const std::uint8_t type = (*material)[0];
  if (type != static_cast<std::uint8_t>(KeyType::kLog) && type != static_cast<std::uint8_t>(KeyType::kOverseer))
    return Error{Code::kUnsupported, "a verifier key of a kind that is not known here"};
  key.type = static_cast<KeyType>(type);
  std::copy(material->begin() + 1, material->end(), key.key.begin());
  if (ByteReader(*id).u32() != key_id(key))
    return Error{Code::kInvalidInput, "a verifier key does not match its own id"};
  return key;
}

std::string signature_line(const VerifierKey& key, ByteView signature) {
  return std::string(kDash) + key.name + " " + to_base64(ByteWriter().u32(key_id(key)).raw(signature).take()) + "\n";
}

Result<const SignatureLine*> signed_by(const Note& note, const VerifierKey& key) {
  const SignatureLine* found = nullptr;
  for (const SignatureLine& line : note.signatures) {
    if (line.name != key.name || line.key_id != key_id(key)) continue;
    if (!verifies(note.text, line, key))
      return Error{Code::kUnauthenticated, "a checkpoint's signature by " + key.name + " is not good"};
    found = &line;
  }
  if (found == nullptr) return Error{Code::kNotFound, "a checkpoint is not signed by " + key.name};
  return found;
}

// ---- checkpoints

std::string sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key, std::optional<std::int64_t> time_ms) {
  std::string text =
      checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + to_base64(checkpoint.root) + "\n";
  if (time_ms) text += std::string(kTimeLine) + to_iso8601(*time_ms) + "\n";
  const VerifierKey signer{checkpoint.origin, KeyType::kLog, key.public_key()};
  return text + "\n" + signature_line(signer, key.sign(view(text)));
}

Result<Checkpoint> parse_checkpoint(std::string_view note) {
  ASSIGN_OR_RETURN(const Note parsed, parse_note(note));
  std::string_view rest = parsed.text;
  const auto origin = take_line(rest), size = take_line(rest), root = take_line(rest);
  if (!origin || !size || !root || origin->empty()) return malformed("it must have an origin, a size and a root");
  const auto number = parse_decimal(*size);
  const auto digest = parse_digest(*root);
  if (!number.ok() || !digest.ok())
    return malformed("its size must be a decimal number and its root 32 bytes in base64");
  while (const auto extension = take_line(rest)) {
    if (extension->empty()) return malformed("it has an empty line in its text");
  }
  return Checkpoint{std::string(*origin), *number, *digest};
}

std::optional<std::int64_t> time_of_checkpoint(std::string_view note) {
  const auto parsed = parse_note(note);
  if (!parsed.ok()) return std::nullopt;
  std::string_view rest = parsed->text;
  for (auto line = take_line(rest); line; line = take_line(rest)) {
    if (!line->starts_with(kTimeLine)) continue;
    const auto time_ms = parse_iso8601(std::string(line->substr(kTimeLine.size())));
    if (time_ms.ok()) return *time_ms;
  }
  return std::nullopt;
}

Result<Checkpoint> verify_checkpoint(std::string_view note, const VerifierKey& log) {
  ASSIGN_OR_RETURN(const Checkpoint checkpoint, parse_checkpoint(note));
  if (checkpoint.origin != log.name)
    return Error{Code::kUnauthenticated, "a checkpoint is of another log than " + log.name};
  ASSIGN_OR_RETURN(const Note parsed, parse_note(note));
  const auto line = signed_by(parsed, log);
  if (!line.ok()) return Error{Code::kUnauthenticated, line.error().message};
  return checkpoint;
}

std::string cosign(std::string_view note, const std::string& name, const SigningKey& key, std::int64_t time_s) {
  const auto parsed = parse_note(note);
  CHECK(parsed.ok() && time_s >= 0);
  const Signature signature = key.sign(view(cosigned_message(time_s, parsed->text)));
  return signature_line({name, KeyType::kOverseer, key.public_key()},
                        ByteWriter().u64(static_cast<std::uint64_t>(time_s)).raw(signature).take());
}

Result<std::int64_t> verify_cosignature(std::string_view note, const VerifierKey& overseer) {
  if (overseer.type != KeyType::kOverseer)
    return Error{Code::kInvalidInput, overseer.name + " is not an overseer's key"};
  ASSIGN_OR_RETURN(const Note parsed, parse_note(note));
  ASSIGN_OR_RETURN(const SignatureLine* line, signed_by(parsed, overseer));
  CHECK(line->signature.size() > kTimestampBytes);
  return time_of(*line);
}

Result<std::string> with_cosignatures(std::string_view note, std::string_view lines,
                                      std::span<const VerifierKey> overseers) {
  ASSIGN_OR_RETURN(const Note parsed, parse_note(note));
  Note offered{parsed.text, {}};
  ASSIGN_OR_RETURN(offered.signatures, parse_signature_lines(lines));
  std::string out(note);
  for (const VerifierKey& overseer : overseers) {
    const auto line = signed_by(offered, overseer);
    if (line.ok() && overseer.type == KeyType::kOverseer) out += (*line)->line;
  }
  if (out.size() == note.size())
    return Error{Code::kUnauthenticated, "no overseer that is trusted here has signed this checkpoint"};
  return out;
}

// ---- edge

Edge::Edge(const Tree& tree) : size_(tree.size()) {
  std::uint64_t begin = 0;
  for (int height = 63; height >= 0; --height) {
    const std::uint64_t width = std::uint64_t{1} << height;
    if ((size_ & width) == 0) continue;
    peaks_.push_back(tree.level(static_cast<std::size_t>(height))[begin / width]);
    begin += width;
  }
}

void Edge::append(const Digest& leaf_hash) {
  Digest carried = leaf_hash;
  for (int merges = std::countr_one(size_); merges > 0; --merges) {
    carried = node_hash(peaks_.back(), carried);
    peaks_.pop_back();
  }
  peaks_.push_back(carried);
  ++size_;
}

Digest Edge::root() const {
  if (peaks_.empty()) return sha256({});
  Digest root = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) root = node_hash(peaks_[i], root);
  return root;
}

}  // namespace puente::audit
