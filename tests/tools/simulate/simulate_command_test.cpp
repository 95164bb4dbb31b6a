// `tapedeck simulate` as its user runs it: one seed, one result, whatever the threads.
#include <regex>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/command.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/shell.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;

const std::string kDuration = test::kCommandSanitized ? "200ms" : "5s";
const std::string kCut = test::kCommandSanitized ? "10ms" : "5ms";
const int kLeastCuts = test::kCommandSanitized ? 20 : 1'000;

class Simulate : public ::testing::Test {
 protected:
  Outcome simulate(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"simulate", "--rate", "max", "--json"});
    return command_.run(arguments);
  }
  // Everything that must not depend on the number of shards, with what went to files.
  struct Result {
    json summary;
    std::string csv, jsonl;
    friend bool operator==(const Result&, const Result&) = default;
  };
  Result with_everything(const std::string& venues, const std::string& shards) {
    Result result;
    std::vector<std::string> arguments{"--venues",         venues,    "--shards", shards,
                                       "--duration",       kDuration, "--digest", "flow",
                                       "--snapshot-every", kCut,      "--depth",  "3"};
    for (const char* strategy :
         {"bbo", "vwap", "imbalance:levels=3", "ofi:interval=100ms", "bars:interval=100ms"}) {
      arguments.insert(arguments.end(), {"--strategy", strategy});
    }
    for (const char* ending : {"csv", "jsonl"}) {
      const std::string path = folder_.path(std::string{"cuts."} + ending);
      std::vector<std::string> full = arguments;
      full.insert(full.end(), {"--out", path});
      const Outcome run = simulate(full);
      EXPECT_EQ(run.exit_code, 0) << run.err;
      result.summary = test::without_timing(run.json());
      (std::string{ending} == "csv" ? result.csv : result.jsonl) = test::file_content(path);
    }
    return result;
  }

  test::TemporaryFolder folder_{"simulate"};
  test::Command command_{folder_};
};

// How many cuts the rows of a CSV file are of: its first column changes with each.
int cuts_in(const std::string& csv) {
  int cuts = -1;  // the header
  std::string last;
  for (std::size_t at = 0; at < csv.size(); at = csv.find('\n', at) + 1) {
    const std::string cut = csv.substr(at, csv.find(',', at) - at);
    if (cut == last) continue;
    last = cut;
    ++cuts;
  }
  return cuts;
}

TEST_F(Simulate, ASlowRunIsNotSaidToDoNothing) {
  const Outcome run =
      command_.run({"simulate", "--rate", "200", "--instruments", "1", "--duration", "50ms"});
  EXPECT_TRUE(std::regex_search(run.out, std::regex{R"( s: [1-9][0-9,.]* messages/s\n)"}))
      << run.out;
}

TEST_F(Simulate, CountsOfOneHaveWordsOfOne) {
  const std::string tape = folder_.path("one.tape");
  const std::string made = command_
                               .run({"simulate", "--rate", "max", "--events", "1", "--instruments",
                                     "1", "--record", tape})
                               .out;
  EXPECT_NE(made.find(" to 1 instrument, "), std::string::npos) << made;
  static const std::regex kPlural{
      R"((^|[ (])1 (messages|events|orders|instruments|symbols|frames|files|rows|gaps|books)\b)"};
  EXPECT_FALSE(std::regex_search(made, kPlural)) << made;
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"replay", tape},
        {"replay", tape, "--to", "@2"},
        {"inspect", tape},
        {"symbols", tape},
        {"book", tape, "--at", "@9"},
        {"diff", tape, tape},
        {"verify", "itch", tape},
        {"convert", tape, "--out", folder_.path("one.csv")},
        {"convert", tape, "--out", folder_.path("part.csv"), "--to", "@2"},
        {"batch", tape, "--out-dir", folder_.path("all")}}) {
    const Outcome run = command_.run(command);
    EXPECT_FALSE(std::regex_search(run.out, kPlural)) << run.out;
    EXPECT_FALSE(std::regex_search(run.err, kPlural)) << run.err;
  }
}

