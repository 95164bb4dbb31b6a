// What a throughput benchmark makes of its runs, with a script in the place of the replay that says
// what it is told to say.
#include "tools/lab/bench_throughput.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "tests/support/command.hpp"

namespace tapedeck::tools {
namespace {

using nlohmann::json;

class FakeReplay : public ::testing::Test {
 protected:
  // As the command does, whose standard output is for results.
  static void SetUpTestSuite() { spdlog::set_default_logger(spdlog::stderr_logger_mt("test")); }

  // $n is the number of the run, from 1, $4 its number of shards.
  void replay_does(const std::string& script) {
    program_ = folder_.write("replay", "#!/bin/sh\nn=$(($(wc -l <'" + calls() +
                                           "') + 1))\necho \"$*\" >>'" + calls() + "'\n" + script);
    std::filesystem::permissions(program_, std::filesystem::perms::owner_all);
    folder_.write("calls", "");
  }
  static std::string summary(const std::string& elapsed_s, const std::string& digest = "00ff",
                             const std::string& messages = "1000") {
    return "printf '%s\\n' \"{\\\"messages\\\": " + messages +
           ", \\\"events\\\": 500, \\\"peak_rss_bytes\\\": $n, \\\"elapsed_s\\\": " + elapsed_s +
           ", \\\"digest\\\": \\\"" + digest + "\\\", \\\"threads\\\": []}\"\n";
  }
  // What comes to standard output is in out_, to standard error in err_.
  ExitCode bench(const std::string& shards, u32 rounds = 3, bool as_json = true) {
    ThroughputOptions options;
    options.input.paths = {"a day", "-b"};
    options.input.run.json = as_json;
    options.shards = shards;
    options.rounds = rounds;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    ExitCode code = ExitCode::failed;
    try {
      const auto measure = [this](MachineMeasures& machine, Measured when) {
        (when == Measured::before ? machine.noise_before : machine.noise_after) =
            when == Measured::before ? noise_before_ : noise_after_;
        cores_ = machine.cores;
      };
      code = bench_throughput(options, {program_, measure});
    } catch (const std::exception& error) {
      failure_ = error.what();
    }
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return code;
  }
  [[nodiscard]] json result() const { return json::parse(out_, nullptr, false); }
  [[nodiscard]] std::string calls() const { return folder_.path("calls"); }
  [[nodiscard]] std::string shards_called() const {
    std::string all;
    std::istringstream lines{test::file_content(calls())};
    for (std::string line; std::getline(lines, line);) {
      all += line.substr(std::string{"replay --json --shards "}.size(), 1);
    }
    return all;
  }

