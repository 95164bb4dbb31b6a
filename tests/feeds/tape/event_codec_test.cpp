#include "feeds/tape/event_codec.hpp"

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/tapes.hpp"

namespace tapedeck::tape {
namespace {

// Numbers that are small, large, negative, or at an end.
i64 awkward(Random& random) {
  switch (random.below(6)) {
    case 0:
      return static_cast<i64>(random.below(100));
    case 1:
      return -static_cast<i64>(random.below(100'000));
    case 2:
      return INT64_MIN + static_cast<i64>(random.below(3));
    case 3:
      return INT64_MAX - static_cast<i64>(random.below(3));
    case 4:
      return static_cast<i64>(random.below(1'000'000)) * 100'000;  // on the grid of prices
    default:
      return static_cast<i64>(random.next());
  }
}

void fill_payload(Event& event, Random& random) {
  switch (event.kind) {
    case Kind::define:
      event.define.length = static_cast<u8>(random.below(kMaxSymbol + 1));
      for (char& c : event.define.symbol) c = static_cast<char>(random.below(256));
      event.define.source_id = static_cast<u32>(random.next());
      event.define.round_lot = static_cast<u32>(random.next());
      return;
    case Kind::trading_state:
      event.state.state = static_cast<TradingState>(random.below(5));
      event.state.session = static_cast<Session>(random.below(7));
      event.state.source = 'H';
      return;
    case Kind::auction:
      event.auction = {awkward(random), awkward(random), 1, 2, 3, 'O', 'B', 'L'};
      return;
    case Kind::collar:
      event.collar = {Price{awkward(random)}, Price{awkward(random)}, kNoPrice, 5};
      return;
    case Kind::notice:
      event.notice.type = 'N';
      event.notice.length = static_cast<u8>(random.below(NoticeFields::kMaxBody + 1));
      for (u8& byte : event.notice.body) byte = static_cast<u8>(random.below(256));
      return;
    case Kind::loss:
      event.loss = {static_cast<u64>(awkward(random)), static_cast<u64>(awkward(random))};
      return;
    case Kind::clear:
    case Kind::clear_side:
      return;
    case Kind::restore:
      event.restore.part = static_cast<u8>(random.below(256));
      for (u64& value : event.restore.values) value = static_cast<u64>(awkward(random));
      return;
    default:
      event.order = {OrderId{static_cast<u64>(awkward(random))}, static_cast<u64>(awkward(random)),
                     Price{awkward(random)}, Quantity{awkward(random)}};
  }
}

Event random_event(Random& random) {
  Event event{};
  // Any but those that the pipeline makes itself.
  do {
    event.kind = static_cast<Kind>(random.below(kKinds));
  } while (event.kind == Kind::cut || event.kind == Kind::end);
  event.side = static_cast<Side>(random.below(3));
  event.flags = random.below(3) == 0 ? static_cast<EventFlags>(random.next()) : kLastOfEvent;
  event.exchange_time = {awkward(random)};
  event.sequence = static_cast<u64>(awkward(random));
  const u64 pick = random.below(20);
  event.instrument = pick == 0   ? kEveryInstrument
                     : pick == 1 ? kNoInstrument
                                 : Instrument{static_cast<u32>(random.below(1 << 16))};
  if (event.kind == Kind::define) event.instrument = {static_cast<u32>(random.below(1 << 16))};
  fill_payload(event, random);
  return event;
}

TEST(EventCodec, GivesBackWhateverItWasGiven) {
  Random random{20261125};
  EventEncoder encoder;
  EventDecoder decoder;
  std::array<std::byte, kMaxEncodedEvent> bytes;
  for (int i = 0; i < 200'000; ++i) {
    if (i % 1000 == 0) {
      encoder.reset();
      decoder.reset();
    }
    const Event event = random_event(random);
    const auto size = static_cast<std::size_t>(encoder.encode(event, bytes.data()) - bytes.data());
    ASSERT_LE(size, kMaxEncodedEvent);
    Event back;
    ASSERT_EQ(decoder.decode({bytes.data(), size}, back), size) << i;
    ASSERT_TRUE(same_event(event, back)) << i << " " << name_of(event.kind);
    ASSERT_EQ(back.due_time, kNotTimed);
  }
}

TEST(EventCodec, TakesNoEventThatIsCutAnywhere) {
  Random random{3};
  for (int i = 0; i < 5'000; ++i) {
    const Event event = random_event(random);
    std::array<std::byte, kMaxEncodedEvent> bytes;
    EventEncoder encoder;
    const auto size = static_cast<std::size_t>(encoder.encode(event, bytes.data()) - bytes.data());
    for (std::size_t cut = 0; cut < size; ++cut) {
      EventDecoder decoder;
      Event back;
      ASSERT_EQ(decoder.decode({bytes.data(), cut}, back), 0U) << name_of(event.kind) << " " << cut;
    }
  }
}

TEST(EventCodec, RandomBytesAreAnEventWithinItsRangesOrNone) {
  Random random{4};
  std::array<std::byte, kMaxEncodedEvent> bytes;
  EventDecoder decoder;
  int taken = 0;
  for (int i = 0; i < 300'000; ++i) {
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
    Event back;
    const std::size_t size = decoder.decode(bytes, back);
    ASSERT_LE(size, bytes.size());
    if (size == 0) continue;
    ++taken;
    ASSERT_TRUE(back.kind != Kind::cut && back.kind != Kind::end);
    ASSERT_LE(back.side, Side::ask);
    const u32 instrument = back.instrument.value;
    ASSERT_TRUE(instrument < kMaxInstrumentsPerChannel || instrument >= kNoInstrument.value);
    ASSERT_TRUE(back.kind != Kind::define || back.define.length <= kMaxSymbol);
    ASSERT_TRUE(back.kind != Kind::notice || back.notice.length <= NoticeFields::kMaxBody);
  }
  EXPECT_GT(taken, 1'000);
}

TEST(EventCodec, AnOrdinaryAddTakesFewBytes) {
  EventEncoder encoder;
  std::array<std::byte, kMaxEncodedEvent> bytes;
  Event event{};
  event.kind = Kind::add;
  event.side = Side::bid;
  event.flags = kLastOfEvent;
  std::ptrdiff_t second = 0;
  for (u64 i = 1; i <= 2; ++i) {
    event.sequence = i;
    event.exchange_time = {static_cast<i64>(34'200'000'000'000 + i * 10'000)};
    event.order = {OrderId{1000 + i}, 0, Price{static_cast<i64>(100'000'000'000 + i * 10'000'000)},
                   Quantity{100}};
    second = encoder.encode(event, bytes.data()) - bytes.data();
  }
  EXPECT_EQ(second, 11);
}

TEST(Varint, RefusesNumbersThatDoNotEndOrDoNotFit) {
  const auto read = [](std::vector<u8> bytes) {
    VarintReader reader{std::as_bytes(std::span{bytes})};
    const u64 value = reader.get();
    return std::pair{value, reader.failed()};
  };
  EXPECT_EQ(read({}), (std::pair<u64, bool>{0, true}));
  EXPECT_EQ(read({0x80}), (std::pair<u64, bool>{0, true}));
  EXPECT_EQ(read({0x7F}), (std::pair<u64, bool>{127, false}));
  const std::vector<u8> most{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01};
  EXPECT_EQ(read(most), (std::pair<u64, bool>{~u64{0}, false}));
  std::vector<u8> more = most;
  more.back() = 2;
  EXPECT_EQ(read(more), (std::pair<u64, bool>{0, true}));
  EXPECT_EQ(read(std::vector<u8>(11, 0x80)), (std::pair<u64, bool>{0, true}));
}

}  // namespace
}  // namespace tapedeck::tape
