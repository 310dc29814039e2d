#include <gtest/gtest.h>

#include <algorithm>

#include "core/bytes.h"
#include "core/crypto.h"
#include "format/image/image.h"
#include "format/itl/itl.h"

namespace puente::format::itl {
namespace {

using namespace std::string_view_literals;

const std::string kUs = "\x1f", kRs = "\x1e";

std::string raw_pixels(int width, int height) {
  return std::string(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), '\x80');
}

Record first_record(const std::string& contents) {
  Record record{1, {}, 0, 0};
  for (const auto& [number, value] :
       {std::pair(1, "0"), std::pair(2, "0502"), std::pair(4, "CPS"), std::pair(5, "20260301"), std::pair(7, "XX01"),
        std::pair(8, "YY02"), std::pair(9, "0001"), std::pair(11, "00.00"), std::pair(12, "00.00")})
    record.set(number, value);
  record.set(3, contents);
  return record;
}

// A fingerprint of 40 x 30 pixels, raw.
Record finger(int idc, int position) {
  Record record{14, {}, 0, 0};
  for (const auto& [number, value] :
       {std::pair(1, "0"), std::pair(3, "0"), std::pair(4, "YY02"), std::pair(5, "20260228"), std::pair(6, "40"),
        std::pair(7, "30"), std::pair(8, "1"), std::pair(9, "500"), std::pair(10, "500"), std::pair(11, "NONE"),
        std::pair(12, "8")})
    record.set(number, value);
  record.set(2, (idc < 10 ? "0" : "") + std::to_string(idc));
  record.set(13, std::to_string(position));
  record.set(999, raw_pixels(40, 30));
  return record;
}

Transaction transaction_of(const std::vector<Record>& records) {
  std::string contents = "1" + kUs + std::to_string(records.size());
  for (const Record& record : records)
    contents += kRs + std::to_string(record.type) + kUs + std::string(record.value(2));
  Transaction t;
  t.records.push_back(first_record(contents));
  t.records.insert(t.records.end(), records.begin(), records.end());
  return t;
}

// What is found in it once it has been written and read, "14.021: rule; …".
std::vector<Finding> found_in(const Transaction& transaction) {
  const Reading reading = read(write(transaction));
  EXPECT_TRUE(reading.findings.empty()) << reading.findings[0].rule;
  return check(reading);
}
std::string words(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& f : findings)
    out += std::to_string(f.type) + "." + std::to_string(f.field) + ": " + f.rule + "; ";
  return out;
}

// Whether one finding, and no other, is about that field and says that.
testing::AssertionResult only(const Transaction& transaction, int type, int field, const std::string& says) {
  const std::vector<Finding> findings = found_in(transaction);
  if (findings.size() != 1) return testing::AssertionFailure() << findings.size() << " findings: " << words(findings);
  const Finding& f = findings[0];
  if (f.type != type || f.field != field || f.rule.find(says) == std::string::npos)
    return testing::AssertionFailure() << words(findings);
  return testing::AssertionSuccess();
}

TEST(ItlCheck, a_sound_transaction_has_no_findings) {
  const Transaction t = transaction_of({finger(1, 2), finger(2, 7)});
  EXPECT_EQ(words(found_in(t)), "");
}

TEST(ItlCheck, every_mandatory_field_is_missed) {
  for (const int field : {2, 4, 5, 7, 8, 9, 11, 12}) {
    Transaction t = transaction_of({finger(1, 2)});
    std::erase_if(t.records[0].fields, [=](const Field& f) { return f.number == field; });
    EXPECT_TRUE(only(t, 1, field, "missing")) << field;
  }
  for (const int field : {3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}) {
    Transaction t = transaction_of({finger(1, 2)});
    std::erase_if(t.records[1].fields, [=](const Field& f) { return f.number == field; });
    EXPECT_NE(words(found_in(t)).find("14." + std::to_string(field) + ": "), std::string::npos) << field;
  }
}

