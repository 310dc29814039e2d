#include "exchange/exchange.h"

#include <algorithm>

#include "core/limits.h"
#include "exchange/wire.h"

namespace puente::exchange {
namespace {

constexpr std::size_t kSignatureBytes = std::tuple_size_v<Signature>;
constexpr std::size_t kLengthBytes = 4;

bool is_version(int version) {
  return std::find(kMessageVersions.begin(), kMessageVersions.end(), version) != kMessageVersions.end();
}

Result<Bytes> seal_body(const Header& header, Json body, Bytes attachments, const SigningKey& key,
                        const SealingPublicKey& to) {
  const Status sound = check_header(header);
  CHECK(sound.ok());
  CHECK(is_version(header.version));
  const Parts parts{canonical(Json::object({{"header", header_to_json(header)}, {"body", std::move(body)}})),
                    std::move(attachments)};
  ByteWriter writer;
  writer.raw(key.sign(to_sign(header.version, parts))).raw(write_parts(header.version, parts));
  Bytes plain = writer.take();
  plain.resize((plain.size() + kPaddedBytes - 1) / kPaddedBytes * kPaddedBytes);
  Bytes out = ByteWriter().raw(view(version_line(header.version))).raw(seal_to(to, plain)).take();
  if (out.size() > limits::kRequestBytesMax) {
    return Error{Code::kTooLarge, "the question's images are too much for one message: send fewer, or smaller ones"};
  }
  return out;
}

template <typename Body>
Bytes seal_small(Header header, Kind kind, const Body& body, const SigningKey& key, const SealingPublicKey& to) {
  header.kind = kind;
  auto out = seal_body(header, body_to_json(body), {}, key, to);
  CHECK(out.ok());
  // one length for all answers and refusals: the longest fits
  CHECK((kind != Kind::kAnswer && kind != Kind::kRefusal) || out->size() < 2 * kPaddedBytes);
  return *std::move(out);
}

bool is_zero(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

// A message out of its seal, not yet looked into. What was signed lies in one piece, the version's line in front.
struct Opened {
  int version = 0;
  Signature signature{};
  Bytes plain;
  ByteView signed_part;
  PartsView parts;
};

Result<int> read_version(ByteView bytes) {
  const std::string_view start = text(bytes.first(std::min<std::size_t>(bytes.size(), 32)));
  for (const int version : kMessageVersions) {
    if (start.starts_with(version_line(version))) return version;
  }
  if (start.starts_with("puente-message/")) {
    return Error{Code::kUnsupported, "the message has another version than this program reads, 1 to 3"};
  }
  return Error{Code::kInvalidInput, "not a message of this protocol"};
}

Result<Opened> unseal(ByteView bytes, const SealingKey& key) {
  if (bytes.size() > limits::kRequestBytesMax) return Error{Code::kTooLarge, "the message is too large"};
  Opened out;
  ASSIGN_OR_RETURN(out.version, read_version(bytes));
  const std::string line = version_line(out.version);
  ASSIGN_OR_RETURN(out.plain, key.open(bytes.subspan(line.size())));
  ByteReader reader(out.plain);
  const ByteView signature = reader.raw(kSignatureBytes);
  ASSIGN_OR_RETURN(out.parts, read_parts(out.version, reader));
  const ByteView padding = reader.raw(reader.left());
  if (out.plain.size() % kPaddedBytes != 0 || padding.size() >= kPaddedBytes || !is_zero(padding)) {
    return Error{Code::kInvalidInput, "the message's frame is malformed"};
  }
  out.signature = *fixed<kSignatureBytes>(signature);
  // over what has been read by now: a message may be 32 MiB, and one copy of it is enough
  const std::size_t begin = out.version == 1 ? kSignatureBytes + kLengthBytes : kSignatureBytes;
  const std::size_t end = out.plain.size() - padding.size();
  std::copy(line.begin(), line.end(), out.plain.begin() + static_cast<std::ptrdiff_t>(begin - line.size()));
  out.signed_part = ByteView(out.plain).subspan(begin - line.size(), end - begin + line.size());
  return out;
}

// Whose it is, before anything of it is parsed: of `from`, or of whoever else has an agreement with us.
Result<SigningPublicKey> signer_of(const Opened& opened, std::span<const AcceptedAgreement> agreements,
                                   std::string_view own_country, std::string_view from) {
  std::vector<SigningPublicKey> tried;
  for (const AcceptedAgreement& each : agreements) {
    if (each.state == AgreementState::kTerminated) continue;
    for (const Party& party : each.parties) {
      if (from.empty() ? party.country == own_country : party.country != from) continue;
      if (std::find(tried.begin(), tried.end(), party.signing_key) != tried.end()) continue;
      if (verify_signature(party.signing_key, opened.signed_part, opened.signature)) return party.signing_key;
      tried.push_back(party.signing_key);
    }
  }
  return Error{Code::kUnauthenticated, "the message is not signed with a key of the sender's"};
}

Result<const Agreement*> find_agreement(const Header& header, std::span<const AcceptedAgreement> agreements) {
  for (const AcceptedAgreement& each : agreements) {
    if (each.id != header.agreement_id || each.state == AgreementState::kTerminated) continue;
    if (each.digest == header.agreement_digest) return &each;
    return Error{Code::kUnauthenticated, "the sender goes by another text of the agreement " + each.id +
                                             ": both sides must hold the same document"};
  }
  return Error{Code::kUnauthenticated, "no agreement of that name is in use here"};
}

Status check_times(const Header& header, std::int64_t now_ms) {
  if (header.created_ms < now_ms - limits::kClockSkewMsMax) {
    return Error{Code::kReplayed, "the message is too old: it was delayed on the way, or the clocks disagree"};
  }
  if (header.created_ms > now_ms + limits::kClockSkewMsMax) {
    return Error{Code::kReplayed, "the message is from the future: the clocks disagree"};
  }
  if (header.expires_ms <= now_ms) return Error{Code::kReplayed, "the message has expired"};
  return {};
}

Status check_probe(const std::vector<Sample>& probe, int version) {
  if (probe.empty() || probe.size() > limits::kSamplesPerEncounterMax) {
    return Error{Code::kInvalidInput, "a question carries 1 to 20 samples"};
  }
  std::size_t bytes = 0;
  for (const Sample& each : probe) {
    if (each.image.empty()) return Error{Code::kInvalidInput, "a sample of the question is empty"};
    if (each.image.size() > limits::kImageBytesMax) {
      return Error{Code::kTooLarge,
                   "a sample of the question is over " + std::to_string(limits::kImageBytesMax) + " bytes"};
    }
    const auto place = place_of(each);
    if (!place) return Error{Code::kInvalidInput, "a sample of the question must show one finger, eye or face"};
    if (version == 1 && place->modality != Modality::kFinger) {
      return Error{Code::kUnsupported, "the partner's node reads questions about fingers alone"};
    }
    bytes += each.image.size();
  }
  const std::size_t bytes_max = version == 1 ? limits::kRequestBytesMax / 4 * 3 : limits::kRequestBytesMax;  // base64
  if (bytes > bytes_max) {
    return Error{Code::kTooLarge, "the question's images are too much for one message: send fewer, or smaller ones"};
  }
  return {};
}

// A sender may not widen the agreement, and what came is bound as the agreement says.
Status check_release(const ReleaseBody& body, const Header& header, const Agreement& agreement) {
  const PurposeTerms* terms = agreement.terms(body.purpose);
  if (terms == nullptr) return Error{Code::kDenied, "the release is for a purpose that the agreement lacks"};
  for (const auto& [element, value] : body.elements) {
    if (!terms->release.contains(element)) {
      return Error{Code::kDenied,
                   std::string("the release carries more than the agreement lists: ") + to_string(element)};
    }
  }
  if (terms->conditions && body.caveats != policy::caveats_of(*terms))
    return Error{Code::kDenied, "the release is bound by something else than the agreement says"};
  // redact() counts from the verdict, which is before the message
  if (body.retention_until_ms > header.created_ms + terms->retention_days * kDayMs) {
    return Error{Code::kDenied, "the release may be kept for longer than the agreement allows"};
  }
  return {};
}

}  // namespace

Header new_header(const Agreement& agreement, std::string_view from, std::string message_id, std::string exchange_id,
                  std::int64_t now_ms) {
  const Party* partner = agreement.partner_of(from);
  CHECK(partner != nullptr);
  Header out;
  out.version = agreement.message_version();
  out.message_id = std::move(message_id);
  out.exchange_id = std::move(exchange_id);
  out.from = from;
  out.to = partner->country;
  out.agreement_id = agreement.id;
  out.agreement_digest = agreement.digest;
  out.created_ms = now_ms;
  out.expires_ms = now_ms + limits::kClockSkewMsMax;
  return out;
}

Header reply_header(const Header& received, std::string message_id, std::int64_t now_ms) {
  Header out = received;
  out.message_id = std::move(message_id);
  out.from = received.to;
  out.to = received.from;
  out.created_ms = now_ms;
  out.expires_ms = now_ms + limits::kClockSkewMsMax;
  out.in_reply_to = received.message_id;
  return out;
}

Result<Bytes> seal(Header header, const QuestionBody& body, const SigningKey& key, const SealingPublicKey& to) {
  header.kind = Kind::kQuestion;
  TRY(check_probe(body.probe, header.version));
  Bytes attachments = header.version == 1 ? Bytes() : attachments_of(body);
  return seal_body(header, body_to_json(body, header.version), std::move(attachments), key, to);
}

Bytes seal(Header header, const AnswerBody& body, const SigningKey& key, const SealingPublicKey& to) {
  CHECK(body.reference.empty() || is_id(body.reference));
  return seal_small(std::move(header), Kind::kAnswer, body, key, to);
}

Bytes seal(Header header, const RefusalBody& body, const SigningKey& key, const SealingPublicKey& to) {
  CHECK(body.reasons.size() <= kReasonsMax);
  return seal_small(std::move(header), Kind::kRefusal, body, key, to);
}

Digest digest_of(const ReleaseBody& release) {
  return sha256(view(canonical(body_to_json(release))));
}

Digest digest_of(const policy::Disclosure& release) {
  return sha256(view(canonical(body_to_json(release))));
}

Bytes seal(Header header, const policy::Disclosure& body, const SigningKey& key, const SealingPublicKey& to) {
  // cleared for this partner, exchange and agreement, and no other
  CHECK(header.to == body.recipient());
  CHECK(header.exchange_id == body.exchange_id());
  CHECK(header.agreement_digest == body.agreement_digest());
  return seal_small(std::move(header), Kind::kRelease, body, key, to);
}

Bytes seal(Header header, const NotConfirmedBody& body, const SigningKey& key, const SealingPublicKey& to) {
  CHECK(is_id(body.reference));
  return seal_small(std::move(header), Kind::kNotConfirmed, body, key, to);
}

Bytes seal(Header header, const AcknowledgementBody& body, const SigningKey& key, const SealingPublicKey& to) {
  return seal_small(std::move(header), Kind::kAcknowledgement, body, key, to);
}

Result<Message> open(ByteView bytes, std::span<const AcceptedAgreement> agreements, std::string_view own_country,
                     const SealingKey& key, std::int64_t now_ms, std::string_view from) {
  ASSIGN_OR_RETURN(const Opened opened, unseal(bytes, key));
  ASSIGN_OR_RETURN(const SigningPublicKey signer, signer_of(opened, agreements, own_country, from));
  ASSIGN_OR_RETURN(Message message, read_message(opened.version, opened.parts));
  const Header& header = message.header;
  ASSIGN_OR_RETURN(const Agreement* agreement, find_agreement(header, agreements));
  const Party* sender = agreement->party(header.from);
  if (sender == nullptr) return Error{Code::kUnauthenticated, "the sender is not a party of the agreement"};
  if (sender->signing_key != signer) {
    return Error{Code::kUnauthenticated, "the message is not signed with the key of " + sender->country};
  }
  if (header.to != own_country) return Error{Code::kUnauthenticated, "the message is meant for another country"};
  TRY(check_times(header, now_ms));
  if (const auto* release = std::get_if<ReleaseBody>(&message.body)) {
    TRY(check_release(*release, header, *agreement));
  }
  return message;
}

Status check_reply(const Header& sent, const Header& reply) {
  const bool bound = reply.in_reply_to == sent.message_id && reply.exchange_id == sent.exchange_id &&
                     reply.from == sent.to && reply.to == sent.from && reply.agreement_id == sent.agreement_id &&
                     reply.agreement_digest == sent.agreement_digest;
  if (!bound) return Error{Code::kReplayed, "the reply belongs to another message"};
  const bool asks = sent.kind == Kind::kQuestion;
  const bool tells = sent.kind == Kind::kRelease || sent.kind == Kind::kNotConfirmed;
  const bool follows = (asks && reply.kind == Kind::kAnswer) || (tells && reply.kind == Kind::kAcknowledgement) ||
                       ((asks || tells) && reply.kind == Kind::kRefusal);
  if (!follows) {
    return Error{Code::kReplayed, std::string("a message \"") + to_string(reply.kind) + "\" cannot follow \"" +
                                      to_string(sent.kind) + "\""};
  }
  return {};
}

}  // namespace puente::exchange
