// A snapshot is never torn, however hard the writer writes, and a reader never waits for ever.
#include "engine/thread/snapshot_cell.hpp"

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/scale.hpp"

namespace tapedeck::thread {
namespace {

// Every word follows from the first: a mixture of two versions shows.
struct Value {
  std::array<u64, 24> words;
};
Value value_of(u64 number) {
  Value value{};
  for (std::size_t i = 0; i < value.words.size(); ++i) value.words[i] = number * (i + 1);
  return value;
}
bool whole(const Value& value) {
  for (std::size_t i = 0; i < value.words.size(); ++i) {
    if (value.words[i] != value.words[0] * (i + 1)) return false;
  }
  return true;
}

// The cell without its version check: the canary that shows that tearing happens and is seen.
class TornCell {
 public:
  void write(const Value& value) {
    for (std::size_t i = 0; i < value.words.size(); ++i) {
      words_[i].store(value.words[i], std::memory_order_release);
    }
  }
  [[nodiscard]] std::optional<Value> try_read() const {
    Value value{};
    for (std::size_t i = 0; i < value.words.size(); ++i) {
      value.words[i] = words_[i].load(std::memory_order_acquire);
    }
    return value;
  }

 private:
  std::array<std::atomic<u64>, 24> words_{};
};

struct Seen {
  u64 reads = 0, torn = 0, backwards = 0;
};

// One writer and three readers; `until(reads, torn)` says when a reader has had enough.
template <class Cell, class Until>
Seen read_under_fire(Cell& cell, Until until) {
  std::atomic<int> reading{3};
  std::vector<Seen> seen(3);
  std::vector<std::thread> readers;
  for (Seen& mine : seen) {
    readers.emplace_back([&cell, &mine, &reading, &until] {
      u64 last = 0;
      while (!until(mine)) {
        const auto value = cell.try_read();
        if (!value) {
          std::this_thread::yield();
          continue;
        }
        ++mine.reads;
        mine.torn += whole(*value) ? 0U : 1U;
        mine.backwards += value->words[0] < last ? 1U : 0U;
        last = value->words[0];
      }
      --reading;
    });
  }
  for (u64 number = 1; reading > 0; ++number) {
    cell.write(value_of(number));
    // A writer that never pauses would starve readers: that is another test.
    if (number % 8 == 0) std::this_thread::yield();
  }
  for (std::thread& reader : readers) reader.join();
  Seen sum;
  for (const Seen& mine : seen) {
    sum.reads += mine.reads;
    sum.torn += mine.torn;
    sum.backwards += mine.backwards;
  }
  return sum;
}

TEST(SnapshotCells, NoReaderEverSeesATornValueOrAnOlderOneThanBefore) {
  SnapshotCell<Value> cell;
  constexpr u64 kReads = test::scaled(300'000);
  const Seen seen = read_under_fire(cell, [](const Seen& mine) { return mine.reads >= kReads; });
  EXPECT_EQ(seen.reads, 3 * kReads);
  EXPECT_EQ(seen.torn, 0U);
  EXPECT_EQ(seen.backwards, 0U);
}

TEST(SnapshotCells, WithoutTheVersionWordsTheSameReadersSeeTornValues) {
  TornCell cell;
  cell.write(value_of(0));
  constexpr u64 kMost = 100'000'000;
  const Seen seen =
      read_under_fire(cell, [](const Seen& mine) { return mine.torn > 0 || mine.reads >= kMost; });
  EXPECT_GT(seen.torn, 0U);
}

TEST(SnapshotCells, AnUnwrittenCellIsEmptyAndAWrittenOneHoldsItsLastValue) {
  SnapshotCell<Value> cell;
  EXPECT_FALSE(cell.try_read());
  EXPECT_EQ(cell.version(), 0U);
  cell.write(value_of(7));
  cell.write(value_of(8));
  ASSERT_TRUE(cell.try_read());
  EXPECT_EQ(cell.try_read()->words[0], 8U);
  EXPECT_EQ(cell.version(), 2U);
}

// The writer never leaves the cell alone, and a copy takes as long as a write.
TEST(SnapshotCells, AReaderWhoIsAlwaysOvertakenGivesUpInsteadOfHanging) {
  struct Large {
    std::array<u64, 4096> words;
  };
  SnapshotCell<Large> cell;
  std::atomic<bool> writing{false}, stop{false};
  std::thread writer{[&] {
    const Large value{};
    while (!stop) {
      cell.write(value);
      writing = true;
    }
  }};
  while (!writing) std::this_thread::yield();
  u64 given_up = 0;
  while (given_up < 3) given_up += cell.try_read() ? 0U : 1U;  // a hang is the test's time limit
  stop = true;
  writer.join();
  EXPECT_TRUE(cell.try_read()) << "once the writer rests, the first try must do";
}

}  // namespace
}  // namespace tapedeck::thread
