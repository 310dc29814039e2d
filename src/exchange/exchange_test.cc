#include "exchange/exchange.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/limits.h"
#include "core/testing_seeds.h"
#include "exchange/wire.h"

namespace puente::exchange {
namespace {

constexpr std::int64_t kNow = 1'780'000'000'000;  // May 2026
constexpr std::int64_t kSkew = limits::kClockSkewMsMax;

std::array<std::uint8_t, 32> seed(std::uint8_t value) {
  std::array<std::uint8_t, 32> out;
  out.fill(value);
  return out;
}

struct Country {
  std::string code;
  SigningKey signing;
  SealingKey sealing;
  Party party(int version) const {
    return {.country = code,
            .name = "Authority of " + code,
            .signing_key = signing.public_key(),
            .sealing_key = sealing.public_key(),
            .certificate_sha256 = sha256(view(code)),
            .message_versions = {1, version}};
  }
};

Country country(std::string code, std::uint8_t value) {
  return {std::move(code), *SigningKey::from_seed(seed(value)), *SealingKey::from_bytes(seed(value + 100))};
}

// What holds for every version of messages.
class Exchange : public testing::TestWithParam<int> {
 protected:
  Exchange() {
    AcceptedAgreement agreement;
    agreement.id = "usa-col-2026";
    agreement.valid_from_ms = kNow - 1'000'000;
    agreement.valid_until_ms = kNow + 1'000'000'000;
    agreement.parties = {usa.party(version()), col.party(version())};
    agreement.purposes = {{.purpose = Purpose::kBorderIdentification,
                           .may_ask = {"USA", "COL"},
                           .modalities = {Modality::kFinger},
                           .release = {DataElement::kFamilyName, DataElement::kNationality},
                           .retention_days = 30,
                           .daily_quota = 5}};
    agreement.digest = sha256(view("the document"));
    agreements.push_back(agreement);
  }

  static int version() { return GetParam(); }
  Header header(std::string from = "USA") const {
    return new_header(agreements[0], from, "message-1", "exchange-1", kNow);
  }
  QuestionBody question() const {
    return {.purpose = Purpose::kBorderIdentification,
            .case_reference = "TX-2026-0001",
            .deadline_ms = kNow + 10'000,
            .probe = {{.position = FingerCapture::kRightIndex, .image = to_bytes("an image"), .ppi = 500},
                      {.position = FingerCapture::kLeftThumb, .image = to_bytes("another"), .ppi = 0}}};
  }
  Bytes sealed_question() const { return *seal(header(), question(), usa.signing, col.sealing.public_key()); }
  Result<Message> open_at_col(ByteView bytes, std::int64_t now_ms = kNow) const {
    return open(bytes, agreements, "COL", col.sealing, now_ms);
  }
  Result<Message> open_at_usa(ByteView bytes, std::int64_t now_ms = kNow) const {
    return open(bytes, agreements, "USA", usa.sealing, now_ms);
  }
  Case cleared_case() const {
    Case out;
    out.case_id = "case-1";
    out.exchange_id = "exchange-1";
    out.agreement_id = "usa-col-2026";
    out.partner = "USA";
    out.purpose = Purpose::kBorderIdentification;
    out.partner_case_reference = "TX-2026-0001";
    out.state = CaseState::kCleared;
    out.opened_ms = kNow - 2000;
    out.expires_ms = kNow + 2000;
    out.person_id = "person-1";
    out.encounter_id = "encounter-1";
    out.examiner = "examiner-7";
    out.verdict_reasons = "fourteen minutiae agree";
    out.decided_ms = kNow - 1000;
    out.releaser = "supervisor-2";
    out.release_facts = "met at the border, file read";
    out.cleared_ms = kNow - 500;
    return out;
  }
  policy::Disclosure disclosure() const {
    return *policy::redact(agreements[0], cleared_case(),
                           {{DataElement::kFamilyName, "Prueba"}, {DataElement::kDateOfBirth, "1990-01-01"}}, kNow);
  }
  // A message whose JSON is `json`, signed by `key` and sealed as seal() does: what a hostile partner can make.
  Bytes forge(const Parts& parts, const SigningKey& key, const SealingPublicKey& to) const {
    return framed(key.sign(to_sign(version(), parts)), parts, to);
  }
  Bytes framed(const Signature& signature, const Parts& parts, const SealingPublicKey& to) const {
    Bytes plain = ByteWriter().raw(signature).raw(write_parts(version(), parts)).take();
    plain.resize((plain.size() / kPaddedBytes + 1) * kPaddedBytes);
    return ByteWriter().raw(view(version_line(version()))).raw(seal_to(to, plain)).take();
  }
  Parts parts_of(const Header& of, const QuestionBody& body) const {
    return {canonical(Json::object({{"header", header_to_json(of)}, {"body", body_to_json(body, version())}})),
            version() == 1 ? Bytes() : attachments_of(body)};
  }
  Parts question_parts(const Header& of) const { return parts_of(of, question()); }
  Result<Message> read(const Json& header, const Json& body, Bytes attachments = {}) const {
    return read_message(version(),
                        {canonical(Json::object({{"header", header}, {"body", body}})), std::move(attachments)});
  }

