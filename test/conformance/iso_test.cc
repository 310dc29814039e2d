// ISO/IEC 19794 records, ANSI INCITS 378 and CBEFF documents of other people (docs/conformance.md says whose), which
// are not part of the project. PUENTE_SAMPLES names another folder for them.
#include <gtest/gtest.h>

#include "conformance/samples.h"
#include "format/iso/iso.h"
#include "format/person/person.h"

namespace puente::format {
namespace {

// Reads a record, writes it, and holds the bytes against one another; decodes its images. False: not a sound record.
bool same_again(ByteView bytes, const std::string& what) {
  const Result<ImageRecord> record = read_image_record(bytes);
  if (!record.ok()) return false;
  const Result<Bytes> again = write_image_record(*record);
  EXPECT_TRUE(again.ok() && ByteView(*again).size() == bytes.size() &&
              std::equal(bytes.begin(), bytes.end(), again->begin()))
      << what;
  for (const ImageView& view : record->views) {
    const Result<Image> image = decode_view(*record, view);
    EXPECT_TRUE(image.ok()) << what << ": " << (image.ok() ? "" : image.error().message);
    if (!image.ok()) continue;
    EXPECT_EQ(image->width, static_cast<int>(view.width)) << what;
    EXPECT_EQ(image->height, static_cast<int>(view.height)) << what;
  }
  return true;
}

TEST(IsoConformance, image_records_are_read_and_written_byte_for_byte) {
  SKIP_WITHOUT("iso/mosip");
  int sound = 0, refused = 0;
  for (const fs::path& file : files_below(samples() / "iso/mosip", ".iso")) {
    if (record_kind(bytes_of(file)) != RecordKind::kImageRecord) continue;  // one is encrypted
    (same_again(bytes_of(file), file.string()) ? sound : refused) += 1;
  }
  for (const fs::path& file : files_below(samples() / "iso/biomdi/iris", ".raw"))
    (same_again(bytes_of(file), file.string()) ? sound : refused) += 1;
  EXPECT_EQ(sound, 20);
  EXPECT_EQ(refused, 1);  // an experiment of 2008 that calls itself version 015 and is of no edition
}

TEST(IsoConformance, minutiae_records_are_read_and_written_byte_for_byte) {
  SKIP_WITHOUT("iso/biomdi");
  std::vector<MinutiaeRecord> records;
  for (const fs::path& file : files_below(samples() / "iso/biomdi/fingerminutia", ".raw")) {
    const Bytes bytes = bytes_of(file);
    EXPECT_EQ(record_kind(bytes), RecordKind::kMinutiaeRecord);
    const Result<MinutiaeRecord> record = read_minutiae_record(bytes);
    ASSERT_TRUE(record.ok()) << file << record.error().message;
    EXPECT_TRUE(*write_minutiae_record(*record) == bytes) << file;
    EXPECT_EQ(record->views.size(), 2u);
    records.push_back(*record);
  }
  // the same prints in both standards, as their annexes have them: only the unit of angles differs
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].format, MinutiaeFormat::kAnsi2004);
  EXPECT_EQ(records[1].format, MinutiaeFormat::kIso2005);
  for (std::size_t v = 0; v < 2; ++v) {
    const auto &ansi = records[0].views[v].minutiae, &iso = records[1].views[v].minutiae;
    ASSERT_EQ(ansi.size(), iso.size());
    for (std::size_t i = 0; i < ansi.size(); ++i) {
      EXPECT_EQ(std::pair(ansi[i].x, ansi[i].y), std::pair(iso[i].x, iso[i].y));
      EXPECT_NEAR(ansi[i].angle / 180.0, iso[i].angle / 256.0, 0.006) << i;
    }
  }
}

TEST(IsoConformance, cbeff_documents_are_read_written_and_hold_records) {
  SKIP_WITHOUT("cbeff");
  int documents = 0, records = 0, broken = 0, other = 0;
  for (const fs::path& file : files_below(samples() / "cbeff", ".xml")) {
    const Bytes bytes = bytes_of(file);
    EXPECT_EQ(record_kind(bytes), RecordKind::kCbeffXml) << file;
    const Result<cbeff::Document> document = cbeff::read(bytes);
    ASSERT_TRUE(document.ok()) << file << ": " << document.error().message;
    ++documents;
    const Bytes once = *cbeff::write(*document);
    EXPECT_TRUE(*cbeff::write(*cbeff::read(once)) == once) << file;
    for (const cbeff::Bir& bir : document->root.children) {
      ASSERT_EQ(bir.bdb_info.size(), 1u) << file;
      if (record_kind(bir.bdb) != RecordKind::kImageRecord) {
        ++other;
        continue;
      }
      (same_again(bir.bdb, file.string()) ? records : broken) += 1;
    }
  }
  EXPECT_EQ(documents, 7);
  EXPECT_EQ(records, 40);
  EXPECT_EQ(broken, 10);  // irises that somebody's tool has read as UTF-8 text: nothing is left of them
  EXPECT_EQ(other, 6);    // words such as "Test"
}

}  // namespace
}  // namespace puente::format
