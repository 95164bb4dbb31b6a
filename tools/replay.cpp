#include "tools/replay.hpp"

#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <vector>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include "engine/pipeline/reporter.hpp"
#include "tools/live_line.hpp"
#include "tools/output.hpp"
#include "tools/results.hpp"
#include "tools/signals.hpp"
#include "tools/snapshot_file.hpp"
#include "tools/state_file.hpp"

namespace tapedeck::tools {
namespace {

bool wants_colour(int descriptor) {
  return ::isatty(descriptor) == 1 && !no_colour();
}

// Says on stderr what the user must know; the summary has the counts.
void tell(const RunResults& results) {
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
  } else if (!results.complete && results.damage.empty()) {
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

}  // namespace

ExitCode replay(const ReplayOptions& options) {
  pipeline::EngineConfig config = engine_config(options.run);
  std::vector<std::string> inputs = options.paths;
  if (!options.orderbook.empty()) inputs.push_back(options.orderbook);
  if (!options.run.shard_map.empty()) inputs.push_back(options.run.shard_map);
  check_outputs({options.run.out, options.run.state}, inputs);
  feeds::OpenedFeeds opened = feeds::open_feeds(feed_request(options));

  const bool live = ::isatty(STDERR_FILENO) == 1 && !options.run.quiet;
  config.cells = live;

  thread::StopFlag stop;
  const SignalWatch signals{[&stop] { stop.request(); }};
  std::optional<SnapshotFile> snapshots;  // its thread, too, leaves signals to the watch
  if (config.cut_interval) {
    snapshots.emplace(options.run.out,
                      SnapshotShape{config.cut_depth, book::names_of(config.strategies)}, stop);
    config.cut_sink = &*snapshots;
  }
  config.on_drain_limit = [&signals] {
    spdlog::error("could not stop within two seconds; ending without results");
    constexpr int kShellBase = 128;
    std::_Exit(signals.received() == 0 ? static_cast<int>(ExitCode::failed)
                                       : kShellBase + signals.received());
  };

  const SteadyClock clock;
  const u32 shards = config.shards;
  const bool flow = config.flow_digest;
  pipeline::Engine engine{std::move(config), std::move(opened.lines), clock, stop};
  {
    std::optional<pipeline::Reporter> reporter;
    constexpr Nanos kRefresh{200'000'000};
    if (live) reporter.emplace(engine, clock, kRefresh, draw_live_line);
    engine.run();
  }
  if (live) clear_live_line();

  RunResults results = results_of(engine, opened, shards, flow);
  results.signal = signals.received();
  tell(results);
  // A disk that is full must not take the run's own results with it.
  bool written = true;
  if (snapshots) written &= attempt([&] { snapshots->close(); });
  if (!options.run.state.empty()) {
    written &= attempt([&] { write_state(options.run.state, engine); });
  }
  write_results(results, options.run.json);
  const ExitCode code = verdict(results, options.require_complete);
  return code == ExitCode::done && !written ? ExitCode::failed : code;
}

}  // namespace tapedeck::tools
