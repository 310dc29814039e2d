// Whose fingers are these? What contradicts an id, or itself, waits for a supervisor; nothing compared is no "no".
#include "flow/world.h"

namespace puente::flow {
namespace {

class Identity : public ::testing::Test {
 protected:
  World world;
  service::Node& node() { return *world.usa.node; }

  static service::EnrolRequest request(const std::string& id, std::vector<Sample> samples) {
    service::EnrolRequest out;
    out.person_id = id;
    out.samples = std::move(samples);
    return out;
  }
  service::EnrolAnswer enrol(const std::string& id, std::vector<Sample> samples) {
    return must(node().enrol(kOfficer, request(id, std::move(samples))));
  }
  static Sample at(FingerCapture position, Sample sample) {
    sample.position = position;
    return sample;
  }
  static std::vector<Sample> one_given_as_two(std::uint32_t person) {
    return {fingers_of(person, 1)[0], at(FingerCapture::kLeftLittle, fingers_of(person, 2)[0])};
  }
};

TEST_F(Identity, another_persons_fingers_do_not_go_under_an_id) {
  world.enrol(world.usa, 1, "p-1");
  const auto refused = enrol("p-1", fingers_of(2, 1));
  EXPECT_FALSE(refused.enrolled);
  EXPECT_EQ(refused.reasons, std::vector<std::string>{"contradicts_person"});
  EXPECT_FALSE(must(node().verify(kOfficer, "p-1", fingers_of(2, 2), kOurFile)).match);
  EXPECT_TRUE(enrol("p-1", fingers_of(1, 2)).enrolled);  // their own do
}

TEST_F(Identity, one_finger_of_another_among_the_persons_own_is_seen) {
  world.enrol(world.usa, 1, "p-1");
  EXPECT_EQ(enrol("p-1", {fingers_of(1, 2)[0], fingers_of(2, 1)[1]}).reasons,
            std::vector<std::string>{"contradicts_person"});
}

TEST_F(Identity, fingers_that_cannot_be_compared_with_the_id_wait_for_a_supervisor) {
  enrol("p-1", {fingers_of(1, 1)[0]});
  EXPECT_EQ(enrol("p-1", {fingers_of(1, 1)[1]}).reasons, std::vector<std::string>{"nothing_in_common"});
  EXPECT_TRUE(enrol("p-1", fingers_of(1, 2)).enrolled);  // with one in common the other comes along
  EXPECT_TRUE(enrol("p-1", {fingers_of(1, 3)[1]}).enrolled);
}

TEST_F(Identity, two_fingers_under_one_position_and_one_under_two_are_refused) {
  const auto index = FingerCapture::kRightIndex;
  EXPECT_EQ(enrol("p-1", {fingers_of(1, 1)[0], at(index, fingers_of(2, 1)[0])}).reasons,
            std::vector<std::string>{"contradicts_itself"});
  EXPECT_EQ(enrol("p-1", {fingers_of(1, 1)[0], at(FingerCapture::kLeftLittle, fingers_of(1, 2)[0])}).reasons,
            std::vector<std::string>{"contradicts_itself"});
  EXPECT_EQ(node().health().people, 0u);
  EXPECT_TRUE(enrol("p-1", {fingers_of(1, 1)[0], fingers_of(1, 2)[0]}).enrolled);  // one finger, captured twice
}

TEST_F(Identity, a_supervisor_overrules_it_with_reasons_that_are_logged) {
  world.enrol(world.usa, 1, "p-1");
  service::EnrolRequest overruled = request("p-1", fingers_of(2, 1));
  overruled.overrule = "why";
  EXPECT_EQ(node().enrol(kSupervisor, overruled).error().code, Code::kInvalidInput);
  overruled.overrule = "the earlier prints were taken from the wrong person";
  EXPECT_EQ(node().enrol(kOfficer, overruled).error().code, Code::kDenied);
  EXPECT_TRUE(must(node().enrol(kSupervisor, overruled)).enrolled);
  EXPECT_EQ(node().enrol(kSupervisor, request("p-2", fingers_of(3, 1))).error().code, Code::kDenied);
  const auto rows = must(must(store::open_log(world.usa.directory))->log_rows(0, 1000));
  EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [](const LogRow& row) {
    return text(row.leaf).find("identity_overruled") != std::string_view::npos;
  }));
}

