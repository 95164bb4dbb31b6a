// The live table on a terminal with a shell: Ctrl-Z, fg, bg, Ctrl-C and other sizes.
#include <algorithm>
#include <chrono>
#include <regex>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/terminal.hpp"
#include "tools/cli/display_width.hpp"

namespace tapedeck {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::string kFrameEnd = "\x1b[J";

// The lines of a frame, without codes.
std::vector<std::string> lines_of(const std::string& frame) {
  static const std::regex kCodes{"\x1b\\[[0-9]*[A-Za-z]"};
  std::vector<std::string> lines;
  std::string rest = std::regex_replace(frame, kCodes, "");
  std::erase(rest, '\r');
  for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
    lines.push_back(rest.substr(0, end));
    rest.erase(0, end + 1);
  }
  return lines;
}

std::string last_colour_in(const std::string& shown) {
  static const std::regex kColours{"\x1b\\[[0-9;]*m"};
  std::string last;
  for (std::sregex_iterator at{shown.begin(), shown.end(), kColours}, end; at != end; ++at) {
    last = at->str();
  }
  return last;
}

void expect_fits(const std::string& frame, std::size_t columns, std::size_t rows) {
  const std::vector<std::string> lines = lines_of(frame);
  EXPECT_LT(lines.size(), rows);
  for (const std::string& line : lines) EXPECT_LT(tools::display_width(line), columns) << line;
}

class LiveTerminal : public ::testing::Test {
 protected:
  [[nodiscard]] std::string market(const std::string& options) const {
    return command_.binary() + " simulate --instruments 40 --rate 5k --seed 3 --json " + options +
           " > " + out() + "\n";
  }
  [[nodiscard]] std::string out() const { return folder_.path("out.json"); }
  [[nodiscard]] nlohmann::json results() const {
    return nlohmann::json::parse(test::file_content(out()), nullptr, false);
  }
  // Waits for a frame that follows another, so that the table is on the screen.
  std::string frame_after_frame(test::Terminal& terminal) {
    (void)terminal.wait_for("SIM1");
    (void)terminal.wait_for(kFrameEnd);
    return terminal.wait_for(kFrameEnd);
  }
  std::string exit_code(test::Terminal& terminal) {
    (void)terminal.wait_for("ready$ ");
    terminal.type("echo code=$?.\n");
    (void)terminal.wait_for("\ncode=");
    return terminal.wait_for(".");
  }

  const test::TemporaryFolder folder_{"live-terminal"};
  test::Command command_{folder_};
};

TEST_F(LiveTerminal, CtrlZLeavesACleanScreenAndTheRunGoesOnWhereItWas) {
  test::Terminal terminal{80, 24};
  const auto began = Clock::now();
  terminal.type(market("--duration 4s --strategy vwap"));
  expect_fits(frame_after_frame(terminal), 80, 24);
  terminal.type("\x1a");
  const std::string stopping = terminal.wait_for("Stopped");
  const std::size_t cleared = stopping.rfind("A" + kFrameEnd);
  ASSERT_NE(cleared, std::string::npos) << "the table is removed";
  EXPECT_EQ(stopping.find("SIM1", cleared), std::string::npos);
  (void)terminal.wait_for("ready$ ");
  const auto stopped = Clock::now();
  EXPECT_EQ(terminal.shown_within(1500ms), "") << "a process that is stopped draws nothing";
  const auto gone_on = Clock::now();
  terminal.resize(40, 8);
  terminal.type("fg\n");
  std::string first = terminal.wait_for(kFrameEnd);
  first.erase(0, first.find(".json") + 7);  // what the shell says of the job
  EXPECT_EQ(first.find("A"), std::string::npos) << "drawn anew, below the shell's output";
  expect_fits(first, 40, 8);
  expect_fits(frame_after_frame(terminal), 40, 8);
  EXPECT_EQ(exit_code(terminal), "0.");
  const std::chrono::duration<double> run_at_most = Clock::now() - began - (gone_on - stopped);
  EXPECT_LE(results()["elapsed_s"].get<double>(), run_at_most.count())
      << "the time of the stop does not count";
  EXPECT_EQ(results()["digest"],
            command_
                .run({"simulate", "--instruments", "40", "--rate", "5k", "--seed", "3", "--speed",
                      "max", "--duration", "4s", "--json"})
                .json()["digest"]);
}

TEST_F(LiveTerminal, InTheBackgroundDrawsNothing) {
  test::Terminal terminal{80, 24};
  terminal.type(market("--duration 60s"));
  (void)frame_after_frame(terminal);
  terminal.type("\x1a");
  (void)terminal.wait_for("Stopped");
  (void)terminal.wait_for("ready$ ");
  terminal.type("bg\n");
  (void)terminal.wait_for("ready$ ");
  EXPECT_EQ(terminal.shown_within(1s), "");
  terminal.type("fg\n");
  std::string first = terminal.wait_for(kFrameEnd);
  first.erase(0, first.find(".json") + 7);
  EXPECT_EQ(first.find("A"), std::string::npos) << "drawn anew, below the shell's output";
  terminal.type("\x03");
  EXPECT_EQ(exit_code(terminal), "130.");
}

TEST_F(LiveTerminal, CtrlCLeavesACleanScreen) {
  test::Terminal terminal{80, 24};
  terminal.type(market("--duration 60s"));
  (void)frame_after_frame(terminal);
  terminal.type("\x03");
  const std::string ending = terminal.wait_for("ready$ ");
  const std::size_t cleared = ending.rfind("A" + kFrameEnd);
  ASSERT_NE(cleared, std::string::npos);
  EXPECT_EQ(ending.find("SIM1", cleared), std::string::npos);
  EXPECT_TRUE(last_colour_in(ending) == "\x1b[0m" || last_colour_in(ending) == "\x1b[m")
      << "no colour stays";
  EXPECT_NE(results()["digest"], nullptr);
  terminal.type("echo code=$?.\n");
  (void)terminal.wait_for("\ncode=");
  EXPECT_EQ(terminal.wait_for("."), "130.");
}

TEST_F(LiveTerminal, FollowsTheTerminalsSize) {
  test::Terminal terminal{80, 24};
  terminal.type(market("--duration 60s"));
  (void)frame_after_frame(terminal);
  for (const auto& [columns, rows] : std::vector<std::pair<unsigned short, unsigned short>>{
           {120, 40}, {40, 12}, {20, 5}, {200, 50}, {80, 3}}) {
    terminal.resize(columns, rows);
    (void)terminal.shown_within(500ms);  // frames that were laid out before
    (void)terminal.wait_for(kFrameEnd);
    const std::string frame = terminal.wait_for(kFrameEnd);
    expect_fits(frame, columns, rows);
    // Two head lines and 40 instruments, where they fit.
    EXPECT_EQ(lines_of(frame).size(), std::min<std::size_t>(rows - 1U, 42)) << rows;
  }
  terminal.type("\x03");
  EXPECT_EQ(exit_code(terminal), "130.");
}

}  // namespace
}  // namespace tapedeck
