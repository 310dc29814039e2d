// What one node does for itself: enrol, identify, verify, erase, restart.
#include <filesystem>
#include <thread>

#include "flow/world.h"

namespace puente::flow {
namespace {

class Local : public ::testing::Test {
 protected:
  World world;
  service::Node& node() { return *world.usa.node; }
};

TEST_F(Local, somebody_enrolled_is_found_verified_and_read) {
  const auto enrolled = world.enrol(world.usa, 1, "p-1");
  EXPECT_TRUE(enrolled.enrolled);
  world.enrol(world.usa, 2, "p-2");
  const auto found = must(node().identify(kOfficer, fingers_of(1, 2), kOurFile));
  ASSERT_EQ(found.candidates.size(), 1u);
  EXPECT_EQ(found.candidates[0].person_id, "p-1");
  EXPECT_LE(found.candidates[0].expected_false, 1e-4);
  EXPECT_TRUE(must(node().verify(kOfficer, "p-1", fingers_of(1, 3), kOurFile)).match);
  EXPECT_FALSE(must(node().verify(kOfficer, "p-2", fingers_of(1, 3), kOurFile)).match);
  EXPECT_EQ(node().verify(kOfficer, "p-9", fingers_of(1, 3), kOurFile).error().code, Code::kNotFound);
  EXPECT_EQ(must(node().read_encounter(kOfficer, "p-1", enrolled.encounter_id)).biographic, biography_of(1));
}

TEST_F(Local, somebody_known_under_another_id_is_said_so_and_not_enrolled_unless_insisted) {
  world.enrol(world.usa, 1, "p-1");
  service::EnrolRequest again;
  again.person_id = "p-other";
  again.samples = fingers_of(1, 2);
  const auto refused = must(node().enrol(kOfficer, again));
  EXPECT_FALSE(refused.enrolled);
  ASSERT_EQ(refused.known_as.size(), 1u);
  EXPECT_EQ(refused.known_as[0].person_id, "p-1");
  EXPECT_EQ(node().health().people, 1u);
  again.enrol_if_known = true;
  EXPECT_TRUE(must(node().enrol(kOfficer, again)).enrolled);
  EXPECT_EQ(node().health().people, 2u);
}

TEST_F(Local, the_details_say_how_a_user_came_and_the_leaf_does_not) {
  must(node().cases(kExaminer));
  must(node().cases({kExaminer.user, Role::kExaminer, true}));
  EXPECT_EQ(node().cases({kOfficer.user, Role::kOfficer, true}).error().code, Code::kDenied);
  std::vector<std::string> came;
  for (const auto& line : must(node().log_entries(kAuditor, {})).lines) {
    const std::string* how = line.details["came"].as_string();
    came.push_back(how == nullptr ? "" : *how);
    EXPECT_TRUE(line.leaf["came"].is_null());
  }
  ASSERT_GE(came.size(), 3u);
  EXPECT_EQ(std::vector<std::string>(came.end() - 3, came.end()), (std::vector<std::string>{"token", "keys", "keys"}));
  EXPECT_EQ(came.front(), "") << "the node itself";
}

TEST_F(Local, two_enrolments_of_one_id_at_once_leave_one) {
  std::array<Code, 2> codes{};
  fingers_of(1, 1);
  const auto enrol = [&](std::size_t which) {
    service::EnrolRequest request;
    request.person_id = "same";
    request.encounter_id = "same";
    request.samples = fingers_of(1, 1);
    const auto answer = node().enrol(kOfficer, std::move(request));
    codes[which] = answer.ok() ? Code{} : answer.error().code;
  };
  std::thread other(enrol, 1);
  enrol(0);
  other.join();
  EXPECT_TRUE((codes[0] == Code{}) != (codes[1] == Code{}));
  EXPECT_TRUE(codes[0] == Code::kAlreadyExists || codes[1] == Code::kAlreadyExists);
  EXPECT_EQ(node().health().fingers, 2u);
}

TEST_F(Local, two_enrolments_of_one_person_under_two_ids_at_once_leave_one) {
  std::array<bool, 2> enrolled{};
  fingers_of(1, 1), fingers_of(1, 2);
  const auto enrol = [&](std::size_t which) {
    service::EnrolRequest request;
    request.person_id = "name-" + std::to_string(which);
    request.samples = fingers_of(1, static_cast<std::uint32_t>(which) + 1);
    enrolled[which] = must(node().enrol(kOfficer, std::move(request))).enrolled;
  };
  std::thread other(enrol, 1);
  enrol(0);
  other.join();
  EXPECT_NE(enrolled[0], enrolled[1]);
}

TEST_F(Local, a_restart_loses_nothing_and_an_erased_person_stays_erased) {
  world.enrol(world.usa, 1, "p-1");
  world.enrol(world.usa, 2, "p-2");
  EXPECT_EQ(node().erase_person(kOfficer, "p-2", "asked for it in writing").error().code, Code::kDenied);
  must(node().erase_person(kSupervisor, "p-2", "asked for it in writing"));
  EXPECT_TRUE(must(node().identify(kOfficer, fingers_of(2, 2), kOurFile)).candidates.empty());
  world.start(world.usa);
  EXPECT_EQ(must(node().identify(kOfficer, fingers_of(1, 2), kOurFile)).candidates.size(), 1u);
  EXPECT_TRUE(must(node().identify(kOfficer, fingers_of(2, 2), kOurFile)).candidates.empty());
  EXPECT_TRUE(world.verify_log(world.usa).ok);
}

TEST_F(Local, a_snapshot_of_the_gallery_serves_a_restart_and_never_brings_the_erased_back) {
  const std::filesystem::path snapshot = std::filesystem::path(world.usa.directory) / "gallery.index";
  const std::filesystem::path aside = std::filesystem::path(world.usa.directory) / "aside";
  world.enrol(world.usa, 1, "p-1");
  world.enrol(world.usa, 2, "p-2");
  node().work();
  ASSERT_TRUE(std::filesystem::exists(snapshot));
  world.enrol(world.usa, 3, "p-3");  // not in it
  world.start(world.usa);
  EXPECT_EQ(node().health().people, 3u);
  for (const std::uint32_t finger : {1u, 2u, 3u})
    EXPECT_EQ(must(node().identify(kOfficer, fingers_of(finger, 2), kOurFile)).candidates.size(), 1u) << finger;
  std::filesystem::copy_file(snapshot, aside);
  must(node().erase_person(kSupervisor, "p-2", "asked for it in writing"));
  EXPECT_FALSE(std::filesystem::exists(snapshot));
  std::filesystem::rename(aside, snapshot);  // as an old backup would
  world.start(world.usa);
  EXPECT_TRUE(must(node().identify(kOfficer, fingers_of(2, 2), kOurFile)).candidates.empty());
  EXPECT_EQ(node().health().people, 2u);
  EXPECT_FALSE(std::filesystem::exists(snapshot));
}

TEST_F(Local, r11_what_is_past_its_retention_is_erased) {
  world.enrol(world.usa, 1, "p-1");
  world.clock.advance_ms(3651 * kDayMs);
  node().work();
  EXPECT_EQ(node().health().people, 0u);
}

TEST_F(Local, bad_images_get_a_clear_error_and_change_nothing) {
  const std::uint64_t before = node().health().log_size;
  const auto code_of = [&](Bytes image) {
    service::EnrolRequest request;
    request.samples = {{FingerCapture::kRightIndex, std::move(image), 0}};
    const auto answer = node().enrol(kOfficer, std::move(request));
    EXPECT_FALSE(answer.ok());
    EXPECT_FALSE(answer.error().message.empty());
    return answer.ok() ? Code{} : answer.error().code;
  };
  EXPECT_EQ(code_of({}), Code::kInvalidInput);
  EXPECT_EQ(code_of(to_bytes("not an image")), Code::kInvalidInput);
  Bytes cut = fingers_of(1, 1)[0].image;
  cut.resize(cut.size() / 2);
  EXPECT_EQ(code_of(cut), Code::kInvalidInput);
  Image blank{300, 300, 1, 500, Bytes(90'000, 255)};
  EXPECT_EQ(code_of(must(format::encode_png(blank))), Code::kNoFeatures);
  EXPECT_EQ(node().health().people, 0u);
  EXPECT_EQ(node().health().log_size, before + 1) << "what was asked for again is counted, and nothing else";
}

TEST_F(Local, an_entry_can_be_proven_without_the_node) {
  const auto enrolled = world.enrol(world.usa, 1, "p-1");
  const std::string proof = must(node().proof(enrolled.receipt.index));
  const auto rows = must(must(store::open_log(world.usa.directory))->log_rows(enrolled.receipt.index, 1));
  const audit::VerifierKey key{"puente/USA", audit::KeyType::kLog, world.usa.log.public_key()};
  EXPECT_EQ(must(audit::check_proof(proof, rows[0].leaf, key, {})).index, enrolled.receipt.index);
  EXPECT_FALSE(audit::check_proof(proof, to_bytes("another entry"), key, {}).ok());
}

}  // namespace
}  // namespace puente::flow
