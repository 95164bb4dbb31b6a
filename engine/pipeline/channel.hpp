// One channel of the pipeline: polls a feed, and keeps the channel's time and counters. The
// threaded and the inline engine use the same class, so that both see the same events and the same
// cuts.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/core/feed.hpp"
#include "engine/pipeline/cuts.hpp"

namespace tapedeck::pipeline {

/// The channel's thread writes it once per poll. The reporter's thread may read it at any time.
struct ChannelProgress {
  std::atomic<u64> messages{0};
  std::atomic<u64> events{0};  // decoded, without control events
  std::atomic<u64> dropped{0};
  std::atomic<u64> raw_bytes_read{0};
  std::atomic<u64> raw_bytes_total{0};
  std::atomic<i64> channel_time{kBeginningOfTime.value};
};

/// How long a channel's thread sleeps between two polls of a live source that has no data. The
/// thread has to poll, because an external source cannot wake it. While the source stays silent,
/// the wait strategy `auto` sleeps three times and later ten times as long. The sleep is too
/// short to be noticed in a quiet market, and much longer than the microseconds of a wake-up.
inline constexpr Nanos kLookAtSource{100'000};

/// Returns true if the event may be dropped when a shard is too slow. All other events steer the
/// pipeline or concern a whole channel, and are never dropped.
constexpr bool is_droppable(const Event& event) {
  return !is_control(event.kind) && event.instrument != kEveryInstrument;
}

class Channel {
 public:
  Channel(ChannelId number, std::unique_ptr<Feed> feed, const Clock& clock,
          std::optional<Nanos> cut_interval)
      : number_(number), feed_(std::move(feed)), clock_(clock), cuts_(cut_interval) {}

  /// Polls the feed once and writes the events to scratch(), which it clears first. So the caller
  /// must have passed on the events of the previous poll. Returns the number of messages taken.
  u32 poll();
  /// Updates progress(). Called after a poll, once its events have been passed on.
  void publish_progress();
  /// Returns true when no more events will come. After damage, the last poll emits a loss event,
  /// which makes the channel's books STALE.
  [[nodiscard]] bool ended() const { return ended_; }
  /// Returns true if the feed is live and had no data at the last poll.
  [[nodiscard]] bool idle() const { return idle_; }
  /// Ends the channel as if the feed had ended now.
  void stop() { ended_ = true; }

  [[nodiscard]] EventBuffer& scratch() { return scratch_; }
  [[nodiscard]] CutClock& cuts() { return cuts_; }
  [[nodiscard]] const CutClock& cuts() const { return cuts_; }
  /// Returns the latest exchange time among all events so far.
  [[nodiscard]] Nanos newest() const { return newest_; }
  [[nodiscard]] ChannelId number() const { return number_; }
  [[nodiscard]] const Feed& feed() const { return *feed_; }
  [[nodiscard]] ChannelProgress& progress() { return progress_; }
  [[nodiscard]] const ChannelProgress& progress() const { return progress_; }
  /// Returns the number of events read, without control events. An event for all instruments counts
  /// once.
  [[nodiscard]] u64 events_read() const { return events_read_; }
  /// Returns when the first poll began, by the engine's clock; 0 if there was none.
  [[nodiscard]] Nanos first_poll() const { return first_poll_; }
  /// Returns when the last poll began, which is the poll that wrote the events in scratch().
  [[nodiscard]] Nanos taken_at() const { return taken_at_; }

 private:
  void look_over();
  void append_damage();

  ChannelId number_;
  std::unique_ptr<Feed> feed_;
  const Clock& clock_;
  CutClock cuts_;
  std::vector<Event> storage_ = std::vector<Event>(kMinPollBuffer);
  EventBuffer scratch_{storage_.data(), kMinPollBuffer};
  Nanos first_poll_{0}, taken_at_{0};
  u64 events_read_ = 0;
  Nanos newest_ = kBeginningOfTime;
  bool feed_ended_ = false;
  bool idle_ = false;
  bool ended_ = false;
  ChannelProgress progress_;
};

}  // namespace tapedeck::pipeline
