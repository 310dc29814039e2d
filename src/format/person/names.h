// Inside format/person: names in a Type-2 record.
#pragma once
#include <string_view>

#include "core/result.h"
#include "format/itl/itl.h"
#include "format/person/person.h"

namespace puente::format {

inline constexpr std::string_view kDomain = "PUENTE", kDomainVersion = "1.0";  // 1.013 of what we write

// Adds those of a record of our own domain, the FBI's EBTS or INTERPOL's INT-I; `number` is the record's, for what is
// left out or remarked. kUnsupported: another domain's, or none in it.
Status add_names(const itl::Transaction& transaction, const itl::Record& record, std::size_t number, Intake& to);

}  // namespace puente::format
