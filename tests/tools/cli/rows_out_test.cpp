// Rows that go to standard output or into a pipe, in the format that --as says.
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/conversion.hpp"

namespace tapedeck {
namespace {

using test::file_content;
using test::Outcome;

class RowsOut : public test::Conversion {
 protected:
  RowsOut() : Conversion("rows_out") { source_ = write("2019-12-30.itch", day_); }

  Outcome snapshots(std::vector<std::string> more, const std::string& output = {}) {
    more.insert(more.begin(), {"replay", source_, "--snapshot-every", "1m"});
    return command_.run(more, "/dev/null", output);
  }

  std::string source_;
};

TEST_F(RowsOut, SnapshotsAreThoseOfTheFile) {
  for (const std::string format : {"csv", "jsonl", "npy", "parquet"}) {
    ASSERT_EQ(snapshots({"--out", path("rows." + format)}).exit_code, 0);
    const std::string rows = file_content(path("rows." + format));
    const Outcome run = snapshots({"--out", "-", "--as", format});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    // The metadata of Parquet name the command.
    if (format != "parquet") {
      EXPECT_EQ(run.out, rows);
    }
    EXPECT_EQ(run.out.substr(0, 4), rows.substr(0, 4));
    EXPECT_TRUE(run.says("messages")) << run.err;
    const Outcome quiet = snapshots({"--out", "/dev/stdout", "--as", format, "--quiet"});
    EXPECT_EQ(quiet.err, "");
    ASSERT_EQ(snapshots({"--out", path("any name"), "--as", format}).exit_code, 0);
    if (format != "parquet") {
      EXPECT_EQ(file_content(path("any name")), rows);
    }
  }
}

TEST_F(RowsOut, AConversionIsThatOfTheFile) {
  for (const std::string format : {"csv", "jsonl.gz", "itch", "itch.zst"}) {
    ASSERT_EQ(convert({source_}, "out." + format).exit_code, 0);
    const Outcome run = command_.run({"convert", source_, "--out", "-", "--as", format});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.out, file_content(path("out." + format))) << format;
    EXPECT_TRUE(run.says("wrote")) << run.err;
  }
}

TEST_F(RowsOut, RefuseWhatCannotBe) {
  const auto expect_no = [&](std::vector<std::string> options, const std::string& because) {
    test::expect_refused(snapshots(std::move(options)), because);
  };
  expect_no({"--out", "-"}, "or say it by --as");
  expect_no({"--out", "-", "--as", "xml"}, "--as xml: must be csv, jsonl, npy or parquet");
  expect_no({"--out", path("a.csv"), "--as", "jsonl"}, "says .csv");
  expect_no({"--out", "-", "--as", "csv", "--json"}, "--json: standard output is where");
  const std::vector<std::string> of_convert{"convert", source_, "--out", "-", "--as"};
  for (const std::string as : {"xml", "csv.bz2"}) {
    std::vector<std::string> words = of_convert;
    words.push_back(as);
    test::expect_refused(command_.run(words), "--as " + as + ": must be one of itch");
  }
  test::expect_refused(command_.run({"convert", source_, "--out", "-", "--as", "csv", "--json"}),
                       "--json: standard output is where");
}

TEST_F(RowsOut, AreQuietWhenTheirReaderGoesAway) {
  const std::string out = path("out");
  ASSERT_EQ(::mkfifo(out.c_str(), 0600), 0);
  for (const bool converts : {true, false}) {
    std::thread reader{[&] {
      const int file = ::open(out.c_str(), O_RDONLY);
      char byte{};
      EXPECT_EQ(::read(file, &byte, 1), 1);
      ::close(file);
    }};
    const std::vector<std::string> rows{"--out", "-", "--as", "csv", "--quiet"};
    std::vector<std::string> words{"convert", source_};
    words.insert(words.end(), rows.begin(), rows.end());
    const Outcome run =
        converts ? command_.run(words, "/dev/null", out)
                 : command_.run({"replay", source_, "--snapshot-every", "10ms", "--depth", "50",
                                 "--out", "-", "--as", "csv", "--quiet"},
                                "/dev/null", out);
    reader.join();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(run.err, "");
  }
}

TEST_F(RowsOut, OfABatchAreOfThatFormatToo) {
  const Outcome run = command_.run(
      {"batch", source_, "--out-dir", path("results"), "--snapshot-every", "1m", "--as", "jsonl"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_GT(file_content(path("results/2019-12-30.itch.snapshots.jsonl")).size() +
                file_content(path("results/2019-12-30.snapshots.jsonl")).size(),
            0U);
}

}  // namespace
}  // namespace tapedeck
