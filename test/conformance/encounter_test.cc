// Whatever the samples hold becomes an encounter: transactions, ISO records and CBEFF, told by content.
#include <gtest/gtest.h>

#include "conformance/samples.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/itl/itl.h"
#include "format/person/person.h"

namespace puente::format {
namespace {

struct Expected {
  const char* file;
  int fingers, slaps, faces, irises;
};

// By the records that each file has; types 3, 5, 6, 15 and 16 and lossless JPEG are not used.
constexpr Expected kExpected[] = {
    {"an2k/nbis-test/good/a001-seg.an2", 12, 2, 0, 0},
    {"an2k/nbis-test/good/a001_jp2.an2", 12, 2, 0, 0},
    {"an2k/nbis-test/good/a001_jpb.an2", 12, 2, 0, 0},
    {"an2k/nbis-test/good/a010_14.an2", 0, 1, 0, 0},
    {"an2k/nbis-test/good/nist.an2", 2, 0, 0, 0},
    {"an2k/nbis-test/good/iafis.an2", 2, 0, 0, 0},
    {"an2k/nbis-test/good/face_jp2.an2", 0, 0, 1, 0},
    {"an2k/nbis-test/good/face_png.an2", 0, 0, 1, 0},
    {"an2k/nbis-test/good/face_raw.an2", 0, 0, 1, 0},
    {"an2k/nbis-testdata/valid1.8.an2", 0, 3, 0, 0},  // WSQ that states its size before its tables
    {"iso/mosip/iso/FingerPrintRight_Thumb.iso", 1, 0, 0, 0},
    {"iso/mosip/iso/Sample_IRIS.iso", 0, 0, 0, 1},
    {"iso/mosip/BiometricInfo/Finger/info_left_thumb_auth_wsq.iso", 1, 0, 0, 0},
    {"iso/mosip/BiometricInfo/Face/info_face_auth.iso", 0, 0, 1, 0},
    {"cbeff/createCbeffLatest.xml", 3, 0, 0, 0},
};

TEST(Conformance, files_of_every_kind_become_encounters) {
  SKIP_WITHOUT("an2k");
  for (const Expected& expected : kExpected) {
    const auto bytes = read_file((samples() / expected.file).string(), limits::kRecordBytesMax);
    ASSERT_TRUE(bytes.ok()) << expected.file;
    const auto intake = read_encounter(*bytes);
    EXPECT_TRUE(intake.ok()) << expected.file << ": " << intake.error().message;
    if (!intake.ok()) continue;
    int fingers = 0, slaps = 0, faces = 0, irises = 0;
    for (const Sample& sample : intake->encounter.samples) {
      faces += sample.modality == Modality::kFace;
      irises += sample.modality == Modality::kIris;
      slaps += sample.modality == Modality::kFinger && is_slap(sample.position);
      fingers += sample.modality == Modality::kFinger && !is_slap(sample.position);
      EXPECT_TRUE(!is_image(sample.image) || decode_image(sample.image).ok()) << expected.file;
    }
    EXPECT_EQ(std::tuple(fingers, slaps, faces, irises),
              std::tuple(expected.fingers, expected.slaps, expected.faces, expected.irises))
        << expected.file << (intake->left_out.empty() ? "" : ": " + intake->left_out[0]);
  }
}

TEST(Conformance, names_of_interpols_files_are_read) {
  SKIP_WITHOUT("iso/mosip");
  const auto intake =
      read_encounter(bytes_of(samples() / "iso/mosip/BiometricInfo/NistXmlData/Sample-NPS-INT-ITransaction.xml"));
  ASSERT_TRUE(intake.ok()) << intake.error().message;
  const BiographicData wanted = {{DataElement::kFamilyName, "Mustermann"},  {DataElement::kGivenNames, "Renate Erika"},
                                 {DataElement::kDateOfBirth, "1950-12-01"}, {DataElement::kSex, "X"},
                                 {DataElement::kNationality, "DEU"},        {DataElement::kPlaceOfBirth, "Wiesbaden"}};
  EXPECT_EQ(intake->encounter.biographic, wanted);
}

// Out again as a transaction of today: what was a file of 1999 or a scanner's record is sound by the rules of 2015.
TEST(Conformance, encounters_of_old_files_are_written_as_sound_transactions) {
  SKIP_WITHOUT("an2k");
  for (const char* file : {"an2k/nbis-test/good/a001-seg.an2", "an2k/nbis-test/good/face_raw.an2",
                           "iso/mosip/iso/Sample_IRIS.iso", "iso/mosip/iso/FingerPrintRight_Thumb.iso"}) {
    const auto bytes = read_file((samples() / file).string(), limits::kRecordBytesMax);
    ASSERT_TRUE(bytes.ok()) << file;
    const auto intake = read_encounter(*bytes);
    ASSERT_TRUE(intake.ok()) << file << ": " << intake.error().message;
    const auto transaction = to_transaction(intake->encounter, {.type = "NPS",
                                                                .destination = "COL",
                                                                .originator = "USA",
                                                                .control_number = "t-1",
                                                                .time_ms = 1'790'000'000'000});
    ASSERT_TRUE(transaction.ok()) << file << ": " << transaction.error().message;
    const itl::Reading reading = itl::read(itl::write(*transaction));
    for (const auto& findings : {reading.findings, itl::check(reading)}) {
      for (const itl::Finding& finding : findings) {
        ADD_FAILURE() << file << " " << finding.type << '.' << finding.field << ": " << finding.rule;
      }
    }
    const auto again = to_encounter(reading.transaction);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->encounter.samples.size(), intake->encounter.samples.size());
  }
}

}  // namespace
}  // namespace puente::format
