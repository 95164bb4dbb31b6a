// A small tape with checkpoints, of which every byte can be looked at, and changed.
#pragma once

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/checkpoint_tapes.hpp"
#include "tests/support/random_itch_day.hpp"
#include "tests/support/scripted_feed.hpp"

namespace tapedeck::test {

struct SmallTape {
  tape::Content content;
  MadeTape made;
  ReadOn front;

  SmallTape(tape::Content of, MadeTape tape)
      : content(of), made(std::move(tape)), front(read_on(made.bytes, content)) {}

  [[nodiscard]] std::vector<tape::IndexEntry> checkpoints() const {
    return checkpoints_on(made.bytes);
  }
  // Behind the checkpoint and before the next: it is the best to begin at.
  [[nodiscard]] ChannelPlace behind(std::size_t checkpoint) const {
    return {checkpoints()[checkpoint].last + 1};
  }
  // The channel's frame that follows the checkpoint.
  [[nodiscard]] std::size_t end_of(std::size_t checkpoint) const {
    return *std::ranges::upper_bound(made.starts, made.checkpoints[checkpoint]);
  }
  [[nodiscard]] std::size_t index_offset() const {
    return tape::load_trailer(made.bytes.data() + made.bytes.size() - tape::kTrailerBytes)
        ->index_offset;
  }
  [[nodiscard]] ReadOn read(Bytes bytes, const ChannelPlace& place) const {
    return read_on(bytes, content, place);
  }
};

inline SmallTape small_tape(tape::Content content) {
  if (content == tape::Content::events) {
    return {content, tape_of_events(scripted(order_flow(3, 2, 150)),
                                    {tape::Compress::none, 1'024, 77, Nanos{200}})};
  }
  const RandomItchDay day{{6, 120, 2, true}};
  return {content,
          tape_of_day(day.bytes(), {tape::Compress::none, 1'024, 77, Nanos{60 * kNanosPerSecond}})};
}

class CheckpointOf : public ::testing::TestWithParam<tape::Content> {
 protected:
  CheckpointOf() : tape_(small_tape(GetParam())) {
    EXPECT_GE(tape_.made.checkpoints.size(), 3U);
    EXPECT_LE(tape_.made.checkpoints.size(), 20U);
  }
  // Nothing where there is no checkpoint before.
  [[nodiscard]] std::optional<Sequence> before(std::size_t checkpoint) const {
    if (checkpoint == 0) return {};
    return tape_.checkpoints()[checkpoint - 1].last;
  }
  void expect_one_before(Bytes bytes, std::size_t checkpoint) {
    const ReadOn got = tape_.read(bytes, tape_.behind(checkpoint));
    ASSERT_EQ(got.reached ? std::optional{got.reached->sequence} : std::nullopt,
              before(checkpoint));
    ASSERT_TRUE(same_channel(*got.books, *tape_.front.books, 0));
    ASSERT_FALSE(got.damage) << "no message was lost";
  }

  SmallTape tape_;
};

}  // namespace tapedeck::test
