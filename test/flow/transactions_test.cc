// Messages of the exchange as transactions that other systems read.
#include "flow/world.h"

namespace puente::flow {
namespace {

namespace itl = format::itl;
using format::DomainField;

class Transactions : public ::testing::Test {
 protected:
  World world;

  // The bytes as another system reads them: sound, and of today's version.
  itl::Transaction read(const Bytes& bytes) {
    itl::Reading reading = itl::read(bytes);
    for (const auto& findings : {reading.findings, itl::check(reading)}) {
      for (const itl::Finding& finding : findings)
        ADD_FAILURE() << finding.type << "." << finding.field << " " << finding.rule;
    }
    EXPECT_EQ(reading.transaction.records[0].value(2), "0502");
    return std::move(reading.transaction);
  }
  itl::Transaction answer_to(const Question& question) {
    return read(must(world.usa.node->question_as_transaction(kOfficer, question.exchange_id)));
  }
  static std::string said(const itl::Transaction& transaction, DomainField field) {
    return std::string(transaction.records.at(1).value(static_cast<int>(field)));
  }
  static std::string_view type(const itl::Transaction& transaction) { return transaction.records[0].value(4); }
};

TEST_F(Transactions, no_hit_hit_and_release_are_told_and_nothing_more) {
  world.enrol(world.col, 1, "p-1");
  const auto nobody = answer_to(world.ask(world.usa, world.col, 9));
  EXPECT_EQ(type(nobody), "SRE");
  EXPECT_EQ(said(nobody, DomainField::kResult), "NO_HIT");
  EXPECT_EQ(said(nobody, DomainField::kReference), "");

  const Question question = world.ask(world.usa, world.col, 1);
  const auto hit = answer_to(question);
  EXPECT_EQ(type(hit), "SRE");
  EXPECT_EQ(said(hit, DomainField::kResult), "HIT");
  EXPECT_EQ(said(hit, DomainField::kReference), question.reference);
  EXPECT_EQ(hit.records.size(), 2u);
  EXPECT_EQ(said(hit, static_cast<DomainField>(format::kBiographicField)), "");

  must(world.col.node->decide_case(kExaminer, question.reference, Verdict::kConfirm, "eleven points agree"));
  world.col.node->work();
  const auto released = answer_to(question);
  EXPECT_EQ(type(released), "IMR");
  EXPECT_EQ(said(released, DomainField::kResult), "RELEASED");
  const auto person = synth::make_person(77, 1).biography;
  EXPECT_EQ(said(released, static_cast<DomainField>(format::kBiographicField)), person.at(DataElement::kFamilyName));
  EXPECT_EQ(said(released, DomainField::kRetentionUntil).size(), 10u);
  const auto logged = world.usa.node->health().log_size;  // each copy that leaves is in the log
  answer_to(question);
  EXPECT_EQ(world.usa.node->health().log_size, logged + 1);
}

TEST_F(Transactions, a_refusal_is_an_error_with_its_reasons) {
  for (int i = 0; i < 3; ++i) world.ask(world.usa, world.col, 9);
  world.usa.node.reset();
  exchange::Message refusal;
  refusal.header = {.message_id = "m-1",
                    .exchange_id = "x-1",
                    .from = "COL",
                    .to = "USA",
                    .agreement_id = "a-1",
                    .in_reply_to = "m-0",
                    .receipt = ""};
  refusal.body = exchange::RefusalBody{Code::kQuotaExceeded, {"quota_exceeded", "not_in_force"}};
  const auto error = read(itl::write(must(service::to_transaction(refusal))));
  EXPECT_EQ(type(error), "ERR");
  EXPECT_EQ(error.records[0].value(10), "m-0");
  EXPECT_EQ(error.records[1].find(static_cast<int>(DomainField::kReasons))->subfields().size(), 2u);
  refusal.body = exchange::AcknowledgementBody{};
  EXPECT_EQ(service::to_transaction(refusal).error().code, Code::kUnsupported);
}

TEST_F(Transactions, a_question_is_a_search_with_its_fingers) {
  exchange::Message question;
  question.header = {.message_id = "m-1",
                     .exchange_id = "x-1",
                     .from = "USA",
                     .to = "COL",
                     .agreement_id = "a-1",
                     .created_ms = world.clock.now_ms(),
                     .in_reply_to = "",
                     .receipt = ""};
  exchange::QuestionBody body;
  body.case_reference = "FILE-1";
  body.probe = fingers_of(1, 2);
  for (const auto& [purpose, expected] :
       {std::pair(Purpose::kTravellerFacilitation, "NPS"), std::pair(Purpose::kTraffickingInvestigation, "CPS")}) {
    body.purpose = purpose;
    question.body = body;
    const auto search = read(itl::write(must(service::to_transaction(question))));
    EXPECT_EQ(type(search), expected);
    EXPECT_EQ(search.records.size(), 4u);
    EXPECT_EQ(search.records[2].value(13), "2");
    const auto read_back = must(format::to_encounter(search));
    EXPECT_EQ(read_back.encounter.samples[1].image, body.probe[1].image);
  }
}

TEST_F(Transactions, a_question_that_waits_for_the_link_can_be_carried_by_other_means) {
  const Question queued = must(world.try_ask(world.usa, world.col, 1));
  const auto logged = world.usa.node->health().log_size;
  const auto search = answer_to(queued);
  EXPECT_EQ(type(search), "NPS");
  EXPECT_EQ(search.records[0].value(7), "COL");
  EXPECT_EQ(said(search, DomainField::kExchange), queued.exchange_id);
  EXPECT_EQ(must(format::to_encounter(search)).encounter.samples.size(), search.records.size() - 2);
  EXPECT_GT(search.records.size(), 2u);
  EXPECT_EQ(world.usa.node->health().log_size, logged + 1);
  const auto examiner = world.usa.node->question_as_transaction(kExaminer, queued.exchange_id);
  EXPECT_FALSE(examiner.ok());  // whose fingers are none of an examiner's business
}

}  // namespace
}  // namespace puente::flow
