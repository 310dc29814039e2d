#include "store/records.h"

#include <gtest/gtest.h>

#include <bit>

namespace puente::store {
namespace {

TEST(Records, reads_what_the_first_version_wrote) {
  ByteWriter sample;
  sample.u8(1).u8(7).u64(std::bit_cast<std::uint64_t>(500.0)).counted(Bytes(3, 9));
  const auto read = decode_sample(sample.take());
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->position, FingerCapture::kLeftIndex);
  EXPECT_EQ(read->image, Bytes(3, 9));
  EXPECT_EQ(read->modality, Modality::kFinger);
  EXPECT_EQ(read->impression, kImpressionUnknown);
  ByteWriter body;
  body.u8(1).u64(5).u64(6).u32(0).u32(0);
  EXPECT_EQ(decode_encounter(body.take())->retention_until_ms, 6);
  ByteWriter later;
  later.u8(3).u64(5).u64(6).u32(0).u32(0).u8(0);
  EXPECT_EQ(decode_encounter(later.take()).error().code, Code::kCorrupt);
}

}  // namespace
}  // namespace puente::store