TEST(ItlCheck, letters_lengths_and_values_are_held_to_the_layout) {
  struct Case {
    int record, field;
    std::string value, says;
  };
  for (const Case& c :
       {Case{0, 6, "10", "1 character"}, Case{0, 6, "0", "one of 1..9"}, Case{0, 5, "20260229", "a date"},
        Case{0, 14, "20260301120000", "a moment"}, Case{0, 2, "0503", "newer"}, Case{0, 2, "0401", "one of 0200"},
        Case{0, 4, std::string(17, 'A'), "1 to 16 characters"}, Case{0, 18, "NATO", "one of ISO"},
        Case{0, 12, "19.69", "00.00"}, Case{0, 9, "\xe4", "ASCII"}, Case{1, 3, "10", "one of"},
        Case{1, 13, "21", "one of"}, Case{1, 12, "x8", "digits"}, Case{1, 22, "2" + kUs + "6", "1..5"},
        Case{1, 27, "N", "one of Y"}}) {
    Transaction t = transaction_of({finger(1, 2)});
    t.records[static_cast<std::size_t>(c.record)].set(c.field, c.value);
    EXPECT_TRUE(only(t, c.record == 0 ? 1 : 14, c.field, c.says)) << c.value;
  }
}

TEST(ItlCheck, items_and_subfields_are_counted_and_located) {
  Transaction t = transaction_of({finger(1, 13)});
  t.records[1].set(
      21, "2" + kUs + "1" + kUs + "9" + kUs + "1" + kUs + "9" + kRs + "3" + kUs + "11" + kUs + "19" + kUs + "1");
  const Bytes bytes = write(t);
  const std::vector<Finding> findings = check(read(bytes));
  ASSERT_EQ(findings.size(), 1u) << words(findings);
  EXPECT_NE(findings[0].rule.find("5 items (FRSP, LHC, RHC, TVC, BVC); here are 4"), std::string::npos);
  EXPECT_EQ(findings[0].subfield, 2u);
  EXPECT_EQ(text(bytes).substr(findings[0].offset, 4), "3" + kUs + "11");

  t.records[1].set(21, "2" + kUs + "1" + kUs + "9" + kUs + "x" + kUs + "9");
  const Bytes other = write(t);
  const std::vector<Finding> letter = check(read(other));
  ASSERT_EQ(letter.size(), 1u) << words(letter);
  EXPECT_EQ(letter[0].item, 4u);
  EXPECT_EQ(other[letter[0].offset], 'x');

  Transaction padded = transaction_of({});  // 01.013: as some write it
  padded.records[0].set(13, "a" + kUs + "b" + kUs + "c");
  for (Field& field : padded.records[0].fields) field.type_digits = 2;
  const Bytes zeros = write(padded);
  const std::vector<Finding> third = check(read(zeros));
  ASSERT_FALSE(third.empty());
  EXPECT_EQ(third[0].field, 13) << words(third);
  EXPECT_EQ(zeros[third[0].offset], 'a') << words(third);

  t.records[1].set(21, "");
  std::string many;
  for (int i = 0; i < 6; ++i) many += (i ? kRs : "") + "2" + kUs + "1";
  t.records[1].set(22, many);
  EXPECT_NE(words(found_in(t)).find("at most 5 subfields; here are 6"), std::string::npos) << words(found_in(t));
}

TEST(ItlCheck, fields_that_the_version_does_not_have) {
  Transaction t = transaction_of({finger(1, 2)});
  t.records[0].set(2, "0400");
  t.records[0].set(16, "A" + kUs + "B" + kUs + "C");
  EXPECT_TRUE(only(t, 1, 16, "came with version 0500"));
  t = transaction_of({finger(1, 2)});
  t.records[0].set(44, "x");
  EXPECT_TRUE(only(t, 1, 44, "no such field"));
  t = transaction_of({finger(1, 2)});
  t.records[1].set(200, "x");
  EXPECT_TRUE(only(t, 14, 200, "user-defined"));
  EXPECT_EQ(found_in(t)[0].severity, Severity::kWarning);
  t = transaction_of({finger(1, 2)});
  t.records[0].set(2, "0300");
  t.records[0].set(4, "TOOLONG");
  EXPECT_TRUE(only(t, 1, 4, "3 to 4 characters")) << "TOT grew with version 0500";
}

TEST(ItlCheck, contents_are_compared_with_the_records) {
  Transaction t = transaction_of({finger(1, 2), finger(2, 7)});
  t.records[0].set(3, "1" + kUs + "2" + kRs + "14" + kUs + "01" + kRs + "14" + kUs + "03");
  EXPECT_TRUE(only(t, 1, 3, "has the IDC \"02\"; the contents say \"03\""));
  t = transaction_of({finger(1, 2), finger(1, 7)});
  EXPECT_TRUE(only(t, 14, 2, "has the IDC"));
}

