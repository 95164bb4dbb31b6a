// Reads and decompresses ahead on a thread of its own.
#pragma once

#include <memory>

#include "feeds/common/byte_source.hpp"

namespace tapedeck::feeds {

/// Returns a source with the content of `inner`, which a thread reads a few pieces ahead of the
/// reader. Useful where a core is free. The thread starts at the reader's second fill(), on the
/// cores that the caller of read_ahead() was allowed to use, and ends with the content or with the
/// source. Content, offsets and damage are those of `inner`; fill() rethrows what `inner` throws.
/// Memory: about a megabyte besides that of `inner`, released at the end. Not for pipes:
/// a read of a pipe can block for ever, and the end of this source waits for the read.
[[nodiscard]] std::unique_ptr<ByteSource> read_ahead(std::unique_ptr<ByteSource> inner);

}  // namespace tapedeck::feeds
