// Once warm, the engine allocates nothing for an event, on any of its threads. A program of its
// own: it replaces operator new by one that counts.
#include <atomic>
#include <cstdlib>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/book/fault.hpp"
#include "engine/core/clock.hpp"
#include "engine/pipeline/engine.hpp"
#include "engine/pipeline/shard_publisher.hpp"
#include "engine/thread/runner.hpp"
#include "strategies/registry.hpp"
#include "tests/support/hand_driven.hpp"
#include "tests/support/itch_flow.hpp"
#include "tests/support/scale.hpp"

namespace {

std::atomic<unsigned long long> allocations{0};

void* counted(std::size_t bytes, std::size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const std::size_t whole = (bytes + alignment - 1) / alignment * alignment;
  void* const memory = std::aligned_alloc(alignment, whole == 0 ? alignment : whole);
  if (memory == nullptr) throw std::bad_alloc{};
  return memory;
}

}  // namespace

// Out of line: inlined, GCC sees free() meet new and warns.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  return counted(bytes, alignof(std::max_align_t));
}
[[gnu::noinline]] void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return counted(bytes, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*bytes*/,
                                       std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}

namespace tapedeck::test {
namespace {

constexpr u16 kInstruments = 40;
constexpr u64 kOrdersEach = 60;

// Books fill, trade, move and empty again, the same way every round; only ids go on.
void append_round(ItchDay& day, u64& next_id) {
  for (u16 locate = 1; locate <= kInstruments; ++locate) {
    const std::string symbol = "S" + std::to_string(locate);
    const u64 first = next_id;
    for (u64 i = 0; i < kOrdersEach; ++i) {
      const bool bid = i % 2 == 0;
      const auto away = static_cast<u32>(i * 7 % 20) * 100;
      day.add(locate, symbol, next_id++, bid ? 'B' : 'S', 100,
              bid ? 99'900 - away : 100'100 + away);
    }
    for (u64 i = 0; i < kOrdersEach; i += 3) day.execute(locate, first + i, 40);
    for (u64 i = 1; i < kOrdersEach; i += 3) day.cancel(locate, first + i, 30);
    for (u64 i = 2; i < kOrdersEach; i += 6) {
      day.replace(locate, first + i, next_id, 50, 99'000);
      day.remove(locate, next_id++);
    }
    for (u64 i = 0; i < kOrdersEach; ++i) {
      if (i % 6 != 2) day.remove(locate, first + i);
    }
  }
}

// A feed that notes how much had been allocated when it was warm, and when it was nearly done.
class Watched final : public Feed {
 public:
  Watched(std::unique_ptr<Feed> inner, u64 messages) : inner_(std::move(inner)), all_(messages) {}

  FeedStatus poll(EventBuffer& out, Nanos now) override {
    const u64 read = inner_->counters().messages;
    if (warm_ == 0 && read > all_ / 2) warm_ = allocations.load();
    if (read < all_ - kMaxMessagesPerPoll) done_ = allocations.load();
    return inner_->poll(out, now);
  }
  [[nodiscard]] const FeedCounters& counters() const override { return inner_->counters(); }

  [[nodiscard]] u64 warm() const { return warm_; }
  [[nodiscard]] u64 done() const { return done_; }

 private:
  std::unique_ptr<Feed> inner_;
  u64 all_;
  u64 warm_ = 0;
  u64 done_ = 0;
};

// `is_read`: there are readers of every instrument's levels, and of the trades. `strategies`: every
// strategy runs, and its values are shown.
struct Setting {
  u32 shards;
  bool is_read;
  bool strategies;
};
class Allocation : public ::testing::TestWithParam<Setting> {};

// Readers that have asked for everything before the engine starts.
class ReadersOfAll {
 public:
  explicit ReadersOfAll(const pipeline::Engine& engine) {
    for (u32 shard = 0; shard < engine.shards(); ++shard) {
      const pipeline::ShardPublisher& published = engine.published(shard);
      trades_.emplace_back(*published.trades());
      for (u32 cell = 0; cell < kInstruments; ++cell) {
        levels_.push_back(published.depth()->request(cell));
      }
    }
  }
  /// How many cells have levels, and how many shards have told trades.
  [[nodiscard]] std::pair<std::size_t, std::size_t> served() {
    std::pair<std::size_t, std::size_t> served;
    for (const pipeline::DepthRequest& levels : levels_) served.first += levels.version() > 0;
    for (pipeline::TradeReader& trades : trades_) served.second += trades.try_next().has_value();
    return served;
  }

 private:
  std::vector<pipeline::DepthRequest> levels_;
  std::vector<pipeline::TradeReader> trades_;
};

TEST_P(Allocation, NothingIsAllocatedForAnEventOnceTheEngineIsWarm) {
  ItchDay day;
  u64 next_id = 1;
  for (u64 round = 0; round < scaled(200); ++round) append_round(day, next_id);
  u64 messages = 0;
  {
    const auto counting = feed_over(day.bytes());
    (void)drain(*counting);
    messages = counting->counters().messages;
  }
  auto feed = std::make_unique<Watched>(feed_over(day.bytes()), messages);
  const Watched& watched = *feed;
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(std::move(feed));
  pipeline::EngineConfig config;
  config.shards = GetParam().shards;
  config.flow_digest = true;
  config.cells = true;
  config.depth = config.trades = GetParam().is_read;
  config.live = GetParam().strategies;
  if (GetParam().strategies) {
    config.strategies = strategies::plans_of(
        {"bars", "bbo", "imbalance", "imbalance:levels=50", "ofi:interval=1us", "vwap"});
  }
  const SteadyClock clock;
  thread::StopFlag stop;
  pipeline::Engine engine{std::move(config), std::move(feeds), clock, stop};
  std::optional<ReadersOfAll> readers;
  if (GetParam().is_read) readers.emplace(engine);
  engine.run();
  if (readers) {
    EXPECT_EQ(readers->served(), std::pair(std::size_t{kInstruments}, engine.shards()));
  }

  const book::BookCounters counters = engine.counters();
  EXPECT_EQ(counters.applied, messages) << "the stretch was not what it was meant to be";
  EXPECT_EQ(counters.of(book::Fault::unknown_order), 0U);
  ASSERT_GT(watched.warm(), 0U) << "nothing was counted at all";
  EXPECT_EQ(watched.done() - watched.warm(), 0U)
      << "over " << messages / 2 << " messages, " << GetParam().shards << " shards";
}

INSTANTIATE_TEST_SUITE_P(Shards, Allocation,
                         ::testing::Values(Setting{0, false, false}, Setting{1, false, false},
                                           Setting{2, false, false}, Setting{0, true, false},
                                           Setting{1, true, false}, Setting{2, true, false},
                                           Setting{0, true, true}, Setting{1, false, true}));

// Counts rows, and keeps nothing.
class CountingSink final : public pipeline::CutSink {
 public:
  void on_cut(Nanos /*time*/, pipeline::CutRows rows) override { rows_ = rows.size(); }
  [[nodiscard]] std::size_t rows() const { return rows_; }

 private:
  std::size_t rows_ = 0;
};

// Ten levels on each side of every book, and then rounds in which each of them changes.
std::vector<Event> changing_books(u32 instruments, i64 rounds, i64 round_ns) {
  Script script;
  u64 id = 0;
  for (u32 i = 0; i < instruments; ++i) {
    script.define(i, "S" + std::to_string(i));
    for (i64 level = 0; level < 10; ++level) {
      script.add(i, ++id, Side::bid, 1000 - level, 5);
      script.add(i, ++id, Side::ask, 1001 + level, 5);
    }
  }
  for (i64 round = 1; round <= rounds; ++round) {
    script.at(round * round_ns);
    for (u32 i = 0; i < instruments; ++i) script.bid(i, ++id, 1000);
  }
  return script.events();
}

class AllocationOfCuts : public ::testing::TestWithParam<u32> {};

TEST_P(AllocationOfCuts, AShardAllocatesNothingForACutOnceItIsWarm) {
  constexpr u32 kBooks = 8'000;
  constexpr i64 kRounds = 12, kRound = 10'000'000;
  CountingSink sink;
  pipeline::EngineConfig config;
  config.shards = GetParam();
  config.cut_depth = 10;
  cut_every(config, kRound, sink);
  std::vector<std::unique_ptr<Feed>> feeds;
  feeds.push_back(scripted(changing_books(kBooks, kRounds, kRound)));
  HandDriven driven{std::move(config), std::move(feeds)};

  const auto reports = [&] {
    u64 sum = 0;
    for (u32 s = 0; s < GetParam(); ++s) sum += driven.shard(s).cuts()->stalls().count();
    return sum;
  };
  const auto made_chunks = [&] {
    u64 sum = 0;
    for (u32 s = 0; s < GetParam(); ++s) sum += driven.shard(s).cuts()->made_chunks();
    return sum;
  };
  const std::size_t cuts = driven.jobs().size() - 1;
  u64 allocated = 0, warm_reports = 0, warm_chunks = 0;
  while (!driven.done()) {
    (void)driven.poll_channel(0);
    for (u32 s = 0; s < GetParam(); ++s) {
      const bool is_warm = reports() >= GetParam() * kRounds / 2;
      if (!is_warm) warm_reports = reports();
      if (!is_warm) warm_chunks = made_chunks();
      const u64 before = allocations.load();
      while (driven.poll_shard(s) > 0) {
      }
      if (is_warm) allocated += allocations.load() - before;
    }
    (void)driven.poll(cuts);
  }
  EXPECT_EQ(sink.rows(), kBooks);
  EXPECT_GE(reports() - warm_reports, GetParam() * kRounds / 2) << "little was counted";
  EXPECT_EQ(allocated, 0U);
  EXPECT_EQ(made_chunks(), warm_chunks) << "the pages of a chunk that the shard made itself";
}

INSTANTIATE_TEST_SUITE_P(Shards, AllocationOfCuts, ::testing::Values(1, 2));

// The canary: the count does notice.
TEST(AllocationCount, IsNoticedWhereThereIsOne) {
  const u64 before = allocations.load();
  delete new int{1};
  std::vector<std::byte> some(100);
  EXPECT_GE(allocations.load() - before, 1U);
  EXPECT_EQ(some.size(), 100U);
}

}  // namespace
}  // namespace tapedeck::test
