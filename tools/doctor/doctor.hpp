// `tapedeck doctor`: looks at this computer, measures it, and says how to run here.
#pragma once

#include "tools/cli/error.hpp"

namespace tapedeck::tools {

struct DoctorOptions {
  bool json = false;
};

/// Takes a second, and burns the cores that it measures. Throws std::exception on failures.
[[nodiscard]] ExitCode doctor(const DoctorOptions& options);

}  // namespace tapedeck::tools
