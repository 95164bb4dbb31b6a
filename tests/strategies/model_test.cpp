// Values of all strategies on random flows, read after any event, against a slow model that adds
// everything up again from the book after every message.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "engine/pipeline/shard_books.hpp"
#include "strategies/numbers.hpp"
#include "strategies/registry.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/scripted_feed.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::test {
namespace {

constexpr u32 kInstruments = 4;
constexpr i64 kInterval = 50;
using Texts = std::vector<std::string>;

// What happened in each interval; an event with a time before the newest interval counts in that.
template <class Item>
class Intervals {
 public:
  void add(i64 time, const Item& item) {
    open_ = std::max(open_, time / kInterval);
    items_[open_].push_back(item);
  }
  [[nodiscard]] std::vector<Item> last_whole(i64 now) const {
    const i64 last = std::max(now / kInterval, open_) - 1;
    const auto found = items_.find(last);
    return found == items_.end() ? std::vector<Item>{} : found->second;
  }

 private:
  i64 open_ = 0;
  std::map<i64, std::vector<Item>> items_;
};

// One instrument's values as the documentation defines them.
class ModelOfOne {
 public:
  void trade(i64 time, Price price, Quantity quantity, bool is_cross) {
    trades_.emplace_back(price, quantity);
    if (!is_cross) in_bars_.add(time, {price, quantity});
  }
  void message(const book::BookSnapshot& book, i64 time) {
    const i128 flow = flow_between(before_, book);
    total_ += flow;
    // A message that changes neither best level opens no interval.
    if (best_of(before_.bids) != best_of(book.bids) ||
        best_of(before_.asks) != best_of(book.asks)) {
      flows_.add(time, flow);
    }
    before_ = book;
  }
  /// Of the strategy that this text of --strategy means.
  [[nodiscard]] std::vector<double> values(const std::string& text, i64 now) const {
    if (text == "bbo") return bbo();
    if (text == "vwap") return vwap();
    if (text == "ofi:interval=50ns") return ofi(now);
    if (text == "bars:interval=50ns") return bar(now);
    const std::string imbalance = "imbalance:levels=";
    EXPECT_TRUE(text.starts_with(imbalance)) << text;
    const std::size_t levels = std::stoul(text.substr(imbalance.size()));
    const i128 bids = sum(before_.bids, levels), asks = sum(before_.asks, levels);
    return {strategies::share(bids - asks, bids + asks)};
  }

 private:
  using Trades = std::vector<std::pair<Price, Quantity>>;
  using Levels = std::vector<book::SnapshotLevel>;

  static i128 quantity_of(const book::SnapshotLevel& level) {
    i128 quantity = 0;
    for (const auto& order : level.orders) quantity += order.quantity.value;
    return quantity;
  }
  static i128 sum(const Levels& levels, std::size_t most) {
    i128 quantity = 0;
    for (std::size_t i = 0; i < std::min(most, levels.size()); ++i) {
      quantity += quantity_of(levels[i]);
    }
    return quantity;
  }
  static book::Level best_of(const Levels& levels) {
    if (levels.empty()) return {};
    return {levels.front().price, Quantity{static_cast<i64>(sum(levels, 1))},
            static_cast<u32>(levels.front().orders.size())};
  }
  // `sign`: 1 for bids, -1 for asks, which turns a lower price into a better one.
  static i128 flow_of(const Levels& before, const Levels& now, i64 sign) {
    const auto price = [&](const Levels& levels) {
      return levels.empty() ? std::optional<i64>{} : sign * levels.front().price.value;
    };
    i128 flow = 0;  // an empty side compares as worse than every price
    if (price(now) >= price(before)) flow += sum(now, 1);
    if (price(now) <= price(before)) flow -= sum(before, 1);
    return flow;
  }
  static i128 flow_between(const book::BookSnapshot& before, const book::BookSnapshot& now) {
    return flow_of(before.bids, now.bids, 1) - flow_of(before.asks, now.asks, -1);
  }
  [[nodiscard]] std::vector<double> bbo() const {
    if (before_.bids.empty() || before_.asks.empty()) {
      return std::vector<double>(3, strategy::kNotAvailable);
    }
    const i128 bid = before_.bids.front().price.value, ask = before_.asks.front().price.value;
    const i128 bids = sum(before_.bids, 1), asks = sum(before_.asks, 1);
    return {strategies::in_currency(ask - bid),
            strategies::ratio(bid + ask, i128{2} * kPriceUnitsPerOne),
            strategies::ratio(bid * asks + ask * bids, bids + asks) /
                static_cast<double>(kPriceUnitsPerOne)};
  }
  [[nodiscard]] std::vector<double> ofi(i64 now) const {
    i128 last = 0;
    for (const i128 flow : flows_.last_whole(now)) last += flow;
    return {static_cast<double>(total_), static_cast<double>(last)};
  }
  [[nodiscard]] std::vector<double> vwap() const {
    i128 turnover = 0, volume = 0;
    for (const auto& [price, quantity] : trades_) {
      turnover += i128{price.value} * quantity.value;
      volume += quantity.value;
    }
    const double price = strategies::share(turnover, volume);
    return {price / static_cast<double>(kPriceUnitsPerOne), static_cast<double>(volume),
            static_cast<double>(trades_.size())};
  }
  [[nodiscard]] std::vector<double> bar(i64 now) const {
    const double start = strategies::ratio((now / kInterval - 1) * kInterval, kNanosPerSecond);
    const Trades trades = in_bars_.last_whole(now);
    std::vector<double> bar{start};
    bar.resize(5, strategy::kNotAvailable);
    i128 volume = 0;
    for (const auto& [price, quantity] : trades) volume += quantity.value;
    if (!trades.empty()) {
      const auto [low, high] =
          std::ranges::minmax(trades, {}, [](const auto& t) { return t.first; });
      bar = {start, strategies::in_currency(trades.front().first),
             strategies::in_currency(high.first), strategies::in_currency(low.first),
             strategies::in_currency(trades.back().first)};
    }
    bar.push_back(static_cast<double>(volume));
    bar.push_back(static_cast<double>(trades.size()));
    return bar;
  }