TEST(ItlCheck, segments_lie_in_their_image) {
  const auto with = [](const std::string& left, const std::string& right, const std::string& top,
                       const std::string& bottom, const std::string& position = "2") {
    Transaction t = transaction_of({finger(1, 13)});
    t.records[1].set(21, position + kUs + left + kUs + right + kUs + top + kUs + bottom);
    return t;
  };
  EXPECT_EQ(words(found_in(with("0", "40", "0", "30"))), "");
  EXPECT_TRUE(only(with("0", "41", "0", "30"), 14, 21, "at most HLL, 40; here is 41"));
  EXPECT_TRUE(only(with("0", "40", "0", "31"), 14, 21, "at most VLL, 30; here is 31"));
  EXPECT_TRUE(only(with("9", "9", "0", "30"), 14, 21, "less than RHC"));
  EXPECT_TRUE(only(with("0", "9", "7", "6"), 14, 21, "less than BVC"));
  EXPECT_TRUE(only(with("0", "9", "0", "6", "7"), 14, 21, "none of those that position 13 shows"));
}

TEST(ItlCheck, what_images_say_of_themselves_is_compared) {
  Transaction t = transaction_of({finger(1, 2)});
  t.records[1].set(999, raw_pixels(40, 29));
  EXPECT_TRUE(only(t, 14, 999, "1200 bytes; here are 1160"));

  Image image;
  image.width = 70;
  image.height = 64;
  image.channels = 1;
  image.pixels.assign(70 * 64, 128);
  for (const auto& [code, bytes] : {std::pair("WSQ20", *encode_wsq(image)), std::pair("PNG", *encode_png(image)),
                                    std::pair("JP2L", *encode_jpeg2000(image))}) {
    Transaction encoded = transaction_of({finger(1, 2)});
    encoded.records[1].set(11, code);
    encoded.records[1].set(6, "70");
    encoded.records[1].set(7, "64");
    encoded.records[1].set(999, std::string(text(bytes)));
    EXPECT_EQ(words(found_in(encoded)), "") << code;
    encoded.records[1].set(6, "71");
    EXPECT_TRUE(only(encoded, 14, 6, "HLL says 71; the image is 70 pixels wide")) << code;
    encoded.records[1].set(6, "70");
    encoded.records[1].set(7, "63");
    EXPECT_TRUE(only(encoded, 14, 7, "VLL says 63")) << code;
    encoded.records[1].set(7, "64");
    encoded.records[1].set(11, "JPEGB");
    EXPECT_TRUE(only(encoded, 14, 11, "CGA says JPEGB; the data are")) << code;
    encoded.records[1].set(11, code);
    encoded.records[1].set(999, "nothing");
    EXPECT_TRUE(only(encoded, 14, 999, "that can be read")) << code;
  }
}

TEST(ItlCheck, a_ten_print_has_every_finger_once_but_for_those_said_to_be_missing) {
  std::vector<Record> card;
  for (int i = 1; i <= 14; ++i) card.push_back(finger(i, i));
  EXPECT_EQ(words(found_in(transaction_of(card))), "");
  std::vector<Record> less = card;
  less.erase(less.begin() + 12);
  EXPECT_TRUE(only(transaction_of(less), 14, 0, "missing: 13"));
  std::vector<Record> twice = card;
  twice[2].set(13, "2");
  const std::string said = words(found_in(transaction_of(twice)));
  EXPECT_NE(said.find("2 stands here again"), std::string::npos) << said;
  EXPECT_NE(said.find("missing: 3"), std::string::npos) << said;

  std::vector<Record> amputated = card;
  amputated.erase(amputated.begin() + 3);
  amputated[11].set(18, "4" + kUs + "XX");
  EXPECT_EQ(words(found_in(transaction_of(amputated))), "");
  std::vector<Record> two_thumbs(card.begin(), card.begin() + 10);
  for (const int position : {13, 14, 15}) two_thumbs.push_back(finger(position, position));
  EXPECT_EQ(words(found_in(transaction_of(two_thumbs))), "");
}

