// Inside cli/: records of ISO/IEC 19794 and 39794, ANSI INCITS 378 and CBEFF, shown, checked and converted.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/json.h"
#include "core/result.h"

namespace puente::cli {

struct RecordDescription {
  std::string text;  // lines for people
  Json json;
  std::vector<std::string> deviations;  // from its standard; empty when there is none
};

bool is_iso_record(ByteView bytes);  // one of those, by content
Result<RecordDescription> describe_iso_record(ByteView bytes);

// Minutiae records to any format of to_string(MinutiaeFormat); image records of 19794:2011 to "39794" and back to
// "iso2011". kInvalidInput: another wish.
Result<Bytes> convert_iso_record(ByteView bytes, const std::string& to);

// The images of an image record's views, or of those in CBEFF, each with its file's ending: {"wsq", …}.
struct ImageFile {
  Bytes bytes;
  std::string ending;
};
Result<std::vector<ImageFile>> images_of_iso_record(ByteView bytes);

}  // namespace puente::cli
