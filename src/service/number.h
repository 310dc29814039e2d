// Whom nobody has enrolled yet can be hidden all the same: by the number of a document or of a file. Inside service
// only.
//
// Such a protection stands under an id of its own, made of the number by a keyed digest, and is lifted like any other.
// Who is enrolled with the document is hidden from then on, before anybody can find them; no question about the file
// goes to those countries.
#pragma once
#include "service/inside.h"

namespace puente::service {

// "document:…" or "file:…", the same for all spellings that plain_number takes for one. Empty: too little is left to
// mean somebody.
std::string number_id(const Node::Inside& in, NumberKind kind, std::string_view number);
bool is_number_id(std::string_view person_id);
// Under which the bearer of these data may be hidden by a document's number; empty: none that means somebody.
std::string document_id(const Node::Inside& in, const BiographicData& known);
// Of all that is enrolled under these ids. Quick: their own encounters are opened, and nobody else's.
Result<std::set<std::string>> documents_of(const Node::Inside& in, const std::set<std::string>& ids);

}  // namespace puente::service
