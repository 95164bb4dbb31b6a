#include "tools/lab/bench_throughput.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "engine/core/clock.hpp"
#include "engine/core/decimal.hpp"
#include "engine/core/text.hpp"
#include "engine/core/units.hpp"
#include "engine/system/pinning.hpp"
#include "tools/cli/provenance.hpp"
#include "tools/cli/signals.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/lab/child_process.hpp"
#include "tools/lab/throughput_report.hpp"
#include "tools/live/live_line.hpp"
#include "tools/run/watched_cores.hpp"

namespace tapedeck::tools {
namespace {

constexpr u32 kFewestRounds = 3;  // two have no middle one
constexpr u32 kMostRounds = 100;
constexpr std::size_t kMostShardCounts = 16;  // each is a row, and one run per round
constexpr double kShortRunS = 0.1;            // below it, starting threads dominates

// Parses the numbers of shards. Checks the other options as for `replay`, once for every number.
std::vector<u32> shard_counts(const ThroughputOptions& options) {
  const std::vector<std::string> parts = split(options.shards, ',');
  if (parts.size() > kMostShardCounts) {
    throw UsageError("--shards " + options.shards + ": at most " +
                     std::to_string(kMostShardCounts) + " numbers");
  }
  std::vector<u32> counts;
  for (const std::string& part : parts) {
    const auto count = parse_integer(part);
    if (!count || *count < 0 || *count > pipeline::kMaxShards) {
      throw UsageError("--shards " + options.shards + ": '" + part + "' is no number from 0 to " +
                       std::to_string(pipeline::kMaxShards) + "; give some like 0,1");
    }
    RunOptions run = options.input.run;
    run.shards = part;
    counts.push_back(engine_config(run).shards);
  }
  return counts;
}

// Returns the cores on which the threads of the runs are pinned or, most likely, run.
std::vector<int> cores_of_runs(const ThroughputOptions& options, const ThroughputResults& results) {
  const std::size_t channels = options.input.parallel ? options.input.paths.size() : 1;
  std::size_t threads = 2;  // a replay in one thread is not always on the same core
  for (const ThroughputSeries& series : results.series) {
    if (series.shards > 0) threads = std::max(threads, channels + series.shards);
  }
  return cores_of_threads(system::parse_pins(options.input.run.pin), threads);
}

void check(const ThroughputOptions& options) {
  if (options.rounds < kFewestRounds || options.rounds > kMostRounds) {
    throw UsageError("--rounds " + std::to_string(options.rounds) + ": must be " +
                     std::to_string(kFewestRounds) + " to " + std::to_string(kMostRounds));
  }
  for (const std::string& path : options.input.paths) {
    check_readable_again(path, "cannot be read twice, and every run reads it");
  }
  (void)files_spec(options.input);
}

// Returns the user's options as arguments, without those that have their defaults.
std::vector<std::string> passed_on(const ReplayOptions& given) {
  const ReplayOptions defaults;
  std::vector<std::string> arguments;
  const auto pass = [&](const char* name, const std::string& value, const std::string& usual) {
    if (value != usual) arguments.insert(arguments.end(), {name, value});
  };
  std::string symbols;
  for (const std::string& one : given.symbols) symbols += (symbols.empty() ? "" : ",") + one;
  pass("--format", given.format, defaults.format);
  pass("--framing", given.framing, defaults.framing);
  pass("--orderbook", given.orderbook, defaults.orderbook);
  pass("--date", given.date, defaults.date);
  pass("--symbols", symbols, "");
  pass("--max-ratio", given.max_ratio, defaults.max_ratio);
  pass("--batch", std::to_string(given.run.batch), std::to_string(defaults.run.batch));
  pass("--pin", given.run.pin, defaults.run.pin);
  pass("--wait", given.run.wait, defaults.run.wait);
  if (given.parallel) arguments.emplace_back("--parallel");
  return arguments;
}

std::vector<ThroughputResults::File> files_of(const ReplayOptions& input) {
  std::vector<std::string> paths = input.paths;
  if (!input.orderbook.empty()) paths.push_back(input.orderbook);
  std::vector<ThroughputResults::File> files;
  for (const std::string& path : paths) {
    std::error_code unknown;
    const auto bytes = std::filesystem::file_size(path, unknown);
    files.push_back({path, unknown ? 0 : u64{bytes}});
  }
  return files;
}

// Performs the runs: starts children one after another, until all are done or one fails.
class ThroughputRuns {
 public:
  ThroughputRuns(const ThroughputOptions& options, const ThroughputMeans& means,
                 ThroughputResults& results)
      : options_(options),
        means_(means),
        results_(results),
        live_(shows_live(options.input.run.quiet)) {}

  /// Any code but `done` means that there are no results.
  ExitCode measure() {
    const SignalWatch watch{[this] { child_.stop(); }};
    measure_machine(Measured::before, "measuring the machine");
    if (watch.received() != 0) return code_after(watch.received());
    const ExitCode code = all_rounds_or_why_not();
    if (code == ExitCode::done) measure_machine(Measured::after, "measuring the machine again");
    if (watch.received() != 0) return code_after(watch.received());
    std::cerr << told_ << std::flush;
    return code;
  }

 private:
  // Clears the terminal's line when it is destroyed.
  struct LiveLine {
    bool live;
    ~LiveLine() {
      if (live) clear_live_line();
    }
  };

  void measure_machine(Measured when, const char* phase) {
    const LiveLine line{live_};
    if (live_) draw_text(phase);
    means_.measure(results_, when);
  }

  // Prints the child's own messages before the verdict on them.
  ExitCode all_rounds_or_why_not() {
    try {
      return all_rounds();
    } catch (const std::runtime_error&) {
      std::cerr << told_ << std::flush;
      throw;
    }
  }

