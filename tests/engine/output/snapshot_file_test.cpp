// What becomes of snapshots that are made faster than they are taken.
#include "engine/output/snapshot_file.hpp"

#include <algorithm>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/cut_rows.hpp"
#include "tests/support/pipe.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::output {
namespace {

constexpr u32 kDepth = 1'000;
constexpr std::size_t kRows = 100;

std::vector<pipeline::CutRow> rows() {
  std::vector<pipeline::CutRow> rows(kRows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].view.define.set_name("S" + std::to_string(i));
    rows[i].bids.assign(kDepth, {Price{123'450'000'000}, Quantity{1'000}, 10});
  }
  return rows;
}

TEST(SnapshotFiles, ThatMaySkipNeverWaitForAReaderAndWriteWholeCuts) {
  const test::TemporaryFolder folder{"snapshot-file"};
  const std::string path = test::made_pipe(folder.path("pipe.csv"));
  thread::StopFlag stop;
  output::SnapshotFile file{
      place_for(path), {kDepth, {}}, output::SnapshotRows::all, output::SnapshotFull::skip, stop};
  const std::vector<pipeline::CutRow> cut = rows();
  // Nobody reads: were it to wait, this would not end.
  u64 made = 0;
  for (; file.skipped() < 3 && made < 1'000; ++made) {
    file.on_cut(Nanos{static_cast<i64>(made)}, test::row_pointers(cut));
  }
  EXPECT_EQ(file.skipped(), 3U);
  test::PipeReader reader{path, {}};
  sync_and_keep(*file.finish());
  const std::string& content = reader.content();
  EXPECT_EQ(static_cast<u64>(std::ranges::count(content, '\n')), 1 + (made - 3) * kRows)
      << "a header, and the rows of those that were not left out";
}

TEST(SnapshotFiles, ThatMaySkipLeaveNothingOutWhereThereIsNoNeedTo) {
  const test::TemporaryFolder folder{"snapshot-file"};
  const std::string path = folder.path("file.csv");
  thread::StopFlag stop;
  output::SnapshotFile file{
      place_for(path), {1, {}}, output::SnapshotRows::all, output::SnapshotFull::skip, stop};
  const std::vector<pipeline::CutRow> cut = rows();
  for (i64 i = 0; i < 20; ++i) file.on_cut(Nanos{i}, test::row_pointers(cut));
  sync_and_keep(*file.finish());
  EXPECT_EQ(file.skipped(), 0U);
  EXPECT_EQ(static_cast<u64>(std::ranges::count(test::file_content(path), '\n')), 1 + 20 * kRows);
}

}  // namespace
}  // namespace tapedeck::output
