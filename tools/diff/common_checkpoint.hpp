// Finds the last checkpoint up to which two tapes of one channel are the same, so that a comparison
// may begin there.
//
// One thread. The search is a bisection: each checkpoint holds a hash of all events before it, and
// once the tapes differ, their hashes never agree again.
#pragma once

#include <optional>

#include "feeds/tape/checkpoints.hpp"

namespace tapedeck::tools {

/// Returns the number of the last message before that checkpoint; nothing when both tapes must be
/// read from their beginnings. The checkpoint and all frames before it are whole on both tapes, so
/// that everything it covers is there. `chooses`: only some instruments are read.
[[nodiscard]] std::optional<Sequence> last_common_checkpoint(const tape::Reopen& a,
                                                             const tape::Reopen& b, bool chooses);

}  // namespace tapedeck::tools