  const Country usa = country("USA", 1), col = country("COL", 2), per = country("PER", 3);
  std::vector<AcceptedAgreement> agreements;
};
INSTANTIATE_TEST_SUITE_P(Versions, Exchange, testing::Values(1, 2, 3));

TEST_P(Exchange, a_question_arrives_as_it_was_asked) {
  const auto message = open_at_col(sealed_question());
  ASSERT_TRUE(message.ok()) << message.error().message;
  EXPECT_EQ(message->header.version, version());
  EXPECT_EQ(message->header.kind, Kind::kQuestion);
  EXPECT_EQ(message->header.from, "USA");
  EXPECT_EQ(message->header.exchange_id, "exchange-1");
  const auto& body = std::get<QuestionBody>(message->body);
  EXPECT_EQ(body.purpose, Purpose::kBorderIdentification);
  EXPECT_EQ(body.case_reference, "TX-2026-0001");
  EXPECT_EQ(body.deadline_ms, kNow + 10'000);
  ASSERT_EQ(body.probe.size(), 2u);
  EXPECT_EQ(body.probe[0].position, FingerCapture::kRightIndex);
  EXPECT_EQ(body.probe[0].image, to_bytes("an image"));
  EXPECT_EQ(body.probe[0].ppi, 500);
  EXPECT_EQ(body.probe[1].ppi, 0);
}

TEST_P(Exchange, every_other_kind_arrives_as_it_was_sent) {
  const Message asked = *open_at_col(sealed_question());
  const Header reply = reply_header(asked.header, "message-2", kNow);
  const auto& to = usa.sealing.public_key();
  EXPECT_EQ(std::get<AnswerBody>(open_at_usa(seal(reply, AnswerBody{}, col.signing, to))->body).reference, "");
  EXPECT_EQ(std::get<AnswerBody>(open_at_usa(seal(reply, AnswerBody{"case-1"}, col.signing, to))->body).reference,
            "case-1");
  const Message refused =
      *open_at_usa(seal(reply, RefusalBody{Code::kQuotaExceeded, {"quota_used_up"}}, col.signing, to));
  EXPECT_EQ(std::get<RefusalBody>(refused.body).code, Code::kQuotaExceeded);
  EXPECT_EQ(std::get<RefusalBody>(refused.body).reasons, std::vector<std::string>{"quota_used_up"});
  const Message not_confirmed = *open_at_usa(seal(header("COL"), NotConfirmedBody{"case-1"}, col.signing, to));
  EXPECT_EQ(std::get<NotConfirmedBody>(not_confirmed.body).reference, "case-1");
  const Header acknowledged = reply_header(not_confirmed.header, "message-3", kNow);
  const auto acknowledgement =
      open_at_col(seal(acknowledged, AcknowledgementBody{}, usa.signing, col.sealing.public_key()));
  ASSERT_TRUE(acknowledgement.ok()) << acknowledgement.error().message;
  EXPECT_EQ(acknowledgement->header.kind, Kind::kAcknowledgement);
}

TEST_P(Exchange, a_release_carries_what_was_redacted_and_its_caveats) {
  const auto message = open_at_usa(seal(header("COL"), disclosure(), col.signing, usa.sealing.public_key()));
  ASSERT_TRUE(message.ok()) << message.error().message;
  const auto& body = std::get<ReleaseBody>(message->body);
  EXPECT_EQ(body.reference, "case-1");
  EXPECT_EQ(body.purpose, Purpose::kBorderIdentification);
  EXPECT_EQ(body.elements, (BiographicData{{DataElement::kFamilyName, "Prueba"}}));
  EXPECT_EQ(body.caveats, (std::vector<std::string>{"no_onward_transfer", "purpose_bound"}));
  EXPECT_EQ(body.retention_until_ms, kNow - 1000 + 30 * kDayMs);
}

// R5, R3: on the wire a hit looks like no hit, and like a refusal, however long the names in it.
TEST_P(Exchange, r5_all_answers_have_one_length) {
  const Header reply = reply_header(header(), "message-2", kNow);
  const auto& to = usa.sealing.public_key();
  const std::size_t length = seal(reply, AnswerBody{}, col.signing, to).size();
  EXPECT_EQ(seal(reply, AnswerBody{"c"}, col.signing, to).size(), length);
  EXPECT_EQ(seal(reply, AnswerBody{std::string(64, 'c')}, col.signing, to).size(), length);
  EXPECT_EQ(seal(reply, RefusalBody{Code::kDenied, {16, std::string(64, 'r')}}, col.signing, to).size(), length);
  Header longest = reply;
  longest.message_id = longest.in_reply_to = longest.exchange_id = longest.agreement_id = std::string(64, 'm');
  EXPECT_EQ(seal(longest, AnswerBody{std::string(64, 'c')}, col.signing, to).size(), length);
  EXPECT_EQ(seal(longest, RefusalBody{Code::kDenied, {16, std::string(64, 'r')}}, col.signing, to).size(), length);
}

TEST_P(Exchange, r5_the_answer_has_two_forms_and_no_room_for_more) {
  EXPECT_EQ(canonical(body_to_json(AnswerBody{})), R"({"result":"no_hit"})");
  EXPECT_EQ(canonical(body_to_json(AnswerBody{"case-1"})), R"({"reference":"case-1","result":"reference"})");
  Header reply = reply_header(header(), "message-2", kNow);
  reply.kind = Kind::kAnswer;
  for (const char* body : {R"({"result":"no_hit","score":1})", R"({"result":"no_hit","reference":"case-1"})",
                           R"({"result":"reference"})", R"({"result":"maybe"})", "{}", "null", "[]"}) {
    EXPECT_EQ(read(header_to_json(reply), *parse_json(body)).error().code, Code::kInvalidInput) << body;
  }
}

TEST_P(Exchange, the_question_has_no_room_for_a_name) {
  for (const char* member : {"family_name", "requester", "person_id", "note"}) {
    Json body = body_to_json(question(), version());
    body.set(member, "x");
    EXPECT_EQ(read(header_to_json(header()), body, question_parts(header()).attachments).error().code,
              Code::kInvalidInput)
        << member;
  }
}

// A slap is taken apart where it was captured: four fingers that arrive as one sample would be compared with none.
TEST_P(Exchange, a_question_of_a_slap_or_of_no_such_finger_is_not_sent) {
  for (const int position : {11, 12, 13, 14, 15, 16, 255}) {
    QuestionBody body = question();
    body.probe[1].position = static_cast<FingerCapture>(position);
    EXPECT_EQ(seal(header(), body, usa.signing, col.sealing.public_key()).error().code, Code::kInvalidInput)
        << position;
  }
}

TEST_P(Exchange, no_changed_byte_survives) {
  const Bytes sound = sealed_question();
  for (std::size_t i = 0; i < sound.size(); i += i < 256 ? 1 : 37) {
    Bytes changed = sound;
    changed[i] ^= 0x10;
    EXPECT_FALSE(open_at_col(changed).ok()) << "byte " << i;
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{17}, std::size_t{60}, sound.size() - 1}) {
    EXPECT_FALSE(open_at_col(ByteView(sound).first(size)).ok()) << size;
  }
}

// The seal authenticates nobody: who knows the recipient's public key can seal. The signature inside has to hold.
TEST_P(Exchange, no_changed_byte_of_the_signed_text_survives) {
  const Parts sound = question_parts(header());
  const Signature signature = usa.signing.sign(to_sign(version(), sound));
  const auto with = [&](const Parts& parts) { return open_at_col(framed(signature, parts, col.sealing.public_key())); };
  ASSERT_TRUE(with(sound).ok());
  for (std::size_t i = 0; i < sound.json.size(); ++i) {
    Parts changed = sound;
    changed.json[i] = static_cast<char>(changed.json[i] ^ 1);
    EXPECT_FALSE(with(changed).ok()) << i;
  }
  for (std::size_t i = 0; i < sound.attachments.size(); ++i) {
    Parts changed = sound;
    changed.attachments[i] ^= 1;
    EXPECT_EQ(with(changed).error().code, Code::kUnauthenticated) << i;
  }
}

TEST_P(Exchange, the_frame_has_one_form) {
  const Parts parts = question_parts(header());
  const Signature signature = usa.signing.sign(to_sign(version(), parts));
  const auto with = [&](std::size_t size, std::uint8_t last) {
    Bytes plain = ByteWriter().raw(signature).raw(write_parts(version(), parts)).take();
    plain.resize(size);
    plain.back() = last;
    return open_at_col(
        ByteWriter().raw(view(version_line(version()))).raw(seal_to(col.sealing.public_key(), plain)).take());
  };
  EXPECT_TRUE(with(kPaddedBytes, 0).ok());
  EXPECT_EQ(with(kPaddedBytes, 1).error().code, Code::kInvalidInput);
  EXPECT_EQ(with(kPaddedBytes - 1, 0).error().code, Code::kInvalidInput);
  EXPECT_EQ(with(2 * kPaddedBytes, 0).error().code, Code::kInvalidInput);
}

TEST_P(Exchange, a_message_is_for_its_recipient_alone) {
  EXPECT_EQ(open(sealed_question(), agreements, "PER", per.sealing, kNow).error().code, Code::kCorrupt);
  EXPECT_EQ(open_at_usa(sealed_question()).error().code, Code::kCorrupt);
  // re-sealed by the recipient to a third country, with the sender's signature still on it
  AcceptedAgreement other = agreements[0];
  other.parties[1] = per.party(version());
  const std::vector<AcceptedAgreement> theirs{other};
  const Bytes forwarded = forge(question_parts(header()), usa.signing, per.sealing.public_key());
  EXPECT_EQ(open(forwarded, theirs, "PER", per.sealing, kNow).error().code, Code::kUnauthenticated);
}

TEST_P(Exchange, only_the_sender_s_key_of_the_agreement_counts) {
  const Header of = header();
  EXPECT_TRUE(open_at_col(forge(question_parts(of), usa.signing, col.sealing.public_key())).ok());
  EXPECT_EQ(open_at_col(forge(question_parts(of), per.signing, col.sealing.public_key())).error().code,
            Code::kUnauthenticated);
  EXPECT_EQ(open_at_col(forge(question_parts(of), col.signing, col.sealing.public_key())).error().code,
            Code::kUnauthenticated);
  Header stranger = of;
  stranger.from = "PER";
  EXPECT_EQ(open_at_col(forge(question_parts(stranger), per.signing, col.sealing.public_key())).error().code,
            Code::kUnauthenticated);
  Header own = of;  // our own words come back to us
  own.from = "COL";
  own.to = "USA";
  EXPECT_EQ(open_at_col(forge(question_parts(own), col.signing, col.sealing.public_key())).error().code,
            Code::kUnauthenticated);
}

TEST_P(Exchange, both_must_hold_the_same_agreement) {
  const Bytes bytes = sealed_question();
  std::vector<AcceptedAgreement> other = agreements;
  other[0].digest[0] ^= 1;
  EXPECT_EQ(open(bytes, other, "COL", col.sealing, kNow).error().code, Code::kUnauthenticated);
  other[0] = agreements[0];
  other[0].id = "older";
  EXPECT_EQ(open(bytes, other, "COL", col.sealing, kNow).error().code, Code::kUnauthenticated);
  EXPECT_EQ(open(bytes, {}, "COL", col.sealing, kNow).error().code, Code::kUnauthenticated);
  other = agreements;
  other[0].state = AgreementState::kSuspended;  // policy says so to the sender
  EXPECT_TRUE(open(bytes, other, "COL", col.sealing, kNow).ok());
  other[0].state = AgreementState::kTerminated;
  EXPECT_EQ(open(bytes, other, "COL", col.sealing, kNow).error().code, Code::kUnauthenticated);
}

TEST_P(Exchange, the_clock_window_is_exact) {
  Header of = header();
  of.expires_ms = kNow + 10 * kSkew;
  const Bytes bytes = *seal(of, question(), usa.signing, col.sealing.public_key());
  EXPECT_TRUE(open_at_col(bytes, kNow - kSkew).ok());
  EXPECT_TRUE(open_at_col(bytes, kNow + kSkew).ok());
  EXPECT_EQ(open_at_col(bytes, kNow - kSkew - 1).error().code, Code::kReplayed);
  EXPECT_EQ(open_at_col(bytes, kNow + kSkew + 1).error().code, Code::kReplayed);
  of.expires_ms = kNow + 5;
  const Bytes brief = *seal(of, question(), usa.signing, col.sealing.public_key());
  EXPECT_TRUE(open_at_col(brief, kNow + 4).ok());
  EXPECT_EQ(open_at_col(brief, kNow + 5).error().code, Code::kReplayed);
}

TEST_P(Exchange, another_version_is_unsupported_and_noise_is_no_message) {
  Bytes later = sealed_question();
  later[15] = '4';
  EXPECT_EQ(open_at_col(later).error().code, Code::kUnsupported);
  EXPECT_EQ(open_at_col(to_bytes("GET / HTTP/1.1")).error().code, Code::kInvalidInput);
  EXPECT_EQ(open_at_col({}).error().code, Code::kInvalidInput);
  EXPECT_EQ(open_at_col(Bytes(limits::kRequestBytesMax + 1)).error().code, Code::kTooLarge);
}

TEST_P(Exchange, a_release_beyond_the_agreement_is_refused_by_the_recipient) {
  Header of = header("COL");
  of.kind = Kind::kRelease;
  const auto release = [&](auto change) {
    Json body = body_to_json(disclosure());
    change(body);
    const std::string json = canonical(Json::object({{"header", header_to_json(of)}, {"body", body}}));
    return open_at_usa(forge({json}, col.signing, usa.sealing.public_key()));
  };
  EXPECT_TRUE(release([](Json&) {}).ok());
  EXPECT_EQ(release([](Json& body) {
              body.set("elements", Json::object({{"document_number", "X1"}}));
            })
                .error()
                .code,
            Code::kDenied);
  EXPECT_EQ(release([](Json& body) { body.set("purpose", "missing_person_search"); }).error().code, Code::kDenied);
  EXPECT_EQ(release([](Json& body) { body.set("retention_until_ms", kNow + 31 * kDayMs); }).error().code,
            Code::kDenied);
  for (const char* value : {"A\x1e"
                            "B",
                            "Ana\r\nstate: no_hit", "\x1b]0;title\x07"}) {
    EXPECT_EQ(release([&](Json& body) {
                body.set("elements", Json::object({{"family_name", value}}));
              })
                  .error()
                  .code,
              Code::kInvalidInput)
        << "it would be shown on terminals";
  }
  EXPECT_EQ(release([](Json& body) {
              body.set("elements", Json::object({{"religion", "x"}}));
            })
                .error()
                .code,
            Code::kInvalidInput);
}

TEST_P(Exchange, a_probe_that_is_too_much_is_refused_before_it_is_sent) {
  const auto code = [&](std::vector<Sample> probe) {
    QuestionBody body = question();
    body.probe = std::move(probe);
    return seal(header(), body, usa.signing, col.sealing.public_key()).error().code;
  };
  EXPECT_EQ(code({}), Code::kInvalidInput);
  EXPECT_EQ(code({Sample{}}), Code::kInvalidInput);
  EXPECT_EQ(code({21, Sample{.image = Bytes(1)}}), Code::kInvalidInput);
  EXPECT_EQ(code({Sample{.image = Bytes(limits::kImageBytesMax + 1)}}), Code::kTooLarge);
  EXPECT_EQ(code({2, Sample{.image = Bytes(limits::kImageBytesMax)}}), Code::kTooLarge);
}

TEST_P(Exchange, a_large_question_passes_and_comes_back_whole) {
  QuestionBody body = question();
  body.probe.assign(10, Sample{.position = FingerCapture::kRightThumb, .image = Bytes(2'200'000, 0x5a), .ppi = 1000});
  const auto bytes = seal(header(), body, usa.signing, col.sealing.public_key());
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  const auto message = open_at_col(*bytes);
  ASSERT_TRUE(message.ok()) << message.error().message;
  EXPECT_EQ(std::get<QuestionBody>(message->body).probe[9].image, body.probe[9].image);
}

TEST_P(Exchange, a_reply_is_bound_to_what_was_sent) {
  Header sent = header();
  Header reply = reply_header(sent, "message-2", kNow + 5);
  reply.kind = Kind::kAnswer;
  EXPECT_TRUE(check_reply(sent, reply).ok());
  const auto refused = [&](auto change) {
    Header other = reply;
    change(other);
    return check_reply(sent, other).error().code;
  };
  EXPECT_EQ(refused([](Header& h) { h.in_reply_to = "message-0"; }), Code::kReplayed);
  EXPECT_EQ(refused([](Header& h) { h.exchange_id = "exchange-0"; }), Code::kReplayed);
  EXPECT_EQ(refused([](Header& h) { h.from = "PER"; }), Code::kReplayed);
  EXPECT_EQ(refused([](Header& h) { h.to = "PER"; }), Code::kReplayed);
  EXPECT_EQ(refused([](Header& h) { h.agreement_id = "older"; }), Code::kReplayed);
  EXPECT_EQ(refused([](Header& h) { h.agreement_digest[3] ^= 1; }), Code::kReplayed);
}

TEST_P(Exchange, only_certain_kinds_can_follow) {
  const std::pair<Kind, Kind> may[] = {{Kind::kQuestion, Kind::kAnswer},
                                       {Kind::kQuestion, Kind::kRefusal},
                                       {Kind::kRelease, Kind::kAcknowledgement},
                                       {Kind::kRelease, Kind::kRefusal},
                                       {Kind::kNotConfirmed, Kind::kAcknowledgement},
                                       {Kind::kNotConfirmed, Kind::kRefusal}};
  for (int s = 0; s < 6; ++s) {
    for (int r = 0; r < 6; ++r) {
      Header sent = header();
      sent.kind = static_cast<Kind>(s);
      Header reply = reply_header(sent, "message-2", kNow);
      reply.kind = static_cast<Kind>(r);
      const bool expected =
          std::find(std::begin(may), std::end(may), std::pair{sent.kind, reply.kind}) != std::end(may);
      EXPECT_EQ(check_reply(sent, reply).ok(), expected) << to_string(sent.kind) << " → " << to_string(reply.kind);
    }
  }
}

TEST_P(Exchange, headers_are_read_strictly) {
  Header of = header();
  const auto refused = [&](auto change) {
    Json json = header_to_json(of);
    change(json);
    return !read(json, body_to_json(question(), version()), question_parts(of).attachments).ok();
  };
  EXPECT_FALSE(refused([](Json&) {}));
  for (const char* member : {"kind", "message_id", "exchange_id", "from", "to", "agreement_id", "agreement_digest",
                             "created_ms", "expires_ms"}) {
    EXPECT_TRUE(refused([&](Json& json) { json.as_object()->erase(member); })) << member;
    EXPECT_TRUE(refused([&](Json& json) { json.set(member, Json()); })) << member;
    EXPECT_TRUE(refused([&](Json& json) { json.set(member, ""); })) << member;
  }
  EXPECT_TRUE(refused([](Json& json) { json.set("extra", 1); }));
  EXPECT_TRUE(refused([](Json& json) { json.set("kind", "greeting"); }));
  EXPECT_TRUE(refused([](Json& json) { json.set("kind", "answer"); }));
  EXPECT_TRUE(refused([](Json& json) { json.set("in_reply_to", "message-0"); }));
  EXPECT_TRUE(refused([](Json& json) { json.set("to", "USA"); }));
  EXPECT_TRUE(refused([](Json& json) { json.set("expires_ms", kNow); }));
  EXPECT_TRUE(refused([](Json& json) { json.set("created_ms", 1.5); }));
}

using ExchangeDeathTest = Exchange;
INSTANTIATE_TEST_SUITE_P(Versions, ExchangeDeathTest, testing::Values(1, 2, 3));

TEST_P(ExchangeDeathTest, a_disclosure_goes_nowhere_but_where_it_was_cleared_for) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  const policy::Disclosure cleared = disclosure();
  Header other_exchange = header("COL");
  other_exchange.exchange_id = "exchange-2";
  EXPECT_DEATH((void)seal(other_exchange, cleared, col.signing, usa.sealing.public_key()), "");
  EXPECT_DEATH((void)seal(header("USA"), cleared, usa.signing, col.sealing.public_key()), "");
  Header other_agreement = header("COL");
  other_agreement.agreement_digest[0] ^= 1;
  EXPECT_DEATH((void)seal(other_agreement, cleared, col.signing, usa.sealing.public_key()), "");
}

class Version1 : public Exchange {};
INSTANTIATE_TEST_SUITE_P(Versions, Version1, testing::Values(1));

TEST_P(Version1, a_question_has_single_fingers) {
  const auto ask = [&](const char* position) {
    Json body = body_to_json(question(), 1);
    body.as_object()->at("probe").as_array()->front().set("position", position);
    return read(header_to_json(header()), body);
  };
  for (const char* slap : {"PLAIN_RIGHT_FOUR_FINGERS", "PLAIN_LEFT_FOUR_FINGERS", "PLAIN_THUMBS", "13"}) {
    const auto message = ask(slap);
    ASSERT_FALSE(message.ok());
    EXPECT_NE(message.error().message.find("single finger"), std::string::npos) << message.error().message;
  }
  EXPECT_FALSE(ask("11").ok());
  EXPECT_FALSE(ask("EYE_LEFT").ok());
  EXPECT_TRUE(ask("UNKNOWN").ok());
}

TEST_P(Version1, carries_fingers_alone) {
  QuestionBody body = question();
  body.probe[0] = sample_at(place_of(Eye::kLeft));
  body.probe[0].image = to_bytes("an eye");
  EXPECT_EQ(seal(header(), body, usa.signing, col.sealing.public_key()).error().code, Code::kUnsupported);
}

// No program ever wrote one; it is read, so that no sound message is refused, and nothing is made of it.
TEST_P(Version1, a_receipt_is_read_and_left) {
  const auto ok = [&](const Json& receipt) {
    Json json = header_to_json(header());
    json.set("receipt", receipt);
    return read(json, body_to_json(question(), 1)).ok();
  };
  EXPECT_TRUE(ok("c2sp.org/tlog-proof@v1\nindex 5\n"));
  EXPECT_FALSE(ok(std::string(4097, 'x')));
  EXPECT_FALSE(ok("a\x1b[2J"));
  EXPECT_FALSE(ok(5));
}

TEST_P(Exchange, what_the_fuzzer_starts_from_is_sound) {
  for (const char* name :
       {"question", "no_hit", "reference", "refusal", "release", "not_confirmed", "acknowledgement"}) {
    const char* written_as = version() == 1 ? "" : version() == 3 && name == std::string("question") ? "_3" : "_2";
    const std::string seed = stored_seed("message_fuzz", std::string(name) + written_as);
    PartsView parts(seed, {});
    if (version() >= 2) {
      ByteReader reader(view(seed));
      const auto read = read_parts(version(), reader);
      ASSERT_TRUE(read.ok()) << name;
      parts = *read;
    }
    const auto message = read_message(version(), parts);
    EXPECT_TRUE(message.ok()) << name << ": " << message.error().message;
  }
}

class Version2 : public Exchange {
 protected:
  Json sample(const char* modality, const char* place, std::int64_t bytes) const {
    return Json::object({{"modality", modality}, {"place", place}, {"coding", "wsq"}, {"bytes", bytes}});
  }
  Result<Message> ask(std::initializer_list<Json> probe, std::size_t came) const {
    Json body = body_to_json(question(), version());
    body.set("probe", Json::array(probe));
    return read(header_to_json(header()), body, Bytes(came, 0x5a));
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, Version2, testing::Values(2, 3));

// 38 KB of prints were 508 KB on the line once, as PNG in base64.
TEST_P(Version2, a_question_with_two_prints_of_19_kb_is_under_64_kb) {
  QuestionBody body = question();
  for (Sample& each : body.probe) each.image.assign(19 * 1024, 0x5a);
  const Bytes sealed = *seal(header(), body, usa.signing, col.sealing.public_key());
  EXPECT_LT(sealed.size(), 65'536u);
  EXPECT_EQ(sealed.size(), version_line(version()).size() + 48 + 3 * kPaddedBytes);
}

TEST_P(Version2, every_place_and_its_coding_arrives) {
  QuestionBody body = question();
  body.probe.clear();
  const Coding codings[] = {Coding::kUnknown,  Coding::kPng, Coding::kJpeg,
                            Coding::kJpeg2000, Coding::kWsq, Coding::kMinutiae};
  std::vector<Place> places{kFace, place_of(Eye::kUnknown), place_of(Eye::kRight), place_of(Eye::kLeft)};
  for (int finger = 0; finger < kFingerCount; ++finger) places.push_back(place_of(static_cast<Finger>(finger)));
  for (const Place place : places) {
    Sample each = sample_at(place);
    each.image = Bytes(body.probe.size() + 1, static_cast<std::uint8_t>(body.probe.size()));
    each.coding = codings[body.probe.size() % std::size(codings)];
    body.probe.push_back(std::move(each));
  }
  const auto message = open_at_col(*seal(header(), body, usa.signing, col.sealing.public_key()));
  ASSERT_TRUE(message.ok()) << message.error().message;
  const auto& came = std::get<QuestionBody>(message->body).probe;
  ASSERT_EQ(came.size(), body.probe.size());
  for (std::size_t i = 0; i < came.size(); ++i) {
    EXPECT_EQ(place_of(came[i]), place_of(body.probe[i])) << i;
    EXPECT_EQ(came[i].coding, body.probe[i].coding) << i;
    EXPECT_EQ(came[i].image, body.probe[i].image) << i;
  }
}

TEST_P(Version2, a_sample_names_one_place_by_its_name) {
  EXPECT_TRUE(ask({sample("finger", "RIGHT_INDEX", 5)}, 5).ok());
  EXPECT_TRUE(ask({sample("iris", "EYE_LEFT", 5)}, 5).ok());
  for (const auto& [modality, place] : {std::pair{"finger", "PLAIN_THUMBS"},
                                        {"finger", "2"},
                                        {"finger", "EYE_LEFT"},
                                        {"iris", "FACE"},
                                        {"face", "RIGHT_INDEX"},
                                        {"voice", "UNKNOWN"}}) {
    EXPECT_EQ(ask({sample(modality, place, 5)}, 5).error().code, Code::kInvalidInput) << modality << " " << place;
  }
  Json other = sample("finger", "RIGHT_INDEX", 5);
  other.set("coding", "tiff");
  EXPECT_FALSE(ask({other}, 5).ok());
  other.set("coding", "wsq").set("name", "x");
  EXPECT_FALSE(ask({other}, 5).ok());
}

TEST_P(Version2, what_came_is_exactly_the_samples_that_are_listed) {
  const Json five = sample("finger", "RIGHT_INDEX", 5), six = sample("finger", "LEFT_INDEX", 6);
  EXPECT_TRUE(ask({five, six}, 11).ok());
  EXPECT_FALSE(ask({five, six}, 10).ok());
  EXPECT_FALSE(ask({five, six}, 12).ok());
  EXPECT_FALSE(ask({sample("finger", "RIGHT_INDEX", 0)}, 0).ok());
  EXPECT_FALSE(ask({sample("finger", "RIGHT_INDEX", -1)}, 0).ok());
  EXPECT_FALSE(ask({sample("finger", "RIGHT_INDEX", std::int64_t{1} << 40)}, 5).ok());
  EXPECT_FALSE(read(header_to_json(header()), body_to_json(question(), 1)).ok()) << "as version 1 wrote it";
}

TEST_P(Version2, nothing_but_a_question_has_samples_and_nothing_has_a_receipt) {
  Header reply = reply_header(header(), "message-2", kNow);
  reply.kind = Kind::kAnswer;
  EXPECT_TRUE(read(header_to_json(reply), body_to_json(AnswerBody{})).ok());
  EXPECT_FALSE(read(header_to_json(reply), body_to_json(AnswerBody{}), Bytes(1)).ok());
  EXPECT_FALSE(read(header_to_json(reply).set("receipt", "x"), body_to_json(AnswerBody{})).ok());
}

TEST_P(Version2, a_reply_keeps_the_version_of_what_it_answers) {
  Header old = header();
  EXPECT_EQ(old.version, version());
  old.version = 1;
  EXPECT_EQ(reply_header(old, "message-2", kNow).version, 1);
  agreements[0].parties[1].message_versions = {1};
  EXPECT_EQ(header().version, 1);
}

class Version3 : public Exchange {};
INSTANTIATE_TEST_SUITE_P(Versions, Version3, testing::Values(3));

TEST_P(Version3, r1_the_grounds_of_a_question_travel_with_it) {
  QuestionBody body = question();
  for (const Grounds& grounds : {Grounds{}, Grounds{.legal_basis = "8 USC 1225",
                                            .subject_category = SubjectCategory::kMissing,
                                            .aim = Aim::kIdentify,
                                            .urgency = Urgency::kUrgent,
                                            .age = 14,
                                            .order = CourtOrder{"Juzgado 4", "2026-118", "no day", ""}}}) {
    body.grounds = grounds;
    const auto message = open_at_col(*seal(header(), body, usa.signing, col.sealing.public_key()));
    ASSERT_TRUE(message.ok()) << message.error().message;
    EXPECT_EQ(std::get<QuestionBody>(message->body).grounds, grounds);
  }
  Json strange = body_to_json(body, 3);
  strange.set("grounds", Json::object({{"officer", "me"}}));
  EXPECT_FALSE(read(header_to_json(header()), strange, attachments_of(body)).ok());
  strange.as_object()->erase("grounds");
  EXPECT_FALSE(read(header_to_json(header()), strange, attachments_of(body)).ok());
  Header older = header();
  older.version = 2;
  const auto without = open_at_col(*seal(older, body, usa.signing, col.sealing.public_key()));
  EXPECT_EQ(std::get<QuestionBody>(without->body).grounds, Grounds()) << "an older message has no room for them";
}

TEST_P(Version3, r13_a_release_that_is_bound_by_less_than_its_clause_says_is_refused) {
  agreements[0].purposes[0].conditions.emplace().onward_transfer = OnwardTransfer::kNever;
  const auto came = [&](std::vector<std::string> caveats) {
    Header of = header("COL");
    of.kind = Kind::kRelease;
    const ReleaseBody body{"case-1", Purpose::kBorderIdentification, {}, kNow, std::move(caveats)};
    const Parts parts{canonical(Json::object({{"header", header_to_json(of)}, {"body", body_to_json(body)}}))};
    return open_at_usa(forge(parts, col.signing, usa.sealing.public_key()));
  };
  EXPECT_TRUE(came({"no_onward_transfer", "purpose_bound"}).ok());
  EXPECT_EQ(came({"purpose_bound"}).error().code, Code::kDenied);
  EXPECT_EQ(came({"onward_transfer_with_consent", "purpose_bound"}).error().code, Code::kDenied);
}

// The line is outside the seal: a signature made for one version must not hold for another.
TEST_P(Version2, a_message_that_is_passed_off_as_another_version_is_refused) {
  Bytes sealed = seal(reply_header(header(), "message-2", kNow), AnswerBody{}, col.signing, usa.sealing.public_key());
  sealed[15] = '1';
  const auto message = open_at_usa(sealed);
  ASSERT_FALSE(message.ok());
  EXPECT_TRUE(message.error().code == Code::kUnauthenticated || message.error().code == Code::kInvalidInput);
}

}  // namespace
}  // namespace puente::exchange
