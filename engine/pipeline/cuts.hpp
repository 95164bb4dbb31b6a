// Cuts: consistent snapshots of all books in exchange time. Cut k is the state at T_k = k x
// interval.
//
// A channel's part of a cut is its state after its last message whose channel time (the running
// maximum of exchange time) is before T_k. Channels pass a cut at different moments of wall time.
// No shard waits for a channel, because CutAssembler joins the parts afterwards
// (cut_assembler.hpp).
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "engine/book/instrument_view.hpp"
#include "engine/core/event.hpp"
#include "engine/core/interval.hpp"

namespace tapedeck::pipeline {

/// A cut is complete when every shard has reported it for every channel. A channel waits while this
/// many of the `cut` events that it has sent belong to incomplete cuts. This bounds the memory of
/// incomplete cuts.
inline constexpr std::size_t kMaxCutsAhead = 64;

/// Holds one channel's time, and detects which cuts it passes. Channel's thread.
class CutClock {
 public:
  /// `interval` must be above zero. Empty: there are no cuts.
  explicit CutClock(std::optional<Nanos> interval) : interval_(interval.value_or(Nanos{0})) {}

  /// Must be called before an event with this exchange time is handed to a shard. Advances channel
  /// time, and returns the cuts that it passes; empty if it passes none.
  [[nodiscard]] std::optional<CutFields> pass(Nanos exchange_time) {
    if (exchange_time <= channel_time_) [[likely]]
      return {};
    channel_time_ = exchange_time;
    if (interval_.value == 0 || exchange_time < next_) [[likely]]
      return {};
    // The first result covers every cut up to `last`, because the channel's state is empty at all
    // of them.
    const Nanos last = floor_to(exchange_time, interval_);
    const CutFields passed{started_ ? next_ : kBeginningOfTime, last};
    started_ = true;
    if (__builtin_add_overflow(last.value, interval_.value, &next_.value)) next_ = kLastTime;
    return passed;
  }
  /// Advances channel time to that of a preroll event (an event before the start of a replay). The
  /// cuts up to that time are not reported. Later cuts are complete, because their state includes
  /// the preroll events.
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
  /// Advances channel time to `newest`. Suffices when there are no cuts.
  void advance(Nanos newest) { channel_time_ = std::max(channel_time_, newest); }
  [[nodiscard]] bool has_cuts() const { return interval_.value != 0; }
  [[nodiscard]] Nanos channel_time() const { return channel_time_; }
  /// Returns the first cut that has not been passed. When the channel ends, its final state is
  /// reported for this cut and all later ones.
  [[nodiscard]] Nanos next() const { return next_; }
  [[nodiscard]] bool started() const { return started_; }

 private:
  static constexpr Nanos kLastTime{INT64_MAX};

  Nanos interval_;
  Nanos channel_time_ = kBeginningOfTime;
  Nanos next_ = kBeginningOfTime;
  bool started_ = false;
};

/// One instrument at one cut, as the thread that assembles cuts holds it.
struct CutRow {
  book::InstrumentView view;
  std::vector<book::Level> bids = {}, asks = {};  // best first, up to the configured depth
  std::vector<double> values = {};                // of the strategies, in the strategies' order

  friend bool operator==(const CutRow&, const CutRow&) = default;
};

/// The rows of a cut, or neighbours among them. They may change once the call that got them has
/// returned.
using CutRows = std::span<const CutRow* const>;

class CutSink {
 public:
  virtual ~CutSink() = default;
  /// Receives the rows of a cut, sorted by (venue, symbol). Called in the order of the cuts, from
  /// one thread.
  virtual void on_cut(Nanos time, CutRows rows) = 0;
};

}  // namespace tapedeck::pipeline
