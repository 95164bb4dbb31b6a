// What a strategy is made with, and when it is called.
#include <gtest/gtest.h>

#include "tests/support/strategy_run.hpp"

namespace tapedeck::strategies {
namespace {

using strategy::Context;
using strategy::Interest;

// Notes what it is told.
struct Notes {
  std::vector<Context> contexts;
  std::vector<book::Trade> trades;
  u64 messages = 0;
};

class NotingStrategy final : public strategy::Strategy {
 public:
  NotingStrategy(Notes& notes, Interest interest) : notes_(notes), interest_(interest) {}
  [[nodiscard]] Interest interest() const override { return interest_; }
  void on_trade(const book::Trade& trade) override { notes_.trades.push_back(trade); }
  void on_message(const book::BookView& /*book*/, Nanos /*time*/) override { ++notes_.messages; }

  static strategy::StrategyPlan plan(Notes& notes, Interest interest) {
    return {"noting",
            {},
            [&notes, interest](const Context& context) {
              notes.contexts.push_back(context);
              return std::make_unique<NotingStrategy>(notes, interest);
            },
            [&notes, interest](const strategy::Strategy&) {
              return std::make_unique<NotingStrategy>(notes, interest);
            }};
  }

 private:
  Notes& notes_;
  Interest interest_;
};

// Orders at three prices of each side, and what they came to for somebody with this interest.
class Interests : public ::testing::Test {
 protected:
  void begin(Interest interest) {
    notes_ = {};
    run_ = std::make_unique<test::StrategyRun>(std::vector{NotingStrategy::plan(notes_, interest)});
    for (u64 i = 0; i < 3; ++i) {
      run_->bid(1 + i, 100 - static_cast<i64>(i), 10);
      run_->ask(11 + i, 101 + static_cast<i64>(i), 10);
    }
    notes_.messages = 0;
  }
  // Whether that message calls on_message().
  bool calls(const std::function<void(test::StrategyRun&)>& message) {
    const u64 before = notes_.messages;
    message(*run_);
    return notes_.messages > before;
  }

