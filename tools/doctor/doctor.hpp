// `tapedeck doctor`: inspects and measures this computer, and recommends options.
#pragma once

#include "tools/cli/error.hpp"

namespace tapedeck::tools {

struct DoctorOptions {
  bool json = false;
};

/// Prints the findings and the recommended options. The measurements take one to three seconds, and
/// keep the measured cores busy. Throws std::exception on failures.
[[nodiscard]] ExitCode doctor(const DoctorOptions& options);

}  // namespace tapedeck::tools
