// Messages of the exchange as transactions that other systems read.
#include "flow/world.h"
#include "format/itl/itl.h"
#include "format/person/person.h"

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

  must(world.decide(world.col, question.reference, Verdict::kConfirm, "eleven points agree"));
  world.col.node->work();
  const auto released = answer_to(question);
  EXPECT_EQ(type(released), "IMR");
  EXPECT_EQ(said(released, DomainField::kResult), "RELEASED");
  const auto person = biography_of(1);
  EXPECT_EQ(said(released, static_cast<DomainField>(format::kBiographicField)), person.at(DataElement::kFamilyName));
  EXPECT_EQ(said(released, DomainField::kRetentionUntil).size(), 10u);
  EXPECT_EQ(said(released, DomainField::kCaveats), "no_onward_transfer\x1epurpose_bound");
  const auto logged = world.usa.node->health().log_size;  // each copy that leaves is in the log
  answer_to(question);
  EXPECT_EQ(world.usa.node->health().log_size, logged + 1);
}

// The sweep has not come by: its clock is doubted, or it had no time yet.
TEST_F(Transactions, what_was_released_leaves_in_no_form_when_its_time_is_over) {
  world.enrol(world.col, 1, "p-1");
  const Question question = world.ask(world.usa, world.col, 1);
  must(world.decide(world.col, question.reference, Verdict::kConfirm, "eleven points agree"));
  world.col.node->work();
  world.clock.advance_ms(31 * kDayMs);
  EXPECT_TRUE(world.state(world.usa, question).released.empty());
  const Bytes bytes = must(world.usa.node->question_as_transaction(kOfficer, question.exchange_id));
  const BiographicData known = biography_of(1);
  for (const DataElement each : {DataElement::kFamilyName, DataElement::kDocumentNumber})
    EXPECT_EQ(text(bytes).find(known.at(each)), std::string::npos) << known.at(each);
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
