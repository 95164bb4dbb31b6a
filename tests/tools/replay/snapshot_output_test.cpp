// Snapshot files as their reader meets them: what is in a row, and what becomes of a run whose file
// is full, slow, closed, or never read. Runs the built command.
#include <chrono>
#include <csignal>
#include <optional>
#include <regex>

#include <gtest/gtest.h>

#include "engine/core/text.hpp"
#include "tests/support/command.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;

// Rows enough for far more than chunks and pipes hold, and no more where every access is watched.
const std::string kEvery = test::command_is_sanitized() ? "40s" : "10s";
constexpr std::size_t kBetween = std::size_t{2} << 20;

class SnapshotOutput : public ::testing::Test {
 protected:
  std::string demo_day() {
    const std::string path = folder_.path("day.itch");
    if (std::filesystem::exists(path)) return path;
    test::FileWriter writer{path};
    test::write_demo_flow(writer, {30'000, 50, 5});
    writer.close();
    return path;
  }
  std::string written(const test::ItchDay& day) {
    const Bytes bytes = day.bytes();
    return folder_.write("made.itch", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  static std::vector<std::string> words(const std::string& day, const std::string& out,
                                        const std::string& shards) {
    return {"replay",           day,    "--json", "--date", "2019-12-30", "--shards", shards,
            "--snapshot-every", kEvery, "--out",  out};
  }
  // The run's own results are whole, whatever became of the file.
  static void expect_results(const Outcome& run) {
    ASSERT_FALSE(run.json().is_discarded()) << run.out << run.err;
    EXPECT_EQ(run.json()["messages"], 30'000);
    EXPECT_TRUE(run.json()["digest"].is_string());
  }
  std::vector<std::string> lines(const std::string& name) {
    return split(test::file_content(folder_.path(name)), '\n');
  }

  test::TemporaryFolder folder_{"snapshot-output"};
  test::Command command_{folder_};
};

TEST_F(SnapshotOutput, AFullDiskEndsTheFileAndNotTheRun) {
  for (const char* name : {"full.csv", "full.jsonl", "full.npy", "full.parquet"}) {
    std::filesystem::create_symlink("/dev/full", folder_.path(name));
    for (const char* shards : {"0", "2"}) {
      const Outcome run = command_.run(words(demo_day(), folder_.path(name), shards));
      EXPECT_EQ(run.exit_code, 1) << name << ", --shards " << shards;
      EXPECT_TRUE(run.says(std::string{name} + ": No space left on device; ")) << run.err;
      EXPECT_TRUE(run.says(" bytes were not written")) << run.err;
      expect_results(run);
    }
  }
}

TEST_F(SnapshotOutput, AReaderThatGoesAwayEndsTheFileAndNotTheRun) {
  for (const std::string shards : {"0", "2"}) {
    const std::string pipe = test::made_pipe(folder_.path("pipe" + shards + ".csv"));
    test::PipeReader reader{pipe, {.at_most = 1'000}};
    const Outcome run = command_.run(words(demo_day(), pipe, shards));
    EXPECT_EQ(run.exit_code, 1);
    EXPECT_TRUE(run.says("Broken pipe; ")) << run.err;
    EXPECT_TRUE(run.says(" bytes were not written")) << run.err;
    expect_results(run);
  }
}

TEST_F(SnapshotOutput, ASlowReaderGetsEveryByte) {
  const std::string plain = folder_.path("plain.jsonl");
  ASSERT_EQ(command_.run(words(demo_day(), plain, "1")).exit_code, 0);
  const std::string expected = test::file_content(plain);
  ASSERT_GT(expected.size(), 2 * kBetween)
      << expected.size() << ": too little to fill what lies between";
  for (const std::string shards : {"0", "2"}) {
    const std::string pipe = test::made_pipe(folder_.path("pipe" + shards + ".jsonl"));
    test::PipeReader reader{pipe, {.piece = 50'000, .pause_us = std::chrono::microseconds{500}}};
    EXPECT_EQ(command_.run(words(demo_day(), pipe, shards)).exit_code, 0);
    EXPECT_TRUE(reader.content() == expected) << "--shards " << shards;
  }
}

TEST_F(SnapshotOutput, APipeThatNobodyReadsDoesNotHoldUpTheEnd) {
  for (const std::string shards : {"0", "2"}) {
    const std::string pipe = test::made_pipe(folder_.path("pipe" + shards + ".csv"));
    // Opened and not read, then not even opened.
    const int idle = shards == "0" ? ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
    // Long after the first events, so that what the pipe holds is full.
    const Outcome run = command_.run_and_signal_amid_events(words(demo_day(), pipe, shards), SIGINT,
                                                            std::chrono::milliseconds{500});
    EXPECT_EQ(run.exit_code, 130) << run.err;
    EXPECT_TRUE(run.says(" bytes were not written")) << run.err;
    ASSERT_FALSE(run.json().is_discarded()) << "ended without results: " << run.err;
    EXPECT_GT(run.json()["messages"].get<u64>(), 0U);
    if (idle >= 0) ::close(idle);
  }
}

TEST_F(SnapshotOutput, WhatCannotBeWrittenIsRefusedBeforeAnythingRuns) {
  std::filesystem::create_directory(folder_.path("folder.csv"));
  for (const std::string& out : {folder_.path("folder.csv"), folder_.path("no/such/folder/a.csv"),
                                 std::string{"/proc/snapshots.csv"}, folder_.path("a.arrow")}) {
    const Outcome run = command_.run(words(demo_day(), out, "1"));
    EXPECT_EQ(run.exit_code, 2) << out;
    EXPECT_TRUE(run.says(out)) << run.err;
    EXPECT_TRUE(run.out.empty()) << run.out;
  }
}

// Half past nine in New York, in winter.
constexpr u64 kOpen = 34'200'000'000'000;
constexpr u64 kMinute = 60'000'000'000;

test::ItchDay a_short_day() {
  test::ItchDay day;
  day.at(kOpen - kMinute).system('O').directory(1, "AAA").trading(1, "AAA").system('Q');
  day.at(kOpen + 1'000'000'000).add(1, "AAA", 1, 'B', 300, 1'000'000);
  day.add(1, "AAA", 2, 'B', 50, 999'900).add(1, "AAA", 3, 'S', 100, 1'001'000);
  day.execute(1, 3, 40);
  return day;
}

TEST_F(SnapshotOutput, ARowOfCsvIsWhatItsHeaderSays) {
  const std::string day = written(a_short_day().at(kOpen + 2 * kMinute).trading(1, "AAA", 'H'));
  ASSERT_EQ(command_
                .run({"replay", day, "--date", "2019-12-30", "--snapshot-every", "1m", "--depth",
                      "2", "--strategy", "vwap", "--strategy", "imbalance:levels=1", "--out",
                      folder_.path("a.csv")})
                .exit_code,
            0);
  const std::vector<std::string> rows = lines("a.csv");
  ASSERT_EQ(rows.size(), 5U) << "a header, three moments, and what follows the last line";
  EXPECT_EQ(rows[0],
            "cut,venue,symbol,event_time,sequence,bid_1,bid_qty_1,ask_1,ask_qty_1,bid_2,bid_qty_2,"
            "ask_2,ask_qty_2,bid_levels,ask_levels,last,last_qty,volume,state,state_reason,"
            "state_first,state_last,trading,flags,"
            "vwap.price,vwap.volume,vwap.trades,imbalance.value");
  EXPECT_EQ(rows[1],
            "2019-12-30T14:30:00.000000000Z,0,AAA,2019-12-30T14:29:00.000003000Z,3,"
            ",0,,0,,0,,0,0,0,,0,0,LIVE,,,,trading,,,0,0,");
  EXPECT_EQ(rows[2],
            "2019-12-30T14:31:00.000000000Z,0,AAA,2019-12-30T14:30:01.000004000Z,8,"
            "100,300,100.1,60,99.99,50,,0,2,1,100.1,40,40,LIVE,,,,trading,,"
            "100.1,40,1,0.6666666666666666");
  EXPECT_EQ(rows[3],
            "2019-12-30T14:33:00.000000000Z,0,AAA,2019-12-30T14:32:00.000001000Z,9,"
            "100,300,100.1,60,99.99,50,,0,2,1,100.1,40,40,LIVE,,,,halted,halted,"
            "100.1,40,1,0.6666666666666666");
}

TEST_F(SnapshotOutput, ALineOfJsonSaysTheSame) {
  const std::string day = written(a_short_day());
  ASSERT_EQ(command_
                .run({"replay", day, "--date", "2019-12-30", "--snapshot-every", "1m", "--strategy",
                      "bbo", "--out", folder_.path("a.jsonl")})
                .exit_code,
            0);
  const std::vector<std::string> rows = lines("a.jsonl");
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_TRUE(json::parse(rows[0])["signals"]["bbo.mid"].is_null());
  EXPECT_EQ(rows[1], R"({"cut":"2019-12-30T14:31:00.000000000Z","venue":0,"symbol":"AAA",)"
                     R"("event_time":"2019-12-30T14:30:01.000004000Z","sequence":8,)"
                     R"("bids":[[100,300]],"asks":[[100.1,60]],"bid_levels":2,"ask_levels":1,)"
                     R"("last":100.1,"last_qty":40,"volume":40,"state":"LIVE","state_reason":null,)"
                     R"("state_first":null,"state_last":null,"trading":"trading",)"
                     R"("flags":[],"signals":{"bbo.spread":0.1,"bbo.mid":100.05,)"
                     R"("bbo.microprice":100.08333333333333}})");
}

TEST_F(SnapshotOutput, HasRowsOfWhatChangedOrAGridWhenAsked) {
  test::ItchDay two = a_short_day();
  two.directory(2, "BBB").add(2, "BBB", 7, 'B', 5, 500'000);
  two.at(kOpen + kMinute).add(1, "AAA", 8, 'B', 1, 900'000);
  two.at(kOpen + 2 * kMinute).add(1, "AAA", 9, 'B', 1, 900'000);
  two.at(kOpen + 3 * kMinute).add(2, "BBB", 10, 'B', 5, 500'000);
  two.at(kOpen + 4 * kMinute).system('C');
  const std::string day = written(two);
  const auto places = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"replay", day, "--date", "2019-12-30", "--snapshot-every",
                                     "1m", "--out", folder_.path("rows.csv")});
    EXPECT_EQ(command_.run(options).exit_code, 0);
    std::string all;
    for (const std::string& row : lines("rows.csv")) {
      // The minute of the cut, and the symbol.
      if (row.starts_with("2019")) all += row.substr(14, 2) + row.substr(33, 3) + " ";
    }
    return all;
  };
  // At the end all books become CLOSED, which is a change.
  const std::string changed = "30AAA 31AAA 31BBB 32AAA 33AAA 34BBB 35AAA 35BBB ";
  EXPECT_EQ(places({}), changed);
  EXPECT_EQ(places({"--rows", "changed", "--shards", "2"}), changed);
  EXPECT_EQ(places({"--rows", "all"}),
            "30AAA 31AAA 31BBB 32AAA 32BBB 33AAA 33BBB 34AAA 34BBB 35AAA 35BBB ");
  test::expect_refused(
      command_.run({"replay", day, "--snapshot-every", "1m", "--rows", "some", "--out", "x.csv"}),
      "--rows some: must be changed or all");
}

TEST_F(SnapshotOutput, AGapOfEightHoursMakesNoEmptyRows) {
  test::ItchDay day = a_short_day();
  day.at(kOpen + 480 * kMinute).add(1, "AAA", 9, 'B', 1, 1);
  ASSERT_EQ(command_
                .run({"replay", written(day), "--date", "2019-12-30", "--snapshot-every", "1m",
                      "--strategy", "bars", "--out", folder_.path("gap.csv")})
                .exit_code,
            0);
  const std::vector<std::string> rows = lines("gap.csv");
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_TRUE(rows[2].starts_with("2019-12-30T14:31:00.")) << rows[2];
  EXPECT_TRUE(rows[2].ends_with(",100.1,100.1,100.1,100.1,40,1")) << rows[2];
  EXPECT_TRUE(rows[3].starts_with("2019-12-30T22:31:00.")) << rows[3];
  EXPECT_TRUE(rows[3].ends_with(",,,,,0,0")) << rows[3];
}

TEST_F(SnapshotOutput, ALossMakesTheRowStale) {
  const std::string whole = test::file_content(demo_day());
  const std::string cut = folder_.write("cut.itch", whole.substr(0, whole.size() - 5));
  EXPECT_EQ(command_.run(words(cut, folder_.path("stale.csv"), "1")).exit_code, 3);
  const std::vector<std::string> rows = lines("stale.csv");
  // The first missing message is the one that was cut; the last is unknown.
  EXPECT_TRUE(std::regex_search(rows[rows.size() - 2], std::regex{",STALE,lost,[0-9]+,,"}))
      << rows[rows.size() - 2];
  EXPECT_NE(rows[rows.size() / 2].find(",LIVE,"), std::string::npos);
}

}  // namespace
}  // namespace tapedeck
