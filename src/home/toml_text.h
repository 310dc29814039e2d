// node.toml as people wrote it: one table of it changed, every other byte left alone. Inside home/.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace puente::home {

using Members = std::vector<std::pair<std::string, std::string>>;  // names, and texts that need no escaping

// The text with [section."name"] holding these members, whatever else it holds; the table is added at the end where
// there is none. kConflict names the line where a table is written in a way that only its writer should change.
Result<std::string> with_members(const std::string& text, std::string_view section, std::string_view name,
                                 const Members& members);
// The text without that table: its header and all up to its last member. kNotFound.
Result<std::string> without_table(const std::string& text, std::string_view section, std::string_view name);

}  // namespace puente::home
