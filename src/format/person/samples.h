// Samples ⇄ records of ISO/IEC 19794, ISO/IEC 39794 and ANSI INCITS 378: what an encounter holds, as the field's
// records carry it. Plain values; pure functions; any thread.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/person.h"
#include "format/iso/iso.h"

namespace puente::format {

// FGP of ANSI/NIST-ITL: 11 and 12 are thumbs pressed by themselves; nullopt: palms and what is not known.
std::optional<FingerCapture> finger_of_code(int code);

// Room in an encounter for one sample more than so many, or kTooLarge.
Status check_room(std::size_t samples);

// That there is no sample in what was read, with the first thing that was left out of it.
Error nothing_in(std::string_view what, const std::vector<std::string>& left_out);

// Every view of a record, told by its content, as a sample; minutiae as a record of one view. Pixels without a header
// of their own become PNG; palms and images that cannot be read are left out, and said in `left_out`, a line each.
// kUnsupported: no such record; kInvalidInput, kTooLarge: as its reader says.
Result<std::vector<Sample>> read_samples(ByteView bytes, std::vector<std::string>& left_out);

// The images of one part as a record of ISO/IEC 19794-4, -5 or -6, a view each, as they were captured where the edition
// has a code for their kind, else as PNG or pixels. captured_ms: 0, not known. kInvalidInput: no such image among them;
// kUnsupported: a face that is neither JPEG nor JPEG 2000 in the edition of 2005.
Result<ImageRecord> to_image_record(std::span<const Sample> samples, ImagePart part, int edition,
                                    std::int64_t captured_ms = 0);

}  // namespace puente::format
