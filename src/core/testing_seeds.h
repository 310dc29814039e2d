// Small files of our own making that fuzzing starts from, stored in test/data/fuzz. They are compared with what our
// writers write; what differs is left in a temporary folder, to be copied from there. For tests alone.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "core/bytes.h"

namespace puente {

using Seeds = std::map<std::string, Bytes>;

inline std::string stored_seed(const std::string& target, const std::string& name) {
  const auto root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  std::ifstream in(root / "test/data/fuzz" / target / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string left_to_copy(const std::string& target, const std::string& name, ByteView bytes) {
  const auto folder = std::filesystem::temp_directory_path() / "puente-seeds" / target;
  std::filesystem::create_directories(folder);
  std::ofstream(folder / name, std::ios::binary) << text(bytes);
  return target + "/" + name + " is not what our writers write: cp -r " + folder.string() + " test/data/fuzz/";
}

inline void expect_stored(const std::string& target, const Seeds& seeds) {
  for (const auto& [name, bytes] : seeds) {
    EXPECT_LT(bytes.size(), 16384u) << name;
    if (stored_seed(target, name) != text(bytes)) ADD_FAILURE() << left_to_copy(target, name, bytes);
  }
}

}  // namespace puente
