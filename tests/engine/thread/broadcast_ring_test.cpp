// A ring gives each reader every value once, or counts it as lost, and never a torn one.
#include "engine/thread/broadcast_ring.hpp"

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/scale.hpp"

namespace tapedeck::thread {
namespace {

// Every word follows from the first: a mixture of two values shows.
struct Sent {
  std::array<u64, 6> words;
};
Sent sent(u64 number) {
  Sent value{};
  for (std::size_t i = 0; i < value.words.size(); ++i) value.words[i] = number * (2 * i + 1);
  return value;
}
bool is_one_value(const Sent& value) {
  for (std::size_t i = 0; i < value.words.size(); ++i) {
    if (value.words[i] != value.words[0] * (2 * i + 1)) return false;
  }
  return true;
}

using SmallRing = BroadcastRing<Sent, 8>;

// The numbers of all values that the cursor finds now.
std::vector<u64> rest_of(SmallRing::Cursor& cursor) {
  std::vector<u64> numbers;
  while (const auto value = cursor.try_next()) numbers.push_back(value->words[0]);
  return numbers;
}
void write_up_to(SmallRing& ring, u64 number) {
  while (ring.head() < number) ring.write(sent(ring.head()));
}

TEST(BroadcastRings, GiveEachReaderAllValuesInOrder) {
  SmallRing ring;
  SmallRing::Cursor early{ring};
  EXPECT_FALSE(early.try_next());
  write_up_to(ring, 3);
  SmallRing::Cursor late{ring};
  EXPECT_EQ(rest_of(early), (std::vector<u64>{0, 1, 2}));
  EXPECT_TRUE(rest_of(late).empty());
  write_up_to(ring, 5);
  EXPECT_EQ(rest_of(early), (std::vector<u64>{3, 4}));
  EXPECT_EQ(rest_of(late), (std::vector<u64>{3, 4}));
  EXPECT_EQ(early.lost() + late.lost(), 0U);
}

TEST(BroadcastRings, CountExactlyWhatAReaderLosesByFallingBehind) {
  SmallRing ring;
  SmallRing::Cursor cursor{ring};
  write_up_to(ring, 8);
  EXPECT_EQ(rest_of(cursor).size(), 8U) << "as many as it holds";
  EXPECT_EQ(cursor.lost(), 0U);
  write_up_to(ring, 8 + 9);
  // The slot that is written next is left alone.
  EXPECT_EQ(rest_of(cursor), (std::vector<u64>{10, 11, 12, 13, 14, 15, 16}));
  EXPECT_EQ(cursor.lost(), 2U);
  write_up_to(ring, 1'000);
  const u64 delivered = rest_of(cursor).size();
  EXPECT_EQ(cursor.lost() + 8 + 7 + delivered, 1'000U);
  EXPECT_EQ(cursor.position(), 1'000U);
}

TEST(BroadcastRings, BeginAtAnyEarlierPositionAndCountWhatIsGoneOfIt) {
  SmallRing ring;
  write_up_to(ring, 20);
  SmallRing::Cursor recent{ring, 17};
  EXPECT_EQ(rest_of(recent), (std::vector<u64>{17, 18, 19}));
  EXPECT_EQ(recent.lost(), 0U);
  SmallRing::Cursor old{ring, 0};
  EXPECT_EQ(rest_of(old).front(), 13U);
  EXPECT_EQ(old.lost(), 13U);
}

// A small ring, so that the writer overtakes readers all the time.
TEST(BroadcastRings, NoReaderEverGetsATornValueOrOneTwiceOrMissesOneUncounted) {
  constexpr u64 kValues = test::scaled(1'000'000);
  SmallRing ring;
  struct Got {
    u64 values = 0, lost = 0, torn = 0, out_of_order = 0;
  };
  std::vector<Got> got(3);
  std::atomic<int> ready{0};
  std::vector<std::thread> readers;
  for (Got& mine : got) {
    readers.emplace_back([&ring, &mine, &ready] {
      SmallRing::Cursor cursor{ring};
      ++ready;
      while (cursor.position() < kValues) {
        const u64 position = cursor.position();
        const auto value = cursor.try_next();
        if (!value) {
          std::this_thread::yield();
          continue;
        }
        ++mine.values;
        mine.torn += is_one_value(*value) ? 0U : 1U;
        const bool is_next = value->words[0] + 1 == cursor.position();
        mine.out_of_order += is_next && value->words[0] >= position ? 0U : 1U;
      }
      mine.lost = cursor.lost();
    });
  }
  while (ready < 3) std::this_thread::yield();
  for (u64 number = 0; number < kValues; ++number) {
    ring.write(sent(number));
    if (number % 8 == 0) std::this_thread::yield();
  }
  for (std::thread& reader : readers) reader.join();
  for (const Got& mine : got) {
    EXPECT_EQ(mine.torn, 0U);
    EXPECT_EQ(mine.out_of_order, 0U);
    EXPECT_EQ(mine.values + mine.lost, kValues);
    EXPECT_GT(mine.values, 0U);
  }
}

}  // namespace
}  // namespace tapedeck::thread
