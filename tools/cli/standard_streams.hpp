// Handles the standard streams.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace tapedeck::tools {

struct Provenance;

/// Returns true when NO_COLOR is set. It forbids colours even on a terminal (no-color.org).
[[nodiscard]] bool no_colour();

/// Returns true if standard error is a terminal that can draw over a line, and live lines are
/// wanted: it is not if TERM is `dumb`.
[[nodiscard]] bool shows_live(bool quiet);

/// Returns true if the environment's locale is one of UTF-8, so that a terminal shows it.
[[nodiscard]] bool speaks_utf8();
/// Returns false if standard error is the terminal of another job, whose output this process would
/// disturb.
[[nodiscard]] bool is_in_foreground();

struct TerminalSize {
  std::size_t columns, rows;
};
/// Returns the size of the terminal on standard error; 80 by 24 when standard error is not a
/// terminal.
[[nodiscard]] TerminalSize terminal_size();

/// Opens /dev/null in place of closed standard streams, so that no other file gets their
/// descriptors. Must be called before anything else.
void open_standard_streams();

/// Throws UsageError when standard output was already closed at the program's start. Must be called
/// before anything runs.
void require_standard_output();
/// Writes to standard output. Throws std::runtime_error when that fails, except that a closed pipe
/// is ignored.
void print_results(std::string_view text);
/// Prints the results on standard error, because rows go to standard output. Does nothing if
/// `quiet` is set.
void print_beside_rows(std::string_view text, bool quiet);
/// Returns true if standard output is a pipe or a socket whose reader has gone away.
[[nodiscard]] bool has_lost_reader();
/// Prints a command's result, a JSON object, with its provenance.
void print_json(nlohmann::ordered_json result, const Provenance& provenance);
/// Returns JSON as print_json() prints it, without adding anything.
[[nodiscard]] std::string printed_json(const nlohmann::ordered_json& json);

}  // namespace tapedeck::tools
