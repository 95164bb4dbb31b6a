#include "tools/commands.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "engine/core/text.hpp"
#include "engine/core/version.hpp"
#include "strategies/registry.hpp"
#include "tools/batch/batch.hpp"
#include "tools/book/book_at.hpp"
#include "tools/cat/cat.hpp"
#include "tools/cli/command_options.hpp"
#include "tools/cli/command_tree.hpp"
#include "tools/cli/completion.hpp"
#include "tools/cli/help_text.hpp"
#include "tools/cli/man_page.hpp"
#include "tools/cli/option_table.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/convert/convert.hpp"
#include "tools/diff/diff.hpp"
#include "tools/doctor/doctor.hpp"
#include "tools/inspect/inspect.hpp"
#include "tools/lab/bench_commands.hpp"
#include "tools/replay/replay.hpp"
#include "tools/simulate/simulate.hpp"
#include "tools/symbols/symbols.hpp"
#include "tools/verify/verify.hpp"

namespace tapedeck::tools {
namespace {

std::string unknown_command(const std::string& name, const CLI::App& app) {
  std::vector<std::string> known;
  for (const CLI::App* const inner : app.get_subcommands(nullptr)) {
    known.push_back(inner->get_name());
  }
  const auto near = nearest(name, known);
  return "unknown command: " + name + (near ? "; did you mean " + *near + "?" : "");
}

void add_limit_options(CLI::App& command, RunOptions& run) {
  add(command, "--max-orders", run.max_orders);
  add(command, "--max-levels", run.max_levels);
  add(command, "--max-memory", run.max_memory);
}

void add_finding_options(CLI::App& command, RunOptions& run) {
  add(command, "--fail-on", run.fail_on)->delimiter(',');
  add(command, "--strict", run.strict);
}

void add_run_options(CLI::App& command, RunOptions& run) {
  add(command, "--shards", run.shards);
  add(command, "--shard-map", run.shard_map);
  add_thread_options(command, run);
  add(command, "--queue-full", run.queue_full);
  add(command, "--digest", run.digest);
  add_snapshot_options(command, run);
  add_snapshot_file_options(command, run);
  add_limit_options(command, run);
  add(command, "--strategy", run.strategies);
  add(command, "--report-every", run.report_every);
  add_finding_options(command, run);
  add(command, "--state", run.state);
  add(command, "--json", run.json);
  add(command, "--quiet", run.quiet);
}

void add_replay(CLI::App& app, ReplayOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("replay",
                         "Turn recorded feeds into order books: ITCH 5.0 "
                         "files, captures, LOBSTER, DBN (raw, .gz, .zst, .zip), tapes");
  add_input_options(*command, options);
  add(*command, "--parallel", options.parallel);
  add(*command, "--tz", options.tz);
  add(*command, "--from", options.from);
  add(*command, "--to", options.to);
  add(*command, "--speed", options.speed);
  add(*command, "--follow", options.follow);
  add(*command, "--record", options.record.path);
  add_tape_options(*command, options.record);
  add(*command, "--require-complete", options.require_complete);
  add_run_options(*command, options.run);
  command->callback([&options, &chosen] { chosen = [&options] { return replay(options); }; });
}

void add_batch(CLI::App& app, BatchOptions& options, std::function<ExitCode()>& chosen) {
  options.each.run.shards = "0";  // many files at once already keep the cores busy
  CLI::App* const command = app.add_subcommand(
      "batch", "Many recorded files at once, each by an engine of its own; results per file");
  add(*command, "PATH", options.each.paths)->required();
  add(*command, "--out-dir", options.out_dir)->required();
  add_limit_options(*command, options.each.run);
  add(*command, "--jobs", options.jobs);
  add_reading_options(*command, options.each);
  add(*command, "--require-complete", options.each.require_complete);
  add_finding_options(*command, options.each.run);
  RunOptions& run = options.each.run;
  add(*command, "--shards", run.shards);
  add(*command, "--digest", run.digest);
  add_snapshot_options(*command, run);
  add(*command, "--as", options.snapshots);
  add(*command, "--strategy", run.strategies);
  add(*command, "--state", options.state);
  add(*command, "--json", run.json);
  add(*command, "--quiet", run.quiet);
  command->callback([&options, &chosen] { chosen = [&options] { return batch(options); }; });
}

void add_simulate(CLI::App& app, SimulateOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("simulate", "A simulated market: generated, matched, booked and shown");
  add(*command, "--model", options.model);
  add(*command, "--preset", options.preset);
  add(*command, "--instruments", options.instruments);
  add(*command, "--venues", options.venues);
  add(*command, "--rate", options.rate);
  add(*command, "--speed", options.speed);
  add(*command, "--duration", options.duration);
  add(*command, "--events", options.events);
  add(*command, "--seed", options.seed);
  add(*command, "--date", options.date);
  add(*command, "--record", options.record.path);
  add_tape_options(*command, options.record);
  add_run_options(*command, options.run);
  command->callback([&options, &chosen] { chosen = [&options] { return simulate(options); }; });
}

void add_row_options(CLI::App& command, RowOptions& rows) {
  add(command, "--kinds", rows.kinds)->delimiter(',');
  add(command, "--as-sent", rows.as_sent);
}

void add_cat(CLI::App& app, CatOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("cat", "Print the events of recorded feeds: as text, CSV or JSON lines");
  add_input_options(*command, options.input);
  add(*command, "--tz", options.input.tz);
  add(*command, "--from", options.input.from);
  add(*command, "--to", options.input.to);
  add_row_options(*command, options.rows);
  add(*command, "--limit", options.limit);
  add(*command, "--as", options.as);
  add(*command, "--quiet", options.quiet);
  command->callback([&options, &chosen] { chosen = [&options] { return cat(options); }; });
}

void add_symbols(CLI::App& app, SymbolsOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = app.add_subcommand(
      "symbols", "List all instruments of recorded feeds, with counts of their messages");
  add_input_options(*command, options.input);
  add(*command, "--tz", options.input.tz);
  add(*command, "--parallel", options.input.parallel);
  add_finding_options(*command, options.input.run);
  add(*command, "--json", options.json);
  add(*command, "--quiet", options.quiet);
  command->callback([&options, &chosen] { chosen = [&options] { return symbols(options); }; });
}

void add_convert(CLI::App& app, ConvertOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("convert", "Write recorded feeds as one file of another format");
  add_input_options(*command, options.input);
  add(*command, "--tz", options.input.tz);
  add(*command, "--from", options.input.from);
  add(*command, "--to", options.input.to);
  add_row_options(*command, options.rows);
  add(*command, "--out", options.out)->required()->transform(standard_output_for_dash);
  add(*command, "--as", options.as);
  add(*command, "--force", options.tape.force);
  add(*command, "--compress", options.tape.compress);
  add(*command, "--checkpoints", options.tape.checkpoints);
  add_finding_options(*command, options.input.run);
  add(*command, "--json", options.json);
  add(*command, "--quiet", options.quiet);
  command->callback([&options, &chosen] { chosen = [&options] { return convert(options); }; });
}

void add_inspect(CLI::App& app, InspectOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = app.add_subcommand(
      "inspect", "Show what recorded feeds hold: types, times, instruments, damage");
  add_input_options(*command, options.input);
  add(*command, "--tz", options.input.tz);
  add(*command, "--parallel", options.input.parallel);
  add_finding_options(*command, options.input.run);
  add(*command, "--json", options.json);
  add(*command, "--quiet", options.quiet);
  command->callback([&options, &chosen] { chosen = [&options] { return inspect(options); }; });
}

void add_book(CLI::App& app, BookAtOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("book", "Show one instrument's book as it was at some moment");
  add(*command, "PATH", options.input.paths)->required();
  add(*command, "--orderbook", options.input.orderbook);
  add_reading_options(*command, options.input);
  add(*command, "--tz", options.input.tz);
  add(*command, "--at", options.at);
  add(*command, "--depth", options.depth);
  add(*command, "--orders", options.orders);
  add_finding_options(*command, options.input.run);
  add(*command, "--json", options.json);
  add(*command, "--quiet", options.quiet);
  command->callback([&options, &chosen] { chosen = [&options] { return book_at(options); }; });
}

void add_diff(CLI::App& app, DiffOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = app.add_subcommand(
      "diff", "Find the first event, and the first book, in which two recordings differ");
  options.input.paths.resize(2);
  add(*command, "A", options.input.paths[0])->required();
  add(*command, "B", options.input.paths[1])->required();
  add_reading_options(*command, options.input);
  add(*command, "--tz", options.input.tz);
  add(*command, "--whole", options.whole);
  add_finding_options(*command, options.input.run);
  add(*command, "--json", options.json);
  command->callback([&options, &chosen] { chosen = [&options] { return diff(options); }; });
}

void add_doctor(CLI::App& app, DoctorOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = app.add_subcommand(
      "doctor", "Examine this computer, measure it for a second, and say how to run here");
  add(*command, "--watch", options.watch);
  add(*command, "--json", options.json);
  command->callback([&options, &chosen] { chosen = [&options] { return doctor(options); }; });
}

// Adds `completion` and `man`, which are generated from the tree of commands that contains them.
void add_self_description(CLI::App& app, std::string& shell, std::function<ExitCode()>& chosen) {
  CLI::App* const completion = app.add_subcommand(
      "completion", "Print a completion script: source <(tapedeck completion bash)");
  add(*completion, "SHELL", shell)->required();
  completion->callback([&app, &shell, &chosen] {
    chosen = [&app, &shell] {
      print_results(completion_script(tree_of(app), shell));
      return ExitCode::done;
    };
  });
  CLI::App* const man = app.add_subcommand("man", "Print the manual page: tapedeck man | man -l -");
  man->callback([&app, &chosen] {
    chosen = [&app] {
      print_results(man_page(tree_of(app), kVersion));
      return ExitCode::done;
    };
  });
}

void add_help(CLI::App& app, std::vector<std::string>& path, std::function<ExitCode()>& chosen) {
  CLI::App* const command = app.add_subcommand("help", "Print the help of a command");
  add(*command, "COMMAND", path);
  command->callback([&app, &path, &chosen] {
    chosen = [&app, &path] {
      const CLI::App* of = &app;
      std::string title = app.get_name();
      for (const std::string& name : path) {
        const auto commands = of->get_subcommands(nullptr);
        const auto inner = std::ranges::find(commands, name, &CLI::App::get_name);
        if (inner == commands.end()) throw UsageError(unknown_command(name, *of));
        of = *inner;
        title += " " + name;
      }
      finish_help(app);
      print_results(of->get_formatter()->make_help(of, title, CLI::AppFormatMode::Normal));
      return ExitCode::done;
    };
  });
}

// Adds what every command that has options takes. --config is read before the command line is
// parsed, see with_config_file().
void add_general(CLI::App& app, std::string& config, LogOptions& log) {
  for (CLI::App* const command : app.get_subcommands(nullptr)) {
    add_general(*command, config, log);
    if (find_option(path_of(*command), "--config") == nullptr) continue;
    add(*command, "--log-level", log.level);
    add(*command, "--log-file", log.file);
    add(*command, "--config", config);
  }
}

void add_verify(CLI::App& app, VerifyOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = app.add_subcommand(
      "verify", "Prove the books: against a slow reference, or against exchange data");
  command->require_subcommand(1);
  CLI::App* const itch = command->add_subcommand(
      "itch", "The engine against the reference book, message by message, on a recorded feed");
  add_input_options(*itch, options.itch.input);
  add(*itch, "--plant", options.itch.plant);
  add_finding_options(*itch, options.itch.input.run);
  add(*itch, "--json", options.itch.json);
  itch->callback([&] { chosen = [&options] { return verify_itch_command(options.itch); }; });

  CLI::App* const lobster = command->add_subcommand(
      "lobster", "The engine against the exchange's own book, after every row of a LOBSTER file");
  add(*lobster, "--messages", options.lobster.messages)->required();
  add(*lobster, "--orderbook", options.lobster.orderbook);
  add(*lobster, "--symbol", options.lobster.symbol);
  add(*lobster, "--plant", options.lobster.plant);
  add(*lobster, "--json", options.lobster.json);
  lobster->callback(
      [&] { chosen = [&options] { return verify_lobster_command(options.lobster); }; });
}

void add_strategies(CLI::App& app, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("strategies", "List the strategies, their options and their outputs");
  command->callback([&chosen] {
    chosen = [] {
      print_results(strategies::described());
      return ExitCode::done;
    };
  });
}

}  // namespace

struct Commands::Options {
  ReplayOptions replay;
  BatchOptions batch;
  SimulateOptions simulate;
  CatOptions cat;
  SymbolsOptions symbols;
  ConvertOptions convert;
  InspectOptions inspect;
  BookAtOptions book;
  DiffOptions diff;
  VerifyOptions verify;
  BenchOptions bench;
  DoctorOptions doctor;
  std::vector<std::string> help;
  std::string shell;
  std::string config;
};

Commands::Commands(CLI::App& app) : options_(std::make_unique<Options>()) {
  add_replay(app, options_->replay, chosen_);
  add_batch(app, options_->batch, chosen_);
  add_simulate(app, options_->simulate, chosen_);
  add_cat(app, options_->cat, chosen_);
  add_symbols(app, options_->symbols, chosen_);
  add_convert(app, options_->convert, chosen_);
  add_inspect(app, options_->inspect, chosen_);
  add_book(app, options_->book, chosen_);
  add_diff(app, options_->diff, chosen_);
  add_verify(app, options_->verify, chosen_);
  add_bench(app, options_->bench, chosen_);
  add_doctor(app, options_->doctor, chosen_);
  add_strategies(app, chosen_);
  add_help(app, options_->help, chosen_);
  add_self_description(app, options_->shell, chosen_);
  add_general(app, options_->config, log_);
}

Commands::~Commands() = default;

}  // namespace tapedeck::tools
