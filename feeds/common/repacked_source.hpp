// Decompresses the content of another byte source, such as a .zst file inside a zip archive. One
// thread.
#pragma once

#include <memory>

#include "feeds/common/byte_source.hpp"

namespace tapedeck::feeds {

/// Returns a source over the decompressed content of `packed` if that is gzip or Zstandard, else
/// `packed` itself. `max_ratio`: as in open_source(), of this packing alone.
[[nodiscard]] std::unique_ptr<ByteSource> unpack(std::unique_ptr<ByteSource> packed, u64 max_ratio);

}  // namespace tapedeck::feeds
