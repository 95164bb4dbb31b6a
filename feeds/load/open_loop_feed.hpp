// A feed's messages by a timetable, each no sooner than it is due: the load of a latency benchmark.
//
// Threads and polling as in engine/core/feed.hpp. First the preroll, up to the start asked for, as
// fast as it is asked; then as many messages as fit are fetched from the feed below, so that this
// costs nothing while time counts; then the timetable runs. An event's due time is that of its
// message, however late the poll is that gives it: what waits for a stalled engine has waited.
// Events of the preroll are marked kNotTimed, those of the warm-up kWarmUp.
// Memory: kMostPrepared events; a longer run fetches the rest as it goes, and is late by that.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "engine/core/feed.hpp"
#include "feeds/load/timetable.hpp"

namespace tapedeck::open_loop {

inline constexpr std::size_t kMostPrepared = std::size_t{1} << 22;  // events: 256 MiB

/// Polls of the source that one poll makes while they bring no events: some microseconds each.
inline constexpr u32 kMostFetches = 8;
/// A message that is less late than this is likely the only one that is due.
inline constexpr Nanos kUpToDate{200};

/// How long after its end a timetable is still worked off: what is not done by then never will be.
inline constexpr Nanos kPatience{kNanosPerSecond};

/// Where the timetable's first message is found: the first one of which all holds.
struct Start {
  Sequence sequence = 0;                   // numbered so or higher
  Nanos exchange_time = kBeginningOfTime;  // at this time or later
  bool after_open = false;                 // the channel's session says that the market has opened
};

struct Span {
  Nanos warm_up{0};                 // of the timetable, not timed
  Nanos duration{kNanosPerSecond};  // after that
};

class OpenLoopFeed final : public Feed {
 public:
  OpenLoopFeed(std::unique_ptr<Feed> source, const Load& load, const Start& start, Span span);

  FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  /// Of the source, once everything before it has been given: what the timetable never came to is
  /// none of its business.
  [[nodiscard]] const std::optional<Damage>& damage() const override {
    return next_ == end_ ? source_->damage() : no_damage_;
  }
  [[nodiscard]] bool said_complete() const override { return true; }  // it ends when time is over
  [[nodiscard]] u64 last_sequence() const override { return source_->last_sequence(); }
  [[nodiscard]] u64 raw_bytes_read() const override { return source_->raw_bytes_read(); }
  [[nodiscard]] u64 raw_bytes_total() const override { return source_->raw_bytes_total(); }
  [[nodiscard]] std::vector<std::string> warnings() const override { return source_->warnings(); }
  /// Of the timed messages.
  [[nodiscard]] const Pace* pace() const override { return &pace_; }

  /// The timed part of the timetable has begun, and not ended. Any thread.
  [[nodiscard]] bool being_timed() const { return being_timed_.load(std::memory_order_relaxed); }

  /// The source ended before the timetable did. Once this feed has ended.
  [[nodiscard]] bool ran_dry() const { return ran_dry_; }
  /// The engine was so far behind that the rest of the timetable was given up.
  [[nodiscard]] bool overdue() const { return overdue_; }
  /// How long the timed part of the timetable was: as asked, or up to the last message.
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
  FeedStatus end();

  std::unique_ptr<Feed> source_;
  Timetable timetable_;
  Start start_;
  Span span_;
  double most_messages_;  // that the timetable can hold; of recorded times unknown, so endless
  Phase phase_ = Phase::preroll;
  bool opened_ = false;
  bool source_ended_ = false, ran_dry_ = false, overdue_ = false;
  std::vector<Event> events_;  // fetched, from next_ on not given yet
  std::size_t next_ = 0, end_ = 0;
  Nanos began_{0};     // the timetable, by the engine's clock
  Nanos next_due_{0};  // after that
  Nanos last_due_{0};
  struct Given {
    Nanos due, at;  // by the timetable; by the engine's clock
  };
  std::optional<Given> unsettled_;
  FeedCounters counters_;
  std::optional<Damage> no_damage_;
  Pace pace_;
  std::atomic<bool> being_timed_{false};
};

}  // namespace tapedeck::open_loop
