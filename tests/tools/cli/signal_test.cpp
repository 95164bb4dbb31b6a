// SIGHUP, SIGINT and SIGTERM at random moments: every run ends, in time, with the promised exit
// code and results that are whole. Runs the built command.
#include <array>
#include <csignal>

#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/command.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/shell.hpp"

namespace tapedeck {
namespace {

const int kMoments = static_cast<int>(test::starts(40, 80, 200));
const u64 kSpreadUs = test::command_is_sanitized() ? 400'000 : 120'000;

TEST(Signals, AnyMomentEndsTheRunInOrder) {
  const test::TemporaryFolder folder{"signals"};
  test::Command command{folder};
  const std::string path = folder.path("day.itch");
  test::FileWriter writer{path};
  test::write_demo_flow(writer, {400'000, 50, 3});
  writer.close();

  Random random{20260101};
  int interrupted = 0, summaries = 0;
  for (int i = 0; i < kMoments; ++i) {
    const u64 after = random.below(kSpreadUs);
    const int signal = std::array{SIGHUP, SIGINT, SIGTERM}[random.below(3)];
    const std::string shards = std::to_string(random.below(4));
    const auto began = std::chrono::steady_clock::now();
    const test::Outcome run = command.run_and_signal(
        {"replay", path, "--json", "--shards", shards, "--batch", random.chance(0.5) ? "1" : "256"},
        signal, std::chrono::microseconds{after});
    const auto took = std::chrono::steady_clock::now() - began;
    // Done before the signal came, or ended by it: nothing else.
    ASSERT_TRUE(run.exit_code == 0 || run.exit_code == 128 + signal)
        << "moment " << i << ": exit " << run.exit_code << "\n"
        << run.err;
    EXPECT_LT(took, std::chrono::seconds{30}) << "moment " << i;
    interrupted += run.exit_code != 0 ? 1 : 0;
    if (run.exit_code == 0 || !run.out.empty()) {
      ASSERT_FALSE(run.json().is_discarded()) << "moment " << i << ": a torn summary";
      ++summaries;
    }
  }
  EXPECT_GT(interrupted, kMoments / 10)
      << "hardly any run was interrupted: the test proves nothing";
  EXPECT_GT(summaries, kMoments / 10);
}

TEST(Signals, AConversionEndsBetweenTwoMessages) {
  const test::TemporaryFolder folder{"signals-convert"};
  test::Command command{folder};
  const std::string path = folder.path("day.itch");
  const std::string out = folder.path("out.itch");
  test::FileWriter writer{path};
  test::write_demo_flow(writer, {400'000, 50, 3});
  writer.close();
  const std::string day = test::file_content(path);

  // Moments of all that a conversion takes here, whatever else keeps the machine busy.
  const auto began = std::chrono::steady_clock::now();
  const std::vector<std::string> words{"convert", path, "--out", out, "--force", "--json"};
  ASSERT_EQ(command.run(words).exit_code, 0);
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - began);

  Random random{20260102};
  int interrupted = 0;
  for (int i = 0; i < kMoments / 4; ++i) {
    const auto after = std::chrono::microseconds{random.below(static_cast<u64>(whole.count()) + 1)};
    const test::Outcome run = command.run_and_signal(words, SIGTERM, after);
    ASSERT_TRUE(run.exit_code == 0 || run.exit_code == 128 + SIGTERM) << run.exit_code << run.err;
    if (run.out.empty()) continue;  // the signal came before the watch for it
    ASSERT_FALSE(run.json().is_discarded()) << run.out;
    interrupted += run.exit_code != 0 ? 1 : 0;
    EXPECT_EQ(run.json()["complete"], run.exit_code == 0);
    const u64 bytes = run.json()["bytes"];
    EXPECT_TRUE(test::file_content(out) == day.substr(0, bytes)) << "moment " << i;
  }
  EXPECT_GT(interrupted, 0) << "no run was interrupted: the test proves nothing";
}

// A terminal that is lost ends a recording as SIGTERM does: what was read is on the tape, and it is
// closed. Under nohup, which ignores the signal, it is not heard.
TEST(Signals, ALostTerminalClosesWhatIsRecorded) {
  const test::TemporaryFolder folder{"signals-hangup"};
  test::Command command{folder};
  const std::string tape = folder.path("live.tape");
  const test::Outcome run = command.run_and_signal(
      {"simulate", "--rate", "20k", "--duration", "60s", "--record", tape, "--json"}, SIGHUP,
      std::chrono::milliseconds{500});
  EXPECT_EQ(run.exit_code, 129) << run.err;
  ASSERT_FALSE(run.json().is_discarded());
  const test::Outcome replayed = command.run({"replay", tape, "--json"});
  EXPECT_EQ(replayed.exit_code, 0) << replayed.err;
  EXPECT_EQ(replayed.json()["messages"], run.json()["messages"]);
  EXPECT_FALSE(replayed.says("was not closed")) << replayed.err;

  const test::CommandResult deaf =
      test::run_command("nohup " + command.binary() +
                        " simulate --rate 20k --duration 2s --json 2>/dev/null & "
                        "sleep 0.7; kill -HUP $!; wait $!");
  EXPECT_EQ(deaf.code, 0) << deaf.output;
}

}  // namespace
}  // namespace tapedeck
