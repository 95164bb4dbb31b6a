// A file that is written by a thread of its own, so that a slow disk or reader holds nobody up for
// as long as there is room, and no write is made on a thread that has better things to do.
//
// One thread at a time appends, and closes. Invariants:
//  1. Bytes are written in the order they were appended, all of them or, after the first error,
//     none of those that follow: they are counted, and close() says how many.
//  2. Memory is bounded by the number of chunks: when all are on their way, append() waits, and
//     never drops.
#pragma once

#include <array>
#include <string>

#include "engine/core/byte_sink.hpp"
#include "engine/output/file_writer.hpp"
#include "engine/thread/recycling_worker.hpp"

namespace tapedeck::output {

class AsyncFile final : public ByteSink {
 public:
  static constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
  static constexpr std::size_t kChunks = 32;

  /// As FileWriter's. `chunks`: how many may be on their way, each kChunkBytes.
  AsyncFile(std::string path, const thread::StopFlag& stop, std::size_t chunks = kChunks);
  AsyncFile(const AsyncFile&) = delete;
  AsyncFile& operator=(const AsyncFile&) = delete;
  /// Without close(): writes what can be written without waiting, and tells nobody of errors.
  ~AsyncFile() override;

  void append(Bytes bytes) override;
  /// Bytes that append() takes now without waiting for the file.
  [[nodiscard]] std::size_t room() const;
  /// Nothing waits for the file.
  [[nodiscard]] bool idle() const { return chunks_.on_the_way() == 0; }
  /// What was appended goes on its way now, and not when a chunk is full: somebody may be watching.
  void flush();
  /// Writes what is left and ends the thread; nothing is appended after it.
  void drain();
  /// After drain(): bytes that the file has taken.
  [[nodiscard]] u64 written() const { return file_.written(); }
  /// After drain(). As FileWriter's.
  void overwrite_beginning(Bytes bytes) { file_.overwrite_beginning(bytes); }
  /// Drains if that has not been done. Throws as FileWriter's.
  void close();

 private:
  struct Chunk {
    std::size_t size = 0;
    std::array<std::byte, kChunkBytes> bytes;  // what of them was written to
  };

  std::size_t most_;       // chunks
  FileWriter file_;        // the writer's, until it has ended
  Chunk* open_ = nullptr;  // whoever appends
  thread::RecyclingWorker<Chunk> chunks_;
};

}  // namespace tapedeck::output
