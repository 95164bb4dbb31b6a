// A file with a writer thread of its own. The appending thread makes no write itself, and a slow
// disk or reader does not delay it while there is room.
//
// One thread at a time appends and closes. Invariants:
//  1. Bytes are written in the order in which they were appended. After the first error none of the
//     bytes that follow are written: they are counted, and close() says how many.
//  2. Memory is bounded by the number of chunks: when all chunks are on their way, append() waits,
//     and never drops bytes.
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

  /// Opens the file as FileWriter's constructor does. `chunks` is how many chunks, each of
  /// kChunkBytes, may be on their way.
  AsyncFile(std::string path, const thread::StopFlag& stop, std::size_t chunks = kChunks);
  AsyncFile(const AsyncFile&) = delete;
  AsyncFile& operator=(const AsyncFile&) = delete;
  /// Without close(): writes what can be written without waiting, and reports no errors.
  ~AsyncFile() override;

  void append(Bytes bytes) override;
  /// The number of bytes that append() takes now without waiting for the file.
  [[nodiscard]] std::size_t room() const;
  /// True when no chunk is on its way to the file.
  [[nodiscard]] bool idle() const { return chunks_.on_the_way() == 0; }
  /// Sends appended bytes to the writer thread now, and not when a chunk is full, because a reader
  /// of the file may be waiting.
  void flush();
  /// Writes what is left and ends the thread. append() must not be called after it.
  void drain();
  /// The number of bytes that the file has taken. Called after drain().
  [[nodiscard]] u64 written() const { return file_.written(); }
  /// Works as FileWriter::overwrite_beginning(). Called after drain().
  void overwrite_beginning(Bytes bytes) { file_.overwrite_beginning(bytes); }
  /// Drains the file unless that has been done, and closes it. Throws as FileWriter::close().
  void close();

 private:
  struct Chunk {
    std::size_t size = 0;
    std::array<std::byte, kChunkBytes> bytes;  // set up to `size`
  };

  std::size_t most_;       // number of chunks
  FileWriter file_;        // used by the writer thread until it has ended
  Chunk* open_ = nullptr;  // used by the appending thread
  thread::RecyclingWorker<Chunk> chunks_;
};

}  // namespace tapedeck::output
