// The contract of a Store, written against its interface alone: each driver that is named at the end must keep it.
#include "store/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "core/entry.h"
#include "core/limits.h"
#include "store/testing_store.h"

namespace puente::store {
namespace {

class StoreContract : public DriversContract {};

TEST_P(StoreContract, gives_back_what_was_enrolled) {
  Encounter encounter = make_encounter("p1", "e1");
  encounter.standing = {{"COL", "USA"}, {"main", "wanted"}, false, true, true};
  std::vector<Template> templates = make_templates(2, 7);
  templates[1].features.place = place_of(Eye::kRight);
  templates[1].features.format = 40'000;
  templates[1].cut = Cut{3, false, 1.5f, -2.25f, 300, 410.5f, 0.125f};
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_encounter(encounter, templates); }).ok());
  reopen();
  const auto read = store().encounter("p1", "e1");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->biographic, encounter.biographic);
  EXPECT_EQ(read->standing, encounter.standing);
  EXPECT_EQ(read->missing, encounter.missing);
  EXPECT_EQ(read->created_ms, encounter.created_ms);
  EXPECT_EQ(read->retention_until_ms, encounter.retention_until_ms);
  ASSERT_EQ(read->samples.size(), encounter.samples.size());
  for (std::size_t i = 0; i < read->samples.size(); ++i) {
    EXPECT_EQ(read->samples[i].image, encounter.samples[i].image);
    EXPECT_EQ(read->samples[i].position, encounter.samples[i].position);
    EXPECT_EQ(read->samples[i].ppi, encounter.samples[i].ppi);
    EXPECT_EQ(read->samples[i].modality, encounter.samples[i].modality);
    EXPECT_EQ(read->samples[i].eye, encounter.samples[i].eye);
    EXPECT_EQ(read->samples[i].impression, encounter.samples[i].impression);
  }
  EXPECT_EQ(*store().people(), 1u);
  EXPECT_EQ(*store().encounter_ids("p1"), std::vector<std::string>{"e1"});
  EXPECT_TRUE(store().encounter_ids("p2")->empty());
  EXPECT_EQ(store().encounter("p1", "e2").error().code, Code::kNotFound);
  std::vector<TemplateRow> rows = all_templates();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].features.bytes, templates[1].features.bytes);
  EXPECT_EQ(rows[1].features.place, templates[1].features.place);
  EXPECT_EQ(rows[1].features.format, templates[1].features.format);
  EXPECT_EQ(rows[0].cut, templates[0].cut);
  EXPECT_EQ(rows[1].cut, templates[1].cut);
  EXPECT_EQ(rows[1].standing, encounter.standing);
  const auto own = store().templates({"p1", "e1"});
  ASSERT_TRUE(own.ok()) << own.error().message;
  ASSERT_EQ(own->size(), 2u);
  EXPECT_EQ((*own)[1].features.bytes, templates[1].features.bytes);
  EXPECT_EQ((*own)[1].cut, templates[1].cut);
  EXPECT_EQ(store().templates({"p1", "e2"}).error().code, Code::kNotFound);
}

TEST_P(StoreContract, refuses_a_second_encounter_of_that_id_and_the_transaction_goes_on) {
  put("p1", "e1");
  const auto transaction = store().begin();
  ASSERT_TRUE(transaction->append_log(row(1, "these"), Json()).ok());
  EXPECT_EQ(transaction->put_encounter(make_encounter("p1", "e1"), make_templates(1, 1)).error().code,
            Code::kAlreadyExists);
  EXPECT_TRUE(transaction->put_encounter(make_encounter("p1", "e2"), make_templates(1, 2)).ok());
  EXPECT_TRUE(transaction->put_encounter(make_encounter("p2", "e1"), make_templates(1, 3)).ok());
  EXPECT_EQ(transaction->put_encounter(make_encounter("p/3", "e1"), {}).error().code, Code::kInvalidInput);
  ASSERT_TRUE(transaction->commit().ok());
  EXPECT_EQ(*store().encounter_ids("p1"), (std::vector<std::string>{"e1", "e2"}));
  EXPECT_EQ(*store().people(), 2u);
  EXPECT_EQ(all_templates().size(), 2u + 1 + 1);
}

TEST_P(StoreContract, what_is_not_committed_never_was) {
  {
    const auto transaction = store().begin();
    ASSERT_TRUE(transaction->put_encounter(make_encounter("p1", "e1"), make_templates(1, 1)).ok());
    ASSERT_TRUE(transaction->append_log(row(0, "a"), Json()).ok());
    EXPECT_EQ(*store().people(), 0u) << "reads see what is committed";
  }
  EXPECT_EQ(*store().people(), 0u);
  EXPECT_EQ(*store().log_size(), 0u);
  const auto transaction = store().begin();
  ASSERT_TRUE(transaction->commit(Housekeeping::kForgetting).ok());
  EXPECT_EQ(transaction->commit(Housekeeping::kForgetting).error().code, Code::kConflict) << "once only";
  EXPECT_EQ(transaction->commit().error().code, Code::kConflict);
}

TEST_P(StoreContract, what_somebody_may_be_asked_about_is_not_committed_without_an_entry) {
  {
    const auto transaction = store().begin();
    EXPECT_DEATH(discard(transaction->commit(), "it does not return"), "");
    EXPECT_TRUE(transaction->remember_message("COL", "m1", 5).ok());
    EXPECT_TRUE(transaction->enqueue({"m1", "COL", "callback", {}, 1, 2, 3, 0}).ok());
    EXPECT_EQ(transaction->erase_person("p1").error().code, Code::kNotFound) << "and so nothing happened";
    ASSERT_TRUE(transaction->commit(Housekeeping::kDelivery).ok());
  }
  put("p1", "e1");
  const auto transaction = store().begin();
  ASSERT_TRUE(transaction->erase_person("p1").ok());
  EXPECT_DEATH(discard(transaction->commit(Housekeeping::kForgetting), "it does not return"), "");
}

TEST_P(StoreContract, a_template_must_be_of_a_place) {
  std::vector<Template> templates = make_templates(1, 1);
  for (const Place none : {Place{Modality::kFinger, 13}, Place{Modality::kFace, 1}, Place{Modality::kIris, 3}}) {
    templates[0].features.place = none;
    EXPECT_EQ(
        within([&](Transaction& t) { return t.put_encounter(make_encounter("p1", "e1"), templates); }).error().code,
        Code::kInvalidInput);
  }
  EXPECT_EQ(*store().people(), 0u);
}

