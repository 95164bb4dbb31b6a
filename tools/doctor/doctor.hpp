// `tapedeck doctor`: inspects and measures this computer, and recommends options.
#pragma once

#include <string>

#include "tools/cli/error.hpp"

namespace tapedeck::tools {

struct DoctorOptions {
  std::string watch = "1s";  // how long the cores are watched
  bool json = false;
};

/// Prints the findings and the recommended options. The measurements keep the measured cores busy,
/// as long as they are watched and up to two seconds more. Throws UsageError, and std::exception on
/// failures.
[[nodiscard]] ExitCode doctor(const DoctorOptions& options);

}  // namespace tapedeck::tools
