// The same input gives the same result for any number of shards, any batch size, any waiting, and
// equals independent answers. Runs the built command.
#include <fstream>

#include <gtest/gtest.h>

#include "engine/core/decimal.hpp"
#include "engine/core/random.hpp"
#include "engine/core/text.hpp"
#include "tests/support/command.hpp"
#include "tests/support/data.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;

const std::string kCuts = test::kCommandSanitized ? "1m" : "7s";
const std::string kSignalCuts = test::kCommandSanitized ? "10m" : "1m";
const int kSignalRows = test::kCommandSanitized ? 1'000 : 10'000;
const u64 kComparedMessages = test::kCommandSanitized ? 3'000 : 30'000;
const u64 kFlippedFiles = test::starts(4, 20, 200);

class ReplayEquality : public ::testing::Test {
 protected:
  std::string demo(const std::string& name, u64 seed, u32 instruments = 20) {
    test::FileWriter writer{folder_.path(name)};
    test::write_demo_flow(writer, {kComparedMessages, instruments, seed});
    writer.close();
    return folder_.path(name);
  }
  Outcome replay(std::vector<std::string> arguments, const std::string& shards,
                 const std::string& batch = "256", const std::string& wait = "auto") {
    arguments.insert(arguments.begin(), "replay");
    for (const std::string& word : std::vector<std::string>{
             "--json", "--digest", "flow", "--shards", shards, "--batch", batch, "--wait", wait}) {
      arguments.push_back(word);
    }
    return command_.run(arguments);
  }
  // Replays with everything that must not matter, and expects what one thread says.
  json expect_one_result(const std::vector<std::string>& arguments,
                         const std::vector<std::string>& batches,
                         const std::vector<std::string>& waits) {
    const Outcome inline_run = replay(arguments, "0");
    const json expected = test::without_timing(inline_run.json());
    EXPECT_FALSE(expected.is_discarded()) << inline_run.err;
    for (const char* shards : {"1", "2", "4"}) {
      for (const std::string& batch : batches) {
        for (const std::string& wait : waits) {
          const Outcome run = replay(arguments, shards, batch, wait);
          EXPECT_EQ(test::without_timing(run.json()), expected)
              << "--shards " << shards << " --batch " << batch << " --wait " << wait << run.err;
          EXPECT_EQ(run.exit_code, inline_run.exit_code);
        }
      }
    }
    return inline_run.json();
  }

  test::TemporaryFolder folder_{"equality"};
  test::Command command_{folder_};
};

TEST_F(ReplayEquality, ShardsBatchesAndWaitingChangeNothing) {
  const std::string path = demo("a.itch", 1);
  const json result = expect_one_result({path}, {"1", "7", "64"}, {"spin", "yield", "park"});
  EXPECT_EQ(result["messages"], kComparedMessages);
  EXPECT_TRUE(result["complete"]);
  EXPECT_EQ(result["crossed_events"], 0);
  EXPECT_EQ(result["unknown_order"], 0);
  EXPECT_EQ(result["queue_faults"], 0);
}

TEST_F(ReplayEquality, TheReferenceBookComesToTheSameDigests) {
  const std::string path = demo("a.itch", 2);
  const Outcome verdict = command_.run({"verify", "itch", path, "--json"});
  EXPECT_EQ(verdict.exit_code, 0) << verdict.err;
  const json run = replay({path}, "2").json();
  EXPECT_EQ(verdict.json()["digest"], run["digest"]);
  EXPECT_EQ(verdict.json()["flow_digest"], run["flow_digest"]);
}

TEST_F(ReplayEquality, AQueueTheWrongWayRoundIsFoundByVerify) {
  const Outcome verdict =
      command_.run({"verify", "itch", demo("a.itch", 2), "--plant", "reversed-queue", "--json"});
  EXPECT_EQ(verdict.exit_code, 4);
  EXPECT_FALSE(verdict.json()["equal"]);
}

TEST_F(ReplayEquality, SeveralChannelsWithClashingIdsAndSymbolsStayApart) {
  const std::vector<std::string> paths{demo("a.itch", 3), demo("b.itch", 4), demo("c.itch", 3)};
  const json result =
      expect_one_result({paths[0], paths[1], paths[2], "--parallel"}, {"1", "256"}, {"auto"});
  EXPECT_EQ(result["messages"], 3 * kComparedMessages);
  EXPECT_EQ(result["unknown_order"], 0) << "an order of one channel was sought in another";
  EXPECT_EQ(result["duplicate_add"], 0);
}

