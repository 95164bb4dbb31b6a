// Tapes by the built command: what is recorded is what is replayed, whatever happens meanwhile.
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/compress.hpp"
#include "tests/support/data.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/tapes.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;

const u64 kRecordedMessages = test::kCommandSanitized ? 5'000 : 60'000;

class TapeCommand : public ::testing::Test {
 protected:
  std::string demo(const std::string& name, u64 seed, u64 messages = kRecordedMessages) {
    test::FileWriter writer{folder_.path(name)};
    test::write_demo_flow(writer, {messages, 20, seed});
    writer.close();
    return folder_.path(name);
  }
  json replay(std::vector<std::string> arguments, int exit_code = 0) {
    arguments.insert(arguments.begin(), {"replay", "--json", "--digest", "flow"});
    const Outcome run = command_.run(arguments);
    EXPECT_EQ(run.exit_code, exit_code) << run.err;
    return run.json();
  }
  // Everything that a tape must not change.
  static void expect_same(const json& a, const json& b) {
    for (const char* key : {"messages",
                            "events",
                            "instruments",
                            "live_orders",
                            "digest",
                            "flow_digest",
                            "complete",
                            "damage",
                            "malformed",
                            "unknown_type",
                            "unknown_order",
                            "gaps",
                            "lost",
                            "duplicates",
                            "crossed_events",
                            "crossed_books",
                            "stale_books",
                            "last_sequence",
                            "time_base",
                            "time_backwards",
                            "symbol_mismatch",
                            "levels_completed"}) {
      EXPECT_EQ(a[key], b[key]) << key;
    }
  }

  test::TemporaryFolder folder_{"tape"};
  test::Command command_{folder_};
};

TEST_F(TapeCommand, AReplayOfATapeIsTheReplayThatWasRecorded) {
  const std::string day = demo("2019-12-30.itch", 1);
  for (const std::string compress : {"none", "fast", "small"}) {
    const std::string tape = folder_.path(compress + ".tape");
    const json source = replay({day, "--record", tape, "--compress", compress, "--state",
                                folder_.path("source.csv"), "--snapshot-every", "7s", "--depth",
                                "3", "--out", folder_.path("source_cuts.csv")});
    EXPECT_EQ(source["recorded"][0]["messages"], kRecordedMessages);
    EXPECT_EQ(source["recorded"][0]["dropped"], 0);
    for (const std::string shards : {"0", "1", "3"}) {
      const json again = replay({tape, "--shards", shards, "--state", folder_.path("again.csv"),
                                 "--snapshot-every", "7s", "--depth", "3", "--out",
                                 folder_.path("again_cuts.csv")});
      expect_same(again, source);
      EXPECT_EQ(again["formats"], json::array({"tape"}));
      EXPECT_EQ(test::file_content(folder_.path("again.csv")),
                test::file_content(folder_.path("source.csv")));
      EXPECT_EQ(test::file_content(folder_.path("again_cuts.csv")),
                test::file_content(folder_.path("source_cuts.csv")));
    }
  }
  EXPECT_LT(std::filesystem::file_size(folder_.path("small.tape")),
            std::filesystem::file_size(folder_.path("none.tape")) * 6 / 10);
}

TEST_F(TapeCommand, ASimulationOnATapeIsThatSimulation) {
  const std::string tape = folder_.path("sim.tape");
  const Outcome made =
      command_.run({"simulate", "--rate", "max", "--events", std::to_string(kRecordedMessages),
                    "--venues", "2", "--record", tape, "--digest", "flow", "--json",
                    "--snapshot-every", "1s", "--out", folder_.path("made.csv")});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const json again = replay({folder_.path("sim.0.tape"), folder_.path("sim.1.tape"), "--parallel",
                             "--snapshot-every", "1s", "--out", folder_.path("again.csv")});
  expect_same(again, made.json());
  EXPECT_EQ(test::file_content(folder_.path("again.csv")),
            test::file_content(folder_.path("made.csv")));
}

TEST_F(TapeCommand, ALobsterDayOnATapeIsThatDay) {
  TAPEDECK_NEED_DATA(zip, "lobster/LOBSTER_SampleFile_GOOG_2012-06-21_10.zip");
  const std::string tape = folder_.path("goog.tape");
  const json source = replay({zip.string(), "--record", tape});
  expect_same(replay({tape}), source);
}

