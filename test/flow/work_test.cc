// Each sample is opened, extracted, encoded and sketched once a node: counted along the path of a question, and held
// against the table in docs/ARCHITECTURE.md.
#include <fstream>
#include <sstream>

#include "core/tally.h"
#include "flow/world.h"

namespace puente::flow {
namespace {

using Counts = std::array<std::uint64_t, kWorkCount>;

// The table's rows by their first cell: a number for each kind of work.
std::map<std::string, Counts> told() {
  std::ifstream page(PUENTE_SOURCE_DIR "/docs/ARCHITECTURE.md");
  std::map<std::string, Counts> rows;
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line == "<!-- counted -->") inside = true;
    if (line == "<!-- end of counted -->") inside = false;
    if (!inside || !line.starts_with("| ")) continue;
    std::istringstream cells(line.substr(2));
    std::string name;
    std::getline(cells, name, '|');
    while (name.ends_with(' ')) name.pop_back();
    Counts counts{};
    bool numbers = true;
    for (std::uint64_t& count : counts) {
      std::string cell;
      numbers = numbers && std::getline(cells, cell, '|') && (std::istringstream(cell) >> count);
    }
    if (numbers) rows[name] = counts;
  }
  return rows;
}

class Counted : public ::testing::Test {
 protected:
  World world;
  const std::map<std::string, Counts> table = told();
  Counts before = tallied();

  void start() { before = tallied(); }
  void expect(const std::string& row) {
    const Counts after = tallied();
    ASSERT_TRUE(table.contains(row)) << "docs/ARCHITECTURE.md has no row \"" << row << '"';
    for (int i = 0; i < kWorkCount; ++i) {
      const auto at = static_cast<std::size_t>(i);
      EXPECT_EQ(after[at] - before[at], table.at(row)[at]) << row << ": " << to_string(static_cast<Work>(i));
    }
  }
};

// A person of two rolled prints and a slap of the right hand, as WSQ; a question with two single prints.
TEST_F(Counted, along_the_path_of_a_question_as_the_architecture_says) {
  const auto finger = [](Finger which) { return synth::grow_finger(77, 1, which); };
  const auto print = [&](Finger which, std::uint32_t day) {
    const Image image = synth::capture(finger(which), day, {.difficulty = 0.5});
    return Sample{.position = capture_of(which), .image = must(format::encode_wsq(image, 2.25)), .ppi = 500};
  };
  service::EnrolRequest enrol;
  enrol.person_id = "p-1";
  enrol.samples = {print(Finger::kRightIndex, 1), print(Finger::kLeftIndex, 1)};
  std::vector<std::optional<synth::GrownFinger>> hand;
  for (const Finger which : synth::fingers_of(synth::SlapKind::kRightFour)) hand.emplace_back(finger(which));
  const Image slap = synth::capture_slap(synth::SlapKind::kRightFour, hand, 1, {.difficulty = 0.5}).image;
  enrol.samples.push_back(
      {.position = FingerCapture::kPlainRightFour, .image = must(format::encode_wsq(slap, 2.25)), .ppi = 500});
  service::AskRequest ask;
  ask.partner = "COL";
  ask.case_reference = "FILE-2026-17";
  ask.grounds.legal_basis = "a test";
  ask.samples = {print(Finger::kRightIndex, 2), print(Finger::kLeftIndex, 2)};

  start();
  ASSERT_TRUE(must(world.col.node->enrol(kOfficer, enrol)).enrolled);
  expect("enrol");
  start();
  const Question question = must(world.usa.node->ask(kOfficer, ask));
  expect("ask");
  start();
  world.usa.node->work();  // delivers it; the other side answers
  expect("answer");
  const Question hit = world.state(world.usa, question);
  ASSERT_EQ(hit.state, QuestionState::kHit);
  mark_probe(world.col, hit.reference);
  start();
  const auto view = must(world.col.node->view_case(kExaminer, hit.reference));
  EXPECT_EQ(view.exhibit.pairs.size(), 2u);
  expect("view");
  start();
  must(world.col.node->case_picture(kExaminer, hit.reference, 0, service::PictureKind::kClean));
  expect("picture");
  must(world.col.node->case_picture(kExaminer, hit.reference, 1, service::PictureKind::kClean));
  start();
  must(world.col.node->decide_case(kExaminer, hit.reference, Verdict::kConfirm, "same ridge flow and minutiae"));
  must(world.col.node->release_card(kSupervisor, hit.reference));
  must(world.col.node->decide_release(kSupervisor, hit.reference, ReleaseDecision::kRelease, kFacts));
  world.col.node->work();
  expect("verdict and release");
  EXPECT_EQ(world.state(world.usa, question).state, QuestionState::kReleased);
}

}  // namespace
}  // namespace puente::flow
