// Tapes made and read: what is on them is what was recorded.
#include <gtest/gtest.h>
#include <zstd.h>

#include "tests/support/scripted_feed.hpp"
#include "tests/support/tapes.hpp"

namespace tapedeck::tape {
namespace {

using namespace test;

ItchDay small_day(u32 orders = 500) {
  ItchDay day;
  day.system('O').directory(1, "AAPL").directory(2, "MSFT").system('Q').trading(1, "AAPL");
  for (u64 id = 1; id <= orders; ++id) {
    const auto locate = static_cast<u16>(1 + id % 2);
    day.add(locate, locate == 1 ? "AAPL" : "MSFT", id, id % 3 == 0 ? 'S' : 'B', 100,
            static_cast<u32>(id % 3 == 0 ? 1'010'000 + id * 100 : 1'000'000 - id * 100));
    if (id % 5 == 0) day.execute(static_cast<u16>(1 + (id - 2) % 2), id - 2, 40);
    if (id % 7 == 0) day.remove(static_cast<u16>(1 + (id - 4) % 2), id - 4);
  }
  return day.system('M').system('E').system('C');
}

void expect_same(const std::vector<Event>& got, const std::vector<Event>& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    ASSERT_TRUE(same_event(got[i], expected[i])) << i << " " << name_of(expected[i].kind);
  }
}

TEST(Tape, OfMessagesGivesTheSameEvents) {
  const ItchDay day = small_day();
  const auto source = feed_over(day.bytes());
  const std::vector<Event> expected = drain(*source);
  for (const Compress compress : {Compress::none, Compress::fast, Compress::small}) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{97}, SIZE_MAX}) {
      const MadeTape tape = tape_of_day(day.bytes(), {compress});
      const ReadTape read = read_tape(tape.bytes, Content::itch50, {}, step);
      expect_same(read.events, expected);
      EXPECT_TRUE(read.complete);
      EXPECT_FALSE(read.damage);
      EXPECT_TRUE(read.warnings.empty());
      EXPECT_EQ(read.counters.messages, source->counters().messages);
      EXPECT_EQ(read.last_sequence, source->last_sequence());
      EXPECT_GT(tape.starts.size(), 10U);
    }
  }
}

TEST(Tape, OfEventsGivesTheSameEvents) {
  Script script;
  script.define(0, "A").define(1, "B").session(Session::market_open);
  for (u64 id = 1; id < 400; ++id) script.bid(static_cast<u32>(id % 2), id, static_cast<i64>(id));
  script.loss(kEveryInstrument, 5, 9, kCarryOn).clear(1).notice();
  const std::vector<Event> expected = drain(*std::make_unique<ScriptedFeed>(script.events()));
  const MadeTape tape =
      tape_of_events(std::make_unique<ScriptedFeed>(script.events()), {Compress::small});
  const ReadTape read = read_tape(tape.bytes, Content::events);
  expect_same(read.events, expected);
  EXPECT_TRUE(read.complete);
  EXPECT_FALSE(read.damage);
}

// What was filtered out when it was recorded leaves a hole in the numbers, which is no loss.
TEST(Tape, KeepsTheNumbersOfMessagesThatWereLeftOut) {
  const ItchDay day = small_day();
  const auto source = feed_over(day.bytes(), itch50::Framing::length, SIZE_MAX, {"MSFT"});
  const std::vector<Event> expected = drain(*source);
  const MadeTape tape = tape_of_day(day.bytes(), {}, Nanos{0}, {"MSFT"});
  const ReadTape read = read_tape(tape.bytes, Content::itch50);
  expect_same(read.events, expected);
  EXPECT_EQ(read.losses, 0U);
  EXPECT_FALSE(read.damage);
}

TEST(Tape, GivesOnlyTheSymbolsAskedFor) {
  Script script;
  script.define(0, "A").define(1, "B");
  for (u64 id = 1; id < 50; ++id) script.bid(static_cast<u32>(id % 2), id);
  const MadeTape tape = tape_of_events(std::make_unique<ScriptedFeed>(script.events()));
  TapeOptions options;
  options.symbols = {"B"};
  const ReadTape read = read_tape(tape.bytes, Content::events, options);
  EXPECT_EQ(read.events.size(), 1U + 25U);
  for (const Event& event : read.events) EXPECT_EQ(event.instrument, Instrument{1});
  EXPECT_GT(read.counters.filtered, 0U);
}