TEST_P(StoreContract, templates_come_in_the_order_of_enrolment_across_batches) {
  for (int i = 0; i < 150; ++i) put("p" + std::to_string(i), "e1");
  const std::vector<TemplateRow> rows = all_templates();
  ASSERT_EQ(rows.size(), 300u);
  for (int i = 0; i < 150; ++i) EXPECT_EQ(rows[2 * i].person_id, "p" + std::to_string(i));
  int seen = 0;
  const Status stopped = store().each_template([&](TemplateRow) -> Status {
    EXPECT_TRUE(store().people().ok()) << "the callback may read";
    return ++seen == 3 ? Status(Code::kUnavailable, "enough") : Status();
  });
  EXPECT_EQ(stopped.error().code, Code::kUnavailable);
  EXPECT_EQ(seen, 3);
}

TEST_P(StoreContract, erases_an_encounter_and_with_the_last_one_the_person) {
  put("p1", "e1");
  put("p1", "e2");
  put("p2", "e1");
  EXPECT_EQ(within([](Transaction& t) { return t.erase_encounter("p1", "e9"); }).error().code, Code::kNotFound);
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_encounter("p1", "e1"); }).ok());
  EXPECT_EQ(*store().people(), 2u);
  EXPECT_EQ(all_templates().size(), 4u);
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_encounter("p1", "e2"); }).ok());
  EXPECT_EQ(*store().people(), 1u);
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_person("p2"); }).ok());
  EXPECT_EQ(*store().people(), 0u);
  EXPECT_TRUE(all_templates().empty());
  EXPECT_EQ(within([](Transaction& t) { return t.erase_person("p2"); }).error().code, Code::kNotFound);
}

TEST_P(StoreContract, says_which_encounters_are_kept_too_long) {
  for (int i = 0; i < 4; ++i) {
    Encounter encounter = make_encounter("p" + std::to_string(i), "e1");
    encounter.retention_until_ms = i == 3 ? 0 : 1000 * (3 - i);  // 0: no date
    ASSERT_TRUE(within([&](Transaction& t) { return t.put_encounter(encounter, {}); }).ok());
  }
  EXPECT_EQ(*store().encounters_past_retention(2000, 10), (std::vector<EncounterId>{{"p2", "e1"}, {"p1", "e1"}}));
  EXPECT_EQ(store().encounters_past_retention(2000, 1)->size(), 1u);
  EXPECT_TRUE(store().encounters_past_retention(999, 10)->empty());
}

// ---- agreements

TEST_P(StoreContract, keeps_agreements_and_what_becomes_of_them) {
  AgreementRecord first{"usa-col-2025", "{\"id\":1}", AgreementState::kAccepted, 5, 5, "ana", "signed in June"};
  const AgreementRecord second{"usa-col-2026", "{}", AgreementState::kAccepted, 7, 7, "ana", ""};
  EXPECT_EQ(within([&](Transaction& t) { return t.update_agreement(first); }).error().code, Code::kNotFound);
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_agreement(first); }).ok());
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_agreement(second); }).ok());
  EXPECT_EQ(within([&](Transaction& t) { return t.put_agreement(second); }).error().code, Code::kAlreadyExists);
  EXPECT_EQ(within([&](Transaction& t) {
              return t.put_agreement({"a/b", "{}", AgreementState::kAccepted, 1, 1, "", ""});
            })
                .error()
                .code,
            Code::kInvalidInput);
  first.state = AgreementState::kSuspended;
  first.changed_ms = 8;
  first.changed_by = "luis";
  first.reasons = "the court's order 17";
  ASSERT_TRUE(within([&](Transaction& t) { return t.update_agreement(first); }).ok());
  reopen();
  const auto all = *store().agreements();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].state, AgreementState::kSuspended);
  EXPECT_EQ(all[0].accepted_ms, 5);
  EXPECT_EQ(all[0].changed_ms, 8);
  EXPECT_EQ(all[0].document, first.document);
  EXPECT_EQ(all[0].changed_by, "luis");
  EXPECT_EQ(all[0].reasons, first.reasons);
  EXPECT_EQ(all[1].id, "usa-col-2026");
  EXPECT_EQ(store().agreement("usa-col-2026")->id, "usa-col-2026");
  EXPECT_EQ(store().agreement("usa-per").error().code, Code::kNotFound);
}

// ---- cases

Case make_case(const std::string& id, const std::string& exchange) {
  Case out;
  out.case_id = id;
  out.exchange_id = exchange;
  out.agreement_id = "usa-col";
  out.partner = "COL";
  out.purpose = Purpose::kMissingPersonSearch;
  out.partner_case_reference = "file 7/2026";
  out.opened_ms = 5;
  out.expires_ms = 1000;
  out.person_id = "p1";
  out.encounter_id = "e1";
  out.score = 41.25;
  out.expected_false = 1e-7;
  return out;
}

TEST_P(StoreContract, keeps_a_case_through_its_states) {
  Case record = make_case("c1", "x1");
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_case(record); }).ok());
  EXPECT_EQ(within([&](Transaction& t) { return t.put_case(make_case("c1", "x2")); }).error().code,
            Code::kAlreadyExists);
  EXPECT_EQ(within([&](Transaction& t) { return t.put_case(make_case("c2", "x1")); }).error().code,
            Code::kAlreadyExists);
  record.state = CaseState::kConfirmed;
  record.examiner = "ana";
  record.verdict_reasons = "twelve minutiae agree";
  record.decided_ms = 900;
  record.releaser = "ben";
  record.release_facts = "met at the border";
  record.offence = "smuggling";
  record.cleared_ms = 950;
  record.card[3] = 7;
  ASSERT_TRUE(within([&](Transaction& t) { return t.update_case(record); }).ok());
  EXPECT_EQ(within([&](Transaction& t) { return t.update_case(make_case("c9", "x9")); }).error().code, Code::kNotFound);
  reopen();
  const Case read = *store().case_record("c1");
  EXPECT_EQ(read.state, CaseState::kConfirmed);
  EXPECT_EQ(read.releaser + "|" + read.release_facts + "|" + read.offence, "ben|met at the border|smuggling");
  EXPECT_EQ(read.cleared_ms, 950);
  EXPECT_EQ(read.card, record.card);
  EXPECT_EQ(read.examiner, "ana");
  EXPECT_EQ(read.purpose, Purpose::kMissingPersonSearch);
  EXPECT_EQ(read.score, 41.25);
  EXPECT_EQ(read.expected_false, 1e-7);
  EXPECT_EQ(read.verdict_reasons, record.verdict_reasons);
}

