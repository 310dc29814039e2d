#include "policy/watch.h"

#include <gtest/gtest.h>

#include "core/limits.h"
#include "policy/example_test.h"

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

const std::int64_t kNow = at("2026-06-03");

Reasons listed(const WatchlistEntry& entry) {
  return may_list(entry, {.now_ms = kNow}).reasons;
}

TEST(Watch, story_9_a_number_of_points_is_no_evidence_however_it_is_written) {
  for (const char* text : {"8 points",
                           "8-point member",
                           "validated with 12 pts",
                           "12 puntos",
                           "OCHO PUNTOS",
                           "eight points",
                           "doce puntos",
                           "a tattoo: 4 points; dress: 4 points",
                           "score 7",
                           "Score: 7.5",
                           "risk score of 87",
                           "scored 9",
                           "7 score",
                           "puntaje: 12",
                           "PUNTUACIÓN 12",
                           "una puntuación de 12",
                           "calificación de riesgo: 9",
                           "rated 9",
                           "12pts",
                           "criteria points: 8",
                           "puntos: 12",
                           "pts = 9",
                           "14 puntos de riesgo",
                           "thirteen points on the gang matrix",
                           "catorce puntos por tatuajes",
                           "treinta puntos en total",
                           "treinta y cinco puntos",
                           "veintiún puntos",
                           "ninety-nine points",
                           "a hundred points",
                           "one point for tattoo, one point for dress",
                           "un punto por tatuaje",
                           "8 gang membership points",
                           "Puntos asignados por el comite: 8",
                           "points given on the sheet: nine",
                           "score by the committee: 7",
                           "gang member: 8/10 on the matrix",
                           "8 out of 10, as the risk matrix has it",
                           "8 sobre 10 en la escala",
                           "8 points says the matrix, enough",
                           "article 8 points"})
    EXPECT_TRUE(claims_points(text)) << text;
  for (const char* text : {"",
                           "drove the lorry of 4 May",
                           "at border point 3",
                           "un punto de control",
                           "seen at the control point on 4 May",
                           "scored a goal",
                           "file 12, page 3",
                           "called 8 times",
                           "las 12 del mediodía",
                           "12 appointments",
                           "el punto 3",
                           "a las 8 en punto",
                           "14 puntos de sutura",
                           "2 points of entry",
                           "entre dos puntos de control",
                           "3 border control points",
                           "at one point he left",
                           "un punto ciego de la cámara",
                           "the points where the road crosses the river on 4 May",
                           "report 2026/881 on 4/10",
                           "Regulation (EU) 2016/679, Article 6(1), point (e)",
                           "artículo 5, punto b",
                           "points (a) and (b) of Article 6(1)",
                           "Ley 906 de 2004, art. 251, numeral 3, literal b",
                           "scored in the 12th minute",
                           "half of 10 witnesses"})
    EXPECT_FALSE(claims_points(text)) << text;
}

TEST(Watch, story_9_a_document_with_a_member_for_points_is_refused_whatever_else_it_says) {
  const auto made = [](const char* text) { return is_made_of_points(*parse_json(text)); };
  for (const char* text : {R"({"points": 8})", R"({"facts": [{"fact": "a tattoo", "points": 4}]})",
                           R"({"assessments": [{"assessment": "a member", "risk_score": "high"}]})",
                           R"({"puntaje": null})", R"({"facts": [{"fact": "ocho puntos"}]})", R"(["score 7"])"})
    EXPECT_TRUE(made(text)) << text;
  for (const char* text : {R"({"format": 1, "facts": [{"fact": "a tattoo of a clock"}]})", "8", "null", "{}"})
    EXPECT_FALSE(made(text)) << text;
}

TEST(Watch, r26_an_entry_without_owner_category_facts_or_end_is_none) {
  const Reasons nothing = listed({});
  EXPECT_EQ(nothing,
            (Reasons{"owner_missing", "category_missing", "entry_grounds_missing", "facts_missing", "expiry_missing"}));
  EXPECT_EQ(listed(sound_listing()), Reasons{"listed_with_facts_and_end"});
}

TEST(Watch, r26_the_last_day_is_the_365th_and_of_an_unknown_category_the_180th) {
  WatchlistEntry entry = sound_listing();
  entry.expires_ms = kNow + limits::kWatchlistDaysMax * kDayMs;
  EXPECT_EQ(listed(entry), Reasons{"listed_with_facts_and_end"});
  ++entry.expires_ms;
  EXPECT_EQ(listed(entry), Reasons{"expiry_too_far"});
  entry = sound_listing();
  entry.assessments.clear();
  entry.category = WatchCategory::kUnknown;
  entry.review_ms = at("2026-07-01");
  entry.expires_ms = kNow + 180 * kDayMs;
  EXPECT_EQ(listed(entry), Reasons{"listed_with_facts_and_end"});
  ++entry.expires_ms;
  EXPECT_EQ(listed(entry), Reasons{"category_unknown_too_long"});
}

