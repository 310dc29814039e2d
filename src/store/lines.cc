// The log read from its beginning.
#include <algorithm>

#include "core/text.h"
#include "store/store.h"

namespace puente::store {

Status each_line(const Store& store, std::uint64_t size, const std::function<Status(const LogLine&)>& take) {
  constexpr std::size_t kLinesAtOnce = 1'000;
  for (std::uint64_t at = 0; at < size;) {
    ASSIGN_OR_RETURN(const std::vector<LogRow> rows,
                     store.log_rows(at, std::min<std::uint64_t>(kLinesAtOnce, size - at)));
    if (rows.empty()) return Error{Code::kCorrupt, "an entry of the log is not there"};
    for (const LogRow& row : rows) {
      LogLine line;
      line.index = row.index;
      ASSIGN_OR_RETURN(line.leaf, parse_json(text(row.leaf)));
      Result<Json> details = store.log_details(row.index);
      if (details.ok()) {
        line.details = *std::move(details);
      } else if (details.error().code != Code::kNotFound) {  // one row that nobody can read hides no other
        line.damage = details.error().message;
      }
      TRY(take(line));
    }
    at = rows.back().index + 1;
  }
  return {};
}

}  // namespace puente::store
