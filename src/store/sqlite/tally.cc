#include "store/sqlite/tally.h"

#include <string>
#include <vector>

namespace puente::store {
namespace {

// The log answers for these, by these columns ($ stands before a column's name). Of a sealed blob its last 16 bytes are
// the whole: no other opens with them. Samples and templates are bound to their encounter by their seal and never
// change, so that there is none too many or too few is enough; a sample would take reading it.
struct Bound {
  const char* table;
  std::vector<const char*> columns;
  const char* function = "tally";
};
const std::vector<Bound>& bound() {
  constexpr const char* kWorked = "tally_worked_with";
  static const std::vector<Bound> kBound = {
      {"person", {"$person_id", "substr($sealed_key, -16)"}},
      {"encounter",
       {"$number", "$person_id", "$encounter_id", "$created_ms", "$retention_until_ms", "substr($sealed_body, -16)"}},
      {"sample", {"$encounter", "$ordinal", "length($sealed_sample)"}},
      {"template", {"$encounter", "$ordinal", "$modality", "$place", "$format", "length($sealed_template)"}},
      {"agreement", {"$number", "$agreement_id", "$state", "substr($sealed_body, -16)"}},
      {"case",
       {"$number", "$case_id", "$partner", "$exchange_id", "$state", "$expires_ms", "substr($sealed_body, -16)"}},
      {"exhibit", {"$case_id", "substr($sealed_key, -16)", "length($sealed_exhibit)"}},
      {"answer", {"$partner", "$exchange_id", "$outcome", "$reference", "$reasons", "$forget_after_ms"}},
      {"quota", {"$countries", "$purpose", "$country", "$hour", "$used"}},
      {"question",
       {"$number", "$exchange_id", "$state", "$expires_ms", "$retention_until_ms", "substr($sealed_body, -16)"}},
      {"released", {"$exchange_id", "substr($sealed_key, -16)", "substr($sealed_data, -16)"}},
      {"protection", {"$person_id", "substr($sealed_key, -16)", "substr($sealed_protection, -16)"}},
      {"alarm", {"$number", "$seen", "substr($sealed_key, -16)", "substr($sealed_alarm, -16)"}},
      {"watchlist", {"$number", "$entry_id", "$next_end_ms", "substr($sealed_key, -16)", "substr($sealed_entry, -16)"}},
      {"watchlist_hand", {"$person_id", "$entry_id"}},
      {"watchlist_alert", {"$number", "$expires_ms", "substr($sealed_key, -16)", "substr($sealed_alert, -16)"}},
      {"practice_pair",
       {"$number", "$pair_id", "$truth", "$added_ms", "substr($sealed_key, -16)", "substr($sealed_pair, -16)"}},
      {"practice_case",
       {"$number", "$case_id", "$partner", "$state", "$opened_ms", "$expires_ms", "$follows",
        "substr($sealed_body, -16)"}},
      {"practice_exhibit", {"$case_id", "substr($sealed_key, -16)", "length($sealed_exhibit)"}},
      // What the node works with: it changes without an entry.
      {"outbox",
       {"$id", "$peer", "$kind", "substr($sealed_key, -16)", "substr($sealed_payload, -16)", "$created_ms",
        "$expires_ms", "$next_try_ms", "$attempts"},
       kWorked},
      {"message", {"$partner", "$message_id", "$forget_after_ms"}, kWorked},
      {"task",
       {"$number", "$task_id", "$state", "$expires_ms", "substr($sealed_key, -16)", "substr($sealed_task, -16)"},
       kWorked},
      {"state", {"$name", "substr($sealed_key, -16)", "substr($sealed_value, -16)"}, kWorked},
      {"once",
       {"$name", "$caller", "$forget_after_ms", "substr($sealed_key, -16)", "substr($sealed_answer, -16)"},
       kWorked},
      {"once_about", {"$person_id", "$name"}, kWorked},
      {"log_about", {"$pseudonym", "$number"}, kWorked},
      {"cosigned", {"$number", "$note"}, kWorked},
      {"witnessed", {"$origin", "$size", "$root", "$checkpoint"}, kWorked},
      {"witnessed_before", {"$origin", "$size", "$root"}, kWorked},
      {"shown", {"$number", "$origin", "$size", "$root", "$proven", "$checkpoint"}, kWorked},
  };
  return kBound;
}

// Of a log entry's details: that they are gone. That they are there, and which, the entry itself says.
constexpr const char* kFollowDetails =
    "CREATE TEMP TRIGGER tally_log_details AFTER DELETE ON main.log_details "
    "BEGIN SELECT tally('log_details', old.number); END";
constexpr const char* kCountDetails =
    "SELECT tally('log_details', number) FROM log WHERE number NOT IN (SELECT number FROM log_details)";

// tally('table', columns…), the columns as of "old.", "new." or a row that is read.
std::string call(const Bound& each, const char* prefix) {
  std::string out = "SELECT " + std::string(each.function) + "('" + std::string(each.table) + "'";
  for (const std::string column : each.columns) {
    const std::size_t dollar = column.find('$');
    out += ", " + column.substr(0, dollar) + prefix + column.substr(dollar + 1);
  }
  return out + ")";
}

// Every row but the seal.
std::string where(const Bound& each, const char* prefix) {
  if (std::string_view(each.table) != "state") return "";
  return std::string(" WHERE ") + prefix + "name <> '" + kSeal + "'";
}

std::string trigger(const Bound& each, const char* event, const std::string& statements) {
  return "CREATE TEMP TRIGGER tally_" + std::string(each.table) + "_" + event + " AFTER " + event + " ON main.\"" +
         each.table + "\" BEGIN " + statements + "; END";
}

}  // namespace

void RowTally::count(ByteView arguments, Digest& sum) const {
  const Digest row = quick_keyed_hash(key_, arguments);
  for (std::size_t i = 0; i < row.size(); ++i) sum[i] ^= row[i];
}

Status RowTally::join(const Database& database) {
  TRY(database.add_function("tally", [this](ByteView arguments) { count(arguments, sums_.told); }));
  return database.add_function("tally_worked_with",
                               [this](ByteView arguments) { count(arguments, sums_.worked_with); });
}

Status RowTally::follow(const Database& database) {
  TRY(database.script("PRAGMA recursive_triggers = ON"));  // so that a row which another replaces is taken out
  TRY(database.script(kFollowDetails));
  for (const Bound& each : bound()) {
    const std::string before = call(each, "old.") + where(each, "old."),
                      after = call(each, "new.") + where(each, "new.");
    for (const std::string& sql : {trigger(each, "INSERT", after), trigger(each, "DELETE", before),
                                   trigger(each, "UPDATE", before + "; " + after)})
      TRY(database.script(sql.c_str()));
  }
  return {};
}

Status RowTally::recount(const Database& database) {
  sums_ = {};
  TRY(database.run(kCountDetails));
  for (const Bound& each : bound()) {
    const std::string sql = call(each, "") + " FROM \"" + each.table + "\"" + where(each, "");
    TRY(database.run(sql.c_str()));
  }
  return {};
}

Digest RowTally::digest() const {
  constexpr std::uint8_t kWithSeal = 1;
  return keyed_hash(key_, ByteWriter().raw(sums_.told).u8(kWithSeal).take());
}

Digest RowTally::digest_of_before() const {
  return keyed_hash(key_, sums_.told);
}

Bytes RowTally::seal(const std::optional<LogRow>& newest) const {
  const LogRow last = newest.value_or(LogRow{});
  return ByteWriter()
      .u64(newest ? last.index + 1 : 0)
      .raw(last.leaf_hash)
      .raw(sums_.told)
      .raw(sums_.worked_with)
      .take();
}

}  // namespace puente::store
