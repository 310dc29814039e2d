// The agreement's document, docs/formats/agreement.md: drafted, signed, read.
#pragma once
#include "core/agreement.h"
#include "core/json.h"

namespace puente::policy {

// A country as its node hands it over (DIR/party.json) and as it stands in the document.
Json party_document(const Party& party);
Result<Party> read_party(const Json& document);  // kInvalidInput

// A new, unsigned document. `purposes` is the array that docs/formats/agreement.md describes, `replaces` the id of an
// older agreement or empty. The format is that of the clauses: 3 where they have conditions, else 2; 1 where one
// party's node reads messages of version 1 alone, for it reads no other. kInvalidInput, kUnsupported where the whole
// would not be a sound agreement.
Result<Json> draft_agreement(std::string_view id, std::string_view valid_from, std::string_view valid_until,
                             const Party& first, const Party& second, const Json& purposes,
                             std::string_view replaces = {});

// The document with `country`'s signature added or replaced: Ed25519 over its format, "\n" and the RFC 8785 bytes of
// the document without "signatures". kDenied when the key is not that party's; kInvalidInput for an unsound document.
Result<Json> sign_agreement(const Json& document, std::string_view country, const SigningKey& key);

// Countries whose signature stands in the document and is not of this text: it was changed after they signed.
Result<std::vector<std::string>> signed_another_text(const Json& document);

// What a party hands over, short enough to compare by voice: 8 groups of 5 digits over its country, its two keys and
// its certificate.
std::string fingerprint(const Party& party);

// What both signed. kUnauthenticated names the country whose signature is missing or does not fit the document;
// kInvalidInput, kTooLarge, kUnsupported (a later format, or messages that this program does not write). Says nothing
// of whether it is in force now, nor whether this program compares what it names: may_ask does.
Result<Agreement> read_agreement(std::string_view text);

// The same checks but for the signatures: to show and to sign a draft, never to decide by.
Result<Agreement> read_draft(const Json& document);

}  // namespace puente::policy