  book::BookSnapshot before_;  // after the last message
  i128 total_ = 0;
  Intervals<i128> flows_;
  Trades trades_;
  Intervals<std::pair<Price, Quantity>> in_bars_;
};

// Keeps books of its own, one event at a time, and decides for itself what is a trade and when a
// message is whole.
class Model {
 public:
  Model() { books_.open_channel(0, true); }

  void apply(const Event& event) {
    const book::Book* const before = books_.find(0, event.instrument);
    const auto place = before == nullptr ? std::nullopt : books_.where(*before, event.order.id);
    const book::Applied applied = books_.apply(0, event);
    newest_ = std::max(newest_, event.exchange_time.value);
    if ((event.flags & kPreroll) != 0 || event.kind == Kind::define) return;
    const bool concerns_all = event.instrument == kEveryInstrument;
    if (concerns_all && event.kind != Kind::clear && event.kind != Kind::loss) return;
    for (u32 i = 0; i < kInstruments; ++i) {
      const book::Book* const book = books_.find(0, Instrument{i});
      if (book == nullptr || (!concerns_all && event.instrument != Instrument{i})) continue;
      if (event.kind == Kind::loss) {
        message(i, *book, book->state.last_time);
      } else if (event.kind != Kind::notice && !book->state.ignores_events()) {
        if (!concerns_all && applied.quantity.value > 0) trade(i, event, applied, place);
        if (concerns_all || (event.flags & kLastOfEvent) != 0) {
          message(i, *book, event.exchange_time);
        }
      }
    }
  }
  [[nodiscard]] std::vector<double> values(const Texts& texts, u32 instrument, i64 now) const {
    std::vector<double> all;
    for (const std::string& text : texts) {
      std::ranges::copy(of_[instrument].values(text, now), std::back_inserter(all));
    }
    return all;
  }
  [[nodiscard]] i64 newest() const { return newest_; }

 private:
  void message(u32 instrument, const book::Book& book, Nanos time) {
    of_[instrument].message(books_.snapshot(book), time.value);
  }
  void trade(u32 instrument, const Event& event, const book::Applied& applied,
             const std::optional<std::pair<Side, Price>>& place) {
    const bool executes = event.kind == Kind::execute || event.kind == Kind::execute_at;
    if (!executes && event.kind != Kind::trade && event.kind != Kind::cross) return;
    if ((event.flags & kNonPrintable) != 0) return;
    const Price price = event.kind == Kind::execute ? place->second : event.order.price;
    of_[instrument].trade(event.exchange_time.value, price, applied.quantity,
                          event.kind == Kind::cross);
  }