ReadTape read_symbol(Script& script, const char* symbol) {
  const MadeTape tape = tape_of_events(std::make_unique<ScriptedFeed>(script.events()));
  TapeOptions options;
  options.symbols = {symbol};
  return read_tape(tape.bytes, Content::events, options);
}

TEST(Tape, ASymbolThatComesAfterOrdersWereLeftOutMakesItsBookDoubtful) {
  Script script;
  script.define(0, "#7").bid(0, 1).define(0, "A").bid(0, 2);
  const ReadTape late = read_symbol(script, "A");
  ASSERT_EQ(late.events.size(), 3U);
  EXPECT_EQ(late.events[1].kind, Kind::trading_state);
  EXPECT_EQ(late.events[1].flags, kSynthetic | kDoubtful);
  ASSERT_EQ(late.warnings.size(), 1U);
  EXPECT_NE(late.warnings[0].find("SUSPECT"), std::string::npos);
}

TEST(Tape, ASymbolThatComesAfterAClearHasAllItsOrders) {
  Script script;
  script.define(0, "#7").bid(0, 1).clear(0).define(0, "A").bid(0, 2);
  const ReadTape read = read_symbol(script, "A");
  EXPECT_EQ(read.events.size(), 2U);
  EXPECT_TRUE(read.warnings.empty());
}

TEST(Tape, AnInstrumentThatLosesItsSymbolIsReadOn) {
  Script script;
  script.define(0, "A").bid(0, 1).define(0, "#7").bid(0, 2);
  const ReadTape read = read_symbol(script, "A");
  EXPECT_EQ(read.events.size(), 4U) << "or its book would have the symbol still, without order 2";
}

TEST(Tape, KeepsTheDamageOfItsSource) {
  const ItchDay day = small_day();
  const Bytes cut = day.bytes().first(day.bytes().size() - 20);
  const auto source = feed_over(cut);
  const std::vector<Event> expected = drain(*source);
  ASSERT_TRUE(source->damage());
  const ReadTape read = read_tape(tape_of_day(cut).bytes, Content::itch50);
  expect_same(read.events, expected);
  ASSERT_TRUE(read.damage);
  EXPECT_EQ(read.damage->message(), source->damage()->message());
  EXPECT_FALSE(read.complete);
}

TEST(Tape, KeepsWhatTheTransportSaidBetweenMessages) {
  // A transport that loses two messages, and empties the books at a change of session.
  ItchDay day = small_day(4);
  TapeInMemory memory{FileHeader{.content = Content::itch50, .tape_id = 5}, Compress::none};
  ChunkMaker maker{memory, 256};
  maker.begin(Content::itch50, Nanos{0});
  std::vector<Event> storage(64);
  EventBuffer out{storage.data(), 64};
  itch50::Decoder decoder;
  Bytes rest = day.bytes();
  Sequence sequence = 0;
  maker.begin_poll(out.end());
  while (!rest.empty()) {
    if (sequence == 3 || sequence == 7) {
      Event& event = out.push();
      event = Event{};
      event.kind = sequence == 3 ? Kind::loss : Kind::clear;
      event.flags = kLastOfEvent | kCarryOn;
      event.instrument = kEveryInstrument;
      event.sequence = sequence;
      event.loss = {40, 41};
    }
    const std::size_t length = load_be<u16>(rest.data());
    (void)feeds::decode_observed(decoder, maker, rest.subspan(2, length), ++sequence, Nanos{1},
                                 out);
    rest = rest.subspan(2 + length);
  }
  maker.end_poll(out.end(), Nanos{1});
  maker.finish({.complete = true, .last_sequence = 99});
  memory.close();
  const ReadTape read = read_tape(memory.bytes, Content::itch50);
  expect_same(read.events, {out.begin(), out.end()});
  EXPECT_EQ(read.losses, 1U);
  EXPECT_EQ(read.last_sequence, 99U);
}

