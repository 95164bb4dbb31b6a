// Errors that end a command, and the exit codes that are promised for them.
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
  damaged_input = 3,  // damaged, cut short, or nothing in it that a book or a state could use
  difference = 4,     // a check found one
  hung_up = 129,      // SIGHUP
  interrupted = 130,  // SIGINT
  terminated = 143    // SIGTERM
};

/// The user asked for something that cannot be: exit 2, the text says what to do instead.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The input is damaged, or nothing is in it, and nothing was done with it: exit 3.
class DamagedInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A text from below, whose fields stand in backquotes, with the command's flags in their place:
/// "give `date`" becomes "give --date".
[[nodiscard]] std::string with_flags(std::string_view text);
/// What a user is told of an error from below: its field as a flag.
[[nodiscard]] std::string text_of(const ConfigError& error);
[[nodiscard]] std::string text_of(const Damage& damage);

}  // namespace tapedeck::tools
