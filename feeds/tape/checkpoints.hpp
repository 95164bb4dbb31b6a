// Finds the checkpoints of a tape, which are the positions at which a reader can start. Does not
// read the content of the frames between checkpoints.
//
// One thread. Accepts any file: finds no checkpoint in a file that is not a tape, and skips damaged
// parts of a tape.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "feeds/common/byte_source.hpp"
#include "feeds/tape/format.hpp"

namespace tapedeck::tape {

/// Opens the tape again, at its first byte. Returns null if the tape can no longer be opened.
using Reopen = std::function<std::unique_ptr<feeds::ByteSource>()>;
/// Returns a Reopen function for a file. A pipe cannot be reopened.
[[nodiscard]] Reopen reopening(std::string path);

/// The most checkpoints that checkpoints_of() returns, so that memory is bounded for any tape.
inline constexpr std::size_t kMostCheckpoints = std::size_t{1} << 20;
/// The most unusable checkpoints that a reader tries before it gives up and starts at the beginning
/// of the tape.
inline constexpr u32 kMostBroken = 16;

/// Returns the checkpoints in the order of the tape. Reads the tape's index, or every frame header
/// if the tape has no valid index. Returns nothing if the tape can only be read from front to back.
[[nodiscard]] std::vector<IndexEntry> checkpoints_of(const Reopen& reopen);

/// The result of checking a checkpoint.
enum class CheckpointState : u8 {
  broken,   // the checkpoint is missing, or differs from what was written
  renamed,  // valid, but of no use to a reader of some symbols: an instrument was renamed before
  whole
};
[[nodiscard]] CheckpointState state_of(const IndexEntry& checkpoint, const Reopen& reopen);

/// Returns true if all frames before the checkpoint exist and are as they were written. A reader
/// that starts at the checkpoint cannot know this, because it does not read these frames. The check
/// reads the frames, but does not decompress them.
[[nodiscard]] bool is_sound_before(const IndexEntry& checkpoint, const Reopen& reopen);

}  // namespace tapedeck::tape
