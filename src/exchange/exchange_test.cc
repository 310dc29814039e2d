#include "exchange/exchange.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/limits.h"
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
  Party party() const {
    return {.country = code,
            .name = "Authority of " + code,
            .signing_key = signing.public_key(),
            .sealing_key = sealing.public_key(),
            .certificate_sha256 = sha256(view(code))};
  }
};

Country country(std::string code, std::uint8_t value) {
  return {std::move(code), *SigningKey::from_seed(seed(value)), *SealingKey::from_bytes(seed(value + 100))};
}

class Exchange : public testing::Test {
 protected:
  Exchange() {
    Agreement agreement;
    agreement.id = "usa-col-2026";
    agreement.valid_from_ms = kNow - 1'000'000;
    agreement.valid_until_ms = kNow + 1'000'000'000;
    agreement.parties = {usa.party(), col.party()};
    agreement.purposes = {{.purpose = Purpose::kBorderIdentification,
                           .may_ask = {"USA", "COL"},
                           .modalities = {Modality::kFinger},
                           .release = {DataElement::kFamilyName, DataElement::kNationality},
                           .retention_days = 30,
                           .daily_quota = 5}};
    agreement.digest = sha256(view("the document"));
    agreements.push_back(agreement);
  }

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
  Case confirmed_case() const {
    return {.case_id = "case-1",
            .exchange_id = "exchange-1",
            .agreement_id = "usa-col-2026",
            .partner = "USA",
            .purpose = Purpose::kBorderIdentification,
            .partner_case_reference = "TX-2026-0001",
            .state = CaseState::kConfirmed,
            .opened_ms = kNow - 2000,
            .expires_ms = kNow + 2000,
            .person_id = "person-1",
            .encounter_id = "encounter-1",
            .examiner = "examiner-7",
            .verdict_reasons = "fourteen minutiae agree",
            .decided_ms = kNow - 1000};
  }
  policy::Disclosure disclosure() const {
    return *policy::redact(agreements[0], confirmed_case(),
                           {{DataElement::kFamilyName, "Prueba"}, {DataElement::kDateOfBirth, "1990-01-01"}}, kNow);
  }
  // A message whose JSON is `json`, signed by `key` and sealed as seal() does: what a hostile partner can make.
  Bytes forge(std::string_view json, const SigningKey& key, const SealingPublicKey& to) const {
    ByteWriter writer;
    writer.raw(key.sign(to_bytes(std::string(kVersionLine).append(json)))).counted(view(json));
    Bytes plain = writer.take();
    plain.resize((plain.size() / kPaddedBytes + 1) * kPaddedBytes);
    return ByteWriter().raw(view(kVersionLine)).raw(seal_to(to, plain)).take();
  }
  std::string question_json(const Header& of) const {
    return canonical(Json::object({{"header", header_to_json(of)}, {"body", body_to_json(question())}}));
  }

  const Country usa = country("USA", 1), col = country("COL", 2), per = country("PER", 3);
  std::vector<Agreement> agreements;
};

