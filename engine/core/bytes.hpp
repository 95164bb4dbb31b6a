// Unaligned loads and stores in a stated byte order. The caller must check the length.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

#include "engine/core/types.hpp"

namespace tapedeck {

using Bytes = std::span<const std::byte>;

template <std::unsigned_integral T>
[[nodiscard]] constexpr T byte_swapped(T value) {
  if constexpr (sizeof(T) == 1) {
    return value;
  } else if constexpr (sizeof(T) == 2) {
    return __builtin_bswap16(value);
  } else if constexpr (sizeof(T) == 4) {
    return __builtin_bswap32(value);
  } else {
    return __builtin_bswap64(value);
  }
}

static_assert(std::endian::native == std::endian::little, "loads below assume a little-endian CPU");

template <std::unsigned_integral T>
[[nodiscard]] inline T load_le(const std::byte* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <std::unsigned_integral T>
[[nodiscard]] inline T load_be(const std::byte* at) {
  return byte_swapped(load_le<T>(at));
}

/// Loads six bytes, as in ITCH timestamps.
[[nodiscard]] inline u64 load_be48(const std::byte* at) {
  return (u64{load_be<u16>(at)} << 32) | load_be<u32>(at + 2);
}
/// Returns the same value as load_be48(), by one load of eight bytes that begins at `at` - 2. The
/// two bytes before `at` must belong to the same message.
[[nodiscard]] inline u64 load_be48_within(const std::byte* at) {
  return load_be<u64>(at - 2) & 0xFFFF'FFFF'FFFFU;
}

template <std::unsigned_integral T>
inline void store_le(std::byte* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

template <std::unsigned_integral T>
inline void store_be(std::byte* at, T value) {
  store_le(at, byte_swapped(value));
}

inline void store_be48(std::byte* at, u64 value) {
  store_be(at, static_cast<u16>(value >> 32));
  store_be(at + 2, static_cast<u32>(value));
}

[[nodiscard]] inline Bytes as_bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text.data(), text.size()});
}

}  // namespace tapedeck
