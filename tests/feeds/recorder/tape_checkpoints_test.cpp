// Checkpoints of the books on a tape: whoever begins at one goes on as if he had read all before
// it.
#include <algorithm>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "tests/feeds/recorder/checkpoint_cases.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::tape {
namespace {

using namespace test;

// The number of the first message at the place or behind it; nothing where the line ends before.
std::optional<Sequence> message_at(const std::vector<Event>& channel, const ChannelPlace& place) {
  const std::vector<Nanos> times = channel_times(channel);
  for (std::size_t i = 0; i < channel.size(); ++i) {
    if (channel[i].sequence >= place.sequence && times[i] >= place.time) return channel[i].sequence;
  }
  return {};
}

// The last checkpoint that does not hold the message at the place yet.
std::optional<ChannelMoment> last_before(const CheckpointCase& made,
                                         const std::vector<Event>& channel,
                                         const ChannelPlace& place) {
  const auto message = message_at(channel, place);
  const bool chooses = !made.symbols.empty();
  u32 looked_at = 0;
  std::vector<IndexEntry> latest_first = checkpoints_on(made.tape.bytes);
  std::ranges::reverse(latest_first);
  for (const IndexEntry& checkpoint : latest_first) {
    if (message && checkpoint.last >= *message) continue;
    if (++looked_at > kMostBroken) return {};
    const auto header = load_frame_header(made.tape.bytes.data() + checkpoint.offset);
    if (chooses && (header->flags & kRenamed) != 0) continue;
    return ChannelMoment{checkpoint.last, checkpoint.last_time};
  }
  return {};
}

// `front` is the same tape, read from its beginning.
void expect_right_from(const CheckpointCase& made, const ReadOn& front,
                       const std::vector<Event>& channel, const ChannelPlace& place) {
  const ReadOn got = made.read(place);
  const auto expected = last_before(made, channel, place);
  ASSERT_EQ(got.reached.has_value(), expected.has_value());
  if (expected) {
    ASSERT_EQ(got.reached->sequence, expected->sequence);
    ASSERT_EQ(got.reached->time, expected->time);
  }
  ASSERT_LE(got.events.size(), front.events.size());
  const std::size_t passed = front.events.size() - got.events.size();
  for (std::size_t i = 0; i < got.events.size(); ++i) {
    ASSERT_TRUE(same_event(got.events[i], front.events[passed + i]))
        << i << ": " << name_of(got.events[i].kind) << " #" << got.events[i].sequence
        << " of instrument " << got.events[i].instrument.value << ", not "
        << name_of(front.events[passed + i].kind) << " #" << front.events[passed + i].sequence
        << " of " << front.events[passed + i].instrument.value;
  }
  if (expected) {
    ASSERT_TRUE(passed == 0 || front.events[passed - 1].sequence <= expected->sequence);
    ASSERT_TRUE(passed == front.events.size() || front.events[passed].kind == Kind::loss ||
                front.events[passed].sequence > expected->sequence);
  }
  const auto before = books_of(std::span{front.events}.first(passed));
  ASSERT_TRUE(same_channel(*books_of(got.checkpoint), *before, 0)) << "at the checkpoint";
  ASSERT_TRUE(same_channel(*got.books, *front.books, 0)) << "at the end";
  ASSERT_EQ(got.damage.has_value(), front.damage.has_value());
  ASSERT_EQ(got.complete, front.complete);
  ASSERT_EQ(got.last_sequence, front.last_sequence);
}

ChannelPlace random_place(Random& random, const std::vector<Event>& channel) {
  ChannelPlace place;
  const Event& event = channel[random.below(channel.size())];
  if (random.chance(0.6)) place.sequence = event.sequence;
  if (place.sequence == 0 || random.chance(0.2)) {
    place.time = channel[random.below(channel.size())].exchange_time;
    place.time.value += static_cast<i64>(random.below(3)) - 1;
  }
  if (random.chance(0.05)) place.sequence = channel.back().sequence + random.below(3);
  return place;
}

void expect_right_from_anywhere(const CheckpointCase& made, u64 seed, u64 places) {
  SCOPED_TRACE(made.name + ", seed " + std::to_string(seed));
  Random random{seed};
  const ReadOn front = made.read();
  // The messages of other symbols have their numbers and times too.
  const std::vector<Event> channel = read_on(made.tape.bytes, made.content).events;
  ASSERT_GT(made.tape.checkpoints.size(), 10U);
  ASSERT_TRUE(front.complete);
  for (u64 i = 0; i < places; ++i) {
    const ChannelPlace place = random_place(random, channel);
    SCOPED_TRACE("at #" + std::to_string(place.sequence) + ", time " +
                 std::to_string(place.time.value));
    ASSERT_NO_FATAL_FAILURE(expect_right_from(made, front, channel, place));
  }
}

TEST(TapeCheckpoints, LetReadersBeginAnywhere) {
  const u64 count = kSanitized ? 2 : 8;
  for (const u64 seed : test::seeds(count)) {
    for (const CheckpointCase& made : checkpoint_cases(seed)) {
      ASSERT_NO_FATAL_FAILURE(expect_right_from_anywhere(made, seed, kSanitized ? 5 : 25));
    }
  }
}

TEST(TapeCheckpoints, AreReachedAtTheVeryMessagesAroundThem) {
  const CheckpointCase made = days_of(3, true, 200);
  const ReadOn front = made.read();
  for (const IndexEntry& checkpoint : checkpoints_on(made.tape.bytes)) {
    for (const Sequence sequence : {checkpoint.last, checkpoint.last + 1, checkpoint.last + 2}) {
      ASSERT_NO_FATAL_FAILURE(expect_right_from(made, front, front.events, {sequence}));
    }
    for (const i64 step : {-1, 0, 1}) {
      const ChannelPlace place{0, checkpoint.last_time + Nanos{step}};
      ASSERT_NO_FATAL_FAILURE(expect_right_from(made, front, front.events, place));
    }
  }
}

TEST(TapeCheckpoints, AreNotSoughtForTheChannelsBeginning) {
  const CheckpointCase made = days_of(1, true, 200);
  EXPECT_FALSE(made.read(ChannelPlace{}).reached);
  EXPECT_FALSE(made.read(ChannelPlace{1, kBeginningOfTime}).reached);
}

// Who reads some symbols has not seen what an instrument did under its number only.
TEST(TapeCheckpoints, SayWhereAnInstrumentWasKnownByItsNumber) {
  const auto flags_of = [](ItchDay& day) {
    day.at(36'000'000'000'000).add(4, "MSFT", 9, 'B', 1, 1);  // a message behind a checkpoint
    const MadeTape tape =
        tape_of_day(day.bytes(), {Compress::none, 1'024, 77, Nanos{60 * kNanosPerSecond}});
    return load_frame_header(tape.bytes.data() + tape.checkpoints.at(0))->flags & kRenamed;
  };
  ItchDay tidy, renamed, kept;
  tidy.directory(4, "MSFT").directory(5, "AAPL").remove(5, 1);
  renamed.directory(4, "MSFT").remove(5, 1).add(5, "AAPL", 2, 'B', 1, 1);
  kept.directory(4, "MSFT").remove(5, 1).add(5, "MSFT", 2, 'B', 1, 1);
  EXPECT_EQ(flags_of(tidy), 0);
  EXPECT_NE(flags_of(renamed), 0);
  EXPECT_NE(flags_of(kept), 0);
}

// What it did before it had the name that is asked for, is not asked for.
TEST(TapeCheckpoints, BehindANewNameAreNoBeginningForWhoAsksForIt) {
  Script script;
  script.define(0, "#17").bid(0, 1).at(200).bid(0, 2).define(0, "ESH4").bid(0, 3).at(400).bid(0, 4);
  const MadeTape tape =
      tape_of_events(scripted(script.events()), {Compress::none, 1'024, 77, Nanos{100}});
  const ChannelPlace end{script.events().size() + 1, kBeginningOfTime};
  ASSERT_EQ(checkpoints_on(tape.bytes).size(), 2U);
  EXPECT_EQ(read_on(tape.bytes, Content::events, end).reached->sequence, 5U);
  TapeOptions some;
  some.symbols = {"ESH4"};
  const ReadOn begun = read_on(tape.bytes, Content::events, end, some);
  EXPECT_EQ(begun.reached->sequence, 2U);  // the checkpoint before it
  const ReadOn front = read_on(tape.bytes, Content::events, {}, some);
  EXPECT_TRUE(same_channel(*begun.books, *front.books, 0));
  EXPECT_EQ(front.books->live_orders(), 2U);
}

TEST(TapeCheckpoints, AheadOfTheEndOnlyAreBegunAt) {
  Script script;
  script.define(0, "A").at(200).bid(0, 1).at(400).bid(0, 2).at(600).bid(0, 3);
  const MadeTape tape =
      tape_of_events(scripted(script.events()), {Compress::none, 1'024, 77, Nanos{100}});
  ChannelPlace place{4, kBeginningOfTime};
  EXPECT_EQ(read_on(tape.bytes, Content::events, place).reached->sequence, 3U);
  place.before_time = Nanos{400};
  EXPECT_EQ(read_on(tape.bytes, Content::events, place).reached->sequence, 2U);
  place.before_sequence = 2;
  EXPECT_EQ(read_on(tape.bytes, Content::events, place).reached->sequence, 1U);
}

TEST(TapeCheckpoints, OfAnUnknownDayAreSoughtByTheTimesThatTheReaderGives) {
  const RandomItchDay day{{9, 400, 3, true}};
  const Nanos checkpoints{60 * kNanosPerSecond};
  const MadeTape tape = tape_of_day(day.bytes(), {Compress::none, 1'024, 77, checkpoints});
  TapeOptions options;
  options.midnight = kMidnight;
  const ReadOn front = read_on(tape.bytes, Content::itch50, {}, options);
  const ChannelPlace place{0, front.events[front.events.size() / 2].exchange_time};
  const ReadOn got = read_on(tape.bytes, Content::itch50, place, options);
  ASSERT_TRUE(got.reached);
  EXPECT_LT(got.reached->time, place.time);
  EXPECT_GT(got.reached->time, place.time - Nanos{200 * kNanosPerSecond});
  EXPECT_TRUE(same_channel(*got.books, *front.books, 0));
  for (const Event& event : got.checkpoint) EXPECT_GE(event.exchange_time, kMidnight);
}

TEST(TapeCheckpoints, NeedATapeThatCanBeOpenedAnew) {
  const CheckpointCase made = days_of(1, true, 200);
  for (const bool gone : {false, true}) {
    TapeOptions options;
    if (gone) options.reopen = [] { return nullptr; };
    const auto feed =
        open_tape(feeds::memory_source("a.tape", made.tape.bytes), Content::itch50, options);
    EXPECT_FALSE(feed->seek({300}));
    EXPECT_TRUE(same_channel(*books_of(drain(*feed)), *made.read().books, 0));
  }
}

// --- where they stand ---

// What was left out when it was recorded is no loss.
TEST(TapeCheckpoints, OfSomeSymbolsAreThoseOfTheTape) {
  const RandomItchDay day{{12, 1'000, 5, false}};
  const Nanos checkpoints{60 * kNanosPerSecond};
  const CheckpointCase made{
      "recorded symbols",
      tape_of_day(day.bytes(), {Compress::none, 1'024, 77, checkpoints}, kMidnight,
                  {RandomItchDay::symbol(0), RandomItchDay::symbol(2)}),
      Content::itch50, checkpoints};
  expect_right_from_anywhere(made, 12, 20);
  const ReadOn got = made.read(ChannelPlace{900});
  for (const book::Book& book : got.books->books()) EXPECT_FALSE(book.state.is_stale());
}

// Now and then it has no chunk, as when the writer is behind.
class BusySink final : public ChunkSink {
 public:
  BusySink(ChunkSink& sink, u64 seed) : sink_(sink), random_(seed) {}

  Chunk& take() override { return sink_.take(); }
  Chunk* try_take() override { return random_.chance(0.3) ? nullptr : sink_.try_take(); }
  void emit(Chunk& chunk) override { sink_.emit(chunk); }

 private:
  ChunkSink& sink_;
  Random random_;
};

template <class MakeFeed>
MadeTape with_drops(Content content, u64 seed, Nanos checkpoints, MakeFeed make_feed) {
  FileHeader header;
  header.content = content;
  header.tape_id = 5;
  TapeInMemory memory{header, Compress::none, checkpoints};
  BusySink sink{memory, seed};
  ChunkMaker maker{sink, 400};
  maker.begin(content, Nanos{0}, checkpoints);
  recorder::RecordingFeed feed{make_feed(maker), maker};
  (void)drain(feed);
  maker.finish(feed.closing());
  memory.close();
  EXPECT_GT(maker.dropped(), 0U);
  return {std::move(memory.bytes), std::move(memory.starts), std::move(memory.checkpoints)};
}

void expect_losses_in_checkpoints(const CheckpointCase& made, u64 seed) {
  u64 stale = 0;
  for (const IndexEntry& checkpoint : checkpoints_on(made.tape.bytes)) {
    const ReadOn got = made.read(ChannelPlace{checkpoint.last + 1});
    const auto books = books_of(got.checkpoint);
    for (const book::Book& book : books->books()) stale += book.state.is_stale() ? 1U : 0U;
  }
  EXPECT_GT(stale, 0U);
  expect_right_from_anywhere(made, seed, kSanitized ? 5 : 25);
}

TEST(TapeCheckpoints, OfARecorderThatDropsEventsKnowOfIt) {
  const u64 count = kSanitized ? 1 : 5;
  for (const u64 seed : test::seeds(count)) {
    const Nanos checkpoints{400};
    const auto make_feed = [&](ChunkMaker&) { return scripted(order_flow(seed, 4, 3'000)); };
    const CheckpointCase made{"dropped events",
                              with_drops(Content::events, seed, checkpoints, make_feed),
                              Content::events, checkpoints};
    ASSERT_NO_FATAL_FAILURE(expect_losses_in_checkpoints(made, seed));
  }
}

TEST(TapeCheckpoints, OfARecorderThatDropsMessagesKnowOfIt) {
  const u64 count = kSanitized ? 1 : 5;
  for (const u64 seed : test::seeds(count)) {
    const RandomItchDay day{{seed, 1'500, 4, true}};
    const Nanos checkpoints{60 * kNanosPerSecond};
    const auto make_feed = [&](ChunkMaker& maker) {
      std::vector<itch50::DayFile> files;
      files.push_back({feeds::memory_source("day.itch", day.bytes()), Nanos{0}});
      return std::make_unique<itch50::FileFeed>(std::move(files), itch50::Framing::length,
                                                Symbols{}, &maker);
    };
    const CheckpointCase made{"dropped messages",
                              with_drops(Content::itch50, seed, checkpoints, make_feed),
                              Content::itch50, checkpoints};
    ASSERT_NO_FATAL_FAILURE(expect_losses_in_checkpoints(made, seed));
  }
}

}  // namespace
}  // namespace tapedeck::tape
