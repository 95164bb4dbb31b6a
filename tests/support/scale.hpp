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

/// How far a walk over every bit or byte goes at a time: to each in plain builds; under a
/// sanitizer, where one takes a hundred times as long, `quick`, and by night, with TAPEDECK_DEEP,
/// `deep`.
inline u64 stride(u64 quick, u64 deep) {
  if (!kSanitized) return 1;
  return std::getenv("TAPEDECK_DEEP") == nullptr ? quick : deep;
}

/// Whether the command that a test starts is built with a sanitizer: the test itself need not be,
/// and one and the same test may start any build's. ctest says so.
inline bool command_is_sanitized() {
  const char* sanitizers = std::getenv("TAPEDECK_SANITIZE");
  return sanitizers != nullptr && *sanitizers != '\0';
}
inline const bool kCommandSanitized = command_is_sanitized();

}  // namespace tapedeck::test
