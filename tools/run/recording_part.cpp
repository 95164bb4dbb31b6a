#include "tools/run/recording_part.hpp"

#include <memory>
#include <string>
#include <utility>

#include <spdlog/spdlog.h>

#include "engine/core/units.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {
namespace {

// Returns the place to seek: before the replay's start, and before its end if that is earlier.
ChannelPlace place_to_seek(const replay::ReplaySettings& settings) {
  ChannelPlace place{settings.from.sequence, settings.from.exchange_time};
  place.before_sequence = settings.to_sequence.value_or(place.before_sequence);
  place.before_time = settings.to_time.value_or(place.before_time);
  return place;
}

}  // namespace

RecordingPart find_part(const ReplayOptions& options, PlaceFinder& finder) {
  const auto find = [&](const std::string& option, const std::string& text) {
    std::optional<AskedPlace> found;
    if (text.empty()) return found;
    found = finder.find(option, text);
    if (found->place.time && !options.run.quiet) {
      spdlog::info("{} {}: {}", option, text, found->meaning);
    }
    return found;
  };
  RecordingPart part;
  part.from = find("--from", options.from);
  part.to = find("--to", options.to);
  return part;
}

replay::ReplaySettings settings_of(const RecordingPart& part) {
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

void play(const ReplayOptions& options, const replay::ReplaySettings& settings,
          feeds::OpenedFeeds& opened, PlaceFinder& finder) {
  const auto clock =
      std::make_shared<replay::ReplayClock>(static_cast<u32>(opened.channels.size()));
  for (std::size_t channel = 0; channel < opened.channels.size(); ++channel) {
    replay::ReplaySettings own = settings;
    std::unique_ptr<Feed>& feed = opened.channels[channel].feed;
    if (!options.from.empty()) {
      own.sought = feed->recording()->seek(place_to_seek(settings));
      if (own.sought && !options.run.quiet) {
        spdlog::info("{}: began with the books as they were after message {}, {}",
                     name_of_channel(options.paths, opened, channel), grouped(own.sought->sequence),
                     time_text(own.sought->time, finder.shown()[channel]));
      }
    }
    feed = std::make_unique<replay::ReplayFeed>(std::move(feed), own, clock,
                                                static_cast<u32>(channel));
  }
}

}  // namespace tapedeck::tools
