// The project's own files, as the meta tests see them.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace tapedeck::test {

/// Where the sources are; ctest says so. Throws where nobody does: a gate must not pass blindly.
inline std::filesystem::path source_root() {
  const char* root = std::getenv("TAPEDECK_SOURCE_DIR");
  if (root == nullptr) throw std::runtime_error("TAPEDECK_SOURCE_DIR is not set; run by ctest");
  return root;
}

struct SourceFile {
  std::string path;  // from the root, with /
  std::vector<std::string> lines;
};

inline std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::ifstream file{path};
  if (!file) throw std::runtime_error(path.string() + ": cannot be read");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// Everything under the root's own folders and beside them, without what was built or fetched.
inline std::vector<SourceFile> source_files(const std::filesystem::path& root) {
  static const std::set<std::string> folders{".ci",   "bench",      "cmake", "docs", "engine",
                                             "feeds", "strategies", "tests", "tools"};
  std::vector<SourceFile> files;
  const auto take = [&](const std::filesystem::path& path) {
    files.push_back({path.lexically_relative(root).generic_string(), lines_of(path)});
  };
  for (const auto& entry : std::filesystem::directory_iterator{root}) {
    const std::string name = entry.path().filename().string();
    const std::string ending = entry.path().extension().string();
    if (entry.is_regular_file() && (ending == ".md" || ending == ".txt" || ending == ".json")) {
      take(entry.path());
    }
    if (!entry.is_directory() || !folders.contains(name)) continue;
    for (const auto& within : std::filesystem::recursive_directory_iterator{entry.path()}) {
      if (within.is_regular_file()) take(within.path());
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  if (files.empty()) throw std::runtime_error(root.string() + ": no sources here");
  return files;
}

inline bool is_header(const SourceFile& file) {
  return file.path.ends_with(".hpp");
}
inline bool is_code(const SourceFile& file) {
  return is_header(file) || file.path.ends_with(".cpp");
}

}  // namespace tapedeck::test
