// Snapshots as NumPy's arrays: columns and rows by hand, and what becomes of the count of rows when
// a run ends early. Runs the built command.
#include <csignal>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/npy_file.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/shell.hpp"

namespace tapedeck {
namespace {

using test::NpyFile;
using test::Outcome;

// Half past nine in New York, in winter, and the same since 1970 in UTC.
constexpr u64 kNpyOpen = 34'200'000'000'000;
constexpr i64 kNpyOpenSince1970 = 1'577'716'200'000'000'000;
constexpr i64 kNpyMinute = 60'000'000'000;
// Until there are rows.
constexpr std::chrono::milliseconds kAWhile{500};

class SnapshotNpy : public ::testing::Test {
 protected:
  std::string a_short_day() {
    test::ItchDay day;
    day.at(kNpyOpen - kNpyMinute).system('O').directory(1, "AAA").trading(1, "AAA").system('Q');
    day.at(kNpyOpen + 1'000'000'000).add(1, "AAA", 1, 'B', 300, 1'000'000);
    day.add(1, "AAA", 2, 'B', 50, 999'900).add(1, "AAA", 3, 'S', 100, 1'001'000);
    day.add(1, "AAA", 4, 'B', 20, 1'000'000).execute(1, 3, 40);
    day.at(kNpyOpen + 2 * kNpyMinute).trading(1, "AAA", 'H');
    const Bytes bytes = day.bytes();
    return folder_.write("day.itch", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  Outcome replay(const std::string& out, const std::string& depth = "2") {
    return command_.run({"replay", a_short_day(), "--date", "2019-12-30", "--snapshot-every", "1m",
                         "--depth", depth, "--strategy", "imbalance:levels=1", "--out", out});
  }
  NpyFile read(const std::string& path) { return test::npy_file(test::file_content(path)); }
  static std::vector<std::string> endless_market(const std::string& out) {
    return {"simulate", "--duration", "1h", "--snapshot-every", "1ms", "--out", out};
  }

  test::TemporaryFolder folder_{"snapshot-npy"};
  test::Command command_{folder_};
  std::string out_ = folder_.path("a.npy");
};

TEST_F(SnapshotNpy, TheHeaderSaysWhatIsInARowAndHowManyThereAre) {
  ASSERT_EQ(replay(out_).exit_code, 0);
  const NpyFile file = read(out_);
  EXPECT_EQ(file.major, 1);
  EXPECT_EQ(file.minor, 0);
  EXPECT_TRUE(file.aligned);
  EXPECT_EQ(file.header,
            "{'descr': [('cut', '<i8'), ('venue', '<u2'), ('symbol', '|S22'), ('event_time', "
            "'<i8'), ('sequence', '<u8'), ('bid', '<i8', (2,)), ('bid_qty', '<i8', (2,)), ('ask', "
            "'<i8', (2,)), ('ask_qty', '<i8', (2,)), ('bid_orders', '<u4', (2,)), ('ask_orders', "
            "'<u4', (2,)), ('bid_levels', '<u4'), ('ask_levels', '<u4'), ('last', '<i8'), "
            "('last_qty', '<i8'), ('volume', '<i8'), ('state', '|S16'), "
            "('state_reason', '|S16'), ('state_first', '<u8'), ('state_last', '<u8'), "
            "('trading', '|S16'), ('flags', '|S24'), ('imbalance.value', '<f8')], 'fortran_order': "
            "False, 'shape': "
            "(3,), }");
  constexpr std::size_t kRow = 24 + 3 * 8 + 4 * 16 + 2 * 8 + 8 + 24 + 2 * 16 + 2 * 8 + 16 + 24 + 8;
  EXPECT_EQ(file.rows.size(), 3 * kRow);
}

TEST_F(SnapshotNpy, ARowHasExactPricesOrdersAndWhatThereIsNot) {
  ASSERT_EQ(replay(out_).exit_code, 0);
  const NpyFile file = read(out_);
  constexpr std::size_t kRow = 256;
  EXPECT_EQ(file.at<i64>(kRow), kNpyOpenSince1970 + 60'000'000'000);
  EXPECT_EQ(file.at<u16>(kRow + 8), 0);
  EXPECT_EQ(file.text(kRow + 10, 22), "AAA");
  EXPECT_EQ(file.at<i64>(kRow + 32), kNpyOpenSince1970 + 1'000'005'000);
  EXPECT_EQ(file.at<u64>(kRow + 40), 9U);
  EXPECT_EQ(file.at<i64>(kRow + 48), 100'000'000'000);
  EXPECT_EQ(file.at<i64>(kRow + 56), 99'990'000'000);
  EXPECT_EQ(file.at<i64>(kRow + 64), 320);
  EXPECT_EQ(file.at<i64>(kRow + 72), 50);
  EXPECT_EQ(file.at<i64>(kRow + 80), 100'100'000'000);
  EXPECT_EQ(file.at<i64>(kRow + 88), INT64_MAX) << "no second level";
  EXPECT_EQ(file.at<i64>(kRow + 96), 60);
  EXPECT_EQ(file.at<i64>(kRow + 104), 0);
  EXPECT_EQ(file.at<u32>(kRow + 112), 2U) << "orders at the best bid";
  EXPECT_EQ(file.at<u32>(kRow + 116), 1U);
  EXPECT_EQ(file.at<u32>(kRow + 120), 1U);
  EXPECT_EQ(file.at<u32>(kRow + 124), 0U);
  EXPECT_EQ(file.at<u32>(kRow + 128), 2U);
  EXPECT_EQ(file.at<u32>(kRow + 132), 1U);
  EXPECT_EQ(file.at<i64>(kRow + 136), 100'100'000'000);
  EXPECT_EQ(file.at<i64>(kRow + 144), 40);
  EXPECT_EQ(file.at<i64>(kRow + 152), 40);
  EXPECT_EQ(file.text(kRow + 160, 16), "LIVE");
  EXPECT_EQ(file.text(kRow + 176, 16), "") << "no reason to doubt";
  EXPECT_EQ(file.at<u64>(kRow + 192), 0U);
  EXPECT_EQ(file.at<u64>(kRow + 200), 0U);
  EXPECT_EQ(file.text(kRow + 208, 16), "trading");
  EXPECT_EQ(file.text(kRow + 224, 24), "");
  EXPECT_EQ(file.at<double>(kRow + 248), (320.0 - 60) / (320 + 60));
  EXPECT_TRUE(std::isnan(file.at<double>(248))) << "of an empty book";
  EXPECT_EQ(file.text(2 * kRow + 208, 16), "halted");
  EXPECT_EQ(file.text(2 * kRow + 224, 24), "halted");
}

TEST_F(SnapshotNpy, TheDeepestHeaderIsOneThatNumpyReadsUnasked) {
  ASSERT_EQ(replay(out_, "1000").exit_code, 0);
  constexpr std::size_t kNumpysLimit = 10'000;
  EXPECT_LT(read(out_).header.size(), kNumpysLimit);
}

// The number of rows, with which the file begins, is known last.
TEST_F(SnapshotNpy, APipeGetsTheWholeFileAtTheEnd) {
  ASSERT_EQ(replay(out_).exit_code, 0);
  const std::string pipe = test::made_pipe(folder_.path("pipe.npy"));
  const std::string copy = folder_.path("copy.npy");
  std::thread reader{[&] {
    EXPECT_EQ(test::run_command("cat " + test::quoted(pipe) + " >" + test::quoted(copy)).code, 0);
  }};
  const Outcome run = replay(pipe);
  reader.join();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(test::file_content(copy), test::file_content(out_));
}

TEST_F(SnapshotNpy, WhatCannotBeDeliveredIsTold) {
  const test::CommandResult full =
      test::run_command(test::quoted(command_.binary()) +
                        " simulate --rate max --events 2000 --snapshot-every 1ms --out /dev/full "
                        "--as npy 2>&1");
  EXPECT_EQ(full.code, 1);
  EXPECT_NE(full.output.find("bytes were not written"), std::string::npos) << full.output;
}

TEST_F(SnapshotNpy, WithoutRoomForWhatWaitsAPipeIsRefusedBeforeAnythingRuns) {
  const test::CommandResult run = test::run_command(
      "TMPDIR=" + test::quoted(folder_.path("none")) + " " + test::quoted(command_.binary()) +
      " simulate --rate max --events 2000 --snapshot-every 1ms --out - --as npy 2>&1 >/dev/null");
  EXPECT_EQ(run.code, 2) << run.output;
  EXPECT_NE(run.output.find("$TMPDIR: cannot be written"), std::string::npos) << run.output;
}

TEST_F(SnapshotNpy, ARunThatIsStoppedHasAllRowsCounted) {
  const Outcome run = command_.run_and_signal_amid_events(endless_market(out_), SIGINT, kAWhile);
  EXPECT_EQ(run.exit_code, 130) << run.err;
  const NpyFile file = read(out_);
  const std::size_t rows = std::stoul(file.shape());
  ASSERT_GT(rows, 0U);
  EXPECT_EQ(file.rows.size() % rows, 0U);
}

// What it has written so far lies beside its place, and says that it is not whole.
TEST_F(SnapshotNpy, ARunThatIsKilledLeavesNothingThatLooksWhole) {
  const Outcome run = command_.run_and_signal_amid_events(endless_market(out_), SIGKILL, kAWhile);
  EXPECT_EQ(run.exit_code, 128 + SIGKILL);
  EXPECT_FALSE(std::filesystem::exists(out_));
  std::vector<std::string> parts;
  for (const auto& entry : std::filesystem::directory_iterator{folder_.path("")}) {
    const std::string name = entry.path().filename().string();
    if (name.find(".part-") != std::string::npos) parts.push_back(entry.path().string());
  }
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(read(parts[0]).shape(), "None");
}

TEST_F(SnapshotNpy, AFileThatCannotBeWrittenWholeLeavesWhatLayThere) {
  ASSERT_EQ(replay(out_).exit_code, 0);
  const std::string cut = folder_.write("cut.npy", "what lay there");
  // Room for the header and no third row; a limit is in blocks of 512 bytes.
  const std::size_t blocks = (test::file_content(out_).size() - 1) / 512;
  const test::CommandResult run = test::run_command(
      "ulimit -f " + std::to_string(blocks) + "; " + test::quoted(command_.binary()) + " replay " +
      test::quoted(folder_.path("day.itch")) +
      " --date 2019-12-30 --snapshot-every 1m --depth 2 --strategy imbalance:levels=1 --out " +
      test::quoted(cut) + " 2>&1");
  EXPECT_EQ(run.code, 1) << run.output;
  EXPECT_NE(run.output.find("bytes were not written"), std::string::npos) << run.output;
  EXPECT_EQ(test::file_content(cut), "what lay there");
  for (const auto& entry : std::filesystem::directory_iterator{folder_.path("")}) {
    EXPECT_EQ(entry.path().string().find(".part-"), std::string::npos) << entry.path();
  }
}

TEST_F(SnapshotNpy, TheBytesAreTheSameForAnyNumberOfShards) {
  std::string expected;
  for (const char* shards : {"0", "1", "3"}) {
    ASSERT_EQ(command_
                  .run({"simulate", "--rate", "max", "--events", "20000", "--snapshot-every", "5ms",
                        "--depth", "3", "--strategy", "bbo", "--shards", shards, "--out", out_})
                  .exit_code,
              0);
    const std::string got = test::file_content(out_);
    if (expected.empty()) expected = got;
    EXPECT_TRUE(got == expected) << "--shards " << shards;
  }
}

}  // namespace
}  // namespace tapedeck
