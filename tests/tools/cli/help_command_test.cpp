// --help as its reader sees it: 80 columns, `tapedeck help`, short names, examples that work.
#include <filesystem>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/shell.hpp"

namespace tapedeck {
namespace {

using test::Outcome;
using Words = std::vector<std::string>;

const std::vector<Words> kCommands{{"replay"},
                                   {"batch"},
                                   {"simulate"},
                                   {"cat"},
                                   {"symbols"},
                                   {"convert"},
                                   {"inspect"},
                                   {"book"},
                                   {"diff"},
                                   {"verify", "itch"},
                                   {"verify", "lobster"},
                                   {"bench", "throughput"},
                                   {"bench", "latency"},
                                   {"bench", "saturate"},
                                   {"bench", "compare"},
                                   {"doctor"},
                                   {"strategies"},
                                   {"help"},
                                   {"completion"},
                                   {"man"}};

class Help : public ::testing::Test {
 protected:
  Outcome of(Words words) {
    words.emplace_back("--help");
    return command_.run(words);
  }
  // The lines to type under "Examples:".
  [[nodiscard]] Words examples_of(const Words& command) {
    const std::string help = of(command).out;
    static const std::regex kLine{R"(\n  ([^ \n][^\n]*)\n      [^\n]+)"};
    Words lines;
    const std::size_t at = help.find("\nExamples:\n");
    if (at == std::string::npos) return lines;
    const std::string text = help.substr(at + 10);
    for (std::sregex_iterator found{text.begin(), text.end(), kLine}, end; found != end; ++found) {
      lines.push_back((*found)[1]);
    }
    return lines;
  }

  test::TemporaryFolder folder_{"help"};
  test::Command command_{folder_};
};

TEST_F(Help, HasLinesOfAtMostEightyColumns) {
  std::vector<Words> commands = kCommands;
  commands.insert(commands.end(), {{}, {"bench"}, {"verify"}});
  for (const Words& command : commands) {
    const Outcome help = of(command);
    EXPECT_EQ(help.exit_code, 0) << help.err;
    std::istringstream lines{help.out};
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  }
}

TEST_F(Help, HasExamplesEverywhere) {
  std::set<std::string> all;
  for (const Words& command : kCommands) {
    const Words lines = examples_of(command);
    EXPECT_FALSE(lines.empty()) << command.back();
    all.insert(lines.begin(), lines.end());
  }
  // Those of the program and of its groups are examples of their commands, which a test runs.
  for (const auto& [group, number] :
       std::vector<std::pair<Words, std::size_t>>{{{}, 4}, {{"bench"}, 4}, {{"verify"}, 2}}) {
    const Words lines = examples_of(group);
    EXPECT_EQ(lines.size(), number);
    for (const std::string& line : lines) EXPECT_TRUE(all.contains(line)) << line;
  }
}

TEST_F(Help, IsTheSameByHelpAndByTheCommand) {
  const auto behind_usage = [](const std::string& text) {
    return text.substr(text.find('\n', text.find("Usage:")));
  };
  for (Words command : kCommands) {
    const Outcome by_option = of(command);
    command.insert(command.begin(), "help");
    const Outcome by_command = command_.run(command);
    EXPECT_EQ(by_command.exit_code, 0) << by_command.err;
    EXPECT_EQ(behind_usage(by_command.out), behind_usage(by_option.out));
  }
  EXPECT_NE(command_.run({"help"}).out.find("Subcommands:\n  replay"), std::string::npos);
  EXPECT_NE(command_.run({"help", "bench", "latency"}).out.find("Usage: tapedeck bench latency"),
            std::string::npos);
}

TEST_F(Help, RefusesUnknownCommandsWithTheNearest) {
  for (const Words& words :
       {Words{"help", "replya"}, Words{"replya", "--help"}, Words{"help", "bench", "latncy"}}) {
    test::expect_refused(command_.run(words), "did you mean");
  }
}

TEST_F(Help, TakesShortNames) {
  EXPECT_EQ(command_.run({"-V"}).out, command_.run({"--version"}).out);
  const std::string out = folder_.path("rows.csv");
  const Outcome run = command_.run(
      {"simulate", "--events", "100", "--rate", "max", "-q", "--snapshot-every", "1ms", "-o", out});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_TRUE(std::filesystem::exists(out));
}

TEST_F(Help, ReadsOptionsFromAFileForEveryCommand) {
  const std::string config = folder_.write(
      "options.toml", "[simulate]\nrate = \"max\"\nevents = 500\n[inspect]\njson = true\n");
  const std::string day = folder_.path("day.itch");
  const Outcome made = command_.run({"simulate", "--config", config, "--record", day, "--json"});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_TRUE(made.json()["pace"].is_null());
  EXPECT_EQ(command_.run({"inspect", day, "--config=" + config}).json()["messages"],
            made.json()["messages"]);
  const std::string bad = folder_.write("bad.toml", "[simulate]\nevnts = 5\n");
  test::expect_refused(command_.run({"inspect", day, "--config", bad}),
                       "line 2: evnts: simulate has no such option; did you mean events?");
}

// In the order of the commands, in an empty folder. Left out are those that need what the folder
// does not have, or measure for long.
TEST_F(Help, HasExamplesThatWork) {
  int run = 0;
  Words lines;
  for (const Words& first : {Words{"simulate"}, Words{"replay"}}) {
    for (std::string& line : examples_of(first)) lines.push_back(std::move(line));
  }
  for (const Words& command : kCommands) {
    if (command.front() == "simulate" || command.front() == "replay") continue;
    for (std::string& line : examples_of(command)) lines.push_back(std::move(line));
  }
  static const std::regex kLeftOut{
      "tapedeck simulate|tapedeck doctor|.*(verify lobster|bench compare|bench saturate|"
      "completion|man -l).*"};
  const std::string program = std::filesystem::absolute(std::getenv("TAPEDECK_BINARY"));
  for (const std::string& line : lines) {
    if (std::regex_match(line, kLeftOut)) continue;
    std::string words = line.substr(std::string{"tapedeck"}.size());
    if (words.starts_with(" bench")) words += " --watch 10ms";
    const test::CommandResult done = test::run_command(
        "cd " + test::quoted(folder_.path("")) + " && " + test::quoted(program) + words + " 2>&1");
    // A benchmark on a busy machine is not valid.
    const bool is_fine = done.code == 0 || (words.starts_with(" bench") && done.code == 4);
    EXPECT_TRUE(is_fine) << line << ": " << done.code << "\n" << done.output;
    ++run;
  }
  EXPECT_GE(run, 14);
}

}  // namespace
}  // namespace tapedeck
