// What tests of the whole engine have in common: configurations, and what a run came to.
#pragma once

#include <memory>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/pipeline/channel.hpp"
#include "engine/pipeline/digests.hpp"
#include "engine/pipeline/engine.hpp"
#include "tests/support/outcome.hpp"
#include "tests/support/scripted_feed.hpp"

namespace tapedeck::test {

using Channels = std::vector<std::vector<Event>>;
using Feeds = std::vector<std::unique_ptr<Feed>>;

inline Outcome outcome_of(const pipeline::Engine& engine) {
  Outcome outcome;
  outcome.digest = pipeline::digest_of(engine);
  outcome.flow = pipeline::flow_digest_of(engine);
  for (std::size_t i = 0; i < engine.channels(); ++i)
    outcome.read += engine.channel(i).events_read();
  outcome.dropped = engine.dropped();
  outcome.counters = engine.counters();
  return outcome;
}

inline pipeline::EngineConfig with_shards(u32 shards) {
  pipeline::EngineConfig config;
  config.shards = shards;
  return config;
}
inline pipeline::EngineConfig some_config(u32 shards, Random& random) {
  pipeline::EngineConfig config = with_shards(shards);
  constexpr u32 kBatchEvents[]{1, 2, 7, 64, 256, 1024};
  constexpr u32 kBatches[]{0, 1, 2, 5};
  constexpr thread::WaitKind kWaits[]{thread::WaitKind::yield, thread::WaitKind::park,
                                      thread::WaitKind::automatic};
  config.batch_events = kBatchEvents[random.below(6)];
  config.batches = kBatches[random.below(4)];
  config.wait = kWaits[random.below(3)];
  config.cells = random.chance(0.5);
  config.live = random.chance(0.5);
  return config;
}

}  // namespace tapedeck::test
