// Reads and decompresses a feed's input ahead of the feed, on another thread.
#pragma once

#include <memory>

#include "feeds/common/byte_source.hpp"

namespace tapedeck::feeds {

/// Returns a source with the content of `inner`. A thread reads `inner` a few pieces ahead of the
/// feed that uses the returned source. Useful if a core is free.
/// The thread starts at the second fill(), and may run on the cores that the caller of read_ahead()
/// was allowed to use. It ends when the content ends or the returned source is destroyed. Content,
/// offsets and damage are those of `inner`. fill() rethrows exceptions of `inner`.
/// Memory: about a megabyte in addition to that of `inner`, released at the end. Not for pipes,
/// because a read of a pipe can block forever, and the destructor of the source waits for the read.
[[nodiscard]] std::unique_ptr<ByteSource> read_ahead(std::unique_ptr<ByteSource> inner);

}  // namespace tapedeck::feeds
