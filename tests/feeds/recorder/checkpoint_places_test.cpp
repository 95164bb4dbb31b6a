// Where on a tape checkpoints stand, and how they are found.
#include <string>

#include <gtest/gtest.h>

#include "engine/core/interval.hpp"
#include "tests/feeds/recorder/checkpoint_cases.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::tape {
namespace {

using namespace test;

// Behind these messages, by the definition: whenever the channel's time passes a multiple.
std::vector<ChannelPlace> checkpoints_due(const std::vector<Event>& channel, Nanos interval) {
  const std::vector<Nanos> times = channel_times(channel);
  std::vector<ChannelPlace> due;
  for (std::size_t i = 1; i < channel.size(); ++i) {
    if (times[i - 1] == kBeginningOfTime) continue;  // nothing was before
    if (floor_to(times[i], interval) > floor_to(times[i - 1], interval)) {
      due.push_back({channel[i - 1].sequence, times[i - 1]});
    }
  }
  return due;
}

TEST(CheckpointPlaces, StandWheneverTheChannelsTimePassesAMultiple) {
  const u64 count = kSanitized ? 1 : 5;
  for (const u64 seed : test::seeds(count)) {
    for (const CheckpointCase& made : checkpoint_cases(seed)) {
      SCOPED_TRACE(made.name + ", seed " + std::to_string(seed));
      const std::vector<Event> channel = read_on(made.tape.bytes, made.content).events;
      const auto due = checkpoints_due(channel, made.checkpoints);
      const auto checkpoints = checkpoints_on(made.tape.bytes);
      ASSERT_EQ(checkpoints.size(), due.size());
      for (std::size_t i = 0; i < due.size(); ++i) {
        ASSERT_EQ(checkpoints[i].last, due[i].sequence) << i;
        ASSERT_EQ(checkpoints[i].last_time, due[i].time) << i;
        ASSERT_EQ(checkpoints[i].offset, made.tape.checkpoints[i]) << i;
      }
    }
  }
}

TEST(CheckpointPlaces, StandNowhereBeforeTheFirstMessageAndNowhereWithoutOne) {
  ItchDay day;
  day.at(100 * 3'600'000'000'000 / 10).system('O').directory(1, "AAPL");
  // An hour of nothing costs one checkpoint, not sixty.
  day.at(11 * 3'600'000'000'000).add(1, "AAPL", 1, 'B', 1, 1).add(1, "AAPL", 2, 'B', 1, 1);
  const MadeTape tape =
      tape_of_day(day.bytes(), {Compress::none, 1'024, 77, Nanos{60 * kNanosPerSecond}});
  const auto checkpoints = checkpoints_on(tape.bytes);
  ASSERT_EQ(checkpoints.size(), 1U);
  EXPECT_EQ(checkpoints[0].last, 2U);
}

// Files are recorded by many messages at once, some symbols message by message.
TEST(CheckpointPlaces, StandBeforeTheMessageThatIsAtTheMultipleItself) {
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
      const auto checkpoints = checkpoints_on(tape.bytes);
      ASSERT_EQ(checkpoints.size(), 1U);
      EXPECT_EQ(checkpoints[0].last, 3U);
      EXPECT_EQ(checkpoints[0].last_time, Nanos{static_cast<i64>(601 * kMinute - 1)});
    }
  }
}

// It is found out at some time, and happened at none.
TEST(CheckpointPlaces, TakeNoTimeFromALoss) {
  Script script;
  script.at(1).define(0, "A").bid(0, 1);
  script.at(250).loss(kEveryInstrument, 7, 9, kCarryOn);
  script.at(3).bid(0, 2).at(99).bid(0, 3).at(100).bid(0, 4);
  const MadeTape tape =
      tape_of_events(scripted(script.events()), {Compress::none, 1'024, 77, Nanos{100}});
  const auto checkpoints = checkpoints_on(tape.bytes);
  ASSERT_EQ(checkpoints.size(), 1U);
  EXPECT_EQ(checkpoints[0].last, 5U);
  EXPECT_EQ(checkpoints[0].last_time, Nanos{99});
}

TEST(CheckpointPlaces, ChangeNothingOfTheChannelsOwnFrames) {
  const RandomItchDay day{{4, 500, 3, true}};
  const MadeTape with =
      tape_of_day(day.bytes(), {Compress::none, 1'024, 77, Nanos{60 * kNanosPerSecond}});
  const MadeTape without = tape_of_day(day.bytes());
  ASSERT_FALSE(with.checkpoints.empty());
  EXPECT_TRUE(without.checkpoints.empty());
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

TEST(CheckpointPlaces, AreFoundByFramesWhereThereIsNoIndex) {
  for (const CheckpointCase& made : checkpoint_cases(7)) {
    SCOPED_TRACE(made.name);
    const TapeBytes& bytes = made.tape.bytes;
    const auto trailer = load_trailer(bytes.data() + bytes.size() - kTrailerBytes);
    ASSERT_TRUE(trailer);
    const auto by_index = checkpoints_on(bytes);
    ASSERT_EQ(by_index.size(), made.tape.checkpoints.size());
    const std::size_t index = trailer->index_offset;
    for (const std::size_t size : {bytes.size() - 1, bytes.size() - kTrailerBytes, index + 100,
                                   index, made.tape.starts.back()}) {
      EXPECT_EQ(checkpoints_on(Bytes{bytes}.first(size)), by_index) << size << " bytes";
    }
    TapeBytes flipped = bytes;
    flipped[index + kFrameHeaderBytes + 3] ^= std::byte{4};
    EXPECT_EQ(checkpoints_on(flipped), by_index);
  }
}

TEST(CheckpointPlaces, AreNoneOnWhatIsNoTape) {
  Random random{8};
  for (int round = 0; round < 200; ++round) {
    TapeBytes bytes(random.below(3'000));
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.below(256));
    EXPECT_TRUE(checkpoints_on(bytes).empty());
  }
  EXPECT_TRUE(checkpoints_of([] { return nullptr; }).empty());
}

// --- a recorder that has no time ---

}  // namespace
}  // namespace tapedeck::tape
