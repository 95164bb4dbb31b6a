// The environment of a measurement: the processor, the system, the compiler, the kind of build.
#pragma once

#include <string>
#include <string_view>

namespace tapedeck::system {

/// Values that cannot be determined are "unknown", or 0 for numbers.
struct Environment {
  std::string cpu_model;
  std::size_t cores_allowed = 0;  // the cores that this process may use
  std::size_t cores_online = 0;
  std::string kernel;    // "Linux 6.1.0-18-amd64"
  std::string compiler;  // "gcc 12.2.0"
  bool assertions = false;
  bool sanitized = false;

  /// False for builds with checks, because their times say nothing about the engine.
  [[nodiscard]] bool fit_for_figures() const { return !assertions && !sanitized; }
};

/// Determines the environment of this process; reads /proc. Any thread.
[[nodiscard]] Environment this_environment();
/// "release", "debug" or "sanitized".
[[nodiscard]] std::string build_kind(const Environment& machine);
/// One line: "AMD EPYC, 2 of 4 cores, Linux 6.1.0, gcc 12.2.0, release build".
[[nodiscard]] std::string describe(const Environment& machine);

/// Returns the first processor's name in the text of /proc/cpuinfo; "unknown" where the text has
/// none.
[[nodiscard]] std::string cpu_model_in(std::string_view cpuinfo);

}  // namespace tapedeck::system
