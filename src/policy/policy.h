// Policy: may this be asked, answered, released, done? Pure: everything it judges by is passed in, time included, so
// the same question put to it again gives the same decision (R1). Denies by default. Every decision says why, a permit
// too. The agreement's document: docs/formats/agreement.md. Safe from any thread; values belong to the caller.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/agreement.h"
#include "core/case.h"
#include "core/json.h"
#include "core/role.h"

namespace puente::policy {

// --- the agreement's document
// -----------------------------------------------------------------------------------------

// A country as its node hands it over (DIR/party.json) and as it stands in the document.
Json party_document(const Party& party);
Result<Party> read_party(const Json& document);  // kInvalidInput

// A new, unsigned document. `purposes` is the array that docs/formats/agreement.md describes. kInvalidInput where the
// whole would not be a sound agreement.
Result<Json> draft_agreement(std::string_view id, std::string_view valid_from, std::string_view valid_until,
                             const Party& first, const Party& second, const Json& purposes);

// The document with `country`'s signature added or replaced: Ed25519 over "puente-agreement/1\n" and the RFC 8785 bytes
// of the document without "signatures". kDenied when the key is not that party's; kInvalidInput for an unsound
// document.
Result<Json> sign_agreement(const Json& document, std::string_view country, const SigningKey& key);

// What both signed. kUnauthenticated names the country whose signature is missing or does not fit the document;
// kInvalidInput, kTooLarge, kUnsupported (a later format). Says nothing of whether it is in force now: may_ask does.
Result<Agreement> read_agreement(std::string_view text);

// The same checks but for the signatures: to show and to sign a draft, never to decide by.
Result<Agreement> read_draft(const Json& document);

// --- decisions
// --------------------------------------------------------------------------------------------------------

struct Decision {
  bool permitted = false;
  Code code = Code::kDenied;          // of a denial: kDenied, kQuotaExceeded or kInvalidInput
  std::vector<std::string> reasons;   // never empty; stable snake_case names, no personal data: they go into the log
  std::optional<PurposeTerms> terms;  // of a permitted ask or release: the clause that permits it

  std::string explanation() const;  // the reasons as sentences for a person
  Status status() const;            // ok, or the code with the explanation
};
std::string explain(std::string_view reason);  // one sentence; an unknown reason is returned as it is

// A question as both nodes judge it: the asking one before it leaves, the answering one before it looks.
struct Ask {
  std::string asking;  // countries
  std::string answering;
  Purpose purpose = Purpose::kBorderIdentification;
  std::vector<Modality> modalities;
  std::string case_reference;    // the asking side's file number: 3–64 printable ASCII characters, a digit among them
  std::int64_t asked_today = 0;  // questions of `asking` for this purpose since midnight UTC by the judging node's
                                 // count, this one not counted; a retry of the same exchange is not a new one
  std::int64_t now_ms = 0;
};
// Null: there is no agreement. All that speaks against it is listed, not only the first reason.
Decision may_ask(const Agreement* agreement, const Ask& ask);

// Answering side (R7, R9): a confirmed case, an examiner's name and words for it, an agreement in force that still has
// the purpose. A case stays confirmed until the partner has acknowledged, so that a lost release can be sent again.
Decision may_release(const Agreement& agreement, const Case& decided, std::int64_t now_ms);
inline constexpr std::size_t kVerdictReasonsMin = 10;  // characters that an examiner must at least write

// R2: may a question of this country find an encounter that is withheld from these? Asked before comparing. An entry
// that is no country code hides the encounter from everybody, as does an asker that is none.
bool may_be_found(const std::vector<std::string>& withheld_from, std::string_view country);

// --- who may do what at the own node
// ----------------------------------------------------------------------------------

// A closed table (policy.cc): officers meet people and ask, examiners see cases and decide, supervisors oversee, erase,
// and take agreements into force and out of it, auditors read the log. Nobody who asks decides.
Decision may_use(Role role, Action action);

// --- what leaves
// ------------------------------------------------------------------------------------------------------

// Personal data cleared for one partner, one exchange and one purpose (R13). Only redact() can make one, and
// exchange::seal takes personal data in no other form: sending what was not redacted does not compile.
class Disclosure {
 public:
  const std::string& exchange_id() const { return exchange_id_; }
  const std::string& reference() const { return reference_; }  // the case id that the partner was told
  const std::string& recipient() const { return recipient_; }  // country
  const Digest& agreement_digest() const { return agreement_digest_; }
  Purpose purpose() const { return purpose_; }
  const BiographicData& elements() const { return elements_; }
  std::int64_t retention_until_ms() const {
    return retention_until_ms_;
  }  // from the verdict on; the recipient erases it then
  const std::vector<std::string>& caveats() const { return caveats_; }  // "no_onward_transfer", "purpose_bound"

 private:
  Disclosure() = default;
  friend Result<Disclosure> redact(const Agreement&, const Case&, const BiographicData&, std::int64_t);
  std::string exchange_id_, reference_, recipient_;
  Digest agreement_digest_{};
  Purpose purpose_ = Purpose::kBorderIdentification;
  BiographicData elements_;
  std::int64_t retention_until_ms_ = 0;
  std::vector<std::string> caveats_;
};

// Exactly the elements that the agreement lists for the case's purpose and that the record has. kDenied as may_release.
Result<Disclosure> redact(const Agreement& agreement, const Case& decided, const BiographicData& record,
                          std::int64_t now_ms);

inline constexpr const char* kNoOnwardTransfer = "no_onward_transfer";
inline constexpr const char* kPurposeBound = "purpose_bound";

}  // namespace puente::policy
