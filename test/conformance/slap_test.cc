// Slaps of NIST's ANSI/NIST-ITL samples beside the boxes that field 14.021 (SEG) of the same files gives, and beside
// the rolled prints there. The samples are cards: ink, writing, punched holes, neighbours' prints.
#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <deque>
#include <tuple>

#include "conformance/samples.h"
#include "format/image/image.h"
#include "format/itl/itl.h"
#include "modality/finger/finger.h"

namespace puente {
namespace {

namespace itl = format::itl;

struct Box {
  Finger position;
  double left, right, top, bottom;
};

struct Plain {  // an image of type 14
  int position = 0;
  Image image;
  std::vector<Box> boxes;  // as SEG gives them
};

FingerCapture position_of(int code) {  // 11 and 12: thumbs pressed by themselves
  return code == 11   ? FingerCapture::kRightThumb
         : code == 12 ? FingerCapture::kLeftThumb
                      : static_cast<FingerCapture>(code);
}

int number(std::string_view text) {
  int value = 0;  // of 14.021, whose items may begin with a minus
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<Image> image_of(const itl::Record& record) {
  const std::string_view bytes = record.value(999);
  Result<Image> image = format::decode_image(view(bytes));
  if (image.ok()) image->ppi = record.integer(8) == 2 ? record.integer(9) * 2.54 : record.integer(9);
  return image;
}

std::vector<Plain> read(const fs::path& file) {
  std::vector<Plain> out;
  const auto bytes = read_file(file.string(), limits::kRecordBytesMax);
  if (!bytes.ok()) return out;
  for (const itl::Record& record : itl::read(*bytes).transaction.records) {
    if (record.type != 14) continue;
    Result<Image> image = image_of(record);
    if (!image.ok()) continue;
    Plain plain{record.integer(13), *std::move(image), {}};
    if (const itl::Field* segments = record.find(21))
      for (const auto& items : segments->subfields())
        if (items.size() == 5)
          plain.boxes.push_back({static_cast<Finger>(number(items[0])), 1.0 * number(items[1]), 1.0 * number(items[2]),
                                 std::max(0.0, 1.0 * number(items[3])), 1.0 * number(items[4])});
    out.push_back(std::move(plain));
  }
  return out;
}

double overlap(const Box& box, const finger::Segment& s) {
  const double across = std::min<double>(box.right, s.right) - std::max<double>(box.left, s.left);
  const double down = std::min<double>(box.bottom, s.bottom) - std::max<double>(box.top, s.top);
  if (across <= 0 || down <= 0) return 0;
  const double both = across * down;
  return both / ((box.right - box.left) * (box.bottom - box.top) +
                 static_cast<double>(s.right - s.left) * (s.bottom - s.top) - both);
}

bool says(const finger::Slap& slap, const char* reason) {
  return std::find(slap.reasons.begin(), slap.reasons.end(), reason) != slap.reasons.end();
}

// One person's rolled prints and the segments of the slaps, each with its template.
struct Card {
  std::deque<finger::Template> kept;
  std::vector<finger::PlacedPrint> rolled, segments;

  void add(const Image& image, Finger position, std::vector<finger::PlacedPrint>& to) {
    const auto extraction = finger::extract(image);
    if (!extraction.ok()) return;
    kept.push_back(extraction->features);
    to.push_back({position, &kept.back()});
  }
};

TEST(SlapConformance, boxes_lie_where_the_samples_say_and_hands_are_told) {
  SKIP_WITHOUT("an2k/nbis-test/good");
  int fingers = 0, half = 0, hands = 0;
  double sum = 0;
  for (const char* file : {"a001-seg.an2", "a010_14.an2"})
    for (const Plain& plain : read(samples() / "an2k/nbis-test/good" / file)) {
      if (plain.position != 13 && plain.position != 14) continue;
      const auto slap = finger::segment_slap(plain.image, position_of(plain.position));
      ASSERT_TRUE(slap.ok());
      EXPECT_FALSE(says(*slap, "other_hand")) << file;
      EXPECT_FALSE(says(*slap, "too_few_fingers")) << file;
      EXPECT_EQ(slap->right_hand > 0, plain.position == 13) << file;
      for (const Box& box : plain.boxes)
        for (const finger::Segment& s : slap->fingers)
          if (s.position == box.position && !(box.right < s.left || box.left > s.right)) {
            const double shared = overlap(box, s);
            std::printf("%s %s: IoU with SEG %.2f\n", file, to_string(s.position), shared);
            sum += shared;
            half += shared >= 0.5;
          }
      fingers += static_cast<int>(plain.boxes.size());
      const auto other = plain.position == 13 ? FingerCapture::kPlainLeftFour : FingerCapture::kPlainRightFour;
      const auto wrong = finger::segment_slap(plain.image, other);
      ASSERT_TRUE(wrong.ok());
      EXPECT_TRUE(says(*wrong, "other_hand")) << file;
      ++hands;
    }
  std::printf("%d of %d fingers overlap by half or more, mean IoU %.2f; %d hands\n", half, fingers, sum / fingers,
              hands);
  EXPECT_EQ(fingers, 12);
  EXPECT_GE(half, 11);
}

Image turned_right(const Image& image) {
  Image out{image.height, image.width, image.channels, image.ppi, Bytes(image.pixels.size())};
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      out.pixels[static_cast<std::size_t>(x) * out.width + (image.height - 1 - y)] = image.at(x, y);
  return out;
}

// Whichever way a slap lies, each finger has the name that it has upright, or none with certainty.
TEST(SlapConformance, slaps_turned_to_all_four_sides_keep_their_fingers_names) {
  SKIP_WITHOUT("an2k/nbis-test/good");
  int slaps = 0, named = 0, unclear = 0, wrong = 0;
  for (const char* file : {"a001-seg.an2", "a010_14.an2", "nist-seg.an2", "a001-aseg.an2"})
    for (const Plain& plain : read(samples() / "an2k/nbis-test/good" / file)) {
      if (plain.position < 13 || plain.position > 15) continue;
      const auto upright = finger::segment_slap(plain.image, position_of(plain.position));
      ASSERT_TRUE(upright.ok()) << file;
      ++slaps;
      Image image = plain.image;
      std::vector<std::pair<float, float>> middles;  // of the fingers as they were named upright
      for (const finger::Segment& s : upright->fingers) middles.emplace_back(s.x, s.y);
      for (int quarters = 1; quarters < 4; ++quarters) {
        for (auto& [x, y] : middles) std::tie(x, y) = std::pair(static_cast<float>(image.height - 1) - y, x);
        image = turned_right(image);
        const auto slap = finger::segment_slap(image, position_of(plain.position));
        ASSERT_TRUE(slap.ok()) << file;
        int right = 0;
        for (const finger::Segment& s : slap->fingers)
          for (std::size_t i = 0; i < middles.size(); ++i)
            right += upright->fingers[i].position == s.position &&
                     std::hypot(s.x - middles[i].first, s.y - middles[i].second) < s.width;
        const bool doubted = slap->confidence < 0.5f || says(*slap, "orientation_unclear");
        const bool all = right == static_cast<int>(middles.size());
        std::printf("%s position %d, turned by %d: %d of %zu, confidence %.2f\n", file, plain.position, 90 * quarters,
                    right, middles.size(), static_cast<double>(slap->confidence));
        named += all && !doubted;
        unclear += doubted;
        wrong += !all && !doubted;
      }
    }
  std::printf("%d slaps: %d named rightly, %d unclear, %d wrong\n", slaps, named, unclear, wrong);
  EXPECT_EQ(slaps, 5);
  EXPECT_EQ(unclear, 0);
  EXPECT_EQ(wrong, 0);
}

TEST(SlapConformance, segments_match_the_rolled_prints_and_swapped_hands_contradict_them) {
  SKIP_WITHOUT("an2k/nbis-test/good/a001-seg.an2");
  Card card, swapped;
  for (const Plain& plain : read(samples() / "an2k/nbis-test/good/a001-seg.an2")) {
    if (plain.position <= 10) {
      for (Card* to : {&card, &swapped}) to->add(plain.image, static_cast<Finger>(plain.position), to->rolled);
      continue;
    }
    const auto slap = finger::segment_slap(plain.image, position_of(plain.position));
    ASSERT_TRUE(slap.ok());
    for (const finger::Segment& s : slap->fingers) {
      const Image cut = cut_out(plain.image, s);
      card.add(cut, s.position, card.segments);
      const int code = static_cast<int>(s.position);
      swapped.add(cut, static_cast<Finger>(code > 5 ? code - 5 : code + 5), swapped.segments);
    }
  }
  ASSERT_EQ(card.rolled.size(), 10u);
  int confirmed = 0, contradicted = 0;
  for (const auto& finding : finger::check_sequence(card.segments, card.rolled)) {
    std::printf("%s: %s, score %.1f; best %s %.1f\n", to_string(finding.claimed), to_string(finding.verdict),
                finding.claimed_score, to_string(finding.best), finding.best_score);
    EXPECT_NE(finding.verdict, finger::SequenceVerdict::kContradicted);
    confirmed += finding.verdict == finger::SequenceVerdict::kConfirmed;
  }
  for (const auto& finding : finger::check_sequence(swapped.segments, swapped.rolled))
    contradicted += finding.verdict == finger::SequenceVerdict::kContradicted;
  std::printf("%d of %zu segments confirmed; with hands swapped %d contradicted\n", confirmed, card.segments.size(),
              contradicted);
  EXPECT_GE(confirmed, 9);
  EXPECT_EQ(contradicted, confirmed);
}

}  // namespace
}  // namespace puente
