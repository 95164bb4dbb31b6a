#include "tools/run/feed_run.hpp"

#include <algorithm>
#include <vector>

#include "engine/core/clock.hpp"
#include "tools/live/live_line.hpp"

namespace tapedeck::tools {
namespace {

constexpr Nanos kRefresh{200'000'000};

FileProgress progress_of(std::span<const feeds::OpenedChannel> channels, Nanos since_start) {
  FileProgress progress;
  progress.since_start = since_start;
  bool total_known = true;
  for (const feeds::OpenedChannel& channel : channels) {
    const Feed& feed = *channel.feed;
    progress.messages += feed.counters().messages;
    const Recording* const recording = feed.recording();
    const ReadProgress files = recording != nullptr ? recording->progress() : ReadProgress{};
    progress.bytes_read += files.read;
    progress.bytes_total += files.total;
    total_known &= files.total != 0;
  }
  if (!total_known) progress.bytes_total = 0;
  progress.messages_per_s = static_cast<double>(progress.messages) *
                            static_cast<double>(kNanosPerSecond) /
                            static_cast<double>(std::max<i64>(since_start.value, 1));
  return progress;
}

}  // namespace

int run_feeds(std::span<const feeds::OpenedChannel> channels, const TakeEvents& take, bool live,
              StopOnSignal& stop) {
  const SteadyClock clock;
  const Nanos started = clock.now();
  Nanos drawn = started;
  std::vector<Event> storage(kMinPollBuffer);
  for (std::size_t channel = 0; channel < channels.size() && !stop.flag().requested(); ++channel) {
    FeedStatus status = FeedStatus::ready;
    take(channel, EventBuffer{storage.data(), kMinPollBuffer});
    while (status != FeedStatus::ended && !stop.flag().requested()) {
      const Nanos now = clock.now();
      EventBuffer events{storage.data(), kMinPollBuffer};
      status = channels[channel].feed->poll(events, now);
      take(channel, events);
      if (live && now - drawn > kRefresh) {
        draw_progress(progress_of(channels, now - started));
        drawn = now;
      }
    }
  }
  if (live) clear_live_line();
  return stop.received();
}

}  // namespace tapedeck::tools
