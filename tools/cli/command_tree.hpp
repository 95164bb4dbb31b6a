// The commands and their options as plain data, read from CLI11, for completion scripts and the
// manual page. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace tapedeck::tools {

struct OptionEntry {
  std::string name;        // "--wait"; "PATH" for a positional
  std::string short_name;  // "-h", or empty
  std::string help;
  std::vector<std::string> aliases;  // "--images"
  // The placeholder of the value: "spin|yield|park|auto", "N|auto". Lower-case words in it are
  // literal values. Empty for a flag.
  std::string value;
  std::string default_value;         // empty: none
  std::vector<std::string> choices;  // the literal values of `value`
  bool takes_file = false;           // the value may be the name of a file or folder
  bool several = false;              // a positional that may be repeated
  bool required = false;
};

struct CommandEntry {
  std::string name;
  std::string help;
  std::vector<OptionEntry> options;
  std::vector<OptionEntry> positionals;
  std::vector<CommandEntry> commands;
};

[[nodiscard]] CommandEntry tree_of(const CLI::App& app);
/// Returns the command with a path like "bench latency"; null when there is none.
[[nodiscard]] const CommandEntry* find_command(const CommandEntry& tree, std::string_view path);

}  // namespace tapedeck::tools
