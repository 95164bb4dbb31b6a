#include "tools/engine_run.hpp"

#include <algorithm>
#include <csignal>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "engine/core/text.hpp"
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
    print_json(json_of(results));
  } else if (results.feed.messages > 0) {
    print_results(summary_of(results, wants_colour(STDOUT_FILENO)));
  }
}

// What was asked for by name and never came is a slip more often than a quiet instrument.
void note_missing_symbols(const std::vector<std::string>& symbols, const pipeline::Engine& engine,
                          RunResults& results) {
  std::vector<std::string> seen;
  for (std::size_t shard = 0; shard < engine.shards(); ++shard) {
    for (const book::Book& book : engine.books(shard).books()) {
      seen.emplace_back(book.state.define.name());
    }
  }
  for (const std::string& symbol : symbols) {
    if (std::ranges::find(seen, symbol) != seen.end()) continue;
    results.warnings.push_back("--symbols: " + printable(symbol) + " is not in the input");
  }
}

// Closes every output, and notes which of them have all that was meant for them.
bool close_outputs(const RunStyle& style, RunResults& results) {
  bool all = true;
  for (const RunStyle::Output& output : style.outputs) {
    if (attempt(output.close)) {
      results.written.push_back(output.path);
    } else {
      all = false;
    }
    if (output.note) output.note(results);
  }
  return all;
}

// How a running engine is to be looked at, if at all.
struct View {
  std::optional<Nanos> every;  // --report-every
  bool terminal = false;
  bool as_table = false;

  View(const RunOptions& options, bool table)
      : every(report_interval(options)),
        terminal(::isatty(STDERR_FILENO) == 1 && !options.quiet),
        as_table(table) {}
  [[nodiscard]] bool wanted() const { return terminal || every; }
};

// Looks at an engine for as long as it lives itself: it must go before the engine does.
class Display {
 public:
  Display(const View& view, const pipeline::Engine& engine, const Clock& clock) : view_(view) {
    constexpr Nanos kRefresh{200'000'000};
    if (view_.every) {
      reporter_.emplace(engine, clock, *view_.every, print_table);
    } else if (view_.terminal) {
      reporter_.emplace(engine, clock, kRefresh, [this](const pipeline::Report& report) {
        view_.as_table ? table_.draw(report) : draw_live_line(report);
      });
    }
  }
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;
  ~Display() {
    reporter_.reset();
    if (view_.every || !view_.terminal) return;
    view_.as_table ? table_.clear() : clear_live_line();
  }

 private:
  const View& view_;
  LiveTable table_;
  std::optional<pipeline::Reporter> reporter_;
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
    style.outputs.push_back({options.out, [&snapshots] { snapshots->close(); }, {}});
  }
  const View view{options, style.table};
  config.cells = view.wanted();
  config.on_drain_limit = [&stop] { stop.give_up(); };

  // At full speed times would only show the queue's length.
  const bool paced = std::ranges::any_of(
      opened.lines, [](const std::unique_ptr<Feed>& feed) { return feed->pace() != nullptr; });
  if (paced) config.follow = pipeline::FollowOptions{};

  const SteadyClock clock;
  const u32 shards = config.shards;
  const bool flow = config.flow_digest;
  const bool undated_cuts =
      config.cut_interval && opened.time_base == feeds::TimeBase::midnight && !style.table;
  pipeline::Engine engine{std::move(config), std::move(opened.lines), clock, stop.flag()};
  {
    const Display display{view, engine, clock};
    engine.run();
  }

  RunResults results = results_of(engine, opened, shards, flow);
  results.signal = stop.received();
  note_missing_symbols(style.symbols, engine, results);
  if (undated_cuts) {
    results.warnings.emplace_back(
        "no date is known: times in the snapshots count from midnight, US Eastern, as if of "
        "1970-01-01; give --date");
  }
  tell(results, style.warn_incomplete);
  if (!options.state.empty()) {
    style.outputs.push_back({options.state, [&] { write_state(options.state, engine); }, {}});
  }
  // A disk that is full must not take the run's own results with it.
  const bool written = close_outputs(style, results);
  results.signal = stop.received();  // closing may have waited for a reader
  write_results(results, options.json);
  const ExitCode code = verdict(results, style.require_complete);
  return code == ExitCode::done && !written ? ExitCode::failed : code;
}

}  // namespace tapedeck::tools
