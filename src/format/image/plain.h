// Inside format/: BMP, PGM, PPM and TIFF, which programs of scanners and laboratories save and nobody exchanges: one
// decoder each. Images of 1 or 3 channels, upright.
#pragma once
#include "format/image/codec.h"

namespace puente::format {

bool is_bmp(ByteView file);
bool is_pnm(ByteView file);
bool is_tiff(ByteView file);
Result<Image> decode_bmp(ByteView file);
Result<Image> decode_pnm(ByteView file, Remarks& remarks);
Result<Image> decode_tiff(ByteView file, Remarks& remarks);

// Any of them; what is none of them is our own bug.
Result<Image> decode_plain(ByteView file, Remarks& remarks);

}  // namespace puente::format
