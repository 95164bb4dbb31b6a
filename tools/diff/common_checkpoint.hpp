// Finds the last checkpoint up to which two tapes of one channel are the same, so that a comparison
// may begin there.
//
// One thread. The search is a bisection over the checkpoints. Each checkpoint has a hash of all
// events before it. After the first difference between the tapes, their hashes never agree again.
#pragma once

#include <optional>

#include "feeds/tape/checkpoints.hpp"

namespace tapedeck::tools {

/// Returns the number of the last message before the last common checkpoint; empty when both tapes
/// must be read from their beginnings. On both tapes, this checkpoint and all frames before it are
/// undamaged. `chooses` is true if only some instruments will be read.
[[nodiscard]] std::optional<Sequence> last_common_checkpoint(const tape::Reopen& a,
                                                             const tape::Reopen& b, bool chooses);

}  // namespace tapedeck::tools
