// Where other people's samples lie, and reading them; for the tests of this folder alone.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <vector>

#include "core/files.h"
#include "core/limits.h"

namespace puente {

namespace fs = std::filesystem;

inline fs::path samples() {  // PUENTE_SAMPLES names another folder
  const char* named = std::getenv("PUENTE_SAMPLES");
  return named ? named : PUENTE_SAMPLES;
}

inline Bytes bytes_of(const fs::path& file) {
  auto bytes = read_file(file.string(), limits::kRecordBytesMax);
  EXPECT_TRUE(bytes.ok()) << file;
  return bytes.ok() ? std::move(*bytes) : Bytes();
}

inline std::vector<fs::path> files_below(const fs::path& folder, std::string_view extension = {}) {
  std::vector<fs::path> files;
  std::error_code missing;
  for (const auto& entry : fs::recursive_directory_iterator(folder, missing)) {
    if (entry.is_regular_file() && (extension.empty() || entry.path().extension() == extension)) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace puente

#define SKIP_WITHOUT(folder) \
  if (!fs::exists(samples() / (folder))) GTEST_SKIP() << samples() / (folder) << " is not there"
