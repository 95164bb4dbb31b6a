// The interface of a strategy: something that watches one instrument and has values to show.
//
// One instance sees one instrument, on the thread that keeps its book. Callbacks come in the order
// of the source's messages and must neither allocate nor wait nor look at a clock: the same input
// gives the same values, for any number of threads.
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

/// What a value is while there is none.
inline constexpr double kNotAvailable = std::numeric_limits<double>::quiet_NaN();

class Strategy {
 public:
  virtual ~Strategy() = default;
  /// Every trade, printable or not, when it happens. It changes the book as well, but on_message()
  /// tells of that.
  virtual void on_trade(const book::Trade& /*trade*/) {}
  /// Once for every message of the source, when the book is as the message leaves it. After a
  /// clear, or a loss that emptied it, the book is empty; while it ignores what comes after a loss
  /// there are no callbacks. `time` may go back, where the source's does.
  virtual void on_message(const book::BookView& /*book*/, Nanos /*time*/) {}
  /// One value for every output. `now` is at or after every time seen, and intervals that end by
  /// then are taken as whole; what its channel brings late may still change them.
  virtual void values(Nanos now, std::span<double> out) const = 0;
};

}  // namespace tapedeck::strategy
