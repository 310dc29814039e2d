// Samples of other people's encoders, which are not part of the project (docs/conformance.md says which): NIST's WSQ
// and JPEG 2000 reference images and its ANSI/NIST-ITL files. PUENTE_SAMPLES names another folder for them.
#include <gtest/gtest.h>

#include <cmath>

#include "conformance/samples.h"
#include "format/image/image.h"
#include "format/itl/itl.h"

namespace puente::format {
namespace {

Image image_of(const fs::path& file) {
  auto image = decode_image(bytes_of(file));
  EXPECT_TRUE(image.ok()) << file << ": " << (image.ok() ? "" : image.error().message);
  return image.ok() ? std::move(*image) : Image();
}

double psnr(const Image& a, const Image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::pow(double{1} * a.pixels[i] - b.pixels[i], 2);
  return 10 * std::log10(255.0 * 255 * static_cast<double>(a.pixels.size()) / std::max(sum, 1e-9));
}

// A binary PGM, as JPEG 2000 reference pictures come: "P5 width height 255" and the pixels.
Bytes pgm_pixels(const fs::path& file, std::size_t count) {
  const Bytes bytes = bytes_of(file);
  return bytes.size() < count ? Bytes() : Bytes(bytes.end() - static_cast<std::ptrdiff_t>(count), bytes.end());
}

TEST(Conformance, wsq_decodes_bit_for_bit_as_the_reference) {
  SKIP_WITHOUT("wsq");
  int compared = 0;
  for (const char* kind : {"225", "75", "not_7_9"}) {
    for (const fs::path& file : files_below(samples() / "wsq/wsq" / kind)) {
      const Image image = image_of(file);
      const Image wanted = image_of(samples() / "wsq/decoded" / kind / file.stem().concat(".png"));
      EXPECT_EQ(image.width, wanted.width) << file;
      EXPECT_TRUE(image.pixels == wanted.pixels) << file;
      ++compared;
    }
  }
  EXPECT_GT(compared, 0);
}

TEST(Conformance, wsq_encodes_as_well_and_as_small_as_the_samples_own_encoder) {
  SKIP_WITHOUT("wsq");
  for (const auto& [kind, rate] : {std::pair("225", 2.25), std::pair("75", 0.75)}) {
    for (const fs::path& file : files_below(samples() / "wsq/input")) {
      const Image original = image_of(file);
      const auto encoded = encode_wsq(original, rate);
      ASSERT_TRUE(encoded.ok()) << file;
      const fs::path theirs = samples() / "wsq/wsq" / kind / file.stem().concat(".wsq");
      EXPECT_LE(encoded->size(), fs::file_size(theirs)) << file;
      const Image reference = image_of(samples() / "wsq/decoded" / kind / file.stem().concat(".png"));
      EXPECT_GT(psnr(original, *decode_image(*encoded)), psnr(original, reference) - 0.01) << file;
    }
  }
}

TEST(Conformance, jpeg2000_decodes_as_the_reference) {
  SKIP_WITHOUT("jpeg2000/finger/gray");
  const fs::path folder = samples() / "jpeg2000/finger/gray";
  for (const char* finger : {"003_R02", "007_R02"}) {
    const std::string start = finger;
    for (const auto& [file, wanted, most] :
         {std::tuple("_custom_lossless_nist.jp2", "_nist.pnm", 0),
          std::tuple("_fing-1000-lossless_nist.jp2", "_decoded_fing-1000-lossless_nist.pnm", 0),
          std::tuple("_fing-1000-lossy_nist.jp2", "_decoded_fing-1000-lossy_nist.pnm", 1)}) {
      const Image image = image_of(folder / "jp2" / (start + file));
      const Bytes pixels = pgm_pixels(folder / "pnm" / (start + wanted), image.pixels.size());
      ASSERT_EQ(pixels.size(), image.pixels.size()) << start << wanted;
      int off = 0;  // the standard leaves a decoder of the lossy kind its rounding
      for (std::size_t i = 0; i < pixels.size(); ++i) off = std::max(off, std::abs(pixels[i] - image.pixels[i]));
      EXPECT_LE(off, most) << start << file;
    }
  }
}

TEST(Conformance, itl_files_are_read_whole_and_written_byte_for_byte) {
  SKIP_WITHOUT("an2k");
  int files = 0;
  for (const char* folder : {"an2k/nbis-test/good", "an2k/nbis-testdata"}) {
    for (const fs::path& file : files_below(samples() / folder)) {
      if (file.extension() != ".an2") continue;
      const Bytes bytes = bytes_of(file);
      const itl::Reading reading = itl::read(bytes);
      EXPECT_TRUE(reading.findings.empty()) << file << ": " << reading.findings.front().rule;
      EXPECT_TRUE(itl::write(reading.transaction) == bytes) << file;
      ++files;
    }
  }
  EXPECT_GT(files, 0);
}

TEST(Conformance, itl_files_of_broken_structure_are_said_to_be) {
  SKIP_WITHOUT("an2k");
  int found = 0;
  for (const fs::path& file : files_below(samples() / "an2k/nbis-test/bad"))
    found += !itl::read(bytes_of(file)).findings.empty();
  EXPECT_GE(found, 29);  // the other 14 are sound in structure and wrong in their fields' contents
}

}  // namespace
}  // namespace puente::format
