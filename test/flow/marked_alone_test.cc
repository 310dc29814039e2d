// R7, story 5: what an examiner finds on the question's prints is found before the candidate's are seen, and locked.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "flow/world.h"

namespace puente::flow {
namespace {

constexpr const char* kMarkedSame = "same ridge flow and minutiae";

class MarkedAlone : public ::testing::Test {
 protected:
  MarkedAlone() {
    world.enrol(world.col, 1, "bogota-1");
    hit = world.ask(world.usa, world.col, 1);
  }
  service::Node& col() { return *world.col.node; }
  service::CaseView seen_by(const Caller& examiner) { return must(col().view_case(examiner, hit.reference)); }
  Result<Bytes> picture(std::size_t pair, service::PictureKind kind, const Caller& examiner = kExaminer) {
    return col().case_picture(examiner, hit.reference, pair, kind);
  }
  void look_at_probes() {
    for (std::size_t pair = 0; pair < 2; ++pair) must(picture(pair, kProbe));
  }
  static constexpr auto kProbe = service::PictureKind::kProbe;
  Result<service::ShownCase> lock(std::vector<std::vector<Mark>> marks, const Caller& examiner = kExaminer) {
    return col().lock_probe(examiner, hit.reference, std::move(marks));
  }

  World world;
  Question hit;
};

TEST_F(MarkedAlone, story_5_until_then_nothing_of_the_candidate_is_shown) {
  const service::CaseView before = seen_by(kExaminer);
  ASSERT_EQ(before.exhibit.pairs.size(), 2u);
  for (const ExhibitPair& pair : before.exhibit.pairs) {
    EXPECT_FALSE(pair.probe.image.empty());
    EXPECT_TRUE(pair.probe.marks.empty()) << "what a machine found is a hint";
    EXPECT_TRUE(pair.reference.image.empty() && pair.reference.marks.empty() && pair.matched.empty());
    EXPECT_EQ(pair.reference.width, 0);
    EXPECT_EQ(pair.rotation, 0);
  }
  using enum service::PictureKind;
  for (const auto kind : {kReference, kClean, kAligned, kMarked})
    EXPECT_EQ(picture(0, kind).error().code, Code::kDenied);
  EXPECT_EQ(must(picture(0, kProbeClean)), must(picture(0, service::PictureKind::kProbe)));
  mark_probe(world.col, hit.reference);
  for (const ExhibitPair& pair : seen_by(kExaminer).exhibit.pairs) EXPECT_FALSE(pair.reference.image.empty());
  EXPECT_TRUE(picture(0, service::PictureKind::kClean).ok());
}

// How much a machine found is its score, and would tell a hit from a seeded pair of two people.
TEST_F(MarkedAlone, r7_what_the_search_took_for_the_same_is_shown_to_nobody) {
  mark_probe(world.col, hit.reference);
  for (const ExhibitPair& pair : seen_by(kExaminer).exhibit.pairs) {
    EXPECT_TRUE(pair.matched.empty());
    EXPECT_FALSE(pair.reference.marks.empty());
    const double steps = pair.rotation * 36 / std::numbers::pi;
    EXPECT_NEAR(steps, std::round(steps), 1e-3);
  }
}

TEST_F(MarkedAlone, story_5_no_verdict_and_no_marks_without_that_look) {
  const auto marks = some_marks(seen_by(kExaminer).exhibit);
  const auto verdict = col().decide_case(kExaminer, hit.reference, Verdict::kReject, "the cores differ clearly");
  EXPECT_EQ(verdict.error().code, Code::kDenied);
  EXPECT_NE(verdict.error().message.find("after you have marked"), std::string::npos) << verdict.error().message;
  EXPECT_TRUE(picture(0, kProbe).ok());
  EXPECT_EQ(lock(marks).error().code, Code::kDenied) << "one of two prints was looked at";
  EXPECT_TRUE(picture(1, kProbe, kSecondExaminer).ok());
  EXPECT_EQ(lock(marks).error().code, Code::kDenied) << "somebody else looked at the other";
  EXPECT_TRUE(picture(1, kProbe).ok());
  EXPECT_TRUE(lock(marks).ok());
}

TEST_F(MarkedAlone, story_5_nothing_is_added_once_the_candidate_was_seen_not_after_a_restart_either) {
  mark_probe(world.col, hit.reference);
  EXPECT_EQ(lock(some_marks(seen_by(kExaminer).exhibit)).error().code, Code::kDenied);
  world.start(world.col);
  EXPECT_TRUE(seen_by(kExaminer).is_locked);
  EXPECT_EQ(lock(some_marks(seen_by(kExaminer).exhibit)).error().code, Code::kDenied);
}

TEST_F(MarkedAlone, story_5_another_examiner_sees_neither_marks_nor_that_there_are_any) {
  const auto untouched = must(col().case_facts(kSecondExaminer, hit.reference));
  const Bytes alone = must(col().case_picture(kSecondExaminer, hit.reference, 0, kProbe));
  mark_probe(world.col, hit.reference);
  EXPECT_NE(must(col().case_picture(kExaminer, hit.reference, 0, kProbe)), alone) << "their own";
  EXPECT_EQ(must(col().case_picture(kExaminer, hit.reference, 0, service::PictureKind::kProbeClean)), alone);
  EXPECT_EQ(must(col().case_picture(kSecondExaminer, hit.reference, 0, kProbe)), alone);
  const auto facts = must(col().case_facts(kSecondExaminer, hit.reference));
  EXPECT_TRUE(facts.locked.empty());
  EXPECT_EQ(facts.doubts, untouched.doubts);
  EXPECT_FALSE(seen_by(kSecondExaminer).is_locked);
  for (const auto& each : must(col().cases(kSupervisor)).cases) EXPECT_TRUE(each.locked.empty());
}

// A screen lays both prints beside each other by itself: the candidate's alone is the look that a verdict asks for.
TEST_F(MarkedAlone, story_5_who_saw_the_candidates_print_alone_has_looked_at_the_pair) {
  mark_probe(world.col, hit.reference);
  seen_by(kExaminer);
  const auto reject = [&] { return col().decide_case(kExaminer, hit.reference, Verdict::kReject, "the cores differ"); };
  must(picture(0, service::PictureKind::kReference));
  EXPECT_EQ(reject().error().code, Code::kDenied) << "one of two";
  must(picture(1, service::PictureKind::kProbeClean));
  EXPECT_EQ(reject().error().code, Code::kDenied) << "the question's print is not the candidate's";
  EXPECT_NE(must(picture(1, service::PictureKind::kReference)), must(picture(1, service::PictureKind::kProbeClean)));
  EXPECT_TRUE(reject().ok());
}

TEST_F(MarkedAlone, r7_marks_that_no_look_gives_are_refused_with_their_reason) {
  const Exhibit exhibit = seen_by(kExaminer).exhibit;
  look_at_probes();
  const auto marks = some_marks(exhibit);
  const auto expect_refused = [&](const std::string& why,
                                  const std::function<void(std::vector<std::vector<Mark>>&)>& change) {
    auto changed = marks;
    change(changed);
    const auto refused = lock(changed);
    EXPECT_EQ(refused.error().code, Code::kInvalidInput) << why;
    EXPECT_NE(refused.error().message.find(why), std::string::npos) << refused.error().message;
  };
  expect_refused("say of each print", [](auto& all) { all.pop_back(); });
  expect_refused("at least three", [](auto& all) { all[1].pop_back(); });
  expect_refused("at most 255", [](auto& all) { all[0].resize(300, {1, 1, 0, 0}); });
  expect_refused("beside its print", [](auto& all) { all[0][0].x = 100'000; });
  expect_refused("on one spot", [](auto& all) { all[1][2] = all[1][1]; });
  EXPECT_FALSE(seen_by(kExaminer).is_locked);
  EXPECT_EQ(world.count(world.col, "probe_locked"), 0);
}

TEST_F(MarkedAlone, r7_of_no_value_is_said_too_and_then_nothing_is_confirmed) {
  look_at_probes();
  must(lock({{}, {}}));
  look(world.col, hit.reference);
  const auto confirmed = col().decide_case(kExaminer, hit.reference, Verdict::kConfirm, kMarkedSame);
  EXPECT_EQ(confirmed.error().code, Code::kDenied);
  EXPECT_NE(confirmed.error().message.find("of value"), std::string::npos) << confirmed.error().message;
  EXPECT_EQ(must(col().decide_case(kExaminer, hit.reference, Verdict::kInconclusive, "no ridge is clear")).state,
            CaseState::kOpen)
      << "another is asked";
}

TEST_F(MarkedAlone, r6_the_marks_go_with_the_probe_and_the_log_never_had_them) {
  const Case decided = must(examine_as(kExaminer, world.col, hit.reference, Verdict::kConfirm, kMarkedSame));
  ASSERT_EQ(decided.locked.size(), 1u);
  const LockedProbe& kept = decided.locked.begin()->second;
  EXPECT_TRUE(kept.marks.empty());
  EXPECT_EQ(kept.counts, (std::vector<std::uint8_t>{3, 3}));
  const auto locked = must(col().log_entries(kAuditor, {.event = "probe_locked"})).lines;
  ASSERT_EQ(locked.size(), 1u);
  EXPECT_TRUE(locked[0].leaf["exchange"].is_null()) << canonical(locked[0].leaf);
  EXPECT_EQ(canonical(locked[0].details["marks"]), "[3,3]") << "how many, not where";
  const auto verdict = must(col().log_entries(kAuditor, {.event = "case_decided"})).lines;
  ASSERT_EQ(verdict.size(), 1u);
  EXPECT_EQ(canonical((*verdict[0].details["verdicts"].as_array())[0]["marks"]), "[3,3]");
}

// There one may be any user: one would lock in another's name, or see the candidate in it and mark "alone" as oneself.
TEST_F(MarkedAlone, story_5_nobody_marks_at_the_keys) {
  look_at_probes();
  Caller at_the_keys = kExaminer;
  at_the_keys.at_the_keys = true;
  EXPECT_EQ(lock({{}, {}}, at_the_keys).error().code, Code::kDenied);
  EXPECT_FALSE(seen_by(kExaminer).is_locked);
}

// Or a verdict tried before the marks would tell of the candidate what is not shown yet.
TEST_F(MarkedAlone, story_5_a_verdict_that_is_tried_before_says_nothing_of_the_candidate) {
  service::EnrolRequest other;
  other.person_id = "bogota-1";
  other.samples = fingers_of(2, 1);
  other.overrule = "the earlier prints were taken from the wrong person";
  must(col().enrol(kSupervisor, std::move(other)));
  const auto tried = col().decide_case(kExaminer, hit.reference, Verdict::kConfirm, kMarkedSame);
  EXPECT_EQ(tried.error().message.find("what else speaks against"), std::string::npos) << tried.error().message;
  EXPECT_NE(tried.error().message.find("after you have marked"), std::string::npos) << tried.error().message;
}

TEST_F(MarkedAlone, nobody_but_an_examiner_marks) {
  for (const Caller& each : {kOfficer, kSupervisor, kAuditor})
    EXPECT_EQ(lock({{}, {}}, each).error().code, Code::kDenied) << each.user;
}

}  // namespace
}  // namespace puente::flow
