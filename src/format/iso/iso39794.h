// ISO/IEC 39794-4, -5 and -6 (2019 to 2021): the images of fingers, faces and irises in ASN.1, encoded by DER, that
// follow ISO/IEC 19794:2011 in passports. Read as, and written from, the record of 19794:2011 that says the same
// (image_record.h). What is carried: image and format, finger or eye, impression, resolution, time of capture, quality,
// size of a face's image, an iris's kind and orientation. What is not: landmarks, pose, devices, segmentation,
// annotations; a record with them is read without them. Pure functions; any thread.
#pragma once
#include "core/bytes.h"
#include "core/result.h"
#include "format/iso/image_record.h"

namespace puente::format {

// Whether bytes begin so: [APPLICATION 4], 5 or 6, constructed.
bool is_iso39794(ByteView bytes);

// An ImageRecord of edition 2011. kInvalidInput: not DER, or without what the standard demands; kUnsupported: an image
// format that 19794:2011 has no code for.
Result<ImageRecord> read_iso39794(ByteView bytes);

// kUnsupported: an image format that 39794 has none for (JPEG of a finger, PNG of a face); kInvalidInput: no view, an
// edition other than 2011, an iris without its time of capture, which 39794-6 demands.
Result<Bytes> write_iso39794(const ImageRecord& record);

}  // namespace puente::format
