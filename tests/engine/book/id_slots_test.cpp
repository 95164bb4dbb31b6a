// Orders are found by the low bits of their ids, however a venue numbers them.
#include "engine/book/id_slots.hpp"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/book/reference_book.hpp"
#include "engine/core/random.hpp"

namespace tapedeck::book {
namespace {

constexpr u64 kChunk = 2048;

// A channel's orders as a book set keeps them, but that those elsewhere lie in a map.
class IdSlotsTest : public ::testing::Test {
 protected:
  IdSlotsTest() { slots_.open(arena_); }

  void add(u64 id) {
    ASSERT_FALSE(live_.contains(id));
    ids_.push_back(id);
    const auto handle = static_cast<Handle>(IdSlots::kHandleStep * (ids_.size() - 1));
    live_[id] = handle;
    ++events_;
    IdSlots::Slot& slot = slots_.of(OrderId{id});
    if (IdSlots::handle_in(slot) == kNoHandle) {
      slot |= handle;
      return;
    }
    elsewhere_[id] = handle;
    IdSlots::count_elsewhere(slot);
    slots_.note_crowded(OrderId{id});
    if (!slots_.is_crowded()) return;
    const auto id_of = [&](Handle of) { return OrderId{ids_[of / IdSlots::kHandleStep]}; };
    if (slots_.split(events_, live_.size(), id_of)) ++splits_;
  }
  void remove(u64 id) {
    ++events_;
    IdSlots::Slot& slot = slots_.of(OrderId{id});
    const Handle handle = live_.at(id);
    live_.erase(id);
    if (IdSlots::handle_in(slot) == handle) {
      slot = IdSlots::elsewhere_of(slot);
      return;
    }
    ASSERT_EQ(elsewhere_.at(id), handle) << "order " << id << " is nowhere";
    elsewhere_.erase(id);
    IdSlots::uncount_elsewhere(slot);
  }
  // Every order is in its slot, or elsewhere and counted by its slot.
  void check() const {
    std::map<const IdSlots::Slot*, u64> counted;
    for (const auto& [id, handle] : live_) {
      const IdSlots::Slot& slot = slots_.of(OrderId{id});
      if (IdSlots::handle_in(slot) == handle) {
        ASSERT_FALSE(elsewhere_.contains(id));
        continue;
      }
      ASSERT_EQ(elsewhere_.at(id), handle);
      ++counted[&slot];
    }
    for (const auto& [slot, count] : counted) {
      ASSERT_GE(IdSlots::elsewhere_of(*slot), std::min<u64>(count, IdSlots::kMany));
    }
  }

