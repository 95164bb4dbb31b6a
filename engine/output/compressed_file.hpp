// A file written in pieces, compressed according to the ending of its name: .gz, .zst, or not at
// all.
//
// One thread, which waits for the disk. Memory is bounded. All functions throw std::runtime_error
// that names the file when it cannot be written.
#pragma once

#include <memory>
#include <string>

#include "engine/core/bytes.hpp"
#include "engine/output/output_place.hpp"

namespace tapedeck::output {

/// Compresses a stream of bytes a piece at a time.
class Packer {
 public:
  virtual ~Packer() = default;
  /// One step: takes from `input`, writes to `output`. With `last`, nothing follows `input`.
  struct Step {
    std::size_t taken, made;
    bool done;  // with `last`: all of it has been written
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
  /// The size of the file on disk.
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
