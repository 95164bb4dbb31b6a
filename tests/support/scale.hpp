// How much a stress test does: the full figure in release, less where every access is watched.
#pragma once

#include <cstdlib>

#include "engine/core/types.hpp"

namespace tapedeck::test {

#ifdef TAPEDECK_THREAD_SANITIZED
inline constexpr bool kUnderThreadSanitizer = true;
#else
inline constexpr bool kUnderThreadSanitizer = false;
#endif
#ifdef TAPEDECK_ADDRESS_SANITIZED
inline constexpr bool kUnderAddressSanitizer = true;
#else
inline constexpr bool kUnderAddressSanitizer = false;
#endif
inline constexpr bool kSanitized = kUnderThreadSanitizer || kUnderAddressSanitizer;

/// `full` in plain builds, a tenth of it under a sanitizer.
constexpr u64 scaled(u64 full) {
  return kSanitized ? full / 10 : full;
}

/// Whether this is a run by night (TAPEDECK_DEEP), which does what takes too long for every check.
inline bool by_night() {
  return std::getenv("TAPEDECK_DEEP") != nullptr;
}

/// How far a walk over every bit or byte goes at a time: `plain`, by night to each; under a
/// sanitizer, where one takes a hundred times as long, `quick`, and by night `deep`.
inline u64 stride(u64 quick, u64 deep, u64 plain = 1) {
  if (kSanitized) return by_night() ? deep : quick;
  return by_night() ? 1 : plain;
}

/// Whether the command that a test starts is built with a sanitizer: the test itself need not be,
/// and one and the same test may start any build's. ctest says so.
inline bool command_is_sanitized() {
  const char* sanitizers = std::getenv("TAPEDECK_SANITIZE");
  return sanitizers != nullptr && *sanitizers != '\0';
}
inline const bool kCommandSanitized = command_is_sanitized();

/// Returns how often a test starts the command: `plain` times in every check and `night` times by
/// night, or `sanitized` times if the command is built with a sanitizer.
inline u64 starts(u64 sanitized, u64 plain, u64 night) {
  if (kCommandSanitized) return sanitized;
  return by_night() ? night : plain;
}

}  // namespace tapedeck::test
