// The interface of a strategy, which watches one instrument and computes values.
//
// One instance sees one instrument, on the thread that keeps its book. Callbacks come in the order
// of the source's messages and must not read a clock, so that the same input gives the same values
// for any number of threads. They must neither allocate nor wait, because they run on the shard's
// thread.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/book/book_view.hpp"
#include "engine/book/trade.hpp"
#include "engine/strategy/strategy_plan.hpp"

namespace tapedeck::strategy {

/// The value of an output that is not available.
inline constexpr double kNotAvailable = std::numeric_limits<double>::quiet_NaN();

class Strategy {
 public:
  virtual ~Strategy() = default;
  /// Called for every trade, printable or not, when it happens. on_message() reports the change of
  /// the book.
  virtual void on_trade(const book::Trade& /*trade*/) {}
  /// Called after the last event of a message about this instrument, after a clear, and after a
  /// loss; not for definitions, notices or the preroll. The book is empty after a clear, and after
  /// a loss because the engine dropped events. While the book ignores events after such a loss,
  /// only a clear or a loss calls it. `time` may go back where the source's time does.
  virtual void on_message(const book::BookView& /*book*/, Nanos /*time*/) {}
  /// Writes one value for every output. `now` is at or after every time seen. A strategy that works
  /// in intervals of time reports those that end by `now` as complete. A later message with an
  /// earlier time may still change them.
  virtual void values(Nanos now, std::span<double> out) const = 0;
};

}  // namespace tapedeck::strategy
