// Writing that goes on after interruptions, and waits where a file takes nothing now.
#pragma once

#include "engine/core/bytes.hpp"

namespace tapedeck::output {

/// Of a file that is made: what the process's mask leaves of it.
inline constexpr unsigned kModeByUmask = 0666;

/// All of it, however many calls that takes. False, with errno, when it cannot be written. Any
/// thread.
[[nodiscard]] bool write_all(int file, Bytes bytes);

}  // namespace tapedeck::output
