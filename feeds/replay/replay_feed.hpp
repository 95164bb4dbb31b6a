// A recording replayed from a place, up to a place, at the speed at which it was recorded or any
// number of times that.
//
// Threads and polling as in engine/core/feed.hpp. What lies before the start is given at once, its
// events flagged kPreroll: books need it, nobody is to be told of it. From there on, with a speed,
// no message comes before it is due by the clock that all channels of the replay share. What a poll
// read beyond the end stays unseen. Memory: one poll's events.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/core/feed.hpp"
#include "feeds/common/feed_decorator.hpp"
#include "feeds/replay/replay_clock.hpp"

namespace tapedeck::replay {

/// The first message that has both this number or a higher one, and this exchange time or a later
/// one.
struct Start {
  Sequence sequence = 0;
  Nanos exchange_time = kBeginningOfTime;
};

struct ReplaySettings {
  Start from;
  std::optional<Sequence> to_sequence;  // the first message that is not given
  std::optional<Nanos> to_time;         // or of this channel time and later
  std::optional<ChannelMoment> sought;  // where the source began instead of at its front
  std::optional<double> speed;          // times the recording's own; above 0; nothing: no pacing
};

class ReplayFeed final : public feeds::FeedDecorator {
 public:
  ReplayFeed(std::unique_ptr<Feed> source, const ReplaySettings& settings,
             std::shared_ptr<ReplayClock> clock, u32 channel = 0);

  FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  /// Of the source, once everything before it has been given: of a source that goes on behind its
  /// damage, once it has told of a loss.
  [[nodiscard]] const std::optional<Damage>& damage() const override {
    const bool before = reached_end_ ? lost_ : next_ == end_;
    return before ? inner().damage() : no_damage_;
  }
  /// What was asked for was there, to its end.
  [[nodiscard]] bool said_complete() const override {
    return reached_end_ || inner().said_complete();
  }
  [[nodiscard]] u64 last_sequence() const override {
    return reached_end_ ? last_sequence_ : inner().last_sequence();
  }
  [[nodiscard]] std::vector<std::string> warnings() const override;
  /// There was something behind the end that was asked for.
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
  std::shared_ptr<ReplayClock> clock_;  // of all channels
  u32 channel_;
  std::vector<Event> events_ = std::vector<Event>(kMinPollBuffer);
  std::size_t next_ = 0, end_ = 0;
  bool source_ended_ = false;
  bool preroll_;
  bool announced_ = false;
  bool reached_end_ = false;
  bool lost_ = false;  // a loss was given
  Nanos channel_time_ = kBeginningOfTime;
  Nanos message_time_ = kBeginningOfTime;  // of the newest message that has a time
  Nanos due_{0};                           // of the message being given, by the engine's clock
  Sequence last_sequence_ = 0;             // of the newest message given
  u64 given_ = 0;
  FeedCounters counters_;
  std::optional<Damage> no_damage_;
  Pace pace_;
};

}  // namespace tapedeck::replay
