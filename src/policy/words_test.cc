#include "policy/words.h"

#include <gtest/gtest.h>

#include "policy/example_test.h"

namespace puente::policy {
namespace {

TEST(Words, a_clause_is_told_in_either_language) {
  Agreement shown = agreement();
  const std::string english = in_words(shown, "", Language::kEnglish);
  EXPECT_NE(english.find("  both signatures fit\n"), std::string::npos) << english;
  EXPECT_NE(english.find("    an examiner and a second person decide          always\n"), std::string::npos) << english;
  const std::string spanish = in_words(shown, "falta una", Language::kSpanish);
  EXPECT_NE(spanish.find("  SIN VIGENCIA: falta una\n"), std::string::npos) << spanish;
  EXPECT_NE(spanish.find("    se conserva                                     " +
                         std::to_string(shown.purposes[0].retention_days) + " días\n"),
            std::string::npos)
      << spanish;
}

TEST(Words, a_fact_sheet_says_all_that_the_text_says_and_whom_to_complain_to) {
  const Agreement shown = agreement();
  for (const auto& [language, complain] :
       {std::pair(Language::kEnglish, "to complain"), std::pair(Language::kSpanish, "para reclamar")}) {
    const std::string sheet = fact_sheet(shown, "", language);
    EXPECT_NE(sheet.find(in_words(shown, "", language)), std::string::npos) << sheet;
    EXPECT_NE(sheet.find(to_hex(shown.digest)), std::string::npos) << "the text that it is about";
    const std::size_t at = sheet.find(complain);
    ASSERT_NE(at, std::string::npos) << sheet;
    for (const Party& party : shown.parties)
      EXPECT_NE(sheet.find(party.country + ": " + party.name, at), std::string::npos) << sheet;
  }
}

TEST(Words, what_is_not_released_is_said_to_be_nothing) {
  Agreement shown = agreement();
  shown.purposes[0].release = {};
  EXPECT_NE(in_words(shown, "", Language::kEnglish).find("decided                nothing\n"), std::string::npos);
}

}  // namespace
}  // namespace puente::policy
