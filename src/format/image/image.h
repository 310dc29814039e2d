// Images in files: PNG, JPEG, JPEG 2000 and WSQ in, pixels out, and back. No I/O, no global state: any thread. Bytes
// are hostile until proven otherwise: sizes are checked against core/limits.h before anything is allocated.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/image.h"
#include "core/result.h"

namespace puente::format {

// A PNG, JPEG, JPEG 2000 or WSQ file, or a BMP, TIFF, PGM or PPM, told apart by its content, as a gray image (channels
// 1). Colour becomes ITU-R BT.601 luma, 16 bits are scaled to 8 (of a sensor's 8 to 14 those that are used), 1/2/4 bits
// and palettes are expanded, transparency is laid on white paper (white ink becomes black, and one that hides
// everything is passed over). It is upright: turned and mirrored as Exif and eXIf say. ppi comes from pHYs, JFIF or
// Exif density; it is 0 when the file says nothing, or something that no scanner makes (outside kPpiMin … kPpiMax, or
// different in the two directions). kInvalidInput: empty, truncated, damaged, not an image. kTooLarge: over a limit.
// kUnsupported: recognised but not read here (GIF, HEIC, CMYK, …). `remarks`, if wanted: what a sound file does not
// have and was made good, a line each: a last marker that is missing, bytes behind it, bits that are not used, an
// orientation.
Result<Image> decode_image(ByteView bytes, std::vector<std::string>* remarks = nullptr);

// Whether two resolutions, in pixels an inch, say the same: 197 a centimetre are 500.4.
bool is_same_ppi(double a, double b);

enum class ImageKind { kPng, kJpeg, kJpeg2000, kWsq };

// What an image file says of itself: nothing is decoded, sizes are not yet held to limits.
struct ImageHeader {
  ImageKind kind = ImageKind::kPng;
  std::int64_t width = 0, height = 0;
  int components = 0;     // 1 gray, 3 colour; of a palette 3
  int bits = 0;           // a component
  int orientation = 1;    // as Exif and eXIf have it: width and height are of the pixels as they are stored
  bool lossless = false;  // the way it was compressed; lossless JPEG is recognised so, and not decoded
};
bool is_image(ByteView bytes);  // begins as one of these
// "WSQ", "TIFF", …: what a file begins as, read here or not; empty: as no image that we have heard of.
std::string_view image_name(ByteView bytes);
// kInvalidInput: no such image, or cut short before its header ends. Linear in the header's size.
Result<ImageHeader> image_header(ByteView bytes);

// BMP, TIFF, PBM, PGM, PPM: what programs of scanners save and no record holds. By its start.
bool is_plain_image(ByteView bytes);
// One of these, the first page of it, as a PNG of the same pixels in 8 bits, gray where they are, upright, with its
// ppi. Errors and remarks: those of decode_image.
Result<Bytes> as_png(ByteView bytes, std::vector<std::string>* remarks = nullptr);

// Adds that there are more pictures in the file than the first, which decode_image reads: an animation, or one image
// behind another. Linear in the file; of what is no image nothing is said.
void remark_more_pictures(ByteView file, std::vector<std::string>& remarks);

// The same picture, to the bit as it was compressed, without the words that came with it: comments, text, times, Exif
// (but for which way up it is), thumbnails, profiles, resolution. Never larger; an image that decode_image reads gives
// the same pixels, with ppi 0. Nothing is decoded. kInvalidInput: no such image, or cut short; kTooLarge: over a limit,
// or JPEG 2000 that asks for more work than its bytes explain once its words are gone; kUnsupported: JPEG 2000 that
// decode_image would not read.
Result<Bytes> bare_image(ByteView bytes);

struct PngText {
  std::string key, value;  // key: 1–79 Latin-1 characters, as PNG 1.2 section 4.2.3.1 wants
};

// An image of 1 or 3 channels as a PNG file, with its ppi as pHYs when it has one, and tEXt chunks. The same image
// gives the same bytes on one build of libpng and zlib. kInvalidInput for an image whose sizes do not agree or a bad
// key.
Result<Bytes> encode_png(const Image& image, std::span<const PngText> texts = {});

// An image of one channel as a PNG of one bit a pixel: below 128 black, else white. Errors as encode_png.
Result<Bytes> encode_png_of_two_tones(Image image);

// A gray image as a WSQ file of about so many bits a pixel: 0.75 is the usual, 2.25 where little may be lost. Its ppi
// is kept in a comment, others are added as they are given. Not certified by the FBI. kInvalidInput: not gray, under 64
// pixels a side, no such rate, a comment of over 65,533 bytes.
Result<Bytes> encode_wsq(const Image& image, double bits_per_pixel = 0.75, std::span<const std::string> comments = {});
// The comments of a WSQ file, those left out that speak of its own pixels and rate ("NIST_COM", which is written anew).
std::vector<std::string> wsq_comments(ByteView bytes);

// An image of 1 or 3 channels as a JP2 file, its ppi in the resolution box: about so many times smaller, or 0: without
// any loss. kInvalidInput: sizes that do not agree, no such compression.
Result<Bytes> encode_jpeg2000(const Image& image, double compression = 0);

}  // namespace puente::format
