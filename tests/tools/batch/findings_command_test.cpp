// What a command found in its input, by name: `clean`, `findings`, --fail-on and --strict.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/commands_in_help.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/lossy_lines.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;

class Findings : public ::testing::Test {
 protected:
  std::string written(const std::string& name, test::ItchDay& day) {
    const Bytes bytes = day.bytes();
    return folder_.write(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  std::string clean_day() {
    test::ItchDay day;
    day.system('O').directory(1, "A").add(1, "A", 1, 'B', 100, 10'000).system('C');
    return written("clean.itch", day);
  }
  // An order that nobody added is executed, and the day has no end.
  std::string doubtful_day() {
    test::ItchDay day;
    day.system('O').directory(1, "A").add(1, "A", 1, 'B', 100, 10'000).execute(1, 7, 50);
    return written("doubtful.itch", day);
  }
  // Numbers are missing between its packets.
  std::string gappy_capture() {
    test::ItchDay day;
    day.system('O').directory(1, "A");
    for (u64 id = 1; id <= 200; ++id) day.add(1, "A", id, 'B', 100, 10'000);
    day.system('C');
    const auto lossy = test::lossy_lines(messages_of(day), {.seed = 3, .loss = 0.4});
    EXPECT_GT(lossy.lost, 0U);
    return folder_.write("lossy.pcap", lossy.capture.content());
  }
  static std::vector<Bytes> messages_of(const test::ItchDay& day) {
    std::vector<Bytes> messages;
    for (Bytes left = day.bytes(); !left.empty();) {
      const std::size_t size = load_be<u16>(left.data());
      messages.push_back(left.subspan(2, size));
      left = left.subspan(2 + size);
    }
    return messages;
  }
  // What a command that reads one recording needs for that: `path` is the recording.
  std::vector<std::string> reading(const std::string& command, const std::string& path) {
    std::vector<std::string> words = test::words_of_command(command, {path, "--json"});
    if (command == "diff") words.push_back(path);
    if (command == "batch") words.insert(words.end(), {"--out-dir", folder_.path("results")});
    if (command == "convert") words.insert(words.end(), {"--out", folder_.path("rows.csv")});
    return words;
  }
  std::set<std::string> readers() {
    auto found = test::commands_with(command_, {"--json", "--format"});
    std::erase_if(found, [](const std::string& path) { return path.starts_with("bench"); });
    return found;
  }
  static std::vector<std::string> kinds_of(const json& summary) {
    std::vector<std::string> kinds;
    for (const json& one : summary["findings"]) kinds.push_back(one["kind"]);
    return kinds;
  }
  Outcome replay(const std::string& path, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"replay", path, "--json"});
    return command_.run(more);
  }

  test::TemporaryFolder folder_{"findings"};
  test::Command command_{folder_};
};

TEST_F(Findings, AreNoneInACleanDay) {
  const Outcome run = replay(clean_day(), {"--strict", "--fail-on", "gaps,warnings"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["clean"], true);
  EXPECT_EQ(run.json()["findings"], json::array());
}

TEST_F(Findings, SayWhatMakesResultsDoubtful) {
  const Outcome run = replay(doubtful_day());
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["clean"], false);
  const auto kinds = kinds_of(run.json());
  for (const char* kind : {"incomplete", "faults", "suspect"}) {
    EXPECT_NE(std::ranges::find(kinds, kind), kinds.end()) << kind;
  }
  EXPECT_EQ(std::ranges::find(kinds, "gaps"), kinds.end());
}

TEST_F(Findings, EndWithThreeWhereTheyAreNamed) {
  const std::string day = doubtful_day();
  EXPECT_EQ(replay(day, {"--fail-on", "gaps,damage,stale"}).exit_code, 0);
  const Outcome named = replay(day, {"--fail-on", "gaps,suspect"});
  EXPECT_EQ(named.exit_code, 3);
  EXPECT_TRUE(named.says("--fail-on suspect: 1 book is SUSPECT")) << named.err;
  EXPECT_EQ(named.json()["messages"], 4) << "the results are there all the same";
  const Outcome strict = replay(day, {"--strict"});
  EXPECT_EQ(strict.exit_code, 3);
  EXPECT_TRUE(strict.says("--fail-on incomplete: the recording has no end")) << strict.err;
}

TEST_F(Findings, OfEveryFileDecideABatch) {
  const std::string good = clean_day();
  const std::string bad = doubtful_day();
  const std::string out = folder_.path("results");
  const Outcome plain = command_.run({"batch", good, bad, "--out-dir", out, "--json"});
  EXPECT_EQ(plain.exit_code, 0) << plain.err;
  EXPECT_EQ(plain.json()["clean"], false);
  EXPECT_EQ(plain.json()["results"][0]["clean"], true);
  EXPECT_EQ(plain.json()["results"][1]["clean"], false);
  EXPECT_EQ(plain.json()["results"][0]["findings"], json::array());
  EXPECT_EQ(plain.json()["results"][1]["findings"], replay(bad).json()["findings"]);
  EXPECT_EQ(plain.json()["results"][1]["gaps"], 0);
  EXPECT_NE(command_.run({"batch", good, "--out-dir", out}).out.find("gaps"), std::string::npos);
  const Outcome strict = command_.run({"batch", good, bad, "--out-dir", out, "--strict", "--json"});
  EXPECT_EQ(strict.exit_code, 3);
  EXPECT_EQ(strict.json()["results"][0]["exit_code"], 0);
  EXPECT_EQ(strict.json()["results"][1]["exit_code"], 3);
}

TEST_F(Findings, AreSaidByEveryCommandThatReadsARecordingAndPrintsJson) {
  const std::set<std::string> commands = readers();
  EXPECT_GE(commands.size(), 8U);
  for (const std::string& path : commands) {
    const json clean = command_.run(reading(path, clean_day())).json();
    EXPECT_EQ(clean.value("clean", json{}), true) << path;
    if (path == "batch") continue;  // it has the findings of its files, see below
    EXPECT_EQ(clean.value("findings", json{}), json::array()) << path;
    for (const auto& [day, kind] :
         {std::pair{doubtful_day(), "incomplete"}, std::pair{gappy_capture(), "gaps"}}) {
      const Outcome run = command_.run(reading(path, day));
      EXPECT_EQ(run.exit_code, 0) << path << ": " << run.err;
      EXPECT_EQ(run.json().value("clean", json{}), false) << path << " " << kind;
      const auto kinds = kinds_of(run.json());
      EXPECT_NE(std::ranges::find(kinds, kind), kinds.end()) << path << " " << kind;
    }
  }
}

TEST_F(Findings, OfBooksAreSaidByEveryCommandThatKeepsSome) {
  for (const std::string path : {"replay", "book", "diff", "verify itch"}) {
    const auto kinds = kinds_of(command_.run(reading(path, doubtful_day())).json());
    for (const char* kind : {"faults", "suspect"}) {
      EXPECT_NE(std::ranges::find(kinds, kind), kinds.end()) << path << " " << kind;
    }
  }
}

TEST_F(Findings, EndEveryReaderWithThreeWhereTheyAreNamed) {
  const std::string capture = gappy_capture();
  for (const std::string& path : readers()) {
    for (const std::vector<std::string>& named :
         {std::vector<std::string>{"--strict"}, {"--fail-on", "gaps"}}) {
      std::vector<std::string> words = reading(path, capture);
      words.insert(words.end(), named.begin(), named.end());
      const Outcome run = command_.run(words);
      EXPECT_EQ(run.exit_code, 3) << path << " " << named[0] << run.err;
      EXPECT_TRUE(run.says("--fail-on gaps: ")) << path << run.err;
      EXPECT_FALSE(run.json().is_discarded()) << path << ": the results are there all the same";
    }
    std::vector<std::string> words = reading(path, clean_day());
    words.emplace_back("--strict");
    EXPECT_EQ(command_.run(words).exit_code, 0) << path;
  }
}

TEST_F(Findings, OfADifferenceDoNotHideIt) {
  const Outcome run = command_.run({"diff", clean_day(), doubtful_day(), "--strict", "--json"});
  EXPECT_EQ(run.exit_code, 4);
  EXPECT_TRUE(run.says("--fail-on suspect: B: ")) << run.err;
  EXPECT_FALSE(run.says("--fail-on incomplete")) << "it was not read to its end" << run.err;
}

TEST_F(Findings, OfAPartAreOfThatPart) {
  const std::string day = doubtful_day();
  const Outcome run = command_.run({"book", day, "--at", "@3", "--strict", "--json"});
  EXPECT_EQ(run.exit_code, 0) << run.err << "the fault comes later, and the end is not reached";
  EXPECT_EQ(run.json()["clean"], true);
}

TEST_F(Findings, OfDamagedLobsterFilesToo) {
  const std::string book = folder_.write("orderbook_1.csv", "1000100,100,1000000,100\n");
  for (const auto& [row, is_clean] : {std::pair{"34200.1,1,1,100,1000000,1\n", true},
                                      std::pair{"34200.1,1,1,100,10000", false}}) {
    const std::string messages =
        folder_.write("A_2012-06-21_34200000_57600000_message_1.csv",
                      std::string{"34200.1,1,1,100,1000000,1\n"} + (is_clean ? "" : row));
    const json result =
        command_.run({"verify", "lobster", "--messages", messages, "--orderbook", book, "--json"})
            .json();
    EXPECT_EQ(result["clean"], is_clean) << result;
  }
}

TEST_F(Findings, ThatACommandCannotMakeAreRefusedByIt) {
  const std::string day = clean_day();
  for (const std::string path : {"inspect", "symbols", "convert"}) {
    std::vector<std::string> words = reading(path, day);
    words.insert(words.end(), {"--fail-on", "suspect"});
    test::expect_refused(command_.run(words), "this command cannot find that");
  }
  test::expect_refused(command_.run({"book", day, "--fail-on", "dropped"}), "cannot find that");
}

TEST_F(Findings, RefuseUnknownKindsWithTheNearest) {
  const std::string day = clean_day();
  test::expect_refused(command_.run({"replay", day, "--fail-on", "gap"}), "did you mean gaps?");
  test::expect_refused(
      command_.run({"batch", day, "--out-dir", folder_.path("none"), "--fail-on", "suspekt"}),
      "did you mean suspect?");
  EXPECT_FALSE(std::filesystem::exists(folder_.path("none")));
}

}  // namespace
}  // namespace tapedeck
