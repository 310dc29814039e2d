#include "format/iso/ber.h"

#include <gtest/gtest.h>

#include <random>

#include "core/testing_seeds.h"
#include "format/iso/iso.h"

namespace puente::format {
namespace {

Bytes object(std::uint32_t tag, ByteView contents) {
  ByteWriter out;
  if (tag > 0xff) out.u8(static_cast<std::uint8_t>(tag >> 8));
  out.u8(static_cast<std::uint8_t>(tag));
  if (contents.size() < 0x80) {
    out.u8(static_cast<std::uint8_t>(contents.size()));
  } else {
    out.u8(0x82).u16(static_cast<std::uint16_t>(contents.size()));
  }
  return out.raw(contents).take();
}
Bytes joined(std::initializer_list<Bytes> parts) {
  ByteWriter out;
  for (const Bytes& part : parts) out.raw(part);
  return out.take();
}

Bytes minutiae() {
  MinutiaeRecord record;
  MinutiaeView& view = record.views.emplace_back();
  view.position = 2;
  view.width = view.height = 300;
  view.minutiae = {{1, 50, 60, 7, 80}, {2, 150, 160, 99, 60}};
  return *write_minutiae_record(record);
}
Bytes finger_image() {
  ImageRecord record;
  record.edition = 2005;
  ImageView& view = record.add_view();
  view.position = 2;
  view.width = 16;
  view.height = 16;
  view.depth = 8;
  view.finger().image_x = view.finger().image_y = 500;
  view.image = Bytes(256, 7);
  return *write_image_record(record);
}

// ICAO Doc 9303-10: templates of a header and a block each.
Bytes passport(std::uint32_t group, std::initializer_list<Bytes> records) {
  Bytes inside = object(0x02, Bytes{static_cast<std::uint8_t>(records.size())});
  for (const Bytes& record : records) {
    const Bytes header = object(0xa1, joined({object(0x80, Bytes{1, 1}), object(0x87, Bytes{1, 1})}));
    const Bytes one = object(0x7f60, joined({header, object(0x5f2e, record)}));
    inside.insert(inside.end(), one.begin(), one.end());
  }
  return object(group, object(0x7f61, inside));
}

// NIST SP 800-76: a CBEFF header of 88 bytes that says how long the record is, the record, a signature.
Bytes piv(const Bytes& record) {
  ByteWriter cbeff;
  cbeff.u8(3).u8(0x0d).u32(static_cast<std::uint32_t>(record.size())).u16(40).raw(Bytes(80, 0)).raw(record);
  cbeff.raw(Bytes(40, 9));
  return object(0x53, joined({object(0xbc, cbeff.take()), object(0xfe, {})}));
}

TEST(Ber, records_of_a_passport_are_found) {
  const Bytes file = passport(0x63, {finger_image(), finger_image()});
  ASSERT_TRUE(is_ber_container(file));
  const auto container = read_ber_container(file);
  ASSERT_TRUE(container.ok()) << container.error().message;
  ASSERT_EQ(container->records.size(), 2u);
  EXPECT_TRUE(container->findings.empty());
  EXPECT_EQ(container->records[1].modality, CardModality::kFinger);
  EXPECT_TRUE(read_image_record(container->records[1].bytes)->after.empty());
}

TEST(Ber, the_record_of_a_piv_card_is_found_without_its_signature) {
  for (const Bytes& file : {piv(minutiae()), joined({piv(minutiae()), Bytes{0x90, 0}})}) {
    ASSERT_TRUE(is_ber_container(file));
    const auto container = read_ber_container(file);
    ASSERT_TRUE(container.ok()) << container.error().message;
    ASSERT_EQ(container->records.size(), 1u);
    EXPECT_EQ(text(container->records[0].bytes), text(minutiae()));
  }
}

TEST(Ber, a_container_cut_short_says_so) {
  Bytes file = passport(0x63, {finger_image()});
  file.resize(file.size() - 20);
  const auto container = read_ber_container(file);
  ASSERT_TRUE(container.ok());
  EXPECT_EQ(container->findings.size(), 1u);
}

TEST(Ber, what_holds_no_record_is_refused_and_texts_are_no_containers) {
  EXPECT_FALSE(read_ber_container(passport(0x63, {Bytes(300, 0xee)})).ok());
  for (const std::string_view words : {"column of text", "Some words", "under", "vessel", ""})
    EXPECT_FALSE(is_ber_container(view(words))) << words;
}

TEST(Ber, damage_never_crashes) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 5000; ++i) {
    Bytes file = i % 2 ? passport(0x75, {finger_image(), minutiae()}) : piv(minutiae());
    for (int flips = 0; flips < 3; ++flips) file[random() % 60] = static_cast<std::uint8_t>(random());
    file.resize(random() % file.size() + 1);
    const auto container = read_ber_container(file);
    if (!container.ok()) continue;
    for (const ContainedRecord& each : container->records) EXPECT_LE(each.bytes.size(), file.size());
  }
  Bytes deep = object(0x5f2e, minutiae());
  for (int i = 0; i < 40; ++i) deep = object(0x7f60, deep);
  EXPECT_FALSE(read_ber_container(deep).ok());
}

TEST(BerSeeds, are_stored) {
  expect_stored("ber_fuzz", {{"passport", passport(0x63, {finger_image()})}, {"piv", piv(minutiae())}});
}

}  // namespace
}  // namespace puente::format
