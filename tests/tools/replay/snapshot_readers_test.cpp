// Snapshot files as others' programs read them: every row must be that of the .csv. Runs the built
// command. Programs that are not installed are told, and their cases skipped.
#include <csignal>

#include <gtest/gtest.h>

#include "tests/support/command.hpp"
#include "tests/support/parquet_file.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/source_tree.hpp"

namespace tapedeck {
namespace {

using test::quoted;

class SnapshotReaders : public ::testing::Test {
 protected:
  // Two venues, sides empty and not, strategies with and without a value; of Parquet several
  // groups.
  void write_snapshots(const std::string& ending) {
    const bool deep = ending == "parquet";
    for (const std::string& each : {std::string{"csv"}, ending}) {
      ASSERT_EQ(command_
                    .run({"simulate",
                          "--rate",
                          "max",
                          "--venues",
                          "2",
                          "--instruments",
                          "20",
                          "--events",
                          "60000",
                          "--date",
                          "2019-12-30",
                          "--snapshot-every",
                          deep ? "7ms" : "20ms",
                          "--depth",
                          deep ? "60" : "3",
                          "--strategy",
                          "bbo",
                          "--strategy",
                          "ofi:interval=10ms",
                          "--strategy",
                          "bars",
                          "--out",
                          folder_.path("a." + each)})
                    .exit_code,
                0);
    }
    if (!deep) return;
    const std::string parquet = test::file_content(folder_.path("a.parquet"));
    EXPECT_GT(test::parquet_file(parquet).group_rows.size(), 1U);
  }
  // With the two files of an ending and .csv.
  test::CommandResult compare(const std::string& reader, const std::string& ending) {
    return test::run_command(reader + " " + quoted(folder_.path("a." + ending)) + " " +
                             quoted(folder_.path("a.csv")) + " 2>&1");
  }
  // As written, and not once a price of the .csv is another.
  void expect_notices_differences_only(const std::string& reader, const std::string& ending) {
    ASSERT_NO_FATAL_FAILURE(write_snapshots(ending));
    const std::string csv = test::file_content(folder_.path("a.csv"));
    const auto rows = std::ranges::count(csv, '\n') - 1;
    ASSERT_GT(rows, 500);
    const test::CommandResult equal = compare(reader, ending);
    EXPECT_EQ(equal.code, 0) << equal.output;
    EXPECT_EQ(equal.output, std::to_string(rows) + " rows\n");

    std::string other = csv;
    const std::size_t last_row = other.rfind('\n', other.size() - 2);
    const std::size_t state = other.find(",CLOSED,", last_row);
    ASSERT_NE(state, std::string::npos);
    other[state - 1] = other[state - 1] == '1' ? '2' : '1';  // the last digit of the volume
    folder_.write("a.csv", other);
    const test::CommandResult different = compare(reader, ending);
    EXPECT_EQ(different.code, 1) << different.output;
    EXPECT_NE(different.output.find("volume"), std::string::npos) << different.output;
  }
  // Node.js with the readers that snapshot_readers/install has put there; empty without.
  std::string node_with(const std::string& script) {
    const auto readers = test::source_root() / "build/snapshot_readers/node_modules";
    if (!std::filesystem::exists(readers / "hyparquet")) return {};
    if (test::run_command("node --version 2>&1").code != 0) return {};
    // They are looked for beside whoever asks for them.
    if (!std::filesystem::exists(folder_.path("node_modules"))) {
      std::filesystem::create_directory_symlink(readers, folder_.path("node_modules"));
      for (const std::string& each : {script, std::string{"equals_csv.mjs"}}) {
        std::filesystem::copy_file(scripts() + "/" + each, folder_.path(each));
      }
    }
    return "node " + quoted(folder_.path(script));
  }
  static std::string scripts() {
    return (test::source_root() / "tests/tools/replay/snapshot_readers").string();
  }

  test::TemporaryFolder folder_{"snapshot-readers"};
  test::Command command_{folder_};
};

// The system's Python before another one that comes first by its name.
std::string python_with_numpy() {
  for (const char* python : {"/usr/bin/python3", "python3"}) {
    if (test::run_command(std::string{python} + " -c 'import numpy' 2>&1").code == 0) return python;
  }
  return {};
}

TEST_F(SnapshotReaders, NumpyReadsTheRowsOfTheCsv) {
  const std::string python = python_with_numpy();
  if (python.empty()) GTEST_SKIP() << "no Python with NumPy is installed (python3-numpy)";
  expect_notices_differences_only(python + " " + quoted(scripts() + "/numpy_equals_csv.py"), "npy");
}

TEST_F(SnapshotReaders, NumpyRefusesWhatAKilledRunLeft) {
  const std::string python = python_with_numpy();
  if (python.empty()) GTEST_SKIP() << "no Python with NumPy is installed (python3-numpy)";
  const std::string out = folder_.path("a.npy");
  command_.run_and_signal_amid_events(
      {"simulate", "--duration", "1h", "--snapshot-every", "1ms", "--out", out}, SIGKILL,
      std::chrono::milliseconds{500});
  EXPECT_FALSE(std::filesystem::exists(out));
  const test::CommandResult read =
      test::run_command(python + " -c \"import numpy, glob; numpy.load(glob.glob('" +
                        folder_.path(".a.npy.part-*") + "')[0], mmap_mode='r')\" 2>&1");
  EXPECT_NE(read.output.find("shape is not valid: None"), std::string::npos) << read.output;
}

constexpr const char* kNoReaders =
    "no readers of Parquet: tests/tools/replay/snapshot_readers/install build/snapshot_readers, "
    "which "
    "takes "
    "npm and a network";

TEST_F(SnapshotReaders, DuckDbReadsTheRowsOfTheCsv) {
  const std::string reader = node_with("duckdb_equals_csv.mjs");
  if (reader.empty()) GTEST_SKIP() << kNoReaders;
  expect_notices_differences_only(reader, "parquet");
}

TEST_F(SnapshotReaders, HyparquetReadsTheRowsOfTheCsv) {
  const std::string reader = node_with("hyparquet_equals_csv.mjs");
  if (reader.empty()) GTEST_SKIP() << kNoReaders;
  expect_notices_differences_only(reader, "parquet");
}

}  // namespace
}  // namespace tapedeck