TEST(ItlCheck, a_face_is_no_tattoo) {
  Record face{10, {}, 0, 0};
  for (const auto& [number, value] :
       {std::pair(1, "0"), std::pair(2, "01"), std::pair(3, "FACE"), std::pair(4, "YY02"), std::pair(5, "20260228"),
        std::pair(6, "4"), std::pair(7, "2"), std::pair(8, "0"), std::pair(9, "1"), std::pair(10, "1"),
        std::pair(11, "NONE"), std::pair(12, "SRGB"), std::pair(13, "30")})
    face.set(number, value);
  face.set(999, std::string(24, 'x'));
  EXPECT_EQ(words(found_in(transaction_of({face}))), "");
  Record other = face;
  other.set(3, "AFACE");
  EXPECT_TRUE(only(transaction_of({other}), 10, 3, "one of FACE"));
  other = face;
  other.set(40, "TAT L ARM");
  EXPECT_TRUE(only(transaction_of({other}), 10, 40, "the image is a FACE"));
  other = face;
  other.set(20, "A");
  EXPECT_TRUE(only(transaction_of({other}), 10, 21, "POA is mandatory"));
  other = face;
  other.set(3, "TATTOO");
  const std::string said = words(found_in(transaction_of({other})));
  EXPECT_NE(said.find("10.13: is for faces"), std::string::npos) << said;
  EXPECT_NE(said.find("10.40: SMT is mandatory"), std::string::npos) << said;
}

TEST(ItlCheck, an_eye_that_is_missing_needs_no_image) {
  Record iris{17, {}, 0, 0};
  for (const auto& [number, value] : {std::pair(1, "0"), std::pair(2, "01"), std::pair(3, "1"), std::pair(4, "YY02"),
                                      std::pair(5, "20260228"), std::pair(28, "MA")})
    iris.set(number, value);
  EXPECT_EQ(words(found_in(transaction_of({iris}))), "");
  std::erase_if(iris.fields, [](const Field& f) { return f.number == 28; });
  EXPECT_NE(words(found_in(transaction_of({iris}))).find("17.999: is mandatory unless 17.028"), std::string::npos);
  iris.set(28, "MA");
  iris.set(33, "P" + kUs + "3" + kUs + "1" + kUs + "2" + kUs + "3" + kUs + "4");
  EXPECT_TRUE(only(transaction_of({iris}), 17, 33, "NOP says 3 points; here are 2"));
}

TEST(ItlCheck, signatures_and_hashes) {
  Record signature{8, {}, 0, 0};
  for (const auto& [number, value] : {std::pair(1, "0"), std::pair(2, "1"), std::pair(3, "0"), std::pair(4, "2"),
                                      std::pair(5, "0"), std::pair(6, "0"), std::pair(7, "0")})
    signature.set(number, value);
  signature.set(8, std::string(11, '\1'));
  EXPECT_TRUE(only(transaction_of({signature}), 8, 8, "5 bytes each"));

  Transaction t = transaction_of({finger(1, 2)});
  t.records[1].set(996, to_hex(sha256(view(raw_pixels(40, 30)))));
  EXPECT_EQ(words(found_in(t)), "");
  t.records[1].set(996, std::string(64, '0'));
  EXPECT_TRUE(only(t, 14, 996, "SHA-256"));
}

// A record of only what the list says, with a source agency.
Record record_of(int type, std::initializer_list<std::pair<int, std::string>> fields) {
  Record record{type, {}, 0, 0};
  for (const auto& [number, value] : {std::pair(1, "0"), std::pair(2, "01"), std::pair(4, "YY02")})
    record.set(number, value);
  for (const auto& [number, value] : fields) record.set(number, value);
  return record;
}

// Items, divided by '|', and subfields, by '/', as a field has them.
std::string items(std::string text) {
  std::replace(text.begin(), text.end(), '|', kUs[0]);
  std::replace(text.begin(), text.end(), '/', kRs[0]);
  return text;
}

Transaction with_fields(Record record, std::initializer_list<std::pair<int, std::string>> fields) {
  for (const auto& [number, value] : fields) record.set(number, items(value));
  return transaction_of({std::move(record)});
}
Transaction finger_with(int position, std::initializer_list<std::pair<int, std::string>> fields) {
  return with_fields(finger(1, position), fields);
}
Record without_image(Record record) {
  std::erase_if(record.fields, [](const Field& f) { return (f.number >= 6 && f.number <= 12) || f.number == 999; });
  return record;
}
Record latent() {
  Record record = finger(1, 2);
  record.type = 13;
  record.set(3, "4");
  return record;
}
Record face() {
  return record_of(10, {{3, "FACE"},
                        {5, "20260228"},
                        {6, "4"},
                        {7, "2"},
                        {8, "0"},
                        {9, "1"},
                        {10, "1"},
                        {11, "NONE"},
                        {12, "SRGB"},
                        {13, "30"},
                        {999, std::string(24, 'x')}});
}
// A Type-4 record of 2 x 2 pixels, and what the first record says of its resolution.
Transaction binary_finger(const std::string& positions, const std::string& resolution = "19.69") {
  Record record{4, {}, 0, 0};
  for (const auto& [number, value] : {std::pair(1, "0"), std::pair(2, "1"), std::pair(3, "0"), std::pair(5, "0"),
                                      std::pair(6, "2"), std::pair(7, "2"), std::pair(8, "0"), std::pair(9, "abcd")})
    record.set(number, value);
  record.set(4, items(positions));
  Transaction t = transaction_of({record});
  for (const int field : {11, 12}) t.records[0].set(field, resolution);
  return t;
}

