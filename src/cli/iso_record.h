// Inside cli/: records of ISO/IEC 19794 and 39794, ANSI INCITS 378 and CBEFF, and images, shown and checked.
#pragma once
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/json.h"
#include "core/result.h"

namespace puente::cli {

// Of a hundred views, however many there are.
struct RecordDescription {
  std::string text;  // lines for people
  Json json;
  std::vector<std::string> deviations;   // from its standard, the first thousand; empty when there is none
  std::vector<std::string> not_checked;  // likewise: images of formats or sizes that are not read, or too many
};

bool is_describable(ByteView bytes);  // one of those, by content
Result<RecordDescription> describe_record(ByteView bytes);

}  // namespace puente::cli
