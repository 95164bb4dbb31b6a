// The environment of a measurement: processor, operating system, compiler, kind of build.
#pragma once

#include <string>
#include <string_view>

namespace tapedeck::system {

/// A text that cannot be determined is "unknown"; a number that cannot be determined is 0.
struct Environment {
  std::string cpu_model;
  std::size_t cores_allowed = 0;  // the cores that this process may use
  std::size_t cores_online = 0;
  std::string kernel;    // "Linux 6.1.0-18-amd64"
  std::string compiler;  // "gcc 12.2.0"
  bool assertions = false;
  bool sanitized = false;

  /// Returns false for builds with assertions or sanitizers, because their times say nothing about
  /// the engine's speed.
  [[nodiscard]] bool fit_for_figures() const { return !assertions && !sanitized; }
};

/// Determines the environment of this process. Reads /proc. Any thread.
[[nodiscard]] Environment this_environment();
/// Returns "release", "debug" or "sanitized".
[[nodiscard]] std::string build_kind(const Environment& machine);
/// Returns a line like "AMD EPYC, 2 of 4 cores, Linux 6.1.0, gcc 12.2.0, release build".
[[nodiscard]] std::string describe(const Environment& machine);

/// Returns the first processor's name in `cpuinfo`, the text of /proc/cpuinfo; "unknown" if the
/// text names no processor.
[[nodiscard]] std::string cpu_model_in(std::string_view cpuinfo);

}  // namespace tapedeck::system