TEST(ItlCheck, voice_and_other_kinds_have_their_data) {
  for (const int type : {11, 12, 22})
    EXPECT_EQ(words(found_in(transaction_of({record_of(type, {{999, "data"}})}))), "") << type;
  EXPECT_EQ(words(found_in(transaction_of({record_of(20, {{21, "1"}, {999, "data"}})}))), "");
  EXPECT_EQ(words(found_in(transaction_of({record_of(21, {{21, "1"}, {999, "data"}})}))), "");
}

TEST(ItlCheck, fields_that_no_row_is_for_are_said_to_be_not_looked_at) {
  EXPECT_TRUE(only(transaction_of({record_of(11, {{30, "x"}, {999, "data"}})}), 11, 30, "not looked at"));
  EXPECT_TRUE(only(transaction_of({record_of(9, {{3, "4"}, {4, "U"}, {31, "x"}})}), 9, 31, "user-defined"));
}

TEST(ItlCheck, codes_with_digits_name_a_latents_processing) {
  EXPECT_EQ(words(found_in(transaction_of({record_of(9, {{3, "4"}, {4, "U"}, {352, "12I" + kRs + "R6G"}})}))), "");
}

TEST(ItlCheck, views_and_parts_of_a_finger) {
  for (const char* part : {"EJI", "TIP", "FV1", "PRX", "DST", "MED"}) {
    EXPECT_EQ(words(found_in(finger_with(19, {{14, std::string("2|") + part}}))), "") << part;
    EXPECT_EQ(words(found_in(with_fields(latent(), {{13, "19"}, {14, std::string("2|") + part}}))), "") << part;
  }
  EXPECT_TRUE(only(finger_with(19, {{14, "2|EJI"}, {15, "EJI|NA|1|9|1|9"}}), 14, 15, "FVC is one of NA"));
}

TEST(ItlCheck, palm_positions_of_a_fingerprint) {
  for (const int position : {18, 33, 36}) EXPECT_EQ(words(found_in(finger_with(position, {}))), "") << position;
  EXPECT_EQ(words(found_in(binary_finger("18|255|255|255|255|255"))), "");
}

TEST(ItlCheck, missing_fingers_are_of_the_position_and_named_once) {
  EXPECT_EQ(words(found_in(finger_with(13, {{18, "2|XX/3|UP"}}))), "");
  EXPECT_EQ(words(found_in(with_fields(without_image(finger(1, 2)), {{18, "2|XX"}}))), "");
  for (const auto& [position, missing] : {std::pair(2, "3|XX"), std::pair(14, "2|XX")}) {
    const Transaction t = finger_with(position, {{18, missing}});
    EXPECT_TRUE(only(t, 14, 18, "none of those that position")) << position;
    EXPECT_EQ(found_in(t)[0].severity, Severity::kWarning);
  }
  EXPECT_TRUE(only(finger_with(13, {{18, "2|XX/2|UP"}}), 14, 18, "2 stands here already"));
}

TEST(ItlCheck, an_image_is_missing_for_a_reason_and_then_whole) {
  EXPECT_NE(words(found_in(with_fields(without_image(finger(1, 2)), {{18, "2|SR"}}))).find("14.999: is mandatory"),
            std::string::npos)
      << "a scar is no reason";
  Record partial = without_image(finger(1, 2));
  partial.set(6, "40");
  EXPECT_TRUE(only(with_fields(partial, {{18, "2|XX"}}), 14, 6, "there is no image"));
  EXPECT_TRUE(only(finger_with(2, {{18, "2|UP"}}), 14, 18, "could not be printed"));
  EXPECT_EQ(words(found_in(finger_with(2, {{18, "2|XX"}}))), "") << "a partial print";
  EXPECT_TRUE(only(finger_with(13, {{18, "2|UP"}, {21, "2|1|9|1|9"}}), 14, 21, "could not be printed"));
}

