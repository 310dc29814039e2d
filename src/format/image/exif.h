// Inside format/: what a camera says of its picture (Exif: TIFF 6.0 section 2 within CIPA DC-008): its resolution, and
// which way up it is to be seen.
#pragma once
#include <cstdint>

#include "core/bytes.h"
#include "core/image.h"

namespace puente::format {

// The first directory of an Exif block.
class Exif {
 public:
  explicit Exif(ByteView tiff) : tiff_(tiff), little_(tiff.size() > 1 && tiff[0] == 'I') {}

  double ppi() const;       // tags 282, 283 and 296; 0: not said, or no scan's
  int orientation() const;  // tag 274, 1 to 8; 1, upright, where it says nothing, or nothing that there is

 private:
  std::uint32_t number(std::size_t at, std::size_t size) const;
  double rational(std::size_t at) const;
  // Calls each(tag, place of the entry) until it returns false.
  template <typename Each>
  void each_entry(Each each) const;

  ByteView tiff_;
  bool little_;
};

// Which way up an image file says that it is to be seen: in a JPEG's first Exif segment, in a PNG's eXIf chunk. 1 for
// every other file.
int orientation_of(ByteView file);

// An Exif block that says this and nothing else, of at most so many bytes: 22 are enough.
Bytes exif_of(int orientation, std::size_t bytes_max);

// Pixels as the orientation wants them seen (CIPA DC-008 4.6.4 A): 2 mirrored, 3 turned by 180 degrees, 4 both, 5
// to 8 on its side.
Image upright(Image stored, int orientation);

}  // namespace puente::format
