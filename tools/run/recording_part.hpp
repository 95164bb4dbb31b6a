// The part of a recording that --from and --to ask for, and the feeds that emit only this part.
//
// Main thread, before the feeds are polled.
#pragma once

#include <optional>

#include "feeds/replay/replay_feed.hpp"
#include "tools/cli/options.hpp"
#include "tools/run/place_finder.hpp"

namespace tapedeck::tools {

struct RecordingPart {
  std::optional<AskedPlace> from, to;  // empty: the beginning, the end
};

/// Finds the places of --from and --to, and logs which moments they mean unless `options.run.quiet`
/// is set. Throws UsageError for a text that is no place.
[[nodiscard]] RecordingPart find_part(const ReplayOptions& options, PlaceFinder& finder);

/// Returns the settings of a replay of the part, without a speed. Throws UsageError if the end does
/// not lie behind the beginning.
[[nodiscard]] replay::ReplaySettings settings_of(const RecordingPart& part);

/// Wraps every channel in a ReplayFeed with `settings`. If there is a beginning, the channels first
/// seek it.
void play(const ReplayOptions& options, const replay::ReplaySettings& settings,
          feeds::OpenedFeeds& opened, PlaceFinder& finder);

}  // namespace tapedeck::tools
