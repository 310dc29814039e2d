// Who may be enrolled, by the age that is stated and by whose fingers they are.
#include "policy/enrol.h"

#include <gtest/gtest.h>

#include "core/clock.h"

namespace puente::policy {
namespace {

Decision born(const std::string& date, const std::string& now = "2026-09-21T12:00:00Z", const char* captured = nullptr,
              std::string_view guardian = "Marta Gil") {
  Enrolment enrolment;
  enrolment.capturer = "ana.ruiz", enrolment.guardian = guardian;
  enrolment.date_of_birth = date;
  enrolment.now_ms = *parse_iso8601(now);
  if (captured != nullptr) enrolment.encounter_date = captured;
  return may_enrol(enrolment);
}

std::string first_reason(const Decision& decision) {
  return decision.reasons.front();
}

TEST(MayEnrol, from_the_sixth_birthday_on_wherever_on_earth_it_is) {
  EXPECT_EQ(first_reason(born("2020-09-22")), "under_six");
  EXPECT_EQ(first_reason(born("2020-09-21")), "under_six");  // noon, UTC: in Honolulu it is the evening before
  EXPECT_TRUE(born("2020-09-20").permitted);
  EXPECT_TRUE(born("1950-01-01").permitted);
  EXPECT_TRUE(born("1900-01-01").permitted);
}

TEST(MayEnrol, who_was_born_on_29_february_turns_six_on_1_march) {
  EXPECT_EQ(first_reason(born("2020-02-29", "2026-03-01T12:00:00Z")), "under_six");
  EXPECT_TRUE(born("2020-02-29", "2026-03-02T15:00:00Z").permitted);
}

TEST(MayEnrol, not_the_unborn_and_not_in_doubt) {
  EXPECT_EQ(first_reason(born("2026-09-23")), "not_yet_born");
  EXPECT_EQ(first_reason(born("2031-01-01")), "not_yet_born");
  for (const char* date : {"", "1.2.1980", "1980-02-31", "1899-12-31", "2020", "1990-00-00", "unknown"})
    EXPECT_EQ(first_reason(born(date)), "age_in_doubt") << date;
  EXPECT_TRUE(may_enrol({}).permitted);  // nobody says that the person is a child
}

TEST(MayEnrol, fingers_that_have_nothing_in_common_with_those_of_the_id_wait_for_a_supervisor) {
  Enrolment enrolment;
  enrolment.nothing_in_common = true;
  EXPECT_EQ(may_enrol(enrolment).reasons, std::vector<std::string>{"nothing_in_common"});
  enrolment.supervisor_overrules = true;
  EXPECT_TRUE(may_enrol(enrolment).permitted);
}

TEST(MayEnrol, one_finger_given_as_two_waits_for_a_supervisor) {
  Enrolment enrolment;
  enrolment.contradicts_itself = true;
  EXPECT_EQ(may_enrol(enrolment).reasons, std::vector<std::string>{"contradicts_itself"});
  enrolment.supervisor_overrules = true;
  EXPECT_TRUE(may_enrol(enrolment).permitted);
}

TEST(MayEnrol, the_day_of_the_capture_counts_where_it_is_stated) {
  EXPECT_EQ(first_reason(born("2010-05-01", "2026-09-21T12:00:00Z", "2015-01-01")), "under_six");
  EXPECT_EQ(first_reason(born("2010-05-01", "2026-09-21T12:00:00Z", "2009-01-01")), "not_yet_born");
  EXPECT_EQ(first_reason(born("2010-05-01", "2026-09-21T12:00:00Z", "some day")), "age_in_doubt");
  EXPECT_EQ(first_reason(born("2022-05-01", "2026-09-21T12:00:00Z", "2030-01-01")),
            "under_six");  // a later day is no excuse
  EXPECT_TRUE(born("2010-05-01", "2026-09-21T12:00:00Z", "2020-01-01").permitted);
}

TEST(MayEnrol, what_is_held_is_judged_by_a_date_of_birth_that_is_learnt_later) {
  const auto too_young = [](const char* date, const char* enrolled, std::optional<std::string> captured = {}) {
    return was_too_young(date, captured, *parse_iso8601(enrolled), *parse_iso8601("2026-09-21T12:00:00Z"));
  };
  EXPECT_TRUE(too_young("2019-05-01", "2024-09-21T12:00:00Z"));
  EXPECT_FALSE(too_young("2018-05-01", "2024-09-21T12:00:00Z"));
  EXPECT_TRUE(too_young("2018-05-01", "2024-09-21T12:00:00Z", "2023-01-01")) << "an older card";
  EXPECT_TRUE(too_young("2025-05-01", "2024-09-21T12:00:00Z")) << "said to be born since: in doubt a child";
  for (const char* nothing : {"2031-01-01", "1.2.2020", "", "unknown"})
    EXPECT_FALSE(too_young(nothing, "2024-09-21T12:00:00Z")) << nothing;
}

TEST(MayEnrol, r10_from_six_to_seventeen_a_guardian_stands_by_who_is_not_the_capturer) {
  const auto guarded = [](const char* date, std::string_view guardian, const char* captured = nullptr) {
    return first_reason(born(date, "2026-09-21T12:00:00Z", captured, guardian));
  };
  for (const char* nobody : {"", "  ", "\t\n", "x"}) EXPECT_EQ(guarded("2015-05-01", nobody), "guardian_missing");
  for (const char* self : {"ana.ruiz", "Ana Ruiz", "ANA-RUIZ"})
    EXPECT_EQ(guarded("2015-05-01", self), "guardian_is_capturer") << self;
  EXPECT_EQ(guarded("2015-05-01", "Li"), "not_known_before");
  EXPECT_EQ(guarded("2008-09-21", ""), "guardian_missing") << "eighteen today, in Honolulu tomorrow";
  EXPECT_EQ(guarded("2008-09-20", ""), "not_known_before");
  EXPECT_EQ(guarded("2000-05-01", "", "2015-01-01"), "guardian_missing") << "a card of when it was a child";
  EXPECT_EQ(guarded("2020-09-22", "Marta Gil"), "under_six") << "whoever stands by";
  EXPECT_EQ(born("2015-05-01", "2026-09-21T12:00:00Z", nullptr, "").code, Code::kConflict) << "say who, and again";
}

TEST(MayEnrol, r25_prints_below_the_floor_are_captured_again_unless_the_hand_has_no_better_ones) {
  Enrolment enrolment;
  enrolment.below_floor = true;
  EXPECT_EQ(first_reason(may_enrol(enrolment)), kCaptureAgain);
  enrolment.best_prints = true;
  EXPECT_TRUE(may_enrol(enrolment).permitted) << "worn fingers keep nobody out";
}

TEST(MayEnrol, r10_no_supervisor_stands_in_for_a_guardian) {
  Enrolment enrolment;
  enrolment.date_of_birth = "2015-05-01";
  enrolment.now_ms = *parse_iso8601("2026-09-21");
  enrolment.contradicts_person = enrolment.supervisor_overrules = true;
  EXPECT_EQ(first_reason(may_enrol(enrolment)), "guardian_missing");
}

TEST(MayEnrol, a_supervisor_overrules_what_fingers_say_and_never_an_age) {
  Enrolment enrolment;
  enrolment.contradicts_person = true;
  EXPECT_EQ(may_enrol(enrolment).code, Code::kConflict);
  enrolment.supervisor_overrules = true;
  EXPECT_TRUE(may_enrol(enrolment).permitted);
  enrolment.known_under_another_id = true;
  EXPECT_EQ(first_reason(may_enrol(enrolment)), "already_known");
  enrolment.officer_insists = true;
  EXPECT_EQ(first_reason(may_enrol(enrolment)), "identity_overruled");
  enrolment.date_of_birth = "2026-01-01";
  enrolment.now_ms = *parse_iso8601("2026-09-21");
  EXPECT_EQ(first_reason(may_enrol(enrolment)), "under_six");
}

TEST(MayEnrol, where_nothing_contradicts_nothing_is_overruled) {
  EXPECT_EQ(first_reason(may_overrule(false)), "nothing_to_overrule");
  EXPECT_EQ(may_overrule(false).code, Code::kConflict);
  EXPECT_TRUE(may_overrule(true).permitted);
}

}  // namespace
}  // namespace puente::policy
