#include <gtest/gtest.h>

#include <random>

#include "policy/example_test.h"

namespace puente::policy {
namespace {

using Reasons = std::vector<std::string>;

TEST(MayAsk, permits_by_the_clause_it_names) {
  const AcceptedAgreement terms = in_force();
  const Decision decision = may_ask(&terms, sound_ask());
  EXPECT_TRUE(decision.permitted);
  EXPECT_EQ(decision.reasons, Reasons{"clause_border_identification"});
  ASSERT_TRUE(decision.terms.has_value());
  EXPECT_EQ(decision.terms->retention_days, 30);
  EXPECT_TRUE(decision.status().ok());
}

TEST(MayAsk, until_a_day_that_can_be_meant) {
  const AcceptedAgreement terms = in_force();
  const auto within = [&](std::int64_t ms) {
    Ask ask = sound_ask();
    ask.answer_within_ms = ms;
    return may_ask(&terms, ask).permitted;
  };
  EXPECT_TRUE(within(kMinuteMs));
  EXPECT_TRUE(within(-kMinuteMs)) << "clocks differ";
  EXPECT_TRUE(within(90 * kDayMs));
  for (const std::int64_t ms : {-3 * kMinuteMs, -kDayMs, 91 * kDayMs, std::int64_t{1} << 52})
    EXPECT_FALSE(within(ms)) << ms;
}

TEST(MayAsk, denies_with_the_reason) {
  const AcceptedAgreement terms = in_force();
  const auto reasons = [&](auto change) {
    Ask ask = sound_ask();
    change(ask);
    const Decision decision = may_ask(&terms, ask);
    EXPECT_FALSE(decision.permitted);
    EXPECT_FALSE(decision.terms.has_value());
    EXPECT_FALSE(decision.status().ok());
    return decision.reasons;
  };
  EXPECT_EQ(reasons([](Ask& ask) { ask.now_ms = at("2026-01-01") - 1; }), Reasons{"agreement_not_yet_valid"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.now_ms = at("2027-01-01"); }), Reasons{"agreement_expired"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.asking = "PER"; }), (Reasons{"asker_not_a_party", "country_may_not_ask"}));
  EXPECT_EQ(reasons([](Ask& ask) { ask.answering = "PER"; }), Reasons{"answerer_not_a_party"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.answering = "USA"; }), Reasons{"own_country"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.purpose = Purpose::kMissingPersonSearch; }),
            Reasons{"purpose_not_in_agreement"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.purpose = Purpose::kTraffickingInvestigation; }),
            Reasons{"country_may_not_ask"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.modalities.clear(); }), Reasons{"modality_missing"});
  EXPECT_EQ(reasons([](Ask& ask) {
              ask.modalities = {Modality::kFace};
              ask.compared_here = {Modality::kFace};
            }),
            Reasons{"modality_not_in_agreement"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.case_reference.clear(); }), Reasons{"case_reference_missing"});
  for (const char* reference : {"12", "no number", "with\nline 1", "cédula 1"}) {
    EXPECT_EQ(reasons([&](Ask& ask) { ask.case_reference = reference; }), Reasons{"case_reference_malformed"})
        << reference;
  }
  EXPECT_EQ(reasons([](Ask& ask) { ask.asked_today = 5; }), Reasons{"quota_used_up"});
  EXPECT_EQ(reasons([](Ask& ask) { ask.asked_today = -1; }), Reasons{"quota_used_up"});
}

TEST(MayAsk, the_first_and_last_moment_and_question_count) {
  const AcceptedAgreement terms = in_force();
  Ask ask = sound_ask();
  ask.now_ms = terms.valid_from_ms;
  EXPECT_TRUE(may_ask(&terms, ask).permitted);
  ask.now_ms = terms.valid_until_ms - 1;
  EXPECT_TRUE(may_ask(&terms, ask).permitted);
  ask.asked_today = 4;
  EXPECT_TRUE(may_ask(&terms, ask).permitted);
}

TEST(MayAsk, a_used_up_quota_has_its_own_code_unless_more_is_wrong) {
  const AcceptedAgreement terms = in_force();
  Ask ask = sound_ask();
  ask.asked_today = 5;
  EXPECT_EQ(may_ask(&terms, ask).code, Code::kQuotaExceeded);
  ask.case_reference.clear();
  EXPECT_EQ(may_ask(&terms, ask).code, Code::kDenied);
}

TEST(MayAsk, r33_nothing_without_an_agreement_or_under_one_that_is_not_in_use) {
  EXPECT_EQ(may_ask(nullptr, sound_ask()).reasons, Reasons{"no_agreement"});
  AcceptedAgreement terms = in_force();
  terms.state = AgreementState::kSuspended;
  EXPECT_EQ(may_ask(&terms, sound_ask()).reasons, Reasons{"agreement_suspended"});
  terms.state = AgreementState::kTerminated;
  EXPECT_EQ(may_ask(&terms, sound_ask()).reasons, Reasons{"agreement_terminated"});
  terms = in_force();
  terms.replaced_ms = sound_ask().now_ms + 1;
  EXPECT_TRUE(may_ask(&terms, sound_ask()).permitted);
  terms.replaced_ms = sound_ask().now_ms;
  EXPECT_EQ(may_ask(&terms, sound_ask()).reasons, Reasons{"agreement_replaced"});
}

