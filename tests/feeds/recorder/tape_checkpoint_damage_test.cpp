// Checkpoints that are not as they were written: nobody begins at one, and nobody gets wrong books.
#include "tests/feeds/recorder/small_checkpoint_tape.hpp"
#include "tests/support/scale.hpp"

namespace tapedeck::tape {
namespace {

using namespace test;

INSTANTIATE_TEST_SUITE_P(Tapes, CheckpointOf, ::testing::Values(Content::itch50, Content::events),
                         [](const auto& content) { return std::string{name_of(content.param)}; });

TEST_P(CheckpointOf, IsTakenWhereItIsWhole) {
  for (std::size_t checkpoint = 0; checkpoint < tape_.made.checkpoints.size(); ++checkpoint) {
    const ReadOn got = tape_.read(tape_.made.bytes, tape_.behind(checkpoint));
    ASSERT_TRUE(got.reached);
    EXPECT_EQ(got.reached->sequence, tape_.checkpoints()[checkpoint].last);
  }
}

TEST_P(CheckpointOf, IsPassedOverWhereAnyByteOfItIsFlipped) {
  constexpr u64 kSeed = 21;
  Random random{kSeed};
  TapeBytes bytes = tape_.made.bytes;
  const std::size_t stride = kSanitized ? 17 : 1;
  for (std::size_t checkpoint = 0; checkpoint < tape_.made.checkpoints.size(); ++checkpoint) {
    for (std::size_t at = tape_.made.checkpoints[checkpoint]; at < tape_.end_of(checkpoint);
         at += stride) {
      SCOPED_TRACE("byte " + std::to_string(at) + ", seed " + std::to_string(kSeed));
      const std::byte was = bytes[at];
      bytes[at] ^= static_cast<std::byte>(1 + random.below(255));
      ASSERT_NO_FATAL_FAILURE(expect_one_before(bytes, checkpoint));
      bytes[at] = was;
    }
  }
}

// Whoever reads from the front or from an earlier checkpoint tells of what he passes over.
TEST_P(CheckpointOf, IsToldOfWhereItIsDamaged) {
  TapeBytes bytes = tape_.made.bytes;
  bytes[tape_.made.checkpoints[1] + kFrameHeaderBytes + 5] ^= std::byte{1};
  EXPECT_FALSE(tape_.read(bytes, tape_.behind(1)).warnings.empty());
  EXPECT_TRUE(tape_.read(bytes, tape_.behind(2)).warnings.empty()) << "nobody has seen it";
}

TEST_P(CheckpointOf, IsPassedOverWhereTheTapeEndsInside) {
  const std::size_t checkpoint = tape_.made.checkpoints.size() - 1;
  const std::size_t from = tape_.made.checkpoints[checkpoint];
  for (std::size_t size = from; size < tape_.end_of(checkpoint); ++size) {
    const Bytes bytes = Bytes{tape_.made.bytes}.first(size);
    const ReadOn front = read_on(bytes, tape_.content);
    const ReadOn got = tape_.read(bytes, tape_.behind(checkpoint));
    ASSERT_TRUE(got.reached) << size;
    ASSERT_EQ(got.reached->sequence, before(checkpoint)) << size;
    ASSERT_TRUE(same_channel(*got.books, *front.books, 0)) << size;
    ASSERT_EQ(got.damage.has_value(), front.damage.has_value()) << size;
  }
}

TEST_P(CheckpointOf, IsTakenWhereTheTapeEndsRightBehind) {
  const std::size_t checkpoint = tape_.made.checkpoints.size() - 1;
  const Bytes bytes = Bytes{tape_.made.bytes}.first(tape_.end_of(checkpoint));
  const ReadOn got = tape_.read(bytes, tape_.behind(checkpoint));
  ASSERT_TRUE(got.reached);
  EXPECT_EQ(got.reached->sequence, tape_.checkpoints()[checkpoint].last);
  EXPECT_TRUE(same_channel(*got.books, *read_on(bytes, tape_.content).books, 0));
}

// What is missing between a checkpoint and the place is a loss, as it is anywhere.
TEST_P(CheckpointOf, IsNoHelpAgainstDamageBehindIt) {
  TapeBytes bytes = tape_.made.bytes;
  bytes[tape_.end_of(1) + kFrameHeaderBytes + 5] ^= std::byte{1};
  const ReadOn got = tape_.read(bytes, tape_.behind(1));
  ASSERT_TRUE(got.reached);
  EXPECT_TRUE(got.damage);
  EXPECT_TRUE(got.books->lost(0));
  // Those that come later were taken of a tape that was whole.
  const ReadOn later = tape_.read(bytes, tape_.behind(2));
  EXPECT_FALSE(later.damage);
  EXPECT_TRUE(same_channel(*later.books, *tape_.front.books, 0));
}

TEST_P(CheckpointOf, IsFoundThoughTheFileHeaderIsDamaged) {
  TapeBytes bytes = tape_.made.bytes;
  bytes[20] ^= std::byte{1};
  const ReadOn got = tape_.read(bytes, tape_.behind(1));
  ASSERT_TRUE(got.reached);
  EXPECT_EQ(got.reached->sequence, tape_.checkpoints()[1].last);
  EXPECT_TRUE(same_channel(*got.books, *tape_.front.books, 0));
}

}  // namespace
}  // namespace tapedeck::tape
