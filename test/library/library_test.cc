#include <gtest/gtest.h>

#include <puente/puente.h>

#include <map>
#include <string>
#include <thread>
#include <vector>

#include "lab/synth/synth.h"

namespace {

const puente::Image& finger_of(std::uint32_t person) {
  static std::map<std::uint32_t, puente::Image> grown;
  if (!grown.contains(person)) {
    using namespace puente::synth;
    grown[person] = capture(grow_finger(77, person, puente::Finger::kRightIndex), 1);
  }
  return grown[person];
}

struct Owned {
  puente_print* print = nullptr;
  ~Owned() { puente_free_print(print); }
};

puente_code print_of(std::uint32_t person, Owned& made) {
  const puente::Image& image = finger_of(person);
  return puente_print_of_pixels(image.pixels.data(), image.width, image.height, image.ppi, &made.print);
}

TEST(Library, pixels_become_a_print_that_is_like_itself_and_survives_being_written) {
  Owned made, read;
  ASSERT_EQ(print_of(1, made), PUENTE_OK) << puente_message();
  EXPECT_GT(puente_print_minutiae(made.print), 0u);
  EXPECT_GE(puente_print_quality(made.print), 0);
  puente_bytes bytes{};
  ASSERT_EQ(puente_print_write(made.print, PUENTE_FORMAT_OWN, &bytes), PUENTE_OK) << puente_message();
  ASSERT_EQ(puente_print_read(bytes.data, bytes.size, &read.print), PUENTE_OK) << puente_message();
  puente_free_bytes(&bytes);
  EXPECT_EQ(bytes.data, nullptr);
  EXPECT_EQ(puente_print_quality(read.print), -1);
  EXPECT_TRUE(puente_print_reason(read.print, 0) == nullptr) << "a template says nothing of its image";
  double as_made = 0, as_read = 0;
  ASSERT_EQ(puente_compare(made.print, made.print, &as_made), PUENTE_OK);
  ASSERT_EQ(puente_compare(made.print, read.print, &as_read), PUENTE_OK);
  EXPECT_EQ(as_made, as_read);
  EXPECT_GT(as_made, 40);
  EXPECT_LE(puente_false_match_rate(as_made), 1e-4);
  puente_minutia minutia{};
  EXPECT_EQ(puente_print_minutia(made.print, 0, &minutia), PUENTE_OK);
  EXPECT_EQ(puente_print_minutia(made.print, 1000, &minutia), PUENTE_INVALID_INPUT);
}

std::vector<std::string> reasons_of(const puente_print* print) {
  std::vector<std::string> out;
  while (const char* reason = puente_print_reason(print, out.size())) out.emplace_back(reason);
  return out;
}

TEST(Library, says_why_a_print_is_not_better) {
  const puente::Image& image = finger_of(1);
  const auto at = [&](double ppi, Owned& made) {
    return puente_print_of_pixels(image.pixels.data(), image.width, image.height, ppi, &made.print);
  };
  Owned plain, assumed, wrong;
  ASSERT_EQ(at(500, plain), PUENTE_OK);
  std::vector<std::string> reasons = reasons_of(plain.print);
  ASSERT_EQ(at(0, assumed), PUENTE_OK);
  reasons.emplace_back("resolution_assumed");
  EXPECT_EQ(reasons_of(assumed.print), reasons);
  ASSERT_EQ(at(300, wrong), PUENTE_OK) << puente_message();
  EXPECT_EQ(reasons_of(wrong.print), std::vector<std::string>{"implausible_resolution"});
  EXPECT_LE(puente_print_quality(wrong.print), 10) << "nobody is found by it";
  EXPECT_GT(puente_print_quality(plain.print), puente_print_quality(wrong.print));
  EXPECT_EQ(puente_print_reason(nullptr, 0), nullptr);
}

TEST(Library, writes_and_reads_records_of_other_systems) {
  Owned made;
  ASSERT_EQ(print_of(1, made), PUENTE_OK) << puente_message();
  for (const puente_format format :
       {PUENTE_FORMAT_ISO_19794_2_2005, PUENTE_FORMAT_ISO_19794_2_2011, PUENTE_FORMAT_ANSI_378_2004}) {
    puente_bytes bytes{};
    ASSERT_EQ(puente_print_write(made.print, format, &bytes), PUENTE_OK) << puente_message();
    EXPECT_EQ(std::string(bytes.data, bytes.data + 3), "FMR");
    Owned read;
    EXPECT_EQ(puente_print_read(bytes.data, bytes.size, &read.print), PUENTE_OK) << puente_message();
    double score = 0;
    EXPECT_EQ(puente_compare(made.print, read.print, &score), PUENTE_OK);
    EXPECT_GT(score, 20);
    puente_free_bytes(&bytes);
  }
}

TEST(Library, refuses_by_code_and_message_and_leaves_results_alone) {
  puente_print* print = nullptr;
  const std::string text = "no picture at all";
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  EXPECT_NE(puente_print_of_image(bytes, text.size(), 0, &print), PUENTE_OK);
  EXPECT_STRNE(puente_message(), "");
  EXPECT_EQ(puente_print_of_image(nullptr, 0, 0, &print), PUENTE_INVALID_INPUT);
  EXPECT_EQ(puente_print_of_image(bytes, text.size(), 5, &print), PUENTE_INVALID_INPUT);
  EXPECT_EQ(puente_print_of_pixels(bytes, -1, 4, 500, &print), PUENTE_TOO_LARGE);
  EXPECT_EQ(puente_print_of_pixels(bytes, 1 << 30, 1 << 30, 500, &print), PUENTE_TOO_LARGE);
  const std::vector<std::uint8_t> white(400 * 400, 255);
  EXPECT_EQ(puente_print_of_pixels(white.data(), 400, 400, 500, &print), PUENTE_NO_FEATURES) << puente_message();
  EXPECT_EQ(print, nullptr);
  double score = 7;
  EXPECT_EQ(puente_compare(nullptr, nullptr, &score), PUENTE_INVALID_INPUT);
  EXPECT_EQ(score, 7);
  puente_free_print(nullptr);
  puente_free_bytes(nullptr);
  EXPECT_EQ(puente_false_match_rate(-5), 1);
}

TEST(Library, threads_compare_the_same_prints_and_have_messages_of_their_own) {
  Owned one, other;
  ASSERT_EQ(print_of(1, one), PUENTE_OK);
  ASSERT_EQ(print_of(2, other), PUENTE_OK);
  double expected = 0;
  ASSERT_EQ(puente_compare(one.print, other.print, &expected), PUENTE_OK);
  EXPECT_EQ(puente_compare(one.print, nullptr, &expected), PUENTE_INVALID_INPUT);
  const std::string mine = puente_message();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      EXPECT_STREQ(puente_message(), "");
      for (int again = 0; again < 20; ++again) {
        double score = -1;
        EXPECT_EQ(puente_compare(one.print, other.print, &score), PUENTE_OK);
        EXPECT_EQ(score, expected);
      }
    });
  }
  for (std::thread& each : threads) each.join();
  EXPECT_EQ(mine, puente_message());
}

}  // namespace
