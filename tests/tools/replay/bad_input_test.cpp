// What the command does with input that is damaged, hostile or not market data at all: a clear
// message with file and place, the promised exit code, and what was right before still reported.
#include <gtest/gtest.h>

#include "engine/core/random.hpp"
#include "tests/support/command.hpp"
#include "tests/support/compress.hpp"
#include "tests/support/data.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/zip_writer.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::Outcome;

constexpr u64 kMessages = 5'000;
constexpr u64 kMemoryBound = u64{300} << 20;
constexpr std::size_t kBombPiece = std::size_t{32} << 20;
// Instrumented, a gigabyte takes minutes.
const u64 kBombPieces = test::command_is_sanitized() ? 2 : 32;

class BadInput : public ::testing::Test {
 protected:
  BadInput() {
    itch50::FrameBuffer frames;
    test::write_demo_flow(frames, {kMessages, 10, 42});
    good_.assign(reinterpret_cast<const char*>(frames.bytes().data()), frames.bytes().size());
  }
  Outcome replay(const std::string& name, const std::string& content,
                 std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"replay", folder_.write(name, content), "--json"});
    return command_.run(more);
  }
  // Exit 3, the file and the place named, and the good part reported all the same.
  static void expect_damage(const Outcome& run, const std::string& where, u64 at_least_messages) {
    EXPECT_EQ(run.exit_code, 3) << run.err;
    EXPECT_TRUE(run.says(where)) << run.err;
    EXPECT_TRUE(run.says("expected")) << run.err;
    ASSERT_FALSE(run.json().is_discarded()) << run.out;
    EXPECT_GE(run.json()["messages"].get<u64>(), at_least_messages);
    EXPECT_FALSE(run.json()["complete"]);
  }

  test::TemporaryFolder folder_{"bad-input"};
  test::Command command_{folder_};
  std::string good_;
};

TEST_F(BadInput, AFileCutInsideAMessage) {
  const Outcome run = replay("cut.itch", good_.substr(0, good_.size() - 5));
  expect_damage(run, "cut.itch: byte " + std::to_string(good_.size() - 14), kMessages - 1);
  EXPECT_GT(run.json()["live_orders"].get<u64>(), 0U);
  EXPECT_GT(run.json()["stale_books"].get<u64>(), 0U) << "a damaged channel's books are STALE";
}

TEST_F(BadInput, ALengthTooShortForItsType) {
  std::string bytes = good_;
  bytes[15] = 38;  // the second message is a directory entry of 39 bytes
  expect_damage(replay("short.itch", bytes), "short.itch: byte 14", 1);
}

TEST_F(BadInput, ALengthPastTheEnd) {
  std::string bytes = good_;
  bytes[bytes.size() - 14] = '\x7F';
  expect_damage(replay("past.itch", bytes), "past.itch: byte", kMessages - 1);
}

TEST_F(BadInput, AZeroLengthInTheMiddle) {
  std::string bytes = good_;
  bytes.insert(14, 2, '\0');
  const Outcome run = replay("zero.itch", bytes);
  expect_damage(run, "zero.itch: byte 14", 1);
  EXPECT_TRUE(run.says("--framing type"));
}

TEST_F(BadInput, CompressedFilesCutShort) {
  const std::string packed = test::gzip(good_);
  expect_damage(replay("a.itch.gz", packed.substr(0, packed.size() / 2)), "a.itch.gz", 100);
  const std::string other = test::zstd(good_ + good_ + good_ + good_);
  expect_damage(replay("a.itch.zst", other.substr(0, other.size() - 3)), "a.itch.zst", 100);
}

