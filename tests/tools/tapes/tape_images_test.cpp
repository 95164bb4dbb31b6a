// Images of the books on a tape: whoever begins at one goes on as if he had read all before it.
#include "tools/tapes/tape_images.hpp"

#include <ranges>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "engine/core/interval.hpp"
#include "engine/core/random.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/image_tapes.hpp"
#include "tests/support/random_itch_day.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/scripted_feed.hpp"

namespace tapedeck::tape {
namespace {

using namespace test;

using Symbols = std::unordered_set<std::string>;

constexpr Nanos kMidnight{1'577'682'000'000'000'000};
constexpr Nanos kDay{86'400 * kNanosPerSecond};

struct Case {
  std::string name;
  MadeTape tape;
  Content content = Content::itch50;
  Nanos images{0};
  Symbols symbols{};  // asked for by the reader

  [[nodiscard]] ReadOn read(std::optional<LinePlace> place = {}) const {
    TapeOptions options;
    options.symbols = symbols;
    return read_on(tape.bytes, content, place, options);
  }
};

Case whole_market(u64 seed) {
  itch50::FrameBuffer day;
  write_demo_flow(day, {.messages = 2'500, .instruments = 6, .seed = seed});
  const Nanos images{600 * kNanosPerSecond};
  return {"a day of all kinds of messages",
          tape_of_day(day.bytes(), {Compress::fast, 4'096, 77, images}, kMidnight), Content::itch50,
          images};
}

Case days_of(u64 seed, bool names_late, u64 messages, TapeShape shape = {}) {
  const RandomItchDay first{{2 * seed, messages, 4, names_late, names_late}};
  const RandomItchDay second{{2 * seed + 1, messages, 6, names_late, names_late}};
  if (shape.images == Nanos{0}) shape.images = Nanos{60 * kNanosPerSecond};
  return {"two days",
          tape_of_days({{first.bytes(), kMidnight}, {second.bytes(), kMidnight + kDay}}, shape),
          Content::itch50, shape.images};
}

// Of any feed: events among which are losses of instruments and of the line, and books emptied.
std::vector<Event> troubled_flow(u64 seed, u64 messages) {
  Random random{seed};
  OrderFlow flow{seed, 5};
  std::vector<Event> all, message;
  Sequence sequence = 0;
  for (u64 i = 0; i < messages; ++i) {
    flow.next(message);
    ++sequence;
    for (Event& event : message) event.sequence = sequence;
    all.insert(all.end(), message.begin(), message.end());
    const u64 dice = random.below(500);
    if (dice > 2) continue;
    Event trouble{};
    trouble.kind = dice == 2 ? Kind::clear : Kind::loss;
    trouble.exchange_time = message.back().exchange_time;
    trouble.sequence = ++sequence;
    trouble.flags = kLastOfEvent;
    trouble.instrument =
        dice == 1 ? Instrument{static_cast<u32>(random.below(5))} : kEveryInstrument;
    if (dice == 0 || random.chance(0.5)) trouble.flags |= kCarryOn;
    if (trouble.kind == Kind::loss) trouble.loss = {sequence, sequence + 3};
    all.push_back(trouble);
  }
  return all;
}

Case events_of(u64 seed, u64 messages, TapeShape shape = {}) {
  if (shape.images == Nanos{0}) shape.images = Nanos{600};
  return {"events", tape_of_events(scripted(troubled_flow(seed, messages)), shape), Content::events,
          shape.images};
}

// A case of every kind.
std::vector<Case> cases(u64 seed) {
  std::vector<Case> all;
  all.push_back(whole_market(seed));
  all.push_back(days_of(seed, true, 500));
  all.push_back(events_of(seed, 2'000));
  all.push_back(days_of(seed, false, 500, {Compress::small, 700}));
  all.back().name += ", some symbols";
  all.back().symbols = {RandomItchDay::symbol(1), RandomItchDay::symbol(4)};
  all.push_back(days_of(seed, true, 500));
  all.back().name += ", some symbols that were named late";
  all.back().symbols = {RandomItchDay::symbol(0), RandomItchDay::symbol(2)};
  all.push_back(events_of(seed + 1, 2'000, {Compress::small, 300}));
  all.back().name += ", some symbols";
  all.back().symbols = {"SYM1", "SYM3"};
  return all;
}

// The newest time of the line behind each event. A loss has none of its own.
std::vector<Nanos> line_times(const std::vector<Event>& events) {
  std::vector<Nanos> times;
  Nanos newest = kBeginningOfTime;
  for (const Event& event : events) {
    if (event.kind != Kind::loss) newest = std::max(newest, event.exchange_time);
    times.push_back(newest);
  }
  return times;
}

// The number of the first message at the place or behind it; nothing where the line ends before.
std::optional<Sequence> message_at(const std::vector<Event>& line, const LinePlace& place) {
  const std::vector<Nanos> times = line_times(line);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i].sequence >= place.sequence && times[i] >= place.time) return line[i].sequence;
  }
  return {};
}

// The last image that does not hold the message at the place yet.
std::optional<LineMoment> last_before(const Case& made, const std::vector<Event>& line,
                                      const LinePlace& place) {
  const auto message = message_at(line, place);
  const bool chooses = !made.symbols.empty();
  u32 looked_at = 0;
  for (const IndexEntry& image : images_on(made.tape.bytes) | std::views::reverse) {
    if (message && image.last >= *message) continue;
    if (++looked_at > kMostBroken) return {};
    const auto header = load_frame_header(made.tape.bytes.data() + image.offset);
    if (chooses && (header->flags & kRenamed) != 0) continue;
    return LineMoment{image.last, image.last_time};
  }
  return {};
}

// `front` is the same tape, read from its beginning.
void expect_right_from(const Case& made, const ReadOn& front, const std::vector<Event>& line,
                       const LinePlace& place) {
  const ReadOn got = made.read(place);
  const auto expected = last_before(made, line, place);
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
  ASSERT_TRUE(same_line(*books_of(got.image), *before, 0)) << "at the image";
  ASSERT_TRUE(same_line(*got.books, *front.books, 0)) << "at the end";
  ASSERT_EQ(got.damage.has_value(), front.damage.has_value());
  ASSERT_EQ(got.complete, front.complete);
  ASSERT_EQ(got.last_sequence, front.last_sequence);
}

LinePlace random_place(Random& random, const std::vector<Event>& line) {
  LinePlace place;
  const Event& event = line[random.below(line.size())];
  if (random.chance(0.6)) place.sequence = event.sequence;
  if (place.sequence == 0 || random.chance(0.2)) {
    place.time = line[random.below(line.size())].exchange_time;
    place.time.value += static_cast<i64>(random.below(3)) - 1;
  }
  if (random.chance(0.05)) place.sequence = line.back().sequence + random.below(3);
  return place;
}

void expect_right_from_anywhere(const Case& made, u64 seed, u64 places) {
  SCOPED_TRACE(made.name + ", seed " + std::to_string(seed));
  Random random{seed};
  const ReadOn front = made.read();
  // The messages of other symbols have their numbers and times too.
  const std::vector<Event> line = read_on(made.tape.bytes, made.content).events;
  ASSERT_GT(made.tape.images.size(), 10U);
  ASSERT_TRUE(front.complete);
  for (u64 i = 0; i < places; ++i) {
    const LinePlace place = random_place(random, line);
    SCOPED_TRACE("at #" + std::to_string(place.sequence) + ", time " +
                 std::to_string(place.time.value));
    ASSERT_NO_FATAL_FAILURE(expect_right_from(made, front, line, place));
  }
}

TEST(TapeImages, LetReadersBeginAnywhere) {
  const u64 seeds = kSanitized ? 2 : 8;
  for (u64 seed = 1; seed <= seeds; ++seed) {
    for (const Case& made : cases(seed)) {
      ASSERT_NO_FATAL_FAILURE(expect_right_from_anywhere(made, seed, kSanitized ? 5 : 25));
    }
  }
}

TEST(TapeImages, AreReachedAtTheVeryMessagesAroundThem) {
  const Case made = days_of(3, true, 200);
  const ReadOn front = made.read();
  for (const IndexEntry& image : images_on(made.tape.bytes)) {
    for (const Sequence sequence : {image.last, image.last + 1, image.last + 2}) {
      ASSERT_NO_FATAL_FAILURE(expect_right_from(made, front, front.events, {sequence}));
    }
    for (const i64 step : {-1, 0, 1}) {
      const LinePlace place{0, image.last_time + Nanos{step}};
      ASSERT_NO_FATAL_FAILURE(expect_right_from(made, front, front.events, place));
    }
  }
}

TEST(TapeImages, AreNotSoughtForTheLinesBeginning) {
  const Case made = days_of(1, true, 200);
  EXPECT_FALSE(made.read(LinePlace{}).reached);
  EXPECT_FALSE(made.read(LinePlace{1, kBeginningOfTime}).reached);
}

// Who reads some symbols has not seen what an instrument did under its number only.
TEST(TapeImages, SayWhereAnInstrumentWasKnownByItsNumber) {
  const auto flags_of = [](ItchDay& day) {
    day.at(36'000'000'000'000).add(4, "MSFT", 9, 'B', 1, 1);  // a message behind an image
    const MadeTape tape =
        tape_of_day(day.bytes(), {Compress::none, 1'024, 77, Nanos{60 * kNanosPerSecond}});
    return load_frame_header(tape.bytes.data() + tape.images.at(0))->flags & kRenamed;
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
TEST(TapeImages, BehindANewNameAreNoBeginningForWhoAsksForIt) {
  Script script;
  script.define(0, "#17").bid(0, 1).at(200).bid(0, 2).define(0, "ESH4").bid(0, 3).at(400).bid(0, 4);
  const MadeTape tape =
      tape_of_events(scripted(script.events()), {Compress::none, 1'024, 77, Nanos{100}});
  const LinePlace end{script.events().size() + 1, kBeginningOfTime};
  ASSERT_EQ(images_on(tape.bytes).size(), 2U);
  EXPECT_EQ(read_on(tape.bytes, Content::events, end).reached->sequence, 5U);
  TapeOptions some;
  some.symbols = {"ESH4"};
  const ReadOn begun = read_on(tape.bytes, Content::events, end, some);
  EXPECT_EQ(begun.reached->sequence, 2U);  // the image before it
  const ReadOn front = read_on(tape.bytes, Content::events, {}, some);
  EXPECT_TRUE(same_line(*begun.books, *front.books, 0));
  EXPECT_EQ(front.books->live_orders(), 2U);
}

TEST(TapeImages, AheadOfTheEndOnlyAreBegunAt) {
  Script script;
  script.define(0, "A").at(200).bid(0, 1).at(400).bid(0, 2).at(600).bid(0, 3);
  const MadeTape tape =
      tape_of_events(scripted(script.events()), {Compress::none, 1'024, 77, Nanos{100}});
  LinePlace place{4, kBeginningOfTime};
  EXPECT_EQ(read_on(tape.bytes, Content::events, place).reached->sequence, 3U);
  place.before_time = Nanos{400};
  EXPECT_EQ(read_on(tape.bytes, Content::events, place).reached->sequence, 2U);
  place.before_sequence = 2;
  EXPECT_EQ(read_on(tape.bytes, Content::events, place).reached->sequence, 1U);
}

TEST(TapeImages, OfAnUnknownDayAreSoughtByTheTimesThatTheReaderGives) {
  const RandomItchDay day{{9, 400, 3, true}};
  const Nanos images{60 * kNanosPerSecond};
  const MadeTape tape = tape_of_day(day.bytes(), {Compress::none, 1'024, 77, images});
  TapeOptions options;
  options.midnight = kMidnight;
  const ReadOn front = read_on(tape.bytes, Content::itch50, {}, options);
  const LinePlace place{0, front.events[front.events.size() / 2].exchange_time};
  const ReadOn got = read_on(tape.bytes, Content::itch50, place, options);
  ASSERT_TRUE(got.reached);
  EXPECT_LT(got.reached->time, place.time);
  EXPECT_GT(got.reached->time, place.time - Nanos{200 * kNanosPerSecond});
  EXPECT_TRUE(same_line(*got.books, *front.books, 0));
  for (const Event& event : got.image) EXPECT_GE(event.exchange_time, kMidnight);
}

TEST(TapeImages, NeedATapeThatCanBeOpenedAnew) {
  const Case made = days_of(1, true, 200);
  for (const bool gone : {false, true}) {
    TapeOptions options;
    if (gone) options.reopen = [] { return nullptr; };
    const auto feed =
        open_tape(feeds::memory_source("a.tape", made.tape.bytes), Content::itch50, options);
    EXPECT_FALSE(feed->seek({300}));
    EXPECT_TRUE(same_line(*books_of(drain(*feed)), *made.read().books, 0));
  }
}

// --- where they stand ---

// Behind these messages, by the definition: whenever the line's time passes a multiple.
std::vector<LinePlace> images_due(const std::vector<Event>& line, Nanos interval) {
  const std::vector<Nanos> times = line_times(line);
  std::vector<LinePlace> due;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (times[i - 1] == kBeginningOfTime) continue;  // nothing was before
    if (floor_to(times[i], interval) > floor_to(times[i - 1], interval)) {
      due.push_back({line[i - 1].sequence, times[i - 1]});
    }
  }
  return due;
}

TEST(TapeImages, StandWheneverTheLinesTimePassesAMultiple) {
  const u64 seeds = kSanitized ? 1 : 5;
  for (u64 seed = 1; seed <= seeds; ++seed) {
    for (const Case& made : cases(seed)) {
      SCOPED_TRACE(made.name + ", seed " + std::to_string(seed));
      const std::vector<Event> line = read_on(made.tape.bytes, made.content).events;
      const auto due = images_due(line, made.images);
      const auto images = images_on(made.tape.bytes);
      ASSERT_EQ(images.size(), due.size());
      for (std::size_t i = 0; i < due.size(); ++i) {
        ASSERT_EQ(images[i].last, due[i].sequence) << i;
        ASSERT_EQ(images[i].last_time, due[i].time) << i;
        ASSERT_EQ(images[i].offset, made.tape.images[i]) << i;
      }
    }
  }
}

TEST(TapeImages, StandNowhereBeforeTheFirstMessageAndNowhereWithoutOne) {
  ItchDay day;
  day.at(100 * 3'600'000'000'000 / 10).system('O').directory(1, "AAPL");
  // An hour of nothing costs one image, not sixty.
  day.at(11 * 3'600'000'000'000).add(1, "AAPL", 1, 'B', 1, 1).add(1, "AAPL", 2, 'B', 1, 1);
  const MadeTape tape =
      tape_of_day(day.bytes(), {Compress::none, 1'024, 77, Nanos{60 * kNanosPerSecond}});
  const auto images = images_on(tape.bytes);
  ASSERT_EQ(images.size(), 1U);
  EXPECT_EQ(images[0].last, 2U);
}

// Files are recorded by many messages at once, some symbols message by message.
TEST(TapeImages, StandBeforeTheMessageThatIsAtTheMultipleItself) {
  constexpr u64 kMinute = 60'000'000'000;
  constexpr u64 kStep = 1'000;  // of ItchDay
  ItchDay day;
  day.at(600 * kMinute).system('O').directory(1, "AAPL");
  day.at(601 * kMinute - 1 - kStep).add(1, "AAPL", 1, 'B', 1, 1);
  day.at(601 * kMinute - kStep).add(1, "AAPL", 2, 'B', 1, 1).add(1, "AAPL", 3, 'B', 1, 1);
  for (const Symbols& symbols : {Symbols{}, Symbols{"AAPL"}}) {
    for (const std::size_t chunk : {std::size_t{64}, kChunkBytes}) {
      const MadeTape tape = tape_of_day(
          day.bytes(), {Compress::none, chunk, 77, Nanos{static_cast<i64>(kMinute)}}, {}, symbols);
      const auto images = images_on(tape.bytes);
      ASSERT_EQ(images.size(), 1U);
      EXPECT_EQ(images[0].last, 3U);
      EXPECT_EQ(images[0].last_time, Nanos{static_cast<i64>(601 * kMinute - 1)});
    }
  }
}

// It is found out at some time, and happened at none.
TEST(TapeImages, TakeNoTimeFromALoss) {
  Script script;
  script.at(1).define(0, "A").bid(0, 1);
  script.at(250).loss(kEveryInstrument, 7, 9, kCarryOn);
  script.at(3).bid(0, 2).at(99).bid(0, 3).at(100).bid(0, 4);
  const MadeTape tape =
      tape_of_events(scripted(script.events()), {Compress::none, 1'024, 77, Nanos{100}});
  const auto images = images_on(tape.bytes);
  ASSERT_EQ(images.size(), 1U);
  EXPECT_EQ(images[0].last, 5U);
  EXPECT_EQ(images[0].last_time, Nanos{99});
}

TEST(TapeImages, ChangeNothingOfTheLinesOwnFrames) {
  const RandomItchDay day{{4, 500, 3, true}};
  const MadeTape with =
      tape_of_day(day.bytes(), {Compress::none, 1'024, 77, Nanos{60 * kNanosPerSecond}});
  const MadeTape without = tape_of_day(day.bytes());
  ASSERT_FALSE(with.images.empty());
  EXPECT_TRUE(without.images.empty());
  const ReadTape read = read_tape(with.bytes, Content::itch50);
  const ReadTape plain = read_tape(without.bytes, Content::itch50);
  ASSERT_EQ(read.events.size(), plain.events.size());
  for (std::size_t i = 0; i < read.events.size(); ++i) {
    ASSERT_TRUE(same_event(read.events[i], plain.events[i])) << i;
  }
  EXPECT_TRUE(read.complete);
  EXPECT_TRUE(read.warnings.empty());
}

// --- how they are found ---

TEST(TapeImages, AreFoundByFramesWhereThereIsNoIndex) {
  for (const Case& made : cases(7)) {
    SCOPED_TRACE(made.name);
    const TapeBytes& bytes = made.tape.bytes;
    const auto trailer = load_trailer(bytes.data() + bytes.size() - kTrailerBytes);
    ASSERT_TRUE(trailer);
    const auto by_index = images_on(bytes);
    ASSERT_EQ(by_index.size(), made.tape.images.size());
    const std::size_t index = trailer->index_offset;
    for (const std::size_t size : {bytes.size() - 1, bytes.size() - kTrailerBytes, index + 100,
                                   index, made.tape.starts.back()}) {
      EXPECT_EQ(images_on(Bytes{bytes}.first(size)), by_index) << size << " bytes";
    }
    TapeBytes flipped = bytes;
    flipped[index + kFrameHeaderBytes + 3] ^= std::byte{4};
    EXPECT_EQ(images_on(flipped), by_index);
  }
}

TEST(TapeImages, AreNoneOnWhatIsNoTape) {
  Random random{8};
  for (int round = 0; round < 200; ++round) {
    TapeBytes bytes(random.below(3'000));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
    EXPECT_TRUE(images_on(bytes).empty());
  }
  EXPECT_TRUE(images_of([] { return nullptr; }).empty());
}

// --- a recorder that has no time ---

// Now and then it has no chunk, as when the writer is behind.
class BusySink final : public ChunkSink {
 public:
  BusySink(ChunkSink& sink, u64 seed) : sink_(sink), random_(seed) {}

  Chunk& take() override { return sink_.take(); }
  Chunk* try_take() override { return random_.chance(0.3) ? nullptr : sink_.try_take(); }
  void give(Chunk& chunk) override { sink_.give(chunk); }

 private:
  ChunkSink& sink_;
  Random random_;
};

template <class MakeFeed>
MadeTape with_drops(Content content, u64 seed, Nanos images, MakeFeed make_feed) {
  FileHeader header;
  header.content = content;
  header.tape_id = 5;
  TapeInMemory memory{header, Compress::none, images};
  BusySink sink{memory, seed};
  ChunkMaker maker{sink, 400};
  maker.begin(content, Nanos{0}, images);
  RecordingFeed feed{make_feed(maker), maker};
  (void)drain(feed);
  maker.finish(closing_of(feed));
  memory.close();
  EXPECT_GT(maker.dropped(), 0U);
  return {std::move(memory.bytes), std::move(memory.starts), std::move(memory.images)};
}

void expect_losses_in_images(const Case& made, u64 seed) {
  u64 stale = 0;
  for (const IndexEntry& image : images_on(made.tape.bytes)) {
    const ReadOn got = made.read(LinePlace{image.last + 1});
    const auto books = books_of(got.image);
    for (const book::Book& book : books->books()) stale += book.state.stale ? 1 : 0;
  }
  EXPECT_GT(stale, 0U);
  expect_right_from_anywhere(made, seed, kSanitized ? 5 : 25);
}

TEST(TapeImages, OfARecorderThatDropsEventsKnowOfIt) {
  const u64 seeds = kSanitized ? 1 : 5;
  for (u64 seed = 1; seed <= seeds; ++seed) {
    const Nanos images{400};
    const auto make_feed = [&](ChunkMaker&) { return scripted(order_flow(seed, 4, 3'000)); };
    const Case made{"dropped events", with_drops(Content::events, seed, images, make_feed),
                    Content::events, images};
    ASSERT_NO_FATAL_FAILURE(expect_losses_in_images(made, seed));
  }
}

TEST(TapeImages, OfARecorderThatDropsMessagesKnowOfIt) {
  const u64 seeds = kSanitized ? 1 : 5;
  for (u64 seed = 1; seed <= seeds; ++seed) {
    const RandomItchDay day{{seed, 1'500, 4, true}};
    const Nanos images{60 * kNanosPerSecond};
    const auto make_feed = [&](ChunkMaker& maker) {
      std::vector<itch50::DayFile> files;
      files.push_back({feeds::memory_source("day.itch", day.bytes()), Nanos{0}});
      return std::make_unique<itch50::FileFeed>(std::move(files), itch50::Framing::length,
                                                Symbols{}, &maker);
    };
    const Case made{"dropped messages", with_drops(Content::itch50, seed, images, make_feed),
                    Content::itch50, images};
    ASSERT_NO_FATAL_FAILURE(expect_losses_in_images(made, seed));
  }
}

// What was left out when it was recorded is no loss.
TEST(TapeImages, OfSomeSymbolsAreThoseOfTheTape) {
  const RandomItchDay day{{12, 1'000, 5, false}};
  const Nanos images{60 * kNanosPerSecond};
  const Case made{"recorded symbols",
                  tape_of_day(day.bytes(), {Compress::none, 1'024, 77, images}, kMidnight,
                              {RandomItchDay::symbol(0), RandomItchDay::symbol(2)}),
                  Content::itch50, images};
  expect_right_from_anywhere(made, 12, 20);
  const ReadOn got = made.read(LinePlace{900});
  for (const book::Book& book : got.books->books()) EXPECT_FALSE(book.state.stale);
}

}  // namespace
}  // namespace tapedeck::tape