  book::BookSet books_;
  std::array<ModelOfOne, kInstruments> of_;
  i64 newest_ = 0;
};

// Makes some events of a flow what the flow has none of.
void vary(Event& event, Random& random) {
  const u64 dice = random.below(400);
  if (event.kind == Kind::define) return;
  const bool is_order = has_order_fields(event.kind);
  if (dice < 4) {
    event.kind = Kind::loss;
    event.loss = {event.sequence, event.sequence};
    if (random.chance(0.7)) event.flags |= kCarryOn;
    if (dice == 0) event.instrument = kEveryInstrument;
    if (event.instrument == kEveryInstrument) event.flags |= kCarryOn;
  } else if (dice < 6) {
    event.kind = Kind::clear;
    if (dice == 4) event.instrument = kEveryInstrument;
  } else if (is_order && dice < 9) {
    event.kind = Kind::clear_side;
    event.side = dice == 8 ? Side::bid : Side::ask;
  } else if (is_order && dice < 40) {
    event.kind = dice < 30 ? Kind::trade : Kind::cross;
    event.side = dice < 20 ? Side::bid : Side::ask;
    if (dice == 39) event.flags |= kNonPrintable;
  } else if (event.kind == Kind::modify && dice < 200) {
    event.kind = Kind::upsert;
    event.side = dice < 120 ? Side::bid : Side::ask;
  }
}

std::vector<Event> varied_flow(u64 seed, u64 messages) {
  Random random{seed};
  std::vector<Event> events = order_flow(seed, kInstruments, messages);
  const std::size_t preroll = random.chance(0.5) ? random.below(messages / 4) : 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    vary(events[i], random);
    if (i < preroll) events[i].flags |= kPreroll;
  }
  return events;
}

// Values that are not available are equal only by their bits.
std::vector<u64> bits_of(const std::vector<double>& values) {
  std::vector<u64> bits;
  for (const double value : values) {
    bits.push_back(std::isnan(value) ? ~u64{0} : std::bit_cast<u64>(value));
  }
  return bits;
}

struct Setting {
  Texts texts;
  u64 most;                // events that are applied at once
  std::size_t near_bytes;  // 0: looks ahead, whatever the books' size
};

class StrategiesOnRandomFlows : public ::testing::Test {
 protected:
  void expect_the_models_values(const Texts& texts) {
    for (const u64 seed : seeds(kSanitized ? 2 : 10)) {
      for (const u64 most : {1U, 3U, 40U}) {
        for (const std::size_t near_bytes : {book::BookOptions{}.near_bytes, std::size_t{0}}) {
          SCOPED_TRACE("seed " + std::to_string(seed) + ", up to " + std::to_string(most) +
                       " at once, near bytes " + std::to_string(near_bytes));
          ASSERT_NO_FATAL_FAILURE(expect_the_models_values(seed, {texts, most, near_bytes}));
        }
      }
    }
  }

 private:
  static void expect_the_models_values(u64 seed, const Setting& setting) {
    const auto plans = strategies::plans_of(setting.texts);
    pipeline::ShardBooks books{{.near_bytes = setting.near_bytes}, plans};
    books.books().open_channel(0, true);
    Model model;
    Random random{seed};
    const std::vector<Event> events = varied_flow(seed, 2'000);
    for (std::size_t done = 0; done < events.size();) {
      const std::size_t count = std::min(events.size() - done, 1 + random.below(setting.most));
      books.apply(0, std::span{events}.subspan(done, count));
      for (std::size_t i = 0; i < count; ++i) model.apply(events[done + i]);
      done += count;
      if (random.chance(0.5)) continue;
      const i64 now = model.newest() + static_cast<i64>(random.below(2 * kInterval));
      const auto copies = random.chance(0.2) ? books.strategies().freeze(0) : nullptr;
      std::size_t row = 0;
      for (const book::Book& book : books.books().books()) {
        std::vector<double> values;
        copies ? copies->values(row++, Nanos{now}, values)
               : books.strategies().values(book, Nanos{now}, values);
        const u32 instrument = book.instrument.value;
        ASSERT_EQ(bits_of(values), bits_of(model.values(setting.texts, instrument, now)))
            << "instrument " << instrument << " after " << done << " events";
      }
    }
  }
};

TEST_F(StrategiesOnRandomFlows, HaveTheValuesOfTheModelWheneverTheyAreRead) {
  expect_the_models_values({"bbo", "imbalance:levels=1", "imbalance:levels=3",
                            "imbalance:levels=1000", "ofi:interval=50ns", "vwap",
                            "bars:interval=50ns"});
}

TEST_F(StrategiesOnRandomFlows, HaveThemAlsoWhereNoneLooksAtTheBook) {
  expect_the_models_values({"bars:interval=50ns", "vwap"});
}

TEST_F(StrategiesOnRandomFlows, HaveThemAlsoWhereAllAreCalledOnlyWhenRead) {
  expect_the_models_values({"imbalance:levels=3", "bbo"});
}

}  // namespace
}  // namespace tapedeck::test
