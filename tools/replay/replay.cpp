#include "tools/replay/replay.hpp"

#include <memory>
#include <optional>
#include <utility>

#include <spdlog/spdlog.h>

#include "engine/core/units.hpp"
#include "feeds/replay/replay_feed.hpp"
#include "tools/cli/activity.hpp"
#include "tools/cli/outputs.hpp"
#include "tools/cli/signals.hpp"
#include "tools/run/engine_run.hpp"
#include "tools/run/findings.hpp"
#include "tools/run/place_finder.hpp"
#include "tools/run/recordings.hpp"

namespace tapedeck::tools {
namespace {

// Returns the place to seek: before the replay's start, and before its end if that is earlier.
ChannelPlace place_to_seek(const replay::ReplaySettings& settings) {
  ChannelPlace place{settings.from.sequence, settings.from.exchange_time};
  place.before_sequence = settings.to_sequence.value_or(place.before_sequence);
  place.before_time = settings.to_time.value_or(place.before_time);
  return place;
}

// Finds the part of the recording that is asked for, and tells people which it is.
void find_part(const ReplayOptions& options, PlaceFinder& finder, RunStyle& style) {
  const auto find = [&](const std::string& option, const std::string& text) {
    std::optional<AskedPlace> found;
    if (text.empty()) return found;
    found = finder.find(option, text);
    if (found->place.time && !options.run.quiet) {
      spdlog::info("{} {}: {}", option, text, found->meaning);
    }
    return found;
  };
  style.from = find("--from", options.from);
  style.to = find("--to", options.to);
}

replay::ReplaySettings settings_of(const RunStyle& part) {
  replay::ReplaySettings settings;
  if (part.from) {
    settings.from.sequence = part.from->place.sequence.value_or(0);
    settings.from.exchange_time = part.from->place.time.value_or(kBeginningOfTime);
  }
  if (part.to) {
    settings.to_sequence = part.to->place.sequence;
    settings.to_time = part.to->place.time;
  }
  const bool by_number = settings.to_sequence && *settings.to_sequence <= settings.from.sequence;
  const bool by_time = settings.to_time && *settings.to_time <= settings.from.exchange_time;
  if (by_number || by_time) {
    throw UsageError("--to " + part.to->given + ": does not lie behind --from " + part.from->given);
  }
  return settings;
}

// Wraps every channel in a ReplayFeed if --speed, --from or --to requires it.
void drive(const ReplayOptions& options, feeds::OpenedFeeds& opened, PlaceFinder& finder,
           RunStyle& style) {
  const bool paced = !options.speed.empty() && options.speed != "max";
  if (options.from.empty() && options.to.empty() && !paced) return;
  if (!options.record.path.empty() && !(options.from.empty() && options.to.empty())) {
    throw UsageError(
        "--record: a tape holds a whole channel; give --from and --to when you replay it");
  }
  find_part(options, finder, style);
  replay::ReplaySettings settings = settings_of(style);
  if (paced) settings.speed = speed_of(options.speed);
  const auto clock =
      std::make_shared<replay::ReplayClock>(static_cast<u32>(opened.channels.size()));
  for (std::size_t channel = 0; channel < opened.channels.size(); ++channel) {
    if (!options.from.empty()) {
      settings.sought = opened.channels[channel]->seek(place_to_seek(settings));
      if (settings.sought && !options.run.quiet) {
        spdlog::info("{}: began with the books as they were after message {}, {}",
                     name_of_channel(options.paths, opened, channel),
                     grouped(settings.sought->sequence),
                     time_text(settings.sought->time, finder.shown()[channel]));
      }
    }
    opened.channels[channel] = std::make_unique<replay::ReplayFeed>(
        std::move(opened.channels[channel]), settings, clock, static_cast<u32>(channel));
  }
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
  feeds::FeedRequest request = feed_request(options);
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
  request.follow = options.follow;
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
  feeds::OpenedFeeds opened = feeds::open_feeds(request);
  RunStyle style;
  style.require_complete = options.require_complete;
  style.fail_on = fail_on;
  style.symbols = options.symbols;
  StopOnSignal stop;
  // The recorder wraps the feed directly, because it observes its messages. The replay feed wraps
  // both.
  tapes.begin(opened, *outputs, stop.flag(), style);
  feeds::keep_times_plausible(opened);
  PlaceFinder finder{opened, reopening(request), zone, stop.flag()};
  drive(options, opened, finder, style);
  return run_engine(options.run, std::move(config), std::move(opened), std::move(style), *outputs,
                    stop);
}

}  // namespace tapedeck::tools
