// A strategy on one instrument of a book set, with verbs for what happens to it.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/strategy/strategy_runner.hpp"
#include "strategies/registry.hpp"
#include "tests/support/scripted_feed.hpp"

namespace tapedeck::test {

/// Prices in cents, so that a case reads like a screen.
class StrategyRun {
 public:
  explicit StrategyRun(const std::string& text)
      : StrategyRun(std::vector<strategy::StrategyPlan>{
            strategies::plan_of(strategies::all_kinds(), text)}) {}
  explicit StrategyRun(std::vector<strategy::StrategyPlan> plans)
      : plans_(std::move(plans)), names_(strategy::names_of(plans_)) {
    books_.open_channel(0, true);
    Script script;
    script.define(0, "A");
    apply(script.events().front());
  }

  /// The time of what follows; otherwise one nanosecond a message.
  StrategyRun& at(i64 time) {
    time_ = time - 1;
    return *this;
  }
  StrategyRun& bid(u64 id, i64 cents, i64 quantity) {
    return order(Kind::add, Side::bid, id, cents, quantity);
  }
  StrategyRun& ask(u64 id, i64 cents, i64 quantity) {
    return order(Kind::add, Side::ask, id, cents, quantity);
  }
  StrategyRun& execute(u64 id, i64 quantity, EventFlags flags = 0) {
    return order(Kind::execute, Side::none, id, 0, quantity, flags);
  }
  StrategyRun& execute_at(u64 id, i64 cents, i64 quantity, EventFlags flags = 0) {
    return order(Kind::execute_at, Side::none, id, cents, quantity, flags);
  }
  StrategyRun& reduce(u64 id, i64 quantity) {
    return order(Kind::reduce, Side::none, id, 0, quantity);
  }
  StrategyRun& remove(u64 id) { return order(Kind::remove, Side::none, id, 0, 0); }
  StrategyRun& hidden(Side side, i64 cents, i64 quantity) {
    return order(Kind::trade, side, 0, cents, quantity);
  }
  StrategyRun& cross(i64 cents, i64 quantity, EventFlags flags = 0) {
    return order(Kind::cross, Side::none, 0, cents, quantity, flags);
  }
  StrategyRun& clear() { return order(Kind::clear, Side::none, 0, 0, 0); }
  StrategyRun& raw(Event event) {
    event.exchange_time = Nanos{++time_};
    event.sequence = ++sequence_;
    apply(event);
    return *this;
  }

  /// Of the output of that name, without what stands before its point.
  [[nodiscard]] double value(const std::string& output, i64 now) const {
    const std::vector<double> values = host_.values(*books_.find(0, Instrument{0}), Nanos{now});
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i].ends_with("." + output)) return values[i];
    }
    throw std::logic_error("no output " + output);
  }
  [[nodiscard]] double value(const std::string& output) const { return value(output, time_ + 1); }

 private:
  StrategyRun& order(Kind kind, Side side, u64 id, i64 cents, i64 quantity, EventFlags flags = 0) {
    constexpr i64 kCent = kPriceUnitsPerOne / 100;
    Event event{};
    event.instrument = Instrument{0};
    event.kind = kind;
    event.side = side;
    event.flags = static_cast<EventFlags>(flags | kLastOfEvent);
    event.order = {OrderId{id}, 0, Price{cents * kCent}, Quantity{quantity}};
    return raw(event);
  }
  void apply(const Event& event) { books_.apply(0, {&event, 1}, host_); }

  std::vector<strategy::StrategyPlan> plans_;
  std::vector<std::string> names_;
  book::BookSet books_;
  strategy::StrategyRunner host_{plans_, books_};
  i64 time_ = 0;
  Sequence sequence_ = 0;
};

}  // namespace tapedeck::test
