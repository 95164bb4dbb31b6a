// Readers on other threads get the trades that strategies get, in the order of the shard.
#include "engine/pipeline/trade_ring.hpp"

#include <algorithm>
#include <memory>
#include <ostream>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/clock.hpp"
#include "strategies/registry.hpp"
#include "tests/support/published_shard.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::pipeline {
void PrintTo(const PublishedTrade& trade, std::ostream* out) {
  *out << trade.quantity.value << " of " << trade.instrument.value << " at " << trade.price.value
       << " in message " << trade.sequence;
}
}  // namespace tapedeck::pipeline

namespace tapedeck::test {
namespace {

using pipeline::PublishedTrade;
using pipeline::TradeReader;
using pipeline::TradeRing;

std::vector<PublishedTrade> rest_of(TradeReader& reader) {
  std::vector<PublishedTrade> trades;
  while (const auto trade = reader.try_next()) trades.push_back(*trade);
  return trades;
}

// Writes down each trade that a book set tells.
class WrittenDown final : public book::BookObserver {
 public:
  void on_define(const book::Book& /*book*/) override {}
  void on_trade(const book::Book& book, const book::Trade& trade) override {
    trades.push_back({trade.time, trade.price, trade.quantity, book.state.last_sequence,
                      book.number - 1, trade.instrument, book.channel, trade.aggressor, trade.kind,
                      trade.printable});
  }
  void on_message(const book::Book& /*book*/, Nanos /*time*/) override {}
  std::vector<PublishedTrade> trades;
};
std::vector<PublishedTrade> trades_in(const std::vector<Event>& events) {
  WrittenDown written;
  book::BookSet books;
  books.open_channel(0, true);
  books.apply(0, events, written);
  return written.trades;
}

Event traded(Kind kind, u32 instrument, i64 price, i64 quantity, EventFlags flags = 0) {
  Event event{};
  event.kind = kind;
  event.instrument = Instrument{instrument};
  event.side = Side::bid;
  event.flags = kLastOfEvent | flags;
  event.order = {OrderId{0}, 0, Price{price}, Quantity{quantity}};
  return event;
}

TEST(PublishedTrades, SayWhatWasTradedAndWhoseOrderTookWhich) {
  Script script;
  script.define(0, "A").define(1, "B").bid(1, 7, 100).add(1, 8, Side::ask, 105, 9);
  PublishedShard shard;
  shard.book(script);
  TradeReader reader{shard.trades()};
  Event execution = traded(Kind::execute, 1, 0, 2);
  execution.order.id = OrderId{8};
  script.at(1'000).raw(execution);
  script.raw(traded(Kind::trade, 0, 90, 5)).raw(traded(Kind::cross, 1, 95, 6, kNonPrintable));
  shard.book(script);
  const std::vector<PublishedTrade> trades = rest_of(reader);
  ASSERT_EQ(trades.size(), 3U);
  using book::TradeKind;
  EXPECT_EQ(trades[0], (PublishedTrade{Nanos{1'000}, Price{105}, Quantity{2}, 5, 1, Instrument{1},
                                       0, Side::bid, TradeKind::visible, true}));
  EXPECT_EQ(trades[1], (PublishedTrade{Nanos{1'001}, Price{90}, Quantity{5}, 6, 0, Instrument{0}, 0,
                                       Side::none, TradeKind::hidden, true}));
  EXPECT_EQ(trades[2], (PublishedTrade{Nanos{1'002}, Price{95}, Quantity{6}, 7, 1, Instrument{1}, 0,
                                       Side::none, TradeKind::cross, false}));
}

TEST(PublishedTrades, AreTheTradesThatAnObserverOfTheSameBooksIsToldWithAndWithoutStrategies) {
  const std::vector<Event> events = order_flow(11, 9, scaled(8'000));
  const std::vector<PublishedTrade> expected = trades_in(events);
  ASSERT_GT(expected.size(), 10U);
  const auto plans = strategies::plans_of({"vwap"});
  const SteadyClock clock;
  for (const bool with_strategies : {false, true}) {
    for (const bool sampled : {false, true}) {
      latency::SharedOrigin origin;
      PublishedShard shard{with_strategies ? std::span{plans}
                                           : std::span<const strategy::StrategyPlan>{}};
      if (sampled) shard.shard().sample({.every = 3}, clock, origin);
      TradeReader reader{shard.trades()};
      std::vector<PublishedTrade> trades;
      for (std::size_t at = 0; at < events.size(); at += 100) {
        const std::size_t size = std::min<std::size_t>(100, events.size() - at);
        shard.apply(std::span{events}.subspan(at, size));
        for (const PublishedTrade& trade : rest_of(reader)) trades.push_back(trade);
      }
      EXPECT_EQ(trades, expected) << with_strategies << sampled;
      EXPECT_EQ(reader.lost(), 0U);
    }
  }
}

TEST(PublishedTrades, BeginWhenAReaderComesAndLeaveOutPrerollEvents) {
  Script script;
  PublishedShard shard;
  shard.book(script.define(0, "A").raw(traded(Kind::trade, 0, 90, 1)));
  TradeReader reader{shard.trades()};
  EXPECT_TRUE(rest_of(reader).empty());
  shard.book(
      script.raw(traded(Kind::trade, 0, 91, 2, kPreroll)).raw(traded(Kind::trade, 0, 92, 3)));
  const std::vector<PublishedTrade> trades = rest_of(reader);
  ASSERT_EQ(trades.size(), 1U);
  EXPECT_EQ(trades[0].price, Price{92});
}

TEST(PublishedTrades, StrategiesThatStartedBeforeTheFirstReaderGoOnAsBeforeWhenReadersComeAndGo) {
  const std::vector<Event> events = order_flow(5, 6, scaled(3'000));
  const auto plans = strategies::plans_of({"vwap"});
  PublishedShard unread{plans}, read{plans};
  std::unique_ptr<TradeReader> reader;
  for (std::size_t at = 0; at < events.size(); ++at) {
    unread.apply(std::span{events}.subspan(at, 1));
    if (at % 17 == 0) reader = std::make_unique<TradeReader>(read.trades());
    if (at % 17 == 9) reader.reset();
    read.apply(std::span{events}.subspan(at, 1));
  }
  for (u32 i = 0; i < 6; ++i) {
    EXPECT_EQ(read.shard().strategies().values(read.book_of(i), Nanos{0}),
              unread.shard().strategies().values(unread.book_of(i), Nanos{0}));
  }
}

TEST(PublishedTrades, AReaderThatFallsBehindGetsTheLastOnesAndTheNumberOfTheOthers) {
  Script script;
  PublishedShard shard;
  shard.book(script.define(0, "A"));
  TradeReader slow{shard.trades()};
  const u64 written = TradeRing::kTrades + 100;
  for (u64 i = 0; i < written; ++i) script.raw(traded(Kind::trade, 0, 1, 1 + static_cast<i64>(i)));
  shard.book(script);
  const std::vector<PublishedTrade> trades = rest_of(slow);
  EXPECT_EQ(slow.lost(), 101U) << "the slot that is written next is left alone";
  ASSERT_EQ(trades.size(), TradeRing::kTrades - 1);
  EXPECT_EQ(trades.front().quantity, Quantity{102});
  EXPECT_EQ(trades.back().quantity, Quantity{static_cast<i64>(written)});
}

}  // namespace
}  // namespace tapedeck::test