TEST_P(StoreContract, lists_open_cases_by_what_is_left_of_their_time_then_others_in_pages) {
  for (int i = 0; i < 5; ++i) {
    Case record = make_case("c" + std::to_string(i), "x" + std::to_string(i));
    record.expires_ms = 100 * (i + 1);
    if (i == 0) record.state = CaseState::kRejected;
    if (i == 2) record.state = CaseState::kConfirmed;  // waits for a second person
    ASSERT_TRUE(within([&](Transaction& t) { return t.put_case(record); }).ok());
  }
  using Ids = std::vector<std::string>;
  const std::vector<ListedCase> listed = *store().listed_cases({});
  EXPECT_EQ(ids_of(listed), (Ids{"c1", "c2", "c3", "c4", "c0"}));
  EXPECT_EQ(ids_of(*store().listed_cases({.state = CaseState::kOpen, .limit = 2})), (Ids{"c1", "c3"}));
  EXPECT_EQ(ids_of(*store().listed_cases({.after = listed[1].place, .limit = 2})), (Ids{"c3", "c4"}));
  EXPECT_EQ(ids_of(*store().listed_cases({.after = listed[3].place})), Ids{"c0"});
  EXPECT_TRUE(store().listed_cases({.after = listed[4].place})->empty());
  EXPECT_TRUE(store().listed_cases({.partner = "XXX"})->empty());
  const auto all = *store().cases_since(0);
  ASSERT_EQ(all.size(), 5u);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1].number, all[i].number) << "as they came";
  const auto since = *store().cases_since(all[3].number);
  ASSERT_EQ(since.size(), 1u);
  EXPECT_EQ(since[0].case_id, all[4].case_id);
  EXPECT_EQ(since[0].state, store().case_record(since[0].case_id)->state);
  EXPECT_EQ(*store().count_cases(CaseState::kOpen), 3u);
  EXPECT_EQ(*store().undecided_cases_past(300, 100), (Ids{"c1", "c2"}));
  EXPECT_EQ(*store().ended_cases_past(300, 100), Ids{"c0"});
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_case("c0"); }).ok());
  EXPECT_EQ(within([](Transaction& t) { return t.erase_case("c0"); }).error().code, Code::kNotFound);
  EXPECT_EQ(store().case_record("c0").error().code, Code::kNotFound);
}

TEST_P(StoreContract, an_exhibit_is_there_until_it_is_destroyed) {
  EXPECT_EQ(within([](Transaction& t) { return t.put_case_exhibit("c1", view("x")); }).error().code, Code::kNotFound);
  ASSERT_TRUE(within([](Transaction& t) { return t.put_case(make_case("c1", "x1")); }).ok());
  ASSERT_TRUE(within([](Transaction& t) { return t.put_case_exhibit("c1", view("what was searched")); }).ok());
  EXPECT_EQ(text(*store().case_exhibit("c1")), "what was searched");
  ASSERT_TRUE(within([](Transaction& t) { return t.destroy_case_exhibit("c1"); }).ok());
  ASSERT_TRUE(within([](Transaction& t) { return t.destroy_case_exhibit("c1"); }).ok());
  EXPECT_EQ(store().case_exhibit("c1").error().code, Code::kNotFound);
  EXPECT_TRUE(store().case_record("c1").ok());
}

TEST_P(StoreContract, remembers_answers_messages_and_quotas) {
  const Answer answer{"COL", "x1", Outcome::kRefused, "", {"purpose_not_agreed", "quota"}, 1000};
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_answer(answer); }).ok());
  EXPECT_EQ(within([&](Transaction& t) { return t.put_answer(answer); }).error().code, Code::kAlreadyExists);
  EXPECT_FALSE(store().answer("USA", "x1")->has_value());
  const auto read = *store().answer("COL", "x1");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->outcome, Outcome::kRefused);
  EXPECT_EQ(read->reasons, answer.reasons);

  ASSERT_TRUE(within([](Transaction& t) { return t.remember_message("COL", "m1", 1000); }).ok());
  EXPECT_EQ(within([](Transaction& t) { return t.remember_message("COL", "m1", 1000); }).error().code, Code::kReplayed);
  EXPECT_TRUE(within([](Transaction& t) { return t.remember_message("USA", "m1", 3000); }).ok());

  const std::int64_t hour = 500'000;
  const QuotaKey key{"usa-col", Purpose::kBorderIdentification, "COL", hour};
  EXPECT_EQ(*store().quota_used(key, 24), 0);
  for (std::int64_t count = 1; count <= 3; ++count) {
    ASSERT_TRUE(within([&](Transaction& t) { return t.add_quota(key); }).ok());
    EXPECT_EQ(*store().quota_used(key, 24), count);
  }
  EXPECT_EQ(*store().quota_used(key, 24), 3);
  EXPECT_EQ(*store().quota_used({"usa-col", Purpose::kBorderIdentification, "COL", hour + 5}, 6), 3);
  EXPECT_EQ(*store().quota_used({"usa-col", Purpose::kBorderIdentification, "COL", hour + 6}, 6), 0);
  EXPECT_EQ(*store().quota_used({"usa-col", Purpose::kTraffickingInvestigation, "COL", hour}, 24), 0);
  EXPECT_EQ(*store().quota_used({"usa-col", Purpose::kBorderIdentification, "COL", hour + 23}, 24), 3);
  EXPECT_EQ(*store().quota_used({"usa-col", Purpose::kBorderIdentification, "COL", hour + 24}, 24), 0);
  EXPECT_EQ(*store().quota_used({"usa-col", Purpose::kBorderIdentification, "COL", hour - 1}, 24), 0);

  const auto forget = [](std::int64_t now_ms) {
    return [now_ms](Transaction& t) -> Status {
      TRY(t.forget_messages(now_ms));
      return t.forget_answers(now_ms).ok() ? Status() : Status(Code::kInternal, "");
    };
  };
  ASSERT_TRUE(within(forget(2000)).ok());
  EXPECT_FALSE(store().answer("COL", "x1")->has_value());
  EXPECT_TRUE(within([](Transaction& t) { return t.remember_message("COL", "m1", 9000); }).ok());
  EXPECT_EQ(within([](Transaction& t) { return t.remember_message("USA", "m1", 9000); }).error().code, Code::kReplayed);
  EXPECT_EQ(*store().quota_used(key, 24), 3);
  ASSERT_TRUE(within(forget((hour + 9 * 24) * 3'600'000)).ok());
  EXPECT_EQ(*store().quota_used(key, 24), 0);
}

// ---- questions

