// Replays a recording from a start to an end, unpaced or at a multiple of the recorded speed.
//
// Threads and polling as in engine/core/feed.hpp. Everything before the start is emitted without
// pacing, flagged kPreroll: books need these events, but nothing reports them. With a speed set, no
// message from the start on is emitted before it is due by the clock that all channels share.
// Events read beyond the end are not emitted. Memory: one poll's events.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/core/feed.hpp"
#include "feeds/common/feed_decorator.hpp"
#include "feeds/replay/replay_clock.hpp"

namespace tapedeck::replay {

/// The first message whose number is at least `sequence` and at which channel time is at least
/// `exchange_time`. Channel time is the running maximum of exchange time.
struct Start {
  Sequence sequence = 0;
  Nanos exchange_time = kBeginningOfTime;
};

struct ReplaySettings {
  Start from;
  std::optional<Sequence> to_sequence;  // no message from this number on is emitted
  std::optional<Nanos> to_time;         // no message from this channel time on is emitted
  std::optional<ChannelMoment> sought;  // where the source began after a seek
  std::optional<double> speed;          // factor on the recorded speed, above 0; nothing: no pacing
};

class ReplayFeed final : public feeds::FeedDecorator {
 public:
  ReplayFeed(std::unique_ptr<Feed> source, const ReplaySettings& settings,
             std::shared_ptr<ReplayClock> clock, u32 channel = 0);

  FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  /// The source's damage, once every event before the damage has been emitted. After the requested
  /// end was reached, damage is reported only if a loss was emitted, because otherwise the source
  /// may have met the damage beyond that end.
  [[nodiscard]] const std::optional<Damage>& damage() const override {
    const bool before = reached_end_ ? lost_ : next_ == end_;
    return before ? inner().damage() : no_damage_;
  }
  /// True when the whole requested range was there.
  [[nodiscard]] bool said_complete() const override {
    return reached_end_ || inner().said_complete();
  }
  [[nodiscard]] u64 last_sequence() const override {
    return reached_end_ ? last_sequence_ : inner().last_sequence();
  }
  [[nodiscard]] std::vector<std::string> warnings() const override;
  /// True when the source went beyond the requested end.
  [[nodiscard]] bool reached_end() const { return reached_end_; }
  [[nodiscard]] const Pace* pace() const override { return settings_.speed ? &pace_ : nullptr; }

 private:
  [[nodiscard]] FeedStatus refill(Nanos now);
  [[nodiscard]] bool is_start(const Event& event) const;
  [[nodiscard]] bool is_beyond(const Event& event) const;
  [[nodiscard]] bool is_due(Nanos now);
  void emit(EventBuffer& out, Nanos now);
  FeedStatus end();

  ReplaySettings settings_;
  std::shared_ptr<ReplayClock> clock_;  // shared by all channels
  u32 channel_;
  std::vector<Event> events_ = std::vector<Event>(kMinPollBuffer);
  std::size_t next_ = 0, end_ = 0;
  bool source_ended_ = false;
  bool preroll_;
  bool announced_ = false;
  bool reached_end_ = false;
  bool lost_ = false;  // a loss was emitted
  Nanos channel_time_ = kBeginningOfTime;
  Nanos message_time_ = kBeginningOfTime;  // of the newest message that has a time
  Nanos due_{0};                           // of the message being emitted, by the engine's clock
  Sequence last_sequence_ = 0;             // of the newest message emitted
  u64 given_ = 0;
  FeedCounters counters_;
  std::optional<Damage> no_damage_;
  Pace pace_;
};

}  // namespace tapedeck::replay
