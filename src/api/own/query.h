// Inside api/own/: what a query says, each value of its kind; "" or nothing where it does not say. Else kInvalidInput,
// which names it.
#pragma once
#include <optional>
#include <string>

#include "api/http.h"

namespace puente::api::own {

Result<std::string> country_of(const Call& call, const char* name);
Result<std::string> id_of(const Call& call, const char* name);
Result<std::string> file_of(const Call& call, const char* name);  // the number of a file
Result<std::string> event_of(const Call& call, const char* name);
Result<std::string> name_of(const Call& call, const char* name);  // a user's
Result<std::optional<std::int64_t>> time_of(const Call& call, const char* name);
Result<std::int64_t> number_of(const Call& call, const char* name);        // from 0, where it does not say too
Result<bool> says(const Call& call, const char* name, const char* value);  // that, or nothing at all
Result<std::size_t> page_limit(const Call& call);                          // limits::kPageMax where it says none

// A whole number of the path or the query, within bounds. Else kInvalidInput: `what` it must be.
Result<std::int64_t> read_number(const std::string& given, const char* what, std::int64_t min,
                                 std::int64_t max = INT64_MAX);

}  // namespace puente::api::own
