#include "tools/cli/config_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include <toml++/toml.h>

#include "engine/core/text.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::string_view kOption = "--config";
// Far more than all options of all commands take.
constexpr std::size_t kMostBytes = std::size_t{1} << 20;

// Removes --config and its value from the words. Words behind "--" are no options.
std::optional<std::string> take_path(std::vector<std::string>& words) {
  std::optional<std::string> path;
  for (std::size_t i = 0; i < words.size() && words[i] != "--";) {
    const bool joined = words[i].starts_with("--config=");
    if (!joined && words[i] != kOption) {
      ++i;
      continue;
    }
    if (path) throw UsageError("--config: given twice; give one file");
    if (!joined && i + 1 == words.size()) throw UsageError("--config: needs the name of a file");
    path = joined ? words[i].substr(kOption.size() + 1) : words[i + 1];
    const auto at = words.begin() + static_cast<std::ptrdiff_t>(i);
    words.erase(at, at + (joined ? 1 : 2));
  }
  return path;
}

std::string content_of(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::string content(kMostBytes + 1, '\0');
  if (!file || !file.read(content.data(), static_cast<std::streamsize>(content.size())).eof()) {
    throw UsageError("--config " + path + ": cannot be read, or has more than 1 MiB");
  }
  content.resize(static_cast<std::size_t>(file.gcount()));
  return content;
}

class ConfigFile {
 public:
  ConfigFile(const std::string& path, const CommandEntry& tree) : path_(path), tree_(tree) {
    try {
      table_ = toml::parse(content_of(path));
    } catch (const toml::parse_error& error) {
      refuse(error.source(), std::string{error.description()});
    }
    check(table_, tree_, "");
  }

  // Returns the options of the command with this path, as words, without those in `given`.
  [[nodiscard]] std::vector<std::string> words_of(const std::vector<std::string>& command_path,
                                                  const std::vector<std::string>& given) const {
    const toml::table* table = &table_;
    const CommandEntry* command = &tree_;
    for (const std::string& name : command_path) {
      table = (*table)[name].as_table();
      command = find_command(*command, name);
      if (table == nullptr || command == nullptr) return {};
    }
    std::vector<std::string> words;
    for (const auto& [key, node] : *table) {
      const OptionEntry* const option = option_of(*command, key.str());
      if (option == nullptr || is_given(*option, given)) continue;
      for (std::string& word : words_of(*option, node)) words.push_back(std::move(word));
    }
    return words;
  }

 private:
  [[noreturn]] void refuse(const toml::source_region& where, const std::string& why) const {
    throw UsageError("--config " + path_ + ": line " + std::to_string(where.begin.line) + ": " +
                     why);
  }

  static const OptionEntry* option_of(const CommandEntry& command, std::string_view key) {
    const std::string name = "--" + std::string{key};
    const auto found = std::ranges::find_if(command.options, [&](const OptionEntry& option) {
      return option.name == name || std::ranges::find(option.aliases, name) != option.aliases.end();
    });
    const bool usable = found != command.options.end() && name != "--help" && name != kOption &&
                        name != "--version";
    return usable ? &*found : nullptr;
  }

  static bool is_given(const OptionEntry& option, const std::vector<std::string>& given) {
    std::vector<std::string> names = option.aliases;
    names.push_back(option.name);
    if (!option.short_name.empty()) names.push_back(option.short_name);
    return std::ranges::any_of(names, [&](const std::string& name) {
      return std::ranges::find(given, name) != given.end();
    });
  }

  // A table of TOML is sorted by its keys, and the first mistake is that of the first line.
  static std::vector<std::pair<const toml::key*, const toml::node*>> in_order_of_lines(
      const toml::table& table) {
    std::vector<std::pair<const toml::key*, const toml::node*>> entries;
    for (const auto& [key, node] : table) entries.emplace_back(&key, &node);
    std::ranges::stable_sort(entries, {},
                             [](const auto& entry) { return entry.first->source().begin.line; });
    return entries;
  }

  // Returns the first command, or command within it, that has this option: "bench.latency".
  static std::string table_with(const CommandEntry& command, const std::string& path,
                                const std::string& name) {
    for (const CommandEntry& inner : command.commands) {
      std::string inner_path = path + (path.empty() ? "" : ".") + inner.name;
      if (option_of(inner, name) != nullptr) return inner_path;
      if (std::string found = table_with(inner, inner_path, name); !found.empty()) return found;
    }
    return {};
  }

