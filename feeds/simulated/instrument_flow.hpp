// One instrument's order flow in the simulated venue: the actions on orders and their times.
//
// Each instrument has its own random numbers, clock and book. The flow is therefore always the
// same: it does not depend on other instruments, on the thread, or on the steps in which simulated
// time advances. One thread at a time.
#pragma once

#include <optional>

#include "engine/core/random.hpp"
#include "feeds/simulated/venue_book.hpp"

namespace tapedeck::simulated {

/// What happens to one order.
struct Action {
  enum class Kind : u8 {
    add,      // a limit order arrives
    execute,  // a market order fills a whole resting order
    cancel
  };
  Kind kind;
  VenueBook::Order order;
};

struct FlowOptions {
  ZeroIntelligence model;
  u64 seed = 1;
  Tick reference = 10'000;  // the price around which the first orders rest
  /// Order ids are first_id, first_id + id_step, ..., so that instruments share a channel's ids
  /// without coordination.
  u64 first_id = 1;
  u64 id_step = 1;
  double time_scale = 1;  // simulated nanoseconds per unit of the model's time
};

class InstrumentFlow {
 public:
  explicit InstrumentFlow(const FlowOptions& options);

  /// Places one of the orders that rest when the market opens. Their number is about the long-run
  /// average number of resting orders. Returns empty when all are placed. Must be called until it
  /// returns empty, before the first call of step().
  std::optional<Action> open_next();
  /// Returns the time when the next step is due, in nanoseconds since the open.
  [[nodiscard]] double next_time() const { return next_time_; }
  /// Performs the step that is due at next_time(). Returns empty when the step has no effect: a
  /// market order finds no resting order, or a limit order's price is outside the venue's range.
  std::optional<Action> step();

  [[nodiscard]] const VenueBook& book() const { return book_; }

 private:
  // The range of prices in cents. In ITCH's units of 1e-4, each of these prices fits into 32 bits.
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
  std::array<Tick, 2> last_best_;  // the last best price of each side, used while the side is empty
  u64 next_id_;
  u32 to_open_;
  double next_time_ = 0;
};

}  // namespace tapedeck::simulated
