#include "format/person/kind.h"

#include <gtest/gtest.h>

#include "format/image/image.h"
#include "format/iso/iso.h"

namespace puente::format {
namespace {

RecordKind kind_of(std::string_view bytes) {
  return record_kind(view(bytes));
}

TEST(RecordKind, is_told_by_content) {
  const Image image{64, 64, 1, 500, Bytes(64 * 64, 200)};
  EXPECT_EQ(record_kind(*encode_png(image)), RecordKind::kImage);
  EXPECT_EQ(record_kind(*encode_wsq(image)), RecordKind::kImage);
  EXPECT_EQ(record_kind(to_bytes("01.001:")), RecordKind::kItl);
  const std::string far = "<?xml version='1.0'?><!--" + std::string(9000, 'x') + "--><BIR/>";
  EXPECT_EQ(record_kind(to_bytes(far)), RecordKind::kCbeffXml);
  EXPECT_EQ(record_kind(to_bytes(std::string("\xff\xfe<\0?\0", 6))), RecordKind::kNiemXml);  // which refuses it
  EXPECT_EQ(record_kind(*encode_jpeg2000(image)), RecordKind::kImage);
  MinutiaeRecord minutiae;
  minutiae.views.resize(1);
  EXPECT_EQ(record_kind(*write_minutiae_record(minutiae)), RecordKind::kMinutiaeRecord);
  for (const ImagePart part : {ImagePart::kFinger, ImagePart::kFace, ImagePart::kIris}) {
    ImageRecord record;
    record.part = part;
    EXPECT_EQ(record_kind(*write_image_record(record)), RecordKind::kImageRecord);
  }
  ImageRecord face;
  face.part = ImagePart::kFace;
  face.add_view();
  face.views[0].image = Bytes(200);
  EXPECT_EQ(record_kind(*write_iso39794(face)), RecordKind::kIso39794);
  EXPECT_EQ(kind_of("error"), RecordKind::kUnknown);
  EXPECT_EQ(record_kind(*cbeff::write({})), RecordKind::kCbeffXml);
  EXPECT_EQ(kind_of("1.001:300\x1d"), RecordKind::kItl);
  EXPECT_EQ(kind_of("<?xml version=\"1.0\"?>\n<!-- <BIR> -->\n<itl:NISTBiometricInformationExchangePackage "),
            RecordKind::kNiemXml);
  for (const char* other : {"", "<", "<!--", "<html>", "<?xml", "FM", "hello"})
    EXPECT_EQ(kind_of(other), RecordKind::kUnknown) << other;
}

}  // namespace
}  // namespace puente::format
