// Reads a feed up to its first event with an exchange time, and emits those events again.
// engine/core/feed.hpp states the rules for threads and polling.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "feeds/common/feed_decorator.hpp"

namespace tapedeck::feeds {

/// Returns true if the event's exchange time is one of the recording: it is no event of the
/// transport, which repeats the time of the message before.
[[nodiscard]] inline bool has_own_time(const Event& event) {
  return !is_control(event.kind) && event.kind != Kind::clear && (event.flags & kOfCheckpoint) == 0;
}

class PeekedFeed final : public FeedDecorator {
 public:
  explicit PeekedFeed(std::unique_ptr<Feed> inner) : FeedDecorator(std::move(inner)) {}

  /// Polls until an event has such a time, and returns it; empty if there is none. Calls `keep_on`
  /// with the status of a poll without one, and ends if it returns false; `keep_on` may sleep after
  /// FeedStatus::idle. Must be called before the first poll, once.
  [[nodiscard]] std::optional<Nanos> first_time(Nanos now,
                                                const std::function<bool(FeedStatus)>& keep_on) {
    while (true) {
      Poll& poll = polls_.emplace_back();
      poll.events.resize(kMinPollBuffer);
      EventBuffer out{poll.events.data(), kMinPollBuffer};
      poll.status = inner().poll(out, now);
      poll.events.resize(out.size());
      poll.restoring = inner().restoring();
      const auto timed = std::ranges::find_if(poll.events, has_own_time);
      if (timed != poll.events.end()) return timed->exchange_time;
      if (poll.status == FeedStatus::ended || !keep_on(poll.status)) return {};
      if (poll.events.empty()) polls_.pop_back();
    }
  }

  /// Returns empty, because the feed has been read already.
  std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) override { return {}; }

  FeedStatus poll(EventBuffer& out, Nanos now) override {
    if (polls_.empty()) {
      restoring_.reset();
      return inner().poll(out, now);
    }
    const Poll first = std::move(polls_.front());
    polls_.pop_front();
    for (const Event& event : first.events) out.push() = event;
    restoring_ = first.restoring;
    return polls_.empty() ? first.status : FeedStatus::ready;
  }
  [[nodiscard]] bool restoring() const override { return restoring_.value_or(inner().restoring()); }

 private:
  struct Poll {
    std::vector<Event> events;
    FeedStatus status = FeedStatus::ready;
    bool restoring = false;
  };

  std::deque<Poll> polls_;
  std::optional<bool> restoring_;  // of the newest poll, if its events were read ahead
};

}  // namespace tapedeck::feeds
