// `tapedeck verify`: compares the engine's books with an independent reference book.
#pragma once

#include <string>

#include "tools/cli/error.hpp"
#include "tools/cli/options.hpp"

namespace tapedeck::tools {

struct VerifyItchOptions {
  ReplayOptions input;  // the paths, and how to read them as one channel
  std::string plant;    // a deliberate fault that verify must find: reversed-queue
  bool json = false;
};

struct VerifyLobsterOptions {
  std::string messages, orderbook, symbol;
  std::string plant;  // a deliberate fault: size@ROW, ignore-deletes or swap-side
  bool json = false;
};

struct VerifyOptions {
  VerifyItchOptions itch;
  VerifyLobsterOptions lobster;
};

/// Both functions print their result. Both return exit code 4 if there is a difference, and 3 if
/// the input is damaged or there was nothing to compare. Both throw UsageError, and other
/// std::exceptions on failures.
[[nodiscard]] ExitCode verify_itch_command(const VerifyItchOptions& options);
[[nodiscard]] ExitCode verify_lobster_command(const VerifyLobsterOptions& options);

}  // namespace tapedeck::tools
