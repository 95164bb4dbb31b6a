// `tapedeck bench throughput` as its user runs it, on a small made-up day: what it says, never how
// fast it was.
#include <algorithm>
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;

class BenchThroughput : public ::testing::Test {
 protected:
  explicit BenchThroughput(u64 messages = 20'000) : day_(folder_.path("day.itch")) {
    test::FileWriter writer{day_};
    test::write_demo_flow(writer, {.messages = messages, .instruments = 20, .seed = 5});
    writer.close();
  }
  // Whether it ended as it does with figures; they do not count where others had the cores, or
  // where these were watched for a moment only.
  static void expect_figures(const Outcome& run) {
    EXPECT_EQ(run.exit_code, 4) << run.err;
    const bool is_short =
        run.out.find("the cores were watched for 10.0 ms only") != std::string::npos;
    EXPECT_TRUE(is_short || run.out.find("others took ") != std::string::npos) << run.out;
  }
  Outcome bench(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"bench", "throughput", "--watch", "10ms"});
    return command_.run(arguments);
  }
  void expect_refused(std::vector<std::string> arguments, const std::string& because) {
    test::expect_refused(bench(std::move(arguments)), because);
  }

  test::TemporaryFolder folder_{"bench-throughput"};
  test::Command command_{folder_};
  std::string day_;
};

TEST_F(BenchThroughput, TellsEveryNumberOfShardsInATable) {
  const Outcome run = bench({day_, "--rounds", "3", "--shards", "0,1,2"});
  expect_figures(run);
  for (const char* text :
       {"M messages/s", "over --shards 0", "\n       1 ", "\n       2 ",
        "  rounds    3 after one to warm up", "  hop  ", "  taken  ", "  machine ", "day.itch, ",
        "20,000 messages per run", ", of every run\n"}) {
    EXPECT_NE(run.out.find(text), std::string::npos) << text << "\n" << run.out;
  }
  EXPECT_TRUE(run.out.starts_with("INVALID: "));
  EXPECT_EQ(run.out.find('\x1b'), std::string::npos) << "no terminal, no escape sequences";
}

TEST_F(BenchThroughput, JsonAgreesWithReplayAndWithItself) {
  const json replay = command_.run({"replay", "--json", day_}).json();
  const Outcome run = bench({day_, "--rounds", "3", "--shards", "1,0", "--json"});
  expect_figures(run);
  const json result = run.json();
  EXPECT_EQ(result["valid"], run.exit_code == 0);
  EXPECT_EQ(result["why_invalid"].is_null(), run.exit_code == 0);
  for (const char* when : {"noise_before", "noise_after"})
    EXPECT_FALSE(result[when].empty()) << when;
  EXPECT_EQ(result["rounds"], 3);
  for (const char* field : {"digest", "messages", "events"}) {
    EXPECT_EQ(result[field], replay[field]) << field;
  }
  EXPECT_EQ(result["files"], (json{{{"path", day_}, {"bytes", replay["bytes"]}}}));
  EXPECT_NE(result["hop_ns"].is_null(), result["hop_why_none"].is_null());
  ASSERT_EQ(result["runs"].size(), 2U);
  for (const json& series : result["runs"]) {
    EXPECT_EQ(series["all"].size(), 3U);
    std::vector<double> rates = series["all"];
    std::ranges::sort(rates);
    EXPECT_EQ(series["messages_per_s"],
              (json{{"min", rates[0]}, {"median", rates[1]}, {"max", rates[2]}}));
    EXPECT_GT(series["peak_rss_bytes"], 0);
    EXPECT_GT(series["events_per_s"], 0.0);
    EXPECT_GT(series["elapsed_s"], 0.0);
  }
  EXPECT_EQ(result["runs"][0]["shards"], 1);
  EXPECT_EQ(result["runs"][0]["ratio"], nullptr) << "the first is what others are compared with";
  const json ratio = result["runs"][1]["ratio"];
  EXPECT_LE(ratio["low"], ratio["median"]);
  EXPECT_LE(ratio["median"], ratio["high"]);
}

TEST_F(BenchThroughput, SaysWhatItWasMeasuredOn) {
  const json result = bench({day_, "--rounds", "3", "--shards", "0", "--json"}).json();
  for (const char* field : {"cpu", "kernel", "compiler", "build"}) {
    EXPECT_NE(result["machine"][field], "") << field;
  }
  if (!test::command_is_sanitized()) {
    EXPECT_EQ(result["machine"]["build"], "release");
    return;
  }
  EXPECT_EQ(result["machine"]["fit_for_figures"], false);
  const Outcome table = bench({day_, "--rounds", "3", "--shards", "0"});
  EXPECT_TRUE(table.out.starts_with("NO FIGURES: ")) << table.out;
  EXPECT_TRUE(table.says("not comparable"));
}

