#include "tools/command_line.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>
#include <new>
#include <sstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "engine/core/version.hpp"
#include "tools/cli/activity.hpp"
#include "tools/cli/command_tree.hpp"
#include "tools/cli/config_file.hpp"
#include "tools/cli/help_text.hpp"
#include "tools/cli/log.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/commands.hpp"

namespace tapedeck::tools {
namespace {

std::vector<std::string> names_within(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  return names;
}

// Returns the text for a value that is no number. CLI11 writes "Could not convert: --depth = x".
std::string conversion_text(std::string text) {
  constexpr std::string_view kBegin = "Could not convert: ";
  if (text.starts_with(kBegin)) text.erase(0, kBegin.size());
  if (const auto at = text.find(" = "); at != std::string::npos) text.replace(at, 3, " ");
  return text + ": must be a whole number like 5 or 1k that is not too large";
}

// Returns the text for an option with too few or too many values. CLI11 writes "--depth: 1 required
// N missing" and "--depth: At Most 1 required but received 2".
std::string mismatch_text(const std::string& text) {
  const std::string name = text.substr(0, text.find(": "));
  if (text.find("At Most 1 required") != std::string::npos)
    return name + ": given twice; give it once";
  std::string why = name + ": needs a value";
  if (text.find("|@N") != std::string::npos) {
    why += "; a shell takes #1000 for a comment: write @1000, or '#1000'";
  }
  return why;
}

// Reports CLI11's error, with the nearest valid name.
int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string text = error.what();
  const CLI::App* where = &app;
  std::string command = "tapedeck";
  while (!where->get_subcommands().empty()) {
    where = where->get_subcommands().front();
    command += " " + where->get_name();
  }
  // A missing option may be there under a mistyped name.
  const std::vector<std::string> extras = where->remaining(true);
  const bool missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  const bool mistyped = missing && !extras.empty() && extras.front().starts_with("-");
  if (mistyped || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const std::string stray =
        extras.empty() ? "" : extras.front().substr(0, extras.front().find('='));
    const bool option = stray.starts_with("-");
    const bool takes_commands = !where->get_subcommands(nullptr).empty();
    text = (option           ? "unknown option: "
            : takes_commands ? "unknown command: "
                             : "unexpected argument: ") +
           stray;
    const auto near = nearest(stray, names_within(*where));
    if (near && (option || takes_commands)) text += "; did you mean " + *near + "?";
  } else if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
    text = conversion_text(text);
  } else if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    text = mismatch_text(text);
  } else if (!where->get_subcommands(nullptr).empty()) {
    std::string list;
    for (const CLI::App* inner : where->get_subcommands(nullptr)) {
      list += (list.empty() ? "" : ", ") + inner->get_name();
    }
    text += ": " + list;
  }
  std::cerr << "tapedeck: " << harmless(text) << "\n"
            << "See `" << command << " --help`.\n";
  return static_cast<int>(ExitCode::usage);
}

bool names_config_file(const std::vector<std::string>& words) {
  return std::ranges::any_of(words,
                             [](const std::string& word) { return word.starts_with("--config"); });
}

ExitCode parse_and_run(std::span<char*> arguments) {
  const Activity activity{"reading the command line"};
  CLI::App app{"tapedeck: recorded market data into order books, through threads", "tapedeck"};
  app.formatter(std::make_shared<HelpText>());
  app.set_version_flag("-V,--version", std::string{"tapedeck "} + kVersion,
                       "Print the version and exit");
  app.require_subcommand(0, 1);
  const Commands commands{app};
  std::vector<std::string> words{
      arguments.begin() + std::min<std::ptrdiff_t>(1, std::ssize(arguments)), arguments.end()};
  if (names_config_file(words)) words = with_config_file(std::move(words), tree_of(app));
  try {
    std::ranges::reverse(words);  // as CLI11 takes them
    app.parse(std::move(words));
  } catch (const CLI::Success& asked) {  // --help or --version
    const std::vector<std::string> strays = app.remaining(true);
    if (!strays.empty()) return static_cast<ExitCode>(usage_error(app, CLI::ExtrasError{strays}));
    finish_help(app);
    std::ostringstream text;
    text.exceptions(std::ios::badbit);  // else a stream hides that memory ran out
    app.exit(asked, text, text);
    print_results(text.str());
    return ExitCode::done;
  } catch (const CLI::ParseError& error) {
    return static_cast<ExitCode>(usage_error(app, error));
  }
  if (!commands.chosen()) {
    finish_help(app);
    std::cerr << app.help();
    return ExitCode::usage;
  }
  require_standard_output();
  set_log(commands.log());
  return commands.chosen()();
}

ExitCode wrong_usage(const std::string& text) {
  std::cerr << "tapedeck: " << harmless(text) << "\n";
  return ExitCode::usage;
}

}  // namespace

ExitCode run_command_line(std::span<char*> arguments) {
  try {
    start_log();
    return parse_and_run(arguments);
  } catch (const UsageError& error) {
    return wrong_usage(error.what());
  } catch (const ConfigError& error) {
    return wrong_usage(with_flags(error));
  } catch (const DamagedInput& error) {
    spdlog::error("{}", error.what());
    return ExitCode::damaged_input;
  } catch (const std::bad_alloc&) {
    say_out_of_memory(Activity::now());
    return ExitCode::failed;
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
    return ExitCode::failed;
  }
}

}  // namespace tapedeck::tools
