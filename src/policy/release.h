// Releasing: what leaves the answering side after a confirmed hit, and the only way to make it.
#pragma once
#include "core/case.h"
#include "policy/decision.h"
#include "policy/find.h"

namespace puente::policy {

// R39: match and release are two acts of two persons.
struct Clearance {
  std::set<std::string> examiners{};  // who gave a verdict, whatever it was
  std::string_view releaser{};
  bool at_the_keys = false;  // of the releaser: whoever may read the keys may be any user
  ReleaseDecision decision = ReleaseDecision::kRelease;
  Purpose purpose = Purpose::kBorderIdentification;
  std::string_view facts{};         // why, in the releaser's words
  std::string_view offence{};       // that is looked into
  std::size_t doubts_not_seen = 0;  // what speaks against the match, and was not shown to the releaser
  bool card_seen = false;           // what would leave, and what to weigh, was
};
Decision may_clear(const Clearance& clearance);  // kInvalidInput: the words alone; kDenied: the person
bool names_an_offence(Purpose purpose);          // nothing is released for it without one

// R7, R8, R9: a confirmed case, an examiner's name and words for it, as many who agree as it needs, an agreement in
// force that still has the purpose, the court's order that it asks for still in force (R38): it is worth a second
// person's time. An agreement that was replaced meanwhile still serves the cases opened under it.
Decision could_release(const AcceptedAgreement& agreement, const Case& decided, std::int64_t now_ms);
// The same, and a second person has cleared it. A case stays cleared until the partner has acknowledged, so that a lost
// release can be sent again.
Decision may_release(const AcceptedAgreement& agreement, const Case& decided, std::int64_t now_ms);

// Of what is known of somebody, what a clause lets leave.
BiographicData agreed_part(const PurposeTerms& terms, const BiographicData& known);

// What whoever decides about a release should know of the person, by name: "under_18", … Nothing forbids it.
struct Circumstances {
  OnRecord person;  // as far as any record of any id of the hand says
  std::string own_country;
  bool protected_from_others = false;  // hidden from some other country
  std::int64_t now_ms = 0;
  bool captured_as_child = false;   // whose prints were taken before eighteen, whatever the age now
  bool examiner_suspended = false;  // who confirmed it was found since to confirm what is of two people
};
inline constexpr const char* kAgeUnknown = "age_unknown";
std::vector<std::string> risks_of(const Circumstances& circumstances);
std::string explain_risk(std::string_view risk);  // a sentence for a person

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
  // From the verdict on; the recipient erases it then.
  std::int64_t retention_until_ms() const { return retention_until_ms_; }
  const std::vector<std::string>& caveats() const { return caveats_; }

 private:
  Disclosure() = default;
  friend Result<Disclosure> redact(const AcceptedAgreement&, const Case&, const BiographicData&, std::int64_t);
  std::string exchange_id_, reference_, recipient_;
  Digest agreement_digest_{};
  Purpose purpose_ = Purpose::kBorderIdentification;
  BiographicData elements_;
  std::int64_t retention_until_ms_ = 0;
  std::vector<std::string> caveats_;
};
inline constexpr const char* kNoOnwardTransfer = "no_onward_transfer";
inline constexpr const char* kOnwardWithConsent = "onward_transfer_with_consent";  // of who released, each time
inline constexpr const char* kPurposeBound = "purpose_bound";

// What whoever receives data of this clause is bound by (R13); a release that says less is refused there.
std::vector<std::string> caveats_of(const PurposeTerms& terms);

// Exactly the elements that the agreement lists for the case's purpose and that the record has. kDenied as may_release.
Result<Disclosure> redact(const AcceptedAgreement& agreement, const Case& decided, const BiographicData& record,
                          std::int64_t now_ms);

}  // namespace puente::policy