TEST(Watch, r40_each_part_of_a_fact_and_of_an_assessment_is_asked_for) {
  const auto without = [](const std::function<void(WatchlistEntry&)>& take) {
    WatchlistEntry entry = sound_listing();
    take(entry);
    return listed(entry);
  };
  using W = WatchlistEntry&;
  const Reasons no_fact{"fact_without_source"}, no_assessment{"assessment_without_grade"};
  EXPECT_EQ(without([](W e) { e.facts[0].statement = "seen"; }), no_fact);
  EXPECT_EQ(without([](W e) { e.facts[0].source.clear(); }), no_fact);
  EXPECT_EQ(without([](W e) { e.facts[0].document.clear(); }), no_fact);
  for (const char* day : {"", "soon", "2026-02-31", "2026-06-04"})
    EXPECT_EQ(without([&](W e) { e.facts[0].date = day; }), no_fact) << day;
  EXPECT_EQ(without([](W e) { e.assessments[0].statement = "bad"; }), no_assessment);
  EXPECT_EQ(without([](W e) { e.assessments[0].by.clear(); }), no_assessment);
  EXPECT_EQ(without([](W e) { e.assessments[0].grade.reset(); }), no_assessment);
  EXPECT_EQ(without([](W e) { e.assessments[0].expires_ms = kNow; }), no_assessment);
  EXPECT_EQ(without([](W e) { e.assessments[0].expires_ms = e.expires_ms + kDayMs; }),
            Reasons{"assessment_outlives_entry"});
}

TEST(Watch, story_9_points_in_any_of_its_words_are_refused) {
  const auto with = [](std::string WatchlistEntry::*member) {
    WatchlistEntry entry = sound_listing();
    entry.*member += ", 8 points";
    return listed(entry);
  };
  const Reasons points{"evidence_of_points"};
  EXPECT_EQ(with(&WatchlistEntry::file), points);
  EXPECT_EQ(with(&WatchlistEntry::legal_basis), points);
  WatchlistEntry entry = sound_listing();
  entry.facts[0].statement += ", 8 points";
  EXPECT_EQ(listed(entry), points);
  entry = sound_listing();
  entry.assessments[0].statement += ", ocho puntos";
  EXPECT_EQ(listed(entry), points);
}

TEST(Watch, r28_neither_who_proposed_it_nor_who_is_told_decides) {
  const auto decides = [](const char* who) {
    return may_decide_listing({"officer-1", "supervisor-2", who, "read the file: it is as said"}).reasons;
  };
  for (const char* who : {"officer-1", "Officer.1", "supervisor-2", "SUPERVISOR_2"})
    EXPECT_EQ(decides(who), Reasons{"second_person"}) << who;
  EXPECT_EQ(decides("supervisor-3"), Reasons{"second_person_decides_listing"});
  for (const std::string& words : {std::string("ok"), std::string(limits::kTextBytesMax + 1, 'a')})
    EXPECT_EQ(may_decide_listing({"officer-1", "supervisor-2", "supervisor-3", words}).reasons,
              Reasons{"listing_reasons_missing"});
}

TEST(Watch, r26_an_entry_is_over_by_its_days_whether_or_not_anybody_swept) {
  WatchlistEntry entry = sound_listing();
  entry.entered_ms = kNow;
  EXPECT_EQ(may_alert(entry, true, kNow).reasons, Reasons{"entry_not_decided"});
  EXPECT_EQ(ends_ms(entry), kNow + limits::kWatchlistUndecidedDays * kDayMs);
  entry.decided_by = "supervisor-3";
  EXPECT_EQ(may_alert(entry, true, kNow).reasons, Reasons{"entry_in_force"});
  WatchlistEntry of_partner = entry;
  of_partner.from_partner = FromPartner{"COL", "x-1"};
  Question source;
  source.partner = "COL";
  source.state = QuestionState::kReleased;
  source.retention_until_ms = entry.expires_ms;
  EXPECT_EQ(may_alert(of_partner, true, kNow, &source).reasons, Reasons{"entry_in_force"});
  source.retention_until_ms = kNow;
  EXPECT_EQ(may_alert(of_partner, true, kNow, &source).reasons, Reasons{"source_not_released"});
  EXPECT_EQ(may_alert(of_partner, true, kNow).reasons, Reasons{"source_not_released"}) << "the question is gone";
  EXPECT_EQ(may_alert(entry, false, kNow).reasons, Reasons{"owner_not_told"});
  EXPECT_EQ(may_alert(entry, true, entry.review_ms).reasons, Reasons{"review_overdue"});
  EXPECT_EQ(may_alert(entry, true, entry.expires_ms).reasons, (Reasons{"entry_expired", "review_overdue"}));
  EXPECT_EQ(ends_ms(entry), entry.expires_ms);
  EXPECT_EQ(next_end_ms(entry), entry.assessments[0].expires_ms);
  entry.category = WatchCategory::kUnknown;
  entry.review_ms = entry.expires_ms;
  EXPECT_EQ(ends_ms(entry), kNow + 180 * kDayMs);
  EXPECT_TRUE(may_alert(entry, true, kNow + 180 * kDayMs - 1).permitted);
  EXPECT_EQ(may_alert(entry, true, kNow + 180 * kDayMs).reasons, Reasons{"category_unknown_too_long"});
}

}  // namespace
}  // namespace puente::policy
