// A folder of a test's own, gone when the test is, and what is in its files.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include <unistd.h>

namespace tapedeck::test {

/// Of any kind of file, whatever size it says it has; empty where there is none.
inline std::string file_content(const std::string& path) {
  std::ostringstream content;
  if (std::ifstream file{path, std::ios::binary}; file.peek() != EOF) content << file.rdbuf();
  return std::move(content).str();
}

class TemporaryFolder {
 public:
  explicit TemporaryFolder(const std::string& name)
      : path_(std::filesystem::temp_directory_path() /
              ("tapedeck-" + name + "-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& content) const {
    std::ofstream{path(name), std::ios::binary} << content;
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

}  // namespace tapedeck::test
