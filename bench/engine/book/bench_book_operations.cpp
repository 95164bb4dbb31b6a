// What each operation costs a deep book that stays as large as it is.
//
// A thousand levels per side, four orders per level, in one book (which the caches hold) or in a
// hundred (which they do not). Operations come as a shard gets them: spans of a batch's events,
// applied with the look-ahead. A round prepares what its operation needs, does it 256 times under
// the clock, and puts everything back; so rounds can go on for ever, and only the operation itself
// is timed.
#include <array>
#include <chrono>
#include <unordered_set>
#include <vector>

#include <benchmark/benchmark.h>

#include "bench/support/program.hpp"
#include "engine/book/book_set.hpp"
#include "engine/book/reference_book.hpp"
#include "engine/core/random.hpp"

namespace tapedeck {
namespace {

using Events = std::vector<Event>;

constexpr u32 kOrdersPerLevel = 4;
constexpr u32 kEventsPerRound = 256;
constexpr i64 kTick = kPriceUnitsPerOne / 100;
constexpr i64 kMiddle = 1'000 * kPriceUnitsPerOne;
// Enough to take a share from an order as often as anybody will.
constexpr Quantity kSize{1'000'000'000'000};

struct Place {
  Instrument instrument{0};
  Side side = Side::none;
  u32 depth = 0;  // in ticks from the middle; the touch is 1
};

Price price_at(Side side, u32 depth) {
  return {side == Side::bid ? kMiddle - kTick * depth : kMiddle + kTick * depth};
}

Event event_of(Kind kind, const Place& place, OrderId id) {
  Event event{};
  event.instrument = place.instrument;
  event.kind = kind;
  event.side = kind == Kind::add ? place.side : Side::none;
  event.flags = kLastOfEvent;
  event.order = {id, 0, price_at(place.side, place.depth), kSize};
  return event;
}

struct Round {
  Events before, timed, after;
};

// The books, and rounds of every operation on them.
class Market {
 public:
  explicit Market(u32 books) : books_(books), levels_(static_cast<u32>(bench::sized(1'000, 600))) {
    for (u32 i = 0; i < books_; ++i) define(Instrument{i});
    for (u32 order = 0; order < kOrdersPerLevel; ++order) {
      for (u32 depth = 1; depth <= levels_; ++depth) {
        for (u32 i = 0; i < books_; ++i) {
          rest({Instrument{i}, Side::bid, depth});
          rest({Instrument{i}, Side::ask, depth});
        }
      }
    }
  }

  /// What brings the books to where every round begins and ends.
  [[nodiscard]] const Events& preroll() const { return preroll_; }

  // Depths of their own, as orders have: the way to one place would soon be learnt by heart.
  Round adds(u32 nearest, u32 furthest) {
    Round round;
    for (u32 i = 0; i < kEventsPerRound; ++i) {
      const Place place =
          somewhere(nearest + static_cast<u32>(random_.below(furthest - nearest + 1)));
      const OrderId id = new_id();
      round.timed.push_back(event_of(Kind::add, place, id));
      round.after.push_back(event_of(Kind::remove, place, id));
    }
    return round;
  }
  // Between bid and offer there is room for a level that holds nothing but what is to trade.
  Round executions() {
    Round round;
    for (u32 i = 0; i < kEventsPerRound; ++i) {
      // Bids only, or the books would cross.
      const Place place{somewhere(0).instrument, Side::bid, 0};
      const OrderId id = new_id();
      round.before.push_back(event_of(Kind::add, place, id));
      round.timed.push_back(event_of(Kind::execute, place, id));
    }
    return round;
  }
  Round reductions() {
    Round round;
    for (const Resting& order : some_orders()) {
      Event event = event_of(Kind::reduce, order.place, order.id);
      event.order.quantity = Quantity{1};
      round.timed.push_back(event);
    }
    return round;
  }
  Round removals() {
    Round round;
    for (const Resting& order : some_orders()) {
      round.timed.push_back(event_of(Kind::remove, order.place, order.id));
      round.after.push_back(event_of(Kind::add, order.place, order.id));
    }
    return round;
  }
  // One tick further out under a new name, and back again.
  Round replacements() {
    Round round;
    for (const auto& [place, id] : some_orders()) {
      const Place further{place.instrument, place.side, place.depth + 1};
      const OrderId replacement = new_id();
      round.timed.push_back(replace(id, replacement, further));
      round.after.push_back(replace(replacement, id, place));
    }
    return round;
  }

 private:
  struct Resting {
    Place place;
    OrderId id;
  };

  void define(Instrument instrument) {
    Event event{};
    event.instrument = instrument;
    event.kind = Kind::define;
    preroll_.push_back(event);
  }
  void rest(const Place& place) {
    resting_.push_back({place, new_id()});
    preroll_.push_back(event_of(Kind::add, place, resting_.back().id));
  }
  OrderId new_id() { return OrderId{last_id_ += 1 + random_.below(8)}; }
  Place somewhere(u32 depth) {
    const Instrument instrument{static_cast<u32>(random_.below(books_))};
    return {instrument, random_.chance(0.5) ? Side::bid : Side::ask, depth};
  }
  static Event replace(OrderId id, OrderId replacement, const Place& place) {
    Event event = event_of(Kind::replace, place, id);
    event.order.aux = replacement.value;
    return event;
  }
  // Different ones, near the touch more often than far from it, as in a real book.
  std::vector<Resting> some_orders() {
    std::vector<Resting> orders;
    std::unordered_set<u64> taken;
    while (orders.size() < kEventsPerRound) {
      const u64 depth = random_.below(1 + random_.below(levels_));
      const u64 level = random_.below(kOrdersPerLevel) * levels_ + depth;
      const u64 at = level * books_ * 2 + random_.below(u64{books_} * 2);
      if (taken.insert(at).second) orders.push_back(resting_[at]);
    }
    return orders;
  }

  u32 books_;
  u32 levels_;
  Random random_{1};
  u64 last_id_ = 0;
  std::vector<Resting> resting_;  // in the order in which they came
  Events preroll_;
};

struct Operation {
  const char* name;
  Round (*round)(Market& market);
};
constexpr std::array<Operation, 7> kOperations{{
    {"add_at_the_touch", [](Market& market) { return market.adds(1, 1); }},
    {"add_about_50_deep", [](Market& market) { return market.adds(40, 60); }},
    {"add_about_500_deep", [](Market& market) { return market.adds(400, 600); }},
    {"execute_at_the_front", [](Market& market) { return market.executions(); }},
    {"cancel_a_part", [](Market& market) { return market.reductions(); }},
    {"delete_order", [](Market& market) { return market.removals(); }},
    {"replace_order", [](Market& market) { return market.replacements(); }},
}};

std::vector<Round> rounds_of(const Operation& operation, Market& market) {
  constexpr u64 kRounds = 64;
  std::vector<Round> rounds;
  for (u64 i = 0; i < bench::sized(kRounds, 4); ++i) rounds.push_back(operation.round(market));
  return rounds;
}

void time_operation(benchmark::State& state, const Operation& operation) {
  using Clock = std::chrono::steady_clock;
  Market market{static_cast<u32>(bench::sized(static_cast<u64>(state.range(0)), 3))};
  const std::vector<Round> rounds = rounds_of(operation, market);
  book::BookSet books;
  books.open_channel(0, true);
  books.apply(0, market.preroll());
  const u64 orders = books.live_orders();
  std::size_t at = 0;
  for (auto _ : state) {
    const Round& round = rounds[at];
    at = at + 1 == rounds.size() ? 0 : at + 1;
    books.apply(0, round.before);
    const auto start = Clock::now();
    books.apply(0, round.timed);
    state.SetIterationTime(std::chrono::duration<double>(Clock::now() - start).count());
    books.apply(0, round.after);
  }
  bench::require(books.live_orders() == orders, "a round did not put everything back");
  const double events = static_cast<double>(state.iterations()) * kEventsPerRound;
  state.counters["an_event"] =
      benchmark::Counter(events, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.SetItemsProcessed(state.iterations() * kEventsPerRound);
}

void register_operations() {
  for (const Operation& operation : kOperations) {
    benchmark::RegisterBenchmark(
        operation.name, [&operation](benchmark::State& s) { time_operation(s, operation); })
        ->UseManualTime()
        ->ArgName("books")
        ->Arg(1)
        ->Arg(100);
  }
}

// Every event of every operation, by the fast books and by the slow ones.
class Twins {
 public:
  Twins() { fast_.open_channel(0, true); }
  void apply(const Events& events) {
    fast_.apply(0, events);
    for (const Event& event : events) slow_.apply(0, event);
  }
  /// The flow hashes of all books, which must be the same in both.
  u64 checksum() const {
    bench::require(slow_.counters().applied == fast_.counters().applied, "events are missing");
    for (const u64 faults : slow_.counters().faults) {
      bench::require(faults == 0, "an operation is a fault");
    }
    u64 sum = 0;
    for (const auto& [key, twin] : slow_.books()) {
      const book::Book* const book = fast_.find(0, key.second);
      bench::require(book != nullptr && book->state.flow == twin.state.flow,
                     "the books differ from the reference");
      bench::require(fast_.snapshot(*book) == twin.snapshot(),
                     "the queues differ from the reference");
      sum ^= twin.state.flow;
    }
    return sum;
  }

 private:
  book::BookSet fast_{book::BookOptions{.flow_digest = true}};
  book::ReferenceBookSet slow_{true};
};

u64 check_answer() {
  u64 checksum = 0;
  for (const u64 books : {u64{1}, bench::sized(100, 3)}) {
    Market market{static_cast<u32>(books)};
    Twins twins;
    twins.apply(market.preroll());
    for (const Operation& operation : kOperations) {
      for (const Round& round : rounds_of(operation, market)) {
        twins.apply(round.before);
        twins.apply(round.timed);
        twins.apply(round.after);
      }
    }
    checksum ^= twins.checksum();
  }
  return checksum;
}

}  // namespace
}  // namespace tapedeck

int main(int count, char** arguments) {
  tapedeck::register_operations();
  return tapedeck::bench::run(count, arguments, {"bench_book_operations", tapedeck::check_answer});
}
