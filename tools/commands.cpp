#include "tools/commands.hpp"

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "engine/core/version.hpp"
#include "strategies/registry.hpp"
#include "tools/batch/batch.hpp"
#include "tools/book/book_at.hpp"
#include "tools/cli/command_options.hpp"
#include "tools/cli/command_tree.hpp"
#include "tools/cli/completion.hpp"
#include "tools/cli/man_page.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/convert/convert.hpp"
#include "tools/diff/diff.hpp"
#include "tools/doctor/doctor.hpp"
#include "tools/inspect/inspect.hpp"
#include "tools/lab/bench_commands.hpp"
#include "tools/replay/replay.hpp"
#include "tools/simulate/simulate.hpp"
#include "tools/verify/verify.hpp"

namespace tapedeck::tools {
namespace {

void add_shards_option(CLI::App& command, RunOptions& run) {
  command
      .add_option("--shards", run.shards, "Shard threads, 0 to 64; 0: one thread does everything")
      ->capture_default_str();
}

void add_snapshot_options(CLI::App& command, RunOptions& run) {
  command.add_option("--snapshot-every", run.snapshot_every,
                     "Snapshots by exchange time, every 1s, 250ms, ...");
  command.add_option("--depth", run.depth, "Levels a side in snapshots")->capture_default_str();
}

void add_strategy_option(CLI::App& command, RunOptions& run) {
  command
      .add_option("--strategy", run.strategies,
                  "Signals on every book, NAME[:key=value,...], repeatable: " +
                      strategies::list_of_names() + "; see `tapedeck strategies`")
      ->allow_extra_args(false);
}

void add_limit_options(CLI::App& command, RunOptions& run) {
  command.add_option("--max-orders", run.max_orders,
                     "Stop, exit 1, when so many orders are live: 50M, ... [200M]");
  command.add_option("--max-levels", run.max_levels,
                     "Stop, exit 1, when there are so many price levels [50M]");
  command.add_option("--max-memory", run.max_memory,
                     "Stop, exit 1, when the books take so much: 500MiB, 8GiB, ... [four fifths of "
                     "the machine's, or of its control group's]");
}

void add_run_options(CLI::App& command, RunOptions& run) {
  add_shards_option(command, run);
  command.add_option("--shard-map", run.shard_map, "File of 'symbol shard' lines");
  add_thread_options(command, run);
  command.add_option("--queue-full", run.queue_full, "When shards lag: block or drop")
      ->capture_default_str();
  command.add_option("--digest", run.digest, "flow: also hash every event's effect");
  add_snapshot_options(command, run);
  command.add_option("--out", run.out, "Where snapshots go: FILE.csv, .jsonl, .npy or .parquet");
  command
      .add_option("--snapshot-full", run.snapshot_full,
                  "When snapshots are taken slower than they are made: block, or skip some")
      ->capture_default_str();
  add_limit_options(command, run);
  add_strategy_option(command, run);
  command.add_option("--report-every", run.report_every,
                     "Tell of rates and the busiest books, every 1s, 500ms, ...");
  command.add_option("--state", run.state, "Write how every instrument ended to FILE.csv");
  command.add_flag("--json", run.json, "Results as one JSON object on stdout");
  command.add_flag("--quiet", run.quiet, "No live line while it runs");
}

void add_replay(CLI::App& app, ReplayOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("replay",
                         "Turn recorded feeds into order books: ITCH 5.0 "
                         "files, captures, LOBSTER, DBN (raw, .gz, .zst, .zip), tapes");
  add_input_options(*command, options);
  command->add_flag("--parallel", options.parallel, "Every path a channel of its own");
  command->add_option("--from", options.from,
                      "Begin at a time like 10:31:07.5, or message #N: what lies before is applied "
                      "at once and not shown");
  command->add_option("--to", options.to, "End before that time, or message #N");
  command->add_option("--speed", options.speed,
                      "As it was recorded times a factor, like 1, 10 or 0.5; max: no pacing [max]");
  command->add_flag("--follow", options.follow,
                    "Tapes that are still being written: wait for more");
  command->add_option(
      "--record", options.record.path,
      "Put what is read on a tape, FILE.tape; of several channels on FILE.0.tape, ...");
  add_tape_options(*command, options.record);
  command->add_flag("--require-complete", options.require_complete,
                    "An end without the closing message is an error");
  add_run_options(*command, options.run);
  command->callback([&options, &chosen] { chosen = [&options] { return replay(options); }; });
}

void add_batch(CLI::App& app, BatchOptions& options, std::function<ExitCode()>& chosen) {
  options.each.run.shards = "0";  // many files at once already keep the cores busy
  CLI::App* const command = app.add_subcommand(
      "batch", "Many recorded files at once, each by an engine of its own; results per file");
  command
      ->add_option("PATH", options.each.paths,
                   "Files, and folders: the files in them that are of a known format")
      ->required();
  command
      ->add_option("--out-dir", options.out_dir,
                   "Folder for summary.json and NAME.json of every file; made if it is not there")
      ->required();
  add_limit_options(*command, options.each.run);
  command->add_option("--jobs", options.jobs, "Files at a time, 1 to 64; auto: as many as cores")
      ->capture_default_str();
  add_reading_options(*command, options.each);
  command->add_flag("--require-complete", options.each.require_complete,
                    "An end without the closing message is an error");
  RunOptions& run = options.each.run;
  add_shards_option(*command, run);
  command->add_option("--digest", run.digest, "flow: also hash every event's effect");
  add_snapshot_options(*command, run);
  command->add_option(
      "--snapshots", options.snapshots,
      "Their format, csv, jsonl, npy or parquet [csv]: in NAME.snapshots.csv and so on");
  add_strategy_option(*command, run);
  command->add_flag("--state", options.state,
                    "Write how every instrument ended to NAME.state.csv of every file");
  command->add_flag("--json", run.json, "The summary of all as one JSON object on stdout");
  command->add_flag("--quiet", run.quiet, "No live line while it runs");
  command->callback([&options, &chosen] { chosen = [&options] { return batch(options); }; });
}

void add_simulate(CLI::App& app, SimulateOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("simulate", "A made-up market, matched, booked and shown as it runs");
  command
      ->add_option("--model", options.model,
                   "zero-intelligence, or with :limit=,market=,cancel=,band=,size=")
      ->capture_default_str();
  std::string presets;
  for (const std::string& preset : feeds::preset_names()) {
    presets += (presets.empty() ? "" : "; ") + preset;
  }
  command->add_option("--preset", options.preset, presets)->capture_default_str();
  command->add_option("--instruments", options.instruments, "How many, 1 to 65536")
      ->capture_default_str();
  command->add_option("--venues", options.venues, "Each a feed thread of its own, 1 to 64")
      ->capture_default_str();
  command->add_option("--rate", options.rate, "Events a second, like 100k; max: no pacing")
      ->capture_default_str();
  command->add_option("--duration", options.duration,
                      "Simulated time, at most 14h [10s unless --events is given]");
  command->add_option("--events", options.events, "End after so many, like 50M");
  command->add_option("--seed", options.seed, "Another one gives another market")
      ->capture_default_str();
  command->add_option("--date", options.date, "Day of the simulation, YYYY-MM-DD");
  command->add_option("--record", options.record.path,
                      "Write what happens to FILE.tape or FILE.itch; of several venues to "
                      "FILE.0.tape, ...");
  add_tape_options(*command, options.record);
  add_run_options(*command, options.run);
  command->callback([&options, &chosen] { chosen = [&options] { return simulate(options); }; });
}

void add_convert(CLI::App& app, ConvertOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("convert", "Write recorded feeds as one file of another format");
  add_input_options(*command, options.input);
  command
      ->add_option("--out", options.out,
                   "The file to write, its format by its ending: .itch, .csv or .jsonl, also with "
                   ".gz or .zst to compress it, or .tape")
      ->required();
  command->add_option("--compress", options.tape.compress, "Of tapes: none, fast, small [small]");
  add_checkpoints_option(*command, options.tape);
  command->add_flag("--json", options.json, "Results as one JSON object on stdout");
  command->add_flag("--quiet", options.quiet, "No live line while it runs");
  command->callback([&options, &chosen] { chosen = [&options] { return convert(options); }; });
}

void add_inspect(CLI::App& app, InspectOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = app.add_subcommand(
      "inspect", "Tell what recorded feeds hold: types, times, instruments, damage");
  add_input_options(*command, options.input);
  command->add_flag("--parallel", options.input.parallel, "Every path a channel of its own");
  command->add_flag("--json", options.json, "Results as one JSON object on stdout");
  command->add_flag("--quiet", options.quiet, "No live line while it runs");
  command->callback([&options, &chosen] { chosen = [&options] { return inspect(options); }; });
}

void add_book(CLI::App& app, BookAtOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("book", "Show one instrument's book as it was at some moment");
  command
      ->add_option("PATH", options.input.paths,
                   "Files, read one after another; - is standard input")
      ->required();
  command->add_option("--orderbook", options.input.orderbook,
                      "LOBSTER: the book file, which completes the stream");
  add_reading_options(*command, options.input);
  command->add_option("--at", options.at,
                      "A time like 10:31:07.123456789, or message #N; it and all before are in the "
                      "book [the end]");
  command->add_option("--symbol", options.symbol, "The instrument, where there are several");
  command->add_option("--depth", options.depth, "Levels a side")->capture_default_str();
  command->add_flag("--orders", options.orders, "Every level's orders, first in time first");
  command->add_flag("--json", options.json, "The book as one JSON object on stdout");
  command->add_flag("--quiet", options.quiet, "No live line while it runs");
  command->callback([&options, &chosen] { chosen = [&options] { return book_at(options); }; });
}

void add_diff(CLI::App& app, DiffOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = app.add_subcommand(
      "diff", "Find the first event, and the first book, in which two recordings differ");
  options.input.paths.resize(2);
  command->add_option("A", options.input.paths[0], "A recording, of any format")->required();
  command->add_option("B", options.input.paths[1], "Another")->required();
  add_reading_options(*command, options.input);
  command->add_flag(
      "--whole", options.whole,
      "Read tapes from their beginnings, though checkpoints say that they are the same "
      "up to somewhere");
  command->add_flag("--json", options.json, "Results as one JSON object on stdout");
  command->callback([&options, &chosen] { chosen = [&options] { return diff(options); }; });
}

void add_doctor(CLI::App& app, DoctorOptions& options, std::function<ExitCode()>& chosen) {
  CLI::App* const command = app.add_subcommand(
      "doctor", "Look at this computer, measure it for a second, and say how to run here");
  command->add_flag("--json", options.json, "Results as one JSON object on stdout");
  command->callback([&options, &chosen] { chosen = [&options] { return doctor(options); }; });
}

// Adds `completion` and `man`, which are generated from the tree of commands that contains them.
void add_self_description(CLI::App& app, std::string& shell, std::function<ExitCode()>& chosen) {
  CLI::App* const completion = app.add_subcommand(
      "completion", "Print a completion script: source <(tapedeck completion bash)");
  completion->add_option("SHELL", shell, "bash, zsh or fish")->required();
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

void add_strategies(CLI::App& app, std::function<ExitCode()>& chosen) {
  CLI::App* const command =
      app.add_subcommand("strategies", "List the strategies, their options and what they show");
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
  ConvertOptions convert;
  InspectOptions inspect;
  BookAtOptions book;
  DiffOptions diff;
  VerifyOptions verify;
  BenchOptions bench;
  DoctorOptions doctor;
  std::string shell;
};

Commands::Commands(CLI::App& app) : options_(std::make_unique<Options>()) {
  add_replay(app, options_->replay, chosen_);
  add_batch(app, options_->batch, chosen_);
  add_simulate(app, options_->simulate, chosen_);
  add_convert(app, options_->convert, chosen_);
  add_inspect(app, options_->inspect, chosen_);
  add_book(app, options_->book, chosen_);
  add_diff(app, options_->diff, chosen_);
  add_verify(app, options_->verify, chosen_);
  add_bench(app, options_->bench, chosen_);
  add_doctor(app, options_->doctor, chosen_);
  add_strategies(app, chosen_);
  add_self_description(app, options_->shell, chosen_);
  name_option_values(app);
}

Commands::~Commands() = default;

}  // namespace tapedeck::tools
