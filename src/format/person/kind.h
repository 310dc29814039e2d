// What a file is, by its content alone, and its name for people. Pure; any thread.
#pragma once
#include <string_view>

#include "core/bytes.h"
#include "format/image/image.h"

namespace puente::format {

enum class RecordKind {
  kUnknown,
  kImage,           // PNG, JPEG, JPEG 2000, WSQ: decode_image
  kItl,             // ANSI/NIST-ITL, traditional encoding: itl::read
  kNiemXml,         // ANSI/NIST-ITL in NIEM XML
  kCbeffXml,        // CBEFF: cbeff::read
  kMinutiaeRecord,  // ISO/IEC 19794-2, ANSI 378: read_minutiae_record; card formats have no mark and are kUnknown
  kImageRecord,     // ISO/IEC 19794-4, -5, -6: read_image_record
  kIso39794,        // ISO/IEC 39794-4, -5, -6: read_iso39794
  kPlainImage,      // BMP, TIFF, PGM, PPM: as_png
  kContainer,       // of a passport or PIV card, around records of ISO/IEC 19794, 39794 or ANSI 378: read_ber_container
};
std::string_view to_string(RecordKind kind);   // for people: "CBEFF XML"
std::string_view to_string(ImageKind kind);    // "JPEG 2000"
std::string_view file_ending(ImageKind kind);  // "jp2"

// Looks at the first bytes (of XML at the first tag); what follows may be damaged all the same.
RecordKind record_kind(ByteView bytes);

}  // namespace puente::format
