// A file written in pieces, compressed according to the ending of its name: .gz, .zst, or not at
// all.
//
// One thread, which waits for the disk. Memory is bounded. All functions throw std::runtime_error
// that names the file when the file cannot be written.
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
  /// What one call of step() did: how many bytes it took from `input` and made in `output`. With
  /// `last`, no more input follows.
  struct Step {
    std::size_t taken, made;
    bool done;  // with `last`: the compressed stream is complete
  };
  virtual Step step(Bytes input, std::span<std::byte> output, bool last) = 0;
};

class CompressedFile {
 public:
  /// The file is hidden until it is complete, see OutputPlace.
  explicit CompressedFile(std::string path);
  CompressedFile(const CompressedFile&) = delete;
  CompressedFile& operator=(const CompressedFile&) = delete;
  ~CompressedFile();

  void write(Bytes bytes);
  /// Completes and closes the file. Must be called last.
  void close();
  /// The number of bytes that the file has on disk so far.
  [[nodiscard]] u64 file_bytes() const { return file_bytes_; }

 private:
  void pack(Bytes bytes, bool last);
  void put(Bytes bytes);
  [[noreturn]] void fail() const;

  OutputPlace place_;
  int file_ = -1;
  std::unique_ptr<Packer> packer_;  // null: bytes are not compressed
  std::unique_ptr<std::byte[]> packed_;
  u64 file_bytes_ = 0;
};

}  // namespace tapedeck::output
