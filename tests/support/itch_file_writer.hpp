// Writes ITCH 5.0 day files for tests.
#pragma once

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>

#include "feeds/itch50/writer.hpp"

namespace tapedeck::test {

/// Streams frames to a file. Throws std::runtime_error when the file cannot be written.
class FileWriter {
 public:
  explicit FileWriter(const std::string& path)
      : path_(path), file_(std::fopen(path.c_str(), "wb")) {
    if (!file_)
      throw std::runtime_error(path + ": cannot be written; check the folder and its rights");
  }
  template <class Message>
  void write(const Message& message) {
    frames_.append(message);
    if (frames_.bytes().size() >= kFlushAt) flush();
  }
  [[nodiscard]] u64 messages() const { return frames_.messages(); }
  /// Everything is in the file; must be called last.
  void close() {
    flush();
    if (std::fclose(file_.release()) != 0) throw std::runtime_error(path_ + ": writing failed");
  }

 private:
  static constexpr std::size_t kFlushAt = std::size_t{1} << 20;
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void flush() {
    const Bytes bytes = frames_.bytes();
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
      throw std::runtime_error(path_ + ": writing failed; is the disk full?");
    }
    frames_.clear();
  }

  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  itch50::FrameBuffer frames_;
};

}  // namespace tapedeck::test