// A gigabyte of messages that are valid and useless, in a hundred kilobytes.
TEST_F(BadInput, ABombIsReadInBoundedMemory) {
  std::string piece;
  while (piece.size() < kBombPiece) piece += good_.substr(0, 14);
  const std::string frame = test::zstd(piece);
  std::string bomb;
  for (u64 i = 0; i < kBombPieces; ++i) bomb += frame;
  ASSERT_LT(bomb.size(), std::size_t{1} << 20);
  const Outcome run = replay("bomb.itch.zst", bomb, {"--max-ratio", "1M"});
  EXPECT_GT(run.json()["bytes"].get<u64>(), kBombPieces * kBombPiece - 1);
  EXPECT_LT(run.json()["peak_rss_bytes"].get<u64>(), kMemoryBound);
  // Unless it is allowed, no recording is taken that swells so much.
  const Outcome refused = replay("bomb.itch.zst", bomb);
  expect_damage(refused, "allow more (--max-ratio)", 1);
  EXPECT_LT(refused.json()["bytes"].get<u64>(), kBombPiece);
}

TEST_F(BadInput, ABombOfZeroesStopsAtOnce) {
  const std::string zeroes(std::size_t{64} << 20, '\0');
  const std::string frame = test::gzip(zeroes);
  std::string bomb;
  for (int i = 0; i < 64; ++i) bomb += frame;  // 4 GiB
  const Outcome run = replay("zeroes.gz", bomb);
  expect_damage(run, "zeroes.gz: byte 0", 0);
  EXPECT_LT(run.json()["peak_rss_bytes"].get<u64>(), kMemoryBound);
}

TEST_F(BadInput, LobsterRowsWithLettersOrTooFewColumns) {
  const std::string row = "34200.1,1,77,100,5853300,1\n";
  expect_damage(replay("A_message.csv", row + "34200.2,1,abc,100,5853300,1\n"),
                "A_message.csv: row 2", 1);
  expect_damage(replay("A_message.csv", row + row + "34200.3,1,78\n"), "A_message.csv: row 3", 2);
}

