// A file without a name, for what does not fit into memory until it is delivered. It is gone with
// the object, also when the process is killed. One thread.
#pragma once

#include <utility>

namespace tapedeck::output {

class ScratchFile {
 public:
  /// Makes the file in the folder $TMPDIR, else in /tmp. Throws PathError if that fails.
  ScratchFile();
  ScratchFile(ScratchFile&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  ScratchFile& operator=(ScratchFile&&) = delete;
  ~ScratchFile();

  /// Returns the descriptor, which may be read and written.
  [[nodiscard]] int file() const { return file_; }

 private:
  int file_;
};

}  // namespace tapedeck::output
