// Lets several feeds read one pipe, each of them all of it. All readers are on one thread.
//
// Readers go in step: a reader that has read all that has come from the pipe waits until the others
// have read it too, and only then is the pipe read further. Memory is therefore bounded by one
// piece of the pipe for all readers, and each reader's window.
#pragma once

#include <memory>
#include <vector>

#include "feeds/common/byte_source.hpp"

namespace tapedeck::feeds {

/// Returns `count` sources over the content of `pipe`, whose window may hold its beginning.
[[nodiscard]] std::vector<std::unique_ptr<ByteSource>> share_pipe(std::unique_ptr<ByteSource> pipe,
                                                                  std::size_t count);

}  // namespace tapedeck::feeds