TEST_F(BadInput, AnotherFormatAnEmptyFileAndNoise) {
  expect_damage(replay("page.html", "<html><body>404</body></html>"), "page.html: byte 0", 0);
  expect_damage(replay("empty.itch", ""), "empty.itch: byte 0", 0);
  std::string noise(100'000, '\0');
  Random random{9};
  for (char& c : noise) c = static_cast<char>(random.next());
  expect_damage(replay("noise.bin", noise), "noise.bin: byte 0", 0);
  expect_damage(replay("forced.bin", noise, {"--format", "itch50"}), "forced.bin: byte", 0);
}

TEST_F(BadInput, NothingUsableNeverCompletesNormally) {
  test::ItchDay day;
  day.directory(1, "A").directory(2, "B");
  const Bytes bytes = day.bytes();
  const Outcome run =
      replay("useless.itch", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.says("no event that a book or a state could use")) << run.err;
}

TEST_F(BadInput, ASymbolAmongOthersThatNeverComesIsTold) {
  const std::string good = folder_.write("good.itch", good_);
  const Outcome run = command_.run({"replay", good, "--symbols", "TAAA,NOSUCH", "--json"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_TRUE(run.says("NOSUCH is not in the input")) << run.err;
  EXPECT_FALSE(run.says("TAAA"));
  for (const char* list : {"TAAA, TAAB", ""}) {
    EXPECT_EQ(command_.run({"replay", good, "--symbols", list}).exit_code, 2) << list;
  }
}

TEST_F(BadInput, AnEndWithoutTheClosingMessageIsAWarningUnlessAskedFor) {
  const std::string open = good_.substr(0, good_.size() - 14);
  const Outcome run = replay("open.itch", open);
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_FALSE(run.json()["complete"]);
  EXPECT_TRUE(run.says("warning")) << run.err;
  EXPECT_EQ(replay("open.itch", open, {"--require-complete"}).exit_code, 3);
}

TEST_F(BadInput, OtherChannelsFinishWhenOneIsDamaged) {
  const std::string bad = folder_.write("bad.itch", good_.substr(0, good_.size() / 2 + 3));
  const Outcome run = replay("good.itch", good_, {bad, "--parallel", "--shards", "2"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.json()["damage"].size(), 1U);
  EXPECT_GT(run.json()["messages"].get<u64>(), kMessages);
}

TEST_F(BadInput, NamesThatSteerATerminalAreEscaped) {
  test::ZipWriter archive;
  archive.add(
      {.name = "A\x1b[2J\x1b]0;owned\x07_2012-06-21_1_2_message_1.csv", .content = "no row"});
  const Outcome run = replay("names.zip", archive.bytes_with_comment());
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.err.find('\x1b'), std::string::npos) << run.err;
  EXPECT_EQ(run.err.find('\x07'), std::string::npos) << run.err;
  EXPECT_TRUE(run.says("names.zip:A\\x1b[2J")) << run.err;
}

TEST_F(BadInput, AnArchiveOfManyDaysIsRefusedWithoutOpeningThem) {
  test::ZipWriter archive;
  for (int i = 0; i < 3'000; ++i) {
    archive.add({.name = "A_2012-06-21_" + std::to_string(i) + "_2_message_1.csv",
                 .content = "34200.1,1,1,1,1000000,1\n"});
  }
  const std::string path = folder_.write("days.zip", archive.bytes_with_comment());
  for (const std::string& command : {std::string{"replay"}, std::string{"inspect"}}) {
    test::expect_refused(command_.run({command, path}), "holds 3,000 days");
  }
  test::expect_refused(command_.run({"verify", "lobster", "--messages", path}), "holds 3,000 days");
}

TEST_F(BadInput, AShardMapIsReadToItsEndOrRefused) {
  const auto refused = [&](const std::string& map, const std::string& because) {
    const std::string day = folder_.write("day.itch", good_);
    test::expect_refused(command_.run({"replay", day, "--shards", "2", "--shard-map", map}),
                         because);
  };
  refused(folder_.path("none"), "--shard-map " + folder_.path("none") + ": cannot be opened");
  refused(folder_.path("."), "is a folder");
  refused("/proc/self/mem", "--shard-map /proc/self/mem: cannot be read");
  refused("/dev/zero", "line 1: is longer than a symbol and a shard can be");
  const std::string packed = test::gzip("AAPL 1\nMSFT 0\n");
  refused(folder_.write("map.gz", packed.substr(0, packed.size() - 4)), "inside gzip data");
  refused(folder_.write("map", "AAPL 1\nMSFT 2\n"), "line 2: expected a symbol and a shard");
  refused(folder_.write("map", "AAPL 1\nAAPL 0\n"), "line 2: AAPL has a shard already");
}

TEST_F(BadInput, AClosedStandardOutputIsRefusedBeforeAnythingRuns) {
  const std::string day = folder_.write("day.itch", good_);
  const std::string out = folder_.path("cuts.csv");
  for (const std::string& words :
       {"replay " + day + " --out " + out + " --snapshot-every 1s",
        std::string{"simulate --events 10 --rate max"}, "inspect " + day, std::string{"doctor"}}) {
    const test::CommandResult run =
        test::run_command(test::quoted(command_.binary()) + " " + words + " 2>&1 >&-");
    EXPECT_EQ(run.code, 2) << words << ": " << run.output;
    EXPECT_NE(run.output.find("standard output is closed"), std::string::npos) << run.output;
  }
  EXPECT_FALSE(std::filesystem::exists(out)) << "something ran";
}

TEST_F(BadInput, AReaderOfTheResultsThatGoesAwayIsNoError) {
  const std::string day = folder_.write("day.itch", good_);
  const std::string out = folder_.path("state.csv");
  const test::CommandResult run =
      test::run_command("bash -c \"" + command_.binary() + " replay " + day + " --quiet --state " +
                        out + " 2>&1 | true; exit \\${PIPESTATUS[0]}\"");
  EXPECT_EQ(run.code, 0) << run.output;
  EXPECT_TRUE(test::file_content(out).starts_with("symbol,")) << "other outputs are whole";
}

TEST_F(BadInput, AFileThatMayGrowNoFurtherIsAnErrorWithAWord) {
  const std::string day = folder_.write("day.itch", good_);
  const test::CommandResult run =
      test::run_command("bash -c \"ulimit -f 8; " + command_.binary() + " replay " + day +
                        " --json --record " + folder_.path("a.tape") + " --compress none 2>&1\"");
  EXPECT_EQ(run.code, 1) << run.output;
  EXPECT_NE(run.output.find("a.tape: File too large"), std::string::npos) << run.output;
}

TEST_F(BadInput, LimitsEndTheRunWithWhatItHas) {
  const std::string day = folder_.write("day.itch", good_);
  for (const auto& [option, value] :
       {std::pair{"--max-orders", "100"}, std::pair{"--max-levels", "50"},
        std::pair{"--max-memory", "64KiB"}}) {
    for (const std::string shards : {"0", "2"}) {
      const Outcome run =
          command_.run({"replay", day, "--json", "--shards", shards, option, value});
      EXPECT_EQ(run.exit_code, 1) << option << run.err;
      EXPECT_TRUE(run.says(std::string{"stopped at "} + option)) << run.err;
      ASSERT_FALSE(run.json().is_discarded()) << run.out;
      EXPECT_TRUE(run.json()["capped"]);
      EXPECT_GT(run.json()["events"].get<u64>(), 0U);
    }
    test::expect_refused(command_.run({"replay", day, option, "many"}),
                         std::string{option} + " many: must be a whole number like");
  }
  const Outcome run = command_.run({"replay", day, "--json"});
  EXPECT_FALSE(run.json()["capped"]);
}

// Address space that is there but never used, for books and threads, must not be what a run ends
// of.
TEST_F(BadInput, AllInstrumentsThereMayBeFitIntoLittleAddressSpace) {
  if (test::kCommandSanitized) GTEST_SKIP() << "a sanitizer's shadow fits under no such limit";
  test::ItchDay wide;
  wide.system('O');
  constexpr u16 kMost = 65'535;
  for (u16 locate = 1; locate != 0; ++locate) {
    wide.add(locate, "S" + std::to_string(locate), locate, 'B', 100, 10'000);
  }
  wide.system('C');
  const Bytes bytes = wide.bytes();
  const std::string day =
      folder_.write("wide.itch", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const json expected = command_.run({"replay", day, "--json", "--shards", "0"}).json();
  for (const std::string shards : {"0", "2"}) {
    const test::CommandResult run =
        test::run_command("ulimit -v 420000; " + test::quoted(command_.binary()) + " replay " +
                          day + " --json --shards " + shards);
    ASSERT_EQ(run.code, 0) << "--shards " << shards;
    const json summary = json::parse(run.output);
    EXPECT_EQ(summary["instruments"], kMost);
    EXPECT_EQ(summary["digest"], expected["digest"]);
  }
}

TEST_F(BadInput, MemoryThatRunsOutIsToldWithItsThread) {
  if (test::kCommandSanitized) GTEST_SKIP() << "a sanitizer's shadow fits under no such limit";
  const std::string out = folder_.path("cuts.csv");
  const test::CommandResult run = test::run_command(
      "ulimit -v 150000; " + test::quoted(command_.binary()) +
      " simulate --instruments 65536 --events 300k --rate max --quiet --snapshot-every 1ms --out " +
      out + " 2>&1");
  EXPECT_EQ(run.code, 1) << run.output;
  EXPECT_NE(run.output.find("memory ran out"), std::string::npos) << run.output;
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST_F(BadInput, MoreSpinningThreadsThanCoresAreTold) {
  const std::string day = folder_.write("day.itch", good_);
  const Outcome run = command_.run({"replay", day, "--json", "--shards", "64", "--wait", "spin"});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_TRUE(run.says("--wait spin: there are more threads than cores")) << run.err;
}

TEST_F(BadInput, WrongUsageIsExitTwoWithAHint) {
  const std::string good = folder_.write("good.itch", good_);
  struct Case {
    std::vector<std::string> arguments;
    std::string says;
  };
  const std::vector<Case> cases{
      {{"replay", "no/such/file.itch"}, "no/such/file.itch"},
      {{"replay", good, "--shard", "2"}, "did you mean --shards"},
      {{"replay", good, "--shards", "1000000"}, "0 to 64"},
      {{"replay", good, "--shards", "-1"}, "0 to 64"},
      {{"replay", good, "--batch", "0"}, "1 to 1024"},
      {{"replay", good, "--batch", "many"}, "many"},
      {{"replay", good, "--pin", "999"}, "999"},
      {{"replay", good, "--wait", "sleep"}, "spin, yield, park or auto"},
      {{"replay", good, "--queue-full", "drop", "--shards", "0"}, "--shards 1"},
      {{"replay", good, "--date", "30.12.2019"}, "2019-12-30"},
      {{"replay", good, "--format", "itch5"}, "did you mean itch50"},
      {{"replay", good, "--snapshot-every", "1s"}, "--out"},
      {{"replay", good, "--snapshot-every", "0s", "--out", "x.csv"}, "1s"},
      {{"replay", good, good + "x"}, good + "x"},
      {{"replay", good, "--depth", "100000000"}, "1 to 1000"},
      {{"replay", good, "--state", folder_.path("no/such/folder/state.csv")}, "cannot be written"},
      {{"replay", good, "--state", folder_.path("state.txt")}, ".csv"},
      {{"replay", good, "--shard-map", folder_.path("")}, "--shard-map"},
      {{"verify", "itch", good, "--jso"}, "tapedeck verify itch --help"},
      {{"replay"}, "PATH"},
      {{"relay", good}, "did you mean replay"},
      {{"verify"}, "subcommand"},
      {{"verify", "lobster"}, "--messages"},
      {{}, "replay"}};
  for (const Case& one : cases) {
    const Outcome run = command_.run(one.arguments);
    EXPECT_EQ(run.exit_code, 2) << run.err;
    EXPECT_TRUE(run.says(one.says)) << "expected '" << one.says << "' in: " << run.err;
    EXPECT_TRUE(run.out.empty());
  }
}

TEST_F(BadInput, AnOutputNeverOverwritesAnInput) {
  const std::string input = folder_.write("both.csv", good_);
  EXPECT_EQ(command_.run({"replay", input, "--state", input}).exit_code, 2);
  EXPECT_EQ(command_.run({"replay", input, "--snapshot-every", "1h", "--out", input}).exit_code, 2);
  EXPECT_EQ(test::file_content(input), good_);
  const std::string other = folder_.path("other.csv");
  EXPECT_EQ(
      command_.run({"replay", input, "--snapshot-every", "1h", "--out", other, "--state", other})
          .exit_code,
      2);
}

TEST_F(BadInput, ASymbolThatNobodyTradesIsNothingUsable) {
  const std::string good = folder_.write("good.itch", good_);
  const Outcome run = command_.run({"replay", good, "--symbols", "NOSUCH", "--json"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.says("no event that a book or a state could use")) << run.err;
  EXPECT_TRUE(run.says("NOSUCH is not in the input")) << run.err;
}

TEST_F(BadInput, SymbolsTakeOneListAndNoPath) {
  const std::string good = folder_.write("good.itch", good_);
  const std::string cut = folder_.write("cut.itch", good_.substr(0, good_.size() - 5));
  const Outcome run = command_.run({"replay", good, "--symbols", "TAAA", cut, "--json"});
  EXPECT_EQ(run.exit_code, 3) << "the second path was taken for a symbol";
  EXPECT_TRUE(run.says("cut.itch"));
}

TEST_F(BadInput, DamageInALaterFileKeepsTheFilesBefore) {
  const std::string good = folder_.write("good.itch", good_);
  for (const std::string& content : {std::string{}, std::string(500, '\x7F')}) {
    const std::string later = folder_.write("later.bin", content);
    const Outcome run = command_.run({"replay", good, later, "--json"});
    expect_damage(run, "later.bin: byte 0", kMessages);
  }
}

TEST_F(BadInput, DaysInTheWrongOrderAreRefused) {
  const std::string first = folder_.write("2024-01-02.itch", good_);
  const std::string second = folder_.write("2024-01-03.itch", good_);
  EXPECT_EQ(command_.run({"replay", second, first}).exit_code, 2);
  const Outcome run = command_.run({"replay", first, second, "--json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["time_backwards"], 0);
  EXPECT_EQ(run.json()["duplicate_add"], 0);
}

TEST_F(BadInput, AFullStandardOutputIsAnError) {
  const std::string good = folder_.write("good.itch", good_);
  EXPECT_EQ(command_.run({"replay", good}, "/dev/null", "/dev/full").exit_code, 1);
  for (const char* word : {"--help", "--version", "strategies", "man"}) {
    EXPECT_EQ(command_.run({word}, "/dev/null", "/dev/full").exit_code, 1) << word;
  }
}

// A quiet stretch of a real capture: thousands of packets in which there is nothing for us.
TEST_F(BadInput, ALongStretchOfForeignPacketsDoesNotPutTheChannelToSleep) {
  std::string capture{"\xd4\xc3\xb2\xa1\x02\x00\x04\x00\0\0\0\0\0\0\0\0\0\0\x04\x00\x01\0\0\0", 24};
  const std::string packet =
      std::string{"\1\0\0\0\0\0\0\0\x3c\0\0\0\x3c\0\0\0", 16} + std::string(60, '\x11');
  for (int i = 0; i < 30'000; ++i) capture += packet;
  for (const char* wait : {"park", "auto"}) {
    const Outcome run = replay("foreign.pcap", capture, {"--wait", wait, "--shards", "1"});
    EXPECT_EQ(run.exit_code, 3);
    EXPECT_EQ(run.json()["skipped_packets"], 30'000);
  }
}

TEST_F(BadInput, HelpAndVersionAreNoErrors) {
  EXPECT_EQ(command_.run({"--help"}).exit_code, 0);
  EXPECT_EQ(command_.run({"replay", "--help"}).exit_code, 0);
  const Outcome version = command_.run({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out.rfind("tapedeck ", 0), 0U);
}

TEST_F(BadInput, AStateFileThatCannotBeWrittenFailsTheRunButNotItsResults) {
  const std::string full = folder_.path("full.csv");
  std::filesystem::create_symlink("/dev/full", full);
  const Outcome run = replay("good.itch", good_, {"--state", full});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_TRUE(run.says("full.csv")) << run.err;
  EXPECT_EQ(run.json()["messages"], kMessages);
}

TEST_F(BadInput, ABookOutOfOrderIsCountedByNameAndSuspect) {
  test::ItchDay day;
  day.system('Q').directory(1, "A").directory(2, "B");
  day.add(1, "A", 1, 'B', 100, 10'000).add(1, "A", 1, 'B', 100, 10'000);  // twice
  day.execute(1, 99, 5);                                                  // never added
  day.execute(2, 1, 5);                                                   // lives under A
  day.execute(1, 1, 500);                                                 // more than open
  day.add(2, "B", 2, 'S', 10, 10'000).cancel(2, 2, 11);
  day.add(2, "B", 3, 'B', 0, 10'000);
  day.add(1, "A", 4, 'B', 1, 20'000).add(1, "A", 5, 'S', 1, 10'000);  // crossed while open
  const Bytes bytes = day.bytes();
  const json result =
      replay("rules.itch", {reinterpret_cast<const char*>(bytes.data()), bytes.size()}).json();
  EXPECT_EQ(result["duplicate_add"], 1);
  EXPECT_EQ(result["unknown_order"], 2);
  EXPECT_EQ(result["over_execution"], 1);
  EXPECT_EQ(result["over_cancel"], 1);
  EXPECT_EQ(result["bad_quantity"], 1);
  EXPECT_EQ(result["crossed_events"], 1);
  EXPECT_EQ(result["crossed_books"], 1);
  EXPECT_EQ(result["suspect_books"], 2);
}

}  // namespace
}  // namespace tapedeck