// At the keys one is two: whoever overrules there answers the alarm about it with a token of theirs.
TEST_F(Identity, nobody_overrules_at_the_keys) {
  world.enrol(world.usa, 1, "p-1");
  service::EnrolRequest overruled = request("p-1", fingers_of(2, 1));
  overruled.overrule = "the earlier prints were taken from the wrong person";
  EXPECT_EQ(node().enrol({"supervisor.one", Role::kSupervisor, true}, overruled).error().code, Code::kDenied);
  EXPECT_TRUE(must(node().enrol(kSupervisor, overruled)).enrolled);
}

// A supervisor may not identify, and an overruling is no way round that.
TEST_F(Identity, whoever_overrules_does_not_learn_whose_fingers_they_are_like) {
  world.enrol(world.usa, 1, "p-1", {"COL"});
  world.enrol(world.usa, 2, "p-2");
  const auto overrule = [&](const std::string& id, std::vector<Sample> samples, bool if_known = false) {
    service::EnrolRequest out = request(id, std::move(samples));
    out.overrule = "the earlier prints were taken from the wrong person";
    out.enrol_if_known = if_known;
    return node().enrol(kSupervisor, std::move(out));
  };
  for (const char* id : {"", "nobody", "p-1"}) {  // no id, one that nobody has, and their own
    const auto refused = overrule(id, fingers_of(1, 2));
    ASSERT_FALSE(refused.ok()) << id;
    EXPECT_EQ(refused.error().code, Code::kConflict);
    EXPECT_EQ(refused.error().message, policy::explain("nothing_to_overrule"));
  }
  EXPECT_EQ(world.count(world.usa, "enrol_refused"), 3) << "that it was tried stays";
  const auto known = must(overrule("p-2", fingers_of(1, 2)));
  EXPECT_EQ(known.reasons, std::vector<std::string>{"already_known"});
  EXPECT_TRUE(known.known_as.empty()) << "that they are like others, not whose";
  const auto enrolled = must(overrule("p-3", one_given_as_two(1), true));
  EXPECT_TRUE(enrolled.enrolled);
  EXPECT_TRUE(enrolled.known_as.empty());
  const auto last = must(node().log_entries(kAuditor, {.event = "enrolled"})).lines.back();
  EXPECT_FALSE(last.details["known_as"].as_array()->empty()) << "the log knows";
}

TEST_F(Identity, another_supervisor_is_told_of_what_one_overrules) {
  world.enrol(world.usa, 1, "p-1");
  service::EnrolRequest overruled = request("p-1", fingers_of(2, 1));
  overruled.overrule = "the earlier prints were taken from the wrong person";
  EXPECT_TRUE(must(node().enrol(kSupervisor, overruled)).enrolled);
  const auto alarms = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].kind, "overruled");
  EXPECT_EQ(alarms[0].by, kSupervisor.user);
  EXPECT_EQ(node().alarm_seen(kSupervisor, alarms[0].number).error().code, Code::kDenied);
  const Caller at_the_keys{"supervisor.two", Role::kSupervisor, true}, other{"supervisor.two", Role::kSupervisor};
  EXPECT_EQ(node().alarm_seen(at_the_keys, alarms[0].number).error().code, Code::kDenied) << "may be any user";
  must(node().alarm_seen(other, alarms[0].number));
  const auto entry = must(node().log_entries(kAuditor, {.event = "enrolled"})).lines.back();
  EXPECT_EQ(*entry.details["by"].as_string(), kSupervisor.user);
  EXPECT_EQ(*entry.details["overrule"].as_string(), overruled.overrule);
}

