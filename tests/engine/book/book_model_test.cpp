// Random commands from a printed seed, on the fast books and the reference, must agree throughout.
#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/book/reference_book.hpp"
#include "engine/core/random.hpp"
#include "tests/engine/book/random_events.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::book {
namespace {

class BookModel : public ::testing::TestWithParam<u64> {};

TEST_P(BookModel, FastBooksEqualTheReferenceAfterEveryEvent) {
  Random random{GetParam()};
  BookSet fast{BookOptions{.flow_digest = true}};
  ReferenceBookSet slow{true};
  fast.open_channel(0, true);
  for (u32 i = 0; i < kInstruments; ++i) {
    Event define{};
    define.kind = Kind::define;
    define.instrument = {i};
    fast.apply(0, define);
    slow.apply(0, define);
  }
  constexpr int kSteps = 25'000;
  for (Sequence step = 1; step <= kSteps; ++step) {
    const Event event = random_event(random, GetParam(), step);
    const Applied got = fast.apply(0, event);
    const Applied expected = slow.apply(0, event);
    ASSERT_EQ(got, expected) << "seed " << GetParam() << ", step " << step;
    const Book& book = *fast.find(0, event.instrument);
    const ReferenceBook& twin = *slow.find(0, event.instrument);
    ASSERT_EQ(fast.touch(book, Side::bid), twin.touch(Side::bid)) << "step " << step;
    ASSERT_EQ(fast.touch(book, Side::ask), twin.touch(Side::ask)) << "step " << step;
    if (step % 64 == 0) {
      ASSERT_EQ(fast.snapshot(book), twin.snapshot()) << "step " << step;
    }
    ASSERT_EQ(book.state.flow, twin.state.flow) << "step " << step;
  }
  EXPECT_EQ(fast.counters(), slow.counters());
  for (const Fault fault : {Fault::unknown_order, Fault::duplicate_add, Fault::over_execution,
                            Fault::over_cancel, Fault::bad_quantity, Fault::contradiction}) {
    EXPECT_GT(fast.counters().of(fault), 0U) << name_of(fault) << " was never provoked";
  }
}

TEST_P(BookModel, BatchesOfAnySizeGiveTheSameBooks) {
  std::vector<Event> events;
  for (u32 i = 0; i < kInstruments; ++i) {
    Event& define = events.emplace_back();
    define.kind = Kind::define;
    define.instrument = {i};
  }
  Random random{GetParam()};
  for (Sequence step = 1; step <= 20'000; ++step)
    events.push_back(random_event(random, GetParam(), step));

  u64 expected_flow = 0;
  struct Way {
    std::size_t batch;
    std::size_t near_bytes;  // 0: looks ahead
  };
  for (const auto& [batch, near] : {Way{1, 0}, Way{7, 0}, Way{256, 0}, Way{256, SIZE_MAX}}) {
    BookSet books{
        BookOptions{.flow_digest = true, .hash_key = GetParam() + batch, .near_bytes = near}};
    books.open_channel(0, true);
    for (std::size_t at = 0; at < events.size(); at += batch) {
      books.apply(0, std::span{events}.subspan(at, std::min(batch, events.size() - at)));
    }
    u64 flow = 0;
    for (const Book& book : books.books()) flow ^= book.state.flow * (book.number + 1);
    if (batch == 1) expected_flow = flow;
    EXPECT_EQ(flow, expected_flow) << "batch " << batch << ", near " << near;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, BookModel, ::testing::ValuesIn(test::seeds(24)));

// The index keeps no keys: here, as in a book set, they lie with what the handles name.
TEST(OrderIndex, KeepsEveryKeyThroughGrowthAndErasure) {
  Arena arena{kMostPoolBytes};
  OrderIndex index{arena, 12345};
  Random random{1};
  std::map<std::pair<u64, u32>, Handle> model;
  std::vector<std::pair<u64, u32>> keys{{}};  // by handle
  const auto hash_of = [&](const std::pair<u64, u32>& key) {
    return index.hash_of({key.first}, OrderIndex::salt_of(key.second));
  };
  const auto is = [&](const std::pair<u64, u32>& key) {
    return [&keys, key](Handle handle) { return keys[handle] == key; };
  };
  u64 most_segments = 0;
  for (int step = 0; step < 400'000; ++step) {
    const std::pair key{random.below(40'000), static_cast<u32>(random.below(3))};
    if (random.chance(0.6)) {
      Handle* const at = index.try_insert(hash_of(key), is(key));
      ASSERT_EQ(at == nullptr, model.contains(key));
      if (at == nullptr) continue;
      model[key] = *at = static_cast<Handle>(keys.size());
      keys.push_back(key);
    } else if (const Handle handle = index.find(hash_of(key), is(key)); handle != kNoHandle) {
      ASSERT_EQ(model.at(key), handle);
      model.erase(key);
      index.erase(hash_of(key), handle);
    } else {
      ASSERT_FALSE(model.contains(key));
    }
    ASSERT_EQ(index.size(), model.size());
    most_segments = std::max(most_segments, index.segments());
  }
  EXPECT_GT(most_segments, 16U) << "no segment was ever split";
  for (const auto& [key, handle] : model) EXPECT_EQ(index.find(hash_of(key), is(key)), handle);
}

// Hashes that agree in their low bits belong into the same few buckets: those send on. The last
// bucket of a segment sends on to its first, and what was sent on is split as everything else.
TEST(OrderIndex, KeepsMoreEntriesOfOneBucketThanItHasRoomFor) {
  Arena arena{kMostPoolBytes};
  OrderIndex index{arena, 1};
  const auto nothing = [](Handle) { return false; };
  constexpr Handle kMany = 60;
  constexpr OrderIndex::Hash kLastBucket = 511 << 1 | 1;
  const auto hash_of = [](Handle handle) { return (handle << 24) | kLastBucket; };
  for (Handle handle = 1; handle <= kMany; ++handle) {
    *index.try_insert(hash_of(handle), nothing) = handle;
  }
  for (Handle handle = 1; handle <= kMany; handle += 2) index.erase(hash_of(handle), handle);
  const u64 segments = index.segments();
  constexpr Handle kOthers = 10'000;
  const auto hash_of_other = [](Handle handle) { return handle * 0x9E3779B1U | 1; };
  for (Handle handle = kMany + 1; handle <= kOthers; ++handle) {
    *index.try_insert(hash_of_other(handle), nothing) = handle;
  }
  ASSERT_GT(index.segments(), segments) << "nothing was split";
  for (Handle handle = 1; handle <= kMany; ++handle) {
    const Handle found = index.find(hash_of(handle), [&](Handle at) { return at == handle; });
    EXPECT_EQ(found, handle % 2 == 0 ? handle : kNoHandle);
  }
  for (Handle handle = 2; handle <= kMany; handle += 2) index.erase(hash_of(handle), handle);
  for (Handle handle = kMany + 1; handle <= kOthers; ++handle) {
    index.erase(hash_of_other(handle), handle);
  }
  EXPECT_EQ(index.size(), 0U);
}

}  // namespace
}  // namespace tapedeck::book
