// `tapedeck bench latency` as its user runs it: what it says, never how fast it was. Every run
// measures the machine for two seconds, so there are few of them and each shows several things.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/dbn_file_writer.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/made_capture.hpp"
#include "tests/support/pipe.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;

constexpr const char* kPercentileNames[]{"p50", "p90", "p99", "p99.9", "p99.99", "max"};

void expect_distribution(const json& of, const std::string& what) {
  i64 last = 0;
  for (const char* name : kPercentileNames) {
    ASSERT_TRUE(of.contains(name) && of[name].is_number_integer()) << what << " " << name;
    EXPECT_GE(of[name], last) << what << " " << name;
    last = of[name];
  }
  EXPECT_GT(of["count"], 0) << what;
}

// Of every core that the machine's own noise was looked at, or the reason why it was not.
void expect_noise(const json& cores) {
  ASSERT_FALSE(cores.empty());
  for (const json& core : cores) {
    EXPECT_GE(core["core"], 0);
    if (!core.contains("why_none")) expect_distribution(core, "noise");
  }
}

void expect_hop(const json& result) {
  const json before = result["hop_before_ns"], after = result["hop_after_ns"];
  EXPECT_NE(result["hop_ns"].is_null(), result["hop_why_none"].is_null());
  if (before.is_null() || after.is_null()) {
    EXPECT_TRUE(result["hop_ns"].is_null());
    return;
  }
  EXPECT_EQ(result["hop_ns"], std::max(before.get<i64>(), after.get<i64>()));
}

