// An erasure reaches what people wrote about somebody in other places: alarms, reasons, verdicts, tasks, the log.
#include "flow/world.h"

namespace puente::flow {
namespace {

constexpr const char* kErasure = "asked for it in writing";

class ErasedWords : public ::testing::Test {
 protected:
  World world;
  service::Node& node() { return *world.usa.node; }

  std::string ana() {  // the name of p-1
    const BiographicData& known = biography_of(1);
    return known.at(DataElement::kGivenNames) + " " + known.at(DataElement::kFamilyName);
  }
  // The question of somebody else's fingers, on these grounds.
  service::AskRequest about_somebody(const std::string& legal_basis) {
    service::AskRequest request;
    request.partner = "COL";
    request.purpose = Purpose::kBorderIdentification;
    request.case_reference = "FILE-2026-17";
    request.grounds.legal_basis = legal_basis;
    request.samples = fingers_of(2, 2);
    return request;
  }
  void erase(const std::string& id) { must(node().erase_person(kSupervisor, id, kErasure)); }
  // All that the log can still say in clear.
  std::string opened() {
    std::string out;
    for (const auto& line : must(node().log_entries(kAuditor, {})).lines) out += canonical(line.details) + "\n";
    return out;
  }
};

TEST_F(ErasedWords, an_alarm_and_its_entry_name_nobody_who_is_erased) {
  for (const char* id : {"CC-1", "CC-2", "CC-3"}) {
    service::EnrolRequest insisted;
    insisted.person_id = id;
    insisted.samples = fingers_of(1, 1);
    insisted.enrol_if_known = true;
    must(node().enrol(kOfficer, std::move(insisted)));
  }
  ASSERT_NE(must(node().alarms(kSupervisor, true)).at(0).sentence.find("CC-2"), std::string::npos);
  ASSERT_NE(opened().find("CC-2"), std::string::npos);
  erase("CC-2");
  const Alarm told = must(node().alarms(kSupervisor, true)).at(0);
  EXPECT_EQ(told.sentence.find("CC-2"), std::string::npos);
  EXPECT_EQ(told.person_id, "CC-3");
  EXPECT_EQ(opened().find("CC-2"), std::string::npos) << opened();
  erase("CC-3");
  EXPECT_EQ(must(node().alarms(kSupervisor, false)).at(0).person_id, "");
  EXPECT_EQ(opened().find("CC-3"), std::string::npos);
  EXPECT_TRUE(world.verify_log(world.usa).ok);
}

TEST_F(ErasedWords, reasons_of_another_persons_protection_are_reached) {
  world.enrol(world.usa, 1, "p-1");
  world.enrol(world.usa, 2, "p-2");
  world.enrol(world.usa, 3, "p-3");
  must(node().protect(kOfficer, "p-2", {ProtectionClass::kAsylum, {"COL"}, "sister of p-1, file 12"}));
  must(node().protect(kOfficer, "p-3", {ProtectionClass::kAsylum, {"COL"}, "neighbour of " + ana()}));
  must(node().propose_lift(kSupervisor, "p-2", "as p-1 says in file 12"));
  erase("p-1");
  for (const char* id : {"p-2", "p-3"}) {
    const Protection held = must(node().protection(kOfficer, id)).protection;
    EXPECT_EQ(held.reasons.find("p-1") + held.reasons.find(ana()), 2 * std::string::npos) << held.reasons;
    EXPECT_NE(held.reasons.find(" of [erased]"), std::string::npos) << "what else was said stays: " << held.reasons;
    EXPECT_EQ(held.withheld_from.size(), 1u);
  }
  EXPECT_EQ(opened().find("p-1"), std::string::npos) << opened();
  EXPECT_EQ(opened().find(ana()), std::string::npos) << opened();
  world.start(world.usa);
}

TEST_F(ErasedWords, what_is_inherited_by_a_hand_names_no_other_id) {
  world.enrol(world.usa, 1, "p-1", {"COL"});
  service::EnrolRequest second;
  second.person_id = "p-2";
  second.samples = fingers_of(1, 2);
  second.enrol_if_known = true;
  must(node().enrol(kOfficer, second));
  for (const char* id : {"p-1", "p-2"})
    EXPECT_EQ(must(node().protection(kOfficer, id)).protection.reasons.find("p-"), std::string::npos);
}

TEST_F(ErasedWords, the_answer_of_a_task_forgets_who_is_erased) {
  world.enrol(world.usa, 1, "p-1");
  const auto task = must(node().identify_later(kOfficer, fingers_of(1, 2), kOurFile));
  node().work();
  ASSERT_EQ(must(node().task(kOfficer, task.task_id)).answer->candidates.size(), 1u);
  erase("p-1");
  const auto after = must(node().task(kOfficer, task.task_id));
  EXPECT_EQ(after.state, TaskState::kDone);
  EXPECT_TRUE(after.answer->candidates.empty());
  EXPECT_EQ(opened().find("p-1"), std::string::npos);
}

TEST_F(ErasedWords, reasons_of_a_search_and_of_another_persons_verdict_are_reached) {
  world.enrol(world.usa, 1, "p-1");
  world.enrol(world.usa, 2, "p-2");
  must(node().identify(kOfficer, fingers_of(2, 2), {"FILE-2026-17", "said to travel with p-1"}));
  const Question hit = world.ask(world.col, world.usa, 2);
  must(world.decide(world.usa, hit.reference, Verdict::kReject, "rather like the hand of p-1"));
  erase("p-1");
  EXPECT_EQ(must(node().case_facts(kExaminer, hit.reference)).verdict_reasons, "rather like the hand of [erased]");
  EXPECT_EQ(opened().find("p-1"), std::string::npos) << opened();
  EXPECT_EQ(world.count(world.usa, "case_decided"), 1) << "that it happened stays";
}

TEST_F(ErasedWords, of_whom_a_case_was_it_does_not_say_that_they_were_a_child) {
  world.enrol(world.usa, 1, "p-1");
  const Question hit = world.ask(world.col, world.usa, 1);
  Case of_child = record_of(world, world.usa, hit.reference);
  of_child.doubts.insert(Doubt::kCapturedAsChild);
  world.plant(world.usa, [&](store::Transaction& t) { must(t.update_case(of_child)); });
  erase("p-1");
  EXPECT_TRUE(record_of(world, world.usa, hit.reference).doubts.empty());
}

TEST_F(ErasedWords, the_grounds_of_questions_are_reached) {
  world.enrol(world.usa, 1, "p-1");
  world.enrol(world.usa, 2, "p-2");
  const auto ask = [](Country& asking, const Country& asked) {
    service::AskRequest request;
    request.partner = asked.name;
    request.purpose = Purpose::kBorderIdentification;
    request.case_reference = "FILE-2026-17";
    request.grounds.legal_basis = "order 12 about p-1";
    request.grounds.order = CourtOrder{"of p-1", "12", "2026-01-01", "2026-12-31"};
    request.samples = fingers_of(2, 2);
    return must(asking.node->ask(kOfficer, std::move(request)));
  };
  const Question ours = ask(world.usa, world.col), theirs = ask(world.col, world.usa);
  world.col.node->work();
  const std::string case_id = world.state(world.col, theirs).reference;
  ASSERT_EQ(record_of(world, world.usa, case_id).grounds.legal_basis, "order 12 about p-1");
  erase("p-1");
  for (const Grounds& each : {record_of(world, world.usa, case_id).grounds, world.state(world.usa, ours).grounds}) {
    EXPECT_EQ(each.legal_basis, "order 12 about [erased]");
    EXPECT_EQ(each.order->court, "of [erased]");
    EXPECT_EQ(each.order->number, "12");
  }
  EXPECT_EQ(opened().find("p-1"), std::string::npos) << opened();
  erase("p-2");
  EXPECT_EQ(record_of(world, world.usa, case_id).grounds, Grounds());
}

// Whose details went by their date: nothing but the record itself says whom it names.
TEST_F(ErasedWords, the_grounds_of_questions_are_reached_though_the_logs_details_are_gone) {
  world.change_config = [](service::Config& config) { config.details_days = 1; };
  world.start(world.usa);
  world.enrol(world.usa, 1, "p-1");
  const Question ours = must(node().ask(kOfficer, about_somebody("order 12 about p-1")));
  for (int day = 0; day < 3; ++day) {
    world.clock.advance_ms(kDayMs);
    node().work();
  }
  ASSERT_EQ(opened().find("p-1"), std::string::npos) << opened();
  erase("p-1");
  EXPECT_EQ(world.state(world.usa, ours).grounds.legal_basis, "order 12 about [erased]");
}

TEST_F(ErasedWords, an_answer_that_is_kept_for_a_call_that_comes_again_is_reached_by_the_grounds_in_it) {
  const std::string document = biography_of(1).at(DataElement::kDocumentNumber);
  world.enrol(world.usa, 1, "p-1");
  for (const std::string& basis : {std::string("order 12 about p-1"), "order 12 about " + document}) {
    const std::string key = "k-" + std::to_string(basis.size());
    const service::Claim claim = must(node().claim(kOfficer, key, view("a request")));
    const service::Once<Question> once{&claim, [](const Question& each) { return to_bytes(each.grounds.legal_basis); }};
    must(node().ask(kOfficer, about_somebody(basis), once));
  }
  erase("p-1");
  for (const std::string& basis : {std::string("order 12 about p-1"), "order 12 about " + document})
    EXPECT_EQ(node().claim(kOfficer, "k-" + std::to_string(basis.size()), view("a request")).error().code,
              Code::kAlreadyExists)
        << basis;
}

TEST_F(ErasedWords, an_examiners_answer_that_is_kept_is_reached_by_the_partners_grounds) {
  world.enrol(world.usa, 1, "p-1");
  world.enrol(world.usa, 2, "p-2");
  service::AskRequest request = about_somebody("order 12 about p-1");
  request.partner = "USA";
  const Question theirs = must(world.col.node->ask(kOfficer, std::move(request)));
  world.col.node->work();
  const std::string case_id = world.state(world.col, theirs).reference;
  look(world.usa, case_id);
  const auto kept = [](const Case& each) { return to_bytes(each.grounds.legal_basis); };
  {
    const service::Claim claim = must(node().claim(kExaminer, "verdict", view("a request")));
    must(node().decide_case(kExaminer, case_id, Verdict::kConfirm, "same ridge flow and minutiae", {&claim, kept}));
  }
  must(node().release_card(kSupervisor, case_id));
  {
    const service::Claim claim = must(node().claim(kSupervisor, "release", view("a request")));
    must(node().decide_release(kSupervisor, case_id, ReleaseDecision::kHoldBack, kFacts, kOffence, {&claim, kept}));
  }
  erase("p-1");
  EXPECT_EQ(node().claim(kExaminer, "verdict", view("a request")).error().code, Code::kAlreadyExists);
  EXPECT_EQ(node().claim(kSupervisor, "release", view("a request")).error().code, Code::kAlreadyExists);
}

TEST_F(ErasedWords, also_where_the_number_of_a_document_is_all_that_names_somebody) {
  const std::string document = biography_of(1).at(DataElement::kDocumentNumber);
  world.enrol(world.usa, 1, "p-1");
  world.enrol(world.usa, 2, "p-2");
  must(node().identify(kOfficer, fingers_of(2, 2), {"FILE-2026-17", "said to travel with the holder of " + document}));
  const Question hit = world.ask(world.col, world.usa, 2);
  must(world.decide(world.usa, hit.reference, Verdict::kReject, "rather like the holder of " + document));
  ASSERT_NE(opened().find(document), std::string::npos);
  erase("p-1");
  EXPECT_EQ(must(node().case_facts(kExaminer, hit.reference)).verdict_reasons, "rather like the holder of [erased]");
  EXPECT_EQ(opened().find(document), std::string::npos) << opened();
}

TEST_F(ErasedWords, a_document_number_that_is_another_persons_id_destroys_nothing_of_theirs) {
  world.enrol(world.usa, 2, "usa-22");
  must(node().protect(kOfficer, "usa-22", {ProtectionClass::kAsylum, {"COL"}, "usa-22 is a witness"}));
  must(node().identify(kOfficer, fingers_of(2, 2), {"FILE-2026-17", "order 12 of the ministry"}));
  for (const char* number : {"usa-22", "12"}) {
    service::EnrolRequest stranger;
    stranger.person_id = "p-1";
    stranger.samples = fingers_of(1, 1);
    stranger.biographic = {{DataElement::kDocumentNumber, number}};
    must(node().enrol(kOfficer, std::move(stranger)));
    const auto lines = [&] { return must(node().log_entries(kAuditor, {.person_id = "usa-22"})).lines; };
    const auto before = lines();
    erase("p-1");
    const auto after = lines();
    for (std::size_t i = 0; i < before.size(); ++i) EXPECT_FALSE(after.at(i).details.is_null()) << number << " " << i;
  }
  EXPECT_EQ(must(node().protection(kOfficer, "usa-22")).protection.reasons, "usa-22 is a witness");
  EXPECT_NE(opened().find("order 12 of the ministry"), std::string::npos);
}

// Somebody is enrolled under the number of a file, then erased: the file's traces stay.
TEST_F(ErasedWords, a_files_number_that_is_given_as_a_documents_erases_nothing_of_the_file) {
  world.enrol(world.usa, 2, "p-2");
  must(node().ask(kOfficer, about_somebody("order of the judge in FILE-2026-17")));
  must(node().identify(kOfficer, fingers_of(2, 2), {"FILE-2026-17", "file FILE-2026-17"}));
  service::EnrolRequest stranger;
  stranger.person_id = "p-1";
  stranger.samples = fingers_of(1, 1);
  stranger.biographic = {{DataElement::kDocumentNumber, "FILE-2026-17"}};
  must(node().enrol(kOfficer, std::move(stranger)));
  const auto of_the_file = [&] {
    std::size_t out = 0;
    for (const auto& line : must(node().log_entries(kAuditor, {})).lines)
      out += canonical(line.details).find("FILE-2026-17") == std::string::npos ? 0 : 1;
    return out;
  };
  const std::size_t before = of_the_file();
  erase("p-1");
  EXPECT_GE(of_the_file() + 1, before) << "but for the enrolment's own entry";
}

TEST_F(ErasedWords, the_file_of_a_search_here_is_nobodys_mark_either) {
  world.enrol(world.usa, 2, "p-2");
  for (int i = 0; i < 10; ++i) must(node().identify(kOfficer, fingers_of(9, 1), {"BOG-7788", "see file BOG-7788"}));
  service::EnrolRequest stranger;
  stranger.person_id = "p-1";
  stranger.samples = fingers_of(1, 1);
  stranger.biographic = {{DataElement::kDocumentNumber, "BOG-7788"}};
  must(node().enrol(kOfficer, std::move(stranger)));
  erase("p-1");
  for (const auto& line : must(node().log_entries(kAuditor, {.event = "identified"})).lines)
    EXPECT_EQ(line.details["reasons"], Json("see file BOG-7788"));
  const auto told = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].sentence.find("BOG-7788"), std::string::npos) << told[0].sentence;
}

