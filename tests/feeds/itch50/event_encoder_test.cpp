// Events back to messages: what the decoder took apart comes together byte for byte, and what ITCH
// cannot say is counted by its reason.
#include "feeds/itch50/event_encoder.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/data.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::itch50 {
namespace {

using test::drain;
using test::feed_over;
using test::ItchDay;

using Content = std::vector<std::byte>;

Content encoded(const std::vector<Event>& events) {
  EventEncoder encoder{Nanos{0}};
  FrameBuffer out;
  for (const Event& event : events) encoder.encode(event, out);
  encoder.finish(out);
  EXPECT_EQ(encoder.counters().all_unencodable(), 0U);
  return {out.bytes().begin(), out.bytes().end()};
}

Content there_and_back(Bytes content) {
  return encoded(drain(*feed_over(content)));
}

// The frames with the one field that events do not keep set to zero.
Content without_tracking(Bytes frames) {
  Content content{frames.begin(), frames.end()};
  constexpr std::size_t kTrackingAt = 2 + 1 + 2;
  for (std::size_t at = 0; at + 2 < content.size();) {
    store_be(content.data() + at + kTrackingAt, u16{0});
    at += std::size_t{2} + load_be<u16>(content.data() + at);
  }
  return content;
}

std::string types_in(Bytes frames) {
  std::string types;
  while (frames.size() > 2) {
    types += static_cast<char>(frames[2]);
    frames = frames.subspan(std::size_t{2} + load_be<u16>(frames.data()));
  }
  return types;
}

constexpr u16 kLocate = 7;
constexpr const char* kSymbol = "ACME";

// Random bytes in every field where any byte means something.
class LegalBytes {
 public:
  explicit LegalBytes(Random& random) : random_(random) {}
  void operator()(char& field) { field = static_cast<char>('A' + random_.below(26)); }
  void operator()(u32& field) { field = static_cast<u32>(random_.next()); }
  void operator()(u64& field) { field = random_.next() >> 1; }
  void operator()(Stock& field) { field = Stock{kSymbol}; }
  template <std::size_t N>
  void operator()(Text<N>& field) {
    for (char& c : field.raw) c = static_cast<char>(0x20 + random_.below(0x5F));
  }

