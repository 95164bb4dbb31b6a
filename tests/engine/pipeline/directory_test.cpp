// A directory finds every instrument by the symbol that it has now, while instruments are added.
#include "engine/pipeline/directory.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/hand_driven.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::test {
namespace {

using pipeline::Directory;
using pipeline::Place;

class ADirectory : public ::testing::Test {
 protected:
  /// Names the next cell.
  void add(const std::string& symbol, ChannelId venue = 0) {
    const u32 cell = directory_.size();
    directory_.name(cell, venue, Instrument{cell}, symbol);
  }
  void rename(u32 cell, const std::string& symbol) {
    directory_.name(cell, 0, Instrument{cell}, symbol);
  }
  /// The cell's number; -1 where none is found.
  [[nodiscard]] int cell_of(const std::string& symbol, ChannelId venue = 0) const {
    const auto found = directory_.find(venue, symbol);
    return found ? static_cast<int>(found->cell) : -1;
  }

  Directory directory_;
};

TEST_F(ADirectory, FindsASymbolAtItsVenueAndNoOther) {
  EXPECT_EQ(cell_of("A"), -1);
  add("A", 0);
  add("B", 1);
  EXPECT_EQ(cell_of("A", 0), 0);
  EXPECT_EQ(cell_of("A", 1), -1);
  EXPECT_EQ(cell_of("B", 1), 1);
  EXPECT_EQ(cell_of(""), -1);
  EXPECT_EQ(cell_of("AB"), -1);
  EXPECT_EQ(directory_.size(), 2U);
}

TEST_F(ADirectory, FindsEveryInstrumentOfAFullChannelAfterItHasGrown) {
  for (u32 i = 0; i < kMaxInstrumentsPerChannel; ++i) add("S" + std::to_string(i));
  for (u32 i = 0; i < kMaxInstrumentsPerChannel; ++i) {
    ASSERT_EQ(cell_of("S" + std::to_string(i)), static_cast<int>(i));
  }
  EXPECT_EQ(cell_of("S" + std::to_string(kMaxInstrumentsPerChannel)), -1);
}

TEST_F(ADirectory, FindsTheInstrumentThatWasDefinedFirstOfSeveralWithOneSymbol) {
  add("A");
  add("SAME");
  add("SAME");
  EXPECT_EQ(cell_of("SAME"), 1);
  rename(1, "OTHER");
  EXPECT_EQ(cell_of("SAME"), 2);
  rename(0, "SAME");
  EXPECT_EQ(cell_of("SAME"), 0);
}

TEST_F(ADirectory, FindsARenamedInstrumentByItsLastSymbolOnly) {
  add("#17");
  rename(0, "REAL");
  rename(0, "REAL");
  EXPECT_EQ(cell_of("#17"), -1);
  EXPECT_EQ(cell_of("REAL"), 0);
  for (u32 i = 0; i < 200; ++i) add("S" + std::to_string(i));
  EXPECT_EQ(cell_of("#17"), -1) << "also after the directory has grown";
  rename(0, "#17");
  EXPECT_EQ(cell_of("REAL"), -1);
  EXPECT_EQ(cell_of("#17"), 0);
  EXPECT_EQ(directory_.size(), 201U);
}

TEST_F(ADirectory, KeepsABoundedNumberOfSymbolsOfOneInstrument) {
  add("0");
  for (u32 i = 1; i < 1'000; ++i) rename(0, std::to_string(i));
  const int last_kept = Directory::kMostNames - 1;
  EXPECT_EQ(cell_of(std::to_string(last_kept)), 0);
  EXPECT_EQ(cell_of("999"), -1);
}

TEST_F(ADirectory, TakesSymbolsUpToTheirGreatestLengthAndFindsNoLongerOnes) {
  const std::string longest(kMaxSymbol, 'X');
  add(longest);
  EXPECT_EQ(cell_of(longest), 0);
  EXPECT_EQ(cell_of(longest + "X"), -1);
}

// Instruments are named, and now and then renamed, while three readers look for them.
TEST(Directories, AReaderFindsEveryInstrumentThatHasBeenNamedWhileMoreAreAdded) {
  constexpr u32 kCells = test::scaled(20'000);
  Directory directory;
  std::atomic<bool> started{false};
  std::vector<u64> wrong(3), found(3);
  std::vector<std::thread> readers;
  for (std::size_t reader = 0; reader < wrong.size(); ++reader) {
    readers.emplace_back([&, reader] {
      Random random{reader + 1};
      started = true;
      for (u32 size = 0; size < kCells; size = directory.size()) {
        if (size == 0) continue;
        const auto cell = static_cast<u32>(random.below(size));
        const std::string number = std::to_string(cell);
        auto at = directory.find(0, "S" + number);
        if (!at) at = directory.find(0, "R" + number);
        ++found[reader];
        if (!at || at->cell != cell || at->instrument.value != cell) ++wrong[reader];
      }
    });
  }
  while (!started) std::this_thread::yield();
  for (u32 cell = 0; cell < kCells; ++cell) {
    directory.name(cell, 0, Instrument{cell}, "S" + std::to_string(cell));
    if (cell % 7 == 0) directory.name(cell, 0, Instrument{cell}, "R" + std::to_string(cell));
    if (cell % 64 == 0) std::this_thread::yield();
  }
  for (std::thread& reader : readers) reader.join();
  for (std::size_t reader = 0; reader < wrong.size(); ++reader) {
    EXPECT_EQ(wrong[reader], 0U) << "of " << found[reader];
  }
}

TEST(Directories, OfAnEngineFindTheCellsOfEveryInstrumentForAnyNumberOfShards) {
  for (const u32 shards : {1U, 2U, 3U}) {
    Script script;
    script.define(0, "#9").define(1, "B").bid(1, 1).define(2, "SAME").define(3, "SAME");
    script.define(0, "A").bid(0, 2);
    std::vector<std::unique_ptr<Feed>> feeds;
    feeds.push_back(scripted(script.events(), {.messages_per_poll = 2}));
    feeds.push_back(scripted(Script{}.define(0, "B").events()));
    HandDriven driven{small_rings(shards), std::move(feeds)};
    ASSERT_TRUE(driven.run_by_hand(shards));
    std::vector<const pipeline::ShardPublisher*> published;
    for (u32 i = 0; i < shards; ++i) published.push_back(&driven.shard(i).published());
    const auto name_at = [&](ChannelId venue, const std::string& symbol) -> std::string {
      const auto place = pipeline::place_of(published, venue, symbol);
      if (!place) return "nowhere";
      const auto& cells = driven.shard(place->shard).published().cells();
      const auto view = cells.cell(place->cell).try_read();
      return std::string{view->name()} + "@" + std::to_string(view->venue) + " " +
             std::to_string(view->define.source_id);
    };
    EXPECT_EQ(name_at(0, "A"), "A@0 0");
    EXPECT_EQ(name_at(0, "B"), "B@0 1");
    EXPECT_EQ(name_at(1, "B"), "B@1 0");
    EXPECT_EQ(name_at(0, "SAME"), "SAME@0 2");
    EXPECT_EQ(name_at(0, "#9"), "nowhere");
    EXPECT_EQ(name_at(2, "A"), "nowhere");
  }
}

}  // namespace
}  // namespace tapedeck::test
