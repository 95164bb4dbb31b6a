// A file that is written by a thread of its own, so that a slow disk or reader holds nobody up for
// as long as there is room, and no write is made on a thread that has better things to do.
//
// One thread at a time appends, and closes. Invariants:
//  1. Bytes are written in the order they were appended, all of them or, after the first error,
//     none of those that follow: they are counted, and close() says how many.
//  2. Memory is bounded by kChunks: when all are on their way, append() waits, and never drops.
//  3. Once a stop was requested, a file that does not take its bytes (a pipe nobody reads) is given
//     up after kPatience, so that it cannot hold up the end.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/core/byte_sink.hpp"
#include "engine/thread/doorbell.hpp"
#include "engine/thread/hand_over_queue.hpp"
#include "engine/thread/runner.hpp"

namespace tapedeck::tools {

class BackgroundFile final : public ByteSink {
 public:
  static constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
  static constexpr std::size_t kChunks = 32;
  /// Shorter than the engine's drain limit, after which a run ends without results.
  static constexpr std::chrono::milliseconds kPatience{1000};

  /// Empties the file, or makes it. Throws UsageError when it cannot be opened for writing. A pipe
  /// without a reader counts as open: its reader may come later. `stop` must outlive this.
  BackgroundFile(std::string path, const thread::StopFlag& stop);
  BackgroundFile(const BackgroundFile&) = delete;
  BackgroundFile& operator=(const BackgroundFile&) = delete;
  /// Without close(): writes what can be written without waiting, and tells nobody of errors.
  ~BackgroundFile() override;

  void append(Bytes bytes) override;
  /// What was appended goes on its way now, and not when a chunk is full: somebody may be watching.
  void flush();
  /// Writes what is left and ends the thread. Throws std::runtime_error that names the file, what
  /// went wrong, and how many bytes were not written.
  void close();

 private:
  struct Chunk {
    std::size_t size = 0;
    std::array<std::byte, kChunkBytes> bytes;
  };

  void take_free_chunk();
  void hand_over();
  void end_thread();

  // On the writer's own thread.
  void write_all();
  Chunk* next_chunk();
  void write(Bytes bytes);
  bool open_pipe();
  bool wait_until_writable();
  bool out_of_patience();
  void fail(std::string why);

  std::string path_;
  const thread::StopFlag& stop_;
  std::vector<std::unique_ptr<Chunk>> chunks_;
  thread::HandOverQueue<Chunk*> full_{kChunks};
  thread::HandOverQueue<Chunk*> free_{kChunks};
  thread::Doorbell writer_bell_, appender_bell_;
  std::atomic<bool> closing_{false};
  std::atomic<bool> abandoned_{false};
  // Whoever appends.
  Chunk* open_ = nullptr;
  u64 appended_ = 0;
  // The writer's thread, until it has ended.
  int file_ = -1;
  u64 written_ = 0;
  std::string failure_;
  std::optional<std::chrono::steady_clock::time_point> stop_seen_;
  std::thread thread_;  // the last: everything above must be there when it starts
};

}  // namespace tapedeck::tools
