#include "service/mention.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace puente::service {
namespace {

Named ana() {
  Named out{{"p-1"}};
  know(out, {{DataElement::kFamilyName, "Ruiz Pérez"},
             {DataElement::kGivenNames, "Ana María"},
             {DataElement::kDocumentNumber, "CC1020304050"}});
  return out;
}

TEST(Mention, by_id_document_or_a_family_name_with_a_given_one) {
  for (const char* text : {"the same hand as p-1.", "see p-1, file 12", "p-1", "document CC1020304050 was shown",
                           "Ana Ruiz asked for it", "RUIZ PEREZ, ANA", "la señora Pérez, María"})
    EXPECT_TRUE(mentions(text, ana())) << text;
}

TEST(Mention, whatever_capitals_and_accents_a_name_or_document_is_written_with) {
  Named jose{{"p-1"}};
  know(jose, {{DataElement::kFamilyName, "PÉREZ NÚÑEZ"},
              {DataElement::kGivenNames, "JOSÉ"},
              {DataElement::kDocumentNumber, "AB123456"}});
  for (std::string text : {"José Pérez", "Jose Perez", "JOSE PEREZ", "Pérez (José)", "jose\xcc\x81 pe\xcc\x81rez",
                           "Nuñez, José", "José María de la Cruz Pérez", "holder of ab123456", "holder of AB123456"}) {
    EXPECT_TRUE(mentions(text, jose)) << text;
    EXPECT_TRUE(blank(text, jose));
    EXPECT_TRUE(text.find("os") == text.npos && text.find("123456") == text.npos) << text;
  }
}

TEST(Mention, whatever_a_documents_number_is_parted_by) {
  Named person;
  know(person, {{DataElement::kDocumentNumber, "AB-12 34/5"}});
  for (std::string text : {"bearer of AB-12 34/5 and no more", "ab12345", "AB 1234-5.", "(AB-12.34.5)"}) {
    EXPECT_TRUE(mentions(text, person)) << text;
    EXPECT_TRUE(blank(text, person));
    EXPECT_EQ(text.find("34"), text.npos) << text;
    EXPECT_FALSE(mentions(text, person)) << text;
  }
  for (const char* text : {"AB-12 34/56", "XAB-12 34/5", "AB 12", "34/5"}) EXPECT_FALSE(mentions(text, person)) << text;
  const auto marks = numbers_in("bearer of AB-12 34/5");
  EXPECT_NE(std::find(marks.begin(), marks.end(), "AB12345"), marks.end());
}

TEST(Mention, nobody_by_half_a_name_or_a_longer_id) {
  for (const char* text : {"see p-12", "see xp-1", "file 1020304050", "officer Ana Gómez", "the family Ruiz", "",
                           "claims asylum, file 12"})
    EXPECT_FALSE(mentions(text, ana())) << text;
}

TEST(Mention, nobody_by_words_that_stand_in_every_sentence_or_far_apart) {
  Named person{{"p-2"}};
  know(person, {{DataElement::kFamilyName, "De la Hoz"}, {DataElement::kGivenNames, "María de Jesús"}});
  for (const char* text : {"coinciden las crestas de la yema en ambos dedos", "de la hoz y el martillo",
                           "María firmó el acta; en otro lugar del expediente habla el señor Hoz"})
    EXPECT_FALSE(mentions(text, person)) << text;
  for (const char* text : {"María de la Hoz pide asilo", "de la Hoz, Jesús", "la señora Hoz (María)"})
    EXPECT_TRUE(mentions(text, person)) << text;
  Named twice{{"p-3"}};
  know(twice, {{DataElement::kFamilyName, "Martín"}, {DataElement::kGivenNames, "Martín"}});
  EXPECT_FALSE(mentions("see officer Martín", twice)) << "one word is not both names";
}

TEST(Mention, a_document_number_that_any_word_could_be_is_nobodys_mark) {
  for (const char* number : {"12", "2026", "A-1", "passport", ""}) {
    Named person;
    know(person, {{DataElement::kDocumentNumber, number}});
    EXPECT_TRUE(person.ids.empty()) << number;
  }
  Named person;
  know(person, {{DataElement::kDocumentNumber, "AB123"}});
  EXPECT_TRUE(mentions("the holder of AB123", person));
}

TEST(Mention, words_are_looked_for_however_deep_they_stand_and_nothing_else_is) {
  const Json deep = Json::object({{"question", Json::object({{"legal_basis", "order about p-1"}})}});
  EXPECT_TRUE(prose_mentions(deep, ana()));
  EXPECT_TRUE(prose_mentions(Json::object({{"guardian", "Ana Ruiz"}}), ana())) << "who stood by a child is somebody";
  EXPECT_FALSE(prose_mentions(Json::object({{"case_id", "p-1"}, {"person_id", "p-1"}}), ana()));
}

TEST(Mention, is_blanked_and_the_other_words_stay) {
  const auto blanked = [](std::string text) {
    EXPECT_TRUE(blank(text, ana())) << text;
    EXPECT_FALSE(mentions(text, ana())) << text;
    return text;
  };
  EXPECT_EQ(blanked("the same hand as p-1. See file 12"), "the same hand as [erased]. See file 12");
  EXPECT_EQ(blanked("p-1 and CC1020304050, p-12"), "[erased] and [erased], p-12");
  EXPECT_EQ(blanked("Ana María Ruiz asked for it"), "[erased] asked for it");
  EXPECT_EQ(blanked("RUIZ PEREZ, ANA: no"), "[erased]: no");
  std::string nobody = "officer Ana Gómez";
  EXPECT_FALSE(blank(nobody, ana()));
  EXPECT_EQ(nobody, "officer Ana Gómez");
}

TEST(Mention, what_may_be_an_id_has_a_digit_or_a_sign_in_it) {
  EXPECT_EQ(ids_in("enrolled as p-1, once more: CC-1020304050. See maria_2"),
            (std::vector<std::string>{"p-1", "CC-1020304050", "maria_2"}));
  EXPECT_TRUE(ids_in("nobody at all - so it is").empty());
  EXPECT_TRUE(ids_in(std::string(100, '1')).empty()) << "longer than any id";
}

}  // namespace
}  // namespace puente::service
