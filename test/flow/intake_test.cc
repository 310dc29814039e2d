// The road in, walked by synthetic people: how often each costly step is taken, and what leaves.
#include "intake/intake.h"

#include <gtest/gtest.h>

#include "core/limits.h"
#include "core/tally.h"
#include "core/testing_paper.h"
#include "flow/world.h"
#include "format/image/image.h"
#include "lab/synth/synth.h"

namespace puente::intake {
namespace {

synth::GrownFinger finger(Finger position) {
  static std::map<Finger, synth::GrownFinger> grown;
  if (!grown.contains(position)) grown.emplace(position, synth::grow_finger(77, 1, position));
  return grown.at(position);
}

Image pixels(Finger position, std::uint32_t day = 1) {
  return synth::capture(finger(position), day, {.difficulty = 0.5});
}

Sample print(Finger position) {
  return {.position = capture_of(position), .image = *format::encode_wsq(pixels(position), 1.6), .impression = 1};
}

Sample slap(FingerCapture claimed = FingerCapture::kPlainRightFour) {
  std::vector<std::optional<synth::GrownFinger>> fingers;
  for (const Finger position : synth::fingers_of(synth::SlapKind::kRightFour)) fingers.push_back(finger(position));
  const auto captured = synth::capture_slap(synth::SlapKind::kRightFour, fingers, 1, {.difficulty = 0.5});
  return {.position = claimed, .image = *format::encode_png(captured.image), .impression = 0};
}

struct Counts {
  std::uint64_t decode = 0, extract = 0, encode = 0, sketch = 0, prepare = 0, compare = 0;
  auto operator<=>(const Counts&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Counts& c) {
  return out << "decode " << c.decode << " extract " << c.extract << " encode " << c.encode << " sketch " << c.sketch
             << " prepare " << c.prepare << " compare " << c.compare;
}
Counts counted(const std::function<void()>& work) {
  const auto before = tallied();
  work();
  const auto after = tallied();
  const auto of = [&](Work what) {
    return after[static_cast<std::size_t>(what)] - before[static_cast<std::size_t>(what)];
  };
  return {of(Work::kDecode), of(Work::kExtract), of(Work::kEncode),
          of(Work::kSketch), of(Work::kPrepare), of(Work::kCompare)};
}

const std::vector<Sample>& two_prints_and_a_slap() {
  static const std::vector<Sample> samples = {print(Finger::kRightIndex), print(Finger::kLeftIndex), slap()};
  return samples;
}

// The right index on paper, and beside it, nearly touching, the right middle finger.
Sample two_on_one_paper(double ppi = 500) {
  Image sheet = on_one_paper(pixels(Finger::kRightIndex), pixels(Finger::kRightMiddle));
  sheet.ppi = ppi;
  return {.position = capture_of(Finger::kRightIndex), .image = *format::encode_png(sheet), .impression = 1};
}

TEST(Road, a_second_print_on_the_paper_is_kept_beside_the_first) {
  const Result<Taken> taken = take_in({two_on_one_paper()}, Depth::kSearchable);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  ASSERT_EQ(taken->prints.size(), 2u);
  const Print &first = taken->prints[0], &second = taken->prints[1];
  EXPECT_EQ(finger_at(first.place), Finger::kRightIndex);
  EXPECT_EQ(finger_at(second.place), Finger::kUnknown);
  EXPECT_TRUE(second.second && !first.second);
  ASSERT_EQ(taken->quality.size(), 1u) << "of one sample";
  EXPECT_EQ(taken->quality[0].reasons.front(), "second_print");
  finger::Scratch scratch;
  for (const auto& [print, position] : {std::pair{&first, Finger::kRightIndex}, {&second, Finger::kRightMiddle}}) {
    const auto alone = finger::extract(pixels(position, 2));
    ASSERT_TRUE(alone.ok());
    EXPECT_GT(finger::compare_score(finger::prepare(alone->features), finger::prepare(print->features), scratch), 60);
  }
  const auto leaving = bare(*taken);
  ASSERT_TRUE(leaving.ok());
  EXPECT_EQ(leaving->size(), 1u) << "one image has both";
  const Result<Taken> asked = take_in_probe(*leaving, Depth::kExtracted);
  ASSERT_TRUE(asked.ok()) << asked.error().message;
  EXPECT_EQ(asked->prints.size(), 1u) << "of a question the first alone";
}

// The right index said to be on it is ridges without an end; beside it lies the right middle finger.
Sample only_the_second_can_be_read() {
  Image lost = pixels(Finger::kRightIndex);
  for (int y = 0; y < lost.height; ++y)
    for (int x = 0; x < lost.width; ++x) {
      const double across = 2.8 * x / lost.width - 1.2, down = 2.4 * y / lost.height - 1.2;
      const double ridge = 128 + 90 * std::sin(2 * 3.14159 * y / 9);
      lost.pixels[static_cast<std::size_t>(y) * lost.width + x] =
          static_cast<std::uint8_t>(across * across + down * down < 1 ? ridge : 250);
    }
  const Image sheet = on_one_paper(lost, pixels(Finger::kRightMiddle));
  return {.position = capture_of(Finger::kRightIndex), .image = *format::encode_png(sheet), .impression = 1};
}

TEST(Road, a_second_print_is_not_taken_for_one_that_cannot_be_read) {
  const Result<Taken> taken = take_in({only_the_second_can_be_read()}, Depth::kSearchable);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  ASSERT_EQ(taken->prints.size(), 1u);
  EXPECT_EQ(finger_at(taken->prints[0].place), Finger::kUnknown);
  EXPECT_TRUE(taken->prints[0].second);
  const auto beside = finger::extract(pixels(Finger::kRightMiddle, 2));
  finger::Scratch scratch;
  EXPECT_GT(
      finger::compare_score(finger::prepare(beside->features), finger::prepare(taken->prints[0].features), scratch),
      60);
  ASSERT_EQ(taken->quality.size(), 1u);
  EXPECT_EQ(taken->quality[0].position, FingerCapture::kRightIndex);
  EXPECT_EQ(taken->quality[0].reasons, (std::vector<std::string>{"no_features", "second_print"}));
}

// Who was enrolled by a neighbour's print alone would be found, and named, for the neighbour.
TEST(Road, nobody_is_enrolled_by_a_second_print_alone) {
  flow::World world;
  service::EnrolRequest request;
  request.person_id = "p-1";
  request.samples = {only_the_second_can_be_read()};
  const auto refused = world.usa.node->enrol(flow::kOfficer, std::move(request));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kNoFeatures) << refused.error().message;
  EXPECT_EQ(world.usa.node->health().people, 0u);
}

TEST(Road, nobody_is_asked_for_by_a_second_print_alone) {
  const Sample sent = only_the_second_can_be_read();
  const Result<Taken> probe = take_in_probe({sent}, Depth::kExtracted);
  ASSERT_FALSE(probe.ok());
  EXPECT_EQ(probe.error().code, Code::kNoFeatures);
  EXPECT_NE(probe.error().message.find("the print that was meant cannot be read"), std::string::npos)
      << probe.error().message;
  const Result<Taken> alone = take_in({sent}, Depth::kExtracted);
  ASSERT_TRUE(alone.ok());
  EXPECT_EQ(check_asks(*alone).error().code, Code::kNoFeatures);
  EXPECT_EQ(bare(*alone).error().code, Code::kNoFeatures);
  EXPECT_EQ(read_print(sent.image).error().code, Code::kNoFeatures);
  const Result<Taken> with_another = take_in({sent, print(Finger::kLeftIndex)}, Depth::kExtracted);
  ASSERT_TRUE(with_another.ok());
  EXPECT_TRUE(check_asks(*with_another).ok());
  const auto leaving = bare(*with_another);
  ASSERT_TRUE(leaving.ok());
  ASSERT_EQ(leaving->size(), 1u);
  EXPECT_EQ(leaving->front().position, FingerCapture::kLeftIndex);
}

TEST(Road, that_a_resolution_was_assumed_is_said_of_a_second_print_too) {
  const Result<Taken> taken = take_in({two_on_one_paper(0)}, Depth::kExtracted);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  ASSERT_EQ(taken->prints.size(), 2u);
  for (const Print& each : taken->prints) EXPECT_EQ(each.quality.reasons.back(), "resolution_assumed");
}

TEST(Road, a_second_print_takes_the_place_of_no_other) {
  std::vector<Sample> sent(4, two_on_one_paper());
  sent.insert(sent.end(), 9, slap());  // forty fingers, and four second prints
  const Result<Taken> taken = take_in(sent, Depth::kExtracted);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_EQ(taken->prints.size(), limits::kTemplatesPerEncounterMax);
  EXPECT_EQ(std::ranges::count(taken->prints, true, &Print::second), 0);
  const std::string why = "a second print on one paper: more than 40 fingers at once";
  EXPECT_EQ(taken->left_out, std::vector<std::string>(4, why));
  sent.push_back(print(Finger::kLeftIndex));
  EXPECT_EQ(take_in(sent, Depth::kExtracted).error().code, Code::kTooLarge);
}

TEST(Road, each_step_is_taken_once_a_sample) {
  const std::vector<Sample>& sent = two_prints_and_a_slap();
  Result<Taken> taken = Error{};
  // each finger of the slap is held against both prints
  EXPECT_EQ(counted([&] { taken = take_in(sent, Depth::kSearchable); }), (Counts{3, 6, 6, 6, 6, 8}));
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_EQ(taken->prints.size(), 6u);
  for (const Print& each : taken->prints) {
    EXPECT_TRUE(each.image.pixels.empty());
    EXPECT_EQ(each.encoded, finger::encode(each.features));
    EXPECT_GT(each.sketch.count, 0);
  }
  // without any slap nothing is compared
  EXPECT_EQ(counted([&] {
              EXPECT_TRUE(take_in({sent[0], sent[1]}, Depth::kSearchable).ok());
            }),
            (Counts{2, 2, 2, 2, 0, 0}));
}

TEST(Road, a_question_decodes_and_extracts_once_and_encodes_no_template) {
  const std::vector<Sample>& sent = two_prints_and_a_slap();
  std::vector<Sample> out;
  const Counts counts = counted([&] {
    const auto taken = take_in(sent, Depth::kExtracted, Keep::kCuts);
    ASSERT_TRUE(taken.ok()) << taken.error().message;
    EXPECT_TRUE(taken->prints[0].image.pixels.empty());
    EXPECT_FALSE(taken->prints[2].image.pixels.empty());
    out = *bare(*taken);
  });
  EXPECT_EQ(counts, (Counts{3, 6, 0, 0, 6, 8}));
  EXPECT_EQ(out.size(), 5u) << "each finger once";
}

// What a partner gets is what was captured: the same bits, and not ten times as many of them.
TEST(Road, two_wsq_prints_leave_as_two_wsq_prints) {
  std::vector<Sample> sent;
  std::size_t bytes = 0;
  for (const Finger position : {Finger::kRightIndex, Finger::kLeftIndex}) {
    const std::string comments[] = {"taken at desk 7 by officer Quiñones"};
    Sample& sample = sent.emplace_back(print(position));
    sample.image = *format::encode_wsq(pixels(position), 1.6, comments);
    bytes += sample.image.size();
  }
  EXPECT_NEAR(static_cast<double>(bytes), 38'000, 6'000);
  const auto taken = take_in(sent, Depth::kExtracted, Keep::kCuts);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  const auto out = bare(*taken);
  ASSERT_TRUE(out.ok()) << out.error().message;
  ASSERT_EQ(out->size(), 2u);
  std::size_t left = 0;
  for (std::size_t i = 0; i < 2; ++i) {
    const Sample& sample = (*out)[i];
    left += sample.image.size();
    EXPECT_EQ(format::image_header(sample.image)->kind, format::ImageKind::kWsq);
    EXPECT_EQ(text(sample.image).find("officer"), std::string_view::npos);
    EXPECT_EQ(sample.ppi, 500);  // the file's comment said so
    EXPECT_EQ(format::decode_image(sample.image)->pixels, format::decode_image(sent[i].image)->pixels);
    EXPECT_EQ(sample.impression, kImpressionUnknown);
  }
  EXPECT_LT(left, bytes);
  const auto again = take_in(*out, Depth::kSearchable);  // at the partner's: the same template
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->prints[0].encoded, finger::encode(taken->prints[0].features));
}

TEST(Road, single_prints_leave_before_those_of_a_slap) {
  const auto taken = take_in({slap(), print(Finger::kRightIndex)}, Depth::kExtracted, Keep::kCuts);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  const auto out = bare(*taken);
  ASSERT_TRUE(out.ok()) << out.error().message;
  ASSERT_EQ(out->size(), 4u) << "each finger once";
  EXPECT_EQ(format::image_header(out->front().image)->kind, format::ImageKind::kWsq);
  EXPECT_EQ(out->front().position, FingerCapture::kRightIndex);
  for (std::size_t i = 1; i < out->size(); ++i) {
    EXPECT_EQ(format::image_header((*out)[i].image)->kind, format::ImageKind::kPng);
    const auto cut = std::find_if(taken->prints.begin(), taken->prints.end(), [&](const Print& each) {
      return capture_of(finger_at(each.place)) == (*out)[i].position;
    });
    ASSERT_NE(cut, taken->prints.end());
    EXPECT_EQ(format::decode_image((*out)[i].image)->pixels, cut->image.pixels);
  }
  const auto without = take_in({slap(), print(Finger::kRightIndex)}, Depth::kExtracted);  // the slap is cut again
  ASSERT_TRUE(without.ok());
  EXPECT_EQ((*bare(*without))[3].image, (*out)[3].image);
}

TEST(Road, a_picture_is_made_again_from_its_cut) {
  const std::vector<Sample>& sent = two_prints_and_a_slap();
  const auto taken = take_in(sent, Depth::kExtracted, Keep::kImages);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  for (const Print& each : taken->prints) {
    const auto picture = picture_of(taken->encounter.samples[each.cut.sample], each.cut);
    ASSERT_TRUE(picture.ok());
    EXPECT_EQ(picture->pixels, each.image.pixels);
    EXPECT_EQ(picture->ppi, each.image.ppi);
  }
}

TEST(Road, fingers_of_a_slap_are_confirmed_or_contradicted_by_single_prints) {
  const auto taken = take_in(two_prints_and_a_slap(), Depth::kExtracted);
  ASSERT_TRUE(taken.ok()) << taken.error().message;
  EXPECT_EQ(taken->prints[2].place, place_of(Finger::kRightIndex));
  EXPECT_EQ(taken->prints[2].in_slap, Finger::kRightIndex);
  EXPECT_FALSE(taken->prints[2].cut.whole);

  Sample swapped = print(Finger::kRightIndex);
  swapped.position = FingerCapture::kRightMiddle;
  Sample other = print(Finger::kRightMiddle);
  other.position = FingerCapture::kRightIndex;
  const auto refused = take_in({swapped, other, slap()}, Depth::kSearchable);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kInvalidInput);
  EXPECT_NE(refused.error().message.find("wrong order"), std::string::npos) << refused.error().message;
}

}  // namespace
}  // namespace puente::intake
