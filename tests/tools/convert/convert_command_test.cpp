// `tapedeck convert` as its user runs it: what it writes replays to the books of its input, and
// what an ITCH file cannot say is said instead.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

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
using test::ItchDay;
using test::Outcome;
using test::text_of;

class Convert : public test::Conversion {
 protected:
  Convert() : Conversion("convert") {}

  // The state of the books, and all that was wrong with them.
  void expect_same_books(const json& a, const json& b) {
    for (const char* field :
         {"digest", "instruments", "live_orders", "complete", "crossed_books", "crossed_events",
          "unknown_order", "duplicate_add", "over_execution", "over_cancel", "suspect_books",
          "stale_books", "time_backwards", "malformed"}) {
      EXPECT_EQ(a[field], b[field]) << field;
    }
  }
};

TEST_F(Convert, CopiesItchByteForByteUnknownTypesToo) {
  std::string with_unknown = day_;
  with_unknown.insert(14, std::string{"\x00\x03~xy", 5});
  const Outcome run = convert({write("day.itch", with_unknown), "--json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(file_content(path("out.itch")), with_unknown);
  EXPECT_EQ(run.json()["messages"], 5'001);
  EXPECT_EQ(run.json()["bytes"], with_unknown.size());
  EXPECT_EQ(run.json()["unknown_type"], 1);
  EXPECT_EQ(run.json()["inexpressible"], 0);
}

TEST_F(Convert, CompressesAsTheEndingAsks) {
  const std::string day = write("day.itch", day_);
  for (const std::string out : {"out.itch.gz", "out.itch.zst"}) {
    const Outcome run = convert({day, "--json"}, out);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    const auto on_disk = std::filesystem::file_size(path(out));
    EXPECT_LT(on_disk, day_.size());
    EXPECT_EQ(run.json()["file_bytes"], on_disk);
    ASSERT_EQ(convert({path(out)}, "back.itch").exit_code, 0);
    EXPECT_EQ(file_content(path("back.itch")), day_) << out;
  }
}

TEST_F(Convert, PutsSeveralFilesOfADayIntoOne) {
  const std::size_t middle = 14 + 41;  // behind the first two messages
  const std::string first = write("a.itch", day_.substr(0, middle));
  const std::string second = write("b.itch", day_.substr(middle));
  EXPECT_EQ(convert({first, second}).exit_code, 0);
  EXPECT_EQ(file_content(path("out.itch")), day_);
}

TEST_F(Convert, ReadsStandardInput) {
  EXPECT_EQ(convert({"-"}, "out.itch", write("day.itch", day_)).exit_code, 0);
  EXPECT_EQ(file_content(path("out.itch")), day_);
}

TEST_F(Convert, MendsLengthsThatTheWriterLeftWrong) {
  std::string without_lengths = day_;
  for (std::size_t at = 0; at < day_.size();) {
    const u16 length = load_be<u16>(as_bytes_of(day_).data() + at);
    without_lengths[at] = without_lengths[at + 1] = '\0';
    at += std::size_t{2} + length;
  }
  EXPECT_EQ(convert({write("zero.itch", without_lengths), "--framing", "type"}).exit_code, 0);
  EXPECT_EQ(file_content(path("out.itch")), day_);
}

TEST_F(Convert, CutsOutTheInstrumentsAskedFor) {
  const std::string day = write("day.itch", day_);
  const Outcome run = convert({day, "--symbols", "TAAA,TAAC", "--json"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_GT(run.json()["filtered"].get<u64>(), 0U);
  expect_same_books(replay({path("out.itch")}), replay({day, "--symbols", "TAAA,TAAC"}));
}

TEST_F(Convert, OfNoneOfTheInstrumentsAskedForIsDamagedInput) {
  const Outcome run = convert({write("day.itch", day_), "--symbols", "NOPE"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.says("nothing of the instruments asked for")) << run.err;
}

TEST_F(Convert, OffersTheOptionThatAMistypedOneWasMeantToBe) {
  const Outcome run = command_.run({"convert", write("day.itch", day_), "--ot", "x.itch"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_TRUE(run.says("unknown option: --ot; did you mean --out?")) << run.err;
}

TEST_F(Convert, WritesWhatWasRightBeforeDamage) {
  const std::string cut = day_.substr(0, day_.size() - 5);
  const Outcome run = convert({write("cut.itch", cut), "--json"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.says("cut.itch: byte")) << run.err;
  EXPECT_EQ(file_content(path("out.itch")), day_.substr(0, day_.size() - 14));
  EXPECT_FALSE(run.json()["complete"]);
  EXPECT_EQ(run.json()["damage"].size(), 1U);
}

TEST_F(Convert, OfNoMessageIsDamagedInput) {
  const Outcome run = convert({write("empty.itch", "")});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(run.says("empty file")) << run.err;
}

TEST_F(Convert, KeepsTheBooksOfAMadeUpWindowedRecording) {
  test::LobsterMarket market{7, 3};
  const test::LobsterPair pair = market.record(2'000);
  const std::string messages = write("ACME_2012-06-21_message_3.csv", pair.messages);
  const std::string alone = write("ALONE_2012-06-21_message_3.csv", pair.messages);
  const std::string book = write("ACME_2012-06-21_orderbook_3.csv", pair.book);
  for (const std::vector<std::string>& input :
       {std::vector<std::string>{alone}, {messages}, {messages, "--orderbook", book}}) {
    const Outcome run = convert(input, "2012-06-21.itch");
    EXPECT_EQ(run.exit_code, 0) << run.err;
    const json converted = replay({path("2012-06-21.itch")});
    EXPECT_TRUE(converted["complete"]);
    EXPECT_EQ(converted["time_base"], "utc");
    expect_same_books(replay(input), converted);
  }
}

TEST_F(Convert, OfACutRecordingDoesNotClaimThatTheDayWasWhole) {
  test::LobsterMarket market{7, 3};
  const std::string messages = market.record(100).messages + "nonsense\n";
  const Outcome run = convert({write("ACME_message.csv", messages), "--json"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_FALSE(run.json()["complete"]);
  const json replayed = replay({path("out.itch")});
  EXPECT_FALSE(replayed["complete"]);
  EXPECT_TRUE(replayed["damage"].empty());
  EXPECT_EQ(replayed["messages"], run.json()["messages"]);
}

TEST_F(Convert, CountsByReasonWhatItchCannotExpress) {
  const std::string rows =
      "34200.1,1,1,100,5853300,1\n34200.2,1,2,100,5000000000,1\n34200.3,5,0,100,5000000000,1\n";
  const Outcome run = convert({write("ACME_message.csv", rows), "--json"});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_EQ(run.json()["inexpressible"], 2);
  EXPECT_EQ(run.json()["reasons"], (json{{"price", 2}}));
  EXPECT_TRUE(run.says("cannot be expressed")) << run.err;
  const Outcome text = convert({path("ACME_message.csv")});
  EXPECT_NE(text.out.find("2 events with prices"), std::string::npos) << text.out;
}

TEST_F(Convert, DbnOrdersAreWrittenAndWhatSetsThemInPlaceIsCounted) {
  constexpr u64 kNoonInNewYork = test::DbnFile::kMidnight + 17 * 3'600 * u64{kNanosPerSecond};
  test::DbnFile file{{.start = kNoonInNewYork}};
  file.at(kNoonInNewYork).add('B', 1, 100, 5).add('A', 2, 101, 5);
  const std::string orders = write("orders.dbn", file.cancel('B', 1, 100, 2).bytes());
  EXPECT_EQ(convert({orders, "--json"}).exit_code, 0);
  EXPECT_EQ(replay({path("out.itch")})["live_orders"], 2);
  EXPECT_EQ(replay({path("out.itch")})["digest"], replay({orders})["digest"]);

  const Outcome run = convert({write("more.dbn", file.modify('A', 2, 102, 5).bytes()), "--json"});
  EXPECT_EQ(run.exit_code, 1) << run.err;
  EXPECT_EQ(run.json()["reasons"], (json{{"no_message", 1}}));
}

TEST_F(Convert, WarnsThatGapsOfACaptureAreNotInTheFile) {
  const auto packet = [&](u64 sequence, const std::string& messages) {
    std::string header = "SESSION001" + std::string(8, '\0') + test::big16(1);
    store_be(test::bytes_of(header) + 10, sequence);
    return test::udp_frame(header + messages);
  };
  const std::string first = day_.substr(0, 14);
  const std::string second = day_.substr(14, 41);
  test::MadeCapture capture;
  capture.add(packet(1, first)).add(packet(5, second)).add(packet(5, second));
  const Outcome run = convert({write("x.pcap", capture.content()), "--json"}, "2023-08-22.itch");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(file_content(path("2023-08-22.itch")), first + second);
  EXPECT_EQ(run.json()["gaps"], 1);
  EXPECT_EQ(run.json()["lost"], 3);
  EXPECT_TRUE(run.says("1 gap with 3 messages")) << run.err;
}

TEST_F(Convert, LeavesOutWhatIsTooShortForItsTypeWithinAPacket) {
  const std::string header = "SESSION001" + std::string(7, '\0') + "\x01" + test::big16(3);
  const std::string first = day_.substr(0, 14);
  const std::string second = day_.substr(14, 41);
  test::MadeCapture capture;
  capture.add(test::udp_frame(header + first + test::big16(1) + "A" + second));
  const Outcome run = convert({write("x.pcap", capture.content()), "--json"}, "2023-08-22.itch");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(file_content(path("2023-08-22.itch")), first + second);
  EXPECT_EQ(run.json()["malformed"], 1);
  EXPECT_TRUE(run.says("left out")) << run.err;
}

TEST_F(Convert, WarnsWhenTheNameDoesNotTellTheDay) {
  const std::string day = write("2019-12-30.itch", day_);
  EXPECT_TRUE(convert({day}).says("carries no date"));
  EXPECT_TRUE(convert({day}, "2019-12-31.itch").says("another date"));
  EXPECT_EQ(convert({day}, "copy-2019-12-30.itch").err, "");
  EXPECT_EQ(convert({write("undated.itch", day_)}).err, "");
}

TEST_F(Convert, RefusesWhatCannotBeBeforeItWrites) {
  const std::string day = write("2019-12-30.itch", day_);
  const std::string other = write("2019-12-31.itch", day_);
  EXPECT_EQ(convert({day, other}).exit_code, 2);
  EXPECT_EQ(convert({day}, "out.txt").exit_code, 2);
  EXPECT_EQ(convert({day}, "no/such/folder/out.itch").exit_code, 2);
  EXPECT_EQ(convert({path("missing.itch")}).exit_code, 2);
  EXPECT_EQ(command_.run({"convert", day}).exit_code, 2);
  const Outcome onto_itself = convert({day}, "2019-12-30.itch");
  EXPECT_EQ(onto_itself.exit_code, 2);
  EXPECT_TRUE(onto_itself.says("is an input of this run")) << onto_itself.err;
  EXPECT_EQ(file_content(day), day_);
}

TEST_F(Convert, OntoAFullDiskFailsWithTheFilesName) {
  for (const std::string name : {"full.itch", "full.itch.gz", "full.itch.zst"}) {
    std::filesystem::create_symlink("/dev/full", path(name));
    const Outcome run = convert({write("day.itch", day_)}, name);
    EXPECT_EQ(run.exit_code, 1) << name;
    EXPECT_TRUE(run.says(name) && run.says("No space left")) << run.err;
  }
}

class ConvertRecorded : public Convert, public testing::WithParamInterface<const char*> {};

TEST_P(ConvertRecorded, KeepsTheBooksOfAWholeDay) {
  TAPEDECK_NEED_DATA(archive, GetParam());
  const Outcome run = convert({archive.string(), "--json"}, "2012-06-21.itch");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["inexpressible"], 0);
  expect_same_books(replay({archive.string()}), replay({path("2012-06-21.itch")}));
}

INSTANTIATE_TEST_SUITE_P(Lobster, ConvertRecorded,
                         testing::Values("lobster/LOBSTER_SampleFile_GOOG_2012-06-21_10.zip",
                                         "lobster/LOBSTER_SampleFile_AAPL_2012-06-21_1.zip"));

TEST_F(Convert, KeepsTheBooksOfRecordedPairs) {
  for (const std::string name : {"MSFT_message_50_1000.csv", "AAPL_message_10_head.csv"}) {
    TAPEDECK_NEED_DATA(messages, "lobster/" + name);
    std::string book_name = name;
    book_name.replace(book_name.find("message"), 7, "orderbook");
    TAPEDECK_NEED_DATA(book, "lobster/" + book_name);
    EXPECT_EQ(convert({messages.string(), "--orderbook", book.string()}).exit_code, 0);
    expect_same_books(replay({messages.string(), "--orderbook", book.string()}),
                      replay({path("out.itch")}));
  }
}

}  // namespace
}  // namespace tapedeck
