// Describes every option and argument of the command line once. Parsing, --help, completion, the
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
#include "tools/cli/option_groups.hpp"

namespace tapedeck::tools {

struct OptionRow {
  std::string_view commands;  // the commands that take the option: "replay, bench latency"
  std::string_view name;      // "--wait"; with an alias, "--checkpoints,--images"; or "PATH"
  std::string_view value;     // placeholder, see OptionEntry::value; empty: a flag
  // A description of the default, if the default is not a value that could be typed: "by content".
  std::string_view otherwise;
  std::string_view help;     // for --help, completion and the manual page; without a full stop
  std::string_view details;  // for docs/commands.md, in Markdown; empty: `help`
};

/// Returns all rows, in the order of docs/commands.md.
[[nodiscard]] std::span<const OptionRow> option_rows();
/// Returns true if `row` is for the command with this path, such as "bench latency".
[[nodiscard]] bool is_for(const OptionRow& row, std::string_view command);
/// Returns the row of a command's option; null when the command does not take the option.
[[nodiscard]] const OptionRow* find_option(std::string_view command, std::string_view name);
/// Returns a row's text after replacing "{formats}" and similar placeholders by lists of names.
[[nodiscard]] std::string written_out(std::string_view text);
/// Returns the command's path, like "bench latency"; empty for the program itself.
[[nodiscard]] std::string path_of(const CLI::App& command);

/// Sets the texts of an option of `command` from the table. Throws std::logic_error if the table
/// has no row for the option.
CLI::Option* describe(CLI::App& command, CLI::Option* option, std::string_view name);

/// True for the types of whole numbers that options have.
template <class T>
inline constexpr bool kIsCount =
    std::is_same_v<T, u32> || std::is_same_v<T, u64> || std::is_same_v<T, std::optional<u32>>;
/// Returns a number that parse_count() accepts, such as "1k", "1,000" or "1e3", in digits: "1000".
/// Returns any other text unchanged.
[[nodiscard]] std::string digits_of_count(const std::string& text);

/// Adds the option or argument `name`, as the table describes it. The parsed value is stored in
/// `value`. The content of `value` before that is the default. If T is bool, the option is a flag.
template <class T>
CLI::Option* add(CLI::App& command, std::string_view name, T& value) {
  const OptionRow* const row = find_option(path_of(command), name);
  std::string names{row != nullptr ? row->name : name};
  if (const std::string_view brief = short_name_of(name); !brief.empty()) {
    names.insert(0, std::string{brief} + ",");
  }
  if constexpr (std::is_same_v<T, bool>) {
    return describe(command, command.add_flag(names, value), name);
  } else {
    CLI::Option* const option = command.add_option(names, value);
    if constexpr (kIsCount<T>) option->transform(digits_of_count);
    if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      // Each use of an option takes one value. Without this, the option would also take the
      // arguments after that value.
      if (name.starts_with('-')) option->allow_extra_args(false);
    } else if constexpr (!std::is_same_v<T, std::optional<u32>>) {
      option->capture_default_str();
    }
    return describe(command, option, name);
  }
}

}  // namespace tapedeck::tools
