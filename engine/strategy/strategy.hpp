// The interface of a strategy, which observes one instrument, may compute values, and may send
// orders.
//
// One instance sees one instrument, on the thread that owns the instrument's book. It is made with
// a Context. For cuts, the cut thread calls values() of a copy. Callbacks come in the order of the
// source's messages. They must not read a clock, so that the same input gives the same values with
// any number of threads. They must not allocate or block, because they run on the shard's thread.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/book/book_view.hpp"
#include "engine/book/trade.hpp"
#include "engine/strategy/context.hpp"
#include "engine/strategy/strategy_plan.hpp"

namespace tapedeck::strategy {

/// The value of an output for which there is no value yet.
inline constexpr double kNotAvailable = std::numeric_limits<double>::quiet_NaN();

/// What a strategy looks at. It is called only when that has changed.
struct Interest {
  /// Every message about the instrument calls on_message(), even one without a changed level, such
  /// as a halt.
  static constexpr u32 kEveryMessage = std::numeric_limits<u32>::max();
  /// From more levels than this on, every message calls on_message().
  static constexpr u32 kMostLevels = 1'000;

  bool trades = true;
  // The best so many levels of each side: a message calls on_message() if it has changed the price,
  // the quantity or the number of orders of one of them. 0: never; 1: the best bid and offer.
  u32 levels = kEveryMessage;
  // For a strategy whose values depend on nothing but the book: on_message() is called only before
  // the values are read, once for all messages since it was last called, and sees the book as it
  // was after the last of them. `levels` says nothing then.
  bool only_when_read = false;
};

class Strategy {
 public:
  virtual ~Strategy() = default;
  /// Returns what the strategy looks at. Must always return the same.
  [[nodiscard]] virtual Interest interest() const { return {}; }
  /// Called for every trade, printable or not, before on_message() reports the trade's message.
  virtual void on_trade(const book::Trade& /*trade*/) {}
  /// Called after the last event of a message about this instrument, after a clear, and after a
  /// loss, if it has changed what interest() says. Not called for definitions, for notices, and for
  /// the preroll (events before the start of a replay). The book is empty after a clear. It is also
  /// empty after a loss that stands for events that the engine itself dropped. The book then
  /// ignores events until a clear; meanwhile, only another loss calls on_message(). `time` may go
  /// back if the source's time goes back.
  virtual void on_message(const book::BookView& /*book*/, Nanos /*time*/) {}
  /// Writes the outputs' values over `out`, which holds kNotAvailable for each. Needed only by
  /// strategies that have outputs. `now` is not before any time that the strategy has seen. A
  /// strategy that works in intervals of time treats an interval that ends at or before `now` as
  /// complete. A later message with an earlier time may still change the interval's values.
  virtual void values(Nanos /*now*/, std::span<double> /*out*/) const {}
};

}  // namespace tapedeck::strategy