TEST_F(ErasedWords, what_a_search_for_later_says_is_reached_before_it_is_made) {
  world.enrol(world.usa, 1, "p-1");
  must(node().identify_later(kOfficer, fingers_of(2, 2), {"FILE-2026-17", "said to travel with p-1"}));
  erase("p-1");
  node().work();
  const auto lines = must(node().log_entries(kAuditor, {.event = "identified"})).lines;
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].details["reasons"], Json("said to travel with [erased]"));
  EXPECT_EQ(opened().find("p-1"), std::string::npos) << opened();
}

TEST_F(ErasedWords, an_erasure_that_takes_much_of_others_is_told_to_supervisors) {
  world.enrol(world.usa, 2, "p-2");
  const std::string document = biography_of(1).at(DataElement::kDocumentNumber);
  for (int i = 0; i < 10; ++i)
    must(node().identify(kOfficer, fingers_of(2, 2), {"FILE-2026-17", "with the holder of " + document}));
  world.enrol(world.usa, 1, "p-1");
  ASSERT_TRUE(must(node().alarms(kSupervisor, true)).empty());
  erase("p-1");
  const auto told = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].kind, "erasure_reached_many");
  EXPECT_NE(told[0].sentence.find("of others: 10 entries"), std::string::npos) << told[0].sentence;
}