TEST_F(ReplayEquality, DamagedInputGivesOneResultToo) {
  const std::string whole = test::file_content(demo("a.itch", 5));
  u64 damaged = 0;
  for (u64 seed = 1; seed <= kFlippedFiles; ++seed) {
    Random random{seed};
    std::string bytes = whole;
    const u64 flips = 1 + random.below(20);
    for (u64 i = 0; i < flips; ++i) {
      bytes[random.below(bytes.size())] ^= static_cast<char>(1U << random.below(8));
    }
    const std::string path = folder_.write("flipped.itch", bytes);
    SCOPED_TRACE("seed " + std::to_string(seed));
    const json result = expect_one_result({path}, {"7"}, {"auto"});
    damaged += result["damage"].empty() ? 0U : 1U;
    const Outcome verdict = command_.run({"verify", "itch", path, "--json"});
    EXPECT_TRUE(verdict.json()["equal"]) << verdict.out;
    EXPECT_EQ(verdict.json()["flow_digest"], result["flow_digest"]);
  }
  EXPECT_GT(damaged, 0U);
}

TEST_F(ReplayEquality, SnapshotsByExchangeTimeAreTheSameRowByRow) {
  const std::vector<std::string> paths{demo("a.itch", 6), demo("b.itch", 7)};
  std::string expected;
  for (const char* shards : {"0", "1", "2", "4"}) {
    const std::string out = folder_.path("cuts.csv");
    const Outcome run =
        command_.run({"replay", paths[0], paths[1], "--parallel", "--snapshot-every", kCuts,
                      "--depth", "3", "--out", out, "--shards", shards, "--batch", "7"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    const std::string got = test::file_content(out);
    if (expected.empty()) expected = got;
    EXPECT_EQ(got, expected) << "--shards " << shards;
  }
  EXPECT_GT(std::ranges::count(expected, '\n'), 1'000) << "hardly any cut was written";
}

TEST_F(ReplayEquality, SignalsInSnapshotsAndSummariesAreTheSameByteForByte) {
  const std::vector<std::string> paths{demo("a.itch", 10), demo("b.itch", 11)};
  for (const char* ending : {"csv", "jsonl"}) {
    const std::string out = folder_.path(std::string{"signals."} + ending);
    std::string expected;
    json expected_signals;
    for (const char* shards : {"0", "1", "2", "4"}) {
      for (const char* batch : {"1", "7", "64"}) {
        std::vector<std::string> words{"replay",    paths[0],   paths[1], "--parallel",
                                       "--json",    "--shards", shards,   "--batch",
                                       batch,       "--out",    out,      "--snapshot-every",
                                       kSignalCuts, "--depth",  "3"};
        for (const char* strategy :
             {"bbo", "vwap", "imbalance", "ofi:interval=20s", "ofi", "bars"}) {
          words.insert(words.end(), {"--strategy", strategy});
        }
        const Outcome run = command_.run(words);
        ASSERT_EQ(run.exit_code, 0) << run.err;
        const std::string got = test::file_content(out);
        const json signals = run.json()["signals"];
        if (expected.empty()) {
          expected = got;
          expected_signals = signals;
        }
        ASSERT_TRUE(got == expected) << out << ", --shards " << shards << " --batch " << batch;
        ASSERT_EQ(signals, expected_signals) << "--shards " << shards << " --batch " << batch;
      }
    }
    EXPECT_EQ(expected_signals.size(), 40U);
    EXPECT_GT(std::ranges::count(expected, '\n'), kSignalRows) << "hardly any cut was written";
  }
}

TEST_F(ReplayEquality, TheStateFileIsTheSameToo) {
  const std::string path = demo("a.itch", 8);
  std::string expected;
  for (const char* shards : {"0", "1", "4"}) {
    const std::string state = folder_.path("state.csv");
    EXPECT_EQ(command_.run({"replay", path, "--shards", shards, "--state", state}).exit_code, 0);
    const std::string got = test::file_content(state);
    if (expected.empty()) expected = got;
    EXPECT_EQ(got, expected) << "--shards " << shards;
  }
}

TEST_F(ReplayEquality, CompressedAndPipedInputIsTheSameInput) {
  const std::string path = demo("a.itch", 9);
  const json expected = replay({path}, "1").json();
  const std::string quoted = "'" + path + "'";
  ASSERT_EQ(std::system(("gzip -k " + quoted).c_str()), 0);
  for (const std::string& same : {path + ".gz"}) {
    EXPECT_EQ(replay({same}, "1").json()["flow_digest"], expected["flow_digest"]);
  }
  const Outcome piped = command_.run({"replay", "-", "--json", "--digest", "flow"}, path);
  EXPECT_EQ(piped.json()["flow_digest"], expected["flow_digest"]);
}

// Prices and levels of the end are known from elsewhere.
TEST_F(ReplayEquality, RecordedFuturesEndAsTheyAreKnownToForAnyNumberOfShards) {
  TAPEDECK_NEED_DATA(sunday, "dbn/esh4-glbx-mdp3-20231224.mbo.dbn.zst");
  TAPEDECK_NEED_DATA(monday, "dbn/esh4-glbx-mdp3-20231225.mbo.dbn.zst");
  const std::string state = folder_.path("state.csv");
  const json result = expect_one_result({sunday.string(), monday.string(), "--state", state},
                                        {"1", "64"}, {"auto"});
  EXPECT_EQ(result["formats"], json::array({"dbn"}));
  EXPECT_EQ(result["messages"], 77'517);
  EXPECT_EQ(result["last_sequence"], 59'585);
  EXPECT_EQ(result["crossed_events"], 0);
  EXPECT_EQ(result["suspect_books"], 0);
  EXPECT_TRUE(result["complete"]);
  const std::string row = test::file_content(state);
  EXPECT_NE(row.find("ESH4,17077,11217,922,565,4810,22,4810.25,28,"), std::string::npos) << row;
  const Outcome verdict =
      command_.run({"verify", "itch", sunday.string(), monday.string(), "--json"});
  EXPECT_EQ(verdict.exit_code, 0) << verdict.err;
  EXPECT_EQ(verdict.json()["flow_digest"], result["flow_digest"]);
}

// A generator that others wrote keeps its own book and says how every instrument ended.
TEST_F(ReplayEquality, AnIndependentModelAgreesWithStateAndDigest) {
  TAPEDECK_NEED_DATA(source, "../yardstick/itchgen.cpp");
  const std::string generator = folder_.path("itchgen");
  ASSERT_EQ(std::system(("g++ -O1 -std=c++20 -w -include cmath '" + source.string() + "' -o '" +
                         generator + "'")
                            .c_str()),
            0);
  for (const char* seed : {"20261", "90210", "777"}) {
    const std::string itch = folder_.path("model.itch");
    const std::string csv = folder_.path("model.csv");
    const std::string call = "'" + generator + "' '" + itch + "' " +
                             std::to_string(4 * kComparedMessages) + " 60 " + seed + " '" + csv +
                             "' 3000 2> /dev/null";
    ASSERT_EQ(std::system(call.c_str()), 0);
    const std::string state = folder_.path("state.csv");
    const Outcome run = command_.run(
        {"replay", itch, "--json", "--shards", "2", "--state", state, "--date", "2019-12-30"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    std::string digest = test::file_content(csv + ".digest");
    ASSERT_FALSE(digest.empty()) << "the model was built without a digest";
    digest.pop_back();
    EXPECT_EQ(run.json()["digest"], digest) << "seed " << seed;

    std::istringstream model{test::file_content(csv)}, ours{test::file_content(state)};
    std::string expected, got;
    std::getline(model, expected);
    std::getline(ours, got);
    EXPECT_EQ(got, expected + ",venue,state,state_reason,state_first,state_last");
    int rows = 0;
    while (std::getline(model, expected) && std::getline(ours, got)) {
      std::vector<std::string> want = split(expected, ','), have = split(got, ',');
      // The model's prices are in 1e-4, and 0 where there is none.
      for (const std::size_t price : {5U, 7U}) {
        const auto parsed = parse_price(have.at(price));
        have[price] = parsed ? std::to_string(parsed->value / 100'000) : "0";
      }
      want.insert(want.end(), {"0", "CLOSED", "", "", ""});
      EXPECT_EQ(have, want) << "seed " << seed;
      ++rows;
    }
    EXPECT_EQ(rows, 60);
  }
}

}  // namespace
}  // namespace tapedeck
