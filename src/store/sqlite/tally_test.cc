// Whoever writes the database file without a key is noticed whatever row it is: no table and no column is forgotten, be
// it one of a later version.
#include "store/sqlite/tally.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "store/sqlite/migrations.h"
#include "store/sqlite/schema.h"

namespace puente::store {
namespace {

// These alone are in no sum.
const std::map<std::string, const char*> kNotCounted = {
    {"node", "its one row opens with the node's key alone, or nothing does"},
    {"log", "each entry is in the hash of the next checkpoint"},
    {"log_details", "each entry has a digest of its own; that they are gone is counted, not that they are there"},
    {"evidence", "of version 1 and 2; nothing reads it any more"},
};

void must(const Status& status) {
  ASSERT_TRUE(status.ok()) << status.error().message;
}

struct Column {
  std::string name, type;
};

// The tables of the newest version; in each that is counted one row, of no meaning.
class TallyTest : public testing::Test {
 protected:
  TallyTest() {
    must(database_.script(schema_of(kSchemaVersion).c_str()));
    Statement names = database_.query(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
    must(names.each([&](const Statement& row) -> Status {
      if (!kNotCounted.contains(row.text(0))) tables_[row.text(0)];
      return {};
    }));
    for (auto& [table, columns] : tables_) {
      Statement rows = database_.query("SELECT name, type FROM pragma_table_info(?)", table);
      must(rows.each([&columns](const Statement& row) -> Status {
        columns.push_back({row.text(0), row.text(1)});
        return {};
      }));
      run(insert(table, 1));
    }
    must(tally_.join(database_));
    must(tally_.follow(database_));
  }

  void run(const std::string& sql) { must(database_.script(sql.c_str())); }
  static std::string value(const std::string& type, int number) {
    const std::string digit = std::to_string(number);
    if (type == "INTEGER") return digit;
    return type == "TEXT" ? "'text " + digit + "'" : blob(20 + static_cast<std::size_t>(number), number);
  }
  static std::string blob(std::size_t size, int each) {
    return "x'" + to_hex(Bytes(size, static_cast<std::uint8_t>(each))) + "'";
  }
  std::string insert(const std::string& table, int number) const {
    std::string values;
    for (const Column& column : tables_.at(table)) values += (values.empty() ? "" : ", ") + value(column.type, number);
    return "INSERT INTO \"" + table + "\" VALUES (" + values + ")";
  }
  // Of the rows as they are; what was followed while they changed must say the same.
  RowSums sums(const std::string& after) {
    const RowSums followed = tally_.sums();
    must(tally_.recount(database_));
    EXPECT_TRUE(followed == tally_.sums()) << "not followed: " << after;
    return tally_.sums();
  }
  void expect_noticed(const std::string& sql) {
    must(tally_.recount(database_));
    const RowSums before = tally_.sums();
    run("BEGIN");
    run(sql);
    EXPECT_FALSE(sums(sql) == before) << "not noticed: " << sql;
    run("ROLLBACK");
  }

  Database database_ = *Database::in_memory();
  std::map<std::string, std::vector<Column>> tables_;
  RowTally tally_{*SecretKey::from_bytes(Bytes(SecretKey::kSize, 7))};
};

TEST_F(TallyTest, a_row_more_or_less_is_noticed_in_every_table) {
  ASSERT_GT(tables_.size(), 20u);
  for (const auto& [table, columns] : tables_) {
    expect_noticed(insert(table, 2));
    expect_noticed("DELETE FROM \"" + table + "\"");
  }
}

TEST_F(TallyTest, another_value_is_noticed_in_every_column_of_every_table) {
  for (const auto& [table, columns] : tables_) {
    for (const Column& column : columns)
      expect_noticed("UPDATE \"" + table + "\" SET \"" + column.name + "\" = " + value(column.type, 2));
  }
}

TEST_F(TallyTest, other_bytes_are_noticed_but_where_the_seal_is_bound_to_the_row_and_never_changes) {
  const std::set<std::string> by_length = {"sample.sealed_sample", "template.sealed_template", "exhibit.sealed_exhibit",
                                           "practice_exhibit.sealed_exhibit"};
  for (const auto& [table, columns] : tables_) {
    for (const Column& column : columns) {
      if (column.type != "BLOB" || by_length.contains(table + "." + column.name)) continue;
      expect_noticed("UPDATE \"" + table + "\" SET \"" + column.name + "\" = " + blob(21, 2));
    }
  }
}

TEST_F(TallyTest, that_details_of_an_entry_are_gone_is_noticed) {
  run("INSERT INTO log VALUES (7, x'00', x'00', 'checkpoint'); INSERT INTO log_details VALUES (7, x'00', x'00')");
  expect_noticed("DELETE FROM log_details");
}

}  // namespace
}  // namespace puente::store
