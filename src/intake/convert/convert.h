// intake/convert: from any record or image to any other, for who has files of one standard and wants those of another.
// Files are told apart by their content. Pure functions; any thread.
#pragma once
#include <string>
#include <vector>

#include "core/person.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/person/person.h"

namespace puente::intake {

// What files shall become.
struct Wanted {
  enum class Kind { kTransaction, kTransactionXml, kMinutiae, kImages, kIso39794 };
  Kind kind = Kind::kTransaction;
  format::MinutiaeFormat minutiae = format::MinutiaeFormat::kIso2005;
  format::ImagePart part = format::ImagePart::kFinger;  // of images
  int edition = 2011;
  std::int64_t captured_ms = 0;      // of images in a record; 0: not known
  format::TransactionHeader header;  // of a transaction that is made, not one that keeps its own
};
inline constexpr const char* kWantedNames =
    "transaction, xml; of minutiae iso2005, iso2011, ansi2004, ansi2009, card, card-compact; of fingers 19794-4:2005, "
    "19794-4:2011, 39794-4, of faces 19794-5:2005, 19794-5:2011, 39794-5, of irises 19794-6:2005, 19794-6:2011, "
    "39794-6";
Result<Wanted> parse_wanted(const std::string& name);  // kInvalidInput: none of these names

// One transaction stays what it is, field by field, in the other encoding; so does one record whose standard is only
// of another edition. All else goes through an encounter: what it has no place for is left out, and said, a line each;
// so is what was taken otherwise than it stands.
struct Converted {
  Bytes bytes;
  std::vector<std::string> left_out;
};
Result<Converted> convert_files(const std::vector<Sample>& files, const Wanted& wanted);

// The images that are in a file, as files: "02-type14-01.wsq", by record, type and position, pose or eye; "01.png" of
// other records. Those that are not understood are left out, and said; of a print whose file says another resolution
// than its record, which no longer stands beside it, it is remarked.
struct ImageFile {
  std::string name;
  Bytes bytes;
};
struct ImageFiles {
  std::vector<ImageFile> files;
  std::vector<std::string> left_out, remarks;
};
Result<ImageFiles> images_of(ByteView file);

}  // namespace puente::intake
