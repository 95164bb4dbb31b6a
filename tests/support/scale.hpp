// How much a stress test does: the full figure in release, less where every access is watched.
#pragma once

#include <cstdlib>

#include "engine/core/types.hpp"

namespace tapedeck::test {

#ifdef __SANITIZE_THREAD__
inline constexpr bool kUnderThreadSanitizer = true;
#else
inline constexpr bool kUnderThreadSanitizer = false;
#endif
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool kUnderAddressSanitizer = true;
#else
inline constexpr bool kUnderAddressSanitizer = false;
#endif
inline constexpr bool kSanitized = kUnderThreadSanitizer || kUnderAddressSanitizer;

/// `full` in plain builds, a tenth of it under a sanitizer.
constexpr u64 scaled(u64 full) {
  return kSanitized ? full / 10 : full;
}

/// Whether the command that a test starts is built with a sanitizer: the test itself need not be,
/// and one and the same test may start any build's. ctest says so.
inline bool command_is_sanitized() {
  const char* sanitizers = std::getenv("TAPEDECK_SANITIZE");
  return sanitizers != nullptr && *sanitizers != '\0';
}

}  // namespace tapedeck::test
