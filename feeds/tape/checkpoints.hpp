// The checkpoints on a tape: places where a reader may begin, found without reading what lies
// between.
//
// One thread. Any file may be given: what is no tape, or is damaged, has the checkpoints that were
// found before that.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "feeds/common/byte_source.hpp"
#include "feeds/tape/format.hpp"

namespace tapedeck::tape {

/// Opens the tape anew, at its first byte; null where it is not there any more.
using Reopen = std::function<std::unique_ptr<feeds::ByteSource>()>;
/// Of a file: a pipe cannot be opened anew.
[[nodiscard]] Reopen reopening(std::string path);

/// More than that are not looked for: memory is bounded whatever the tape says.
inline constexpr std::size_t kMostCheckpoints = std::size_t{1} << 20;
/// So many that are broken are looked at, one after another, before a reader begins at the front.
inline constexpr u32 kMostBroken = 16;

/// All checkpoints, in the order of the tape: by its index, or from frame to frame where it has
/// none. None where the tape cannot be read but from front to back.
[[nodiscard]] std::vector<IndexEntry> checkpoints_of(const Reopen& reopen);

/// What is known of a checkpoint that was looked at.
enum class CheckpointState : u8 {
  broken,   // it is not there, or not as it was written
  renamed,  // whole; no beginning for who reads some symbols only
  whole
};
[[nodiscard]] CheckpointState state_of(const IndexEntry& checkpoint, const Reopen& reopen);

/// All frames ahead of the checkpoint are there and as they were written: what a reader who begins
/// at the checkpoint does not see. Reads them, and unpacks nothing.
[[nodiscard]] bool is_sound_before(const IndexEntry& checkpoint, const Reopen& reopen);

}  // namespace tapedeck::tape