// Who enrols may choose on which day somebody goes, and the names: what is known of others must not be theirs to erase.
TEST_F(ErasedWords, what_goes_of_others_with_somebody_who_was_here_briefly_is_told_and_named) {
  world.enrol(world.usa, 2, "p-2");
  service::EnrolRequest request;
  request.person_id = "trail-1";
  request.samples = fingers_of(2, 2);
  EXPECT_FALSE(must(node().enrol(kOfficer, request)).enrolled) << "a search, and p-2 is in its details";
  request.samples = fingers_of(3, 1);
  request.retention_days = 1;
  must(node().enrol(kOfficer, request));
  world.clock.advance_ms(2 * kDayMs);
  node().work();
  ASSERT_EQ(must(node().alarms(kSupervisor, true)).size(), 1u);
  EXPECT_EQ(must(node().alarms(kSupervisor, true))[0].kind, "erasure_reached_many");
  const auto about = must(node().log_entries(kAuditor, {.event = "details_erased", .person_id = "p-2"})).lines;
  ASSERT_EQ(about.size(), 1u) << "whoever asks what was logged about p-2 reads what is gone";
  EXPECT_EQ(about[0].details["of_others"], Json::array({Json::object({{"person_id", "p-2"}})}));
  EXPECT_EQ(about[0].details["others_entries"].as_array()->size(), 1u);
}

TEST_F(ErasedWords, the_reasons_of_an_erasure_do_not_name_who_is_erased) {
  world.enrol(world.usa, 1, "p-1");
  for (const std::string& words : {std::string("p-1 asked for it in writing"), ana() + " asked for it in writing"})
    EXPECT_EQ(node().erase_person(kSupervisor, "p-1", words).error().code, Code::kInvalidInput) << words;
  erase("p-1");
}

}  // namespace
}  // namespace puente::flow