  // A core that others had for so many thousandths of a second.
  static system::CoreNoise core_taken_for(int core, i64 taken) {
    system::SpinNoise noise;
    noise.lasted = Nanos{kNanosPerSecond};
    noise.taken = Nanos{taken * kNanosPerSecond / 1'000};
    return {.core = core, .noise = noise, .why_none = {}};
  }

  test::TemporaryFolder folder_{"fake-replay"};
  std::vector<system::CoreNoise> noise_before_, noise_after_;
  std::vector<int> cores_;
  std::string program_, out_, err_, failure_;
};

TEST_F(FakeReplay, NumbersOfShardsTakeTurnsInAnOrderThatMovesOn) {
  replay_does(summary("0.5"));
  EXPECT_EQ(bench("0,1,2"), ExitCode::done) << failure_ << err_;
  EXPECT_EQ(shards_called(),
            "012"
            "120"
            "201"
            "012");
}

TEST_F(FakeReplay, PathsComeLastWhateverTheyBeginWith) {
  replay_does(summary("0.5"));
  EXPECT_EQ(bench("7"), ExitCode::done) << failure_ << err_;
  EXPECT_TRUE(test::file_content(calls()).starts_with("replay --json --shards 7 -- a day -b\n"));
}

// The first round, a hundred times faster, is in none of the figures.
TEST_F(FakeReplay, FirstRoundIsNotMeasured) {
  replay_does("if [ $n -le 2 ]; then e=0.01; else e=$((1 + $4)); fi\n" + summary("$e"));
  EXPECT_EQ(bench("0,1"), ExitCode::done) << failure_ << err_;
  const json runs = result()["runs"];
  EXPECT_EQ(runs[0]["all"], (json{1000.0, 1000.0, 1000.0}));
  EXPECT_EQ(runs[1]["all"], (json{500.0, 500.0, 500.0}));
  EXPECT_EQ(runs[1]["events_per_s"], 250.0);
  EXPECT_EQ(runs[1]["elapsed_s"], 2.0);
  EXPECT_EQ(runs[1]["ratio"], (json{{"median", 0.5}, {"low", 0.5}, {"high", 0.5}}));
}

// 2, 4 and 1; of the medians it would be 4.
TEST_F(FakeReplay, RatioIsTakenRoundByRound) {
  replay_does(
      "r=$(((n + 1) / 2))\n"
      "case $4$r in 02) e=1 ;; 03) e=4 ;; 04) e=8 ;; 12) e=0.5 ;; 13) e=1 ;; *) e=8 ;; esac\n" +
      summary("$e"));
  EXPECT_EQ(bench("0,1"), ExitCode::done) << failure_ << err_;
  EXPECT_EQ(result()["runs"][1]["ratio"], (json{{"median", 2.0}, {"low", 1.0}, {"high", 4.0}}));
}

TEST_F(FakeReplay, MemoryIsTheMostOfTheMeasuredRuns) {
  replay_does(summary("0.5"));
  EXPECT_EQ(bench("0,1"), ExitCode::done) << failure_ << err_;
  // Runs 3 to 8 are measured; in the last round --shards 1 comes first.
  EXPECT_EQ(result()["runs"][0]["peak_rss_bytes"], 8);
  EXPECT_EQ(result()["runs"][1]["peak_rss_bytes"], 7);
}

TEST_F(FakeReplay, AnotherDigestMakesItInvalid) {
  replay_does("d=00ff; if [ $n = 6 ]; then d=00fe; fi\n" + summary("0.5", "$d"));
  EXPECT_EQ(bench("0,1", 5), ExitCode::difference);
  EXPECT_EQ(result()["valid"], false);
  EXPECT_EQ(result()["why_invalid"], "--shards 1, round 2: digest 00fe, in the first run 00ff");
  EXPECT_EQ(shards_called().size(), 6U) << "nothing is measured any more";
  EXPECT_EQ(result()["runs"][0]["all"].size(), 2U);
  EXPECT_EQ(result()["runs"][1]["all"].size(), 1U) << "the run that differs has no figure";
}

TEST_F(FakeReplay, AnotherNumberOfMessagesMakesItInvalidFromTheFirstLineOn) {
  replay_does(summary("0.5", "00ff", "100$4"));
  EXPECT_EQ(bench("0,1", 3, false), ExitCode::difference);
  EXPECT_TRUE(
      out_.starts_with("INVALID: --shards 1, warming up: 1,001 messages, in the first run 1,000\n"))
      << out_;
}

TEST_F(FakeReplay, AFailureAfterSuccessMakesItInvalidAndIsTold) {
  replay_does("if [ $n = 4 ]; then echo broke >&2; exit 3; fi\n" + summary("0.5"));
  EXPECT_EQ(bench("0,1"), ExitCode::difference);
  EXPECT_EQ(result()["why_invalid"], "--shards 0, round 1: ended with exit code 3");
  EXPECT_TRUE(err_.starts_with("broke\n")) << err_;
}

TEST_F(FakeReplay, OnCoresThatOthersTookIsInvalidAndSaysSoFirst) {
  replay_does(summary("0.5"));
  noise_before_ = {core_taken_for(0, 5), core_taken_for(1, 0)};
  noise_after_ = {core_taken_for(0, 10), core_taken_for(1, 520)};
  EXPECT_EQ(bench("0,1"), ExitCode::difference) << failure_ << err_;
  EXPECT_EQ(result()["valid"], false);
  EXPECT_TRUE(result()["why_invalid"].get<std::string>().starts_with(
      "others took 52 % of the time of core 1;"));
  EXPECT_EQ(result()["noise_after"][1]["taken"], 0.52);
  EXPECT_EQ(result()["runs"].size(), 2U) << "the figures are there all the same";
  EXPECT_EQ(bench("0,1", 3, false), ExitCode::difference);
  EXPECT_TRUE(out_.starts_with("INVALID: others took 52 %")) << out_;
  EXPECT_NE(out_.find("of core 1 0.0 % before the runs, 52.0 % after"), std::string::npos) << out_;
}

TEST_F(FakeReplay, OnCoresOfWhichOthersTookOnePercentIsValid) {
  replay_does(summary("0.5"));
  noise_before_ = noise_after_ = {core_taken_for(0, 10), core_taken_for(1, 10)};
  EXPECT_EQ(bench("0,1"), ExitCode::done) << failure_ << err_;
  EXPECT_EQ(result()["valid"], true);
}

TEST_F(FakeReplay, SaysBothThatOthersTookCoresAndThatRunsDiffer) {
  replay_does("d=00ff; if [ $n = 6 ]; then d=00fe; fi\n" + summary("0.5", "$d"));
  noise_before_ = {core_taken_for(0, 500)};
  EXPECT_EQ(bench("0,1", 5), ExitCode::difference);
  const auto why = result()["why_invalid"].get<std::string>();
  EXPECT_LT(why.find("others took 50 %"), why.find("; --shards 1, round 2: digest 00fe")) << why;
}

TEST_F(FakeReplay, MeasuresACoreForEachThread) {
  replay_does(summary("0.5"));
  EXPECT_EQ(bench("0,1,2"), ExitCode::done);
  const std::size_t allowed = system::cores_in_order_of_use(system::this_cpu_topology()).size();
  EXPECT_EQ(cores_.size(), std::min<std::size_t>(allowed, 3));
}

TEST_F(FakeReplay, WhatNeverWorkedIsPassedOn) {
  for (const int code : {2, 3}) {
    replay_does("echo no good >&2; exit " + std::to_string(code) + "\n");
    EXPECT_EQ(static_cast<int>(bench("0,1")), code);
    EXPECT_EQ(err_, "no good\n");
    EXPECT_EQ(out_, "");
    EXPECT_EQ(shards_called(), "0");
  }
  replay_does("echo no good >&2; exit 1\n");
  EXPECT_EQ(bench("0,1"), ExitCode::failed);
  EXPECT_TRUE(err_.starts_with("no good\n")) << err_;
}

TEST_F(FakeReplay, ADeathBySignalIsAFailure) {
  replay_does("kill -9 $$\n");
  EXPECT_EQ(bench("0"), ExitCode::failed);
  EXPECT_NE(err_.find("--shards 0, warming up: ended with exit code 137"), std::string::npos);
}

TEST_F(FakeReplay, AnInterruptedRunInterruptsTheBenchmark) {
  replay_does("kill -2 $$\n");
  EXPECT_EQ(bench("0"), ExitCode::interrupted);
  EXPECT_EQ(out_, "");
}

TEST_F(FakeReplay, ARunWithoutASummaryOrWithoutATimeIsAFailure) {
  replay_does("echo '{'\n");
  EXPECT_EQ(bench("0"), ExitCode::failed);
  EXPECT_NE(failure_.find("without a summary"), std::string::npos) << failure_;
  replay_does(summary("0.0"));
  EXPECT_EQ(bench("0"), ExitCode::failed);
  EXPECT_NE(failure_.find("too short"), std::string::npos) << failure_;
}

TEST_F(FakeReplay, ThatCannotBeStartedIsAFailure) {
  program_ = folder_.path("none");
  EXPECT_EQ(bench("0"), ExitCode::failed);
  EXPECT_NE(failure_.find("cannot be started"), std::string::npos) << failure_;
}

TEST_F(FakeReplay, ShortRunsAreToldToBeUnsteady) {
  replay_does("e=0.2; if [ $4 = 1 ]; then e=0.05; fi\n" + summary("$e"));
  EXPECT_EQ(bench("0,1"), ExitCode::done);
  EXPECT_NE(err_.find("--shards 1: a run takes less than 0.1 s"), std::string::npos) << err_;
  EXPECT_EQ(err_.find("--shards 0: a run"), std::string::npos) << err_;
}

TEST(DefaultShardCounts, FollowTheCores) {
  EXPECT_EQ(default_shard_counts(1), "0,1");
  EXPECT_EQ(default_shard_counts(2), "0,1");
  EXPECT_EQ(default_shard_counts(3), "0,1,2");
}

}  // namespace
}  // namespace tapedeck::tools
