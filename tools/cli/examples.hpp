// Examples of every command, for --help and the manual page. A test runs them in their order in an
// empty folder. Pure functions; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tapedeck::tools {

struct Example {
  std::string_view command;  // the path: "bench latency"
  std::string_view line;     // what to type
  std::string_view what;     // what it does, without a full stop
};

[[nodiscard]] std::span<const Example> all_examples();
/// Returns "Examples:" and the examples of the command with this path. A group of commands, such as
/// "bench", has the first example of each of its commands; the program itself, whose path is empty,
/// has a newcomer's first steps.
[[nodiscard]] std::string examples_text(std::string_view command);

}  // namespace tapedeck::tools