Question make_question(const std::string& id) {
  Question out;
  out.exchange_id = id;
  out.agreement_id = "usa-col";
  out.partner = "COL";
  out.purpose = Purpose::kTraffickingInvestigation;
  out.case_reference = "17";
  out.requester = "luis";
  out.asked_ms = 3;
  out.expires_ms = 500;
  return out;
}

TEST_P(StoreContract, keeps_a_question_and_what_was_released_until_it_is_erased) {
  Question question = make_question("x1");
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_question(question); }).ok());
  EXPECT_EQ(within([&](Transaction& t) { return t.put_question(question); }).error().code, Code::kAlreadyExists);
  question.state = QuestionState::kReleased;
  question.reference = "r-1";
  question.reasons = {"one", "two"};
  question.released = {{DataElement::kFamilyName, "Rodríguez"}, {DataElement::kDateOfBirth, "1990-04-30"}};
  question.retention_until_ms = 1000;
  ASSERT_TRUE(within([&](Transaction& t) { return t.update_question(question); }).ok());
  reopen();
  Question read = *store().question("x1");
  EXPECT_EQ(read.released, question.released);
  EXPECT_EQ(read.state, QuestionState::kReleased);
  EXPECT_EQ(read.reasons, question.reasons);
  EXPECT_EQ(read.requester, "luis");
  EXPECT_TRUE(store().questions_past_retention(999, 10)->empty());
  EXPECT_EQ(store().questions_past_retention(1000, 10)->size(), 1u);
  const auto heads = *store().questions_since(0);
  ASSERT_EQ(heads.size(), 1u);
  EXPECT_EQ(heads[0].exchange_id, "x1");
  EXPECT_TRUE(heads[0].holds_released);
  EXPECT_TRUE(store().questions_since(heads[0].number)->empty());
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_released("x1"); }).ok());
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_released("x1"); }).ok());
  EXPECT_TRUE(store().question("x1")->released.empty());
  EXPECT_FALSE(store().questions_since(0)->at(0).holds_released);
  EXPECT_TRUE(store().questions_past_retention(1000, 10)->empty());
  question = *store().question("x1");
  ASSERT_TRUE(within([&](Transaction& t) { return t.update_question(question); }).ok());
  EXPECT_EQ(store().question("x2").error().code, Code::kNotFound);
  for (const char* each : {"x3", "x4"})
    ASSERT_TRUE(within([&](Transaction& t) { return t.put_question(make_question(each)); }).ok());
  EXPECT_EQ(*store().questions_before("", 2), (std::vector<std::string>{"x4", "x3"}));
  EXPECT_EQ(*store().questions_before("x3", 2), (std::vector<std::string>{"x1"}));
  EXPECT_TRUE(store().questions_before("x1", 2)->empty());
  EXPECT_TRUE(store().questions_before("nobody's", 2)->empty());
  EXPECT_EQ(within([](Transaction& t) { return t.update_question(make_question("x2")); }).error().code,
            Code::kNotFound);
}

TEST_P(StoreContract, lists_questions_past_their_deadline) {
  const QuestionState states[] = {QuestionState::kQueued, QuestionState::kHit, QuestionState::kNoHit,
                                  QuestionState::kQueued};
  for (int i = 0; i < 4; ++i) {
    Question question = make_question("x" + std::to_string(i));
    question.state = states[i];
    question.expires_ms = i == 3 ? 5000 : 500;
    ASSERT_TRUE(within([&](Transaction& t) { return t.put_question(question); }).ok());
  }
  using Ids = std::vector<std::string>;
  EXPECT_EQ(*store().questions_past_deadline(QuestionState::kQueued, 500, 10), Ids{"x0"});
  EXPECT_EQ(*store().questions_past_deadline(QuestionState::kHit, 500, 10), Ids{"x1"});
  EXPECT_TRUE(store().questions_past_deadline(QuestionState::kQueued, 499, 10)->empty());
  EXPECT_EQ(*store().ended_questions_past(500, 10), Ids{"x2"});
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_question("x2"); }).ok());
  EXPECT_EQ(within([](Transaction& t) { return t.erase_question("x2"); }).error().code, Code::kNotFound);
}

TEST_P(StoreContract, the_outbox_gives_what_is_due_and_counts_attempts) {
  for (int i = 0; i < 3; ++i) {
    const OutboxItem item{"m" + std::to_string(i), "COL", "question", to_bytes("payload " + std::to_string(i)), 1, 9000,
                          100 * (3 - i),           0};
    ASSERT_TRUE(within([&](Transaction& t) { return t.enqueue(item); }).ok());
    EXPECT_EQ(within([&](Transaction& t) { return t.enqueue(item); }).error().code, Code::kAlreadyExists);
  }
  reopen();
  EXPECT_EQ(*store().outbox_size(), 3u);
  EXPECT_EQ(*store().outbox_peers(200), std::vector<std::string>{"COL"});
  EXPECT_TRUE(store().outbox_peers(99)->empty());
  EXPECT_TRUE(store().outbox_due("VEN", 200, 10)->empty());
  std::vector<OutboxHead> due = *store().outbox_due("COL", 200, 10);
  ASSERT_EQ(due.size(), 2u);
  EXPECT_EQ(due[0].id, "m2");
  EXPECT_EQ(due[0].expires_ms, 9000);
  ASSERT_TRUE(within([](Transaction& t) { return t.reschedule("m2", 5000); }).ok());
  EXPECT_EQ(within([](Transaction& t) { return t.reschedule("m9", 5000); }).error().code, Code::kNotFound);
  EXPECT_EQ(text(store().outbox_item("m2")->payload), "payload 2");
  EXPECT_EQ(store().outbox_item("m9").error().code, Code::kNotFound);
  EXPECT_EQ(store().outbox_due("COL", 200, 10)->size(), 1u);
  EXPECT_EQ(store().outbox_due("COL", 5000, 10)->back().attempts, 1);
  EXPECT_EQ(store().outbox_due("COL", 5000, 10)->back().id, "m2") << "what was tried less goes first";
  ASSERT_TRUE(within([](Transaction& t) { return t.hasten("m2", 50); }).ok());
  EXPECT_EQ(store().outbox_due("COL", 5000, 10)->front().id, "m2");
  ASSERT_TRUE(within([](Transaction& t) { return t.rewrite_payload("m2", view("another")); }).ok());
  EXPECT_EQ(text(store().outbox_item("m2")->payload), "another");
  EXPECT_TRUE(store().outbox_past(8999, 10)->empty());
  EXPECT_EQ(store().outbox_past(9000, 10)->size(), 3u);
  ASSERT_TRUE(within([](Transaction& t) { return t.remove_outbox("m2"); }).ok());
  ASSERT_TRUE(within([](Transaction& t) { return t.remove_outbox("m2"); }).ok());
  EXPECT_EQ(*store().outbox_size(), 2u);
}

