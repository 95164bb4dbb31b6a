// A feed that plays what a test wrote down, or a seeded random order flow, and misbehaves on cue.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/core/recording.hpp"

namespace tapedeck::test {

/// Events written down one message at a time; sequence and exchange time are given here.
class Script {
 public:
  /// The exchange time of what follows; without it, one nanosecond a message.
  Script& at(i64 time) {
    time_ = time - 1;
    return *this;
  }
  Script& define(u32 instrument, const std::string& symbol) {
    Event& event = message(Kind::define, Instrument{instrument});
    event.define.set_name(symbol);
    event.define.source_id = instrument;
    return *this;
  }
  Script& add(u32 instrument, u64 id, Side side, i64 price, i64 quantity) {
    Event& event = message(Kind::add, Instrument{instrument});
    event.side = side;
    event.order = {OrderId{id}, 0, Price{price}, Quantity{quantity}};
    return *this;
  }
  Script& bid(u32 instrument, u64 id, i64 price = 100) {
    return add(instrument, id, Side::bid, price, 1);
  }
  Script& clear(u32 instrument) {
    message(Kind::clear, Instrument{instrument});
    return *this;
  }
  Script& notice() {
    message(Kind::notice, kNoInstrument);
    return *this;
  }
  Script& session(Session session) {
    message(Kind::trading_state, kEveryInstrument).state.session = session;
    return *this;
  }
  Script& loss(Instrument instrument, Sequence first, Sequence last, EventFlags flags = 0) {
    Event& event = message(Kind::loss, instrument);
    event.flags |= flags;
    event.loss = {first, last};
    return *this;
  }
  /// Any event at all; only its sequence and time are filled in.
  Script& raw(Event event) {
    Event& made = message(event.kind, event.instrument);
    event.sequence = made.sequence;
    event.exchange_time = made.exchange_time;
    made = event;
    return *this;
  }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }

 private:
  Event& message(Kind kind, Instrument instrument) {
    Event& event = events_.emplace_back();
    event = Event{};
    event.exchange_time = Nanos{++time_};
    event.sequence = ++sequence_;
    event.instrument = instrument;
    event.kind = kind;
    event.flags = kLastOfEvent;
    return event;
  }

  std::vector<Event> events_;
  Sequence sequence_ = 0;
  i64 time_ = 0;
};

/// A seeded stream of messages that never ends: mostly sound order flow, some of it faulty, with
/// messages of two events, market-wide notices, session changes, halts, and time that sometimes
/// stands still, goes back or leaps.
class OrderFlow {
 public:
  OrderFlow(u64 seed, u32 instruments) : random_(seed), live_(instruments) {}

  /// Writes the next message over `message`.
  void next(std::vector<Event>& message) {
    message.clear();
    ++sequence_;
    if (defined_ < live_.size() && (defined_ == 0 || random_.chance(0.2))) return define(message);
    time_ += step();
    const u64 dice = random_.below(1000);
    if (dice < 5) {
      push(message, Kind::notice, kNoInstrument).notice = {};
    } else if (dice < 8) {
      push(message, Kind::trading_state, kEveryInstrument).state = {
          TradingState::unknown, static_cast<Session>(random_.below(7)), 'S', {}};
    } else if (dice < 12) {
      push(message, Kind::trading_state, some_instrument()).state = {
          static_cast<TradingState>(random_.below(5)), Session::unknown, 'H', {}};
    } else if (dice < 14) {
      clear(message);
    } else {
      order(message);
      if (dice < 100) order(message);  // two events that happen as one
    }
    message.back().flags |= kLastOfEvent;
  }

