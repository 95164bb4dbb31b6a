// Appends numbers to a buffer of bytes, little-endian.
#pragma once

#include <string>

#include "engine/core/bytes.hpp"

namespace tapedeck::output {

template <std::unsigned_integral T>
void append_le(std::string& bytes, T value) {
  const std::size_t at = bytes.size();
  bytes.resize(at + sizeof value);
  store_le(reinterpret_cast<std::byte*>(bytes.data()) + at, value);
}

}  // namespace tapedeck::output
