// Every option and argument of the command line, described once. Parsing, --help, completion, the
// manual page and docs/commands.md derive from this table. Main thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <CLI/CLI.hpp>

#include "engine/core/types.hpp"

namespace tapedeck::tools {

struct OptionRow {
  std::string_view commands;  // the commands that take the option: "replay, bench latency"
  std::string_view name;      // "--wait"; with an alias, "--checkpoints,--images"; or "PATH"
  std::string_view value;     // placeholder, see OptionEntry::value; empty: a flag
  // The default, where it is a description and no value that could be typed: "by content".
  std::string_view otherwise;
  std::string_view help;     // for --help, completion and the manual page; without a full stop
  std::string_view details;  // for docs/commands.md, in Markdown; empty: `help`
};

/// All rows, in the order of docs/commands.md.
[[nodiscard]] std::span<const OptionRow> option_rows();
/// True when `row` is for the command of this path, like "bench latency".
[[nodiscard]] bool is_for(const OptionRow& row, std::string_view command);
/// Returns the row of a command's option; null when the command does not take the option.
[[nodiscard]] const OptionRow* find_option(std::string_view command, std::string_view name);
/// Returns a row's text, in which lists of names replace "{formats}" and the like.
[[nodiscard]] std::string written_out(std::string_view text);
/// Returns the command's path, like "bench latency"; empty for the program itself.
[[nodiscard]] std::string path_of(const CLI::App& command);

/// Gives an option of `command` its texts. Throws std::logic_error if the table has no row for it.
CLI::Option* describe(CLI::App& command, CLI::Option* option, std::string_view name);

/// Adds the option or argument `name`, as the table describes it. The parsed value goes to `value`,
/// whose content is the default. A bool makes a flag.
template <class T>
CLI::Option* add(CLI::App& command, std::string_view name, T& value) {
  const OptionRow* const row = find_option(path_of(command), name);
  const std::string names{row != nullptr ? row->name : name};
  if constexpr (std::is_same_v<T, bool>) {
    return describe(command, command.add_flag(names, value), name);
  } else {
    CLI::Option* const option = command.add_option(names, value);
    if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      // Each use of an option takes one value; otherwise it would take the arguments behind it too.
      if (name.starts_with('-')) option->allow_extra_args(false);
    } else if constexpr (!std::is_same_v<T, std::optional<u32>>) {
      option->capture_default_str();
    }
    return describe(command, option, name);
  }
}

}  // namespace tapedeck::tools