 private:
  Event& push(std::vector<Event>& message, Kind kind, Instrument instrument) {
    Event& event = message.emplace_back();
    event = Event{};
    event.exchange_time = Nanos{time_};
    event.sequence = sequence_;
    event.instrument = instrument;
    event.kind = kind;
    return event;
  }
  void define(std::vector<Event>& message) {
    Event& event = push(message, Kind::define, Instrument{defined_});
    event.define.set_name("SYM" + std::to_string(defined_++));
    event.flags |= kLastOfEvent;
  }
  void clear(std::vector<Event>& message) {
    const Instrument instrument = some_instrument();
    push(message, Kind::clear, instrument);
    live_[instrument.value].clear();
  }
  Instrument some_instrument() { return Instrument{static_cast<u32>(random_.below(defined_))}; }
  i64 step() {
    const u64 dice = random_.below(1000);
    if (dice < 100) return 0;
    if (dice < 110) return -static_cast<i64>(random_.below(50));
    if (dice < 112) return static_cast<i64>(random_.below(5'000));
    return static_cast<i64>(random_.below(10));
  }
  void order(std::vector<Event>& message) {
    constexpr std::size_t kMostLive = 60;
    const Instrument instrument = some_instrument();
    std::vector<u64>& live = live_[instrument.value];
    const u64 dice = random_.below(100);
    const i64 quantity = static_cast<i64>(random_.below(20)) + (dice == 7 ? 0 : 1);
    const Side side = random_.chance(0.5) ? Side::bid : Side::ask;
    const i64 offset = static_cast<i64>(random_.below(12));
    const i64 price = side == Side::bid ? 1000 - offset : 1000 + offset;
    if (live.size() < kMostLive && (live.empty() || dice < 50)) {
      Event& event = push(message, Kind::add, instrument);
      event.side = side;
      event.order = {OrderId{dice == 3 && !live.empty() ? live.back() : ++last_id_}, 0,
                     Price{price}, Quantity{quantity}};
      live.push_back(event.order.id.value);
      return;
    }
    const std::size_t at = random_.below(live.size());
    const u64 id = dice == 60 ? ~u64{0} : live[at];  // sometimes an order that nobody knows
    constexpr Kind kKinds[]{Kind::reduce, Kind::execute, Kind::execute_at,
                            Kind::remove, Kind::replace, Kind::modify};
    Event& event = push(message, kKinds[random_.below(6)], instrument);
    event.side = Side::none;
    event.order = {OrderId{id}, 0, Price{price}, Quantity{quantity}};
    if (event.kind == Kind::replace) live.push_back(event.order.aux = ++last_id_);
    if (event.kind == Kind::remove || event.kind == Kind::replace) {
      live.erase(live.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }

  Random random_;
  std::vector<std::vector<u64>> live_;  // ids that may still rest, by instrument
  u32 defined_ = 0;
  u64 last_id_ = 0;
  Sequence sequence_ = 0;
  i64 time_ = 1'000;
};

/// The first `messages` messages of a flow.
inline std::vector<Event> order_flow(u64 seed, u32 instruments, u64 messages) {
  OrderFlow flow{seed, instruments};
  std::vector<Event> all, message;
  for (u64 i = 0; i < messages; ++i) {
    flow.next(message);
    all.insert(all.end(), message.begin(), message.end());
  }
  return all;
}

struct ScriptOptions {
  u32 messages_per_poll = kMaxMessagesPerPoll;
  u64 poll_seed = 0;                   // not 0: a random number of messages a poll
  u64 idle_every = 0;                  // not 0: every so many polls find nothing, as live ones do
  bool never_ends = false;             // once the script is over: idle
  u64 throw_after = ~u64{0};           // messages
  std::optional<Nanos> due_time = {};  // of every event, instead of the poll's time
  bool damaged = false;                // at its end
  bool must_arrive = false;            // no event may be dropped
  u64 restores = 0;                    // the first so many messages restore books
  std::function<void(u64)> on_poll{};  // told how many messages have been read
};

class ScriptedFeed final : public RecordedFeed {
 public:
  /// Fills in the next message; false at the end.
  using Source = std::function<bool(std::vector<Event>&)>;

  explicit ScriptedFeed(Source source, ScriptOptions options = {})
      : source_(std::move(source)), options_(std::move(options)), random_(options_.poll_seed) {}
  explicit ScriptedFeed(std::vector<Event> events, ScriptOptions options = {})
      : ScriptedFeed(
            [events = std::move(events), at = std::size_t{0}](std::vector<Event>& message) mutable {
              message.clear();
              while (at < events.size() &&
                     (message.empty() || events[at].sequence == message.front().sequence)) {
                message.push_back(events[at++]);
              }
              return !message.empty();
            },
            std::move(options)) {}

  FeedStatus poll(EventBuffer& out, Nanos now) override {
    ++polls_;
    if (options_.must_arrive) out.forbid_drop();
    if (options_.on_poll) options_.on_poll(counters_.messages);
    if (options_.idle_every != 0 && polls_ % options_.idle_every == 0) return FeedStatus::idle;
    u64 most = options_.messages_per_poll;
    if (options_.poll_seed != 0) most = 1 + random_.below(most);
    restoring_ = counters_.messages < options_.restores;
    if (restoring_) most = std::min(most, options_.restores - counters_.messages);
    for (u64 i = 0; i < most; ++i) {
      if (counters_.messages >= options_.throw_after) throw std::runtime_error("the feed failed");
      if (!source_(message_)) return at_end();
      ++counters_.messages;
      for (const Event& event : message_) {
        if (out.room() == 0) throw std::logic_error("the scripted messages are too long");
        Event& copy = out.push();
        copy = event;
        copy.due_time = options_.due_time.value_or(now);
      }
    }
    return FeedStatus::ready;
  }
  const FeedCounters& counters() const override { return counters_; }
  const std::optional<Damage>& damage() const override { return damage_; }
  bool said_complete() const override { return true; }
  bool restoring() const override { return restoring_; }
  std::optional<ChannelMoment> seek(const ChannelPlace& /*place*/) override { return {}; }
  ReadProgress progress() const override { return {counters_.messages, 0}; }

 private:
  FeedStatus at_end() {
    if (options_.never_ends) return FeedStatus::idle;
    if (options_.damaged)
      damage_ = Damage{.file = "script", .found = "damage", .expected = "", .hint = ""};
    return FeedStatus::ended;
  }

  Source source_;
  ScriptOptions options_;
  Random random_;
  u64 polls_ = 0;
  bool restoring_ = false;
  std::vector<Event> message_;
  FeedCounters counters_;
  std::optional<Damage> damage_;
};

inline std::unique_ptr<Feed> scripted(std::vector<Event> events, ScriptOptions options = {}) {
  return std::make_unique<ScriptedFeed>(std::move(events), std::move(options));
}
inline std::unique_ptr<Feed> endless(u64 seed, u32 instruments, ScriptOptions options = {}) {
  return std::make_unique<ScriptedFeed>(
      [flow = OrderFlow{seed, instruments}](std::vector<Event>& message) mutable {
        flow.next(message);
        return true;
      },
      std::move(options));
}

}  // namespace tapedeck::test
