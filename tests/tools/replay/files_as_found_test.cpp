// What the command does with files as exchanges, vendors, archives and editors leave them: pairs
// that lie side by side, archives on a pipe, names of any bytes, more instruments than a channel
// has.
#include <filesystem>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/lobster_market.hpp"
#include "tests/support/zip_writer.hpp"

namespace tapedeck {
namespace {

using nlohmann::json;
using test::ItchDay;
using test::Outcome;

class FilesAsFound : public ::testing::Test {
 protected:
  std::string write(const std::string& name, Bytes content) {
    return folder_.write(
        name, std::string{reinterpret_cast<const char*>(content.data()), content.size()});
  }
  Outcome replay(std::vector<std::string> arguments, const std::string& input = "/dev/null") {
    arguments.insert(arguments.begin(), {"replay", "--json"});
    return command_.run(arguments, input);
  }
  static std::string digest_of(const Outcome& run) {
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return run.json()["digest"];
  }
  // 65,535 instruments on the first day, and two others on the second.
  static std::vector<std::byte> too_many_instruments() {
    ItchDay day;
    day.system('O');
    for (u32 locate = 1; locate < 65'536; ++locate) {
      day.add(static_cast<u16>(locate), "N" + std::to_string(locate), locate, 'B', 100, 10'000);
    }
    day.system('O').add(1, "LAST", 1, 'B', 100, 10'000).add(2, "OVER", 2, 'B', 100, 10'000);
    return day.execute(2, 2, 50).add(3, "N3", 3, 'S', 7, 20'000).system('C').copy();
  }

  test::TemporaryFolder folder_{"as-found"};
  test::Command command_{folder_};
  test::LobsterPair pair_ = test::LobsterMarket{7, 3}.record(500);
};

// LOBSTER's archives unpack to X_message_N.csv and X_orderbook_N.csv in one folder.
TEST_F(FilesAsFound, ABookFileBesideItsMessagesIsRead) {
  const std::string messages = folder_.write("ACME_2012-06-21_1_2_message_3.csv", pair_.messages);
  const std::string alone = digest_of(replay({messages}));
  const std::string book = folder_.write("ACME_2012-06-21_1_2_orderbook_3.csv", pair_.book);
  const std::string together = digest_of(replay({messages, "--orderbook", book}));
  EXPECT_NE(alone, together);
  EXPECT_EQ(digest_of(replay({messages})), together);
  EXPECT_EQ(digest_of(replay({messages, book})), together);
  EXPECT_FALSE(replay({messages}).says("alone")) << "no warning of a missing book";
  test::expect_refused(replay({messages, "--out", book, "--snapshot-every", "1s"}),
                       "would be overwritten");
  const Outcome verified = command_.run({"verify", "lobster", "--messages", messages, "--json"});
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
  EXPECT_EQ(verified.json()["rows_compared"], 500);
}

TEST_F(FilesAsFound, ABatchTakesPairsTogether) {
  std::filesystem::create_directory(folder_.path("days"));
  const std::string a = folder_.write("days/A_2012-06-21_1_2_message_3.csv", pair_.messages);
  const std::string book = folder_.write("days/A_2012-06-21_1_2_orderbook_3.csv", pair_.book);
  const std::string together = digest_of(replay({a, "--orderbook", book}));
  const std::string out = folder_.path("out");
  for (const std::vector<std::string>& inputs :
       {std::vector<std::string>{folder_.path("days")}, {a, book}, {book, a}}) {
    std::vector<std::string> words{"batch", "--json", "--out-dir", out};
    words.insert(words.end(), inputs.begin(), inputs.end());
    const Outcome run = command_.run(words);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    const json summary = run.json();
    ASSERT_EQ(summary["results"].size(), 1U);
    EXPECT_EQ(summary["results"][0]["digest"], together);
    EXPECT_TRUE(summary["left_out"].empty()) << summary["left_out"];
  }
}

// PKWARE APPNOTE.TXT 4.3.16: an archive's directory is at its end, and a pipe has none yet.
TEST_F(FilesAsFound, AnArchiveOnStandardInputIsRefusedWithTheReason) {
  test::ZipWriter archive;
  archive.add({.name = "A_2012-06-21_1_2_message_3.csv", .content = pair_.messages});
  const std::string path = folder_.write("a.zip", archive.bytes_with_comment());
  test::expect_refused(replay({"-"}, path), "save it to a file first");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"inspect", "-"},
                                                {"verify", "lobster", "--messages", "-"},
                                                {"convert", "-", "--out", folder_.path("x.csv")}}) {
    test::expect_refused(command_.run(words, path), "save it to a file first");
  }
}

// RFC 8259, 8.1: JSON is UTF-8. A file's name is any bytes but '/' and NUL.
TEST_F(FilesAsFound, NamesAndSymbolsOfAnyBytesAreWrittenAsUtf8) {
  const std::string symbol = "B\xFF";
  const auto day = ItchDay{}.system('O').add(1, symbol, 1, 'B', 5, 10'000).system('C').copy();
  const std::string path = write("bad\xff.itch", day);
  const std::string state = folder_.path("state\xfe.csv");
  const Outcome run = replay({path, "--state", state});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.json()["written"][0], folder_.path("state\\xfe.csv"));
  EXPECT_NE(test::file_content(state).find("B\\xff,"), std::string::npos);
  const Outcome missing = replay({path + "x"});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_TRUE(missing.says("bad\\xff.itchx")) << missing.err;
  for (const std::string& command : {std::string{"inspect"}, std::string{"replay"}}) {
    for (const std::string& text :
         {command_.run({command, path}).out, command_.run({command, path, "--json"}).out}) {
      EXPECT_EQ(text.find('\xff'), std::string::npos) << text;
    }
  }
  const Outcome batch =
      command_.run({"batch", path, "--json", "--out-dir", folder_.path("out\xfe")});
  EXPECT_EQ(batch.exit_code, 0) << batch.err;
  EXPECT_EQ(batch.json()["results"][0]["file"], folder_.path("bad\\xff.itch"));
}

// kMaxInstrumentsPerChannel; a loss of input is exit 3 (tools/cli/error.hpp).
TEST_F(FilesAsFound, InstrumentsBeyondTheMostAreLeftOutAndTheOthersAreRight) {
  const std::string path = write("many.itch", too_many_instruments());
  for (const char* shards : {"0", "2"}) {
    const Outcome run = replay({path, "--shards", shards});
    EXPECT_EQ(run.exit_code, 3) << run.err;
    EXPECT_TRUE(run.says("of instruments beyond the first 65,536")) << run.err;
    const json result = run.json();
    EXPECT_EQ(result["instruments"], 65'536);
    EXPECT_EQ(result["over_capacity"], 2);
    EXPECT_EQ(result["left_out"].size(), 1U);
    EXPECT_EQ(result["live_orders"], 2);
    EXPECT_EQ(result["unknown_order"], 0);
  }
  for (const char* command : {"inspect", "batch", "convert"}) {
    std::vector<std::string> words{command, path};
    if (std::string{command} == "batch")
      words.insert(words.end(), {"--out-dir", folder_.path("o")});
    if (std::string{command} == "convert")
      words.insert(words.end(), {"--out", folder_.path("o.csv")});
    const Outcome run = command_.run(words);
    EXPECT_EQ(run.exit_code, 3) << command << ": " << run.err;
    EXPECT_TRUE(run.says("beyond the first 65,536")) << command << ": " << run.err;
  }
  EXPECT_EQ(replay({path, "--symbols", "N3,LAST"}).exit_code, 0) << "both are among the wanted";
}

}  // namespace
}  // namespace tapedeck