 private:
  Random& random_;
};

char one_of(std::string_view letters, Random& random) {
  return letters[random.below(letters.size())];
}

template <class Message>
Message random_message(Random& random) {
  Message m{};
  LegalBytes legal_bytes{random};
  for_each_field(legal_bytes, m);
  constexpr char kType = Message::kType;
  if constexpr (kType == 'A' || kType == 'F' || kType == 'P') m.side = one_of("BS", random);
  if constexpr (kType == 'S') m.event = one_of("SQMEC", random);
  if constexpr (kType == 'C') m.printable = one_of("YN", random);
  if constexpr (kType == 'h') m.action = one_of("HT", random);
  if constexpr (kType == 'H') m.state = one_of("THPQ", random), m.reserved = ' ';
  return m;
}

template <class Message>
constexpr bool kOfTheMarket =
    Message::kType == 'S' || Message::kType == 'V' || Message::kType == 'W';

TEST(EventEncoder, EveryMessageTypeComesBackByteForByte) {
  Random random{5};
  for (int round = 0; round < (test::kSanitized ? 10 : 50); ++round) {
    for_each_message([&random]<class Message>() {
      ItchDay day;
      day.directory(kLocate, kSymbol);
      day.message(random_message<Message>(random), kOfTheMarket<Message> ? u16{0} : kLocate);
      const Content back = there_and_back(day.bytes());
      EXPECT_EQ(back, day.copy()) << Message::kType;
    });
  }
}

TEST(EventEncoder, EveryMessageTypeComesBackAloneWhenNoDirectoryCameBefore) {
  Random random{6};
  for_each_message([&random]<class Message>() {
    ItchDay day;
    day.message(random_message<Message>(random), kOfTheMarket<Message> ? u16{0} : kLocate);
    const Content back = there_and_back(day.bytes());
    EXPECT_EQ(back, day.copy()) << Message::kType;
  });
}

TEST(EventEncoder, MadeUpDaysComeBackByteForByte) {
  for (const u64 seed : {1U, 2U, 3U}) {
    FrameBuffer day;
    test::write_demo_flow(day, {.messages = 20'000, .instruments = 30, .seed = seed});
    const Content back = there_and_back(day.bytes());
    EXPECT_TRUE(std::ranges::equal(back, day.bytes())) << "seed " << seed;
  }
}

TEST(EventEncoder, ARecordedMorningComesBackByteForByteButForTheTrackingNumber) {
  TAPEDECK_NEED_DATA(path, "itch/12302019_first1000.itch");
  const auto source = feeds::open_source(path.string());
  const Content back = there_and_back(source->window());
  EXPECT_EQ(back, without_tracking(source->window()));
}

TEST(EventEncoder, SeveralDaysComeBackThoughEachGivesItsLocatesAnew) {
  ItchDay day;
  day.system('O').directory(1, "AAA").directory(2, "BBB").add(1, "AAA", 1, 'B', 100, 10'000);
  day.system('C').system('O').directory(1, "BBB").directory(2, "AAA");
  day.add(1, "BBB", 1, 'S', 5, 20'000).execute(1, 1, 5).add(2, "AAA", 2, 'B', 1, 10'000);
  EXPECT_EQ(there_and_back(day.bytes()), day.copy());
}

TEST(EventEncoder, AnInstrumentKnownByItsNumberAloneGetsItsNameWhenAMessageTellsIt) {
  ItchDay day;
  day.execute(9, 55, 10).add(9, "LATE", 56, 'B', 100, 10'000).remove(9, 56);
  EXPECT_EQ(there_and_back(day.bytes()), day.copy());
}

TEST(EventEncoder, ADoubtThatWasWrittenAsIfCertainIsCounted) {
  ItchDay day;
  day.directory(1, "AAA").add(1, "OTHER", 1, 'B', 100, 10'000);
  EventEncoder encoder{Nanos{0}};
  FrameBuffer out;
  for (const Event& event : drain(*feed_over(day.bytes()))) encoder.encode(event, out);
  EXPECT_EQ(types_in(out.bytes()), "RA");
  EXPECT_EQ(encoder.counters().doubts_lost, 1U);
}

// Events as another feed would make them.
class Strange : public testing::Test {
 protected:
  static Event event(Kind kind, Instrument instrument = Instrument{0}) {
    Event made{};
    made.exchange_time = Nanos{1'000};
    made.sequence = 1;
    made.instrument = instrument;
    made.kind = kind;
    made.side = Side::bid;
    made.flags = kLastOfEvent;
    if (has_order_fields(kind)) made.order = {OrderId{1}, 0, Price{1'000'000'000}, Quantity{10}};
    return made;
  }
  static Event definition(std::string_view symbol, u32 source_id, u32 instrument = 0) {
    Event made = event(Kind::define, Instrument{instrument});
    made.sequence = 0;
    made.flags = 0;
    made.define = feeds::define_fields(symbol, source_id, 100);
    return made;
  }
  void define(std::string_view symbol, u32 source_id = 0, u32 instrument = 0) {
    encode(definition(symbol, source_id, instrument));
  }
  Encoded encode(const Event& made) { return encoder_.encode(made, out_); }
  void expect_impossible(const Event& made, Unencodable reason) {
    const u64 before = encoder_.counters().of(reason);
    const u64 messages = out_.messages();
    EXPECT_EQ(encode(made), Encoded::impossible) << name_of(reason);
    EXPECT_EQ(encoder_.counters().of(reason), before + 1) << name_of(reason);
    EXPECT_EQ(out_.messages(), messages) << name_of(reason);
  }
  [[nodiscard]] std::string types() const { return types_in(out_.bytes()); }
  // The locate of every message written so far.
  [[nodiscard]] std::vector<u16> locates() const {
    std::vector<u16> all;
    for (Bytes rest = out_.bytes(); !rest.empty();) {
      all.push_back(load_be<u16>(rest.data() + 3));
      rest = rest.subspan(std::size_t{2} + load_be<u16>(rest.data()));
    }
    return all;
  }

  EventEncoder encoder_{Nanos{0}};
  FrameBuffer out_;
};

TEST_F(Strange, ADefinitionBecomesADirectoryMessageBeforeWhatFollows) {
  define("ACME", 5);
  EXPECT_EQ(encode(event(Kind::add)), Encoded::encoded);
  EXPECT_EQ(encode(event(Kind::remove)), Encoded::encoded);
  EXPECT_EQ(types(), "RAD");
  EXPECT_EQ(locates(), (std::vector<u16>{5, 5, 5}));
}

TEST_F(Strange, ADefinitionIsLeftToItsOwnMessageOnlyWhereThatSaysAllOfIt) {
  const auto in_one_message = [&](u32 instrument, u32 source_id, u32 round_lot) {
    Event made = definition("S" + std::to_string(instrument), source_id, instrument);
    made.sequence = 1;
    made.define.round_lot = round_lot;
    encode(made);
    const u64 before = out_.messages();
    encode(event(Kind::add, Instrument{instrument}));
    return out_.messages() - before;
  };
  EXPECT_EQ(in_one_message(0, 5, 0), 1U);
  EXPECT_EQ(in_one_message(1, 6, 100), 2U) << "an add tells no round lot";
  EXPECT_EQ(in_one_message(2, 5, 0), 2U) << "another locate than the source's own";
  EXPECT_EQ(in_one_message(3, 0, 0), 2U) << "a source that numbers nothing";
}

TEST_F(Strange, ADefinitionThatNothingFollowsIsWrittenAtTheEnd) {
  define("ACME");
  EXPECT_EQ(types(), "");
  encoder_.finish(out_);
  encoder_.finish(out_);
  EXPECT_EQ(types(), "R");
}

TEST_F(Strange, InstrumentsWithoutANumberOfTheirOwnGetTheNextThatIsFree) {
  define("AAA", 2, 0);
  define("BBB", 0, 1);
  define("CCC", 0, 2);
  define("DDD", 2, 3);
  define("EEE", 70'000, 4);
  encoder_.finish(out_);
  EXPECT_EQ(locates(), (std::vector<u16>{2, 1, 3, 4, 5}));
}

TEST_F(Strange, WhatSteersThePipelineIsNoMessage) {
  EXPECT_EQ(encode(event(Kind::cut, kEveryInstrument)), Encoded::skipped);
  EXPECT_EQ(encode(event(Kind::end, kEveryInstrument)), Encoded::skipped);
  EXPECT_EQ(encoder_.counters().all_unencodable(), 0U);
}

TEST_F(Strange, SymbolsThatDoNotFitAreCountedWithEverythingOfTheirs) {
  expect_impossible(definition("NINEBYTES", 1), Unencodable::symbol);
  expect_impossible(event(Kind::add), Unencodable::symbol);
  expect_impossible(definition("A\x01", 1), Unencodable::symbol);
  expect_impossible(definition("", 1), Unencodable::symbol);
  expect_impossible(definition("A ", 1), Unencodable::symbol);
  Event fractional = definition("BTC", 1);
  fractional.define.quantity_scale = 8;
  expect_impossible(fractional, Unencodable::symbol);
  define("EIGHT888", 1);
  EXPECT_EQ(encode(event(Kind::add)), Encoded::encoded);
}

TEST_F(Strange, PricesOffTheGridOrOutOfRangeAreCounted) {
  define("ACME");
  encode(event(Kind::add));
  for (const i64 price :
       {i64{1'000'050'000}, i64{-100'000}, (i64{1} << 32) * 100'000, kNoPrice.value}) {
    Event made = event(Kind::add);
    made.order.price = Price{price};
    expect_impossible(made, Unencodable::price);
  }
  Event highest = event(Kind::add);
  highest.order.price = Price{((i64{1} << 32) - 1) * 100'000};
  EXPECT_EQ(encode(highest), Encoded::encoded);
}

TEST_F(Strange, QuantitiesOutOfRangeAreCounted) {
  define("ACME");
  encode(event(Kind::add));
  for (const Kind kind : {Kind::add, Kind::execute, Kind::reduce, Kind::replace, Kind::trade}) {
    for (const i64 quantity : {i64{-1}, i64{1} << 32}) {
      Event made = event(kind);
      made.order.quantity = Quantity{quantity};
      expect_impossible(made, Unencodable::quantity);
    }
  }
  Event cross = event(Kind::cross);
  cross.order.quantity = Quantity{i64{1} << 40};
  EXPECT_EQ(encode(cross), Encoded::encoded);
}

TEST_F(Strange, TimesBeforeMidnightOrBeyondFortyEightBitsAreCounted) {
  define("ACME");
  encode(event(Kind::add));
  for (const i64 time : {i64{-1}, i64{1} << 48, kBeginningOfTime.value}) {
    Event made = event(Kind::add);
    made.exchange_time = Nanos{time};
    expect_impossible(made, Unencodable::time);
  }
  encoder_.set_midnight(Nanos{2'000});
  expect_impossible(event(Kind::add), Unencodable::time);
}

TEST_F(Strange, WhatHasNoMessageIsCounted) {
  expect_impossible(event(Kind::add), Unencodable::undefined);
  define("ACME");
  encode(event(Kind::add));
  expect_impossible(event(Kind::upsert), Unencodable::no_message);
  expect_impossible(event(Kind::modify), Unencodable::no_message);
  expect_impossible(event(Kind::clear), Unencodable::clear);
  expect_impossible(event(Kind::loss, kEveryInstrument), Unencodable::loss);
  Event sideless = event(Kind::add);
  sideless.side = Side::none;
  expect_impossible(sideless, Unencodable::side);
  Event foreign = event(Kind::notice);
  foreign.notice = {'A', 3, {1, 2, 3}};
  expect_impossible(foreign, Unencodable::notice);
}

TEST_F(Strange, AClearOfAllBooksIsPossibleWhereADayBeginsOnly) {
  EXPECT_EQ(encode(event(Kind::clear, kEveryInstrument)), Encoded::held);
  Event start = event(Kind::trading_state, kEveryInstrument);
  start.state = {TradingState::unknown, Session::messages_started, 'S', {}};
  EXPECT_EQ(encode(start), Encoded::encoded);
  EXPECT_EQ(encoder_.counters().all_unencodable(), 0U);
  encode(event(Kind::clear, kEveryInstrument));
  encoder_.finish(out_);
  EXPECT_EQ(encoder_.counters().of(Unencodable::clear), 1U);
  EXPECT_EQ(types(), "S");
}

TEST_F(Strange, OrdersOfANewDayAreIntroducedAgain) {
  define("ACME", 3);
  encode(event(Kind::add));
  Event start = event(Kind::trading_state, kEveryInstrument);
  start.state = {TradingState::unknown, Session::messages_started, 'S', {}};
  encode(start);
  encode(event(Kind::execute));
  EXPECT_EQ(types(), "RASRE");
}

}  // namespace
}  // namespace tapedeck::itch50
