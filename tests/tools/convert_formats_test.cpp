// `tapedeck convert` to tapes, as its user runs it: a tape replays to all that its source
// replays to, and gives back what was put on it.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/feeds/pcap/made_capture.hpp"
#include "tests/support/command.hpp"
#include "tests/support/data.hpp"
#include "tests/support/dbn_file_writer.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/lobster_market.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::file_content;
using test::Outcome;

std::string text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class ConvertFormats : public ::testing::Test {
 protected:
  ConvertFormats() {
    itch50::FrameBuffer frames;
    test::write_demo_flow(frames, {.messages = 5'000, .instruments = 10, .seed = 42});
    day_ = text_of(frames.bytes());
  }
  Outcome convert(std::vector<std::string> arguments, const std::string& out) {
    arguments.insert(arguments.begin(), "convert");
    arguments.insert(arguments.end(), {"--out", path(out)});
    return command_.run(arguments);
  }
  void expect_converted(const std::vector<std::string>& arguments, const std::string& out) {
    const Outcome run = convert(arguments, out);
    EXPECT_EQ(run.exit_code, 0) << run.err;
  }
  json replay(std::vector<std::string> arguments, const std::string& state = "state.csv") {
    arguments.insert(arguments.begin(),
                     {"replay", "--json", "--digest", "flow", "--state", path(state)});
    return command_.run(arguments).json();
  }
  // Books, what was wrong with them, what the source said of itself.
  void expect_same_replay(const std::vector<std::string>& source, const std::string& tape) {
    const json a = replay(source, "a.csv");
    const json b = replay({path(tape)}, "b.csv");
    for (const char* field :
         {"digest",        "flow_digest",    "events",         "notices",       "instruments",
          "live_orders",   "complete",       "time_base",      "crossed_books", "crossed_events",
          "unknown_order", "duplicate_add",  "over_execution", "over_cancel",   "suspect_books",
          "stale_books",   "time_backwards", "malformed",      "gaps",          "lost",
          "last_sequence", "damage"}) {
      EXPECT_EQ(a[field], b[field]) << tape << ": " << field;
    }
    EXPECT_EQ(file_content(path("a.csv")), file_content(path("b.csv"))) << tape;
  }
  // Numbers 1 and 2, then 5: two are missing.
  std::string capture_with_a_gap() {
    const auto packet = [](u64 sequence, const std::string& messages) {
      std::string header = "SESSION001" + std::string(8, '\0') + test::big16(1);
      store_be(test::bytes_of(header) + 10, sequence);
      return test::udp_frame(header + messages);
    };
    test::ItchDay day;
    day.system('O').directory(1, "ACME").add(1, "ACME", 1, 'B', 100, 1'000'000);
    const std::string messages = text_of(day.bytes());
    test::MadeCapture capture;
    capture.add(packet(1, messages.substr(0, 14))).add(packet(2, messages.substr(14, 41)));
    capture.add(packet(5, messages.substr(55)));
    return write("gap.pcap", capture.content());
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_.path(name); }
  std::string write(const std::string& name, const std::string& content) {
    return folder_.write(name, content);
  }

  test::TemporaryFolder folder_{"convert-formats"};
  test::Command command_{folder_};
  std::string day_;
};

TEST_F(ConvertFormats, ATapeOfMessagesGivesThemBackByteForByte) {
  std::string day = day_;
  day.insert(14, std::string{"\x00\x03~xy", 5});  // of an unknown type
  for (const std::string compress : {"none", "fast", "small"}) {
    const Outcome run =
        convert({write("day.itch", day), "--compress", compress, "--json"}, compress + ".tape");
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.json()["out_format"], "tape");
    EXPECT_EQ(run.json()["messages"], 5'001);
    EXPECT_EQ(run.json()["file_bytes"], std::filesystem::file_size(path(compress + ".tape")));
    expect_converted({path(compress + ".tape")}, "back.itch");
    EXPECT_EQ(file_content(path("back.itch")), day) << compress;
  }
}

TEST_F(ConvertFormats, ATapeReplaysToWhatItsSourceReplaysTo) {
  const std::string day = write("2019-12-30.itch", day_);
  expect_converted({day}, "day.tape");
  expect_same_replay({day}, "day.tape");
  expect_converted({day, "--symbols", "TAAA,TAAC"}, "some.tape");
  expect_same_replay({day, "--symbols", "TAAA,TAAC"}, "some.tape");
}

TEST_F(ConvertFormats, ATapeOfATapeDiffersInItsCompressionOnly) {
  const std::string day = write("2019-12-30.itch", day_);
  expect_converted({day}, "small.tape");
  expect_converted({path("small.tape"), "--compress", "none"}, "plain.tape");
  expect_converted({path("plain.tape")}, "again.tape");
  EXPECT_GT(std::filesystem::file_size(path("plain.tape")), day_.size());
  EXPECT_EQ(std::filesystem::file_size(path("again.tape")),
            std::filesystem::file_size(path("small.tape")));
  expect_same_replay({day}, "again.tape");
  // It still tells where it came from.
  EXPECT_NE(file_content(path("again.tape")).substr(0, 64).find("itch50"), std::string::npos);
}

TEST_F(ConvertFormats, ATapeHoldsSeveralDays) {
  const std::string first = write("2019-12-30.itch", day_);
  const std::string second = write("2019-12-31.itch", day_);
  expect_converted({first, second}, "days.tape");
  expect_same_replay({first, second}, "days.tape");
}

TEST_F(ConvertFormats, AWindowedRecordingIsTheSameOnATape) {
  test::LobsterMarket market{7, 3};
  const test::LobsterPair pair = market.record(2'000);
  const std::string messages = write("ACME_2012-06-21_message_3.csv", pair.messages);
  const std::string book = write("ACME_2012-06-21_orderbook_3.csv", pair.book);
  for (const std::vector<std::string>& input :
       {std::vector<std::string>{messages}, {messages, "--orderbook", book}}) {
    expect_converted(input, "day.tape");
    expect_same_replay(input, "day.tape");
    // And is encoded from there as it is from the files.
    expect_converted(input, "2012-06-21-a.itch");
    expect_converted({path("day.tape")}, "2012-06-21-b.itch");
    EXPECT_EQ(file_content(path("2012-06-21-a.itch")), file_content(path("2012-06-21-b.itch")));
  }
}

TEST_F(ConvertFormats, WhatItchCannotExpressIsOnATape) {
  constexpr u64 kNoonInNewYork = test::DbnFile::kMidnight + 17 * 3'600 * u64{kNanosPerSecond};
  test::DbnFile file{{.start = kNoonInNewYork}};
  file.at(kNoonInNewYork).add('B', 1, 100, 5).add('A', 2, 101, 5).modify('A', 2, 102, 5);
  const std::string orders = write("orders.dbn", file.bytes());
  expect_converted({orders}, "orders.tape");
  expect_same_replay({orders}, "orders.tape");
  const Outcome run = convert({path("orders.tape"), "--json"}, "2023-12-25.itch");
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_EQ(run.json()["reasons"], (json{{"no_message", 1}}));
}

TEST_F(ConvertFormats, ATapeOfACaptureKeepsItsLosses) {
  const std::string capture = capture_with_a_gap();
  const Outcome run = convert({capture, "--json"}, "gap.tape");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["gaps"], 1);
  EXPECT_EQ(run.json()["warnings"], json::array());
  EXPECT_EQ(replay({path("gap.tape")})["stale_books"], 1);
  expect_same_replay({capture}, "gap.tape");
  expect_converted({path("gap.tape")}, "again.tape");
  expect_same_replay({capture}, "again.tape");
}

TEST_F(ConvertFormats, DamageIsToldAndStaysOnTheTape) {
  const std::string cut = write("2019-12-30.itch", day_.substr(0, day_.size() - 5));
  const Outcome run = convert({cut, "--json"}, "cut.tape");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.says("2019-12-30.itch: byte")) << run.err;
  EXPECT_FALSE(run.json()["complete"]);
  expect_same_replay({cut}, "cut.tape");
  EXPECT_EQ(convert({path("cut.tape")}, "again.tape").exit_code, 3);
  expect_same_replay({cut}, "again.tape");
}

TEST_F(ConvertFormats, ADamagedTapesGoodFramesAreConverted) {
  expect_converted({write("2019-12-30.itch", day_), "--compress", "none"}, "day.tape");
  std::string tape = file_content(path("day.tape"));
  tape[tape.size() / 3] ^= 1;
  const std::string damaged = write("damaged.tape", tape);
  EXPECT_EQ(convert({damaged}, "again.tape").exit_code, 3);
  expect_same_replay({damaged}, "again.tape");
}

TEST_F(ConvertFormats, OfNothingOneTapeSaysSo) {
  EXPECT_EQ(convert({write("empty.itch", "")}, "empty.tape").exit_code, 3);
  const Outcome run = convert({write("day.itch", day_), "--symbols", "NOPE"}, "nope.tape");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.says("nothing of the instruments asked for")) << run.err;
}

TEST_F(ConvertFormats, OntoAFullDiskATapeFailsWithItsName) {
  std::filesystem::create_symlink("/dev/full", path("full.tape"));
  const Outcome run = convert({write("day.itch", day_)}, "full.tape");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_TRUE(run.says("full.tape") && run.says("No space left")) << run.err;
}

TEST_F(ConvertFormats, RefusesEndingsAndCompressionsThatThereAreNot) {
  const std::string day = write("day.itch", day_);
  for (const std::string out : {"out", "out.tape.zst", "out.itch.bz2", "out.txt"}) {
    test::expect_refused(convert({day}, out), ".itch, .itch.gz, .itch.zst, .tape");
  }
  test::expect_refused(convert({day, "--compress", "best"}, "out.tape"), "none, fast or small");
  test::expect_refused(convert({day, "--compress", "fast"}, "out.itch"), "is for tapes");
  expect_converted({day}, "day.tape");
  test::expect_refused(convert({path("day.tape")}, "day.tape"), "is an input of this run");
}

}  // namespace
}  // namespace tapedeck
