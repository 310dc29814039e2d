// Small files of our own making that fuzzing starts from, stored in test/data/fuzz. PUENTE_WRITE_SEEDS=1 writes them
// anew; without it they are compared with what is stored. For tests alone.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "core/bytes.h"

namespace puente::format {

using Seeds = std::map<std::string, Bytes>;

inline void expect_stored(const std::string& target, const Seeds& seeds) {
  const auto root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  for (const auto& [name, bytes] : seeds) {
    const auto file = root / "test/data/fuzz" / target / name;
    EXPECT_LT(bytes.size(), 8192u) << file;
    if (std::getenv("PUENTE_WRITE_SEEDS") != nullptr) {
      std::filesystem::create_directories(file.parent_path());
      std::ofstream(file, std::ios::binary) << text(bytes);
    }
    std::ifstream in(file, std::ios::binary);
    EXPECT_TRUE(in.good()) << file;
    const std::string stored{std::istreambuf_iterator<char>(in), {}};
    EXPECT_TRUE(stored == text(bytes)) << file << " is not what our writers write: PUENTE_WRITE_SEEDS=1 writes it anew";
  }
}

}  // namespace puente::format
