// Replays a recording from a start to an end, unpaced or at a multiple of the recorded speed.
//
// Threads and polling: see engine/core/feed.hpp. Events before the start are emitted without
// pacing, flagged kPreroll: books need these events, but they are not reported. From the start on,
// if a speed is set, no message is emitted before it is due by the ReplayClock, which all channels
// share. Events that restore books (see Feed::restoring()) are emitted at once, and their latency
// is not measured. The pace begins with the first event behind them. Events at or beyond the end
// are not emitted. Memory: one poll's events.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/core/recording.hpp"
#include "feeds/common/feed_decorator.hpp"
#include "feeds/replay/replay_clock.hpp"

namespace tapedeck::replay {

/// The replay starts with the first message whose number is at least `sequence` and at which
/// channel time is at least `exchange_time`. Channel time is the running maximum of exchange time.
struct Start {
  Sequence sequence = 0;
  Nanos exchange_time = kBeginningOfTime;
};

struct ReplaySettings {
  Start from;
  std::optional<Sequence> to_sequence;  // messages with this or a higher number are not emitted
  std::optional<Nanos> to_time;         // messages at this or a later channel time are not emitted
  std::optional<ChannelMoment> sought;  // the position that a seek of the source has reached
  bool warns_if_empty = true;   // warn if no channel has a message between the start and the end
  std::optional<double> speed;  // multiple of the recorded speed, above 0; nothing: no pacing
};

class ReplayFeed final : public feeds::FeedDecorator {
 public:
  ReplayFeed(std::unique_ptr<Feed> source, const ReplaySettings& settings,
             std::shared_ptr<ReplayClock> clock, u32 channel = 0);

  /// Returns empty: the source is sought before it is wrapped, see ReplaySettings::sought.
  std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) override { return {}; }
  FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  /// Returns the source's damage, but only once every event before the damage has been emitted. If
  /// the requested end was reached, returns damage only if a loss was emitted: without a loss, the
  /// damage may lie beyond the end.
  [[nodiscard]] const std::optional<Damage>& damage() const override {
    const bool before = reached_end_ ? lost_ : next_ == end_;
    return before ? inner_recording().damage() : no_damage_;
  }
  /// Returns true if the requested end was reached, or if the source says that it is complete.
  [[nodiscard]] bool said_complete() const override {
    return reached_end_ || inner_recording().said_complete();
  }
  [[nodiscard]] Sequence last_sequence() const override {
    return reached_end_ ? last_sequence_ : inner().last_sequence();
  }
  [[nodiscard]] std::vector<std::string> warnings() const override;
  /// Returns true if the source has returned a message at or beyond the requested end.
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
  bool restoring_ = false;  // the events in events_ restore books
  bool has_start_;
  bool preroll_;
  bool announced_ = false;
  bool reached_end_ = false;
  bool lost_ = false;  // a loss was emitted
  bool ended_ = false;
  Nanos channel_time_ = kBeginningOfTime;
  Nanos message_time_ = kBeginningOfTime;  // time of the newest message that has a time
  Nanos due_{0};                // due time of the message being emitted, by the engine's clock
  Sequence last_sequence_ = 0;  // number of the newest message emitted
  u64 given_ = 0;
  u64 shown_ = 0;  // of these, from the start on
  FeedCounters counters_;
  std::optional<Damage> no_damage_;
  Pace pace_;
};

}  // namespace tapedeck::replay
