// Options from a TOML file: what they become, and how mistakes are told.
#include "tools/cli/config_file.hpp"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include "tests/support/temporary_folder.hpp"
#include "tools/cli/error.hpp"
#include "tools/commands.hpp"

namespace tapedeck::tools {
namespace {

using Words = std::vector<std::string>;

class ConfigFileTest : public ::testing::Test {
 protected:
  Words with(const std::string& content, Words words) {
    const std::string path = folder_.write("options.toml", content);
    words.insert(words.end(), {"--config", path});
    return with_config_file(words, tree_);
  }
  void expect_refused(const std::string& content, const std::string& because,
                      const std::string& never = "nothing to say") {
    try {
      (void)with(content, {"replay", "day.itch"});
      ADD_FAILURE() << content;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string{error.what()}.find(because), std::string::npos) << error.what();
      EXPECT_EQ(std::string{error.what()}.find(never), std::string::npos) << error.what();
    }
  }

  test::TemporaryFolder folder_{"config"};
  CLI::App app_{"", "tapedeck"};
  Commands commands_{app_};
  CommandEntry tree_ = tree_of(app_);
};

TEST_F(ConfigFileTest, ReadsTextsNumbersFlagsListsAndDays) {
  EXPECT_EQ(with(R"([replay]
date = 2019-12-30
json = true
parallel = false
shards = 2
speed = 0.5
strategy = ["vwap", "bars:interval=1s"]
out = 'a b.csv'
)",
                 {"replay", "day.itch"}),
            (Words{"replay", "--date=2019-12-30", "--json", "--out=a b.csv", "--shards=2",
                   "--speed=0.5", "--strategy=vwap", "--strategy=bars:interval=1s", "day.itch"}));
}

TEST_F(ConfigFileTest, GivesACommandOnlyItsOwnOptions) {
  const std::string file = "[replay]\nshards = 2\n[bench.latency]\nrate = '5k'\n";
  EXPECT_EQ(with(file, {"bench", "latency", "-q"}), (Words{"bench", "latency", "--rate=5k", "-q"}));
  EXPECT_EQ(with(file, {"simulate"}), (Words{"simulate"}));
  EXPECT_EQ(with(file, {}), Words{});
}

TEST_F(ConfigFileTest, LetsTheCommandLinePrecede) {
  const std::string file =
      "[replay]\nshards = 2\nquiet = true\nout = 'a.csv'\nimages = '1m'\nstate = 's.csv'\n";
  EXPECT_EQ(
      with(file, {"replay", "--shards=0", "-q", "-o", "b.csv", "--checkpoints", "1s"}),
      (Words{"replay", "--state=s.csv", "--shards=0", "-q", "-o", "b.csv", "--checkpoints", "1s"}));
}

TEST_F(ConfigFileTest, LeavesWordsWithoutAFileAsTheyAre) {
  const Words words{"replay", "day.itch", "--", "--config", "x"};
  EXPECT_EQ(with_config_file(words, tree_), words);
}

TEST_F(ConfigFileTest, NamesTheLineAndTheNearestKey) {
  expect_refused("[replay]\n\nshrads = 2\n",
                 "line 3: shrads: replay has no such option; did you mean shards?");
  expect_refused("[bench.latncy]\nrate = 1\n",
                 "line 1: latncy: bench has no such option; did you "
                 "mean latency?");
  expect_refused("[simulate]\n[simulat]\n",
                 "line 2: simulat: no command has this name; did you mean simulate?");
  expect_refused("colour = 1\n", "line 1: colour: no command has this name");
  expect_refused("[replay]\nhelp = true\n", "line 2: help: replay has no such option");
  expect_refused("[replay]\nconfig = 'x'\n", "line 2: config: replay has no such option");
  for (const std::string key : {"help", "config"}) {
    expect_refused("[replay]\n" + key + " = 'x'\n", "has no such option", "mean " + key);
  }
  expect_refused("[replay]\n-j = true\n", "has no such option");
}

TEST_F(ConfigFileTest, SaysWhereAnOptionWithoutItsCommandBelongs) {
  const std::string where = ": an option stands in the table of its command; put it below a line ";
  expect_refused("shards = 1\n", "line 1: shards" + where + "like [replay]");
  expect_refused("[bench]\nrate = 1\n", "line 2: rate" + where + "like [bench.latency]");
}

TEST_F(ConfigFileTest, NamesTheFirstOfSeveralMistakes) {
  expect_refused("[replay]\nsahrds = 1\nbtach = 1\n", "line 2: sahrds");
  expect_refused("[simulate]\nrtae = 1\n[replay]\nshrads = 1\n", "line 2: rtae");
}

TEST_F(ConfigFileTest, RefusesValuesOfAnotherKind) {
  expect_refused("[replay]\njson = 'yes'\n", "line 2: json: must be true or false");
  expect_refused("[replay]\nshards = true\n", "line 2: shards: must be a text like \"10s\"");
  expect_refused("[replay]\nshards = [[1]]\n", "line 2: shards: must be a text");
  expect_refused("[replay]\nshards = {a = 1}\n", "line 2: shards: must be a text");
  expect_refused("replay = 3\n", "line 1: replay: must be a table of options");
  expect_refused("[replay]\nshards = \n", "line 2: ");
  expect_refused("[replay]\nshards = 1\nshards = 2\n", "line 3: ");
  expect_refused(std::string(2 << 20, '#'), "more than 1 MiB");
}

TEST_F(ConfigFileTest, RefusesFilesThatCannotBeRead) {
  EXPECT_THROW((void)with_config_file({"replay", "--config", folder_.path("none")}, tree_),
               UsageError);
  EXPECT_THROW((void)with_config_file({"replay", "--config"}, tree_), UsageError);
  EXPECT_THROW((void)with_config_file({"replay", "--config=a", "--config=b"}, tree_), UsageError);
}

}  // namespace
}  // namespace tapedeck::tools
