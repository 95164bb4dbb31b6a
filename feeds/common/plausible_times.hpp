// Replaces implausible times: a time far ahead of the messages before it that the next message does
// not confirm. One damaged message would else move channel time, and with it snapshots and the end
// of a replay, for the rest of the day.
//
// A time is far ahead if it is more than kLongestPause after the newest time so far. It is
// confirmed if the time of the next message is not earlier by more than kLongestPause. An
// implausible time is counted, and the message's events get the newest time before it; if there is
// none, the time of the message after it. A message whose successor is not known yet is held until
// the next poll. (A pipe's message is not held, because its writer may wait; it is judged only
// within its poll.)
//
// engine/core/feed.hpp states the rules for threads and polling. Allocates memory only where a time
// is far ahead.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "feeds/common/feed_decorator.hpp"
#include "feeds/common/recorded_time.hpp"

namespace tapedeck::feeds {

class PlausibleTimes final : public FeedDecorator {
 public:
  explicit PlausibleTimes(std::unique_ptr<Feed> inner);

  std::optional<ChannelMoment> seek(const ChannelPlace& place) override;
  [[nodiscard]] FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }

 private:
  static constexpr Nanos kLongestPause = RecordedTime::kLongestPause;

  FeedStatus poll_behind_held(EventBuffer& out, Nanos now);
  [[nodiscard]] bool goes_far(std::span<const Event> events);
  [[nodiscard]] std::size_t judge(std::span<Event> events, bool is_end);
  void emit_pending(EventBuffer& out);
  void note_counters();

  FeedCounters counters_;  // the inner feed's, and implausible_times
  bool is_file_;
  Nanos newest_ = kBeginningOfTime;  // among plausible times
  u64 implausible_ = 0;
  bool inner_ended_ = false;
  std::vector<Event> held_;     // the newest message, whose time is far ahead
  std::vector<Event> pending_;  // judged, not emitted yet
  std::size_t emitted_ = 0;     // of pending_
};

}  // namespace tapedeck::feeds
