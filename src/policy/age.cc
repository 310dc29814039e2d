#include "policy/age.h"

#include <chrono>

namespace puente::policy {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

year_month_day date_of(std::int64_t ms) {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{ms}});
}

}  // namespace

bool has_turned(int years, std::int64_t born_ms, std::int64_t day_ms) {
  const year_month_day born = date_of(born_ms);
  const year_month_day birthday = born + std::chrono::years(years);
  const sys_days from = birthday.ok() ? sys_days(birthday) : sys_days(birthday.year() / 3 / 1);
  return sys_days(date_of(day_ms)) >= from;
}

}  // namespace puente::policy
