// Finger minutiae as other people's systems exchange them: ISO/IEC 19794-2:2005 and :2011, ANSI INCITS 378-2004 and
// -2009, and 19794-2's card formats. Numbers stay in the record's own units, so that what is read is written again byte
// for byte; minutiae that a comparison understands are made of them by intake/intake.h. Plain values; pure
// functions; any thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "format/iso/capture.h"

namespace puente::format {

enum class MinutiaeFormat {
  kIso2005,         // ISO/IEC 19794-2:2005, record format: "FMR", " 20"
  kIso2011,         // ISO/IEC 19794-2:2011: "FMR", "030"
  kAnsi2004,        // ANSI INCITS 378-2004: "FMR", " 20"
  kAnsi2009,        // ANSI INCITS 378-2009: "FMR", "030"; "035" for its amendment 1
  kIsoCard,         // 19794-2 normal card format: 5 bytes a minutia, 1/100 mm; nothing else
  kIsoCardCompact,  // 3 bytes a minutia, 1/10 mm
};
std::string_view to_string(MinutiaeFormat format);                    // "iso2005", …, "card", "card-compact"
Result<MinutiaeFormat> parse_minutiae_format(std::string_view name);  // one of these names
double angle_units(MinutiaeFormat format);                            // in a full turn: 256, 180, 64

struct RecordMinutia {
  std::uint8_t type = 0;       // 0 other, 1 ridge ending, 2 bifurcation
  std::uint16_t x = 0, y = 0;  // from the top left, y downwards, in pixels of the view's resolution
  std::uint8_t angle = 0;      // counter-clockwise from +x, see angle_units
  std::uint8_t quality = 0;    // 0..100, in the 2005 and 2004 editions 0 is "not known"; 254, 255: not computed
  std::uint8_t reserved = 0;   // the two bits above y
  bool operator==(const RecordMinutia&) const = default;
};

struct MinutiaeView {
  Capture capture;  // ISO 2011; of others only the first quality: its value, in ANSI 2009 also whose it is
  std::uint8_t position = 0, view_number = 0, impression = 0;  // ANSI/NIST-ITL codes
  std::uint16_t width = 0, height = 0;                         // of the image; 0 in card formats
  std::uint16_t x_per_cm = 197, y_per_cm = 197;                // pixels in a centimetre; 197 is 500 an inch
  std::uint8_t ending_type = 0;  // ISO 2011: 0 fork of the valleys, 1 end of the ridge's skeleton
  bool minutia_quality = true;   // ISO 2011 may leave it out
  std::vector<RecordMinutia> minutiae;
  Bytes extended;  // extended data areas (ridge counts, cores and deltas, zones, vendors'), each with its header

  bool operator==(const MinutiaeView&) const = default;
};

struct MinutiaeRecord {
  MinutiaeFormat format = MinutiaeFormat::kIso2005;
  char version[4] = {};                               // as it stands; zeros: the format's own
  bool amended = false;                               // ANSI 2009 amendment 1
  std::uint16_t product_owner = 0, product_type = 0;  // ANSI: CBEFF product identifier
  std::uint8_t compliance = 0;                        // ANSI 2009; in others the upper bits of capture_device
  std::uint16_t capture_device = 0;                   // not ISO 2011: each view has its own
  bool certified = false;                             // ISO 2011: views have certification blocks
  bool long_length = false;                           // ANSI 2004: length in six bytes, whatever it is
  std::uint8_t reserved = 0;
  std::vector<MinutiaeView> views;  // editions of 2004 and 2005 have the size and resolution of the first for all
  Bytes after;                      // what follows the last view: nothing in a sound record
  std::int64_t length_error = 0;    // the length that the record states, less the one it has; 0 in a sound one
  bool ends_early = false;          // the last view has no extended data, and lacks the two bytes that say so

  bool operator==(const MinutiaeRecord&) const = default;
};

// Whether a record begins so: "FMR". Card formats cannot be told by their content.
bool is_minutiae_record(ByteView bytes);

// Any of the four record formats, told apart by version and by which of them ends where the record says. A version's
// leading blank may be a zero, as in the example that ANSI 378-2004 prints, and the other way round. A stated
// length that is somewhat off is kept and no error. kInvalidInput: truncated, or lengths that contradict one another;
// kUnsupported: a version that is none of them. Codes that the standards reserve are kept and no error; check tells of
// them.
Result<MinutiaeRecord> read_minutiae_record(ByteView bytes);

// One of the card formats: minutiae and nothing else, so 5 or 3 bytes each. kInvalidInput: another size.
Result<MinutiaeRecord> read_minutiae_card(ByteView bytes, MinutiaeFormat format);

// kInvalidInput: more views or minutiae, or larger numbers, than the format can hold; a card format takes one view.
Result<Bytes> write_minutiae_record(const MinutiaeRecord& record);

// Deviations from the standard's rules, one line each, in the order of the fields, the first thousand; empty for a
// record that keeps them.
std::vector<std::string> check_minutiae_record(const MinutiaeRecord& record);

}  // namespace puente::format
