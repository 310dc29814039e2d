// Words of names, held against each other however people write them. Plain functions; any thread.
#pragma once
#include <set>
#include <string>
#include <string_view>

namespace puente {

// Small letters without accents, as a passport's lower zone has the names of a card: "PÉREZ", "Perez" and "pérez" are
// one. Of Latin (up to U+017F), Greek and Cyrillic letters and combining accents; others stay as they are.
std::string folded(std::string_view word);
// The words of a text, folded, in no order; what is neither a letter nor a digit parts them.
std::set<std::string> folded_words(std::string_view text);

}  // namespace puente
