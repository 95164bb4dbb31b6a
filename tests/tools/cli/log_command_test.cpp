// --log-level and --log-file: what is logged where, and that no file but a log is appended to.
#include <regex>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/shell.hpp"

namespace tapedeck {
namespace {

using test::Outcome;

class Log : public ::testing::Test {
 protected:
  // Warns that one of the instruments does not occur.
  Outcome replay(std::vector<std::string> more) {
    if (day_.empty()) {
      day_ = folder_.path("day.itch");
      EXPECT_EQ(command_.run({"simulate", "--events", "200", "--rate", "max", "--record", day_})
                    .exit_code,
                0);
    }
    more.insert(more.begin(), {"replay", day_, "--symbols", "SIM1,NONE"});
    return command_.run(more);
  }

  test::TemporaryFolder folder_{"log"};
  test::Command command_{folder_};
  std::string day_;
};

TEST_F(Log, HasTimesWhereStandardErrorIsNoTerminal) {
  static const std::regex kLine{
      R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z tapedeck: warning: [^\n]*NONE[^\n]*\n)"};
  const Outcome run = replay({});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_TRUE(std::regex_search(run.err, kLine)) << run.err;
}

TEST_F(Log, LeavesOutWhatIsLessSevere) {
  EXPECT_TRUE(replay({"--log-level", "warning"}).says("NONE"));
  EXPECT_FALSE(replay({"--log-level", "error"}).says("NONE"));
  EXPECT_FALSE(replay({"--log-level", "off"}).says("NONE"));
  test::expect_refused(replay({"--log-level", "warnin"}), "did you mean warning?");
}

TEST_F(Log, GoesToAFileTooWhichGrows) {
  const std::string log = folder_.path("run.log");
  EXPECT_TRUE(replay({"--log-file", log}).says("NONE"));
  const std::string first = test::file_content(log);
  EXPECT_TRUE(first.starts_with("# log of tapedeck\n")) << first;
  EXPECT_NE(first.find("Z tapedeck: warning: "), std::string::npos) << first;
  EXPECT_EQ(first.find('\x1b'), std::string::npos);
  EXPECT_EQ(replay({"--log-file", log}).exit_code, 0);
  const std::string both = test::file_content(log);
  EXPECT_TRUE(both.starts_with(first));
  EXPECT_GT(both.size(), first.size());
}

TEST_F(Log, HasNoEscapeCodesOnATerminalThatIsDumb) {
  const char* const program = std::getenv("TAPEDECK_BINARY");
  const auto drawn = [&](const std::string& terminal) {
    const test::CommandResult run =
        test::run_command("TERM=" + terminal + " NO_COLOR=1 script -qec " +
                          test::quoted("stty rows 24 cols 100; " + std::string{program} +
                                       " simulate --duration 700ms --rate 2k") +
                          " /dev/null 2>&1");
    EXPECT_EQ(run.code, 0) << run.output;
    return run.output;
  };
  EXPECT_EQ(drawn("dumb").find('\x1b'), std::string::npos);
  EXPECT_NE(drawn("xterm").find("\x1b[K"), std::string::npos) << "a live table draws over itself";
}

TEST_F(Log, AppendsToNoFileThatIsNoLog) {
  (void)replay({});
  const std::string before = test::file_content(day_);
  test::expect_refused(replay({"--log-file", day_}), "is no log of tapedeck");
  EXPECT_EQ(test::file_content(day_), before);
  test::expect_refused(replay({"--log-file", folder_.path("none/x.log")}), "cannot be written");
}

}  // namespace
}  // namespace tapedeck
