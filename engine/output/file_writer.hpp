// A file for a thread that may wait for a disk or for the slow reader of a pipe.
//
// One thread at a time. After the first error only overwrite_beginning() still writes, and close()
// reports the error. After a stop request, FileWriter waits at most kPatience for a file that takes
// no bytes (a pipe without a reader). It then gives the file up, so that the file cannot delay the
// end of the run.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "engine/core/byte_sink.hpp"
#include "engine/output/output_place.hpp"
#include "engine/output/scratch_file.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::output {

/// When bytes reach a place.
enum class Delivery : u8 {
  at_once,
  at_the_end  // until then they are in a scratch file, so that a pipe's beginning can be replaced
};

class FileWriter final : public ByteSink {
 public:
  /// The longest wait after a stop request. It is shorter than the engine's drain limit, after
  /// which a run ends without results.
  static constexpr std::chrono::milliseconds kPatience{1000};

  /// Writes to a claimed place. A pipe without a reader counts as open, because a reader may come
  /// later. `stop` must outlive the writer. Throws PathError if a pipe or a scratch file cannot be
  /// opened.
  FileWriter(PlacePtr place, const thread::StopFlag& stop, Delivery delivery = Delivery::at_once);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  ~FileWriter() override;

  /// Writes the bytes. Waits until the file has taken them.
  void append(Bytes bytes) override;
  /// Replaces the first bytes of the file. Does so even after a write error, because the beginning
  /// may describe the part that was written. `bytes` must not be longer than the part that was
  /// written. Fails for a pipe with Delivery::at_once: what it has taken cannot be replaced.
  void overwrite_beginning(Bytes bytes);
  /// Syncs the written bytes and the file's directory entry to the disk. Returns false when the
  /// bytes or the entry are not known to be on a disk.
  [[nodiscard]] bool sync();
  /// From now on, makes the writer give up instead of waiting. Any thread.
  void abandon() { abandoned_.store(true, std::memory_order_release); }
  /// Gives the file its own name before it is whole, see OutputPlace::show() and settle(). A
  /// failure is reported by finish().
  void show();
  void settle();
  [[nodiscard]] bool is_shown() const { return place_->is_shown(); }
  /// Ends the writing: delivers what is in a scratch file, and returns the place, which may be
  /// synced and kept. After an error, throws a std::runtime_error that states the file, the error,
  /// and the number of appended bytes that were not written.
  [[nodiscard]] PlacePtr finish();

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Returns the number of bytes written to the file, or to the scratch file until finish().
  [[nodiscard]] u64 written() const { return written_; }
  [[nodiscard]] bool failed() const { return error_ != 0 || why_ != nullptr; }

 private:
  void write(Bytes bytes);
  void deliver();
  bool open_pipe();
  bool wait_until_writable();
  bool out_of_patience();
  // fail() does not allocate, because a writing thread could not handle an exception.
  void fail(int error) { error_ = error; }
  void fail(const char* why) { why_ = why; }

  std::string path_;
  PlacePtr place_;
  std::optional<ScratchFile> scratch_;  // with Delivery::at_the_end, until it is delivered
  const thread::StopFlag& stop_;
  std::atomic<bool> abandoned_{false};
  int file_ = -1;
  bool in_its_folder_ = false;  // the directory entry of its own name is on the disk
  u64 appended_ = 0, written_ = 0;
  int error_ = 0;              // the system's errno of the first failure
  const char* why_ = nullptr;  // the reason of a failure that has no errno; a string literal
  std::optional<std::chrono::steady_clock::time_point> stop_seen_;
};

}  // namespace tapedeck::output
