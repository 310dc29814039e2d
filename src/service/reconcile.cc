#include "service/reconcile.h"

#include <fmt/format.h>

#include <map>

#include "core/entry.h"
#include "core/json.h"
#include "service/journal.h"
#include "service/service.h"

namespace puente::service {
namespace {

constexpr const char* kDiffers =
    "the database does not hold what its log says: something else than puente added, changed or removed rows, or put "
    "an older copy of the file there. Look with `puente log fsck`, then restore a copy (docs/operations.md)";
constexpr const char* kSealBroken =
    "rows that this node works with (outbox, messages seen, tasks, cosignatures, what it remembers) are not as it left "
    "them: something else than puente added, changed or removed some. Look with `puente log fsck`, then restore a copy "
    "(docs/operations.md)";

// The digest that the newest entry carries. A database of an older version has none until the node has started once.
Result<std::string> said_by_log(const store::Store& store, std::uint64_t size) {
  ASSIGN_OR_RETURN(const std::vector<LogRow> last, store.log_rows(size - 1, 1));
  if (last.empty()) return Error{Code::kCorrupt, "the log's last entry is missing"};
  std::string said(rows_in(text(last[0].leaf)));
  if (!said.empty()) return said;
  ASSIGN_OR_RETURN(const std::optional<Bytes> older, store.state(store::kNotYetBound));
  if (older) return said;
  return Error{Code::kCorrupt, kDiffers};
}

std::string shown(const Digest& digest) {
  return to_hex(ByteView(digest).first(kRowsBytes));
}

using Rows = store::Store::Rows;

// An entry of a version that knew no seal asks for none.
bool is_of_before(const std::string& said, const Rows& rows) {
  return said.empty() || said == shown(rows.digest_of_before);
}

// Empty when all fits.
std::string judge_entry(const std::string& said, const Rows& rows) {
  if (is_of_before(said, rows)) return "";
  if (said != shown(rows.digest)) return kDiffers;
  return rows.seal == Rows::Seal::kFits ? "" : kSealBroken;
}

// Before the first entry there is nothing.
std::string judge_empty(const Rows& rows) {
  if (!rows.none) return kDiffers;
  return rows.seal == Rows::Seal::kBroken ? kSealBroken : "";
}

// What an entry does to the encounters of the person whom it names.
enum class Effect { kNone, kOneMore, kOneLess, kAllGone };
Effect effect_of(std::string_view event, bool by_date) {
  if (event == to_string(Event::kEnrolled)) return Effect::kOneMore;
  if (event == to_string(Event::kErased)) return by_date ? Effect::kOneLess : Effect::kAllGone;
  return Effect::kNone;
}

using Counts = std::map<std::string, std::int64_t>;  // encounters, by pseudonym

Status fold(const LogRow& row, Counts& counts) {
  ASSIGN_OR_RETURN(const Json leaf, parse_json(text(row.leaf)));
  const std::string *event = leaf["event"].as_string(), *subject = leaf["subject"].as_string();
  if (event == nullptr || subject == nullptr) return {};
  std::int64_t& count = counts[*subject];
  const Json::Array* reasons = leaf["reasons"].as_array();
  const bool by_date = reasons != nullptr && !reasons->empty() && reasons->front() == Json("retention_over");
  switch (effect_of(*event, by_date)) {
    case Effect::kOneMore:
      ++count;
      break;
    case Effect::kOneLess:
      --count;
      break;
    case Effect::kAllGone:
      count = 0;
      break;
    case Effect::kNone:
      break;
  }
  return {};
}

Result<Counts> told(const store::Store& store, std::uint64_t size) {
  constexpr std::size_t kBatch = 1024;
  Counts counts;
  for (std::uint64_t next = 0; next < size;) {
    ASSIGN_OR_RETURN(const std::vector<LogRow> rows, store.log_rows(next, kBatch));
    if (rows.empty()) return Error{Code::kCorrupt, fmt::format("log entry {} is missing", next)};
    for (const LogRow& row : rows) {
      if (next == size) break;
      TRY(fold(row, counts));
      ++next;
    }
  }
  return counts;
}

// Names them where the log tells of each; before version 3 one entry could stand for several.
std::vector<std::string> name_people(const store::Store& store, const SecretKey& node_key, std::uint64_t size) {
  Result<Counts> counts = told(store, size);
  if (!counts.ok()) return {counts.error().message};
  const SecretKey key = pseudonym_key(node_key);
  std::vector<std::string> out;
  const auto lying = store.encounters_of_each();
  if (!lying.ok()) return {lying.error().message};
  for (const auto& [person_id, count] : *lying) {
    const std::int64_t said = std::exchange((*counts)[pseudonym(key, person_id)], 0);
    if (said != count)
      out.push_back(fmt::format("person {}: {} encounters lie here, and the log tells of {}", person_id, count, said));
  }
  for (const auto& [subject, count] : *counts) {
    if (count > 0)
      out.push_back(
          fmt::format("the person of pseudonym {}: the log tells of {} encounters that are not here", subject, count));
  }
  return out;
}

}  // namespace

Status hold_against_log(const store::Store& store) {
  const Rows& rows = store.rows_when_opened();
  std::string said;
  if (rows.log_size > 0) {
    ASSIGN_OR_RETURN(said, said_by_log(store, rows.log_size));
  }
  const std::string problem = rows.log_size > 0 ? judge_entry(said, rows) : judge_empty(rows);
  return problem.empty() ? Status() : Status(Code::kCorrupt, problem);
}

Result<std::vector<std::string>> differences_from_log(const std::string& directory, const SecretKey& node_key) {
  SystemRandom random;
  ASSIGN_OR_RETURN(SecretKey key, SecretKey::from_bytes(node_key.bytes()));
  ASSIGN_OR_RETURN(const auto store, store::open(directory, store::Mode::kReadOnly, std::move(key), random));
  ASSIGN_OR_RETURN(const Rows rows, store->rows());
  Result<std::string> said = std::string();
  if (rows.log_size > 0) said = said_by_log(*store, rows.log_size);
  if (!said.ok()) return std::vector<std::string>{said.error().message};
  const std::string problem = rows.log_size > 0 ? judge_entry(*said, rows) : judge_empty(rows);
  std::vector<std::string> out;
  if (problem.empty()) return out;
  out.push_back(problem);
  if (problem != kDiffers || rows.log_size == 0) return out;
  for (std::string& each : name_people(*store, node_key, rows.log_size)) out.push_back(std::move(each));
  return out;
}

}  // namespace puente::service
