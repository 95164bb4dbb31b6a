// Writes a file in pieces. The ending of the file's name selects the compression: .gz, .zst, or
// none for any other ending.
//
// One thread, which blocks until the system has taken the bytes; nothing is synced to the disk.
// Memory is bounded. Functions that write throw std::runtime_error when the file cannot be written.
#pragma once

#include <memory>
#include <string>

#include "engine/core/bytes.hpp"
#include "engine/output/output_place.hpp"

namespace tapedeck::output {

/// Compresses a stream of bytes, piece by piece.
class Packer {
 public:
  virtual ~Packer() = default;
  /// The result of one call of step(): the number of bytes that it took from its input, and the
  /// number of bytes that it wrote to its output.
  struct Step {
    std::size_t taken, made;
    bool done;  // true once the compressed stream is complete; only with `last`
  };
  /// Compresses `input` into `output`, as much as fits. `last`: no input follows after this piece.
  virtual Step step(Bytes input, std::span<std::byte> output, bool last) = 0;
};

class CompressedFile {
 public:
  /// Writes to a claimed place. Waits for the reader of a pipe. The ending of `name` selects the
  /// compression; if `name` is empty, that of the place's path.
  explicit CompressedFile(PlacePtr place, const std::string& name = {});
  CompressedFile(const CompressedFile&) = delete;
  CompressedFile& operator=(const CompressedFile&) = delete;

  void write(Bytes bytes);
  /// Completes the file, and returns its place, which may be synced and kept. Must be called last.
  [[nodiscard]] PlacePtr finish();
  /// Returns the number of bytes written to the file so far, after compression.
  [[nodiscard]] u64 file_bytes() const { return file_bytes_; }

 private:
  void pack(Bytes bytes, bool last);
  void put(Bytes bytes);
  [[noreturn]] void fail() const;

  PlacePtr place_;
  int file_;
  std::unique_ptr<Packer> packer_;  // null: bytes are not compressed
  std::unique_ptr<std::byte[]> packed_;
  u64 file_bytes_ = 0;
};

}  // namespace tapedeck::output