  // Every key of every command must be known, and every value fit, whichever command runs.
  void check(const toml::table& table, const CommandEntry& command, const std::string& path) const {
    for (const auto& [key, entry] : in_order_of_lines(table)) {
      const toml::node& node = *entry;
      const std::string name{key->str()};
      if (const CommandEntry* const inner = find_command(command, name)) {
        const toml::table* const inside = node.as_table();
        if (inside == nullptr) refuse(node.source(), name + ": must be a table of options");
        std::string inner_path = path;
        inner_path.append(path.empty() ? "" : ".").append(name);
        check(*inside, *inner, inner_path);
        continue;
      }
      const OptionEntry* const option = option_of(command, name);
      if (option == nullptr) refuse_key(key->source(), command, path, name);
      (void)words_of(*option, node);
    }
  }

  [[noreturn]] void refuse_key(const toml::source_region& where, const CommandEntry& command,
                               const std::string& path, const std::string& name) const {
    std::vector<std::string> known;
    for (const OptionEntry& option : command.options) {
      const std::string key = option.name.substr(2);
      if (option_of(command, key) != nullptr) known.push_back(key);
    }
    for (const CommandEntry& inner : command.commands) known.push_back(inner.name);
    const auto near = nearest(name, known);
    std::string why = path.empty() ? "no command has this name" : path + " has no such option";
    if (const std::string table = table_with(command, path, name); !table.empty()) {
      why =
          "an option stands in the table of its command; put it below a line like [" + table + "]";
    } else if (near) {
      why += "; did you mean " + *near + "?";
    }
    refuse(where, name + ": " + why);
  }

  [[nodiscard]] std::vector<std::string> words_of(const OptionEntry& option,
                                                  const toml::node& node) const {
    const std::string key = option.name.substr(2);
    if (option.value.empty()) {
      const auto flag = node.value_exact<bool>();
      if (!flag) refuse(node.source(), key + ": must be true or false");
      return *flag ? std::vector{option.name} : std::vector<std::string>{};
    }
    std::vector<std::string> words;
    if (const toml::array* const list = node.as_array()) {
      for (const toml::node& one : *list) words.push_back(option.name + "=" + text_of(key, one));
    } else {
      words.push_back(option.name + "=" + text_of(key, node));
    }
    return words;
  }

  [[nodiscard]] std::string text_of(const std::string& key, const toml::node& node) const {
    if (const auto text = node.value_exact<std::string>()) return *text;
    if (const auto number = node.value_exact<int64_t>()) return std::to_string(*number);
    if (const auto number = node.value_exact<double>()) {
      std::array<char, 32> text{};
      const auto end = std::to_chars(text.data(), text.data() + text.size(), *number).ptr;
      return {text.data(), end};
    }
    if (const auto date = node.value_exact<toml::date>()) {
      std::array<char, 16> text{};
      std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", date->year, date->month, date->day);
      return text.data();
    }
    refuse(node.source(), key + ": must be a text like \"10s\", a number, or a list of these");
  }

  const std::string& path_;
  const CommandEntry& tree_;
  toml::table table_;
};

// Returns the names of commands at the beginning of the words: {"bench", "latency"}.
std::vector<std::string> command_path(const std::vector<std::string>& words,
                                      const CommandEntry& tree) {
  std::vector<std::string> path;
  const CommandEntry* command = &tree;
  for (const std::string& word : words) {
    command = find_command(*command, word);
    if (word.empty() || command == nullptr) break;
    path.push_back(word);
  }
  return path;
}

// Returns the names of all options in the words: "--rate" of "--rate=10k", "-q" of "-q".
std::vector<std::string> option_names(const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word.starts_with("--")) {
      names.push_back(word.substr(0, word.find('=')));
    } else if (word.size() > 1 && word.starts_with('-')) {
      names.push_back(word.substr(0, 2));
    }
  }
  return names;
}

}  // namespace

std::vector<std::string> with_config_file(std::vector<std::string> words,
                                          const CommandEntry& tree) {
  const auto path = take_path(words);
  if (!path) return words;
  const ConfigFile file{*path, tree};
  const std::vector<std::string> command = command_path(words, tree);
  const std::vector<std::string> more = file.words_of(command, option_names(words));
  words.insert(words.begin() + static_cast<std::ptrdiff_t>(command.size()), more.begin(),
               more.end());
  return words;
}

}  // namespace tapedeck::tools
