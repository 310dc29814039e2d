#include "api/own/query.h"

#include "core/case.h"
#include "core/clock.h"
#include "core/entry.h"
#include "core/person.h"
#include "core/text.h"

namespace puente::api::own {
namespace {

Result<std::string> checked(const Call& call, const char* name, bool (*is)(std::string_view), const char* what) {
  std::string given = call.parameter(name);
  if (given.empty() || is(given)) return given;
  return Error{Code::kInvalidInput, std::string(name) + ": " + what};
}

bool is_short(std::string_view text) {
  return text.size() <= limits::kTextBytesMax;
}

}  // namespace

Result<std::string> country_of(const Call& call, const char* name) {
  return checked(call, name, is_country, "a country by its code of ISO 3166-1 alpha-3, such as COL");
}

Result<std::string> id_of(const Call& call, const char* name) {
  return checked(call, name, is_id, kIdInWords);
}

Result<std::string> file_of(const Call& call, const char* name) {
  return checked(call, name, is_case_reference, "3 to 64 printable characters of ASCII, a digit among them");
}

Result<std::string> event_of(const Call& call, const char* name) {
  return checked(call, name, is_event, "no event of the log has this name");
}

Result<std::string> name_of(const Call& call, const char* name) {
  return checked(call, name, is_short, "must have 1 to 512 bytes");
}

Result<std::optional<std::int64_t>> time_of(const Call& call, const char* name) {
  const std::string given = call.parameter(name);
  if (given.empty()) return std::optional<std::int64_t>();
  ASSIGN_OR_RETURN(const std::int64_t time_ms, about(name, parse_iso8601(given)));
  return std::optional(time_ms);
}

Result<std::int64_t> number_of(const Call& call, const char* name) {
  const std::string given = call.parameter(name);
  return read_number(given.empty() ? "0" : given, (std::string(name) + ": a number, counted from 0").c_str(), 0);
}

Result<bool> says(const Call& call, const char* name, const char* value) {
  const std::string given = call.parameter(name);
  if (given.empty() || given == value) return !given.empty();
  return Error{Code::kInvalidInput, std::string(name) + ": write " + value + ", or leave it out"};
}

Result<std::size_t> page_limit(const Call& call) {
  const std::string wanted = call.parameter("limit");
  if (wanted.empty()) return limits::kPageMax;
  const std::string what = "limit: a number from 1 to " + std::to_string(limits::kPageMax);
  ASSIGN_OR_RETURN(const std::int64_t limit, read_number(wanted, what.c_str(), 1, limits::kPageMax));
  return static_cast<std::size_t>(limit);
}

Result<std::int64_t> read_number(const std::string& given, const char* what, std::int64_t min, std::int64_t max) {
  const auto number = to_number<std::int64_t>(given);
  if (number && *number >= min && *number <= max) return *number;
  return Error{Code::kInvalidInput, what};
}

}  // namespace puente::api::own
