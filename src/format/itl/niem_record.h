// Inside the NIEM encoding: one record ⇄ its element.
#pragma once
#include <vector>

#include "core/result.h"
#include "format/itl/itl.h"
#include "format/itl/niem_map.h"
#include "format/xml/xml.h"

namespace puente::format::niem {

struct Unused {
  const xml::Element *element = nullptr, *parent = nullptr;
};

struct RecordRead {
  itl::Record record;
  std::vector<const xml::Element*> doubtful_times;
  std::vector<Unused> unused;  // elements with text that nothing asked for
};
// kInvalidInput: base64 that is none; kTooLarge: more fields or items than a record has.
Result<RecordRead> read_record(const xml::Element& element, const RecordMap& map);
// The same fields but for the bytes of an image.
Result<itl::Record> read_without_data(const xml::Element& element, const RecordMap& map);

xml::Element write_record(const itl::Record& record, const RecordMap& map);

}  // namespace puente::format::niem
