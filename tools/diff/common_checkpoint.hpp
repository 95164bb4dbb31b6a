// Where two tapes of one channel may be begun: the last of their checkpoints up to which both are
// the same.
//
// One thread. Found by bisection: checkpoints bear a hash of all events of their channel, and two
// channels that have parted never have the same one again.
#pragma once

#include <optional>

#include "feeds/tape/checkpoints.hpp"

namespace tapedeck::tools {

/// The number of the message that it stands behind; nothing where both have to be read from their
/// beginnings. It is whole in both, and so are all frames ahead of it: what checkpoints say was
/// recorded, is there.
/// `chooses`: some instruments only are to be read.
[[nodiscard]] std::optional<Sequence> last_common_checkpoint(const tape::Reopen& a,
                                                             const tape::Reopen& b, bool chooses);

}  // namespace tapedeck::tools
