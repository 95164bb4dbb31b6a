#include "feeds/itch50/decoder.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/itch_flow.hpp"

namespace tapedeck::itch50 {
namespace {

using test::ItchDay;

class DecoderTest : public ::testing::Test {
 protected:
  std::vector<Event> decode(const ItchDay& day, std::unordered_set<std::string> symbols = {}) {
    feed_ = test::feed_over(day.bytes(), Framing::length, SIZE_MAX, std::move(symbols));
    return test::drain(*feed_);
  }
  const FeedCounters& counters() { return feed_->counters(); }
  static std::vector<Event> of(Kind kind, const std::vector<Event>& events) {
    std::vector<Event> found;
    for (const Event& event : events) {
      if (event.kind == kind) found.push_back(event);
    }
    return found;
  }

  std::unique_ptr<FileFeed> feed_;
};

TEST_F(DecoderTest, AnInstrumentIsDefinedBeforeAnythingElseOfIt) {
  const auto events = decode(ItchDay{}.add(5, "AAPL", 1, 'B', 100, 1'000'000));
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, Kind::define);
  EXPECT_EQ(events[0].define.name(), "AAPL");
  EXPECT_EQ(events[0].define.source_id, 5U);
  EXPECT_EQ(events[1].kind, Kind::add);
  EXPECT_EQ(events[0].sequence, events[1].sequence);
  EXPECT_EQ(events[0].flags & kLastOfEvent, 0);
  EXPECT_NE(events[1].flags & kLastOfEvent, 0);
}

TEST_F(DecoderTest, EveryMessageOfAnInstrumentOverCapacityIsCountedAndToldOf) {
  ItchDay day;
  day.system('O');
  for (u32 locate = 1; locate < kMaxInstrumentsPerChannel; ++locate) {
    day.directory(static_cast<u16>(locate), "N" + std::to_string(locate));
  }
  day.system('O').directory(1, "LAST").directory(2, "OVER").add(2, "OVER", 1, 'B', 5, 10'000);
  day.execute(2, 1, 5).add(1, "LAST", 2, 'B', 5, 10'000);
  const auto events = decode(day);
  EXPECT_EQ(events.back().instrument, Instrument{kMaxInstrumentsPerChannel - 1});
  EXPECT_EQ(of(Kind::execute, events).size(), 0U);
  EXPECT_EQ(of(Kind::add, events).size(), 1U);
  EXPECT_EQ(counters().over_capacity, 3U);
  ASSERT_TRUE(feed_->left_out());
  EXPECT_NE(feed_->left_out()->find("3 messages"), std::string::npos) << *feed_->left_out();
  (void)decode(ItchDay{}.directory(1, "A"));
  EXPECT_FALSE(feed_->left_out());
}

TEST_F(DecoderTest, PricesAndSidesAndTimesGetTheEnginesUnits) {
  const auto events = decode(ItchDay{}.at(999).add(5, "AAPL", 1, 'S', 100, 5'853'300));
  const Event& add = events.back();
  EXPECT_EQ(add.order.price, Price{585'330'000'000});
  EXPECT_EQ(add.side, Side::ask);
  EXPECT_EQ(add.exchange_time, Nanos{1'999});
  EXPECT_EQ(add.order.quantity, Quantity{100});
}

// Order messages of their very size take a way of their own; with a byte appended, as an exchange
// may, they take everybody's. Both must come to the same events.
TEST_F(DecoderTest, TheQuickWayOfOrderMessagesComesToTheSameEvents) {
  Decoder quick;
  Decoder thorough;
  std::vector<Event> storage(8);
  const auto events_of = [&](Decoder& decoder, Bytes message) {
    EventBuffer out{storage.data(), 8};
    EXPECT_EQ(decoder.decode(message, 2, Nanos{7}, out), feeds::Decoded::ok);
    return std::vector<Event>(out.begin(), out.end());
  };
  ItchDay introduction;
  introduction.at(0).add(5, "AAPL", 1, 'B', 100, 10'000);
  for (Decoder* const decoder : {&quick, &thorough}) {
    (void)events_of(*decoder, introduction.bytes().subspan(2));
  }
  Random random{11};
  u64 time = 1'000;
  for (int round = 0; round < 5'000; ++round) {
    for (const char type : {'A', 'D', 'E', 'U', 'X'}) {
      std::vector<std::byte> message(wire_size(type));
      for (std::byte& byte : message) byte = static_cast<std::byte>(random.next());
      message[0] = static_cast<std::byte>(type);
      store_be(message.data() + 1, u16{5});
      store_be48(message.data() + 5, random.chance(0.95) ? time += random.below(9) : time - 5);
      if (type == 'A') {
        message[19] = static_cast<std::byte>("BS?"[random.below(3)]);
        std::memcpy(message.data() + 24, random.chance(0.9) ? "AAPL    " : "MSFT    ", 8);
      }
      const std::vector<Event> got = events_of(quick, message);
      message.push_back(std::byte{0});
      const std::vector<Event> expected = events_of(thorough, message);
      ASSERT_EQ(got.size(), expected.size()) << type;
      for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_EQ(std::memcmp(&got[i], &expected[i], sizeof(Event)), 0)
            << type << ", round " << round;
      }
    }
  }
  EXPECT_EQ(quick.counters().time_backwards, thorough.counters().time_backwards);
  EXPECT_GT(quick.counters().time_backwards, 0U);
  EXPECT_EQ(quick.counters().symbol_mismatch, thorough.counters().symbol_mismatch);
  EXPECT_GT(quick.counters().symbol_mismatch, 0U);
}

TEST_F(DecoderTest, AnOrderMessageBeforeTheDirectoryDefinesANumberThenGetsItsName) {
  const auto events = decode(ItchDay{}.remove(7, 1).add(7, "MSFT", 2, 'B', 10, 10'000));
  const auto defines = of(Kind::define, events);
  ASSERT_EQ(defines.size(), 2U);
  EXPECT_EQ(defines[0].define.name(), "#7");
  EXPECT_EQ(defines[1].define.name(), "MSFT");
  EXPECT_EQ(defines[0].instrument, defines[1].instrument);
}

TEST_F(DecoderTest, ASymbolThatDoesNotFitItsNumberMakesTheBookDoubtful) {
  const auto events = decode(ItchDay{}.directory(7, "MSFT").add(7, "MSFX", 2, 'B', 10, 10'000));
  EXPECT_EQ(counters().symbol_mismatch, 1U);
  EXPECT_NE(events.back().flags & kDoubtful, 0);
  EXPECT_EQ(of(Kind::define, events).size(), 1U);
}

TEST_F(DecoderTest, ANewDayClearsTheBooksAndGivesLocatesAnew) {
  ItchDay day;
  day.system('O').directory(1, "A").add(1, "A", 9, 'B', 1, 10'000).system('C');
  day.system('O').directory(1, "B").add(1, "B", 9, 'B', 1, 10'000).system('C');
  const auto events = decode(day);
  EXPECT_EQ(of(Kind::clear, events).size(), 1U);
  const auto adds = of(Kind::add, events);
  ASSERT_EQ(adds.size(), 2U);
  EXPECT_NE(adds[0].instrument, adds[1].instrument);
  EXPECT_EQ(counters().symbol_mismatch, 0U);
}

TEST_F(DecoderTest, OnlyTheSymbolsAskedForComeThrough) {
  ItchDay day;
  day.directory(1, "A").directory(2, "B").add(1, "A", 1, 'B', 1, 1).add(2, "B", 2, 'B', 1, 1);
  const auto events = decode(day.remove(1, 1).remove(2, 2), {"B"});
  EXPECT_EQ(of(Kind::add, events).size(), 1U);
  EXPECT_EQ(of(Kind::remove, events).size(), 1U);
  EXPECT_EQ(of(Kind::define, events).at(0).define.name(), "B");
  EXPECT_EQ(counters().messages, 6U);
  EXPECT_EQ(counters().filtered, 3U);
}

TEST_F(DecoderTest, SystemEventsConcernEveryInstrument) {
  const auto events = decode(ItchDay{}.system('Q'));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].instrument, kEveryInstrument);
  EXPECT_EQ(events[0].state.session, Session::market_open);
}

TEST_F(DecoderTest, TradingActionsCarryStateAndReason) {
  const auto events = decode(ItchDay{}.trading(3, "X", 'H'));
  EXPECT_EQ(events.back().kind, Kind::trading_state);
  EXPECT_EQ(events.back().state.state, TradingState::halted);
}

TEST_F(DecoderTest, ANonPrintableExecutionIsFlagged) {
  OrderExecutedPrice m{};
  m.reference = 4;
  m.shares = 5;
  m.printable = 'N';
  m.price = 10'000;
  const auto events = decode(ItchDay{}.message(m, 1));
  EXPECT_EQ(events.back().kind, Kind::execute_at);
  EXPECT_NE(events.back().flags & kNonPrintable, 0);
  EXPECT_EQ(events.back().order.price, Price{1'000'000'000});
}

TEST_F(DecoderTest, NoticesKeepTheSourcesBytesWithoutTheStock) {
  ParticipantPosition m{};
  m.mpid = Mpid{"GSCO"};
  m.stock = Stock{"AAPL"};
  m.primary = 'Y';
  m.mode = 'N';
  m.state = 'A';
  const auto events = decode(ItchDay{}.message(m, 1));
  const NoticeFields& notice = events.back().notice;
  EXPECT_EQ(notice.type, 'L');
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(notice.body), notice.length), "GSCOYNA");
}

TEST_F(DecoderTest, MarketWideNoticesBelongToNoInstrument) {
  MwcbStatus m{};
  m.breached = '2';
  const auto events = decode(ItchDay{}.message(m, 0));
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].instrument, kNoInstrument);
  EXPECT_EQ(events[0].notice.length, 1);
  EXPECT_EQ(events[0].notice.body[0], '2');
}

TEST_F(DecoderTest, ACrossOfMoreSharesThanFitIsMalformed) {
  CrossTrade m{};
  m.shares = u64{1} << 63;
  m.stock = Stock{"A"};
  EXPECT_TRUE(of(Kind::cross, decode(ItchDay{}.message(m, 1))).empty());
  EXPECT_EQ(counters().malformed, 1U);
}

TEST_F(DecoderTest, TimesGoingBackwardsAreCounted) {
  decode(ItchDay{}.at(5000).remove(1, 1).at(1000).remove(1, 1).remove(1, 1).at(9000).remove(1, 1));
  EXPECT_EQ(counters().time_backwards, 2U);
}

TEST_F(DecoderTest, EveryMessageBecomesAtMostTwoEventsAllOfThemWithItsNumber) {
  ItchDay day;
  for_each_message([&day]<class Message>() {
    Message m{};
    if constexpr (requires { m.stock; }) m.stock = Stock{"ZZ"};
    day.message(m, 9);
  });
  const auto events = decode(day);
  std::map<Sequence, int> per_message;
  for (const Event& event : events) ++per_message[event.sequence];
  EXPECT_EQ(per_message.size(), static_cast<std::size_t>(kMessageTypes));
  for (const auto& [sequence, count] : per_message) {
    EXPECT_LE(count, static_cast<int>(feeds::kMaxEventsPerMessage)) << sequence;
  }
}

}  // namespace
}  // namespace tapedeck::itch50
