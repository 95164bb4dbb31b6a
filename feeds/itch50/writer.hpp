// Writes ITCH 5.0 messages in the format of day files: each message is encoded by codec.hpp, and a
// 16-bit big-endian length precedes it.
#pragma once

#include <cassert>
#include <vector>

#include "feeds/itch50/codec.hpp"

namespace tapedeck::itch50 {

/// Length-prefixed messages in memory.
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
  /// Appends a message that is already in wire format. It may have any type and at most 65,535
  /// bytes.
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