TEST_F(TapeCommand, CapturesOnATapeAreThoseCaptures) {
  TAPEDECK_NEED_DATA(captures, "pcap");
  u64 count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{captures}) {
    if (entry.path().extension() != ".pcap" || (test::kCommandSanitized && ++count > 5)) continue;
    const std::string tape = folder_.path("capture.tape");
    const std::vector<std::string> words{"replay", "--json", "--digest", "flow"};
    std::vector<std::string> recording = words;
    // A capture without an event would leave an earlier tape as it is.
    std::filesystem::remove(tape);
    recording.insert(recording.end(), {entry.path().string(), "--record", tape});
    const Outcome source = command_.run(recording);
    std::vector<std::string> replaying = words;
    replaying.push_back(tape);
    const Outcome again = command_.run(replaying);
    EXPECT_EQ(again.exit_code, source.exit_code) << entry.path() << again.err;
    expect_same(again.json(), source.json());
  }
}

TEST_F(TapeCommand, ADamagedDayOnATapeIsAsDamaged) {
  const std::string day = demo("day.itch", 4);
  std::filesystem::resize_file(day, std::filesystem::file_size(day) / 2 + 1);
  const std::string tape = folder_.path("day.tape");
  const json source = replay({day, "--record", tape, "--state", folder_.path("a.csv")}, 3);
  const json again = replay({tape, "--state", folder_.path("b.csv")}, 3);
  expect_same(again, source);
  EXPECT_EQ(test::file_content(folder_.path("a.csv")), test::file_content(folder_.path("b.csv")));
}