TEST_P(StoreContract, what_a_clock_that_was_ahead_put_far_off_is_due) {
  const OutboxItem item{"m1", "COL", "question", {}, 1, 9'000'000, 3'600'000 + 5, 0};
  ASSERT_TRUE(within([&](Transaction& t) { return t.enqueue(item); }).ok());
  EXPECT_EQ(store().outbox_due("COL", 5, 10)->size(), 1u);
  EXPECT_TRUE(store().outbox_due("COL", 3'600'000, 10)->empty());
}

TEST_P(StoreContract, too_much_for_one_peer_is_refused_and_for_no_other_and_no_verdict) {
  const auto put = [&](int number, const char* peer, bool whatever_waits) {
    const OutboxItem item{"m" + std::to_string(number), peer, "question", {}, 1, 9000, 5, 0, whatever_waits};
    return within([&](Transaction& t) { return t.enqueue(item); });
  };
  {
    const auto transaction = store().begin();
    for (std::size_t i = 0; i < limits::kOutboxPerPeerMax; ++i)
      ASSERT_TRUE(transaction->enqueue({"f" + std::to_string(i), "COL", "question", {}, 1, 9000, 5, 0}).ok());
    ASSERT_TRUE(transaction->commit(Housekeeping::kDelivery).ok());
  }
  EXPECT_EQ(put(1, "COL", false).error().code, Code::kQuotaExceeded);
  EXPECT_TRUE(put(2, "VEN", false).ok());
  EXPECT_TRUE(put(3, "COL", true).ok());
}

TEST_P(StoreContract, a_message_of_a_kind_that_nobody_knows_is_read_and_removed_like_any_other) {
  const OutboxItem item{"m1", "COL", "a later version's kind", to_bytes("its payload"), 1, 9000, 5, 0};
  ASSERT_TRUE(within([&](Transaction& t) { return t.enqueue(item); }).ok());
  ASSERT_EQ(store().outbox_due("COL", 5, 10)->size(), 1u);
  EXPECT_EQ(store().outbox_due("COL", 5, 10)->at(0).kind, item.kind);
  EXPECT_EQ(text(store().outbox_item("m1")->payload), "its payload");
  ASSERT_TRUE(within([](Transaction& t) { return t.remove_outbox("m1"); }).ok());
  EXPECT_EQ(*store().outbox_size(), 0u);
  EXPECT_EQ(store().check(), std::vector<std::string>());
}

// ---- tasks

TEST_P(StoreContract, a_task_waits_is_done_and_is_erased_when_its_time_is_over) {
  Task task{"t1", "identify", "luis", TaskState::kWaiting, 3, 500, "gate-7", to_bytes("request"), {}};
  EXPECT_EQ(within([&](Transaction& t) { return t.update_task(task); }).error().code, Code::kNotFound);
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_task(task); }).ok());
  EXPECT_EQ(within([&](Transaction& t) { return t.put_task(task); }).error().code, Code::kAlreadyExists);
  Task later = task;
  later.task_id = "t2";
  later.expires_ms = 900;
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_task(later); }).ok());
  reopen();
  const auto waiting = *store().tasks_waiting(10);
  ASSERT_EQ(waiting.size(), 2u);
  EXPECT_EQ(waiting[0], "t1");
  const Task kept = *store().task("t1");
  EXPECT_EQ(text(kept.request), "request");
  EXPECT_EQ(kept.requester, "luis");
  EXPECT_EQ(kept.callback, "gate-7");
  EXPECT_EQ(store().tasks_waiting(1)->size(), 1u);
  task.state = TaskState::kDone;
  task.request = {};
  task.result = to_bytes("result");
  ASSERT_TRUE(within([&](Transaction& t) { return t.update_task(task); }).ok());
  EXPECT_EQ(store().tasks_waiting(10)->size(), 1u);
  const Task done = *store().task("t1");
  EXPECT_EQ(done.state, TaskState::kDone);
  EXPECT_TRUE(done.request.empty());
  EXPECT_EQ(text(done.result), "result");
  EXPECT_EQ(done.created_ms, 3);
  EXPECT_TRUE(store().tasks_past(499, 10)->empty());
  EXPECT_EQ(*store().tasks_past(500, 10), std::vector<std::string>{"t1"});
  EXPECT_EQ(*store().tasks_past(900, 10), (std::vector<std::string>{"t1", "t2"}));
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_task("t1"); }).ok());
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_task("t1"); }).ok());
  EXPECT_EQ(store().task("t1").error().code, Code::kNotFound);
}

// ---- the log

TEST_P(StoreContract, the_log_grows_by_one) {
  const Json details = Json::object({{"salt", "00"}, {"person", "p1"}});
  EXPECT_EQ(within([](Transaction& t) { return t.append_log(row(1, "b"), Json()); }).error().code, Code::kConflict);
  ASSERT_TRUE(within([&](Transaction& t) { return t.append_log(row(0, "a"), details); }).ok());
  ASSERT_TRUE(within([](Transaction& t) -> Status {
                TRY(t.append_log(row(1, "b"), Json()));
                return t.append_log(row(2, "c"), Json());
              }).ok());
  EXPECT_EQ(within([](Transaction& t) { return t.append_log(row(2, "c"), Json()); }).error().code, Code::kConflict);
  EXPECT_EQ(within([](Transaction& t) { return t.append_log(row(3, std::string(kLeafBytesMax + 1, 'x')), Json()); })
                .error()
                .code,
            Code::kTooLarge);
  EXPECT_EQ(*store().log_size(), 3u);
  const auto rows = *store().log_rows(1, 10);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(text(rows[1].leaf), "c");
  EXPECT_EQ(rows[1].leaf_hash, row(2, "c").leaf_hash);
  EXPECT_EQ(rows[1].checkpoint, row(2, "c").checkpoint);
  EXPECT_EQ(store().log_rows(0, 1)->size(), 1u);
}

TEST_P(StoreContract, cosigned_checkpoints_come_newest_last) {
  for (const char* note : {"one", "two", "one"})
    ASSERT_TRUE(within([&](Transaction& t) { return t.add_cosigned_checkpoint(note); }).ok());
  EXPECT_EQ(*store().cosigned_checkpoints(), (std::vector<std::string>{"one", "two"}));
}

