// `tapedeck convert` to tapes and to rows of text, as its user runs it: a tape replays to all that
// its source replays to, and gives back what was put on it; rows have every event.
#include <algorithm>
#include <csignal>
#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/compress.hpp"
#include "tests/support/conversion.hpp"
#include "tests/support/data.hpp"
#include "tests/support/dbn_file_writer.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/lobster_market.hpp"
#include "tests/support/made_capture.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::file_content;
using test::Outcome;
using test::text_of;

// What a file of that ending holds, `size` bytes of it.
std::string unpacked(const std::string& ending, const std::string& packed, std::size_t size) {
  std::string plain(size + 1, '\0');
  if (ending == "zst") {
    plain.resize(ZSTD_decompress(plain.data(), plain.size(), packed.data(), packed.size()));
    return plain;
  }
  z_stream stream{};
  inflateInit2(&stream, 16 + MAX_WBITS);
  std::string input = packed;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

class ConvertFormats : public test::Conversion {
 protected:
  ConvertFormats() : Conversion("convert-formats") {}

  void expect_converted(const std::vector<std::string>& arguments, const std::string& out) {
    const Outcome run = convert(arguments, out);
    EXPECT_EQ(run.exit_code, 0) << run.err;
  }
  json replay(std::vector<std::string> arguments, const std::string& state = "state.csv") {
    arguments.insert(arguments.end(), {"--state", path(state)});
    return Conversion::replay(arguments);
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

TEST_F(ConvertFormats, ATapeOfAnUnknownDayCanBeGivenOne) {
  test::LobsterMarket market{7, 3};
  for (const std::string& source :
       {write("day.itch", day_), write("ACME_message.csv", market.record(500).messages)}) {
    expect_converted({source}, "undated.tape");
    expect_same_replay({source}, "undated.tape");
    expect_converted({path("undated.tape"), "--date", "2019-12-30"}, "dated.tape");
    expect_same_replay({source, "--date", "2019-12-30"}, "dated.tape");
    expect_converted({source, "--date", "2019-12-30"}, "a.csv");
    expect_converted({path("undated.tape"), "--date", "2019-12-30"}, "b.csv");
    expect_converted({path("dated.tape")}, "c.csv");
    const std::string rows = file_content(path("a.csv"));
    EXPECT_EQ(file_content(path("b.csv")), rows);
    EXPECT_EQ(file_content(path("c.csv")), rows);
  }
}

TEST_F(ConvertFormats, AWindowedRecordingIsTheSameOnATape) {
  test::LobsterMarket market{7, 3};
  const test::LobsterPair pair = market.record(2'000);
  const std::string messages = write("ACME_2012-06-21_message_3.csv", pair.messages);
  const std::string alone = write("ALONE_2012-06-21_message_3.csv", pair.messages);
  const std::string book = write("ACME_2012-06-21_orderbook_3.csv", pair.book);
  for (const std::vector<std::string>& input :
       {std::vector<std::string>{alone}, {messages}, {messages, "--orderbook", book}}) {
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
  itch50::FrameBuffer frames;  // enough for several frames of a tape
  test::write_demo_flow(frames, {.messages = 40'000, .instruments = 10, .seed = 43});
  const std::string day = write("2019-12-30.itch", text_of(frames.bytes()));
  expect_converted({day, "--compress", "none"}, "day.tape");
  std::string tape = file_content(path("day.tape"));
  tape[tape.size() / 3] ^= 1;
  const std::string damaged = write("damaged.tape", tape);
  const Outcome run = convert({damaged, "--json"}, "again.tape");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_GT(run.json()["messages"], 10'000);
  expect_same_replay({damaged}, "again.tape");
}

TEST_F(ConvertFormats, ATapeOfNothingIsDamagedInput) {
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

TEST_F(ConvertFormats, ATapeIntoAPipeNobodyReadsIsGivenUpAfterASignal) {
  const std::string pipe = path("pipe.tape");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const Outcome run = command_.run_and_signal({"convert", write("day.itch", day_), "--out", pipe},
                                              SIGTERM, test::takes_signals);
  EXPECT_EQ(run.exit_code, 128 + SIGTERM);
  EXPECT_TRUE(run.says("pipe.tape: nobody has opened this pipe")) << run.err;
}

TEST_F(ConvertFormats, RefusesEndingsAndCompressionsThatThereAreNot) {
  const std::string day = write("day.itch", day_);
  for (const std::string out : {"out", "csv", "out.tape.zst", "out.csv.bz2", "out.txt"}) {
    test::expect_refused(convert({day}, out),
                         ".itch, .itch.gz, .itch.zst, .tape, .csv, .csv.gz, .csv.zst, "
                         ".jsonl, .jsonl.gz, .jsonl.zst");
  }
  test::expect_refused(convert({day, "--compress", "best"}, "out.tape"), "none, fast or small");
  test::expect_refused(convert({day, "--compress", "fast"}, "out.itch"), "is for tapes");
  test::expect_refused(convert({day, "--compress", "fast"}, "out.csv"), "is for tapes");
  expect_converted({day}, "day.tape");
  test::expect_refused(convert({path("day.tape")}, "day.tape"), "is an input of this run");
}

TEST_F(ConvertFormats, RowsOfASmallDayHaveEveryField) {
  test::ItchDay day;
  day.system('O').directory(7, "ACME").trading(7, "ACME");
  day.add(7, "ACME", 1, 'B', 100, 1'002'500).execute(7, 1, 40).replace(7, 1, 2, 30, 1'002'600);
  day.remove(7, 2).system('C');
  const std::string source = write("2019-12-30.itch", text_of(day.bytes()));
  expect_converted({source}, "rows.csv");
  const std::string empty(20, ',');
  const std::string at = ",1577716200000";  // 09:30 in New York
  EXPECT_EQ(
      file_content(path("rows.csv")),
      "sequence,time_ns,kind,side,instrument,symbol,id,aux,mpid,price,quantity,flags,type,"
      "direction,variation,paired,imbalance,reference,far,near,upper,lower,extension,state,session,"
      "source,reason,first,last,body,source_id,round_lot,quantity_scale\n"
      "1" +
          at +
          "001000,trading_state,,,,,,,,,last_of_event,,,,,,,,,,,,,messages_started,S,,,,,,,\n"
          "2" +
          at +
          "002000,define,,0,ACME,,,,,,,,,,,,,,,,,,,,,,,,,7,100,0\n"
          "2" +
          at +
          "002000,notice,,0,ACME,,,,,,last_of_event,R,,,,,,,,,,,,,,,,,"
          "000000000064" +
          std::string(28, '0') +
          ",,,\n"
          "3" +
          at +
          "003000,trading_state,,0,ACME,,,,,,last_of_event,,,,,,,,,,,,trading,,H,,,,,,,\n"
          "4" +
          at + "004000,add,bid,0,ACME,1,,,100.25,100,last_of_event," + empty +
          "\n"
          "5" +
          at + "005000,execute,bid,0,ACME,1,1,,100.25,40,last_of_event," + empty +
          "\n"
          "6" +
          at + "006000,replace,bid,0,ACME,1,2,,100.26,30,last_of_event," + empty +
          "\n"
          "7" +
          at + "007000,remove,bid,0,ACME,2,,,100.26,0,last_of_event," + empty +
          "\n"
          "8" +
          at + "008000,trading_state,,,,,,,,,last_of_event,,,,,,,,,,,,,messages_ended,S,,,,,,,\n");
  expect_converted({source, "--symbols", "ACME"}, "rows.jsonl");
  const std::string json_lines = file_content(path("rows.jsonl"));
  EXPECT_NE(
      json_lines.find("\n{\"sequence\":4,\"time_ns\":1577716200000004000,\"kind\":\"add\",\"side\":"
                      "\"bid\",\"instrument\":0,\"symbol\":\"ACME\",\"id\":1,\"price\":100.25,"
                      "\"quantity\":100,\"flags\":[\"last_of_event\"]}\n"),
      std::string::npos)
      << json_lines;
}

TEST_F(ConvertFormats, ThereAreAsManyRowsAsEvents) {
  const std::string day = write("2019-12-30.itch", day_);
  const json replayed = replay({day});
  for (const std::string out : {"rows.csv", "rows.jsonl"}) {
    const Outcome run = convert({day, "--json"}, out);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.err, "");
    const std::string text = file_content(path(out));
    const bool has_header = out == "rows.csv";
    u64 definitions = 0;
    for (std::size_t found = 0; (found = text.find("define", found)) != std::string::npos;
         ++found) {
      ++definitions;
    }
    const u64 rows = run.json()["rows"];
    EXPECT_EQ(static_cast<u64>(std::ranges::count(text, '\n')), rows + (has_header ? 1 : 0));
    EXPECT_EQ(rows, replayed["events"].get<u64>() + replayed["notices"].get<u64>() + definitions);
    EXPECT_EQ(definitions, replayed["instruments"]);
    EXPECT_EQ(run.json()["messages"], 0);
    EXPECT_EQ(run.json()["bytes"], text.size());
    EXPECT_EQ(run.json()["out_format"], out.substr(5));
  }
}

TEST_F(ConvertFormats, RowsAreCompressedAsTheEndingAsks) {
  const std::string day = write("2019-12-30.itch", day_);
  for (const std::string format : {"csv", "jsonl"}) {
    expect_converted({day}, "rows." + format);
    const std::string plain = file_content(path("rows." + format));
    for (const std::string ending : {"gz", "zst"}) {
      const std::string out = "rows." + format + "." + ending;
      const Outcome run = convert({day, "--json"}, out);
      EXPECT_EQ(run.exit_code, 0) << run.err;
      const std::string packed = file_content(path(out));
      EXPECT_LT(packed.size(), plain.size() / 3);
      EXPECT_EQ(run.json()["file_bytes"], packed.size());
      EXPECT_EQ(unpacked(ending, packed, plain.size()), plain) << out;
    }
  }
}

TEST_F(ConvertFormats, RowsOfATapeAreThoseOfItsSource) {
  const std::string capture = capture_with_a_gap();
  expect_converted({capture}, "gap.tape");
  expect_converted({capture}, "a.csv");
  expect_converted({path("gap.tape")}, "b.csv");
  const std::string rows = file_content(path("a.csv"));
  EXPECT_EQ(file_content(path("b.csv")), rows);
  const std::size_t loss = rows.find(",loss,");
  ASSERT_NE(loss, std::string::npos);
  EXPECT_NE(rows.find(",3,4,", loss), std::string::npos) << rows;
}

TEST_F(ConvertFormats, ASymbolCannotBreakItsRow) {
  test::ItchDay day;
  day.directory(1, "A\"B,\n\x01").add(1, "A\"B,\n\x01", 1, 'B', 100, 1'000'000);
  const std::string source = write("2019-12-30.itch", text_of(day.bytes()));
  expect_converted({source}, "rows.csv");
  const std::string csv = file_content(path("rows.csv"));
  EXPECT_EQ(std::ranges::count(csv, '\n'), 4);
  EXPECT_NE(csv.find(",add,bid,0,\"A\"\"B,\\x0A\\x01\",1,"), std::string::npos) << csv;
  expect_converted({source}, "rows.jsonl");
  const std::string lines = file_content(path("rows.jsonl"));
  EXPECT_EQ(std::ranges::count(lines, '\n'), 3);
  const std::string last = lines.substr(lines.rfind('\n', lines.size() - 2) + 1);
  EXPECT_EQ(json::parse(last)["symbol"], "A\"B,\n\x01");
}

TEST_F(ConvertFormats, RowsOfDamagedInputGoAsFarAsItDoes) {
  const std::string whole = write("2019-12-30.itch", day_);
  const std::string cut = write("2019-12-31.itch", day_.substr(0, day_.size() - 5));
  expect_converted({whole, "--date", "2019-12-31"}, "whole.csv");
  const Outcome run = convert({cut, "--json"}, "cut.csv");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.says("2019-12-31.itch: byte")) << run.err;
  EXPECT_FALSE(run.json()["complete"]);
  const std::string rows = file_content(path("cut.csv"));
  EXPECT_TRUE(file_content(path("whole.csv")).starts_with(rows));
  EXPECT_EQ(rows.back(), '\n');
  EXPECT_EQ(convert({write("empty.itch", "")}, "empty.csv").exit_code, 3);
}

TEST_F(ConvertFormats, RowsSayWhenTheDayIsNotKnownAndWhatHasNoRow) {
  std::string day = day_;
  day.insert(14, std::string{"\x00\x03~xy", 5});
  const Outcome run = convert({write("day.itch", day)}, "rows.csv");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_TRUE(run.says("the day is not known")) << run.err;
  EXPECT_TRUE(run.says("1 message of unknown type has no row")) << run.err;
}

TEST_F(ConvertFormats, RowsOntoAFullDiskFailWithTheFilesName) {
  for (const std::string name : {"full.csv", "full.csv.gz", "full.jsonl.zst"}) {
    std::filesystem::create_symlink("/dev/full", path(name));
    const Outcome run = convert({write("day.itch", day_)}, name);
    EXPECT_EQ(run.exit_code, 1) << name;
    EXPECT_TRUE(run.says(name) && run.says("No space left")) << run.err;
  }
}

}  // namespace
}  // namespace tapedeck
