// From every older version of the database to the next: one step a function, each in one transaction, so that whatever
// stops it leaves the old version or the new one. Inside store/sqlite/ only.
#pragma once
#include "store/sqlite/database.h"
#include "store/vault.h"

namespace puente::store {

std::string schema_of(std::int64_t version);  // the tables of versions 1 … kSchemaVersion

// From `version` to the next. The database is open for writing and `vault` has its key. Notes: what was put right on
// the way, a sentence each.
Status migrate_from(std::int64_t version, const Database& database, const Vault& vault,
                    std::vector<std::string>& notes);

}  // namespace puente::store