TEST_F(TapeCommand, SeveralDaysStayThoseDays) {
  const std::string first = demo("2019-12-30.itch", 5, 5'000);
  const std::string second = demo("2019-12-31.itch", 6, 5'000);
  const std::string tape = folder_.path("days.tape");
  const json source = replay(
      {first, second, "--record", tape, "--snapshot-every", "1m", "--out", folder_.path("a.csv")});
  expect_same(replay({tape, "--snapshot-every", "1m", "--out", folder_.path("b.csv")}), source);
  EXPECT_EQ(test::file_content(folder_.path("a.csv")), test::file_content(folder_.path("b.csv")));
}

TEST_F(TapeCommand, PlaysAPartOfATapeWithTheBooksOfTheWhole) {
  const std::string tape = folder_.path("day.tape");
  replay({demo("day.itch", 7), "--record", tape});
  const auto cuts = [&](std::vector<std::string> words) {
    words.insert(words.end(), {tape, "--snapshot-every", "1m", "--rows", "all", "--out",
                               folder_.path("cuts.csv")});
    replay(words);
    return test::file_content(folder_.path("cuts.csv"));
  };
  const std::string whole = cuts({});
  const std::string part = cuts({"--from", "12:00"});
  const std::size_t header = part.find('\n') + 1;
  ASSERT_GT(part.size(), header);
  EXPECT_LT(part.size(), whole.size() * 8 / 10);
  EXPECT_TRUE(whole.ends_with(part.substr(header)));
  // The same books at the end of a part, however it was begun.
  const json to = replay({tape, "--to", "12:00"});
  expect_same(replay({tape, "--from", "11:00", "--to", "12:00", "--shards", "2"}), to);
  const json to_number = replay({tape, "--to", "#1001"});
  EXPECT_EQ(to_number["messages"], 1000);
}

// Beginning at a checkpoint is as reading from the front, but for how much is read.
TEST_F(TapeCommand, CheckpointsChangeNothingButWhereReadingBegins) {
  const std::string two_days = folder_.path("two.tape");
  const std::string simulated = folder_.path("simulated.tape");
  replay({demo("2019-12-30.itch", 21), demo("2019-12-31.itch", 22), "--record", two_days});
  ASSERT_EQ(command_
                .run({"simulate", "--events", std::to_string(kRecordedMessages), "--date",
                      "2019-12-30", "--rate", "max", "--record", simulated})
                .exit_code,
            0);
  struct Case {
    std::string tape, interval, cuts, from;
    std::vector<std::string> options;
  };
  const std::string middle = "#" + std::to_string(kRecordedMessages / 2);
  const std::string late = "#" + std::to_string(kRecordedMessages + kRecordedMessages / 2);
  const std::vector<Case> cases{
      {two_days, "10m", "1m", "12:00", {"--shards", "2"}},
      {two_days, "10m", "1m", late, {"--symbols", "TAAA,TAAE", "--strategy", "vwap"}},
      {two_days, "1h", "1m", "2019-12-31T18:00:00Z", {"--symbols", "TAAE,TAAC", "--shards", "2"}},
      {simulated, "5ms", "2ms", middle, {"--strategy", "bbo"}},
      {simulated, "10ms", "2ms", middle, {"--symbols", "SIM3", "--shards", "2"}}};
  for (const auto& [tape, interval, cuts, from, options] : cases) {
    const std::string with_checkpoints = folder_.path("checkpoints.tape");
    ASSERT_EQ(
        command_
            .run({"convert", tape, "--out", with_checkpoints, "--force", "--checkpoints", interval})
            .exit_code,
        0);
    const auto run = [&](const std::string& path, const std::string& name) {
      std::vector<std::string> arguments{path,
                                         "--from",
                                         from,
                                         "--state",
                                         folder_.path(name + ".state.csv"),
                                         "--out",
                                         folder_.path(name + ".csv"),
                                         "--snapshot-every",
                                         cuts,
                                         "--depth",
                                         "3"};
      arguments.insert(arguments.end(), options.begin(), options.end());
      return replay(arguments);
    };
    const json whole = run(tape, "whole");
    const json begun = run(with_checkpoints, "begun");
    EXPECT_EQ(begun["digest"], whole["digest"]) << from;
    EXPECT_EQ(begun["flow_digest"], whole["flow_digest"]) << from;
    EXPECT_EQ(begun["live_orders"], whole["live_orders"]) << from;
    EXPECT_EQ(begun["instruments"], whole["instruments"]) << from;
    EXPECT_EQ(begun["last_sequence"], whole["last_sequence"]) << from;
    EXPECT_EQ(begun["complete"], whole["complete"]) << from;
    EXPECT_LT(begun["messages"], whole["messages"]) << from;
    EXPECT_EQ(test::file_content(folder_.path("begun.state.csv")),
              test::file_content(folder_.path("whole.state.csv")))
        << from;
    EXPECT_EQ(test::file_content(folder_.path("begun.csv")),
              test::file_content(folder_.path("whole.csv")))
        << from;
    EXPECT_GT(std::filesystem::file_size(folder_.path("begun.csv")), 100U);
  }
}

TEST_F(TapeCommand, AReplayOfATapeWithCheckpointsIsThatReplay) {
  const std::string tape = folder_.path("a.tape");
  const json source = replay({demo("day.itch", 23), "--record", tape, "--checkpoints", "30m"});
  EXPECT_GT(source["recorded"][0]["checkpoints"], 5);
  EXPECT_GT(source["recorded"][0]["checkpoint_bytes"], 1'000);
  expect_same(replay({tape}), source);
  expect_same(replay({tape, "--shards", "2"}), source);
  // The end may come first, where one is a time and the other a message.
  const std::vector<std::string> part{"--from", "#" + std::to_string(kRecordedMessages * 3 / 4),
                                      "--to", "11:00"};
  const auto part_of = [&](const std::string& path) {
    std::vector<std::string> arguments{path};
    arguments.insert(arguments.end(), part.begin(), part.end());
    return replay(arguments);
  };
  EXPECT_EQ(part_of(tape)["digest"], part_of(folder_.path("day.itch"))["digest"]);
  const json inspected = command_.run({"inspect", tape, "--json"}).json();
  EXPECT_EQ(inspected["channels"][0]["checkpoints"], source["recorded"][0]["checkpoints"]);
  // Its recorder was killed: checkpoints are found from frame to frame.
  std::filesystem::resize_file(tape, std::filesystem::file_size(tape) - 100);
  const Outcome late = command_.run({"replay", tape, "--from", "15:00"});
  EXPECT_TRUE(late.says("began with the books as they were after message")) << late.err;
}

TEST_F(TapeCommand, ADeckBesideARecorderChangesNeither) {
  const std::string day = demo("day.itch", 13, 5'000);
  const std::string tape = folder_.path("day.tape");
  const json source = replay({day, "--record", tape, "--speed", "1000000"});
  EXPECT_EQ(source["recorded"][0]["messages"], 5'000);
  expect_same(replay({tape}), source);
  // Followed events are told to strategies no sooner than others.
  const json fast = replay({tape, "--from", "12:00", "--strategy", "vwap"});
  const json paced = replay({tape, "--from", "12:00", "--strategy", "vwap", "--speed", "1000000"});
  EXPECT_EQ(paced["signals"], fast["signals"]);
}

TEST_F(TapeCommand, DamageBeforeTheEndOfAPartIsTold) {
  const std::string tape = folder_.path("day.tape");
  constexpr u64 kEnough = 30'000;  // for several frames
  replay({demo("day.itch", 14, kEnough), "--record", tape, "--compress", "none"});
  std::string bytes = test::file_content(tape);
  bytes[500] = static_cast<char>(bytes[500] ^ 1);  // in the first frame
  std::ofstream{tape, std::ios::binary} << bytes;
  const std::string place = "#" + std::to_string(kEnough - 10);
  const json part = replay({tape, "--to", place}, 3);
  EXPECT_FALSE(part["complete"]);
  EXPECT_EQ(part["gaps"], 1);
  EXPECT_EQ(command_.run({"book", tape, "--at", place, "--symbol", "TAAA"}).exit_code, 3);
  // Behind the part, it is none of its business.
  std::string later = test::file_content(tape);
  later[500] = static_cast<char>(later[500] ^ 1);
  later[later.size() - 3'000] = static_cast<char>(later[later.size() - 3'000] ^ 1);
  std::ofstream{tape, std::ios::binary} << later;
  EXPECT_EQ(replay({tape, "--to", "#100"})["messages"], 99);
}

TEST_F(TapeCommand, ATapeIsFollowedWhileItIsWritten) {
  const std::string tape = folder_.path("live.tape");
  std::thread recording{[&] {
    test::TemporaryFolder own{"recording"};
    test::Command other{own};
    EXPECT_EQ(
        other.run({"simulate", "--rate", "20k", "--duration", "2s", "--record", tape}).exit_code,
        0);
  }};
  while (!std::filesystem::exists(tape) || std::filesystem::file_size(tape) < 64) {
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  const json followed = replay({tape, "--follow"});
  recording.join();
  EXPECT_TRUE(followed["complete"]);
  EXPECT_GE(followed["elapsed_s"], 1.0);
  expect_same(replay({tape}), followed);
}

// The recorder may have died, and another one begun; or the file was cut: nothing more will come.
TEST_F(TapeCommand, ATapeThatWillNotGoOnIsFollowedNoFurther) {
  const std::string whole = folder_.path("whole.tape");
  // Many frames, so that half of the tape has whole ones.
  const std::string day = demo("day.itch", 3, 60'000);
  ASSERT_EQ(command_.run({"replay", day, "--record", whole}).exit_code, 0);
  const std::string bytes = test::file_content(whole);
  const std::string tape = folder_.path("live.tape");
  using Change = std::function<void()>;
  const std::vector<std::pair<std::string, Change>> changes{
      {"cut shorter", [&] { std::filesystem::resize_file(tape, bytes.size() / 4); }},
      {"begun anew",
       [&] {
         // At its front, and no shorter: a new one is, before its reader has looked again.
         std::fstream{tape, std::ios::binary | std::ios::in | std::ios::out} << "another begins";
       }},
      {"nothing any more", [&] { std::filesystem::remove(tape); }},
      {"another file", [&] {
         std::filesystem::copy_file(whole, folder_.path("other.tape"));
         std::filesystem::rename(folder_.path("other.tape"), tape);
       }}};
  for (const auto& [because, change] : changes) {
    folder_.write("live.tape", bytes.substr(0, bytes.size() / 2));
    Outcome followed;
    const test::TemporaryFolder own{"follower"};
    std::thread follower{[&] {
      followed =
          test::Command{own}.run({"replay", tape, "--follow", "--json", "--report-every", "10ms"});
    }};
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (!test::reports_events(own.path("stderr"))) {
      if (std::chrono::steady_clock::now() > give_up) {
        ADD_FAILURE() << "the follower has read no event within a minute";
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    change();
    follower.join();
    EXPECT_EQ(followed.exit_code, 3) << because << followed.err;
    EXPECT_TRUE(followed.says(because)) << followed.err;
    ASSERT_FALSE(followed.json().is_discarded());
    EXPECT_GT(followed.json()["messages"], 0) << "what was right before is reported";
    EXPECT_FALSE(followed.json()["complete"]);
  }
}

TEST_F(TapeCommand, ADamagedTimeDoesNotHoldAReplayUp) {
  test::ItchDay day;
  day.system('O').at(34'200'000'000'000).add(7, "ACME", 1, 'B', 100, 10'000);
  day.at(80'000'000'000'000).add(7, "ACME", 2, 'B', 100, 10'000);
  day.at(34'200'100'000'000).add(7, "ACME", 3, 'B', 100, 10'000).system('C');
  const Bytes bytes = day.bytes();
  const std::string path =
      folder_.write("late.itch", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const Outcome run = command_.run({"replay", path, "--speed", "1", "--json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["live_orders"], 3);
  EXPECT_LT(run.json()["elapsed_s"].get<double>(), 10);
  EXPECT_EQ(run.json()["implausible_times"], 1);
}

TEST_F(TapeCommand, SpeedGoesByRecordedTime) {
  const std::string tape = folder_.path("sim.tape");
  command_.run({"simulate", "--rate", "max", "--duration", "2s", "--record", tape});
  const json paced = replay({tape, "--speed", "10"});
  EXPECT_GE(paced["elapsed_s"], 0.19);
  ASSERT_TRUE(paced["latency_ns"].is_object());
  EXPECT_GT(paced["latency_ns"]["due_to_ingress"]["count"], 100'000);
  expect_same(paced, replay({tape}));
}

TEST_F(TapeCommand, RefusesWhatCannotBe) {
  const std::string day = demo("day.itch", 8, 2'000);
  const auto refused = [&](std::vector<std::string> words, const std::string& because) {
    words.insert(words.begin(), {"replay", day});
    test::expect_refused(command_.run(words), because);
  };
  refused({"--record", folder_.path("x.itch")}, "must be .tape");
  refused({"--record", folder_.path("none/x.tape")}, "cannot be written");
  refused({"--record", "/proc/x.tape"}, "cannot be written");
  refused({"--compress", "small"}, "nothing is recorded without --record");
  refused({"--record", folder_.path("x.tape"), "--compress", "tiny"}, "none, fast or small");
  refused({"--record", folder_.path("x.tape"), "--sync", "often"}, "none, interval or frame");
  refused({"--record", folder_.path("x.tape"), "--checkpoints", "often"}, "must be a duration");
  refused({"--record", folder_.path("x.tape"), "--checkpoints", "0s"}, "at least 1ms");
  refused({"--checkpoints", "1m"}, "nothing is recorded without --record");
  refused({"--record", folder_.path("x.tape"), "--from", "10:00"},
          "give --from and --to when you replay it");
  refused({"--follow"}, "is no tape");
  refused({"--from", "#10", "--to", "#10"}, "does not lie behind --from");
  refused({"--from", "25:00"}, "must be a time of day");
  refused({"--to", "#0"}, "must be a message's number");
  refused({"--speed", "0"}, "must be max or a factor");
  refused({"--speed", "fast"}, "must be max or a factor");
  const std::string tape = folder_.path("day.tape");
  replay({day, "--record", tape});
  test::expect_refused(command_.run({"replay", tape, "--record", tape}), "is an input of this run");
  EXPECT_EQ(replay({tape})["messages"], 2'000) << "the input was touched";
  test::expect_refused(command_.run({"simulate", "--record", folder_.path("x.itch"), "--sync",
                                     "frame", "--events", "10"}),
                       "--sync frame: an ITCH file");
}

TEST_F(TapeCommand, ATapeOfALaterVersionIsRefusedByName) {
  const std::string tape = folder_.path("day.tape");
  replay({demo("day.itch", 9, 2'000), "--record", tape});
  std::string bytes = test::file_content(tape);
  bytes[8] = 7;
  const u64 hash = tape::hash_of(as_bytes_of(bytes).first(56));
  std::memcpy(bytes.data() + 56, &hash, sizeof hash);
  std::ofstream{tape, std::ios::binary} << bytes;
  const Outcome run = command_.run({"replay", tape, "--json"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.says("a tape of version 7")) << run.err;
  // Without the hash it is a damaged header, which costs nothing.
  bytes[8] = 9;
  std::ofstream{tape, std::ios::binary} << bytes;
  EXPECT_EQ(replay({tape})["messages"], 2'000);
}

TEST_F(TapeCommand, AFullDiskDoesNotTakeTheResults) {
  const std::string full = folder_.path("full.tape");
  std::filesystem::create_symlink("/dev/full", full);
  const Outcome run = command_.run({"replay", demo("day.itch", 10), "--record", full, "--json"});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_TRUE(run.says("full.tape: No space left on device")) << run.err;
  EXPECT_EQ(run.json()["messages"], kRecordedMessages);
  EXPECT_TRUE(run.json()["written"].empty());
}

TEST_F(TapeCommand, PackedTapesAreTapesAndBombsAreBounded) {
  const std::string tape = folder_.path("day.tape");
  const json source = replay({demo("day.itch", 11), "--record", tape, "--compress", "none"});
  std::ofstream{tape + ".gz", std::ios::binary} << test::gzip(test::file_content(tape));
  expect_same(replay({tape + ".gz"}), source);
  // Half a gigabyte of nothing behind a tape's header.
  std::string content = test::file_content(tape).substr(0, 64);
  content.resize(std::size_t{test::kCommandSanitized ? 64U : 512U} << 20);
  std::ofstream{folder_.path("bomb.tape.zst"), std::ios::binary} << test::zstd(content);
  const Outcome run = command_.run({"replay", folder_.path("bomb.tape.zst"), "--json"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_LT(run.json()["peak_rss_bytes"].get<u64>(),
            u64{test::kCommandSanitized ? 900U : 300U} << 20);
}

}  // namespace
}  // namespace tapedeck
