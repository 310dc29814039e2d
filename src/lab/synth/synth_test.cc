#include "lab/synth/synth.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <set>

#include "core/crypto.h"
#include "core/files.h"
#include "core/json.h"
#include "format/image/image.h"
#include "lab/synth/impression.h"
#include "lab/synth/watermark.h"

namespace puente::synth {
namespace {

std::string hash(ByteView bytes) {
  return to_hex(sha256(bytes)).substr(0, 16);
}

std::string hash(const Person& person) {
  std::string all;
  for (const BiographicData* data : {&person.biography, &person.alias})
    for (const auto& [element, value] : *data) all += std::string(to_string(element)) + "=" + value + "\n";
  return hash(view(all));
}

// The promise to everybody who stores results on synthetic people: these change only on purpose.
TEST(Golden, pixels_of_a_seed_are_the_same_on_every_machine) {
  CaptureOptions capacitive;
  capacitive.sensor = SensorKind::kCapacitive;
  const GrownFinger index = grow_finger(1, 1, Finger::kRightIndex);
  EXPECT_EQ(hash(capture(index, 1).pixels), "d5e2c4fbb9510718");
  EXPECT_EQ(hash(capture(index, 2).pixels), "be285e2d330194ce");
  EXPECT_EQ(hash(capture(grow_finger(1, 1, Finger::kLeftThumb), 1).pixels), "a9ce3bd34eb32173");
  EXPECT_EQ(hash(capture(grow_finger(0xFFFFFFFFFFFFFFFF, 4000000000, Finger::kLeftLittle), 7, capacitive).pixels),
            "7bbc09dfcd9935e3");
}

TEST(Golden, biographies_of_a_seed_are_the_same_on_every_machine) {
  EXPECT_EQ(hash(make_person(1, 1)), "e9fa4e79582c859f");
  EXPECT_EQ(hash(make_person(1, 150)), "9c56851674773ed0");
  EXPECT_EQ(hash(make_person(99, 1)), "d3af9e3f8727131d");
}

TEST(Capture, repeats_itself_and_differs_between_impressions_fingers_and_people) {
  const GrownFinger finger = grow_finger(5, 3, Finger::kRightMiddle);
  EXPECT_EQ(capture(finger, 1).pixels, capture(grow_finger(5, 3, Finger::kRightMiddle), 1).pixels);
  std::set<std::string> seen;
  for (const auto& [seed, number, position] : {std::tuple{5, 3, Finger::kRightMiddle},
                                               {5, 4, Finger::kRightMiddle},
                                               {6, 3, Finger::kRightMiddle},
                                               {5, 3, Finger::kLeftMiddle}})
    for (std::uint32_t impression = 0; impression < 2; ++impression)
      seen.insert(hash(capture(grow_finger(seed, number, position), impression).pixels));
  EXPECT_EQ(seen.size(), 8u);
}

TEST(Capture, is_gray_at_500_ppi_with_dark_ridges_on_a_light_ground) {
  const Image image = capture(grow_finger(2, 1, Finger::kRightIndex), 1);
  EXPECT_EQ(image.channels, 1);
  EXPECT_EQ(image.ppi, 500);
  ASSERT_EQ(image.pixels.size(), static_cast<std::size_t>(image.width) * image.height);
  double corner = 0;
  int dark = 0;
  for (int y = 0; y < 20; ++y)
    for (int x = 0; x < 20; ++x) corner += image.at(x, y) / 400.0;
  for (int y = image.height / 2 - 40; y < image.height / 2 + 40; ++y)
    for (int x = image.width / 2 - 40; x < image.width / 2 + 40; ++x) dark += image.at(x, y) < corner - 60;
  EXPECT_GT(corner, 200);
  EXPECT_GT(dark, 6400 / 5);
  EXPECT_LT(dark, 6400 * 4 / 5);
}

// Root mean square distance of places of one impression from the same skin's places in another, after the best
// rotation and shift.
double beside_rigid(const GrownFinger& finger, std::uint32_t a, std::uint32_t b, const CaptureOptions& options) {
  std::map<std::pair<int, int>, std::pair<Point, Point>> by_skin;  // of a, in cells of the skin
  const auto cell = [](Point skin) {
    return std::pair(static_cast<int>(std::floor(skin.x / 4)), static_cast<int>(std::floor(skin.y / 4)));
  };
  Stream stream_a = capture_stream(finger, a), stream_b = capture_stream(finger, b);
  for (const auto& known : laid(finger, a, options, stream_a).known) by_skin.emplace(cell(known.second), known);
  std::vector<std::pair<Point, Point>> pairs;
  for (const auto& [sheet, skin] : laid(finger, b, options, stream_b).known) {
    const auto found = by_skin.find(cell(skin));
    if (found == by_skin.end()) continue;
    const auto& [other_sheet, other_skin] = found->second;  // at most 4 pixels of skin away: step there on the sheet
    pairs.emplace_back(Point{other_sheet.x + skin.x - other_skin.x, other_sheet.y + skin.y - other_skin.y}, sheet);
  }
  EXPECT_GT(pairs.size(), 300u);
  Point p{}, q{};
  const double count = static_cast<double>(pairs.size());
  for (const auto& [x, y] : pairs) p.x += x.x / count, p.y += x.y / count, q.x += y.x / count, q.y += y.y / count;
  double c = 0, s = 0;
  for (const auto& [x, y] : pairs) {
    c += (x.x - p.x) * (y.x - q.x) + (x.y - p.y) * (y.y - q.y);
    s += (x.x - p.x) * (y.y - q.y) - (x.y - p.y) * (y.x - q.x);
  }
  const double length = std::hypot(c, s);
  double squares = 0;
  for (const auto& [x, y] : pairs) {
    const double dx = q.x + (c * (x.x - p.x) - s * (x.y - p.y)) / length - y.x;
    const double dy = q.y + (s * (x.x - p.x) + c * (x.y - p.y)) / length - y.y;
    squares += dx * dx + dy * dy;
  }
  return std::sqrt(squares / count);
}

TEST(Bend, is_as_far_beside_the_best_rigid_fit_as_was_asked_for) {
  CaptureOptions straight;
  for (const double wanted : {10.0, 13.0, 16.0}) {
    double with = 0, without = 0;
    int near = 0;
    constexpr int kPairs = 24;
    for (int k = 0; k < kPairs; ++k) {
      const GrownFinger finger = grow_finger(21, static_cast<std::uint32_t>(k / 4), static_cast<Finger>(1 + k / 4));
      CaptureOptions bent;
      bent.bend = wanted;
      const auto first = static_cast<std::uint32_t>(2 * (k % 4) + 1);
      const double lies = beside_rigid(finger, first, first + 1, bent);
      with += lies / kPairs;
      without += beside_rigid(finger, first, first + 1, straight) / kPairs;
      near += lies > 0.6 * wanted && lies < 1.5 * wanted;
    }
    EXPECT_NEAR(with, wanted, 0.2 * wanted);
    EXPECT_NEAR(without, 4.9, 0.3) << "docs/synthetic-people.md says so";
    std::printf("asked for %.0f pixels: %.1f; for none: %.1f\n", wanted, with, without);
    EXPECT_GE(near, kPairs * 8 / 10);
  }
}

TEST(Bend, leaves_the_print_one_finger_with_whole_ridges) {
  CaptureOptions bent;
  bent.bend = 13;
  const GrownFinger finger = grow_finger(1, 1, Finger::kRightIndex);
  EXPECT_EQ(capture(finger, 1, bent).pixels, capture(finger, 1, bent).pixels);
  EXPECT_NE(capture(finger, 1, bent).pixels, capture(finger, 1).pixels);
  EXPECT_EQ(hash(capture(finger, 1, bent).pixels), "8233bf0e282385e5");  // the same on every machine
  bent.bend = 0;
  EXPECT_EQ(capture(finger, 1, bent).pixels, capture(finger, 1).pixels);
}

TEST(Patterns, are_about_as_frequent_as_in_people) {
  std::map<PatternClass, double> share;
  std::map<Finger, double> whorls;
  constexpr std::uint32_t kPeople = 4000;
  for (std::uint32_t number = 0; number < kPeople; ++number)
    for (int code = 1; code <= 10; ++code) {
      const auto position = static_cast<Finger>(code);
      const PatternClass kind = pattern_class(77, number, position);
      share[kind] += 10.0 / kPeople;
      if (kind == PatternClass::kWhorl) whorls[position] += 100.0 / kPeople;
    }
  // Wilson, Candela, Watson 1993: arch 3.7, tented arch 2.9, left loop 33.8, right loop 31.7, whorl and double
  // loop 27.9.
  EXPECT_NEAR(share[PatternClass::kArch], 3.7, 1.5);
  EXPECT_NEAR(share[PatternClass::kTentedArch], 2.9, 1.2);
  EXPECT_NEAR(share[PatternClass::kLeftLoop], 33.8, 4);
  EXPECT_NEAR(share[PatternClass::kRightLoop], 31.7, 4);
  EXPECT_NEAR(share[PatternClass::kWhorl] + share[PatternClass::kDoubleLoop], 27.9, 4);
  EXPECT_GT(whorls[Finger::kRightThumb], 2 * whorls[Finger::kRightLittle]);
}

TEST(Person, is_complete_fictional_and_has_an_alias_of_another_name) {
  std::set<std::string> documents;
  int minors = 0;
  for (std::uint32_t number = 0; number < 500; ++number) {
    Person person = make_person(3, number);
    for (BiographicData* data : {&person.biography, &person.alias}) {
      for (const DataElement element :
           {DataElement::kFamilyName, DataElement::kGivenNames, DataElement::kSex, DataElement::kPlaceOfBirth,
            DataElement::kDocumentType, DataElement::kDocumentNumber, DataElement::kDocumentIssuer})
        EXPECT_FALSE((*data)[element].empty());
      EXPECT_TRUE(is_country((*data)[DataElement::kNationality]));
      EXPECT_EQ((*data)[DataElement::kDateOfBirth].size(), 10u);
      EXPECT_EQ((*data)[DataElement::kDocumentNumber].rfind("SYN-", 0), 0u);
      documents.insert((*data)[DataElement::kDocumentNumber]);
    }
    EXPECT_NE(person.biography[DataElement::kFamilyName], person.alias[DataElement::kFamilyName]);
    EXPECT_EQ(person.biography[DataElement::kSex], person.alias[DataElement::kSex]);
    minors += person.biography[DataElement::kDateOfBirth] >= "2008";
  }
  EXPECT_EQ(documents.size(), 1000u);
  EXPECT_GT(minors, 15);
  EXPECT_LT(minors, 70);
}

TEST(Watermark, is_found_in_every_marked_image_and_in_no_unmarked_one) {
  for (std::uint32_t number = 0; number < 24; ++number) {
    const GrownFinger finger = grow_finger(9, number, static_cast<Finger>(1 + number % 10));
    CaptureOptions options;
    options.sensor = number % 2 ? SensorKind::kCapacitive : SensorKind::kOptical;
    EXPECT_TRUE(is_synthetic(capture(finger, 0, options)));
    EXPECT_FALSE(is_synthetic(press(finger, 0, options)));
  }
}

Image cropped(const Image& image, int left, int top, int width, int height) {
  Image part = image;
  part.width = width;
  part.height = height;
  part.pixels.clear();
  for (int y = top; y < top + height; ++y)
    for (int x = left; x < left + width; ++x) part.pixels.push_back(image.at(x, y));
  return part;
}

TEST(Watermark, outlives_cropping_and_less_contrast) {
  const Image image = capture(grow_finger(9, 1, Finger::kRightIndex), 0);
  EXPECT_TRUE(is_synthetic(cropped(image, 101, 131, 160, 160)));
  Image pale = image;
  for (std::uint8_t& pixel : pale.pixels) pixel = static_cast<std::uint8_t>(60 + pixel * 3 / 4);
  EXPECT_TRUE(is_synthetic(pale));
}

TEST(Watermark, refuses_what_is_no_gray_image_quietly) {
  EXPECT_FALSE(is_synthetic(Image{}));
  Image colour{100, 100, 3, 0, std::vector<std::uint8_t>(30000)};
  EXPECT_FALSE(is_synthetic(colour));
  EXPECT_FALSE(is_synthetic(Image{100, 100, 1, 0, std::vector<std::uint8_t>(10000, 128)}));
}

class WritePeople : public testing::Test {
 protected:
  WritePeople()
      : directory_(std::filesystem::temp_directory_path() /
                   ("synth_test_" + std::to_string(::getpid()) + "_" +
                    testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(directory_);
  }
  ~WritePeople() override { std::filesystem::remove_all(directory_); }
  WriteOptions options() const {
    WriteOptions made;
    made.directory = directory_;
    made.seed = 11;
    made.count = 2;
    made.fingers = {Finger::kRightIndex, Finger::kLeftIndex};
    made.impressions = 2;
    made.threads = 3;
    return made;
  }
  std::filesystem::path directory_;
};

TEST_F(WritePeople, writes_marked_images_and_an_index_that_names_them) {
  int last = 0;
  ASSERT_TRUE(write_people(options(), [&](int done, int total) {
                EXPECT_EQ(total, 8);
                last = done;
              }).ok());
  EXPECT_EQ(last, 8);
  const auto text = read_file(directory_ / "people.json", 1 << 20);
  ASSERT_TRUE(text.ok());
  const auto people = parse_json(puente::text(*text));
  ASSERT_TRUE(people.ok());
  ASSERT_EQ(people->as_array()->size(), 2u);
  for (const Json& person : *people->as_array()) {
    EXPECT_FALSE(person["biography"]["family_name"].is_null());
    ASSERT_EQ(person["images"].as_array()->size(), 4u);
    for (const Json& image : *person["images"].as_array()) {
      const auto bytes = read_file(directory_ / *image["file"].as_string(), 1 << 20);
      ASSERT_TRUE(bytes.ok());
      EXPECT_NE(puente::text(*bytes).find("Puente-Synthetic"), std::string_view::npos);
      const auto decoded = format::decode_image(*bytes);
      ASSERT_TRUE(decoded.ok());
      EXPECT_NEAR(decoded->ppi, 500, 0.1);
      EXPECT_TRUE(is_synthetic(*decoded));
    }
  }
}

TEST_F(WritePeople, makes_person_one_the_same_however_many_are_asked_for) {
  ASSERT_TRUE(write_people(options()).ok());
  const auto among_two = read_file(directory_ / "000001_LEFT_INDEX_2.png", 1 << 20);
  ASSERT_TRUE(among_two.ok());
  WriteOptions one = options();
  one.count = 1;
  one.threads = 1;
  one.overwrite = true;
  ASSERT_TRUE(write_people(one).ok());
  EXPECT_EQ(*read_file(directory_ / "000001_LEFT_INDEX_2.png", 1 << 20), *among_two);
}

TEST_F(WritePeople, lays_fingers_flat_for_the_evaluation) {
  WriteOptions flat = options();
  flat.layout = Layout::kFvc;
  flat.count = 3;
  flat.impressions = 1;
  ASSERT_TRUE(write_people(flat).ok());
  for (const char* name : {"101_1.png", "102_1.png", "103_1.png"})
    EXPECT_TRUE(std::filesystem::exists(directory_ / name));
  EXPECT_FALSE(std::filesystem::exists(directory_ / "people.json"));
}

TEST_F(WritePeople, refuses_a_directory_with_something_in_it_unless_told_to) {
  std::filesystem::create_directories(directory_);
  ASSERT_TRUE(write_file(directory_ / "mine.txt", view("keep")).ok());
  const auto refused = write_people(options());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Code::kConflict);
  WriteOptions forced = options();
  forced.overwrite = true;
  EXPECT_TRUE(write_people(forced).ok());
  EXPECT_TRUE(std::filesystem::exists(directory_ / "mine.txt"));
}

TEST_F(WritePeople, refuses_nonsense) {
  WriteOptions none = options();
  none.count = 0;
  EXPECT_EQ(write_people(none).error().code, Code::kInvalidInput);
  WriteOptions twice = options();
  twice.fingers = {Finger::kRightIndex, Finger::kRightIndex};
  EXPECT_EQ(write_people(twice).error().code, Code::kInvalidInput);
  for (const int code : {0, 11, 12, 13, 15}) {
    WriteOptions no_finger = options();
    no_finger.fingers = {static_cast<Finger>(code)};
    EXPECT_EQ(write_people(no_finger).error().code, Code::kInvalidInput) << code;
  }
  WriteOptions many = options();  // more than an int counts
  many.count = 1'000'000;
  many.impressions = 1000;
  EXPECT_EQ(write_people(many).error().code, Code::kInvalidInput);
  for (const double number : {-0.1, 40.0, std::numeric_limits<double>::quiet_NaN()}) {
    WriteOptions odd = options(), bent = options();
    odd.capture.difficulty = number;
    EXPECT_EQ(write_people(odd).error().code, Code::kInvalidInput) << number;
    bent.capture.bend = number;
    EXPECT_EQ(write_people(bent).error().code, Code::kInvalidInput) << number;
  }
}

}  // namespace
}  // namespace puente::synth
