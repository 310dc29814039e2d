// Countries by their codes, each list complete: what is on neither is a slip of the pen, and hides nobody from anybody.
// Plain functions; any thread.
#pragma once
#include <span>
#include <string_view>

namespace puente {

// ISO 3166-1 alpha-3, in alphabetical order. is_country (core/person.h) is whether a code is one of them.
std::span<const std::string_view> countries();

// What a travel document may say of its bearer (ICAO Doc 9303-3, section 5): a country; "D", as Germany's documents
// have it; stateless, refugee or unspecified ("XXA", "XXB", "XXC", "XXX"); the United Kingdom's other kinds of
// nationals; those who travel on the papers of the United Nations, the European Union or another organisation.
bool is_nationality(std::string_view code);

}  // namespace puente
