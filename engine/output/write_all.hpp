// Writing that goes on after interruptions, and waits while a file takes no bytes.
#pragma once

#include "engine/core/bytes.hpp"

namespace tapedeck::output {

/// The mode of a new file, from which the process's umask takes bits away.
inline constexpr unsigned kModeByUmask = 0666;

/// Writes all bytes, with as many calls as that takes. Returns false, with errno set, when they
/// cannot be written. Any thread.
[[nodiscard]] bool write_all(int file, Bytes bytes);

}  // namespace tapedeck::output
