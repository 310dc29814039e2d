// Any record or image, in words and as JSON, for people who look at a file: what is in it, and where it departs from
// its standard.
#pragma once
#include <string>
#include <vector>

#include "core/json.h"
#include "format/iso/iso.h"
#include "format/itl/itl.h"

namespace puente::format {

// Transactions, in either encoding, told apart by content. An error: what is none says what it is, as far as can be
// told.
Result<itl::Reading> read_transaction(ByteView bytes);
// itl::check, and what the images and records that are in it say when they are looked at to their end.
std::vector<itl::Finding> check_transaction(const itl::Reading& reading);
std::string to_text(const itl::Reading& reading);  // records, fields with their names, findings
Json to_json(const itl::Reading& reading);
// "error at byte 123, record 2, Type-14, 14.021 SEG, subfield 1: …"
std::string in_words(const itl::Finding& finding);
Json to_json(const itl::Finding& finding);

// Records of ISO/IEC 19794 and 39794, ANSI INCITS 378 and CBEFF, and images. Of a hundred views, however many there
// are.
struct RecordDescription {
  std::string text;  // lines for people
  Json json;
  std::vector<std::string> deviations;   // from its standard, the first thousand; empty when there is none
  std::vector<std::string> not_checked;  // likewise: images of formats or sizes that are not read, or too many
};
bool is_describable(ByteView bytes);  // one of those, by content
Result<RecordDescription> describe_record(ByteView bytes);
// Of a card template, which has no mark: kInvalidInput, if it is none of the format.
Result<RecordDescription> describe_card(ByteView bytes, MinutiaeFormat format);

}  // namespace puente::format
