// What a reader that begins at a checkpoint reads of the file: not what lies before.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "feeds/tape/chunk.hpp"
#include "tests/support/checkpoint_tapes.hpp"
#include "tests/support/demo_flow.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::tape {
namespace {

using namespace test;

// Bytes that this process has read so far, by whatever system call; nothing where it is not told.
std::optional<u64> bytes_read() {
  std::ifstream io{"/proc/self/io"};
  std::string name;
  u64 value = 0;
  while (io >> name >> value) {
    if (name == "rchar:") return value;
  }
  return {};
}

class BytesOfATape : public ::testing::Test {
 protected:
  BytesOfATape() {
    itch50::FrameBuffer day;
    write_demo_flow(day, {.messages = kSanitized ? 60'000U : 320'000U, .instruments = 20});
    tape_ = tape_of_day(day.bytes(), {Compress::none, kChunkBytes, 77, kInterval});
    path_ = folder_.write("day.tape", std::string{reinterpret_cast<const char*>(tape_.bytes.data()),
                                                  tape_.bytes.size()});
    EXPECT_GE(tape_.bytes.size(), std::size_t{kSanitized ? 1U : 8U} << 20);
    late_ = day.messages() * 9 / 10;
  }
  std::unique_ptr<TapeFeed> open() {
    TapeOptions options;
    options.reopen = reopening(path_);
    return open_tape(feeds::open_source(path_), Content::itch50, std::move(options));
  }
  // Polls up to the message of this number.
  static void poll_to(Feed& feed, Sequence sequence) {
    std::vector<Event> storage(kMinPollBuffer);
    for (Sequence newest = 0; newest < sequence;) {
      EventBuffer out{storage.data(), kMinPollBuffer};
      ASSERT_NE(feed.poll(out, Nanos{1}), FeedStatus::ended);
      if (!out.empty()) newest = out.end()[-1].sequence;
    }
  }

  // Of the frames of the checkpoint that stands here.
  u64 checkpoint_bytes(std::size_t checkpoint) const {
    return *std::ranges::upper_bound(tape_.starts, checkpoint) - checkpoint;
  }
  // Of the channel's frames from behind the checkpoint up to the one that holds this message.
  u64 bytes_between(std::size_t checkpoint, Sequence sequence) const {
    const std::size_t begin = checkpoint + checkpoint_bytes(checkpoint);
    for (const std::size_t start : tape_.starts) {
      const auto header = load_frame_header(tape_.bytes.data() + start);
      if (start < begin || header->last < sequence) continue;
      return start + kFrameHeaderBytes + header->stored - begin;
    }
    return tape_.bytes.size() - begin;
  }

  static constexpr Nanos kInterval{600 * kNanosPerSecond};
  // Files are read in pieces of so much, the last of them further than anybody asked.
  static constexpr u64 kPiece = u64{256} << 10;
  static constexpr u64 kFewBytes = u64{64} << 10;  // first looks, and what says how much was read
  TemporaryFolder folder_{"tape-bytes"};
  MadeTape tape_;
  std::string path_;
  Sequence late_ = 0;  // a message near the end
};

TEST_F(BytesOfATape, BeforeACheckpointAreNotRead) {
  if (!bytes_read()) GTEST_SKIP() << "this system does not say what was read";
  const auto feed = open();
  const u64 before = *bytes_read();
  const auto reached = feed->seek({late_});
  const u64 sought = *bytes_read() - before;
  ASSERT_TRUE(reached);
  poll_to(*feed, late_);
  const u64 read = *bytes_read() - before;

  const std::vector<IndexEntry> checkpoints = checkpoints_on(tape_.bytes);
  const auto checkpoint = std::ranges::find(checkpoints, reached->sequence, &IndexEntry::last);
  ASSERT_NE(checkpoint, checkpoints.end());
  const auto trailer = load_trailer(tape_.bytes.data() + tape_.bytes.size() - kTrailerBytes);
  const u64 index = tape_.bytes.size() - trailer->index_offset;
  // The checkpoint is read to see that it is whole, and again to give it.
  EXPECT_LT(sought, index + checkpoint_bytes(checkpoint->offset) + kPiece + kFewBytes);
  EXPECT_LT(read, index + 2 * checkpoint_bytes(checkpoint->offset) +
                      bytes_between(checkpoint->offset, late_) + 2 * kPiece + kFewBytes);
  EXPECT_LT(read, tape_.bytes.size() / (kSanitized ? 1 : 8));
}

TEST_F(BytesOfATape, WithoutAnIndexAreHeadersAndOneCheckpoint) {
  if (!bytes_read()) GTEST_SKIP() << "this system does not say what was read";
  std::filesystem::resize_file(path_, tape_.bytes.size() - kTrailerBytes);
  const auto feed = open();
  const u64 before = *bytes_read();
  const auto reached = feed->seek({late_});
  const u64 sought = *bytes_read() - before;
  ASSERT_TRUE(reached);
  constexpr u64 kLook = u64{4} << 10;  // at a header
  u64 checkpoints = 0, frames = tape_.starts.size();
  for (const std::size_t checkpoint : tape_.checkpoints) {
    checkpoints = std::max(checkpoints, checkpoint_bytes(checkpoint));
    frames += 2;  // what is known, and the books
  }
  EXPECT_LT(sought, frames * kLook + checkpoints + kPiece + kFewBytes);
}

}  // namespace
}  // namespace tapedeck::tape
