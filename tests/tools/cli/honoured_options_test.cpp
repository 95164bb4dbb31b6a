// Every option that a command takes, it honours: a value that cannot be right is refused, by name,
// before anything runs. A command that ignores the option would run, and fail this test.
// option_table_test.cpp shows that a command refuses the options of other commands.
#include <regex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::test {
namespace {

class HonouredOptions : public ::testing::Test {
 protected:
  struct Option {
    std::string name;
    bool takes_value;
  };

  [[nodiscard]] std::vector<Option> options_of(const std::vector<std::string>& command) {
    std::vector<std::string> words = command;
    words.emplace_back("--help");
    const std::string help = command_.run(words).out;
    std::vector<Option> options;
    static const std::regex kOption{R"(\n  (?:-[a-zA-Z],)?(--[a-z-]+)(?:,--[a-z-]+)*( [^ \n])?)"};
    for (std::sregex_iterator at{help.begin(), help.end(), kOption}, end; at != end; ++at) {
      if ((*at)[1] != "--help") options.push_back({(*at)[1], (*at)[2].matched});
    }
    return options;
  }

  // `rest`: what the command needs besides.
  void expect_refusals(const std::vector<std::string>& command,
                       const std::vector<std::string>& rest) {
    for (const Option& option : options_of(command)) {
      // LOBSTER's files do not know the name that the user gives.
      if (!option.takes_value || (option.name == "--symbol" && command.back() == "lobster"))
        continue;
      // No number, time or known name, and no path either, because it lies within a file. Symbols
      // may have any name, but no blank.
      const std::string value = option.name == "--symbols" ? " A" : day_ + "/none";
      std::vector<std::string> words = command;
      for (std::size_t i = 0; i < rest.size(); ++i) {
        // An option that the command needs is given once.
        if (rest[i] == option.name) {
          ++i;
        } else {
          words.push_back(rest[i]);
        }
      }
      words.push_back(option.name);
      words.push_back(value);
      const Outcome run = command_.run(words);
      const std::string what = command.back() + " " + option.name;
      EXPECT_EQ(run.exit_code, 2) << what << ": " << run.err;
      EXPECT_TRUE(run.says(option.name) || run.says(value)) << what << ": " << run.err;
      EXPECT_EQ(run.out, "") << what;
      ++refused_;
    }
  }

  [[nodiscard]] std::string written_day() const {
    ItchDay day;
    day.system('O').directory(1, "A").add(1, "A", 1, 'B', 100, 10'000);
    const Bytes bytes = day.bytes();
    return folder_.write("day.itch", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }

  TemporaryFolder folder_{"options"};
  Command command_{folder_};
  std::string day_ = written_day();
  int refused_ = 0;
};

TEST_F(HonouredOptions, RefuseAValueThatCannotBeRight) {
  expect_refusals({"replay"}, {day_});
  expect_refusals({"batch"}, {day_, "--out-dir", folder_.path("results")});
  expect_refusals({"simulate"}, {"--events", "10", "--rate", "max"});
  expect_refusals({"convert"}, {day_, "--out", folder_.path("out.itch")});
  expect_refusals({"inspect"}, {day_});
  expect_refusals({"cat"}, {day_});
  expect_refusals({"symbols"}, {day_});
  expect_refusals({"book"}, {day_});
  expect_refusals({"diff"}, {day_, day_});
  expect_refusals({"verify", "itch"}, {day_});
  expect_refusals({"bench", "throughput"}, {day_, "--rounds", "3"});
  expect_refusals({"bench", "latency"}, {day_, "--duration", "10ms"});
  expect_refusals({"bench", "saturate"}, {day_, "--duration", "10ms"});
  EXPECT_GT(refused_, 150);
}

TEST_F(HonouredOptions, OfSnapshotsAreRefusedWhereNoneAreMade) {
  const std::string all = folder_.path("results");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"replay", day_},
        {"batch", day_, "--out-dir", all},
        {"simulate", "--events", "10", "--rate", "max"}}) {
    for (const std::vector<std::string>& option :
         {std::vector<std::string>{"--rows", "all"}, {"--depth", "5"}, {"--as", "csv"}}) {
      std::vector<std::string> words = command;
      words.insert(words.end(), option.begin(), option.end());
      const Outcome run = command_.run(words);
      EXPECT_EQ(run.exit_code, 2) << command.front() << " " << option.front();
      EXPECT_TRUE(run.says(option.front())) << run.err;
    }
  }
}

TEST_F(HonouredOptions, TakeCountsAsPeopleTypeThem) {
  const std::string out = folder_.path("books.csv");
  for (const std::vector<std::string>& count : {std::vector<std::string>{"--depth", "1e1"},
                                                {"--depth", "1K"},
                                                {"--batch", "1,000"},
                                                {"--max-ratio", "2k"}}) {
    std::vector<std::string> typed{"replay", day_, "--snapshot-every", "1s", "--out", out};
    typed.insert(typed.end(), count.begin(), count.end());
    const Outcome run = command_.run(typed);
    EXPECT_EQ(run.exit_code, 0) << count.back() << ": " << run.err;
  }
}

TEST_F(HonouredOptions, AreRefusedInWordsThatNameTheMistake) {
  const auto said = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"replay", day_});
    const Outcome run = command_.run(words);
    EXPECT_EQ(run.exit_code, 2) << run.err;
    return run.err.substr(0, run.err.find('\n'));
  };
  EXPECT_EQ(said({"--depth", "-3"}),
            "tapedeck: --depth -3: must be a whole number like 5 or 1k that is not too large");
  EXPECT_EQ(said({"--depth"}), "tapedeck: --depth: needs a value");
  EXPECT_EQ(said({"--out", "a.csv", "--out", "b.csv"}),
            "tapedeck: --out: given twice; give it once");
}

TEST_F(HonouredOptions, OfVerifyLobsterToo) {
  const std::string messages =
      folder_.write("A_2012-06-21_34200000_57600000_message_1.csv", "34200.1,1,1,100,1000000,1\n");
  const std::string book = folder_.write("book.csv", "9999999999,0,1000000,100\n");
  expect_refusals({"verify", "lobster"}, {"--messages", messages, "--orderbook", book});
  EXPECT_EQ(refused_, 6);
}

}  // namespace
}  // namespace tapedeck::test