TEST(ItlCheck, qualities_and_segments_are_of_the_fingers_shown) {
  for (const auto& [field, rest] : {std::pair(21, "|1|9|1|9"), std::pair(22, "|2"), std::pair(23, "|50|0001|1"),
                                    std::pair(24, "|50|0001|1"), std::pair(25, "|3|1|1|2|2|3|3")}) {
    EXPECT_EQ(words(found_in(finger_with(2, {{field, std::string("2") + rest}}))), "") << field;
    EXPECT_EQ(words(found_in(finger_with(13, {{field, std::string("2") + rest}}))), "") << field;
    EXPECT_EQ(words(found_in(finger_with(16, {{field, std::string("16") + rest}}))), "") << field;
    EXPECT_TRUE(only(finger_with(2, {{field, std::string("3") + rest}}), 14, field, "none of those")) << field;
    EXPECT_TRUE(only(finger_with(2, {{field, std::string("16") + rest}}), 14, field, "none of those")) << field;
    EXPECT_TRUE(only(finger_with(13, {{field, std::string("7") + rest}}), 14, field, "none of those")) << field;
  }
}

TEST(ItlCheck, coordinates_lie_in_their_image) {
  EXPECT_TRUE(only(finger_with(13, {{25, "2|3|1|1|41|9|5|5"}}), 14, 25, "HPO is at most HLL, 40"));
  EXPECT_TRUE(only(finger_with(13, {{25, "2|3|1|1|9|31|5|5"}}), 14, 25, "VPO is at most VLL, 30"));
  const auto part = [](const std::string& box) { return finger_with(19, {{14, "2|EJI"}, {15, "FV1|NA|" + box}}); };
  EXPECT_EQ(words(found_in(part("1|40|1|30"))), "");
  EXPECT_TRUE(only(part("1|41|1|30"), 14, 15, "RHC is at most HLL, 40"));
  EXPECT_TRUE(only(part("9|1|1|30"), 14, 15, "LHC is less than RHC"));
  EXPECT_TRUE(only(with_fields(latent(), {{13, "19"}, {14, "2|EJI"}, {15, "FV1|NA|1|9|1|31"}}), 13, 15, "at most VLL"));
  EXPECT_EQ(words(found_in(with_fields(face(), {{14, "1|4|0|2|H"}, {29, "1|2.1|4|2"}}))), "");
  EXPECT_TRUE(only(with_fields(face(), {{14, "1|5|0|2|H"}}), 10, 14, "RHC is at most HLL, 4"));
  EXPECT_TRUE(only(with_fields(face(), {{29, "1|2.1|5|2"}}), 10, 29, "HCX is at most HLL, 4"));
  EXPECT_TRUE(only(with_fields(face(), {{29, "1|2.1|1|1/1|2.2|1|3"}}), 10, 29, "HCY is at most VLL, 2"));
}

TEST(ItlCheck, an_entire_joint_image_is_found_among_several_positions) {
  EXPECT_TRUE(only(with_fields(latent(), {{13, "19/2"}}), 13, 14, "is mandatory where the position is 19"));
  EXPECT_TRUE(only(with_fields(latent(), {{13, "2/3"}, {15, "FV1|NA|1|9|1|9"}}), 13, 15, "is for the position 19"));
  EXPECT_EQ(words(found_in(with_fields(latent(), {{13, "2/19"}, {14, "2|EJI"}}))), "");
}

TEST(ItlCheck, text_is_in_the_characters_that_the_file_names) {
  const std::string accent = "caf\xc3\xa9", latin = "caf\xe9";
  const auto with = [](const std::string& comment, const std::string& encoding) {
    Transaction t = finger_with(2, {{20, comment}});
    if (!encoding.empty()) t.records[0].set(15, items(encoding));
    return t;
  };
  EXPECT_TRUE(only(with(accent, ""), 14, 20, "COM is ASCII"));
  EXPECT_TRUE(only(with(latin, "0|ASCII"), 14, 20, "COM is ASCII"));
  EXPECT_TRUE(only(with(latin, "3|UTF-8"), 14, 20, "COM is UTF-8"));
  EXPECT_TRUE(only(with("a\x01", "3|UTF-8"), 14, 20, "control character"));
  EXPECT_EQ(words(found_in(with("two\r\nlines", ""))), "");
  EXPECT_EQ(words(found_in(with(accent, "003|UTF-8"))), "");
  EXPECT_EQ(words(found_in(with(latin, "200|OURS"))), "");
  const std::string run = "\x02(B" + latin + "\x03";  // an escape of old
  EXPECT_TRUE(only(with(run, ""), 14, 20, "not looked at: COM has a run between STX and ETX"));
  EXPECT_TRUE(only(with("a" + run + latin, ""), 14, 20, "COM is ASCII")) << "around it nothing is allowed more";
  EXPECT_TRUE(only(with("a\x02" + latin, ""), 14, 20, "without the other"));
  EXPECT_TRUE(only(with("a\x03", ""), 14, 20, "without the other"));
  std::string long_comment;
  for (int i = 0; i < 120; ++i) long_comment += "\xc3\xa9";
  EXPECT_EQ(words(found_in(with(long_comment, "3|UTF-8"))), "") << "letters are counted, not bytes";
}

