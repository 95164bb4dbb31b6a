// Writes ITCH 5.0 day files: the encoder of codec.hpp with the framing that readers expect.
#pragma once

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "feeds/itch50/codec.hpp"

namespace tapedeck::itch50 {

/// Messages as length-prefixed bytes in memory.
class FrameBuffer {
 public:
  template <class Message>
  void append(const Message& message) {
    const std::size_t at = bytes_.size();
    const std::size_t size = wire_size(Message::kType);
    bytes_.resize(at + 2 + size);
    store_be(bytes_.data() + at, static_cast<u16>(size));
    store(bytes_.data() + at + 2, message);
    ++messages_;
  }
  /// A message as it is on the wire, of whatever type; at most 65,535 bytes.
  void append_raw(Bytes message) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + 2 + message.size());
    store_be(bytes_.data() + at, static_cast<u16>(message.size()));
    std::memcpy(bytes_.data() + at + 2, message.data(), message.size());
    ++messages_;
  }
  [[nodiscard]] Bytes bytes() const { return bytes_; }
  [[nodiscard]] u64 messages() const { return messages_; }
  void clear() { bytes_.clear(); }

 private:
  std::vector<std::byte> bytes_;
  u64 messages_ = 0;
};

/// Streams frames to a file. Throws std::runtime_error when the file cannot be written.
class FileWriter {
 public:
  explicit FileWriter(const std::string& path)
      : path_(path), file_(std::fopen(path.c_str(), "wb")) {
    if (!file_)
      throw std::runtime_error(path + ": cannot be written; check the folder and its rights");
  }
  template <class Message>
  void write(const Message& message) {
    frames_.append(message);
    if (frames_.bytes().size() >= kFlushAt) flush();
  }
  [[nodiscard]] u64 messages() const { return frames_.messages(); }
  /// Everything is in the file; must be called last.
  void close() {
    flush();
    if (std::fclose(file_.release()) != 0) throw std::runtime_error(path_ + ": writing failed");
  }

 private:
  static constexpr std::size_t kFlushAt = std::size_t{1} << 20;
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void flush() {
    const Bytes bytes = frames_.bytes();
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
      throw std::runtime_error(path_ + ": writing failed; is the disk full?");
    }
    frames_.clear();
  }

  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  FrameBuffer frames_;
};

}  // namespace tapedeck::itch50