TEST_F(Exchange, a_question_arrives_as_it_was_asked) {
  const auto message = open_at_col(sealed_question());
  ASSERT_TRUE(message.ok()) << message.error().message;
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

TEST_F(Exchange, every_other_kind_arrives_as_it_was_sent) {
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

TEST_F(Exchange, a_release_carries_what_was_redacted_and_its_caveats) {
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
TEST_F(Exchange, all_answers_have_one_length) {
  const Header reply = reply_header(header(), "message-2", kNow);
  const auto& to = usa.sealing.public_key();
  const std::size_t length = seal(reply, AnswerBody{}, col.signing, to).size();
  EXPECT_EQ(seal(reply, AnswerBody{"c"}, col.signing, to).size(), length);
  EXPECT_EQ(seal(reply, AnswerBody{std::string(64, 'c')}, col.signing, to).size(), length);
  EXPECT_EQ(seal(reply, RefusalBody{Code::kDenied, {16, std::string(64, 'r')}}, col.signing, to).size(), length);
  Header longest = reply;
  longest.receipt = std::string(kReceiptBytesMax, '\n');
  longest.message_id = longest.in_reply_to = longest.exchange_id = longest.agreement_id = std::string(64, 'm');
  EXPECT_EQ(seal(longest, AnswerBody{std::string(64, 'c')}, col.signing, to).size(), length);
  EXPECT_EQ(seal(longest, RefusalBody{Code::kDenied, {16, std::string(64, 'r')}}, col.signing, to).size(), length);
}

TEST_F(Exchange, the_answer_has_two_forms_and_no_room_for_more) {
  EXPECT_EQ(canonical(body_to_json(AnswerBody{})), R"({"result":"no_hit"})");
  EXPECT_EQ(canonical(body_to_json(AnswerBody{"case-1"})), R"({"reference":"case-1","result":"reference"})");
  Header reply = reply_header(header(), "message-2", kNow);
  reply.kind = Kind::kAnswer;
  for (const char* body : {R"({"result":"no_hit","score":1})", R"({"result":"no_hit","reference":"case-1"})",
                           R"({"result":"reference"})", R"({"result":"maybe"})", "{}", "null", "[]"}) {
    const std::string json = canonical(Json::object({{"header", header_to_json(reply)}, {"body", *parse_json(body)}}));
    EXPECT_EQ(read_message(json).error().code, Code::kInvalidInput) << body;
  }
}

TEST_F(Exchange, the_question_has_no_room_for_a_name) {
  for (const char* member : {"family_name", "requester", "person_id", "note"}) {
    Json body = body_to_json(question());
    body.set(member, "x");
    const std::string json = canonical(Json::object({{"header", header_to_json(header())}, {"body", body}}));
    EXPECT_EQ(read_message(json).error().code, Code::kInvalidInput) << member;
  }
}

// A slap is taken apart where it was captured: four fingers that arrive as one sample would be compared with none.
TEST_F(Exchange, the_question_has_single_fingers) {
  const auto ask = [&](FingerCapture position) {
    QuestionBody body = question();
    body.probe[0].position = position;
    const Json json = Json::object({{"header", header_to_json(header())}, {"body", body_to_json(body)}});
    return read_message(canonical(json));
  };
  for (const auto slap : {FingerCapture::kPlainRightFour, FingerCapture::kPlainLeftFour, FingerCapture::kPlainThumbs}) {
    const auto message = ask(slap);
    ASSERT_FALSE(message.ok());
    EXPECT_NE(message.error().message.find("single finger"), std::string::npos) << message.error().message;
  }
  EXPECT_TRUE(ask(FingerCapture::kUnknown).ok());
}

TEST_F(Exchange, no_changed_byte_survives) {
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
TEST_F(Exchange, no_changed_byte_of_the_signed_text_survives) {
  Header of = header();
  of.kind = Kind::kQuestion;
  const std::string json = question_json(of);
  const Signature signature = usa.signing.sign(to_bytes(std::string(kVersionLine) + json));
  const auto with = [&](std::string_view text) {
    Bytes plain = ByteWriter().raw(signature).counted(view(text)).take();
    plain.resize(kPaddedBytes);
    return open_at_col(ByteWriter().raw(view(kVersionLine)).raw(seal_to(col.sealing.public_key(), plain)).take());
  };
  ASSERT_TRUE(with(json).ok());
  for (std::size_t i = 0; i < json.size(); ++i) {
    std::string changed = json;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(with(changed).ok()) << i;
  }
}

TEST_F(Exchange, the_frame_has_one_form) {
  const std::string json = question_json(header());
  const Signature signature = usa.signing.sign(to_bytes(std::string(kVersionLine) + json));
  const auto with = [&](std::size_t size, std::uint8_t last) {
    Bytes plain = ByteWriter().raw(signature).counted(view(json)).take();
    plain.resize(size);
    plain.back() = last;
    return open_at_col(ByteWriter().raw(view(kVersionLine)).raw(seal_to(col.sealing.public_key(), plain)).take());
  };
  EXPECT_TRUE(with(kPaddedBytes, 0).ok());
  EXPECT_EQ(with(kPaddedBytes, 1).error().code, Code::kInvalidInput);
  EXPECT_EQ(with(kPaddedBytes - 1, 0).error().code, Code::kInvalidInput);
  EXPECT_EQ(with(2 * kPaddedBytes, 0).error().code, Code::kInvalidInput);
}

TEST_F(Exchange, a_message_is_for_its_recipient_alone) {
  EXPECT_EQ(open(sealed_question(), agreements, "PER", per.sealing, kNow).error().code, Code::kCorrupt);
  EXPECT_EQ(open_at_usa(sealed_question()).error().code, Code::kCorrupt);
  // re-sealed by the recipient to a third country, with the sender's signature still on it
  Agreement other = agreements[0];
  other.parties[1] = per.party();
  const std::vector<Agreement> theirs{other};
  const Bytes forwarded = forge(question_json(header()), usa.signing, per.sealing.public_key());
  EXPECT_EQ(open(forwarded, theirs, "PER", per.sealing, kNow).error().code, Code::kUnauthenticated);
}

TEST_F(Exchange, only_the_sender_s_key_of_the_agreement_counts) {
  const Header of = header();
  EXPECT_TRUE(open_at_col(forge(question_json(of), usa.signing, col.sealing.public_key())).ok());
  EXPECT_EQ(open_at_col(forge(question_json(of), per.signing, col.sealing.public_key())).error().code,
            Code::kUnauthenticated);
  EXPECT_EQ(open_at_col(forge(question_json(of), col.signing, col.sealing.public_key())).error().code,
            Code::kUnauthenticated);
  Header stranger = of;
  stranger.from = "PER";
  EXPECT_EQ(open_at_col(forge(question_json(stranger), per.signing, col.sealing.public_key())).error().code,
            Code::kUnauthenticated);
  Header own = of;  // our own words come back to us
  own.from = "COL";
  own.to = "USA";
  EXPECT_EQ(open_at_col(forge(question_json(own), col.signing, col.sealing.public_key())).error().code,
            Code::kUnauthenticated);
}

TEST_F(Exchange, both_must_hold_the_same_agreement) {
  const Bytes bytes = sealed_question();
  std::vector<Agreement> other = agreements;
  other[0].digest[0] ^= 1;
  EXPECT_EQ(open(bytes, other, "COL", col.sealing, kNow).error().code, Code::kUnauthenticated);
  other[0] = agreements[0];
  other[0].id = "older";
  EXPECT_EQ(open(bytes, other, "COL", col.sealing, kNow).error().code, Code::kUnauthenticated);
  EXPECT_EQ(open(bytes, {}, "COL", col.sealing, kNow).error().code, Code::kUnauthenticated);
}

TEST_F(Exchange, the_clock_window_is_exact) {
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

TEST_F(Exchange, another_version_is_unsupported_and_noise_is_no_message) {
  Bytes later = sealed_question();
  later[15] = '2';
  EXPECT_EQ(open_at_col(later).error().code, Code::kUnsupported);
  EXPECT_EQ(open_at_col(to_bytes("GET / HTTP/1.1")).error().code, Code::kInvalidInput);
  EXPECT_EQ(open_at_col({}).error().code, Code::kInvalidInput);
  EXPECT_EQ(open_at_col(Bytes(limits::kRequestBytesMax + 1)).error().code, Code::kTooLarge);
}

TEST_F(Exchange, a_release_beyond_the_agreement_is_refused_by_the_recipient) {
  Header of = header("COL");
  of.kind = Kind::kRelease;
  const auto release = [&](auto change) {
    Json body = body_to_json(disclosure());
    change(body);
    const std::string json = canonical(Json::object({{"header", header_to_json(of)}, {"body", body}}));
    return open_at_usa(forge(json, col.signing, usa.sealing.public_key()));
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
  EXPECT_EQ(release([](Json& body) {
              body.set("elements", Json::object({{"religion", "x"}}));
            })
                .error()
                .code,
            Code::kInvalidInput);
}

TEST_F(Exchange, a_probe_that_is_too_much_is_refused_before_it_is_sent) {
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

TEST_F(Exchange, a_large_question_passes_and_comes_back_whole) {
  QuestionBody body = question();
  body.probe.assign(10, Sample{.position = FingerCapture::kRightThumb, .image = Bytes(2'200'000, 0x5a), .ppi = 1000});
  const auto bytes = seal(header(), body, usa.signing, col.sealing.public_key());
  ASSERT_TRUE(bytes.ok()) << bytes.error().message;
  const auto message = open_at_col(*bytes);
  ASSERT_TRUE(message.ok()) << message.error().message;
  EXPECT_EQ(std::get<QuestionBody>(message->body).probe[9].image, body.probe[9].image);
}

TEST_F(Exchange, a_reply_is_bound_to_what_was_sent) {
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

TEST_F(Exchange, only_certain_kinds_can_follow) {
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

TEST_F(Exchange, headers_are_read_strictly) {
  Header of = header();
  const auto refused = [&](auto change) {
    Json json = header_to_json(of);
    change(json);
    const auto read = read_message(canonical(Json::object({{"header", json}, {"body", body_to_json(question())}})));
    return !read.ok();
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
  EXPECT_TRUE(refused([](Json& json) { json.set("receipt", std::string(kReceiptBytesMax + 1, 'x')); }));
  EXPECT_TRUE(refused([](Json& json) { json.set("receipt", "a\x1b[2J"); }));
  EXPECT_FALSE(refused([](Json& json) { json.set("receipt", "c2sp.org/tlog-proof@v1\nindex 5\n"); }));
}

using ExchangeDeathTest = Exchange;

TEST_F(ExchangeDeathTest, a_disclosure_goes_nowhere_but_where_it_was_cleared_for) {
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

}  // namespace
}  // namespace puente::exchange
