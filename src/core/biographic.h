// What may stand in the data elements of a person, looked at when they come in. Plain functions; any thread.
#pragma once
#include "core/person.h"

namespace puente {

// Each element's form. kInvalidInput names the element: text that is empty, over limits::kTextBytesMax, no UTF-8 or has
// control characters; a sex that is not M, F or X; a nationality or an issuer of documents that is no is_nationality; a
// date of an encounter that is no day from 1900 on. A date of birth is no more than text here: what is in doubt there
// decides whether a person may be enrolled (policy/enrol.h).
Status check_biographic(const BiographicData& data);

// UTF-8 without control characters, which are separators of other people's formats, and terminals'; without what turns
// the order of letters or is not seen, by which one name can be made to look like another; no code points of nobody's.
bool is_plain_text(std::string_view text);

// Midnight, UTC, of a day as it is written here ("1990-04-30", a real one, from 1900 on); none: not such a day.
std::optional<std::int64_t> day_of(const std::string& text);

}  // namespace puente
