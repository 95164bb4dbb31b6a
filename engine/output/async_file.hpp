// A file that a thread of its own writes. The appending thread makes no write calls. A slow disk,
// or the slow reader of a pipe, delays it only when all chunks (buffers) are in use.
//
// One thread at a time appends and closes. Invariants:
//  1. Bytes are written in the order in which they were appended. After the first error no further
//     bytes are written. They are counted, and finish() reports their number.
//  2. Memory is bounded by the number of chunks. When all chunks wait to be written, append()
//     waits; it never drops bytes.
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

  /// Writes to a claimed place, as FileWriter does. `chunks` is the number of chunks, each of
  /// kChunkBytes.
  AsyncFile(PlacePtr place, const thread::StopFlag& stop, std::size_t chunks = kChunks,
            Delivery delivery = Delivery::at_once);
  /// Claims the place `path` first.
  AsyncFile(const std::string& path, const thread::StopFlag& stop)
      : AsyncFile(place_for(path), stop) {}
  AsyncFile(const AsyncFile&) = delete;
  AsyncFile& operator=(const AsyncFile&) = delete;
  /// If finish() was not called, writes the bytes that can be written without waiting, and reports
  /// no errors.
  ~AsyncFile() override;

  [[nodiscard]] const std::string& path() const { return file_.path(); }
  void append(Bytes bytes) override;
  /// Returns the number of bytes that append() can now take without waiting for the file.
  [[nodiscard]] std::size_t room() const;
  /// Returns true when no chunk waits to be written or is being written.
  [[nodiscard]] bool idle() const { return chunks_.on_the_way() == 0; }
  /// Sends the appended bytes to the writer thread now instead of when a chunk is full, because a
  /// reader of the file may be waiting.
  void flush();
  /// Writes all appended bytes and ends the writer thread. append() must not be called after
  /// drain().
  void drain();
  /// Returns the number of bytes written to the file. May be called only after drain().
  [[nodiscard]] u64 written() const { return file_.written(); }
  /// Works as FileWriter::overwrite_beginning(). May be called only after drain().
  void overwrite_beginning(Bytes bytes) { file_.overwrite_beginning(bytes); }
  /// Ends the writing, after a drain() if there was none. Returns and throws as
  /// FileWriter::finish().
  [[nodiscard]] PlacePtr finish();
  /// Ends the writing and keeps the file. Throws std::runtime_error.
  void close() { sync_and_keep(*finish()); }

 private:
  struct Chunk {
    std::size_t size = 0;
    std::array<std::byte, kChunkBytes> bytes;  // the first `size` bytes are set
  };

  std::size_t most_;       // number of chunks
  FileWriter file_;        // used by the writer thread until it has ended
  Chunk* open_ = nullptr;  // used by the appending thread
  thread::RecyclingWorker<Chunk> chunks_;
};

}  // namespace tapedeck::output