TEST_P(StoreContract, an_overseer_never_steps_back) {
  EXPECT_FALSE(store().witnessed("a")->has_value());
  EXPECT_EQ(store().remember_witnessed("a", 3, {5, {}, "n"}).error().code, Code::kConflict);
  ASSERT_TRUE(store().remember_witnessed("a", 0, {5, {}, "five"}).ok());
  EXPECT_EQ(store().remember_witnessed("a", 0, {6, {}, "six"}).error().code, Code::kConflict);
  ASSERT_TRUE(store().remember_witnessed("a", 5, {7, {}, "seven"}).ok());
  EXPECT_EQ(store().remember_witnessed("a", 5, {6, {}, "six"}).error().code, Code::kConflict);
  ASSERT_TRUE(store().remember_witnessed("b", 0, {1, {}, "other log"}).ok());
  reopen();
  EXPECT_EQ((*store().witnessed("a"))->checkpoint, "seven");
  EXPECT_EQ((*store().witnessed("a"))->size, 7u);
}

TEST_P(StoreContract, an_overseer_keeps_proof_whatever_else_is_shown) {
  Digest one{1}, two{2};
  ASSERT_TRUE(store().remember_witnessed("a", 0, {5, one, "five"}).ok());
  ASSERT_TRUE(store().keep_shown("a", {5, two, "five, another", true}).ok());
  for (std::uint64_t size = 6; size < 300; ++size) ASSERT_TRUE(store().keep_shown("a", {size, two, "x", false}).ok());
  ASSERT_TRUE(store().keep_shown("a", {5, two, "five, another", false}).ok());
  std::vector<Shown> shown = *store().shown("a");
  EXPECT_EQ(shown.size(), 101u) << "of what proves nothing, the newest hundred";
  EXPECT_TRUE(shown[0].proven);
  EXPECT_EQ(shown[0].checkpoint, "five, another");
  ASSERT_TRUE(store().remember_witnessed("a", 5, {299, one, "grown"}).ok());
  EXPECT_TRUE(store().shown("a")->at(1).proven) << "what was shown of that size had another root";
  EXPECT_EQ(**store().witnessed_root("a", 5), one);
  ASSERT_TRUE(store().forget_witnessed("a").ok());
  EXPECT_FALSE(store().witnessed("a")->has_value());
  EXPECT_FALSE(store().witnessed_root("a", 5)->has_value());
  EXPECT_EQ(store().shown("a")->back().checkpoint, "grown") << "the old one is kept";
  EXPECT_EQ(store().forget_witnessed("a").error().code, Code::kNotFound);
  EXPECT_EQ(*store().witnessed_origins(), std::vector<std::string>{"a"});
}

TEST_P(StoreContract, an_overseer_remembers_a_log_that_is_empty_still) {
  ASSERT_TRUE(store().remember_witnessed("a", 0, {0, {}, "none"}).ok());
  ASSERT_TRUE(store().remember_witnessed("a", 0, {1, {}, "one"}).ok());
  EXPECT_EQ((*store().witnessed("a"))->size, 1u);
}

// ---- threads, keys, directory

TEST_P(StoreContract, writers_take_turns_while_readers_read) {
  constexpr int kEach = 25;
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    std::uint64_t last = 0;
    while (!stop) {
      const std::uint64_t size = *store().log_size();
      EXPECT_GE(size, last);
      last = size;
      EXPECT_LE(*store().people(), 4u);
    }
  });
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kEach; ++i) {
        const auto transaction = store().begin();
        const std::uint64_t next = *store().log_size();  // nobody else changes it now
        EXPECT_TRUE(transaction->append_log(row(next, "x"), Json()).ok());
        EXPECT_TRUE(
            transaction->put_encounter(make_encounter("w" + std::to_string(writer), "e" + std::to_string(i)), {}).ok());
        EXPECT_TRUE(transaction->commit().ok());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  stop = true;
  reader.join();
  const WaitStats waited = store().waited();
  EXPECT_EQ(waited.count, 4u * kEach);
  EXPECT_GT(waited.longest_ns, 0u);
  EXPECT_LE(waited.longest_ns, waited.total_ns);
  EXPECT_TRUE(std::is_sorted(waited.within.begin(), waited.within.end()));
  EXPECT_EQ(*store().log_size(), 4u * kEach);
  EXPECT_EQ(*store().people(), 4u);
}

TEST_P(StoreContract, a_second_one_on_the_same_directory_is_refused) {
  const auto second = open(Mode::kOpen);
  EXPECT_EQ(second.error().code, Code::kConflict);
  EXPECT_NE(second.error().message.find("another puente"), std::string::npos);
  std::filesystem::remove(directory() + "/lock");
  EXPECT_EQ(open(Mode::kOpen).error().code, Code::kConflict) << "whatever somebody takes away";
  const auto reading = open(Mode::kReadOnly);
  ASSERT_TRUE(reading.ok()) << reading.error().message;
  put("p1", "e1");
  EXPECT_EQ(*(*reading)->people(), 1u) << "a reader sees what the writer commits";
  const auto transaction = (*reading)->begin();
  EXPECT_EQ(transaction->erase_person("p1").error().code, Code::kDenied);
  EXPECT_EQ(transaction->commit().error().code, Code::kDenied);
}

TEST_P(StoreContract, refuses_the_wrong_key_and_the_wrong_place) {
  close();
  EXPECT_EQ(driver().open(directory(), Mode::kOpen, SecretKey::generate(random()), random()).error().code,
            Code::kUnauthenticated);
  EXPECT_EQ(open(Mode::kCreate).error().code, Code::kAlreadyExists);
  EXPECT_EQ(driver().open(directory() + "/none", Mode::kOpen, key(), random()).error().code, Code::kNotFound);
  EXPECT_EQ(driver().open_log(directory() + "/none").error().code, Code::kNotFound);
  EXPECT_TRUE(open(Mode::kOpen).ok()) << "after all that";
}

TEST_P(StoreContract, the_log_is_read_without_any_key_beside_the_writer) {
  ASSERT_TRUE(within([](Transaction& t) { return t.append_log(row(0, "a"), Json()); }).ok());
  const auto log = driver().open_log(directory());
  ASSERT_TRUE(log.ok()) << log.error().message;
  EXPECT_EQ(*(*log)->log_size(), 1u);
  ASSERT_TRUE(within([](Transaction& t) { return t.append_log(row(1, "b"), Json()); }).ok());
  EXPECT_EQ((*log)->log_rows(0, 10)->size(), 2u);
}

