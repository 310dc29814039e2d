#include "core/biographic.h"

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

TEST(Biographic, days_are_real_ones_since_1900) {
  EXPECT_EQ(day_of("1970-01-02"), 86'400'000);
  for (const char* text : {"1980-02-31", "1899-12-31", "1980-1-1", "19800101", "1980-01-01T00:00:00Z", "", "unknown"})
    EXPECT_FALSE(day_of(text)) << text;
}

}  // namespace
}  // namespace puente
