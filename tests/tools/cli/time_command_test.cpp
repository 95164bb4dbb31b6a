// Times as commands read and show them: a time of day means the first such moment inside the
// recording, people see the feed's zone, and programs see UTC.
#include <chrono>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

#include "engine/core/calendar.hpp"
#include "tests/support/command.hpp"
#include "tests/support/data.hpp"
#include "tests/support/dbn_file_writer.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/pipe.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::expect_refused;
using test::Outcome;

constexpr u64 kNanosPerHour = 3'600 * u64{kNanosPerSecond};

class TimeCommand : public ::testing::Test {
 protected:
  // A day with an order of 100 shares at each of these hours since midnight.
  std::string itch_day(const std::string& name, const std::vector<double>& hours) const {
    test::ItchDay day;
    u64 id = 0;
    for (const double hour : hours) {
      day.at(static_cast<u64>(hour * static_cast<double>(kNanosPerHour)));
      day.add(1, "AAPL", ++id, 'B', 100, 1'000'000);
    }
    const Bytes bytes = day.bytes();
    return folder_.write(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
  // The same with hours since midnight of 2023-12-25 in UTC.
  std::string dbn_days(const std::string& name, const std::vector<u64>& hours) const {
    test::DbnFile file{3};
    for (std::size_t i = 0; i < hours.size(); ++i) {
      file.at(test::DbnFile::kMidnight + hours[i] * kNanosPerHour);
      file.add('B', static_cast<u64>(i + 1), 100, 1);
    }
    return folder_.write(name, file.bytes());
  }
  json book(const std::string& path, const std::string& at,
            const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"book", path, "--at", at, "--json"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome run = command_.run(words);
    EXPECT_EQ(run.exit_code, 0) << at << ": " << run.err;
    return run.json();
  }
  Outcome replay(std::vector<std::string> words) {
    words.insert(words.begin(), {"replay", "--json"});
    return command_.run(words);
  }

  test::TemporaryFolder folder_{"times"};
  test::Command command_{folder_};
};

TEST_F(TimeCommand, ATimeOfDayIsTheFirstSuchMomentInsideTheRecording) {
  const std::string path = dbn_days("days.dbn", {18, 20, 24 + 10, 24 + 19});
  const auto moment = [&](const std::string& at) { return book(path, at)["at_time"]; };
  EXPECT_EQ(moment("20:00"), "2023-12-25T20:00:00.000000000Z");
  EXPECT_EQ(moment("10:00"), "2023-12-26T10:00:00.000000000Z") << "not on the first day";
  EXPECT_EQ(moment("18:00"), "2023-12-25T18:00:00.000000000Z") << "the beginning itself";
  EXPECT_EQ(moment("17:59"), "2023-12-26T17:59:00.000000000Z");
  EXPECT_EQ(moment("23:00"), "2023-12-25T23:00:00.000000000Z") << "between the days";
  EXPECT_EQ(book(path, "10:00")["orders"], 3);
}

TEST_F(TimeCommand, ATimeOfDayThatIsNowhereInsideIsOneOfTheFirstDay) {
  const std::string path = dbn_days("day.dbn", {10, 12});
  const Outcome before = replay({path, "--from", "09:30"});
  EXPECT_EQ(before.json()["from"]["time"], "2023-12-25T09:30:00.000000000Z");
  EXPECT_EQ(before.json()["warnings"], json::array()) << "all of it lies behind";
  expect_refused(command_.run({"book", path, "--at", "09:30"}),
                 "--at 09:30: lies before the first message of " + path +
                     ", of 2023-12-25T10:00:00.000000000Z (UTC)");
  const Outcome behind = command_.run({"book", path, "--at", "13:00"});
  EXPECT_TRUE(
      behind.says("--at 13:00: the input ends there or earlier, with message 2 of "
                  "2023-12-25T12:00:00.000000000Z"))
      << behind.err;
}

TEST_F(TimeCommand, TheDayOfARealRecordingByUtcIsThatDay) {
  TAPEDECK_NEED_DATA(folder, "dbn/esh4-glbx-mdp3-20231225.mbo.dbn.zst");
  const json shown = book(folder.string(), "17:30");
  EXPECT_EQ(shown["at_time"], "2023-12-25T17:30:00.000000000Z");
  EXPECT_EQ(shown["time_base"], "utc");
  EXPECT_EQ(shown["message"], 8'725);
  const json later = book(folder.string(), "22:30");
  EXPECT_EQ(later["at_time"], "2023-12-25T22:30:00.000000000Z");
  EXPECT_GT(later["message"], 8'725);
  EXPECT_EQ(book(folder.string(), "17:30-05:00")["digest"], later["digest"]);
  EXPECT_EQ(book(folder.string(), "17:30", {"--tz", "America/New_York"})["digest"],
            later["digest"]);
  EXPECT_EQ(book(folder.string(), "1703543400000000000")["digest"], later["digest"]);
}

TEST_F(TimeCommand, EveryFormOfATimeMeansTheSameMoment) {
  const std::string path = itch_day("2019-12-30.itch", {9.5, 10, 11});
  const json expected = book(path, "10:30");
  EXPECT_EQ(expected["at_time"], "2019-12-30T15:30:00.000000000Z");
  EXPECT_EQ(expected["orders"], 2);
  for (const char* at : {"10:30:00", "10:30:00.000", "15:30Z", "10:30-05:00", "16:30+0100",
                         "2019-12-30T10:30:00", "2019-12-30 10:30", "2019-12-30T15:30:00Z",
                         "2019-12-30T16:30:00+01:00", "1577719800000000000"}) {
    const json got = book(path, at);
    EXPECT_EQ(got["at_time"], expected["at_time"]) << at;
    EXPECT_EQ(got["digest"], expected["digest"]) << at;
  }
  for (const char* at : {"@2", "#2"}) {
    EXPECT_EQ(book(path, at)["digest"], expected["digest"]) << at;
    EXPECT_EQ(book(path, at)["at_time"], nullptr);
  }
}

// `convert` writes nanoseconds that a place may be.
TEST_F(TimeCommand, NanosecondsAreReadAsConvertWritesThem) {
  for (const char* name : {"2019-12-30.itch", "undated.itch"}) {
    const std::string path = itch_day(name, {9.5, 10, 11});
    const std::string rows = folder_.path("rows.jsonl");
    ASSERT_EQ(command_.run({"convert", path, "--out", rows}).exit_code, 0);
    std::ifstream file{rows};
    u64 orders = 0;
    for (std::string line; std::getline(file, line);) {
      const json row = json::parse(line);
      if (row["kind"] != "add") continue;
      const json shown = book(path, std::to_string(row["time_ns"].get<i64>()));
      EXPECT_EQ(shown["orders"], ++orders) << line;
      EXPECT_EQ(shown["time"], shown["at_time"]);
    }
    EXPECT_EQ(orders, 3U);
  }
}

TEST_F(TimeCommand, TheZoneIsThatOfTheFeedUnlessTzSaysAnother) {
  const std::string itch = itch_day("2019-06-28.itch", {9.5, 10});
  const std::string dbn = dbn_days("day.dbn", {18, 20});
  const auto shown = [&](std::vector<std::string> words) {
    const Outcome run = command_.run(words);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return run;
  };
  const auto says = [](const Outcome& run, const std::string& text) {
    EXPECT_NE(run.out.find(text), std::string::npos) << run.out;
  };
  says(shown({"inspect", itch}), "2019-06-28T09:30:00.000001000-04:00 to");
  says(shown({"inspect", itch}), "(US Eastern)");
  says(shown({"inspect", itch, "--tz", "UTC"}), "2019-06-28T13:30:00.000001000Z to");
  says(shown({"inspect", itch, "--tz", "+02:00"}), "2019-06-28T15:30:00.000001000+02:00 to");
  says(shown({"inspect", dbn}), "2023-12-25T18:00:00.000000000Z to");
  says(shown({"inspect", dbn}), "(UTC)");
  says(shown({"book", itch}), "after message 2 of 2019-06-28T10:00:00.000001000-04:00");
  says(shown({"book", dbn, "--tz", "-05:00"}), "2023-12-25T15:00:00.000000000-05:00 (-05:00)");
  // Read in the same zone.
  EXPECT_EQ(book(itch, "09:45")["at_time"], "2019-06-28T13:45:00.000000000Z");
  EXPECT_EQ(book(itch, "13:45", {"--tz", "UTC"})["at_time"], "2019-06-28T13:45:00.000000000Z");
  EXPECT_EQ(book(itch, "2019-06-28T13:45", {"--tz", "UTC"})["at_time"],
            "2019-06-28T13:45:00.000000000Z");
}

TEST_F(TimeCommand, TzChangesNoFileAndNoJson) {
  const std::string path = itch_day("2019-12-30.itch", {9.5, 10});
  const auto json_of = [&](std::vector<std::string> words, const std::string& zone) {
    words.insert(words.end(), {"--json", "--tz", zone});
    return test::without_provenance(command_.run(words).json());
  };
  for (const std::vector<std::string>& words : {std::vector<std::string>{"inspect", path},
                                                {"book", path, "--at", "15:00Z"},
                                                {"diff", path, path}}) {
    EXPECT_EQ(json_of(words, "+09:00"), json_of(words, "UTC"));
  }
  const auto rows = [&](const std::string& zone) {
    const std::string cuts = folder_.path("cuts.csv");
    EXPECT_EQ(command_.run({"replay", path, "--snapshot-every", "1m", "--out", cuts, "--tz", zone})
                  .exit_code,
              0);
    return test::file_content(cuts);
  };
  EXPECT_EQ(rows("+09:00"), rows("UTC"));
  EXPECT_NE(rows("UTC").find("2019-12-30T15:01:00.000000000Z"), std::string::npos);
}

TEST_F(TimeCommand, EveryJsonWithTimesSaysWhatTheyCountFrom) {
  const std::string dated = itch_day("2019-12-30.itch", {9.5, 10});
  const std::string undated = itch_day("plain.itch", {9.5, 10});
  for (const auto& [path, base] : {std::pair{dated, "utc"}, {undated, "midnight"}}) {
    const std::string rows = folder_.path("rows.csv");
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"replay", path},
          {"inspect", path},
          {"book", path},
          {"diff", path, path},
          {"convert", path, "--out", rows},
          {"bench", "latency", path, "--duration", "5ms", "--warm-up", "0", "--rate", "1k",
           "--watch", "10ms"}}) {
      std::vector<std::string> with_json = words;
      with_json.emplace_back("--json");
      EXPECT_EQ(command_.run(with_json).json()["time_base"], base) << words[0];
    }
    const std::string results = folder_.path("results");
    ASSERT_EQ(command_.run({"batch", path, "--out-dir", results}).exit_code, 0);
    const std::string name = std::filesystem::path{path}.filename().string();
    EXPECT_EQ(json::parse(test::file_content(results + "/" + name + ".json"))["time_base"], base);
  }
}

TEST_F(TimeCommand, WithoutADayFilesHoldTimesOfDay) {
  const std::string path = itch_day("plain.itch", {9.5, 10});
  const auto rows = [&](const std::string& name) {
    const std::string cuts = folder_.path(name);
    EXPECT_EQ(command_.run({"replay", path, "--snapshot-every", "1h", "--out", cuts}).exit_code, 0);
    return test::file_content(cuts);
  };
  EXPECT_NE(rows("a.csv").find("\n10:00:00.000000000,0,AAPL,09:30:00.000001000,"),
            std::string::npos)
      << rows("a.csv");
  const json row = json::parse(rows("a.jsonl").substr(0, rows("a.jsonl").find('\n')));
  EXPECT_EQ(row["cut"], "10:00:00.000000000");
  EXPECT_EQ(row["event_time"], "09:30:00.000001000");
  EXPECT_EQ(row["time_base"], "midnight");
  EXPECT_NE(rows("a.parquet").find("midnight"), std::string::npos);
  const json shown = book(path, "09:45");
  EXPECT_EQ(shown["at_time"], "09:45:00.000000000");
  EXPECT_EQ(shown["time"], "09:30:00.000001000");
  EXPECT_NE(command_.run({"inspect", path}).out.find("(US Eastern, of an unknown day)"),
            std::string::npos);
}

TEST_F(TimeCommand, WithoutADayATimeWithADateOrAZoneIsRefused) {
  const std::string path = itch_day("plain.itch", {9.5, 10});
  for (const char* at : {"2019-12-30T09:45:00Z", "2019-12-30T09:45", "09:45Z", "09:45-05:00"}) {
    expect_refused(command_.run({"book", path, "--at", at}),
                   ": the day of the input is not known; give --date");
  }
  expect_refused(command_.run({"inspect", path, "--tz", "UTC"}), "--tz UTC: the day of the input");
  EXPECT_EQ(command_.run({"inspect", path, "--tz", "America/New_York"}).exit_code, 0);
  EXPECT_EQ(book(path, "14:45Z", {"--date", "2019-12-30"})["orders"], 1);
}

TEST_F(TimeCommand, TheMomentMeantIsPrinted) {
  const std::string path = itch_day("2019-12-30.itch", {9.5, 10, 11});
  const std::string meaning = "2019-12-30T09:45:00.000000000-05:00 (US Eastern)";
  const Outcome run = command_.run({"replay", path, "--from", "09:45", "--to", "@3"});
  EXPECT_TRUE(run.says("--from 09:45: " + meaning)) << run.err;
  EXPECT_NE(run.out.find("  from      " + meaning), std::string::npos) << run.out;
  EXPECT_NE(run.out.find("  to        message 3"), std::string::npos) << run.out;
  const json results = replay({path, "--from", "09:45", "--to", "@3"}).json();
  EXPECT_EQ(
      results["from"],
      (json{{"given", "09:45"}, {"message", nullptr}, {"time", "2019-12-30T14:45:00.000000000Z"}}));
  EXPECT_EQ(results["to"], (json{{"given", "@3"}, {"message", 3}, {"time", nullptr}}));
  EXPECT_EQ(replay({path}).json()["from"], nullptr);
  const Outcome shown = command_.run({"book", path, "--at", "09:45"});
  EXPECT_TRUE(shown.says("--at 09:45: " + meaning)) << shown.err;
  EXPECT_NE(shown.out.find("AAPL at 2019-12-30T09:45:00.000000000-05:00, after message 1 of"),
            std::string::npos)
      << shown.out;
  const Outcome bench =
      command_.run({"bench", "latency", path, "--from", "09:45", "--duration", "5ms", "--warm-up",
                    "0", "--rate", "1k", "--watch", "10ms", "--json"});
  EXPECT_TRUE(bench.says("--from 09:45: " + meaning)) << bench.err;
  EXPECT_EQ(bench.json()["from"]["time"], "2019-12-30T14:45:00.000000000Z");
}

TEST_F(TimeCommand, ARangeInWhichNothingLiesIsWarnedAbout) {
  const std::string path = itch_day("2019-12-30.itch", {9.5, 10, 11});
  const auto expect_warning = [&](const std::vector<std::string>& range, const std::string& text) {
    std::vector<std::string> words{path};
    words.insert(words.end(), range.begin(), range.end());
    const Outcome run = replay(words);
    EXPECT_TRUE(run.exit_code == 0 || run.exit_code == 3) << run.err;
    EXPECT_TRUE(run.says("warning: " + text)) << run.err;
    const json warnings = run.json()["warnings"];
    EXPECT_TRUE(std::ranges::any_of(warnings, [&](const json& warning) {
      return warning.get<std::string>().starts_with(text);
    })) << warnings;
  };
  expect_warning({"--from", "10:15", "--to", "10:45"}, "--from and --to: no message lies between");
  expect_warning({"--from", "12:00"}, "--from: the input ended before it");
  expect_warning({"--to", "09:00"}, "--to: no message lies before it");
  expect_warning({"--from", "@10", "--to", "@20"}, "--from and --to: no message lies between");
  EXPECT_FALSE(replay({path, "--from", "10:00", "--to", "10:45"}).says("no message lies"));
  EXPECT_EQ(replay({path, "--to", "09:00"}).exit_code, 0) << "the recording is not at fault";
  expect_refused(replay({path, "--from", "10:45", "--to", "10:15"}),
                 "--to 10:15: does not lie behind --from 10:45");
}

// Of several channels, one has messages there.
TEST_F(TimeCommand, ARangeIsEmptyIfItIsEmptyInAllChannels) {
  const std::string a = itch_day("2019-12-30.itch", {9.5, 11});
  const std::string b = itch_day("b2019-12-30.itch", {9.5, 10.25});
  EXPECT_FALSE(replay({a, b, "--parallel", "--from", "10:00", "--to", "10:30"}).says("no message"));
  EXPECT_TRUE(replay({a, b, "--parallel", "--from", "10:00", "--to", "10:10"}).says("no message"));
}

TEST_F(TimeCommand, SeveralChannelsHaveOneMoment) {
  const std::string monday = itch_day("2019-12-30.itch", {9.5, 10});
  const std::string tuesday = itch_day("2019-12-31.itch", {9.5, 10});
  const json both = replay({tuesday, monday, "--parallel", "--from", "09:45"}).json();
  EXPECT_EQ(both["from"]["time"], "2019-12-30T14:45:00.000000000Z");
  const std::string dbn = dbn_days("day.dbn", {18, 20});
  expect_refused(replay({monday, dbn, "--parallel", "--from", "09:45"}),
                 "the channels have times in US Eastern and in UTC; give --tz");
  EXPECT_EQ(replay({monday, dbn, "--parallel", "--from", "14:45Z"}).json()["from"]["time"],
            "2019-12-30T14:45:00.000000000Z");
  EXPECT_EQ(
      replay({monday, dbn, "--parallel", "--from", "14:45", "--tz", "UTC"}).json()["from"]["time"],
      "2019-12-30T14:45:00.000000000Z");
}

TEST_F(TimeCommand, APipeIsReadUpToItsFirstEventToKnowTheDay) {
  const std::string path = dbn_days("days.dbn", {18, 20, 24 + 10, 24 + 19});
  for (const auto& [from, moment] : std::vector<std::pair<const char*, std::string>>{
           {"20:00", "2023-12-25T20:00:00.000000000Z"},
           {"10:00", "2023-12-26T10:00:00.000000000Z"}}) {
    const Outcome file = replay({path, "--from", from, "--digest", "flow"});
    const std::string pipe = test::made_pipe(folder_.path(from));
    std::thread writer{[&] { std::ofstream{pipe, std::ios::binary} << test::file_content(path); }};
    const Outcome piped = replay({pipe, "--from", from, "--digest", "flow"});
    writer.join();
    EXPECT_EQ(piped.json()["from"]["time"], moment) << piped.err;
    for (const char* field : {"messages", "digest", "flow_digest", "events"}) {
      EXPECT_EQ(piped.json()[field], file.json()[field]) << field;
    }
  }
}

// What counts from one midnight ends with its day.
TEST_F(TimeCommand, APipeOfOneDayBeginsAtItsBeginning) {
  const std::string path = itch_day("day.itch", {9.75, 10});
  const std::string pipe = test::made_pipe(folder_.path("pipe"));
  std::thread writer{[&] { std::ofstream{pipe, std::ios::binary} << test::file_content(path); }};
  const Outcome run = replay({pipe, "--date", "2019-12-30", "--from", "09:30"});
  writer.join();
  EXPECT_EQ(run.json()["from"]["time"], "2019-12-30T14:30:00.000000000Z") << run.err;
  EXPECT_EQ(run.json()["warnings"], json::array()) << "it begins before all messages";
}

TEST_F(TimeCommand, ATapeHasTheZoneOfWhatItHolds) {
  const std::string day = itch_day("2019-12-30.itch", {9.5, 10});
  const std::string dbn = dbn_days("days.dbn", {18, 24 + 10, 24 + 19});
  const auto tape_of = [&](const std::string& path) {
    const std::string tape = path + ".tape";
    EXPECT_EQ(command_.run({"convert", path, "--out", tape}).exit_code, 0);
    return tape;
  };
  EXPECT_EQ(book(tape_of(day), "09:45")["at_time"], "2019-12-30T14:45:00.000000000Z");
  EXPECT_EQ(book(tape_of(dbn), "10:00")["at_time"], "2023-12-26T10:00:00.000000000Z");
  const std::string simulated = folder_.path("simulated.tape");
  ASSERT_EQ(command_
                .run({"simulate", "--events", "1000", "--rate", "max", "--date", "2019-12-30",
                      "--record", simulated})
                .exit_code,
            0);
  EXPECT_EQ(replay({simulated, "--from", "09:30"}).json()["from"]["time"],
            "2019-12-30T14:30:00.000000000Z");
}

TEST_F(TimeCommand, ClocksThatChangeAreHeeded) {
  const std::string path = itch_day("2024-03-11.itch", {9.5, 10});
  EXPECT_EQ(book(path, "09:45")["at_time"], "2024-03-11T13:45:00.000000000Z");
  expect_refused(command_.run({"book", path, "--at", "2024-03-10T02:30"}),
                 "the clocks of US Eastern skip this time");
}

TEST_F(TimeCommand, AShellThatTakesAMessageForACommentIsExplained) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"replay", "day.itch", "--from"},
        {"replay", "day.itch", "--to"},
        {"book", "day.itch", "--at"},
        {"bench", "latency", "--from"}}) {
    expect_refused(command_.run(words), "a shell takes #1000 for a comment: write @1000");
  }
}

TEST_F(TimeCommand, AZoneIsRefusedWhereNoTimeIsShown) {
  const std::string path = itch_day("2019-12-30.itch", {9.5});
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"verify", "itch", path},
        {"bench", "throughput", path},
        {"doctor"},
        {"simulate"},
        {"batch", path, "--out-dir", folder_.path("out")}}) {
    std::vector<std::string> with_zone = words;
    with_zone.insert(with_zone.end(), {"--tz", "UTC"});
    expect_refused(command_.run(with_zone), "unknown option: --tz");
  }
  expect_refused(command_.run({"inspect", path, "--tz", "Amerika/New_York"}),
                 "did you mean America/New_York?");
}

}  // namespace
}  // namespace tapedeck
