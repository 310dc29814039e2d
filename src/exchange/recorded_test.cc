// Messages that a program of version 1 wrote: test/compat/messages. They open for ever, and where the agreement says
// version 1 the same bytes are signed today.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "exchange/exchange.h"
#include "exchange/wire.h"

namespace puente::exchange {
namespace {

constexpr std::int64_t kAsked = 1'780'000'000'000, kAnswered = kAsked + 1'000, kDecided = kAsked + 3'600'000,
                       kTold = kDecided + 500, kAcknowledged = kTold + 500;

Bytes recorded(const std::string& name) {
  const auto folder = std::filesystem::path(__FILE__).parent_path() / "../../test/compat/messages";
  std::ifstream file(folder / name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

std::array<std::uint8_t, 32> recorded_seed(std::uint8_t value) {
  std::array<std::uint8_t, 32> out;
  out.fill(value);
  return out;
}

Bytes pattern(std::size_t size, std::size_t from) {
  Bytes out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(from + i * 7);
  return out;
}

class Recorded : public testing::Test {
 protected:
  Recorded() {
    auto read = policy::read_agreement(text(recorded("agreement.json")));
    EXPECT_TRUE(read.ok()) << read.error().message;
    agreements.push_back({*std::move(read)});
  }
  const AcceptedAgreement& agreement() const { return agreements[0]; }

  Message open_at(const char* country, const SealingKey& key, const std::string& name, std::int64_t now_ms) const {
    auto message = open(recorded(name + ".message"), agreements, country, key, now_ms);
    EXPECT_TRUE(message.ok()) << name << ": " << message.error().message;
    EXPECT_EQ(message->header.version, 1);
    EXPECT_EQ(message->header.exchange_id, "x-compat");
    return *std::move(message);
  }
  Message open_at_usa(const std::string& name, std::int64_t now_ms) const {
    return open_at("USA", usa_sealing, name, now_ms);
  }
  Message open_at_col(const std::string& name, std::int64_t now_ms) const {
    return open_at("COL", col_sealing, name, now_ms);
  }

  // What is inside the seal: signature, length, JSON and padding. The seal itself is of chance.
  static Bytes unsealed(ByteView sealed, const SealingKey& key) {
    return *key.open(sealed.subspan(version_line(1).size()));
  }
  static void expect_same(const std::string& name, const SealingKey& key, const Bytes& written) {
    EXPECT_TRUE(unsealed(recorded(name + ".message"), key) == unsealed(written, key)) << name;
  }

  Header asked() const { return new_header(agreement(), "USA", "m-question", "x-compat", kAsked); }
  Header replied() const { return reply_header(asked(), "m-answer", kAnswered); }
  Header told(const char* message_id) const { return new_header(agreement(), "COL", message_id, "x-compat", kTold); }
  QuestionBody question() const {
    QuestionBody out;
    out.case_reference = "TX-2026-0001";
    out.deadline_ms = kAsked + 3 * kDayMs;
    out.probe.resize(2);
    out.probe[0].position = FingerCapture::kRightIndex;
    out.probe[0].image = pattern(700, 3);
    out.probe[0].ppi = 500;
    out.probe[1].image = pattern(300, 200);
    return out;
  }
  policy::Disclosure disclosure() const {
    Case decided;
    decided.case_id = "c-compat";
    decided.exchange_id = "x-compat";
    decided.agreement_id = agreement().id;
    decided.partner = "USA";
    decided.state = CaseState::kCleared;
    decided.opened_ms = kAnswered;
    decided.expires_ms = kAsked + 7 * kDayMs;
    decided.examiner = "examiner.one";
    decided.verdict_reasons = "fourteen minutiae agree";
    decided.decided_ms = decided.cleared_ms = kDecided;
    decided.releaser = "supervisor.one";
    decided.release_facts = "met at the border, file read";
    return *policy::redact(agreement(), decided,
                           {{DataElement::kFamilyName, "Prueba Ñandú"},
                            {DataElement::kGivenNames, "Ana \"Q\""},
                            {DataElement::kSex, "F"},
                            {DataElement::kNationality, "COL"}},
                           kTold);
  }

  const SigningKey usa = *SigningKey::from_seed(recorded_seed(11)), col = *SigningKey::from_seed(recorded_seed(12));
  const SealingKey usa_sealing = *SealingKey::from_bytes(recorded_seed(111)),
                   col_sealing = *SealingKey::from_bytes(recorded_seed(112));
  std::vector<AcceptedAgreement> agreements;
};

TEST_F(Recorded, a_question_of_version_1_is_read) {
  const Message message = open_at_col("question", kAsked);
  const auto& body = std::get<QuestionBody>(message.body);
  EXPECT_EQ(body.purpose, Purpose::kBorderIdentification);
  EXPECT_EQ(body.case_reference, "TX-2026-0001");
  EXPECT_EQ(body.deadline_ms, kAsked + 3 * kDayMs);
  ASSERT_EQ(body.probe.size(), 2u);
  EXPECT_EQ(place_of(body.probe[0]), place_of(Finger::kRightIndex));
  EXPECT_EQ(body.probe[0].image, pattern(700, 3));
  EXPECT_EQ(body.probe[0].ppi, 500);
  EXPECT_EQ(place_of(body.probe[1]), place_of(Finger::kUnknown));
  EXPECT_EQ(body.probe[1].image, pattern(300, 200));
  EXPECT_EQ(body.probe[1].ppi, 0);
  EXPECT_EQ(body.probe[1].coding, Coding::kUnknown);
}

TEST_F(Recorded, answers_and_a_refusal_of_version_1_are_read) {
  EXPECT_EQ(std::get<AnswerBody>(open_at_usa("answer_no_hit", kAnswered).body).reference, "");
  EXPECT_EQ(std::get<AnswerBody>(open_at_usa("answer_reference", kAnswered).body).reference, "c-compat");
  EXPECT_EQ(std::get<AnswerBody>(open_at_usa("answer_with_receipt", kAnswered).body).reference, "c-compat");
  const Message refused = open_at_usa("refusal", kAnswered);
  EXPECT_EQ(std::get<RefusalBody>(refused.body).code, Code::kQuotaExceeded);
  EXPECT_EQ(std::get<RefusalBody>(refused.body).reasons, std::vector<std::string>{"quota_used_up"});
  EXPECT_TRUE(check_reply(open_at_col("question", kAsked).header, refused.header).ok());
}

TEST_F(Recorded, a_release_of_version_1_and_what_follows_are_read) {
  const Message released = open_at_usa("release", kTold);
  const auto& body = std::get<ReleaseBody>(released.body);
  EXPECT_EQ(body.reference, "c-compat");
  EXPECT_EQ(body.elements, (BiographicData{{DataElement::kFamilyName, "Prueba Ñandú"},
                                           {DataElement::kGivenNames, "Ana \"Q\""},
                                           {DataElement::kNationality, "COL"}}));
  EXPECT_EQ(body.retention_until_ms, kDecided + 30 * kDayMs);
  EXPECT_EQ(body.caveats, (std::vector<std::string>{"no_onward_transfer", "purpose_bound"}));
  EXPECT_EQ(std::get<NotConfirmedBody>(open_at_usa("not_confirmed", kTold).body).reference, "c-compat");
  const Message acknowledged = open_at_col("acknowledgement", kAcknowledged);
  EXPECT_TRUE(check_reply(released.header, acknowledged.header).ok());
}

TEST_F(Recorded, what_is_written_to_an_old_node_is_what_it_wrote_itself) {
  ASSERT_EQ(agreement().message_version(), 1);
  const auto &to_usa = usa_sealing.public_key(), &to_col = col_sealing.public_key();
  expect_same("question", col_sealing, *seal(asked(), question(), usa, to_col));
  expect_same("answer_no_hit", usa_sealing, seal(replied(), AnswerBody{}, col, to_usa));
  expect_same("answer_reference", usa_sealing, seal(replied(), AnswerBody{"c-compat"}, col, to_usa));
  expect_same("refusal", usa_sealing,
              seal(replied(), RefusalBody{Code::kQuotaExceeded, {"quota_used_up"}}, col, to_usa));
  expect_same("release", usa_sealing, seal(told("m-release"), disclosure(), col, to_usa));
  expect_same("not_confirmed", usa_sealing, seal(told("m-not-confirmed"), NotConfirmedBody{"c-compat"}, col, to_usa));
  const Header last = reply_header(told("m-release"), "m-acknowledgement", kAcknowledged);
  expect_same("acknowledgement", col_sealing, seal(last, AcknowledgementBody{}, usa, to_col));
}

}  // namespace
}  // namespace puente::exchange
