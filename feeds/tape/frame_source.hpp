// A tape's frames, checked and unpacked: what a tape feed reads.
//
// Its content is frame after frame, each a header (format.hpp) and its content, never packed. What
// could not be used appears as a frame of kind `bad` where it was, its content the reason in words:
// nothing of it is passed on. A reader that has lost its way looks for the next good frame.
// seek() goes to a frame by its place on the tape. Damaged itself only where a tape that is still
// being written will not go on (it was cut, or another lies in its place), and where its frames
// swell beyond belief. One thread; memory: two frames.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "feeds/common/byte_source.hpp"
#include "feeds/tape/format.hpp"

struct ZSTD_DCtx_s;

namespace tapedeck::tape {

/// What happens at the end of a file that has no closing frame.
enum class OpenEnd : u8 {
  is_the_end,  // a frame that is not whole is damage
  is_for_now   // the tape is still being written: fill() may be asked again later
};

/// `tape` is at its first byte and is_tape().
[[nodiscard]] std::unique_ptr<feeds::ByteSource> unpacked_frames(
    std::unique_ptr<feeds::ByteSource> tape, OpenEnd open_end = OpenEnd::is_the_end,
    u64 max_ratio = feeds::kMaxRatio);

}  // namespace tapedeck::tape
