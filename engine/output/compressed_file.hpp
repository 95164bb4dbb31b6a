// A file written in pieces, compressed as its name's ending asks: .gz, .zst, or as it is.
//
// One thread, which waits for the disk. Memory is bounded. Everything throws std::runtime_error
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
  /// It is hidden until it is whole, see OutputPlace.
  explicit CompressedFile(std::string path);
  CompressedFile(const CompressedFile&) = delete;
  CompressedFile& operator=(const CompressedFile&) = delete;
  ~CompressedFile();

  void write(Bytes bytes);
  /// Everything is in the file. Must be called last.
  void close();
  /// As the file lies on disk.
  [[nodiscard]] u64 file_bytes() const { return file_bytes_; }

 private:
  void pack(Bytes bytes, bool last);
  void put(Bytes bytes);
  [[noreturn]] void fail() const;

  OutputPlace place_;
  int file_ = -1;
  std::unique_ptr<Packer> packer_;  // null: bytes go as they are
  std::unique_ptr<std::byte[]> packed_;
  u64 file_bytes_ = 0;
};

}  // namespace tapedeck::output