class BenchLatency : public ::testing::Test {
 protected:
  Outcome bench(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"bench", "latency", "--quiet", "--watch", "10ms"});
    return command_.run(arguments);
  }
  // A busy machine may not keep up with the load: then the run must say so in every way it has.
  json measured(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--json", "--duration", "200ms", "--warm-up", "50ms"});
    const Outcome run = bench(std::move(arguments));
    const json result = run.json();
    EXPECT_TRUE(run.exit_code == 0 || run.exit_code == 4) << run.exit_code << run.err;
    EXPECT_EQ(result["valid"], run.exit_code == 0);
    EXPECT_EQ(result["why_invalid"].is_null(), run.exit_code == 0);
    EXPECT_EQ(result["benchmark"], "latency");
    return result;
  }
  void expect_refused(std::vector<std::string> arguments, const std::string& because) {
    test::expect_refused(bench(std::move(arguments)), because);
  }
  // A tenth of a second of 50,000 messages each, once the market is open.
  std::string recorded_day() {
    const std::string path = folder_.path("day.itch");
    const Outcome run = command_.run(
        {"simulate", "--rate", "50k", "--duration", "100ms", "--record", path, "--json"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return path;
  }

  test::TemporaryFolder folder_{"bench-latency"};
  test::Command command_{folder_};
};

TEST_F(BenchLatency, TellsEveryStageAndTheMachinesOwnLimits) {
  const json result = measured({"--rate", "20k"});
  for (const char* stage : {"due_to_book", "ingress_to_book", "due_to_ingress"}) {
    expect_distribution(result["stages"][stage], stage);
    // A message more or less where the timetable ends, and 20,000 a second for a fifth of one.
    EXPECT_NEAR(result["stages"][stage]["count"], 4'000.0 / result["sample_every"].get<int>(), 40);
  }
  EXPECT_EQ(result["messages"], 4'000);
  EXPECT_NEAR(result["offered_per_s"], 20'000, 1);
  EXPECT_EQ(result["timed_ns"], 200'000'000);
  EXPECT_EQ(result["ran_dry"], false);
  expect_hop(result);
  expect_noise(result["noise_before"]);
  expect_noise(result["noise_after"]);
  EXPECT_EQ(result["load"], "constant, 20,000 messages/s");
  EXPECT_FALSE(result["threads"].empty());
  u64 over_time = 0;
  for (const json& slice : result["due_to_book_over_time"]["slices"]) {
    for (const json& size : slice) over_time += size[1].get<u64>();
  }
  EXPECT_EQ(over_time, result["stages"]["due_to_book"]["count"]);
}

TEST_F(BenchLatency, SaysWhyAStageWasNotMeasuredAndWithWhatItWas) {
  const json result = measured({"--rate", "20k", "--shards", "0", "--sample-every", "10"});
  EXPECT_NEAR(result["stages"]["due_to_book"]["count"], 400, 60) << "drawn, so about a tenth";
  for (const auto& [stage, figures] : result["stages"].items()) {
    EXPECT_EQ(figures.is_null(), result["stages_why_none"].contains(stage)) << stage;
  }
  EXPECT_TRUE(result["stages"]["book_to_strategy"].is_null());
  // With one thread and two cores a reader has one for itself.
  const bool has_reader = !result["stages"]["due_to_visible"].is_null();
  EXPECT_EQ(result["threads"].size(), has_reader ? 2U : 1U);
  EXPECT_FALSE(has_reader && result["machine"]["cores_allowed"] == 1);
  const json clock = result["clock"];
  EXPECT_EQ(clock["name"] == "tsc", clock["why"].is_null()) << clock;
  EXPECT_EQ(result["machine"]["fit_for_figures"], !test::command_is_sanitized());
  EXPECT_NE(result["command"].get<std::string>().find("--sample-every 10"), std::string::npos);
}

TEST_F(BenchLatency, MakesSnapshotsUnderLoadAndSaysForHowLongTheyHeldAShardUp) {
  const std::string rows = folder_.path("rows.csv");
  const json with = measured({"--rate", "20k", "--snapshot-every", "10ms", "--depth", "2", "--rows",
                              "all", "--out", rows});
  expect_distribution(with["cut_ns"], "cut_ns");
  const std::string content = test::file_content(rows);
  EXPECT_TRUE(content.starts_with("cut,venue,symbol,"));
  EXPECT_NE(content.find(",ask_qty_2,"), std::string::npos);
  EXPECT_EQ(content.find(",ask_qty_3,"), std::string::npos);
  // A report may be of several cuts, and the last one is of the cuts that never come.
  EXPECT_GE(std::ranges::count(content, '\n'), 1 + 10);
  EXPECT_TRUE(measured({"--rate", "20k"})["cut_ns"].is_null());
  expect_refused({"--out", rows}, "--snapshot-every and --out go together");
}

TEST_F(BenchLatency, WritesADistributionForEveryStageItMeasured) {
  const std::string folder = folder_.path("new/distributions");
  const json result = measured({"--load", "poisson", "--rate", "20k", "--seed", "3", "--strategy",
                                "bbo", "--hgrm", folder, "--report", folder_.path("page.html")});
  EXPECT_TRUE(test::file_content(folder_.path("page.html")).starts_with("<!doctype html>"));
  EXPECT_EQ(result["load"], "poisson, 20,000 messages/s on average");
  EXPECT_NEAR(result["messages"], 4'000, 400);
  expect_distribution(result["stages"]["book_to_strategy"], "book_to_strategy");
  expect_distribution(result["stages"]["due_to_strategy"], "due_to_strategy");
  for (const auto& [stage, figures] : result["stages"].items()) {
    const std::string path = folder + "/" + stage + ".hgrm";
    ASSERT_EQ(std::filesystem::exists(path), !figures.is_null()) << path;
    if (figures.is_null()) continue;
    EXPECT_NE(test::file_content(path).find("Percentile"), std::string::npos) << path;
  }
}

TEST_F(BenchLatency, NamesStagesLoadAndMachineInATable) {
  const Outcome run = bench({"--load", "bursts:period=5ms,share=0.2", "--rate", "20k", "--duration",
                             "200ms", "--warm-up", "0"});
  EXPECT_TRUE(run.exit_code == 0 || run.exit_code == 4) << run.exit_code << run.err;
  EXPECT_EQ(run.exit_code == 4, run.out.starts_with("INVALID: ")) << run.out;
  for (const char* text :
       {"from, to", "p99.99", "\n  due to book ", "\n  ingress to book ", "\n  due to ingress ",
        "book to strategy      not measured: no --strategy runs", "the machine alone",
        "bursts, 20,000 messages/s on average, all of them in the first 20 % of every 5",
        "of 20,000 offered", "\n  hop ", "\n  clock ", "\n  threads ", "\n  machine ",
        "simulated market, 10 instruments, preset default, seed 1"}) {
    EXPECT_NE(run.out.find(text), std::string::npos) << text << "\n" << run.out;
  }
  EXPECT_EQ(run.out.find('\x1b'), std::string::npos) << "no terminal, no escape sequences";
}

TEST_F(BenchLatency, FollowsRecordedTimesUntilTheyEnd) {
  const std::string day = recorded_day();
  const Outcome run = bench({day, "--load", "recorded", "--speed", "0.5", "--from", "open",
                             "--warm-up", "20ms", "--duration", "10s", "--json"});
  const json result = run.json();
  EXPECT_TRUE(run.exit_code == 0 || run.exit_code == 4) << run.exit_code << run.err;
  EXPECT_TRUE(run.says("the input ended after")) << run.err;
  EXPECT_EQ(result["ran_dry"], true);
  EXPECT_NEAR(result["timed_ns"], 180e6, 20e6) << "100 ms at half the speed, less the warm-up";
  EXPECT_EQ(result["load"], "as recorded, 0.5 times as fast");
  EXPECT_EQ(result["source"], day);
  expect_distribution(result["stages"]["due_to_book"], "due_to_book");
}

TEST_F(BenchLatency, GivesARecordedFilesMessagesByAnotherTimetable) {
  const json result = measured({recorded_day(), "--rate", "5k", "--from", "#100"});
  EXPECT_EQ(result["messages"], 1'000);
  EXPECT_EQ(result["warm_up_messages"], 99 + 250) << "what lies before the start, and 50 ms";
}

class OverloadedBench : public BenchLatency {
 protected:
  const std::vector<std::string> load_{"--rate", "1G", "--duration", "1ms", "--warm-up", "0"};
};

TEST_F(OverloadedBench, IsInvalidAndItsTableSaysSoFirst) {
  const Outcome run = bench(load_);
  EXPECT_EQ(run.exit_code, 4) << run.err;
  // On a busy machine it says before that others had the cores.
  EXPECT_TRUE(run.out.starts_with("INVALID: ")) << run.out;
  EXPECT_LT(run.out.find("the load was not kept up with: "), run.out.find('\n')) << run.out;
}

TEST_F(OverloadedBench, IsInvalidInJsonWithTheReason) {
  std::vector<std::string> arguments = load_;
  arguments.emplace_back("--json");
  const Outcome run = bench(arguments);
  EXPECT_EQ(run.exit_code, 4) << run.err;
  const json result = run.json();
  EXPECT_EQ(result["valid"], false);
  // A slow build gives up before the end, and tells what was offered until then.
  const auto why = result["why_invalid"].get<std::string>();
  EXPECT_NE(why.find("the load was not kept up with: "), std::string::npos) << why;
  EXPECT_NE(why.find(result["overdue"] == true ? " offered, and given up" : "1000000000 offered"),
            std::string::npos)
      << why;
  EXPECT_LT(result["achieved_per_s"], result["offered_per_s"]);
  EXPECT_EQ(result["sample_every"], 4'000) << "250,000 a second are sampled";
}

TEST_F(BenchLatency, RefusesLoadsThatAreNone) {
  const std::string day = folder_.path("day.itch");
  test::FileWriter writer{day};
  test::write_demo_flow(writer, {.messages = 2'000, .instruments = 5});
  writer.close();
  expect_refused({"--report", folder_.path("no/such/page.html")}, "cannot be written");
  expect_refused({"--load", "sometimes"}, "must be constant, poisson, bursts or recorded");
  expect_refused({day, "--load", "recorded", "--speed", "0.0001"}, "must be at least 0.001");
  expect_refused({"--load", "poison"}, "did you mean poisson?");
  expect_refused({"--load", "constant:share=1"}, "only bursts takes parameters");
  expect_refused({"--load", "bursts:share=2"}, "share: '2' must be a number above 0 and at most 1");
  expect_refused({"--load", "bursts:period=0ms"}, "period 0ms: must be above zero");
  expect_refused({"--load", "bursts:width=1"}, "'width=1' must be period=TIME or share=NUMBER");
  expect_refused({"--load", "recorded"}, "needs a recorded file");
  expect_refused({day, "--load", "recorded", "--rate", "1k"},
                 "the recorded times determine the rate");
  expect_refused({day, "--load", "recorded", "--speed", "0"}, "must be a number above 0");
  expect_refused({"--speed", "2"}, "--speed 2: goes with --load recorded");
  for (const char* rate : {"0", "2G", "-1", "fast"}) {
    expect_refused({"--rate", rate}, "must be messages per second from 1 to 1G, like 100k");
  }
}

TEST_F(BenchLatency, RefusesOptionsThatCannotBe) {
  expect_refused({"--duration", "0s"},
                 "--duration 0s: must be above zero and at most 1h, like 10s");
  expect_refused({"--duration", "2h"}, "--duration 2h: must be above zero and at most 1h");
  expect_refused({"--warm-up", "x"}, "--warm-up x: must be above zero and at most 1h, like 500ms");
  expect_refused({"--pin", "999"}, "core 999 is not among those this process may use");
  expect_refused({"--sample-every", "0"}, "must be auto or a number from 1 to 1000000");
  expect_refused({"--sample-every", "1000001"}, "must be auto or a number from 1 to 1000000");
  expect_refused({"--seed", "-1"}, "--seed -1: must be a whole number from 0");
  for (const char* from : {"yesterday", "25:00", "9:60", "12", "09:30:00:00"}) {
    expect_refused({"--from", from}, "must be a time of day like 10:31:07.5");
  }
  expect_refused({"--from", "#0"}, "must be a message's number like #1000");
  expect_refused({"--hgrm", "/proc/none"}, "check the path and its permissions");
  expect_refused({"--strategy", "none"}, "--strategy none: must be one of");
  expect_refused({"--durations", "1s"}, "did you mean --duration?");
}

TEST_F(BenchLatency, RefusesOptionsOfFilesWithoutOneAndOfTheMarketWithFiles) {
  const std::vector<std::pair<std::string, std::string>> of_files{{"--format", "pcap"},
                                                                  {"--orderbook", "book.csv"},
                                                                  {"--framing", "length"},
                                                                  {"--date", "2019-12-30"},
                                                                  {"--symbols", "A,B"}};
  for (const auto& [option, value] : of_files) {
    expect_refused({option, value}, option + ": says how files are read; give the PATH of one");
  }
  expect_refused({"day.itch", "--preset", "default"}, "--preset: is of the simulated market");
  expect_refused({"day.itch", "--instruments", "10"}, "--instruments: is of the simulated market");
}

TEST_F(BenchLatency, RefusesFilesThatCannotBeReadTwiceOrNotAtAll) {
  expect_refused({folder_.path("none.itch")}, "none.itch: cannot be opened");
  expect_refused({"-"}, "- (standard input): cannot be read twice");
  expect_refused({test::made_pipe(folder_.path("pipe"))}, "pipe: cannot be read twice");
}

// Its metadata do not say when it begins, but its first record does.
TEST_F(BenchLatency, TakesATimeOfDayOnTheDayOfTheFirstEvent) {
  test::DbnFile file{3};
  file.add('B', 1, 100, 5).after(1).add('B', 2, 99, 5);
  const Outcome run = bench({folder_.write("day.dbn", file.bytes()), "--from", "00:00", "--rate",
                             "1k", "--duration", "10ms", "--warm-up", "0", "--json"});
  EXPECT_TRUE(run.exit_code == 0 || run.exit_code == 4) << run.err;
  EXPECT_GE(run.json()["messages"], 1);
  EXPECT_EQ(run.json()["from"]["time"], "2023-12-25T00:00:00.000000000Z");
}

TEST_F(BenchLatency, RefusesATimeOfDayWhereTheDayIsNotKnown) {
  const std::string path = folder_.write("empty.dbn", test::DbnFile{3}.bytes());
  expect_refused({path, "--from", "09:30"},
                 "--from 09:30: the day of the input is not known; give --date");
}

TEST_F(BenchLatency, TakesATimeOfDayOnTheDayOfACapture) {
  test::ItchDay day;
  const Bytes messages = day.directory(1, "AAPL").add(1, "AAPL", 1, 'B', 100, 1'000'000).bytes();
  const std::string header = "SESSION001" + std::string(7, '\0') + "\x01" + test::big16(2);
  test::MadeCapture capture;
  capture.add(test::udp_frame(
      header + std::string{reinterpret_cast<const char*>(messages.data()), messages.size()}));
  const Outcome open = bench({folder_.write("day.pcap", capture.content()), "--from", "09:30",
                              "--rate", "1k", "--duration", "10ms", "--warm-up", "0", "--json"});
  EXPECT_TRUE(open.exit_code == 0 || open.exit_code == 4) << open.err;
  EXPECT_EQ(open.json()["messages"], 1);
}

TEST_F(BenchLatency, SaysThatAFileIsDamagedOrEmptyAndNotThatItsTimesStandStill) {
  constexpr u64 kOpen = 34'200'000'000'000;
  test::ItchDay day;
  for (u64 id = 1; id < 100; ++id) day.at(kOpen).add(1, "AAPL", id, 'B', 100, 1'000'000);
  const Bytes bytes = day.bytes();
  const std::string cut{reinterpret_cast<const char*>(bytes.data()), bytes.size() - 10};
  const std::vector<std::pair<std::string, std::string>> contents{
      {"", ": byte 0: an empty file; expected"},
      {cut, ": the end of the file 26 bytes into a message of type 'A'"},
      {std::string(5'000, 'x'), ": byte 0: "}};
  for (const auto& [content, damage] : contents) {
    const std::string path = folder_.path("broken.itch");
    std::ofstream{path} << content;
    const Outcome run = bench({path, "--load", "recorded"});
    EXPECT_EQ(run.exit_code, 3) << run.err;
    EXPECT_TRUE(run.says(path) && run.says(damage)) << run.err;
    EXPECT_FALSE(run.says("no times")) << run.err;
  }
}

TEST_F(BenchLatency, RefusesToFollowTimesThatStandStill) {
  constexpr u64 kOpen = 34'200'000'000'000;
  test::ItchDay day;
  day.system('O').at(kOpen).directory(1, "AAPL").at(kOpen).system('Q');
  for (u64 id = 1; id < 100; ++id) day.at(kOpen).add(1, "AAPL", id, 'B', 100, 1'000'000);
  const Bytes bytes = day.bytes();
  const std::string path = folder_.path("still.itch");
  std::ofstream{path}.write(reinterpret_cast<const char*>(bytes.data()),
                            static_cast<std::streamsize>(bytes.size()));
  expect_refused({path, "--load", "recorded"}, "no times to follow");
  expect_refused({path, "--load", "recorded"}, "use --load constant and --rate");
}

}  // namespace
}  // namespace tapedeck
