// `tapedeck verify`: compares the engine's books with an independent reference.
#pragma once

#include <string>

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct VerifyItchOptions {
  ReplayOptions input;  // paths, and how to read them; one channel
  std::string plant;    // reversed-queue: a planted fault that must be found
  bool json = false;
};

struct VerifyLobsterOptions {
  std::string messages, orderbook, symbol;
  std::string plant;  // size@ROW, ignore-deletes, swap-side
  bool json = false;
};

struct VerifyOptions {
  VerifyItchOptions itch;
  VerifyLobsterOptions lobster;
};

/// Both return exit code 4 when there is a difference, and 3 when the input is damaged or there was
/// nothing to compare. Both throw UsageError, and std::exception on failures.
[[nodiscard]] ExitCode verify_itch_command(const VerifyItchOptions& options);
[[nodiscard]] ExitCode verify_lobster_command(const VerifyLobsterOptions& options);

}  // namespace tapedeck::tools