TEST(ItlCheck, encodings_have_their_numbers) {
  const auto with = [](const std::string& encoding) {
    Transaction t = finger_with(2, {});
    t.records[0].set(15, items(encoding));
    return t;
  };
  for (const char* sound : {"0|ASCII", "002|UTF-16", "3|utf-8", "4|UTF-32", "128|OURS"})
    EXPECT_EQ(words(found_in(with(sound))), "") << sound;
  EXPECT_TRUE(only(with("003|UTF-16"), 1, 15, "CSN is UTF-8 where CSI is 3"));
  EXPECT_TRUE(only(with("77|FOO"), 1, 15, "5 to 127 are reserved"));
}

TEST(ItlCheck, colours_are_those_of_the_image) {
  EXPECT_TRUE(only(with_fields(face(), {{13, "5"}}), 10, 13, "SAP is one of"));
  EXPECT_TRUE(only(with_fields(face(), {{12, "GRAY"}}), 10, 999, "8 bits are 8 bytes; here are 24"));
  EXPECT_TRUE(only(with_fields(face(), {{999, "12345678"}}), 10, 999, "24 bits are 24 bytes; here are 8"));
  EXPECT_EQ(words(found_in(with_fields(face(), {{12, "UNK"}, {999, "12345678"}}))), "");
  EXPECT_EQ(words(found_in(with_fields(face(), {{6, "999999999"}, {7, "999999999"}, {12, "UNK"}}))).find("10.999"),
            std::string::npos);  // a product of these is no number of ours
  Image image;
  image.width = 4;
  image.height = 2;
  image.channels = 3;
  image.pixels.assign(24, 128);
  Record encoded = face();
  encoded.set(11, "PNG");
  encoded.set(999, std::string(text(*encode_png(image))));
  EXPECT_EQ(words(found_in(transaction_of({encoded}))), "");
  EXPECT_TRUE(only(with_fields(encoded, {{12, "GRAY"}}), 10, 12, "CSP says GRAY; the image has 3 components"));
  image.channels = 1;
  image.pixels.resize(8);
  encoded.set(999, std::string(text(*encode_png(image))));
  EXPECT_TRUE(only(transaction_of({encoded}), 10, 12, "CSP says SRGB; the image has 1 component"));
}

// A PNG that says which way up it is to be seen, in an eXIf chunk behind its header.
std::string oriented(int orientation) {
  const Bytes png = *encode_png(Image{70, 64, 1, 500, Bytes(70 * 64, 128)});
  const Bytes exif = ByteWriter()
                         .raw(view("MM\0*"sv))
                         .u32(8)
                         .u16(1)
                         .u16(274)
                         .u16(3)
                         .u32(1)
                         .u16(static_cast<std::uint16_t>(orientation))
                         .u16(0)
                         .u32(0)
                         .take();
  constexpr std::size_t kSignatureAndHeader = 33;
  const Bytes file = ByteWriter()
                         .raw(ByteView(png).first(kSignatureAndHeader))
                         .u32(static_cast<std::uint32_t>(exif.size()))
                         .raw(view("eXIf"sv))
                         .raw(exif)
                         .u32(0)
                         .raw(ByteView(png).subspan(kSignatureAndHeader))
                         .take();
  return std::string(text(file));
}

TEST(ItlCheck, that_a_picture_within_a_record_says_which_way_up_it_is_is_said) {
  const auto holding = [](int orientation) {
    return finger_with(2, {{6, "70"}, {7, "64"}, {11, "PNG"}, {999, oriented(orientation)}});
  };
  EXPECT_EQ(words(found_in(holding(1))), "");
  for (const int orientation : {2, 3, 6}) {
    const Transaction t = holding(orientation);
    ASSERT_TRUE(only(t, 14, 999, "its Exif orientation is " + std::to_string(orientation)));
    EXPECT_EQ(found_in(t)[0].severity, Severity::kWarning) << "sizes are those of the pixels as they are stored";
  }
}

