// `tapedeck verify` on real exchange data: the engine's own book, by the built command.
#include <optional>

#include <gtest/gtest.h>

#include "engine/core/types.hpp"
#include "tests/support/command.hpp"
#include "tests/support/data.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;

class VerifyCommand : public ::testing::Test {
 protected:
  struct Set {
    std::string messages, orderbook;  // no book file: an archive with both
    u64 rows, levels_completed, unknown_ids;
  };
  test::Outcome verify(const Set& set, const std::string& plant = {}) {
    std::vector<std::string> arguments{"verify", "lobster", "--json", "--messages", set.messages};
    if (!set.orderbook.empty()) {
      arguments.insert(arguments.end(), {"--orderbook", set.orderbook});
    }
    if (!plant.empty()) arguments.insert(arguments.end(), {"--plant", plant});
    return command_.run(arguments);
  }
  void expect_equal(const Set& set) {
    const test::Outcome run = verify(set);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    const json verdict = run.json();
    EXPECT_EQ(verdict["rows_compared"], set.rows);
    EXPECT_EQ(verdict["rows_different"], 0) << verdict["first_difference"];
    EXPECT_EQ(verdict["levels_completed"], set.levels_completed);
    EXPECT_EQ(verdict["unknown_ids"], set.unknown_ids);
    EXPECT_GT(verdict["rows_proven"].get<u64>(), set.rows / 4);
    // Price-time priority as the exchange practises it: nearly every execution takes the front.
    EXPECT_GE(verdict["executions_at_front"].get<double>(),
              0.99 * verdict["executions_at_known_levels"].get<double>());
  }
  void expect_caught(const Set& set, const std::string& plant, std::optional<u64> at_row = {}) {
    const test::Outcome run = verify(set, plant);
    EXPECT_EQ(run.exit_code, 4) << plant;
    const json verdict = run.json();
    EXPECT_GT(verdict["rows_different"].get<u64>(), 0U) << plant;
    if (at_row) {
      EXPECT_EQ(verdict["first_difference"]["row"], *at_row) << plant;
    }
  }
  void expect_all_faults_caught(const Set& set) {
    expect_caught(set, "size@500", 500);
    // Each is the whole day again, of which a sanitizer needs to see one.
    if (test::command_is_sanitized()) return;
    expect_caught(set, "size@" + std::to_string(set.rows / 2), set.rows / 2);
    expect_caught(set, "ignore-deletes");
    expect_caught(set, "swap-side");
    const test::Outcome beyond = verify(set, "size@" + std::to_string(set.rows + 1));
    EXPECT_EQ(beyond.exit_code, 2) << "nothing was planted, so nothing was shown";
  }

  test::TemporaryFolder folder_{"verify"};
  test::Command command_{folder_};
};

TEST_F(VerifyCommand, GoogsWholeDayAtTenLevelsEqualsTheExchangeAndEveryFaultIsCaught) {
  TAPEDECK_NEED_DATA(zip, "lobster/LOBSTER_SampleFile_GOOG_2012-06-21_10.zip");
  const Set set{zip.string(), "", 147'916, 44'451, 7'120};
  expect_equal(set);
  expect_all_faults_caught(set);
}

TEST_F(VerifyCommand, ApplesWholeDayAtTheTouchEqualsTheExchangeAndEveryFaultIsCaught) {
  TAPEDECK_NEED_DATA(zip, "lobster/LOBSTER_SampleFile_AAPL_2012-06-21_1.zip");
  const Set set{zip.string(), "", 118'497, 30'071, 21'339};
  expect_equal(set);
  expect_all_faults_caught(set);
}

TEST_F(VerifyCommand, ApplesFirstRowsAtTenLevelsEqualTheExchange) {
  TAPEDECK_NEED_DATA(messages, "lobster/AAPL_message_10_head.csv");
  TAPEDECK_NEED_DATA(book, "lobster/AAPL_orderbook_10_head.csv");
  expect_equal({messages.string(), book.string(), 999, 318, 16});
}

TEST_F(VerifyCommand, AFileThatBeginsInMidDayIsSeededFromItsFirstRow) {
  TAPEDECK_NEED_DATA(messages, "lobster/MSFT_message_50_1000.csv");
  TAPEDECK_NEED_DATA(book, "lobster/MSFT_orderbook_50_1000.csv");
  expect_equal({messages.string(), book.string(), 1'000, 7, 227});
}

TEST_F(VerifyCommand, AReplayOfTheCompletedStreamIsTheSameForAnyNumberOfShards) {
  TAPEDECK_NEED_DATA(zip, "lobster/LOBSTER_SampleFile_GOOG_2012-06-21_10.zip");
  json expected;
  for (const char* shards : {"0", "1", "2"}) {
    const test::Outcome run =
        command_.run({"replay", zip.string(), "--json", "--digest", "flow", "--shards", shards});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    const json got = test::without_timing(run.json());
    EXPECT_EQ(got["unknown_order"], 0);
    EXPECT_EQ(got["crossed_events"], 0);
    EXPECT_EQ(got["time_base"], "utc");
    if (expected.is_null()) expected = got;
    EXPECT_EQ(got, expected) << "--shards " << shards;
  }
}

}  // namespace
}  // namespace tapedeck
