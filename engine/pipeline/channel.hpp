// One channel of the pipeline: polls a feed, and keeps the channel's time and counters. The
// threaded and the inline engine use the same class, so that both see the same events and the same
// cuts.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/core/clock.hpp"
#include "engine/core/recording.hpp"
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

/// How long it sleeps at most if the source has a descriptor, which wakes the thread. The thread
/// polls even so, because time limits, as for a gap, pass without input.
inline constexpr Nanos kLookAtClock{10'000'000};

/// Returns true if the event may be dropped when a shard is too slow. All other events steer the
/// pipeline or concern a whole channel, and are never dropped.
constexpr bool is_droppable(const Event& event) {
  return !is_control(event.kind) && event.instrument != kEveryInstrument;
}

/// A part of a poll's events, and the mark that follows it. Both are the channel's, and valid until
/// its next section or its next poll.
struct Section {
  std::span<const Event> events;
  // A `cut`, or at the end of the channel an `end`; null: none. It concerns every shard, and must
  // reach a shard after the events of this section and before those of the next one.
  const Event* mark = nullptr;
};

class Channel {
 public:
  /// `cut_interval` must be above zero; empty: there are no cuts.
  Channel(ChannelId number, std::unique_ptr<Feed> feed, const Clock& clock,
          std::optional<Nanos> cut_interval)
      : number_(number),
        feed_(std::move(feed)),
        recording_(feed_->recording()),
        clock_(clock),
        cuts_(cut_interval) {}

  /// Polls the feed once. The caller must have taken all sections of the previous poll. Returns the
  /// number of messages taken.
  u32 poll();
  /// Moves on to the next section of the poll's events, which are split at the cuts that they pass.
  /// Advances channel time over the section's events and, with a cut, to the event behind it. The
  /// last section of a channel that has ended has the mark `end`. Returns false when all sections
  /// have been taken.
  [[nodiscard]] bool next_section() {
    const bool has_end = ended_ && !end_marked_;
    if (in_sections_ == scratch_.size() && !has_end) return false;
    take_section();
    return true;
  }
  /// Returns the section that next_section() has moved on to.
  [[nodiscard]] const Section& section() const { return section_; }
  /// Updates progress(). Called after a poll, once its events have been passed on.
  void publish_progress();
  /// Returns true when no more events will come. After damage, the last poll emits a loss event,
  /// which makes the channel's books STALE.
  [[nodiscard]] bool ended() const { return ended_; }
  /// Returns true if the feed's recording is complete. A live feed is complete once it has ended.
  [[nodiscard]] bool complete() const {
    return recording_ != nullptr ? recording_->complete() : feed_ended_;
  }
  /// Returns true if the feed had no data at the last poll.
  [[nodiscard]] bool idle() const { return idle_; }
  /// Ends the channel as if the feed had ended after the sections that were taken. Sections that
  /// were not taken are discarded; only the one with the mark `end` is left.
  void stop() {
    ended_ = true;
    in_sections_ = scratch_.size();
  }

  /// Returns the events of the newest poll.
  [[nodiscard]] std::span<const Event> polled() const {
    return {scratch_.begin(), scratch_.size()};
  }
  /// Returns true if the events of the newest poll may be dropped when a shard is too slow. Events
  /// before a timetable's start and events that restore books come at full speed, and are no load
  /// to be shed.
  [[nodiscard]] bool may_drop() const { return scratch_.may_drop() && !feed_->restoring(); }
  /// Returns the latest exchange time among the events of all sections that were taken.
  [[nodiscard]] Nanos channel_time() const { return cuts_.channel_time(); }
  /// Returns an event for all instruments, with the channel's time and number.
  [[nodiscard]] Event event_of(Kind kind) const;
  [[nodiscard]] ChannelId number() const { return number_; }
  [[nodiscard]] const Feed& feed() const { return *feed_; }
  [[nodiscard]] ChannelProgress& progress() { return progress_; }
  [[nodiscard]] const ChannelProgress& progress() const { return progress_; }
  /// Returns the number of events read, without control events. An event for all instruments counts
  /// once.
  [[nodiscard]] u64 events_read() const { return events_read_; }
  /// Returns when the first poll began, by the engine's clock; 0 if there was none.
  [[nodiscard]] Nanos first_poll() const { return first_poll_; }
  /// Returns when the newest poll began.
  [[nodiscard]] Nanos taken_at() const { return taken_at_; }

 private:
  void look_over();
  void append_damage();
  void take_section();
  [[nodiscard]] std::optional<CutFields> pass(const Event& event);
  [[nodiscard]] const Event* mark(Kind kind, const CutFields& cut);

  ChannelId number_;
  std::unique_ptr<Feed> feed_;
  const Recording* recording_;  // the feed's; null if it is live
  const Clock& clock_;
  CutClock cuts_;
  std::vector<Event> storage_ = std::vector<Event>(kMinPollBuffer);
  EventBuffer scratch_{storage_.data(), kMinPollBuffer};
  Nanos first_poll_{0}, taken_at_{0};
  u64 events_read_ = 0;
  u32 in_sections_ = 0;              // how many events of the poll are in sections already
  Nanos newest_ = kBeginningOfTime;  // exchange time among all events so far
  bool feed_ended_ = false;
  bool idle_ = false;
  bool ended_ = false;
  bool end_marked_ = false;
  Section section_;
  Event mark_{};  // of the newest section that has one
  ChannelProgress progress_;
};

}  // namespace tapedeck::pipeline
