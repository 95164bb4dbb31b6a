// The feed of a simulated venue: merges the order flows of many instruments by time into one
// channel.
//
// Threads and polling: see engine/core/feed.hpp. The feed emits one trading day in the order of
// ITCH 5.0, with one event per message: session events, the directory, the orders that rest before
// the open, the order flow, and the close. The same Market gives the same events with any clock.
// With a speed, no event after the open is emitted before it is due: simulated time then runs
// `speed` times as fast as the engine's clock.
#pragma once

#include <optional>
#include <vector>

#include "engine/core/feed.hpp"
#include "feeds/simulated/market.hpp"

namespace tapedeck::simulated {

class SimulatedFeed final : public Feed {
 public:
  /// `speed`: a factor above 0. Without it, events are emitted as fast as the feed is polled.
  explicit SimulatedFeed(const Market& market, std::optional<double> speed = {});

  FeedStatus poll(EventBuffer& out, Nanos now) override;
  [[nodiscard]] const FeedCounters& counters() const override { return counters_; }
  [[nodiscard]] const Pace* pace() const override { return speed_ ? &pace_ : nullptr; }

 private:
  // The phases in the order of the day. A call of turn() emits at most one message.
  enum class Phase : u8 { start, directory, states, opening, trading, closing, ended };
  struct Due {
    double time;
    u32 instrument;

    friend bool operator<(const Due& a, const Due& b) {
      return a.time != b.time ? a.time < b.time : a.instrument < b.instrument;
    }
  };
  enum class Turn : u8 { done, not_due };

  Turn turn(EventBuffer& out);
  void start(EventBuffer& out);
  void define(EventBuffer& out);
  void open_instrument(EventBuffer& out);
  void opening_order(EventBuffer& out);
  void begin_trading(EventBuffer& out);
  Turn trade(EventBuffer& out);
  void close(EventBuffer& out);
  void sift_down(std::size_t at);

  Event& emit(EventBuffer& out, Kind kind, Instrument instrument, Nanos time);
  void emit_session(EventBuffer& out, Session session, Nanos time);
  void emit_action(EventBuffer& out, u32 instrument, const Action& action, Nanos time);
  [[nodiscard]] Nanos after_open(double time) const;
  [[nodiscard]] bool is_due(double time);

  Market market_;
  std::optional<double> speed_;
  std::vector<InstrumentFlow> flows_;
  std::vector<u64> matches_;  // number of trades, by instrument
  std::vector<Due> queue_;    // a heap of each instrument's next step, the first one on top
  Phase phase_ = Phase::start;
  u32 at_ = 0;  // index of the phase's next instrument or next session message
  u64 opening_orders_ = 0;
  u64 traded_ = 0;   // number of events in the trading phase
  double end_time_;  // nanoseconds after the open
  Nanos now_{0};
  FeedCounters counters_;
  Pace pace_;
};

}  // namespace tapedeck::simulated
