// Writes to a file descriptor. Goes on after interruptions, and waits while the file takes no
// bytes.
#pragma once

#include <string>

#include "engine/core/bytes.hpp"

namespace tapedeck::output {

/// The mode of a new file, before the system applies the process's umask.
inline constexpr unsigned kModeByUmask = 0666;

/// Returns the system's text for an errno. Any thread.
[[nodiscard]] std::string error_text(int error);

/// Writes all bytes, in as many system calls as necessary. On an error, sets errno and returns
/// false. Any thread.
[[nodiscard]] bool write_all(int file, Bytes bytes);

}  // namespace tapedeck::output
