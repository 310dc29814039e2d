// Small transactions that fuzzing starts from, stored in test/data/fuzz. PUENTE_WRITE_SEEDS=1 writes them anew; without
// it they are compared with what is stored.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "format/format.h"
#include "format/record/testing_transaction.h"

namespace puente::format {
namespace {

namespace fs = std::filesystem;
using itl::Transaction;

void expect_stored(const std::string& target, const std::map<std::string, Bytes>& seeds) {
  const fs::path folder = fs::path(__FILE__).parent_path().parent_path().parent_path().parent_path() / "test/data/fuzz";
  for (const auto& [name, bytes] : seeds) {
    const fs::path file = folder / target / name;
    EXPECT_LT(bytes.size(), 8192u) << file;
    if (std::getenv("PUENTE_WRITE_SEEDS") != nullptr) {
      fs::create_directories(file.parent_path());
      std::ofstream(file, std::ios::binary) << text(bytes);
    }
    std::ifstream in(file, std::ios::binary);
    EXPECT_TRUE(in.good()) << file;
    const std::string stored{std::istreambuf_iterator<char>(in), {}};
    EXPECT_TRUE(stored == text(bytes)) << file << " is not what our writers write: PUENTE_WRITE_SEEDS=1 writes it anew";
  }
}

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

TEST(ItlSeeds, AreWhatOurWritersWrite) {
  const Transaction all = itl::testing::sample();
  std::map<std::string, Bytes> traditional = {{"all", itl::write(all)}};
  std::map<std::string, Bytes> xml;
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
