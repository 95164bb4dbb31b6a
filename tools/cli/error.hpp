// Errors that end a command, and the exit codes. The exit codes are part of the user interface.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"

namespace tapedeck {
struct Damage;
}

namespace tapedeck::tools {

/// The exit codes that `tapedeck` returns to the shell.
enum class ExitCode : int {
  done = 0,
  failed = 1,         // an error at run time
  usage = 2,          // wrong options, a wrong configuration, or a path that cannot be opened
  damaged_input = 3,  // damaged, or without any event for a book or a trading state
  difference = 4,     // a check found a difference
  hung_up = 129,      // SIGHUP
  interrupted = 130,  // SIGINT
  terminated = 143    // SIGTERM
};

/// Returns true if a run that ends with this code keeps its outputs: they take their names. After
/// any other end the earlier files stay. `has_events`: the run applied an event.
[[nodiscard]] constexpr bool keeps_outputs(ExitCode code, bool has_events) {
  if (code == ExitCode::damaged_input) return has_events;
  return code != ExitCode::failed && code != ExitCode::usage;
}

/// The user's request is invalid. The command exits with code 2. The text says what to do instead.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The input is damaged or empty, and the command did nothing with it. The command exits with code
/// 3.
class DamagedInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Replaces field names in backquotes by the command's flags: "give `date`" becomes "give --date".
/// The texts of engine, feeds and strategies contain such names.
[[nodiscard]] std::string with_flags(std::string_view text);
/// Return an error's text for the user. The error's own field, and all field names in backquotes,
/// are replaced by flags.
[[nodiscard]] std::string with_flags(const ConfigError& error);
[[nodiscard]] std::string with_flags(const Damage& damage);

}  // namespace tapedeck::tools
