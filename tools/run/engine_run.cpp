#include "tools/run/engine_run.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "engine/core/printable.hpp"
#include "engine/core/units.hpp"
#include "engine/output/state_file.hpp"
#include "engine/system/cpu_topology.hpp"
#include "tools/cli/activity.hpp"
#include "tools/cli/signals.hpp"
#include "tools/cli/standard_streams.hpp"
#include "tools/live/live_display.hpp"
#include "tools/run/findings.hpp"
#include "tools/run/snapshot_output.hpp"
#include "tools/run/summary.hpp"

namespace tapedeck::tools {
namespace {

bool wants_colour(int descriptor) {
  return ::isatty(descriptor) == 1 && !no_colour();
}

// By pipeline::BookLimit.
constexpr std::array<const char*, 4> kLimits{"", "--max-orders", "--max-levels", "--max-memory"};

std::string capped_text(const RunResults& results) {
  return std::string{"stopped at "} + kLimits[static_cast<std::size_t>(results.limit)] + ", with " +
         counted(results.live_orders, "order") + " live: the results are of what was read before";
}

std::string incomplete_text(const RunResults& results) {
  return "the input ends without " + results.expected_end;
}

// Returns true if the run's input should have had an event for a book, and has none.
bool lacks_events(const RunResults& results) {
  return results.instrument_events() == 0 && !results.lacks_nothing;
}

std::string nothing_usable(const RunResults& results) {
  return "the input holds no event that a book or a state could use: " +
         counted(results.feed.messages, "message") + " read, none applied";
}

// Logs damage, warnings and failures on stderr; the summary has the counts.
void log_findings(const RunResults& results, bool warn_incomplete) {
  for (const std::string& message : results.damage) {
    spdlog::error("{}", message);
  }
  for (const std::string& message : results.left_out) spdlog::error("{}", message);
  for (const std::string& message : results.warnings) spdlog::warn("{}", message);
  for (const std::string& message : results.failed_on) spdlog::error("{}", message);
  if (lacks_events(results)) {
    spdlog::error("{}", nothing_usable(results));
  } else if (results.signal != 0) {
    spdlog::warn("stopped by a signal: the results are of what was read before");
  } else if (results.capped()) {
    spdlog::error("{}", capped_text(results));
  } else if (!results.complete && results.damage.empty() && warn_incomplete) {
    spdlog::warn("{}; --require-complete makes that an error", incomplete_text(results));
  }
}

void write_results(const RunResults& results, const RunOptions& options,
                   const Provenance& provenance) {
  if (options.json) {
    print_json(json_of(results), provenance);
  } else if (is_standard_output(options.out)) {
    print_beside_rows(summary_of(results, wants_colour(STDERR_FILENO)), options.quiet);
  } else if (results.feed.messages > 0) {
    print_results(summary_of(results, wants_colour(STDOUT_FILENO)));
  }
}

// Warns of requested symbols that never appeared, which are more often typing errors than quiet
// instruments.
void note_missing_symbols(const feeds::SymbolSelection& symbols, RunResults& results) {
  for (std::string& warning : missing_symbols(symbols)) {
    results.warnings.push_back(std::move(warning));
  }
}

// Warns when idle threads waited otherwise than --wait asked.
void note_other_wait(thread::WaitKind asked_wait, const pipeline::Engine& engine,
                     RunResults& results) {
  if (engine.wait() == asked_wait) return;
  results.warnings.push_back("--wait " + std::string{name_of(asked_wait)} +
                             ": there are more threads than cores, which would keep each other "
                             "from work; they waited as " +
                             std::string{name_of(engine.wait())});
}

// Notes which part of the recording was asked for.
void note_part(const RunStyle& style, RunResults& results) {
  // An empty part of a recording is no fault of the recording.
  results.lacks_nothing |= style.to && results.complete && results.damage.empty();
  results.from = style.from;
  results.to = style.to;
}

void note_skipped(u64 snapshots, const std::string& out, RunResults& results) {
  if (snapshots == 0) return;
  results.skipped_cuts = snapshots;
  results.warnings.push_back(out + ": " +
                             counted(snapshots, "snapshot was left out, which was",
                                     "snapshots were left out, which were") +
                             " not taken in time");
}

// Removes the outputs that a run with this end does not keep from the list of what it has written.
void note_dropped(RunResults& results, const WrittenOutputs& outputs) {
  results.written.clear();
  for (const output::PlacePtr& place : outputs) {
    if (place->is_direct() || place->is_settled()) results.written.push_back(place->path());
  }
}

// Completes and syncs every output even if others failed, and notes which outputs are complete and
// will be kept.
void finish_outputs(const RunStyle& style, RunResults& results, WrittenOutputs& outputs,
                    const StopOnSignal& signals) {
  for (const RunStyle::Output& output : style.outputs) {
    try {
      output::PlacePtr place = output.finish();
      place->sync();
      outputs.push_back(std::move(place));
      results.written.push_back(output.path);
    } catch (const std::exception& error) {
      if (is_standard_output(output.path) && has_lost_reader()) continue;  // it has enough
      results.unwritten.emplace_back(error.what());
    }
    if (output.note) output.note(results);
  }
  results.signal = signals.received();  // it may have waited for a reader
  if (!keeps_outputs(verdict_on(results, style.require_complete),
                     results.instrument_events() > 0)) {
    note_dropped(results, outputs);
  }
}

// Shows an engine to the style's `watch` for as long as this object lives.
class Watched {
 public:
  Watched(const std::function<void(const pipeline::Engine*)>& watch, const pipeline::Engine& engine)
      : watch_(watch) {
    if (watch_) watch_(&engine);
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  ~Watched() {
    if (watch_) watch_(nullptr);
  }

 private:
  const std::function<void(const pipeline::Engine*)>& watch_;
};

LiveView view_of(const RunOptions& options, bool as_table) {
  return {.every = report_interval(options),
          .terminal = shows_live(options.quiet),
          .as_table = as_table};
}

bool is_paced(const feeds::OpenedFeeds& opened) {
  return std::ranges::any_of(opened.channels, [](const feeds::OpenedChannel& channel) {
    return channel.feed->pace() != nullptr;
  });
}

std::vector<u32> feed_threads_of(const feeds::OpenedFeeds& opened) {
  std::vector<u32> threads;
  for (const feeds::OpenedChannel& channel : opened.channels) threads.push_back(channel.thread);
  return threads;
}

// Returns true if the day of recorded input is not known. A simulated day needs no date.
bool lacks_date(const feeds::OpenedFeeds& opened) {
  const bool is_simulated = std::ranges::any_of(
      opened.channels,
      [](const feeds::OpenedChannel& channel) { return channel.format == "simulated"; });
  return opened.time_base == feeds::TimeBase::midnight && !is_simulated;
}

}  // namespace

std::vector<std::string> keep_or_drop(WrittenOutputs& outputs, ExitCode code, bool has_events) {
  std::vector<std::string> failures;
  if (keeps_outputs(code, has_events)) failures = output::keep_all(outputs);
  outputs.clear();
  return failures;
}

std::vector<std::string> faults_of(const RunResults& results, bool require_complete) {
  std::vector<std::string> faults = results.damage;
  faults.insert(faults.end(), results.left_out.begin(), results.left_out.end());
  if (results.signal != 0) return faults;
  const auto add_failed_on = [&] {
    faults.insert(faults.end(), results.failed_on.begin(), results.failed_on.end());
    return faults;
  };
  if (!faults.empty()) return add_failed_on();
  if (lacks_events(results)) {
    faults.push_back(nothing_usable(results));
  } else if (results.capped()) {
    faults.push_back(capped_text(results));
  } else if (!results.complete && require_complete) {
    faults.push_back(incomplete_text(results));
  }
  return add_failed_on();
}

ExitCode verdict_on(const RunResults& results, bool require_complete) {
  if (results.signal != 0) return code_after(results.signal);
  if (results.capped()) return ExitCode::failed;
  if (!faults_of(results, require_complete).empty()) return ExitCode::damaged_input;
  return results.unwritten.empty() ? ExitCode::done : ExitCode::failed;
}

bool has_cores_to_read_ahead(const pipeline::EngineConfig& config, std::size_t channels,
                             std::size_t runs) {
  const std::size_t busy = config.shards == 0 ? 1 : channels + config.shards;
  return (busy + channels) * runs <= system::cores_to_burn(system::this_cpu_topology());
}

RunResults results_of_run(const RunOptions& options, pipeline::EngineConfig config,
                          feeds::OpenedFeeds opened, RunStyle style, ClaimedOutputs& claimed,
                          RunStop stop, WrittenOutputs& outputs) {
  const Activity activity{"keeping books"};
  const std::unique_ptr<output::SnapshotFile> snapshots = snapshot_output(
      options, config, opened.time_base, style.provenance, claimed.take(options.out), stop.flag);
  if (snapshots) {
    config.cut_sink = snapshots.get();
    style.outputs.push_back({options.out, [&snapshots] { return snapshots->finish(); }});
  }
  const LiveView view = view_of(options, style.table);
  config.cells = config.live = view.wanted();
  config.on_drain_limit = [&signals = stop.signals] { signals.give_up(); };

  // At full speed, latencies would only show the queue's length.
  const bool paced = is_paced(opened);
  if (paced) config.sample = latency::SamplerOptions{};

  config.feed_threads = feed_threads_of(opened);
  const SteadyClock steady;
  PausableClock clock{steady};  // the time during which the process is stopped does not count
  const LiveContext context{.times = style.times,
                            .value_names = strategy::names_of(config.strategies),
                            .source = style.source,
                            .paced = paced,
                            .unicode = speaks_utf8()};
  const u32 shards = config.shards;
  const bool flow = config.flow_digest;
  const thread::WaitKind asked_wait = config.wait;
  const bool undated_cuts = config.cut_interval && lacks_date(opened);
  pipeline::Engine engine{std::move(config), opened.take_feeds(), clock, stop.flag};
  for (const RunStyle::Output& output : style.outputs) {
    if (output.begin) output.begin();
  }
  {
    const Watched watched{style.watch, engine};
    const LiveDisplay display{view, context, engine, clock, stop.signals.suspension()};
    engine.run();
  }

  const Activity results_are_taken{"taking the results"};
  RunResults results = results_of(engine, opened, shards, flow);
  results.signal = stop.signals.received();
  note_part(style, results);
  note_missing_symbols(style.symbols, results);
  note_other_wait(asked_wait, engine, results);
  if (undated_cuts) {
    results.warnings.emplace_back(
        "no date is known: times in the snapshots count from midnight, US Eastern, and have no "
        "date; give --date");
  }
  if (snapshots) note_skipped(snapshots->skipped(), options.out, results);
  results.failed_on = failed_on(findings_of(results), style.fail_on);
  if (style.ended) style.ended(results);
  if (!options.state.empty()) {
    style.outputs.push_back(
        {options.state, [&] { return output::write_state(claimed.take(options.state), engine); }});
  }
  const Activity outputs_are_completed{"writing the outputs"};
  finish_outputs(style, results, outputs, stop.signals);
  return results;
}

ExitCode run_engine(const RunOptions& options, pipeline::EngineConfig config,
                    feeds::OpenedFeeds opened, RunStyle style, ClaimedOutputs& claimed,
                    StopOnSignal& stop) {
  const bool require_complete = style.require_complete;
  const Provenance provenance = style.provenance;
  // Log before the outputs are completed, because a pipe may wait for its reader.
  style.ended = [warn_incomplete = style.warn_incomplete](const RunResults& results) {
    log_findings(results, warn_incomplete);
  };
  WrittenOutputs outputs;
  const RunResults results =
      results_of_run(options, std::move(config), std::move(opened), std::move(style), claimed,
                     {stop.flag(), stop}, outputs);
  const ExitCode code = verdict_on(results, require_complete);
  const bool has_events = results.instrument_events() > 0;
  const Activity activity{"printing the results"};
  // A full disk must not prevent the output of the run's own results.
  for (const std::string& message : results.unwritten) spdlog::error("{}", message);
  write_results(results, options, provenance);
  // The last step, because results that cannot be printed are a failure too.
  const std::vector<std::string> failures = keep_or_drop(outputs, code, has_events);
  for (const std::string& message : failures) spdlog::error("{}", message);
  return failures.empty() || code != ExitCode::done ? code : ExitCode::failed;
}

}  // namespace tapedeck::tools
