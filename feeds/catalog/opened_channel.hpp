// The opened channels of a run. Used by the thread that opens them, until the engine takes the
// feeds.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/core/recording.hpp"
#include "engine/core/time_zone.hpp"

namespace tapedeck::feeds {

struct OpenedChannel {
  std::unique_ptr<Feed> feed;  // null once OpenedFeeds::take_feeds() was called
  std::string format;          // for people
  std::string source;          // as `format`, but of a tape the recorded format
  Nanos midnight{0};           // before the channel's first file; 0: unknown
  bool of_one_day = false;     // all its times count from one midnight
  bool carries_itch = false;   // its observer sees ITCH 5.0 messages
  std::string name;            // empty: the input holds only one channel
  std::string stream;          // of a capture, what it holds, for people
  u32 thread = 0;              // channels with the same number share a thread of the feeds
};

/// The origin of all channels' times: 1970-01-01 UTC, or the midnight of an unknown day.
enum class TimeBase : u8 { utc, midnight };

struct OpenedFeeds {
  std::vector<OpenedChannel> channels;
  bool shares_pipe = false;  // channels are read in step: none may wait for another's time
  TimeBase time_base = TimeBase::utc;
  std::vector<std::string> warnings;  // about the inputs, known before the first event

  /// Moves the feeds out of the channels, in their order.
  [[nodiscard]] std::vector<std::unique_ptr<Feed>> take_feeds();
};

/// Returns the zone in which people tell the times of a channel: US Eastern where its source counts
/// from the midnight of US exchanges (ITCH, LOBSTER, the simulated market, and tapes of them), else
/// UTC.
[[nodiscard]] TimeZone zone_of(const OpenedChannel& channel);

/// Wraps every channel so that a single implausible time does not move channel time, see
/// feeds/common/plausible_times.hpp. What records the channels must wrap them before.
void keep_times_plausible(OpenedFeeds& opened);

}  // namespace tapedeck::feeds
