#include <gtest/gtest.h>

#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "core/crypto.h"
#include "core/files.h"
#include "core/json.h"
#include "format/image/image.h"
#include "lab/synth/synth.h"

namespace puente::synth {
namespace {

std::vector<std::optional<GrownFinger>> hand_of(std::uint64_t seed, std::uint32_t number, SlapKind kind) {
  std::vector<std::optional<GrownFinger>> fingers;
  for (const Finger position : fingers_of(kind)) fingers.push_back(grow_finger(seed, number, position));
  return fingers;
}

double mean_gray(const Image& image, double left, double right, double top, double bottom) {
  double sum = 0, count = 0;
  for (int y = static_cast<int>(top); y < bottom; ++y)
    for (int x = static_cast<int>(left); x < right; ++x) sum += image.at(x, y), ++count;
  return sum / count;
}

TEST(SlapCapture, is_the_same_on_every_machine_and_marked) {
  const SlapCapture slap = capture_slap(SlapKind::kRightFour, hand_of(1, 1, SlapKind::kRightFour), 1);
  EXPECT_EQ(to_hex(sha256(slap.image.pixels)).substr(0, 16), "40d436397522117d");
  EXPECT_TRUE(is_synthetic(slap.image));
  EXPECT_EQ(slap.image.width, 1600);
  EXPECT_EQ(slap.image.ppi, 500);
}

TEST(SlapCapture, knows_where_its_fingers_are) {
  for (const SlapKind kind : {SlapKind::kRightFour, SlapKind::kLeftFour, SlapKind::kThumbs}) {
    const SlapCapture slap = capture_slap(kind, hand_of(4, 2, kind), 3);
    const std::vector<Finger> places = fingers_of(kind);
    ASSERT_EQ(slap.fingers.size(), places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
      const SlapTruth& truth = slap.fingers[i];
      EXPECT_EQ(truth.place, places[i]);
      EXPECT_EQ(truth.finger, places[i]);
      EXPECT_GT(truth.x, i == 0 ? 0 : slap.fingers[i - 1].x + 200);
      if (truth.outside > 0) continue;
      EXPECT_LT(std::abs(truth.angle), 0.6);
      const double inside = mean_gray(slap.image, truth.x - 40, truth.x + 40, truth.y - 40, truth.y + 40);
      EXPECT_LT(inside, 215);
      EXPECT_GE(truth.left, 0);
      EXPECT_LE(truth.bottom, slap.image.height);
    }
  }
}

TEST(SlapCapture, leaves_missing_fingers_out_and_takes_others_fingers) {
  std::vector<std::optional<GrownFinger>> fingers = hand_of(4, 2, SlapKind::kRightFour);
  fingers[2].reset();
  std::swap(fingers[0], fingers[1]);
  const SlapCapture slap = capture_slap(SlapKind::kRightFour, fingers, 3);
  ASSERT_EQ(slap.fingers.size(), 3u);
  EXPECT_EQ(slap.fingers[0].place, Finger::kRightIndex);
  EXPECT_EQ(slap.fingers[0].finger, Finger::kRightMiddle);
  EXPECT_EQ(slap.fingers[2].place, Finger::kRightLittle);
}

TEST(WriteSlaps, writes_marked_images_and_where_each_finger_is) {
  const std::filesystem::path directory =
      std::filesystem::temp_directory_path() / ("slap_test_" + std::to_string(::getpid()));
  std::filesystem::remove_all(directory);
  WriteSlapsOptions options;
  options.directory = directory;
  options.seed = 4;
  options.count = 2;
  options.kinds = {SlapKind::kRightFour};
  options.threads = 2;
  ASSERT_TRUE(write_slaps(options).ok());
  const auto index = parse_json(text(*read_file(directory / "slaps.json", 1 << 20)));
  ASSERT_TRUE(index.ok());
  ASSERT_EQ(index->as_array()->size(), 2u);
  const Json& second = index->as_array()->at(1);
  EXPECT_EQ(second["file"], Json("000002_PLAIN_RIGHT_FOUR_FINGERS_1.png"));
  EXPECT_EQ(second["fingers"].as_array()->size(), 4u);
  EXPECT_EQ(second["fingers"].as_array()->at(1)["position"], Json("RIGHT_MIDDLE"));
  const auto image = format::decode_image(*read_file(directory / *second["file"].as_string(), 1 << 24));
  ASSERT_TRUE(image.ok());
  EXPECT_TRUE(is_synthetic(*image));
  EXPECT_EQ(image->pixels, capture_slap(SlapKind::kRightFour, hand_of(4, 2, SlapKind::kRightFour), 1).image.pixels);
  EXPECT_EQ(write_slaps(options).error().code, Code::kConflict);
  options.overwrite = true;
  options.capture.difficulty = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(write_slaps(options).error().code, Code::kInvalidInput);
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace puente::synth
