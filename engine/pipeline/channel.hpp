// A channel's own part of the pipeline: its feed, its time, its counters. Shared by the threaded
// and the inline engine, so that both see the same events with the same cuts.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/core/feed.hpp"
#include "engine/pipeline/cuts.hpp"

namespace tapedeck::pipeline {

/// Written by the channel's thread once per poll, read by the reporter at any time.
struct ChannelProgress {
  std::atomic<u64> messages{0};
  std::atomic<u64> events{0};  // decoded, without control events
  std::atomic<u64> dropped{0};
  std::atomic<u64> raw_bytes_read{0};
  std::atomic<u64> raw_bytes_total{0};
  std::atomic<i64> channel_time{kBeginningOfTime.value};
};

/// How long the thread of a live channel sleeps between polls while the source has nothing. The
/// thread has to poll, because the source rings no bell. Once the source has been silent for a
/// while, `auto` sleeps three times and later ten times as long. The sleep is short against what a
/// reader of a quiet market notices, and long against a wake-up's microseconds.
inline constexpr Nanos kLookAtSource{100'000};

/// Returns true for events that may be dropped under pressure. All other events steer the pipeline
/// or concern a whole channel, and always get through.
constexpr bool is_droppable(const Event& event) {
  return !is_control(event.kind) && event.instrument != kEveryInstrument;
}

class Channel {
 public:
  Channel(ChannelId number, std::unique_ptr<Feed> feed, const Clock& clock,
          std::optional<Nanos> cut_interval)
      : number_(number), feed_(std::move(feed)), clock_(clock), cuts_(cut_interval) {}

  /// Polls the feed into scratch(). All events of the poll before must have been passed on. Returns
  /// the number of messages taken.
  u32 poll();
  /// Updates progress(). Called after a poll, once its events are on their way.
  void publish_progress();
  /// True when no more events will come. Damage becomes a last event, which makes the channel's
  /// books STALE.
  [[nodiscard]] bool ended() const { return ended_; }
  /// True when the feed, a live one, had nothing at the last poll.
  [[nodiscard]] bool idle() const { return idle_; }
  /// Ends the channel as if the feed had ended here.
  void stop() { ended_ = true; }

  [[nodiscard]] EventBuffer& scratch() { return scratch_; }
  [[nodiscard]] CutClock& cuts() { return cuts_; }
  [[nodiscard]] const CutClock& cuts() const { return cuts_; }
  /// The latest exchange time of the feed's events.
  [[nodiscard]] Nanos newest() const { return newest_; }
  [[nodiscard]] ChannelId number() const { return number_; }
  [[nodiscard]] const Feed& feed() const { return *feed_; }
  [[nodiscard]] ChannelProgress& progress() { return progress_; }
  [[nodiscard]] const ChannelProgress& progress() const { return progress_; }
  /// The number of the feed's events that are not control events. An event for all instruments
  /// counts once.
  [[nodiscard]] u64 events_read() const { return events_read_; }
  /// When the first poll began; 0 before.
  [[nodiscard]] Nanos first_poll() const { return first_poll_; }
  /// When the last poll began, which took the events in scratch().
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
