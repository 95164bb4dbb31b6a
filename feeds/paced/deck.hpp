// A recording driven like a tape deck: from somewhere, up to somewhere, as fast as it was recorded
// or any number of times that.
//
// Threads and polling as in engine/core/feed.hpp. What lies before the start is given at once, its
// events flagged kOpening: books need it, nobody is to be told of it. From there on, with a speed,
// no message comes before it is due: lines of one replay share their origin, the earliest of their
// starts; pauses longer than RecordedTime::kLongestPause are left out, and told. What a poll read
// beyond the end stays unseen. Memory: one poll's events.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "engine/core/feed.hpp"
#include "feeds/common/feed_around.hpp"
#include "feeds/paced/feed.hpp"
#include "feeds/paced/recorded_time.hpp"

namespace tapedeck::paced {

/// When the lines of one replay began, in the recording's time and by the engine's clock. Shared by
/// their threads.
class DeckOrigin {
 public:
  explicit DeckOrigin(u32 lines) : missing_(lines) {}

  /// Once a line: its first message after the start is of this time; nothing, if it has none.
  void announce(std::optional<Nanos> first);
  struct Began {
    Nanos recorded, clock;
  };
  /// Empty until every line has announced. `now`: by the engine's clock.
  [[nodiscard]] std::optional<Began> began(Nanos now);

 private:
  std::atomic<u32> missing_;
  std::atomic<i64> recorded_{INT64_MAX};
  std::atomic<i64> clock_{INT64_MIN};
};

struct DeckSettings {
  Start from;                           // its after_open is not asked for
  std::optional<Sequence> to_sequence;  // the first message that is not given
  std::optional<Nanos> to_time;         // or of this line time and later
  std::optional<LineMoment> sought;     // where the source began instead of at its front
  std::optional<double> speed;          // times the recording's own; above 0; nothing: no pacing
};

class DeckFeed final : public feeds::FeedAround {
 public:
  DeckFeed(std::unique_ptr<Feed> source, const DeckSettings& settings,
           std::shared_ptr<DeckOrigin> origin);

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
  void begin(const DeckOrigin::Began& began);
  void give(EventBuffer& out, Nanos now);
  FeedStatus end();

  DeckSettings settings_;
  std::shared_ptr<DeckOrigin> origin_;
  std::vector<Event> events_ = std::vector<Event>(kMinPollBuffer);
  std::size_t next_ = 0, end_ = 0;
  bool source_ended_ = false;
  bool opening_;
  bool announced_ = false;
  bool reached_end_ = false;
  bool lost_ = false;  // a loss was given
  Nanos line_time_ = kBeginningOfTime;
  Nanos message_time_ = kBeginningOfTime;  // of the newest message that has a time
  RecordedTime recorded_;
  Nanos first_time_{0};         // of the first message that is paced
  Nanos starts_after_{0};       // the earliest line's
  u64 late_starts_ = 0;         // not waited for
  Nanos due_{0};                // of the message being given, by the engine's clock
  Sequence last_sequence_ = 0;  // of the newest message given
  u64 given_ = 0;
  FeedCounters counters_;
  std::optional<Damage> no_damage_;
  Pace pace_;
};

}  // namespace tapedeck::paced
