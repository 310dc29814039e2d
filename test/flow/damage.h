// What something else than puente does to a node's database.
#pragma once
#include <sqlite3.h>

#include "flow/world.h"

namespace puente::flow {

// One row of a node's database changed by something else, while it runs or not.
inline void damage(const Country& country, const std::string& sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open((country.directory + "/puente.db").c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
  EXPECT_EQ(sqlite3_total_changes(handle), 1) << sql;
  sqlite3_close(handle);
}

}  // namespace puente::flow