TEST_P(StoreContract, a_protection_is_kept_replaced_and_taken_off) {
  Protection hidden{"p1", {"COL"}, 1, 5, "officer.one", "asked for asylum", "", ""};
  const auto put = [&](Transaction& t) -> Status {
    TRY(t.put_protection(hidden));
    return t.append_log(row(*store().log_size(), "an entry"), Json());
  };
  ASSERT_TRUE(within(put).ok());
  hidden.withheld_from.insert("USA");
  hidden.revision = 2;
  hidden.lift_proposed_by = "supervisor.one";
  ASSERT_TRUE(within(put).ok());
  reopen();
  const std::optional<Protection> kept = *store().protection("p1");
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->withheld_from, (std::set<std::string>{"COL", "USA"}));
  EXPECT_EQ(kept->revision, 2);
  EXPECT_EQ(kept->lift_proposed_by, "supervisor.one");
  EXPECT_EQ(store().protections()->size(), 1u);
  EXPECT_FALSE(*store().protection("p2"));
  ASSERT_TRUE(within([&](Transaction& t) { return t.erase_protection("p1"); }).ok());
  EXPECT_FALSE(*store().protection("p1"));
  EXPECT_EQ(store().check(), std::vector<std::string>());
}

TEST_P(StoreContract, alarms_wait_until_they_are_seen) {
  for (const char* kind : {"first", "second"}) {
    ASSERT_TRUE(within([&](Transaction& t) -> Status {
                  const auto number = t.put_alarm({0, 7, kind, "said", "p1", ""});
                  return number.ok() ? Status() : Status(number.error());
                }).ok());
  }
  std::vector<Alarm> waiting = *store().alarms(true, 10);
  ASSERT_EQ(waiting.size(), 2u);
  EXPECT_EQ(waiting[0].kind, "first") << "the oldest first";
  EXPECT_EQ(store().alarms(true, 10, waiting[0].number)->at(0).kind, "second");
  waiting[0].seen_by = "supervisor.one";
  ASSERT_TRUE(within([&](Transaction& t) { return t.update_alarm(waiting[0]); }).ok());
  EXPECT_EQ(store().alarms(true, 10)->size(), 1u);
  EXPECT_EQ(store().alarms(false, 10)->at(0).seen_by, "supervisor.one");
  EXPECT_TRUE(store().alarms(true, 10, waiting[1].number)->empty());
  EXPECT_EQ(within([&](Transaction& t) {
              return t.update_alarm({99, 0, "", "", "", ""});
            })
                .error()
                .code,
            Code::kNotFound);
  EXPECT_EQ(store().check(), std::vector<std::string>());
}

WatchlistEntry listed(const std::string& id) {
  WatchlistEntry out;
  out.entry_id = id;
  out.person_id = "p1";
  out.hand = {"p1", "p2"};
  out.owner = "officer.one";
  out.category = WatchCategory::kMissing;
  out.file = "TX-2026-0001";
  out.facts = {{"seen at the bridge", "patrol 12", "2026-05-04", "report 881"}};
  out.assessments = {{"thought to be led", "analyst", EvidenceGrade::kCorroborated, 70}, {"unsaid", "", {}, 0}};
  out.from_partner = {"COL", "x-1"};
  out.review_ms = 50;
  out.expires_ms = 90;
  out.entered_ms = 5;
  out.proposed_by = "officer.two";
  return out;
}

TEST_P(StoreContract, an_entry_of_a_watchlist_is_found_by_each_id_of_its_hand_until_it_is_erased) {
  WatchlistEntry entry = listed("w1");
  ASSERT_TRUE(within([&](Transaction& t) -> Status {
                TRY(t.put_watchlist_entry(entry, 70));
                return t.put_watchlist_entry(listed("w2"), 90);
              }).ok());
  EXPECT_EQ(*store().watchlist_about("p2"), (std::vector<std::string>{"w1", "w2"}));
  entry.hand = {"p1", "p3"};
  entry.decided_by = "supervisor.one";
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_watchlist_entry(entry, 80); }).ok());
  reopen();
  EXPECT_EQ(*store().watchlist_entry("w1"), entry);
  EXPECT_EQ(*store().watchlist_ids(), (std::vector<std::string>{"w1", "w2"}));
  EXPECT_EQ(*store().watchlist_about("p2"), std::vector<std::string>{"w2"});
  EXPECT_EQ(*store().watchlist_about("p3"), std::vector<std::string>{"w1"});
  EXPECT_TRUE(store().watchlist_past(79, 10)->empty());
  EXPECT_EQ(*store().watchlist_past(90, 10), (std::vector<std::string>{"w1", "w2"}));
  EXPECT_EQ(store().check(), std::vector<std::string>());
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_watchlist_entry("w1"); }).ok());
  EXPECT_EQ(store().watchlist_entry("w1").error().code, Code::kNotFound);
  EXPECT_TRUE(store().watchlist_about("p3")->empty());
  EXPECT_EQ(within([](Transaction& t) { return t.erase_watchlist_entry("w1"); }).error().code, Code::kNotFound);
  EXPECT_EQ(store().check(), std::vector<std::string>());
}

TEST_P(StoreContract, an_alert_of_a_watchlist_has_an_end_of_its_own) {
  WatchlistAlert met{0, "w1", "officer.one", "p1", MetHow::kAsked, "BOG-7", "COL", 7, 40};
  const auto put = [&](Transaction& t) -> Status {
    const auto number = t.put_watchlist_alert(met);
    return number.ok() ? Status() : Status(number.error());
  };
  ASSERT_TRUE(within(put).ok());
  met.expires_ms = 50;
  ASSERT_TRUE(within(put).ok());
  reopen();
  std::vector<WatchlistAlert> all = *store().watchlist_alerts();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].expires_ms, 50) << "the newest first";
  met.number = all[0].number;
  EXPECT_EQ(all[0], met);
  EXPECT_EQ(*store().watchlist_alerts_past(40, 10), std::vector<std::int64_t>{all[1].number});
  all[0].file = "gone";
  ASSERT_TRUE(within([&](Transaction& t) { return t.update_watchlist_alert(all[0]); }).ok());
  ASSERT_TRUE(within([&](Transaction& t) { return t.erase_watchlist_alert(all[1].number); }).ok());
  EXPECT_EQ(store().watchlist_alerts()->at(0).file, "gone");
  EXPECT_EQ(within([&](Transaction& t) { return t.erase_watchlist_alert(all[1].number); }).error().code,
            Code::kNotFound);
  EXPECT_EQ(within([&](Transaction& t) { return t.update_watchlist_alert(all[1]); }).error().code, Code::kNotFound);
  EXPECT_EQ(store().check(), std::vector<std::string>());
}