TEST(ItlCheck, scales_and_resolutions) {
  const auto warns = [](const Transaction& t, int type, int field, const std::string& says) {
    return only(t, type, field, says) && found_in(t)[0].severity == Severity::kWarning;
  };
  EXPECT_TRUE(warns(finger_with(2, {{8, "0"}}), 14, 8, "states no scale"));
  EXPECT_TRUE(warns(finger_with(2, {{10, "250"}}), 14, 10, "THPS is 500, TVPS 250"));
  const std::string whole = "2|255|255|255|255|255";
  EXPECT_EQ(words(found_in(binary_finger(whole))), "");
  Transaction t = binary_finger(whole);
  t.records[0].set(11, "-1.00");
  EXPECT_TRUE(only(t, 1, 11, "a number without sign"));
  t.records[0].set(11, "19.00");
  EXPECT_TRUE(warns(t, 1, 11, "19.30"));
}

TEST(ItlCheck, positions_devices_and_rolled_slaps) {
  EXPECT_TRUE(only(binary_finger("2|255|3|255|255|255"), 4, 4, "after 255"));
  EXPECT_TRUE(only(finger_with(2, {{903, "XXXXXXXXXXXXX"}}), 14, 903, "begins with M or P"));
  EXPECT_EQ(words(found_in(finger_with(2, {{903, "M001122334455"}}))), "");
  EXPECT_TRUE(only(finger_with(13, {{3, "1"}}), 14, 3, "rolled"));
  EXPECT_EQ(found_in(finger_with(13, {{3, "1"}}))[0].severity, Severity::kWarning);
  EXPECT_EQ(words(found_in(finger_with(2, {{3, "1"}}))), "");
}

TEST(ItlCheck, sizes_of_new_versions_have_two_digits) {
  Transaction t = finger_with(2, {{6, "5"}, {999, raw_pixels(5, 30)}});
  EXPECT_TRUE(only(t, 14, 6, "2 to 5 characters"));
  t.records[0].set(2, "0500");
  EXPECT_EQ(words(found_in(t)), "");
}

TEST(ItlCheck, soles_and_sources) {
  Record sole = finger(1, 60);
  sole.type = 19;
  sole.set(3, "28");
  EXPECT_EQ(words(found_in(transaction_of({sole}))), "");
  EXPECT_TRUE(only(with_fields(sole, {{13, "2"}}), 19, 13, "one of 60..79"));
  EXPECT_TRUE(only(with_fields(sole, {{3, "99"}}), 19, 3, "one of 28"));
  EXPECT_TRUE(only(with_fields(sole, {{7, "29"}}), 19, 999, "1160 bytes"));
  EXPECT_EQ(words(found_in(with_fields(without_image(sole), {{18, "61|XX"}}))), "");
  EXPECT_NE(words(found_in(transaction_of({without_image(sole)}))).find("19.999: is mandatory"), std::string::npos);
  EXPECT_TRUE(only(transaction_of({record_of(20, {})}), 20, 21, "SRN is mandatory"));
  EXPECT_TRUE(only(transaction_of({record_of(21, {})}), 21, 21, "ACN is mandatory"));
  EXPECT_TRUE(only(transaction_of({record_of(20, {{21, "256"}})}), 20, 21, "1..255"));
  for (const int type : {11, 12, 18, 22}) {
    Record record = record_of(type, {});
    std::erase_if(record.fields, [](const Field& f) { return f.number == 4; });
    EXPECT_TRUE(only(transaction_of({record}), type, 4, "SRC is mandatory")) << type;
  }
}

TEST(ItlCheck, findings_are_few_however_bad_the_file) {
  std::string bad;
  for (int i = 0; i < 100'000; ++i) bad += kRs + "x";
  Transaction t = transaction_of({finger(1, 13)});
  for (const int field : {21, 22, 23, 24}) t.records[1].set(field, bad);
  EXPECT_LT(found_in(t).size(), 50u);
  std::replace(bad.begin(), bad.end(), 'x', '7');  // a finger that is not shown
  for (const int field : {14, 15, 18, 21, 22, 23, 24, 25}) t.records[1].set(field, bad);
  EXPECT_LT(found_in(t).size(), 150u);
}

}  // namespace
}  // namespace puente::format::itl
