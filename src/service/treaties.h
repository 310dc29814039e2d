// Treaties: the agreements in force, and what they say of one question. Inside service only. Any thread.
#pragma once
#include <memory>

#include "policy/policy.h"
#include "service/service.h"
#include "store/store.h"

namespace puente::service {

class Treaties {
 public:
  Treaties(const Config& config, const Clock& clock, const store::Store& store);

  const Agreement* with(std::string_view partner) const;  // null: none
  const Agreement* by_id(std::string_view id) const;      // null: not in use here
  std::span<const Agreement> all() const { return config_.agreements; }

  // As both nodes judge it: the asking one before the question leaves, the answering one before it looks.
  policy::Decision judge(const Agreement* agreement, const std::string& asking, const std::string& answering,
                         Purpose purpose, const std::string& case_reference) const;
  store::QuotaKey quota_key(const Agreement& agreement, Purpose purpose, const std::string& country) const;

 private:
  const Config& config_;
  const Clock& clock_;
  const store::Store& store_;
};

}  // namespace puente::service
