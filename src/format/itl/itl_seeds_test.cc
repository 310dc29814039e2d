#include "core/testing_seeds.h"
#include "format/itl/testing_transaction.h"

namespace puente::format {
namespace {

using itl::Transaction;

// The sample's first record with one other, whose contents it states.
Transaction alone(std::size_t index) {
  Transaction t = itl::testing::sample();
  const itl::Record record = t.records[index];
  t.records = {itl::testing::record_of(1, {{2, "0502"}, {4, "CPS"}, {5, "20260301"}, {9, "0001"}}), record};
  t.records[0].set(3,
                   "1\x1f"
                   "1\x1e" +
                       std::to_string(record.type) + "\x1f" + std::string(record.value(2)));
  return t;
}

TEST(ItlSeeds, are_what_our_writers_write) {
  const Transaction all = itl::testing::sample();
  Seeds traditional = {{"all", itl::write(all)}};
  Seeds xml;
  for (std::size_t i = 1; i < all.records.size(); ++i) {
    const std::string name = "type" + std::to_string(all.records[i].type);
    const Result<Bytes> bytes = niem::write(alone(i));
    ASSERT_TRUE(bytes.ok());
    xml[name] = *bytes;
    if (i % 3 == 0) traditional[name] = itl::write(alone(i));
  }
  expect_stored("itl_fuzz", traditional);
  expect_stored("niem_fuzz", xml);
}

}  // namespace
}  // namespace puente::format
