// A file that is written by a thread which may wait for it: a disk, or a pipe whose reader is slow.
//
// One thread at a time. After the first error nothing more is written; whoever owns the file asks
// for it at the end. Once a stop was requested, a file that does not take its bytes (a pipe nobody
// reads) is given up after kPatience, so that it cannot hold up the end.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "engine/core/byte_sink.hpp"
#include "engine/output/output_place.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::output {

/// Whether others may look at a file before it is whole.
enum class Growing : u8 {
  hidden,   // it takes its name when it is closed; see OutputPlace
  in_sight  // tapes are followed while they grow, and say themselves when they are whole
};

class FileWriter final : public ByteSink {
 public:
  /// Shorter than the engine's drain limit, after which a run ends without results.
  static constexpr std::chrono::milliseconds kPatience{1000};

  /// Throws ConfigError when the file cannot be opened for writing. A pipe without a reader counts
  /// as open: its reader may come later. `stop` must outlive this.
  FileWriter(std::string path, const thread::StopFlag& stop, Growing growing = Growing::hidden);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter() override;

  /// Writes, and waits until the bytes are taken.
  void append(Bytes bytes) override;
  /// Replaces what the file begins with, after a failure too: what it says of the rest is still
  /// worth reading. No more bytes than were written. A pipe's beginning has gone, and that is a
  /// failure.
  void overwrite_beginning(Bytes bytes);
  /// What was written is on the disk when this returns, where the file is on one, and the file in
  /// its folder. False when that cannot be said.
  [[nodiscard]] bool sync();
  /// Nothing is waited for any more. Any thread.
  void abandon() { abandoned_.store(true, std::memory_order_release); }
  /// Throws std::runtime_error that names the file, what went wrong, and how many of the bytes that
  /// were appended were not written.
  void close();

  [[nodiscard]] const std::string& path() const { return place_.path(); }
  /// Bytes that the file has taken.
  [[nodiscard]] u64 written() const { return written_; }
  [[nodiscard]] bool failed() const { return error_ != 0 || why_ != nullptr; }

 private:
  void write(Bytes bytes);
  bool open_pipe();
  bool wait_until_writable();
  bool out_of_patience();
  // Neither needs memory: a thread that writes has nobody to throw at.
  void fail(int error) { error_ = error; }
  void fail(const char* why) { why_ = why; }

  OutputPlace place_;
  const thread::StopFlag& stop_;
  std::atomic<bool> abandoned_{false};
  int file_ = -1;
  bool in_its_folder_ = false;  // on the disk
  u64 appended_ = 0, written_ = 0;
  int error_ = 0;              // the system's word of what went wrong
  const char* why_ = nullptr;  // or ours
  std::optional<std::chrono::steady_clock::time_point> stop_seen_;
};

}  // namespace tapedeck::output
