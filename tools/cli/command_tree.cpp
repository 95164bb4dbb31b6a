#include "tools/cli/command_tree.hpp"

#include <algorithm>
#include <string_view>

#include <CLI/CLI.hpp>

#include "engine/core/text.hpp"

namespace tapedeck::tools {
namespace {

bool is_word(std::string_view part) {
  return !part.empty() && std::ranges::none_of(part, [](char c) {
    return (c >= 'A' && c <= 'Z') || c == '.' || c == ',';
  });
}

OptionEntry entry_of(const CLI::Option& option) {
  OptionEntry entry;
  const bool positional = option.get_positional();
  if (positional) {
    entry.name = option.get_name(true);
  } else if (!option.get_lnames().empty()) {
    entry.name = "--" + option.get_lnames().front();
    for (std::size_t i = 1; i < option.get_lnames().size(); ++i) {
      entry.aliases.push_back("--" + option.get_lnames()[i]);
    }
  }
  if (!option.get_snames().empty()) entry.short_name = "-" + option.get_snames().front();
  entry.help = option.get_description();
  if (option.get_items_expected_max() > 0) entry.value = option.get_type_name();
  entry.default_value = option.get_default_str();
  entry.required = option.get_required();
  for (const std::string& part : split(entry.value, '|')) {
    if (part.starts_with("FILE") || part == "FOLDER") entry.takes_file = true;
    if (is_word(part)) entry.choices.push_back(part);
  }
  entry.takes_file |= positional && entry.choices.empty();
  entry.several = positional && option.get_expected_max() > 1;
  return entry;
}

}  // namespace

CommandEntry tree_of(const CLI::App& app) {
  CommandEntry entry{app.get_name(), app.get_description(), {}, {}, {}};
  for (const CLI::Option* const option : app.get_options()) {
    (option->get_positional() ? entry.positionals : entry.options).push_back(entry_of(*option));
  }
  for (const CLI::App* const command : app.get_subcommands(nullptr)) {
    entry.commands.push_back(tree_of(*command));
  }
  return entry;
}

const CommandEntry* find_command(const CommandEntry& tree, std::string_view path) {
  if (path.empty()) return &tree;
  const std::size_t end = std::min(path.find(' '), path.size());
  const auto found = std::ranges::find(tree.commands, path.substr(0, end), &CommandEntry::name);
  if (found == tree.commands.end()) return nullptr;
  return find_command(*found, path.substr(std::min(end + 1, path.size())));
}

}  // namespace tapedeck::tools
