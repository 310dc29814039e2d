#include "service/transactions.h"

#include <gtest/gtest.h>

#include "format/image/image.h"

namespace puente::service {
namespace {

using format::DomainField;

format::itl::Transaction written(const exchange::Message& message) {
  const auto transaction = to_transaction(message);
  EXPECT_TRUE(transaction.ok());
  return format::itl::read(format::itl::write(*transaction)).transaction;
}

exchange::Message message_of(std::string from, std::string to) {
  exchange::Message out;
  out.header.message_id = "m-1";
  out.header.exchange_id = "x-1";
  out.header.from = std::move(from);
  out.header.to = std::move(to);
  out.header.agreement_id = "a-1";
  out.header.created_ms = 1'790'000'000'000;
  return out;
}

TEST(Transactions, a_refusal_is_an_error_with_its_reasons) {
  exchange::Message refusal = message_of("COL", "USA");
  refusal.header.in_reply_to = "m-0";
  refusal.body = exchange::RefusalBody{Code::kQuotaExceeded, {"quota_exceeded", "not_in_force"}};
  const auto error = written(refusal);
  EXPECT_EQ(error.records[0].value(4), "ERR");
  EXPECT_EQ(error.records[0].value(10), "m-0");
  EXPECT_EQ(error.records[1].find(static_cast<int>(DomainField::kReasons))->subfields().size(), 2u);
  refusal.body = exchange::AcknowledgementBody{};
  EXPECT_EQ(to_transaction(refusal).error().code, Code::kUnsupported);
}

TEST(Transactions, a_question_is_a_search_with_its_fingers) {
  const Bytes png = *format::encode_png(Image{80, 90, 1, 500, std::vector<std::uint8_t>(7200, 90)});
  exchange::Message question = message_of("USA", "COL");
  exchange::QuestionBody body;
  body.case_reference = "FILE-1";
  body.probe = {{.position = FingerCapture::kRightIndex, .image = png},
                {.position = FingerCapture::kLeftIndex, .image = png}};
  for (const auto& [purpose, expected] :
       {std::pair(Purpose::kTravellerFacilitation, "NPS"), std::pair(Purpose::kTraffickingInvestigation, "CPS")}) {
    body.purpose = purpose;
    question.body = body;
    const auto search = written(question);
    EXPECT_EQ(search.records[0].value(4), expected);
    ASSERT_EQ(search.records.size(), 4u);
    EXPECT_EQ(search.records[2].value(13), "2");
    const auto read_back = format::to_encounter(search);
    ASSERT_TRUE(read_back.ok());
    EXPECT_EQ(read_back->encounter.samples[1].image, png);
  }
}

}  // namespace
}  // namespace puente::service
