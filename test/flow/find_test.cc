// Who may be found: what policy permits and what a search finds are the same, and stay so.
#include <algorithm>

#include "flow/world.h"
#include "identify/identify.h"
#include "modality/finger/finger.h"

namespace puente::flow {
namespace {

using identify::Enrolled;

Standing standing(std::set<std::string> withheld_from, std::set<std::string> galleries, bool active, bool disputed) {
  Standing out;
  out.withheld_from = std::move(withheld_from);
  out.galleries = std::move(galleries);
  out.active = active;
  out.disputed = disputed;
  return out;
}

// A right index finger, on some day.
finger::Template impression(std::uint32_t day) {
  return must(finger::extract(must(format::decode_image(fingers_of(1, day)[0].image)))).features;
}

// Each combination of what may stand beside an encounter.
std::vector<Standing> assorted_standings() {
  std::vector<Standing> out;
  for (const std::set<std::string>& withheld_from :
       {std::set<std::string>{}, {"USA"}, {"VEN"}, {"USA", "VEN"}, {"nowhere"}})
    for (const std::set<std::string>& galleries :
         {std::set<std::string>{kMainGallery}, {"watch"}, {kMainGallery, "watch"}, {}})
      for (const bool active : {true, false})
        for (const bool disputed : {false, true}) out.push_back(standing(withheld_from, galleries, active, disputed));
  return out;
}

std::vector<Scope> assorted_scopes() {
  return {Scope::own(),
          Scope::own({"watch"}),
          Scope::own({kMainGallery, "watch"}),
          Scope::own({}),
          Scope::partner("USA"),
          Scope::partner("VEN"),
          Scope::partner("USA", {"watch"}),
          Scope::partner("USA", {}),
          Scope::partner("PER", {kMainGallery, "watch"}),
          Scope::partner("", {kMainGallery})};
}

// All have the same finger, so that who is missing from a search's answer was hidden from it.
class Find : public ::testing::Test {
 protected:
  void enrol(const std::string& person, const std::string& encounter, const Standing& standing) {
    gallery.add({Enrolled{person, encounter, standing, {identify::make_print(Finger::kRightIndex, enrolled_finger)}}});
    enrolled[{person, encounter}] = standing;
  }
  std::set<std::string> found(const Scope& scope) const {
    const auto found = gallery.search(probe, scope, {.candidates_max = 10'000, .expected_false_max = 1e9});
    std::set<std::string> out;
    for (const Candidate& each : found.candidates) out.insert(each.person_id);
    return out;
  }
  // By policy alone: what hides any encounter from partners, hides all of that person's.
  std::set<std::string> permitted(const Scope& scope) const {
    std::map<std::string, Standing> hidden;
    for (const auto& [ids, each] : enrolled) {
      Standing& of_person = hidden[ids.first];
      of_person.withheld_from.insert(each.withheld_from.begin(), each.withheld_from.end());
      of_person.disputed = of_person.disputed || each.disputed;
    }
    std::set<std::string> out;
    for (const auto& [ids, each] : enrolled) {
      Standing together = each;
      together.withheld_from = hidden[ids.first].withheld_from;
      together.disputed = hidden[ids.first].disputed;
      if (policy::may_find(together, scope).permitted) out.insert(ids.first);
    }
    return out;
  }
  void expect_agreement() const {
    for (const Scope& scope : assorted_scopes()) {
      const auto wanted = permitted(scope);
      EXPECT_EQ(found(scope), wanted) << (scope.is_own() ? "own" : scope.country());
      for (const auto& [ids, each] : enrolled) {
        const auto compared = gallery.compare_person(probe, ids.first, scope);
        EXPECT_EQ(compared.has_value(), wanted.contains(ids.first)) << ids.first;
      }
    }
  }
  identify::Gallery gallery;
  std::map<std::pair<std::string, std::string>, Standing> enrolled;
  const finger::Template enrolled_finger = impression(1);
  const std::vector<identify::Probe> probe{identify::make_probe(Finger::kRightIndex, impression(2))};
};

TEST_F(Find, a_search_finds_exactly_whom_policy_permits) {
  const auto standings = assorted_standings();
  for (std::size_t i = 0; i < standings.size(); ++i) enrol("p-" + std::to_string(i), "e-1", standings[i]);
  EXPECT_LT(permitted(Scope::partner("USA")).size(), permitted(Scope::own()).size());
  EXPECT_GT(permitted(Scope::partner("USA")).size(), 0u);
  expect_agreement();
}

TEST_F(Find, of_several_encounters_each_counts_and_what_hides_one_hides_all) {
  const auto standings = assorted_standings();
  for (std::size_t i = 0; i < standings.size(); ++i)
    for (std::size_t k = 0; k < 3; ++k)
      enrol("p-" + std::to_string(i), "e-" + std::to_string(k), standings[(i * 7 + k * 10) % standings.size()]);
  expect_agreement();
}

TEST_F(Find, a_change_of_standing_is_seen_by_the_next_search_and_by_what_came_since) {
  const auto standings = assorted_standings();
  for (std::size_t i = 0; i < standings.size(); ++i) enrol("p-" + std::to_string(i), "e-1", standings[i]);
  const identify::Limits limits{.candidates_max = 10'000, .expected_false_max = 1e9};
  std::vector<identify::Found> before;
  for (const Scope& scope : assorted_scopes()) before.push_back(gallery.search(probe, scope, limits));
  for (std::size_t i = 0; i < standings.size(); i += 3) {
    enrolled[{"p-" + std::to_string(i), "e-1"}] = standings[(i + 17) % standings.size()];
    gallery.set_standing("p-" + std::to_string(i), "e-1", standings[(i + 17) % standings.size()]);
  }
  expect_agreement();
  const auto scopes = assorted_scopes();
  for (std::size_t i = 0; i < scopes.size(); ++i) {
    std::set<std::string> now;
    for (const Candidate& each : gallery.since(before[i], probe, scopes[i], limits).candidates)
      now.insert(each.person_id);
    EXPECT_EQ(now, permitted(scopes[i]));
  }
}

TEST(FindFlow, r2_one_later_encounter_that_is_withheld_hides_the_person_at_once_and_after_a_restart) {
  World world;
  world.enrol(world.col, 1, "bogota-1");
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kHit);
  world.enrol(world.col, 1, "bogota-1", {"USA"});
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kNoHit);
  world.start(world.col);
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kNoHit);
  EXPECT_EQ(must(world.col.node->identify(kOfficer, fingers_of(1, 2), kOurFile)).candidates.size(), 1u);
}

TEST(FindFlow, a_hit_on_somebody_hidden_since_is_confirmed_in_vain_even_if_shown_again) {
  World world;
  world.enrol(world.col, 1, "bogota-1");
  const Question hit = world.ask(world.usa, world.col, 1);
  service::EnrolRequest hiding;
  hiding.person_id = "bogota-1";
  hiding.samples = fingers_of(1, 1);
  hiding.withheld_from = {"USA"};
  hiding.protection_class = ProtectionClass::kAsylum;
  hiding.retention_days = 1;
  must(world.col.node->enrol(kOfficer, hiding));
  must(world.decide(world.col, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  world.line_down = true;
  world.col.node->work();
  world.clock.advance_ms(2 * kDayMs);
  world.col.node->work();  // the encounter that hides is past its retention: that ends nothing
  must(world.col.node->propose_lift(kSupervisor, "bogota-1", "the claim was withdrawn in writing"));
  must(world.col.node->lift_protection({"supervisor.two", Role::kSupervisor}, "bogota-1", "read the file, it is so"));
  world.line_down = false;
  EXPECT_EQ(world.ask(world.usa, world.col, 1).state, QuestionState::kHit);
  world.clock.advance_ms(kHourMs);
  world.col.node->work();
  EXPECT_EQ(world.state(world.usa, hit).state, QuestionState::kNotConfirmed);
  EXPECT_TRUE(world.state(world.usa, hit).released.empty());
  EXPECT_EQ(world.count(world.col, "nothing_released"), 1);
  EXPECT_EQ(world.count(world.col, "released"), 0);  // what did not leave has no entry that says so
  for (const Case& each : must(world.col.node->cases(kExaminer)).cases) EXPECT_NE(each.state, CaseState::kReleased);
}

}  // namespace
}  // namespace puente::flow
