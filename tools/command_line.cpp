#include "tools/command_line.hpp"

#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "engine/core/text.hpp"
#include "tools/command_tree.hpp"
#include "tools/completion.hpp"
#include "tools/convert.hpp"
#include "tools/inspect.hpp"
#include "tools/man_page.hpp"
#include "tools/output.hpp"
#include "tools/replay.hpp"
#include "tools/verify.hpp"
#include "tools/version.hpp"

namespace tapedeck::tools {
namespace {

void add_run_options(CLI::App& command, RunOptions& run) {
  command
      .add_option("--shards", run.shards, "Shard threads, 0 to 64; 0: one thread does everything")
      ->capture_default_str();
  command.add_option("--shard-map", run.shard_map, "File of 'symbol shard' lines");
  command.add_option("--batch", run.batch, "Events a batch holds, 1 to 1024")
      ->capture_default_str();
  command.add_option("--pin", run.pin, "Pin threads: auto, none, or cores like 0,1")
      ->capture_default_str();
  command.add_option("--wait", run.wait, "What idle threads do: spin, yield, park, auto")
      ->capture_default_str();
  command.add_option("--queue-full", run.queue_full, "When shards lag: block or drop")
      ->capture_default_str();
  command.add_option("--digest", run.digest, "flow: also hash every event's effect");
  command.add_option("--snapshot-every", run.snapshot_every,
                     "Snapshots by exchange time, every 1s, 250ms, ...");
  command.add_option("--depth", run.depth, "Levels a side in snapshots")->capture_default_str();
  command.add_option("--out", run.out, "Where snapshots go: FILE.csv");
  command.add_option("--state", run.state, "Write how every instrument ended to FILE.csv");
  command.add_flag("--json", run.json, "Results as one JSON object on stdout");
  command.add_flag("--quiet", run.quiet, "No live line while it runs");
}

void add_input_options(CLI::App& command, ReplayOptions& options) {
  command.add_option("PATH", options.paths, "Files, read one after another; - is standard input")
      ->required();
  command.add_option("--format", options.format,
                     "Skip the look at the content: itch50, pcap, lobster");
  command.add_option("--symbol", options.symbol,
                     "LOBSTER: the instrument, if the file's name does not begin with it");
  command.add_option("--orderbook", options.orderbook,
                     "LOBSTER: the book file, which completes the stream");
  command.add_option("--framing", options.framing, "ITCH files: length, or type to ignore lengths")
      ->capture_default_str();
  command.add_option("--date", options.date, "Day of the recording, YYYY-MM-DD");
  command.add_option("--symbols", options.symbols, "Only these instruments: A,B,...")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void add_replay(CLI::App& app, ReplayOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = app.add_subcommand("replay",
                                               "Turn recorded feeds into order books: ITCH 5.0 "
                                               "files, captures, LOBSTER (raw, .gz, .zst, .zip)");
  add_input_options(*command, options);
  command->add_flag("--parallel", options.parallel, "Every path a line of its own");
  command->add_flag("--require-complete", options.require_complete,
                    "An end without the closing message is an error");
  add_run_options(*command, options.run);
  command->callback([&options, &chosen] { chosen = [&options] { return replay(options); }; });
}

void add_convert(CLI::App& app, ConvertOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("convert", "Write recorded feeds as one ITCH 5.0 file");
  add_input_options(*command, options.input);
  command
      ->add_option("--out", options.out,
                   "The file to write: FILE.itch, or FILE.itch.gz or .itch.zst to compress it")
      ->required();
  command->add_flag("--json", options.json, "Results as one JSON object on stdout");
  command->add_flag("--quiet", options.quiet, "No live line while it runs");
  command->callback([&options, &chosen] { chosen = [&options] { return convert(options); }; });
}

void add_inspect(CLI::App& app, InspectOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = app.add_subcommand(
      "inspect", "Tell what recorded feeds hold: types, times, instruments, damage");
  add_input_options(*command, options.input);
  command->add_flag("--parallel", options.input.parallel, "Every path a line of its own");
  command->add_flag("--json", options.json, "Results as one JSON object on stdout");
  command->add_flag("--quiet", options.quiet, "No live line while it runs");
  command->callback([&options, &chosen] { chosen = [&options] { return inspect(options); }; });
}

// Both are made of the tree that they are part of.
void add_self_description(CLI::App& app, std::string& shell, std::function<ExitCode()>& chosen) {
  CLI::App* const completion = app.add_subcommand(
      "completion", "Print a completion script: source <(tapedeck completion bash)");
  completion->add_option("SHELL", shell, "bash, zsh or fish")->required();
  completion->callback([&app, &shell, &chosen] {
    chosen = [&app, &shell] {
      std::cout << completion_script(tree_of(app), shell);
      flush_results();
      return ExitCode::done;
    };
  });
  CLI::App* const man = app.add_subcommand("man", "Print the manual page: tapedeck man | man -l -");
  man->callback([&app, &chosen] {
    chosen = [&app] {
      std::cout << man_page(tree_of(app), kVersion);
      flush_results();
      return ExitCode::done;
    };
  });
}

struct VerifyOptions {
  VerifyItchOptions itch;
  VerifyLobsterOptions lobster;
};

void add_verify(CLI::App& app, VerifyOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("verify", "Prove the books: against a slow reference, or exchange data");
  command->require_subcommand(1);
  CLI::App* const itch = command->add_subcommand(
      "itch", "The engine against the reference book, message by message, on a recorded feed");
  add_input_options(*itch, options.itch.input);
  itch->add_option("--plant", options.itch.plant, "Plant a fault to see it found: reversed-queue");
  itch->add_flag("--json", options.itch.json, "The verdict as one JSON object on stdout");
  itch->callback([&] { chosen = [&options] { return verify_itch_command(options.itch); }; });

  CLI::App* const lobster = command->add_subcommand(
      "lobster", "The engine against the exchange's own book, after every row of a LOBSTER file");
  lobster->add_option("--messages", options.lobster.messages, "Message file, or the .zip with both")
      ->required();
  lobster->add_option("--orderbook", options.lobster.orderbook, "Book file");
  lobster->add_option("--symbol", options.lobster.symbol, "The instrument");
  lobster->add_option("--plant", options.lobster.plant,
                      "Plant a fault to see it found: size@ROW, ignore-deletes, swap-side");
  lobster->add_flag("--json", options.lobster.json, "The verdict as one JSON object on stdout");
  lobster->callback(
      [&] { chosen = [&options] { return verify_lobster_command(options.lobster); }; });
}

std::vector<std::string> names_within(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  return names;
}

// What CLI11 found wrong, with the nearest name that would have been right.
int usage_error(const CLI::App& app, const CLI::ParseError& error) {
  std::string text = error.what();
  const CLI::App* where = &app;
  std::string command = "tapedeck";
  while (!where->get_subcommands().empty()) {
    where = where->get_subcommands().front();
    command += " " + where->get_name();
  }
  // What is missing may be there under a name that was mistyped.
  const std::vector<std::string> extras = where->remaining(true);
  const bool missing = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  const bool mistyped = missing && !extras.empty() && extras.front().starts_with("-");
  if (mistyped || dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const std::string stray =
        extras.empty() ? "" : extras.front().substr(0, extras.front().find('='));
    text = "unknown " + std::string{stray.starts_with("-") ? "option" : "command"} + ": " + stray;
    if (const auto near = nearest(stray, names_within(*where)))
      text += "; did you mean " + *near + "?";
  }
  std::cerr << "tapedeck: " << text << "\n"
            << "See `" << command << " --help`.\n";
  return static_cast<int>(ExitCode::usage);
}

ExitCode parse_and_run(std::span<char*> arguments) {
  CLI::App app{"tapedeck: recorded market data into order books, through threads", "tapedeck"};
  app.set_version_flag("--version", std::string{"tapedeck "} + kVersion);
  app.require_subcommand(0, 1);
  std::function<ExitCode()> chosen;
  ReplayOptions replay_options;
  add_replay(app, replay_options, chosen);
  ConvertOptions convert_options;
  add_convert(app, convert_options, chosen);
  InspectOptions inspect_options;
  add_inspect(app, inspect_options, chosen);
  VerifyOptions verify_options;
  add_verify(app, verify_options, chosen);
  std::string shell;
  add_self_description(app, shell, chosen);
  name_option_values(app);
  try {
    app.parse(static_cast<int>(arguments.size()), arguments.data());
  } catch (const CLI::CallForHelp& help) {
    app.exit(help);
    return ExitCode::done;
  } catch (const CLI::CallForAllHelp& help) {
    app.exit(help);
    return ExitCode::done;
  } catch (const CLI::CallForVersion& version) {
    app.exit(version);
    return ExitCode::done;
  } catch (const CLI::ParseError& error) {
    return static_cast<ExitCode>(usage_error(app, error));
  }
  if (!chosen) {
    std::cerr << app.help();
    return ExitCode::usage;
  }
  return chosen();
}

}  // namespace

ExitCode run_command_line(std::span<char*> arguments) {
  auto log = spdlog::stderr_color_mt(
      "tapedeck", no_colour() ? spdlog::color_mode::never : spdlog::color_mode::automatic);
  log->set_pattern("tapedeck: %^%l%$: %v");
  spdlog::set_default_logger(log);
  try {
    const ExitCode code = parse_and_run(arguments);
    return code;
  } catch (const UsageError& error) {
    std::cerr << "tapedeck: " << error.what() << "\n";
    return ExitCode::usage;
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
    return ExitCode::failed;
  }
}

}  // namespace tapedeck::tools