TEST_F(BenchThroughput, GivesEveryRunTheOptionsThatItWasGiven) {
  const Outcome run =
      bench({day_, day_, "--parallel", "--symbols", "TAAA,TAAB", "--batch", "16", "--wait", "park",
             "--max-ratio", "500", "--rounds", "3", "--shards", "0", "--json"});
  expect_figures(run);
  const json result = run.json();
  EXPECT_EQ(result["options"], (json{"--symbols", "TAAA,TAAB", "--max-ratio", "500", "--batch",
                                     "16", "--wait", "park", "--parallel"}));
  const json replay =
      command_.run({"replay", "--json", "--parallel", "--symbols", "TAAA,TAAB", day_, day_}).json();
  EXPECT_EQ(result["digest"], replay["digest"]);
  EXPECT_EQ(result["files"].size(), 2U);
}

TEST_F(BenchThroughput, PassesDamageOnWithItsText) {
  std::string cut = test::file_content(day_);
  cut.resize(cut.size() / 2 + 1);
  const std::string path = folder_.write("cut.itch", cut);
  const Outcome replay = command_.run({"replay", "--json", path});
  ASSERT_EQ(replay.exit_code, 3);
  const Outcome run = bench({path, "--rounds", "3"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(test::without_times(run.err), test::without_times(replay.err));
  EXPECT_EQ(run.out, "");
}

TEST_F(BenchThroughput, PassesWarningsOnOnce) {
  const Outcome run = bench({day_, "--symbols", "TAAA,NONE", "--rounds", "3"});
  expect_figures(run);
  const std::size_t at = run.err.find("NONE is not in the input");
  ASSERT_NE(at, std::string::npos) << run.err;
  EXPECT_EQ(run.err.find("NONE is not in the input", at + 1), std::string::npos) << run.err;
}

TEST_F(BenchThroughput, RefusesWhatCannotBeMeasured) {
  expect_refused({}, "PATH is required");
  expect_refused({folder_.path("none.itch")}, "none.itch");
  expect_refused({"-"}, "- (standard input): cannot be read twice");
  expect_refused({test::made_pipe(folder_.path("pipe"))}, "pipe: cannot be read twice");
  expect_refused({day_, "--rounds", "0"}, "--rounds 0: must be 3 to 100");
  expect_refused({day_, "--rounds", "101"}, "--rounds 101: must be 3 to 100");
  expect_refused({day_, "--shards", "99"}, "'99' is no number from 0 to 64");
  expect_refused({day_, "--shards", "0,,1"}, "'' is no number");
  expect_refused({day_, "--shards", "auto"}, "'auto' is no number");
  expect_refused({day_, "--batch", "0"}, "--batch 0: must be 1 to 1024");
  expect_refused({day_, "--wait", "sleep"}, "--wait sleep: must be");
  expect_refused({day_, "--format", "itch5"}, "did you mean itch50?");
  expect_refused({day_, "--round", "3"}, "did you mean --rounds?");
}

TEST_F(BenchThroughput, IsOneOfTheBenchmarksThatBenchAloneTellsOf) {
  const Outcome alone = command_.run({"bench"});
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_TRUE(alone.says("tapedeck bench")) << alone.err;
  EXPECT_TRUE(alone.says("throughput")) << alone.err;
  EXPECT_EQ(alone.out, "");
  const Outcome mistyped = command_.run({"bench", "troughput", day_});
  EXPECT_EQ(mistyped.exit_code, 2);
  EXPECT_TRUE(mistyped.says("did you mean throughput?")) << mistyped.err;
}

TEST_F(BenchThroughput, IsQuietWhenNobodyReads) {
  const std::string command =
      command_.binary() + " bench throughput '" + day_ + "' --rounds 3 --watch 10ms";
  EXPECT_EQ(std::system(("{ " + command + " 2>'" + folder_.path("err") + "'; echo $? >'" +
                         folder_.path("code") + "'; } | true")
                            .c_str()),
            0);
  const std::string code = test::file_content(folder_.path("code"));
  EXPECT_TRUE(code == "0\n" || code == "4\n") << code;
  EXPECT_EQ(test::file_content(folder_.path("err")).find("error"), std::string::npos);
}

class InterruptedBench : public BenchThroughput {
 protected:
  InterruptedBench() : BenchThroughput(200'000) {}

  // Processes that have `path` and the command's name among their arguments.
  static int replays_of(const std::string& path) {
    int found = 0;
    for (const auto& process : std::filesystem::directory_iterator{"/proc"}) {
      const std::string arguments = test::file_content(process.path() / "cmdline");
      found += arguments.find(path) != std::string::npos &&
               arguments.find(std::string{"\0replay\0", 8}) != std::string::npos;
    }
    return found;
  }
};

TEST_F(InterruptedBench, EndsWithoutFiguresAndLeavesNoRunBehind) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const Outcome run =
        command_.run_and_signal({"bench", "throughput", day_, "--rounds", "100", "--watch", "10ms"},
                                signal, std::chrono::milliseconds{500});
    EXPECT_EQ(run.exit_code, 128 + signal) << run.err;
    EXPECT_EQ(run.out, "");
    EXPECT_TRUE(run.says("stopped by a signal")) << run.err;
    EXPECT_EQ(replays_of(day_), 0);
  }
}

}  // namespace
}  // namespace tapedeck
