// ITCH 5.0 messages as day files have them: the encoder of codec.hpp with the framing that readers
// expect.
#pragma once

#include <cassert>
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
    assert(message.size() <= 0xFFFF);
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

}  // namespace tapedeck::itch50
