// The engine on its threads: the same results as the reference for any number of shards, batch
// size, pool, wait and timing.
#include "engine/pipeline/engine.hpp"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "engine/book/book_set.hpp"
#include "engine/pipeline/channel.hpp"
#include "engine/pipeline/shard_publisher.hpp"
#include "tests/support/engine_config.hpp"
#include "tests/support/resident_pages.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/seeds.hpp"

namespace tapedeck::test {
namespace {

using pipeline::Engine;
using pipeline::EngineConfig;
using pipeline::QueueFull;
using thread::WaitKind;

struct Ran {
  Outcome outcome;
  Cuts cuts;
  u64 queue_faults = 0;
};
Ran run(EngineConfig config, Feeds feeds) {
  RecordedCuts cuts;
  config.flow_digest = true;
  config.cut_sink = &cuts;
  config.cut_depth = 2;
  const SteadyClock clock;
  thread::StopFlag stop;
  Engine engine{std::move(config), std::move(feeds), clock, stop};
  engine.run();
  return {outcome_of(engine), std::move(cuts.all), engine.queue_faults()};
}

Channels channels_of(u64 seed, u64 messages) {
  return {order_flow(seed, 9, messages), order_flow(seed + 1, 1, messages / 2),
          order_flow(seed + 2, 30, messages)};
}
Feeds feeds_of(const Channels& channels, u64 seed) {
  Random random{seed};
  Feeds feeds;
  for (const auto& events : channels) {
    ScriptOptions options;
    options.poll_seed = random.next() | 1;
    if (random.chance(0.3)) options.idle_every = 2 + random.below(5);
    feeds.push_back(scripted(events, options));
  }
  return feeds;
}

TEST(Engines, EveryShardingBatchingAndWaitComesToWhatTheReferenceComesTo) {
  Random random{2026};
  for (const u64 seed : test::seeds(kSanitized ? 2 : 8)) {
    const Channels channels = channels_of(seed, scaled(20'000));
    const Outcome expected = expected_of(channels);
    ASSERT_GT(expected.counters.of(book::Fault::unknown_order), 0U) << "faults must be compared";
    for (const u32 shards : {0U, 1U, 2U, 3U, 4U, 8U}) {
      const EngineConfig config = some_config(shards, random);
      const Ran ran = run(config, feeds_of(channels, random.next()));
      ASSERT_EQ(ran.outcome, expected)
          << "seed " << seed << ", " << shards << " shards, batches of " << config.batch_events
          << ", pools of " << config.batches << ", wait " << name_of(config.wait);
      EXPECT_EQ(ran.queue_faults, 0U);
    }
  }
}

TEST(Engines, ChannelsThatShareAThreadComeToTheSame) {
  Random random{7};
  for (const u64 seed : test::seeds(kSanitized ? 1 : 3)) {
    const Channels channels = channels_of(seed, scaled(5'000));
    const Outcome expected = expected_of(channels);
    for (const std::vector<u32>& threads :
         {std::vector<u32>{5, 5, 5}, std::vector<u32>{0, 1, 0}, std::vector<u32>{1, 0}}) {
      for (const u32 shards : {0U, 1U, 3U}) {
        EngineConfig config = some_config(shards, random);
        config.feed_threads = threads;
        ASSERT_EQ(run(config, feeds_of(channels, random.next())).outcome, expected)
            << "seed " << seed << ", " << shards << " shards";
      }
    }
  }
}

TEST(Engines, SpinningThreadsComeToTheSame) {
  const Channels channels{order_flow(5, 4, 3'000)};
  EngineConfig config = with_shards(1);
  config.wait = WaitKind::spin;
  EXPECT_EQ(run(config, feeds_of(channels, 1)).outcome, expected_of(channels));
}

TEST(Engines, TwoEventsThatChangePlacesComeToAnotherFlowDigest) {
  Channels channels{order_flow(5, 4, 3'000)};
  const Outcome before = run(with_shards(2), feeds_of(channels, 1)).outcome;
  // The canary of the comparison: two messages of one instrument, the one after the other.
  std::vector<Event>& events = channels[0];
  for (std::size_t i = 2'000; i + 1 < events.size(); ++i) {
    Event &a = events[i], &b = events[i + 1];
    if (a.kind != Kind::add || b.kind != Kind::add || a.instrument != b.instrument) continue;
    std::swap(a.order, b.order);
    std::swap(a.side, b.side);
    break;
  }
  EXPECT_NE(run(with_shards(2), feeds_of(channels, 1)).outcome.flow, before.flow);
}

TEST(Engines, CutsAreTheSameRowByRowForAnyShardsAndThatOfTheDefinition) {
  Random random{7};
  for (const u64 seed : test::seeds(kSanitized ? 1 : 4)) {
    const Channels channels = channels_of(seed * 10, 2'000);
    constexpr i64 kShortInterval = 50;  // far more cuts than a channel may be ahead
    const Cuts expected = expected_cuts(channels, kShortInterval, 2);
    ASSERT_GT(expected.size(), 3 * pipeline::kMaxCutsAhead / 2);
    for (const u32 shards : {0U, 1U, 2U, 4U}) {
      EngineConfig config = some_config(shards, random);
      config.cut_interval = Nanos{kShortInterval};
      const Ran ran = run(config, feeds_of(channels, random.next()));
      ASSERT_TRUE(ran.cuts == expected) << "seed " << seed << ", " << shards << " shards";
      ASSERT_EQ(ran.outcome, expected_of(channels));
    }
  }
}

TEST(Engines, AStateThatNamesASessionForOneInstrumentMeansTheSameForAnyShards) {
  Script script;
  Event state{};
  state.kind = Kind::trading_state;
  state.flags = kLastOfEvent;
  state.state = {TradingState::trading, Session::market_open, 'H', {}};
  for (u32 i = 0; i < 4; ++i) script.define(i, "S" + std::to_string(i));
  script.session(Session::system_open).raw(state);
  state.instrument = kNoInstrument;
  script.raw(state);
  for (u32 i = 0; i < 4; ++i) {  // crossed: a fault only while the market is open
    script.add(i, i, Side::bid, 101, 1).add(i, 10 + i, Side::ask, 100, 1);
  }
  const Channels channels{script.events()};
  const Outcome expected = expected_of(channels);
  for (const u32 shards : {0U, 1U, 2U, 4U}) {
    EXPECT_EQ(run(with_shards(shards), feeds_of(channels, 1)).outcome, expected) << shards;
  }
}

TEST(Engines, ChannelsThatAreSilentForAWhileAreHeardWhenTheySpeakAgain) {
  for (const u32 shards : {0U, 2U}) {
    for (const WaitKind wait : {WaitKind::park, WaitKind::automatic}) {
      const Channels channels = channels_of(3, 300);
      Feeds feeds;
      for (const auto& events : channels) {
        // Silent for far longer than a thread spins, again and again.
        ScriptOptions options;
        options.messages_per_poll = 100;
        feeds.push_back(std::make_unique<ScriptedFeed>(events, options));
      }
      struct Silent final : Feed {
        explicit Silent(std::unique_ptr<Feed> inner) : inner_(std::move(inner)) {}
        FeedStatus poll(EventBuffer& out, Nanos now) override {
          return ++polls_ % 300 == 0 ? inner_->poll(out, now) : FeedStatus::idle;
        }
        const FeedCounters& counters() const override { return inner_->counters(); }
        std::unique_ptr<Feed> inner_;
        u64 polls_ = 0;
      };
      for (auto& feed : feeds) feed = std::make_unique<Silent>(std::move(feed));
      EngineConfig config = with_shards(shards);
      config.wait = wait;
      EXPECT_EQ(run(config, std::move(feeds)).outcome, expected_of(channels));
    }
  }
}

TEST(Engines, ASilentChannelHoldsNoOtherUpOnOneThread) {
  const Channels channels{{}, order_flow(4, 3, 500)};
  thread::StopFlag stop;
  const SteadyClock clock;
  ScriptOptions silent, spoken;
  silent.never_ends = true;
  u64 polls = 0;
  spoken.never_ends = true;
  spoken.on_poll = [&](u64 messages) {
    if (messages == 500) stop.request();
  };
  silent.on_poll = [&](u64) {
    if (++polls == 1'000'000) stop.request();  // what would otherwise go on for ever
  };
  Feeds feeds;
  feeds.push_back(scripted({}, silent));
  feeds.push_back(scripted(channels[1], spoken));
  Engine engine{with_shards(0), std::move(feeds), clock, stop};
  engine.run();
  EXPECT_EQ(engine.channel(1).feed().counters().messages, 500U);
}

TEST(Engines, DroppedEventsAreAccountedForUnderAnyTiming) {
  u64 dropped = 0;
  for (const u64 seed : test::seeds(20)) {
    const Channels channels = channels_of(seed, scaled(10'000));
    EngineConfig config = with_shards(1 + static_cast<u32>(seed % 4));
    config.full = QueueFull::drop;
    config.batch_events = 1 + static_cast<u32>(seed % 8);
    config.batches = 1 + static_cast<u32>(seed % 3);
    config.wait = WaitKind::yield;
    const Ran ran = run(config, feeds_of(channels, seed));  // the engine itself checks the sum
    EXPECT_EQ(ran.outcome.read, expected_of(channels).read);
    dropped += ran.outcome.dropped;
  }
  EXPECT_GT(dropped, 0U) << "nothing was put to the test";
}

// An instrument and orders that all stay.
std::vector<Event> resting_orders(u64 orders) {
  std::vector<Event> events(orders + 1);
  for (u64 i = 0; i <= orders; ++i) {
    Event& event = events[i];
    event.sequence = i + 1;
    event.instrument = Instrument{0};
    event.kind = i == 0 ? Kind::define : Kind::add;
    if (i == 0) continue;
    event.side = Side::bid;
    event.flags = kLastOfEvent;
    event.order = {OrderId{i}, 0, Price{kNanosPerSecond}, Quantity{1}};
  }
  return events;
}

TEST(Engines, TheNextPagesOfABusyShardsBooksAreReady) {
  if (!can_populate()) GTEST_SKIP() << "this kernel cannot populate pages";
  for (const u32 shards : {0U, 1U}) {
    const SteadyClock clock;
    thread::StopFlag stop;
    Feeds feeds;
    feeds.push_back(scripted(resting_orders(200'000), {}));
    Engine engine{with_shards(shards), std::move(feeds), clock, stop};
    engine.run();
    // Farther than what was made ready at the start: somebody has asked for more.
    const Arena& memory = engine.books(0).memory();
    ASSERT_GT(memory.used(), 3 * kHugePage);
    const std::size_t next = (memory.used() / kHugePage + 1) * kHugePage;
    ASSERT_TRUE(becomes_resident(memory.begin() + next)) << shards << " shards";
  }
}

TEST(Engines, CellsReadByAnotherThreadWhileTheEngineRunsNeverGoBack) {
  const SteadyClock clock;
  thread::StopFlag stop;
  Feeds feeds;
  std::atomic<bool> reader_done{false};
  ScriptOptions options;
  options.on_poll = [&](u64) {
    if (reader_done) stop.request();
  };
  feeds.push_back(endless(1, 20, options));
  EngineConfig config = with_shards(2);
  config.cells = true;
  Engine engine{config, std::move(feeds), clock, stop};
  u64 backwards = 0, read = 0, foreign = 0;
  std::thread reader{[&] {
    std::map<std::string, Sequence> last;
    while (read < scaled(100'000)) {
      const pipeline::Progress progress = engine.progress();
      if (progress.applied > progress.events) std::this_thread::yield();
      for (u32 shard = 0; shard < 2; ++shard) {
        for (std::size_t i = 0; i < engine.published(shard).cells().size(); ++i) {
          const auto top = engine.published(shard).cells().cell(i).try_read();
          if (!top) continue;
          ++read;
          Sequence& before = last[std::string{top->define.name()}];
          if (top->sequence < before) ++backwards;
          if (!top->define.name().starts_with("SYM")) ++foreign;
          before = top->sequence;
        }
      }
    }
    reader_done = true;
  }};
  engine.run();
  reader.join();
  EXPECT_EQ(backwards, 0U);
  EXPECT_EQ(foreign, 0U);
  for (u32 shard = 0; shard < 2; ++shard) {
    ASSERT_EQ(engine.published(shard).cells().size(), engine.books(shard).books().size());
    for (std::size_t i = 0; i < engine.published(shard).cells().size(); ++i) {
      const book::Book& book = engine.books(shard).books()[i];
      EXPECT_EQ(engine.published(shard).cells().cell(i).try_read()->sequence,
                book.state.last_sequence)
          << "the last cell is the final book";
    }
  }
}

}  // namespace
}  // namespace tapedeck::test
