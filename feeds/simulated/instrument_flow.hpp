// One instrument's order flow in the simulated venue: what comes next, when, and what it does.
//
// Everything is the instrument's own: its random numbers, its clock, its book. So an instrument can
// be run for any window of simulated time, in any order beside the others and on any thread, and
// always gives the same flow. One thread at a time.
#pragma once

#include <optional>

#include "engine/core/random.hpp"
#include "feeds/simulated/venue_book.hpp"

namespace tapedeck::simulated {

/// What happens to one order.
struct Action {
  enum class Kind : u8 {
    add,      // a limit order comes
    execute,  // a market order takes an order in whole
    cancel
  };
  Kind kind;
  VenueBook::Order order;
};

struct FlowOptions {
  ZeroIntelligence model;
  u64 seed = 1;
  Tick reference = 10'000;  // the price that the first orders lie around
  /// Order ids are first_id, first_id + id_step, ...: instruments share a channel's numbers without
  /// asking each other.
  u64 first_id = 1;
  u64 id_step = 1;
  double time_scale = 1;  // simulated nanoseconds per unit of the model's time
};

class InstrumentFlow {
 public:
  explicit InstrumentFlow(const FlowOptions& options);

  /// The orders that rest before the market opens, one a call: as many, in the mean, as will rest
  /// in the long run. Empty when they are all there; to be called until then, before step().
  std::optional<Action> open_next();
  /// Nanoseconds since the open at which something is next due.
  [[nodiscard]] double next_time() const { return next_time_; }
  /// Does what is due then. Empty when nothing comes of it: a market order that finds no order, a
  /// price outside the venue's range.
  std::optional<Action> step();

  [[nodiscard]] const VenueBook& book() const { return book_; }

 private:
  // Prices stay inside what 32 bits of 1e-4 can hold, in cents.
  static constexpr Tick kLowest = 1;
  static constexpr Tick kHighest = 40'000'000;

  void schedule();
  std::optional<Action> limit_order();
  std::optional<Action> market_order();
  Action cancel();
  std::optional<Action> place(Side side, Tick tick);
  [[nodiscard]] Tick touch(Side side) const {
    return book_.has(side) ? book_.best(side) : last_best_[side == Side::bid ? 0 : 1];
  }
  void remember(Side side);

  FlowOptions options_;
  Random random_;
  VenueBook book_;
  std::array<Tick, 2> last_best_;  // where an empty side last was
  u64 next_id_;
  u32 to_open_;
  double next_time_ = 0;
};

}  // namespace tapedeck::simulated
