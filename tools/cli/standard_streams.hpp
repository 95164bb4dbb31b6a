// Standard output and the files that results go to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace tapedeck::tools {

/// NO_COLOR is set: no escape sequences, terminal or not (no-color.org).
[[nodiscard]] bool no_colour();

struct TerminalSize {
  std::size_t columns, rows;
};
/// Of the terminal on standard error; 80 by 24 where it is none.
[[nodiscard]] TerminalSize terminal_size();

/// Puts /dev/null where standard input, output or error are closed, so that no file of ours takes
/// their place. To be called first of all.
void open_standard_streams();

/// Throws UsageError where standard output was closed from the start. Before anything runs.
void require_standard_output();
/// Writes to standard output. Throws std::runtime_error when it cannot take the results; a reader
/// that has gone away is quiet.
void print_results(std::string_view text);
void print_json(const nlohmann::ordered_json& json);
/// As print_json() prints it.
[[nodiscard]] std::string printed_json(const nlohmann::ordered_json& json);

/// What the user typed, "tapedeck" for wherever the program is, quoted where a shell needs it.
[[nodiscard]] std::string command_as_typed();

/// Throws UsageError when an output would overwrite an input or another output, or cannot be
/// opened for writing. Empty output paths are not asked for.
void check_outputs(const std::vector<std::string>& outputs, const std::vector<std::string>& inputs);

}  // namespace tapedeck::tools