TEST_F(Identity, a_hand_under_a_third_id_is_answered_by_another_than_who_enrolled_it) {
  for (const char* id : {"one", "two", "three"}) {
    service::EnrolRequest insisted = request(id, one_given_as_two(1));
    insisted.enrol_if_known = true;
    insisted.overrule = "three names, one passport each";
    EXPECT_TRUE(must(node().enrol(kSupervisor, std::move(insisted))).enrolled);
  }
  const auto alarms = must(node().alarms(kSupervisor, true));
  const auto many = std::ranges::find(alarms, "many_ids", &Alarm::kind);
  ASSERT_NE(many, alarms.end());
  EXPECT_EQ(node().alarm_seen(kSupervisor, many->number).error().code, Code::kDenied);
  must(node().alarm_seen({"supervisor.two", Role::kSupervisor}, many->number));
}

TEST_F(Identity, a_supervisor_is_told_of_contradictions_once_until_one_has_seen_it) {
  world.enrol(world.usa, 1, "p-1");
  enrol("p-1", fingers_of(2, 1));
  enrol("p-1", fingers_of(3, 1));
  auto alarms = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].kind, "contradiction");
  EXPECT_EQ(world.count(world.usa, "supervisor_told"), 1);
  EXPECT_EQ(node().alarms(kOfficer, true).error().code, Code::kDenied);
  const Caller auditor{"auditor.one", Role::kAuditor};
  EXPECT_EQ(must(node().alarms(auditor, true)).size(), 1u);
  EXPECT_EQ(node().alarm_seen(auditor, alarms[0].number).error().code, Code::kDenied);
  must(node().alarm_seen(kSupervisor, alarms[0].number));
  EXPECT_TRUE(must(node().alarms(kSupervisor, true)).empty());
  EXPECT_EQ(must(node().alarms(kSupervisor, false)).size(), 1u);
  enrol("p-1", fingers_of(2, 1));
  EXPECT_EQ(must(node().alarms(kSupervisor, true)).size(), 1u);
  must(node().enrol({"officer.two", Role::kOfficer}, request("p-1", fingers_of(2, 1))));
  EXPECT_EQ(must(node().alarms(kSupervisor, true)).size(), 2u) << "another officer's attempt is another matter";
}

// Whoever fears an alarm about himself cannot bury it under others of his making.
TEST_F(Identity, one_users_contradictions_of_a_day_are_one_alarm_that_counts_them) {
  for (int i = 0; i < 4; ++i) must(node().enrol(kOfficer, request("new-" + std::to_string(i), one_given_as_two(1))));
  auto waiting = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_EQ(waiting[0].more, 3);
  EXPECT_NE(waiting[0].sentence.find("new-0"), std::string::npos) << "the first is the one that is told";
  EXPECT_EQ(world.count(world.usa, "enrol_refused"), 4) << "each is in the log";
  world.clock.advance_ms(kDayMs);
  must(node().enrol(kOfficer, request("new-5", one_given_as_two(1))));
  waiting = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(waiting.size(), 2u) << "another day";
  EXPECT_LT(waiting[0].number, waiting[1].number) << "the oldest first";
  EXPECT_EQ(must(node().alarms(kSupervisor, true, waiting[0].number)).front().number, waiting[1].number);
  must(node().alarm_seen(kSupervisor, waiting[1].number));
  must(node().alarm_seen(kSupervisor, waiting[0].number));
}

