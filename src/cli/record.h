// Inside cli/: transactions as the commands of `puente record` read and name them.
#pragma once
#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "format/itl/itl.h"

namespace puente::cli {

Result<format::itl::Reading> read_transaction(ByteView bytes);  // in either encoding, told apart by content
// "error at byte 123, record 2, Type-14, 14.021 SEG, subfield 1: …"
std::string in_words(const format::itl::Finding& finding);

}  // namespace puente::cli
