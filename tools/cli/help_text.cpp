#include "tools/cli/help_text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "tools/cli/examples.hpp"
#include "tools/cli/option_groups.hpp"
#include "tools/cli/option_table.hpp"

namespace tapedeck::tools {
namespace {

constexpr std::size_t kTextAt = 28;  // the column where descriptions begin

// Breaks the text at blanks into lines that end before `HelpText::kWidth`. The first line begins at
// column `column`, the others at `indent`.
std::string wrapped(std::string_view text, std::size_t column, std::size_t indent) {
  std::string lines;
  bool begins = true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!begins && column + 1 + word.size() > HelpText::kWidth) {
      lines += "\n" + std::string(indent, ' ');
      column = indent;
      begins = true;
    }
    if (!begins) lines += ' ';
    lines += word;
    column += word.size() + (begins ? 0 : 1);
    begins = false;
  }
  return lines;
}

// Writes a name, and beside it or below it the text.
std::string entry(const std::string& name, const std::string& text) {
  const std::string begin = "  " + name;
  if (text.empty()) return begin + "\n";
  const std::size_t used = begin.size() + 2;
  const std::string gap =
      used <= kTextAt ? std::string(kTextAt - begin.size(), ' ') : "\n" + std::string(kTextAt, ' ');
  return begin + gap + wrapped(text, kTextAt, kTextAt) + "\n";
}

}  // namespace

std::string HelpText::make_description(const CLI::App* app) const {
  return wrapped(app->get_description(), 0, 0) + "\n";
}

std::string HelpText::make_help(const CLI::App* app, std::string name,
                                CLI::AppFormatMode mode) const {
  std::string text =
      make_description(app) + make_usage(app, std::move(name)) + make_positionals(app);
  for (const std::string_view title : kOptionGroups) {
    const auto options = app->get_options([&](const CLI::Option* option) {
      return option->get_group() == title && option->nonpositional();
    });
    if (!options.empty()) text += make_group(std::string{title}, false, options);
  }
  return text + make_subcommands(app, mode) + "\n" + make_footer(app);
}

std::string HelpText::make_option_opts(const CLI::Option* option) const {
  std::string text;
  if (!option->get_type_name().empty()) text += " " + option->get_type_name();
  const std::string value = option->get_default_str();
  if (option->get_type_size() > 0 && !value.empty()) text += " [" + value + "]";
  if (option->get_expected_max() == CLI::detail::expected_max_vector_size) text += " ...";
  return option->get_required() ? text + " REQUIRED" : text;
}

std::string HelpText::make_option(const CLI::Option* option, bool is_positional) const {
  return entry(make_option_name(option, is_positional) + make_option_opts(option),
               make_option_desc(option));
}

std::string HelpText::make_subcommand(const CLI::App* app) const {
  return entry(app->get_name(), app->get_description());
}

void finish_help(CLI::App& app) {
  const std::string path = path_of(app);
  for (CLI::Option* const option : app.get_options()) {
    if (option->get_positional() || option->get_lnames().empty()) continue;
    const std::string_view group = group_of(path, "--" + option->get_lnames().front());
    if (!group.empty()) option->group(std::string{group});
  }
  app.footer(examples_text(path));
  for (CLI::App* const command : app.get_subcommands(nullptr)) finish_help(*command);
}

}  // namespace tapedeck::tools
