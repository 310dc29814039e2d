#include "core/testing_seeds.h"
#include "format/iso/iso.h"

namespace puente::format {
namespace {

MinutiaeRecord minutiae(MinutiaeFormat format) {
  MinutiaeRecord record;
  record.format = format;
  const bool card = format == MinutiaeFormat::kIsoCard || format == MinutiaeFormat::kIsoCardCompact;
  for (int i = 0; i < (card ? 1 : 2); ++i) {
    MinutiaeView& view = record.views.emplace_back();
    view.position = static_cast<std::uint8_t>(i + 1);
    view.capture.qualities = {{80, 0, 0}};
    view.width = 300;
    view.height = 400;
    for (std::uint8_t m = 0; m < 5; ++m) {
      const auto place = static_cast<std::uint16_t>(20 + 40 * m);
      view.minutiae.push_back({static_cast<std::uint8_t>(m % 3), place, place, static_cast<std::uint8_t>(11 * m),
                               static_cast<std::uint8_t>(card ? 0 : 60), 0});
    }
    view.minutia_quality = !card;
    if (!card) view.extended = {0, 1, 0, 6, 9, 9};
  }
  return record;
}

ImageRecord image_record_of(ImagePart part, int edition) {
  ImageRecord record;
  record.part = part;
  record.edition = edition;
  record.certified = part == ImagePart::kFinger && edition == 2011;
  ImageView& view = record.add_view();
  view.capture = {2026, 11, 23, 9, 5, 7, 0, 0, 0, 0, {{80, 1, 2}}, {}};
  if (record.certified) view.capture.certifications = {{1, 2}};
  view.width = view.height = 8;
  view.depth = 8;
  view.position = 1;
  view.image = Bytes(64, 128);
  if (part == ImagePart::kFinger) {
    FingerView& finger = view.finger();
    finger.scan_x = finger.scan_y = finger.image_x = finger.image_y = 500;
  }
  if (part == ImagePart::kFace) {
    view.face().points = {{1, 0xc1, 1, 2, 0}, {1, 0xc2, 5, 2, 0}};
    view.position = view.depth = 0;
  }
  if (part == ImagePart::kIris) view.compression = 2;
  return record;
}
Bytes image_record(ImagePart part, int edition) {
  return *write_image_record(image_record_of(part, edition));
}

TEST(RecordSeeds, of_minutiae_records_are_stored) {
  Seeds seeds;
  for (const MinutiaeFormat format :
       {MinutiaeFormat::kIso2005, MinutiaeFormat::kIso2011, MinutiaeFormat::kAnsi2004, MinutiaeFormat::kAnsi2009})
    seeds[std::string(to_string(format))] = *write_minutiae_record(minutiae(format));
  for (const MinutiaeFormat format : {MinutiaeFormat::kIsoCard, MinutiaeFormat::kIsoCardCompact}) {
    Bytes& seed = seeds[std::string(to_string(format))];
    seed = {static_cast<std::uint8_t>(format == MinutiaeFormat::kIsoCard ? 1 : 0)};  // as minutiae_record_fuzz chooses
    const Bytes card = *write_minutiae_record(minutiae(format));
    seed.insert(seed.end(), card.begin(), card.end());
  }
  expect_stored("minutiae_record_fuzz", seeds);
}

TEST(RecordSeeds, of_image_records_are_stored) {
  Seeds seeds;
  for (const auto& [name, part] : {std::pair("finger", ImagePart::kFinger), std::pair("face", ImagePart::kFace),
                                   std::pair("iris", ImagePart::kIris)})
    for (const int edition : {2005, 2011}) seeds[name + std::to_string(edition)] = image_record(part, edition);
  expect_stored("image_record_fuzz", seeds);
}

TEST(RecordSeeds, of_iso39794_are_stored) {
  ImageRecord face = image_record_of(ImagePart::kFace, 2011);
  face.views[0].compression = 1;
  expect_stored("iso39794_fuzz", {{"finger", *write_iso39794(image_record_of(ImagePart::kFinger, 2011))},
                                  {"face", *write_iso39794(face)},
                                  {"iris", *write_iso39794(image_record_of(ImagePart::kIris, 2011))}});
}

TEST(RecordSeeds, of_xml_are_stored) {
  cbeff::Document document;
  cbeff::Bir& bir = document.root.children.emplace_back();
  bir.version = bir.cbeff_version = {{1, 1}};
  cbeff::BdbInfo& info = bir.bdb_info.emplace_back();
  info.format = {"Mosip", "7"};
  info.type = "Finger";
  info.subtype = "Left Thumb";
  info.quality_algorithm = {"HMAC", "SHA-256"};
  info.quality = "80";
  bir.bdb = image_record(ImagePart::kFinger, 2005);
  bir.sb = {1, 2, 3};
  bir.others = {{"RETRIES", "1"}};
  const Bytes iso = *cbeff::write(document);
  document.bias = document.entries = true;
  const Bytes bias = *cbeff::write(document);
  expect_stored("cbeff_fuzz", {{"iso", iso}, {"bias", bias}});
  expect_stored("xml_fuzz",
                {{"cbeff", iso},
                 {"parts", to_bytes("\xef\xbb\xbf<?xml version='1.0'?><!-- c --><r xmlns:a=\"urn:a\">x&amp;&#65;"
                                    "<![CDATA[<y>]]><a:b a:c='1' d=\"&lt;\"/><b xmlns='urn:b'><?p q?></b></r>")}});
}

}  // namespace
}  // namespace puente::format
