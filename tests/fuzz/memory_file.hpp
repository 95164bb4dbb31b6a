// A file without a disk, for what is read from a path.
#pragma once

#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "engine/core/bytes.hpp"

namespace tapedeck::fuzz {

class MemoryFile {
 public:
  explicit MemoryFile(Bytes content) : file_(::memfd_create("input", MFD_CLOEXEC)) {
    const auto size = static_cast<ssize_t>(content.size());
    if (file_ < 0 || ::write(file_, content.data(), content.size()) != size) std::abort();
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(file_); }

  /// Opens at the file's beginning, as often as one likes.
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

}  // namespace tapedeck::fuzz
