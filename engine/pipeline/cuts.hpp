// Event-time snapshots: cut k is the state at T_k = k x interval of exchange time.
//
// A channel's part of a cut is its state after its last message whose channel time (the running
// maximum of exchange time) is before T_k. Channels pass cuts at different moments of wall time; no
// shard waits for a channel, because the assembler puts the parts together afterwards.
#pragma once

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/book/instrument_view.hpp"
#include "engine/core/event.hpp"
#include "engine/core/interval.hpp"
#include "engine/strategy/strategy_runner.hpp"

namespace tapedeck::pipeline {

/// A channel waits when it is this many of its `cut` events ahead of the last cut that every shard
/// has reported for every channel. That bounds the memory that half-reported cuts take.
inline constexpr std::size_t kMaxCutsAhead = 64;

/// Detects when one channel's time passes cuts. One thread, the channel's.
class CutClock {
 public:
  /// `interval` is above zero; without one there are no cuts.
  explicit CutClock(std::optional<Nanos> interval) : interval_(interval.value_or(Nanos{0})) {}

  /// Called before an event of this time is applied. Returns the cuts that channel time thereby
  /// passes, if any.
  [[nodiscard]] std::optional<CutFields> pass(Nanos exchange_time) {
    if (exchange_time <= channel_time_) [[likely]]
      return {};
    channel_time_ = exchange_time;
    if (interval_.value == 0 || exchange_time < next_) [[likely]]
      return {};
    // Before its first message a channel has no state, so its first pass covers every cut up to
    // then.
    const Nanos last = floor_to(exchange_time, interval_);
    const CutFields passed{started_ ? next_ : kBeginningOfTime, last};
    started_ = true;
    if (__builtin_add_overflow(last.value, interval_.value, &next_.value)) next_ = kLastTime;
    return passed;
  }
  /// Advances channel time to that of a preroll event, and passes no cuts. Only later cuts are
  /// reported. Later cuts are complete, because their state includes the preroll events.
  void pass_preroll(Nanos exchange_time) {
    if (exchange_time <= channel_time_) return;
    channel_time_ = exchange_time;
    if (interval_.value == 0) return;
    started_ = true;
    if (__builtin_add_overflow(floor_to(exchange_time, interval_).value, interval_.value,
                               &next_.value)) {
      next_ = kLastTime;
    }
  }
  /// Advances channel time to `newest`, which is all that is needed without cuts.
  void advance(Nanos newest) { channel_time_ = std::max(channel_time_, newest); }
  [[nodiscard]] bool has_cuts() const { return interval_.value != 0; }
  [[nodiscard]] Nanos channel_time() const { return channel_time_; }
  /// The first cut that has not been passed; the one that the channel's end belongs to.
  [[nodiscard]] Nanos next() const { return next_; }
  [[nodiscard]] bool started() const { return started_; }

 private:
  static constexpr Nanos kLastTime{INT64_MAX};

  Nanos interval_;
  Nanos channel_time_ = kBeginningOfTime;
  Nanos next_ = kBeginningOfTime;
  bool started_ = false;
};

/// One instrument at one cut.
struct CutRow {
  book::InstrumentView view;
  std::vector<book::Level> bids = {}, asks = {};  // best first, up to the configured depth
  std::vector<double> values = {};                // of the strategies, in their order

  friend bool operator==(const CutRow&, const CutRow&) = default;
};

/// A shard's report on one channel for the cuts first..last.
struct CutReport {
  ChannelId channel = 0;
  u32 shard = 0;
  Nanos first{0}, last{0};
  bool ended = false;  // stands for `first` and all later cuts
  std::vector<CutRow> rows;
  // Set where there are strategies and a report with rows stands for several cuts; computes the
  // rows' values at the later ones.
  std::shared_ptr<const strategy::FrozenStrategies> frozen = {};
};

/// The rows of a channel's instruments as they are now. Shard's thread.
[[nodiscard]] std::vector<CutRow> rows_of(const book::BookSet& books, ChannelId channel, u32 depth);
/// The same, with the strategies' values at `cut`.
[[nodiscard]] std::vector<CutRow> rows_of(const book::BookSet& books, ChannelId channel, u32 depth,
                                          const strategy::StrategyRunner& strategies, Nanos cut);

class CutSink {
 public:
  virtual ~CutSink() = default;
  /// Rows sorted by (venue, symbol). Called in the order of the cuts, from one thread.
  virtual void on_cut(Nanos time, std::span<const CutRow> rows) = 0;
};

/// Assembles reports, and hands a cut to the sink only if some channel had an event between the
/// previous cut and this one. One thread.
class CutAssembler {
 public:
  CutAssembler(u32 channels, u32 shards, CutSink& sink);

  void add(CutReport report);
  /// Goes on counting cuts, but passes nothing to the sink any more. Called after a failure.
  void mute() { muted_ = true; }
  /// The last cut that every (channel, shard) has reported. Any thread.
  [[nodiscard]] Nanos completed() const {
    return Nanos{completed_.load(std::memory_order_acquire)};
  }

 private:
  struct Part {
    std::deque<CutReport> reports;  // the front is valid for the next cut
    Nanos passed = kBeginningOfTime;
  };
  void write(Nanos cut);

  std::vector<Part> parts_;
  u32 shards_;
  std::set<Nanos> due_;  // cuts to be written: some channel had an event since the cut before
  CutSink& sink_;
  bool muted_ = false;
  std::atomic<i64> completed_{kBeginningOfTime.value};
};

}  // namespace tapedeck::pipeline
