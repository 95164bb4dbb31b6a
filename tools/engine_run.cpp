#include "tools/engine_run.hpp"

#include <csignal>
#include <cstdlib>
#include <iostream>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "engine/pipeline/reporter.hpp"
#include "tools/live_line.hpp"
#include "tools/live_table.hpp"
#include "tools/output.hpp"
#include "tools/results.hpp"
#include "tools/signals.hpp"
#include "tools/snapshot_file.hpp"
#include "tools/state_file.hpp"
#include "tools/summary.hpp"

namespace tapedeck::tools {
namespace {

bool wants_colour(int descriptor) {
  return ::isatty(descriptor) == 1 && !no_colour();
}

// Says on stderr what the user must know; the summary has the counts.
void tell(const RunResults& results, bool warn_incomplete) {
  for (const std::string& message : results.damage) {
    spdlog::error("{}", message);
  }
  for (const std::string& message : results.warnings) spdlog::warn("{}", message);
  if (results.instrument_events() == 0) {
    spdlog::error(
        "the input holds no event that a book or a state could use: {} messages read, none applied",
        results.feed.messages);
  } else if (results.signal != 0) {
    spdlog::warn("stopped by a signal: the results are of what had been read by then");
  } else if (!results.complete && results.damage.empty() && warn_incomplete) {
    spdlog::warn(
        "the input ends without its closing message (system event C); "
        "--require-complete makes that an error");
  }
}

ExitCode verdict(const RunResults& results, bool require_complete) {
  if (results.signal == SIGINT) return ExitCode::interrupted;
  if (results.signal == SIGTERM) return ExitCode::terminated;
  if (!results.damage.empty() || results.instrument_events() == 0) return ExitCode::damaged_input;
  if (!results.complete && require_complete) return ExitCode::damaged_input;
  return ExitCode::done;
}

// Says what went wrong instead of throwing; false when something did.
bool attempt(const std::function<void()>& action) {
  try {
    action();
    return true;
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
    return false;
  }
}

void write_results(const RunResults& results, bool json) {
  if (json) {
    // Symbols are bytes from the wire: what is not UTF-8 is replaced, never an error.
    std::cout << json_of(results).dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
              << "\n";
  } else {
    std::cout << summary_of(results, wants_colour(STDOUT_FILENO));
  }
  flush_results();
}

// What looks at a running engine, if anything does.
class Display {
 public:
  Display(const RunOptions& options, bool as_table)
      : every_(report_interval(options)),
        terminal_(::isatty(STDERR_FILENO) == 1 && !options.quiet),
        as_table_(as_table) {}

  [[nodiscard]] bool wanted() const { return terminal_ || every_; }
  void watch(const pipeline::Engine& engine, const Clock& clock) {
    constexpr Nanos kRefresh{200'000'000};
    if (every_) {
      reporter_.emplace(engine, clock, *every_, print_table);
    } else if (terminal_) {
      reporter_.emplace(engine, clock, kRefresh, [this](const pipeline::Report& report) {
        as_table_ ? table_.draw(report) : draw_live_line(report);
      });
    }
  }
  void end() {
    reporter_.reset();
    if (every_ || !terminal_) return;
    as_table_ ? table_.clear() : clear_live_line();
  }

 private:
  std::optional<Nanos> every_;
  bool terminal_;
  bool as_table_;
  LiveTable table_;
  std::optional<pipeline::Reporter> reporter_;  // the last: it draws the others
};

}  // namespace

ExitCode run_engine(const RunOptions& options, pipeline::EngineConfig config,
                    feeds::OpenedFeeds opened, RunStyle style, StopOnSignal& stop) {
  std::optional<SnapshotFile> snapshots;
  if (config.cut_interval) {
    snapshots.emplace(options.out,
                      SnapshotShape{config.cut_depth, book::names_of(config.strategies)},
                      stop.flag());
    config.cut_sink = &*snapshots;
    style.closers.emplace_back([&snapshots] { snapshots->close(); });
  }
  Display display{options, style.table};
  config.cells = display.wanted();

  config.on_drain_limit = [&stop] {
    spdlog::error("could not stop within two seconds; ending without results");
    constexpr int kShellBase = 128;
    std::_Exit(stop.received() == 0 ? static_cast<int>(ExitCode::failed)
                                    : kShellBase + stop.received());
  };

  const SteadyClock clock;
  const u32 shards = config.shards;
  const bool flow = config.flow_digest;
  pipeline::Engine engine{std::move(config), std::move(opened.lines), clock, stop.flag()};
  display.watch(engine, clock);
  engine.run();
  display.end();

  RunResults results = results_of(engine, opened, shards, flow);
  results.signal = stop.received();
  tell(results, style.warn_incomplete);
  if (!options.state.empty()) {
    style.closers.emplace_back([&] { write_state(options.state, engine); });
  }
  // A disk that is full must not take the run's own results with it.
  bool written = true;
  for (const auto& close : style.closers) written &= attempt(close);
  write_results(results, options.json);
  const ExitCode code = verdict(results, style.require_complete);
  return code == ExitCode::done && !written ? ExitCode::failed : code;
}

}  // namespace tapedeck::tools
