// A byte source that checks and unpacks a tape's frames, for a tape feed.
//
// The source delivers one frame after another, each as a header (format.hpp) and the unpacked
// content. In place of an unusable part of the tape, it delivers a frame of kind `bad`, whose
// content says in words what is wrong. No byte of the unusable part is passed on. After damage, the
// source searches for the next valid frame. seek() takes the offset of a frame on the tape.
// The source reports damage() of its own in two cases only: if it cannot go on reading a tape that
// is still being written (the file was truncated or replaced), or if the frames exceed `max_ratio`.
// One thread; memory: two frames.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feeds/common/byte_source.hpp"
#include "feeds/tape/format.hpp"

struct ZSTD_DCtx_s;

namespace tapedeck::tape {

/// How to treat the end of a tape that has no closing frame.
enum class OpenEnd : u8 {
  is_the_end,  // the tape ends there; an incomplete last frame is damage
  is_for_now   // the tape is still being written; fill() may be called again later
};

/// Returns the source. `tape` must be at its first byte, and is_tape() must be true for its
/// content. `max_ratio`: see open_source().
[[nodiscard]] std::unique_ptr<feeds::ByteSource> unpacked_frames(
    std::unique_ptr<feeds::ByteSource> tape, OpenEnd open_end = OpenEnd::is_the_end,
    u64 max_ratio = feeds::kMaxRatio);

}  // namespace tapedeck::tape
