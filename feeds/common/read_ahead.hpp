// Reading and decompressing ahead, on a thread of its own.
#pragma once

#include <memory>

#include "feeds/common/byte_source.hpp"

namespace tapedeck::feeds {

/// The content of `inner`, from a thread that is a few pieces ahead of whoever asks for it: worth
/// it where a core is free. The thread starts when the second piece is asked for, on the cores that
/// were allowed where this was called, and ends with the content or with the source. Content,
/// offsets and damage are those of `inner`; what it throws comes out of fill(). Memory: about a
/// megabyte besides that of `inner`, given back at the end. `inner` must not be one that can keep a
/// read waiting for ever, such as a pipe.
[[nodiscard]] std::unique_ptr<ByteSource> read_ahead(std::unique_ptr<ByteSource> inner);

}  // namespace tapedeck::feeds
