// A file for a thread that may wait: for a disk, or for a pipe whose reader is slow.
//
// One thread at a time. After the first error nothing more is written, and the file's owner learns
// of the error from close(). Once a stop was requested, a file that does not take its bytes (a pipe
// without a reader) is given up after kPatience, so that it cannot delay the end.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "engine/core/byte_sink.hpp"
#include "engine/output/output_place.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::output {

/// Whether a file is visible under its name before it is complete.
enum class Growing : u8 {
  hidden,   // the file takes its name when it is closed; see OutputPlace
  in_sight  // visible at once: for tapes, which are read while they grow and mark their own end
};

class FileWriter final : public ByteSink {
 public:
  /// Shorter than the engine's drain limit, after which a run ends without results.
  static constexpr std::chrono::milliseconds kPatience{1000};

  /// Throws ConfigError when the file cannot be opened for writing. A pipe without a reader counts
  /// as open: its reader may come later. `stop` must outlive the writer.
  FileWriter(std::string path, const thread::StopFlag& stop, Growing growing = Growing::hidden);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter() override;

  /// Writes, and waits until the bytes are taken.
  void append(Bytes bytes) override;
  /// Replaces the beginning of the file, also after a failure, because what the beginning says
  /// about the rest is still worth reading. `bytes` must not be longer than what was written. Fails
  /// for a pipe, whose beginning cannot be replaced.
  void overwrite_beginning(Bytes bytes);
  /// Syncs the written bytes to the disk, and the file's entry in its folder. Returns false when
  /// the bytes or the entry are not known to be on a disk.
  [[nodiscard]] bool sync();
  /// Makes the file give up instead of waiting, from now on. Any thread.
  void abandon() { abandoned_.store(true, std::memory_order_release); }
  /// Closes the file. After a failure throws std::runtime_error that names the file, what went
  /// wrong, and how many of the appended bytes were not written.
  void close();

  [[nodiscard]] const std::string& path() const { return place_.path(); }
  /// The number of bytes that the file has taken.
  [[nodiscard]] u64 written() const { return written_; }
  [[nodiscard]] bool failed() const { return error_ != 0 || why_ != nullptr; }

 private:
  void write(Bytes bytes);
  bool open_pipe();
  bool wait_until_writable();
  bool out_of_patience();
  // Neither function allocates, because no caller on a writing thread could handle an exception.
  void fail(int error) { error_ = error; }
  void fail(const char* why) { why_ = why; }

  OutputPlace place_;
  const thread::StopFlag& stop_;
  std::atomic<bool> abandoned_{false};
  int file_ = -1;
  bool in_its_folder_ = false;  // the file's entry is on the disk
  u64 appended_ = 0, written_ = 0;
  int error_ = 0;              // the system's errno of the first failure
  const char* why_ = nullptr;  // or a reason that this class gives
  std::optional<std::chrono::steady_clock::time_point> stop_seen_;
};

}  // namespace tapedeck::output
