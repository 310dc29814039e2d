// The agreement's document comes from the partner as a file. What is accepted must be sound, whoever signed it.
#include "core/check.h"
#include "policy/policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace puente;
  const std::string_view document = text(ByteView(data, size));
  const auto json = parse_json(document);
  if (!json.ok()) return 0;
  const auto draft = policy::read_draft(*json);
  const auto agreement = policy::read_agreement(document);
  if (agreement.ok()) CHECK(draft.ok() && draft->digest == agreement->digest);
  if (!draft.ok()) return 0;
  CHECK(draft->message_version() > 0 && draft->replaces != draft->id);
  CHECK(draft->valid_from_ms < draft->valid_until_ms);
  CHECK(draft->parties[0].country != draft->parties[1].country);
  CHECK(!draft->purposes.empty());
  for (const PurposeTerms& terms : draft->purposes) {
    CHECK(terms.review_required && terms.daily_quota > 0 && terms.retention_days > 0);
    CHECK(draft->terms(terms.purpose) == &terms);
    if (terms.conditions) {
      CHECK(draft->message_version() >= 3 && terms.conditions->score_floors.size() == terms.modalities.size());
      CHECK(!terms.conditions->galleries.empty() && terms.conditions->age_from <= terms.conditions->age_to);
    }
    for (const std::string& country : terms.may_ask) CHECK(draft->party(country) != nullptr);
  }
  return 0;
}
