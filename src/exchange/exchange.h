// Exchange: the protocol between two nodes. Pure: values in, bytes out, and back; sending, retrying and remembering are
// the caller's. Format: docs/formats/exchange.md. Safe from any thread; values belong to the caller.
//
// A message is canonical JSON, from version 2 on with the samples' bytes behind it, signed by the sender's key of the
// agreement (Ed25519), padded, and sealed to the recipient's (X25519). Every answer, hit or not, and every refusal has
// the same length on the wire (R3, R5). A node reads every version of kMessageVersions and writes the highest that
// both parties of the agreement read.
//
//   asking node                                   answering node
//   question  ──────────────────────────────────▶  may_ask, search
//             ◀──────────────────────────────────  answer: no hit | a reference … or refusal
//                                                  an examiner decides
//             ◀──────────────────────────────────  release | not_confirmed
//   acknowledgement ────────────────────────────▶
//
// Every attempt is sealed anew, with a fresh message_id and created_ms: the exchange_id says what is one exchange.
#pragma once
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/agreement.h"
#include "core/person.h"
#include "policy/policy.h"

namespace puente::exchange {

enum class Kind { kQuestion, kAnswer, kRefusal, kRelease, kNotConfirmed, kAcknowledgement };
const char* to_string(Kind kind);  // "question", …

struct Header {
  int version = 1;              // new_header() takes it from the agreement, a reply has that of what it answers
  std::string message_id;       // random, once only
  std::string exchange_id;      // of the whole exchange, chosen by the asker
  Kind kind = Kind::kQuestion;  // seal() writes what it seals; open() fills it
  std::string from, to;         // countries
  std::string agreement_id;
  Digest agreement_digest{};
  std::int64_t created_ms = 0;
  std::int64_t expires_ms = 0;  // of the message; after created_ms
  std::string in_reply_to;      // message_id; only in answer, refusal and acknowledgement
};

// The header of a question, release or not_confirmed from one party to the other, and of a reply to what open() gave.
// Messages expire kClockSkewMsMax after now_ms.
Header new_header(const Agreement& agreement, std::string_view from, std::string message_id, std::string exchange_id,
                  std::int64_t now_ms);
Header reply_header(const Header& received, std::string message_id, std::int64_t now_ms);

// What is asked. Nothing of who the person may be, nothing of who asks but the file number and on what grounds.
struct QuestionBody {
  Purpose purpose = Purpose::kBorderIdentification;
  std::string case_reference;
  std::int64_t deadline_ms = 0;  // an answer is of use until then
  std::vector<Sample> probe;     // 1–20, each of one place; in messages of version 1 fingers alone
  Grounds grounds{};             // from version 3 on
};
struct AnswerBody {       // R5: there is nothing else in it
  std::string reference;  // empty: no hit
};
struct RefusalBody {
  Code code = Code::kDenied;
  std::vector<std::string> reasons;  // policy's names
};
struct ReleaseBody {  // as received; what is sent is a policy::Disclosure
  std::string reference;
  Purpose purpose = Purpose::kBorderIdentification;
  BiographicData elements;
  std::int64_t retention_until_ms = 0;
  std::vector<std::string> caveats;
};
struct NotConfirmedBody {
  std::string reference;
};
struct AcknowledgementBody {};

struct Message {
  Header header;
  std::variant<QuestionBody, AnswerBody, RefusalBody, ReleaseBody, NotConfirmedBody, AcknowledgementBody> body;
};

// Malformed headers and bodies are our bugs (CHECK), but for the probe: kTooLarge; kInvalidInput: none, or a sample
// that is empty or shows more than one place; kUnsupported: not a finger, to a node that reads version 1 alone.
Result<Bytes> seal(Header header, const QuestionBody& body, const SigningKey& key, const SealingPublicKey& to);
Bytes seal(Header header, const AnswerBody& body, const SigningKey& key, const SealingPublicKey& to);
Bytes seal(Header header, const RefusalBody& body, const SigningKey& key, const SealingPublicKey& to);
Bytes seal(Header header, const policy::Disclosure& body, const SigningKey& key, const SealingPublicKey& to);
Bytes seal(Header header, const NotConfirmedBody& body, const SigningKey& key, const SealingPublicKey& to);
Bytes seal(Header header, const AcknowledgementBody& body, const SigningKey& key, const SealingPublicKey& to);

// SHA-256 of a release's body as canonical JSON: the same at who sends it, at each attempt, and at who has it.
Digest digest_of(const policy::Disclosure& release);
Digest digest_of(const ReleaseBody& release);

// Opens what came from outside. `agreements` are those of this node; one that was terminated is as none. Nothing is
// parsed before the signature holds: of the country `from`, or, when it is empty, of any party but us. Takes at most
// four times the message's size in memory.
// kTooLarge, kInvalidInput, kUnsupported (another version), kCorrupt (sealed to another key, or changed on the way),
// kUnauthenticated (no such agreement, not its text, not a party, not its key, not for us), kReplayed (created more
// than limits::kClockSkewMsMax before or after now, or expired). Released elements beyond the agreement: kDenied. The
// caller then refuses a (from, message_id) that it has seen in the last 2 × kClockSkewMsMax.
Result<Message> open(ByteView bytes, std::span<const AcceptedAgreement> agreements, std::string_view own_country,
                     const SealingKey& key, std::int64_t now_ms, std::string_view from = {});

// Is this the reply to what we sent? Same exchange and agreement, in reply to that very message, from whom we sent it
// to, and of a kind that can follow: an answer or refusal after a question, an acknowledgement or refusal after a
// release or not_confirmed. kReplayed otherwise. (Release and not_confirmed are messages of their own, bound to their
// question by exchange_id and reference: casework/ checks these.)
Status check_reply(const Header& sent, const Header& reply);

inline constexpr std::size_t kReasonsMax = 16;
inline constexpr std::size_t kPaddedBytes = 16384;  // a sealed message's plain bytes are a multiple of this

}  // namespace puente::exchange
