#include "tools/cli/man_page.hpp"

#include <array>
#include <string_view>

#include "tools/cli/examples.hpp"

namespace tapedeck::tools {
namespace {

struct CodeMeaning {
  std::string_view code, meaning;
};

constexpr std::array<CodeMeaning, 6> kExitCodes{
    {{"0", "Done."},
     {"1", "Failed at run time, or something could not be expressed (convert)."},
     {"2", "Wrong usage, or a path that cannot be opened; nothing has run."},
     {"3",
      "The input is damaged, cut short, or holds nothing that a book could use. What was right "
      "before the damage is reported all the same."},
     {"4",
      "A check or a comparison found a difference (verify, bench compare), or a benchmark is not "
      "valid (bench)."},
     {"129, 130, 143", "Ended by SIGHUP, SIGINT or SIGTERM."}}};

// Escapes text for roff: hyphens stay hyphens, and no line begins a request.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + escaped(text) + "\\fR";
}

std::string sentence(std::string_view help) {
  return escaped(help) + (help.ends_with('.') ? "" : ".");
}

std::string option_text(const OptionEntry& option) {
  std::string text = ".TP\n";
  if (!option.short_name.empty()) text += bold(option.short_name) + ", ";
  text += bold(option.name);
  if (!option.value.empty()) text += " " + italic(option.value);
  text += "\n" + sentence(option.help);
  if (option.required) text += " Required.";
  if (!option.default_value.empty()) text += " Default: " + escaped(option.default_value) + ".";
  return text + "\n";
}

std::string synopsis(const CommandEntry& command, const std::string& path) {
  if (!command.commands.empty()) {
    std::string text;
    for (const CommandEntry& inner : command.commands) {
      text += synopsis(inner, path + " " + inner.name);
    }
    return text;
  }
  std::string text = bold(path) + " [" + italic("options") + "]";
  for (const OptionEntry& option : command.options) {
    if (option.required) text += " " + bold(option.name) + " " + italic(option.value);
  }
  for (const OptionEntry& positional : command.positionals) {
    text += " " + italic(positional.name) + (positional.several ? "..." : "");
  }
  return text + "\n.br\n";
}

std::string command_text(const CommandEntry& command, const std::string& path) {
  std::string text;
  if (command.commands.empty()) {
    text += ".SS " + escaped(path) + "\n" + sentence(command.help) + "\n";
    for (const OptionEntry& positional : command.positionals) {
      text += ".TP\n" + italic(positional.name) + "\n" + sentence(positional.help) + "\n";
    }
    for (const OptionEntry& option : command.options) text += option_text(option);
    return text;
  }
  for (const CommandEntry& inner : command.commands) {
    text += command_text(inner, path + " " + inner.name);
  }
  return text;
}

}  // namespace

std::string man_page(const CommandEntry& tree, const std::string& version) {
  std::string text =
      ".TH TAPEDECK 1 \"\" \"tapedeck " + escaped(version) + "\" \"User Commands\"\n";
  text +=
      ".SH NAME\ntapedeck \\- recorded market data into order books\n"
      ".SH SYNOPSIS\n" +
      synopsis(tree, tree.name) +
      ".SH DESCRIPTION\n"
      "tapedeck turns recorded market data into order books through threads, proves the books, and "
      "writes and tells what feeds hold. Results go to standard output, everything else to "
      "standard "
      "error.\n";
  text += ".SH OPTIONS\n";
  for (const OptionEntry& option : tree.options) text += option_text(option);
  text += ".SH COMMANDS\n" + command_text(tree, tree.name);
  text += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : kExitCodes) {
    text += ".TP\n" + bold(code) + "\n" + escaped(meaning) + "\n";
  }
  text += ".SH EXAMPLES\n";
  for (const Example& example : all_examples()) {
    text += ".TP\n" + bold(example.line) + "\n" + sentence(example.what) + "\n";
  }
  text += ".SH ENVIRONMENT\n.TP\n" + bold("NO_COLOR") + "\nWhere it is set, nothing is coloured.\n";
  return text;
}

}  // namespace tapedeck::tools
