// Tapes that were made by every released version of the recorder are read for ever. They are kept
// in golden/, and never made again.
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "tests/feeds/tape/golden_sources.hpp"
#include "tests/support/checkpoint_tapes.hpp"
#include "tests/support/source_tree.hpp"
#include "tests/support/temporary_folder.hpp"

namespace tapedeck::tape {
namespace {

using namespace test;

TapeBytes golden(const std::string& name) {
  const std::string content =
      file_content((source_root() / "tests/feeds/tape/golden" / name).string());
  const Bytes bytes = as_bytes_of(content);
  EXPECT_FALSE(bytes.empty()) << name;
  return {bytes.begin(), bytes.end()};
}

void expect_events(const std::string& name, Content content, const std::vector<Event>& expected) {
  const ReadTape read = read_tape(golden(name), content);
  EXPECT_TRUE(read.complete);
  EXPECT_FALSE(read.damage);
  EXPECT_TRUE(read.warnings.empty());
  ASSERT_EQ(read.events.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(same_event(read.events[i], expected[i])) << i << " " << name_of(expected[i].kind);
  }
}

TEST(GoldenTape, OfEventsInVersion1) {
  expect_events("events-v1.tape", Content::events, golden_events());
}

TEST(GoldenTape, OfMessagesInVersion1) {
  const std::vector<Event> plain = drain(*feed_over(golden_day().bytes()));
  expect_events("plain-v1.tape", Content::itch50, plain);
  // The packed one is of a dated day.
  std::vector<Event> dated = plain;
  constexpr Nanos kMidnight{1'577'682'000'000'000'000};
  for (Event& event : dated) event.exchange_time = event.exchange_time + kMidnight;
  expect_events("itch50-v1.tape", Content::itch50, dated);
}

TEST(GoldenTape, IsStillMadeTheSameWay) {
  const MadeTape made = tape_of_day(golden_day().bytes(), {Compress::none, 4096, 7});
  EXPECT_EQ(made.bytes, golden("plain-v1.tape"))
      << "the format has changed: it needs a version of its own, and golden tapes of that";
}

MadeTape day_with_checkpoints() {
  return tape_of_day(golden_day().bytes(), {Compress::none, 4096, 7, Nanos{50'000}});
}

// Reading from each checkpoint makes the books that reading from the front makes. The first
// checkpoints did not say why a book is suspect.
void expect_checkpoints(const TapeBytes& bytes, bool with_reasons) {
  const ReadOn front = read_on(bytes, Content::itch50);
  const std::vector<IndexEntry> checkpoints = checkpoints_on(bytes);
  ASSERT_GT(checkpoints.size(), 2U);
  for (const IndexEntry& checkpoint : checkpoints) {
    const ReadOn begun =
        read_on(bytes, Content::itch50, ChannelPlace{checkpoint.first, kBeginningOfTime});
    ASSERT_TRUE(begun.reached);
    EXPECT_EQ(begun.reached->sequence, checkpoint.last);
    EXPECT_FALSE(begun.damage);
    if (with_reasons) {
      EXPECT_TRUE(same_channel(*begun.books, *front.books, 0));
    }
    for (const book::Book& book : front.books->books()) {
      const book::Book* const twin = begun.books->find(0, book.instrument);
      ASSERT_NE(twin, nullptr);
      EXPECT_EQ(begun.books->snapshot(*twin), front.books->snapshot(book));
      book::InstrumentState got = twin->state, expected = book.state;
      for (book::InstrumentState* const state : {&got, &expected}) {
        state->trust_reason = book::TrustReason::none;
        state->trust_range = {0, 0};
      }
      EXPECT_EQ(told(got), told(expected));
    }
  }
}

// Checkpoints came later, and a reader that does not know them passes them over.
TEST(GoldenTape, OfMessagesWithCheckpoints) {
  const TapeBytes bytes = golden("images-v1.tape");
  expect_events("images-v1.tape", Content::itch50, drain(*feed_over(golden_day().bytes())));
  expect_checkpoints(bytes, false);
}

TEST(GoldenTape, OfCheckpointsThatSayWhyABookIsSuspect) {
  const TapeBytes bytes = golden("trust-v1.tape");
  expect_events("trust-v1.tape", Content::itch50, drain(*feed_over(golden_day().bytes())));
  expect_checkpoints(bytes, true);
  EXPECT_EQ(day_with_checkpoints().bytes, bytes)
      << "checkpoints have changed: what reads those of before is still needed";
}

}  // namespace
}  // namespace tapedeck::tape
