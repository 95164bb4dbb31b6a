// `tapedeck bench saturate` as its user runs it: what it says, never how fast it was.
#include <csignal>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;

class BenchSaturate : public ::testing::Test {
 protected:
  Outcome bench(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"bench", "saturate", "--quiet", "--watch", "10ms"});
    return command_.run(arguments);
  }
  void expect_refused(std::vector<std::string> arguments, const std::string& because) {
    test::expect_refused(bench(std::move(arguments)), because);
  }

  test::TemporaryFolder folder_{"bench-saturate"};
  test::Command command_{folder_};
};

// A busy machine may not keep up with any load: then the run must say so in every way it has.
TEST_F(BenchSaturate, RaisesTheRateFromTheFirstToTheLastAtTheMost) {
  const Outcome run = bench({"--first", "5k", "--last", "15k", "--duration", "60ms", "--warm-up",
                             "20ms", "--limit", "1m", "--json"});
  const json result = run.json();
  ASSERT_TRUE(run.exit_code == 0 || run.exit_code == 4) << run.exit_code << run.err;
  EXPECT_EQ(result["benchmark"], "saturate");
  EXPECT_EQ(result["valid"], run.exit_code == 0);
  // Where others had the cores, there may be a knee, but it does not count.
  if (result["knee_per_s"].is_null()) {
    EXPECT_EQ(run.exit_code, 4);
  }
  EXPECT_EQ(result["limit_ns"], 60 * kNanosPerSecond);
  EXPECT_FALSE(result["noise_after"].empty());
  const json& steps = result["steps"];
  ASSERT_FALSE(steps.empty());
  EXPECT_EQ(steps[0]["offered_per_s"], 5'000);
  for (const json& step : steps) {
    EXPECT_LE(step["offered_per_s"], 15'000);
    EXPECT_EQ(step["within_limit"], step["kept_up"]) << step;
    const double messages = step["offered_per_s"].get<double>() * 0.06;
    EXPECT_NEAR(step["due_to_book"]["count"], messages, 2) << step;
    ASSERT_TRUE(step["queued_events"].is_object());
    EXPECT_GT(step["queued_events"]["looks"], 0);
    EXPECT_LE(step["queued_events"]["mean"], step["queued_events"]["most"]);
  }
}

TEST_F(BenchSaturate, ShowsPeopleATableAndAPlot) {
  const Outcome run = bench(
      {"--first", "5k", "--last", "10k", "--duration", "20ms", "--warm-up", "0", "--limit", "1m"});
  ASSERT_TRUE(run.exit_code == 0 || run.exit_code == 4) << run.exit_code << run.err;
  EXPECT_NE(run.out.find("offered/s"), std::string::npos);
  EXPECT_NE(run.out.find("+-----"), std::string::npos);
  EXPECT_NE(run.out.find("the machine alone"), std::string::npos);
}

// Counts the runs of a process's engines by the threads that its lines have one after the other.
class RunsOfChannels {
 public:
  explicit RunsOfChannels(std::size_t wanted) : wanted_(wanted) {}
  bool operator()(pid_t process) {
    std::error_code gone;  // a thread may end while it is looked at
    const std::string tasks = "/proc/" + std::to_string(process) + "/task";
    for (std::filesystem::directory_iterator task{tasks, gone}, end; task != end;
         task.increment(gone)) {
      if (test::file_content(task->path() / "comm") == "channel 0\n") seen_.insert(task->path());
    }
    return seen_.size() >= wanted_;
  }

 private:
  std::size_t wanted_;
  std::set<std::string> seen_;
};

TEST_F(BenchSaturate, KeepsWhatWasMeasuredWhenItIsStopped) {
  constexpr std::size_t kOfTheFirstStep = 3;  // at most
  const Outcome run = command_.run_and_signal(
      {"bench", "saturate", "--quiet", "--watch", "10ms", "--json", "--first", "1k", "--last", "1G",
       "--duration", "100ms", "--warm-up", "0", "--limit", "1m"},
      SIGINT, RunsOfChannels{kOfTheFirstStep + 1});
  const bool ended_by_itself = run.exit_code == 4 && !run.says("stopped by a signal");
  if (ended_by_itself) GTEST_SKIP() << "this machine keeps up with no load: " << run.out;
  EXPECT_EQ(run.exit_code, 130) << run.err;
  EXPECT_TRUE(run.says("stopped by a signal: measuring the machine again")) << run.err;
  const json result = run.json();
  EXPECT_EQ(result["valid"], false);
  EXPECT_TRUE(result["why_invalid"].get<std::string>().ends_with(
      "stopped by a signal before the search for the knee had ended"));
  ASSERT_FALSE(result["steps"].empty());
  EXPECT_EQ(result["steps"][0]["offered_per_s"], 1'000);
  EXPECT_FALSE(result["noise_after"].empty());
}

TEST_F(BenchSaturate, HasNoFiguresWhenItIsStoppedBeforeTheFirst) {
  const Outcome run = command_.run_and_signal(
      {"bench", "saturate", "--quiet", "--watch", "10ms", "--json"}, SIGTERM, RunsOfChannels{1});
  EXPECT_EQ(run.exit_code, 128 + SIGTERM) << run.err;
  EXPECT_TRUE(run.says("stopped by a signal: there are no figures")) << run.err;
  EXPECT_EQ(run.out, "");
}

TEST_F(BenchSaturate, RefusesWhatCannotBe) {
  expect_refused({"--first", "0"}, "--first 0: must be messages per second");
  expect_refused({"--last", "fast"}, "--last fast: must be messages per second");
  expect_refused({"--first", "1M", "--last", "1M"}, "must be above --first");
  expect_refused({"--percentile", "p95"}, "must be p50, p90, p99, p99.9 or p99.99");
  expect_refused({"--limit", "0"}, "--limit 0");
  expect_refused({"--load", "recorded"}, "sets the rate itself");
  expect_refused({"--duration", "0"}, "--duration 0");
  expect_refused({"--pin", "4096"}, "4096");
  expect_refused({"no-such-file.itch"}, "no-such-file.itch");
  expect_refused({"--framing", "type"}, "--framing: says how files are read");
  expect_refused({"day.itch", "--preset", "thin"}, "--preset: is of the simulated market");
}

}  // namespace
}  // namespace tapedeck
