// A node's log and database, looked through from outside.
#include <filesystem>

#include "audit/audit.h"
#include "core/text.h"
#include "home/inside.h"
#include "store/store.h"

namespace puente::home {

bool has_log(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path + "/puente.db", error);
}

Result<std::unique_ptr<LogStorage>> open_log(const std::string& path) {
  return store::open_log(path);
}

Result<std::optional<std::int64_t>> newest_entry_ms(const std::string& path) {
  ASSIGN_OR_RETURN(const auto log, open_log(path));
  ASSIGN_OR_RETURN(const std::uint64_t size, log->log_size());
  if (size == 0) return std::optional<std::int64_t>();
  ASSIGN_OR_RETURN(const std::vector<LogRow> rows, log->log_rows(size - 1, 1));
  if (rows.empty()) return Error{Code::kCorrupt, "the log's newest entry is not there"};
  ASSIGN_OR_RETURN(const Json leaf, parse_json(text(rows.front().leaf)));
  const std::string* const time = leaf["time"].as_string();
  if (time == nullptr) return Error{Code::kCorrupt, "the log's newest entry has no time"};
  ASSIGN_OR_RETURN(const std::int64_t time_ms, parse_iso8601(*time));
  return std::optional(time_ms);
}

Result<std::vector<std::string>> find_problems(const std::string& path) {
  ASSIGN_OR_RETURN(SecretKey key, node_key(path));
  SystemRandom random;
  ASSIGN_OR_RETURN(const auto store, store::open(path, store::Mode::kReadOnly, std::move(key), random));
  std::vector<std::string> problems = store->check();
  ASSIGN_OR_RETURN(const std::uint64_t entries, store->log_size());
  if (entries > 0) {  // else an overseer's own, or a node that never started
    const std::string vkey_path = path + "/keys/log.vkey";
    ASSIGN_OR_RETURN(const std::string vkey, read_text(vkey_path));
    ASSIGN_OR_RETURN(const audit::VerifierKey log, about(vkey_path, audit::parse_vkey(vkey)));
    const audit::VerifyReport report = audit::verify(*store, log, {});
    if (!report.ok) problems.push_back(report.problem);
  }
  ASSIGN_OR_RETURN(const SecretKey again, node_key(path));
  ASSIGN_OR_RETURN(const std::vector<std::string> differences, service::differences_from_log(path, again));
  problems.insert(problems.end(), differences.begin(), differences.end());
  return problems;
}

}  // namespace puente::home
