// The commands and their options as plain data, read from CLI11, for completion scripts and the
// manual page. Pure functions; any thread.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tapedeck::tools {

struct OptionEntry {
  std::string name;        // "--wait"; of a positional, "PATH"
  std::string short_name;  // "-h", or empty
  std::string help;
  std::string value;                 // placeholder, "spin|yield|park|auto"; empty: a flag
  std::string default_value;         // empty: none
  std::vector<std::string> choices;  // the literal values
  bool takes_file = false;           // its values may be names of files or folders
  bool several = false;              // of a positional: may be repeated
  bool required = false;
};

struct CommandEntry {
  std::string name;
  std::string help;
  std::vector<OptionEntry> options;
  std::vector<OptionEntry> positionals;
  std::vector<CommandEntry> commands;
};

/// Sets the value placeholders of every command's options: "FILE.csv", "N|auto". Lower-case words
/// between bars are literal values. Call it once, on the whole tree; --help shows them too.
void name_option_values(CLI::App& app);

[[nodiscard]] CommandEntry tree_of(const CLI::App& app);

}  // namespace tapedeck::tools
