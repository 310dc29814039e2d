#include "format/person/describe.h"

#include <gtest/gtest.h>

#include "format/image/image.h"
#include "format/iso/iso.h"

namespace puente::format {
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

Bytes image(std::uint32_t width) {
  format::ImageRecord record;
  format::ImageView& view = record.views.emplace_back();
  view.width = width;
  view.height = 2;
  view.depth = 8;
  view.finger().image_x = view.finger().image_y = 500;
  view.image = {1, 2, 3, 4, 5, 6, 7, 8};
  return *format::write_image_record(record);
}

TEST(IsoRecord, is_shown_with_its_deviations) {
  const Result<RecordDescription> shown = describe_record(minutiae());
  ASSERT_TRUE(shown.ok());
  EXPECT_NE(shown->text.find("finger 2"), std::string::npos) << shown->text;
  EXPECT_NE(shown->text.find("180.0 degrees"), std::string::npos) << shown->text;
  EXPECT_TRUE(shown->deviations.empty());

  format::cbeff::Document document;
  document.root.children.resize(2);
  document.root.children[0].bdb_info.resize(1);
  document.root.children[0].bdb_info[0].type = "Finger";
  document.root.children[0].bdb = image(4);
  document.root.children[1].bdb = {'F', 'I', 'R', 0, 'x'};
  const Result<RecordDescription> cbeff = describe_record(*format::cbeff::write(document));
  ASSERT_TRUE(cbeff.ok());
  EXPECT_NE(cbeff->text.find("19794-4:2011"), std::string::npos) << cbeff->text;
  ASSERT_EQ(cbeff->deviations.size(), 1u);
  EXPECT_NE(cbeff->deviations[0].find("BIR: damaged"), std::string::npos) << cbeff->deviations[0];
}

// Nobody knows the tables by heart.
TEST(Shown, codes_have_their_words_beside_them) {
  const Result<RecordDescription> shown = describe_record(minutiae());
  ASSERT_TRUE(shown.ok());
  EXPECT_NE(shown->text.find("finger 2 (right index), impression 0 (live scan, plain), 300 x 300"), std::string::npos)
      << shown->text;
  itl::Reading reading;
  itl::Record card{4, {}, 0, 0}, slap{14, {}, 0, 0}, eye{17, {}, 0, 0};
  for (const auto& [number, value] : {std::pair(3, "3"),
                                      std::pair(4,
                                                "14\x1f"
                                                "255"),
                                      std::pair(5, "1"), std::pair(8, "1"), std::pair(9, "pixels")})
    card.set(number, value);
  for (const auto& [number, value] : {std::pair(3, "77"), std::pair(8, "2"), std::pair(9, "197"),
                                      std::pair(11, "WSQ20"), std::pair(13, "13"), std::pair(18, "3\x1fXX")})
    slap.set(number, value);
  eye.set(3, "2");
  reading.transaction.records = {card, slap, eye};
  const std::string text = to_text(reading);
  for (const char* line :
       {" 3 (not live, rolled)\n", " 14 (plain left four fingers) | 255\n", " 1 (as 1.011 and 1.012 say)\n",
        " 1 (WSQ)\n", " 77\n", " 2 (pixels a centimetre)\n", " 197\n", " WSQ20\n", " 13 (plain right four fingers)\n",
        " 3 (right middle) | XX\n", " 2 (left)\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
}

TEST(IsoRecord, images_are_decoded_to_the_end) {
  Image image;
  image.width = image.height = 64;
  image.pixels.assign(64 * 64, 128);
  image.ppi = 500;
  Bytes png = *format::encode_png(image, {});
  const Result<RecordDescription> sound = describe_record(png);
  ASSERT_TRUE(sound.ok());
  EXPECT_EQ(sound->text, "PNG image, 64 x 64, gray of 8 bits, lossless, 500 ppi\n");
  EXPECT_TRUE(sound->deviations.empty());
  format::cbeff::Document many;  // more pixels than are decoded for one file
  const Bytes large = *format::encode_png({.width = 4000, .height = 4000, .pixels = Bytes(16'000'000, 7)});
  many.root.children.resize(7);
  for (format::cbeff::Bir& bir : many.root.children) bir.bdb = large;
  const Result<RecordDescription> some = describe_record(*format::cbeff::write(many));
  ASSERT_TRUE(some.ok());
  EXPECT_TRUE(some->deviations.empty());
  EXPECT_EQ(some->not_checked, std::vector<std::string>{"BIR: there are too many images"});

  png.resize(png.size() - 20);
  const Result<RecordDescription> cut = describe_record(png);
  ASSERT_TRUE(cut.ok());
  EXPECT_EQ(cut->deviations.size(), 1u);
}

// A file of a few megabytes may hold tens of thousands of views: what is shown of them does not grow with it.
TEST(IsoRecord, of_many_views_the_first_are_shown) {
  format::MinutiaeRecord record;
  record.format = format::MinutiaeFormat::kIso2011;
  record.views.resize(300);
  for (format::MinutiaeView& view : record.views) view.position = 11;
  const Bytes bytes = *format::write_minutiae_record(record);
  const Result<RecordDescription> shown = describe_record(bytes);
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->json["views"].as_array()->size(), 100u);
  EXPECT_EQ(*shown->json["more_views"].as_integer(), 200);
  EXPECT_TRUE(shown->text.ends_with("... and 200 more views\n"));
  EXPECT_EQ(shown->deviations.size(), 300u + 299u);  // no such finger, and the same view

  format::ImageRecord image;
  image.views.resize(101);
  EXPECT_EQ(*describe_record(*format::write_image_record(image))->json["more_views"].as_integer(), 1);

  format::cbeff::Document document;
  document.root.children.resize(5);
  for (format::cbeff::Bir& bir : document.root.children) bir.bdb = bytes;
  const Result<RecordDescription> cbeff = describe_record(*format::cbeff::write(document));
  ASSERT_TRUE(cbeff.ok());
  std::size_t views = 0;
  for (const Json& bir : *cbeff->json["birs"].as_array())
    if (const Json::Array* of_bir = bir["record"]["views"].as_array()) views += of_bir->size();
  EXPECT_EQ(views, 100u);
}

// Nobody may take for sound what nobody looked at.
TEST(IsoRecord, what_is_not_looked_at_is_said) {
  const auto not_checked = [](const Bytes& bytes) {
    const auto described = describe_record(bytes);
    EXPECT_TRUE(described.ok() && described->deviations.empty());
    return described.ok() ? described->not_checked : std::vector<std::string>();
  };
  EXPECT_TRUE(not_checked(minutiae()).empty());
  format::MinutiaeRecord extended = *format::read_minutiae_record(minutiae());
  extended.views[0].extended = {0, 1, 0, 6, 9, 9};
  EXPECT_EQ(not_checked(*format::write_minutiae_record(extended)),
            std::vector<std::string>{"6 bytes of extended data, but their lengths"});
  format::ImageRecord images = *format::read_image_record(image(4));
  images.views[0].extended = {0, 3, 0, 6, 'h', 'i'};
  EXPECT_EQ(not_checked(*format::write_image_record(images)),
            std::vector<std::string>{"view 1: 6 bytes of extended data"});
  format::cbeff::Document signed_one;
  format::cbeff::Bir& bir = signed_one.root.children.emplace_back();
  bir.bdb = minutiae();
  bir.sb = {1, 2, 3};
  EXPECT_EQ(not_checked(*format::cbeff::write(signed_one)),
            std::vector<std::string>{"BIR: a security block of 3 bytes"});
}

TEST(IsoRecord, what_cbeff_says_is_held_against_what_is_inside) {
  const auto said_of = [](const std::string& subtype, const std::string& format, const Bytes& data) {
    format::cbeff::Document document;
    format::cbeff::Bir& bir = document.root.children.emplace_back();
    bir.bdb_info.resize(1);
    bir.bdb_info[0].type = "Finger";
    bir.bdb_info[0].subtype = subtype;
    bir.bdb_info[0].format = {"257", format};
    bir.bdb = data;
    std::string out;
    const auto described = describe_record(*format::cbeff::write(document));
    for (const std::string& line : described->deviations) out += line + "; ";
    return out;
  };
  EXPECT_EQ(said_of("Right IndexFinger", "2", minutiae()), "");
  EXPECT_NE(said_of("Left IndexFinger", "2", minutiae()).find("of finger position 2, and its subtype of 7"),
            std::string::npos);
  EXPECT_NE(said_of("RightIndex", "2", minutiae()).find("no finger is called so"), std::string::npos);
  EXPECT_NE(said_of("Right IndexFinger", "7", minutiae()).find("its data are finger minutiae"), std::string::npos);
}

}  // namespace
}  // namespace puente::format
