// Releasing: what leaves the answering side after a confirmed hit, and the only way to make it.
#pragma once
#include "core/case.h"
#include "policy/decision.h"

namespace puente::policy {

// R7, R9: a confirmed case, an examiner's name and words for it, an agreement in force that still has the purpose. An
// agreement that was replaced meanwhile still serves the cases opened under it. A case stays confirmed until the
// partner has acknowledged, so that a lost release can be sent again.
Decision may_release(const AcceptedAgreement& agreement, const Case& decided, std::int64_t now_ms);

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
inline constexpr const char* kPurposeBound = "purpose_bound";

// Exactly the elements that the agreement lists for the case's purpose and that the record has. kDenied as may_release.
Result<Disclosure> redact(const AcceptedAgreement& agreement, const Case& decided, const BiographicData& record,
                          std::int64_t now_ms);

}  // namespace puente::policy
