// A text as a part of an address, and back (RFC 3986): a path's part, a value of a query. A plus stays a plus. Plain
// functions; any thread.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace puente {

std::string percent_encoded(std::string_view text);  // all but letters, digits and - . _ ~ :
// Once. Nothing: a "%" without two hexadecimal digits behind it.
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace puente