TEST_F(Simulate, OneVenueGivesOneResultForAnyNumberOfShards) {
  const Result expected = with_everything("1", "0");
  EXPECT_EQ(expected.summary["crossed_events"], 0);
  EXPECT_EQ(expected.summary["signals"].size(), 10U);
  for (const char* shards : {"1", "2", "4"}) {
    EXPECT_TRUE(with_everything("1", shards) == expected) << "--shards " << shards;
  }
}

TEST_F(Simulate, FourVenuesGiveOneResultForAnyNumberOfShards) {
  const Result expected = with_everything("4", "0");
  EXPECT_EQ(expected.summary["crossed_events"], 0);
  EXPECT_EQ(expected.summary["signals"].size(), 40U);
  // The state before the open, and one cut for every interval of trading.
  EXPECT_GE(cuts_in(expected.csv), kLeastCuts);
  for (const char* shards : {"1", "2", "4"}) {
    EXPECT_TRUE(with_everything("4", shards) == expected) << "--shards " << shards;
  }
}

TEST_F(Simulate, AnotherSeedGivesAnotherMarket) {
  const json one = simulate({"--events", "5k", "--seed", "1"}).json();
  const json again = simulate({"--events", "5k", "--seed", "1"}).json();
  const json other = simulate({"--events", "5k", "--seed", "2"}).json();
  EXPECT_EQ(one["digest"], again["digest"]);
  EXPECT_NE(one["digest"], other["digest"]);
}