// However many wait, each is found, in pages and by its number.
TEST_F(Identity, an_alarm_is_found_whatever_else_waits) {
  world.plant(world.usa, [](store::Transaction& t) {
    for (int i = 0; i < 1'200; ++i) must(t.put_alarm({0, 7, "child", "said of " + std::to_string(i), "", ""}));
  });
  const auto page = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(page.size(), limits::kPageMax);
  EXPECT_EQ(page.front().sentence, "said of 0") << "the oldest first";
  EXPECT_EQ(must(node().alarms(kSupervisor, true, page.back().number)).size(), 200u);
  must(node().alarm_seen(kSupervisor, page.front().number + 1'199));
  must(node().alarm_seen(kSupervisor, page.front().number));
  EXPECT_EQ(must(node().alarms(kSupervisor, true)).front().sentence, "said of 1");
}

// Beside the reasons, and beside who answered what, a pseudonym would say which person it is.
TEST_F(Identity, no_public_leaf_says_who_was_refused_or_whose_alarm_was_answered) {
  world.enrol(world.usa, 1, "p-1");
  service::EnrolRequest child = request("p-1", fingers_of(1, 1));
  child.biographic[DataElement::kDateOfBirth] = "2023-09-21";
  EXPECT_EQ(node().enrol(kOfficer, std::move(child)).error().code, Code::kDenied);
  const auto waiting = must(node().alarms(kSupervisor, true));
  ASSERT_FALSE(waiting.empty());
  for (const Alarm& each : waiting) must(node().alarm_seen(kSupervisor, each.number));
  const auto lines = must(node().log_entries(kAuditor, {.person_id = "p-1"})).lines;
  std::set<std::string> found;
  for (const auto& line : lines) {
    const std::string event = *line.leaf["event"].as_string();
    found.insert(event);
    if (event == "enrolled") continue;
    EXPECT_TRUE(line.leaf["subject"].is_null()) << event;
    EXPECT_EQ(line.details["of"], Json("p-1")) << event << ": by the details it is found";
  }
  for (const char* event : {"enrol_refused", "log_read", "protected", "supervisor_told"})
    EXPECT_TRUE(found.contains(event)) << event;
}

// A sample of which nothing can be compared tells nobody whether there is such an id.
TEST_F(Identity, a_sample_that_serves_nobody_tells_nothing_of_an_id) {
  world.enrol(world.usa, 1, "p-1");
  const std::vector<Sample> blank{{.image = {1, 2, 3}}};
  const auto there = node().verify(kOfficer, "p-1", blank, kOurFile),
             not_there = node().verify(kOfficer, "p-2", blank, kOurFile);
  ASSERT_FALSE(there.ok() || not_there.ok());
  EXPECT_EQ(there.error().code, not_there.error().code);
  EXPECT_EQ(there.error().message, not_there.error().message);
  EXPECT_EQ(node().verify(kOfficer, "p-2", fingers_of(1, 2), kOurFile).error().code, Code::kNotFound);
  EXPECT_EQ(world.count(world.usa, "verified"), 1) << "who learns is written down";
}

TEST_F(Identity, story_10_the_same_hand_under_a_third_id_tells_a_supervisor) {
  for (const char* id : {"one", "two", "three"}) {
    EXPECT_TRUE(must(node().alarms(kSupervisor, true)).empty()) << id;
    service::EnrolRequest insisted = request(id, fingers_of(1, 1));
    insisted.enrol_if_known = true;
    EXPECT_TRUE(must(node().enrol(kOfficer, std::move(insisted))).enrolled);
  }
  const auto alarms = must(node().alarms(kSupervisor, true));
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].kind, "many_ids");
  for (const char* id : {"one", "two", "three"}) EXPECT_NE(alarms[0].sentence.find(id), std::string::npos);
}

TEST_F(Identity, nothing_to_compare_is_no_answer) {
  enrol("p-1", {fingers_of(1, 1)[0]});
  const auto compared = node().verify(kOfficer, "p-1", {fingers_of(1, 2)[1]}, kOurFile);
  ASSERT_FALSE(compared.ok());
  EXPECT_EQ(compared.error().code, Code::kNoFeatures);
  EXPECT_TRUE(compared.error().message.starts_with("nothing_to_compare")) << compared.error().message;
  EXPECT_EQ(world.count(world.usa, "verified"), 1) << "that it was tried";
  EXPECT_TRUE(must(node().verify(kOfficer, "p-1", {fingers_of(1, 2)[0]}, kOurFile)).match);
}

TEST_F(Identity, one_print_given_ten_times_is_one_finger) {
  world.enrol(world.usa, 1, "p-1");
  std::vector<Sample> ten;
  for (int code = 1; code < kFingerCount; ++code)
    ten.push_back(at(capture_of(static_cast<Finger>(code)), fingers_of(1, 2)[0]));
  service::EnrolRequest crowded = request("crowd", ten);
  crowded.overrule = "a gallery of before this was refused";
  crowded.enrol_if_known = true;
  ASSERT_TRUE(must(node().enrol(kSupervisor, crowded)).enrolled);
  const auto once = must(node().verify(kOfficer, "crowd", {fingers_of(1, 3)[0]}, kOurFile));
  for (Sample& each : ten) each.image = fingers_of(1, 3)[0].image;
  const auto often = must(node().verify(kOfficer, "crowd", ten, kOurFile));
  EXPECT_LE(often.score, once.score + 0.001);
  EXPECT_EQ(std::count_if(often.scores.begin(), often.scores.end(), [](const auto& each) { return each.repeated; }), 9);
}

// ---- what is stated

TEST_F(Identity, r10_children_under_six_the_unborn_and_the_doubtful_are_not_enrolled) {
  service::EnrolRequest child = request("p-1", fingers_of(1, 1));
  for (const char* born : {"2023-09-21", "2031-01-01", "1980-02-31", "1.2.1980", "2020"}) {
    child.biographic[DataElement::kDateOfBirth] = born;
    EXPECT_EQ(node().enrol(kOfficer, child).error().code, Code::kDenied) << born;
  }
  child.samples = one_given_as_two(1);
  child.overrule = "a supervisor says that it is old enough";
  EXPECT_EQ(node().enrol(kSupervisor, child).error().code, Code::kDenied);
  EXPECT_EQ(node().health().people, 0u);
  EXPECT_EQ(world.count(world.usa, "enrol_refused"), 6);
  child.samples = fingers_of(1, 1);
  child.overrule.clear();
  child.biographic[DataElement::kDateOfBirth] = "2020-01-01";
  child.guardian = "Marta Gil";
  EXPECT_TRUE(must(node().enrol(kOfficer, child)).enrolled);
}

TEST_F(Identity, r10_a_child_is_enrolled_with_a_guardian_who_is_not_the_capturer_and_is_named_sealed) {
  service::EnrolRequest child = request("p-1", fingers_of(1, 1));
  child.biographic[DataElement::kDateOfBirth] = "2015-05-01";
  const auto refused = must(node().enrol(kOfficer, child));
  EXPECT_FALSE(refused.enrolled);
  EXPECT_EQ(refused.reasons, std::vector<std::string>{"guardian_missing"});
  child.guardian = "Officer One";
  EXPECT_EQ(must(node().enrol(kOfficer, child)).reasons, std::vector<std::string>{"guardian_is_capturer"});
  child.guardian = "ONÉ María Officer";
  EXPECT_EQ(must(node().enrol(kOfficer, child)).reasons, std::vector<std::string>{"guardian_is_capturer"});
  EXPECT_EQ(node().health().people, 0u);
  child.guardian = "Marta Gil";
  EXPECT_TRUE(must(node().enrol(kOfficer, child)).enrolled);
  service::EnrolRequest adult = request("p-2", fingers_of(2, 1));
  adult.guardian = "Marta Gil";
  EXPECT_TRUE(must(node().enrol(kOfficer, adult)).enrolled);
  const auto lines = must(node().log_entries(kAuditor, {.event = "enrolled"})).lines;
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(*lines[0].details["guardian"].as_string(), "Marta Gil");
  EXPECT_EQ(canonical(lines[0].leaf).find("Marta"), std::string::npos);
  EXPECT_TRUE(lines[1].details["guardian"].is_null()) << "of an adult nobody needs to know";
  must(node().erase_person(kSupervisor, "p-1", "asked for it in writing"));
  EXPECT_TRUE(must(node().log_entries(kAuditor, {.event = "enrolled"})).lines[0].details.is_null());
}

TEST_F(Identity, an_erasure_is_of_one_id_and_says_the_others_of_the_hand_and_tells_a_supervisor) {
  world.enrol(world.usa, 1, "p-1");
  service::EnrolRequest second = request("p-1b", fingers_of(1, 3));
  second.enrol_if_known = true;
  EXPECT_TRUE(must(node().enrol(kOfficer, second)).enrolled);
  world.enrol(world.usa, 2, "p-2");
  const auto erase = [&](const char* id) { return must(node().erase_person(kSupervisor, id, "asked for in writing")); };
  EXPECT_EQ(erase("p-2").other_ids, std::set<std::string>{});
  const auto told = [&] {
    std::vector<std::string> out;
    const auto alarms = must(node().alarms(kSupervisor, true));
    for (const Alarm& each : alarms)
      if (each.kind == "erased_under_one_id") out.push_back(each.sentence);
    return out;
  };
  EXPECT_TRUE(told().empty());
  EXPECT_EQ(erase("p-1").other_ids, std::set<std::string>{"p-1b"});
  EXPECT_EQ(node().health().people, 1u) << "by nobody's decision but one's own";
  ASSERT_EQ(told().size(), 1u);
  EXPECT_NE(told()[0].find(" p-1b"), std::string::npos);
  EXPECT_EQ(told()[0].find("p-1 "), std::string::npos) << "who is erased is not named";
  EXPECT_EQ(erase("p-1b").other_ids, std::set<std::string>{});
  EXPECT_EQ(told()[0].find("p-1b"), std::string::npos) << "their name goes with them";
}

TEST_F(Identity, r11_an_enrolment_may_be_kept_for_less_than_the_node_keeps_anybody_and_not_for_longer) {
  service::EnrolRequest brief = request("p-1", fingers_of(1, 1));
  const std::int64_t most = world.config_of(world.usa).retention_days;
  brief.retention_days = most + 1;
  EXPECT_EQ(node().enrol(kOfficer, brief).error().code, Code::kInvalidInput);
  brief.retention_days = most;
  EXPECT_TRUE(must(node().enrol(kOfficer, brief)).enrolled);
}

TEST_F(Identity, r10_a_date_of_birth_that_is_known_asks_for_a_guardian_too) {
  service::EnrolRequest child = request("p-1", fingers_of(1, 1));
  child.biographic[DataElement::kDateOfBirth] = "2015-05-01";
  child.guardian = "Marta Gil";
  ASSERT_TRUE(must(node().enrol(kOfficer, child)).enrolled);
  EXPECT_EQ(must(node().enrol(kOfficer, request("p-1", fingers_of(1, 2)))).reasons,
            std::vector<std::string>{"guardian_missing"});
  service::EnrolRequest renamed = request("p-2", fingers_of(1, 2));
  renamed.enrol_if_known = true;
  EXPECT_EQ(must(node().enrol(kOfficer, renamed)).reasons, std::vector<std::string>{"guardian_missing"})
      << "the same hand under another id";
  renamed.biographic[DataElement::kDateOfBirth] = "1990-04-30";
  EXPECT_TRUE(must(node().enrol(kOfficer, renamed)).enrolled);
  service::EnrolRequest again = request("p-2", fingers_of(1, 3));
  again.enrol_if_known = true;
  EXPECT_EQ(must(node().enrol(kOfficer, again)).reasons, std::vector<std::string>{"guardian_missing"})
      << "an adult by the id that is given, a child by the other: a child";
  again.guardian = "Marta Gil";
  EXPECT_TRUE(must(node().enrol(kOfficer, again)).enrolled);
}

// ---- how good prints are

TEST_F(Identity, r25_captures_that_are_asked_for_again_are_counted_by_month) {
  const auto counted = [&](const char* month) {
    const std::string line = std::string("puente_captures_asked_again_total{month=\"") + month + "\"} ";
    const std::string all = node().metrics();
    const std::size_t at = all.find(line);
    return at == std::string::npos ? 0 : std::stoi(all.substr(at + line.size()));
  };
  const Image blank{300, 300, 1, 500, Bytes(90'000, 255)};
  service::EnrolRequest nothing = request("p-1", {{.image = must(format::encode_png(blank))}});
  const auto refused = node().enrol(kOfficer, nothing);
  EXPECT_EQ(refused.error().code, Code::kNoFeatures);
  EXPECT_NE(refused.error().message.find("capture again"), std::string::npos) << refused.error().message;
  service::EnrolRequest poor = request("p-1", fingers_of(1, 1));
  for (Sample& each : poor.samples) each.ppi = 300;  // as which the ridges are those of nobody
  const auto again = must(node().enrol(kOfficer, poor));
  EXPECT_FALSE(again.enrolled);
  EXPECT_EQ(again.reasons, std::vector<std::string>{policy::kCaptureAgain});
  world.clock.advance_ms(10 * kDayMs);  // another month
  must(node().enrol(kOfficer, poor));
  world.start(world.usa);
  EXPECT_EQ(counted("2026-09"), 2);
  EXPECT_EQ(counted("2026-10"), 1);
  poor.samples[1].ppi = 0;
  EXPECT_TRUE(must(node().enrol(kOfficer, poor)).enrolled) << "one good print is enough";
  poor.person_id = "p-2";
  poor.samples = fingers_of(2, 1);
  for (Sample& each : poor.samples) each.ppi = 300;
  poor.best_prints = true;
  EXPECT_TRUE(must(node().enrol(kOfficer, poor)).enrolled) << "worn fingers keep nobody out";
  EXPECT_EQ(counted("2026-10"), 1);
}

TEST_F(Identity, what_is_no_sex_nationality_or_text_is_refused_at_the_door) {
  const std::pair<DataElement, std::string> wrong[] = {{DataElement::kSex, "maybe"},
                                                       {DataElement::kNationality, "Colombia"},
                                                       {DataElement::kNationality, "UAS"},
                                                       {DataElement::kFamilyName, "Ruiz\x1d"},
                                                       {DataElement::kEncounterDate, "yesterday"}};
  for (const auto& [element, value] : wrong) {
    service::EnrolRequest sent = request("p-1", fingers_of(1, 1));
    sent.biographic[element] = value;
    EXPECT_EQ(node().enrol(kOfficer, sent).error().code, Code::kInvalidInput) << to_string(element);
  }
  service::EnrolRequest stateless = request("p-1", fingers_of(1, 1));
  stateless.biographic[DataElement::kNationality] = "XXA";
  EXPECT_TRUE(must(node().enrol(kOfficer, stateless)).enrolled);
}

TEST_F(Identity, nobody_is_hidden_from_a_slip_of_the_pen) {
  for (const char* code : {"UAS", "XQZ", "ZZZ", "Colombia", ""}) {
    service::EnrolRequest sent = request("p-1", fingers_of(1, 1));
    sent.withheld_from = {code};
    sent.protection_class = ProtectionClass::kAsylum;
    EXPECT_EQ(node().enrol(kOfficer, sent).error().code, Code::kInvalidInput) << code;
  }
  service::EnrolRequest sent = request("p-1", fingers_of(1, 1));
  sent.withheld_from = {"VEN"};
  sent.protection_class = ProtectionClass::kAsylum;
  EXPECT_EQ(must(node().enrol(kOfficer, sent)).warnings.size(), 1u);  // no agreement with it
}

}  // namespace
}  // namespace puente::flow
