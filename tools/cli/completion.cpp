#include "tools/cli/completion.hpp"

#include <algorithm>
#include <functional>

#include "engine/core/text.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {
namespace {

// Calls `visit` with every command and its path, "tapedeck verify itch", the program's own first.
void for_each_command(const CommandEntry& command, const std::string& path,
                      const std::function<void(const CommandEntry&, const std::string&)>& visit) {
  visit(command, path);
  for (const CommandEntry& inner : command.commands) {
    for_each_command(inner, path + " " + inner.name, visit);
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// Replaces every `from` in the text by `to`, to escape characters that are special in quotes and
// shells.
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string option_names(const CommandEntry& command) {
  std::vector<std::string> names;
  for (const OptionEntry& option : command.options) {
    names.push_back(option.name);
    if (!option.short_name.empty()) names.push_back(option.short_name);
  }
  return joined(names);
}

// Returns the words allowed where no option stands: commands, and the values of positionals.
std::string words_of(const CommandEntry& command) {
  std::vector<std::string> words;
  for (const CommandEntry& inner : command.commands) words.push_back(inner.name);
  for (const OptionEntry& positional : command.positionals) {
    words.insert(words.end(), positional.choices.begin(), positional.choices.end());
  }
  return joined(words);
}

bool wants_files(const CommandEntry& command) {
  return std::ranges::any_of(command.positionals, &OptionEntry::takes_file);
}

constexpr const char* kBashHead =
    R"(# Completion of tapedeck for bash:  source <(tapedeck completion bash)
_tapedeck() {
  local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"
  local path=tapedeck words= files= index
  # bash takes --option=value apart at the sign.
  if [[ $word == "=" ]]; then word=; elif [[ $before == "=" ]]; then
    before="${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$path ${COMP_WORDS[index]}" in
)";
constexpr const char* kBashTail = R"(  esac
  COMPREPLY=()
  [[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  if [[ -n $files ]]; then
    local names
    mapfile -t names < <(compgen -f -- "$word")
    COMPREPLY+=("${names[@]}")
    compopt -o filenames 2>/dev/null || true
  fi
}
complete -F _tapedeck tapedeck
)";

std::string bash_script(const CommandEntry& tree) {
  std::string commands, values, words;
  for_each_command(tree, "tapedeck", [&](const CommandEntry& command, const std::string& path) {
    for (const CommandEntry& inner : command.commands) {
      const std::string inner_path = path + " " + inner.name;
      commands.append("      \"").append(inner_path).append("\") path=\"");
      commands.append(inner_path).append("\" ;;\n");
    }
    for (const OptionEntry& option : command.options) {
      if (option.value.empty()) continue;
      std::vector<std::string> names = option.aliases;
      names.push_back(option.name);
      if (!option.short_name.empty()) names.push_back(option.short_name);
      for (const std::string& name : names) {
        values.append("    \"").append(path).append(" ").append(name).append("\") words=\"");
        values.append(joined(option.choices)).append("\"");
        values.append(option.takes_file ? " files=1" : "").append(" ;;\n");
      }
    }
    words += "        \"" + path + "\")\n          if [[ $word == -* ]]; then words=\"" +
             option_names(command) + "\"; else words=\"" + words_of(command) + "\"" +
             (wants_files(command) ? " files=1" : "") + "; fi ;;\n";
  });
  return kBashHead + commands + "    esac\n  done\n  case \"$path $before\" in\n" + values +
         "    *)\n      case \"$path\" in\n" + words + "      esac ;;\n" + kBashTail;
}

// Returns one argument of _arguments: '--wait=[what it does]:value:(spin park)'.
std::string zsh_argument(const OptionEntry& option, bool positional) {
  const std::string help = replaced(
      replaced(replaced(replaced(option.help, "'", "'\\''"), "[", "\\["), "]", "\\]"), ":", "\\:");
  const std::string action = option.takes_file         ? "_files"
                             : !option.choices.empty() ? "(" + joined(option.choices) + ")"
                                                       : " ";
  if (positional) return (option.several ? "'*:" : "':") + option.name + ":" + action + "'";
  if (option.value.empty()) return "'" + option.name + "[" + help + "]'";
  return "'" + option.name + "=[" + help + "]:value:" + action + "'";
}

std::string zsh_function_name(const std::string& path) {
  return "_" + replaced(path, " ", "_");
}

std::string zsh_function(const CommandEntry& command, const std::string& path) {
  std::string text = zsh_function_name(path) + "() {\n  local line state\n  _arguments -C";
  for (const OptionEntry& option : command.options) {
    text += " \\\n    " + zsh_argument(option, false);
  }
  for (const OptionEntry& positional : command.positionals) {
    text += " \\\n    " + zsh_argument(positional, true);
  }
  if (command.commands.empty()) return text + "\n}\n";
  text += " \\\n    '1:command:->command' \\\n    '*::argument:->argument'\n";
  text += "  case $state in\n    command)\n      local -a commands=(";
  for (const CommandEntry& inner : command.commands) {
    text += "\n        '" + inner.name + ":" + replaced(inner.help, "'", "'\\''") + "'";
  }
  text += ")\n      _describe command commands ;;\n    argument)\n      case $line[1] in\n";
  for (const CommandEntry& inner : command.commands) {
    text += "        " + inner.name + ") " + zsh_function_name(path + " " + inner.name) + " ;;\n";
  }
  return text + "      esac ;;\n  esac\n}\n";
}

std::string zsh_script(const CommandEntry& tree) {
  std::string text =
      "#compdef tapedeck\n"
      "# Completion of tapedeck for zsh:  tapedeck completion zsh > FOLDER/_tapedeck, where\n"
      "# FOLDER is one of $fpath, or  source <(tapedeck completion zsh)  after compinit.\n";
  for_each_command(tree, "tapedeck", [&](const CommandEntry& command, const std::string& path) {
    text += zsh_function(command, path);
  });
  return text +
         "if [[ $funcstack[1] == _tapedeck ]]; then\n  _tapedeck \"$@\"\nelse\n"
         "  compdef _tapedeck tapedeck\nfi\n";
}

// Returns fish's condition for "within the command of that path, but not in one of its
// subcommands".
std::string fish_condition(const CommandEntry& command, const std::string& path) {
  std::string text;
  const std::vector<std::string> names = split(path, ' ');
  for (std::size_t at = 1; at < names.size(); ++at) {
    text += (text.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + names[at]);
  }
  if (!command.commands.empty()) {
    text +=
        (text.empty() ? "" : "; and ") + ("not __fish_seen_subcommand_from " + words_of(command));
  }
  return text;
}

std::string fish_quoted(const std::string& text) {
  return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_script(const CommandEntry& tree) {
  std::string text =
      "# Completion of tapedeck for fish:  tapedeck completion fish | source\n"
      "complete -c tapedeck -f\n";
  for_each_command(tree, "tapedeck", [&](const CommandEntry& command, const std::string& path) {
    const std::string begin =
        "complete -c tapedeck -n " + fish_quoted(fish_condition(command, path));
    for (const CommandEntry& inner : command.commands) {
      text += begin + " -a " + inner.name + " -d " + fish_quoted(inner.help) + "\n";
    }
    for (const OptionEntry& option : command.options) {
      text += begin + " -l " + option.name.substr(2);
      if (!option.short_name.empty()) text += " -s " + option.short_name.substr(1);
      if (option.takes_file) {
        text += " -r -F";
      } else if (!option.value.empty()) {
        text += option.choices.empty() ? " -x" : " -x -a " + fish_quoted(joined(option.choices));
      }
      text += " -d " + fish_quoted(option.help) + "\n";
    }
    for (const OptionEntry& positional : command.positionals) {
      text += begin +
              (positional.takes_file ? " -F" : " -a " + fish_quoted(joined(positional.choices))) +
              "\n";
    }
  });
  return text;
}

}  // namespace

std::vector<std::string> completed_shells() {
  return {"bash", "zsh", "fish"};
}

std::string completion_script(const CommandEntry& tree, const std::string& shell) {
  if (shell == "bash") return bash_script(tree);
  if (shell == "zsh") return zsh_script(tree);
  if (shell == "fish") return fish_script(tree);
  const auto near = nearest(shell, completed_shells());
  throw UsageError("completion " + shell + ": must be bash, zsh or fish" +
                   (near ? "; did you mean " + *near + "?" : ""));
}

}  // namespace tapedeck::tools
