// A named pipe, and a thread that reads it in a manner of its own.
#pragma once

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tapedeck::test {

inline std::string made_pipe(const std::string& path) {
  EXPECT_EQ(::mkfifo(path.c_str(), 0600), 0) << path;
  return path;
}

/// Reads until the writer closes, or until it has seen enough and closes itself.
class PipeReader {
 public:
  struct Manner {
    std::size_t at_most = SIZE_MAX;         // bytes
    std::size_t piece = 64 << 10;           // bytes a read
    std::chrono::microseconds pause_us{0};  // between reads
  };
  PipeReader(std::string path, Manner manner)
      : thread_([this, path = std::move(path), manner] { read(path, manner); }) {}
  PipeReader(const PipeReader&) = delete;
  PipeReader& operator=(const PipeReader&) = delete;
  ~PipeReader() {
    if (thread_.joinable()) thread_.join();
  }
  /// Waits for the end.
  const std::string& content() {
    if (thread_.joinable()) thread_.join();
    return content_;
  }

 private:
  void read(const std::string& path, Manner manner) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    std::string piece(manner.piece, '\0');
    while (content_.size() < manner.at_most) {
      const ssize_t got = ::read(file, piece.data(), piece.size());
      if (got <= 0) break;
      content_.append(piece, 0, static_cast<std::size_t>(got));
      std::this_thread::sleep_for(manner.pause_us);
    }
    ::close(file);
  }

  std::string content_;
  std::thread thread_;
};

}  // namespace tapedeck::test
