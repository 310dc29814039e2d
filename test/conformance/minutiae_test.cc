// FBI examiners' minutiae of a latent and a rolled print of one finger, which NIST's samples hold beside the images
// (Special Database 27), against our own extraction of the image: the one sample with both.
#include <gtest/gtest.h>

#include "conformance/samples.h"
#include "format/image/image.h"
#include "format/iso/iso.h"
#include "format/itl/itl.h"
#include "format/person/person.h"
#include "intake/intake.h"
#include "modality/finger/finger.h"
#include "service/service.h"

namespace puente {
namespace {

namespace itl = format::itl;

std::vector<Sample> samples_without(const itl::Transaction& transaction, std::initializer_list<int> types) {
  itl::Transaction rest;
  for (const itl::Record& record : transaction.records)
    if (std::find(types.begin(), types.end(), record.type) == types.end()) rest.records.push_back(record);
  const Result<format::Intake> intake = format::to_encounter(rest);
  EXPECT_TRUE(intake.ok()) << (intake.ok() ? "" : intake.error().message);
  return intake.ok() ? intake->encounter.samples : std::vector<Sample>();
}

finger::Prepared prepared(const Sample& sample) {
  if (format::is_minutiae_record(sample.image)) {
    const format::MinutiaeRecord record = *format::read_minutiae_record(sample.image);
    return finger::prepare(*intake::to_template(record.views[0], record.format));
  }
  Image image = *format::decode_image(sample.image);
  image.ppi = sample.ppi;
  return finger::prepare(finger::extract(image)->features);
}

TEST(MinutiaeConformance, examiners_minutiae_match_the_image_and_one_another) {
  SKIP_WITHOUT("an2k");
  for (const char* name : {"nist.an2", "iafis.an2"}) {  // fields of the standard, fields of the FBI
    const itl::Transaction transaction = itl::read(bytes_of(samples() / "an2k/nbis-test/good" / name)).transaction;
    const std::vector<Sample> minutiae = samples_without(transaction, {4, 13, 14});
    const std::vector<Sample> images = samples_without(transaction, {9});
    ASSERT_EQ(minutiae.size(), 2u) << name;  // of the latent, of the rolled print
    ASSERT_EQ(images.size(), 2u) << name;
    const finger::Prepared latent = prepared(minutiae[0]), rolled = prepared(minutiae[1]), ours = prepared(images[1]);
    finger::Scratch scratch;
    const double same = compare_score(ours, rolled, scratch), other = compare_score(ours, latent, scratch);
    std::printf("%s: our minutiae of the rolled print and theirs of it score %.0f, and theirs of the latent %.0f\n",
                name, same, other);
    EXPECT_GT(same, 60) << name;
    EXPECT_GT(other, 60) << name;
  }
}

}  // namespace
}  // namespace puente