TEST(Tape, TellsWhatItsRecorderDropped) {
  Script script;
  script.define(0, "A");
  for (u64 id = 1; id < 100; ++id) script.bid(0, id);
  const std::vector<Event> events = script.events();
  TapeInMemory memory{FileHeader{.tape_id = 5}, Compress::none};
  ChunkMaker maker{memory, 128};
  maker.begin(Content::events, Nanos{0});
  for (std::size_t i = 0; i < events.size(); ++i) {
    memory.has_room = i < 40 || i >= 60;
    maker.begin_poll(&events[i]);
    maker.end_poll(&events[i] + 1, Nanos{static_cast<i64>(i)});
  }
  maker.finish({.complete = true});
  memory.close();
  EXPECT_GT(maker.dropped(), 0U);
  const ReadTape read = read_tape(memory.bytes, Content::events);
  EXPECT_EQ(read.losses, 1U);
  EXPECT_EQ(read.counters.lost, maker.dropped());
  EXPECT_EQ(read.events.size() - 1, events.size() - maker.dropped());
  EXPECT_FALSE(read.damage);
  ASSERT_EQ(read.warnings.size(), 1U);
  EXPECT_NE(read.warnings[0].find("dropped"), std::string::npos);
}

TEST(Tape, HasAnIndexThatNamesEveryFrame) {
  const MadeTape tape = tape_of_day(small_day().bytes(), {Compress::small});
  const std::byte* const end = tape.bytes.data() + tape.bytes.size();
  const auto trailer = load_trailer(end - kTrailerBytes);
  ASSERT_TRUE(trailer);
  EXPECT_EQ(trailer->tape_id, 77U);
  ASSERT_EQ(trailer->entries, tape.starts.size());
  const std::byte* const at = tape.bytes.data() + trailer->index_offset;
  const auto index = load_frame_header(at);
  ASSERT_TRUE(index);
  EXPECT_EQ(index->kind, FrameKind::index);
  TapeBytes entries(index->size);
  if (index->packing == Packing::none) {
    std::copy_n(at + kFrameHeaderBytes, index->size, entries.begin());
  } else {
    ASSERT_EQ(
        ZSTD_decompress(entries.data(), entries.size(), at + kFrameHeaderBytes, index->stored),
        entries.size());
  }
  Sequence next = 1;
  for (std::size_t i = 0; i < tape.starts.size(); ++i) {
    const IndexEntry entry = load_index_entry(entries.data() + i * kIndexEntryBytes);
    EXPECT_EQ(entry.offset, tape.starts[i]);
    const auto frame = load_frame_header(tape.bytes.data() + entry.offset);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->offset, entry.offset);
    EXPECT_EQ(frame->number, entry.number);
    EXPECT_EQ(frame->kind, entry.kind);
    EXPECT_EQ(frame->first, entry.first);
    EXPECT_EQ(frame->last, entry.last);
    EXPECT_EQ(frame->last_time, entry.last_time);
    EXPECT_EQ(entry.first, next);
    next = entry.last + 1;
  }
}

TEST(Tape, CanBeFollowedWhileItIsWritten) {
  const ItchDay day = small_day();
  const std::vector<Event> expected = drain(*feed_over(day.bytes()));
  const MadeTape tape = tape_of_day(day.bytes(), {Compress::small});
  // A source that has ended for now whenever it is asked, and has a byte more the next time.
  class Growing final : public feeds::ByteSource {
   public:
    explicit Growing(Bytes all) : ByteSource("a.tape"), all_(all) { begin_ = end_ = all.data(); }
    feeds::Fill fill() override {
      if (end_ == all_.data() + all_.size()) return feeds::Fill::end;
      if (std::exchange(waited_, !waited_)) return ++end_, feeds::Fill::more;
      return feeds::Fill::end;
    }
    [[nodiscard]] u64 raw_bytes_read() const override { return offset_; }
    [[nodiscard]] u64 raw_bytes_total() const override { return 0; }

   private:
    Bytes all_;
    bool waited_ = false;
  };
  TapeOptions options;
  options.follow = true;
  const auto feed = open_tape(std::make_unique<Growing>(tape.bytes), Content::itch50, options);
  std::vector<Event> got;
  std::vector<Event> storage(kMinPollBuffer);
  FeedStatus status = FeedStatus::ready;
  u64 waited = 0;
  while (status != FeedStatus::ended) {
    EventBuffer out{storage.data(), kMinPollBuffer};
    status = feed->poll(out, Nanos{1});
    waited += status == FeedStatus::idle ? 1 : 0;
    got.insert(got.end(), out.begin(), out.end());
  }
  EXPECT_GT(waited, 1'000U);
  expect_same(got, expected);
  EXPECT_TRUE(feed->complete());
}

}  // namespace
}  // namespace tapedeck::tape