  Notes notes_;
  std::unique_ptr<test::StrategyRun> run_;
};

TEST_F(Interests, TheBestAloneCallsOnlyWhenItChanges) {
  begin({.trades = false, .levels = 1});
  EXPECT_FALSE(calls([](auto& run) { run.bid(4, 99, 5); })) << "the second level";
  EXPECT_FALSE(calls([](auto& run) { run.reduce(13, 5); })) << "the third";
  EXPECT_TRUE(calls([](auto& run) { run.bid(5, 100, 5); })) << "more at the best";
  EXPECT_TRUE(calls([](auto& run) { run.execute(11, 5); }));
  EXPECT_TRUE(calls([](auto& run) { run.execute(11, 5); })) << "a level is gone";
  EXPECT_TRUE(calls([](auto& run) { run.clear(); }));
  EXPECT_FALSE(calls([](auto& run) { run.clear(); })) << "there was nothing left";
  EXPECT_TRUE(notes_.trades.empty()) << "which it does not look at";
}

TEST_F(Interests, SoManyLevelsCallWhenOneOfThemChanges) {
  begin({.levels = 2});
  EXPECT_TRUE(calls([](auto& run) { run.bid(4, 99, 5); }));
  EXPECT_FALSE(calls([](auto& run) { run.reduce(13, 5); })) << "the third level";
  EXPECT_TRUE(calls([](auto& run) { run.remove(12); })) << "the third has become the second";
  EXPECT_TRUE(calls([](auto& run) { run.remove(13); })) << "and is gone";
  EXPECT_FALSE(calls([](auto& run) { run.bid(6, 90, 5); }));
}

TEST_F(Interests, EveryMessageCallsAlsoWhereNoLevelChanges) {
  begin({});
  EXPECT_TRUE(calls([](auto& run) { run.reduce(13, 5); }));
  EXPECT_TRUE(calls([](auto& run) {
    Event halt{};
    halt.instrument = Instrument{0};
    halt.kind = Kind::trading_state;
    halt.flags = kLastOfEvent;
    halt.state = {TradingState::halted, Session::unknown, 'H', {}};
    run.raw(halt);
  }));
}

TEST_F(Interests, MoreLevelsThanAreComparedAreEveryMessage) {
  begin({.levels = Interest::kMostLevels});
  EXPECT_FALSE(calls([](auto& run) { run.reduce(99, 5); })) << "nobody's order";
  begin({.levels = Interest::kMostLevels + 1});
  EXPECT_TRUE(calls([](auto& run) { run.reduce(99, 5); }));
}

TEST_F(Interests, NoLevelsCallNothingButTrades) {
  begin({.levels = 0});
  EXPECT_FALSE(calls([](auto& run) { run.execute(1, 4).clear(); }));
  EXPECT_EQ(notes_.trades.size(), 1U);
}

TEST_F(Interests, TwoStrategiesOfOneInstrumentAreCalledEachByItsOwn) {
  Notes best, all;
  test::StrategyRun run{
      std::vector{NotingStrategy::plan(best, {.levels = 1}), NotingStrategy::plan(all, {})}};
  run.bid(1, 100, 10).bid(2, 99, 10).bid(3, 98, 10).bid(4, 101, 10);
  EXPECT_EQ(best.messages, 2U);
  EXPECT_EQ(all.messages, 4U);
}

TEST(InterestWhenRead, CallsOnceForAllMessagesSinceTheLastReading) {
  Notes notes;
  const std::vector plans{NotingStrategy::plan(notes, {.only_when_read = true})};
  book::BookSet books;
  books.open_channel(0, true);
  strategy::StrategyRunner runner{plans, books};
  test::Script script;
  script.define(0, "A").bid(0, 1).bid(0, 2);
  books.apply(0, script.events(), runner);
  const book::Book& book = *books.find(0, Instrument{0});
  EXPECT_EQ(notes.messages, 0U);
  (void)runner.values(book, Nanos{9});
  EXPECT_EQ(notes.messages, 1U);
  (void)runner.values(book, Nanos{9});
  (void)runner.freeze(0);
  EXPECT_EQ(notes.messages, 1U) << "nothing has happened since";
  books.apply(0, std::span{script.bid(0, 3).events()}.last(1), runner);
  (void)runner.freeze(0);
  EXPECT_EQ(notes.messages, 2U) << "a copy is made to be read";
}

TEST_F(Interests, ATradeSaysOfWhatItIsAndWhoTook) {
  begin({});
  run_->execute(11, 4).execute(1, 4).hidden(Side::bid, 100, 30).cross(100, 500);
  ASSERT_EQ(notes_.trades.size(), 4U);
  for (const book::Trade& trade : notes_.trades) EXPECT_EQ(trade.instrument, Instrument{0});
  EXPECT_EQ(notes_.trades[0].side, Side::ask);
  EXPECT_EQ(notes_.trades[0].aggressor, Side::bid) << "somebody bought from a resting ask";
  EXPECT_EQ(notes_.trades[1].aggressor, Side::ask);
  EXPECT_EQ(notes_.trades[2].kind, book::TradeKind::hidden);
  EXPECT_EQ(notes_.trades[2].aggressor, Side::none) << "not told";
  EXPECT_EQ(notes_.trades[3].aggressor, Side::none);
}

TEST(StrategyContext, SaysWhatTheDefinitionSays) {
  Notes notes;
  const std::vector plans{NotingStrategy::plan(notes, {})};
  book::BookSet books;
  books.open_channel(3, true);
  strategy::StrategyRunner runner{plans, books};
  Event define{};
  define.kind = Kind::define;
  define.instrument = Instrument{7};
  define.flags = kLastOfEvent;
  define.define.set_name("BTC-USD");
  define.define.quantity_scale = 8;
  define.define.round_lot = 100;
  books.apply(3, {&define, 1}, runner);
  books.apply(3, {&define, 1}, runner);
  ASSERT_EQ(notes.contexts.size(), 1U) << "once, however often the instrument is defined";
  const Context& context = notes.contexts.front();
  EXPECT_EQ(context.venue, 3);
  EXPECT_EQ(context.instrument, Instrument{7});
  EXPECT_EQ(context.symbol, "BTC-USD");
  EXPECT_EQ(context.quantity_scale, 8);
  EXPECT_EQ(context.price_scale, kPriceUnitsPerOne);
  EXPECT_EQ(context.round_lot, 100U);
}

TEST(StrategyContext, ItsGatewayTakesNoOrdersYetAndSaysWhy) {
  Notes notes;
  test::StrategyRun run{std::vector{NotingStrategy::plan(notes, {})}};
  ASSERT_NE(notes.contexts.front().gateway, nullptr);
  OrderRequest request;
  request.side = Side::bid;
  request.quantity = Quantity{1};
  const RejectReason reason = notes.contexts.front().gateway->send(request);
  EXPECT_EQ(reason, RejectReason::no_venue);
  EXPECT_EQ(name_of(reason), "no venue");
}

TEST(StrategyContext, AStrategyIsConstructedFromWhatItTakes) {
  struct Plain final : strategy::Strategy {};
  struct Named final : strategy::Strategy {
    explicit Named(const Context& context) : symbol(context.symbol) {}
    std::string symbol;
  };
  struct Both final : strategy::Strategy {
    Both(const Options& options, const Context& context)
        : levels(options.count("levels", 1, 9)), symbol(context.symbol) {}
    u32 levels;
    std::string symbol;
  };
  Context context;
  context.symbol = "A";
  const Options options{"both:levels=4", {{"levels", "4"}}};
  EXPECT_NE(kind_of<Plain>("plain", "", {}).make(options, context), nullptr);
  const auto named = kind_of<Named>("named", "", {}).make(options, context);
  EXPECT_EQ(dynamic_cast<const Named&>(*named).symbol, "A");
  const auto both = kind_of<Both>("both", "", {}).make(options, context);
  EXPECT_EQ(dynamic_cast<const Both&>(*both).levels, 4U);
  EXPECT_EQ(dynamic_cast<const Both&>(*both).symbol, "A");
}

}  // namespace
}  // namespace tapedeck::strategies
