// A byte source that checks and unpacks a tape's frames, for a tape feed.
//
// The source delivers one frame after another, each as a header (format.hpp) and unpacked content.
// In place of an unusable part of the tape it delivers a frame of kind `bad`, whose content is the
// reason in words; no byte of that part is passed on. After damage, the source searches for the
// next good frame. seek() takes a frame's offset on the tape. The source itself is damaged only
// when a tape that is still being written cannot continue (it was cut, or replaced by another), or
// when its frames exceed `max_ratio`. One thread; memory: two frames.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feeds/common/byte_source.hpp"
#include "feeds/tape/format.hpp"

struct ZSTD_DCtx_s;

namespace tapedeck::tape {

/// What the end of a file means that has no closing frame.
enum class OpenEnd : u8 {
  is_the_end,  // a frame that is not whole is damage
  is_for_now   // the tape is still being written: fill() may be called again later
};

/// `tape` must be at its first byte, and is_tape() must hold for it. `max_ratio`: see
/// open_source().
[[nodiscard]] std::unique_ptr<feeds::ByteSource> unpacked_frames(
    std::unique_ptr<feeds::ByteSource> tape, OpenEnd open_end = OpenEnd::is_the_end,
    u64 max_ratio = feeds::kMaxRatio);

}  // namespace tapedeck::tape