  ExitCode all_rounds() {
    const LiveLine line{live_};
    began_ = clock_.now();
    const std::size_t counts = results_.series.size();
    for (u32 round = 0; round <= options_.rounds; ++round) {
      for (std::size_t i = 0; i < counts; ++i) {
        ThroughputSeries& series = results_.series[(round + i) % counts];
        if (live_) draw_text(progress_text(round, series.shards));
        const ExitCode code =
            take(round, series, child_.run(means_.program, arguments(series.shards)));
        if (code != ExitCode::done || !results_.agrees()) return code;
        ++done_;
      }
    }
    return ExitCode::done;
  }

  ExitCode take(u32 round, ThroughputSeries& series, const ChildOutcome& outcome) {
    if (outcome.exit_code != 0) return failed(round, series.shards, outcome);
    if (!results_.first) told_ = outcome.err;  // warnings, the same in every run
    ReplayFigures run = figures_in(outcome.out);
    if (!results_.first) results_.first = run;
    const std::string differs = difference(*results_.first, run);
    last_rate_ = run.messages_per_s();
    if (!differs.empty()) {
      results_.disagreement = name_of(round, series.shards) + ": " + differs;
    } else if (round > 0) {
      series.runs.push_back(std::move(run));
    }
    return ExitCode::done;
  }

  // A failure in the warm-up round is passed on. A later failure makes the results invalid.
  ExitCode failed(u32 round, u32 shards, const ChildOutcome& outcome) {
    // A terminal's Ctrl-C reaches the child too, which may end before this process handles the
    // signal.
    for (const int signal : kStoppingSignals) {
      if (code_after(signal) == static_cast<ExitCode>(outcome.exit_code)) return code_after(signal);
    }
    told_ = outcome.err;
    const std::string ended =
        name_of(round, shards) + ": ended with exit code " + std::to_string(outcome.exit_code);
    if (round > 0) {
      results_.disagreement = ended;
      return ExitCode::done;
    }
    const auto code = static_cast<ExitCode>(outcome.exit_code);
    if (code == ExitCode::usage || code == ExitCode::damaged_input) return code;
    told_ += "tapedeck: error: " + ended + "\n";
    return ExitCode::failed;
  }

  std::vector<std::string> arguments(u32 shards) const {
    std::vector<std::string> words{"replay", "--json", "--shards", std::to_string(shards)};
    words.insert(words.end(), results_.options.begin(), results_.options.end());
    words.emplace_back("--");
    words.insert(words.end(), options_.input.paths.begin(), options_.input.paths.end());
    return words;
  }

  static std::string name_of(u32 round) {
    return round == 0 ? "warming up" : "round " + std::to_string(round);
  }
  static std::string name_of(u32 round, u32 shards) {
    return "--shards " + std::to_string(shards) + ", " + name_of(round);
  }
  std::string progress_text(u32 round, u32 shards) const {
    std::string text = name_of(round);
    if (round > 0) text += " of " + std::to_string(options_.rounds);
    text += "  --shards " + std::to_string(shards);
    if (done_ == 0) return text;
    const std::size_t all = (options_.rounds + 1) * results_.series.size();
    const double each_s = static_cast<double>((clock_.now() - began_).value) /
                          static_cast<double>(kNanosPerSecond) / static_cast<double>(done_);
    std::array<char, 32> last{};
    std::snprintf(last.data(), last.size(), "  last %.2f M/s", last_rate_ / 1e6);
    return text + last.data() + "  " +
           grouped(static_cast<u64>(std::llround(each_s * static_cast<double>(all - done_)))) +
           " s left";
  }

  const ThroughputOptions& options_;
  const ThroughputMeans& means_;
  ThroughputResults& results_;
  bool live_;
  ChildProcess child_;
  SteadyClock clock_;
  Nanos began_{0};
  std::size_t done_ = 0;  // runs
  double last_rate_ = 0;
  std::string told_;  // a child's messages, for standard error
};

void warn_of_short_runs(const ThroughputResults& results) {
  for (const ThroughputSeries& series : results.series) {
    if (series.runs.empty() || median_elapsed_s(series) >= kShortRunS) continue;
    spdlog::warn(
        "--shards {}: a run takes less than {} s, too short for steady figures; "
        "use a longer file",
        series.shards, kShortRunS);
  }
}

}  // namespace

std::string default_shard_counts(std::size_t cores) {
  return cores >= 3 ? "0,1,2" : "0,1";
}

ExitCode bench_throughput(const ThroughputOptions& options, const ThroughputMeans& means) {
  check(options);
  const Nanos watch = watch_option(options.watch);
  const Provenance provenance = provenance_of(files_read(options.input));
  ThroughputResults results;
  results.watch = watch;
  for (const u32 shards : shard_counts(options)) results.series.push_back({shards, {}});
  results.machine = system::this_environment();
  results.files = files_of(options.input);
  results.options = passed_on(options.input);
  results.rounds = options.rounds;
  results.cores = cores_of_runs(options, results);
  const ExitCode code = ThroughputRuns{options, means, results}.measure();
  if (code == ExitCode::interrupted || code == ExitCode::terminated) {
    spdlog::warn("stopped by a signal: there are no figures");
  }
  if (code != ExitCode::done) return code;
  warn_of_short_runs(results);
  if (!results.machine.fit_for_figures()) {
    spdlog::warn("a {} build: its measurements are not comparable", build_kind(results.machine));
  }
  if (options.input.run.json) {
    print_json(json_of(results), provenance);
  } else {
    print_results(table_of(results));
  }
  return why_invalid(results).empty() ? ExitCode::done : ExitCode::difference;
}

}  // namespace tapedeck::tools
