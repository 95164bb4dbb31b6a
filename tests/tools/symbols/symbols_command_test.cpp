// `tapedeck symbols` as its user runs it: every instrument, with the counts of its messages.
#include <gtest/gtest.h>

#include "tests/support/conversion.hpp"
#include "tests/support/itch_flow.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;

class Symbols : public test::Conversion {
 protected:
  Symbols() : Conversion("symbols") {}

  Outcome symbols(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "symbols");
    return command_.run(arguments);
  }
};

TEST_F(Symbols, CountsTheMessagesOfEachInstrument) {
  constexpr u64 kHalfPastNine = 34'200'000'000'000;
  test::ItchDay day;
  day.at(kHalfPastNine).system('O').directory(7, "ACME").directory(8, "BUSY").directory(9, "CALM");
  day.add(7, "ACME", 1, 'B', 100, 1'002'500).execute(7, 1, 40);
  day.add(8, "BUSY", 2, 'S', 5, 200'000).replace(8, 2, 3, 5, 200'000).remove(8, 3).system('C');
  const std::string source = write("2019-12-30.itch", test::text_of(day.bytes()));
  const Outcome run = symbols({source, "--json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  const json list = run.json()["symbols"];
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0]["symbol"], "BUSY");
  EXPECT_EQ(list[0]["messages"], 4);
  EXPECT_EQ(list[1]["symbol"], "ACME");
  EXPECT_EQ(list[1]["source_id"], 7);
  EXPECT_EQ(list[1]["messages"], 3);
  EXPECT_EQ(list[1]["adds"], 1);
  EXPECT_EQ(list[1]["executions"], 1);
  EXPECT_EQ(list[2]["symbol"], "CALM");
  EXPECT_EQ(list[2]["messages"], 1);
  const Outcome text = symbols({source});
  EXPECT_TRUE(text.out.starts_with("# 2019-12-30, US Eastern\nsymbol")) << text.out;
  EXPECT_LT(text.out.find("BUSY"), text.out.find("ACME"));
  EXPECT_LT(text.out.find("ACME"), text.out.find("CALM"));
}

TEST_F(Symbols, AreShownWithTheDayAndTheZoneOfTheirTimes) {
  const std::string day = write("2019-12-30.itch", day_);
  EXPECT_TRUE(symbols({day, "--tz", "UTC"}).out.starts_with("# 2019-12-30, UTC\n"));
  const std::string undated = write("day.itch", day_);
  EXPECT_TRUE(symbols({undated}).out.starts_with("# US Eastern, of an unknown day\n"));
}

TEST_F(Symbols, AreThoseThatAReplayHas) {
  const std::string day = write("2019-12-30.itch", day_);
  const json list = symbols({day, "--json"}).json();
  EXPECT_EQ(list["warnings"], json::array());
  const json warned = symbols({day, "--symbols", "TAAA,NONE", "--json"}).json();
  EXPECT_EQ(warned["warnings"].size(), 1U) << "a symbol that the day has not";
  EXPECT_EQ(list["symbols"].size(), replay({day})["instruments"]);
  EXPECT_EQ(list["complete"], true);
  EXPECT_EQ(symbols({day, "--symbols", "TAAA", "--json"}).json()["symbols"].size(), 1U);
}

TEST_F(Symbols, AreAskedForByPatternsAndInAnyCase) {
  const std::string day = write("2019-12-30.itch", day_);
  const u64 all = symbols({day, "--json"}).json()["symbols"].size();
  for (const std::string words : {"TAAA", "taaa", "TAAA,taaa", "*AAA"}) {
    const Outcome run = symbols({day, "--symbols", words, "--json"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.err, "") << words;
    ASSERT_EQ(run.json()["symbols"].size(), 1U) << words;
    EXPECT_EQ(run.json()["symbols"][0]["symbol"], "TAAA");
  }
  EXPECT_EQ(symbols({day, "--symbol", "TA*", "--json"}).json()["symbols"].size(), all);
  ASSERT_EQ(convert({day}, "day.tape").exit_code, 0);
  EXPECT_EQ(replay({path("day.tape"), "--symbols", "ta?a"})["digest"],
            replay({day, "--symbols", "TAAA"})["digest"]);
}

TEST_F(Symbols, ThatAreNotThereAreToldWithTheNearest) {
  const std::string day = write("2019-12-30.itch", day_);
  const std::string told = "--symbols: TAXA is not in the input; did you mean TAAA?";
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"symbols"}, {"cat"}, {"inspect"}, {"replay"}}) {
    std::vector<std::string> words = command;
    words.insert(words.end(), {day, "--symbols", "TAXA,TAAB"});
    const Outcome run = command_.run(words);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_TRUE(run.says(told)) << command[0] << ": " << run.err;
  }
  const Outcome converted = convert({day, "--symbols", "TAXA"}, "none.csv");
  EXPECT_EQ(converted.exit_code, 3);
  EXPECT_TRUE(converted.says(told)) << converted.err;
  test::expect_refused(command_.run({"book", day, "--symbol", "TAXA"}), "did you mean TAAA?");
  test::expect_refused(command_.run({"book", day, "--symbol", "TA*"}), "means several instruments");
  EXPECT_EQ(command_.run({"book", day, "--symbol", "taaa"}).exit_code, 0);
}

TEST_F(Symbols, NameALobsterFileThatHasNoName) {
  const std::string row = "34200.1,1,1,100,1000000,1\n";
  const auto symbol_of = [&](const std::string& file, const std::string& asked) {
    const Outcome run = symbols({write(file, row), "--symbol", asked, "--json"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return run.json()["symbols"][0]["symbol"];
  };
  EXPECT_EQ(symbol_of("rows.csv", "AAPL"), "AAPL");
  EXPECT_EQ(symbol_of("my_message_1.csv", "AAPL"), "AAPL");
  EXPECT_EQ(symbol_of("AAPL_2012-06-21_message_1.csv", "AAPL"), "AAPL");
  test::expect_refused(symbols({write("AAPL_2012-06-21_message_1.csv", row), "--symbol", "GOOG"}),
                       "holds AAPL only");
  const std::string book = write("book.csv", "9999999999,0,1000000,100\n");
  test::expect_refused(
      command_.run({"verify", "lobster", "--messages", path("AAPL_2012-06-21_message_1.csv"),
                    "--orderbook", book, "--symbol", "GOOG"}),
      "--symbol GOOG: the file is of AAPL");
}

TEST_F(Symbols, OfDamagedInputAreThoseBeforeTheDamage) {
  const Outcome cut = symbols({write("cut.itch", day_.substr(0, day_.size() - 5)), "--json"});
  EXPECT_EQ(cut.exit_code, 3);
  EXPECT_GT(cut.json()["symbols"].size(), 0U);
  EXPECT_EQ(symbols({write("nothing.itch", "")}).exit_code, 3);
}

}  // namespace
}  // namespace tapedeck
