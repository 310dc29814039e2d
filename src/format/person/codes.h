// Inside format/person: what the codes of a record stand for, beside which they are shown to people.
#pragma once
#include <cstddef>
#include <string_view>

namespace puente::format {

// In the words of ANSI/NIST-ITL 1-2011 Update:2015, tables 7 and 8, which ISO/IEC 19794 shares as far as it has them;
// empty: a code that is not listed here.
std::string_view position_in_words(int code);    // of a finger, several or a palm
std::string_view impression_in_words(int code);  // how a print was taken

// Of a field's item, by its number from 0; empty: it says itself what it is, or is not listed here.
std::string_view item_in_words(int type, int field, std::size_t item, std::string_view code);

}  // namespace puente::format
