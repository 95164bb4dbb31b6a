// Errors that end a command, and their exit codes, which are part of the interface.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"

namespace tapedeck {
struct Damage;
}

namespace tapedeck::tools {

/// What `tapedeck` returns to the shell.
enum class ExitCode : int {
  done = 0,
  failed = 1,         // at run time
  usage = 2,          // wrong options, configuration, or a path that cannot be opened
  damaged_input = 3,  // damaged, or without any event that a book or a trading state could use
  difference = 4,     // a check found a difference
  hung_up = 129,      // SIGHUP
  interrupted = 130,  // SIGINT
  terminated = 143    // SIGTERM
};

/// The user's request is invalid: exit 2. The text says what to do instead.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The input is damaged or empty, and nothing was done with it: exit 3.
class DamagedInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Replaces field names in backquotes, as in texts of engine, feeds and strategies, by the
/// command's flags: "give `date`" becomes "give --date".
[[nodiscard]] std::string with_flags(std::string_view text);
/// Returns an error's text for the user: its field, and all fields in backquotes, as flags.
[[nodiscard]] std::string with_flags(const ConfigError& error);
[[nodiscard]] std::string with_flags(const Damage& damage);

}  // namespace tapedeck::tools
