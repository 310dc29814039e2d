#include "intake/convert/convert.h"

#include <gtest/gtest.h>

namespace puente::intake {
namespace {

Bytes minutiae() {
  format::MinutiaeRecord record;
  format::MinutiaeView& view = record.views.emplace_back();
  view.position = 2;
  view.width = view.height = 300;
  view.minutiae = {{1, 10, 20, 128, 60, 0}, {2, 200, 250, 64, 0, 0}};
  view.capture.qualities = {{70, 0, 0}};
  return *format::write_minutiae_record(record);
}

Bytes image_record(std::uint32_t width) {
  format::ImageRecord record;
  format::ImageView& view = record.views.emplace_back();
  view.position = 2;
  format::FingerView& finger = view.finger();
  finger.scan_x = finger.scan_y = finger.image_x = finger.image_y = 500;
  view.width = width;
  view.height = 2;
  view.depth = 8;
  view.image = {1, 2, 3, 4, 5, 6, 7, 8};
  return *format::write_image_record(record);
}

Bytes png(int channels = 1) {
  return *format::encode_png({.width = 70,
                              .height = 80,
                              .channels = channels,
                              .ppi = 500,
                              .pixels = Bytes(static_cast<std::size_t>(70 * 80 * channels), 200)});
}

std::vector<Sample> a_person() {
  const Image gray{.width = 70, .height = 80, .channels = 1, .ppi = 500, .pixels = Bytes(70 * 80, 90)};
  return {{.position = FingerCapture::kRightThumb, .image = *format::encode_wsq(gray)},
          {.position = FingerCapture::kPlainLeftFour, .image = *format::encode_wsq(gray)},
          {.image = *format::encode_jpeg2000(gray), .modality = Modality::kFace},
          {.image = png(), .modality = Modality::kIris, .eye = Eye::kLeft}};
}

Converted converted(const std::vector<Sample>& files, const std::string& to) {
  Wanted wanted = *parse_wanted(to);
  wanted.header = {.type = "NPS", .destination = "US", .originator = "CO", .control_number = "7", .time_ms = 1};
  wanted.captured_ms = wanted.header.captured_ms = 1'700'000'000'000;
  Result<Converted> out = convert_files(files, wanted);
  EXPECT_TRUE(out.ok()) << to << ": " << out.error().message;
  return out.ok() ? *std::move(out) : Converted();
}

Result<Converted> refused(const std::vector<Sample>& files, const std::string& to) {
  return convert_files(files, *parse_wanted(to));
}

TEST(Convert, a_minutiae_record_becomes_every_other_kind) {
  const auto record = format::read_minutiae_record(converted({{.image = minutiae()}}, "ansi2009").bytes);
  EXPECT_EQ(record->format, format::MinutiaeFormat::kAnsi2009);
  EXPECT_EQ(record->views[0].minutiae[0].angle, 90);
  EXPECT_EQ(record->views[0].minutiae[1].quality, 254);  // not known
  EXPECT_EQ(converted({{.image = minutiae()}}, "card").bytes.size(), 10u);
  EXPECT_EQ(refused({{.image = minutiae()}}, "39794-4").error().code, Code::kInvalidInput);
}

TEST(Convert, an_image_record_goes_to_its_successor_and_back_whole) {
  const Bytes older = image_record(4);
  const Bytes newer = converted({{.image = older}}, "39794-4").bytes;
  EXPECT_TRUE(format::is_iso39794(newer));
  const auto again = format::read_image_record(converted({{.image = newer}}, "19794-4:2011").bytes);
  EXPECT_EQ(again->views[0].image, (Bytes{1, 2, 3, 4, 5, 6, 7, 8}));
  const auto of_2005 = format::read_image_record(converted({{.image = older}}, "19794-4:2005").bytes);
  EXPECT_EQ(of_2005->edition, 2005);
  EXPECT_EQ(of_2005->views[0].position, 2u);
}

// A transaction has the minutiae of a print beside its image: who asks for minutiae gets those.
TEST(Convert, minutiae_beside_their_image_are_taken_where_minutiae_are_wanted) {
  format::itl::Transaction both = format::itl::read(converted({a_person()[0]}, "transaction").bytes).transaction;
  EXPECT_EQ(refused({{.image = format::itl::write(both)}}, "iso2005").error().code, Code::kInvalidInput);
  format::itl::Record marked{9, {}};
  for (const auto& [number, value] :
       {std::pair(1, "0"), std::pair(2, "01"), std::pair(3, "4"), std::pair(4, "S"), std::pair(6, "01"),
        std::pair(12,
                  "001\x1f"
                  "00100010045")})
    marked.set(number, value);
  both.records.push_back(marked);
  const Bytes file = format::itl::write(both);
  const auto record = format::read_minutiae_record(converted({{.image = file}}, "iso2005").bytes);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->views[0].minutiae.size(), 1u);
  EXPECT_TRUE(format::read_image_record(converted({{.image = file}}, "19794-4:2011").bytes).ok());
}

TEST(Convert, views_of_different_sizes_have_one_in_the_older_editions) {
  format::MinutiaeRecord record = *format::read_minutiae_record(minutiae());
  record.format = format::MinutiaeFormat::kIso2011;
  record.views.push_back(record.views[0]);
  record.views[1].width = 500;
  const Bytes newer = *format::write_minutiae_record(record);
  const auto older = format::read_minutiae_record(converted({{.image = newer}}, "iso2005").bytes);
  ASSERT_TRUE(older.ok());
  EXPECT_EQ(older->views[0].width, 500);
  EXPECT_EQ(older->views[0].minutiae.size(), 2u);
}

TEST(Convert, what_is_written_has_the_codes_of_its_edition) {
  Sample latent = a_person()[0], unknown = latent;
  latent.impression = 5;
  const auto finger = format::read_image_record(converted({latent, unknown}, "19794-4:2005").bytes);
  EXPECT_EQ(finger->acquisition_level, 30u);
  EXPECT_EQ(finger->views[0].finger().impression, 7u);
  EXPECT_EQ(finger->views[1].finger().impression, 0u);
  EXPECT_EQ(format::read_iso39794(converted({latent}, "39794-4").bytes)->views[0].finger().impression, 4u);

  const auto iris = [](Eye eye, Bytes image) {
    return Sample{.image = std::move(image), .modality = Modality::kIris, .eye = eye};
  };
  const auto eyes = format::read_image_record(
      converted({iris(Eye::kLeft, png()), iris(Eye::kRight, png()), iris(Eye::kLeft, png())}, "19794-6:2005").bytes);
  EXPECT_EQ(eyes->positions, 2u);
  EXPECT_TRUE(format::check_image_record(*eyes).empty());
  const auto colour = format::read_image_record(converted({iris(Eye::kLeft, png(3))}, "19794-6:2011").bytes);
  EXPECT_EQ(colour->views[0].depth, 8u);
  EXPECT_EQ(format::decode_view(*colour, colour->views[0])->channels, 1);

  EXPECT_EQ(colour->views[0].iris().image_properties >> 6, 1u);  // a PNG
  const Image gray{.width = 70, .height = 80, .channels = 1, .ppi = 500, .pixels = Bytes(70 * 80, 90)};
  const auto lossy =
      format::read_image_record(converted({iris(Eye::kLeft, *format::encode_wsq(gray))}, "19794-6:2011").bytes);
  EXPECT_EQ(lossy->views[0].iris().image_properties >> 6, 2u);  // now a PNG, and yet

  const Sample points{.image = minutiae()};
  const auto views = format::read_minutiae_record(converted({points, points}, "iso2011").bytes);
  EXPECT_EQ(views->views[1].view_number, 1);
  EXPECT_TRUE(format::check_minutiae_record(*views).empty());
  EXPECT_EQ(format::itl::read(converted({a_person()[0]}, "transaction").bytes).transaction.records[2].value(5),
            "20231114");  // --captured
}

TEST(Convert, what_follows_a_record_and_is_not_converted_is_said) {
  Bytes longer = image_record(4);
  longer.insert(longer.end(), {0, 0, 0});
  EXPECT_EQ(converted({{.image = longer}}, "39794-4").left_out.size(), 1u);
  Bytes points = minutiae();
  points.insert(points.end(), {0, 0, 0});
  EXPECT_EQ(converted({{.image = points}}, "ansi2009").left_out.size(), 1u);
}

TEST(Convert, loose_files_become_a_transaction_that_keeps_the_rules) {
  const Bytes bytes = converted(a_person(), "transaction").bytes;
  const format::itl::Reading reading = format::itl::read(bytes);
  EXPECT_TRUE(reading.findings.empty());
  const auto findings = format::itl::check(reading);
  EXPECT_TRUE(findings.empty()) << findings[0].rule;
  std::string types;
  for (const auto& record : reading.transaction.records) types += std::to_string(record.type) + " ";
  EXPECT_EQ(types, "1 2 14 14 10 17 ");

  const Bytes xml = converted({{.image = bytes}}, "xml").bytes;
  EXPECT_EQ(converted({{.image = xml}}, "transaction").bytes, bytes);
}

TEST(Convert, a_transaction_gives_a_record_of_each_part) {
  const std::vector<Sample> transaction = {{.image = converted(a_person(), "transaction").bytes}};
  for (const std::string edition : {"2005", "2011"}) {
    const auto fingers = format::read_image_record(converted(transaction, "19794-4:" + edition).bytes);
    ASSERT_TRUE(fingers.ok());
    ASSERT_EQ(fingers->views.size(), 2u);
    EXPECT_EQ(fingers->views[1].position, 14u);
    EXPECT_EQ(fingers->views[0].image, a_person()[0].image);
    EXPECT_TRUE(format::check_image_record(*fingers).empty()) << format::check_image_record(*fingers)[0];
    for (const std::string part : {"5", "6"}) {
      const auto record = format::read_image_record(converted(transaction, "19794-" + part + ":" + edition).bytes);
      ASSERT_TRUE(record.ok() && record->views.size() == 1) << part << edition;
      EXPECT_TRUE(format::check_image_record(*record).empty()) << format::check_image_record(*record)[0];
      EXPECT_EQ(format::decode_view(*record, record->views[0])->width, 70);
    }
  }
  for (const std::string part : {"4", "5", "6"}) {
    const Bytes record = converted(transaction, "39794-" + part).bytes;
    const auto back = format::read_encounter(record);
    ASSERT_TRUE(back.ok()) << part << ": " << back.error().message;
    EXPECT_EQ(back->encounter.samples.size(), part == "4" ? 2u : 1u);
  }
  EXPECT_EQ(refused(transaction, "iso2005").error().code, Code::kInvalidInput);  // no minutiae
}

TEST(Convert, records_become_a_transaction_too) {
  const Bytes bytes =
      converted({{.image = image_record(4)}, {.image = minutiae()}, {.image = png()}}, "transaction").bytes;
  const auto back = format::read_encounter(bytes);
  ASSERT_EQ(back->encounter.samples.size(), 3u);
  EXPECT_EQ(back->encounter.samples[0].position, FingerCapture::kRightIndex);
  EXPECT_EQ(format::decode_image(back->encounter.samples[0].image)->pixels[7], 8);
  EXPECT_TRUE(format::is_minutiae_record(back->encounter.samples[1].image));
  const auto records = format::read_minutiae_record(converted({{.image = bytes}}, "iso2005").bytes);
  EXPECT_EQ(records->views[0].minutiae[1].x, 200);
}

TEST(Convert, what_a_record_has_no_code_for_is_refused_or_kept_as_pixels) {
  const Sample face{.image = png(3), .modality = Modality::kFace};
  EXPECT_EQ(refused({face}, "19794-5:2005").error().code, Code::kUnsupported);
  EXPECT_EQ(format::read_image_record(converted({face}, "19794-5:2011").bytes)->views[0].image, face.image);
  const auto iris = format::read_image_record(converted(a_person(), "19794-6:2005").bytes);
  EXPECT_EQ(iris->views[0].image.size(), 70u * 80u);
}

TEST(Convert, names_that_are_none_are_answered_with_those_there_are) {
  EXPECT_EQ(parse_wanted("19794-5:2011")->part, format::ImagePart::kFace);
  EXPECT_EQ(parse_wanted("19794-4:2005")->edition, 2005);
  EXPECT_EQ(parse_wanted("iso2011")->kind, Wanted::Kind::kMinutiae);
  EXPECT_NE(parse_wanted("19794-7").error().message.find("19794-6:2011"), std::string::npos);
}

TEST(Convert, images_are_taken_out_of_every_kind_of_record) {
  const auto of_record = images_of(image_record(4));
  ASSERT_TRUE(of_record.ok()) << of_record.error().message;
  ASSERT_EQ(of_record->files.size(), 1u);
  EXPECT_EQ(of_record->files[0].name, "01.png");
  EXPECT_EQ(format::decode_image(of_record->files[0].bytes)->pixels[7], 8);
  EXPECT_FALSE(images_of(image_record(5)).ok());  // fewer pixels than it says
  EXPECT_FALSE(images_of(to_bytes("no record")).ok());
  const auto of_transaction = images_of(converted(a_person(), "transaction").bytes);
  ASSERT_EQ(of_transaction->files.size(), 4u);
  EXPECT_EQ(of_transaction->files[0].name, "03-type14-1.wsq");
  EXPECT_EQ(of_transaction->files[2].name, "05-type10-FACE.jp2");
}

TEST(Convert, minutiae_have_the_positions_that_they_are_given) {
  format::MinutiaeRecord unplaced = *format::read_minutiae_record(minutiae());
  unplaced.views[0].position = 0;
  const Bytes file = *format::write_minutiae_record(unplaced);
  const Converted out = converted(
      {{.position = FingerCapture::kLeftIndex, .image = file}, {.position = FingerCapture::kRightIndex, .image = file}},
      "ansi2004");
  const auto record = format::read_minutiae_record(out.bytes);
  ASSERT_TRUE(record.ok());
  ASSERT_EQ(record->views.size(), 2u);
  EXPECT_EQ(record->views[0].position, 7);
  EXPECT_EQ(record->views[1].position, 2);
  const Converted one = converted({{.position = FingerCapture::kLeftIndex, .image = file}}, "iso2005");
  EXPECT_EQ(format::read_minutiae_record(one.bytes)->views[0].position, 7);
}

format::itl::Record binary(int type, std::initializer_list<std::pair<int, std::string>> fields) {
  format::itl::Record record{type, {}, 0, 0};
  record.set(1, "0");
  for (const auto& [number, value] : fields) record.set(number, value);
  return record;
}

TEST(Convert, images_of_two_tones_and_of_a_domains_own_layout_are_taken_out_or_it_is_said) {
  const Bytes image = png();
  format::itl::Transaction transaction;
  transaction.records.push_back(binary(1, {{2, "0502"},
                                           {3,
                                            "1\x1f"
                                            "3\x1e"
                                            "6\x1f"
                                            "01\x1e"
                                            "7\x1f"
                                            "02\x1e"
                                            "7\x1f"
                                            "03"}}));
  transaction.records.push_back(binary(
      6, {{2, "1"}, {3, "0"}, {4, "2"}, {5, "0"}, {6, "5"}, {7, "2"}, {8, "0"}, {9, std::string("\xa8\x40", 2)}}));
  transaction.records.push_back(binary(7, {{2, "2"}, {3, std::string(image.begin(), image.end())}}));
  transaction.records.push_back(binary(7, {{2, "3"}, {3, "something else"}}));
  const auto images = images_of(format::itl::write(transaction));
  ASSERT_TRUE(images.ok()) << images.error().message;
  ASSERT_EQ(images->files.size(), 2u);
  EXPECT_EQ(format::decode_image(images->files[0].bytes)->pixels, (Bytes{0, 255, 0, 255, 0, 255, 255, 255, 255, 0}));
  EXPECT_EQ(images->files[0].bytes[24], 1) << "IHDR's bits a pixel";
  EXPECT_EQ(images->files[0].name, "02-type6-2.png");
  EXPECT_EQ(images->files[1].bytes, image);
  EXPECT_EQ(images->files[1].name, "03-type7.png") << "it has no position";
  ASSERT_EQ(images->left_out.size(), 1u);
  EXPECT_NE(images->left_out[0].find("record 4, Type-7"), std::string::npos);
}

// The record's resolution counts while they are together; the file alone tells whoever reads it another.
TEST(Convert, images_that_say_another_resolution_than_their_record_are_taken_out_with_a_remark) {
  const auto of_ppi = [](double ppi) {
    return *format::encode_png({.width = 70, .height = 80, .channels = 1, .ppi = ppi, .pixels = Bytes(70 * 80, 200)});
  };
  const auto remarks_of = [&](double of_image, double of_record, const std::string& kind) {
    const Sample sample{.position = FingerCapture::kRightIndex, .image = of_ppi(of_image), .ppi = of_record};
    const auto images = images_of(converted({sample}, kind).bytes);
    EXPECT_TRUE(images.ok() && images->files.size() == 1 && images->left_out.empty()) << kind;
    return images.ok() ? images->remarks : std::vector<std::string>();
  };
  for (const std::string kind : {"transaction", "19794-4:2011", "39794-4"}) {
    EXPECT_EQ(remarks_of(500, 500, kind), std::vector<std::string>()) << kind;
    EXPECT_EQ(remarks_of(0, 500, kind), std::vector<std::string>()) << kind << ": it is what is taken anyhow";
    const std::vector<std::string> other = remarks_of(1000, 500, kind), none = remarks_of(0, 1000, kind);
    ASSERT_EQ(other.size(), 1u) << kind;
    EXPECT_NE(other[0].find("says 1000, its record 500 pixels an inch"), std::string::npos) << other[0];
    ASSERT_EQ(none.size(), 1u) << kind;
    EXPECT_NE(none[0].find("says no resolution, its record 1000"), std::string::npos) << none[0];
  }
}

TEST(Convert, pixels_that_are_taken_out_say_the_resolution_of_their_record) {
  format::itl::Reading reading = format::itl::read(converted({a_person()[0]}, "transaction").bytes);
  format::itl::Record& print = reading.transaction.records.back();
  print.set(11, "NONE");
  print.set(999, std::string(70 * 80, 'z'));
  for (const int field : {9, 10}) print.set(field, "394");  // a centimetre
  print.set(8, "2");
  const auto images = images_of(format::itl::write(reading.transaction));
  ASSERT_TRUE(images.ok() && images->files.size() == 1);
  EXPECT_NEAR(format::decode_image(images->files[0].bytes)->ppi, 1000, 2);
  EXPECT_TRUE(images->remarks.empty()) << images->remarks[0];
}

TEST(Convert, prints_that_are_of_no_stated_finger_are_remarked) {
  const auto said = [](const std::vector<Sample>& files) {
    const Converted out = converted(files, "transaction");
    return out.left_out.empty() ? std::string() : out.left_out.back();
  };
  EXPECT_NE(said({{.image = png()}, a_person()[0]}).find("of 1 of 2 samples no position is stated"), std::string::npos);
  EXPECT_EQ(said(a_person()), "") << "a face has none";
}

TEST(Convert, a_bitmap_becomes_a_sample_of_what_it_was_said_to_be) {
  const std::string bitmap = "P5 70 80 255\n" + std::string(70 * 80, 'z');
  const Converted out = converted({{.image = to_bytes(bitmap), .modality = Modality::kFace}}, "transaction");
  const auto read = format::read_encounter(out.bytes);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->encounter.samples[0].modality, Modality::kFace);
}

}  // namespace
}  // namespace puente::intake
