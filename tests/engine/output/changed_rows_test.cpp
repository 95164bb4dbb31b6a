// Which rows of a cut differ from what was written before.
#include "engine/output/changed_rows.hpp"

#include <functional>
#include <limits>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/cut_rows.hpp"

namespace tapedeck::output {
namespace {

using pipeline::CutRow;

CutRow row(ChannelId venue, std::string_view symbol, Sequence sequence,
           std::vector<double> values = {}) {
  CutRow made;
  made.view.venue = venue;
  made.view.define.set_name(symbol);
  made.view.sequence = sequence;
  made.values = std::move(values);
  return made;
}

std::vector<CutRow> written(ChangedRows& changed, const std::vector<CutRow>& rows) {
  std::vector<CutRow> all;
  const std::vector<const CutRow*> pointers = test::row_pointers(rows);
  for (const pipeline::CutRows run : changed.of(pointers)) {
    for (const CutRow* const each : run) all.push_back(*each);
  }
  changed.note_written();
  return all;
}

TEST(ChangedRows, TheFirstRowOfAnInstrumentIsAChange) {
  ChangedRows changed;
  const std::vector<CutRow> first{row(0, "A", 1), row(0, "C", 2)};
  EXPECT_EQ(written(changed, first), first);
  EXPECT_TRUE(written(changed, first).empty());
  // New ones may come anywhere between the others.
  const std::vector<CutRow> more{row(0, "A", 1), row(0, "B", 3), row(0, "C", 2), row(1, "A", 1)};
  EXPECT_EQ(written(changed, more), (std::vector{more[1], more[3]}));
  EXPECT_TRUE(written(changed, more).empty());
}

TEST(ChangedRows, AnythingThatARowShowsIsAChange) {
  const CutRow before = row(0, "A", 1, {1.5});
  const auto is_change = [&](const std::function<void(CutRow&)>& change) {
    ChangedRows changed;
    (void)written(changed, {before});
    CutRow after = before;
    change(after);
    return !written(changed, {after}).empty();
  };
  EXPECT_FALSE(is_change([](CutRow&) {}));
  EXPECT_TRUE(is_change([](CutRow& r) { r.view.sequence = 2; }));
  EXPECT_TRUE(is_change([](CutRow& r) { r.view.time = Nanos{9}; }));
  EXPECT_TRUE(is_change([](CutRow& r) { r.view.trust.state = book::TrustState::stale; }));
  EXPECT_TRUE(is_change([](CutRow& r) { r.view.trading = TradingState::halted; }));
  EXPECT_TRUE(is_change([](CutRow& r) { r.values[0] = 2; }));
  // No row shows the session of the channel.
  EXPECT_FALSE(is_change([](CutRow& r) { r.view.session = Session::market_open; }));
}

TEST(ChangedRows, AValueThatIsNoNumberChangesOnce) {
  ChangedRows changed;
  const double none = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(written(changed, {row(0, "A", 1, {1})}).size(), 1U);
  EXPECT_EQ(written(changed, {row(0, "A", 1, {none})}).size(), 1U);
  EXPECT_EQ(written(changed, {row(0, "A", 1, {none})}).size(), 0U);
}

TEST(ChangedRows, WhatWasNotWrittenIsStillAChange) {
  ChangedRows changed;
  (void)written(changed, {row(0, "A", 1)});
  const CutRow left_out = row(0, "A", 2);
  EXPECT_EQ(changed.of(test::row_pointers({left_out})).size(), 1U);
  EXPECT_EQ(written(changed, {row(0, "A", 2)}).size(), 1U);
}

// The newest written row of each instrument is its row in the grid.
TEST(ChangedRows, TheGridCanBeMadeFromThem) {
  constexpr u64 kSeed = 4;
  Random random{kSeed};
  ChangedRows changed;
  std::vector<CutRow> rows;
  std::map<std::string, CutRow> newest;
  for (int cut = 0; cut < 500; ++cut) {
    if (random.chance(0.1)) rows.push_back(row(0, std::to_string(rows.size()), 0));
    for (CutRow& each : rows) {
      if (random.chance(0.2)) ++each.view.sequence;
    }
    std::ranges::sort(rows, {}, [](const CutRow& r) { return std::string{r.view.name()}; });
    for (const CutRow& each : written(changed, rows)) newest[std::string{each.view.name()}] = each;
    ASSERT_EQ(newest.size(), rows.size());
    for (const CutRow& each : rows) ASSERT_EQ(newest[std::string{each.view.name()}], each);
  }
}

}  // namespace
}  // namespace tapedeck::output
