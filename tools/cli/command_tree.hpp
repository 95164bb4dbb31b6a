// The commands and their options as plain data, read off CLI11: what completion scripts and the
// manual page are made of. Pure functions; any thread.
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
  std::string value;          // what stands for its value, "spin|yield|park|auto"; no: a flag
  std::string default_value;  // empty: none
  std::vector<std::string> choices;  // the values that are words of their own
  bool takes_file = false;           // among its values are names of files or folders
  bool several = false;              // of a positional: as many as one likes
  bool required = false;
};

struct CommandEntry {
  std::string name;
  std::string help;
  std::vector<OptionEntry> options;
  std::vector<OptionEntry> positionals;
  std::vector<CommandEntry> commands;
};

/// Gives the options of every command the names of their values: "FILE.csv", "N|auto". Words in
/// lower case between bars are the values themselves. To be called once, on the whole tree; --help
/// shows them too.
void name_option_values(CLI::App& app);

[[nodiscard]] CommandEntry tree_of(const CLI::App& app);

}  // namespace tapedeck::tools
