// Finds the checkpoints of a tape, at which a reader may begin, without reading the content of the
// frames between them.
//
// One thread. Accepts any file: finds no checkpoint in a file that is no tape, and skips damaged
// parts of a tape.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "feeds/common/byte_source.hpp"
#include "feeds/tape/format.hpp"

namespace tapedeck::tape {

/// Reopens the tape at its first byte. Returns null when the tape can no longer be opened.
using Reopen = std::function<std::unique_ptr<feeds::ByteSource>()>;
/// Returns a Reopen for a file. A pipe cannot be reopened.
[[nodiscard]] Reopen reopening(std::string path);

/// The most checkpoints that are kept, so that memory is bounded for any tape.
inline constexpr std::size_t kMostCheckpoints = std::size_t{1} << 20;
/// The most unusable checkpoints that a reader tries, one after another, before it begins at the
/// tape's front.
inline constexpr u32 kMostBroken = 16;

/// Returns the checkpoints in the order of the tape: from its index, or frame by frame if it has no
/// valid index. Empty when the tape can only be read from front to back.
[[nodiscard]] std::vector<IndexEntry> checkpoints_of(const Reopen& reopen);

/// The result of checking a checkpoint.
enum class CheckpointState : u8 {
  broken,   // missing, or not as it was written
  renamed,  // whole, after an instrument was renamed; of no use to a reader of some symbols
  whole
};
[[nodiscard]] CheckpointState state_of(const IndexEntry& checkpoint, const Reopen& reopen);

/// True when all frames before the checkpoint are there and as they were written. A reader that
/// begins at the checkpoint cannot tell, because it does not read them. The check reads these
/// frames and unpacks nothing.
[[nodiscard]] bool is_sound_before(const IndexEntry& checkpoint, const Reopen& reopen);

}  // namespace tapedeck::tape
