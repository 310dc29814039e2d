#include "core/biographic.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/country.h"

namespace puente {
namespace {

TEST(Countries, are_those_of_the_standard_and_no_others) {
  EXPECT_EQ(countries().size(), 249u);
  for (const char* code : {"COL", "USA", "DEU", "VEN", "SSD", "TWN", "VAT"}) EXPECT_TRUE(is_country(code)) << code;
  for (const char* code :
       {"UAS", "XQZ", "ZZZ", "AAA", "UNK", "XXA", "D", "", "col", "CO", "COLO", "ANT", "YUG", "SUN", "EUE"})
    EXPECT_FALSE(is_country(code)) << code;
}

TEST(Countries, of_travel_documents_are_also_those_without_a_country) {
  for (const char* code : {"COL", "D", "XXA", "XXB", "XXC", "XXX", "UNO", "UNA", "UNK", "EUE", "XOM", "XPO", "XBA",
                           "XCC", "GBD", "GBN", "GBO", "GBP", "GBS"})
    EXPECT_TRUE(is_nationality(code)) << code;
  for (const char* code : {"UAS", "XQZ", "ZZZ", "Colombia", "", "XXD", "UTO"})
    EXPECT_FALSE(is_nationality(code)) << code;
}

TEST(Biographic, elements_of_the_right_form_are_taken) {
  EXPECT_TRUE(check_biographic({}).ok());
  EXPECT_TRUE(check_biographic({{DataElement::kFamilyName, "Quiñones Ñañez"},
                                {DataElement::kSex, "X"},
                                {DataElement::kNationality, "XXA"},
                                {DataElement::kDocumentIssuer, "UNO"},
                                {DataElement::kEncounterDate, "2026-03-01"}})
                  .ok());
}

TEST(Biographic, elements_of_another_form_are_refused_by_their_name) {
  const std::pair<DataElement, std::string> wrong[] = {
      {DataElement::kSex, "maybe"},
      {DataElement::kSex, ""},
      {DataElement::kNationality, "Colombia"},
      {DataElement::kNationality, "UAS"},
      {DataElement::kDocumentIssuer, "ZZZ"},
      {DataElement::kEncounterDate, "1.2.1980"},
      {DataElement::kEncounterDate, "1980-02-31"},
      {DataElement::kFamilyName, std::string("Ruiz\x1d")},
      {DataElement::kFamilyName, std::string("Ru\0iz", 5)},
      {DataElement::kGivenNames, "\xc2\x85"},
      {DataElement::kGivenNames, "Mu\xd1oz"},
      {DataElement::kPlaceOfBirth, std::string(513, 'x')},
  };
  for (const auto& [element, value] : wrong) {
    const Status checked = check_biographic({{element, value}});
    ASSERT_FALSE(checked.ok()) << to_string(element) << " " << value;
    EXPECT_EQ(checked.error().code, Code::kInvalidInput);
    EXPECT_TRUE(checked.error().message.starts_with(to_string(element))) << checked.error().message;
  }
}

std::string utf8(char32_t letter) {
  const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((letter >> shift) & 0x3f)); };
  if (letter < 0x80) return {static_cast<char>(letter)};
  if (letter < 0x800) return {static_cast<char>(0xc0 | (letter >> 6)), tail(0)};
  if (letter < 0x10000) return {static_cast<char>(0xe0 | (letter >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | (letter >> 18)), tail(12), tail(6), tail(0)};
}

TEST(Biographic, names_of_all_the_world_are_plain_text) {
  for (const char* name : {"Quiñones Ñañez", "O\u2019Neill", "Nguyễn Thị Ánh", "Łukasz Żółć", "Мария", "محمد", "שרה",
                           "می\u200cخواهم", "क्\u200dष", "李小龍", "김민준", "ཨ", "Þórður", "𠮷野"})
    EXPECT_TRUE(is_plain_text(name)) << name;
}

TEST(Biographic, what_is_not_seen_is_no_plain_text_wherever_it_stands) {
  for (char32_t letter = 0; letter < 0x110000; ++letter) {
    if (letter >= 0xd800 && letter < 0xe000) continue;  // halves, no letters of UTF-8
    const bool control = letter < 0x20 || (letter >= 0x7f && letter < 0xa0);
    const bool turns = letter == 0x61c || letter == 0x200e || letter == 0x200f ||
                       (letter >= 0x202a && letter <= 0x202e) || (letter >= 0x2066 && letter <= 0x2069);
    const bool unseen = letter == 0xad || letter == 0x200b || letter == 0x2060 || letter == 0xfeff || letter == 0xe0041;
    const bool named = (letter >= 'A' && letter <= 'z') || (letter >= 0xc0 && letter < 0x250) || letter == 0x4e00;
    if (control || turns || unseen) {
      EXPECT_FALSE(is_plain_text("Ana" + utf8(letter) + "Ruiz")) << std::hex << static_cast<unsigned>(letter);
    }
    if (named) {
      EXPECT_TRUE(is_plain_text(utf8(letter))) << std::hex << static_cast<unsigned>(letter);
    }
  }
}

TEST(Biographic, broken_letters_are_no_plain_text) {
  for (const char* text :
       {"\xc3", "\xc3(", "\xa9", "\xe2\x82", "\xf0\x9f\x98", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80"})
    EXPECT_FALSE(is_plain_text(text));
}

// No day that the calendar does not have, and each that it has.
TEST(Biographic, of_all_days_that_can_be_written_the_real_ones_are_taken) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (const int year : {1899, 1900, 1999, 2000, 2023, 2024, 2100}) {
    for (int month = 0; month <= 13; ++month) {
      for (int day = 0; day <= 32; ++day) {
        const std::string text = fmt::format("{:04}-{:02}-{:02}", year, month, day);
        const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        const bool real = year >= 1900 && month >= 1 && month <= 12 && day >= 1 &&
                          day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
        EXPECT_EQ(day_of(text).has_value(), real) << text;
        EXPECT_EQ(check_biographic({{DataElement::kEncounterDate, text}}).ok(), real) << text;
      }
    }
  }
}

TEST(Biographic, of_all_codes_of_one_to_three_letters_those_of_the_lists_are_taken) {
  std::string letters;
  for (char letter = 'A'; letter <= 'Z'; ++letter) letters += letter;
  int taken = 0;
  for (std::size_t i = 0; i < 26 * 26 * 26; ++i) {
    const std::string code = letters.substr(i / 676, 1) + letters[i / 26 % 26] + letters[i % 26];
    const BiographicData stated = {{DataElement::kNationality, code}};
    const bool is_taken = check_biographic(stated).ok();
    EXPECT_EQ(is_taken, is_nationality(code)) << code;
    EXPECT_TRUE(is_taken || !is_country(code)) << code;
    taken += is_taken ? 1 : 0;
  }
  EXPECT_GT(taken, 249);
  EXPECT_LT(taken, 290);
  for (const char a : letters) {
    const std::string sex{a};
    EXPECT_EQ(check_biographic({{DataElement::kSex, sex}}).ok(), sex == "M" || sex == "F" || sex == "X") << sex;
    EXPECT_FALSE(check_biographic({{DataElement::kSex, sex + sex}}).ok());
  }
}

TEST(Biographic, days_are_real_ones_since_1900) {
  EXPECT_EQ(day_of("1970-01-02"), 86'400'000);
  for (const char* text : {"1980-02-31", "1899-12-31", "1980-1-1", "19800101", "1980-01-01T00:00:00Z", "", "unknown"})
    EXPECT_FALSE(day_of(text)) << text;
}

}  // namespace
}  // namespace puente
