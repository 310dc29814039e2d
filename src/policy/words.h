// An agreement for the people who sign it, clause by clause, in English or Spanish: the document itself is for
// programs.
#pragma once
#include <string>

#include "core/agreement.h"

namespace puente::policy {

enum class Language { kEnglish, kSpanish };

// Lines of text. problem: what is wrong with its signatures, or empty.
std::string in_words(const Agreement& agreement, const std::string& problem, Language language);
// The same for whoever is concerned by it: what holds whatever a clause says, and whom to ask or complain to.
std::string fact_sheet(const Agreement& agreement, const std::string& problem, Language language);

}  // namespace puente::policy
