// Emits another feed's messages by a timetable, as the load of a latency benchmark. The timetable
// gives each message a due time, and no message is emitted before its due time.
//
// Threads and polling: see engine/core/feed.hpp. The feed first emits the preroll, which is all
// messages before the requested start, as fast as it is polled. Then it fetches the messages that
// the timetable needs, up to kMostPrepared events, so that fetching costs no time while latency is
// measured. Then the timetable runs.
// An event's due time is its message's time in the timetable, however late the event is emitted. So
// time spent waiting for a stalled engine counts as latency. The due time of preroll events is
// kNotTimed, and that of warm-up events is kWarmUp.
// With recorded times, a pause that would leave the timed part without a message is left out: the
// first message behind it is due when the timed part begins.
// Events that restore books (see Feed::restoring()) are no load: they are emitted as soon as they
// come, and their due time is kNotTimed.
// Where damage ends the source's recording, a `loss` event is the last event, so that books say so.
// Memory: kMostPrepared events. If the timetable needs more events, the feed fetches the rest while
// the timetable runs, which makes messages late.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "engine/core/recording.hpp"
#include "feeds/load/timetable.hpp"

namespace tapedeck::open_loop {

inline constexpr std::size_t kMostPrepared = std::size_t{1} << 22;  // events: 256 MiB

/// The most times that one poll of this feed polls a source that returns no events. Each try takes
/// some microseconds.
inline constexpr u32 kMostFetches = 8;
/// poll() returns after a message that was emitted less than this after its due time, because then
/// probably no other message is due.
inline constexpr Nanos kUpToDate{200};

/// How long after the timetable's end its messages are still emitted. An engine that is further
/// behind will not catch up.
inline constexpr Nanos kPatience{kNanosPerSecond};

/// The timetable begins with the first message that meets all of these conditions.
struct Start {
  Sequence sequence = 0;                   // the message has this number or a higher one
  Nanos exchange_time = kBeginningOfTime;  // the message has this time or a later one
  bool after_open = false;                 // the message comes after the market has opened
};

struct Span {
  Nanos warm_up{0};                 // the first part of the timetable, which is not measured
  Nanos duration{kNanosPerSecond};  // the measured part, after the warm-up
};

class OpenLoopFeed final : public Feed {
 public:
  OpenLoopFeed(std::unique_ptr<Feed> source, const Load& load, const Start& start, Span span);

  FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  [[nodiscard]] Sequence last_sequence() const override { return source_->last_sequence(); }
  [[nodiscard]] std::vector<std::string> warnings() const override { return source_->warnings(); }
  [[nodiscard]] std::optional<std::string> left_out() const override { return source_->left_out(); }
  /// Returns the pace of the messages in the timed part.
  [[nodiscard]] const Pace* pace() const override { return &pace_; }

  /// Returns the damage of the source's recording, but only once every event before the damage has
  /// been emitted; else null. Damage beyond the timetable's end is not reported.
  [[nodiscard]] const Damage* source_damage() const {
    return next_ == end_ ? damage_of(*source_) : nullptr;
  }
  /// Returns true while the timed part of the timetable runs. Any thread.
  [[nodiscard]] bool being_timed() const { return being_timed_.load(std::memory_order_relaxed); }

  /// Returns true if the source ended before the timetable did. Valid once this feed has ended.
  [[nodiscard]] bool ran_dry() const { return ran_dry_; }
  /// Returns true if the engine was so far behind that the feed skipped the rest of the timetable.
  [[nodiscard]] bool overdue() const { return overdue_; }
  /// Returns the length of the timed part of the timetable: as requested, or only up to the last
  /// timed message if ran_dry() or overdue() is true.
  [[nodiscard]] Nanos timed_span() const;

 private:
  enum class Phase : u8 { preroll, preparing, running };

  FeedStatus open(EventBuffer& out, Nanos now);
  FeedStatus prepare(Nanos now);
  FeedStatus run(EventBuffer& out, Nanos now);
  [[nodiscard]] bool is_start(const Event& event);
  bool fetch(Nanos now);
  void settle();
  [[nodiscard]] bool refill(Nanos now);
  [[nodiscard]] bool emit_message(EventBuffer& out, Nanos due_time);
  void set_next_due();
  FeedStatus end(EventBuffer& out);

  std::unique_ptr<Feed> source_;
  Timetable timetable_;
  Start start_;
  Span span_;
  double most_messages_;  // the most that the timetable can hold; infinite for recorded times
  bool keeps_recorded_times_;
  Phase phase_ = Phase::preroll;
  bool opened_ = false;
  bool source_ended_ = false, ran_dry_ = false, overdue_ = false;
  std::vector<Event> events_;  // fetched; those from next_ to end_ are not emitted yet
  std::size_t next_ = 0, end_ = 0;
  Nanos newest_ = kBeginningOfTime;  // time of a fetched event
  Nanos began_{0};                   // when the timetable began, by the engine's clock
  Nanos next_due_{0};                // the next message's due time, counted from began_
  Nanos last_due_{0};
  Nanos left_out_{0};  // the pause without which the timed part would have no message
  struct Given {
    Nanos due, at;  // due: counted from began_; at: emission time by the engine's clock
  };
  std::optional<Given> unsettled_;
  FeedCounters counters_;
  Pace pace_;
  std::atomic<bool> being_timed_{false};
};

}  // namespace tapedeck::open_loop
