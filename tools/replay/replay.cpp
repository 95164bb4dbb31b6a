#include "tools/replay/replay.hpp"

#include <filesystem>
#include <optional>
#include <utility>

#include "tools/cli/activity.hpp"
#include "tools/cli/outputs.hpp"
#include "tools/cli/signals.hpp"
#include "tools/run/engine_run.hpp"
#include "tools/run/findings.hpp"
#include "tools/run/place_finder.hpp"
#include "tools/run/recording_part.hpp"
#include "tools/run/recordings.hpp"

namespace tapedeck::tools {
namespace {

// Wraps every channel in a ReplayFeed if --speed, --from or --to requires it.
void drive(const ReplayOptions& options, feeds::OpenedFeeds& opened, PlaceFinder& finder,
           RunStyle& style) {
  const bool paced = !options.speed.empty() && options.speed != "max";
  if (options.from.empty() && options.to.empty() && !paced) return;
  if (!options.record.path.empty() && !(options.from.empty() && options.to.empty())) {
    throw UsageError(
        "--record: a tape holds a whole channel; give --from and --to when you replay it");
  }
  const RecordingPart part = find_part(options, finder);
  style.from = part.from;
  style.to = part.to;
  replay::ReplaySettings settings = settings_of(part);
  if (paced) settings.speed = speed_of(options.speed);
  style.table = paced;  // a market to watch; at full speed, progress says more
  play(options, settings, opened, finder);
}

// Returns the name of the first input for people, without its folder.
std::string source_of(const std::vector<std::string>& paths) {
  std::string name = std::filesystem::path{paths.front()}.filename().string();
  if (paths.size() == 1) return name;
  return name + " and " + std::to_string(paths.size() - 1) + " more";
}

}  // namespace

ExitCode replay(const ReplayOptions& options) {
  const Activity activity{"opening the inputs"};
  const std::optional<TimeZone> zone = zone_of_option(options.tz);
  pipeline::EngineConfig config = engine_config(options.run);
  const std::vector<std::string> fail_on = fail_on_kinds(options.run.fail_on, options.run.strict);
  const std::size_t channels = options.parallel ? options.paths.size() : 1;
  check_tape(options.record, ".tape; `tapedeck convert` writes other formats");
  TapeRecordings tapes{options.record, options.record.path.empty() ? 0 : channels, false};
  std::vector<std::string> inputs = files_read(options);
  if (!options.run.shard_map.empty()) inputs.push_back(options.run.shard_map);
  feeds::FilesSpec request = files_spec(options);
  std::optional<ClaimedOutputs> outputs;
  const auto claim_outputs = [&] {
    std::vector<OutputRequest> requests = tapes.requests();
    requests.push_back({options.run.out});
    requests.push_back({options.run.state});
    outputs.reset();  // first, because some places are claimed again
    outputs.emplace(requests, inputs);
  };
  claim_outputs();
  request.read_ahead = has_cores_to_read_ahead(config, channels);
  // Channels that are read in step must not wait for each other's times.
  request.shares_pipe = options.from.empty() && options.to.empty() && options.speed.empty() &&
                        options.run.snapshot_every.empty();
  if (!options.record.path.empty()) {
    // Only an opened capture shows how many streams it holds.
    request.on_channels = [&](std::size_t number) {
      if (number == channels) return;
      tapes.set_channels(number);
      claim_outputs();
    };
    request.observer_of_channel = [&tapes](std::size_t channel) {
      return tapes.observer_of_channel(channel);
    };
  }
  feeds::OpenedFeeds opened = options.follow ? feeds::open_channels(feeds::TapeSpec{request})
                                             : feeds::open_channels(request);
  RunStyle style;
  style.provenance = provenance_of(inputs);
  style.require_complete = options.require_complete;
  style.fail_on = fail_on;
  style.symbols = request.symbols;
  StopOnSignal stop;
  // The recorder wraps the feed directly, because it observes its messages. The replay feed wraps
  // both.
  tapes.begin(opened, *outputs, stop.flag(), style);
  feeds::keep_times_plausible(opened);
  PlaceFinder finder{opened, reopening(request), zone, stop.flag()};
  style.times = finder.shown();
  style.source = source_of(options.paths);
  drive(options, opened, finder, style);
  return run_engine(options.run, std::move(config), std::move(opened), std::move(style), *outputs,
                    stop);
}

}  // namespace tapedeck::tools
