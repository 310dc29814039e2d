// Treaties: the agreements of this node as they stand now, and what they say of one question. What it gives stays alive
// as long as it is used, whatever is decided meanwhile; whoever holds the store's transaction asks again inside it.
// Inside service only. Any thread.
#pragma once
#include <memory>

#include "core/mutex.h"
#include "exchange/exchange.h"
#include "policy/policy.h"
#include "service/service.h"
#include "service/watch.h"
#include "store/store.h"

namespace puente::service {

class Treaties {
 public:
  using List = std::vector<AcceptedAgreement>;
  using Held = std::shared_ptr<const AcceptedAgreement>;

  Treaties(const Config& config, Seams seams, const Watch& watch, const store::Store& store);
  Status load();  // as the store has them; tells the gate whose certificates to take. After each change, and each day.

  std::shared_ptr<const List> all() const;
  Held for_question(std::string_view partner, Purpose purpose) const;  // null: none between us
  bool in_force_with(std::string_view partner) const;                  // any of them, now
  // Also by a clock that is doubted and says later.
  std::vector<const char*> why_not_in_force(const AcceptedAgreement& agreement) const;
  Held by_id(std::string_view id) const;  // null: never accepted here
  // Of a case or a question: the text that it went by, between us and that partner. Null: there is none any more.
  template <typename Exchange>
  Held of(const Exchange& exchange) const {
    return by_text(exchange.agreement_id, exchange.agreement_digest, exchange.partner);
  }
  // The clause that it goes by; null likewise, and where the agreement has none for its purpose.
  template <typename Exchange>
  std::shared_ptr<const PurposeTerms> terms_of(const Exchange& exchange) const {
    const Held held = of(exchange);
    return {held, held == nullptr ? nullptr : held->terms(exchange.purpose)};
  }

  // As both nodes judge it: the asking one before the question leaves, the answering one before it looks. With what it
  // was judged by, which the log keeps and the quota counts by: replayed, it comes out the same.
  struct Judged {
    policy::Decision decision;
    policy::Ask question;
  };
  Judged judge(const Held& agreement, const std::string& asking, const std::string& answering,
               const exchange::QuestionBody& question) const;
  // Questions of a country for a purpose in the clause's day, up to now.
  Result<std::int64_t> asked_today(const Agreement& agreement, Purpose purpose, const std::string& asking,
                                   const std::string& answering) const;
  static store::QuotaKey quota_key(const Agreement& agreement, const policy::Ask& question);

 private:
  Held by_text(std::string_view id, const Digest& digest, std::string_view partner) const;
  Result<std::int64_t> used_of(const Agreement& agreement, const policy::Ask& ask) const;
  Judged judge_at(std::int64_t now_ms, const Held& agreement, policy::Ask ask, std::int64_t deadline_ms) const;

  const Config& config_;
  const Seams seams_;
  const Watch& watch_;
  const store::Store& store_;
  mutable Mutex mutex_;
  std::shared_ptr<const List> list_ GUARDED_BY(mutex_) = std::make_shared<List>();
};

}  // namespace puente::service
