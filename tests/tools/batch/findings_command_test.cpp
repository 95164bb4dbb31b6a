// What a run found, by name: `clean`, `findings`, --fail-on and --strict, of one file and of many.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/itch_flow.hpp"

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
  EXPECT_EQ(plain.json()["results"][1]["gaps"], 0);
  EXPECT_NE(command_.run({"batch", good, "--out-dir", out}).out.find("gaps"), std::string::npos);
  const Outcome strict = command_.run({"batch", good, bad, "--out-dir", out, "--strict", "--json"});
  EXPECT_EQ(strict.exit_code, 3);
  EXPECT_EQ(strict.json()["results"][0]["exit_code"], 0);
  EXPECT_EQ(strict.json()["results"][1]["exit_code"], 3);
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
