// Snapshots as Parquet: what is in a row, and what a run leaves that ends early. Runs the built
// command.
#include <csignal>

#include <gtest/gtest.h>

#include "engine/core/text.hpp"
#include "tests/support/command.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/parquet_file.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;
using test::ParquetFile;

// Half past nine in New York, in winter, and the same since 1970 in UTC.
constexpr u64 kAtOpen = 34'200'000'000'000;
constexpr i64 kAtOpenSince1970 = 1'577'716'200'000'000'000;
constexpr i64 kOneMinute = 60'000'000'000;

class SnapshotParquet : public ::testing::Test {
 protected:
  std::string a_short_day(const std::string& symbol = "AAA") {
    test::ItchDay day;
    day.at(kAtOpen - kOneMinute).system('O').directory(1, symbol).trading(1, symbol).system('Q');
    day.at(kAtOpen + 1'000'000'000).add(1, symbol, 1, 'B', 300, 1'000'000);
    day.add(1, symbol, 2, 'B', 50, 999'900).add(1, symbol, 3, 'S', 100, 1'001'000);
    day.add(1, symbol, 4, 'B', 20, 1'000'000).execute(1, 3, 40);
    day.at(kAtOpen + 2 * kOneMinute).trading(1, symbol, 'H');
    const Bytes bytes = day.bytes();
    return folder_.write("day.itch", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  Outcome replay(const std::string& day) {
    return command_.run({"replay", day, "--date", "2019-12-30", "--snapshot-every", "1m", "--depth",
                         "2", "--strategy", "imbalance:levels=1", "--out", out_});
  }
  static std::vector<std::string> market(const std::string& out, const std::string& shards) {
    return {"simulate", "--rate",  "max", "--events",   "30000", "--snapshot-every",
            "2ms",      "--depth", "2",   "--strategy", "bbo",   "--shards",
            shards,     "--out",   out};
  }
  static std::vector<std::string> endless_market(const std::string& out) {
    return {"simulate", "--duration", "1h", "--snapshot-every", "1ms", "--out", out};
  }

  static constexpr std::chrono::milliseconds kUntilRows{500};

  test::TemporaryFolder folder_{"snapshot-parquet"};
  test::Command command_{folder_};
  std::string out_ = folder_.path("a.parquet");
};

TEST_F(SnapshotParquet, ColumnsAreThoseOfTheCsvAndOrders) {
  ASSERT_EQ(replay(a_short_day()).exit_code, 0);
  EXPECT_EQ(
      test::parquet_file(test::file_content(out_)).names,
      split(
          "cut,venue,symbol,event_time,sequence,bid_1,bid_qty_1,bid_orders_1,ask_1,"
          "ask_qty_1,ask_orders_1,bid_2,bid_qty_2,bid_orders_2,ask_2,ask_qty_2,"
          "ask_orders_2,bid_levels,ask_levels,last,last_qty,volume,state,state_reason,state_first,"
          "state_last,trading,flags,"
          "imbalance.value",
          ','));
}

TEST_F(SnapshotParquet, ARowHasExactPricesOrdersAndNothingWhereThereIsNone) {
  ASSERT_EQ(replay(a_short_day()).exit_code, 0);
  ParquetFile file = test::parquet_file(test::file_content(out_));
  const auto row = [&](std::size_t at) {
    std::vector<json> values;
    for (const std::string& name : file.names) values.push_back(file.values[name][at]);
    return values;
  };
  const json none;
  EXPECT_EQ(row(0), (std::vector<json>{kAtOpenSince1970,
                                       0,
                                       "AAA",
                                       kAtOpenSince1970 - kOneMinute + 3'000,
                                       3,
                                       none,
                                       0,
                                       0,
                                       none,
                                       0,
                                       0,
                                       none,
                                       0,
                                       0,
                                       none,
                                       0,
                                       0,
                                       0,
                                       0,
                                       none,
                                       0,
                                       0,
                                       "LIVE",
                                       none,
                                       none,
                                       none,
                                       "trading",
                                       "",
                                       none}));
  EXPECT_EQ(row(1), (std::vector<json>{kAtOpenSince1970 + kOneMinute,
                                       0,
                                       "AAA",
                                       kAtOpenSince1970 + 1'000'005'000,
                                       9,
                                       100'000'000'000,
                                       320,
                                       2,
                                       100'100'000'000,
                                       60,
                                       1,
                                       99'990'000'000,
                                       50,
                                       1,
                                       none,
                                       0,
                                       0,
                                       2,
                                       1,
                                       100'100'000'000,
                                       40,
                                       40,
                                       "LIVE",
                                       none,
                                       none,
                                       none,
                                       "trading",
                                       "",
                                       (320.0 - 60) / (320 + 60)}));
  EXPECT_EQ(file.values["flags"][2], "halted");
}

// Readers refuse a whole file for one text that is not UTF-8.
TEST_F(SnapshotParquet, ASymbolThatIsNotUtf8IsEscapedAsInJson) {
  ASSERT_EQ(replay(a_short_day("A\xFF"
                               "B"))
                .exit_code,
            0);
  EXPECT_EQ(test::parquet_file(test::file_content(out_)).values["symbol"][0], "A\\xffB");
}

TEST_F(SnapshotParquet, TheBytesAreTheSameForAnyNumberOfShardsAndThroughAPipe) {
  ASSERT_EQ(command_.run(market(out_, "0")).exit_code, 0);
  const auto expected = test::parquet_without_provenance(test::file_content(out_));
  EXPECT_GT(expected.second["3"], 500);
  ASSERT_EQ(command_.run(market(out_, "3")).exit_code, 0);
  EXPECT_TRUE(test::parquet_without_provenance(test::file_content(out_)) == expected)
      << "--shards 3";
  const std::string pipe = test::made_pipe(folder_.path("pipe.parquet"));
  test::PipeReader reader{pipe, {}};
  EXPECT_EQ(command_.run(market(pipe, "1")).exit_code, 0);
  EXPECT_TRUE(test::parquet_without_provenance(reader.content()) == expected) << "through a pipe";
}

TEST_F(SnapshotParquet, ARunThatIsStoppedLeavesAWholeFile) {
  EXPECT_EQ(command_.run_and_signal_amid_events(endless_market(out_), SIGINT, kUntilRows).exit_code,
            130);
  EXPECT_GT(test::parquet_file(test::file_content(out_)).footer["3"], 0);
}

TEST_F(SnapshotParquet, ARunThatIsKilledLeavesNoParquetFile) {
  EXPECT_EQ(
      command_.run_and_signal_amid_events(endless_market(out_), SIGKILL, kUntilRows).exit_code,
      128 + SIGKILL);
  EXPECT_ANY_THROW((void)test::parquet_file(test::file_content(out_)));
}

}  // namespace
}  // namespace tapedeck