TEST_F(Simulate, PacingChangesNothingButTheTime) {
  const json fast = simulate({"--duration", "300ms", "--digest", "flow"}).json();
  const json paced =
      command_
          .run({"simulate", "--rate", "100k", "--json", "--duration", "300ms", "--digest", "flow"})
          .json();
  EXPECT_EQ(fast["digest"], paced["digest"]);
  EXPECT_EQ(fast["flow_digest"], paced["flow_digest"]);
  EXPECT_TRUE(fast["pace"].is_null());
  EXPECT_EQ(paced["pace"]["asked_events_per_s"], 100'000);
  EXPECT_GE(paced["elapsed_s"], 0.3);
  EXPECT_GT(paced["latency_ns"]["due_to_ingress"]["count"], 25'000);
}

TEST_F(Simulate, SpeedChangesThePaceAndNotTheMarket) {
  const auto at = [&](const std::vector<std::string>& pace) {
    std::vector<std::string> words{"simulate", "--json", "--duration", "300ms",
                                   "--digest", "flow",   "--rate",     "20k"};
    words.insert(words.end(), pace.begin(), pace.end());
    return command_.run(words).json();
  };
  const json real = at({});
  for (const char* speed : {"1", "10", "0.5", "max"}) {
    const json other = at({"--speed", speed});
    EXPECT_EQ(other["flow_digest"], real["flow_digest"]) << speed;
    EXPECT_EQ(other["messages"], real["messages"]) << speed;
  }
  EXPECT_EQ(at({"--speed", "10"})["pace"]["asked_events_per_s"], 200'000);
  EXPECT_EQ(at({"--speed", "1"})["pace"]["asked_events_per_s"], 20'000);
  EXPECT_TRUE(at({"--speed", "max"})["pace"].is_null());
}

TEST_F(Simulate, TheRateMaxIs100kAtSpeedMax) {
  const json fast = simulate({"--duration", "200ms", "--digest", "flow"}).json();
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"--rate", "100k", "--speed", "max"},
                                             {"--rate", "max", "--speed", "max"},
                                             {"--speed", "max"}}) {
    std::vector<std::string> arguments{"simulate", "--json",   "--duration",
                                       "200ms",    "--digest", "flow"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const json same = command_.run(arguments).json();
    EXPECT_EQ(same["flow_digest"], fast["flow_digest"]);
    EXPECT_TRUE(same["pace"].is_null());
  }
}

TEST_F(Simulate, AQuietDayHasAFractionOfAnEventASecond) {
  // Of one instrument, 6.3 events a second are 147,420 in a day of six and a half hours. The
  // deviation of two events an order is the square root of twice the mean.
  const Outcome run = command_.run({"simulate", "--rate", "6.3", "--instruments", "1", "--duration",
                                    "6h30m", "--speed", "max", "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json day = run.json();
  const double resting = day["live_orders"].get<double>();
  EXPECT_NEAR(day["events"].get<double>(), 147'420, 4 * 543 + 3 * resting);
}

TEST_F(Simulate, ARecordingReplaysToTheSameDigests) {
  const std::string path = folder_.path("day.itch");
  const json made = simulate({"--events", "20k", "--digest", "flow", "--record", path}).json();
  const Outcome run = command_.run({"replay", path, "--json", "--digest", "flow"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  for (const char* key : {"digest", "flow_digest", "messages", "events", "live_orders", "complete",
                          "last_sequence", "crossed_events", "instruments"}) {
    EXPECT_EQ(run.json()[key], made[key]) << key;
  }
  EXPECT_EQ(command_.run({"verify", "itch", path}).exit_code, 0);
}

TEST_F(Simulate, ARecordingOfSeveralVenuesIsAFileEach) {
  const std::string path = folder_.path("day.itch");
  const json made =
      simulate({"--events", "20k", "--venues", "3", "--digest", "flow", "--record", path}).json();
  const Outcome run =
      command_.run({"replay", folder_.path("day.0.itch"), folder_.path("day.1.itch"),
                    folder_.path("day.2.itch"), "--parallel", "--json", "--digest", "flow"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["digest"], made["digest"]);
  EXPECT_EQ(run.json()["flow_digest"], made["flow_digest"]);
}

TEST_F(Simulate, ARecordingCarriesTheTimesOfItsDay) {
  const std::string path = folder_.path("sim20240614.itch");
  const std::string of_made = folder_.path("made.csv");
  const std::string of_read = folder_.path("read.csv");
  EXPECT_EQ(simulate({"--events", "5k", "--date", "2024-06-14", "--record", path,
                      "--snapshot-every", "10ms", "--out", of_made})
                .exit_code,
            0);
  EXPECT_EQ(command_.run({"replay", path, "--snapshot-every", "10ms", "--out", of_read}).exit_code,
            0);
  EXPECT_NE(test::file_content(of_made).find("2024-06-14T13:30:00"), std::string::npos);
  EXPECT_EQ(test::file_content(of_made), test::file_content(of_read));
  EXPECT_EQ(test::file_content(of_made).find("1970-"), std::string::npos)
      << "an instrument that was only defined has a time too";
}

TEST_F(Simulate, AFullDiskSpoilsTheRecordingAndNotTheRun) {
  const std::string path = folder_.path("day.itch");
  std::filesystem::create_symlink("/dev/full", path);
  const Outcome run = simulate({"--events", "20k", "--record", path});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_TRUE(run.says(path)) << run.err;
  EXPECT_TRUE(run.json()["complete"]);
  EXPECT_FALSE(run.json()["digest"].is_null());
}

TEST_F(Simulate, ReportsAtASteadyPace) {
  const Outcome run = command_.run({"simulate", "--duration", "700ms", "--report-every", "200ms"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_TRUE(run.says("events")) << run.err;
  EXPECT_TRUE(run.says("SIM1 ")) << run.err;
  EXPECT_TRUE(run.says("SIM10 ")) << run.err;
}

TEST_F(Simulate, RefusesWhatCannotBe) {
  struct Wrong {
    std::vector<std::string> arguments;
    const char* says;
  };
  for (const Wrong& wrong : std::vector<Wrong>{
           {{"--rate", "fast"}, "like 100k, 1M or 6.3, or max"},
           {{"--rate", "0"}, "events per simulated second up to 1G"},
           {{"--rate", "max", "--speed", "1"}, "goes with no other speed"},
           {{"--speed", "fast"}, "--speed fast: must be max or a factor from 0.001 to 1000000"},
           {{"--speed", "0"}, "--speed 0: must be max or a factor"},
           {{"--duration", "15h"}, "at most 14h"},
           {{"--events", "0"}, "number above zero"},
           {{"--events", "9G", "--rate", "1"}, "has 50,400 events at this --rate"},
           {{"--events", "6G", "--rate", "max"},
            "with --rate max a simulated second has 100k events"},
           {{"--instruments", "65536", "--record", "day.itch"}, "ITCH has numbers for 65535"},
           {{"--instruments", "0"}, "--instruments 0: must be 1 to 65536"},
           {{"--venues", "65"}, "--venues 65: must be 1 to 64"},
           {{"--model", "zero-inteligence"}, "did you mean zero-intelligence?"},
           {{"--model", "zero-intelligence:markt=3"}, "did you mean market?"},
           {{"--model", "zero-intelligence:market=-3"}, "must be a number from 0.000001"},
           {{"--model", "zero-intelligence:market=1e300"}, "to 1000000"},
           {{"--model", "zero-intelligence:band=100000"}, "must be 1 to 1500"},
           {{"--model", "zero-intelligence:band=1500,cancel=100", "--instruments", "65000"},
            "too wide"},
           {{"--model", "zero-intelligence:market=1000"}, "must be below 2 x limit x band"},
           {{"--model", "zero-intelligence:cancel=0.000001", "--instruments", "1000"},
            "orders would rest"},
           {{"--preset", "thinn"}, "did you mean thin?"},
           {{"--record", "day.csv"}, "must be .itch"},
           {{"--record", "no-such-folder/day.itch"}, "cannot be written"},
           {{"--seed", "-1"}, "--seed"}}) {
    std::vector<std::string> arguments{"simulate"};
    arguments.insert(arguments.end(), wrong.arguments.begin(), wrong.arguments.end());
    const Outcome run = command_.run(arguments);
    EXPECT_EQ(run.exit_code, 2) << wrong.says;
    EXPECT_TRUE(run.says(wrong.says)) << wrong.says << "\n" << run.err;
    EXPECT_EQ(run.out, "");
  }
}

TEST_F(Simulate, ASignalWhileAnOutputWaitsForItsReaderIsToldByTheExitCode) {
  const std::string path = folder_.path("cuts.csv");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const Outcome run = command_.run_and_signal({"simulate", "--rate", "max", "--events", "1k",
                                               "--json", "--snapshot-every", "1s", "--out", path},
                                              SIGINT, std::chrono::milliseconds{400});
  EXPECT_EQ(run.exit_code, 130);
  EXPECT_TRUE(run.says(path)) << run.err;
  EXPECT_TRUE(run.json()["written"].empty());
}

TEST_F(Simulate, ARunThatFailsEndsWhoeverLooksAtItFirst) {
  if (test::kCommandSanitized)
    GTEST_SKIP() << "sanitizers need more address space than this run is given";
  // The feed's thread needs more memory than there is, and throws while somebody looks on.
  const std::string limited = "ulimit -v 900000; exec " + command_.binary() +
                              " simulate --rate max --instruments 3000 --duration 1h"
                              " --model zero-intelligence:band=1500,cancel=0.2"
                              " --report-every 10ms >/dev/null 2>&1";
  EXPECT_EQ(test::run_command(limited).code, 1);
}

TEST_F(Simulate, ASignalEndsItWithWhatThereWas) {
  const Outcome run = command_.run_and_signal_amid_events(
      {"simulate", "--duration", "1h", "--json"}, SIGINT, std::chrono::milliseconds{100});
  EXPECT_EQ(run.exit_code, 130);
  EXPECT_FALSE(run.json()["complete"]);
  EXPECT_GT(run.json()["events"], 0);
  EXPECT_GT(run.json()["pace"]["achieved_events_per_s"], 0);
}

}  // namespace
}  // namespace tapedeck