// An agreement may name what this program cannot compare: a question of it is refused, not answered with "no hit"
// (R46).
TEST(MayAsk, what_is_not_compared_here_is_refused_though_the_agreement_has_it) {
  AcceptedAgreement terms = in_force();
  terms.purposes[0].modalities = {Modality::kFinger, Modality::kIris};
  Ask ask = sound_ask();
  EXPECT_TRUE(may_ask(&terms, ask).permitted);
  ask.modalities = {Modality::kFinger, Modality::kIris};
  EXPECT_EQ(may_ask(&terms, ask).reasons, Reasons{"modality_not_compared_here"});
  ask.compared_here = {Modality::kFinger, Modality::kIris};
  EXPECT_TRUE(may_ask(&terms, ask).permitted);
  ask.compared_here.clear();
  EXPECT_EQ(may_ask(&terms, ask).reasons, Reasons{"modality_not_compared_here"});
}

// R38: an order is judged before anything is compared, and whatever is wrong with it is said.
TEST(MayAsk, r38_a_clause_that_needs_an_order_is_not_used_without_a_sound_one_in_time) {
  const AcceptedAgreement terms = in_force_3();
  EXPECT_TRUE(may_ask(&terms, ask_with_order()).permitted) << may_ask(&terms, ask_with_order()).explanation();
  const auto reasons = [&](auto change) {
    Ask ask = ask_with_order();
    change(ask);
    return may_ask(&terms, ask).reasons;
  };
  EXPECT_EQ(reasons([](Ask& a) { a.grounds.order.reset(); }), Reasons{"order_missing"});
  const Reasons malformed{"order_malformed"};
  EXPECT_EQ(reasons([](Ask& a) { a.grounds.order->court.clear(); }), malformed);
  for (const char* none : {"", " ", "X", "12", "4 4", "J\x01z"})
    EXPECT_EQ(reasons([&](Ask& a) { a.grounds.order->court = none; }), malformed) << none;
  for (const char* court :
       {"CourtX", "C 1", "TS", "最高裁", "Juzgado Segundo Penal del Circuito Especializado de Bogotá"})
    EXPECT_NE(reasons([&](Ask& a) { a.grounds.order->court = court; }), malformed) << court;
  EXPECT_EQ(reasons([](Ask& a) { a.grounds.order->date = "1900-01-01", a.grounds.order->expires = "9999-12-31"; }),
            malformed)
      << "without an end";
  EXPECT_EQ(reasons([](Ask& a) { a.grounds.order->expires = "2028-05-04"; }), malformed) << "more than two years";
  EXPECT_NE(reasons([](Ask& a) { a.grounds.order->expires = "2028-04-30"; }), malformed);
  EXPECT_EQ(reasons([](Ask& a) { a.grounds.order->number = "no"; }), malformed);
  EXPECT_EQ(reasons([](Ask& a) { a.grounds.order->date = "yesterday"; }), malformed);
  EXPECT_EQ(reasons([](Ask& a) { a.grounds.order->date = "2026-05-01T00:00:00Z"; }), malformed);
  EXPECT_EQ(reasons([](Ask& a) { a.grounds.order->expires = "2026-02-30"; }), malformed);
  EXPECT_EQ(reasons([](Ask& a) { a.grounds.order->expires = "2026-04-30"; }), malformed) << "before its date";
  EXPECT_EQ(reasons([](Ask& a) { a.now_ms = at("2026-05-01") - 1; }), Reasons{"order_not_yet_valid"});
  EXPECT_TRUE(may_ask(&terms,
                      [] {
                        Ask ask = ask_with_order();
                        ask.now_ms = at("2026-07-01") - 1;
                        return ask;
                      }())
                  .permitted);
  EXPECT_EQ(reasons([](Ask& a) { a.now_ms = at("2026-07-01"); }), Reasons{"order_expired"});
}

// R1: what a clause lists travels with the question, or it is refused; a text of an older format asks for none of it.
TEST(MayAsk, r1_grounds_that_a_clause_asks_for_are_judged_by_both_sides_alike) {
  const AcceptedAgreement terms = in_force_3();
  EXPECT_TRUE(may_ask(&terms, sound_ask_3()).permitted) << may_ask(&terms, sound_ask_3()).explanation();
  Ask nothing_said = sound_ask_3();
  nothing_said.grounds = {};
  EXPECT_EQ(may_ask(&terms, nothing_said).reasons, (Reasons{"legal_basis_missing", "subject_category_missing",
                                                            "aim_missing", "urgency_missing", "age_missing"}));
  Ask more = sound_ask_3();
  more.grounds.aim = Aim::kMoreData;  // the clause has to identify
  EXPECT_EQ(may_ask(&terms, more).reasons, Reasons{"aim_not_in_agreement"});
  const AcceptedAgreement older = in_force();
  EXPECT_TRUE(may_ask(&older, nothing_said).permitted);
  Ask old = sound_ask_3();
  for (const auto& [age, permitted] : {std::pair{13, false}, {14, true}, {130, true}}) {
    old.grounds.age = age;
    EXPECT_EQ(may_ask(&terms, old).permitted, permitted) << age;
  }
}

