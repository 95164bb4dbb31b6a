#include "tools/cli/option_table.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "engine/core/units.hpp"
#include "feeds/catalog/catalog.hpp"
#include "feeds/catalog/simulation.hpp"
#include "strategies/registry.hpp"

namespace tapedeck::tools {
namespace {

template <class List, class NameOf>
std::string choices_of(const List& list, NameOf name_of) {
  std::string text;
  for (const auto& entry : list) {
    if (!text.empty()) text += '|';
    text += name_of(entry);
  }
  return text;
}

// Whether a list like "a, b" has this entry. Allocates nothing, because each option asks at start.
bool has_entry(std::string_view list, std::string_view entry, std::string_view separator) {
  while (true) {
    const std::size_t end = list.find(separator);
    if (list.substr(0, end) == entry) return true;
    if (end == std::string_view::npos) return false;
    list.remove_prefix(end + separator.size());
  }
}

}  // namespace

bool is_for(const OptionRow& row, std::string_view command) {
  return has_entry(row.commands, command, ", ");
}

const OptionRow* find_option(std::string_view command, std::string_view name) {
  const auto found = std::ranges::find_if(option_rows(), [&](const OptionRow& row) {
    return has_entry(row.name, name, ",") && is_for(row, command);
  });
  return found == option_rows().end() ? nullptr : &*found;
}

std::string written_out(std::string_view text) {
  std::string out{text};
  const auto put = [&out](std::string_view token, const auto& list) {
    const std::size_t at = out.find(token);
    if (at != std::string::npos) out.replace(at, token.size(), list());
  };
  put("{formats}", [] {
    return choices_of(feeds::known_formats(), [](const std::string& name) { return name; });
  });
  put("{strategies}", [] {
    return choices_of(strategies::all_kinds(),
                      [](const strategies::StrategyKind& kind) { return kind.name; });
  });
  put("{presets}", [] {
    return choices_of(feeds::presets(), [](const feeds::PresetName& one) { return one.name; });
  });
  put("{presets and what they are}", [] {
    std::string list;
    for (const auto& [name, what] : feeds::presets()) {
      list.append(list.empty() ? "" : ", ").append(name).append(" (").append(what).append(")");
    }
    return list;
  });
  return out;
}

std::string path_of(const CLI::App& command) {
  if (command.get_parent() == nullptr) return {};
  const std::string parent = path_of(*command.get_parent());
  return parent.empty() ? command.get_name() : parent + " " + command.get_name();
}

std::string digits_of_count(const std::string& text) {
  const auto count = parse_count(text);
  return count ? std::to_string(*count) : text;
}

CLI::Option* describe(CLI::App& command, CLI::Option* option, std::string_view name) {
  const std::string path = path_of(command);
  const OptionRow* const row = find_option(path, name);
  if (row == nullptr) {
    throw std::logic_error(std::string{name} + " of `" + path + "` has no row in the table");
  }
  option->description(written_out(row->help));
  if (!row->otherwise.empty()) option->default_str(std::string{row->otherwise});
  // A flag has no placeholder.
  if (option->get_items_expected_max() > 0) option->type_name(written_out(row->value));
  return option;
}

}  // namespace tapedeck::tools
