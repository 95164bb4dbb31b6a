// Variable-length integers: seven bits per byte, the lowest first, the top bit set on all bytes but
// the last (LEB128, as in DWARF 5, 7.6). Pure functions; any thread.
#pragma once

#include "engine/core/bytes.hpp"

namespace tapedeck::tape {

inline constexpr std::size_t kMaxVarint = 10;

/// Writes at most kMaxVarint bytes and returns the position after them.
inline std::byte* put_varint(std::byte* at, u64 value) {
  while (value >= 0x80) {
    *at++ = static_cast<std::byte>(value | 0x80);
    value >>= 7;
  }
  *at++ = static_cast<std::byte>(value);
  return at;
}

/// Maps numbers near zero, of either sign, to small unsigned numbers.
[[nodiscard]] constexpr u64 zigzag(i64 value) {
  return (static_cast<u64>(value) << 1) ^ static_cast<u64>(value >> 63);
}
[[nodiscard]] constexpr i64 unzigzag(u64 value) {
  return static_cast<i64>(value >> 1) ^ -static_cast<i64>(value & 1);
}

/// Reads numbers from the front of `bytes`, which may end anywhere. Once a number is incomplete or
/// has more than 64 bits, failed() is true and every further number is 0.
class VarintReader {
 public:
  explicit VarintReader(Bytes bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] u64 get() {
    u64 value = 0;
    for (u32 shift = 0; at_ != end_ && shift < 64; shift += 7) {
      const u64 byte = std::to_integer<u64>(*at_++);
      if (shift == 63 && byte > 1) break;
      value |= (byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
    fail();
    return 0;
  }
  [[nodiscard]] i64 get_signed() { return unzigzag(get()); }
  [[nodiscard]] std::byte get_byte() {
    if (at_ != end_) return *at_++;
    fail();
    return {};
  }
  /// Returns the next `count` bytes. When there are fewer, returns empty, and failed() is true from
  /// then on.
  [[nodiscard]] Bytes get_bytes(std::size_t count) {
    if (static_cast<std::size_t>(end_ - at_) < count) {
      fail();
      return {};
    }
    const Bytes bytes{at_, count};
    at_ += count;
    return bytes;
  }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] const std::byte* at() const { return at_; }

 private:
  void fail() {
    failed_ = true;
    at_ = end_;
  }

  const std::byte* at_;
  const std::byte* end_;
  bool failed_ = false;
};

}  // namespace tapedeck::tape