// R23: the day is the asked country's own, five hours behind UTC here.
TEST(MayAsk, r23_the_quota_is_of_the_asked_country_s_civil_day) {
  const AcceptedAgreement terms = in_force_3();
  const auto hours = [&](const char* time) {
    return quota_hours(terms, Purpose::kBorderIdentification, "COL", at(time));
  };
  EXPECT_EQ(day_began_ms(terms, "COL", at("2026-06-01T04:59:59Z")), at("2026-05-31T05:00:00Z"));
  EXPECT_EQ(day_began_ms(terms, "COL", at("2026-06-01T05:00:00Z")), at("2026-06-01T05:00:00Z"));
  EXPECT_EQ(hours("2026-06-01T04:59:59Z"), 24);
  EXPECT_EQ(hours("2026-06-01T05:00:00Z"), 1);
  EXPECT_EQ(hours("2026-06-01T12:30:00Z"), 8);
  EXPECT_EQ(quota_hours(in_force(), Purpose::kBorderIdentification, "COL", at("2026-06-01T05:00:00Z")), 24)
      << "a clause of an older format";
  AcceptedAgreement half = terms;
  half.parties[1].utc_offset_minutes = 330;
  EXPECT_EQ(quota_hours(half, Purpose::kBorderIdentification, "COL", at("2026-06-01T19:10:00Z")), 2)
      << "the day began at 18:30";
}

TEST(MayAsk, what_it_judged_by_goes_through_its_document_unchanged) {
  for (const Ask& each : {sound_ask(), sound_ask_3(), ask_with_order()}) {
    const auto read = read_ask(ask_document(each), 0);
    ASSERT_TRUE(read.ok()) << read.error().message;
    EXPECT_EQ(*read, each);
  }
  Json by_hand = ask_document(sound_ask_3());
  for (const char* member : {"at", "asked_today", "compared_here", "age"}) by_hand.as_object()->erase(member);
  const auto read = read_ask(by_hand, 17);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->now_ms, 17);
  EXPECT_EQ(read->compared_here, std::set{Modality::kFinger});
  EXPECT_FALSE(read_ask(Json(by_hand).set("officer", "me"), 0).ok());
  EXPECT_FALSE(read_ask(Json(by_hand).set("purpose", "curiosity"), 0).ok());
  EXPECT_FALSE(read_ask(Json(by_hand).set("at", "soon"), 0).ok());
}

// R1 as a property: any question inside the matrix is permitted, any outside is denied, and each with a reason that has
// a sentence. What is inside is said here a second time, from the draft and not from the code that decides.
TEST(MayAsk, random_questions_are_permitted_inside_the_matrix_and_nowhere_else) {
  const unsigned seed_used = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed_used));
  std::mt19937 random(seed_used);
  const auto pick = [&](auto... options) {
    const std::array all{options...};
    return all[random() % all.size()];
  };
  const AcceptedAgreement terms = in_force();
  int permitted = 0, denied = 0;
  for (int i = 0; i < 20'000; ++i) {
    Ask ask{.asking = pick("USA", "COL", "USA", "COL", "PER", ""),
            .answering = pick("USA", "COL", "USA", "COL", "PER", ""),
            .purpose = static_cast<Purpose>(random() % kPurposeCount),
            .modalities = {},
            .case_reference = pick("A-17", "2026/4", "2026/5", ""),
            .asked_today = pick(0, 1, 4, 5, 6),
            .answer_within_ms = kDayMs,
            .now_ms = at(pick("2025-12-31", "2026-01-01", "2026-07-01", "2026-12-31", "2027-01-01"))};
    if (random() % 8 != 0) ask.modalities.push_back(Modality::kFinger);
    const bool both =
        (ask.asking == "USA" && ask.answering == "COL") || (ask.asking == "COL" && ask.answering == "USA");
    const bool clause = ask.purpose == Purpose::kBorderIdentification ||
                        (ask.purpose == Purpose::kTraffickingInvestigation && ask.asking == "COL");
    const bool inside = both && clause && !ask.modalities.empty() && !ask.case_reference.empty() &&
                        ask.asked_today < 5 && ask.now_ms >= at("2026-01-01") && ask.now_ms < at("2027-01-01");
    const Decision decision = may_ask(&terms, ask);
    ASSERT_EQ(decision.permitted, inside) << decision.explanation();
    ASSERT_FALSE(decision.reasons.empty());
    for (const std::string& reason : decision.reasons) ASSERT_NE(explain(reason), reason);
    ++(inside ? permitted : denied);
  }
  EXPECT_GT(permitted, 100);
  EXPECT_GT(denied, 1000);
}

}  // namespace
}  // namespace puente::policy