  Arena arena_{kMostPoolBytes};
  IdSlots slots_;
  std::vector<u64> ids_{0};  // by handle
  std::map<u64, Handle> live_, elsewhere_;
  u64 events_ = 0, splits_ = 0;
};

TEST_F(IdSlotsTest, HaveASlotForNearlyEachOfTheOrdersThatFollowOneAnother) {
  Random random{1};
  constexpr u64 kLive = 10'000;
  u64 added_elsewhere = 0, next = 1'000'000;
  for (u64 i = 0; i < 20 * kLive; ++i) {
    const std::size_t before = elsewhere_.size();
    add(++next);
    if (i > 10 * kLive) added_elsewhere += elsewhere_.size() - before;
    if (live_.size() <= kLive) continue;
    auto leaves = live_.lower_bound(next - random.below(3 * kLive));
    if (leaves == live_.end()) leaves = live_.begin();
    remove(leaves->first);
  }
  check();
  EXPECT_LT(added_elsewhere, kLive * 10 / 20) << "one in twenty";
  EXPECT_LE(slots_.size(), 8 * kLive);
}

TEST_F(IdSlotsTest, FollowTheNumberOfLiveOrdersAndNotThatOfIds) {
  for (u64 id = 0; id < 200'000; ++id) {
    add(id);
    if (id >= 100) remove(id - 100);
  }
  check();
  EXPECT_EQ(slots_.size(), kChunk);
  EXPECT_EQ(splits_, 0U);
}

TEST_F(IdSlotsTest, AreNotEnlargedForIdsThatWereChosenToCollide) {
  for (u64 i = 1; i <= 20'000; ++i) add(i << 40);
  check();
  EXPECT_LE(slots_.size(), 64 * kChunk);
  for (u64 i = 1; i <= 20'000; ++i) remove(i << 40);
  EXPECT_TRUE(elsewhere_.empty());
  EXPECT_EQ(slots_.of(OrderId{0}), IdSlots::kMany) << "not known to be fewer any more";
}

TEST_F(IdSlotsTest, KeepAnyIdsApart) {
  for (u64 seed = 1; seed <= 6; ++seed) {
    Random random{seed};
    for (int step = 0; step < 30'000; ++step) {
      const u64 id = random.below(1'000) << random.below(54);
      live_.contains(id) ? remove(id) : add(id);
    }
    check();
  }
  EXPECT_GT(splits_, 3U);
}

// What a book set of its own shows for a flow of orders that venues would number by `number_of`.
template <class NumberOf>
void expect_as_the_reference(const std::string& what, const NumberOf& number_of,
                             std::size_t near_bytes) {
  BookSet fast{BookOptions{.flow_digest = true, .near_bytes = near_bytes}};
  ReferenceBookSet slow{true};
  fast.open_channel(0, true);
  constexpr u32 kBooks = 3;
  std::vector<Event> events(kBooks);
  for (u32 i = 0; i < kBooks; ++i) {
    events[i].kind = Kind::define;
    events[i].instrument = {i};
  }
  Random random{7};
  struct Live {
    u64 id;
    u32 book;
  };
  std::vector<Live> live;
  for (u64 number = 0; number < 60'000; ++number) {
    Event& event = events.emplace_back();
    event.flags = kLastOfEvent;
    event.sequence = number + 1;
    // At first all come, then as many leave as come, then all leave.
    const bool comes =
        live.empty() || (number < 50'000 && random.chance(number < 8'000 ? 1.0 : 0.5));
    if (comes) {
      live.push_back({number_of(number), static_cast<u32>(random.below(kBooks))});
      event.kind = Kind::add;
      event.side = Side::bid;
      event.instrument = {live.back().book};
      event.order = {{live.back().id}, 0, {static_cast<i64>(random.below(50)) * 100'000}, {5}};
      continue;
    }
    Live& chosen = live[random.below(live.size())];
    event.instrument = {chosen.book};
    event.kind = random.chance(0.3) ? Kind::replace : Kind::remove;
    event.order = {{chosen.id}, number_of(number), {static_cast<i64>(random.below(50))}, {5}};
    if (event.kind == Kind::replace) {
      chosen.id = event.order.aux;
    } else {
      chosen = live.back();
      live.pop_back();
    }
  }
  for (std::size_t at = 0; at < events.size();) {
    const std::size_t batch = std::min<std::size_t>(1 + random.below(300), events.size() - at);
    fast.apply(0, std::span{events}.subspan(at, batch));
    for (std::size_t i = 0; i < batch; ++i) slow.apply(0, events[at + i]);
    at += batch;
  }
  EXPECT_EQ(fast.counters(), slow.counters()) << what;
  for (u32 i = 0; i < kBooks; ++i) {
    const Book& book = *fast.find(0, {i});
    EXPECT_EQ(book.state.flow, slow.find(0, {i})->state.flow) << what;
    EXPECT_EQ(fast.snapshot(book), slow.find(0, {i})->snapshot()) << what;
  }
}

using BookSetIds = ::testing::TestWithParam<std::size_t>;

TEST_P(BookSetIds, AreAnyThatAVenueChooses) {
  const auto expect = [](const std::string& what, const auto& number_of) {
    expect_as_the_reference(what, number_of, GetParam());
  };
  expect("one after another", [](u64 i) { return i; });
  expect("every eighth", [](u64 i) { return 8 * i; });
  expect("downwards from the largest", [](u64 i) { return ~i; });
  expect("scattered", [](u64 i) { return i * 0x9E3779B97F4A7C15; });
  expect("the same low bits", [](u64 i) { return i << 32; });
  expect("in pages far apart", [](u64 i) { return i % 64 | i / 64 << 20; });
}

// Looking ahead and not.
INSTANTIATE_TEST_SUITE_P(NearBytes, BookSetIds, ::testing::Values(std::size_t{0}, SIZE_MAX));

}  // namespace
}  // namespace tapedeck::book