TEST_P(StoreContract, what_the_node_remembers_of_itself_is_replaced_and_forgotten) {
  const auto put = [&](std::string_view value) {
    return within([&](Transaction& t) { return t.put_state("clock", view(value)); });
  };
  EXPECT_FALSE(*store().state("clock"));
  ASSERT_TRUE(put("one").ok());
  ASSERT_TRUE(put("two").ok());
  reopen();
  EXPECT_EQ(text(**store().state("clock")), "two");
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_state("clock"); }).ok());
  EXPECT_FALSE(*store().state("clock"));
}

TEST_P(StoreContract, what_a_call_was_answered_is_kept_for_its_time) {
  const Once call{"0a1b", "c1", 100, {"p1"}, to_bytes("the answer")};
  EXPECT_FALSE(*store().once("0a1b", 0));
  ASSERT_TRUE(within([&](Transaction& t) { return t.put_once(call, 0); }).ok());
  EXPECT_EQ(within([&](Transaction& t) { return t.put_once(call, 99); }).error().code, Code::kAlreadyExists);
  reopen();
  EXPECT_EQ(text((*store().once("0a1b", 99))->body), "the answer");
  EXPECT_EQ((*store().once("0a1b", 99))->caller, "c1");
  EXPECT_EQ(*store().count_once("c1", 99), 1u);
  EXPECT_EQ(*store().count_once("c2", 99), 0u);
  EXPECT_FALSE(*store().once("0a1b", 100)) << "past its time";
  EXPECT_EQ(*store().count_once("c1", 100), 0u);
  const auto again = store().begin();
  ASSERT_TRUE(again->put_once({"0a1b", "c1", 300, {}, to_bytes("another")}, 100).ok()) << "nobody has swept yet";
  ASSERT_TRUE(again->forget_once(299).ok());
  ASSERT_TRUE(again->commit(Housekeeping::kForgetting).ok());
  EXPECT_EQ(text((*store().once("0a1b", 299))->body), "another");
  EXPECT_EQ(store().check(), std::vector<std::string>());
}

TEST_P(StoreContract, an_answer_goes_with_whom_it_names_and_the_call_stays_known) {
  put("p1", "e1");
  put("p1", "e2");
  put("p2", "e1");
  const auto keep = [&](const std::string& name, std::set<std::string> about) {
    ASSERT_TRUE(within([&](Transaction& t) {
                  return t.put_once({name, "c1", 100, std::move(about), to_bytes("names them")}, 0);
                }).ok());
  };
  keep("one", {"p1"});
  keep("both", {"p1", "p2"});
  keep("two", {"p2"});
  keep("none", {});
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_person("p1"); }).ok());
  for (const char* gone : {"one", "both"}) {
    ASSERT_TRUE(*store().once(gone, 1)) << gone;
    EXPECT_TRUE((*store().once(gone, 1))->body.empty()) << gone;
  }
  for (const char* there : {"two", "none"}) EXPECT_EQ(text((*store().once(there, 1))->body), "names them") << there;
  ASSERT_TRUE(within([](Transaction& t) { return t.erase_encounter("p2", "e1"); }).ok());
  EXPECT_TRUE((*store().once("two", 1))->body.empty());
  EXPECT_EQ(store().check(), std::vector<std::string>());
}

TEST_P(StoreContract, ten_thousand_answers_are_kept_of_a_caller_and_no_more) {
  ASSERT_TRUE(within([](Transaction& t) -> Status {
                for (std::size_t i = 0; i < limits::kOncePerCallerMax; ++i)
                  TRY(t.put_once({"n" + std::to_string(i), "c1", 100, {}, to_bytes("x")}, 0));
                return {};
              }).ok());
  const Once one_more{"more", "c1", 100, {}, to_bytes("x")};
  EXPECT_EQ(within([&](Transaction& t) { return t.put_once(one_more, 99); }).error().code, Code::kQuotaExceeded);
  EXPECT_TRUE(within([&](Transaction& t) { return t.put_once({"other", "c2", 100, {}, {}}, 99); }).ok());
  EXPECT_TRUE(within([&](Transaction& t) { return t.put_once({"more", "c1", 200, {}, {}}, 100); }).ok());
}

TEST_P(StoreContract, a_clean_store_checks_clean) {
  fill();
  EXPECT_EQ(store().check(), std::vector<std::string>());
}

// Random operations against a model so simple that it is right.
TEST_P(StoreContract, agrees_with_a_map_over_random_operations) {
  const unsigned seed = 20261123;
  std::mt19937 generator(seed);
  const auto chance = [&] { return static_cast<unsigned>(generator()); };
  std::map<std::pair<std::string, std::string>, Bytes> model;
  for (int step = 0; step < 400; ++step) {
    const std::string person = "p" + std::to_string(chance() % 8), encounter = "e" + std::to_string(chance() % 4);
    const std::pair id{person, encounter};
    const unsigned what = chance() % 10;
    if (what < 6) {
      Encounter fresh = make_encounter(person, encounter);
      fresh.samples[0].image = Bytes(chance() % 3000, static_cast<std::uint8_t>(step));
      const Status put = within([&](Transaction& t) { return t.put_encounter(fresh, make_templates(1, 1)); });
      ASSERT_EQ(put.ok(), !model.contains(id)) << "seed " << seed << " step " << step;
      model.emplace(id, fresh.samples[0].image);
    } else if (what < 8) {
      const Status gone = within([&](Transaction& t) { return t.erase_encounter(person, encounter); });
      ASSERT_EQ(gone.ok(), model.erase(id) == 1) << "seed " << seed << " step " << step;
    } else if (what < 9) {
      const Status gone = within([&](Transaction& t) { return t.erase_person(person); });
      ASSERT_EQ(gone.ok(), std::erase_if(model, [&](const auto& each) { return each.first.first == person; }) > 0);
    } else if (chance() % 8 == 0) {
      reopen();
    }
  }
  std::set<std::string> people;
  for (const auto& [id, image] : model) {
    people.insert(id.first);
    EXPECT_EQ(store().encounter(id.first, id.second)->samples[0].image, image) << "seed " << seed;
  }
  EXPECT_EQ(*store().people(), people.size());
  EXPECT_EQ(all_templates().size(), model.size());
  EXPECT_EQ(store().check(), std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Drivers, StoreContract, testing::Values(kSqlite),
                         [](const auto& of) { return std::string(of.param.name); });

}  // namespace
}  // namespace puente::store
